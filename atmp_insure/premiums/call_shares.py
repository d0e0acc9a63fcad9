"""A call between its insurers and its brokers: what each of them was called, what of it is collected, what is left.

The shares are those of the books (`booking.between_insurers`, `collecting.collected_of`); only brokers are told apart
further, within the account of each insurer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.ledger.chart import AccountKey, AccountRole
from atmp_insure.premiums.booking import between_insurers
from atmp_insure.premiums.collecting import collected_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A part of a call: on which account of which insurer it was called, and which broker brought it.

    Attributes:
        broker_id: 0: nobody.
    """

    account: AccountKey
    broker_id: int

    @property
    def insurer_id(self) -> int:
        """The insurer whose account it is.

        Source: none; the holder of the account.
        """
        assert self.account.holder_id is not None, "what is called is called for an insurer"
        return self.account.holder_id


Parts = dict[Part, int]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose parts of calls are asked for.

    Attributes:
        insurer_id: None: those of all insurers.
        broker_id: None: those of all brokers; 0: those that no broker brought.
    """

    insurer_id: int | None = None
    broker_id: int | None = None

    @property
    def everybody(self) -> bool:
        """Whether nothing is left out.

        Source: none; no filter.
        """
        return self.insurer_id is None and self.broker_id is None

    def holds(self, part: Part) -> bool:
        """Whether a part is among those asked for.

        Source: none; a filter.
        """
        return self.insurer_id in {None, part.insurer_id} and self.broker_id in {None, part.broker_id}


@dataclass(frozen=True, slots=True)
class LineCalled:
    """A line of a call, in cents; its premium with the surcharge."""

    agreement_version_id: int
    broker_id: int
    premium: int
    tax: int


def called_parts(lines: Iterable[LineCalled], shares: Mapping[int, Mapping[int, Fraction]]) -> Parts:
    """What a call calls for each insurer, premium and tax apart, and each broker; the sums are those of its entry.

    Args:
        shares: by version of agreement, the part of each insurer.

    Source: shares of the agreement, to the cent by the largest remainder, line by line.
    """
    found: Parts = {}
    for line in lines:
        for role, cents in ((AccountRole.PREMIUM_CALLED, line.premium), (AccountRole.TAX_CALLED, line.tax)):
            for insurer, part in between_insurers(cents, shares[line.agreement_version_id]):
                key = Part(AccountKey(role, insurer), line.broker_id)
                found[key] = found.get(key, 0) + part
    return dict(sorted(found.items()))


def collected_parts(called: Parts, settled: int) -> Parts:
    """What is collected of each part once some of a call is settled.

    Sums by account are those of the books: shares of running totals, in the same order of accounts, do not depend on
    how finely an account is cut.

    Args:
        settled: in cents, from zero to the size of the call.

    Source: proportion of each part in the call, as agreements share premiums.
    """
    return collected_of(dict(sorted(called.items())), settled)


def left_parts(called: Parts, settled: int) -> Parts:
    """What is left to be settled of each part.

    Source: none; what was called, less what is collected.
    """
    collected = collected_parts(called, settled)
    return {part: cents - collected[part] for part, cents in called.items()}


def left_of(called: Parts, settled: int, whose: Whose) -> int:
    """What is left to be settled of the parts of some, in cents.

    Source: none; a sum.
    """
    return sum(cents for part, cents in left_parts(called, settled).items() if whose.holds(part))
