"""How assumptions are worded: what a result says of the values and elements that it had to suppose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

EARLIER = "Valeur de {year} reprise {wanted}, faute d'une valeur connue : {name} ({value})."


def merged_assumptions(by_year: Iterable[tuple[int, Iterable[str]]]) -> tuple[str, ...]:
    """Assumptions of successive years, each once; a value taken from an earlier year is said once for all its years."""
    years: dict[str, list[int]] = {}
    for year, assumptions in by_year:
        for said in assumptions:
            years.setdefault(said.replace(f" reprise pour {year}, ", " reprise {}, "), []).append(year)
    return tuple(said.replace(" reprise {}, ", f" reprise {_span(found)}, ") for said, found in years.items())


def _span(years: list[int]) -> str:
    return f"pour {years[0]}" if len(years) == 1 else f"de {years[0]} à {years[-1]}"
