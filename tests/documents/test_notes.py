"""Notes on an object: for their author and those they were written for; and what happened to it, for who sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.db.actor import Actor
from atmp_insure.db.scope import outside_scope
from atmp_insure.diary import queries, service
from atmp_insure.diary.models import Note, NoteReaders
from atmp_insure.diary.service import NoteSubject
from atmp_insure.documents.models import Confidentiality, Document
from atmp_insure.documents.queries import get_document
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from tests.db.builders import a_company, a_document, a_user
from tests.documents.shelf import NOW, OFFICE, STRANGER, TESTER, of_company

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

SUBJECT = "documents:1"
WRITING = ("notes.write", "notes.read")
SHARED, LAWYERS = NoteReaders.SHARED, NoteReaders.LAWYERS
ON_PRIVILEGED, ON_MEDICAL = Confidentiality.PRIVILEGED, Confidentiality.MEDICAL


def a_writer(database: Database, company_id: int | None, *rights: str, sign_in: str = "claire") -> Actor:
    """Someone of a company, or of the office when none is named, who has an account."""
    grants = OFFICE.grants if company_id is None else of_company(company_id, *(rights or WRITING)).grants
    return Actor(sign_in, a_user(database, sign_in), grants)


def notes_seen(database: Database, actor: Actor) -> list[str]:
    with database.reading(actor) as session:
        return [note.text for note in queries.list_notes(session, SUBJECT)]


def write(
    database: Database,
    actor: Actor,
    text: str,
    company_id: int | None,
    readers: NoteReaders | None = None,
    *,
    on: Confidentiality = Confidentiality.PLAIN,
) -> Note:
    with database.writing(actor) as session:
        about = NoteSubject(SUBJECT, company_id, on)
        return service.write_note(session, about, text, readers, author_name="Claire", now=NOW)


def possible(database: Database, actor: Actor, about: NoteSubject) -> tuple[NoteReaders, ...]:
    with database.reading(actor) as session:
        return service.possible_readers(session, about)


def test_a_note_is_read_by_those_of_the_company_who_read_notes(database: Database) -> None:
    company = a_company(database)
    author = a_writer(database, company)
    write(database, author, "  Rappeler la caisse.  ", company)
    write(database, author, "Rappelée.", company)
    assert notes_seen(database, author) == ["Rappelée.", "Rappeler la caisse."]
    assert len(notes_seen(database, of_company(company, "notes.read"))) == 2
    assert len(notes_seen(database, OFFICE)) == 2
    assert notes_seen(database, STRANGER) == []
    assert notes_seen(database, of_company(company)) == []  # without the right to read notes


def test_a_note_of_the_office_stays_there_unless_it_is_shared(database: Database) -> None:
    company = a_company(database)
    clerk = a_writer(database, None)
    broker = of_company(company, *WRITING)
    assert write(database, clerk, "Client à ménager.", company, NoteReaders.OFFICE).readers is NoteReaders.OFFICE
    assert notes_seen(database, broker) == []
    write(database, clerk, "Pièce à redemander.", company, SHARED)
    assert notes_seen(database, broker) == ["Pièce à redemander."]
    write(database, clerk, "Sur rien de particulier.", None)
    assert notes_seen(database, broker) == ["Pièce à redemander."]
    assert len(notes_seen(database, OFFICE)) == 3


def test_a_note_between_lawyers_is_theirs_alone(database: Database) -> None:
    company = a_company(database)
    lawyer = a_writer(database, company, *WRITING, "documents.privileged")
    write(database, lawyer, "Moyen à soulever.", company, LAWYERS, on=ON_PRIVILEGED)
    assert notes_seen(database, lawyer) == ["Moyen à soulever."]
    assert notes_seen(database, of_company(company, "documents.privileged")) == ["Moyen à soulever."]
    assert notes_seen(database, of_company(company, *WRITING)) == []
    other_office = Actor("bureau", 901, (of_company(company, *WRITING).grants[0],))
    assert notes_seen(database, other_office) == []


def release(
    database: Database, actor: Actor, note: Note, to: NoteReaders, on: Confidentiality = Confidentiality.PLAIN
) -> None:
    with database.writing(actor) as session:
        about = NoteSubject(SUBJECT, note.company_id, on)
        found = queries.get_note(session, note.id)
        service.release_note(session, found, about, to, released_by="Me Exemple", now=NOW)


def test_a_lawyer_lifts_the_secret_of_a_note_for_the_office_or_for_all_who_follow(database: Database) -> None:
    company = a_company(database)
    lawyer = a_writer(database, company, *WRITING, "documents.privileged")
    clerk = Actor("bureau", 901, (type(OFFICE.grants[0])(frozenset(WRITING), everywhere=True),))
    broker = of_company(company, *WRITING)
    strategy = write(database, lawyer, "Moyen à soulever.", company, LAWYERS)
    advice = write(database, lawyer, "Avis : contester.", company, LAWYERS)
    release(database, lawyer, strategy, NoteReaders.OFFICE)
    assert notes_seen(database, clerk) == ["Moyen à soulever."]
    assert notes_seen(database, broker) == []
    release(database, lawyer, advice, SHARED)
    assert notes_seen(database, clerk) == ["Avis : contester.", "Moyen à soulever."]
    assert notes_seen(database, broker) == ["Avis : contester."]
    assert notes_seen(database, STRANGER) == []
    with database.reading(lawyer) as session:
        found = queries.get_note(session, strategy.id)
        assert (found.released_at, found.released_by) == (NOW, "Me Exemple")


def test_a_colleague_of_the_firm_lifts_it_too_even_for_readers_they_are_not_among(database: Database) -> None:
    company = a_company(database)
    author = a_writer(database, company, *WRITING, "documents.privileged")
    colleague = a_writer(database, company, *WRITING, "documents.privileged", sign_in="confrere")
    note = write(database, author, "Moyen.", company, LAWYERS)
    release(database, colleague, note, NoteReaders.OFFICE)
    assert notes_seen(database, colleague) == []
    assert notes_seen(database, author) == ["Moyen."]


def test_the_tags_of_a_note_are_lifted_with_it(database: Database) -> None:
    company = a_company(database)
    lawyer = a_writer(database, company, *WRITING, "documents.privileged")
    broker = of_company(company, *WRITING)
    with database.writing(lawyer) as session:
        about = NoteSubject(SUBJECT, company)
        note = service.write_note(session, about, "Moyen.", LAWYERS, author_name="Me", now=NOW, tags="moyen")
    with database.reading(broker) as session:
        assert queries.list_tags(session, "", 9) == []
    release(database, lawyer, note, SHARED)
    with database.reading(broker) as session:
        assert queries.list_tags(session, "", 9) == [("moyen", 1)]


def test_the_secret_of_a_note_is_nobody_elses_to_lift_and_is_lifted_once(database: Database) -> None:
    company = a_company(database)
    lawyer = a_writer(database, company, *WRITING, "documents.privileged")
    note = write(database, lawyer, "Moyen.", company, LAWYERS)
    with pytest.raises(NotFound):  # whoever may not read it cannot lift it either
        release(database, of_company(company, *WRITING), note, SHARED)
    with pytest.raises(Refused, match="pas à vous"):  # a reader who writes no notes
        release(database, of_company(company, "notes.read", "documents.privileged"), note, SHARED)
    with pytest.raises(InvalidInput, match="déjà pour eux"):
        release(database, lawyer, note, LAWYERS)
    with pytest.raises(Refused, match="pas à vous"):  # the paper stays secret, and its note with it
        release(database, lawyer, note, SHARED, ON_PRIVILEGED)
    release(database, lawyer, note, SHARED)
    with pytest.raises(Refused, match="déjà levé"):
        release(database, lawyer, note, NoteReaders.OFFICE)


def test_nobody_is_offered_readers_beyond_those_of_the_object_or_beyond_their_own_rights(database: Database) -> None:
    company, other = a_company(database), a_company(database, "000000026")
    office = OFFICE.grants[0].rights - {"documents.privileged"}
    clerk = Actor("bureau", 901, (type(OFFICE.grants[0])(office, everywhere=True),))
    lawyer = of_company(company, *WRITING, "documents.privileged")
    about = NoteSubject(SUBJECT, company)
    assert possible(database, clerk, about) == (NoteReaders.OFFICE, SHARED)
    assert possible(database, clerk, NoteSubject("runs:1")) == (NoteReaders.OFFICE,)
    assert possible(database, clerk, NoteSubject(SUBJECT, company, ON_PRIVILEGED)) == ()
    assert possible(database, lawyer, about) == (LAWYERS, SHARED)
    assert possible(database, lawyer, NoteSubject(SUBJECT, company, ON_PRIVILEGED)) == (LAWYERS,)
    assert possible(database, lawyer, NoteSubject(SUBJECT, other)) == ()
    assert possible(database, lawyer, NoteSubject("organisations:1")) == ()
    assert possible(database, of_company(company, "notes.read"), about) == ()
    for anyone in (clerk, lawyer, OFFICE, TESTER):
        assert possible(database, anyone, NoteSubject(SUBJECT, company, ON_MEDICAL)) == ()


def test_a_note_says_something_and_comes_from_a_person(database: Database) -> None:
    company = a_company(database)
    author = a_writer(database, company)
    with pytest.raises(InvalidInput, match="vide"):
        write(database, author, " \n ", company)
    write(database, author, "x" * service.LONGEST_NOTE, company)
    with pytest.raises(InvalidInput, match="plus de 5000 caractères"):
        write(database, author, "x" * (service.LONGEST_NOTE + 1), company)
    with pytest.raises(InvalidInput, match="pour eux"):
        write(database, author, "x", company, LAWYERS)
    with pytest.raises(Refused, match="pas de note ici"):
        write(database, author, "x", company, SHARED, on=ON_MEDICAL)
    with pytest.raises(Refused, match="vient d'une personne"):
        write(database, TESTER, "x", company)


def test_a_row_says_whose_it_is_and_how_confidential(database: Database) -> None:
    company = a_company(database)
    number = a_document(database, company, confidentiality=Confidentiality.NAMED)
    with database.reading(TESTER) as session, outside_scope("test"):
        document = session.get_one(Document, number)
        assert service.subject_of(document) == NoteSubject(f"documents:{number}", company, Confidentiality.NAMED)


def test_what_happened_to_an_object_is_told_to_whoever_sees_it(database: Database) -> None:
    company = a_company(database)
    number = a_document(database, company)
    with database.writing(TESTER) as session:
        document = get_document(session, number)
        document.legal_hold = "recours"
    for actor in (OFFICE, of_company(company)):
        with database.reading(actor) as session:
            told = queries.list_history(session, [get_document(session, number)])
            assert [entry.action for entry in told] == ["changed", "added"]
    for actor in (STRANGER, of_company(company, "notes.read")):
        with database.reading(actor) as session:
            with pytest.raises(NotFound):
                get_document(session, number)
            assert queries.list_history(session, [document]) == []  # even for a row got some other way
