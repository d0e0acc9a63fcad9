"""The vectorised engine gives, digit for digit, what the exact engine gives: ties and limits built on purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.kernel.errors import AtmpInsureError
from atmp_insure.kernel.rounding import RoundingMode, decimal_text
from atmp_insure.rating.portfolio import CATEGORIES, LIMITS, MODES, PortfolioYear, portfolio_rates
from atmp_insure.rating.rate import rate
from atmp_insure.rating.unit import ClaimLine
from atmp_insure.regulation.vocabulary import CostCategory
from tests.builders import HALF_UP_4, UNROUNDED, a_question, a_unit, with_rounding, with_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.rating.unit import TariffUnit
    from atmp_insure.regulation.law import Law


@dataclass(frozen=True)
class Row:
    """A row of a portfolio as it is written."""

    unit: TariffUnit
    headcount: str = "200"
    wages: tuple[str | None, str | None, str | None] = ("1000000", "1000000", "1000000")
    counts: tuple[tuple[int, str, str], ...] = ()  # (0..2 for N-4..N-2, category, number)
    previous: str | None = None
    collective: str | None = "2.80"


def _portfolio(rate_year: int, rows: Sequence[Row]) -> PortfolioYear:
    profiles = tuple(dict.fromkeys(row.unit for row in rows))
    counts = np.zeros((3, 10, len(rows)))
    for at, row in enumerate(rows):
        for year, category, number in row.counts:
            counts[year, CATEGORIES.index(CostCategory(category)), at] = float(number)

    def column(values: Sequence[str | None]) -> np.ndarray:
        return np.array([float("nan") if value is None else float(value) for value in values])

    return PortfolioYear(
        rate_year=rate_year,
        profiles=profiles,
        profile=np.array([profiles.index(row.unit) for row in rows]),
        headcount=column([row.headcount for row in rows]),
        wages_eur=np.array([column([row.wages[year] for row in rows]) for year in range(3)]),
        counts=counts,
        previous_rate_percent=column([row.previous for row in rows]),
        collective_rate_percent=column([row.collective for row in rows]),
    )


def _exact(rate_year: int, row: Row, law: Law) -> tuple[str, str, str | None, str] | None:
    """What the exact engine gives for a row; None when it refuses it."""
    lines: dict[tuple[int, str], Fraction] = {}
    for year, category, number in row.counts:
        lines[year, category] = Fraction(number)
    question = a_question(
        rate_year=rate_year,
        headcount=row.headcount,
        wages_eur={rate_year - 4 + at: amount for at, amount in enumerate(row.wages) if amount is not None},
        previous_rate_percent=row.previous,
        collective_rate_percent=row.collective,
    )
    claims = tuple(
        ClaimLine(f"{year}{category}", rate_year - 4 + year, CostCategory(category), count=number)
        for (year, category), number in lines.items()
        if number
    )
    try:
        found = rate(replace(question, unit=row.unit, claims=claims), law)
    except AtmpInsureError:
        return None
    limit = None if found.limit_applied is None else found.limit_applied.value
    calculated = decimal_text(found.calculated_percent, 6, RoundingMode.HALF_EVEN)
    return found.mode.value, calculated, limit, decimal_text(found.rate_percent, 2, RoundingMode.HALF_UP)


def require_same_digits(rate_year: int, rows: Sequence[Row], law: Law) -> None:
    found = portfolio_rates(_portfolio(rate_year, rows), law)
    for at, row in enumerate(rows):
        expected = _exact(rate_year, row, law)
        if expected is None:
            assert found.errors.get(at), f"{row} has no error"
            continue
        assert at not in found.errors, f"{row}: {found.errors.get(at)}"
        got = (
            MODES[found.mode[at]].value,
            decimal_text(Fraction(int(found.calculated_millionths[at]), 10**6), 6),
            LIMITS[found.limit[at]],
            decimal_text(Fraction(int(found.rate_hundredths[at]), 100), 2),
        )
        assert got == expected, row


UNITS = [
    a_unit(ctn="A"),
    a_unit(ctn="A", risk_code="28.1AD"),
    a_unit(ctn="H", risk_code="70.3CB"),  # collective whatever the headcount
    a_unit(ctn="B", sub_sector="gros_oeuvre"),
    a_unit(ctn="B", risk_code="45.2JC"),
    a_unit(ctn="B"),  # no group of activities: its grave costs are not known
    a_unit(ctn="B", scope="alsace_moselle"),
    a_unit(ctn="D", scope="alsace_moselle"),
    a_unit(ctn="G"),  # no schedule in 2020 and 2025
]
DECIMALS = st.integers(0, 4)
HEADCOUNTS = st.one_of(
    st.sampled_from(
        ["19.99", "19.999", "20", "49.99", "50", "149.99", "149.999", "149.9949999", "150", "299.995", "300", "0.01"]
    ),
    st.integers(1, 400_000).map(lambda units: decimal_text(Fraction(units, 1000), 3)),
)
PREVIOUS = st.one_of(
    st.none(),
    st.sampled_from(["4", "4.00", "4.01", "4.02", "3.99", "4.0001", "3.99995", "1.375", "0", "100"]),
    st.integers(0, 120_000).map(lambda units: decimal_text(Fraction(units, 10_000), 4)),
    st.integers(0, 1200).map(lambda units: decimal_text(Fraction(units, 100), 2)),
)
COLLECTIVE = st.one_of(
    st.none(),
    st.sampled_from(["2.005", "1.005", "8.345", "0.0050", "2.675", "1.0000005", "0"]),
    st.integers(0, 1200).map(lambda units: decimal_text(Fraction(units, 100), 2)),
)
COUNTS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from([category.value for category in CATEGORIES]),
        st.sampled_from(["1", "2", "0.5", "0.3333", "0", "7"]),
    ),
    max_size=4,
    unique_by=lambda one: one[:2],
).map(tuple)
WAGE = st.one_of(
    st.integers(0, 9_000_000).map(str), st.integers(1, 10**10).map(lambda cents: decimal_text(Fraction(cents, 100), 2))
)
ROWS = st.builds(
    Row,
    st.sampled_from(UNITS),
    HEADCOUNTS,
    st.tuples(WAGE, WAGE, st.one_of(WAGE, WAGE, WAGE, st.none())),
    COUNTS,
    PREVIOUS,
    COLLECTIVE,
)


@given(
    rate_year=st.sampled_from([2012, 2014, 2017, 2018, 2019, 2020, 2024, 2025, 2026]),
    rows=st.lists(ROWS, min_size=1, max_size=30),
)
@settings(deadline=None, max_examples=250)
def test_random_portfolios_give_the_digits_of_the_exact_engine(rate_year: int, rows: list[Row], law: Law) -> None:
    require_same_digits(rate_year, rows, law)


def _dense(seed: int, count: int) -> list[Row]:
    """Rows that are nearly all rated and mostly near their limits: what hypothesis draws too seldom."""
    draw = Random(seed)

    def row() -> Row:
        wages = [draw.randrange(200_000, 3_000_000) for _ in range(3)]
        claims = {
            (draw.randrange(3), draw.choice(["IT1", "IT3", "IT6", "IT6", "IP1", "IP2"])): draw.choice(
                ["1", "2", "0.5", "0.3333"]
            )
            for _ in range(draw.randrange(4))
        }
        previous = Fraction(draw.randrange(5_000, 80_000), 10_000)
        return Row(
            draw.choice([unit for unit in UNITS if unit.ctn != "G"]),
            headcount=decimal_text(Fraction(draw.randrange(20_000, 320_000), 1000), draw.choice([0, 2, 3])),
            wages=(str(wages[0]), str(wages[1]), str(wages[2])),
            counts=tuple((year, category, number) for (year, category), number in claims.items()),
            previous=decimal_text(previous, draw.choice([2, 2, 3, 4])),
            collective=decimal_text(Fraction(draw.randrange(50, 900), 100), 2),
        )

    return [row() for _ in range(count)]


@pytest.mark.parametrize("seed", range(4))
def test_dense_portfolios_give_the_digits_of_the_exact_engine(seed: int, law: Law) -> None:
    rows = _dense(seed, 700)
    limits = [expected[2] for row in rows if (expected := _exact(2024, row, law))]
    assert min(limits.count(limit) for limit in (None, "lower", "upper")) > 50
    require_same_digits(2024, rows, law)


@pytest.mark.parametrize("previous", ["4.0149", "4.0151", "5.5555", "6.0061", "2.1250", "3.99995", "4.00005"])
@pytest.mark.parametrize("counts", [(), ((0, "IP4", "9"),)], ids=["held up", "held down"])
def test_a_previous_rate_with_more_than_two_decimals_keeps_them(
    previous: str, counts: tuple[tuple[int, str, str], ...], law: Law
) -> None:
    require_same_digits(2024, [Row(UNITS[0], counts=counts, previous=previous)], law)


@pytest.mark.parametrize("near", [20.0, 20.51, 20.6, 21.69, 49.99, 50.0, 64.1, 149.99, 150.0, 299.99, 300.0])
@pytest.mark.parametrize("side", [-1.0, 1000.0], ids=["just under", "just over"])
def test_a_headcount_a_hair_from_a_hundredth_is_truncated_on_its_own_side(near: float, side: float, law: Law) -> None:
    # the float just under 20.51, times 100, is 2051 in float64: the arrays alone would not drop its decimals
    hair = repr(float(np.nextafter(near, side)))
    require_same_digits(2024, [Row(unit, headcount=hair) for unit in UNITS], law)


# In 2024 (gross + 0.17) × 1.58 + 0.19. With 287 € an IT1 and 2 870 000 € of wages, n claims make n / 100 % gross:
# n = 8 + 50 k falls exactly on a half hundredth (0.585, 1.375 ...), n = 33 + 50 k on a whole one (0.98, 1.77 ...).
def _exactly(number: int, previous: str | None = None) -> Row:
    return Row(
        a_unit(ctn="A"),
        wages=("1000000", "1000000", "870000"),
        counts=((1, "IT1", str(number)),),
        previous=previous,
    )


@pytest.mark.parametrize(
    ("number", "notified"), [(8, "0.59"), (58, "1.38"), (108, "2.17"), (158, "2.96"), (208, "3.75")]
)
def test_a_rate_exactly_at_a_half_hundredth_goes_up_in_both_engines(number: int, notified: str, law: Law) -> None:
    exact = _exact(2024, _exactly(number), law)
    assert exact is not None
    assert (exact[1][-4:], exact[3]) == ("5000", notified)
    require_same_digits(2024, [_exactly(number)] * 3, law)


def test_rates_exactly_at_a_limit_are_inside_the_band_in_both_engines(law: Law) -> None:
    rows = []
    for number in range(33, 900, 50):
        exact = _exact(2024, _exactly(number), law)
        assert exact is not None
        calculated = Fraction(exact[1])
        assert (calculated * 100).denominator == 1
        for previous in (
            calculated - 1,
            calculated + Fraction("0.8"),
            calculated * Fraction("0.8"),
            calculated / Fraction("0.8"),
        ):
            if 0 <= previous <= 100 and (previous * 10**6).denominator == 1:
                rows.append(_exactly(number, decimal_text(previous, 6)))
                beside = (max(previous + by, Fraction(0)) for by in (Fraction(1, 10**6), Fraction(-1, 10**6)))
                rows += [_exactly(number, decimal_text(one, 6)) for one in beside]
    assert sum((_exact(2024, row, law) or ("", "", ""))[2] is None for row in rows) > 10
    require_same_digits(2024, rows, law)


@pytest.mark.parametrize("previous", ["4.02", "4.06", "4.10", "4.14", "9.94", "40.02"])
def test_a_limit_that_falls_on_a_half_hundredth_goes_up_in_both_engines(previous: str, law: Law) -> None:
    # 4.02 × 1.25 = 5.025 exactly
    row = Row(UNITS[0], counts=((0, "IP4", "9"),), previous=previous)
    exact = _exact(2024, row, law)
    assert exact is not None
    assert exact[2] == "upper"
    assert Fraction(exact[3]) - Fraction(previous) * Fraction("1.25") == Fraction("0.005")
    require_same_digits(2024, [row], law)


@pytest.mark.parametrize("collective", ["2.005", "1.005", "2.675", "8.345", "1.115", "0.145"])
@pytest.mark.parametrize("scope", ["general", "alsace_moselle"])
def test_collective_rates_with_three_decimals_go_up_at_the_half(collective: str, scope: str, law: Law) -> None:
    rows = [
        Row(a_unit(ctn="A", scope=scope), headcount="10", collective=collective, previous=previous)
        for previous in (None, "4.00", "1.00", collective)
    ]
    exact = _exact(2024, rows[0], law)
    assert exact is not None
    assert Fraction(exact[3]) == Fraction(collective) + Fraction("0.005")
    require_same_digits(2024, rows, law)


@given(
    headcount=HEADCOUNTS, collective=st.integers(0, 10**6).map(lambda units: decimal_text(Fraction(units, 10**5), 5))
)
@settings(deadline=None, max_examples=60)
def test_mixed_rows_agree_in_every_scope(headcount: str, collective: str, law: Law) -> None:
    require_same_digits(2024, [Row(unit, headcount, collective=collective, previous="3.10") for unit in UNITS], law)


def test_rows_without_what_they_need_keep_their_place_with_an_error(law: Law) -> None:
    rows = [
        Row(UNITS[0]),
        Row(UNITS[0], wages=("0", "0", "0")),
        Row(UNITS[0], wages=(None, "1", "1")),
        Row(UNITS[0], headcount="100", collective=None),
        Row(UNITS[8], counts=((0, "IT1", "1"),)),
        Row(UNITS[8]),
        Row(UNITS[0], headcount="10", wages=(None, None, None)),
        Row(a_unit(risk_code="28.1AD", scope="alsace_moselle"), headcount="10", collective=None),
    ]
    found = portfolio_rates(_portfolio(2025, rows), law)
    assert sorted(found.errors) == [1, 2, 3, 4, 7]
    assert "IT1" in found.errors[4]
    assert "28.1AD" in found.errors[7]
    require_same_digits(2025, rows, law)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("headcount", -1.0),
        ("headcount", float("inf")),
        ("headcount", float("nan")),
        ("previous_rate_percent", -0.01),
        ("previous_rate_percent", 100.01),
        ("collective_rate_percent", float("inf")),
        ("wages_eur", -5.0),
        ("counts", -1.0),
        ("counts", float("nan")),
    ],
)
def test_numbers_out_of_all_proportion_are_errors_of_their_row_only(column: str, value: float, law: Law) -> None:
    portfolio = _portfolio(2024, [Row(UNITS[0])] * 3)
    array = getattr(portfolio, column).copy()
    array[..., 1] = value
    found = portfolio_rates(replace(portfolio, **{column: array}), law)
    assert list(found.errors) == [1]
    assert found.rate_hundredths.tolist() == [46, 0, 46]


@pytest.mark.parametrize("policy", [{"gross": HALF_UP_4}, {"notified": UNROUNDED}], ids=str)
def test_another_rounding_policy_is_followed_too(policy: dict, law: Law) -> None:
    rows = [Row(unit, counts=((1, "IT6", "1"), (2, "IP1", "0.3333")), previous="2.20") for unit in UNITS]
    require_same_digits(2024, rows, with_rounding(law, **policy))


def test_an_abatement_of_the_office_is_followed_too(law: Law) -> None:
    office = with_rule(law, abatements={("28.1AD", CostCategory.IT6): Fraction("0.4")})
    rows = [Row(unit, counts=((1, "IT6", "1"),)) for unit in UNITS[:2]]
    require_same_digits(2024, rows, office)
    found = portfolio_rates(_portfolio(2024, rows), office)
    assert found.rate_hundredths[1] < found.rate_hundredths[0]


def test_no_row_gives_no_rate(law: Law) -> None:
    empty = replace(
        _portfolio(2024, [Row(UNITS[0])]),
        profile=np.zeros(0, np.intp),
        headcount=np.zeros(0),
        wages_eur=np.zeros((3, 0)),
        counts=np.zeros((3, 10, 0)),
        previous_rate_percent=np.zeros(0),
        collective_rate_percent=np.zeros(0),
    )
    found = portfolio_rates(empty, law)
    assert (found.mode.size, found.errors) == (0, {})


def test_most_rows_are_settled_without_the_exact_engine(law: Law) -> None:
    rows = [Row(UNITS[0], headcount=f"{20 + at}", previous="2.00", collective="2.81") for at in range(300)]
    assert portfolio_rates(_portfolio(2024, rows), law).redone < 30


def test_rows_beyond_one_block_keep_their_place(law: Law) -> None:
    one = _portfolio(2024, [Row(UNITS[0], headcount="10", collective="2.005"), Row(UNITS[0], wages=("0", "0", "0"))])
    times = 10_000
    many = PortfolioYear(
        2024,
        one.profiles,
        np.tile(one.profile, times),
        np.tile(one.headcount, times),
        np.tile(one.wages_eur, (1, times)),
        np.tile(one.counts, (1, 1, times)),
        np.tile(one.previous_rate_percent, times),
        np.tile(one.collective_rate_percent, times),
    )
    found = portfolio_rates(many, law)
    assert sorted(found.errors) == list(range(1, 2 * times, 2))
    assert set(found.rate_hundredths[::2].tolist()) == {201}
