"""`atmp rating rate FILE --json`: keys, types, decimals, defaults and look-up order of the interface."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import COSTS, SURCHARGES, a_claim_document, a_rate_document

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command import Atmp

PROMISED = {
    "mode",
    "individual_share",
    "risk_value_eur",
    "gross_rate_percent",
    "net_individual_percent",
    "collective_rate_percent",
    "calculated_percent",
    "limits",
    "limit_applied",
    "rate_percent",
    "assumptions",
    "trace",
}
TEN, TWO = re.compile(r"-?[0-9]+\.[0-9]{10}"), re.compile(r"[0-9]+\.[0-9]{2}")
OPTIONAL = [
    "scope",
    "construction",
    "sub_sector",
    "risk_code",
    "headcount_history",
    "created_on",
    "previous_rate_percent",
    "previous_units",
    "average_costs_eur",
    "surcharges",
]


def _rate(atmp: Atmp, **changes: Any) -> dict[str, Any]:
    outcome = atmp("rating", "rate", "-", "--json", stdin=a_rate_document(**changes))
    assert (outcome.status, outcome.err) == (0, ""), outcome.err
    return outcome.answer


def test_the_answer_has_the_keys_of_the_interface_and_the_rate_year(atmp: Atmp) -> None:
    answer = _rate(atmp)
    assert set(answer) == PROMISED | {"rate_year"}


def test_the_document_of_the_interface_gives_a_rate_worked_by_hand(atmp: Atmp) -> None:
    # f = 103/130; IT6 40 783 over 1 400 000 + 0 + 0 = 2.9130714...; (g + 0.17) × 1.58 + 0.19; mixed with 2.80
    answer = _rate(atmp, wages_eur={"2020": "1400000", "2021": "0", "2022": "0"})
    gross = Fraction(40_783, 14_000)
    net = (gross + Fraction("0.17")) * Fraction("1.58") + Fraction("0.19")
    calculated = Fraction(103, 130) * net + Fraction(27, 130) * Fraction("2.80")
    assert answer["mode"] == "mixed"
    assert answer["risk_value_eur"] == "40783.00"
    for key, expected in (
        ("individual_share", Fraction(103, 130)),
        ("gross_rate_percent", gross),
        ("net_individual_percent", net),
        ("calculated_percent", calculated),
    ):
        assert TEN.fullmatch(answer[key])
        assert abs(Fraction(answer[key]) - expected) <= Fraction(1, 2 * 10**10)
    assert (answer["limits"], answer["limit_applied"]) == (None, None)
    assert answer["rate_percent"] == "4.59"


@pytest.mark.parametrize(
    ("changes", "mode"), [({"headcount": "10"}, "collective"), ({}, "mixed"), ({"headcount": "150"}, "individual")]
)
def test_types_are_strings_whole_numbers_lists_and_null(changes: dict[str, Any], mode: str, atmp: Atmp) -> None:
    answer = _rate(
        atmp, previous_rate_percent="2.00", scope="alsace_moselle" if mode == "collective" else "general", **changes
    )
    assert answer["mode"] == mode
    assert answer["rate_year"] == 2024
    assert TEN.fullmatch(answer["individual_share"])
    assert TEN.fullmatch(answer["calculated_percent"])
    assert TWO.fullmatch(answer["rate_percent"])
    assert set(answer["limits"]) == {"lower_percent", "upper_percent"}
    assert all(TEN.fullmatch(limit) for limit in answer["limits"].values())
    individual = ("gross_rate_percent", "net_individual_percent")
    if mode == "collective":
        assert all(answer[key] is None for key in ("risk_value_eur", *individual))
    else:
        assert TWO.fullmatch(answer["risk_value_eur"])
        assert all(TEN.fullmatch(answer[key]) for key in individual)
    assert all(isinstance(said, str) for said in answer["assumptions"])
    for step in answer["trace"]:
        assert {"step", "value", "inputs", "source"} <= set(step)
        assert isinstance(step["value"], str)
        assert isinstance(step["inputs"], dict)
        assert all(isinstance(value, str) for value in step["inputs"].values())
        assert step["source"]


def test_the_trace_ends_on_the_notified_rate_and_prices_each_claim_with_its_source(atmp: Atmp) -> None:
    answer = _rate(
        atmp, headcount="150", previous_rate_percent="1.00", claims=[a_claim_document(), a_claim_document(ref="A2")]
    )
    steps = [step["step"] for step in answer["trace"]]
    assert steps.count("claim_cost") == 2
    assert answer["trace"][-1]["value"] == answer["rate_percent"] == "2.00"
    costs = [step for step in answer["trace"] if step["step"] == "claim_cost"]
    assert [step["value"] for step in costs] == ["40783.00", "40783.00"]
    assert all("27/12/2023" in step["source"] for step in costs)
    assert any("D.242-6-15" in step["source"] for step in answer["trace"])


def test_limits_above_4_keep_their_decimals(atmp: Atmp) -> None:
    answer = _rate(atmp, headcount="150", previous_rate_percent="4.01", claims=[a_claim_document(category="IP4")])
    assert answer["limits"] == {"lower_percent": "3.2080000000", "upper_percent": "5.0125000000"}
    assert (answer["limit_applied"], answer["rate_percent"]) == ("upper", "5.01")


@pytest.mark.parametrize("key", OPTIONAL)
def test_a_key_that_may_be_null_may_be_left_out(key: str, atmp: Atmp) -> None:
    assert _rate(atmp, **{key: ...}) == _rate(atmp, **{key: None})


def test_every_optional_key_may_be_left_out_at_once(atmp: Atmp) -> None:
    assert _rate(atmp, **dict.fromkeys(OPTIONAL, ...)) == _rate(atmp)


def test_optional_keys_of_a_claim_may_be_null_or_left_out(atmp: Atmp) -> None:
    keys = ("third_party_share", "temporary_worker_role", "classified_year", "cost_eur")
    nulls = a_claim_document(**dict.fromkeys(keys))
    bare = a_claim_document(third_party_share=...)
    assert _rate(atmp, claims=[nulls]) == _rate(atmp, claims=[bare]) == _rate(atmp)


def test_the_scope_is_general_by_default(atmp: Atmp) -> None:
    assert _rate(atmp, scope=..., headcount="20")["mode"] == "mixed"
    assert _rate(atmp, scope="alsace_moselle", headcount="20")["mode"] == "collective"


def test_the_committee_of_building_and_civil_works_is_construction_unless_said_otherwise(atmp: Atmp) -> None:
    there = {"ctn": "B", "scope": "alsace_moselle", "headcount": "150", "claims": []}
    assert _rate(atmp, **there, construction=...)["mode"] == "mixed"
    assert _rate(atmp, **there, construction=False)["mode"] == "individual"


def test_whole_json_numbers_are_exact_too(atmp: Atmp) -> None:
    assert _rate(atmp, headcount=120, wages_eur={"2020": 1400000, "2021": 1200000, "2022": 1300000}) == _rate(atmp)


def test_the_document_comes_before_the_tables(atmp: Atmp) -> None:
    document = {
        "headcount": "150",
        "average_costs_eur": {"IT6": "39000"},
        "surcharges": {"m1": "0", "m2": "0", "m3": "0", "m4": "0"},
        "claims": [a_claim_document()],
    }
    assert _rate(atmp, **document)["rate_percent"] == "1.00"


def test_a_value_the_document_lacks_still_comes_from_the_table(atmp: Atmp) -> None:
    answer = _rate(
        atmp,
        headcount="150",
        average_costs_eur={"IT1": "1"},
        surcharges={"m4": "1.03"},
        claims=[a_claim_document(), a_claim_document(ref="A2", category="IT1")],
    )
    assert answer["risk_value_eur"] == "40784.00"
    free = _rate(atmp, headcount="150", surcharges={"m4": "1.03"}, claims=[])
    assert free["calculated_percent"] == "1.4586000000"


def test_the_collective_rate_of_the_document_comes_before_the_risk_code(atmp: Atmp) -> None:
    assert _rate(atmp, headcount="10", risk_code="28.1AD")["rate_percent"] == "2.80"
    assert _rate(atmp, headcount="10", risk_code="281AD", collective_rate_percent=None)["rate_percent"] == "4.80"


def test_the_national_collective_rates_are_not_those_of_alsace_moselle(atmp: Atmp) -> None:
    document = a_rate_document(
        headcount="10", risk_code="28.1AD", scope="alsace_moselle", collective_rate_percent=None, claims=[]
    )
    outcome = atmp("rating", "rate", "-", "--json", stdin=document)
    assert outcome.status == 2
    assert "28.1AD" in outcome.err


def test_average_costs_of_the_document_are_looked_up_by_the_category_given_in_construction_too(atmp: Atmp) -> None:
    answer = _rate(
        atmp,
        ctn="B",
        sub_sector="gros_oeuvre",
        headcount="150",
        average_costs_eur={"IP2": "1000", "IP3": "2000"},
        claims=[a_claim_document(ref=category, category=category) for category in ("IP2", "IP3", "IP4")],
    )
    assert answer["risk_value_eur"] == "154726.00"  # 1 000 + 2 000 + 151 726 of the schedule


def test_a_category_without_claim_is_not_looked_up(atmp: Atmp) -> None:
    # the schedule of 2021 is not known
    assert _rate(atmp, rate_year=2021, headcount="150", wages_eur=_wages(2021), claims=[])["rate_percent"] == "0.70"
    outcome = atmp(
        "rating",
        "rate",
        "-",
        "--json",
        stdin=a_rate_document(rate_year=2021, wages_eur=_wages(2021), claims=[a_claim_document(account_year=2019)]),
    )
    assert outcome.status == 2
    assert "IT6" in outcome.err
    assert "2021" in outcome.err


def test_individual_mode_needs_no_collective_rate(atmp: Atmp) -> None:
    answer = _rate(atmp, headcount="150", collective_rate_percent=None)
    assert (answer["mode"], answer["collective_rate_percent"]) == ("individual", None)


@pytest.mark.parametrize("headcount", ["19.99", "149.99"])
def test_the_other_modes_need_it_and_say_so(headcount: str, atmp: Atmp) -> None:
    outcome = atmp(
        "rating", "rate", "-", "--json", stdin=a_rate_document(headcount=headcount, collective_rate_percent=None)
    )
    assert outcome.status == 2
    assert "collective_rate_percent" in outcome.err


def test_collective_mode_needs_neither_wages_nor_costs_nor_surcharges(atmp: Atmp) -> None:
    answer = _rate(atmp, rate_year=2015, headcount="10", wages_eur={}, claims=[a_claim_document(account_year=2012)])
    assert (answer["mode"], answer["rate_percent"]) == ("collective", "2.80")


@pytest.mark.parametrize("rate_year", [1996, 2005, 2011])
def test_a_year_before_2012_is_refused_by_name(rate_year: int, atmp: Atmp) -> None:
    outcome = atmp(
        "rating",
        "rate",
        "-",
        "--json",
        stdin=a_rate_document(rate_year=rate_year, wages_eur=_wages(rate_year), claims=[]),
    )
    assert (outcome.status, outcome.out) == (2, "")
    assert str(rate_year) in outcome.err
    assert "2012" in outcome.err


def test_2012_is_accepted(atmp: Atmp) -> None:
    answer = _rate(
        atmp,
        rate_year=2012,
        wages_eur=_wages(2012),
        surcharges=SURCHARGES,
        average_costs_eur=COSTS,
        claims=[a_claim_document(account_year=2010)],
    )
    assert answer["individual_share"] == "0.7709923664"  # (120 − 19) / 131


def test_a_partial_history_counts_missing_years_as_not_reached(atmp: Atmp) -> None:
    # 2017 alone is known: the mode starts mixed, and 2018 to 2021 are missing
    answer = _rate(atmp, headcount_history={"2017": "120"})
    assert answer["mode"] == "collective"


def test_previous_units_give_the_merged_reference(atmp: Atmp) -> None:
    units = [{"rate_percent": "2.00", "wages_eur": "3000000"}, {"rate_percent": "6.00", "wages_eur": "1000000"}]
    answer = _rate(atmp, headcount="150", previous_units=units, claims=[a_claim_document(category="IP4")])
    assert answer["limits"] == {"lower_percent": "2.2000000000", "upper_percent": "4.0000000000"}
    assert answer["rate_percent"] == "4.00"


def test_the_answer_is_the_same_each_time_and_from_a_file(atmp: Atmp, tmp_path: Path) -> None:
    path = tmp_path / "question.json"
    path.write_text(json.dumps(a_rate_document()), "utf-8")
    outs = [atmp("rating", "rate", str(path), "--json").out for _ in range(2)]
    outs.append(atmp("rating", "rate", "-", "--json", stdin=a_rate_document()).out)
    assert len(set(outs)) == 1


def test_without_json_a_person_reads_the_rate_in_french(atmp: Atmp) -> None:
    outcome = atmp("rating", "rate", "-", stdin=a_rate_document(headcount="10"))
    assert outcome.status == 0
    assert "2,80" in outcome.out
    assert "collective" in outcome.out


def _wages(rate_year: int) -> dict[str, str]:
    return {str(year): "1000000" for year in range(rate_year - 4, rate_year - 1)}
