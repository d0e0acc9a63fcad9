"""What of a call is collected for each insurer, once part of it is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

K = TypeVar("K")


def collected_of(called: Mapping[K, int], settled: int) -> dict[K, int]:
    """Share what is settled of a call between what was called, in proportion, so that nothing is lost on the way.

    Each part is the difference of two rounded shares of running totals: parts always add up to what is settled, and to
    what was called once all of it is. Settled a little more, a part may move by a cent; the whole never does.

    Args:
        called: in cents, of either sign; those of a credit note add up below zero.
        settled: in cents, from zero to the size of their sum.

    Source: none; proportion of each insurer in what the client paid, as agreements share premiums.
    """
    total = sum(called.values())
    if not total:
        return dict(called)
    size, found = abs(total), {}
    running = former = 0
    for key, cents in called.items():
        running += cents
        share = settled * running // size
        found[key], former = share - former, share
    return found
