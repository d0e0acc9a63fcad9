"""Tags of notes: short words in clear, written one way, offered to and found by those who may read the note alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.db.actor import Actor, ScopeGrant
from atmp_insure.diary import queries, service
from atmp_insure.diary.models import NoteReaders
from atmp_insure.diary.service import NoteSubject
from atmp_insure.diary.tags import LONGEST_TAG, MOST_TAGS, tags_of
from atmp_insure.kernel.errors import InvalidInput
from tests.application import a_person, an_application, signed_in, texts
from tests.db.builders import a_company, a_document, a_user, an_organisation
from tests.documents.shelf import NOW, OFFICE, STRANGER, of_company

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

SUBJECT = "documents:1"
WRITING = ("notes.write", "notes.read")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ()), (" , ;", ()), ("À relancer", ("à relancer",)), ("caisse,  URGENT \n caisse", ("caisse", "urgent")),
        ("À relancer, a relancer", ("à relancer",)), ("taux 2026", ("taux 2026",)), ("l'expert", ("l'expert",)),
        ("x" * LONGEST_TAG, ("x" * LONGEST_TAG,)), ("a,b,c,d,e", ("a", "b", "c", "d", "e")),
    ],
)  # fmt: skip
def test_tags_are_typed_between_commas_and_written_one_way(typed: str, found: tuple[str, ...]) -> None:
    assert tags_of(typed) == found


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * (LONGEST_TAG + 1), f"dépasse {LONGEST_TAG} caractères"),
        (",".join(f"mot{letter}" for letter in "abcdef"), f"6 étiquettes, {MOST_TAGS} au plus"),
        ("a@exemple.invalid", "n'est pas un mot"), ("dossier 12345", "n'est pas un mot"), ("a|b", "n'est pas un mot"),
    ],
)  # fmt: skip
def test_what_is_no_word_is_refused(typed: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        tags_of(typed)


def a_writer(database: Database, company_id: int, *rights: str) -> Actor:
    return Actor("claire", a_user(database, "claire"), of_company(company_id, *(rights or WRITING)).grants)


def write(database: Database, actor: Actor, tags: str, company_id: int, readers: NoteReaders) -> None:
    with database.writing(actor) as session:
        about = NoteSubject(SUBJECT, company_id)
        service.write_note(session, about, "Rappeler.", readers, author_name="Claire", now=NOW, tags=tags)


def offered(database: Database, actor: Actor, beginning: str = "") -> list[tuple[str, int]]:
    with database.reading(actor) as session:
        return queries.list_tags(session, beginning, 9)


def test_those_used_before_are_offered_to_who_reads_these_notes_the_most_used_first(database: Database) -> None:
    company = a_company(database)
    broker = a_writer(database, company)
    write(database, broker, "caisse, à relancer", company, NoteReaders.SHARED)
    write(database, broker, "Caisse", company, NoteReaders.SHARED)
    assert offered(database, broker) == [("caisse", 2), ("à relancer", 1)]
    assert offered(database, broker, "a rel") == [("à relancer", 1)]
    assert offered(database, OFFICE, "ca") == [("caisse", 2)]
    assert offered(database, STRANGER) == []


def test_the_tags_of_a_privileged_note_are_for_the_lawyers_alone(database: Database) -> None:
    company = a_company(database)
    lawyer = a_writer(database, company, *WRITING, "documents.privileged")
    write(database, lawyer, "moyen", company, NoteReaders.LAWYERS)
    clerk = Actor("bureau", 901, (ScopeGrant(OFFICE.grants[0].rights - {"documents.privileged"}, everywhere=True),))
    broker = of_company(company, *WRITING)
    assert offered(database, lawyer) == [("moyen", 1)]
    for other in (clerk, broker):
        assert offered(database, other) == []
        with database.reading(other) as session:
            assert session.scalars(queries.notes().where(queries.tagged("moyen"))).all() == []


def test_notes_of_an_object_are_filtered_by_one_tag(database: Database) -> None:
    company = a_company(database)
    broker = a_writer(database, company)
    write(database, broker, "caisse", company, NoteReaders.SHARED)
    write(database, broker, "relance", company, NoteReaders.SHARED)
    with database.reading(broker) as session:
        assert len(queries.list_notes(session, SUBJECT)) == 2
        [found] = queries.list_notes(session, SUBJECT, "caisse")
    assert [one.tag for one in found.tags] == ["caisse"]


@pytest.fixture
def client(embedded: Database, tmp_path: Path) -> FlaskClient:
    a_document(embedded, a_company(embedded, reached_by=(an_organisation(embedded),)))
    return signed_in(an_application(embedded, tmp_path), a_person(embedded, "g.gestion", Role.CLAIMS_HANDLER))


def test_a_note_shows_its_tags_which_filter_the_page_and_lead_to_all_notes(client: FlaskClient) -> None:
    for text, tags in (("Appeler.", "à relancer, caisse"), ("Relire.", "caisse"), ("Sans étiquette.", "")):
        assert client.post("/notes/documents:1", data={"text": text, "tags": tags}).status_code == 302
    page = client.get("/documents/1")
    assert 'href="/documents/1?tag=%C3%A0+relancer#notes"' in page.text
    filtered = texts(client.get("/documents/1?tag=à relancer").text)
    assert "Appeler." in filtered
    assert "Relire." not in filtered
    assert "Toutes les notes sous cette étiquette" in filtered
    everywhere = client.get("/notes?q=caisse")
    assert everywhere.text.count('data-href="/documents/1"') == 2
    assert "caisse 2" in texts(everywhere.text)
    assert "Sans étiquette." in texts(client.get("/notes").text)


def test_tags_are_offered_after_those_already_typed(client: FlaskClient) -> None:
    client.post("/notes/documents:1", data={"text": "x", "tags": "à relancer, caisse"})
    offers = client.get("/notes/tags?tags=urgent, A r").text
    assert re.findall(r'value="([^"]*)"', offers) == ["urgent, à relancer"]
    assert re.findall(r'value="([^"]*)"', client.get("/notes/tags?tags=ca").text) == ["caisse"]


def test_a_tag_that_is_no_word_comes_back_with_the_note(client: FlaskClient) -> None:
    answer = client.post("/notes/documents:1", data={"text": "Appeler.", "tags": "a@exemple.invalid"})
    assert answer.status_code == 422
    assert "n&#39;est pas un mot" in answer.text
    assert 'value="a@exemple.invalid"' in answer.text
    assert "Appeler." in answer.text
