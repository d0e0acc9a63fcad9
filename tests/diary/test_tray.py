"""The mail tray: many letters dropped, each proposed with its reasons, filed with its clock, undone, cut and joined."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pytest
from sqlalchemy import select
from weasyprint import HTML

from atmp_insure.access.roles import Role, rights_of
from atmp_insure.db.actor import Actor, ScopeGrant
from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary import deadline_queries, tray_queries
from atmp_insure.diary.deadline_models import DeadlineState
from atmp_insure.diary.deadline_service import hand_over
from atmp_insure.diary.mailbox import received
from atmp_insure.diary.tray_models import Channel, LetterState, TrayLetter
from atmp_insure.diary.tray_reading import recognised
from atmp_insure.diary.tray_service import (
    Came,
    Dropped,
    Filing,
    TrayDesk,
    discard_letter,
    drop,
    file_letter,
    remake_letters,
    unfile_letter,
)
from atmp_insure.documents import pdf_pages
from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.models import Document
from atmp_insure.documents.object_store import FileStore
from atmp_insure.documents.page_images import page_text
from atmp_insure.documents.vault import Vault
from atmp_insure.kernel.errors import InvalidInput, Refused
from tests.db.builders import a_company, a_user, broker_of
from tests.diary.test_deadlines import clocks
from tests.engines import key_ring

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.engine import Database

NOW = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
FILER = Actor("gestionnaire", user_id=7, grants=(ScopeGrant(rights_of(Role.CLAIMS_HANDLER), everywhere=True),))
SIREN = "000000018"
NOTICE = "<p>Notification du taux de cotisation notifié 2026</p><p>SIRET 000 000 018 00010</p>"


def a_pdf(*pages: str) -> bytes:
    html = "".join(f"<section style='page-break-after:always'>{page}</section>" for page in pages)
    return bytes(HTML(string=html).write_pdf())


class Tray:
    """The tray of an office that knows one company."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.company_id = a_company(database, SIREN)
        self.desk = TrayDesk(Vault(FileStore(folder / "vault"), key_ring()), clocks(), NOW, document_kinds())

    def drop(self, *files: tuple[str, bytes], actor: Actor = FILER, came: Came | None = None) -> Dropped:
        given = [accepted(name, content, 10**8) for name, content in files]
        with self.database.writing(actor) as session:
            return drop(session, self.desk, given, came or Came())

    def one(self, *pages: str) -> TrayLetter:
        (letter,) = self.drop(("lettre.pdf", a_pdf(*pages))).letters
        return letter

    def file(self, letter: TrayLetter, filing: Filing, content: bytes) -> None:
        with self.database.writing(FILER) as session:
            file_letter(session, self.desk, tray_queries.get_letter(session, letter.id), filing, content)

    def letters(self) -> list[TrayLetter]:
        with self.database.reading(FILER) as session:
            return list(session.scalars(tray_queries.letters().order_by(TrayLetter.id)))


@pytest.fixture
def tray(database: Database, tmp_path: Path) -> Tray:
    return Tray(database, tmp_path)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Notification du taux de cotisation", "rate_notice"),
        ("Nous vous notifions la prise en charge de l'accident", "fund_decision"),
        ("Certificat médical initial", "medical_certificate"),
        ("FEUILLE DE CALCUL du taux", "calculation_sheet"),
        ("Cour d'appel d'Amiens", "court_paper"),
        ("Bonjour, merci de votre appel", None),
    ],
)
def test_a_kind_is_proposed_by_the_words_of_such_letters(text: str, kind: str | None) -> None:
    found = recognised([text])
    assert found.kind == kind
    assert bool(found.reasons) is (kind is not None)


@pytest.mark.parametrize(
    ("text", "sirens"),
    [
        ("SIRET 000 000 018 00010", (SIREN,)), ("SIREN 000000018.", (SIREN,)), ("n° 00000001800011", ()),
        ("téléphone 01 23 45 67 89", ()), ("", ()),
    ],
)  # fmt: skip
def test_a_company_is_proposed_by_a_number_with_a_right_key(text: str, sirens: tuple[str, ...]) -> None:
    assert recognised([text]).sirens == sirens


def test_a_letter_is_proposed_for_its_company_with_the_reasons(tray: Tray) -> None:
    letter = tray.one(NOTICE)
    assert (letter.proposed_kind, letter.proposed_company_id) == ("rate_notice", tray.company_id)
    assert "SIRET 00000001800010 page 1" in letter.reasons


def test_the_same_letter_dropped_twice_waits_once(tray: Tray) -> None:
    content = a_pdf(NOTICE)
    tray.drop(("lettre.pdf", content))
    assert tray.drop(("copie.pdf", content)).repeated == ["copie.pdf"]
    assert len(tray.letters()) == 1


def test_filing_a_notice_puts_it_in_its_file_and_starts_its_clock(tray: Tray) -> None:
    content = a_pdf(NOTICE)
    (letter,) = tray.drop(("lettre.pdf", content), came=Came(Channel.PAPER)).letters
    tray.file(letter, Filing("rate_notice", tray.company_id, rule="rate_contest", event_on=date(2026, 1, 8)), content)
    (filed,) = tray.letters()
    assert filed.state is LetterState.FILED
    with tray.database.reading(FILER) as session:
        document = session.get(Document, filed.filed_document_id)
        (deadline,) = session.scalars(deadline_queries.deadlines()).all()
    assert document is not None
    assert (document.kind, document.company_id) == ("rate_notice", tray.company_id)
    assert (deadline.rule, deadline.due_on) == ("rate_contest", date(2026, 3, 9))
    assert deadline.subject == f"documents:{document.id}"


def test_a_clock_needs_its_day_and_nothing_is_filed_without_it(tray: Tray) -> None:
    letter = tray.one(NOTICE)
    with pytest.raises(InvalidInput, match="jour de réception absent"):
        tray.file(letter, Filing("rate_notice", tray.company_id, rule="rate_contest"), a_pdf(NOTICE))
    assert tray.letters()[0].state is LetterState.WAITING


def test_what_was_filed_by_mistake_is_taken_back_with_its_deadline(tray: Tray) -> None:
    content = a_pdf(NOTICE)
    (letter,) = tray.drop(("lettre.pdf", content)).letters
    filing = Filing("rate_notice", tray.company_id, rule="rate_contest", event_on=date(2026, 1, 8))
    tray.file(letter, filing, content)
    with tray.database.writing(FILER) as session:
        assert unfile_letter(session, tray_queries.get_letter(session, letter.id), NOW)
    assert tray.letters()[0].state is LetterState.WAITING
    with tray.database.reading(FILER) as session:
        (deadline,) = session.scalars(deadline_queries.deadlines()).all()
        erased = session.scalar(select(Document).where(Document.company_id == tray.company_id))
    assert deadline.state is DeadlineState.VOID
    assert erased is not None
    assert erased.erased_at is not None


@pytest.mark.parametrize("first_company", ["000000026", SIREN], ids=["another company", "the same company"])
def test_a_letter_taken_back_and_filed_again_runs_where_it_is_filed_now(tray: Tray, first_company: str) -> None:
    """A contest of two months would be lost silently if its deadline stayed void, or in the other file."""
    mistaken = tray.company_id if first_company == SIREN else a_company(tray.database, first_company)
    content, colleague = a_pdf(NOTICE), a_user(tray.database)
    (letter,) = tray.drop(("lettre.pdf", content)).letters
    filing = Filing("rate_notice", mistaken, rule="rate_contest", event_on=date(2026, 1, 8))
    tray.file(letter, filing, content)
    with tray.database.writing(FILER) as session:
        (before,) = session.scalars(deadline_queries.deadlines()).all()
        hand_over(session, before, colleague, Role.CLAIMS_HANDLER)
        unfile_letter(session, tray_queries.get_letter(session, letter.id), NOW)
    tray.file(letter, replace(filing, company_id=tray.company_id), content)
    with tray.database.reading(FILER) as session:
        (deadline,) = session.scalars(deadline_queries.deadlines()).all()
    assert (deadline.state, deadline.ended_at, deadline.ended_reason) == (DeadlineState.OPEN, None, None)
    assert (deadline.company_id, deadline.due_on) == (tray.company_id, date(2026, 3, 9))
    assert deadline.subject == f"documents:{tray.letters()[0].filed_document_id}"
    assert (deadline.team, deadline.owner_id) == (Role.LAWYER, None)


def test_taking_a_duplicate_back_leaves_the_paper_and_the_deadline_that_were_there_before(tray: Tray) -> None:
    content = a_pdf(NOTICE)
    filing = Filing("rate_notice", tray.company_id, rule="rate_contest", event_on=date(2026, 1, 8))
    (first,) = tray.drop(("lettre.pdf", content)).letters
    tray.file(first, filing, content)
    with tray.database.writing(FILER) as session:
        session.get_one(Document, tray.letters()[0].filed_document_id).received_at = NOW - timedelta(hours=1)
    (copy,) = tray.drop(("copie.pdf", content)).letters
    tray.file(copy, filing, content)
    with tray.database.writing(FILER) as session:
        assert unfile_letter(session, tray_queries.get_letter(session, copy.id), NOW) == ()
    with tray.database.reading(FILER) as session:
        states = {one.key: one.state for one in session.scalars(deadline_queries.deadlines())}
        [paper] = session.scalars(select(Document).where(Document.company_id == tray.company_id))
    assert paper.erased_at is None
    assert states[f"tray:{first.id}:rate_contest"] is DeadlineState.OPEN
    assert states[f"tray:{copy.id}:rate_contest"] is DeadlineState.VOID
    assert [one.state for one in tray.letters()] == [LetterState.FILED, LetterState.WAITING]


def test_another_person_cannot_take_it_back(tray: Tray) -> None:
    content = a_pdf(NOTICE)
    (letter,) = tray.drop(("lettre.pdf", content)).letters
    tray.file(letter, Filing("rate_notice", tray.company_id), content)
    other = replace(FILER, name="collegue")
    with pytest.raises(Refused, match="responsable"), tray.database.writing(other) as session:
        unfile_letter(session, tray_queries.get_letter(session, letter.id), NOW)
    assert tray.letters()[0].state is LetterState.FILED


def test_a_letter_is_set_aside_with_a_reason_only(tray: Tray) -> None:
    letter = tray.one("Publicité")
    with tray.database.writing(FILER) as session:
        kept = tray_queries.get_letter(session, letter.id)
        with pytest.raises(InvalidInput, match="motif absent"):
            discard_letter(session, kept, " ", NOW)
        discard_letter(session, kept, "publicité", NOW)
    assert tray.letters()[0].state is LetterState.DISCARDED


def test_a_heap_is_cut_into_letters_each_with_its_own_proposal(tray: Tray) -> None:
    heap = a_pdf("Bonjour", NOTICE, "suite de la notification")
    (letter,) = tray.drop(("numerisation.pdf", heap)).letters
    with tray.database.writing(FILER) as session:
        first = tray_queries.get_letter(session, letter.id)
        done = remake_letters(session, tray.desk, [first], lambda: pdf_pages.split(heap, [2]))
    assert [one.proposed_kind for one in done.letters] == [None, "rate_notice"]
    assert [one.state for one in tray.letters()] == [LetterState.REPLACED, LetterState.WAITING, LetterState.WAITING]


@pytest.mark.parametrize("starts", [[], [1], [9], [0]])
def test_a_cut_that_no_page_allows_is_refused(starts: list[int]) -> None:
    with pytest.raises(InvalidInput, match="aucune coupe possible"):
        pdf_pages.split(a_pdf("un", "deux"), starts)


def test_pages_are_turned_and_files_put_together_in_order() -> None:
    whole = pdf_pages.joined([a_pdf("premier"), a_pdf("second")])
    assert [page_text(whole, 1), page_text(whole, 2)] == ["premier", "second"]
    turned = pdfium.PdfDocument(io.BytesIO(pdf_pages.rotated(whole, 1)))
    assert [page.get_rotation() for page in turned] == [90, 90]
    with pytest.raises(InvalidInput, match="un seul document"):
        pdf_pages.joined([whole])


def test_whoever_is_not_of_the_office_has_no_tray(tray: Tray) -> None:
    tray.one(NOTICE)
    stranger = broker_of(99, rights=rights_of(Role.BROKER) | {"mail.file"})
    with tray.database.reading(stranger) as session:
        assert session.scalars(tray_queries.letters()).all() == []
    with pytest.raises(OutOfScope):
        tray.drop(("autre.pdf", a_pdf("autre")), actor=stranger)


def a_message(*attachments: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"] = "Caisse de démonstration <caisse@exemple.invalid>"
    message["Date"] = "Tue, 20 Jan 2026 10:00:00 +0100"
    message.set_content("Bonjour")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


def test_a_forwarded_message_gives_its_attachments_and_names_those_it_refuses() -> None:
    found = received(a_message(("lettre.pdf", a_pdf(NOTICE)), ("virus.exe", b"MZ")), 10**8)
    assert [one.name for one in found.files] == ["lettre.pdf"]
    assert found.refused[0].startswith("virus.exe")
    assert found.sent_at == datetime(2026, 1, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("content", [b"", b"not a message", b"Date: never\n\n"])
def test_a_message_that_says_nothing_gives_nothing(content: bytes) -> None:
    assert received(content, 10**8).files == ()
