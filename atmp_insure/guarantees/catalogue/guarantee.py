"""What every guarantee of the catalogue answers: is a claim eligible, what is paid, how it is priced, what is written.

A guarantee is a frozen value; whoever quotes, issues or indemnifies loops over `GUARANTEES` and asks it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from atmp_insure.guarantees.product import GuaranteeTerms, ProductVersion
    from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent, PricingMethod, TriggerBasis
    from atmp_insure.kernel.labelled import Label


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is granted or not: a stable code, a French sentence, and the clause or article."""

    code: str
    text_fr: str
    source: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a guarantee responds to a claim, with its reasons, the refusals first; none is left out."""

    granted: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What decides whether a claim is covered.

    Attributes:
        cause: accident or disease.
        event: the outcome that the account line or the notification shows; IT6, IP2 to IP4, death; None: not grave.
        occurred_on: day of the accident, or of the first medical finding of the disease.
        notified_on: day the incapacity rate was notified; None: not yet, or no such rate.
        account_year: year of the account that bears the line; None: not yet.
        was_known: whether the client knew it when the contract was signed.
        recourse_engaged: whether a recourse was engaged.
        recourse_won: whether it ended with a rate set right or the line taken off.
    """

    cause: Cause
    event: InsuredEvent | None
    occurred_on: date
    notified_on: date | None = None
    account_year: int | None = None
    was_known: bool = False
    recourse_engaged: bool = False
    recourse_won: bool = False


@dataclass(frozen=True, slots=True)
class CoverTerms:
    """What was insured for the policy year that a claim is asked of.

    Attributes:
        guarantees: codes insured.
        first_day: of the policy year; both ends included.
        cover_began_on: first day of the very first policy year, from which the waiting period runs.
        basis: what must fall into the policy year; an account line, into the civil year of its first day.
    """

    guarantees: frozenset[str]
    first_day: date
    last_day: date
    cover_began_on: date
    basis: TriggerBasis
    waiting_days: int
    recourse_must_be_engaged: bool


@dataclass(frozen=True, slots=True)
class PaymentBasis:
    """What one rate year of one section gives to pay, or one recourse gives to refund.

    Attributes:
        excess_eur: over-contribution of the year due to insured claims; for fees, what was recovered or avoided.
        deductible_eur: of the section and year.
        limit_eur: of the section and year; None: no limit.
        fees_eur: invoiced for the contestation, without VAT.
    """

    excess_eur: Fraction
    deductible_eur: Fraction = Fraction(0)
    limit_eur: Fraction | None = None
    fees_eur: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guarantee and its four answers.

    Attributes:
        code: stored and stable: `IT6`.
        label_fr: as quotes and policies name it.
        events: what it insures; for contestation fees, the events whose recourses it follows.
        method: how its expected cost is found.
        is_eligible: whether it responds to a claim.
        paid_eur: what it pays, at the cent.
        wording: what the policy says of it, a clause a text.
    """

    code: str
    label_fr: Label
    events: frozenset[InsuredEvent]
    method: PricingMethod
    is_eligible: Callable[[ClaimFacts, CoverTerms, GuaranteeTerms], Answer]
    paid_eur: Callable[[PaymentBasis, GuaranteeTerms], Fraction]
    wording: Callable[[ProductVersion, GuaranteeTerms], tuple[str, ...]]
