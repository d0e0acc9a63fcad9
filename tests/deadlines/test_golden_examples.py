"""Every shared example, asked of its rule, of its convention alone, and of the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.deadlines.asking import ask, asked, counted

if TYPE_CHECKING:
    from atmp_insure.deadlines.law import DeadlineLaw
    from tests.deadlines.conftest import Deadlines

GOLDEN = json.loads((Path(__file__).parent / "golden" / "examples.json").read_text("utf-8"))["examples"]
NOT_DATES = {"CRRMP-CHK", "IJ-01"}  # an outcome and a span, tested below by name
DATED = [example for example in GOLDEN if example["id"] not in NOT_DATES]


def dates(example: dict[str, Any]) -> tuple[str, str]:
    return example["expected"], example["expected_safe"] or example["expected"]


def test_no_shared_example_is_left_out() -> None:
    assert len(GOLDEN) == 58
    assert len({example["id"] for example in GOLDEN}) == 58
    assert all(example["source"] and example["reasoning"] for example in GOLDEN)


@pytest.mark.parametrize("example", DATED, ids=lambda example: example["id"])
def test_a_rule_gives_the_dates_of_the_example(law: DeadlineLaw, example: dict[str, Any]) -> None:
    found = asked(law, example["rule"], example["event"], example["region"], **example["options"])
    assert found == dates(example), example["reasoning"]


@pytest.mark.parametrize("example", DATED, ids=lambda example: example["id"])
def test_the_convention_alone_gives_the_same_dates(law: DeadlineLaw, example: dict[str, Any]) -> None:
    options = {name: value for name, value in example["options"].items() if name == "consulted"}
    found = counted(law, example["convention"], example["event"], example["length"], example["region"], **options)
    assert found == dates(example), example["reasoning"]


@pytest.mark.parametrize("example", DATED, ids=lambda example: example["id"])
def test_the_command_gives_the_dates_of_the_example(deadlines: Deadlines, example: dict[str, Any]) -> None:
    options = [part for name, value in example["options"].items() for part in ("--option", f"{name}={value}")]
    where = ["--event", example["event"], "--region", example["region"]]
    answer = deadlines("due", example["rule"], *where, *options, "--json").answer
    assert (answer["due"], answer["safe_due"]) == dates(example)
    assert answer["rule"] == example["rule"]
    assert answer["convention"] == example["convention"]
    assert bool(answer["extended"]) == (answer["extended"] is not None)
    assert answer["trace"]


def test_information_before_the_second_phase_leaves_the_decision_opposable(law: DeadlineLaw) -> None:
    # CRRMP-CHK, Cass. 2e civ. 13 November 2025 no 24-14.597: received on 15 April, second phase ends on 25 May 2021
    assert ask(law, "crrmp_second_phase_notice", "2021-05-25", done="2021-04-15").outcome == "in_time"


def test_information_inside_the_second_phase_is_late(law: DeadlineLaw) -> None:
    # the other side: ten clear days before 25 May end on 14 May
    assert ask(law, "crrmp_second_phase_notice", "2021-05-25", done="2021-05-14").outcome == "in_time"
    assert ask(law, "crrmp_second_phase_notice", "2021-05-25", done="2021-05-15").outcome == "late"


def test_daily_benefits_run_from_the_day_after_to_the_eve_of_resumption(deadlines: Deadlines) -> None:
    # IJ-01: 21 June to 4 September 2012, 76 days
    answer = deadlines(
        "count", "CALENDAR_DAYS", "--event", "2012-06-20", "--option", "until=2012-09-05", "--json"
    ).answer
    assert (answer["first_day"], answer["due"], answer["length"]) == ("2012-06-21", "2012-09-04", 76)
    by_length = deadlines("count", "CALENDAR_DAYS", "--event", "2012-06-20", "--length", "76", "--json").answer
    assert (by_length["first_day"], by_length["due"]) == ("2012-06-21", "2012-09-04")
    # the 29th day of benefit, from which the rate rises
    assert deadlines("count", "CALENDAR_DAYS", "--event", "2012-06-20", "--length", "29", "--json").answer["due"] == (
        "2012-07-19"
    )
