"""The list of unpaid premiums: each policy that has something left to pay, what comes next of it, and from when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import or_, select

from atmp_insure.db.paging import Reading
from atmp_insure.diary.lists import between, of_company
from atmp_insure.parties.models import Company
from atmp_insure.premiums import chase_queries, queries
from atmp_insure.premiums.chase_models import PremiumChase
from atmp_insure.premiums.chase_shown import STEPS, step_state
from atmp_insure.premiums.chasing import ChaseStep
from atmp_insure.web.addresses import row_url
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, options_of
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.web.list_query import ListQuery

_READ = Reading((
    PremiumChase.id, PremiumChase.policy_id, PremiumChase.reference, PremiumChase.oldest_due_on, PremiumChase.left_eur,
    PremiumChase.step, PremiumChase.step_on,
    select(Company.name).where(Company.id == PremiumChase.company_id).correlate(PremiumChase).scalar_subquery()
    .label("company_name"),
))  # fmt: skip


def _row(one: PremiumChase) -> Row:
    return Row(
        key=str(one.id),
        url=row_url("premiums.show_premiums", "policy_id", one.policy_id),
        detail=one.reference,
        cells={
            "company": one.company_name or "",
            "step": step_state(one.step, one.oldest_due_on),
            "step_on": one.step_on,
            "oldest_due_on": one.oldest_due_on,
            "left": one.left_eur,
        },
    )


def _step_is(query: ListQuery) -> ColumnElement[bool]:
    known = {one.value: one for one in ChaseStep}
    return PremiumChase.step.in_([known[one] for one in query.values("state") if one in known])


def _none() -> Empty:
    return Empty(
        _("Aucune prime à suivre"),
        _("Un contrat paraît ici tant qu'une prime appelée n'est pas entièrement payée."),
        _("Voir les appels de prime"),
        url_for("premiums.list_calls"),
        "circle-check",
    )


UNPAID: Listing[PremiumChase] = Listing(
    name="premium_chases",
    label=_l("contrats à suivre"),
    endpoint="premiums.list_unpaid",
    columns=(
        Column("company", _l("Entreprise et contrat"), main=True),
        Column("step", _l("État"), Cell.STATE),
        Column("step_on", _l("Prochaine étape"), Cell.DUE),
        Column("oldest_due_on", _l("Impayé depuis"), Cell.DAY, sortable=True),
        Column("left", _l("Reste à payer"), Cell.EUROS),
    ),
    statement=chase_queries.chases,
    sorts={
        "oldest_due_on": (PremiumChase.oldest_due_on, PremiumChase.id),
    },
    sort="oldest_due_on",
    row=_row,
    empty=_none,
    filters=(
        Filter("state", _l("État"), options_of(STEPS)),
        Filter("day", _l("Prochaine étape"), kind=FilterKind.DAYS),
    ),
    narrow={"state": _step_is, "day": lambda query: between(PremiumChase.step_on, query)},
    search=lambda words: or_(
        PremiumChase.company_id.in_(of_company(words)), PremiumChase.policy_id.in_(queries.policies_named(words))
    ),
    reading=_READ,
)
