"""What the law knows of each rate year: cells of the three yearly schedules, and the checks that cross them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.regulation.law import SURCHARGE_NAMES, Surcharges
from atmp_insure.regulation.vocabulary import (
    CONSTRUCTION_COMMITTEE,
    CONSTRUCTION_GRAVE,
    FIRST_RATE_YEAR,
    NATIONAL_COMMITTEES,
    SUB_SECTORS,
    Activity,
    CostCategory,
)

if TYPE_CHECKING:
    from atmp_insure.regulation.law import Law


@dataclass(frozen=True, slots=True)
class YearCoverage:
    """What is known of one rate year.

    Attributes:
        cost_cells: known cells of the schedule of average costs, of `WHOLE_SCHEDULE`.
        missing_committees: committees with no cell at all, then those with some missing cells.
        surcharges: names of the known surcharges.
        floor_percent: rate of a unit without claims, at two decimals; None when a surcharge is missing.
        published_floor_percent: what a publication prints for it.
        collective_codes: number of risk codes with a collective rate.
    """

    rate_year: int
    cost_cells: int
    missing_committees: tuple[str, ...]
    partial_committees: tuple[str, ...]
    surcharges: tuple[str, ...]
    floor_percent: Fraction | None
    published_floor_percent: Fraction | None
    collective_codes: int

    @property
    def floor_disagrees(self) -> bool:
        """Whether a publication prints another floor than the surcharges give."""
        return None not in (self.floor_percent, self.published_floor_percent) and (
            self.floor_percent != self.published_floor_percent
        )


def schedule_cells() -> frozenset[tuple[str, Activity, str]]:
    """Every cell of a full schedule of average costs: committee, activity, column.

    Source: art. D.242-6-6 CSS; annexes of the yearly arrêtés.
    """
    cells = set()
    for ctn in NATIONAL_COMMITTEES:
        for category in CostCategory:
            if ctn != CONSTRUCTION_COMMITTEE or not category.is_grave:
                cells.add((ctn, Activity.ALL, category.value))
            else:
                cells.add((ctn, Activity.ALSACE_MOSELLE, category.value))
    cells |= {(CONSTRUCTION_COMMITTEE, activity, CONSTRUCTION_GRAVE) for activity in SUB_SECTORS}
    return frozenset(cells)


WHOLE_SCHEDULE = schedule_cells()


def floor_rate(rate_year: int, law: Law) -> Fraction | None:
    """Rate of a unit without any claim, M1 × (1 + M2) + M3 + M4, as it is notified; None when a surcharge is missing.

    Source: art. D.242-6-9 CSS with a gross rate of zero.
    """
    found = [law.find_surcharge(rate_year, name) for name in SURCHARGE_NAMES]
    known = [one.value for one in found if one is not None]
    if len(known) < len(SURCHARGE_NAMES):
        return None
    notified = law.rounding.at(law.effective_on(rate_year)).value.notified
    return notified.apply(Surcharges(*known).net(Fraction(0)))


def coverage(law: Law) -> tuple[YearCoverage, ...]:
    """What is known of each rate year, from the first one of the tariff to the last with any schedule.

    Source: the files of `config/regulation` and of the office's overlay.
    """
    last = max(law.schedule_years, default=FIRST_RATE_YEAR)
    return tuple(_year(rate_year, law) for rate_year in range(FIRST_RATE_YEAR, last + 1))


def _year(rate_year: int, law: Law) -> YearCoverage:
    known = {key[1:] for key in law.average_costs if key[0] == rate_year}
    missing = {ctn: {cell for cell in WHOLE_SCHEDULE if cell[0] == ctn} - known for ctn in NATIONAL_COMMITTEES}
    whole = {ctn: sum(cell[0] == ctn for cell in WHOLE_SCHEDULE) for ctn in NATIONAL_COMMITTEES}
    published = law.published.get((rate_year, "floor_rate_published"))
    return YearCoverage(
        rate_year=rate_year,
        cost_cells=len(known & WHOLE_SCHEDULE),
        missing_committees=tuple(ctn for ctn, cells in missing.items() if len(cells) == whole[ctn]),
        partial_committees=tuple(ctn for ctn, cells in missing.items() if 0 < len(cells) < whole[ctn]),
        surcharges=tuple(name for name in SURCHARGE_NAMES if law.find_surcharge(rate_year, name) is not None),
        floor_percent=floor_rate(rate_year, law),
        published_floor_percent=published.value if published else None,
        collective_codes=sum(key[0] == rate_year for key in law.collective_rates),
    )
