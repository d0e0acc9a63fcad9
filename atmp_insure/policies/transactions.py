"""The transactions of a policy: nine kinds, each with what it says and what it costs; none is ever changed.

`effective_on` is the first day on which a transaction holds: a termination takes effect on the day after the last one
that is covered.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.terms import PolicyTerms


class TransactionKind(Labelled):
    """A kind of transaction; the stored code, and its name in French."""

    ISSUE = "issue", "émission"
    TAKE_OVER = "take_over", "reprise"
    ENDORSE = "endorse", "avenant"
    RENEW = "renew", "renouvellement"
    SUSPEND = "suspend", "suspension"
    RESUME = "resume", "remise en vigueur"
    TERMINATE = "terminate", "résiliation"
    ADJUST = "adjust", "régularisation"
    REVERSE = "reverse", "annulation"


OPENING = frozenset({TransactionKind.ISSUE, TransactionKind.TAKE_OVER})


class Refunding(Labelled):
    """What becomes of the premium of the days that a termination takes off."""

    UNEARNED = "unearned", "la prime des jours qui restent est rendue"
    KEPT = "kept", "la prime reste acquise"


@dataclass(frozen=True, slots=True)
class InsuranceYear:
    """A policy year (année d'assurance), both ends included; the first may be shorter."""

    first_day: date
    last_day: date

    def holds(self, on: date) -> bool:
        """Whether a day is of this year."""
        return self.first_day <= on <= self.last_day


@dataclass(frozen=True, slots=True)
class Opening:
    """A policy begins, signed here or taken over from another system."""

    terms: PolicyTerms
    year: InsuranceYear
    kind: TransactionKind = TransactionKind.ISSUE


@dataclass(frozen=True, slots=True)
class Endorsement:
    """A paper that changes a policy from a day on."""

    changes: tuple[Change, ...]
    kind: TransactionKind = TransactionKind.ENDORSE


@dataclass(frozen=True, slots=True)
class Renewal:
    """A new policy year, with what changes as it begins."""

    year: InsuranceYear
    changes: tuple[Change, ...] = ()
    kind: TransactionKind = TransactionKind.RENEW


@dataclass(frozen=True, slots=True)
class Suspension:
    """Cover stops for want of a premium; the premium stays due."""

    kind: TransactionKind = TransactionKind.SUSPEND


@dataclass(frozen=True, slots=True)
class Resumption:
    """Cover comes back, at noon of the day on which it is effective."""

    kind: TransactionKind = TransactionKind.RESUME


@dataclass(frozen=True, slots=True)
class Termination:
    """A policy ends: by which ground, and what becomes of the premium.

    Attributes:
        ground: code of the ground (`grounds`).
        voids: whether it never covered anything (nullité): the premiums are kept.
    """

    ground: str
    refunding: Refunding
    voids: bool = False
    kind: TransactionKind = TransactionKind.TERMINATE


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The premium of a policy year on the wages that were really paid, by section, for its insured days of the year."""

    year: InsuranceYear
    wages_eur: Mapping[str, Fraction]
    kind: TransactionKind = TransactionKind.ADJUST


@dataclass(frozen=True, slots=True)
class Reversal:
    """A transaction is taken back, with its exact charges."""

    of_number: int
    kind: TransactionKind = TransactionKind.REVERSE


Content = Opening | Endorsement | Renewal | Suspension | Resumption | Termination | Adjustment | Reversal


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount that a transaction adds to what is owed, or takes off it when it is negative.

    Attributes:
        code: of the guarantee, or `minimum_premium`.
        first_day, last_day: the days it is for.
        due_on: the day whose tax rate applies.
        agreement_version_id: of the insurers who bear it.
        broker_id: who earns, or gives back, the commission.
    """

    code: str
    first_day: date
    last_day: date
    due_on: date
    agreement_version_id: int
    net_eur: Fraction
    surcharge_eur: Fraction
    tax_rate: Fraction
    tax_eur: Fraction
    commission_eur: Fraction
    broker_id: int | None = None

    @property
    def total_eur(self) -> Fraction:
        """With surcharge and tax."""
        return self.net_eur + self.surcharge_eur + self.tax_eur


@dataclass(frozen=True, slots=True)
class Entry:
    """A transaction before it has its number.

    Attributes:
        replays: number of the transaction that it applies again.
    """

    effective_on: date
    content: Content
    charges: tuple[Charge, ...]
    replays: int | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction of a policy; `number` is its place in the stack, from 1, in the order of recording."""

    number: int
    recorded_at: datetime
    entry: Entry

    @property
    def kind(self) -> TransactionKind:
        """Its kind."""
        return self.entry.content.kind

    @property
    def effective_on(self) -> date:
        """The first day on which it holds."""
        return self.entry.effective_on


def total_eur(charges: tuple[Charge, ...]) -> Fraction:
    """What charges add up to, with surcharge and tax.

    Source: none; a sum.
    """
    return sum((one.total_eur for one in charges), Fraction(0))
