"""What one claim of each insured event would do to a section: both rates year by year, and what each variant pays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent, TriggerBasis
from atmp_insure.kernel.money import whole_cents
from atmp_insure.rating.impact import impact
from atmp_insure.rating.unit import ZERO, ClaimLine
from atmp_insure.underwriting.pricing import insured_of, terms_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from atmp_insure.rating.impact import Impact
    from atmp_insure.underwriting.expected_chain import ExpectedSection
    from atmp_insure.underwriting.exposure import SectionExposure
    from atmp_insure.underwriting.loss_distribution import Terms
    from atmp_insure.underwriting.pricing import Price, PricedVariant, Tariff

_REF = "illustration"


@dataclass(frozen=True, slots=True)
class IllustratedYear:
    """One rate year with and without the claim.

    Attributes:
        paid_eur: what each variant pays, in their order.
    """

    rate_year: int
    wages_eur: Fraction
    with_percent: Fraction
    without_percent: Fraction
    excess_eur: Fraction
    paid_eur: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Illustration:
    """One accident of the policy year, alone.

    Attributes:
        account_year: the account that bears it, by the most likely delay.
        years: from the first rate to come to the last one that the accident raises.
        reference_eur: wages of the last known year, which the total is compared with.
    """

    section_key: str
    event: InsuredEvent
    account_year: int
    years: tuple[IllustratedYear, ...]
    reference_eur: Fraction

    @property
    def total_eur(self) -> Fraction:
        """Over-contribution of all years."""
        return sum((year.excess_eur for year in self.years), ZERO)

    @property
    def share_of_wages(self) -> Fraction:
        """The total as a fraction of one year's wages."""
        return self.total_eur / self.reference_eur if self.reference_eur else ZERO

    def paid_eur(self, variant: int) -> Fraction:
        """What a variant pays in all."""
        return sum((year.paid_eur[variant] for year in self.years), ZERO)


def illustrations(
    sections: Sequence[SectionExposure], found: Price, first_day: date, tariff: Tariff
) -> tuple[Illustration, ...]:
    """One accident of each event that some variant insures, section by section.

    Source: as `atmp_insure.rating.impact`; general conditions (deductible and limits).
    """
    terms = [terms_of(found.simulated, one.variant, first_day, tariff) for one in found.variants]
    insured = [_insured(one, tariff) for one in found.variants]
    events = [event for event in InsuredEvent if any(event in own for own in insured)]
    shown = []
    for at, (section, expected) in enumerate(zip(sections, found.sections, strict=True)):
        for event in events:
            if event is InsuredEvent.DEATH and InsuredEvent.IP4 in events:
                continue  # a death is charged as IP4: the same picture
            year = first_day.year + _likely_delay(event, tariff)
            paid = [_Payment(one, at, event in own) for one, own in zip(terms, insured, strict=True)]
            shown.append(_illustration(section, expected, event, year, paid=paid, tariff=tariff))
    return tuple(shown)


def _insured(one: PricedVariant, tariff: Tariff) -> frozenset[InsuredEvent]:
    """The events of accidents at work that a variant insures."""
    found: frozenset[tuple[InsuredEvent, Cause]] = frozenset()
    for guarantee in GUARANTEES:
        terms = tariff.product.terms_of(guarantee.code)
        if terms is not None and guarantee.code in one.variant.guarantees:
            found |= insured_of(guarantee, terms, diseases=one.variant.diseases)
    return frozenset(event for event, cause in found if cause is Cause.ACCIDENT)


def _likely_delay(event: InsuredEvent, tariff: Tariff) -> int:
    """Years from the policy year to the account that bears the event, by what makes a claim belong to the policy."""
    basis, is_stoppage = tariff.product.trigger.basis, event is InsuredEvent.IT6
    if basis is TriggerBasis.ACCOUNT_LINE or (basis is TriggerBasis.IP_NOTIFICATION and not is_stoppage):
        return 0
    given = tariff.assumptions
    delays: Mapping[int, Fraction] = given.stoppage_delay if is_stoppage else given.incapacity_delay
    return max(delays, key=lambda delay: (delays[delay], -delay))


@dataclass(frozen=True, slots=True)
class _Payment:
    """What a variant pays of the over-contributions of one section; nothing for an event that it does not insure."""

    terms: Terms
    section: int
    insures: bool

    def of(self, excess_eur: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """Of each rate year of the chain; the limit of the policy cuts the last ones."""
        own, left = self.terms.sections[self.section], self.terms.policy_limit_cents
        found = []
        for at, excess in enumerate(excess_eur):
            paid = max(0, whole_cents(excess) - own.deductible_cents[at]) if self.insures else 0
            limits = (own.limit_cents[at], self.terms.year_limit_cents, left)
            paid = min([paid, *(limit for limit in limits if limit is not None)])
            left = None if left is None else left - paid
            found.append(Fraction(paid, 100))
        return tuple(found)


def _illustration(
    section: SectionExposure,
    expected: ExpectedSection,
    event: InsuredEvent,
    account_year: int,
    *,
    paid: Sequence[_Payment],
    tariff: Tariff,
) -> Illustration:
    question = replace(expected.question, studied_claims=(ClaimLine(_REF, account_year, event.category),))
    chain: Impact = impact(question, tariff.law)
    touched = chain.years[: _last_touched(chain) + 1]
    by_variant = [one.of([year.excess_eur for year in touched]) for one in paid]
    years = tuple(
        IllustratedYear(
            year.rate_year, year.contribution_wages_eur, year.with_claims.rate_percent,
            year.without_claims.rate_percent, year.excess_eur,
            tuple(amounts[at] for amounts in by_variant),
        )
        for at, year in enumerate(touched)
    )  # fmt: skip
    return Illustration(section.key, event, account_year, years, section.last_wages_eur)


def _last_touched(chain: Impact) -> int:
    """Place of the last year that the accident changes; -1: none."""
    return max((at for at, year in enumerate(chain.years) if year.excess_points), default=-1)
