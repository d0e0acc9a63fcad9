"""What each grave claim of the accounts costs in contributions, year by year, until the two chains of rates meet.

The chains themselves are the engine's (`rating.impact`); here the papers are turned into its question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.kernel.yearly import Yearly
from atmp_insure.rate_records.charged_claims import Origin, account_claims, grouped, less, printed_claim
from atmp_insure.rate_records.contribution_wages import contribution_wages, said_of_months
from atmp_insure.rate_records.wording import euros_fr, list_fr
from atmp_insure.rating.cap import merged_reference
from atmp_insure.rating.impact import ImpactQuestion, impact
from atmp_insure.rating.unit import YEARS_TO_RATE
from atmp_insure.regulation.vocabulary import CostCategory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from fractions import Fraction

    from atmp_insure.rate_records.documents import AccountLine, Claim, Nature
    from atmp_insure.rate_records.reconciliation import ReconciledRate, Reconciliation, UnitReconciliation
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.rating.impact import Impact
    from atmp_insure.rating.unit import ClaimLine, RateQuestion
    from atmp_insure.regulation.law import Law


@dataclass(frozen=True, slots=True)
class GraveClaim:
    """A claim whose cost is of the heaviest categories (IT6, IP of 10 % and over, death).

    Attributes:
        ref: its name in the accounts, without any NIR in clear.
        charges: its categories with the account year of each.
    """

    ref: str
    nature: Nature | None
    occurred_on: date | None
    charges: tuple[tuple[CostCategory, int], ...]


@dataclass(frozen=True, slots=True)
class OverContribution:
    """The over-contribution (surcotisation) due to grave claims of one unit.

    Attributes:
        claims: claims studied here: one, or all the grave claims of the unit together.
        impact: both chains, year by year; None when they cannot be computed.
        assumptions: what was assumed to turn papers into a question, in French.
        missing_fr: why there is no impact.
    """

    claims: tuple[GraveClaim, ...]
    impact: Impact | None
    assumptions: tuple[str, ...] = ()
    missing_fr: str = ""


@dataclass(frozen=True, slots=True)
class UnitOverContribution:
    """One unit, each of its grave claims alone, and all of them together (None when it has none)."""

    unit: UnitReconciliation
    by_claim: tuple[OverContribution, ...]
    together: OverContribution | None


def grave_claims(unit: UnitReconciliation) -> tuple[GraveClaim, ...]:
    """The grave claims of the accounts of a unit, by account year.

    Source: art. D.242-6-6 CSS (categories); the threshold of gravity is that of the guarantees IT6, IP2, IP3 and IP4.
    """
    refs = unit.papers.claim_refs()
    charges: dict[str, list[tuple[CostCategory, int]]] = {}
    claims: dict[str, Claim] = {}
    for line in unit.papers.all_lines():
        if line.is_never_charged or not line.categories:
            continue
        claims.setdefault(line.claim_key, line.claim)
        charges.setdefault(line.claim_key, []).extend((category, line.account_year) for category in line.categories)
    return tuple(
        GraveClaim(refs[key], claims[key].nature, claims[key].occurred_on, tuple(found))
        for key, found in charges.items()
        if any(category is CostCategory.IT6 or category.is_grave for category, _ in found)
    )


def overcontributions(reconciliation: Reconciliation, law: Law) -> tuple[UnitOverContribution, ...]:
    """For each unit, what each of its grave claims costs alone, and what they cost together.

    Alone, every other claim of the accounts stays in both chains.

    Source: art. D.242-6-15 CSS, through the engine (each chain is capped against its own past).
    """
    found = []
    for unit in reconciliation.units:
        claims = () if unit.papers.is_absorbed else grave_claims(unit)  # else its single rate tells them
        costs = _UnitCosts(unit, law)
        alone = tuple(costs.of((claim,)) for claim in claims)
        together = costs.of(claims) if len(claims) > 1 else next(iter(alone), None)
        found.append(UnitOverContribution(unit, alone, together))
    return tuple(found)


class _UnitCosts:
    """The engine on the claims of one unit; what many claims share is worked out once."""

    def __init__(self, unit: UnitReconciliation, law: Law) -> None:
        self._unit, self._law = unit, law
        self._questions: dict[int, ImpactQuestion] = {}

    def of(self, claims: Sequence[GraveClaim]) -> OverContribution:
        """The over-contribution of some claims of the accounts, studied together."""
        first_rate = min(year for claim in claims for _, year in claim.charges) + YEARS_TO_RATE
        counting = [one for one in self._unit.rates if one.result is not None and one.sheet.rate_year >= first_rate]
        if not counting:
            missing = "aucune feuille de calcul complète ne compte encore ce sinistre"
            return OverContribution(tuple(claims), None, missing_fr=missing)
        if not self._unit.papers.wages_eur():
            return OverContribution(tuple(claims), None, missing_fr="aucun document ne donne de salaires")
        first_rate = counting[0].sheet.rate_year
        if first_rate not in self._questions:
            self._questions[first_rate] = impact_question(self._unit.papers, counting, self._law)
        question = self._studying(self._questions[first_rate], claims, _claims_without_account(counting))
        said = _assumptions(self._unit, question, self._law)
        try:
            return OverContribution(tuple(claims), impact(question, self._law), said)
        except (InvalidInput, MissingParameter) as error:
            return OverContribution(tuple(claims), None, said, missing_fr=" ".join(str(error).split()))

    def _studying(
        self, question: ImpactQuestion, claims: Sequence[GraveClaim], by_sheets: Mapping[int, object]
    ) -> ImpactQuestion:
        """The question with some claims apart; a line of a year that only a sheet tells is the amount it prints."""
        studied: list[ClaimLine] = []
        for claim in claims:
            for line in self._lines[claim.ref]:
                is_printed = line.account_year in by_sheets
                studied += [printed_claim(line, claim.ref)] if is_printed else account_claims([line], self._refs)
        return replace(question, studied_claims=tuple(studied), base_claims=less(question.base_claims, studied))

    @cached_property
    def _refs(self) -> dict[str, str]:
        return self._unit.papers.claim_refs()

    @cached_property
    def _lines(self) -> dict[str, list[AccountLine]]:
        lines: dict[str, list[AccountLine]] = {}
        for line in self._unit.papers.all_lines():
            if not line.is_never_charged:
                lines.setdefault(self._refs[line.claim_key], []).append(line)
        return lines


def impact_question(papers: UnitPapers, counting: Sequence[ReconciledRate], law: Law) -> ImpactQuestion:
    """The engine's question, before any claim is studied: from the first sheet that counts to the year chains meet.

    Years after the papers take the last known headcount and wages; no claim is added to them. An account year that no
    sheet could price claim by claim stays the amount that the first of them prints.

    Args:
        counting: rates of the sheets that may count the claims, each with its question.

    Source: art. D.242-6-4 and D.242-6-15 CSS.
    """
    questions = [rate.question for rate in counting if rate.question is not None]
    instead, first = _claims_without_account(counting), questions[0]
    lines = account_claims(papers.all_lines(), papers.claim_refs())
    of_accounts = grouped(line for line in lines if line.account_year not in instead)
    wages_eur = papers.wages_eur()
    last_wages_eur = wages_eur[max(wages_eur)]
    paid = {year: contribution_wages(year, wages_eur, law) for year in _known_years(questions, wages_eur)}
    return ImpactQuestion(
        unit=questions[-1].unit,
        first_rate_year=first.rate_year,
        last_rate_year=None,
        headcount=Yearly(questions[-1].headcount, {question.rate_year: question.headcount for question in questions}),
        wages_eur=Yearly(last_wages_eur, wages_eur),
        contribution_wages_eur=Yearly(last_wages_eur, paid),
        studied_claims=(),
        base_claims=(*of_accounts, *(claim for claims in instead.values() for claim in claims)),
        headcount_history=questions[-1].headcount_history,
        previous_rate_percent=merged_reference(first.previous_units)
        if first.previous_units
        else first.previous_rate_percent,
        given=Yearly(by_year={question.rate_year: question.given for question in questions}),
    )


def _known_years(questions: Sequence[RateQuestion], wages_eur: Mapping[int, Fraction]) -> range:
    """Rate years of the chain that papers say something of; the years after them repeat the last wages."""
    return range(questions[0].rate_year, max(questions[-1].rate_year, *wages_eur) + 1)


def _claims_without_account(counting: Sequence[ReconciledRate]) -> dict[int, tuple[ClaimLine, ...]]:
    """Claims of the years that no account tells, as the first sheet that counts them says."""
    years = [year for rate in counting for year in rate.charged]
    of_accounts = {year.account_year for year in years if year.origin is Origin.ACCOUNT}
    by_year: dict[int, tuple[ClaimLine, ...]] = {}
    for year in years:
        if year.account_year not in of_accounts:
            by_year.setdefault(year.account_year, year.claims)
    return by_year


def _assumptions(unit: UnitReconciliation, question: ImpactQuestion, law: Law) -> tuple[str, ...]:
    last_rate, last_wages = unit.rates[-1].sheet.rate_year, max(question.wages_eur.by_year)
    last_account = max(line.account_year for line in question.studied_claims + question.base_claims)
    differing = [str(rate.sheet.rate_year) for rate in unit.rates if rate.difference_points]
    said = [
        f"Les autres sinistres sont comptés avec et sans ; aucun n'est supposé après le compte {last_account}.",
        f"Salaires après {last_wages} : ceux de {last_wages} ({euros_fr(question.wages_eur.by_year[last_wages])}).",
        f"Effectif après la tarification {last_rate} : celui de cette tarification.",
    ]
    said += said_of_months(question.contribution_wages_eur.by_year, law)
    if differing:
        said.append(
            f"La chaîne avec le sinistre est recalculée ; elle s'écarte du taux notifié en {list_fr(differing)}."
        )
    return tuple(said)
