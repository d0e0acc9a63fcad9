"""Bad documents: exit status 2, one line a fault with file, place and remedy, nothing on standard output."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import a_claim_document, a_rate_document, an_impact_document
from tests.command import spawned

if TYPE_CHECKING:
    from pathlib import Path

    from tests.command import Atmp, Outcome

FLOAT = json.loads("2.8")


def require_refused(outcome: Outcome, name: str, *places: str) -> None:
    """Status 2, nothing on standard output, one line for each place, each with the file and a remedy."""
    lines = outcome.err.splitlines()
    assert (outcome.status, outcome.out) == (2, ""), outcome
    assert len(lines) == len(places), outcome.err
    for place in places:
        [line] = [line for line in lines if f"{place} :" in line] if place else lines
        assert line.startswith(name), line
        assert line.endswith("."), line
        assert ".." not in line.replace("...", ""), line
        assert "Field may" not in line, "a message that was not translated"
        assert "Invalid" not in line
    assert "Traceback" not in outcome.err


def _claims(**changes: Any) -> dict[str, Any]:
    return {"claims": [a_claim_document(), a_claim_document(**({"ref": "A2"} | changes))]}


RATE_CASES: list[tuple[str, dict[str, Any], str]] = [
    ("an unknown key", {"headcuont": "12"}, "headcuont"),
    ("an unknown key of a claim", _claims(severity=3), "claims[1].severity"),
    (
        "an unknown key of a unit merged",
        {"previous_units": [{"rate_percent": "2", "wages_eur": "1", "x": 1}]},
        "previous_units[0].x",
    ),
    ("an unknown surcharge", {"surcharges": {"m5": "0.1"}}, "surcharges.m5"),
    ("an unknown category of cost", {"average_costs_eur": {"IP9": "1"}}, "average_costs_eur.IP9"),
    ("a missing rate year", {"rate_year": ...}, "rate_year"),
    ("a missing committee", {"ctn": ...}, "ctn"),
    ("a missing headcount", {"headcount": ...}, "headcount"),
    ("missing wages", {"wages_eur": ...}, "wages_eur"),
    ("missing claims", {"claims": ...}, "claims"),
    ("a null committee", {"ctn": None}, "ctn"),
    ("null wages of a year", {"wages_eur": {"2020": None, "2021": "1", "2022": "1"}}, "wages_eur.2020"),
    ("null claims", {"claims": None}, "claims"),
    ("a null claim", {"claims": [None]}, "claims[0]"),
    ("a missing ref", {"claims": [a_claim_document(ref=...)]}, "claims[0].ref"),
    ("category IP9", _claims(category="IP9"), "claims[1].category"),
    ("category in lower case", _claims(category="it6"), "claims[1].category"),
    ("negative payroll", {"wages_eur": {"2020": "-1", "2021": "1", "2022": "1"}}, "wages_eur.2020"),
    ("negative headcount", {"headcount": "-0.01"}, "headcount"),
    ("a negative amount", _claims(cost_eur="-1"), "claims[1].cost_eur"),
    ("percent above 100", {"previous_rate_percent": "100.01"}, "previous_rate_percent"),
    ("collective percent above 100", {"collective_rate_percent": "1000"}, "collective_rate_percent"),
    ("a share above 1", _claims(third_party_share="1.01"), "claims[1].third_party_share"),
    ("a share in percent", _claims(third_party_share="50"), "claims[1].third_party_share"),
    ("a float", {"collective_rate_percent": FLOAT}, "collective_rate_percent"),
    ("a float headcount", {"headcount": 120.0}, "headcount"),
    ("a float as a name", _claims(ref=FLOAT), "claims[1].ref"),
    ("not a number", {"headcount": float("nan")}, "headcount"),
    ("infinity", {"previous_rate_percent": float("inf")}, "previous_rate_percent"),
    ("an exponent", {"headcount": "1e2"}, "headcount"),
    ("a decimal comma", {"collective_rate_percent": "2,80"}, "collective_rate_percent"),
    ("thousands with spaces", {"wages_eur": {"2020": "1 400 000", "2021": "1", "2022": "1"}}, "wages_eur.2020"),
    ("a sign in front", {"headcount": "+12"}, "headcount"),
    ("digits of another script", {"headcount": "١٢٠"}, "headcount"),
    ("an empty number", {"headcount": ""}, "headcount"),
    ("10^15 of wages", {"wages_eur": {"2020": str(10**15), "2021": "1", "2022": "1"}}, "wages_eur.2020"),
    ("10^15 of headcount", {"headcount": 10**15}, "headcount"),
    ("10^15 as a year", {"rate_year": 10**15}, "rate_year"),
    ("a huge whole number", {"headcount": 10**4000}, "headcount"),
    ("a huge text of digits", {"headcount": "9" * 10_000}, "headcount"),
    ("a year in quotes", {"rate_year": "2024"}, "rate_year"),
    ("a year as a float", {"rate_year": 2024.0}, "rate_year"),
    ("true for a year", {"rate_year": True}, "rate_year"),
    ("true for a number", {"headcount": True}, "headcount"),
    ("a wage year that is none", {"wages_eur": {"20": "1"}}, "wages_eur.20"),
    ("a list for wages", {"wages_eur": ["1", "2", "3"]}, "wages_eur"),
    ("a number for wages", {"wages_eur": "1400000"}, "wages_eur"),
    ("an object for claims", {"claims": {"0": a_claim_document()}}, "claims"),
    ("a list for a claim", {"claims": [["A1", 2021, "IT6"]]}, "claims[0]"),
    ("a list for surcharges", {"surcharges": ["0.17"]}, "surcharges"),
    ("an object for a number", {"headcount": {"2022": "120"}}, "headcount"),
    ("an unknown scope", {"scope": "alsace"}, "scope"),
    ("a text for true", {"construction": "true"}, "construction"),
    ("an unknown committee", {"ctn": "J"}, "ctn"),
    ("an unknown group of activities", {"sub_sector": "bureau"}, "sub_sector"),
    ("a wrong risk code", {"risk_code": "28"}, "risk_code"),
    ("a French date", {"created_on": "01/03/2021"}, "created_on"),
    ("a date by week", {"created_on": "2021-W09-1"}, "created_on"),
    ("a day that does not exist", {"created_on": "2021-02-30"}, "created_on"),
    ("an empty name", _claims(ref="  "), "claims[1].ref"),
    ("an unknown role", _claims(temporary_worker_role="both"), "claims[1].temporary_worker_role"),
    ("merged units without wages", {"previous_units": [{"rate_percent": "2", "wages_eur": "0"}]}, "previous_units"),
    ("a history that contradicts the headcount", {"headcount_history": {"2022": "119"}}, "headcount_history.2022"),
    ("wages missing for a year of the triennium", {"wages_eur": {"2020": "1", "2022": "1"}}, "wages_eur"),
    ("no wages at all", {"wages_eur": {"2020": "0", "2021": "0", "2022": "0"}}, "wages_eur"),
    ("a rate year before 2012", {"rate_year": 2011}, "rate_year"),
]


@pytest.mark.parametrize(("_name", "changes", "place"), RATE_CASES, ids=[case[0] for case in RATE_CASES])
def test_a_rate_document_is_refused_with_its_place(
    _name: str, changes: dict[str, Any], place: str, atmp: Atmp, tmp_path: Path
) -> None:
    path = tmp_path / "question.json"
    path.write_text(json.dumps(a_rate_document(**changes)), "utf-8")
    outcome = atmp("rating", "rate", str(path), "--json")
    require_refused(outcome, str(path), place)
    assert list(tmp_path.iterdir()) == [path]


IMPACT_CASES: list[tuple[str, dict[str, Any], str]] = [
    ("years reversed", {"first_rate_year": 2026, "last_rate_year": 2019}, "last_rate_year"),
    ("an unknown key of the cover", {"cover": {"deductible": "0.30"}}, "cover.deductible"),
    (
        "a deductible above 100",
        {"cover": {"deductible_percent_of_wages": "100.5"}},
        "cover.deductible_percent_of_wages",
    ),
    ("a negative limit", {"cover": {"annual_limit_eur": "-1"}}, "cover.annual_limit_eur"),
    ("a list for the cover", {"cover": []}, "cover"),
    ("a headcount by year that is negative", {"headcount": {"2019": "170", "2020": "-1"}}, "headcount.2020"),
    ("a headcount missing for a year", {"headcount": {"2019": "170"}}, "headcount"),
    ("wages missing for a year", {"wages_eur": {"2019": "1"}}, "wages_eur"),
    ("surcharges of a year unknown", {"surcharges": {"2019": {"m7": "1"}}}, "surcharges.2019.m7"),
    ("costs of a year with a float", {"average_costs_eur": {"2019": {"IP4": FLOAT}}}, "average_costs_eur.2019.IP4"),
    (
        "a studied claim without category",
        {"studied_claims": [{"ref": "X", "account_year": 2017}]},
        "studied_claims[0].category",
    ),
    (
        "a base claim of an unknown category",
        {"base_claims": [{"ref": "X", "account_year": 2017, "category": "IP9"}]},
        "base_claims[0].category",
    ),
    ("missing studied claims", {"studied_claims": ...}, "studied_claims"),
    ("a claim-free rate above 100", {"calculated_without_percent": "101"}, "calculated_without_percent"),
    ("a first year before 2012", {"first_rate_year": 2011}, "first_rate_year"),
]


@pytest.mark.parametrize(("_name", "changes", "place"), IMPACT_CASES, ids=[case[0] for case in IMPACT_CASES])
def test_an_impact_document_is_refused_with_its_place(
    _name: str, changes: dict[str, Any], place: str, atmp: Atmp
) -> None:
    outcome = atmp("rating", "impact", "-", "--json", stdin=an_impact_document(**changes))
    require_refused(outcome, "entrée standard", place)


@pytest.mark.parametrize(
    ("document", "places"),
    [
        ({"before": a_rate_document()}, ["after"]),
        ({"before": a_rate_document(), "after": []}, ["after"]),
        (
            {"before": a_rate_document(ctn="?"), "after": a_rate_document(headcount=FLOAT)},
            ["before.ctn", "after.headcount"],
        ),
        ({"before": a_rate_document(), "after": a_rate_document(), "between": {}}, ["between"]),
        (
            {"before": a_rate_document(), "after": a_rate_document(claims=[a_claim_document(category="IP9")])},
            ["after.claims[0].category"],
        ),
        ({"before": a_rate_document(rate_year=2011), "after": a_rate_document()}, ["before.rate_year"]),
    ],
)
def test_a_change_document_is_refused_with_its_places(document: object, places: list[str], atmp: Atmp) -> None:
    require_refused(atmp("rating", "change", "-", "--json", stdin=document), "entrée standard", *places)


def test_every_fault_of_a_document_has_its_line(atmp: Atmp) -> None:
    document = a_rate_document(
        ctn="Z", headcount="1,5", surprise=1, claims=[a_claim_document(category="IP9", account_year=1)]
    )
    outcome = atmp("rating", "rate", "-", "--json", stdin=document)
    require_refused(
        outcome, "entrée standard", "ctn", "headcount", "surprise", "claims[0].category", "claims[0].account_year"
    )


BYTES: list[tuple[str, bytes]] = [
    ("an empty file", b""),
    ("blanks only", b" \n\t "),
    ("a byte order mark only", b"\xef\xbb\xbf"),
    ("no JSON", b"headcount: 12"),
    ("JSON cut short", json.dumps(a_rate_document()).encode()[:-1]),
    ("two documents", b"{}{}"),
    ("Latin-1", '{"ctn": "é"}'.encode("latin-1")),
    ("UTF-16", json.dumps(a_rate_document()).encode("utf-16")),
    ("a key twice", b'{"ctn": "A", "ctn": "B"}'),
    ("a key twice deep down", b'{"wages_eur": {"2020": "1", "2020": "2"}}'),
    ("null", b"null"),
    ("a list", b"[]"),
    ("a text", b'"A"'),
    ("a number", b"12"),
    ("not a number", b"NaN"),
    ("deep lists", b"[" * 200_000),
    ("deep objects", b'{"claims":' * 100_000),
    ("a zero byte", b'{"ctn": "\x00"}'),
    ("a zip file", b"PK\x03\x04\x14\x00\xff\xfe"),
]


@pytest.mark.parametrize("command", ["rate", "impact", "change"])
@pytest.mark.parametrize("content", [case[1] for case in BYTES], ids=[case[0] for case in BYTES])
def test_bytes_that_are_no_document_are_one_line(command: str, content: bytes, atmp: Atmp) -> None:
    require_refused(atmp("rating", command, "-", "--json", stdin=content), "entrée standard", "")


@pytest.mark.parametrize("command", ["rate", "impact", "change"])
def test_a_file_that_does_not_exist_or_is_a_folder_is_one_line(command: str, atmp: Atmp, tmp_path: Path) -> None:
    for path in (tmp_path / "absent.json", tmp_path):
        require_refused(atmp("rating", command, str(path), "--json"), str(path), "")


def test_a_name_that_no_file_can_carry_does_not_break_the_answer(atmp: Atmp) -> None:
    # JSON may hold half of a surrogate pair: it is no character, and UTF-8 cannot write it
    outcome = atmp("rating", "rate", "-", "--json", stdin=a_rate_document(claims=[a_claim_document(ref="\ud800")]))
    assert outcome.status in {0, 2}


def test_a_value_that_neither_the_document_nor_the_tables_give_names_the_file_and_what_to_do(
    atmp: Atmp, tmp_path: Path
) -> None:
    path = tmp_path / "question.json"
    document = a_rate_document(
        rate_year=2021, wages_eur={"2017": "1", "2018": "1", "2019": "1"}, claims=[a_claim_document(account_year=2018)]
    )
    path.write_text(json.dumps(document), "utf-8")
    outcome = atmp("rating", "rate", str(path), "--json")
    require_refused(outcome, str(path), "")
    assert "IT6" in outcome.err


@pytest.mark.parametrize(
    "arguments", [[], ["rate"], ["rate", "a", "b"], ["rate", "--jsn", "-"], ["rat", "-"], ["portfolio", "-"]]
)
def test_a_mistake_on_the_command_line_is_one_line_and_status_2(arguments: list[str], atmp: Atmp) -> None:
    outcome = atmp("rating", *arguments)
    assert outcome.status in ({0, 2} if not arguments else {2})
    assert "Traceback" not in outcome.err
    if arguments:
        assert len(outcome.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "status"), [(json.dumps(a_rate_document()).encode(), 0), (b'{"ctn": NaN}', 2), (b"", 2)]
)
def test_the_real_command_leaves_with_the_same_status(content: bytes, status: int) -> None:
    done = spawned("rating", "rate", "-", "--json", stdin=content, variables={"PYTHONIOENCODING": "utf-8"})
    assert done.returncode == status
    assert bool(done.stdout) is (status == 0)
    assert b"Traceback" not in done.stderr
