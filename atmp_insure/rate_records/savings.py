"""What a finding is worth: every rate it touches run again by the engine, with and without what it opposes.

Rates go on after the last sheet, until both chains meet: `saving_assumptions` says what is then supposed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.kernel.money import round_cents
from atmp_insure.rate_records.charged_claims import Origin, grouped, less, printed_claim
from atmp_insure.rate_records.overcontribution import impact_question
from atmp_insure.rate_records.wording import euros_fr
from atmp_insure.rating.impact import LONGEST_CHAIN, impact
from atmp_insure.rating.rate import rate
from atmp_insure.rating.unit import YEARS_TO_RATE, ZERO, RateQuestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from atmp_insure.rate_records.line_checks import LineFinding
    from atmp_insure.rate_records.reconciliation import ReconciledRate, UnitReconciliation
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.rating.impact import ImpactQuestion
    from atmp_insure.rating.unit import ClaimLine
    from atmp_insure.regulation.law import Law

Lines = tuple["ClaimLine", ...]


def saving_assumptions(unit: UnitReconciliation) -> tuple[str, ...]:
    """What the savings of a unit suppose, in French; nothing when no rate of it can be run again.

    Source: art. D.242-6-15 CSS (a rate is the reference of the next one).
    """
    wages_eur = unit.papers.wages_eur()
    rated = [one for one in unit.rates if one.result is not None]
    if not rated or not wages_eur:
        return ()
    last_rate, last_wages = rated[-1].sheet.rate_year, max(wages_eur)
    each = (
        "Chaque écart est chiffré seul, du premier taux qu'il touche jusqu'à l'année où les taux avec et sans lui se "
        "rejoignent, chacun écrêté selon sa propre chaîne : les enjeux ne s'additionnent pas."
    )
    after = (
        f"Après la tarification {last_rate} : même effectif, derniers barèmes connus, aucun sinistre nouveau ; "
        f"salaires après {last_wages} : ceux de {last_wages} ({euros_fr(wages_eur[last_wages])})."
    )
    return each, after


class UnitSavings:
    """The engine on the papers of one unit; what it has computed is kept, since errors of a paper repeat themselves."""

    def __init__(self, papers: UnitPapers, rates: Sequence[ReconciledRate], law: Law) -> None:
        """Take the papers of a unit and its recomputed rates; nothing is computed before it is asked."""
        self._papers, self._rates, self._law = papers, rates, law
        self._charged: dict[int, _ChargedYears] = {}
        self._lines: dict[tuple[int, Lines, Lines, Lines], Fraction | None] = {}

    def of_line(self, opposed: LineFinding) -> Fraction | None:
        """Contributions that a line costs more than it should, over all the rates it touches, at the cent.

        Both chains, with the line as charged and as due, run from the first sheet that may count it until they meet the
        chain without it. Negative when the correction would cost the employer. None when no complete sheet counts it.

        Source: art. D.242-6-15 CSS, through the engine (each chain is capped against its own past).
        """
        lines = (*opposed.charged, *opposed.due)
        if not lines:
            return None
        first = min(line.account_year for line in lines) + YEARS_TO_RATE
        counting = [one for one in self._rates if one.question is not None and one.sheet.rate_year >= first]
        if not counting:
            return None
        first = counting[0].sheet.rate_year
        if first not in self._charged:
            question = impact_question(self._papers, counting, self._law)
            self._charged[first] = _ChargedYears(question, counting)
        years = self._charged[first]
        taken, charged, due = (_kinds(found) for found in years.opposed(opposed))
        key = first, taken, charged, due
        if key not in self._lines:
            self._lines[key] = self._excess_eur(years.question, less(years.question.base_claims, taken), charged, due)
        return self._lines[key]

    def _excess_eur(self, question: ImpactQuestion, others: Lines, charged: Lines, due: Lines) -> Fraction | None:
        def excess(studied: Lines) -> Fraction:
            if not studied:
                return ZERO
            return impact(replace(question, base_claims=others, studied_claims=studied), self._law).total_excess_eur

        try:
            return excess(charged) - excess(due)
        except (InvalidInput, MissingParameter):
            return None  # a later schedule lacks a category: the finding stands without a figure

    def of_sheet(self, rate_year: int, wrong: RateQuestion | Fraction) -> Fraction | None:
        """Contributions that a sheet's own error costs over all the rates that it touches, at the cent.

        The rate of the sheet is the reference of the cap of the next one, and so on, also after the last sheet.

        Args:
            rate_year: rate year of the sheet.
            wrong: the question as the sheet asks it, or the rate that it notifies.

        Source: art. D.242-6-15 CSS (a rate is the reference of the next one).
        """
        if rate_year not in self._right or self._projection is None:
            return None
        try:
            charged = self._charged_percent(rate_year, wrong)
        except (InvalidInput, MissingParameter):
            return None
        right, total = self._right[rate_year], ZERO
        for year in range(rate_year, rate_year + LONGEST_CHAIN):
            wages_eur = self._projection.contribution_wages_eur.at(year) or ZERO
            total += round_cents((charged - right) * wages_eur / 100)
            if charged == right:
                break
            try:
                charged, right = self._percent(year + 1, charged), self._percent(year + 1, right)
            except (InvalidInput, MissingParameter):
                break  # as far as the engine can go
        return total

    def _charged_percent(self, rate_year: int, wrong: RateQuestion | Fraction) -> Fraction:
        if not isinstance(wrong, RateQuestion):
            return wrong
        own = self._questions[rate_year]
        former = self._right.get(rate_year - 1)
        if former is not None and wrong.previous_rate_percent == own.previous_rate_percent:
            wrong = replace(wrong, previous_rate_percent=former)
        return rate(replace(wrong, claims=grouped(wrong.claims)), self._law).rate_percent

    @cached_property
    def _questions(self) -> dict[int, RateQuestion]:
        """The questions of the sheets whose rate can be recomputed; the last sheet of a year."""
        return {
            one.sheet.rate_year: replace(one.question, claims=grouped(one.question.claims))
            for one in self._rates
            if one.question is not None and one.result is not None
        }

    @cached_property
    def _right(self) -> dict[int, Fraction]:
        """The rates of the sheets as they should be, each capped against the one before in this very chain."""
        chain: dict[int, Fraction] = {}
        for year, question in self._questions.items():
            chain[year] = self._percent(year, chain.get(year - 1, question.previous_rate_percent))
        return chain

    @cached_property
    def _projection(self) -> ImpactQuestion | None:
        counting = [one for one in self._rates if one.result is not None]
        if not counting or not self._papers.wages_eur():
            return None
        return impact_question(self._papers, counting, self._law)

    def _percent(self, year: int, previous: Fraction | None) -> Fraction:
        """The rate of a year after another one: by the question of its sheet, else as the engine projects it."""
        question = self._questions.get(year)
        if question is not None:
            return rate(replace(question, previous_rate_percent=previous), self._law).rate_percent
        assert self._projection is not None
        projected = _projected(self._projection, year, previous)
        return impact(projected, self._law).years[0].with_claims.rate_percent


def _projected(question: ImpactQuestion, year: int, previous: Fraction | None) -> ImpactQuestion:
    """The question of one year after the sheets; headcounts of the years between are known to the freeze."""
    history = question.headcount_history
    if history is not None:
        between = {
            before: question.headcount.at(before + YEARS_TO_RATE) for before in range(max(history, default=year), year)
        }
        history = {at: count for at, count in between.items() if count is not None} | dict(history)
    return replace(
        question,
        first_rate_year=year,
        last_rate_year=year,
        previous_rate_percent=previous,
        headcount_history=history,
        studied_claims=(),
    )


class _ChargedYears:
    """The claims that rates count from a year on, and the account years that only a sheet tells."""

    def __init__(self, question: ImpactQuestion, counting: Sequence[ReconciledRate]) -> None:
        self.question = question
        years = [year for one in counting for year in one.charged]
        accounts = {year.account_year for year in years if year.origin is Origin.ACCOUNT}
        self._by_sheet = {year.account_year: year.origin for year in years if year.account_year not in accounts}

    def opposed(self, found: LineFinding) -> tuple[Lines, Lines, Lines]:
        """What to take from the claims counted, what the paper charges and what is due.

        Where only the sheet says what was charged, the line is in it: its printed cost is taken from the printed value
        of the risk.
        """
        line = found.line
        origin = self._by_sheet.get(line.account_year)
        if origin is None:
            return found.counted, found.charged, found.due
        if origin is Origin.COUNTS:
            return found.charged, found.charged, found.due
        costs = {line.it_category: line.it_cost_eur, line.ip_category: line.ip_cost_eur}
        due = tuple(replace(claim, cost_eur=costs.get(claim.category, claim.cost_eur)) for claim in found.due)
        return (printed_claim(line),), (printed_claim(line),), due


def _kinds(claims: Iterable[ClaimLine]) -> Lines:
    return tuple(replace(claim, ref="") for claim in claims)
