"""Papers asked of a party by a program: the mail with its link, what came judged, reminders, the end."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from atmp_insure.access.roles import Role
from atmp_insure.access.token_scopes import TokenScope
from atmp_insure.db.actor import system
from atmp_insure.diary.request_models import DocumentRequest
from atmp_insure.documents.models import OutgoingMail
from tests.api.test_resources import pages, require_problem
from tests.application import a_program, a_token
from tests.diary.programs import ROOT, a_broker, a_program_of, day, places, told
from tests.documents.papers import a_pdf

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from tests.application import Person

REQUESTS = f"{ROOT}/document-requests"
SHEET, ACCOUNT = {"kind": "calculation_sheet", "label": "Feuille 2026"}, {"kind": "employer_account", "label": None}
ASKED: dict[str, Any] = {
    "company_id": 1, "subject": None, "addressee": "Camille Exemple", "email": "camille@exemple.invalid",
    "purpose": "Pour étudier votre taux.", "due_on": day(10), "papers": [SHEET, ACCOUNT],
}  # fmt: skip


def mails(database: Database) -> list[str]:
    with database.reading(system("test")) as session:
        return list(session.scalars(select(OutgoingMail.body).order_by(OutgoingMail.id)))


@pytest.fixture
def request_made(handler: FlaskClient) -> dict[str, Any]:
    return told(handler.post(REQUESTS, json=ASKED), 201)


def send(app: Flask, made: dict[str, Any], position: int) -> None:
    """Send a file by the link, as whoever holds it does on its page."""
    address = made["link"].partition("/deposit/")[2]
    file = (io.BytesIO(a_pdf(f"Pièce {position}")), "piece.pdf")
    answer = app.test_client().post(f"/deposit/{address}", data={f"paper-{made['papers'][position]['id']}": file})
    assert answer.status_code == 302, answer.text


def test_a_request_writes_its_mail_and_shows_its_link_to_whoever_asks(
    app: Flask, handler: FlaskClient, database: Database, person: Person, request_made: dict[str, Any]
) -> None:
    [mail] = mails(database)
    assert request_made["link"] in mail
    assert [one["label"] for one in request_made["papers"]] == ["Feuille 2026", "Compte employeur"]
    assert (request_made["subject"], request_made["state"], request_made["next_reminder_on"]) == (
        "companies:1", "open", day(11),
    )  # fmt: skip
    assert "écran" in request_made["papers"][0]["location"]
    reader = a_program(app, a_token(database, person, TokenScope.READ_DIARY))
    assert told(reader.get(f"{REQUESTS}/{request_made['id']}"))["link"] is None  # it only reads
    assert [one["id"] for one in told(handler.get(f"{REQUESTS}?company_id=1&state=open"))["items"]] == [
        request_made["id"]
    ]
    assert "link" not in told(handler.get(REQUESTS))["items"][0]


def test_what_came_is_refused_with_a_reason_then_accepted_and_with_the_last_paper_the_link_closes(
    app: Flask, handler: FlaskClient, request_made: dict[str, Any]
) -> None:
    sheet, account = (f"{REQUESTS}/{request_made['id']}/papers/{one['id']}" for one in request_made["papers"])
    require_problem(handler.post(f"{sheet}/accept"), 409)  # nothing came yet
    send(app, request_made, 0)
    assert places(handler.post(f"{sheet}/refuse", json={"remark": " "})) == ["/remark"]
    refused = told(handler.post(f"{sheet}/refuse", json={"remark": "page 2 illisible"}))["papers"][0]
    assert (refused["state"], refused["remark"]) == ("missing", "page 2 illisible")
    send(app, request_made, 0)
    came = told(handler.get(f"{REQUESTS}/{request_made['id']}"))["papers"][0]
    assert (came["state"], len(came["files"])) == ("missing", 1)  # the same file again is no answer
    told(handler.post(f"{sheet}/waive", json={"remark": "déjà au dossier"}))
    send(app, request_made, 1)
    complete = told(handler.post(f"{account}/accept"))
    assert (complete["state"], complete["link"], complete["next_reminder_on"]) == ("complete", None, None)
    assert told(handler.get(f"{ROOT}/documents/{complete['papers'][1]['files'][0]['document_id']}"))["company_id"] == 1
    require_problem(handler.post(f"{account}/refuse", json={"remark": "x"}), 409)


def test_a_paper_of_another_request_is_not_found(handler: FlaskClient, request_made: dict[str, Any]) -> None:
    other = told(handler.post(REQUESTS, json=ASKED), 201)
    paper = other["papers"][0]["id"]
    require_problem(handler.post(f"{REQUESTS}/{request_made['id']}/papers/{paper}/waive", json={"remark": "x"}), 404)


def test_what_is_missing_is_asked_for_again_at_once_until_the_request_is_closed(
    app: Flask, handler: FlaskClient, database: Database, request_made: dict[str, Any]
) -> None:
    address = f"{REQUESTS}/{request_made['id']}"
    assert told(handler.post(f"{address}/remind"))["reminders"] == 1
    assert len(mails(database)) == 2
    for position in (0, 1):
        send(app, request_made, position)
    require_problem(handler.post(f"{address}/remind"), 409)  # all came: it remains to be looked at
    closed = told(handler.post(f"{address}/close", json={"reason": "le client renonce"}))
    assert (closed["state"], closed["ended_reason"], closed["link"]) == ("closed", "le client renonce", None)
    require_problem(handler.post(f"{address}/close", json={"reason": "encore"}), 409)


def test_a_request_that_makes_no_sense_is_told_at_its_places(handler: FlaskClient, database: Database) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "/addressee": {"addressee": " "}, "/email": {"email": "camille"}, "/purpose": {"purpose": " "},
        "/due_on": {"due_on": day(-1)}, "/papers": {"papers": [SHEET] * 41},
        "/papers/1/kind": {"papers": [SHEET, {"kind": "no_such_kind", "label": None}]},
    }  # fmt: skip
    for place, change in wrong.items():
        assert places(handler.post(REQUESTS, json=ASKED | change)) == [place]
    assert mails(database) == []
    require_problem(handler.post(REQUESTS, json=ASKED | {"company_id": 424242}), 404)
    require_problem(handler.post(REQUESTS, json=ASKED | {"subject": "documents:424242"}), 404)
    today = told(handler.post(REQUESTS, json=ASKED | {"due_on": day(), "papers": [SHEET] * 40}), 201)
    assert len(today["papers"]) == 40  # the last day and the most papers that may be


@pytest.mark.parametrize("kind", ["medical_report", "lawyer_letter"])
def test_papers_of_the_doctor_or_the_lawyer_are_not_asked_for_by_a_link(handler: FlaskClient, kind: str) -> None:
    assert places(handler.post(REQUESTS, json=ASKED | {"papers": [{"kind": kind, "label": None}]})) == ["/papers"]
    assert kind not in {one["kind"] for one in told(handler.get(f"{REQUESTS}/papers"))["papers"]}


def test_the_papers_of_the_study_of_a_rate_are_offered_year_by_year(handler: FlaskClient) -> None:
    offered = told(handler.get(f"{REQUESTS}/papers"))["papers"]
    yearly = [one for one in offered if one["is_yearly"]]
    assert [one["kind"] for one in yearly] == ["calculation_sheet"] * 3 + ["employer_account"] * 3
    assert all(re.search(r" \d{4}$", one["label"]) and one["location"] for one in yearly)
    asked = [{"kind": one["kind"], "label": one["label"]} for one in offered]
    assert len(told(handler.post(REQUESTS, json=ASKED | {"papers": asked[:40]}), 201)["papers"]) == len(asked[:40])


def test_requests_come_by_their_day_and_page(handler: FlaskClient) -> None:
    for days in (1, 2, 3):
        told(handler.post(REQUESTS, json=ASKED | {"due_on": day(days)}), 201)
    found = [
        one["due_on"] for page in pages(handler, f"{REQUESTS}?first_day={day(1)}&last_day={day(2)}", 1) for one in page
    ]
    assert found == [day(1), day(2)]  # both days included, the day after is not


def test_what_is_tried_writes_no_mail_and_what_is_sent_twice_writes_one(
    handler: FlaskClient, database: Database
) -> None:
    assert told(handler.post(f"{REQUESTS}?preview=true", json=ASKED), 201)["state"] == "open"
    assert mails(database) == []
    answers = [handler.post(REQUESTS, json=ASKED, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    made = told(answers[0], 201)
    assert answers[1].get_json() == made
    told(handler.post(f"{REQUESTS}/{made['id']}/remind?preview=true"))
    assert len(mails(database)) == 1
    with database.reading(system("test")) as session:
        assert session.query(DocumentRequest).count() == 1


def test_who_does_not_follow_the_company_sees_nothing_and_who_only_reads_asks_nothing(
    app: Flask, database: Database, request_made: dict[str, Any]
) -> None:
    broker = a_broker(app, database)
    assert told(broker.get(REQUESTS))["items"] == []
    require_problem(broker.get(f"{REQUESTS}/{request_made['id']}"), 404)
    require_problem(broker.post(f"{REQUESTS}/{request_made['id']}/remind"), 404)
    require_problem(broker.post(REQUESTS, json=ASKED), 404)
    employer = a_program_of(app, database, Role.EMPLOYER, company_id=1)
    assert told(employer.get(f"{REQUESTS}/{request_made['id']}"))["link"] is None
    require_problem(employer.post(REQUESTS, json=ASKED), 403)
    require_problem(employer.get(f"{REQUESTS}/papers"), 403)
