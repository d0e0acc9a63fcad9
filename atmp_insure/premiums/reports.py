"""What pages, files and programs read of the books of premiums: the aged balance of clients, positions of insurers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.ledger.chart import AccountRole
from atmp_insure.parties.partner_queries import names_of_organisations
from atmp_insure.premiums import figure_queries, position_queries
from atmp_insure.premiums.ageing import AgeBand, Aged, LeftOpen, aged
from atmp_insure.premiums.booking import euros
from atmp_insure.premiums.call_shares import left_of
from atmp_insure.premiums.positions import Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.call_shares import Parts, Whose
    from atmp_insure.premiums.figure_queries import OpenOn

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class AgedClient:
    """A client in the aged balance.

    Attributes:
        amounts: in the order of the bands.
    """

    company_id: int
    name: str
    auxiliary: str
    aged: Aged

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """What it owes of each age."""
        return tuple(self.aged.of(band) for band in AgeBand)


def aged_clients(session: ScopedSession, on: date, whose: Whose) -> list[AgedClient]:
    """What each client owes at the end of a day by the days since it was due, by name."""
    found = figure_queries.list_open(session, on)
    parts = {} if whose.everybody else figure_queries.parts_of_open(session, on)
    known = {one.company_id: one for one in found}
    clients = [
        AgedClient(number, known[number].company or known[number].auxiliary, known[number].auxiliary, each)
        for number, each in aged(_left(found, parts, whose), on).items()
    ]
    return sorted(clients, key=lambda one: (one.name.casefold(), one.company_id))


def _left(found: Iterable[OpenOn], parts: dict[int, Parts], whose: Whose) -> Iterator[LeftOpen]:
    """What is left open; what comes from no call is of no insurer and no broker."""
    for one in found:
        if whose.everybody:
            left_eur = (one.amount_eur - one.settled_eur) * (-1 if one.is_credit else 1)
        else:
            called = parts.get(one.call_id, {}) if one.call_id is not None else {}
            left_eur = euros(left_of(called, int(one.settled_eur * 100), whose))
        yield LeftOpen(one.company_id, one.due_on, left_eur, one.is_credit)


def insurer_positions(session: ScopedSession, on: date) -> list[Position]:
    """Where the office stands with each insurer at the end of a day, by name."""
    balances = position_queries.balances_by_insurer(session, on)
    withheld = position_queries.withheld_by_insurer(session, on)
    names = names_of_organisations(session, list(balances))
    found = []
    for number, held in balances.items():
        found.append(Position(
            number, names[number],
            called_eur=-held.get(AccountRole.PREMIUM_CALLED, _ZERO),
            tax_called_eur=-held.get(AccountRole.TAX_CALLED, _ZERO),
            collected_eur=-held.get(AccountRole.PREMIUM_COLLECTED, _ZERO),
            tax_collected_eur=-held.get(AccountRole.TAX_COLLECTED, _ZERO),
            bank_eur=held.get(AccountRole.PREMIUM_BANK, _ZERO),
            withheld_eur=withheld.get(number, _ZERO),
        ))  # fmt: skip
    return sorted(found, key=lambda one: one.insurer)
