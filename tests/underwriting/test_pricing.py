"""Prices of variants on common draws: they rise with the cover, add up to the cent, and come again from their seed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import pytest

from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import Cause, DeductibleKind, Frequency
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.underwriting.cells import expected_lines
from atmp_insure.underwriting.premium import MINIMUM
from atmp_insure.underwriting.pricing import RANGE_SCENARIOS, Variant
from atmp_insure.underwriting.statistics import Level
from tests.underwriting.builders import (
    CODES,
    a_tariff,
    a_variant,
    all_optional,
    an_estimate,
    book,
    changed,
    exposure_of,
    level_wages,
    priced,
    prompt,
    three_sections,
    without_claims,
)
from tests.underwriting.test_premium import a_basis, require_every_cent_on_a_line

if TYPE_CHECKING:
    from atmp_insure.underwriting.pricing import Price, PricedVariant
    from atmp_insure.underwriting.statistics import Assumptions, Estimate

METALWORKS = exposure_of("metalworks")
SOME = ("IP2", "IP3", "IP4")  # what the product never leaves out
YEARS = range(2020, 2025)
SUBSETS = [frozenset(one) for count in range(1, len(CODES) + 1) for one in combinations(CODES, count)]


def net(one: PricedVariant) -> Fraction:
    return one.premium.net_eur


def wages(amount_eur: str) -> dict[int, Fraction]:
    return dict.fromkeys(YEARS, Fraction(amount_eur))


@cache
def of_every_subset() -> dict[frozenset[str], PricedVariant]:
    """Every choice of guarantees, were each of them optional."""
    tariff = a_tariff(assumptions=prompt(), guarantees=all_optional())
    found = priced(METALWORKS, *(a_variant(guarantees=one) for one in SUBSETS), tariff=tariff, scenarios=60)
    return {one.variant.guarantees: one for one in found.variants}


def of_variants(*variants: Variant) -> tuple[PricedVariant, ...]:
    return priced(METALWORKS, *variants, tariff=a_tariff(assumptions=prompt()), scenarios=60).variants


@cache
def of_samples() -> dict[str, Price]:
    """Two variants for a company at its own rate and one at mixed rates."""
    variants = a_variant(deductible="0", frequency=Frequency.MONTHLY), a_variant(deductible="0.60", discount="0.05")
    tariff = a_tariff(assumptions=prompt())
    return {slug: priced(exposure_of(slug), *variants, tariff=tariff) for slug in ("metalworks", "shop")}


def test_a_guarantee_more_never_lowers_the_premium_whatever_the_others() -> None:
    found = of_every_subset()
    assert len(found) == 31
    for fewer in SUBSETS:
        for code in set(CODES) - fewer:
            assert net(found[fewer]) <= net(found[fewer | {code}]), (sorted(fewer), code)


def test_a_guarantee_more_never_lowers_what_is_paid_nor_any_percentile() -> None:
    found = of_every_subset()
    for fewer in SUBSETS:
        for code in set(CODES) - fewer:
            less, more = found[fewer].whole, found[fewer | {code}].whole
            assert less.expected_eur <= more.expected_eur
            assert all(one <= other for one, other in zip(less.percentiles_eur, more.percentiles_eur, strict=True))
            assert less.chance_of_payment <= more.chance_of_payment


def test_all_guarantees_together_cost_more_than_each_alone() -> None:
    found = of_every_subset()
    assert all(net(found[frozenset({code})]) < net(found[frozenset(CODES)]) for code in CODES)


def test_contestation_fees_alone_have_nothing_to_contest() -> None:
    alone = of_every_subset()[frozenset({"contestation_fees"})]
    assert alone.whole.expected_eur == 0
    assert net(alone) == 1_800


def test_diseases_never_lower_the_premium() -> None:
    without, with_them = of_variants(a_variant(guarantees=SOME, diseases=False), a_variant(guarantees=SOME))
    assert net(without) < net(with_them)


DEDUCTIBLES = {
    DeductibleKind.PERCENT_OF_WAGES: ("0", "0.003", "0.0031", "0.05"),
    DeductibleKind.PERCENT_OF_RATE: ("0", "0.05", "0.10", "1"),
    DeductibleKind.EUROS: ("0", "10000", "10000.01", "1000000"),
}


@pytest.mark.parametrize("kind", DeductibleKind)
def test_a_lower_deductible_never_lowers_the_premium(kind: DeductibleKind) -> None:
    chosen = [Deductible(kind, Fraction(value)) for value in DEDUCTIBLES[kind]]
    found = of_variants(*(a_variant(guarantees=SOME, deductible=one) for one in chosen))
    for less_taken_off, more in pairwise(found):
        assert net(less_taken_off) >= net(more)
        assert less_taken_off.whole.expected_eur >= more.whole.expected_eur
    assert net(found[0]) > net(found[-1])


@pytest.mark.parametrize("limit", ["section_year_eur", "year_eur", "policy_eur"])
def test_a_higher_limit_never_lowers_the_premium(limit: str) -> None:
    amounts = [Fraction(one) for one in ("0", "50000", "50000.01", "100000000")]
    limits = [*(Limits(**{limit: one}) for one in amounts), Limits()]
    found = of_variants(*(a_variant(guarantees=SOME, deductible="0", limits=one) for one in limits))
    for lower, higher in pairwise(found):
        assert net(lower) <= net(higher)
    assert found[0].whole.expected_eur == 0
    assert net(found[0]) == 1_800
    assert net(found[-2]) == net(found[-1])  # a limit that nothing reaches is none


def test_no_frequency_gives_exactly_the_minimum_premium() -> None:
    [found] = priced(without_claims(METALWORKS)).variants
    assert found.whole.expected_eur == 0
    assert (net(found), found.premium.tax_eur) == (Fraction(1_800), Fraction(162))
    assert found.low_eur == found.high_eur == found.premium.total_eur == 1_962
    assert {line.code: line.net_eur for line in found.premium.lines} == {**dict.fromkeys(CODES, 0), MINIMUM: 1_800}


def test_every_cent_of_every_sample_company_is_on_a_line() -> None:
    assert len(of_samples()) == 2
    for slug, found in of_samples().items():
        for one in found.variants:
            basis = a_basis(frequency=one.variant.frequency, discount=one.variant.discount)
            require_every_cent_on_a_line(one.premium, basis)
            assert [line.code for line in one.premium.lines] == list(CODES), slug


def test_what_each_guarantee_adds_makes_the_whole_within_a_cent_a_line() -> None:
    every = [one for found in of_samples().values() for one in found.variants]
    for one in (*every, *of_every_subset().values()):
        parts = sum((guarantee.own.expected_eur for guarantee in one.guarantees), Fraction(0))
        assert abs(parts - one.whole.expected_eur) <= Fraction(len(one.guarantees), 100)


def test_the_range_of_the_estimates_holds_the_central_price() -> None:
    for slug, found in of_samples().items():
        for one in found.variants:
            assert one.low_eur <= one.premium.total_eur <= one.high_eur, slug
            assert one.low_eur < one.high_eur


def test_a_range_without_any_doubt_is_drawn_on_the_same_scenarios() -> None:
    assert RANGE_SCENARIOS <= 10_000
    sure = a_tariff(assumptions=without_doubt(prompt()))
    [found] = priced(METALWORKS, tariff=sure).variants
    assert found.low_eur == found.premium.total_eur == found.high_eur


def without_doubt(given: Assumptions) -> Assumptions:
    """Estimates whose both ends are their middle."""
    split = {cause: {event: sure(one) for event, one in own.items()} for cause, own in given.grave_split.items()}
    return replace(
        given,
        grave_split=split,
        long_stoppages={cause: sure(one) for cause, one in given.long_stoppages.items()},
        group_variance={cause: sure(one) for cause, one in given.group_variance.items()},
        trend={cause: sure(one) for cause, one in given.trend.items()},
        stoppage_of_grave=sure(given.stoppage_of_grave),
        client_variance=sure(given.client_variance),
        temporary_weight=sure(given.temporary_weight),
        recourses_engaged=sure(given.recourses_engaged),
        recourses_won=sure(given.recourses_won),
        success_fee=sure(given.success_fee),
        wage_growth=sure(given.wage_growth),
    )


def sure(given: Estimate) -> Estimate:
    return replace(given, low=given.central, high=given.central)


def test_the_same_seed_gives_the_same_price_to_the_cent_and_variants_do_not_move_each_other() -> None:
    beside = of_variants(a_variant(deductible="0"), a_variant(deductible="0.60"))[1]
    assert of_variants(a_variant(deductible="0.60")) == (beside,)


def test_another_seed_moves_the_premium_by_less_than_one_percent() -> None:
    nets = [net(priced(METALWORKS, seed=seed, scenarios=50_000).variants[0]) for seed in (6, 7)]
    assert abs(nets[0] - nets[1]) < min(nets) / 100


def test_instalments_and_discounts_share_the_same_losses() -> None:
    yearly, monthly, reduced = of_variants(
        a_variant(), a_variant(frequency=Frequency.MONTHLY), a_variant(discount="0.05")
    )
    assert yearly.whole == monthly.whole == reduced.whole
    assert net(yearly) == net(monthly)
    assert net(reduced) < net(yearly)
    assert monthly.premium.surcharge_eur > yearly.premium.surcharge_eur == 0


def test_three_sections_cost_more_than_the_first_alone_on_the_claims_of_all() -> None:
    tariff, grave = a_tariff(assumptions=prompt()), a_variant(guarantees=SOME)
    together, alone = (priced(found, grave, tariff=tariff, scenarios=60) for found in (three_sections(), METALWORKS))
    assert [len(one.sections) for one in (together, alone)] == [3, 1]
    assert together.expected_claims == sum(cell.expected for cell in together.simulated.cells) > alone.expected_claims
    assert net(together.variants[0]) > net(alone.variants[0])


def closed_form(found: Price, section: int, own_share: Fraction) -> tuple[Fraction, Fraction]:
    """Lines × average cost × (1 + M2) × own share, and the number of lines, wages standing still and no cap."""
    question, frequencies = found.sections[section].question, found.sections[section].frequencies
    law, total, lines = book().law, Fraction(0), Fraction(0)
    m2 = law.find_surcharge(2026, "m2")
    assert m2 is not None
    for _, event, number in expected_lines(frequencies, still(), Level.CENTRAL):
        cost = law.find_average_cost(2026, question.unit.ctn, None, event.category, scope=question.unit.scope)
        assert cost is not None
        total += number * cost.value * (1 + m2.value / 100) * own_share
        lines += number
    return total, lines


def still() -> Assumptions:
    """Wages that do not grow."""
    return replace(prompt(), wage_growth=an_estimate("0", prompt().wage_growth))


@pytest.mark.parametrize(("slug", "wages_eur"), [("metalworks", 54_000_000), ("shop", 25_000_000)])
def test_where_no_cap_binds_the_pure_premium_is_frequency_times_average_cost_with_m2_and_the_own_share(
    slug: str, wages_eur: int
) -> None:
    """Each line weighs on three rates; each rate is rounded to the hundredth of percent, with it and without it."""
    section = replace(level_wages(exposure_of(slug).sections[0], wages_eur), headcount=Fraction(5))
    company = replace(exposure_of(slug), sections=(section,))
    everything = a_variant(guarantees=("IT6", *SOME), deductible="0", limits=Limits())
    found = priced(company, everything, tariff=a_tariff(assumptions=still()))
    closed, lines = closed_form(found, 0, section.rate.individual_share)
    rounding = 3 * lines * Fraction(1, 100) / 100 * wages_eur
    assert abs(found.variants[0].whole.expected_eur - closed) <= rounding
    assert rounding < closed / 2  # the bound says something


@pytest.mark.parametrize(
    ("variant", "said"),
    [
        (a_variant(guarantees=(*SOME, "IT9")), "« IT9 » absente du produit"),
        (a_variant(guarantees=("IT6",)), "IP2 n'est pas facultative"),
        (a_variant(guarantees=()), "aucune garantie"),
    ],
)
def test_what_the_product_does_not_sell_is_refused_by_name(variant: Variant, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        priced(METALWORKS, variant)


def test_instalments_that_the_product_does_not_offer_are_refused() -> None:
    yearly_only = a_tariff(instalments={Frequency.YEARLY: Fraction(0)})
    with pytest.raises(InvalidInput, match="mensuel non proposé"):
        priced(METALWORKS, a_variant(frequency=Frequency.MONTHLY), tariff=yearly_only)


def test_a_company_at_a_collective_rate_has_no_price() -> None:
    with pytest.raises(InvalidInput, match="aucune section n'a de taux net individuel"):
        priced(exposure_of("small"))


@pytest.mark.parametrize(
    "variant",
    [
        a_variant(deductible="-0.30"),
        a_variant(deductible=Deductible(DeductibleKind.EUROS, Fraction(10**30))),
        a_variant(limits=Limits(section_year_eur=Fraction(-1))),
        a_variant(limits=Limits(policy_eur=Fraction(10**30))),
        a_variant(discount="-0.05"),
        a_variant(discount="1.01"),
    ],
    ids=["deductible < 0", "deductible 10^30", "limit < 0", "limit 10^30", "discount < 0", "discount > 100 %"],
)
def test_amounts_out_of_all_proportion_are_refused_with_a_remedy(variant: Variant) -> None:
    with pytest.raises(InvalidInput):
        priced(METALWORKS, variant, tariff=a_tariff(assumptions=prompt()), scenarios=20)


def test_a_product_whose_guarantees_are_all_optional_does_not_price_none_of_them() -> None:
    tariff = a_tariff(assumptions=prompt(), guarantees=all_optional())
    with pytest.raises(InvalidInput):
        priced(METALWORKS, a_variant(guarantees=()), tariff=tariff, scenarios=20)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"headcount": Fraction(10**6)}, "sinistres garantis attendus"),
        ({"headcount": Fraction(10**12)}, "sinistres garantis attendus"),
        ({"headcount": Fraction(-1)}, "négatifs"),
        ({"wages_by_year": wages("0")}, "aucun salaire sur la période triennale"),
        ({"wages_by_year": wages("1000000000000")}, "hors limites"),
        ({"wages_by_year": wages("-0.01")}, "hors limites"),
    ],
)
def test_facts_out_of_all_proportion_are_refused_with_a_remedy(facts: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as refused:
        priced(changed(METALWORKS, **facts), scenarios=20)
    assert all(fault.remedy for fault in refused.value.faults)


def test_temporary_workers_count_in_the_employee_years_that_claims_are_held_against() -> None:
    """The same claims tell less of a company that uses many temporary workers."""
    found = exposure_of("temporary_user")
    alone, with_many = (
        priced(changed(found, temporary_workers=Fraction(lent)), a_variant()).sections[0].frequencies.factors
        for lent in (0, 400)
    )
    assert with_many[Cause.ACCIDENT] < alone[Cause.ACCIDENT]
