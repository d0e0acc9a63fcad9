"""The aged balance (balance âgée): what clients owe on a day, by the days since it was due."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

_ZERO = Decimal("0.00")
# the last day of each band, counted from the due date, which is day 0
FIRST_DAYS = 10
FIRST_MONTH = 30
SECOND_MONTH = 60
THIRD_MONTH = 90


class AgeBand(Labelled):
    """How long something has been due."""

    NOT_DUE = "not_due", "à échoir"
    FIRST_DAYS = "first_days", "0 à 10 jours"
    FIRST_MONTH = "first_month", "11 à 30 jours"
    SECOND_MONTH = "second_month", "31 à 60 jours"
    THIRD_MONTH = "third_month", "61 à 90 jours"
    BEYOND = "beyond", "plus de 90 jours"


LAST_DAYS = (
    (AgeBand.FIRST_DAYS, FIRST_DAYS),
    (AgeBand.FIRST_MONTH, FIRST_MONTH),
    (AgeBand.SECOND_MONTH, SECOND_MONTH),
    (AgeBand.THIRD_MONTH, THIRD_MONTH),
)


def band_of(due_on: date, on: date) -> AgeBand:
    """How long something has been due on a day; on its due date it is due since 0 days.

    Source: none; usage of accountants, bounds of this product.
    """
    days = (on - due_on).days
    if days < 0:
        return AgeBand.NOT_DUE
    return next((band for band, last in LAST_DAYS if days <= last), AgeBand.BEYOND)


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What is left open on the account of a client.

    Attributes:
        left_eur: below zero: the client is owed it.
        is_credit: a payment or a credit note that settles nothing yet, rather than a debt.
    """

    company_id: int
    due_on: date
    left_eur: Decimal
    is_credit: bool = False


@dataclass(frozen=True, slots=True)
class Aged:
    """What a client owes by age, and what it is owed that settles none of it yet.

    Attributes:
        by_band: what it owes; nothing where it owes nothing of that age.
        credit_eur: payments and credit notes not settled with a debt, zero or below.
    """

    by_band: Mapping[AgeBand, Decimal] = field(default_factory=dict)
    credit_eur: Decimal = _ZERO

    def __add__(self, other: Aged) -> Aged:
        bands = [band for band in AgeBand if band in self.by_band or band in other.by_band]
        return Aged({band: self.of(band) + other.of(band) for band in bands}, self.credit_eur + other.credit_eur)

    def of(self, band: AgeBand) -> Decimal:
        """What is owed of an age.

        Source: none; a look-up.
        """
        return self.by_band.get(band, _ZERO)

    @property
    def owed_eur(self) -> Decimal:
        """All that is owed, due or not.

        Source: none; a sum.
        """
        return sum(self.by_band.values(), _ZERO)

    @property
    def due_eur(self) -> Decimal:
        """What is owed and due.

        Source: none; a sum.
        """
        return self.owed_eur - self.of(AgeBand.NOT_DUE)

    @property
    def balance_eur(self) -> Decimal:
        """What the account holds in the books: what is owed, less what settles nothing yet.

        Source: none; a sum.
        """
        return self.owed_eur + self.credit_eur


def aged(left: Iterable[LeftOpen], on: date) -> dict[int, Aged]:
    """What each client owes on a day, by age; clients of whom nothing is left open are not there.

    Source: none; usage of accountants (balance âgée).
    """
    found: dict[int, Aged] = {}
    for one in left:
        if one.left_eur:
            added = Aged(credit_eur=one.left_eur) if one.is_credit else Aged({band_of(one.due_on, on): one.left_eur})
            found[one.company_id] = found.get(one.company_id, Aged()) + added
    return found


def total_of(clients: Iterable[Aged]) -> Aged:
    """The foot of an aged balance.

    Source: none; a sum.
    """
    return sum(clients, Aged())
