"""`atmp rating impact|change FILE --json`: keys, types, values by year, the brochure's document as a user sends it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import COSTS, SURCHARGES, a_claim_document, a_rate_document, an_impact_document, golden

if TYPE_CHECKING:
    from tests.command import Atmp

PROMISED = {
    "years",
    "total_excess_points",
    "total_excess_eur",
    "total_indemnity_eur",
    "by_claim",
    "assumptions",
    "trace",
}
YEAR_KEYS = {
    "rate_year",
    "wages_eur",
    "contribution_wages_eur",
    "with_percent",
    "without_percent",
    "excess_points",
    "excess_eur",
    "deductible_eur",
    "indemnity_eur",
    "by_claim",
}
TWO = re.compile(r"[0-9]+\.[0-9]{2}")
PART_CODES = {
    "claims_in",
    "claims_out",
    "payroll",
    "cost_table",
    "surcharges",
    "collective_rate",
    "mode_and_share",
    "cap",
}


def _impact(atmp: Atmp, **changes: Any) -> dict[str, Any]:
    outcome = atmp("rating", "impact", "-", "--json", stdin=an_impact_document(**changes))
    assert (outcome.status, outcome.err) == (0, ""), outcome.err
    return outcome.answer


def test_the_brochure_document_gives_430_650_euros_and_its_six_rates(atmp: Atmp) -> None:
    answer = _impact(atmp)
    assert answer["total_excess_eur"] == answer["total_indemnity_eur"] == "430650.00"
    assert answer["total_excess_points"] == "9.57"
    rows = golden("brochure_chain")
    for key in ("with_percent", "without_percent", "excess_points", "excess_eur"):
        assert [year[key] for year in answer["years"]] == [row[key] for row in rows]
    assert answer["by_claim"] == {"X": {"excess_eur": "430650.00", "indemnity_eur": "430650.00"}}


def test_the_brochure_document_with_its_cover_gives_the_deductible_line(atmp: Atmp) -> None:
    answer = _impact(atmp, cover={"deductible_percent_of_wages": "0.30", "annual_limit_eur": None})
    rows = golden("brochure_chain")
    assert [year["indemnity_eur"] for year in answer["years"]] == [row["indemnity_030_eur"] for row in rows]
    assert {year["deductible_eur"] for year in answer["years"]} == {"13500.00"}
    assert answer["total_indemnity_eur"] == "349650.00"


def test_keys_and_types_are_those_of_the_interface(atmp: Atmp) -> None:
    answer = _impact(atmp)
    assert set(answer) >= PROMISED
    for year in answer["years"]:
        assert set(year) == YEAR_KEYS
        assert isinstance(year["rate_year"], int)
        assert all(TWO.fullmatch(year[key]) for key in YEAR_KEYS - {"rate_year", "by_claim"})
        assert set(year["by_claim"]) == {"X"}
        assert set(year["by_claim"]["X"]) == {"excess_eur", "indemnity_eur"}
        assert all(TWO.fullmatch(amount) for amount in year["by_claim"]["X"].values())
    assert all(isinstance(said, str) for said in answer["assumptions"])
    assert all({"step", "value", "inputs", "source"} <= set(step) for step in answer["trace"])


@pytest.mark.parametrize(
    "key",
    [
        "scope",
        "construction",
        "sub_sector",
        "risk_code",
        "previous_rate_percent",
        "contribution_wages_eur",
        "base_claims",
        "calculated_without_percent",
        "cover",
        "surcharges",
        "average_costs_eur",
        "collective_rate_percent",
    ],
)
def test_a_key_that_may_be_null_may_be_left_out(key: str, atmp: Atmp) -> None:
    assert _impact(atmp, **{key: ...}) == _impact(atmp, **{key: None})


def test_years_are_given_one_by_one_or_once_for_all(atmp: Atmp) -> None:
    same = {
        "headcount": "85",
        "surcharges": SURCHARGES,
        "average_costs_eur": COSTS,
        "collective_rate_percent": "3.00",
        "calculated_without_percent": "2.20",
    }
    by_year = {key: {str(year): value for year in range(2019, 2027)} for key, value in same.items()}
    wages = {str(year): "4500000" for year in range(2015, 2027)}
    contributed = {str(year): "4500000" for year in range(2019, 2027)}
    once = _impact(atmp, **same, contribution_wages_eur="4500000")
    assert _impact(atmp, **by_year, wages_eur=wages, contribution_wages_eur=contributed) == once


def test_each_year_takes_its_own_values(atmp: Atmp) -> None:
    answer = _impact(
        atmp,
        last_rate_year=2020,
        previous_rate_percent=None,
        calculated_without_percent=None,
        studied_claims=[{"ref": "X", "account_year": 2016, "category": "IT6"}],
        headcount={"2019": "150", "2020": "20"},
        collective_rate_percent={"2020": "3.00"},
        surcharges={
            "2019": {"m1": "0", "m2": "0", "m3": "1", "m4": "0"},
            "2020": {"m1": "0", "m2": "0", "m3": "2", "m4": "0"},
        },
        average_costs_eur={"2019": {"IT6": "27000"}, "2020": {"IT6": "54000"}},
        wages_eur={
            "2015": "900000",
            "2016": "900000",
            "2017": "900000",
            "2018": "900000",
            "2019": "100",
            "2020": "200",
        },
    )
    # 2019: 1 + 1; 2020 at a tenth: 0.1 × (2 + 2) + 0.9 × 3 = 3.1, held by neither limit (2.00 → 3.00 upper)
    assert [(year["with_percent"], year["without_percent"]) for year in answer["years"]] == [
        ("2.00", "1.00"),
        ("3.00", "2.00"),
    ]
    assert [year["excess_eur"] for year in answer["years"]] == ["1.00", "2.00"]


def test_wages_by_rate_year_multiply_the_rate_and_wages_by_civil_year_make_the_triennium(atmp: Atmp) -> None:
    wages = {str(year): "4500000" for year in range(2015, 2023)}
    contributed = {"2019": "1000000", "2020": "2000000", "2021": "3000000"}
    answer = _impact(atmp, last_rate_year=2021, wages_eur=wages, contribution_wages_eur=contributed)
    assert [year["excess_eur"] for year in answer["years"]] == ["10000.00", "40000.00", "91500.00"]
    assert [year["wages_eur"] for year in answer["years"]] == ["4500000.00"] * 3
    assert [year["contribution_wages_eur"] for year in answer["years"]] == ["1000000.00", "2000000.00", "3000000.00"]


def test_contribution_wages_missing_for_a_year_are_named(atmp: Atmp) -> None:
    outcome = atmp("rating", "impact", "-", "--json", stdin=an_impact_document(contribution_wages_eur={"2019": "1"}))
    assert outcome.status == 2
    assert "contribution_wages_eur" in outcome.err
    assert "2020" in outcome.err


def test_the_document_then_the_table_then_the_nearest_earlier_year(atmp: Atmp) -> None:
    def risk(**changes: Any) -> tuple[list[str], list[str]]:
        answer = _impact(
            atmp,
            ctn="A",
            first_rate_year=2020,
            last_rate_year=2022,
            calculated_without_percent=None,
            studied_claims=[{"ref": "X", "account_year": 2018, "category": "IP4"}],
            **changes,
        )
        values = [step["value"] for step in answer["trace"] if step["step"] == "claim_cost" and step["chain"] == "with"]
        return values, [said for said in answer["assumptions"] if "IP4" in said]

    table, said = risk()
    assert table == ["645626.00"] * 3  # 2020 known; 2021 and 2022 take 2020
    assert all(any(year in one for one in said) for year in ("2021", "2022"))
    # a document that gives 2021: 2020 stays the table's, 2022 takes the nearest earlier year, which is now 2021
    assert risk(average_costs_eur={"2021": {"IP4": "700000"}})[0] == ["645626.00", "700000.00", "700000.00"]
    # a document that gives 2019 does not come before the table of 2020
    assert risk(average_costs_eur={"2019": {"IP4": "1"}})[0] == ["645626.00"] * 3
    given, said = risk(average_costs_eur={"IP4": "5"})
    assert (given, said) == (["5.00"] * 3, [])


def test_a_collective_rate_of_an_earlier_year_is_named(atmp: Atmp) -> None:
    answer = _impact(
        atmp,
        headcount="10",
        first_rate_year=2026,
        last_rate_year=2027,
        risk_code="28.1AD",
        calculated_without_percent=None,
    )
    assert [year["with_percent"] for year in answer["years"]] == ["4.08", "4.08"]
    assert any("28.1AD" in said and "2027" in said and "2026" in said for said in answer["assumptions"])


@pytest.mark.parametrize("first", [2005, 2011])
def test_a_chain_before_2012_is_refused_by_name(first: int, atmp: Atmp) -> None:
    outcome = atmp("rating", "impact", "-", "--json", stdin=an_impact_document(first_rate_year=first))
    assert (outcome.status, outcome.out) == (2, "")
    assert str(first) in outcome.err
    assert "first_rate_year" in outcome.err


def test_parts_of_claims_add_up_to_the_cent_in_the_written_answer(atmp: Atmp) -> None:
    claims = [
        a_claim_document(ref=ref, account_year=year, category=category)
        for ref, year, category in (("A", 2016, "IP2"), ("B", 2017, "IP4"), ("C", 2017, "IT6"), ("A", 2018, "IT6"))
    ]
    answer = _impact(
        atmp,
        wages_eur="3333333.33",
        studied_claims=claims,
        cover={"deductible_percent_of_wages": "0.30", "annual_limit_eur": "54321.09"},
    )
    for year in [
        *answer["years"],
        {**answer, "excess_eur": answer["total_excess_eur"], "indemnity_eur": answer["total_indemnity_eur"]},
    ]:
        assert list(year["by_claim"]) == ["A", "B", "C"]
        for key in ("excess_eur", "indemnity_eur"):
            assert sum(Fraction(part[key]) for part in year["by_claim"].values()) == Fraction(year[key])
    assert Fraction(answer["total_excess_eur"]) > 0


def test_a_change_has_its_parts_in_points_that_add_up_with_a_sentence_each(atmp: Atmp) -> None:
    before = a_rate_document(previous_rate_percent="3.00")
    after = a_rate_document(
        rate_year=2025,
        headcount="150",
        previous_rate_percent="2.25",
        claims=[],
        wages_eur={"2021": "1200000", "2022": "1300000", "2023": "1400000"},
    )
    outcome = atmp("rating", "change", "-", "--json", stdin={"before": before, "after": after})
    assert (outcome.status, outcome.err) == (0, "")
    answer = outcome.answer
    assert {part["part"] for part in answer["parts"]} == PART_CODES
    points = sum(Fraction(part["points"]) for part in answer["parts"])
    difference = Fraction(answer["after"]["rate_percent"]) - Fraction(answer["before"]["rate_percent"])
    assert points == Fraction(answer["difference_points"]) == difference
    assert answer["difference_points"] == "-0.80"  # 2.25, then no claim is left: held at 2.25 − 0.80
    assert all(part["sentence_fr"] for part in answer["parts"])


@pytest.mark.parametrize("command", ["impact", "change"])
def test_the_answer_is_the_same_each_time(command: str, atmp: Atmp) -> None:
    document = (
        an_impact_document() if command == "impact" else {"before": a_rate_document(), "after": a_rate_document()}
    )
    first, second = (atmp("rating", command, "-", "--json", stdin=document) for _ in range(2))
    assert first.out == second.out


def test_without_json_a_person_reads_the_loss_in_french(atmp: Atmp) -> None:
    outcome = atmp("rating", "impact", "-", stdin=an_impact_document())
    assert outcome.status == 0
    assert "430\u202f650,00" in outcome.out
