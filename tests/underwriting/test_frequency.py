"""How often grave claims happen: public counts, group, client, trend and temporary workers, each worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.regulation.values import Citation, Confidence
from atmp_insure.underwriting.frequency import ClientHistory, FrequencyQuestion, frequencies, public_rates
from atmp_insure.underwriting.loader import installed_pricing_bases
from atmp_insure.underwriting.statistics import Assumptions, Estimate, Level, PublicCounts, Statistics
from tests.builders import golden, half_up

if TYPE_CHECKING:
    from atmp_insure.underwriting.frequency import Frequencies

AT, MP = Cause.ACCIDENT, Cause.DISEASE
TODAY = date(2026, 11, 22)
CITATION = Citation("source", Confidence.OFFICIAL, TODAY, "place:1")
BASES = installed_pricing_bases(None)


def an_estimate(value: str, warning: str = "") -> Estimate:
    exact = Fraction(value)
    return Estimate(exact, exact, exact, replace(CITATION, warning=warning))


def some_counts(employees: int, accidents: tuple[int, int, int], diseases: tuple[int, int, int]) -> PublicCounts:
    (a, b, c), (d, e, f) = accidents, diseases
    return PublicCounts(employees, {AT: a, MP: d}, {AT: b, MP: e}, {AT: c, MP: f})


STATISTICS = Statistics(
    2024,
    {"A": some_counts(100_000, (4000, 100, 10), (1000, 50, 0))},
    {("A", "251"): some_counts(10_000, (600, 20, 2), (100, 5, 0))},
    CITATION,
)


def some_assumptions(**changed: object) -> Assumptions:
    split = {InsuredEvent.IP2: "0.68", InsuredEvent.IP3: "0.27", InsuredEvent.IP4: "0.05"}
    parts = {event: an_estimate(part) for event, part in split.items()}
    return replace(
        BASES.assumptions_on(TODAY),
        long_stoppages={AT: an_estimate("0.15", "Part estimée."), MP: an_estimate("0.4")},
        grave_split={AT: parts, MP: parts},
        stoppage_of_grave=an_estimate("0.8"),
        group_variance={AT: an_estimate("0.4"), MP: an_estimate("0.4")},
        client_variance=an_estimate("0.25"),
        trend={AT: an_estimate("-0.5"), MP: an_estimate("1")},
        temporary_weight=an_estimate("0.5"),
        **changed,  # type: ignore[arg-type]
    )


def asked(
    *,
    ctn: str = "A",
    naf: str | None = None,
    headcount: int = 100,
    temporary_workers: int = 0,
    policy_year: int = 2024,
    history: ClientHistory | None = None,
) -> FrequencyQuestion:
    return FrequencyQuestion(ctn, naf, Fraction(headcount), Fraction(temporary_workers), policy_year, history)


def a_history(accidents: int, diseases: int = 0, employee_years: int = 300) -> ClientHistory:
    return ClientHistory((2022, 2023, 2024), Fraction(employee_years), {AT: accidents, MP: diseases})


def found(question: FrequencyQuestion) -> Frequencies:
    return frequencies(question, STATISTICS, some_assumptions(), Level.CENTRAL)


def total(result: Frequencies, cause: Cause | None = None) -> Fraction:
    return sum((number for (one, _), number in result.expected.items() if cause in (None, one)), Fraction(0))


def grave(result: Frequencies, cause: Cause) -> Fraction:
    """Without IT6, which a client may leave out."""
    return total(result, cause) - result.expected[cause, InsuredEvent.IT6]


def step_of(result: Frequencies, code: str, cause: Cause) -> dict[str, object]:
    steps = [step.plain() for step in result.trace if step.code == code]
    return next(step for step in steps if step["inputs"]["cause"] == cause.value)  # type: ignore[index]


@pytest.mark.parametrize("row", golden("public_counts_2024"), ids=lambda row: row["ctn"])
def test_public_frequencies_of_2024_are_those_worked_out_apart(row: dict[str, str]) -> None:
    counts = BASES.statistics_on(TODAY).by_committee[row["ctn"]]
    accidents, diseases = public_rates(counts, AT), public_rates(counts, MP)
    assert half_up(accidents.grave * 1000, 3) == Fraction(row["AT_grave_per_1000"])
    assert half_up(accidents.deaths * 100_000, 2) == Fraction(row["AT_deaths_per_100000"])
    assert half_up(diseases.grave * 1000, 3) == Fraction(row["MP_grave_per_1000"])


def test_a_hundred_employees_of_a_committee_and_nothing_else_known() -> None:
    expected = found(asked()).expected
    # 100 × (40 ‰ × 15 % − 1 ‰ × 80 %); the incapacity of 10 % and over is 1 ‰, death 0.1 ‰
    assert expected[AT, InsuredEvent.IT6] == Fraction("0.52")
    assert expected[AT, InsuredEvent.IP2] == Fraction("0.068")
    assert expected[AT, InsuredEvent.IP3] == Fraction("0.027")
    assert expected[AT, InsuredEvent.IP4] == Fraction("0.005")
    assert expected[AT, InsuredEvent.DEATH] == Fraction("0.01")
    assert expected[MP, InsuredEvent.IT6] == Fraction("0.36")  # 100 × (10 ‰ × 40 % − 0.5 ‰ × 80 %)
    assert expected[MP, InsuredEvent.DEATH] == 0


def test_a_claim_counts_once_even_when_grave_incapacities_have_all_the_long_stoppages() -> None:
    # long stoppages are 1 % of 40 ‰ = 0.4 ‰, less than the 0.8 ‰ of grave claims: none is left, none is negative
    few = some_assumptions()
    few = replace(few, long_stoppages={AT: an_estimate("0.01"), MP: an_estimate("0.4")})
    expected = frequencies(asked(), STATISTICS, few, Level.CENTRAL).expected
    assert expected[AT, InsuredEvent.IT6] == 0
    assert expected[AT, InsuredEvent.IP2] == Fraction("0.068")


@pytest.mark.parametrize("naf", ["25.11Z", "2511Z", "251"])
def test_a_group_twice_as_exposed_moves_the_committee_as_far_as_its_counts_weigh(naf: str) -> None:
    result = found(asked(naf=naf))
    # grave and deaths: 11 expected, 22 counted, Z = 4.4/5.4 = 22/27, factor 49/27
    assert result.expected[AT, InsuredEvent.IP2] == Fraction("0.068") * Fraction(49, 27)
    assert result.expected[AT, InsuredEvent.DEATH] == Fraction("0.01") * Fraction(49, 27)
    # stoppages: 400 expected, 600 counted, Z = 160/161, factor 241/161
    stoppages, grave = Fraction(241, 161) * 4 * Fraction("0.15"), Fraction(49, 27) * Fraction("0.08")
    assert result.expected[AT, InsuredEvent.IT6] == stoppages - grave
    # diseases of the group are those of the committee: nothing moves
    assert result.expected[MP, InsuredEvent.IP2] == found(asked()).expected[MP, InsuredEvent.IP2]
    assert step_of(result, "group", AT)["inputs"]["observed"] == "22"  # type: ignore[index]


@pytest.mark.parametrize(("naf", "said"), [(None, "code NAF inconnu"), ("99.99Z", "groupe NAF 999 absent")])
def test_without_a_known_group_the_committee_alone_speaks_and_the_trace_says_so(naf: str | None, said: str) -> None:
    result = found(asked(naf=naf))
    assert result.expected == found(asked()).expected
    assert said in str(step_of(result, "group", AT)["label_fr"])


def test_three_accidents_in_three_years_raise_accidents_alone() -> None:
    result = found(asked(history=a_history(accidents=3)))
    # 6.3 ‰ × 300 = 1.89 expected; factor 1 + 0.25 × (3 − 1.89) / (1 + 0.25 × 1.89) = 700/589
    assert result.factors[AT] == Fraction(700, 589)
    assert total(result, AT) == Fraction("0.63") * Fraction(700, 589)
    assert result.factors[MP] < 1


def test_no_claim_in_three_years_lowers_and_no_history_leaves_as_it_is() -> None:
    assert found(asked(history=a_history(accidents=0))).factors[AT] < 1
    without = found(asked())
    assert without.factors == {AT: 1, MP: 1}
    assert "Historique du client inconnu : fréquences publiques seules." in without.warnings
    assert found(asked(history=a_history(0, employee_years=0))).factors == {AT: 1, MP: 1}


def test_the_trend_carries_frequencies_forward_and_back() -> None:
    now, later, before = (found(asked(policy_year=year)) for year in (2024, 2026, 2023))
    assert total(later, AT) == total(now, AT) / 4  # halved twice
    assert total(later, MP) == total(now, MP) * 4
    assert total(before, AT) == total(now, AT) * 2
    assert total(before, MP) == total(now, MP) / 2


def test_two_temporary_workers_count_for_one_employee() -> None:
    assert found(asked(headcount=80, temporary_workers=40)).expected == found(asked(headcount=100)).expected


def test_nobody_at_work_has_no_claim() -> None:
    assert set(found(asked(headcount=0, history=a_history(3))).expected.values()) == {Fraction(0)}


def test_estimates_are_said_once_each_and_only_those_in_use() -> None:
    assert found(asked()).warnings.count("Part estimée.") == 1
    installed = frequencies(asked(ctn="B"), BASES.statistics_on(TODAY), BASES.assumptions_on(TODAY), Level.CENTRAL)
    assert not any("intérimaire" in warning for warning in installed.warnings)
    assert any("estimation du bureau" in warning for warning in installed.warnings)


def test_every_step_has_a_source_and_can_be_stored() -> None:
    result = found(asked(naf="2511Z", temporary_workers=4, policy_year=2026, history=a_history(1)))
    plain = [step.plain() for step in result.trace]
    assert {step["step"] for step in plain} == {
        "exposure", "committee", "group", "events", "client", "trend", "expected"
    }  # fmt: skip
    assert all(step["source"] for step in plain)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (asked(ctn="Z"), "CTN « Z » inconnu des statistiques 2024. Écrire l'un de : A"),
        (asked(headcount=-1), "négatifs"),
        (asked(temporary_workers=-1), "négatifs"),
        (asked(history=a_history(-1)), "négatifs"),
        (asked(policy_year=2055), "année 2055 à plus de 30 ans des statistiques 2024"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_remedy(question: FrequencyQuestion, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        found(question)


def test_the_furthest_year_is_still_answered() -> None:
    assert total(found(asked(policy_year=2054))) > 0


GROUPS = st.sampled_from([("A", "2511Z"), ("B", "4399C"), ("C", None), ("H", "6202A"), ("I", "7820Z"), ("F", "1610A")])


@given(
    group=GROUPS,
    headcount=st.integers(0, 3000),
    temporary_workers=st.integers(0, 50),
    year=st.integers(2020, 2030),
    claims=st.none() | st.tuples(st.integers(0, 15), st.integers(0, 15)),
)
@settings(deadline=None, max_examples=60)
def test_the_low_end_is_never_dearer_and_the_high_end_never_cheaper(
    group: tuple[str, str | None], headcount: int, temporary_workers: int, year: int, claims: tuple[int, int] | None
) -> None:
    history = None if claims is None else a_history(*claims, employee_years=3 * headcount)
    question = asked(
        ctn=group[0],
        naf=group[1],
        headcount=headcount,
        temporary_workers=temporary_workers,
        policy_year=year,
        history=history,
    )
    statistics, assumptions = BASES.statistics_on(TODAY), BASES.assumptions_on(TODAY)
    low, central, high = (
        frequencies(question, statistics, assumptions, level) for level in (Level.LOW, Level.CENTRAL, Level.HIGH)
    )
    for cause in Cause:
        assert 0 <= total(low, cause) <= total(central, cause) <= total(high, cause)
        assert grave(low, cause) <= grave(central, cause) <= grave(high, cause)


@given(accidents=st.integers(0, 20), diseases=st.integers(0, 20), level=st.sampled_from(list(Level)))
@settings(deadline=None, max_examples=40)
def test_one_more_claim_in_the_history_never_lowers_a_frequency(accidents: int, diseases: int, level: Level) -> None:
    statistics, assumptions = BASES.statistics_on(TODAY), BASES.assumptions_on(TODAY)
    fewer, more = (
        frequencies(asked(naf="2511Z", history=a_history(number, diseases)), statistics, assumptions, level)
        for number in (accidents, accidents + 1)
    )
    assert all(more.expected[key] >= number for key, number in fewer.expected.items())
