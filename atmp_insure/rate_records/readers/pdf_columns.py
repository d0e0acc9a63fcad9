"""The columns of a table on a page, rebuilt from the labels above it and the white between its words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from atmp_insure.rate_records.labels import ACCOUNT_COLUMNS
from atmp_insure.rate_records.readers.columns import FEWEST_KNOWN_COLUMNS, known_labels
from atmp_insure.rate_records.readers.pdf_text import Word, joined
from atmp_insure.rate_records.record import NamedTuple
from atmp_insure.rate_records.sheet_labels import RATE_HISTORY_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from atmp_insure.rate_records.readers.pdf_text import Line

_GAPS = (0.33, 0.5, 0.8)  # between labels, in heights of letters: the one that gives most known labels is right
_MOST_LINES_OF_LABELS = 4
_FEWEST_CELLS = 3
_MOST_WORDS = 200  # of a line of labels: a longer one is none, and would take ages to be looked at
_MOST_DIGITS = 0.34  # of the words of a line of labels
_MOST_GLUED = 8  # labels that stand too close are told apart among so many words
TABLES = (ACCOUNT_COLUMNS, RATE_HISTORY_COLUMNS)
_NEXT_LINE = 2.0  # in heights of letters: labels over several lines are close


class Labels(NamedTuple):
    """The labels above a table: their texts, each in its box, from left to right, and the lines they take.

    Attributes:
        first: index of their first line among those that were looked at; `last` is that of the last one.
        known: how many of them are known.
        place: where their first line stands.
    """

    cells: tuple[Word, ...]
    first: int
    last: int
    known: int
    place: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Their texts."""
        return tuple(cell.text for cell in self.cells)


def table_labels(lines: Sequence[Line]) -> Labels | None:
    """The labels of the table of a page: on one to four lines, at least four of them known; None when there is none."""
    best: Labels | None = None
    for first, line in enumerate(lines):
        if best is not None and first > best.last:
            break
        if not _FEWEST_CELLS <= len(line.words) <= _MOST_WORDS or _is_data(line):
            continue
        for last in range(first, min(first + _MOST_LINES_OF_LABELS, len(lines))):
            too_far = last > first and lines[last].middle - lines[last - 1].middle > _NEXT_LINE * lines[last].height
            if too_far or len(lines[last].words) > _MOST_WORDS:
                break
            for gap in _GAPS:
                stacks = _stacks(lines[first : last + 1], gap)
                if _known(map(joined, stacks)) < FEWEST_KNOWN_COLUMNS:
                    continue
                cells = sorted((cell for stack in stacks for cell in _told_apart(stack)), key=lambda cell: cell.left)
                known = _known(cells)
                if best is None or known > best.known:
                    best = Labels(tuple(cells), first, last, known, line.place)
    return best


def _is_data(line: Line) -> bool:
    """Whether a line holds values: labels have hardly any digit."""
    with_digits = sum(1 for word in line.words if any(letter.isdigit() for letter in word.text))
    return with_digits > _MOST_DIGITS * len(line.words)


def _known(cells: Iterable[Word]) -> int:
    texts = [cell.text for cell in cells]
    return max(len(known_labels(texts, labels)) for labels in TABLES)


def _stacks(lines: Sequence[Line], gap: float) -> list[list[Word]]:
    """The words of the labels that stand on some lines: a part of a label under another belongs to it."""
    stacks: list[list[Word]] = []
    boxes: list[Word] = []
    for line in lines:
        for words in line.groups(gap):
            box = joined(words)
            overlaps = [_overlap(box, stack) for stack in boxes]
            best = max(range(len(stacks)), key=overlaps.__getitem__, default=-1)
            if best >= 0 and overlaps[best] > 0:
                stacks[best] += words
                boxes[best] = joined((boxes[best], box))
            else:
                stacks.append(list(words))
                boxes.append(box)
    return stacks


def _told_apart(words: list[Word]) -> list[Word]:
    """The labels in a group of words: one, or several that stand so close that only their meaning tells them apart."""
    whole = joined(words)
    upper = [word for word in words if abs(word.middle - words[0].middle) < word.height / 2]
    if _means(whole) or not 1 < len(upper) <= _MOST_GLUED or len(words) > _MOST_GLUED * _MOST_LINES_OF_LABELS:
        return [whole]
    best: list[Word] = []
    for cuts in range(1, 2 ** (len(upper) - 1)):
        groups: list[list[Word]] = [[upper[0]]]
        for at, word in enumerate(upper[1:]):
            if cuts >> at & 1:
                groups.append([word])
            else:
                groups[-1].append(word)
        for word in words[len(upper) :]:
            boxes = [joined(group) for group in groups]
            groups[max(range(len(groups)), key=lambda at: _overlap(word, boxes[at]))].append(word)
        cells = [joined(group) for group in groups]
        if (not best or len(cells) < len(best)) and all(map(_means, cells)):
            best = cells
    return best or [whole]


def _means(cell: Word) -> bool:
    return any(labels.find_exact(cell.text) is not None for labels in TABLES)


def _overlap(one: Word, other: Word) -> float:
    return min(one.right, other.right) - max(one.left, other.left)


def separators(labels: Labels, words: Sequence[Word]) -> list[float]:
    """Where one column ends and the next begins: in the white between labels that fewest words of the table cross."""
    found: list[float] = []
    before = float("-inf")
    for cell, following in pairwise(labels.cells):
        low, high = cell.right, max(following.left, cell.right)
        near = [word for word in words if word.right > before and word.left < high and word.right > low]
        at = _whitest(low, high, near, has_data=any(before < word.right <= low for word in words))
        found.append(at)
        before = at
    return found


def _whitest(low: float, high: float, words: Sequence[Word], *, has_data: bool) -> float:
    """The middle of the widest band between `low` and `high` that fewest words cross.

    A band that would leave the column on its left without any value, and give its values to the next one, comes last.
    """
    edges = sorted({low, high, *(x for word in words for x in (word.left, word.right) if low < x < high)})
    best, best_rank = (low + high) / 2, (float("inf"), True, 0.0)
    for left, right in pairwise(edges):
        middle = (left + right) / 2
        crossed = sum(1 for word in words if word.left < middle < word.right)
        starved = (
            not has_data
            and not any(word.right <= middle for word in words)
            and any(middle <= word.left and word.right <= high for word in words)
        )
        rank = (crossed, starved, -(right - left))
        if rank < best_rank:
            best, best_rank = middle, rank
    return best


def in_columns(words: Iterable[Word], limits: Sequence[float], count: int) -> list[str]:
    """The words of one line, column by column."""
    texts = [""] * count
    for word in words:
        middle = (word.left + word.right) / 2
        at = sum(1 for limit in limits if middle > limit)
        texts[at] = f"{texts[at]} {word.text}".strip()
    return texts
