"""Pages of companies and establishments: the lists, adding, correcting, and the page of each as of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, flash, redirect, render_template, request, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.kernel.identifiers import compact_siren, compact_siret
from atmp_insure.parties import account_queries, partner_queries, payroll_queries, queries, service
from atmp_insure.parties.account_queries import AccountOwner
from atmp_insure.parties.blueprints import AsOf, asked_day, parties
from atmp_insure.parties.company_forms import (
    CompanyFactsForm,
    CompanyForm,
    EstablishmentFactsForm,
    EstablishmentForm,
)
from atmp_insure.parties.company_lists import COMPANIES, ESTABLISHMENTS
from atmp_insure.parties.panels import shown_panels
from atmp_insure.parties.partner_queries import ContactOwner
from atmp_insure.parties.shown import (
    ACCOUNT_STATES,
    SUB_SECTORS,
    masked_accounts,
    matter_labels,
    payroll_chart,
    reason_label,
)
from atmp_insure.web import history, listing
from atmp_insure.web.display import Link, SidePanel
from atmp_insure.web.forms import status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import Company, Establishment

_ESTABLISHMENTS_SHOWN = 25
_YEARS_SHOWN = 6


@parties.get("")
@needs(Right.READ_COMPANIES)
def list_companies() -> ResponseReturnValue:
    """All companies that one follows."""
    may_add, may_import = actor().may(Right.ADD_COMPANIES), actor().everywhere(Right.WRITE_COMPANIES)
    return listing.page(COMPANIES, "parties/companies.html", may_add=may_add, may_import=may_import)


@parties.get("/establishments")
@needs(Right.READ_COMPANIES)
def list_establishments() -> ResponseReturnValue:
    """All establishments of the companies that one follows."""
    return listing.page(ESTABLISHMENTS, "parties/establishments.html")


@parties.route("/new", methods=["GET", "POST"])
@needs(Right.ADD_COMPANIES)
def add_company() -> ResponseReturnValue:
    """Create a company under its SIREN; `?siren=…` fills the form."""
    form = CompanyForm()
    company = written(form, lambda session: service.create_company(session, form.siren.data or "", form.facts(), now()))
    if company is not None:
        flash(_added_text(), "success")
        return redirect(url_for("parties.show_company", company_id=company.id))
    if not form.is_submitted():
        form.siren.data = request.args.get("siren", "")
    with database().reading(actor()) as session:
        known = queries.find_company(session, compact_siren(form.siren.data or ""))
    return render_template("parties/new_company.html", form=form, known=known), status_of(form)


def _added_text() -> str:
    if actor().everywhere(Right.ADD_COMPANIES):
        return _("Entreprise ajoutée. Il reste à lui donner ses établissements, et à dire qui la suit.")
    return _("Entreprise ajoutée à vos clients. Déposez ses feuilles de calcul et ses comptes, puis ouvrez sa demande.")


@parties.get("/<int:company_id>")
@needs(Right.READ_COMPANIES)
def show_company(company_id: int) -> ResponseReturnValue:
    """A company as of a day: what it is, its establishments, its figures, who follows it, what upper domains add."""
    as_of = asked_day()
    with database().reading(actor()) as session:
        company = queries.get_company(session, company_id)
        return render_template("parties/company.html", **_company_page(session, company, as_of))


def _company_page(session: ScopedSession, company: Company, as_of: AsOf) -> dict[str, Any]:
    shown = queries.list_establishments(session, company.id, as_of.day, _ESTABLISHMENTS_SHOWN)
    open_count, all_count = queries.count_establishments(session, company.id, as_of.day)
    years = payroll_queries.list_company_years(session, company.id, as_of.day.year, _YEARS_SHOWN)
    may_add = has_right_there(session, Right.ADD_COMPANIES, company.id)
    return {
        "company": company,
        "as_of": as_of,
        "members": queries.list_memberships(session, company.id),
        "open_count": open_count,
        "all_count": all_count,
        "other_count": all_count - open_count,
        "years": years,
        "chart": payroll_chart(years),
        "followers": queries.list_followers(session, company.id),
        "contacts": partner_queries.list_contacts(session, ContactOwner(company_id=company.id)),
        "matter_labels": matter_labels,
        "accounts": masked_accounts(account_queries.list_accounts(session, AccountOwner(company_id=company.id))),
        "account_states": ACCOUNT_STATES,
        "may_see_accounts": has_right_there(session, Right.READ_BANK_ACCOUNTS, company.id),
        "reason_label": reason_label,
        "panels_shown": shown_panels(current_app, session, company, as_of.day),
        "side": _side(company, all_count, sum(year.differing for year in years), may_add=may_add),
        "may_add": may_add,
        "may_write": has_right_there(session, Right.WRITE_COMPANIES, company.id),
        "is_office": actor().everywhere(Right.READ_COMPANIES),
        "trail": history.trail_of(session, company, *shown),
        **_with_sections(session, shown, as_of),
    }


def _with_sections(session: ScopedSession, shown: Sequence[Establishment], as_of: AsOf) -> dict[str, Any]:
    """Establishments with their sections, how each is classified on the day, and its figures of that year."""
    sections = queries.list_sections(session, [one.id for one in shown])
    numbers = [one.id for one in sections]
    return {
        "establishments": shown,
        "sections": {one.id: [section for section in sections if section.establishment_id == one.id] for one in shown},
        "terms": queries.terms_on(session, numbers, as_of.day),
        "figures": payroll_queries.payroll_used(session, numbers, (as_of.day.year - 1,)),
        "figures_year": as_of.day.year - 1,
    }


def _side(company: Company, establishments: int, differing: int, *, may_add: bool) -> SidePanel:
    """The next step of a company: what is missing first, then what is to be settled."""
    if establishments == 0 and may_add:
        address = url_for("parties.add_establishment", company_id=company.id)
        return SidePanel(
            Link(_("Ajouter un établissement"), address),
            _(
                "Sans établissement, ni taux ni contrat n'est possible. "
                "Le dépôt des documents de tarification crée aussi les établissements."
            ),
        )
    if differing:
        address = url_for("parties.list_payroll", q=company.siren, state="differs")
        return SidePanel(
            Link(_("Trancher les différences"), address),
            _("Des sources ne disent pas la même masse salariale ou le même effectif."),
        )
    return SidePanel()


@parties.route("/<int:company_id>/edit", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def edit_company(company_id: int) -> ResponseReturnValue:
    """Correct what is known of a company."""
    with database().reading(actor()) as reading:
        company = queries.get_company(reading, company_id)
    form = CompanyFactsForm.of(company)
    if written(form, lambda session: _correct_company(session, company_id, form)):
        flash(_("Entreprise corrigée."), "success")
        return redirect(url_for("parties.show_company", company_id=company_id))
    return render_template("parties/edit_company.html", form=form, company=company), status_of(form)


def _correct_company(session: ScopedSession, company_id: int, form: CompanyFactsForm) -> bool:
    service.correct_company(session, queries.get_company(session, company_id), form.facts())
    return True


@parties.route("/<int:company_id>/establishments/new", methods=["GET", "POST"])
@needs(Right.ADD_COMPANIES)
def add_establishment(company_id: int) -> ResponseReturnValue:
    """Add an establishment to a company."""
    with database().reading(actor()) as reading:
        company = queries.get_company(reading, company_id)
    form = EstablishmentForm()
    added = written(form, lambda session: _add_establishment(session, company_id, form))
    if added is not None:
        flash(
            _("Établissement ajouté. Il reste à lui donner ses sections, telles que les feuilles de calcul."), "success"
        )
        return redirect(url_for("parties.show_establishment", establishment_id=added.id))
    with database().reading(actor()) as reading:
        known = queries.find_establishment(reading, compact_siret(form.siret.data or ""))
    return render_template("parties/new_establishment.html", form=form, company=company, known=known), status_of(form)


def _add_establishment(session: ScopedSession, company_id: int, form: EstablishmentForm) -> Establishment:
    company = queries.get_company(session, company_id)
    return service.add_establishment(session, company, form.siret.data or "", form.facts())


@parties.get("/establishments/<int:establishment_id>")
@needs(Right.READ_COMPANIES)
def show_establishment(establishment_id: int) -> ResponseReturnValue:
    """An establishment as of a day: where it is, and its sections."""
    as_of = asked_day()
    with database().reading(actor()) as session:
        establishment = queries.get_establishment(session, establishment_id)
        page = _with_sections(session, [establishment], as_of)
        return render_template(
            "parties/establishment.html",
            establishment=establishment,
            company=queries.get_company(session, establishment.company_id),
            as_of=as_of,
            sub_sectors=SUB_SECTORS,
            may_add=has_right_there(session, Right.ADD_COMPANIES, establishment.company_id, establishment.id),
            may_write=has_right_there(session, Right.WRITE_COMPANIES, establishment.company_id, establishment.id),
            trail=history.trail_of(session, establishment, *page["sections"][establishment.id]),
            **page,
        )


@parties.route("/establishments/<int:establishment_id>/edit", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def edit_establishment(establishment_id: int) -> ResponseReturnValue:
    """Correct what is known of an establishment, or say when it closed."""
    with database().reading(actor()) as reading:
        establishment = queries.get_establishment(reading, establishment_id)
    form = EstablishmentFactsForm.of(establishment)
    if written(form, lambda session: _correct_establishment(session, establishment_id, form)):
        flash(_("Établissement corrigé."), "success")
        return redirect(url_for("parties.show_establishment", establishment_id=establishment_id))
    return render_template("parties/edit_establishment.html", form=form, establishment=establishment), status_of(form)


def _correct_establishment(session: ScopedSession, establishment_id: int, form: EstablishmentFactsForm) -> bool:
    establishment = queries.get_establishment(session, establishment_id)
    service.correct_establishment(session, establishment, form.facts())
    return True
