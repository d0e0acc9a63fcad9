"""Notes and their tags as a program writes and finds them: for whoever reads the note, on what the token shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.access.models import Organisation
from atmp_insure.access.roles import Role
from atmp_insure.access.token_scopes import TokenScope
from atmp_insure.db.actor import system
from atmp_insure.diary.models import Note, NoteTag
from atmp_insure.parties.models import Company
from atmp_insure.parties.reach_service import let_follow
from tests.api.test_resources import pages, require_problem
from tests.application import a_program, a_token
from tests.db.builders import a_document, an_organisation
from tests.diary.programs import ROOT, a_broker, a_program_of, places, told

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from tests.application import Person

NOTES, TAGS = f"{ROOT}/notes", f"{ROOT}/note-tags"
BODY: dict[str, Any] = {"subject": "companies:1", "text": "Rappeler lundi", "readers": None, "tags": []}


def texts_of(client: FlaskClient, question: str = "") -> list[str]:
    return [one["text"] for one in told(client.get(f"{NOTES}?{question}"))["items"]]


def tags_of(client: FlaskClient, question: str = "") -> list[tuple[str, int]]:
    return [(one["tag"], one["note_count"]) for one in told(client.get(f"{TAGS}?{question}"))["tags"]]


def test_a_note_carries_its_tags_by_which_it_is_found_whatever_their_accents(handler: FlaskClient) -> None:
    written = told(handler.post(NOTES, json=BODY | {"tags": ["À Relancer", "caisse", "a relancer"]}), 201)
    assert written["tags"] == ["à relancer", "caisse"]  # written one way, each once
    told(handler.post(NOTES, json=BODY | {"text": "Relire", "tags": ["caisse"]}), 201)
    told(handler.post(NOTES, json=BODY | {"text": "Sans étiquette"}), 201)
    assert texts_of(handler, "subject=companies:1&tag=a relancer") == ["Rappeler lundi"]
    assert texts_of(handler, "tag=CAISSE") == ["Relire", "Rappeler lundi"]
    assert texts_of(handler, "tag=cais") == []  # a whole word
    assert texts_of(handler) == ["Sans étiquette", "Relire", "Rappeler lundi"]
    assert [len(page) for page in pages(handler, NOTES, 2)] == [2, 1]
    assert tags_of(handler) == [("caisse", 2), ("à relancer", 1)]
    assert tags_of(handler, "beginning=À r") == [("à relancer", 1)]
    assert tags_of(handler, "size=1") == [("caisse", 2)]


def test_a_tag_that_is_no_word_is_told_at_its_place_and_nothing_is_written(
    handler: FlaskClient, database: Database
) -> None:
    wrong = {
        "/tags": [["a@exemple.invalid"], ["dossier 12345"], [f"mot{letter}" for letter in "abcdef"]],
        "/tags/1": [["caisse", "x" * 25], ["caisse", "a,b"]],
    }  # fmt: skip
    for place, cases in wrong.items():
        for tags in cases:
            assert places(handler.post(NOTES, json=BODY | {"tags": tags})) == [place], tags
    told(handler.post(NOTES, json=BODY | {"tags": ["x" * 24, "a", "b", "c", "d"]}), 201)  # the longest, and the most
    tried = told(handler.post(f"{NOTES}?preview=true", json=BODY | {"tags": ["essai"]}), 201)
    assert tried["tags"] == ["essai"]
    with database.reading(system("test")) as session:
        assert (session.query(Note).count(), session.query(NoteTag).count()) == (1, 5)


def test_a_note_sent_twice_under_one_key_is_one_note(handler: FlaskClient) -> None:
    answers = [
        handler.post(NOTES, json=BODY | {"tags": ["caisse"]}, headers={"Idempotency-Key": "k1"}) for _ in range(2)
    ]
    assert told(answers[0], 201) == answers[1].get_json()
    assert tags_of(handler) == [("caisse", 1)]


def test_all_notes_are_those_on_what_the_token_shows(
    app: Flask, handler: FlaskClient, database: Database, person: Person
) -> None:
    paper = a_document(database, 1)
    told(handler.post(NOTES, json=BODY | {"readers": "shared"}), 201)
    told(handler.post(NOTES, json=BODY | {"subject": f"documents:{paper}", "text": "Lire", "tags": ["caisse"]}), 201)
    narrow = a_program(app, a_token(database, person, TokenScope.READ_NOTES, TokenScope.READ_COMPANIES))
    assert (texts_of(handler), texts_of(narrow)) == (["Lire", "Rappeler lundi"], ["Rappeler lundi"])
    assert texts_of(narrow, "tag=caisse") == []
    require_problem(narrow.get(f"{NOTES}?subject=documents:{paper}"), 404)
    broker = a_broker(app, database)
    assert (texts_of(broker), tags_of(broker)) == ([], [])
    require_problem(a_program_of(app, database, Role.INSURER, organisation_id=1).get(TAGS), 403)


def test_a_lawyer_lifts_the_secret_of_a_note_from_a_program_once(
    app: Flask, handler: FlaskClient, database: Database
) -> None:
    firm = an_organisation(database, "Cabinet Exemple", "law_firm")
    with database.writing(system("test")) as session:
        let_follow(session, session.get_one(Company, 1), session.get_one(Organisation, firm))
    lawyer = a_program_of(app, database, Role.LAWYER, organisation_id=firm)
    note = told(lawyer.post(NOTES, json=BODY | {"text": "Moyen", "readers": "lawyers"}), 201)
    assert (note["released_at"], texts_of(handler)) == (None, [])
    release = f"{NOTES}/{note['id']}/release"
    require_problem(handler.post(release, json={"readers": "shared"}), 404)
    assert places(lawyer.post(release, json={"readers": "lawyers"})) == ["/readers"]
    assert told(lawyer.post(f"{release}?preview=true", json={"readers": "shared"}))["readers"] == "shared"
    assert texts_of(handler) == []
    lifted = told(lawyer.post(release, json={"readers": "shared"}))
    assert lifted["released_by"] == "P Lawyer 0"
    assert texts_of(handler) == ["Moyen"]
    require_problem(lawyer.post(release, json={"readers": "office"}), 409)
