"""Awaited letters: announced by a portal, opened, downloaded, kept, taken back, lost, expected each January."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.diary import awaited_service, watch_queries, watch_service
from atmp_insure.diary.awaited_service import NewLetter
from atmp_insure.diary.deadline_models import DeadlineState, LiveDeadline
from atmp_insure.diary.deadline_service import Answer, answer_deadline
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_models import AwaitedLetter, AwaitedState, LookOutcome
from atmp_insure.diary.watch_service import Look
from atmp_insure.kernel.errors import InvalidInput, Refused
from tests.db.builders import a_document

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

from tests.diary.watched import (
    HANDLER,
    LUCIE,
    NOW,
    awaited,
    clocks,
    deadlines,
    job,
    letter,
    looked,
    moment,
    tasks,
    watched,
)

NOTICE = NewLetter("rate_notice", "Taux 2026", available_on=date(2026, 1, 7))


def test_a_rate_notice_that_nobody_opened_counts_from_the_prudent_day(database: Database) -> None:
    """Available on 7 January 2026: the prudent two months end on Monday 9 March, for 7 March is a Saturday."""
    watched(database)
    awaited(database, NOTICE)
    contest = deadlines(database)["rate_contest_electronic"]
    assert (letter(database).state, contest.event_on) == (AwaitedState.AVAILABLE, date(2026, 1, 7))
    assert contest.safe_on == date(2026, 3, 9)
    assert contest.due_on == date(2026, 3, 23)  # fifteen days unread, then two months: 22 March is a Sunday


def test_opening_it_starts_its_clock_and_says_who_did(database: Database) -> None:
    watched(database)
    awaited(database, NOTICE)
    with database.writing(HANDLER) as session:
        found = watch_queries.get_awaited(session, 1)
        read_at = datetime(2026, 1, 12, 10, 0, tzinfo=UTC)
        awaited_service.note_first_reading(session, found, read_at, moment())
    contest = deadlines(database)["rate_contest_electronic"]
    assert (contest.due_on, contest.given_days) == (date(2026, 3, 12), {"consulted": "2026-01-12"})
    assert (letter(database).first_read_by, letter(database).state) == ("gestionnaire", AwaitedState.READ)


@pytest.mark.parametrize(
    ("done_on", "outcome"),
    [
        (date(2026, 3, 9), "in_time"),  # two months from availability, the prudent reading
        (date(2026, 3, 10), "disputed"),
        (date(2026, 3, 12), "disputed"),  # two months from the first reading
        (date(2026, 3, 13), "late"),
    ],
)
def test_the_answer_to_an_opened_notice_is_held_to_its_opening(database: Database, done_on: date, outcome: str) -> None:
    watched(database)
    awaited(database, NOTICE)
    with database.writing(HANDLER) as session:
        found = watch_queries.get_awaited(session, 1)
        read_at = datetime(2026, 1, 12, 10, 0, tzinfo=UTC)
        awaited_service.note_first_reading(session, found, read_at, moment())
        deadline = session.scalars(select(LiveDeadline)).one()
        given = Answer(done_on, "assigné à Amiens")
        answer_deadline(session, clocks(), deadline, given, datetime(2026, 4, 1, tzinfo=UTC))
    assert deadlines(database)["rate_contest_electronic"].outcome == outcome


@pytest.mark.parametrize(
    "read_at", [datetime(2026, 1, 6, 22, 59, tzinfo=UTC), NOW + timedelta(seconds=1)], ids=["before", "to come"]
)
def test_a_reading_before_it_was_there_or_to_come_is_refused(database: Database, read_at: datetime) -> None:
    watched(database)
    awaited(database, NOTICE)
    with database.writing(HANDLER) as session, pytest.raises(InvalidInput):
        awaited_service.note_first_reading(session, watch_queries.get_awaited(session, 1), read_at, moment())
    with database.writing(HANDLER) as session:  # midnight in Paris: the day it became available
        at_midnight = datetime(2026, 1, 6, 23, 0, tzinfo=UTC)
        awaited_service.note_first_reading(session, watch_queries.get_awaited(session, 1), at_midnight, moment())
    assert letter(database).state is AwaitedState.READ


def test_a_corrected_day_moves_the_clocks(database: Database) -> None:
    watched(database)
    awaited(database, NOTICE)
    with database.writing(HANDLER) as session:
        found = watch_queries.get_awaited(session, 1)
        awaited_service.announce(session, found, date(2026, 1, 14), None, moment())
    assert deadlines(database)["rate_contest_electronic"].safe_on == date(2026, 3, 16)  # 14 March is a Saturday


DECISION = NewLetter("fund_decision", "Prise en charge", available_on=date(2026, 1, 12))


def test_a_letter_of_lucie_has_its_contest_and_the_day_it_vanishes(database: Database) -> None:
    watched(database, LUCIE)
    awaited(database, DECISION)
    found = deadlines(database)
    assert sorted(rule or "" for rule in found) == ["lucie_letter", "lucie_window"]
    assert found["lucie_window"].due_on == date(2026, 2, 11)


def test_a_letter_kept_answers_what_would_make_it_vanish_and_its_contest_runs_on(database: Database) -> None:
    watched(database, LUCIE)
    awaited(database, DECISION)
    paper = a_document(database, 1, "Décision")
    with database.writing(HANDLER) as session:
        awaited_service.note_kept(session, 1, "fund_decision", paper, moment())
    found = deadlines(database)
    assert (letter(database).state, letter(database).document_id) == (AwaitedState.KEPT, paper)
    window, contest = found["lucie_window"], found["lucie_letter"]
    assert (window.state, window.proof_document_id) == (DeadlineState.ANSWERED, paper)
    assert contest.state is DeadlineState.OPEN
    with database.writing(HANDLER) as session:
        awaited_service.note_taken_back(session, paper)
    assert (letter(database).state, letter(database).document_id) == (AwaitedState.AVAILABLE, None)
    assert deadlines(database)["lucie_window"].state is DeadlineState.OPEN


def test_one_paper_is_one_letter_and_the_one_on_the_portal_comes_first(database: Database) -> None:
    watched(database, LUCIE)
    awaited(database, NewLetter("fund_decision", "Attendue avant", expected_on=date(2026, 1, 1)))
    awaited(database, DECISION)
    paper = a_document(database, 1)
    with database.writing(HANDLER) as session:
        awaited_service.note_kept(session, 1, "fund_decision", paper, moment())
        states = [one.state for one in session.scalars(watch_queries.awaited_letters().order_by(AwaitedLetter.id))]
    assert states == [AwaitedState.EXPECTED, AwaitedState.KEPT]


def test_a_downloaded_letter_is_opened_too_and_is_to_be_kept_within_the_day(database: Database) -> None:
    watched(database, LUCIE)
    awaited(database, DECISION)
    with database.writing(HANDLER) as session:
        awaited_service.note_download(session, watch_queries.get_awaited(session, 1), NOW, moment())
    found = letter(database)
    assert (found.state, found.first_read_at, found.downloaded_at) == (AwaitedState.READ, NOW, NOW)
    assert deadlines(database)["lucie_purge"].due_on == date(2026, 1, 21)  # twenty-four hours later


@pytest.mark.parametrize(
    ("on", "state"), [(date(2026, 1, 21), AwaitedState.READ), (date(2026, 1, 22), AwaitedState.LOST)]
)
def test_a_downloaded_letter_that_is_not_kept_is_lost_once_wiped(
    database: Database, on: date, state: AwaitedState
) -> None:
    watched(database, LUCIE)
    awaited(database, DECISION)
    with database.writing(HANDLER) as session:
        awaited_service.note_download(session, watch_queries.get_awaited(session, 1), NOW, moment())
    job(database, on)
    assert letter(database).state is state


def test_a_downloaded_letter_that_is_kept_answers_the_wiping(database: Database) -> None:
    watched(database, LUCIE)
    awaited(database, DECISION)
    paper = a_document(database, 1, "Décision")
    with database.writing(HANDLER) as session:
        awaited_service.note_download(session, watch_queries.get_awaited(session, 1), NOW, moment())
        awaited_service.note_kept(session, 1, "fund_decision", paper, moment())
    purge = deadlines(database)["lucie_purge"]
    assert (purge.state, purge.outcome) == (DeadlineState.ANSWERED, "in_time")


@pytest.mark.parametrize(
    ("on", "state"), [(date(2026, 2, 11), AwaitedState.AVAILABLE), (date(2026, 2, 12), AwaitedState.LOST)]
)
def test_a_letter_that_left_its_portal_is_lost_the_day_after_and_a_copy_is_asked_for(
    database: Database, on: date, state: AwaitedState
) -> None:
    watched(database, LUCIE)
    awaited(database, DECISION)
    job(database, on)
    assert letter(database).state is state
    asked = [one.title for one in tasks(database) if "copie" in one.title]
    assert asked == (["Demander à la caisse une copie de la lettre perdue : Prise en charge"] if on.day == 12 else [])


def test_each_january_the_notice_of_the_year_is_expected_once(database: Database) -> None:
    watched(database, now=datetime(2025, 12, 1, tzinfo=UTC))
    job(database, date(2025, 12, 31))
    with database.reading(HANDLER) as session:
        assert list(session.scalars(watch_queries.awaited_letters())) == []
    for day in (1, 2):
        job(database, date(2026, 1, day))
    found = letter(database)
    assert (found.label, found.expected_on, found.state) == (
        "Notification du taux 2026", date(2026, 1, 31), AwaitedState.EXPECTED,
    )  # fmt: skip


@pytest.mark.parametrize(("on", "told"), [(date(2026, 1, 31), 0), (date(2026, 2, 1), 1)])
def test_a_letter_that_did_not_come_is_asked_after_once(database: Database, on: date, told: int) -> None:
    watched(database)
    awaited(database, NewLetter("rate_notice", "Taux 2026", expected_on=date(2026, 1, 31)))
    for day in (on, on + timedelta(days=told)):
        job(database, day)
    assert len([one for one in tasks(database) if one.origin == "letter_missing"]) == told


@pytest.mark.parametrize(("on", "told"), [(date(2026, 1, 27), 0), (date(2026, 1, 28), 1)])
def test_a_channel_that_nobody_looks_at_is_told_the_day_after_its_turn(database: Database, on: date, told: int) -> None:
    watched(database)
    looked(database, Look(LookOutcome.NOTHING))
    job(database, on)
    assert len([one for one in tasks(database) if one.origin == "channels_unseen"]) == told


def test_a_channel_that_was_told_is_told_again_only_after_a_look(database: Database) -> None:
    watched(database)
    looked(database, Look(LookOutcome.NOTHING))
    for day in (28, 29, 30):
        job(database, date(2026, 1, day))
    assert len(tasks(database)) == 1


def test_a_printed_account_is_a_look_and_a_notified_sheet_is_the_notice(database: Database) -> None:
    watched(database, now=datetime(2026, 1, 1, tzinfo=UTC))
    job(database, date(2026, 1, 2))
    paper = a_document(database, 1, "Feuille 2026")
    with database.writing(HANDLER) as session:
        for _ in range(2):
            watch_service.note_seen(session, 1, Channel.ACCOUNT, date(2026, 1, 15))
        awaited_service.note_rate_notified(session, 1, 2025, paper, moment())
        assert watch_queries.get_awaited(session, 1).state is AwaitedState.EXPECTED
        awaited_service.note_rate_notified(session, 1, 2026, paper, moment())
    with database.reading(HANDLER) as session:
        assert len(watch_queries.list_looks(session, 1, 9)) == 1
        assert watch_queries.get_watch(session, 1).next_look_on == date(2026, 1, 22)
    assert letter(database).state is AwaitedState.KEPT


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        (NewLetter("rate_notice", " ", expected_on=date(2026, 1, 31)), "sans nom"),
        (NewLetter("rate_notice", "Taux 2026"), "jour absent"),
        (replace(NOTICE, available_on=date(2026, 1, 21)), "à venir"),
    ],
)
def test_a_letter_without_name_or_day_is_refused(database: Database, new: NewLetter, refusal: str) -> None:
    watched(database)
    with pytest.raises(InvalidInput, match=refusal):
        awaited(database, new)


def test_a_letter_set_aside_keeps_its_reason_and_its_clocks_have_no_object(database: Database) -> None:
    watched(database)
    awaited(database, NOTICE)
    with database.writing(HANDLER) as session:
        found = watch_queries.get_awaited(session, 1)
        with pytest.raises(InvalidInput, match="motif absent"):
            awaited_service.set_aside(session, found, "", NOW)
        awaited_service.set_aside(session, found, "section fermée", NOW)
        with pytest.raises(Refused, match="plus attendue"):
            awaited_service.announce(session, found, date(2026, 1, 8), None, moment())
    assert deadlines(database)["rate_contest_electronic"].state is DeadlineState.VOID
    assert letter(database).ended_reason == "section fermée"
