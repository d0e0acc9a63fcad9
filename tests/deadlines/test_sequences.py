"""The road of a file: first and last days of every step, facts that become known, and the iCalendar file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import icalendar
import pytest

from atmp_insure.deadlines.day_names import iso_text
from atmp_insure.deadlines.icalendar_file import icalendar_file
from atmp_insure.deadlines.question import Question, read_event
from atmp_insure.deadlines.sequences import plan
from atmp_insure.kernel.errors import InvalidInput
from tests.deadlines.asking import at_hour, days, product_law

if TYPE_CHECKING:
    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.deadlines.sequences import Plan, PlannedStep

SEQUENCES = sorted(product_law().sequences)


def road(law: DeadlineLaw, name: str, event: str, region: str = "FR", **known: str) -> Plan:
    territory = law.territory(region)
    real_days = {step: read_event(day, territory) for step, day in known.items()}
    return plan(law, name, Question(read_event(event, territory), territory), real_days)


def windows(plan: Plan) -> dict[str, tuple[str, str | None]]:
    found: dict[str, tuple[str, str | None]] = {}
    for one in plan.steps:
        latest = None if one.latest is None else iso_text(one.latest.when)
        found[one.step.name] = (iso_text(one.earliest.when), latest)
    return found


def step(plan: Plan, name: str) -> PlannedStep:
    return next(one for one in plan.steps if one.step.name == name)


def test_an_accident_declared_shows_the_whole_road(law: DeadlineLaw) -> None:
    found = windows(road(law, "accident", "2024-01-15"))
    # the fund's limits are those of examples AT-30, AT-70, AT-90
    assert found["reserves"] == ("2024-01-15", "2024-01-26")
    assert found["decision_without_inquiry"] == ("2024-01-27", "2024-02-15")  # not before the reserves period is over
    assert found["questionnaire"] == ("2024-01-15", "2024-03-07")  # received on 15 February at the latest
    assert found["file_available"][1] == "2024-03-26"
    assert found["consultation_notice"][1] == "2024-03-15"  # ten clear days before 26 March
    assert found["consultation"][1] == "2024-04-08"  # 26 March + 11 is a Saturday
    assert found["decision"][1] == "2024-04-15"
    assert found["cra"] == ("2024-01-27", "2024-06-17")  # two months from 15 April is a Saturday
    assert found["cra_silence"] == ("2024-03-27", "2024-08-17")
    assert found["court"][1] == "2024-10-17"
    assert found["judgment"][1] is None
    assert found["appeal"][1] is None


def test_what_is_known_draws_the_road_in(law: DeadlineLaw) -> None:
    known = road(law, "accident", "2024-01-15", decision="2024-04-02", decision_notified="2024-04-05", cra="2024-05-20")
    cra = step(known, "cra")
    assert cra.has_certain_limit
    assert cra.deadline is not None
    assert str(cra.deadline.counted.due) == "2024-06-05"
    assert windows(known)["cra"] == ("2024-05-20", "2024-05-20")
    assert windows(known)["cra_silence"] == ("2024-07-20", "2024-07-20")
    assert windows(known)["court"][1] == "2024-09-20"


def test_a_known_day_before_its_trigger_is_refused(law: DeadlineLaw) -> None:
    with pytest.raises(InvalidInput, match="cra_received le 2024-01-02 précède"):
        road(law, "accident", "2024-01-15", cra_received="2024-01-02")


def test_an_accident_before_december_2019_follows_the_former_road(law: DeadlineLaw) -> None:
    found = windows(road(law, "accident", "2015-03-10"))
    assert "reserves" not in found
    assert found["decision_without_inquiry"] == ("2015-03-10", "2015-04-09")  # OLD-30
    assert found["decision"][1] == "2015-06-09"
    assert windows(road(law, "accident", "2019-12-01"))["reserves"] == ("2019-12-01", "2019-12-12")
    with pytest.raises(InvalidInput, match="séquence « accident » n'existe pas au 2009-12-31"):
        road(law, "accident", "2009-12-31")


def test_an_accident_known_starts_with_its_hour(law: DeadlineLaw) -> None:
    found = windows(road(law, "accident_known", "2024-03-15T14:30"))
    assert found["dat"] == ("2024-03-15T14:30", "2024-03-18T14:30")
    assert found["reserves"] == ("2024-03-15T14:30", "2024-03-29")
    with pytest.raises(InvalidInput, match="sans heure"):
        road(law, "accident_known", "2024-03-15")


def test_a_disease_goes_through_the_committee(law: DeadlineLaw) -> None:
    found = windows(road(law, "disease", "2024-02-01"))
    assert found["file_available"][1] == "2024-05-12"  # MP-100
    assert found["decision"][1] == "2024-06-01"  # MP-120
    seized = windows(road(law, "disease", "2022-05-02", crrmp_seized="2022-09-01"))
    assert seized["crrmp_first_phase"][1] == "2022-10-01"  # CRRMP-30
    assert seized["crrmp_second_phase"] == ("2022-10-02", "2022-10-12")  # CRRMP-40
    assert seized["crrmp_second_phase_notice"][1] == "2022-10-01"  # ten clear days before 12 October
    assert seized["crrmp_opinion"][1] == "2022-12-21"
    assert seized["crrmp_decision"][1] == "2022-12-31"


def test_an_unpaid_premium_shows_when_cover_may_stop(law: DeadlineLaw) -> None:
    open_road = windows(road(law, "unpaid_premium", "2024-01-15"))
    assert open_road["formal_notice"] == ("2024-01-25", None)  # D+10
    assert open_road["suspension"][0] == "2024-02-24"  # at the earliest
    sent = windows(road(law, "unpaid_premium", "2024-01-15", notice_sent="2024-02-01", payment="2024-03-20"))
    assert sent["suspension"] == ("2024-03-02", "2024-03-02")  # N+30 at 24:00
    assert sent["termination"] == ("2024-03-12", None)  # N+40
    assert sent["resumption"] == ("2024-03-21", "2024-03-21")


def test_an_electronic_rate_takes_its_first_reading(law: DeadlineLaw) -> None:
    assert windows(road(law, "electronic_rate", "2025-01-06"))["rate_contest"][1] == "2025-03-21"
    read = road(law, "electronic_rate", "2025-01-06", consulted="2025-01-09")
    assert windows(read)["rate_contest"][1] == "2025-03-10"


def test_the_safe_writ_stays_within_two_months_of_the_rate(law: DeadlineLaw) -> None:
    known = road(law, "rate", "2024-07-10", refusal="2024-09-09")
    writ = step(known, "writ")
    assert writ.deadline is not None
    assert str(writ.deadline.counted.due) == "2024-11-12"


@pytest.mark.parametrize("name", SEQUENCES)
def test_every_sequence_holds_together_on_every_week_of_ten_years(law: DeadlineLaw, name: str) -> None:
    mainland = law.territory("FR")
    first = max(date(2018, 1, 1), law.sequences[name].entries[0].first_day)
    for day in days(first, step=7):
        found = plan(law, name, Question(at_hour(day, 9, 0, mainland), mainland))
        assert found.steps
        for one in found.steps:
            assert one.latest is None or one.earliest.day <= one.latest.day, (day, one.step.name)
            assert one.earliest.day >= day, (day, one.step.name)


def test_a_sequence_is_an_icalendar_file_with_one_event_a_dated_step(law: DeadlineLaw) -> None:
    found = road(law, "accident", "2024-01-15", "971", file_complete="2024-01-17")
    calendar = icalendar.Calendar.from_ical(icalendar_file(found))
    events = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    assert len(events) == len([one for one in found.steps if one.deadline is not None])
    reserves = events["accident-20240115-971-reserves@deadlines.atmp-insure"]
    assert reserves.decoded("dtstart") == date(2024, 1, 25)  # the safe date of who must act
    assert reserves.decoded("dtend") - reserves.decoded("dtstart") == timedelta(days=1)
    assert "R.441-6" in str(reserves["description"])
    decision = events["accident-20240115-971-decision@deadlines.atmp-insure"]
    assert decision.decoded("dtstart") == date(2024, 4, 17)  # the legal date of the fund


def test_identifiers_stay_when_a_date_moves_and_the_file_is_the_same_twice(law: DeadlineLaw) -> None:
    before = road(law, "rate", "2024-07-10")
    after = road(law, "rate", "2024-07-10", refusal="2024-09-09")
    assert icalendar_file(before) == icalendar_file(before)
    identifiers = [
        {str(event["uid"]) for event in icalendar.Calendar.from_ical(icalendar_file(one)).walk("VEVENT")}
        for one in (before, after)
    ]
    assert identifiers[0] == identifiers[1]


def test_a_moment_is_written_in_universal_time(law: DeadlineLaw) -> None:
    calendar = icalendar.Calendar.from_ical(icalendar_file(road(law, "accident_known", "2024-03-15T14:30")))
    dat = next(event for event in calendar.walk("VEVENT") if "-dat@" in str(event["uid"]))
    assert dat.decoded("dtstart").isoformat() == "2024-03-18T13:30:00+00:00"
