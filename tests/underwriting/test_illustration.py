"""One accident of each insured event, told year by year: both rates, what it costs, what each variant pays."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import pytest

from atmp_insure.guarantees.product import Limits
from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent, TriggerBasis
from atmp_insure.kernel.money import round_cents
from atmp_insure.rating.impact import impact
from atmp_insure.rating.unit import ClaimLine
from atmp_insure.underwriting.illustration import illustrations
from tests.underwriting.builders import DAY, EVERYTHING, a_tariff, a_variant, exposure_of, priced, prompt

if TYPE_CHECKING:
    from atmp_insure.underwriting.illustration import Illustration
    from atmp_insure.underwriting.pricing import Price, Variant

IT6, IP2, IP3, IP4, DEATH = InsuredEvent
GRAVE = ("IP2", "IP3", "IP4")
VARIANTS = a_variant(deductible="0"), a_variant(deductible="0.60"), a_variant(guarantees=GRAVE)
SHOP = exposure_of("shop")


@cache
def the_price() -> Price:
    return priced(SHOP, *VARIANTS, tariff=a_tariff(assumptions=prompt()), scenarios=20)


@cache
def shown() -> dict[InsuredEvent, Illustration]:
    found = illustrations(SHOP.insurable, the_price(), DAY, a_tariff(assumptions=prompt()))
    return {one.event: one for one in found}


def of(variant: Variant, *, basis: TriggerBasis = TriggerBasis.OCCURRENCE) -> tuple[Illustration, ...]:
    """What is shown beside the price of another variant."""
    one = replace(the_price().variants[0], variant=variant)
    trigger = replace(a_tariff().product.trigger, basis=basis)
    tariff = a_tariff(assumptions=prompt(), trigger=trigger)
    return illustrations(SHOP.insurable, replace(the_price(), variants=(one,)), DAY, tariff)


def test_each_insured_event_is_shown_once_and_a_death_is_the_picture_of_an_ip4() -> None:
    assert list(shown()) == [IT6, IP2, IP3, IP4]


def test_an_event_that_no_variant_insures_is_not_shown() -> None:
    assert [one.event for one in of(a_variant(guarantees=GRAVE))] == [IP2, IP3, IP4]


def test_the_account_is_that_of_the_most_likely_delay() -> None:
    assert shown()[IT6].account_year == 2027
    assert {shown()[event].account_year for event in (IP2, IP3, IP4)} == {2028}


def test_rates_and_euros_are_those_of_the_exact_engine_from_the_first_rate_to_come_to_the_last_that_differs() -> None:
    for event, one in shown().items():
        question = the_price().sections[0].question
        studied = (ClaimLine("exemple", one.account_year, event.category),)
        chain = impact(replace(question, studied_claims=studied), a_tariff().law)
        told = [year for year in chain.years if year.rate_year <= one.years[-1].rate_year]
        assert [year.rate_year for year in one.years] == [year.rate_year for year in told]
        assert [year.with_percent for year in one.years] == [year.with_claims.rate_percent for year in told]
        assert [year.without_percent for year in one.years] == [year.without_claims.rate_percent for year in told]
        assert [year.excess_eur for year in one.years] == [year.excess_eur for year in told]
        assert one.total_eur == chain.total_excess_eur > 0
        assert one.years[-1].excess_eur > 0


def test_an_account_weighs_from_the_second_rate_after_it_on_and_three_years_at_least() -> None:
    for one in shown().values():
        raised = [year.rate_year for year in one.years if year.with_percent > year.without_percent]
        assert raised == list(range(one.account_year + 2, raised[-1] + 1))
        assert len(raised) >= 3


def test_graver_events_cost_more() -> None:
    totals = [shown()[event].total_eur for event in (IT6, IP2, IP3, IP4)]
    assert totals == sorted(totals)
    assert len(set(totals)) == 4


def test_without_deductible_a_variant_pays_the_whole_and_with_one_what_is_beyond_it_each_year() -> None:
    for one in shown().values():
        assert one.paid_eur(0) == one.total_eur
        beyond = [max(Fraction(0), year.excess_eur - round_cents(year.wages_eur * 6 / 1000)) for year in one.years]
        assert [year.paid_eur[1] for year in one.years] == beyond


def test_a_variant_pays_nothing_for_an_event_that_it_does_not_insure() -> None:
    assert shown()[IT6].paid_eur(2) == 0
    assert shown()[IP4].paid_eur(2) > 0


def test_a_variant_pays_of_one_claim_what_the_enumeration_says() -> None:
    """The same claim, as a cell of the simulated year: an accident without a long stoppage beside it."""
    year = the_price().simulated
    for at, variant in enumerate(VARIANTS[:2]):
        paid = year.paid(EVERYTHING, year.terms(variant.deductible, variant.limits, 2039)).single
        for event, one in shown().items():
            cell = next(
                number
                for number, cell in enumerate(year.cells)
                if (cell.cause, cell.event, len(cell.lines)) == (Cause.ACCIDENT, event, 1)
            )
            assert one.paid_eur(at) == Fraction(int(paid[cell]), 100)


def test_limits_of_a_section_and_of_a_year_hold_in_each_year() -> None:
    lower = Limits(Fraction(20_000), Fraction(15_000))
    [*_, grave] = of(a_variant(deductible="0", limits=lower))
    assert grave.event is IP4
    assert max(year.paid_eur[0] for year in grave.years) == 15_000
    assert all(year.paid_eur[0] == min(15_000, year.excess_eur) for year in grave.years)


def test_the_limit_of_the_policy_holds_all_years_together() -> None:
    [*_, grave] = of(a_variant(deductible="0", limits=Limits(policy_eur=Fraction(100_000))))
    assert grave.paid_eur(0) == 100_000


@pytest.mark.parametrize("basis", [TriggerBasis.IP_NOTIFICATION, TriggerBasis.ACCOUNT_LINE])
def test_on_another_basis_an_incapacity_falls_on_the_account_of_the_policy_year(basis: TriggerBasis) -> None:
    assert {one.account_year for one in of(a_variant(), basis=basis)} == {2027}


def test_the_total_is_compared_with_the_wages_of_the_last_known_year() -> None:
    one = shown()[IP4]
    assert one.reference_eur == 1_902_300
    assert one.share_of_wages == one.total_eur / 1_902_300


def test_a_section_at_a_collective_rate_is_not_shown() -> None:
    both = replace(SHOP, sections=(*exposure_of("small").sections, *SHOP.sections))
    tariff = a_tariff(assumptions=prompt())
    found = illustrations(both.insurable, priced(both, tariff=tariff, scenarios=20), DAY, tariff)
    assert {one.section_key for one in found} == {SHOP.sections[0].key}
