"""The list of commission statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, false, or_, select

from atmp_insure.access.models import Organisation
from atmp_insure.db.paging import Reading, starts_with
from atmp_insure.diary.lists import between
from atmp_insure.premiums import commission_statement_queries as queries
from atmp_insure.premiums.commission_shown import STATES, state_of
from atmp_insure.premiums.commission_statement_models import CommissionPayment, CommissionStatement, statement_name
from atmp_insure.premiums.commission_statements import StatementState
from atmp_insure.web.addresses import row_url
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, options_of
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.web.list_query import ListQuery

_NAME_PARTS = 3  # `BC 2027 000012`, as words are looked for
_PAID = exists().where(CommissionPayment.statement_id == CommissionStatement.id)
_STATEMENT = Reading((
    CommissionStatement.id, CommissionStatement.year, CommissionStatement.number, CommissionStatement.broker,
    CommissionStatement.last_day, CommissionStatement.made_on, CommissionStatement.earned_eur,
    CommissionStatement.due_eur,
    # looked up row by row: asked whether one exists, PostgreSQL would read all payments for one page
    select(CommissionPayment.paid_on).where(CommissionPayment.statement_id == CommissionStatement.id)
    .correlate(CommissionStatement).scalar_subquery().label("paid_on"),
))  # fmt: skip


def _row(one: CommissionStatement) -> Row:
    is_paid = one.paid_on is not None  # type: ignore[attr-defined]  # of what is read, not of the object
    return Row(
        key=str(one.id),
        url=row_url("commissions.show_statement", "statement_id", one.id),
        detail=statement_name(one.year, one.number),
        cells={
            "broker": one.broker,
            "state": state_of(one, is_paid=is_paid),
            "last_day": one.last_day,
            "made_on": one.made_on,
            "earned": one.earned_eur,
            "due": one.due_eur,
        },
    )


def _state_is(query: ListQuery) -> ColumnElement[bool]:
    """The rule of `statement_state`, for the database."""
    criteria = {
        StatementState.TO_PAY: ~_PAID & (CommissionStatement.due_eur > 0),
        StatementState.PAID: _PAID,
        StatementState.CARRIED: ~_PAID & (CommissionStatement.due_eur <= 0),
    }
    return or_(false(), *(criteria[one] for one in StatementState if one.value in query.values("state")))


def _answers(words: str) -> ColumnElement[bool]:
    """A statement by its number, or by the name of its broker."""
    named = select(Organisation.id).where(starts_with(Organisation.search_name, words))
    criteria: list[ColumnElement[bool]] = [CommissionStatement.broker_id.in_(named)]
    parts = words.split()
    if len(parts) == _NAME_PARTS and parts[0] == "bc" and parts[1].isdigit() and parts[2].isdigit():
        criteria.append((CommissionStatement.year == int(parts[1])) & (CommissionStatement.number == int(parts[2])))
    return or_(*criteria)


def _none() -> Empty:
    return Empty(
        _("Aucun bordereau de commissions"),
        _("Un bordereau reprend, une fois le mois fini, ce qu'un courtier a gagné sur les primes encaissées."),
    )


STATEMENTS: Listing[CommissionStatement] = Listing(
    name="commission_statements",
    label=_l("bordereaux de commissions"),
    endpoint="commissions.list_statements",
    columns=(
        Column("broker", _l("Courtier et bordereau"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("last_day", _l("Arrêté au"), Cell.DAY),
        Column("made_on", _l("Établi le"), Cell.DAY, sortable=True),
        Column("earned", _l("Commissions"), Cell.EUROS),
        Column("due", _l("À régler"), Cell.EUROS),
    ),
    statement=queries.statements,
    sorts={"made_on": (CommissionStatement.made_on, CommissionStatement.id)},
    sort="made_on",
    descending=True,
    row=_row,
    empty=_none,
    filters=(
        Filter("state", _l("État"), options_of(STATES)),
        Filter("day", _l("Établi le"), kind=FilterKind.DAYS),
    ),
    narrow={"state": _state_is, "day": lambda query: between(CommissionStatement.made_on, query)},
    search=_answers,
    reading=_STATEMENT,
)
