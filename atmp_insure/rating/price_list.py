"""Where the yearly values of a calculation come from: the document first, then the dated tables, then nothing.

Simulations may go on to the nearest earlier year that is known, and say so. No other look-up exists in the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import MissingParameter
from atmp_insure.kernel.french import french_number
from atmp_insure.rating.assumptions import EARLIER
from atmp_insure.regulation.law import SURCHARGE_NAMES, Surcharges, first_of, schedule_cell
from atmp_insure.regulation.vocabulary import CONSTRUCTION_COMMITTEE, FIRST_RATE_YEAR, Activity, CostCategory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction

    from atmp_insure.rating.unit import GivenValues, TariffUnit
    from atmp_insure.regulation.law import Law

DOCUMENT = "valeur du document"
REMEDY = "Donner la valeur dans le document, ou l'ajouter à la surcouche de réglementation du bureau"


@dataclass(frozen=True, slots=True)
class Found:
    """A value with its source, and what must be said about it ("" when nothing)."""

    value: Fraction
    source: str
    assumption: str = ""


@dataclass(frozen=True, slots=True)
class PriceList:
    """Values of one rate year for one unit.

    Attributes:
        given: the document's values by rate year.
        allow_earlier: whether the nearest earlier known year may stand in (simulations and pricing only).
    """

    law: Law
    unit: TariffUnit
    rate_year: int
    given: Mapping[int, GivenValues]
    allow_earlier: bool = False

    def average_cost(self, category: CostCategory) -> Found:
        """Average cost (coût moyen) of a category, in euros.

        Raises:
            MissingParameter: neither the document nor a table has it, or construction lacks its group of activities.

        Source: art. D.242-6-6 and D.242-6-8 CSS; yearly arrêté.
        """
        activity, warning = self.activity()

        def look_up(year: int) -> Found | None:
            if (cost_eur := self._given(year, lambda values: values.average_costs_eur.get(category))) is not None:
                return Found(cost_eur, DOCUMENT)
            cell = self.law.find_average_cost(year, self.unit.ctn, activity, category, scope=self.unit.scope)
            return (
                Found(cell.value, cell.citation.source, warning if _needs_activity(self.unit, category) else "")
                if cell
                else None
            )

        row, _ = schedule_cell(self.unit.ctn, activity, category, self.unit.scope)
        name = f"coût moyen {category.value} du comité {self.unit.ctn}"
        if row is None:
            return self._search(
                name,
                look_up,
                "Donner sub_sector (gros_oeuvre, second_oeuvre ou fonctions_support), ou la valeur dans le document",
            )
        return self._search(name if row is Activity.ALL else f"{name} ({row.value})", look_up, REMEDY)

    def surcharge(self, name: str) -> Found:
        """One surcharge (majoration), `m1` to `m4`, in percent.

        Raises:
            MissingParameter: neither the document nor a table has it.

        Source: art. D.242-6-9 CSS; yearly arrêté.
        """

        def look_up(year: int) -> Found | None:
            if (value := self._given(year, lambda values: values.surcharges.get(name))) is not None:
                return Found(value, DOCUMENT)
            cell = self.law.find_surcharge(year, name)
            return Found(cell.value, cell.citation.source) if cell else None

        return self._search(f"majoration {name.upper()}", look_up, REMEDY)

    def surcharges(self) -> tuple[Surcharges, str, tuple[str, ...]]:
        """The four surcharges with their source and what must be said."""
        found = [self.surcharge(name) for name in SURCHARGE_NAMES]
        sources = " ; ".join(dict.fromkeys(one.source for one in found))
        said = tuple(one.assumption for one in found if one.assumption)
        return Surcharges(*(one.value for one in found)), sources, said

    def collective_rate(self) -> Found:
        """Net collective rate (taux net collectif) in percent.

        Raises:
            MissingParameter: the document gives none, and no table has the risk code.

        Source: yearly arrêté; art. D.242-6-11 CSS.
        """

        def look_up(year: int) -> Found | None:
            if (rate := self._given(year, lambda values: values.collective_rate_percent)) is not None:
                return Found(rate, DOCUMENT)
            if self.unit.risk_code is None:
                return None
            cell = self.law.find_collective_rate(year, self.unit.risk_code, self.unit.scope)
            return Found(cell.value.rate_percent, cell.citation.source) if cell else None

        if self.unit.risk_code is None:
            return self._search("taux net collectif", look_up, "Donner collective_rate_percent ou risk_code")
        return self._search(f"taux net collectif du code risque {self.unit.risk_code}", look_up, REMEDY)

    def _given(self, year: int, pick: Callable[[GivenValues], Fraction | None]) -> Fraction | None:
        values = self.given.get(year)
        return pick(values) if values is not None else None

    def _search(self, name: str, look_up: Callable[[int], Found | None], remedy: str) -> Found:
        if (found := look_up(self.rate_year)) is not None:
            return found
        if self.allow_earlier:
            for year in range(self.rate_year - 1, FIRST_RATE_YEAR - 1, -1):
                if (earlier := look_up(year)) is not None:
                    said = EARLIER.format(
                        name=name, wanted=f"pour {self.rate_year}", year=year, value=french_number(earlier.value)
                    )
                    return Found(earlier.value, f"{earlier.source} (année {year})", said)
        raise MissingParameter(name, f"la tarification {self.rate_year}", remedy)

    def activity(self) -> tuple[Activity | None, str]:
        """Group of activities of a construction unit, given or told by its risk code, and what must be said of it.

        Source: art. D.242-6-6 CSS; list of 2014.
        """
        if self.unit.ctn != CONSTRUCTION_COMMITTEE or self.unit.sub_sector is not None or self.unit.risk_code is None:
            return self.unit.sub_sector, ""
        listed = self.law.construction_activities.at(first_of(self.rate_year))
        found = listed.value.get(self.unit.risk_code)
        return found, listed.citation.warning if found else ""


def _needs_activity(unit: TariffUnit, category: CostCategory) -> bool:
    return unit.sub_sector is None and schedule_cell(unit.ctn, None, category, unit.scope)[0] is None
