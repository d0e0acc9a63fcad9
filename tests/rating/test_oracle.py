"""An independent reference, written from section 0 of the tariff rules alone, beside the engine on random inputs."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.rating.rate import rate
from tests.builders import COSTS, a_claim, a_question

if TYPE_CHECKING:
    from atmp_insure.regulation.law import Law

POINTS_UP, POINTS_DOWN = Fraction(1), Fraction(8, 10)


class Case(NamedTuple):
    """What the rate of a unit for a year depends on."""

    rate_year: int
    alsace_moselle: bool
    construction: bool
    headcount: Fraction
    wages: tuple[int, int, int]
    claims: tuple[tuple[int, str, Fraction], ...]  # (0, 1, 2 for N-4, N-3, N-2), category, third party
    surcharges: tuple[Fraction, Fraction, Fraction, Fraction]
    collective: Fraction
    previous: Fraction | None


class Answer(NamedTuple):
    """What comes out."""

    mode: str
    share: Fraction
    calculated: Fraction
    limit: str | None
    notified: Fraction


def reference(case: Case) -> Answer:
    """Section 0 of the rules, line by line."""
    employees = Fraction(floor(case.headcount * 100), 100)
    mixed_from = 50 if case.alsace_moselle else 20
    individual_from = 300 if case.alsace_moselle and case.construction else 150
    if employees < mixed_from:
        mode, share = "collective", Fraction(0)
    elif employees >= individual_from:
        mode, share = "individual", Fraction(1)
    elif not case.alsace_moselle and case.rate_year < 2018:
        mode, share = "mixed", (employees - 19) / 131
    elif not case.alsace_moselle:
        mode, share = "mixed", Fraction("0.9") / 130 * (employees - 20) + Fraction("0.1")
    elif not case.construction:
        mode, share = "mixed", (Fraction("0.075") * employees - Fraction("1.25")) / 10
    else:
        mode, share = "mixed", (Fraction("0.075") * employees + Fraction("2.5")) / 25
    m1, m2, m3, m4 = case.surcharges
    risk = sum((int(COSTS[category]) * (1 - third) for _, category, third in case.claims), Fraction(0))
    individual = (risk / sum(case.wages) * 100 + m1) * (1 + m2 / 100) + m3 + m4
    calculated = share * individual + (1 - share) * case.collective
    held, limit = calculated, None
    if case.previous is not None and (case.alsace_moselle or mode != "collective"):
        if case.previous <= 4:
            lowest, highest = case.previous - POINTS_DOWN, case.previous + POINTS_UP
        else:
            lowest, highest = case.previous * Fraction("0.80"), case.previous * Fraction("1.25")
        if calculated > highest:
            held, limit = highest, "upper"
        elif calculated < lowest:
            held, limit = lowest, "lower"
    return Answer(mode, share, calculated, limit, Fraction(floor(held * 100 + Fraction(1, 2)), 100))


def hundredths(low: int, high: int) -> st.SearchStrategy[Fraction]:
    return st.integers(low * 100, high * 100).map(lambda units: Fraction(units, 100))


HEADCOUNTS = st.one_of(
    st.sampled_from(
        [Fraction(text) for text in ("19.99", "20", "49.99", "50", "149.99", "149.999", "150", "299.99", "300")]
    ),
    hundredths(1, 400),
    st.integers(1, 400_000).map(lambda units: Fraction(units, 1000)),
)
PREVIOUS = st.one_of(
    st.none(),
    st.sampled_from([Fraction("4.00"), Fraction("4.01"), Fraction("4.02"), Fraction("3.99")]),
    hundredths(0, 15),
    st.integers(0, 150_000).map(lambda units: Fraction(units, 10_000)),
)
CASES = st.builds(
    Case,
    st.integers(2012, 2026),
    st.booleans(),
    st.booleans(),
    HEADCOUNTS,
    st.tuples(st.integers(1, 10_000_000), st.integers(0, 10_000_000), st.integers(0, 10_000_000)),
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from(sorted(COSTS)),
            st.sampled_from([Fraction(0), Fraction(0), Fraction("0.3"), Fraction(1)]),
        ),
        max_size=8,
    ).map(tuple),
    st.tuples(hundredths(0, 1), st.integers(0, 80).map(Fraction), hundredths(0, 1), hundredths(0, 1)),
    hundredths(0, 15),
    PREVIOUS,
)


@given(case=CASES)
@settings(deadline=None, max_examples=400)
def test_the_engine_gives_what_the_rules_say_on_random_units(law: Law, case: Case) -> None:
    first_account = case.rate_year - 4
    found = rate(
        a_question(
            rate_year=case.rate_year,
            scope="alsace_moselle" if case.alsace_moselle else "general",
            construction=case.construction,
            headcount=case.headcount,
            wages_eur={first_account + at: amount for at, amount in enumerate(case.wages)},
            claims=[
                a_claim(
                    ref=f"A{number}",
                    account_year=first_account + at,
                    category=category,
                    third_party_share=third,
                    cost_eur=COSTS[category],
                )
                for number, (at, category, third) in enumerate(case.claims)
            ],
            surcharges=dict(zip(("m1", "m2", "m3", "m4"), case.surcharges, strict=True)),
            collective_rate_percent=case.collective,
            previous_rate_percent=case.previous,
        ),
        law,
    )
    applied = None if found.limit_applied is None else found.limit_applied.value
    assert reference(case) == Answer(
        found.mode.value, found.individual_share, found.calculated_percent, applied, found.rate_percent
    )


def test_the_reference_itself_gives_a_rate_worked_by_hand() -> None:
    # 85 employees in 2024: f = 0.9/130 × 65 + 0.1 = 0.55; IT6 over 4 million: 1.019575 % gross
    # (1.019575 + 0.17) × 1.58 + 0.19 = 2.0695285; × 0.55 + 0.45 × 3 = 2.488240675; previous 1.40: held at 2.40
    case = Case(
        2024,
        False,
        False,
        Fraction(85),
        (1_000_000, 2_000_000, 1_000_000),
        ((1, "IT6", Fraction(0)),),
        (Fraction("0.17"), Fraction(58), Fraction("0.16"), Fraction("0.03")),
        Fraction(3),
        Fraction("1.40"),
    )
    expected = Answer("mixed", Fraction("0.55"), Fraction("2.488240675"), "upper", Fraction("2.40"))
    assert reference(case) == expected
