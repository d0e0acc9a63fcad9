"""Each rule on both sides of each change of the law, and the rules that the product promises to know."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from atmp_insure.deadlines.vocabulary import ActingParty
from atmp_insure.kernel.errors import InvalidInput
from tests.deadlines.asking import ask, asked

if TYPE_CHECKING:
    from atmp_insure.deadlines.law import DeadlineLaw

with (Path(__file__).parent / "golden" / "rule_versions.csv").open(encoding="utf-8", newline="") as file:
    VERSIONS = list(csv.DictReader(file))

PROMISED = set(
    """
dat minor_accident_register death_at_work_report victim_informs_employer reserves reserves_on_victim_declaration
at_decision at_decision_with_inquiry at_questionnaire at_file_available at_consultation consultation_notice mp_decision
mp_questionnaire mp_file_available crrmp_first_phase crrmp_second_phase crrmp_opinion crrmp_decision relapse_decision
relapse_reserves cra cra_silence court_after_cra cmra cmra_silence cmra_doctor_comments appeal cassation rate_contest
rate_contest_electronic carsat_silence amiens_after_refusal urssaf_refund_claim urssaf_payment insurance_limitation
lucie_letter lucie_purge
""".split()  # noqa: SIM905 - the names as the interface lists them
)

MAIN_TABLE = {
    1: "victim_informs_employer", 2: "dat", 3: "temp_agency_information", 4: "minor_accident_register",
    5: "register_later_declaration", 6: "death_at_work_report", 7: "victim_declaration", 8: "reserves",
    9: "reserves_on_victim_declaration", 10: "at_decision", 11: "at_decision_with_inquiry", 12: "at_questionnaire",
    13: "at_file_available", 14: "at_consultation", 15: "consultation_notice", 16: "mp_decision",
    17: "mp_questionnaire", 18: "mp_file_available", 19: "crrmp_decision", 20: "crrmp_first_phase",
    21: "crrmp_second_phase", 22: "crrmp_opinion", 23: "relapse_decision", 24: "relapse_reserves",
    25: "relapse_questionnaire", 26: "cra", 27: "cra_silence", 28: "cmra", 29: "court_after_cra", 30: "cmra_silence",
    31: "cmra_report", 32: "cmra_doctor_comments", 33: "appeal", 34: "cassation", 35: "rate_contest",
    36: "carsat_silence", 37: "amiens_after_refusal", 38: "account_charge_contest", 39: "urssaf_refund_claim",
    40: "urssaf_payment", 41: "insurance_limitation", 42: "victim_limitation", 43: "inopposability_action",
}  # fmt: skip


def test_every_promised_rule_and_every_row_of_the_main_table_is_there(law: DeadlineLaw) -> None:
    assert set(law.rules) >= PROMISED
    assert list(MAIN_TABLE) == list(range(1, 44))
    assert set(MAIN_TABLE.values()) <= set(law.rules)


@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: f"{row['rule']} {row['event']}")
def test_a_rule_on_a_day_that_matters(law: DeadlineLaw, row: dict[str, str]) -> None:
    if row["due"] == "refused":
        with pytest.raises(InvalidInput) as caught:
            ask(law, row["rule"], row["event"])
        assert f"la règle « {row['rule']} » n'" in str(caught.value)
        assert "--event" in str(caught.value)
    else:
        assert asked(law, row["rule"], row["event"]) == (row["due"], row["safe"]), row["note"]


def test_both_sides_of_every_change_between_2018_and_2027_are_in_the_table(law: DeadlineLaw) -> None:
    asked_on: dict[str, set[str]] = {}
    for row in VERSIONS:
        asked_on.setdefault(row["rule"], set()).add(row["event"][:10])
    for name, series in law.rules.items():
        for entry in series.entries[1:]:
            before = (entry.first_day - timedelta(days=1)).isoformat()
            days = asked_on.get(name, set())
            assert any(day <= before for day in days), f"{name}: nothing before {entry.first_day}"
            assert any(day >= entry.first_day.isoformat() for day in days), f"{name}: nothing from {entry.first_day}"


def test_versions_follow_one_another_without_hole_or_overlap(law: DeadlineLaw) -> None:
    for name, series in law.rules.items():
        for former, latter in zip(series.entries, series.entries[1:], strict=False):
            assert former.last_day == latter.first_day - timedelta(days=1), name


def test_the_version_is_that_of_the_trigger_day(law: DeadlineLaw) -> None:
    assert ask(law, "at_decision", "2019-11-30").rule.article == "CSS ancien R.441-10, ancien R.441-14"
    assert ask(law, "at_decision", "2019-12-01").rule.article == "CSS R.441-7"
    assert "TCI" in str(_refusal(law, "cmra", "2018-12-31"))
    assert any("taux d'IP" in warning for warning in ask(law, "cmra", "2020-08-31").warnings)
    assert not any("jusqu'au 31 août 2020" in warning.lower() for warning in ask(law, "cmra", "2020-09-01").warnings)


def test_an_accident_declared_before_the_change_keeps_its_rules_when_its_file_is_complete_after(
    law: DeadlineLaw,
) -> None:
    # declared on 29 November 2019, certificate received on 4 December: 30 calendar days of the former text
    assert asked(law, "at_decision", "2019-12-04", declared="2019-11-29") == ("2020-01-03", "2020-01-03")
    assert asked(law, "at_decision", "2019-12-04") == ("2020-01-04", "2020-01-03")


def test_every_rule_says_who_acts_on_what_text_and_what_happens(law: DeadlineLaw) -> None:
    for series in law.rules.values():
        for entry in series.entries:
            rule = entry.sourced.value
            assert rule.actor in ActingParty
            assert rule.trigger_fr
            assert rule.act_fr
            assert rule.article
            assert rule.missed_fr
            assert entry.sourced.citation.source


def _refusal(law: DeadlineLaw, rule: str, event: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        ask(law, rule, event)
    return caught.value
