"""The rate path drawn in characters: years across, percent upward, the over-contribution shaded between two paths.

Heavy line with ●: notified. Light line with •: expected. Dashed line with ○: without the claims.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.rounding import RoundingMode, decimal_text, scaled_integer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH = 100
AXIS_WIDTH = 8  # `  4,45 ┤`
MOST_YEARS = 30
_WIDEST_YEAR = 13
_NARROWEST_LABEL = 6  # `4,45` and a space on each side
_MOST_ROWS = 15
_STEPS = tuple(map(Fraction, ("0.05", "0.1", "0.2", "0.25", "0.5", "1", "2", "5", "10")))
SHADE = "░"


@dataclass(frozen=True, slots=True)
class Stroke:
    """The characters of one kind of line: level, upright, and the four corners; `point` marks a year."""

    point: str
    level: str
    upright: str
    up_from: str  # the lower end of a rise, on the left
    up_to: str
    down_from: str
    down_to: str


NOTIFIED = Stroke("●", "━", "┃", "┛", "┏", "┓", "┗")
PROJECTED = Stroke("•", "─", "│", "╯", "╭", "╮", "╰")
WITHOUT = Stroke("○", "╌", "┆", "╯", "╭", "╮", "╰")


@dataclass(frozen=True, slots=True)
class RatePath:
    """Rates to draw, in percent, by rate year.

    Attributes:
        notified: rates of the sheets.
        projected: rates with the claims, for years after the sheets.
        without: rates without the claims.
    """

    notified: Mapping[int, Fraction]
    projected: Mapping[int, Fraction] = field(default_factory=dict)
    without: Mapping[int, Fraction] = field(default_factory=dict)

    @property
    def with_claims(self) -> dict[int, Fraction]:
        """What was notified, then what follows."""
        return {**self.projected, **self.notified}

    @property
    def years(self) -> range:
        """Every year drawn, a year without sheet included, as many as fit."""
        known = (*self.notified, *self.projected, *self.without)
        return range(min(known), max(known) + 1)[:MOST_YEARS]


def drawn(path: RatePath) -> list[str]:
    """The lines of the drawing, at most 100 columns wide."""
    years = path.years
    canvas = _Canvas.for_path(path, min(_WIDEST_YEAR, (WIDTH - AXIS_WIDTH) // len(years)))
    _shade(canvas, path)
    _draw(canvas, path.without, WITHOUT, years)
    _draw(canvas, _joined(path), PROJECTED, years)
    _draw(canvas, path.notified, NOTIFIED, years)
    _label(canvas, path)
    return [*canvas.lines(), _axis(years, canvas.year_width), _years(years, canvas.year_width)]


@dataclass(frozen=True, slots=True)
class _Canvas:
    """Characters by row (0 at the bottom) and column, and what they measure."""

    cells: list[list[str]]
    bottom: Fraction
    step: Fraction
    year_width: int

    @classmethod
    def for_path(cls, path: RatePath, year_width: int) -> _Canvas:
        rates = [*path.with_claims.values(), *path.without.values()]
        span = max(rates) - min(rates)
        step = next((step for step in _STEPS if span / step <= _MOST_ROWS - 3), _STEPS[-1])
        bottom = max(Fraction(0), (min(rates) // step - 2) * step)
        rows = int((max(rates) - bottom) / step) + 3
        return cls([[" "] * (len(path.years) * year_width) for _ in range(rows)], bottom, step, year_width)

    def row(self, rate_percent: Fraction) -> int:
        return scaled_integer((rate_percent - self.bottom) / self.step, 1, RoundingMode.HALF_UP)

    def write(self, row: int, column: int, text: str, *, over: str = "") -> None:
        """Write a text; with `over`, only where every cell holds one of these characters."""
        target = self.cells[row][column : column + len(text)] if 0 <= row < len(self.cells) and column >= 0 else []
        if len(target) == len(text) and (not over or all(cell in over for cell in target)):
            self.cells[row][column : column + len(text)] = list(text)

    def lines(self) -> list[str]:
        """The rows from the top, each with its rate on every other line."""
        shown = []
        for row in range(len(self.cells) - 1, -1, -1):
            labelled = row % 2 == 0
            rate = decimal_text(self.bottom + row * self.step, 2).replace(".", ",") if labelled else ""
            shown.append(f"{rate:>6} {'┤' if labelled else '│'}{''.join(self.cells[row])}".rstrip())
        return shown


def _draw(canvas: _Canvas, rates: Mapping[int, Fraction], stroke: Stroke, years: Sequence[int]) -> None:
    """One path: a level for each year with its point in the middle, uprights where the year changes."""
    width = canvas.year_width
    for at, year in enumerate(years):
        if year not in rates:
            continue
        row, first = canvas.row(rates[year]), at * width
        canvas.write(row, first + 1, stroke.level * (width - 1))
        if year - 1 in rates and at:
            _join(canvas, first, canvas.row(rates[year - 1]), row, stroke)
        canvas.write(row, first + width // 2, stroke.point)


def _join(canvas: _Canvas, column: int, before: int, after: int, stroke: Stroke) -> None:
    if before == after:
        canvas.write(before, column, stroke.level)
        return
    rises = after > before
    for row in range(min(before, after) + 1, max(before, after)):
        canvas.write(row, column, stroke.upright)
    canvas.write(before, column, stroke.up_from if rises else stroke.down_from)
    canvas.write(after, column, stroke.up_to if rises else stroke.down_to)


def _joined(path: RatePath) -> dict[int, Fraction]:
    """The projected path, from the last notified rate on, so that both lines touch."""
    if not path.projected:
        return {}
    last = max(path.notified)
    return {last: path.notified[last], **{year: rate for year, rate in path.projected.items() if year > last}}


def _shade(canvas: _Canvas, path: RatePath) -> None:
    """Shade what lies between both paths, the uprights between two years included."""
    bands = {
        year: (canvas.row(path.without[year]), canvas.row(path.with_claims[year]))
        for year in path.years
        if year in path.with_claims and year in path.without
    }
    for year, (low, high) in bands.items():
        first = (year - path.years[0]) * canvas.year_width
        low_before, high_before = bands.get(year - 1, (low, low))
        for row in range(low + 1, high):
            canvas.write(row, first + 1, SHADE * (canvas.year_width - 1))
        for row in range(max(low, low_before) + 1, min(high, high_before)):
            canvas.write(row, first, SHADE)


def _label(canvas: _Canvas, path: RatePath) -> None:
    """Each rate beside its point: above the line with the claims, below the line without, where there is room."""
    for rates, offset in ((path.with_claims, 1), (path.without, -1)):
        for at, year in enumerate(path.years):
            if year not in rates or (offset < 0 and rates[year] == path.with_claims.get(year)):
                continue
            if at % _labelled_years(canvas.year_width):
                continue
            text = decimal_text(rates[year], 2).replace(".", ",")
            column = at * canvas.year_width + canvas.year_width // 2 - 1
            canvas.write(canvas.row(rates[year]) + offset, column, text, over=f" {SHADE}")


def _axis(years: Sequence[int], width: int) -> str:
    marks = "".join("─" * (width // 2) + "┬" + "─" * (width - width // 2 - 1) for _ in years)
    return f"{'':7}└{marks}"


def _years(years: Sequence[int], width: int) -> str:
    every = _labelled_years(width)
    before, room = max(width // 2 - 1, 0), width * every
    shown = "".join(f"{'':{before}}{year:<{room - before}}" for year in years[::every])
    return (" " * AXIS_WIDTH + shown).rstrip()[:WIDTH]


def _labelled_years(width: int) -> int:
    """One year out of how many has room for its label."""
    return -(-_NARROWEST_LABEL // width)
