"""The diary as a program keeps it: deadlines, tasks, notes and the mail tray, with the reading log of the pages."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from atmp_insure.access.logs import ReadingLogEntry
from atmp_insure.access.roles import Role
from atmp_insure.access.token_scopes import TokenScope
from atmp_insure.db.actor import system
from atmp_insure.diary.deadline_service import follow_deadline
from atmp_insure.documents.models import Document
from atmp_insure.kernel.paris import paris_day
from tests.api.test_resources import pages, require_problem
from tests.application import a_person, a_program, a_token
from tests.db.builders import a_company, a_document, an_organisation
from tests.diary.programs import ROOT, a_broker, told
from tests.diary.test_deadlines import ACT, HANDLER, NOW, clocks
from tests.diary.test_tray import NOTICE
from tests.diary.test_tray import a_pdf as a_letter

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from tests.application import Person

TODAY = paris_day(datetime.now(UTC)).isoformat()
TEAM = {"team": "claims_handler", "person_id": None}
TYPED = {
    **TEAM, "label": "Rendre les pièces", "due_on": "2026-03-02", "reason": "courrier du greffe", "company_id": 1,
}  # fmt: skip
TASK = {
    **TEAM, "title": "Rappeler l'employeur", "detail": "après 14 h", "due_on": "2026-02-02", "priority": "urgent",
    "company_id": 1,
}  # fmt: skip
FILING = {
    "kind": "rate_notice", "company_id": 1, "title": None, "file_ref": None, "rule": "rate_contest",
    "event_on": TODAY, "region": "FR",  # a day that was over before the office knew of it opens nothing
}  # fmt: skip


def test_a_deadline_tells_its_steps_is_answered_with_a_paper_and_not_twice(
    handler: FlaskClient, database: Database
) -> None:
    with database.writing(HANDLER) as session:
        follow_deadline(session, clocks(), ACT, NOW)
    listed = told(handler.get(f"{ROOT}/deadlines?state=open&company_id=1"))["items"]
    shown = told(handler.get(f"{ROOT}/deadlines/{listed[0]['id']}"))
    assert shown["rule"] == "rate_contest"
    assert shown["safe_on"] <= shown["due_on"]
    assert shown["reasoning"]["article"]
    assert all(step["label"] and step["value"] for step in shown["reasoning"]["steps"])
    proof = a_document(database, 1)
    body = {"on": "2026-01-20", "note": None, "proof_document_id": proof}
    answered = told(handler.post(f"{ROOT}/deadlines/{shown['id']}/answer", json=body))
    assert (answered["state"], answered["outcome"], answered["proof_document_id"]) == ("answered", "in_time", proof)
    require_problem(handler.post(f"{ROOT}/deadlines/{shown['id']}/answer", json=body), 409)
    assert told(handler.get(f"{ROOT}/deadlines?state=open"))["items"] == []


def test_a_paper_of_another_company_proves_nothing(handler: FlaskClient, database: Database) -> None:
    typed = told(handler.post(f"{ROOT}/deadlines", json=TYPED), 201)
    other = a_document(database, a_company(database, "000000026"))
    body = {"on": "2026-01-20", "note": "fait", "proof_document_id": other}
    refused = require_problem(handler.post(f"{ROOT}/deadlines/{typed['id']}/answer", json=body), 422)
    assert [fault["place"] for fault in refused["errors"]] == ["/proof_document_id"]
    require_problem(handler.post(f"{ROOT}/deadlines/{typed['id']}/answer", json=body | {"proof_document_id": 999}), 404)


def test_a_day_typed_by_hand_says_so_is_handed_over_and_made_void(
    handler: FlaskClient, database: Database, person: Person
) -> None:
    typed = told(handler.post(f"{ROOT}/deadlines", json=TYPED), 201)
    assert (typed["rule"], typed["subject"]) == (None, "companies:1")
    assert (typed["reasoning"]["typed_by"], typed["reasoning"]["reason"]) == ("camille", "courrier du greffe")
    own = {"team": "lawyer", "person_id": person.user_id}
    given = told(handler.post(f"{ROOT}/deadlines/{typed['id']}/hand-over", json=own))
    assert (given["team"], given["person_id"]) == ("lawyer", person.user_id)
    assert [one["id"] for one in told(handler.get(f"{ROOT}/deadlines?mine=true"))["items"]] == [typed["id"]]
    require_problem(handler.post(f"{ROOT}/deadlines/{typed['id']}/hand-over", json=own | {"person_id": 424242}), 404)
    void = told(handler.post(f"{ROOT}/deadlines/{typed['id']}/void", json={"reason": "audience annulée"}))
    assert (void["state"], void["ended_reason"]) == ("void", "audience annulée")
    office = told(handler.post(f"{ROOT}/deadlines", json=TYPED | {"company_id": None}), 201)
    assert (office["company_id"], office["subject"]) == (None, "office:0")


def test_deadlines_come_by_day_team_and_page(handler: FlaskClient) -> None:
    for day, team in (("2026-03-01", "lawyer"), ("2026-03-02", "lawyer"), ("2026-03-03", "broker")):
        told(handler.post(f"{ROOT}/deadlines", json=TYPED | {"due_on": day, "team": team}), 201)
    asked = "first_day=2026-03-01&last_day=2026-03-02&team=lawyer&team=broker"
    found = [one["due_on"] for page in pages(handler, f"{ROOT}/deadlines?{asked}", 1) for one in page]
    assert found == ["2026-03-01", "2026-03-02"]  # both days included, the day after is not
    assert [one["team"] for one in told(handler.get(f"{ROOT}/deadlines?team=broker"))["items"]] == ["broker"]


def test_a_task_is_written_given_finished_and_opened_again(handler: FlaskClient, person: Person) -> None:
    task = told(handler.post(f"{ROOT}/tasks", json=TASK), 201)
    assert (task["priority"], task["state"], task["origin"]) == ("urgent", "open", "hand")
    assert task["subject"] == "companies:1"
    assert "detail" not in told(handler.get(f"{ROOT}/tasks"))["items"][0]
    assert told(handler.get(f"{ROOT}/tasks/{task['id']}"))["detail"] == "après 14 h"
    address = f"{ROOT}/tasks/{task['id']}"
    given = told(handler.post(f"{address}/give", json={"team": "manager", "person_id": person.user_id}))
    assert (given["team"], given["person_id"]) == ("manager", person.user_id)
    require_problem(handler.post(f"{address}/finish", json={"state": "dropped", "reason": None}), 422)
    done = told(handler.post(f"{address}/finish", json={"state": "done", "reason": None}))
    assert (done["state"], done["ended_by"]) == ("done", "camille")
    require_problem(handler.post(f"{address}/give", json=TEAM), 409)
    assert told(handler.post(f"{address}/reopen"))["state"] == "open"
    assert [one["id"] for one in told(handler.get(f"{ROOT}/tasks?mine=true&state=open"))["items"]] == [task["id"]]


def test_notes_are_written_and_read_on_what_one_sees_by_those_they_are_for(
    app: Flask, handler: FlaskClient, database: Database
) -> None:
    body: dict[str, Any] = {"subject": "companies:1", "text": "Rappeler lundi", "readers": None, "tags": []}
    first = told(handler.post(f"{ROOT}/notes", json=body), 201)
    assert first["readers"] == "office"  # the most reserved that is possible there
    told(handler.post(f"{ROOT}/notes", json=body | {"text": "Pour tous", "readers": "shared"}), 201)
    found = told(handler.get(f"{ROOT}/notes?subject=companies:1"))["items"]
    assert [one["text"] for one in found] == ["Pour tous", "Rappeler lundi"]
    refused = require_problem(handler.post(f"{ROOT}/notes", json=body | {"readers": "lawyers"}), 422)
    assert refused["errors"][0]["place"] == "/readers"
    for subject in ("companies:424242", "facts:1", "section_terms:1"):
        require_problem(handler.post(f"{ROOT}/notes", json=body | {"subject": subject}), 404)
    require_problem(a_broker(app, database).get(f"{ROOT}/notes?subject=companies:1"), 404)


def test_letters_are_dropped_proposed_read_filed_with_their_clock_and_taken_back(
    handler: FlaskClient, database: Database
) -> None:
    content = a_letter(NOTICE)
    sent = {"files": [(io.BytesIO(content), "avis.pdf"), (io.BytesIO(content), "double.pdf")], "channel": "paper"}
    dropped = told(handler.post(f"{ROOT}/letters", data=sent), 201)
    assert dropped["repeated"] == ["double.pdf"]
    letter = dropped["letters"][0]
    assert (letter["proposed_kind"], letter["proposed_company_id"]) == ("rate_notice", 1)
    address = f"{ROOT}/letters/{letter['id']}"
    assert told(handler.get(address))["first_read_at"] is None
    file = handler.get(f"{address}/content")
    assert (file.data, file.mimetype, file.headers["Cache-Control"]) == (content, "application/pdf", "no-store")
    assert told(handler.get(address))["first_read_at"] is not None
    filed = told(handler.post(f"{address}/file", json=FILING))
    assert filed["state"] == "filed"
    subject = f"documents:{filed['filed_document_id']}"
    clock = next(one for one in told(handler.get(f"{ROOT}/deadlines"))["items"] if one["subject"] == subject)
    assert (clock["rule"], clock["event_on"], clock["state"]) == ("rate_contest", TODAY, "open")
    back = told(handler.post(f"{address}/unfile"))
    assert (back["state"], back["filed_document_id"]) == ("waiting", None)
    assert told(handler.get(f"{ROOT}/deadlines/{clock['id']}"))["state"] == "void"
    with database.reading(system("test")) as session:
        read = [one.what for one in session.query(ReadingLogEntry)]
    assert read == ["Courrier, version 1, lettre reçue"] * 2  # opened, then put in its file


def test_a_filing_that_is_tried_leaves_neither_paper_nor_deadline(handler: FlaskClient, database: Database) -> None:
    sent = {"files": (io.BytesIO(a_letter(NOTICE)), "avis.pdf")}
    letter = told(handler.post(f"{ROOT}/letters", data=sent), 201)["letters"][0]["id"]
    tried = told(handler.post(f"{ROOT}/letters/{letter}/file?preview=true", json=FILING))
    assert tried["state"] == "filed"
    assert told(handler.get(f"{ROOT}/letters/{letter}"))["state"] == "waiting"
    assert told(handler.get(f"{ROOT}/deadlines"))["items"] == []
    with database.reading(system("test")) as session:
        assert session.query(Document).count() == 1  # the letter itself, in the office
    require_problem(handler.post(f"{ROOT}/letters/{letter}/file", json=FILING | {"event_on": None}), 422)


def test_a_day_before_its_rule_is_told_where_it_was_given(handler: FlaskClient) -> None:
    sent = {"files": (io.BytesIO(a_letter(NOTICE)), "avis.pdf")}
    letter = told(handler.post(f"{ROOT}/letters", data=sent), 201)["letters"][0]["id"]
    refused = handler.post(f"{ROOT}/letters/{letter}/file", json=FILING | {"event_on": "1950-01-01"})
    assert [fault["place"] for fault in require_problem(refused, 422)["errors"]] == ["/event_on"]


def test_letters_are_cut_turned_joined_and_left_aside(handler: FlaskClient) -> None:
    sent = {"files": (io.BytesIO(a_letter("<p>Un</p>", "<p>Deux</p>")), "deux.pdf"), "channel": "lucie"}
    whole = told(handler.post(f"{ROOT}/letters", data=sent), 201)["letters"][0]["id"]
    parts = told(handler.post(f"{ROOT}/letters/{whole}/split", json={"pages": [2]}), 201)["letters"]
    assert [one["file_name"] for one in parts] == ["deux (1).pdf", "deux (2).pdf"]
    assert told(handler.get(f"{ROOT}/letters/{whole}"))["state"] == "replaced"
    turned = told(handler.post(f"{ROOT}/letters/{parts[0]['id']}/rotate", json={"quarter_turns": 3}), 201)["letters"][0]
    joined = told(
        handler.post(f"{ROOT}/letters/join", json={"letters": [turned["id"], parts[1]["id"]]}), 201
    )["letters"][0]  # fmt: skip
    aside = told(handler.post(f"{ROOT}/letters/{joined['id']}/discard", json={"reason": "publicité"}))
    assert (aside["state"], aside["ended_reason"]) == ("discarded", "publicité")
    assert told(handler.get(f"{ROOT}/letters?state=waiting"))["items"] == []
    assert len(told(handler.get(f"{ROOT}/letters?channel=lucie&state=replaced"))["items"]) == 4
    require_problem(handler.post(f"{ROOT}/letters/join", json={"letters": [joined["id"]]}), 409)


def test_files_that_cannot_be_put_away_are_refused_by_name_and_none_is_kept(handler: FlaskClient) -> None:
    sent = {"files": [(io.BytesIO(a_letter("Un")), "bon.pdf"), (io.BytesIO(b"MZ"), "virus.exe")]}
    refused = require_problem(handler.post(f"{ROOT}/letters", data=sent), 422)
    assert "virus.exe" in refused["detail"]
    assert [fault["place"] for fault in refused["errors"]] == ["/files"]
    assert told(handler.get(f"{ROOT}/letters"))["items"] == []
    require_problem(handler.post(f"{ROOT}/letters", json={"files": []}), 415)


def test_whoever_has_not_the_right_or_the_scope_gets_nowhere(
    app: Flask, handler: FlaskClient, database: Database, person: Person
) -> None:
    task = told(handler.post(f"{ROOT}/tasks", json=TASK), 201)["id"]
    deadline = told(handler.post(f"{ROOT}/deadlines", json=TYPED), 201)["id"]
    broker = a_broker(app, database)
    for path in (f"deadlines/{deadline}", f"tasks/{task}"):
        require_problem(broker.get(f"{ROOT}/{path}"), 404)
    require_problem(broker.post(f"{ROOT}/tasks", json=TASK), 404)
    require_problem(broker.get(f"{ROOT}/letters"), 403)
    reader = a_program(app, a_token(database, person, TokenScope.READ_DIARY))
    assert told(reader.get(f"{ROOT}/tasks"))["items"]
    require_problem(reader.post(f"{ROOT}/tasks", json=TASK), 403)
    require_problem(reader.get(f"{ROOT}/letters"), 403)


def test_a_person_of_the_diary_may_be_named_only_by_who_sees_them(app: Flask, database: Database) -> None:
    broker_of_company = an_organisation(database)
    a_company(database, "000000034", reached_by=(broker_of_company,))
    stranger = a_person(database, "inconnue", Role.CLAIMS_HANDLER)
    person = a_person(database, "c.courtier", Role.BROKER, organisation_id=broker_of_company)
    broker = a_program(app, a_token(database, person))
    body = TASK | {"company_id": 2, "person_id": stranger.user_id}
    require_problem(broker.post(f"{ROOT}/tasks", json=body), 404)
    assert told(broker.post(f"{ROOT}/tasks", json=body | {"person_id": person.user_id}), 201)["person_id"]
