"""The home of each role: what they look at first, in the order in which it should be done."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.models import User
from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from atmp_insure.db.leases import JobRun, JobState
from atmp_insure.db.scope import outside_scope
from atmp_insure.diary import request_service
from atmp_insure.diary.deadline_models import Priority
from atmp_insure.diary.deadline_service import subject_of
from atmp_insure.diary.request_models import PaperNeed, RequestedPaper
from atmp_insure.diary.task_service import NewTask, write_task
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.settings import RequestSettings, SiteSettings
from atmp_insure.web import home
from atmp_insure.web.environment import today
from tests.application import a_person, an_application, signed_in
from tests.db.builders import TESTER, a_company, an_organisation

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from atmp_insure.db.engine import Database

NOW = datetime.now(UTC)


@pytest.fixture
def app(embedded: Database, tmp_path: Path) -> Flask:
    return an_application(embedded, tmp_path)


def matters(app: Flask, database: Database, role: Role, company_id: int | None = None) -> list[str]:
    """The titles on the home of someone, in order, without the one about their own account."""
    person = a_person(database, role.value, role, company_id=company_id)
    page = signed_in(app, person).get("/").text
    titles = re.findall(r'class="matter-title"[^>]*>([^<]*)<', page)
    return [one.replace("&#39;", "'") for one in titles if one != "Protéger votre compte"]


def a_task(database: Database, title: str, days: int, priority: Priority = Priority.NORMAL) -> None:
    with database.writing(system("test")) as session:
        due_on = today() + timedelta(days=days)
        write_task(session, NewTask(title, due_on, Role.CLAIMS_HANDLER, priority=priority), NOW)


def a_request(database: Database, company_id: int) -> None:
    """Two papers asked of a client."""
    kinds = document_kinds()
    asked = [(kinds["calculation_sheet"], "Feuille 2026"), (kinds["employer_account"], "Compte 2025")]
    new = request_service.NewRequest(
        company_id, subject_of(company_id), "Dominique Exemple", "d@exemple.invalid", "Étude", today(), asked
    )  # fmt: skip
    with database.writing(TESTER) as session:
        request_service.ask_for_papers(
            session, new, request_service.RequestPractice(SiteSettings(), RequestSettings(), NOW)
        )


def test_a_day_of_the_home_cannot_be_read_both_ways_in_english(app: Flask, embedded: Database) -> None:
    a_task(embedded, "Rappeler", 3)
    due_on = today() + timedelta(days=3)
    client = signed_in(app, a_person(embedded, "reader", Role.CLAIMS_HANDLER))
    assert f"{due_on:%d/%m/%Y}" in client.get("/").text
    client.get("/language/en")
    page = client.get("/").text
    assert f"Due on {due_on.day} {due_on:%b} {due_on.year}, in 3" in page
    assert not re.search(r"\d\d/\d\d/\d{4}", page)


def test_the_names_of_codes_and_the_filters_of_a_list_follow_the_language(app: Flask, embedded: Database) -> None:
    client = signed_in(app, a_person(embedded, "reader", Role.CLAIMS_HANDLER))
    french = client.get("/complaints").text
    client.get("/language/en")
    english = client.get("/complaints").text
    for said, page, other in (("de vive voix", french, english), ("in person", english, french)):
        assert f"<span>{said}</span>" in page
        assert said not in other
    assert ">gestionnaire de sinistres<" in french
    assert ">claims handler<" in english


def test_what_is_due_first_comes_first_and_of_one_day_what_is_urgent(app: Flask, embedded: Database) -> None:
    a_task(embedded, "Urgent dans dix jours", 10, Priority.URGENT)
    a_task(embedded, "En retard", -1)
    a_task(embedded, "Aujourd'hui, peut attendre", 0, Priority.LOW)
    a_task(embedded, "Aujourd'hui, urgent", 0, Priority.URGENT)
    assert matters(app, embedded, Role.CLAIMS_HANDLER) == [
        "En retard", "Aujourd'hui, urgent", "Aujourd'hui, peut attendre", "Urgent dans dix jours",
    ]  # fmt: skip


def test_an_employer_is_told_what_is_asked_of_them_and_the_office_what_came(app: Flask, embedded: Database) -> None:
    company_id = a_company(embedded, reached_by=(an_organisation(embedded),))
    a_request(embedded, company_id)
    assert matters(app, embedded, Role.EMPLOYER, company_id=company_id) == ["Demandes de pièces en attente : 1"]
    assert matters(app, embedded, Role.CLAIMS_HANDLER) == []
    with embedded.writing(system("test")) as session, outside_scope("test"):
        paper = session.get_one(RequestedPaper, 1)
        paper.state, paper.received_at = PaperNeed.RECEIVED, NOW
    assert matters(app, embedded, Role.UNDERWRITER) == ["Pièces reçues à examiner : 1"]


def test_an_employer_of_another_company_is_told_nothing(app: Flask, embedded: Database) -> None:
    a_request(embedded, a_company(embedded))
    other = a_company(embedded, "000000026")
    assert matters(app, embedded, Role.EMPLOYER, company_id=other) == []


def test_an_administrator_sees_who_is_shut_out_and_what_failed_since_yesterday(app: Flask, embedded: Database) -> None:
    shut, at = a_person(embedded, "enferme", Role.UNDERWRITER), datetime.now(UTC)  # a lock ends within the hour
    with embedded.writing(system("test")) as session, outside_scope("test"):
        session.get_one(User, shut.user_id).locked_until = at + timedelta(minutes=10)
        for ago in (timedelta(hours=1), timedelta(hours=25)):
            session.add(JobRun(job="seal", state=JobState.FAILED, started_at=at - ago, worker="w"))
    found = matters(app, embedded, Role.ADMINISTRATOR)
    assert found[:2] == ["Comptes verrouillés : 1", "Tâches planifiées en échec depuis hier : 1"]
    assert not any("Comptes verrouillés" in one for one in matters(app, embedded, Role.CLAIMS_HANDLER))


@pytest.mark.parametrize(
    ("on", "years"),
    [
        (date(2026, 10, 31), []), (date(2026, 11, 1), [2027]), (date(2027, 10, 31), [2027]),
        (date(2027, 11, 1), [2027, 2028]),
    ],
)  # fmt: skip
def test_the_schedules_of_next_year_are_asked_for_from_november_on(app: Flask, on: date, years: list[int]) -> None:
    with app.test_request_context():
        found = home.missing_years(datetime(on.year, on.month, on.day, 12, tzinfo=UTC))
    assert [one.title for one in found] == [f"Barèmes {year} à charger" for year in years]
