"""Every object's page ends with its notes and its history; notes are written there by those who may."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.logs import ChangeLogEntry
from atmp_insure.access.roles import Reach, Role
from atmp_insure.diary.models import Note
from atmp_insure.documents.models import Document
from atmp_insure.web import history
from tests.application import a_person, an_application, signed_in, texts
from tests.browser.furnished_copy import a_furnished_database, furnished_house
from tests.db.builders import TESTER, an_organisation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from tests.browser.furnished import House


# arguments of pages that show no object of their own: what they show instead
NO_TRAIL = {
    "book_id": "a file that was brought: its page ends with the trail of its import, as those of parties",
    "ledger_account_id": "an account moves by its entries, which its page lists",
    "line_id": "a line of a statement never changes, and its page tells its dispute and the answer",
    "entry_id": "an entry never changes, and its page says who posted it and when",
}


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Database]:
    """A row behind every page."""
    with a_furnished_database(tmp_path) as database:
        yield database


@pytest.fixture
def app(embedded: Database, tmp_path: Path) -> Flask:
    return an_application(embedded, tmp_path)


@pytest.fixture
def house() -> House:
    return furnished_house()


@pytest.fixture
def client(app: Flask, house: House) -> FlaskClient:
    """A browser of someone of the office who sees every page, and may write notes."""
    return signed_in(app, house.viewer)


def told_on(client: FlaskClient) -> str:
    """The history that stands on the page of the document."""
    return client.get("/documents/1").text.partition('class="history"')[2].partition("</section>")[0]


def plain(html: str) -> str:
    return texts(html).replace("&#39;", "'")


def test_every_object_that_a_page_shows_has_the_page_that_ends_with_its_notes_and_its_history(app: Flask) -> None:
    shown = {
        name
        for rule in app.url_map.iter_rules()
        for name in rule.arguments
        if "GET" in (rule.methods or ()) and name.endswith("_id")
        and re.fullmatch(r"(?!api_).*\.show_\w+", rule.endpoint)
    }  # fmt: skip
    missing = shown - set(NO_TRAIL) - {name for _, name in history.PAGES.values()}
    assert missing == set(), "give trail=history.trail_of(session, row) to their template, and a line to history.PAGES"


@pytest.mark.parametrize("table", sorted(history.PAGES))
def test_a_note_is_written_on_each_kind_of_object_and_shows_on_its_page(
    app: Flask, client: FlaskClient, house: House, embedded: Database, table: str
) -> None:
    name = history.PAGES[table][1]
    assert name in house.values, f"{name}: put a row of {table} in tests/browser/furnished.py"
    with app.test_request_context():
        page = client.get(history.address_of(f"{table}:{house.values[name]}"))
    assert page.status_code == 200
    [subject] = re.findall(r'action="/notes/([\w:]+)"', page.text)  # a part may show those of its whole
    with app.test_request_context():
        address = history.address_of(subject)
    assert "Historique" in page.text
    assert "a créé" in plain(page.text)
    assert f"/people/changes/of/{subject}" in page.text
    answer = client.post(f"/notes/{subject}", data={"text": "Appeler\nlundi.", "readers": "office"})
    assert answer.headers["Location"] == f"{address}#notes"
    assert "Appeler\nlundi." in client.get(address).text
    with embedded.reading(TESTER) as session:
        [note] = session.query(Note).where(Note.id != house.values["note_id"]).all()
    assert (note.subject, note.text) == (subject, "Appeler\nlundi.")


def test_a_note_that_is_wrong_comes_back_with_its_text_and_what_to_do(client: FlaskClient, embedded: Database) -> None:
    empty = client.post("/notes/documents:1", data={"text": "  "})
    assert empty.status_code == 422
    assert "note vide. Écrire la note" in plain(empty.text)
    long = client.post("/notes/documents:1", data={"text": "é" * 5001, "readers": "shared"})
    assert long.status_code == 422
    assert "note de plus de 5000 caractères. La raccourcir." in plain(long.text)
    assert "é" * 5001 in long.text
    assert '<option value="shared" selected>' in long.text
    assert 'href="/documents/1"' in long.text


@pytest.mark.parametrize(
    "subject", ["documents:99999", "documents:x", "documents:", "tickets:1", "grants:1", "x", "²:1"]
)
def test_there_is_no_note_on_what_one_does_not_see_or_what_has_no_page(
    client: FlaskClient, embedded: Database, subject: str
) -> None:
    answer = client.post(f"/notes/{subject}", data={"text": "x"})
    assert answer.status_code == 404
    with embedded.reading(TESTER) as session:
        assert session.query(Note).count() == 1  # the one that furnishes the house


def test_notes_are_for_who_holds_the_right_within_their_scope(app: Flask, embedded: Database, house: House) -> None:
    def answers(role: Role, **scope: int | str) -> tuple[int, bool]:
        browser = signed_in(app, a_person(embedded, f"p.{role.value}", role, **scope))  # type: ignore[arg-type]
        page = browser.get("/documents/1")
        offered = 'action="/notes/documents:1"' in page.text
        return browser.post("/notes/documents:1", data={"text": "x"}).status_code, offered

    other = an_organisation(embedded, "Autre courtage")
    assert answers(Role.CLAIMS_HANDLER) == (302, True)
    assert answers(Role.EMPLOYER, company_id=house.values["company_id"]) == (403, False)
    assert answers(Role.AUDITOR) == (403, False)
    assert answers(Role.BROKER, organisation_id=other) == (404, False)  # another's client


def test_values_from_before_and_after_are_for_those_who_read_the_logs(
    app: Flask, client: FlaskClient, embedded: Database
) -> None:
    with embedded.writing(TESTER) as session:
        document = session.get_one(Document, 1)
        document.legal_hold = "recours d'Amiens"
    for_audit = plain(client.get("/documents/1").text)
    assert "a modifié le document n° 1 gel – recours d'Amiens" in for_audit
    handler = signed_in(app, a_person(embedded, "g.gestion", Role.CLAIMS_HANDLER))
    told = told_on(handler)
    assert "a modifié le document n° 1 : gel" in plain(told)
    assert "recours" not in plain(told)
    assert "/people/changes/of/" not in told


def test_what_happened_is_told_in_english_on_english_pages_of_objects_and_of_the_logs(
    client: FlaskClient, embedded: Database, house: House
) -> None:
    with embedded.writing(TESTER) as session:
        session.get_one(Document, 1).legal_hold = "recours d'Amiens"
    client.get("/language/en")
    client.get("/documents/1/versions/1/file")
    client.get("/rate-papers/deposits/1")
    page = plain(client.get("/documents/1").text)
    assert "The system (test) changed document no. 1 hold – recours d'Amiens" in page
    assert "The system (test) created document no. 1" in page
    assert f"{house.viewer.sign_in} downloaded: " in page
    assert "History: document no. 1" in plain(client.get("/people/changes/of/documents:1").text)
    changes = client.get("/people/changes?export=csv&sort=-at").text
    assert "The system (test) changed document no. 1: hold" in changes
    assert "the system (test)" in changes
    assert "read: Feuille de calcul 2025;" in client.get("/people/readings?export=csv").text  # the words of the log
    pages = "".join(client.get(address).text for address in ("/documents/1", "/people/changes", "/people/readings"))
    assert not [word for word in (" a modifié", " a créé", " a téléchargé", "système", " n° ") if word in plain(pages)]


def test_a_note_to_correct_names_its_object_in_the_language_of_the_page(client: FlaskClient) -> None:
    def crumbs() -> str:
        return plain(client.post("/notes/documents:1", data={"text": ""}).text)

    assert "Le document n° 1" in crumbs()
    client.get("/language/en")
    assert "Document no. 1" in crumbs()


def test_a_letter_is_written_from_a_company_by_those_who_write_letters_for_it(
    app: Flask, client: FlaskClient, embedded: Database, house: House
) -> None:
    number = house.values["company_id"]
    address = f"/letters/new?about=companies:{number}"
    with app.test_request_context():
        page = history.address_of(f"companies:{number}")
    assert address in client.get(page).text
    assert client.get(address).status_code == 200
    employer = signed_in(app, a_person(embedded, "e.employeur", Role.EMPLOYER, company_id=number))
    assert address not in employer.get(page).text
    assert employer.get(address).status_code == 403


def test_a_long_history_folds_its_older_part(client: FlaskClient, embedded: Database) -> None:
    for turn in range(12):
        with embedded.writing(TESTER) as session:
            session.get_one(Document, 1).legal_hold = f"motif {turn}"
    told = told_on(client)
    assert "6 événements plus anciens" in plain(told)
    assert told.index("motif 11") < told.index("<details") < told.index("a créé")


def test_the_logs_lead_to_the_page_of_their_object(client: FlaskClient, embedded: Database) -> None:
    assert 'href="/documents/1"' in client.get("/people/changes/of/documents:1").text
    assert "Ouvrir cet objet" not in client.get("/people/changes/of/documents:99").text
    assert "Ouvrir cet objet" not in client.get("/people/changes/of/notes:1").text


def test_the_story_of_a_person_tells_their_roles_and_leaves_out_what_only_the_machine_counts(
    client: FlaskClient, embedded: Database, house: House
) -> None:
    told = client.get(f"/people/{house.viewer.user_id}").text.partition('class="history"')[2].partition("</section>")[0]
    assert "a créé le rôle accordé n° 1" in plain(told)
    assert "rôle – administrateur" in plain(told)
    with embedded.reading(TESTER) as session:
        entries = session.query(ChangeLogEntry).filter(ChangeLogEntry.subject == f"users:{house.viewer.user_id}").all()
    silent = [entry for entry in entries if entry.action == "changed" and set(entry.changes) == {"security_version"}]
    assert silent
    roles = [role for role in Role if role.reach is Reach.OFFICE] + [Role.LAWYER]
    assert told.count("timeline-sign") == len(entries) - len(silent) + len(roles)
