"""Letters (codes de lettrage) of an accounting file: items that settle each other bear one, once all are settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.ledger.settling import letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

ItemKey = tuple[int, int]  # an entry and an account, by their numbers


@dataclass(frozen=True, slots=True)
class Matched:
    """A settlement that counts, by its number, with the two items that it brings together."""

    number: int
    debit: ItemKey
    credit: ItemKey


@dataclass(frozen=True, slots=True)
class Lettered:
    """What an item bears in the file: the code of its group, and the day on which the last of it was settled."""

    code: str
    on: date


def lettered(matches: Iterable[Matched], settled_on: Mapping[ItemKey, date | None]) -> dict[ItemKey, Lettered]:
    """The letter of each item whose group is settled whole: its debits then equal its credits.

    The code follows from the first settlement of the group, so that it is the same whenever the file is written.

    Args:
        settled_on: the day on which each item was settled whole; None: something is left.

    Source: art. A.47 A-1 LPF (EcritureLet, DateLet); usage of accountants (a group bears a letter when it balances).
    """
    leader: dict[ItemKey, ItemKey] = {}

    def found(key: ItemKey) -> ItemKey:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    kept = sorted(matches, key=lambda one: one.number)
    for one in kept:
        leader[found(one.credit)] = found(one.debit)
    first: dict[ItemKey, int] = {}
    for one in kept:
        first.setdefault(found(one.debit), one.number)
    days: dict[ItemKey, list[date | None]] = {}
    for key in leader:
        days.setdefault(found(key), []).append(settled_on.get(key))
    whole = {
        head: Lettered(letter(first[head] - 1), max(one for one in some if one is not None))
        for head, some in days.items()
        if None not in some
    }
    return {key: whole[found(key)] for key in leader if found(key) in whole}
