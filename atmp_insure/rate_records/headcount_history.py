"""The headcounts of former years, as far as the sheets of a company tell them: the five-year freeze asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.regulation.law import first_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from atmp_insure.rate_records.documents import CalculationSheet
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.regulation.law import HeadcountFreeze, Law

YEARS_BEFORE = 2  # a rate rests on the headcount of the second year before it


def known_headcounts(papers: UnitPapers, sheet: CalculationSheet) -> dict[int, Fraction]:
    """Headcounts by civil year, up to the one that a sheet rests on, as the sheets of the unit print them."""
    sheets = [one for one in papers.sheets if one.rate_year < sheet.rate_year]
    return {one.rate_year - YEARS_BEFORE: one.headcount for one in (*sheets, sheet) if one.headcount is not None}


def headcount_history(
    papers: UnitPapers, sheet: CalculationSheet, law: Law
) -> tuple[Mapping[int, Fraction] | None, tuple[str, ...]]:
    """Headcounts since the freeze began, and what must be said of them; None for a rate year without freeze.

    A year that no sheet tells is like the next one that is told: no crossing is supposed that no paper shows.

    Source: art. L.130-1 II CSS (upward crossings count after five civil years running).
    """
    rule, known = _freeze(sheet.rate_year, law), known_headcounts(papers, sheet)
    if rule is None or not known:
        return None, ()
    filled = {
        year: known[min(told for told in known if told >= year)]
        for year in range(rule.start_headcount_year, sheet.rate_year - YEARS_BEFORE)
    }
    first = min(known)
    if first <= rule.start_headcount_year:
        return filled, ()
    said = f"Effectifs antérieurs à {first} inconnus : supposés du même côté des seuils que celui de {first}."
    return filled, (said,)


def covers_the_freeze(papers: UnitPapers, sheet: CalculationSheet, law: Law) -> bool:
    """Whether the sheets tell every headcount that decides whether an upward crossing counts.

    Source: art. L.130-1 II CSS.
    """
    rule, last = _freeze(sheet.rate_year, law), sheet.rate_year - YEARS_BEFORE
    known = known_headcounts(papers, sheet)
    return rule is None or all(last - back in known for back in range(rule.years))


def _freeze(rate_year: int, law: Law) -> HeadcountFreeze | None:
    entries = law.headcount_freeze.entries
    if not entries or first_of(rate_year) < entries[0].first_day:
        return None
    return law.headcount_freeze.at(first_of(rate_year)).value
