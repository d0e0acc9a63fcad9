"""Whom a change of a product touches: a criterion, so that a page can list the clients concerned."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue import guarantee
from atmp_insure.guarantees.written import amount_text, count_text, deductible_text

if TYPE_CHECKING:
    from fractions import Fraction

    from atmp_insure.guarantees.product import Deductible
    from atmp_insure.guarantees.vocabulary import Frequency
    from atmp_insure.regulation.vocabulary import Mode


class Whom(StrEnum):
    """The kind of criterion; each but the first two reads one field of `Touched`."""

    EVERY_CLIENT = "every_client"
    FUTURE_QUOTES = "future_quotes"  # nobody whose policy runs
    WITH_GUARANTEE = "with_guarantee"
    WITH_DEDUCTIBLE = "with_deductible"
    WITH_MODE = "with_mode"  # a section of theirs
    OF_SCHEME = "of_scheme"
    HEADCOUNT_BELOW = "headcount_below"
    WAGES_ABOVE = "wages_above"  # yearly, all insured sections
    PREMIUM_BELOW = "premium_below"  # yearly, without tax
    PAYING = "paying"  # at a frequency


@dataclass(frozen=True, slots=True)
class Touched:
    """A criterion.

    Attributes:
        guarantee: code, for `WITH_GUARANTEE`.
        deductible: for `WITH_DEDUCTIBLE`.
        mode: for `WITH_MODE`.
        scheme: for `OF_SCHEME`.
        headcount: for `HEADCOUNT_BELOW`.
        amount_eur: for `WAGES_ABOVE` and `PREMIUM_BELOW`.
        frequency: for `PAYING`.
    """

    whom: Whom
    guarantee: str | None = None
    deductible: Deductible | None = None
    mode: Mode | None = None
    scheme: str | None = None
    headcount: int | None = None
    amount_eur: Fraction | None = None
    frequency: Frequency | None = None

    @property
    def label_fr(self) -> str:
        """The criterion in French: `les clients qui ont la garantie « Frais de contestation »`."""
        if self.whom is Whom.FUTURE_QUOTES:
            return "les devis à venir"
        if self.whom is Whom.EVERY_CLIENT:
            return "tous les clients"
        return f"les clients {self._which()}"

    def _which(self) -> str:
        """The one value that the criterion has, in words."""
        amount = amount_text(self.amount_eur) if self.amount_eur is not None else ""
        is_wages = self.whom is Whom.WAGES_ABOVE
        said = (
            self.guarantee and f"qui ont la garantie « {guarantee(self.guarantee).label_fr} »",
            self.deductible and f"dont la franchise est : {deductible_text(self.deductible)}",
            self.mode and f"dont une section est en tarification {self.mode.label}",
            self.scheme and f"du régime « {self.scheme} »",
            self.headcount and f"de moins de {count_text(self.headcount, 'salarié')}",
            self.frequency and f"dont le paiement est {self.frequency.label}",
            amount and is_wages and f"dont la masse salariale garantie dépasse {amount}",
            amount and not is_wages and f"dont la prime annuelle hors taxe est inférieure à {amount}",
        )
        return "".join(text for text in said if text)


EVERY_CLIENT = Touched(Whom.EVERY_CLIENT)
FUTURE_QUOTES = Touched(Whom.FUTURE_QUOTES)
