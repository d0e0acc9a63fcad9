"""The list of refunds of premiums, by state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import or_, select

from atmp_insure.db.paging import Reading
from atmp_insure.diary.lists import between, of_company
from atmp_insure.parties.models import Company
from atmp_insure.premiums import refund_queries
from atmp_insure.premiums.refund_models import PremiumRefund, RefundAnswer, RefundState, refund_name
from atmp_insure.web.addresses import row_url
from atmp_insure.web.display import State, Tone
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, options_of
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.web.list_query import ListQuery

_TONES = {
    RefundState.WAITING: Tone.CARE, RefundState.PAID: Tone.GOOD, RefundState.DECLINED: Tone.BAD,
    RefundState.WITHDRAWN: Tone.NEUTRAL,
}  # fmt: skip
STATES = {one: State(one.label, tone) for one, tone in _TONES.items()}
_OUTCOME = (
    select(RefundAnswer.outcome).where(RefundAnswer.refund_id == PremiumRefund.id).correlate(PremiumRefund)
    .scalar_subquery()
)  # fmt: skip
_REFUND = Reading((
    PremiumRefund.id, PremiumRefund.amount_eur, PremiumRefund.reason, PremiumRefund.proposed_on,
    _OUTCOME.label("outcome"),
    select(Company.name).where(Company.id == PremiumRefund.company_id).correlate(PremiumRefund).scalar_subquery()
    .label("company_name"),
))  # fmt: skip


def _row(one: PremiumRefund) -> Row:
    return Row(
        key=str(one.id),
        url=row_url("premiums.show_refund", "refund_id", one.id),
        detail=refund_name(one.id),
        muted=one.outcome is not None,
        cells={
            "company": one.company_name or "",
            "state": STATES[one.outcome or RefundState.WAITING],
            "proposed_on": one.proposed_on,
            "reason": one.reason,
            "amount": one.amount_eur,
        },
    )


def _state_is(query: ListQuery) -> ColumnElement[bool]:
    chosen = query.values("state")
    of_them = [one for one in RefundState if one.value in chosen]
    so = _OUTCOME.in_(of_them)  # row by row: joined, PostgreSQL reads every answer first
    return or_(so, _OUTCOME.is_(None)) if RefundState.WAITING in of_them else so


def _none() -> Empty:
    return Empty(
        _("Aucun remboursement"),
        _("Un trop-perçu ou un avoir se rend depuis le compte de primes du client : deux personnes y concourent."),
        _("Voir les appels de prime"), url_for("premiums.list_calls"), "receipt-euro",
    )  # fmt: skip


REFUNDS: Listing[PremiumRefund] = Listing(
    name="premium_refunds",
    label=_l("remboursements"),
    endpoint="premiums.list_refunds",
    columns=(
        Column("company", _l("Entreprise et remboursement"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("proposed_on", _l("Demandé le"), Cell.DAY, sortable=True),
        Column("reason", _l("Motif")),
        Column("amount", _l("Montant"), Cell.EUROS),
    ),
    statement=refund_queries.refunds,
    sorts={"proposed_on": (PremiumRefund.proposed_on, PremiumRefund.id)},
    sort="proposed_on",
    descending=True,
    row=_row,
    empty=_none,
    filters=(
        Filter("state", _l("État"), options_of(STATES)),
        Filter("day", _l("Demandé le"), kind=FilterKind.DAYS),
    ),
    narrow={"state": _state_is, "day": lambda query: between(PremiumRefund.proposed_on, query)},
    search=lambda words: PremiumRefund.company_id.in_(of_company(words)),
    reading=_REFUND,
)
