"""Whom a change of a product touches: a criterion, so that a page can list the clients concerned."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue import guarantee
from atmp_insure.guarantees.written import PEOPLE, amount_text, count_text, deductible_text
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.phrases import Phrase

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
    def label_fr(self) -> Label:
        """The criterion in French: `les clients qui ont la garantie « Frais de contestation »`."""
        if self.whom is Whom.FUTURE_QUOTES:
            return Label("les devis à venir")
        return self._of_value() or self._of_payment() or Label("tous les clients")

    def _of_value(self) -> Label | None:
        """The one value that the criterion has, in words."""
        if self.guarantee:
            named = guarantee(self.guarantee).label_fr
            return Phrase("les clients qui ont la garantie « %(guarantee)s »", guarantee=named)
        if self.deductible:
            said = deductible_text(self.deductible)
            return Phrase("les clients dont la franchise est : %(deductible)s", deductible=said)
        if self.mode:
            return Phrase("les clients dont une section est en tarification %(mode)s", mode=self.mode.label)
        if self.scheme:
            return Phrase("les clients du régime « %(scheme)s »", scheme=self.scheme)
        if self.headcount:
            return Phrase("les clients de moins de %(people)s", people=count_text(self.headcount, PEOPLE))
        return None

    def _of_payment(self) -> Label | None:
        if self.frequency:
            return Phrase("les clients dont le paiement est %(frequency)s", frequency=self.frequency.label)
        if self.amount_eur is None:
            return None
        amount = amount_text(self.amount_eur)
        if self.whom is Whom.WAGES_ABOVE:
            return Phrase("les clients dont la masse salariale garantie dépasse %(amount)s", amount=amount)
        return Phrase("les clients dont la prime annuelle hors taxe est inférieure à %(amount)s", amount=amount)


EVERY_CLIENT = Touched(Whom.EVERY_CLIENT)
FUTURE_QUOTES = Touched(Whom.FUTURE_QUOTES)
