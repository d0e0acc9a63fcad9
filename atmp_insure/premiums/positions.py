"""Where the office stands with one insurer at the end of a day; insurers are never netted against each other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Position:
    """What is owed to an insurer, tax apart, beside the premium account that the office holds for it.

    Attributes:
        called_eur, tax_called_eur: called for it and not collected.
        collected_eur, tax_collected_eur: collected for it and not paid over, less what it leaves to the office.
        bank_eur: of its premium account, in the books.
        withheld_eur: what it left to the office as commission, which lies on that account until it is moved.
    """

    insurer_id: int
    insurer: str
    called_eur: Decimal = _ZERO
    tax_called_eur: Decimal = _ZERO
    collected_eur: Decimal = _ZERO
    tax_collected_eur: Decimal = _ZERO
    bank_eur: Decimal = _ZERO
    withheld_eur: Decimal = _ZERO

    @property
    def difference_eur(self) -> Decimal:
        """What the account holds beyond what is to be paid over; below zero: it lacks it.

        Source: art. L.512-7 Code des assurances (money held for insurers), mandate of each agreement.
        """
        return self.bank_eur - self.collected_eur - self.tax_collected_eur

    @property
    def other_eur(self) -> Decimal:
        """What commission does not explain: money not yet allocated, cheques, what brokers hold, what lies elsewhere.

        Source: none; the difference, less what is known of it.
        """
        return self.difference_eur - self.withheld_eur
