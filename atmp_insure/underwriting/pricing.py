"""The price of a cover and of its variants, on draws that they share; each told with the range of its estimates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import Cause, DeductibleKind, Frequency, InsuredEvent, PricingMethod
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rating.unit import ZERO
from atmp_insure.underwriting.cells import PolicyYear
from atmp_insure.underwriting.expected_chain import Outlook, expected_section
from atmp_insure.underwriting.frequency import FrequencyQuestion, frequencies
from atmp_insure.underwriting.loss_distribution import Paid
from atmp_insure.underwriting.premium import PremiumBasis, PricedGuarantee, premium
from atmp_insure.underwriting.simulated_year import simulated_year
from atmp_insure.underwriting.statistics import Level

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from atmp_insure.guarantees.catalogue.guarantee import Guarantee
    from atmp_insure.guarantees.product import GuaranteeTerms, InsuranceTax, ProductVersion
    from atmp_insure.regulation.law import Law
    from atmp_insure.underwriting.expected_chain import ExpectedSection
    from atmp_insure.underwriting.exposure import Exposure, SectionExposure
    from atmp_insure.underwriting.frequency import Frequencies
    from atmp_insure.underwriting.loss_distribution import LossDistribution, Terms
    from atmp_insure.underwriting.premium import Premium
    from atmp_insure.underwriting.simulated_year import Insured, SimulatedYear
    from atmp_insure.underwriting.statistics import Assumptions, Statistics

    Integers = NDArray[np.int64]

SCENARIOS = 50_000
MOST_SCENARIOS = 1_000_000
RANGE_SCENARIOS = 10_000  # for each end of the range of the estimates
_MOST_EUR = Fraction(10**10)
_ENDS = (Level.LOW, Level.HIGH)
NO_DEDUCTIBLE = Deductible(DeductibleKind.EUROS, ZERO)


@dataclass(frozen=True, slots=True)
class Variant:
    """A cover as a client may choose it.

    Attributes:
        guarantees: codes of the catalogue.
        diseases: whether occupational diseases are covered as far as the product covers them.
        discount: discretionary, a fraction.
    """

    guarantees: frozenset[str]
    deductible: Deductible
    frequency: Frequency
    limits: Limits
    diseases: bool = True
    discount: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a price is made with, each part in its version.

    Attributes:
        commission: of the broker's agreement; None: that of the product.
    """

    product: ProductVersion
    tax: InsuranceTax
    statistics: Statistics
    assumptions: Assumptions
    law: Law
    commission: Fraction | None = None
    territory_share: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Draw:
    """What the random part of a price depends on."""

    seed: int
    scenarios: int = SCENARIOS


@dataclass(frozen=True, slots=True)
class PricedVariant:
    """A variant with its price.

    Attributes:
        guarantees: what each would pay, in the order of the catalogue.
        whole: what all would pay together.
        low_eur: total premium when every estimate is at the end that makes it cheaper.
        high_eur: the same at the dearer end.
    """

    variant: Variant
    guarantees: tuple[PricedGuarantee, ...]
    whole: LossDistribution
    premium: Premium
    low_eur: Fraction
    high_eur: Fraction


@dataclass(frozen=True, slots=True)
class Price:
    """A quote's variants on common draws.

    Attributes:
        sections: the years to come of each insured section, in the order of the exposure.
        simulated: the policy year that the variants share, estimates at their central value.
    """

    sections: tuple[ExpectedSection, ...]
    variants: tuple[PricedVariant, ...]
    simulated: SimulatedYear
    draw: Draw

    @property
    def expected_claims(self) -> Fraction:
        """Grave claims of a policy year, insured or not."""
        return self.simulated.expected_claims


def price(found: Exposure, variants: Sequence[Variant], first_day: date, tariff: Tariff, draw: Draw) -> Price:
    """The price of each variant, the estimates at their central value, and the range that they leave.

    Raises:
        InvalidInput: no section has a rate of its own, or a variant asks for what the product does not sell.

    Source: `docs/pricing.md`; general conditions.
    """
    for variant in variants:
        require_sold(variant, tariff.product)
    if not found.insurable:
        raise InvalidInput.one(
            "aucune section n'a de taux net individuel", "La garantie ne peut rien payer : ne pas tarifer"
        )
    central = _Losses(_year(found, first_day, tariff, draw, Level.CENTRAL), first_day, tariff)
    rough = Draw(draw.seed, min(draw.scenarios, RANGE_SCENARIOS))
    ends = [_Losses(_year(found, first_day, tariff, rough, level), first_day, tariff) for level in _ENDS]
    priced = []
    for variant in variants:
        guarantees = central.of(variant)
        low, high = (premium(losses.of(variant), _basis(variant, first_day, tariff)).total_eur for losses in ends)
        cost = premium(guarantees, _basis(variant, first_day, tariff))
        whole = guarantees[-1].with_former
        reached = (low, cost.total_eur, high)
        priced.append(PricedVariant(variant, guarantees, whole, cost, min(reached), max(reached)))
    return Price(central.year.sections, tuple(priced), central.year.simulated, draw)


def require_sensible(variant: Variant) -> None:
    """Refuse, by `InvalidInput`, amounts that no cover has; each fault names the part of the variant that holds it.

    Source: none; bounds within which the calculation is exact.
    """
    deductible, limits = variant.deductible, variant.limits
    largest = _MOST_EUR if deductible.kind is DeductibleKind.EUROS else Fraction(1)
    faults = []
    if not 0 <= deductible.value <= largest:
        faults.append(Fault("franchise négative ou hors limites", "La corriger", "deductible"))
    if not 0 <= variant.discount < 1:
        faults.append(Fault("remise hors de 0 à 100 %", "La corriger", "discount_share"))
    known = (limits.section_year_eur, limits.year_eur, limits.policy_eur)
    if any(one is not None and not 0 <= one <= _MOST_EUR for one in known):
        faults.append(Fault("plafond négatif ou hors limites", "Le corriger", "limits"))
    if not variant.guarantees:
        faults.append(Fault("aucune garantie", "En choisir au moins une", "guarantees"))
    if faults:
        raise InvalidInput(faults)


def require_sold(variant: Variant, product: ProductVersion) -> None:
    """Refuse, by `InvalidInput`, a variant that a product does not sell.

    Source: product version.
    """
    require_sensible(variant)
    sold = {one.code for one in product.guarantees}
    needed = {one.code for one in product.guarantees if not one.is_optional}
    unknown, left_out = variant.guarantees - sold, needed - variant.guarantees
    if unknown:
        raise InvalidInput.one(
            f"garantie « {min(unknown)} » absente du produit",
            f"Garanties : {', '.join(sorted(sold))}",
            place="guarantees",
        )
    if left_out:
        raise InvalidInput.one(
            f"la garantie {min(left_out)} n'est pas facultative", "La reprendre dans la formule", place="guarantees"
        )
    if variant.frequency not in product.instalments:
        raise InvalidInput.one(
            f"fractionnement {variant.frequency.label} non proposé", "En choisir un autre", place="instalments"
        )


@dataclass(frozen=True, slots=True)
class _Year:
    """A policy year with every estimate at one end of its range, or in its middle."""

    sections: tuple[ExpectedSection, ...]
    simulated: SimulatedYear
    level: Level


def _year(found: Exposure, first_day: date, tariff: Tariff, draw: Draw, level: Level) -> _Year:
    trigger = tariff.product.trigger
    period = PolicyYear(first_day, trigger.basis, trigger.waiting_days)
    outlook = Outlook(period, tariff.assumptions, level, tariff.law)
    sections = tuple(
        expected_section(one, at, _frequencies(one, found.naf, outlook, tariff), outlook)
        for at, one in enumerate(found.insurable)
    )
    notified = [one.last_rate.notified_percent for one in found.insurable]
    return _Year(sections, simulated_year(sections, notified, draw.seed, draw.scenarios, tariff.law), level)


def _frequencies(section: SectionExposure, naf: str | None, outlook: Outlook, tariff: Tariff) -> Frequencies:
    weight = outlook.assumptions.temporary_weight.at(outlook.level)
    lent = weight * section.temporary_workers * len(section.history.years)
    history = replace(section.history, employee_years=section.history.employee_years + lent)
    question = FrequencyQuestion(
        section.ctn, naf, section.headcount, section.temporary_workers, outlook.period.first_day.year, history
    )
    return frequencies(question, tariff.statistics, outlook.assumptions, outlook.level)


def _basis(variant: Variant, first_day: date, tariff: Tariff) -> PremiumBasis:
    product = tariff.product
    return PremiumBasis(
        product.loadings, product.minimum_premium_eur, tariff.tax, first_day, variant.frequency,
        product.instalments[variant.frequency], tariff.commission, variant.discount, tariff.territory_share,
    )  # fmt: skip


class _Losses:
    """What covers pay of one policy year; variants that differ by their instalments or discount share it."""

    def __init__(self, year: _Year, first_day: date, tariff: Tariff) -> None:
        self.year, self._first_day, self._tariff = year, first_day, tariff
        self._known: dict[Variant, tuple[PricedGuarantee, ...]] = {}

    def of(self, variant: Variant) -> tuple[PricedGuarantee, ...]:
        """What each guarantee of a variant pays, in the order of the catalogue."""
        alike = replace(variant, frequency=Frequency.YEARLY, discount=ZERO)
        if alike not in self._known:
            self._known[alike] = self._priced(alike)
        return self._known[alike]

    def _priced(self, variant: Variant) -> tuple[PricedGuarantee, ...]:
        cover, simulated = _cover(self.year, variant, self._first_day, self._tariff), self.year.simulated
        before, insured, priced = simulated.nothing_paid(), frozenset[tuple[InsuredEvent, Cause]](), []
        for guarantee in GUARANTEES:
            terms = self._tariff.product.terms_of(guarantee.code)
            if terms is None or guarantee.code not in variant.guarantees:
                continue
            insured |= insured_of(guarantee, terms, diseases=variant.diseases)
            paid = _METHODS[guarantee.method](cover, terms, insured, before)
            own, together = simulated.distribution(paid - before), simulated.distribution(paid)
            priced.append(PricedGuarantee(guarantee.code, guarantee.label_fr, terms.tax_class, own, together))
            before = paid
        return tuple(priced)


def insured_of(guarantee: Guarantee, terms: GuaranteeTerms, *, diseases: bool) -> Insured:
    """The events that a guarantee insures, by cause; contestation fees insure none of their own.

    Source: general conditions (guaranteed events).
    """
    if guarantee.method is PricingMethod.FEES:
        return frozenset()
    causes = terms.causes if diseases else terms.causes - {Cause.DISEASE}
    events = guarantee.events if terms.includes_death else guarantee.events - {InsuredEvent.DEATH}
    return frozenset((event, cause) for event in events for cause in causes)


@dataclass(frozen=True, slots=True)
class _Cover:
    """A variant over a simulated year.

    Attributes:
        terms: what the indemnities take off and never exceed.
        bare: nothing taken off: the whole over-contribution, which recourses are about.
        recourse: chance that an insured claim is contested with success.
        success_fee: what a lawyer takes of what is recovered.
    """

    year: SimulatedYear
    terms: Terms
    bare: Terms
    recourse: Fraction
    success_fee: Fraction

    def indemnities(self, _terms: GuaranteeTerms, insured: Insured, _before: Paid) -> Paid:
        """What the guarantees so far pay."""
        return self.year.paid(insured, self.terms)

    def with_fees(self, terms: GuaranteeTerms, insured: Insured, before: Paid) -> Paid:
        """What is paid with the fees of recourses that succeed: a share of the over-contribution avoided."""
        share = self.recourse * min(self.success_fee, terms.fee_share or ZERO)
        excess = self.year.paid(insured, self.bare)
        return before + Paid(_part(excess.single, share), _part(excess.several, share))


def _cover(year: _Year, variant: Variant, first_day: date, tariff: Tariff) -> _Cover:
    given = tariff.assumptions
    bare = replace(variant, deductible=NO_DEDUCTIBLE, limits=Limits())
    return _Cover(
        year.simulated,
        terms_of(year.simulated, variant, first_day, tariff),
        terms_of(year.simulated, bare, first_day, tariff),
        given.recourses_engaged.at(year.level) * given.recourses_won.at(year.level),
        given.success_fee.at(year.level),
    )


def terms_of(year: SimulatedYear, variant: Variant, first_day: date, tariff: Tariff) -> Terms:
    """What a variant takes off and never exceeds, section by section and year by year.

    Source: general conditions (deductible, limits, run-off).
    """
    trigger = tariff.product.trigger
    ends = PolicyYear(first_day, trigger.basis).last_day.year
    last = None if trigger.run_off_years is None else ends + trigger.run_off_years
    return year.terms(variant.deductible, variant.limits, last)


def _part(cents: Integers, share: Fraction) -> Integers:
    """A share of each amount, at the cent, half up."""
    return (cents * (2 * share.numerator) + share.denominator) // (2 * share.denominator)


_METHODS = {PricingMethod.INDEMNITY: _Cover.indemnities, PricingMethod.FEES: _Cover.with_fees}
