"""Hours are local: what summer time, midnight, Sundays, holidays and territories do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.errors import InvalidInput
from tests.deadlines.asking import ask, asked, counted

if TYPE_CHECKING:
    from atmp_insure.deadlines.law import DeadlineLaw


@pytest.mark.parametrize(
    ("event", "due", "why"),
    [
        ("2024-03-30T15:00", "2024-03-31T16:00", "the night has 23 hours: 24 elapsed hours end one hour later"),
        ("2024-10-26T15:00", "2024-10-27T14:00", "the night has 25 hours: one hour earlier"),
        ("2024-03-29T15:00", "2024-03-30T15:00", "the day before nothing changes"),
        ("2024-03-31T15:00", "2024-04-01T15:00", "the day after neither"),
    ],
)
def test_plain_hours_are_elapsed_hours_across_the_change_of_hour(
    law: DeadlineLaw, event: str, due: str, why: str
) -> None:
    assert asked(law, "victim_informs_employer", event) == (due, due), why


@pytest.mark.parametrize("region", ["971", "972", "973", "974", "976"])
def test_overseas_there_is_no_summer_time(law: DeadlineLaw, region: str) -> None:
    assert asked(law, "victim_informs_employer", "2024-03-30T15:00", region)[0] == "2024-03-31T15:00"


def test_the_declaration_does_not_feel_the_change_of_hour_that_falls_on_a_sunday(law: DeadlineLaw) -> None:
    # Saturday 30 March 14:00: 10 h; Sunday 31 and Easter Monday skipped; Tuesday 24 h; Wednesday 14 h
    assert asked(law, "dat", "2024-03-30T14:00")[0] == "2024-04-03T14:00"
    assert asked(law, "dat", "2024-10-26T14:00")[0] == "2024-10-29T14:00"


def test_an_hour_with_its_offset_is_read_in_local_time(law: DeadlineLaw) -> None:
    assert asked(law, "dat", "2024-03-15T13:30Z") == asked(law, "dat", "2024-03-15T14:30")
    assert asked(law, "dat", "2024-03-15T14:30+01:00") == asked(law, "dat", "2024-03-15T14:30")
    # 23:30 in Paris on Saturday is 17:30 in Guadeloupe
    assert asked(law, "victim_informs_employer", "2024-03-16T23:30+01:00", "971")[0] == "2024-03-17T18:30"


def test_the_hour_written_twice_in_autumn_is_the_first_one(law: DeadlineLaw) -> None:
    assert asked(law, "death_at_work_report", "2024-10-27T02:30") == asked(
        law, "death_at_work_report", "2024-10-27T02:30+02:00"
    )
    assert asked(law, "death_at_work_report", "2024-10-27T02:30+01:00")[0] == "2024-10-27T14:30"


def test_an_hour_that_clocks_skip_is_refused(law: DeadlineLaw) -> None:
    with pytest.raises(InvalidInput, match="heure d'été"):
        ask(law, "dat", "2024-03-31T02:30")
    assert asked(law, "dat", "2024-03-31T02:30", "974")[0]  # clocks of La Réunion skip nothing


@pytest.mark.parametrize(
    ("event", "due", "why"),
    [
        ("2024-05-09T10:00", "2024-05-12T00:00", "known on Ascension: Friday and Saturday, used up at Saturday 24:00"),
        ("2025-11-09T16:00", "2025-11-13T00:00", "known on a Sunday, Armistice skipped"),
        ("2024-03-15T00:00", "2024-03-17T00:00", "midnight: two whole days, up to Saturday 24:00"),
        ("2024-03-16T00:00", "2024-03-19T00:00", "Saturday, then Monday"),
        ("2024-12-24T18:00", "2024-12-27T18:00", "Christmas skipped"),
        ("2024-12-31T23:59", "2025-01-03T23:59", "New Year's day skipped"),
    ],
)
def test_hours_of_the_declaration_stop_on_sundays_and_holidays(
    law: DeadlineLaw, event: str, due: str, why: str
) -> None:
    assert asked(law, "dat", event)[0] == due, why


@pytest.mark.parametrize(
    ("region", "event", "due"),
    [
        ("AM", "2024-12-24T10:00", "2024-12-28T10:00"),  # 25 and 26 December skipped
        ("971", "2024-05-24T10:00", "2024-05-28T10:00"),  # Sunday 26 and Monday 27 May skipped
        ("972", "2024-05-21T10:00", "2024-05-24T10:00"),
        ("973", "2024-06-08T10:00", "2024-06-12T10:00"),  # Sunday 9 and Monday 10 June skipped
        ("974", "2024-12-19T10:00", "2024-12-23T10:00"),  # Friday 20 and Sunday 22 December skipped
        ("976", "2024-04-26T10:00", "2024-04-30T10:00"),  # Saturday 27 and Sunday 28 April skipped
    ],
)
def test_holidays_of_the_territory_stop_the_declaration(law: DeadlineLaw, region: str, event: str, due: str) -> None:
    assert asked(law, "dat", event, region)[0] == due
    assert asked(law, "dat", event, "FR")[0] < due


def test_the_stricter_calendar_of_the_fund_gives_the_safe_hour(law: DeadlineLaw) -> None:
    # establishment in Alsace-Moselle, fund elsewhere: Good Friday counts there
    assert asked(law, "dat", "2025-04-17T11:00", "AM", fund_region="FR") == ("2025-04-22T11:00", "2025-04-19T11:00")
    assert asked(law, "dat", "2025-04-17T11:00", "FR", fund_region="AM") == ("2025-04-19T11:00", "2025-04-19T11:00")


def test_a_day_without_its_hour_is_refused_where_hours_count(law: DeadlineLaw) -> None:
    for rule in ("dat", "victim_informs_employer", "death_at_work_report", "minor_accident_register", "lucie_purge"):
        with pytest.raises(InvalidInput, match="sans heure"):
            ask(law, rule, "2024-03-15")
    with pytest.raises(InvalidInput, match="sans heure"):
        counted(law, "HOURS", "2024-03-15", 3)


def test_an_hour_is_of_no_harm_where_days_count(law: DeadlineLaw) -> None:
    assert asked(law, "cra", "2024-03-01T23:59") == asked(law, "cra", "2024-03-01")
