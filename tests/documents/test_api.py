"""Documents as a program reads and deposits them: each download in the reading log, what is reserved stays so."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.access.logs import ReadingLogEntry
from atmp_insure.access.roles import Role
from atmp_insure.access.token_scopes import TokenScope
from atmp_insure.db.actor import system
from atmp_insure.documents.vault import open_vault
from tests.api.test_resources import pages, require_problem
from tests.application import a_person, a_program, a_token, an_application
from tests.db.builders import a_company
from tests.documents.papers import a_pdf
from tests.documents.shelf import put_away

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from atmp_insure.db.engine import Database

DOCUMENTS = "/api/v1/documents"


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    assert a_company(database) == 1
    return an_application(database, tmp_path)


@pytest.fixture
def handler(app: Flask, database: Database) -> FlaskClient:
    return a_program(app, a_token(database, a_person(database, "camille", Role.CLAIMS_HANDLER)))


def told(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def given(client: FlaskClient, content: bytes, *, name: str = "feuille.pdf", **said: Any) -> TestResponse:
    form = {"company_id": 1, "kind": "calculation_sheet", **said}
    return client.post(DOCUMENTS, data={**form, "file": (io.BytesIO(content), name)})


def vault_of(app: Flask) -> Any:
    installation = app.extensions["atmp"]
    return open_vault(installation.settings, installation.database.key_ring)


def test_a_document_is_deposited_listed_and_downloaded_with_the_reading_log(
    handler: FlaskClient, database: Database
) -> None:
    content = a_pdf("Feuille de calcul")
    done = told(given(handler, content, title="Feuille 2026"), 201)
    assert (done["is_new"], done["version_number"], done["document"]["state"]) == (True, 1, "unset")
    again = told(given(handler, content, title="Feuille 2026"), 201)
    assert (again["is_new"], again["document"]["id"]) == (False, done["document"]["id"])
    listed = told(handler.get(f"{DOCUMENTS}?company_id=1&kind=calculation_sheet"))["items"]
    assert [one["title"] for one in listed] == ["Feuille 2026"]
    answer = handler.get(f"{DOCUMENTS}/{done['document']['id']}/versions/1/content")
    assert (answer.data, answer.mimetype) == (content, "application/pdf")
    assert "feuille.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with database.reading(system("test")) as session:
        read = [(one.action, one.actor) for one in session.query(ReadingLogEntry)]
    assert read == [("downloaded", "camille (jeton « Export »)")]


def test_a_newer_version_leaves_the_former_and_the_same_file_changes_nothing(handler: FlaskClient) -> None:
    number = told(given(handler, a_pdf("Un")), 201)["document"]["id"]
    sent = {"file": (io.BytesIO(a_pdf("Deux")), "feuille.pdf")}
    done = told(handler.post(f"{DOCUMENTS}/{number}/versions", data=sent), 201)
    assert (done["version_number"], [one["number"] for one in done["document"]["versions"]]) == (2, [1, 2])
    sent = {"file": (io.BytesIO(a_pdf("Deux")), "feuille.pdf")}
    assert told(handler.post(f"{DOCUMENTS}/{number}/versions", data=sent), 201)["is_new"] is False
    require_problem(handler.get(f"{DOCUMENTS}/{number}/versions/3/content"), 404)


def test_a_medical_paper_is_taken_and_not_given_back_to_who_brought_it(
    app: Flask, handler: FlaskClient, database: Database
) -> None:
    done = told(given(handler, a_pdf("Rapport"), kind="medical_report", file_ref="accident:1"), 201)
    assert (done["is_new"], done["document"]) == (True, None)
    assert told(handler.get(DOCUMENTS))["items"] == []
    for path in ("/1", "/1/versions/1/content"):
        require_problem(handler.get(f"{DOCUMENTS}{path}"), 404)
    doctor = a_person(database, "docteur", Role.MANDATED_DOCTOR, file_ref="accident:1")
    reading = a_program(app, a_token(database, doctor, TokenScope.READ_DOCUMENTS, TokenScope.READ_MEDICAL))
    assert told(reading.get(f"{DOCUMENTS}/1"))["kind"] == "medical_report"
    without = a_program(app, a_token(database, doctor, TokenScope.READ_DOCUMENTS))
    require_problem(without.get(f"{DOCUMENTS}/1"), 404)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"kind": "poem"}, "/kind"),
        ({"kind": "medical_report"}, "/file_ref"),
        ({"kind": "medical_report", "file_ref": "accident:1", "title": "Dos"}, "/title"),
        ({"kind": "fund_decision", "confidentiality": "plain"}, "/confidentiality"),
        ({"name": "feuille.exe"}, "/file"),
        ({"company_id": "x"}, "/company_id"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_is_wrong_in_a_deposit_is_told_by_its_field(
    handler: FlaskClient, said: dict[str, Any], place: str
) -> None:
    refused = require_problem(given(handler, a_pdf(), **said), 422)
    assert [fault["place"] for fault in refused["errors"]] == [place]
    assert told(handler.get(DOCUMENTS))["items"] == []


def test_a_deposit_that_is_tried_leaves_nothing_in_the_vault(app: Flask, handler: FlaskClient) -> None:
    form = {"company_id": 1, "kind": "calculation_sheet", "file": (io.BytesIO(a_pdf()), "feuille.pdf")}
    tried = told(handler.post(f"{DOCUMENTS}?preview=true", data=form), 201)
    assert tried["document"]["title"] == "Feuille de calcul du taux"
    assert told(handler.get(DOCUMENTS))["items"] == []
    assert list(vault_of(app).store.list_addresses()) == []


def test_a_file_sent_again_under_its_key_is_one_deposit_whatever_its_boundary(handler: FlaskClient) -> None:
    def sent(content: bytes) -> TestResponse:
        form = {"company_id": 1, "kind": "other", "file": (io.BytesIO(content), "note.pdf")}
        return handler.post(DOCUMENTS, data=form, headers={"Idempotency-Key": "k1"})

    first, again = sent(a_pdf("Un")), sent(a_pdf("Un"))
    assert (told(first, 201), again.headers["Idempotency-Replayed"]) == (told(again, 201), "true")
    assert require_problem(sent(a_pdf("Deux")), 422)["type"].endswith("#key-reused")


def test_a_content_that_was_altered_is_refused_and_written_as_such(
    app: Flask, handler: FlaskClient, database: Database
) -> None:
    put_away(database, vault_of(app), 1)
    store = vault_of(app).store
    for address in list(store.list_addresses()):
        store.write(address, b"altered")
    refused = require_problem(handler.get(f"{DOCUMENTS}/1/versions/1/content"), 409)
    assert "altéré" in refused["detail"]
    with database.reading(system("test")) as session:
        assert [one.action for one in session.query(ReadingLogEntry)] == ["refused"]


def test_documents_come_by_day_and_level_and_never_from_elsewhere(
    app: Flask, handler: FlaskClient, database: Database
) -> None:
    vault = vault_of(app)
    for number in range(3):
        put_away(database, vault, 1, a_pdf(str(number)), kind="calculation_sheet")
    asked = f"{DOCUMENTS}?first_day=2026-11-20&last_day=2026-11-20"
    assert [one["id"] for page in pages(handler, asked, 2) for one in page] == [3, 2, 1]
    assert told(handler.get(f"{DOCUMENTS}?last_day=2026-11-19"))["items"] == []
    assert told(handler.get(f"{DOCUMENTS}?confidentiality=medical&confidentiality=privileged"))["items"] == []
    elsewhere = a_person(database, "ailleurs", Role.EMPLOYER, company_id=a_company(database, "000000026"))
    stranger = a_program(app, a_token(database, elsewhere))
    assert told(stranger.get(DOCUMENTS))["items"] == []
    require_problem(stranger.get(f"{DOCUMENTS}/1/versions/1/content"), 404)
    require_problem(given(stranger, a_pdf()), 404)
