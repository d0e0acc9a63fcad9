"""What a finding is worth: the rates it touches run again by the engine, with and without what it opposes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.kernel.money import round_cents
from atmp_insure.rate_records.contribution_wages import contribution_wages
from atmp_insure.rate_records.overcontribution import YEARS_TO_RATE, impact_question
from atmp_insure.rating.impact import impact
from atmp_insure.rating.rate import rate
from atmp_insure.rating.unit import ZERO, RateQuestion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from atmp_insure.rate_records.line_checks import LineFinding
    from atmp_insure.rate_records.reconciliation import ReconciledRate
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.rating.unit import ClaimLine
    from atmp_insure.regulation.law import Law


def line_saving_eur(
    opposed: LineFinding, papers: UnitPapers, rates: Sequence[ReconciledRate], law: Law
) -> Fraction | None:
    """Contributions that a line costs more than it should, over all the rates it touches, at the cent.

    Both chains, with the line as charged and as due, run from the first sheet that may count it until they meet the
    chain without it. Negative when the correction would cost the employer. None when no complete sheet counts it yet.

    Source: art. D.242-6-15 CSS, through the engine (each chain is capped against its own past).
    """
    lines = (*opposed.charged, *opposed.due)
    first = min((line.account_year for line in lines), default=0) + YEARS_TO_RATE
    counting = [one for one in rates if one.question is not None and one.sheet.rate_year >= first]
    if not counting or not lines:
        return None
    question = impact_question(papers, counting, frozenset(), law)
    others = _without(question.base_claims, opposed.counted)

    def excess(studied: tuple[ClaimLine, ...]) -> Fraction:
        if not studied:
            return ZERO
        return impact(replace(question, base_claims=others, studied_claims=studied), law).total_excess_eur

    try:
        return excess(opposed.charged) - excess(opposed.due)
    except (InvalidInput, MissingParameter):
        return None  # a later schedule lacks a category: the finding stands without a figure


def _without(claims: tuple[ClaimLine, ...], taken: tuple[ClaimLine, ...]) -> tuple[ClaimLine, ...]:
    """The claims less one occurrence of each line taken."""
    left = list(claims)
    for line in taken:
        if line in left:
            left.remove(line)
    return tuple(left)


def sheet_saving_eur(
    year: int, wrong: RateQuestion | Fraction, papers: UnitPapers, rates: Sequence[ReconciledRate], law: Law
) -> Fraction | None:
    """Contributions that a sheet's own error costs over the rates of the sheets, at the cent.

    Args:
        year: rate year of the sheet.
        wrong: the question as the sheet asks it, or the rate that it notifies.

    Source: art. D.242-6-15 CSS (a rate is the reference of the next one).
    """
    right = _chain(rates, law, {})
    wages_eur = papers.wages_eur()
    if year not in right or not wages_eur:
        return None
    if isinstance(wrong, RateQuestion):
        former = right.get(year - 1)
        reference = wrong.previous_rate_percent if former is None else former
        own = next(one.question for one in rates if one.sheet.rate_year == year)
        if own is None or wrong.previous_rate_percent == own.previous_rate_percent:
            wrong = replace(wrong, previous_rate_percent=reference)
        wrong = rate(wrong, law).rate_percent
    charged = _chain(rates, law, {year: wrong})
    gaps = ((charged[each] - right[each]) * contribution_wages(each, wages_eur, law) / 100 for each in right)
    return sum((round_cents(gap) for gap in gaps), ZERO)


def _chain(rates: Sequence[ReconciledRate], law: Law, forced: Mapping[int, Fraction]) -> dict[int, Fraction]:
    """Rates of consecutive sheets, each capped against the one before in this very chain; empty when one is missing."""
    chain: dict[int, Fraction] = {}
    for one in rates:
        year = one.sheet.rate_year
        if year in forced:
            chain[year] = forced[year]
        elif one.question is None or one.result is None:
            return {}
        else:
            previous = chain.get(year - 1, one.question.previous_rate_percent)
            chain[year] = rate(replace(one.question, previous_rate_percent=previous), law).rate_percent
    return chain
