"""The lists of companies, of establishments, and of payroll by section and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import or_, select

from atmp_insure.access.roles import Right
from atmp_insure.db.paging import Reading, starts_with
from atmp_insure.parties import payroll_queries, queries
from atmp_insure.parties.models import Company, Establishment
from atmp_insure.parties.payroll_models import PayrollYear
from atmp_insure.parties.shown import SETTLED, TO_SETTLE
from atmp_insure.web.addresses import row_url
from atmp_insure.web.day_filters import within_days
from atmp_insure.web.display import State, Tone
from atmp_insure.web.environment import today
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.request_scope import actor
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

    from atmp_insure.web.list_query import ListQuery

_MOST_DIGITS = 14
_SIREN_DIGITS = 9


def digits_of(words: str) -> str:
    """The digits looked for, when nothing else is; else empty."""
    digits = words.replace(" ", "")
    return digits if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS else ""


def company_found_by(words: str) -> ColumnElement[bool]:
    """By the beginning of the name or of the SIREN; a SIRET finds its company."""
    digits = digits_of(words)
    by_name = starts_with(Company.search_name, words)
    return or_(by_name, starts_with(Company.siren, digits[:_SIREN_DIGITS])) if digits else by_name


_COMPANY = Reading((
    Company.id, Company.name, Company.search_name, Company.siren, Company.naf_code, Company.activity,
    Company.created_at,
))  # fmt: skip


def _company_row(company: Company) -> Row:
    return Row(
        key=str(company.id),
        url=row_url("parties.show_company", "company_id", company.id),
        detail=company.activity or "",
        cells={
            "name": company.name,
            "siren": company.siren,
            "naf_code": company.naf_code,
            "created_at": company.created_at,
        },
    )


def _no_company_yet() -> Empty:
    title = _("Aucune entreprise")
    if actor().may(Right.ADD_COMPANIES):
        text = _("Chaque entreprise suivie se trouvera ici, avec ses établissements, ses effectifs et ses dossiers.")
        return Empty(title, text, _("Ajouter une entreprise"), url_for("parties.add_company"), "building-factory-2")
    text = _("Les entreprises qui vous sont confiées se trouveront ici.")
    return Empty(title, text, icon="building-factory-2")


COMPANIES: Listing[Company] = Listing(
    name="companies",
    label=_l("entreprises"),
    endpoint="parties.list_companies",
    columns=(
        Column("name", _l("Entreprise"), sortable=True, main=True),
        Column("siren", _l("SIREN"), Cell.IDENTIFIER),
        Column("naf_code", _l("Code NAF")),
        Column("created_at", _l("Ajoutée"), Cell.MOMENT, sortable=True),
    ),
    statement=queries.companies,
    sorts={"name": (Company.search_name, Company.id), "created_at": (Company.created_at, Company.id)},
    sort="name",
    row=_company_row,
    empty=_no_company_yet,
    filters=(Filter("day", _l("Ajoutée"), kind=FilterKind.DAYS),),
    narrow={"day": lambda query: within_days(Company.created_at, query, "day")},
    search=company_found_by,
    reading=_COMPANY,
)


OPEN, TO_COME, CLOSED = "open", "to_come", "closed"
ESTABLISHMENT_STATES = {
    OPEN: State(_l("ouvert"), Tone.GOOD),
    TO_COME: State(_l("pas encore ouvert"), Tone.INFO),
    CLOSED: State(_l("fermé"), Tone.NEUTRAL),
}


def _state_of(establishment: Establishment, on: date) -> str:
    if establishment.closed_on is not None and establishment.closed_on < on:
        return CLOSED
    return TO_COME if establishment.opened_on is not None and establishment.opened_on > on else OPEN


def _establishment_row(establishment: Establishment) -> Row:
    state = _state_of(establishment, today())
    return Row(
        key=str(establishment.id),
        url=url_for("parties.show_establishment", establishment_id=establishment.id),
        detail=establishment.company_name or "",
        muted=state == CLOSED,
        cells={
            "siret": establishment.siret,
            "name": establishment.name,
            "town": establishment.town,
            "state": ESTABLISHMENT_STATES[state],
            "opened_on": establishment.opened_on,
            "closed_on": establishment.closed_on,
        },
    )


def _establishment_found_by(words: str) -> ColumnElement[bool]:
    """By the beginning of the SIRET, or by the company."""
    by_company: ColumnElement[bool] = Establishment.company_id.in_(select(Company.id).where(company_found_by(words)))
    digits = digits_of(words)
    return or_(by_company, starts_with(Establishment.siret, digits)) if digits else by_company


def _in_establishment_states(query: ListQuery) -> ColumnElement[bool]:
    on = today()
    found = {
        OPEN: queries.open_on(on), CLOSED: Establishment.closed_on < on,
        TO_COME: (Establishment.opened_on > on) & or_(Establishment.closed_on.is_(None), Establishment.closed_on >= on),
    }  # fmt: skip
    return or_(*(found[value] for value in query.values("state")))


ESTABLISHMENTS: Listing[Establishment] = Listing(
    name="establishments",
    label=_l("établissements"),
    endpoint="parties.list_establishments",
    columns=(
        Column("siret", _l("SIRET"), Cell.IDENTIFIER, sortable=True, main=True),
        Column("name", _l("Nom")),
        Column("town", _l("Commune")),
        Column("state", _l("État"), Cell.STATE),
        Column("opened_on", _l("Ouvert le"), Cell.DAY),
        Column("closed_on", _l("Fermé le"), Cell.DAY),
    ),
    statement=queries.establishments,
    sorts={"siret": (Establishment.siret,)},
    sort="siret",
    row=_establishment_row,
    empty=lambda: Empty(
        _("Aucun établissement"), _("Ils s'ajoutent depuis la page de leur entreprise, ou par un fichier."),
        icon="building",
    ),
    filters=(
        Filter("state", _l("État"), tuple(Option(key, str(one.label)) for key, one in ESTABLISHMENT_STATES.items())),
    ),
    narrow={"state": _in_establishment_states},
    search=_establishment_found_by,
)  # fmt: skip


def _payroll_row(used: PayrollYear) -> Row:
    return Row(
        key=str(used.id),
        url=url_for("parties.show_payroll_year", payroll_year_id=used.id),
        detail=f"{used.siret or ''} · {used.section_number or ''}",
        cells={
            "company": used.company_name,
            "year": str(used.year),
            "state": TO_SETTLE if used.differs else SETTLED,
            "payroll": used.payroll_eur,
            "headcount": used.headcount,
            "chosen_at": used.chosen_at,
        },
    )


_PAYROLL_STATES = {"differs": TO_SETTLE, "settled": SETTLED}

PAYROLL: Listing[PayrollYear] = Listing(
    name="payroll",
    label=_l("masses salariales et effectifs"),
    endpoint="parties.list_payroll",
    columns=(
        Column("company", _l("Entreprise, section"), main=True),
        Column("year", _l("Année")),
        Column("state", _l("État"), Cell.STATE),
        Column("payroll", _l("Masse salariale, en euros"), Cell.EUROS),
        Column("headcount", _l("Effectif"), Cell.NUMBER),
        Column("chosen_at", _l("Depuis"), Cell.MOMENT, sortable=True),
    ),
    statement=payroll_queries.payroll_years,
    sorts={"chosen_at": (PayrollYear.chosen_at, PayrollYear.id)},
    sort="chosen_at",
    descending=True,
    row=_payroll_row,
    empty=lambda: Empty(
        _("Aucune masse salariale"),
        _("Elles se déclarent sur la page d'une section, ou se reprennent d'un fichier ; les écarts entre "
          "sources se tranchent ici."),
        icon="report-money",
    ),
    filters=(
        Filter("state", _l("État"), tuple(Option(key, str(state.label)) for key, state in _PAYROLL_STATES.items())),
    ),
    narrow={
        "state": lambda query: or_(
            *(PayrollYear.differs if value == "differs" else ~PayrollYear.differs for value in query.values("state"))
        )
    },
    search=lambda words: PayrollYear.company_id.in_(select(Company.id).where(company_found_by(words))),
)  # fmt: skip
