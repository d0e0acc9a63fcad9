"""The lists of premiums: the calls that were made, and the policies of which something is still to be called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import exists, false, or_, select

from atmp_insure.db.paging import Reading
from atmp_insure.diary.lists import between, of_company
from atmp_insure.ledger.models import OpenItem
from atmp_insure.parties.models import Company
from atmp_insure.policies.models import Policy
from atmp_insure.premiums import queries
from atmp_insure.premiums.call_states import CallState
from atmp_insure.premiums.models import PremiumCall, PremiumSchedule, call_name
from atmp_insure.premiums.shown import STATES, state_of
from atmp_insure.web.addresses import row_url
from atmp_insure.web.environment import today
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, options_of
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from sqlalchemy import ColumnElement

    from atmp_insure.web.list_query import ListQuery

_NAME_PARTS = 3  # `AP 2027 000012`, as words are looked for
_CALL = Reading((
    PremiumCall.id, PremiumCall.year, PremiumCall.number, PremiumCall.instalment, PremiumCall.instalments,
    PremiumCall.called_on, PremiumCall.due_on, PremiumCall.total_eur,
    queries.LEFT.scalar_subquery().label("left_eur"),
    select(Company.name).where(Company.id == PremiumCall.company_id).correlate(PremiumCall).scalar_subquery()
    .label("company_name"),
    select(Policy.reference).where(Policy.id == PremiumCall.policy_id).correlate(PremiumCall).scalar_subquery()
    .label("policy_reference"),
))  # fmt: skip


def _call_row(one: PremiumCall) -> Row:
    state = state_of(one.total_eur, one.left_eur, one.due_on)
    return Row(
        key=str(one.id),
        url=row_url("premiums.show_call", "call_id", one.id),
        detail=f"{call_name(one.year, one.number)} · {one.policy_reference}",
        muted=state is STATES[CallState.SETTLED],
        cells={
            "company": one.company_name or "",
            "state": state,
            "due_on": one.due_on,
            "part": f"{one.instalment}/{one.instalments}" if one.instalment else "",
            "total": one.total_eur,
            "left": one.left_eur,
        },
    )


def state_is(states: Collection[CallState], on: date) -> ColumnElement[bool]:
    """Whether a call stands as one of some on a day: the rule of `call_state`, for the database."""
    left = exists().where(OpenItem.reference == PremiumCall.reference, OpenItem.settled_on.is_(None))
    criteria = {
        CallState.TO_COME: left & (PremiumCall.total_eur >= 0) & (PremiumCall.due_on > on),
        CallState.DUE: left & (PremiumCall.total_eur >= 0) & (PremiumCall.due_on <= on),
        CallState.SETTLED: ~left,
        CallState.TO_GIVE_BACK: left & (PremiumCall.total_eur < 0),
    }
    return or_(false(), *(criteria[one] for one in CallState if one in states))


def _state_is(query: ListQuery) -> ColumnElement[bool]:
    chosen = query.values("state")
    return state_is([one for one in CallState if one.value in chosen], today())


def _call_answers(words: str) -> ColumnElement[bool]:
    """A call by its number or the reference of its payment, or those of a policy, or of a company."""
    criteria = [
        PremiumCall.company_id.in_(of_company(words)), PremiumCall.reference == words.replace(" ", "").upper(),
        PremiumCall.policy_id.in_(queries.policies_named(words)),
    ]  # fmt: skip
    parts = words.split()
    if len(parts) == _NAME_PARTS and parts[0] == "ap" and parts[1].isdigit() and parts[2].isdigit():
        criteria.append((PremiumCall.year == int(parts[1])) & (PremiumCall.number == int(parts[2])))
    return or_(*criteria)


def _no_call() -> Empty:
    return Empty(
        _("Aucun appel de prime"),
        _("Une prime est appelée pour ce que le contrat doit à une échéance et qui ne l'a pas encore été."),
        _("Voir ce qui est à appeler"),
        url_for("premiums.list_due"),
        "receipt-euro",
    )


CALLS: Listing[PremiumCall] = Listing(
    name="premium_calls",
    label=_l("appels de prime"),
    endpoint="premiums.list_calls",
    columns=(
        Column("company", _l("Entreprise et appel"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("due_on", _l("Échéance"), Cell.DUE, sortable=True),
        Column("part", _l("Fraction")),
        Column("total", _l("Montant"), Cell.EUROS),
        Column("left", _l("Reste"), Cell.EUROS),
    ),
    statement=queries.calls,
    sorts={"due_on": (PremiumCall.due_on, PremiumCall.id)},
    sort="due_on",
    descending=True,
    row=_call_row,
    empty=_no_call,
    filters=(
        Filter("state", _l("État"), options_of(STATES)),
        Filter("day", _l("Échéance"), kind=FilterKind.DAYS),
    ),
    narrow={"state": _state_is, "day": lambda query: between(PremiumCall.due_on, query)},
    search=_call_answers,
    reading=_CALL,
)

_SCHEDULE = Reading((
    PremiumSchedule.id, PremiumSchedule.policy_id, PremiumSchedule.reference, PremiumSchedule.charged_eur,
    PremiumSchedule.called_eur, PremiumSchedule.next_due_on, PremiumSchedule.next_eur,
    select(Company.name).where(Company.id == PremiumSchedule.company_id).correlate(PremiumSchedule).scalar_subquery()
    .label("company_name"),
))  # fmt: skip


def _schedule_row(one: PremiumSchedule) -> Row:
    return Row(
        key=str(one.id),
        url=row_url("premiums.show_premiums", "policy_id", one.policy_id),
        detail=one.reference,
        cells={
            "company": one.company_name or "",
            "next_due_on": one.next_due_on,
            "next": one.next_eur,
            "charged": one.charged_eur,
            "called": one.called_eur,
        },
    )


def _nothing_due() -> Empty:
    return Empty(_("Rien à appeler"), _("Tout ce que les contrats doivent a été appelé."), icon="circle-check")


DUE: Listing[PremiumSchedule] = Listing(
    name="premium_schedules",
    label=_l("contrats à appeler"),
    endpoint="premiums.list_due",
    columns=(
        Column("company", _l("Entreprise et contrat"), main=True),
        Column("next_due_on", _l("Prochain appel"), Cell.DUE, sortable=True),
        Column("next", _l("À appeler"), Cell.EUROS),
        Column("charged", _l("Dû à ce jour et à venir"), Cell.EUROS),
        Column("called", _l("Déjà appelé"), Cell.EUROS),
    ),
    statement=queries.schedules_due,
    sorts={"next_due_on": (PremiumSchedule.next_due_on, PremiumSchedule.id)},
    sort="next_due_on",
    row=_schedule_row,
    empty=_nothing_due,
    filters=(Filter("day", _l("Prochain appel"), kind=FilterKind.DAYS),),
    narrow={"day": lambda query: between(PremiumSchedule.next_due_on, query)},
    search=lambda words: or_(
        PremiumSchedule.company_id.in_(of_company(words)),
        PremiumSchedule.policy_id.in_(queries.policies_named(words)),
    ),
    reading=_SCHEDULE,
)
