"""From a loss to a premium: loadings, minimum, discount, instalments, tax; every cent is on a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.guarantees.vocabulary import Frequency
from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.kernel.money import round_cents
from atmp_insure.underwriting.premium import MINIMUM, Premium, PremiumBasis, PricedGuarantee, premium
from tests.underwriting.builders import DAY, a_loss, a_tariff, golden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.underwriting.loss_distribution import LossDistribution

ROWS = golden("premium")
MINIMUM_EUR = Fraction(1800)
FREQUENCIES = {one.value: one for one in Frequency}
CENT = Fraction(1, 100)


def a_basis(**given_parts: Any) -> PremiumBasis:
    """The loadings of the product of 2027: 1,5 % of capital, 40 % of the premium, 1 800 € at least, tax of 9 %."""
    tariff = a_tariff()
    frequency = given_parts.pop("frequency", Frequency.YEARLY)
    surcharge = tariff.product.instalments[frequency]
    basis = PremiumBasis(
        tariff.product.loadings, tariff.product.minimum_premium_eur, tariff.tax, DAY, frequency, surcharge
    )
    return replace(basis, **given_parts)


def a_guarantee(code: str, with_former: LossDistribution, tax_class: str = "ordinary") -> PricedGuarantee:
    return PricedGuarantee(code, f"Garantie {code}", tax_class, a_loss(), with_former)


def a_cover(*totals: LossDistribution) -> list[PricedGuarantee]:
    """Guarantees IP2, IP3... whose payments together are those given."""
    return [a_guarantee(f"IP{at}", total) for at, total in enumerate(totals, start=2)]


def the_premium(*totals: LossDistribution, **parts: Any) -> Premium:
    return premium(a_cover(*totals), a_basis(**parts))


@pytest.mark.parametrize("row", ROWS, ids=[row["source"][:40] for row in ROWS])
def test_a_premium_is_what_was_worked_by_hand(row: dict[str, str]) -> None:
    loss = a_loss(row["expected"], row["percentile"])
    found = the_premium(loss, discount=Fraction(row["discount"]), frequency=FREQUENCIES[row["frequency"]])
    assert found.technical_eur == Fraction(row["technical"])
    assert found.discount_eur == Fraction(row["discount_eur"])
    assert found.net_eur == Fraction(row["net"])
    assert found.surcharge_eur == Fraction(row["surcharge"])
    assert found.tax_eur == Fraction(row["tax"])
    assert found.total_eur == Fraction(row["total"])
    assert found.calls_eur[0] == Fraction(row["first_call"])


def require_every_cent_on_a_line(found: Premium, basis: PremiumBasis) -> None:
    """Lines add up, taxes are those of their lines, calls add up, the discount stops at the minimum."""
    assert sum(line.net_eur for line in found.lines) == found.net_eur
    assert sum(line.surcharge_eur for line in found.lines) == found.surcharge_eur
    assert sum(line.tax_eur for line in found.lines) == found.tax_eur
    assert sum(line.total_eur for line in found.lines) == found.total_eur
    assert found.net_eur + found.surcharge_eur + found.tax_eur == found.total_eur == sum(found.calls_eur)
    for line in found.lines:
        assert line.net_eur >= 0
        assert line.surcharge_eur == round_cents(line.net_eur * basis.surcharge)
        assert line.tax_eur == round_cents(line.tax_rate * (line.net_eur + line.surcharge_eur))
    assert len(found.calls_eur) == basis.frequency.calls
    assert 0 <= found.calls_eur[0] - found.calls_eur[-1] < CENT * basis.frequency.calls
    assert found.net_eur >= basis.minimum_eur
    assert found.discount_eur == max(basis.minimum_eur, found.technical_eur) - found.net_eur >= 0
    assert all((amount * 100).denominator == 1 for amount in (found.net_eur, found.tax_eur, found.commission_eur))


cents = st.integers(0, 10**8).map(lambda one: str(Fraction(one, 100)))
rising = st.lists(st.tuples(cents, cents), min_size=1, max_size=5)


def rising_losses(parts: Sequence[tuple[str, str]]) -> list[LossDistribution]:
    """Each guarantee adds to the mean, and to the worst year more than to the mean."""
    found, mean, worst = [], Fraction(0), Fraction(0)
    for more, beyond in parts:
        mean += Fraction(more)
        worst += Fraction(more) + Fraction(beyond)
        found.append(a_loss(str(mean), str(worst)))
    return found


@settings(max_examples=60, deadline=None)
@given(parts=rising, discount=st.integers(0, 100), frequency=st.sampled_from(Frequency), half=st.booleans())
def test_every_cent_is_on_a_line_whatever_the_losses(
    parts: list[tuple[str, str]], discount: int, frequency: Frequency, half: bool
) -> None:
    surcharge = a_tariff().product.instalments[frequency]
    territory = Fraction(1, 2) if half else Fraction(1)
    basis = a_basis(
        discount=Fraction(discount, 100), frequency=frequency, surcharge=surcharge, territory_share=territory
    )
    require_every_cent_on_a_line(premium(a_cover(*rising_losses(parts)), basis), basis)


@settings(max_examples=40, deadline=None)
@given(parts=rising)
def test_one_guarantee_more_never_lowers_the_premium(parts: list[tuple[str, str]]) -> None:
    losses = rising_losses(parts)
    nets = [the_premium(*losses[:count]).net_eur for count in range(1, len(losses) + 1)]
    assert all(less <= more for less, more in pairwise(nets))
    assert nets[0] >= MINIMUM_EUR


def test_a_mean_that_rises_while_the_worst_year_stays_still_costs_more() -> None:
    less, more = the_premium(a_loss("50000", "400000")), the_premium(a_loss("60000", "400000"))
    assert less.net_eur < more.net_eur  # the capital share, 1,5 %, is of the distance: it never outweighs the mean


def test_each_guarantee_bears_what_it_adds_and_the_cents_that_do_not_divide_fall_somewhere() -> None:
    found = the_premium(a_loss("2000"), a_loss("4000"), a_loss("7000.01"))
    assert found.net_eur == Fraction("11666.68")  # 7000.01 ÷ 0.6 = 11666.6833…
    assert [line.net_eur for line in found.lines] == [Fraction(one) for one in ("3333.33", "3333.33", "5000.02")]


def test_what_the_minimum_adds_is_a_line_of_its_own_taxed_like_the_first_guarantee() -> None:
    cover = [a_guarantee("contestation_fees", a_loss("600"), "legal_protection")]
    found = premium(cover, a_basis())
    assert {line.code: line.net_eur for line in found.lines} == {
        "contestation_fees": Fraction(1000),
        MINIMUM: Fraction(800),
    }
    assert {line.tax_rate for line in found.lines} == {Fraction("0.134")}
    assert found.lines[-1].label_fr == "Complément de prime minimale"


def test_no_line_is_added_when_the_premium_is_above_the_minimum() -> None:
    assert [line.code for line in the_premium(a_loss("6000")).lines] == ["IP2"]


def test_each_class_of_tax_is_on_its_own_line() -> None:
    cover = [a_guarantee("IP2", a_loss("6000")), a_guarantee("contestation_fees", a_loss("6600"), "legal_protection")]
    found = premium(cover, a_basis())
    assert [int(line.net_eur) for line in found.lines] == [10_000, 1_000]
    assert [int(line.tax_eur) for line in found.lines] == [900, 134]


def test_the_tax_is_that_of_the_territory_of_the_risk() -> None:
    found = the_premium(a_loss("6000"), territory_share=Fraction(1, 2))
    assert found.lines[0].tax_rate == Fraction("0.045")
    assert found.tax_eur == 450


def test_the_commission_of_the_agreement_takes_the_place_of_that_of_the_product() -> None:
    own, agreed = the_premium(a_loss("6000")), the_premium(a_loss("6000"), commission=Fraction("0.25"))
    assert (int(own.net_eur), int(own.commission_eur)) == (10_000, 1_500)
    assert (int(agreed.net_eur), int(agreed.commission_eur)) == (12_000, 3_000)


@pytest.mark.parametrize("commission", ["0.75", "0.80"])
def test_a_commission_that_leaves_nothing_of_the_premium_is_refused(commission: str) -> None:
    with pytest.raises(InvalidInput, match=r"[Cc]ommission"):
        the_premium(a_loss("6000"), commission=Fraction(commission))


def test_the_tax_before_the_oldest_known_rate_is_not_invented() -> None:
    with pytest.raises(MissingParameter):
        the_premium(a_loss("6000"), due_on=date(2016, 12, 31))


def test_the_trace_tells_the_loss_of_each_guarantee_then_the_three_steps_of_the_premium() -> None:
    found = the_premium(a_loss("2000"), a_loss("6000", "106000"), discount=Fraction("0.05"))
    codes = [step.code for step in found.trace]
    assert codes == ["expected_loss", "expected_loss", "technical_premium", "net_premium", "total_premium"]
    values = [step.value[0] for step in found.trace[2:]]
    assert values == [found.technical_eur, found.net_eur, found.total_eur]
    assert all(step.source for step in found.trace)
