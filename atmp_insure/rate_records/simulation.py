"""What a rate would become: claims added, taken away or changed, another payroll, another headcount.

Two chains of rates, capped each against its own past: the one the papers lead to, and the one of the scenario. Years
after the papers take the last known payroll and headcount, and no further claim.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.money import round_cents
from atmp_insure.kernel.yearly import Yearly
from atmp_insure.rate_records.calculation_report import claim_names
from atmp_insure.rate_records.charged_claims import account_claims, less
from atmp_insure.rate_records.overcontribution import impact_question
from atmp_insure.rate_records.wording import euros_fr, list_fr
from atmp_insure.rating.impact import impact
from atmp_insure.rating.unit import YEARS_TO_RATE, ZERO, ClaimLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from fractions import Fraction

    from atmp_insure.rate_records.documents import AccountLine
    from atmp_insure.rate_records.reconciliation import ReconciledRate, UnitReconciliation
    from atmp_insure.rating.impact import ImpactQuestion, ImpactYear
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.regulation.law import Law
    from atmp_insure.regulation.vocabulary import CostCategory

YEARS_SHOWN = 7  # after the last notified rate: a claim weighs on three rates, caps carry it on
MOST_ADDED = 20
_ADDED_REF = "simulé {0}"


class AddedClaim(NamedTuple):
    """A claim that is not on any account: its category, the account year that bears it, what a third party pays."""

    category: CostCategory
    account_year: int
    third_party_share: Fraction = ZERO


class KnownClaim(NamedTuple):
    """A claim of the accounts, with what it charges by account year.

    Attributes:
        ref: its number, without any NIR in clear.
        name: by its date, as reports name it.
    """

    ref: str
    name: str
    lines: tuple[AccountLine, ...]
    charges: tuple[ClaimLine, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is changed.

    Attributes:
        removed: names of claims of the accounts (`KnownClaim.ref`).
        payroll_eur: payroll of calendar years; a year is carried on to those that say nothing after it.
        headcount: of the enterprise, for the rate years to come; None leaves the known one.
    """

    removed: frozenset[str] = frozenset()
    added: tuple[AddedClaim, ...] = ()
    payroll_eur: Mapping[int, Fraction] = field(default_factory=dict)
    headcount: Fraction | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is changed."""
        return not (self.removed or self.added or self.payroll_eur or self.headcount is not None)


@dataclass(frozen=True, slots=True)
class SimulatedYear:
    """One rate year of both chains.

    Attributes:
        notified_percent: the rate of the sheet; None for a year to come.
        payroll_eur: wages paid under that rate, in the scenario.
        difference_eur: what the difference of rates costs on that payroll, at the cent.
    """

    rate_year: int
    notified_percent: Fraction | None
    known: YearRate
    simulated: YearRate
    payroll_eur: Fraction
    difference_eur: Fraction

    @property
    def difference_points(self) -> Fraction:
        """Simulated rate less the known one."""
        return self.simulated.rate_percent - self.known.rate_percent


@dataclass(frozen=True, slots=True)
class Simulation:
    """Both chains, and what was assumed."""

    years: tuple[SimulatedYear, ...]
    assumptions: tuple[str, ...]

    @property
    def total_eur(self) -> Fraction:
        """What the differences of rates cost, all years."""
        return sum((year.difference_eur for year in self.years), ZERO)

    @property
    def saved_eur(self) -> Fraction:
        """What the changes save over the years; negative when they cost."""
        return -self.total_eur


def known_claims(unit: UnitReconciliation) -> tuple[KnownClaim, ...]:
    """The claims that the accounts of a unit charge, oldest first."""
    refs, names = unit.papers.claim_refs(), claim_names(unit.papers)
    lines: dict[str, list[AccountLine]] = {}
    for line in unit.papers.all_lines():
        if not line.is_never_charged and line.categories:
            lines.setdefault(refs[line.claim_key], []).append(line)
    return tuple(
        KnownClaim(ref, names.get(ref, ref), tuple(own), account_claims(own, refs)) for ref, own in lines.items()
    )


def missing_for_simulation(unit: UnitReconciliation) -> str:
    """Why no chain can be simulated from these papers, in French; "" when one can."""
    if not any(rate.result is not None for rate in unit.rates):
        return "Aucun taux n'a pu être recalculé : donner une feuille de calcul et les comptes employeur de ses années."
    if not unit.papers.wages_eur():
        return "Aucun document ne donne de salaires : donner une feuille de calcul ou un compte employeur complet."
    return ""


def simulate(unit: UnitReconciliation, scenario: Scenario, law: Law) -> Simulation:
    """Both chains, from the first rate that the scenario can change to some years after the last notified one.

    Before it both are the notified rates, which the first year is capped against.

    Raises:
        InvalidInput: papers that give no rate, an unknown claim, a year that no rate of the chain counts.
        MissingParameter: a value that the chain needs is in no table.

    Source: art. D.242-6-4 to D.242-6-15 CSS, through the engine.
    """
    missing = missing_for_simulation(unit)
    if missing:
        raise InvalidInput.one("simulation impossible", missing)
    rates = [rate for rate in unit.rates if rate.result is not None]
    _require_sensible(scenario, unit, rates[0].sheet.rate_year)
    base = chain_from(unit, rates, _first_changed(scenario, unit, rates[-1].sheet.rate_year), law)
    furthest = max((one.account_year for one in scenario.added), default=0) + YEARS_TO_RATE + 2
    base = replace(base, last_rate_year=max(rates[-1].sheet.rate_year + YEARS_SHOWN, furthest))
    known, simulated = impact(base, law), impact(_changed(base, scenario, unit, rates[-1].sheet.rate_year), law)
    said = dict.fromkeys((*_assumptions(base, rates), *known.assumptions, *simulated.assumptions))
    return Simulation(_years(known.years, simulated.years, rates), tuple(said))


def _first_changed(scenario: Scenario, unit: UnitReconciliation, last: int) -> int:
    """The first rate year that a scenario can change: what an account year holds weighs from the second year after."""
    removed = [line for claim in known_claims(unit) if claim.ref in scenario.removed for line in claim.charges]
    years = [line.account_year for line in removed] + [one.account_year for one in scenario.added]
    years += scenario.payroll_eur
    return min((last + 1, *(year + YEARS_TO_RATE for year in years)))


def chain_from(unit: UnitReconciliation, rates: Sequence[ReconciledRate], first: int, law: Law) -> ImpactQuestion:
    """The chain of the papers from a rate year on, capped against the rate notified the year before.

    Args:
        rates: those that could be recomputed, oldest first, at least one.
        first: rate year; beyond the last notified one, the chain begins the year after it.

    Source: art. D.242-6-15 CSS.
    """
    counting = [rate for rate in rates if rate.sheet.rate_year >= first]
    if counting:
        return replace(impact_question(unit.papers, counting, law), studied_claims=())
    last = rates[-1].sheet
    question = impact_question(unit.papers, rates[-1:], law)
    history = question.headcount_history
    if history is not None:  # the years of the rates before are those of the chain no more
        own = [rate.question for rate in rates if rate.question is not None]
        history = {**{one.rate_year - YEARS_TO_RATE: one.headcount for one in own}, **history}
    return replace(
        question, studied_claims=(), first_rate_year=last.rate_year + 1, previous_rate_percent=last.notified_percent,
        headcount_history=history,
    )  # fmt: skip


def _require_sensible(scenario: Scenario, unit: UnitReconciliation, first_rate_year: int) -> None:
    unknown = sorted(scenario.removed - {claim.ref for claim in known_claims(unit)})
    if unknown:
        raise InvalidInput.one(
            f"sinistre « {unknown[0]} » absent des comptes", "Choisir parmi les sinistres de la liste", place="removed"
        )
    if len(scenario.added) > MOST_ADDED:
        raise InvalidInput.one(
            f"{len(scenario.added)} sinistres ajoutés", f"En simuler {MOST_ADDED} au plus", place="added"
        )
    first = first_rate_year - YEARS_TO_RATE - 2
    for one in scenario.added:
        if one.account_year < first:
            said = f"exercice {one.account_year}, qu'aucun taux de la chaîne ne compte"
            raise InvalidInput.one(said, f"Donner un exercice à partir de {first}", place="added")


def _changed(base: ImpactQuestion, scenario: Scenario, unit: UnitReconciliation, last: int) -> ImpactQuestion:
    removed = [line for claim in known_claims(unit) if claim.ref in scenario.removed for line in claim.charges]
    added = tuple(
        ClaimLine(_ADDED_REF.format(number), one.account_year, one.category, one.third_party_share)
        for number, one in enumerate(scenario.added, 1)
    )
    changed = replace(base, base_claims=(*less(base.base_claims, removed), *added))
    if scenario.payroll_eur:
        changed = replace(
            changed,
            wages_eur=_with_years(base.wages_eur, scenario.payroll_eur),
            contribution_wages_eur=_with_years(base.contribution_wages_eur, scenario.payroll_eur),
        )
    if scenario.headcount is not None:
        known = {year: count for year, count in base.headcount.by_year.items() if year <= last}
        changed = replace(changed, headcount=Yearly(scenario.headcount, known))
    return changed


def _with_years(known: Yearly[Fraction], given: Mapping[int, Fraction]) -> Yearly[Fraction]:
    """Values by year with some replaced; years after the last one given repeat it."""
    by_year = {**known.by_year, **given}
    return Yearly(by_year[max(by_year)], by_year)


def _years(
    known: Sequence[ImpactYear], simulated: Sequence[ImpactYear], rates: Sequence[ReconciledRate]
) -> tuple[SimulatedYear, ...]:
    notified = {rate.sheet.rate_year: rate.sheet.notified_percent for rate in rates}
    found = []
    for one, other in zip(known, simulated, strict=True):
        points = other.with_claims.rate_percent - one.with_claims.rate_percent
        found.append(
            SimulatedYear(
                rate_year=one.rate_year,
                notified_percent=notified.get(one.rate_year),
                known=one.with_claims,
                simulated=other.with_claims,
                payroll_eur=other.contribution_wages_eur,
                difference_eur=round_cents(points * other.contribution_wages_eur / 100),
            )
        )
    return tuple(found)


def _assumptions(base: ImpactQuestion, rates: Sequence[ReconciledRate]) -> Iterator[str]:
    last, last_wages = rates[-1].sheet.rate_year, max(base.wages_eur.by_year)
    differing = [str(rate.sheet.rate_year) for rate in rates if rate.difference_points]
    yield from (
        "Aucun autre sinistre n'est supposé après les comptes connus.",
        f"Salaires après {last_wages}, sauf ceux qui sont donnés : {euros_fr(base.wages_eur.by_year[last_wages])}.",
        f"Effectif et barèmes après {last} : les derniers connus.",
    )
    if differing and base.first_rate_year <= last:
        yield f"La chaîne est recalculée ; elle s'écarte du taux notifié en {list_fr(differing)}."
