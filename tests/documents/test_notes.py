"""Notes on an object: for their author and those who reach its company with the right to read notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.db.actor import Actor
from atmp_insure.diary import queries, service
from atmp_insure.kernel.errors import InvalidInput, Refused
from tests.db.builders import a_company, a_user
from tests.documents.shelf import NOW, OFFICE, STRANGER, TESTER, of_company

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

SUBJECT = "documents:1"


def notes_seen(database: Database, actor: Actor) -> list[str]:
    with database.reading(actor) as session:
        return [note.text for note in queries.list_notes(session, SUBJECT)]


def write(database: Database, actor: Actor, text: str, company_id: int) -> None:
    with database.writing(actor) as session:
        service.write_note(session, SUBJECT, text, author_name="Claire", now=NOW, company_id=company_id)


def test_a_note_is_read_by_those_of_the_company_who_read_notes(database: Database) -> None:
    company = a_company(database)
    author = Actor("claire", a_user(database), of_company(company, "notes.write", "notes.read").grants)
    write(database, author, "  Rappeler la caisse.  ", company)
    write(database, author, "Rappelée.", company)
    assert notes_seen(database, author) == ["Rappelée.", "Rappeler la caisse."]
    assert len(notes_seen(database, OFFICE)) == 2
    assert notes_seen(database, STRANGER) == []
    assert notes_seen(database, of_company(company)) == []  # without the right to read notes


def test_a_note_says_something_and_comes_from_a_person(database: Database) -> None:
    company = a_company(database)
    author = Actor("claire", a_user(database), of_company(company, "notes.write", "notes.read").grants)
    with pytest.raises(InvalidInput, match="vide"):
        write(database, author, " \n ", company)
    write(database, author, "x" * service.LONGEST_NOTE, company)
    with pytest.raises(InvalidInput, match="plus de 5000 signes"):
        write(database, author, "x" * (service.LONGEST_NOTE + 1), company)
    with pytest.raises(Refused, match="vient d'une personne"):
        write(database, TESTER, "x", company)
