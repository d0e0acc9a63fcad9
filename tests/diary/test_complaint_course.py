"""The course of a complaint, and a year of them in figures: what comes next, and whether a delay was kept."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.diary.complaint_counts import CountedComplaint, Kept, kept, lines_by
from atmp_insure.diary.complaint_course import (
    ComplaintChannel,
    ComplaintDecision,
    ComplaintState,
    ComplaintTheme,
    Course,
    Step,
    next_step,
)
from atmp_insure.diary.complaint_letters import LetterModel, model_of
from atmp_insure.diary.complaint_remedies import Remedies, remedies_of
from atmp_insure.documents.charts.count_bars import Counts, CountSeries, count_bars
from atmp_insure.documents.written_letters import left_to_say

if TYPE_CHECKING:
    from collections.abc import Callable

DAY, NEXT_DAY = date(2026, 1, 20), date(2026, 1, 21)
OPEN, ENDED = ComplaintState.OPEN, ComplaintState.ANSWERED


@pytest.mark.parametrize(
    ("course", "step"),
    [
        (Course(OPEN, None, None, None, False, None), Step.INVITE),
        (Course(OPEN, None, DAY, None, False, None), Step.WAIT),
        (Course(OPEN, DAY, None, None, False, None), Step.ACKNOWLEDGE),
        (Course(OPEN, DAY, DAY, DAY, True, None), Step.ANSWER),
        (Course(ENDED, DAY, None, DAY, True, None), Step.TELL_INSURER),
        (Course(ENDED, DAY, None, DAY, True, DAY), Step.NOTHING),
        (Course(ENDED, DAY, None, DAY, False, None), Step.NOTHING),
        (Course(ComplaintState.SOLVED, None, None, None, True, None), Step.TELL_INSURER),
    ],
)
def test_what_comes_next_follows_from_what_was_done(course: Course, step: Step) -> None:
    assert next_step(course) is step


def test_what_is_spoken_or_chatted_leaves_nothing_that_lasts() -> None:
    written = {channel for channel in ComplaintChannel if channel.is_written}
    assert written == {ComplaintChannel.LETTER, ComplaintChannel.MAIL, ComplaintChannel.FORM}


def test_a_refusal_in_part_is_a_refusal() -> None:
    assert [one for one in ComplaintDecision if one.is_refusal] == [
        ComplaintDecision.PARTLY,
        ComplaintDecision.REJECTED,
    ]


@pytest.mark.parametrize(
    ("last_day", "done_on", "today", "found"),
    [
        (DAY, DAY, NEXT_DAY, Kept.IN_TIME), (DAY, NEXT_DAY, NEXT_DAY, Kept.LATE), (DAY, None, DAY, Kept.RUNNING),
        (DAY, None, NEXT_DAY, Kept.LATE), (None, DAY, DAY, Kept.NONE),
    ],
)  # fmt: skip
def test_a_delay_is_kept_on_its_last_day_and_not_on_the_day_after(
    last_day: date | None, done_on: date | None, today: date, found: Kept
) -> None:
    assert kept(last_day, done_on, today) is found


def a_counted(theme: ComplaintTheme, answered_on: date | None = None) -> CountedComplaint:
    return CountedComplaint(theme, None, None, False, DAY, answered_on, DAY, answered_on)


def test_a_year_is_told_by_theme_the_most_frequent_first() -> None:
    everyone = [a_counted(ComplaintTheme.CLAIM), a_counted(ComplaintTheme.PREMIUM, DAY),
                a_counted(ComplaintTheme.PREMIUM, NEXT_DAY)]  # fmt: skip
    by_theme: Callable[[CountedComplaint], ComplaintTheme] = lambda one: one.theme  # noqa: E731 - a key
    premium, claim = lines_by(everyone, by_theme, NEXT_DAY)
    assert (premium.key, premium.total, claim.total) == (ComplaintTheme.PREMIUM, 2, 1)
    assert dict(premium.answered) == {Kept.IN_TIME: 1, Kept.LATE: 1}
    assert dict(claim.answered) == {Kept.LATE: 1}


def test_counts_are_drawn_as_lying_bars_with_their_figures_and_their_words() -> None:
    chart = count_bars(Counts(
        "Réclamations de 2026", "Sujet", ("Prime", "Sinistre"),
        (CountSeries("à temps", (2, 1)), CountSeries("en retard", (0, 3))),
    ))  # fmt: skip
    assert chart.description == "Réclamations de 2026. à temps : 3 au total; en retard : 3 au total."
    assert chart.table.rows == (("Prime", "2", "0"), ("Sinistre", "1", "3"), ("Total", "3", "3"))
    option: dict[str, Any] = chart.option["baseOption"]
    assert option["yAxis"]["data"] == ["Prime", "Sinistre"]
    assert [datum["value"] for datum in option["series"][1]["data"]] == [0, 3]
    assert {one["stack"] for one in option["series"]} == {"all"}


def test_a_setting_gives_the_name_first_then_how_to_reach_it() -> None:
    found = remedies_of(" Service | 1 rue | ", "")
    assert found == Remedies(service=("Service", "1 rue"))
    assert found.missing == ("le médiateur",)


def test_each_model_of_letter_has_its_code_and_no_other_has_one() -> None:
    assert [model_of(model.value) for model in LetterModel] == list(LetterModel)
    assert model_of("autre") is None


def test_what_a_model_leaves_to_say_is_found_and_brackets_of_another_kind_are_not() -> None:
    assert left_to_say("Bonjour.\n[Dire pourquoi : l'article.]\nVoir [1].") == ("[Dire pourquoi : l'article.]",)
    assert left_to_say("Bonjour.") == ()
