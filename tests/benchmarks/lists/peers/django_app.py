"""The peer Django admin, run by its own interpreter: the same lists of the same tables, set up with care, two ways.

`/delivered/` counts rows as Django does by itself; `/uncounted/` never does, with a pager that knows only whether a
page follows. In both the name of the company comes in the same query, the long reasoning stays in the database, and an
index lies under every order. The models say what the tables are; sign-ins and sessions live in a database of their own.
"""

from __future__ import annotations

import csv
import os
import sys
from datetime import date

import django
from django.apps import AppConfig
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

HERE = __name__


class Office(AppConfig):
    """This module, as an application of Django."""

    label = "office"


DATABASES = {
    name: {"ENGINE": "django.db.backends.postgresql", "HOST": os.environ["PEER_HOST"], "NAME": base,
           "USER": os.environ["PEER_ROLE"], "CONN_MAX_AGE": 600}
    for name, base in (("default", "peer"), ("office", "atmp"))
}  # fmt: skip
settings.configure(
    SECRET_KEY="only for measures", ALLOWED_HOSTS=["*"], ROOT_URLCONF=HERE, DATABASES=DATABASES, USE_TZ=True,
    DATABASE_ROUTERS=[f"{HERE}.Router"], DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", STATIC_URL="/static/",
    LANGUAGE_CODE="fr", TIME_ZONE="Europe/Paris",
    LOGGING={"version": 1, "handlers": {"console": {"class": "logging.StreamHandler", "level": "ERROR"}},
             "loggers": {"django": {"handlers": ["console"]}}},
    INSTALLED_APPS=[
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "django.contrib.staticfiles", Office(HERE, sys.modules[HERE]),
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
)  # fmt: skip
django.setup()

from django.contrib import admin  # noqa: E402 - Django must be set up before it is used
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.paginator import Page, Paginator  # noqa: E402
from django.db import models  # noqa: E402
from django.http import StreamingHttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

BROKER = 1  # the organisation whose clients the broker sees
STATES = [(code, code) for code in ("open", "answered", "void")]
TEAMS = [(code, code) for code in (
    "claims_handler", "lawyer", "underwriter", "premium_accountant", "broker", "manager", "law_firm_assistant",
    "administrator",
)]  # fmt: skip
LEVELS = [(code, code) for code in ("plain", "named", "notice", "privileged", "medical")]


class Router:
    """The tables that are shown are the office's; the rest is Django's own."""

    def db_for_read(self, model, **_hints):  # type: ignore[no-untyped-def]
        """Where the rows of a model are."""
        return "office" if model._meta.app_label == "office" else "default"

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **_hints):  # type: ignore[no-untyped-def]
        """Nothing is made beside the tables that are there."""
        return db == "default" and app_label != "office"


class Table(models.Model):
    """A table that Django reads and does not make."""

    class Meta:
        """Not a table itself."""

        abstract = True
        app_label = "office"
        managed = False


class Reach(Table):
    """Which organisation follows which company."""

    organisation_id = models.BigIntegerField()
    company_id = models.BigIntegerField()

    class Meta(Table.Meta):
        """The table."""

        abstract = False
        db_table = "company_reach"


class Company(Table):
    """A company."""

    siren = models.TextField()
    name = models.TextField()
    search_name = models.TextField()
    created_at = models.DateTimeField()
    naf_code = models.TextField(null=True)
    activity = models.TextField(null=True)

    class Meta(Table.Meta):
        """The table."""

        abstract = False
        db_table = "companies"
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name


class Deadline(Table):
    """A live deadline."""

    company = models.ForeignKey(Company, models.DO_NOTHING, null=True)
    label = models.TextField()
    state = models.CharField(max_length=40, choices=STATES)
    safe_on = models.DateField()
    due_on = models.DateField()
    event_on = models.DateField(null=True)
    team = models.CharField(max_length=40, choices=TEAMS)
    owner_id = models.BigIntegerField(null=True)
    reasoning = models.TextField()

    class Meta(Table.Meta):
        """The table."""

        abstract = False
        db_table = "live_deadlines"


class Document(Table):
    """A document."""

    company = models.ForeignKey(Company, models.DO_NOTHING, null=True)
    title = models.TextField()
    search_title = models.TextField()
    kind = models.TextField()
    confidentiality = models.CharField(max_length=40, choices=LEVELS)
    received_at = models.DateTimeField()
    keep_until = models.DateField(null=True)

    class Meta(Table.Meta):
        """The table."""

        abstract = False
        db_table = "documents"


class Policy(Table):
    """Where a policy stands."""

    company = models.ForeignKey(Company, models.DO_NOTHING)
    reference = models.TextField()
    search_reference = models.TextField()
    year_last_day = models.DateField()
    began_on = models.DateField()
    suspended_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    is_void = models.BooleanField()
    section_count = models.IntegerField()
    net_eur = models.BigIntegerField()

    class Meta(Table.Meta):
        """The table."""

        abstract = False
        db_table = "policy_standings"
        verbose_name_plural = "policies"


class Uncounted(Paginator):
    """A pager that counts nothing: it looks one row further, and shows a next page as long as there is one."""

    count = 10**9

    def page(self, number):  # type: ignore[no-untyped-def]
        """One page, by its rows."""
        first = (self.validate_number(number) - 1) * self.per_page
        rows = list(self.object_list[first : first + self.per_page + 1])
        return Page(rows[: self.per_page], number, self)


class Mine(admin.SimpleListFilter):
    """What falls to a person: given to them, or to their team and to nobody."""

    title = parameter_name = "whose"

    def lookups(self, request, model_admin):  # type: ignore[no-untyped-def]
        """The choices: whoever is measured."""
        return [(value, value) for value in request.GET.getlist("whose")] or [("nobody", "nobody"), ("other", "other")]

    def queryset(self, request, queryset):  # type: ignore[no-untyped-def]
        """The criterion; the value is the person's number and team."""
        if not self.value():
            return queryset
        owner, _, team = self.value().partition(" ")
        return queryset.filter(models.Q(owner_id=int(owner)) | models.Q(owner_id__isnull=True, team=team))


class Stands(admin.SimpleListFilter):
    """Where a policy stands today."""

    title = parameter_name = "standing"

    def lookups(self, request, model_admin):  # type: ignore[no-untyped-def]
        """The choices."""
        return [(code, code) for code in ("coming", "in_force", "to_renew", "suspended", "ended", "void")]

    def queryset(self, request, queryset):  # type: ignore[no-untyped-def]
        """The criterion, the same as the product's."""
        if not self.value():
            return queryset
        on, q = date.today(), models.Q  # noqa: DTZ011 - the peer has no time zone
        valid = q(is_void=False)
        alive = valid & q(began_on__lte=on) & (q(ended_on__isnull=True) | q(ended_on__gt=on))
        running = alive & (q(suspended_on__isnull=True) | q(suspended_on__gt=on))
        return queryset.filter({
            "void": q(is_void=True),
            "coming": valid & q(began_on__gt=on),
            "ended": valid & q(began_on__lte=on) & q(ended_on__lte=on),
            "suspended": alive & q(suspended_on__lte=on),
            "in_force": running & q(year_last_day__gte=on),
            "to_renew": running & q(year_last_day__lt=on),
        }[self.value()])  # fmt: skip


class Shown(admin.ModelAdmin):
    """What every list has in common."""

    list_per_page = 50
    actions = None
    company_column = "company_id"

    def get_queryset(self, request):  # type: ignore[no-untyped-def]
        """The rows in the reach of whoever signed in."""
        queryset = super().get_queryset(request)
        if request.user.username != "broker":
            return queryset
        clients = Reach.objects.filter(organisation_id=BROKER).values("company_id")
        return queryset.filter(**{f"{self.company_column}__in": clients})

    def has_add_permission(self, request):  # type: ignore[no-untyped-def]
        """Never."""
        return False

    def has_change_permission(self, request, obj=None):  # type: ignore[no-untyped-def]
        """Never."""
        return False

    def has_delete_permission(self, request, obj=None):  # type: ignore[no-untyped-def]
        """Never."""
        return False

    def get_urls(self):  # type: ignore[no-untyped-def]
        """The pages of Django, and the export."""
        name = f"{self.model._meta.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export), name=name), *super().get_urls()]

    def export(self, request):  # type: ignore[no-untyped-def]
        """All rows as they are filtered, in a stream, as Django's guide shows."""

        class Echo:
            def write(self, value):  # type: ignore[no-untyped-def]
                return value

        rows = self.get_changelist_instance(request).get_queryset(request)
        columns = [name for name in self.list_display if name != "company"]
        writer = csv.writer(Echo(), delimiter=";")
        lines = (writer.writerow([getattr(row, name) for name in columns]) for row in rows.iterator(2_000))
        return StreamingHttpResponse(lines, content_type="text/csv")


class Deadlines(Shown):
    """The list of deadlines."""

    list_display = ("label", "company", "state", "safe_on", "due_on", "team")
    list_select_related = ("company",)
    sortable_by = ("safe_on",)
    ordering = ("safe_on", "id")
    search_fields = ("company__search_name__startswith", "company__siren__exact")
    list_filter = ("state", "team", "safe_on", Mine)
    fields = (*list_display, "event_on", "reasoning")

    def get_queryset(self, request):  # type: ignore[no-untyped-def]
        """Without the long reasoning, which no list shows."""
        queryset = super().get_queryset(request)
        return queryset if request.resolver_match.url_name.endswith("_change") else queryset.defer("reasoning")


class Companies(Shown):
    """The list of companies."""

    company_column = "id"
    list_display = ("shown_name", "siren", "naf_code", "created_at")
    ordering = ("search_name", "id")
    search_fields = ("search_name__startswith", "siren__exact")
    fields = ("name", "siren", "naf_code", "created_at", "activity")

    @admin.display(ordering="search_name")
    def shown_name(self, company):  # type: ignore[no-untyped-def]
        """The name, in an order that an index has."""
        return company.name


class Documents(Shown):
    """The list of documents."""

    list_display = ("shown_title", "company", "kind", "confidentiality", "received_at", "keep_until")
    list_select_related = ("company",)
    ordering = ("-received_at", "-id")
    search_fields = ("search_title__startswith", "company__search_name__startswith")
    list_filter = ("confidentiality", "received_at")

    @admin.display(ordering="search_title")
    def shown_title(self, document):  # type: ignore[no-untyped-def]
        """The title, in an order that an index has."""
        return document.title


class Policies(Shown):
    """The list of policies."""

    list_display = ("reference", "company", "year_last_day", "began_on", "ended_on", "section_count", "net_eur")
    list_select_related = ("company",)
    sortable_by = ("year_last_day", "began_on", "net_eur")
    ordering = ("year_last_day", "id")
    search_fields = ("company__search_name__startswith", "company__siren__exact", "search_reference__exact")
    list_filter = (Stands, "year_last_day")


def _site(name: str, **options: object) -> admin.AdminSite:
    site = admin.AdminSite(name)
    for shown, model in ((Deadlines, Deadline), (Companies, Company), (Documents, Document), (Policies, Policy)):
        site.register(model, type(shown.__name__, (shown,), options))
    return site


urlpatterns = [
    path("delivered/", _site("delivered").urls),
    path("uncounted/", _site("uncounted", paginator=Uncounted, show_full_result_count=False).urls),
]


def prepare() -> None:
    """Make Django's own tables, and the two people who are measured."""
    call_command("migrate", verbosity=0)
    for name in ("manager", "broker"):
        if not User.objects.filter(username=name).exists():
            User.objects.create_superuser(name, password=os.environ["PEER_PASSWORD"])


def application() -> WSGIHandler:
    """The application."""
    return WSGIHandler()


if __name__ == "__main__":
    prepare()
