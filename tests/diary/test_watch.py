"""The watch over letters: channels looked at in their turn, portals that are out, accesses that are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role, rights_of
from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary import watch_queries, watch_service
from atmp_insure.diary.deadline_models import Priority
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_models import LookOutcome
from atmp_insure.diary.watch_service import Look, Watch
from atmp_insure.kernel.errors import InvalidInput, Refused
from tests.db.builders import an_organisation, broker_of

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

from tests.diary.watched import ACCOUNT, HANDLER, NOW, looked, tasks, watched


def test_a_portal_is_to_be_looked_at_from_the_day_it_is_watched(database: Database) -> None:
    watched(database)
    with database.reading(HANDLER) as session:
        (watch,) = watch_queries.list_watches_of(session, 1)
    assert (watch.next_look_on, watch.looked_at) == (date(2026, 1, 20), None)


def test_a_look_that_sees_something_plans_the_next_one(database: Database) -> None:
    watched(database)
    for outcome in (LookOutcome.NOTHING, LookOutcome.NEW):
        assert looked(database, Look(outcome)).next_look_on == date(2026, 1, 27)


def test_a_look_counts_from_the_day_in_paris_on_which_it_was_made(database: Database) -> None:
    watched(database)
    late_evening = datetime(2026, 1, 19, 23, 30, tzinfo=UTC)  # the 20th in Paris
    assert looked(database, Look(LookOutcome.NOTHING, at=late_evening)).next_look_on == date(2026, 1, 27)


def test_a_portal_that_is_out_stays_to_be_looked_at_and_the_team_hears_of_it_once_a_day(database: Database) -> None:
    watched(database)
    for _ in range(2):
        found = looked(database, Look(LookOutcome.OUTAGE, "Erreur 503"))
    assert (found.failing_since, found.looked_at, found.next_look_on) == (NOW, None, date(2026, 1, 20))
    (task,) = tasks(database)
    assert (task.title, task.priority, task.company_id) == (
        "compte AT/MP indisponible le 20/01/2026 : garder la preuve, relever de nouveau", Priority.URGENT, None,
    )  # fmt: skip
    with database.reading(HANDLER) as session:
        assert watch_queries.list_outages(session) == [(Channel.ACCOUNT, NOW, 1)]
    later = NOW + timedelta(hours=3)
    assert looked(database, Look(LookOutcome.NOTHING), later).failing_since is None


def test_an_access_that_is_refused_is_asked_of_whoever_holds_it(database: Database) -> None:
    watched(database)
    looked(database, Look(LookOutcome.REFUSED, "Habilitation retirée"))
    assert [(one.company_id, one.subject) for one in tasks(database)] == [(1, "watched_channels:1")]


@pytest.mark.parametrize(
    ("look", "refusal"),
    [(Look(LookOutcome.OUTAGE), "non décrit"), (Look(LookOutcome.NEW, at=NOW + timedelta(seconds=1)), "à venir")],
)
def test_a_look_that_says_nothing_or_is_to_come_is_refused(database: Database, look: Look, refusal: str) -> None:
    watched(database)
    with pytest.raises(InvalidInput, match=refusal):
        looked(database, look)


@pytest.mark.parametrize(
    ("watch", "refusal"),
    [
        (replace(ACCOUNT, look_every_days=None), "rythme absent"),
        (replace(ACCOUNT, channel=Channel.PAPER), "rythme sans objet"),
        (replace(ACCOUNT, held_by=" "), "titulaire absent"),
        (replace(ACCOUNT, channel=Channel.WEB), "non suivi"),
    ],
)
def test_a_watch_that_makes_no_sense_is_refused(database: Database, watch: Watch, refusal: str) -> None:
    with pytest.raises(InvalidInput, match=refusal):
        watched(database, watch)


def test_a_channel_is_watched_once_closed_with_a_reason_and_opened_again(database: Database) -> None:
    watched(database)
    with database.writing(HANDLER) as session:
        with pytest.raises(Refused, match="déjà suivi"):
            watch_service.open_watch(session, ACCOUNT, NOW)
        watch = watch_queries.get_watch(session, 1)
        with pytest.raises(InvalidInput, match="motif absent"):
            watch_service.close_watch(session, watch, " ", NOW)
        watch_service.close_watch(session, watch, "le client nous quitte", NOW)
        assert (watch.next_look_on, watch_queries.count_to_look_at(session, date(2030, 1, 1))) == (None, 0)
        with pytest.raises(Refused, match="plus suivi"):
            watch_service.note_look(session, watch, Look(LookOutcome.NOTHING), NOW)
        again = watch_service.open_watch(session, replace(ACCOUNT, held_by="le courtier"), NOW)
    assert (again.id, again.held_by, again.closed_reason) == (1, "le courtier", None)


def test_a_foreign_broker_neither_watches_nor_sees(database: Database) -> None:
    watched(database)
    broker = broker_of(an_organisation(database), rights=rights_of(Role.BROKER))
    with database.writing(broker) as session:
        assert list(session.scalars(watch_queries.watches())) == []
        with pytest.raises(OutOfScope):
            watch_service.open_watch(session, replace(ACCOUNT, channel=Channel.LUCIE), NOW)
