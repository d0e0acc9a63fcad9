"""The peer Flask-Admin, run by its own interpreter: the same lists of the same tables, set up with care.

No count of the rows (`simple_list_pager`), the name of the company in the same query, the long reasoning left in the
database, an index under every order that is offered. Its models say what the tables are; it writes nothing. Whoever
enters gives a name, without a password: Flask-Admin leaves signing in to its user.
"""

from __future__ import annotations

import os
from datetime import date, datetime

from flask import Flask, redirect, request, session
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import BaseSQLAFilter, DateBetweenFilter, FilterInList
from sqlalchemy import ForeignKey, create_engine, or_, select
from sqlalchemy.orm import DeclarativeBase, Mapped, deferred, mapped_column, relationship, scoped_session, sessionmaker

BROKER = 1  # the organisation whose clients the broker sees
STATES = [(code, code) for code in ("open", "answered", "void")]
TEAMS = [(code, code) for code in (
    "claims_handler", "lawyer", "underwriter", "premium_accountant", "broker", "manager", "law_firm_assistant",
    "administrator",
)]  # fmt: skip
LEVELS = [(code, code) for code in ("plain", "named", "notice", "privileged", "medical")]


class Base(DeclarativeBase):
    """The tables that are shown."""


class Reach(Base):
    """Which organisation follows which company."""

    __tablename__ = "company_reach"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int]
    company_id: Mapped[int]


class Company(Base):
    """A company."""

    __tablename__ = "companies"
    id: Mapped[int] = mapped_column(primary_key=True)
    siren: Mapped[str]
    name: Mapped[str]
    search_name: Mapped[str]
    created_at: Mapped[datetime]
    naf_code: Mapped[str | None]
    activity: Mapped[str | None]

    def __str__(self) -> str:
        return self.name


class Deadline(Base):
    """A live deadline."""

    __tablename__ = "live_deadlines"
    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    label: Mapped[str]
    state: Mapped[str]
    safe_on: Mapped[date]
    due_on: Mapped[date]
    event_on: Mapped[date | None]
    team: Mapped[str]
    owner_id: Mapped[int | None]
    reasoning: Mapped[str] = deferred(mapped_column())
    company: Mapped[Company | None] = relationship()


class Document(Base):
    """A document."""

    __tablename__ = "documents"
    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    title: Mapped[str]
    search_title: Mapped[str]
    kind: Mapped[str]
    confidentiality: Mapped[str]
    received_at: Mapped[datetime]
    keep_until: Mapped[date | None]
    company: Mapped[Company | None] = relationship(primaryjoin="foreign(Document.company_id) == Company.id")


class Policy(Base):
    """Where a policy stands."""

    __tablename__ = "policy_standings"
    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    reference: Mapped[str]
    search_reference: Mapped[str]
    product_version: Mapped[str]
    year_last_day: Mapped[date]
    began_on: Mapped[date]
    suspended_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    is_void: Mapped[bool]
    section_count: Mapped[int]
    net_eur: Mapped[int]
    company: Mapped[Company] = relationship()


class StandingFilter(BaseSQLAFilter):
    """Where a policy stands today."""

    def apply(self, query, value, alias=None):  # type: ignore[no-untyped-def]
        """The criterion, the same as the product's."""
        on, row = date.today(), Policy  # noqa: DTZ011 - the peer has no time zone
        alive = ~row.is_void & (row.began_on <= on) & (row.ended_on.is_(None) | (row.ended_on > on))
        running = alive & (row.suspended_on.is_(None) | (row.suspended_on > on))
        return query.filter({
            "void": row.is_void,
            "coming": ~row.is_void & (row.began_on > on),
            "ended": ~row.is_void & (row.began_on <= on) & (row.ended_on <= on),
            "suspended": alive & (row.suspended_on <= on),
            "in_force": running & (row.year_last_day >= on),
            "to_renew": running & (row.year_last_day < on),
        }[value])  # fmt: skip

    def operation(self) -> str:
        """Its name."""
        return "stands"


class MineFilter(BaseSQLAFilter):
    """What falls to a person: given to them, or to their team and to nobody."""

    def apply(self, query, value, alias=None):  # type: ignore[no-untyped-def]
        """The criterion; `value` is the person's number and team."""
        owner, _, team = value.partition(" ")
        return query.filter(or_(Deadline.owner_id == int(owner), Deadline.owner_id.is_(None) & (Deadline.team == team)))

    def operation(self) -> str:
        """Its name."""
        return "mine"


class Shown(ModelView):
    """What every list has in common."""

    can_create = can_edit = can_delete = False
    can_view_details = can_export = simple_list_pager = True
    page_size = 50
    company_column = "company_id"

    def is_accessible(self) -> bool:
        """Whoever entered."""
        return "who" in session

    def get_query(self):  # type: ignore[no-untyped-def]
        """The rows in the reach of whoever entered."""
        query = super().get_query()
        if session.get("who") != "broker":
            return query
        company = getattr(self.model, self.company_column)
        return query.filter(company.in_(select(Reach.company_id).where(Reach.organisation_id == BROKER)))


class Deadlines(Shown):
    """The list of deadlines."""

    column_list = ("label", "company", "state", "safe_on", "due_on", "team")
    column_details_list = (*column_list, "event_on", "reasoning")
    column_select_related_list = (Deadline.company,)
    column_sortable_list = ("safe_on",)
    column_default_sort = "safe_on"
    column_searchable_list = ("company.search_name", "company.siren")
    column_filters = (
        FilterInList(Deadline.state, "state", options=STATES), FilterInList(Deadline.team, "team", options=TEAMS),
        DateBetweenFilter(Deadline.safe_on, "safe_on"), MineFilter(Deadline.owner_id, "whose"),
    )  # fmt: skip


class Companies(Shown):
    """The list of companies."""

    company_column = "id"
    column_list = column_details_list = ("name", "siren", "naf_code", "created_at")
    column_sortable_list = (("name", "search_name"), "created_at")
    column_default_sort = "search_name"
    column_searchable_list = ("search_name", "siren")


class Documents(Shown):
    """The list of documents."""

    column_list = column_details_list = ("title", "company", "kind", "confidentiality", "received_at", "keep_until")
    column_select_related_list = (Document.company,)
    column_sortable_list = (("title", "search_title"), "received_at")
    column_default_sort = ("received_at", True)
    column_searchable_list = ("search_title", "company.search_name")
    column_filters = (FilterInList(Document.confidentiality, "confidentiality", options=LEVELS),)


class Policies(Shown):
    """The list of policies."""

    column_list = ("reference", "company", "year_last_day", "began_on", "ended_on", "section_count", "net_eur")
    column_details_list = column_list
    column_select_related_list = (Policy.company,)
    column_sortable_list = ("year_last_day", "began_on", "net_eur")
    column_default_sort = "year_last_day"
    column_searchable_list = ("company.search_name", "company.siren", "search_reference")
    column_filters = (
        StandingFilter(Policy.is_void, "standing"), DateBetweenFilter(Policy.year_last_day, "year_last_day"),
    )  # fmt: skip


def application() -> Flask:
    """The application; `PEER_DATABASE` is its database."""
    app = Flask("peer")
    app.secret_key = "only for measures"
    engine = create_engine(os.environ["PEER_DATABASE"], pool_size=10)
    opened = scoped_session(sessionmaker(engine))
    admin = Admin(app, name="peer")
    for view, model in ((Deadlines, Deadline), (Companies, Company), (Documents, Document), (Policies, Policy)):
        admin.add_view(view(model, opened, endpoint=model.__tablename__, url=f"/{model.__tablename__}"))

    @app.post("/enter")
    def enter():  # type: ignore[no-untyped-def]
        session["who"] = request.form["who"]
        return redirect("/")

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        opened.remove()

    return app
