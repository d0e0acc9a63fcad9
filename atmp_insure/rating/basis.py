"""The bases of one rate year: everything but the value of the risk and the previous rate.

A chain with and without claims shares the same bases; only the claims counted and the reference of the cap differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rating.claim_cost import line_cost
from atmp_insure.rating.mixed_share import individual_share
from atmp_insure.rating.mode import tariff_mode
from atmp_insure.rating.net_rate import YearFormula
from atmp_insure.rating.price_list import PriceList
from atmp_insure.rating.trace import Step, Unit
from atmp_insure.rating.unit import ZERO, triennium
from atmp_insure.regulation.law import Surcharges, first_of
from atmp_insure.regulation.vocabulary import CONSTRUCTION_COMMITTEE, FIRST_RATE_YEAR, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from atmp_insure.rating.claim_cost import LineCost
    from atmp_insure.rating.mode import ModeDecision
    from atmp_insure.rating.trace import Quantity
    from atmp_insure.rating.unit import GivenValues, RateQuestion
    from atmp_insure.regulation.law import CapRule, Law, RoundingPolicy


@dataclass(frozen=True, slots=True)
class YearBasis:
    """Mode, formula, costs and cap rule of one unit for one rate year.

    Attributes:
        costs: cost of every line of the triennium; empty when no individual rate is needed.
        collective_percent: net collective rate, when the mode needs it or the document gives it.
        cap: rule of the cap; None when the mode is not subject to one.
        steps: trace up to here.
        assumptions: what was assumed, in French, in order.
    """

    rate_year: int
    decision: ModeDecision
    formula: YearFormula
    costs: tuple[LineCost, ...]
    collective_percent: Fraction | None
    cap: CapRule | None
    cap_source: str
    rounding: RoundingPolicy
    rounding_source: str
    steps: tuple[Step, ...]
    assumptions: tuple[str, ...]


def year_basis(
    question: RateQuestion,
    law: Law,
    *,
    earlier_given: Mapping[int, GivenValues] | None = None,
    simulation: bool = False,
) -> YearBasis:
    """Settle the bases of a rate year: mode, share, wages, surcharges, collective rate, cost of each line.

    Args:
        earlier_given: the document's values by rate year when it has several (simulations).
        simulation: whether the nearest earlier known year may stand in for a missing value.

    Raises:
        InvalidInput: rate year before 2012, wages of the triennium missing or zero while they are needed.
        MissingParameter: a value that the mode needs is neither in the document nor in the tables.

    Source: art. D.242-6-2 to D.242-6-17 and D.242-30 to D.242-38 CSS.
    """
    _check_rate_year(question)
    on = first_of(question.rate_year)
    given = earlier_given or {question.rate_year: question.given}
    prices = PriceList(law, question.unit, question.rate_year, given, simulation)
    record = _Record()
    decision = tariff_mode(question, law)
    record.add(decision.step, *decision.assumptions)
    share, share_step, said = individual_share(question, decision, law)
    record.add(share_step, *said, *_without_effect(question))
    collective = _collective_percent(question, decision.mode, prices, record)
    elements = _individual_elements(question, prices, record) if share else _NO_INDIVIDUAL_RATE
    rounding, cap = law.rounding.at(on), law.caps.at(on)
    rule = cap.value[question.unit.scope]
    return YearBasis(
        rate_year=question.rate_year,
        decision=decision,
        formula=YearFormula(
            share=share,
            wages_eur=elements.wages_eur,
            surcharges=elements.surcharges,
            collective_percent=None if decision.mode is Mode.INDIVIDUAL else collective,
            rounding=rounding.value,
            claim_free_percent=question.calculated_without_percent,
        ),
        costs=elements.costs,
        collective_percent=collective,
        cap=rule if decision.mode in rule.modes else None,
        cap_source=cap.citation.source,
        rounding=rounding.value,
        rounding_source=rounding.citation.source,
        steps=tuple(record.steps),
        assumptions=tuple(dict.fromkeys(record.assumptions)),
    )


@dataclass(slots=True)
class _Record:
    """Steps and assumptions, gathered in order."""

    steps: list[Step] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)

    def add(self, step: Step, *assumptions: str) -> None:
        self.steps.append(step)
        self.assumptions += [said for said in assumptions if said]


@dataclass(frozen=True, slots=True)
class _IndividualElements:
    """What only an individual rate, alone or mixed, needs."""

    wages_eur: Fraction
    surcharges: Surcharges | None
    costs: tuple[LineCost, ...]


_NO_INDIVIDUAL_RATE = _IndividualElements(ZERO, None, ())


def _check_rate_year(question: RateQuestion) -> None:
    if question.rate_year < FIRST_RATE_YEAR:
        raise InvalidInput.one(
            f"année de tarification {question.rate_year}",
            f"Donner une année à partir de {FIRST_RATE_YEAR} : les règles d'avant ne sont pas reprises",
            place="rate_year",
        )


def _collective_percent(question: RateQuestion, mode: Mode, prices: PriceList, record: _Record) -> Fraction | None:
    """The collective rate when the mode needs it; else what the document says of it, if anything."""
    if mode is Mode.INDIVIDUAL or question.calculated_without_percent is not None:
        return question.given.collective_rate_percent
    found = prices.collective_rate()
    rate: Quantity = found.value, Unit.PERCENT
    record.add(Step("collective_rate", "Taux net collectif", rate, {}, found.source), found.assumption)
    return found.value


def _individual_elements(question: RateQuestion, prices: PriceList, record: _Record) -> _IndividualElements:
    wages_eur, wages_step = _triennium_wages(question)
    record.add(wages_step)
    surcharges, surcharges_step, said = _surcharges(question, prices)
    record.add(surcharges_step, *said)
    counted = set(triennium(question.rate_year))
    costs = tuple(line_cost(line, prices) for line in question.claims if line.account_year in counted)
    for cost in costs:
        record.assumptions += cost.assumptions
    return _IndividualElements(wages_eur, surcharges, costs)


def _without_effect(question: RateQuestion) -> list[str]:
    said = []
    if question.unit.sub_sector is not None and question.unit.ctn != CONSTRUCTION_COMMITTEE:
        said.append(
            f"Le groupe d'activités ne concerne que le comité B : sans effet pour le comité {question.unit.ctn}."
        )
    counted = set(triennium(question.rate_year))
    outside = sorted({line.ref for line in question.claims if line.account_year not in counted})
    if outside:
        first, last, refs = min(counted), max(counted), ", ".join(outside)
        said.append(f"Hors de la période triennale {first}–{last} du taux {question.rate_year}, non comptés : {refs}.")
    return said


def _triennium_wages(question: RateQuestion) -> tuple[Fraction, Step]:
    created = question.unit.created_on
    wages: dict[int, Fraction] = {}
    for year in triennium(question.rate_year):
        amount = question.wages_eur.get(year)
        if created is not None and year < created.year:
            if amount:
                raise InvalidInput.one(
                    f"salaires de {year} pour un établissement créé en {created.year}",
                    "Retirer ces salaires, ou corriger created_on",
                    place=f"wages_eur.{year}",
                )
            continue
        if amount is None:
            raise InvalidInput.one(
                f"salaires de {year} absents, nécessaires au taux {question.rate_year}",
                "Donner les salaires de la période triennale (N-4, N-3, N-2), 0 pour une année sans salaire",
                place="wages_eur",
            )
        wages[year] = amount
    total = sum(wages.values(), ZERO)
    if not total:
        raise InvalidInput.one(
            f"aucun salaire sur la période triennale du taux {question.rate_year}",
            "Donner des salaires supérieurs à zéro : le taux brut les divise",
            place="wages_eur",
        )
    inputs: dict[str, Quantity] = {str(year): (amount, Unit.EUR) for year, amount in wages.items()}
    return total, Step("wages", "Salaires de la période triennale", (total, Unit.EUR), inputs, "art. D.242-6-4 CSS")


def _surcharges(question: RateQuestion, prices: PriceList) -> tuple[Surcharges, Step, list[str]]:
    """All four surcharges; in a simulation from a claim-free rate only M2 weighs on the claims."""
    if question.calculated_without_percent is not None:
        found = prices.surcharge("m2")
        surcharges = Surcharges(ZERO, found.value, ZERO, ZERO)
        inputs: dict[str, Quantity] = {"m2": (found.value, Unit.PERCENT)}
        step = Step("surcharges", "Majoration M2", (found.value, Unit.PERCENT), inputs, found.source)
        return surcharges, step, [found.assumption] if found.assumption else []
    surcharges, source, said = prices.surcharges()
    inputs = {name: (getattr(surcharges, name), Unit.PERCENT) for name in ("m1", "m2", "m3", "m4")}
    step = Step(
        "surcharges",
        "Majorations ; la valeur est le taux d'une unité sans sinistre",
        (surcharges.net(ZERO), Unit.PERCENT),
        inputs,
        source,
    )
    return surcharges, step, list(said)
