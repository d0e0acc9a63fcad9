"""What is to be called of a policy year by a day: what is owed by then, less what was called, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.money import whole_cents
from atmp_insure.premiums.instalments import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from fractions import Fraction

    from atmp_insure.policies.transactions import Charge, InsuranceYear
    from atmp_insure.premiums.instalments import Instalment


@dataclass(frozen=True, slots=True, order=True)
class CalledLine:
    """What a line of a call is for: one guarantee, under one tax rate, for the insurers of one agreement.

    Attributes:
        code: of the guarantee, or `minimum_premium`.
        broker_id: who earns the commission on it; 0: nobody.
    """

    code: str
    tax_rate: Fraction
    agreement_version_id: int
    broker_id: int


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amounts of a line, in cents; below zero they are given back."""

    net: int = 0
    surcharge: int = 0
    tax: int = 0
    commission: int = 0

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(
            self.net + other.net, self.surcharge + other.surcharge, self.tax + other.tax,
            self.commission + other.commission,
        )  # fmt: skip

    def __neg__(self) -> Amounts:
        return Amounts(-self.net, -self.surcharge, -self.tax, -self.commission)

    @property
    def total(self) -> int:
        """What the client owes: with surcharge and tax; the commission is the insurer's affair."""
        return self.net + self.surcharge + self.tax


Lines = dict[CalledLine, Amounts]


def owed_of(charges: Iterable[Charge], year: InsuranceYear) -> Lines:
    """All that transactions charged for the days of a policy year, by line, reversals included.

    Source: the charges of the policy, added up.
    """
    found: Lines = {}
    for one in charges:
        if year.holds(one.first_day):
            line = CalledLine(one.code, one.tax_rate, one.agreement_version_id, one.broker_id or 0)
            amounts = Amounts(*(whole_cents(each) for each in (
                one.net_eur, one.surcharge_eur, one.tax_eur, one.commission_eur,
            )))  # fmt: skip
            found[line] = found.get(line, Amounts()) + amounts
    return found


def reached(found: Sequence[Instalment], until: date, ended_on: date | None) -> int:
    """How many instalments are to be called by a day; all of them once cover has ended.

    Args:
        until: the last due date that is called.
        ended_on: first day without cover for good; None: it goes on.

    Source: special conditions (fractionnement); what is left of an ended policy is due at once.
    """
    if ended_on is not None and ended_on <= until:
        return len(found)
    return sum(one.due_on <= until for one in found)


def to_call(owed: Mapping[CalledLine, Amounts], called: Mapping[CalledLine, Amounts], shares: Shares) -> Lines:
    """What is to be called: what is owed by the last instalment reached, less what was called; no line of zero.

    Source: special conditions (fractionnement). Called again with what it called, it calls nothing.
    """
    found: Lines = {}
    for line in sorted(owed.keys() | called.keys()):
        due = _until(owed.get(line, Amounts()), shares)
        left = due + -called.get(line, Amounts())
        if left != Amounts():
            found[line] = left
    return found


def added(former: Mapping[CalledLine, Amounts], latter: Mapping[CalledLine, Amounts]) -> Lines:
    """The sums of two calls, line by line.

    Source: none; a sum.
    """
    none = Amounts()
    return {line: former.get(line, none) + latter.get(line, none) for line in former.keys() | latter.keys()}


@dataclass(frozen=True, slots=True)
class Shares:
    """How a year is shared, and how far it is called.

    Attributes:
        weights: of its instalments.
        count: how many of them are called.
        remainder_at: the one that takes what does not divide, from 1.
    """

    weights: tuple[int, ...]
    count: int
    remainder_at: int = 1


def _until(owed: Amounts, shares: Shares) -> Amounts:
    return Amounts(*(
        sum(parts(cents, shares.weights, shares.remainder_at)[: shares.count])
        for cents in (owed.net, owed.surcharge, owed.tax, owed.commission)
    ))  # fmt: skip
