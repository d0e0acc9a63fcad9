"""What claims cost over the years: rates with and without them, the loss, the indemnity, and who caused it.

Both chains are capped separately, each against its own past, until they meet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.money import round_cents, share_by_largest_remainder, whole_cents
from atmp_insure.kernel.yearly import Yearly
from atmp_insure.rating.assumptions import merged_assumptions
from atmp_insure.rating.attribution import StudiedYear, attribution
from atmp_insure.rating.basis import year_basis
from atmp_insure.rating.rate import rate_on
from atmp_insure.rating.unit import ZERO, GivenValues, RateQuestion, last_known_year, rates_counting, triennium
from atmp_insure.regulation.vocabulary import FIRST_RATE_YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from atmp_insure.rating.attribution import Attribution
    from atmp_insure.rating.basis import YearBasis
    from atmp_insure.rating.claim_cost import LineCost
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.rating.unit import ClaimLine, TariffUnit
    from atmp_insure.regulation.law import Law

LONGEST_CHAIN = 60  # years; caps bring two chains together far sooner
TWELVE_MONTHS = (
    "Sans contribution_wages_eur, chaque taux est compté sur douze mois de salaires de son année civile "
    "(le taux 2024 a légalement couru jusqu'au 30 avril 2025)."
)
BASE_CLAIMS_INSIDE = (
    "calculated_without_percent tient lieu du taux sans les sinistres étudiés : base_claims n'est pas compté en plus."
)
SAMPLED = (
    "Répartition entre les sinistres estimée sur {orders} ordres d'arrivée tirés d'une graine fixe : "
    "erreur type d'un total au plus {error} €. Les parts s'additionnent exactement."
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What an indemnity takes off and never exceeds, per section and year."""

    deductible_percent_of_wages: Fraction = ZERO
    annual_limit_eur: Fraction | None = None


@dataclass(frozen=True, slots=True)
class ImpactQuestion:
    """A unit over several rate years, the claims already there and the claims studied.

    Attributes:
        last_rate_year: None goes on until both chains have met.
        headcount: by rate year, the enterprise headcount of N-2.
        wages_eur: wages of calendar years (triennium).
        contribution_wages_eur: by rate year, wages paid while that rate was in force; empty means `wages_eur`.
        given: by rate year, values that take the place of the tables.
        calculated_without_percent: by rate year, stands for the calculated rate without the studied claims.
    """

    unit: TariffUnit
    first_rate_year: int
    last_rate_year: int | None
    headcount: Yearly[Fraction]
    wages_eur: Yearly[Fraction]
    studied_claims: tuple[ClaimLine, ...]
    base_claims: tuple[ClaimLine, ...] = ()
    previous_rate_percent: Fraction | None = None
    contribution_wages_eur: Yearly[Fraction] = field(default_factory=Yearly)
    given: Yearly[GivenValues] = field(default_factory=Yearly)
    calculated_without_percent: Yearly[Fraction] = field(default_factory=Yearly)
    headcount_history: Mapping[int, Fraction] | None = None
    cover: Cover = field(default_factory=Cover)


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """A claim's part of a loss and of its indemnity, in euros at the cent."""

    excess_eur: Fraction
    indemnity_eur: Fraction


@dataclass(frozen=True, slots=True)
class ImpactYear:
    """One rate year of the comparison; amounts are rounded to the cent."""

    rate_year: int
    wages_eur: Fraction | None
    contribution_wages_eur: Fraction
    with_claims: YearRate
    without_claims: YearRate
    excess_points: Fraction
    excess_eur: Fraction
    deductible_eur: Fraction
    indemnity_eur: Fraction
    by_claim: Mapping[str, ClaimPart]


@dataclass(frozen=True, slots=True)
class Impact:
    """The whole comparison, year by year, with totals."""

    years: tuple[ImpactYear, ...]
    by_claim: Mapping[str, ClaimPart]
    met_in: int | None
    assumptions: tuple[str, ...]
    attribution: Attribution

    @property
    def total_excess_points(self) -> Fraction:
        """Sum of the yearly differences of rate, in points."""
        return sum((year.excess_points for year in self.years), ZERO)

    @property
    def total_excess_eur(self) -> Fraction:
        """Over-contribution of all years."""
        return sum((year.excess_eur for year in self.years), ZERO)

    @property
    def total_indemnity_eur(self) -> Fraction:
        """Indemnities of all years."""
        return sum((year.indemnity_eur for year in self.years), ZERO)


@dataclass(frozen=True, slots=True)
class _ChainYear:
    """Bases and both rates of a year, before money."""

    basis: YearBasis
    base_costs: tuple[LineCost, ...]
    studied_costs: tuple[LineCost, ...]
    with_claims: YearRate
    without_claims: YearRate


def impact(question: ImpactQuestion, law: Law) -> Impact:
    """Compare the chain of rates with and without the studied claims, and share the loss between them.

    Raises:
        InvalidInput: years reversed, or a headcount or wages missing for a year of the chain.
        MissingParameter: no year has a value that the calculation needs.

    Source: art. D.242-6-15 CSS (each chain against its own previous rate); general conditions (deductible and limit).
    """
    _check_years(question)
    chain = _chain(question, law)
    refs = sorted({line.ref for line in question.studied_claims})
    wages = [_contribution_wages(question, year.basis.rate_year) for year in chain]
    studied_years = [_studied_year(year, wages_eur) for year, wages_eur in zip(chain, wages, strict=True)]
    shares = attribution(studied_years, question.previous_rate_percent, refs)
    years = tuple(
        _impact_year(question, year, wages_eur, loss_by_claim)
        for year, wages_eur, loss_by_claim in zip(chain, wages, shares.by_year, strict=True)
    )
    return Impact(
        years=years,
        by_claim={ref: _total_part(ref, years) for ref in refs},
        met_in=_meeting_year(question, chain),
        assumptions=_assumptions(question, chain, shares),
        attribution=shares,
    )


def _check_years(question: ImpactQuestion) -> None:
    if question.first_rate_year < FIRST_RATE_YEAR:
        raise InvalidInput.one(
            f"première année de tarification {question.first_rate_year}",
            f"Donner une année à partir de {FIRST_RATE_YEAR} : les règles d'avant ne sont pas reprises",
            place="first_rate_year",
        )
    if question.last_rate_year is not None and question.last_rate_year < question.first_rate_year:
        raise InvalidInput.one(
            f"dernière année {question.last_rate_year} avant la première {question.first_rate_year}",
            "Inverser first_rate_year et last_rate_year",
            place="last_rate_year",
        )


def _chain(question: ImpactQuestion, law: Law) -> list[_ChainYear]:
    chain: list[_ChainYear] = []
    previous_with = previous_without = question.previous_rate_percent
    rate_year = question.first_rate_year
    while not _is_over(question, rate_year, chain):
        year = _chain_year(question, rate_year, law, previous_with, previous_without)
        chain.append(year)
        previous_with, previous_without = year.with_claims.rate_percent, year.without_claims.rate_percent
        rate_year += 1
    return chain


def _is_over(question: ImpactQuestion, rate_year: int, chain: list[_ChainYear]) -> bool:
    if question.last_rate_year is not None:
        return rate_year > question.last_rate_year
    if not chain:
        return False
    left = rate_year > _last_rate_counting(question)
    met = chain[-1].with_claims.rate_percent == chain[-1].without_claims.rate_percent
    return (left and met) or len(chain) >= LONGEST_CHAIN


def chain_bases(question: ImpactQuestion, law: Law) -> list[YearBasis]:
    """The bases of each year of a chain that has an end, its studied claims left out: what no claim changes.

    Raises:
        InvalidInput: years reversed or without end, or a headcount or wages missing for a year of the chain.
        MissingParameter: no year has a value that the calculation needs.

    Source: as `impact`.
    """
    _check_years(question)
    if question.last_rate_year is None:
        raise InvalidInput.one("dernière année absente", "Donner last_rate_year", place="last_rate_year")
    years = range(question.first_rate_year, question.last_rate_year + 1)
    return [_basis(question, year, law, _base_lines(question, year)) for year in years]


def values_given(question: ImpactQuestion, rate_year: int) -> Mapping[int, GivenValues]:
    """The document's values that a rate year may use: its own, and those of the years before it.

    Source: as `atmp_insure.rating.price_list`.
    """
    years = range(rate_year - LONGEST_CHAIN, rate_year + 1)
    return {year: values for year in years if (values := question.given.at(year)) is not None}


def _chain_year(
    question: ImpactQuestion,
    rate_year: int,
    law: Law,
    previous_with: Fraction | None,
    previous_without: Fraction | None,
) -> _ChainYear:
    counted = set(triennium(rate_year))
    base = _base_lines(question, rate_year)
    studied = [line for line in question.studied_claims if line.account_year in counted]
    basis = _basis(question, rate_year, law, [*base, *studied])
    base_costs, studied_costs = basis.costs[: len(base)], basis.costs[len(base) :]  # none of either without own rate
    return _ChainYear(
        basis,
        base_costs,
        studied_costs,
        with_claims=rate_on(basis, previous_with),
        without_claims=rate_on(basis, previous_without, costs=base_costs),
    )


def _base_lines(question: ImpactQuestion, rate_year: int) -> list[ClaimLine]:
    """The claims of both chains that a rate year counts; none beside a rate that holds them already."""
    if question.calculated_without_percent.at(rate_year) is not None:
        return []
    counted = set(triennium(rate_year))
    return [line for line in question.base_claims if line.account_year in counted]


def _basis(question: ImpactQuestion, rate_year: int, law: Law, claims: Sequence[ClaimLine]) -> YearBasis:
    counted = triennium(rate_year)
    asked = RateQuestion(
        rate_year=rate_year,
        unit=question.unit,
        headcount=_headcount(question, rate_year),
        wages_eur={year: amount for year in counted if (amount := question.wages_eur.at(year)) is not None},
        claims=tuple(claims),
        headcount_history=_history_before(question, rate_year),
        given=question.given.at(rate_year) or GivenValues(),
        calculated_without_percent=question.calculated_without_percent.at(rate_year),
    )
    return year_basis(asked, law, earlier_given=values_given(question, rate_year), simulation=True)


def _headcount(question: ImpactQuestion, rate_year: int) -> Fraction:
    headcount = question.headcount.at(rate_year)
    if headcount is None:
        raise InvalidInput.one(
            f"effectif absent pour l'année de tarification {rate_year}",
            "Donner un effectif pour toutes les années, ou un par année de tarification (celui de N-2)",
            place="headcount",
        )
    return headcount


def _history_before(question: ImpactQuestion, rate_year: int) -> Mapping[int, Fraction] | None:
    """Headcounts known before N-2: those given, and those of the earlier years of the chain itself."""
    if question.headcount_history is None:
        return None
    chain_years = range(question.first_rate_year, rate_year)
    own = {last_known_year(year): count for year in chain_years if (count := question.headcount.at(year)) is not None}
    return {
        year: count
        for year, count in (own | dict(question.headcount_history)).items()
        if year < last_known_year(rate_year)
    }


def _contribution_wages(question: ImpactQuestion, rate_year: int) -> Fraction:
    given = question.contribution_wages_eur
    wages_eur = question.wages_eur.at(rate_year) if given.is_empty else given.at(rate_year)
    if wages_eur is None:
        name = "wages_eur" if given.is_empty else "contribution_wages_eur"
        raise InvalidInput.one(
            f"salaires de {rate_year} absents : le taux {rate_year} ne peut être chiffré en euros",
            "Donner contribution_wages_eur pour chaque année de tarification de la chaîne",
            place=name,
        )
    return wages_eur


def _studied_year(year: _ChainYear, contribution_wages_eur: Fraction) -> StudiedYear:
    values: dict[str, Fraction] = {}
    for cost in year.studied_costs:
        values[cost.line.ref] = values.get(cost.line.ref, ZERO) + cost.cost_eur
    base_value_eur = sum((cost.cost_eur for cost in year.base_costs), ZERO)
    return StudiedYear(year.basis, base_value_eur, values, contribution_wages_eur)


def _impact_year(
    question: ImpactQuestion, year: _ChainYear, wages_eur: Fraction, loss_by_claim: Mapping[str, Fraction]
) -> ImpactYear:
    """Money of one year: excess and deductible at the cent, then the indemnity between them.

    Source: indemnity = min(limit, max(0, excess − deductible)), general conditions.
    """
    points = year.with_claims.rate_percent - year.without_claims.rate_percent
    excess_eur = round_cents(points * wages_eur / 100)
    deductible_eur = round_cents(question.cover.deductible_percent_of_wages * wages_eur / 100)
    indemnity_eur = max(ZERO, excess_eur - deductible_eur)
    if question.cover.annual_limit_eur is not None:
        indemnity_eur = min(round_cents(question.cover.annual_limit_eur), indemnity_eur)
    excess = share_by_largest_remainder(whole_cents(excess_eur), loss_by_claim)
    indemnity = share_by_largest_remainder(whole_cents(indemnity_eur), loss_by_claim)
    return ImpactYear(
        rate_year=year.basis.rate_year,
        wages_eur=question.wages_eur.at(year.basis.rate_year),
        contribution_wages_eur=wages_eur,
        with_claims=year.with_claims,
        without_claims=year.without_claims,
        excess_points=points,
        excess_eur=excess_eur,
        deductible_eur=deductible_eur,
        indemnity_eur=indemnity_eur,
        by_claim={ref: ClaimPart(Fraction(excess[ref], 100), Fraction(indemnity[ref], 100)) for ref in loss_by_claim},
    )


def _total_part(ref: str, years: tuple[ImpactYear, ...]) -> ClaimPart:
    parts = [year.by_claim[ref] for year in years]
    return ClaimPart(sum((part.excess_eur for part in parts), ZERO), sum((part.indemnity_eur for part in parts), ZERO))


def _last_rate_counting(question: ImpactQuestion) -> int:
    """The last rate year that counts a studied claim."""
    return rates_counting(max((line.account_year for line in question.studied_claims), default=0))[-1]


def _meeting_year(question: ImpactQuestion, chain: list[_ChainYear]) -> int | None:
    """First year from which both chains are equal for good: no studied claim is left and the rates are the same."""
    last_counting = _last_rate_counting(question)
    for year in chain:
        same = year.with_claims.rate_percent == year.without_claims.rate_percent
        if year.basis.rate_year > last_counting and same:
            return year.basis.rate_year
    return None


def _assumptions(question: ImpactQuestion, chain: list[_ChainYear], shares: Attribution) -> tuple[str, ...]:
    said = [TWELVE_MONTHS] if question.contribution_wages_eur.is_empty else []
    if question.base_claims and not question.calculated_without_percent.is_empty:
        said.append(BASE_CLAIMS_INSIDE)
    said += merged_assumptions((year.basis.rate_year, year.with_claims.assumptions) for year in chain)
    if shares.standard_error_eur is not None:
        error = f"{shares.standard_error_eur:.2f}".replace(".", ",")
        said.append(SAMPLED.format(orders=shares.sampled_orders, error=error))
    return tuple(dict.fromkeys(said))
