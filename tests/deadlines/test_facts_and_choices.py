"""What else is known moves a date; what no text settles is a choice that every answer shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.errors import InvalidInput
from tests.deadlines.asking import ask, asked, counted

if TYPE_CHECKING:
    from atmp_insure.deadlines.law import DeadlineLaw


@pytest.mark.parametrize(
    ("party_region", "due"),
    [
        ("FR", "2025-02-28"),
        ("AM", "2025-02-28"),
        ("971", "2025-03-31"),
        ("976", "2025-03-31"),
        ("abroad", "2025-04-30"),
    ],
)
def test_the_distance_period_is_added_to_an_appeal_before_the_day_number_is_looked_for(
    law: DeadlineLaw, party_region: str, due: str
) -> None:
    assert asked(law, "appeal", "2025-01-31", party_region=party_region) == (due, due)


def test_the_distance_period_reaches_cassation_but_no_amicable_body_nor_first_judge(law: DeadlineLaw) -> None:
    assert asked(law, "cassation", "2024-09-13", party_region="974")[0] == "2024-12-13"
    for rule in ("cra", "cmra", "court_after_cra", "rate_contest", "amiens_after_refusal"):
        answer = ask(law, rule, "2024-09-13", party_region="974")
        assert answer.counted.due == ask(law, rule, "2024-09-13").counted.due
        assert answer.counted.steps[0].code == "distance"
        assert answer.counted.steps[0].value == "0"


def test_no_distance_period_before_a_court_overseas(law: DeadlineLaw) -> None:
    assert asked(law, "appeal", "2025-01-31", "974", party_region="974")[0] == "2025-02-28"


def test_clear_days_show_both_readings_and_the_choice(law: DeadlineLaw) -> None:
    strict = ask(law, "reserves", "2024-04-26")
    assert ("franc_reading", "strict") in {(choice.name, choice.value) for choice in strict.choices}
    assert any("deux lectures" in warning for warning in strict.warnings)
    assert asked(law, "reserves", "2024-04-26", franc_reading="cnam") == ("2024-05-06", "2024-05-06")
    assert ask(law, "reserves", "2024-04-26", franc_reading="cnam").choices[0].asked


def test_the_limit_of_the_fund_is_moved_only_when_the_choice_says_so(law: DeadlineLaw) -> None:
    # MP-120: Saturday 1 June 2024; an overrun is flagged only after Monday 3 June
    kept = ask(law, "mp_decision", "2024-02-01")
    assert (str(kept.counted.due), str(kept.counted.overrun_after)) == ("2024-06-01", "2024-06-03")
    assert asked(law, "mp_decision", "2024-02-01", authority_weekend="moved") == ("2024-06-03", "2024-05-31")


@pytest.mark.parametrize(
    ("done", "outcome"),
    [("2024-05-31", "in_time"), ("2024-06-01", "in_time"), ("2024-06-03", "disputed"), ("2024-06-04", "late")],
)
def test_the_delay_of_the_fund_counts_against_it_only_after_the_moved_date(
    law: DeadlineLaw, done: str, outcome: str
) -> None:
    assert ask(law, "mp_decision", "2024-02-01", done=done).outcome == outcome


@pytest.mark.parametrize(
    ("rule", "event", "done", "outcome"),
    [
        ("reserves", "2021-03-29", "2021-04-07", "in_time"),  # RES-02, if sending is what counts
        ("reserves", "2021-03-29", "2021-04-09", "disputed"),
        ("reserves", "2021-03-29", "2021-04-12", "late"),  # RES-02, if receipt is what counts
        ("dat", "2024-03-15T14:30", "2024-03-18T14:30", "in_time"),
        ("dat", "2024-03-15T14:30", "2024-03-18T14:31", "late"),
        ("cra", "2021-09-29", "2021-11-29", "in_time"),
        ("cra", "2021-09-29", "2021-11-30", "late"),
        ("premium_formal_notice", "2024-01-15", "2024-01-24", "too_early"),
        ("premium_formal_notice", "2024-01-15", "2024-01-25", "in_time"),
        ("crrmp_decision", "2022-09-01", "2022-12-05", "in_time"),  # CRRMP-120
        ("victim_limitation", "2016-09-15", "2018-10-29", "late"),  # PRE-01
        ("at_consultation", "2014-04-22", "2014-05-05", "late"),  # OLD-10F: the decision of 5 May is regular
        ("account_charge_contest", "2022-05-01", "2025-01-01", "no_limit"),
    ],
)
def test_an_act_is_in_time_late_or_disputed(law: DeadlineLaw, rule: str, event: str, done: str, outcome: str) -> None:
    assert ask(law, rule, event, done=done).outcome == outcome


def test_an_act_without_its_hour_is_refused_where_hours_count(law: DeadlineLaw) -> None:
    with pytest.raises(InvalidInput, match="sans heure"):
        ask(law, "dat", "2024-03-15T14:30", done="2024-03-18")


@pytest.mark.parametrize(
    ("consulted", "due"),
    [
        ("2025-01-06", "2025-03-06"),  # the very day
        ("2025-01-09", "2025-03-10"),  # 9 March is a Sunday
        ("2025-01-21", "2025-03-21"),  # fifteenth day
        ("2025-01-22", "2025-03-21"),  # too late: the fifteenth day counts
        ("2025-06-01", "2025-03-21"),
    ],
)
def test_an_electronic_notice_starts_on_its_first_reading_within_fifteen_days(
    law: DeadlineLaw, consulted: str, due: str
) -> None:
    assert asked(law, "rate_contest_electronic", "2025-01-06", consulted=consulted) == (due, "2025-03-06")


def test_an_unread_notice_follows_the_statute_or_the_order_by_choice(law: DeadlineLaw) -> None:
    assert asked(law, "rate_contest_electronic", "2025-01-06") == ("2025-03-21", "2025-03-06")
    by_order = asked(law, "rate_contest_electronic", "2025-01-06", unread_notice="order")
    assert by_order == ("2025-03-06", "2025-03-06")
    read_in_time = asked(law, "rate_contest_electronic", "2025-01-06", unread_notice="order", consulted="2025-01-09")
    assert read_in_time[0] == "2025-03-10"


def test_a_lucie_letter_starts_on_availability_unless_the_office_trusts_the_first_reading(law: DeadlineLaw) -> None:
    assert asked(law, "lucie_letter", "2024-04-02", consulted="2024-04-10") == ("2024-06-03", "2024-06-03")
    trusting = asked(law, "lucie_letter", "2024-04-02", consulted="2024-04-10", lucie_start="first_reading")
    assert trusting == ("2024-06-10", "2024-06-03")
    assert [choice.name for choice in ask(law, "lucie_letter", "2024-04-02").choices] == ["lucie_start"]


def test_a_notice_cannot_be_read_before_it_is_available(law: DeadlineLaw) -> None:
    with pytest.raises(InvalidInput, match="avant la mise à disposition"):
        ask(law, "rate_contest_electronic", "2025-01-06", consulted="2025-01-05")


def test_an_unclaimed_letter_is_safe_from_its_first_presentation(law: DeadlineLaw) -> None:
    assert asked(law, "cra", "2024-01-25", first_presented="2024-01-10") == ("2024-03-25", "2024-03-11")
    ignored = asked(law, "cra", "2024-01-25", first_presented="2024-01-10", unclaimed_letter="receipt")
    assert ignored == ("2024-03-25", "2024-03-25")
    with pytest.raises(InvalidInput, match="après la réception"):
        ask(law, "cra", "2024-01-25", first_presented="2024-01-26")


def test_a_gracious_claim_leaves_the_safe_date_at_two_months_of_the_rate(law: DeadlineLaw) -> None:
    assert asked(law, "amiens_after_refusal", "2024-09-09", rate_notified="2024-07-10") == ("2024-11-12", "2024-09-10")
    trusting = asked(law, "amiens_after_refusal", "2024-09-09", rate_notified="2024-07-10", gracious_claim="suspends")
    assert trusting == ("2024-11-12", "2024-11-12")


def test_good_friday_is_a_choice_that_alsace_moselle_shows(law: DeadlineLaw) -> None:
    answer = ask(law, "dat", "2025-04-17T11:00", "AM")
    assert [choice.name for choice in answer.choices] == ["good_friday"]
    assert answer.warnings
    assert asked(law, "dat", "2025-04-17T11:00", "AM", good_friday="working")[0] == "2025-04-19T11:00"
    assert not ask(law, "dat", "2025-04-17T11:00", "FR").choices


def test_a_contract_may_lengthen_the_declaration_of_a_claim_but_not_shorten_it(law: DeadlineLaw) -> None:
    assert asked(law, "claim_declaration", "2024-03-04", contract_length="10")[0] == "2024-03-18"
    with pytest.raises(InvalidInput, match="minimum légal de 5"):
        ask(law, "claim_declaration", "2024-03-04", contract_length="4")
    assert asked(law, "annual_termination_notice", "2025-01-01", contract_length="3")[0] == "2024-10-01"


@pytest.mark.parametrize(
    ("rule", "event", "due", "why"),
    [
        ("cra", "2020-01-11", "2020-03-11", "ended the day before the period"),
        ("cra", "2020-01-12", "2020-08-24", "ended on its first day: two months from 23 June, a Sunday"),
        ("cra", "2020-04-23", "2020-08-24", "ended on its last day"),
        ("cra", "2020-04-24", "2020-06-24", "ends the day after: unchanged"),
        ("appeal", "2020-03-10", "2020-07-23", "one month only"),
        ("victim_limitation", "2018-04-01", "2020-08-23", "two years are capped at two months, not moved"),
        ("urssaf_refund_claim", "2017-05-02", "2020-08-24", "three years are capped at two months"),
        ("cra_silence", "2020-01-11", "2020-03-11", "silence complete before the period"),
        ("cra_silence", "2020-01-12", "2020-06-24", "one day was left"),
        ("cra_silence", "2020-03-11", "2020-08-23", "104 days do not run"),
        ("cra_silence", "2020-03-12", "2020-08-23", "counted from the end"),
        ("cra_silence", "2020-06-23", "2020-08-23", "last day of the period"),
        ("cra_silence", "2020-06-24", "2020-08-24", "after it"),
    ],
)
def test_the_suspension_of_2020_on_both_sides_of_its_ends(
    law: DeadlineLaw, rule: str, event: str, due: str, why: str
) -> None:
    assert asked(law, rule, event)[0] == due, why


def test_the_suspension_of_2020_is_said_and_can_be_left_aside(law: DeadlineLaw) -> None:
    answer = ask(law, "cra", "2020-02-01")
    assert answer.counted.extended is not None
    assert "2020" in answer.counted.extended.reason_fr
    assert str(answer.counted.safe_due) == "2020-04-01"
    assert any("2020-306" in warning for warning in answer.warnings)
    assert asked(law, "cra", "2020-02-01", legal_suspensions="ignored")[0] == "2020-04-01"
    assert any("2020-460" in warning for warning in ask(law, "reserves", "2020-04-01").warnings)
    assert not any("2020-460" in warning for warning in ask(law, "reserves", "2020-07-01").warnings)


def test_a_bare_count_takes_the_choices_of_its_convention_only(law: DeadlineLaw) -> None:
    assert counted(law, "FRANC", "2024-04-26", 10, franc_reading="cnam") == ("2024-05-06", "2024-05-06")
    with pytest.raises(InvalidInput, match="sans objet"):
        counted(law, "DAYS", "2024-04-26", 10, franc_reading="cnam")
