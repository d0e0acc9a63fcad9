"""What commission a call earns as it is collected: what its insurers leave to the office, what its brokers are owed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from atmp_insure.kernel.money import whole_cents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Rates:
    """What an agreement gives for a product, as fractions of the premium without tax nor surcharge.

    Attributes:
        first: in the first policy year.
        renewal: in those that follow; None: the same.
    """

    first: Fraction
    renewal: Fraction | None = None

    def of_year(self, rank: int) -> Fraction:
        """The rate of a policy year, the first of a policy being 0."""
        return self.first if rank == 0 or self.renewal is None else self.renewal


@dataclass(frozen=True, slots=True)
class Earned:
    """What a line earns, in cents; below zero: it is clawed back.

    Attributes:
        collected: of what the client owes, with surcharge and tax.
        base: the premium without tax nor surcharge in it, to which rates apply.
        withheld: what its insurers leave to the office, out of what is to be paid over to them.
        commission: what the office owes its broker.
    """

    collected: int = 0
    base: int = 0
    withheld: int = 0
    commission: int = 0

    def __add__(self, other: Earned) -> Earned:
        return Earned(
            self.collected + other.collected, self.base + other.base, self.withheld + other.withheld,
            self.commission + other.commission,
        )  # fmt: skip

    def __neg__(self) -> Earned:
        return Earned(-self.collected, -self.base, -self.withheld, -self.commission)


def at_rate(base: int, called: int, called_rate: Fraction | None, rate: Fraction | None) -> int:
    """A commission in cents: as it was called where the rate is that of the call, so that no cent is found or lost.

    Args:
        base: premium without tax nor surcharge.
        called: the commission that the call carries.
        called_rate: at which it was called; None: not known.
        rate: the one that holds; None: that of the call.

    Source: the agreement, version by version and policy year by policy year.
    """
    if rate is None or rate == called_rate:
        return called
    return whole_cents(Fraction(base, 100) * rate)


def broker_rate(policy_rate: Fraction | None, said: Sequence[Rates | None]) -> Fraction | None:
    """The rate of a broker in a policy year; None: that of the call.

    A rate that the policy took from the agreement follows it from version to version and at renewal. One that was
    agreed for the policy alone stays, and so does that of a former broker.

    Args:
        policy_rate: of the policy in that year; None: the policy no longer names this broker.
        said: what the agreement says on the first day of each policy year, the last being that year; None: nothing.

    Source: the agreement with the broker.
    """
    now = said[-1] if said else None
    if now is None or policy_rate is None or policy_rate not in {one.first for one in said if one is not None}:
        return None
    return now.of_year(len(said) - 1)


def earned_of(lines: Mapping[K, Earned], collected: int) -> dict[K, Earned]:
    """What each line of a call has earned once some of it is collected, in proportion, to the cent.

    Each part is the difference of two rounded shares of running totals, as with what is collected for insurers: once
    all is collected, each line has earned exactly what it carries.

    Args:
        lines: what each earns once all of the call is collected.
        collected: of the call, in cents; of the sign of its total.

    Source: usage of brokers (a commission is earned when the premium is collected).
    """
    size, part = abs(sum(one.collected for one in lines.values())), abs(collected)
    if not size:
        return dict(lines)
    found, running = {}, Earned()
    for key, one in lines.items():
        before, running = running, running + one
        found[key] = _shared(running, part, size) + -_shared(before, part, size)
    return found


def _shared(whole: Earned, part: int, size: int) -> Earned:
    return Earned(*(
        part * cents // size for cents in (whole.collected, whole.base, whole.withheld, whole.commission)
    ))  # fmt: skip
