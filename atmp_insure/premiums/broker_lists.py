"""The list of bordereaux of premiums that brokers collected: what was declared, what is left to remit, since when."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import false, or_, select

from atmp_insure.access.models import Organisation
from atmp_insure.db.paging import Reading, starts_with
from atmp_insure.diary.lists import between
from atmp_insure.premiums import broker_queries as queries
from atmp_insure.premiums.broker_bordereaux import BordereauState
from atmp_insure.premiums.broker_models import BrokerBordereau, bordereau_name
from atmp_insure.premiums.broker_shown import STATES, state_of
from atmp_insure.web.addresses import row_url
from atmp_insure.web.environment import today
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, options_of
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.web.list_query import ListQuery

_ZERO = Decimal(0)
_BORDEREAU = Reading((
    BrokerBordereau.id, BrokerBordereau.declared_on, BrokerBordereau.total_eur,
    queries.STANDING.label("standing_eur"), queries.REMITTED.label("remitted_eur"),
    select(Organisation.name).where(Organisation.id == BrokerBordereau.broker_id).correlate(BrokerBordereau)
    .scalar_subquery().label("broker_name"),
))  # fmt: skip


def _row(one: BrokerBordereau) -> Row:
    standing_eur, remitted_eur = one.standing_eur or _ZERO, one.remitted_eur or _ZERO
    left_eur = standing_eur - remitted_eur
    return Row(
        key=str(one.id),
        url=row_url("brokers.show_bordereau", "bordereau_id", one.id),
        detail=bordereau_name(one.id),
        muted=not left_eur,
        cells={
            "broker": one.broker_name or "",
            "state": state_of(standing_eur, remitted_eur),
            "declared_on": one.declared_on,
            "age": (today() - one.declared_on).days if left_eur > 0 else None,
            "total": standing_eur,
            "left": left_eur,
        },
    )


def _state_is(query: ListQuery) -> ColumnElement[bool]:
    """The rule of `bordereau_state`, for the database."""
    standing, remitted = queries.STANDING, queries.REMITTED
    criteria = {
        BordereauState.DECLARED: (remitted == 0) & (standing > 0),
        BordereauState.PARTLY: (remitted > 0) & (remitted < standing),
        BordereauState.REMITTED: (remitted == standing) & (standing > 0),
        BordereauState.OVER: remitted > standing,
        BordereauState.TAKEN_BACK: (standing == 0) & (remitted == 0),
    }
    return or_(false(), *(criteria[one] for one in BordereauState if one.value in query.values("state")))


def _answers(words: str) -> ColumnElement[bool]:
    """A bordereau by its number, or those of a broker by its name."""
    named = select(Organisation.id).where(starts_with(Organisation.search_name, words))
    criteria: list[ColumnElement[bool]] = [BrokerBordereau.broker_id.in_(named)]
    mark, _space, number = words.partition(" ")
    if mark == "be" and number.isdigit():
        criteria.append(BrokerBordereau.id == int(number))
    return or_(*criteria)


def _none() -> Empty:
    return Empty(
        _("Aucun bordereau d'encaissement"),
        _("Un courtier dont la convention le lui délègue encaisse des primes, les déclare ici et les remet au bureau."),
    )


BORDEREAUX: Listing[BrokerBordereau] = Listing(
    name="broker_bordereaux",
    label=_l("bordereaux d'encaissement"),
    endpoint="brokers.list_bordereaux",
    columns=(
        Column("broker", _l("Courtier et bordereau"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("declared_on", _l("Bordereau du"), Cell.DAY, sortable=True),
        Column("age", _l("Jours depuis"), Cell.NUMBER),
        Column("total", _l("Encaissé"), Cell.EUROS),
        Column("left", _l("À remettre"), Cell.EUROS),
    ),
    statement=queries.bordereaux,
    sorts={"declared_on": (BrokerBordereau.declared_on, BrokerBordereau.id)},
    sort="declared_on",
    descending=True,
    row=_row,
    empty=_none,
    filters=(
        Filter("state", _l("État"), options_of(STATES)),
        Filter("day", _l("Bordereau du"), kind=FilterKind.DAYS),
    ),
    narrow={"state": _state_is, "day": lambda query: between(BrokerBordereau.declared_on, query)},
    search=_answers,
    reading=_BORDEREAU,
)
