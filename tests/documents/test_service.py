"""Putting away, versions, holds, retention and erasure; each rule on both sides, and the walls between people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.access.logs import ChangeLogEntry, ReadingLogEntry
from atmp_insure.db.runs import RunState, work_chunk
from atmp_insure.db.scope import OutOfScope
from atmp_insure.documents import jobs, queries, service
from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.kinds import RetentionEvent, document_kinds
from atmp_insure.documents.models import Confidentiality
from atmp_insure.documents.service import EndingEvent, Reader
from atmp_insure.documents.vault import DamagedObject
from atmp_insure.documents.vault_care import remove_unreferenced
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from tests.db.builders import a_company
from tests.documents.papers import a_pdf, a_pdf_with_script
from tests.documents.shelf import MEGABYTE, NOW, OFFICE, STRANGER, TESTER, doctor_of, of_company, put_away

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.models import Document
    from atmp_insure.documents.vault import Vault

TODAY = NOW.date()


def change(
    database: Database, actor: Actor, document_id: int, act: Callable[[ScopedSession, Document], object]
) -> None:
    with database.writing(actor) as session:
        act(session, queries.get_document(session, document_id))


def seen_by(database: Database, actor: Actor, document_id: int) -> Document:
    with database.reading(actor) as session:
        return queries.get_document(session, document_id)


def readings(database: Database) -> list[tuple[str, str, str]]:
    with database.reading(TESTER) as session:
        return [(one.actor, one.action, one.what) for one in session.scalars(select(ReadingLogEntry))]


def test_a_paper_takes_the_name_and_the_level_of_its_kind(database: Database, vault: Vault) -> None:
    done = put_away(database, vault, a_company(database), kind="rate_notice")
    document = seen_by(database, OFFICE, done.document.id)
    assert (document.title, document.search_title) == ("Notification du taux", "notification du taux")
    assert document.confidentiality is Confidentiality.NOTICE
    assert (document.keep_until, document.received_by) == (None, "système:test")
    assert (document.versions[0].file_name, document.versions[0].page_count) == ("feuille.pdf", 1)


def test_the_same_file_twice_is_one_document_and_writes_nothing(database: Database, vault: Vault) -> None:
    company = a_company(database)
    first = put_away(database, vault, company)
    with database.reading(TESTER) as session:
        logged = len(session.scalars(select(ChangeLogEntry)).all())
    again = put_away(database, vault, company, name="autre nom.pdf")
    assert (first.is_new, again.is_new, again.document.id) == (True, False, first.document.id)
    with database.reading(TESTER) as session:
        assert len(session.scalars(select(ChangeLogEntry)).all()) == logged
    assert put_away(database, vault, company, file_ref="accident:1").is_new  # of another file: another document


def test_one_puts_papers_away_where_one_may_only(database: Database, vault: Vault) -> None:
    own, foreign = a_company(database, "000000018"), a_company(database, "000000026")
    assert put_away(database, vault, own, by=of_company(own)).is_new
    for actor, company in (
        (of_company(own), foreign),
        (of_company(own, "documents.read"), own),
        (of_company(own), None),
        (STRANGER, own),
    ):
        with pytest.raises(OutOfScope):
            put_away(database, vault, company, a_pdf("x"), by=actor)
    assert put_away(database, vault, None, by=OFFICE).is_new  # a paper of the office itself


def test_who_puts_a_medical_paper_away_may_not_read_it_again_and_the_named_doctor_may(
    database: Database, vault: Vault
) -> None:
    company = a_company(database)
    done = put_away(database, vault, company, kind="medical_certificate", by=of_company(company), file_ref="accident:7")
    assert seen_by(database, doctor_of("accident:7"), done.document.id).title == "Certificat médical"
    for actor in (of_company(company), OFFICE, TESTER, doctor_of("accident:8")):
        with pytest.raises(NotFound):
            seen_by(database, actor, done.document.id)


def test_a_lawyers_paper_is_for_those_of_the_company_who_share_the_secret(database: Database, vault: Vault) -> None:
    company = a_company(database)
    done = put_away(database, vault, company, kind="opinion", by=of_company(company))
    lawyer = of_company(company, "documents.read", "documents.privileged", name="avocat")
    assert seen_by(database, lawyer, done.document.id).confidentiality is Confidentiality.PRIVILEGED
    with pytest.raises(NotFound):
        seen_by(database, of_company(company), done.document.id)


def test_a_level_may_be_tightened_never_opened(database: Database, vault: Vault) -> None:
    company = a_company(database)
    new = put_away(database, vault, company, kind="correspondence", confidentiality=Confidentiality.PRIVILEGED)  # type: ignore[arg-type]
    assert new.document.confidentiality is Confidentiality.PRIVILEGED
    for kind, level in (("correspondence", "plain"), ("medical_report", "named"), ("opinion", "named")):
        with pytest.raises(InvalidInput, match="trop ouvert"):
            put_away(database, vault, company, kind=kind, confidentiality=Confidentiality(level), file_ref="a:1")  # type: ignore[arg-type]


def test_a_medical_paper_names_its_file_and_has_no_title_of_its_own(database: Database, vault: Vault) -> None:
    company = a_company(database)
    with pytest.raises(InvalidInput, match="sans dossier"):
        put_away(database, vault, company, kind="medical_report")
    with pytest.raises(InvalidInput, match="titre libre"):
        put_away(database, vault, company, kind="medical_report", file_ref="accident:1", title="Épaule droite")


def test_versions_add_up_and_the_same_content_adds_none(database: Database, vault: Vault) -> None:
    company = a_company(database)
    done = put_away(database, vault, company)
    actor = of_company(company)
    for content, number, is_new in ((a_pdf("corrigé"), 2, True), (a_pdf("corrigé"), 2, False), (a_pdf(), 1, False)):
        with database.writing(actor) as session:
            document = queries.get_document(session, done.document.id)
            added = service.add_version(session, vault, document, accepted("b.pdf", content, MEGABYTE), NOW)
        assert (added.version.number, added.is_new) == (number, is_new)
    document = seen_by(database, actor, done.document.id)
    assert [vault.opened(company, one) for one in document.versions] == [a_pdf(), a_pdf("corrigé")]
    file = accepted("c.pdf", a_pdf("c"), MEGABYTE)
    reader = of_company(company, "documents.read")
    with pytest.raises(OutOfScope):
        change(database, reader, done.document.id, lambda s, d: service.add_version(s, vault, d, file, NOW))


def test_what_acts_by_itself_is_remembered_with_the_version(database: Database, vault: Vault) -> None:
    done = put_away(database, vault, a_company(database), a_pdf_with_script())
    assert seen_by(database, OFFICE, done.document.id).versions[0].active_content == "JavaScript"


def test_a_reading_is_written_before_the_answer_and_a_damaged_content_as_refused(
    database: Database, vault: Vault
) -> None:
    company = a_company(database)
    done = put_away(database, vault, company)
    reader = Reader(database, of_company(company), vault)
    assert reader.read(done.document, done.version, "fichier", "downloaded") == a_pdf()
    vault.store.delete(done.version.address)
    with pytest.raises(DamagedObject):
        reader.read(done.document, done.version, "page 1")
    named = "Feuille de calcul du taux, version 1"
    assert readings(database) == [
        ("employeur", "downloaded", f"{named}, fichier"),
        ("employeur", "refused", f"{named}, page 1 : contenu altéré ou absent du coffre"),
    ]


def test_erasing_makes_the_content_unreadable_and_leaves_a_trace(database: Database, vault: Vault) -> None:
    company = a_company(database)
    done = put_away(database, vault, company, title="Feuille 2024")
    sealed = vault.store.read(done.version.address)
    with database.writing(OFFICE) as session:
        document = queries.get_document(session, done.document.id)
        addresses = service.erase_document(session, document, "demande du client", NOW)
    assert remove_unreferenced(database, vault, addresses, NOW) == 1
    vault.store.write(done.version.address, sealed)  # a copy kept elsewhere is of no use without its key
    document = seen_by(database, OFFICE, done.document.id)
    with pytest.raises(NotFound, match="effacé"):
        vault.opened(company, document.versions[0])
    assert (document.title, document.erasure_reason) == ("Pièce effacée", "demande du client")
    assert (document.versions[0].file_name, document.versions[0].object_key) == ("effacé", None)
    assert document.erased_at == NOW
    assert put_away(database, vault, company).document.id != done.document.id  # put away again: a new document


def test_the_same_content_in_another_document_stays_readable(database: Database, vault: Vault) -> None:
    company = a_company(database)
    one, two = put_away(database, vault, company), put_away(database, vault, company, kind="contract")
    with database.reading(OFFICE) as session:
        found = queries.list_twins(session, queries.get_document(session, one.document.id))
    assert [twin.id for twin in found] == [two.document.id]
    with database.writing(OFFICE) as session:
        document = queries.get_document(session, one.document.id)
        addresses = service.erase_document(session, document, "doublon", NOW)
    assert remove_unreferenced(database, vault, addresses, NOW) == 0
    assert vault.opened(company, seen_by(database, OFFICE, two.document.id).versions[0]) == a_pdf()


@pytest.mark.parametrize(
    ("keep_until", "reason", "refusal"),
    [
        (TODAY - timedelta(days=1), "", None),  # the day after the last one
        (TODAY, "", "se conserve jusqu'au"),  # the last day still counts
        (TODAY, "demande du client", None),
        (None, "", "n'est pas fixée"),
        (None, "demande du client", None),
    ],
)
def test_erasing_before_the_end_of_the_retention_needs_a_reason(
    database: Database, vault: Vault, keep_until: date | None, reason: str, refusal: str | None
) -> None:
    done = put_away(database, vault, a_company(database))
    if keep_until is not None:
        change(database, OFFICE, done.document.id, lambda s, d: service.set_retention(s, d, keep_until))
    if refusal is None:
        change(database, OFFICE, done.document.id, lambda s, d: service.erase_document(s, d, reason, NOW))
        with pytest.raises(Refused, match="déjà effacé"):
            change(database, OFFICE, done.document.id, lambda s, d: service.erase_document(s, d, "encore", NOW))
    else:
        with pytest.raises(Refused, match=refusal):
            change(database, OFFICE, done.document.id, lambda s, d: service.erase_document(s, d, reason, NOW))


def test_a_held_document_is_not_erased_until_the_hold_is_lifted(database: Database, vault: Vault) -> None:
    number = put_away(database, vault, a_company(database)).document.id
    change(database, OFFICE, number, lambda s, d: service.set_retention(s, d, TODAY - timedelta(days=9)))
    with pytest.raises(InvalidInput, match="motif absent"):
        change(database, OFFICE, number, lambda s, d: service.put_legal_hold(s, d, "  "))
    with pytest.raises(Refused, match="pas gelé"):
        change(database, OFFICE, number, service.lift_legal_hold)
    change(database, OFFICE, number, lambda s, d: service.put_legal_hold(s, d, "recours à Amiens"))
    for act in (
        lambda s, d: service.erase_document(s, d, "motif", NOW),
        lambda s, d: service.put_legal_hold(s, d, "encore"),
    ):
        with pytest.raises(Refused, match="gelé"):
            change(database, OFFICE, number, act)
    change(database, OFFICE, number, service.lift_legal_hold)
    change(database, OFFICE, number, lambda s, d: service.erase_document(s, d, "", NOW))
    assert seen_by(database, OFFICE, number).erasure_reason == service.BY_RETENTION


def test_holds_retention_and_erasure_are_for_those_who_may_erase_there(database: Database, vault: Vault) -> None:
    company = a_company(database)
    number = put_away(database, vault, company).document.id
    for act in (
        lambda s, d: service.put_legal_hold(s, d, "x"),
        lambda s, d: service.set_retention(s, d, TODAY),
        lambda s, d: service.erase_document(s, d, "x", NOW),
    ):
        with pytest.raises(OutOfScope):
            change(database, of_company(company), number, act)
        with pytest.raises(NotFound):
            change(database, STRANGER, number, act)


def test_a_stranger_is_answered_nothing_by_any_query(database: Database, vault: Vault) -> None:
    company = a_company(database)
    done = put_away(database, vault, company)
    put_away(database, vault, company, kind="contract")
    change(database, OFFICE, done.document.id, lambda s, d: service.set_retention(s, d, TODAY - timedelta(days=1)))
    Reader(database, OFFICE, vault).read(done.document, done.version, "fichier")
    with database.reading(STRANGER) as session:
        assert session.scalars(queries.documents()).all() == []
        assert queries.list_due_documents(session, TODAY) == []
        assert queries.list_twins(session, done.document) == []
        for ask in (
            lambda: queries.get_document(session, done.document.id),
            lambda: queries.get_version(session, done.document.id, 1),
        ):
            with pytest.raises(NotFound):
                ask()
    with database.reading(OFFICE) as session:
        assert len(queries.list_due_documents(session, TODAY)) == 1


def test_the_run_erases_what_is_due_medical_papers_included_and_nothing_else(database: Database, vault: Vault) -> None:
    company = a_company(database)
    ids = {}
    for name, kind in (("due", "contract"), ("medical", "medical_report"), ("held", "mandate"), ("longer", "contract")):
        done = put_away(database, vault, company, a_pdf(name), kind=kind, file_ref="accident:1")
        ids[name] = done.document.id
    with database.writing(OFFICE) as session:
        begun = {
            event: service.begin_retentions(session, document_kinds(), EndingEvent(event, on, "accident:1"), company)
            for event, on in (
                (RetentionEvent.CONSOLIDATION, date(2016, 11, 19)),  # ten years, over since yesterday
                (RetentionEvent.CONTRACT_END, date(2021, 11, 19)),  # five years, over since yesterday
                (RetentionEvent.CASE_END, date(2010, 1, 1)),
            )
        }
    assert list(begun.values()) == [1, 3, 0]
    last_day = put_away(database, vault, company, a_pdf("last day"), kind="submission").document.id
    ids["last day"] = last_day
    change(database, OFFICE, last_day, lambda s, d: service.set_retention(s, d, TODAY))
    change(database, OFFICE, ids["held"], lambda s, d: service.put_legal_hold(s, d, "recours"))
    with database.writing(OFFICE) as session:
        run = jobs.start_erasing(session, NOW)
        assert jobs.start_erasing(session, NOW).id == run.id  # pressed twice
    assert run.item_count == 3
    change(database, OFFICE, ids["longer"], lambda s, d: service.set_retention(s, d, TODAY + timedelta(days=9)))
    while _worked(database, run.id):
        pass
    with database.reading(TESTER) as session:
        assert session.get_one(type(run), run.id).state is RunState.DONE
    erased = {name for name, number in ids.items() if _is_erased(database, number)}
    assert erased == {"due", "medical"}


def _worked(database: Database, run_id: int) -> bool:
    with database.writing(TESTER) as session:
        return work_chunk(session, jobs.ERASE_DUE, run_id, NOW)


def _is_erased(database: Database, document_id: int) -> bool:
    for actor in (OFFICE, doctor_of("accident:1")):
        try:
            return seen_by(database, actor, document_id).erased_at is not None
        except NotFound:
            continue
    raise AssertionError(document_id)


def test_a_retention_begun_again_is_never_shortened_and_only_there(database: Database, vault: Vault) -> None:
    company, other = a_company(database, "000000018"), a_company(database, "000000026")
    number = put_away(database, vault, company, kind="contract").document.id
    kept = put_away(database, vault, other, kind="contract").document.id
    for on in (date(2024, 2, 29), date(2023, 1, 1)):
        with database.writing(OFFICE) as session:
            service.begin_retentions(
                session, document_kinds(), EndingEvent(RetentionEvent.CONTRACT_END, on), company
            )  # fmt: skip
    assert seen_by(database, OFFICE, number).keep_until == date(2029, 2, 28)
    assert seen_by(database, OFFICE, kept).keep_until is None
    with pytest.raises(OutOfScope), database.writing(of_company(company)) as session:
        service.begin_retentions(
            session, document_kinds(), EndingEvent(RetentionEvent.CONTRACT_END, TODAY), company
        )  # fmt: skip


def test_a_whole_file_is_held_and_let_go_unseen_papers_included(database: Database, vault: Vault) -> None:
    company = a_company(database)
    medical = put_away(database, vault, company, kind="medical_report", file_ref="accident:1").document.id
    plain = put_away(database, vault, company, kind="contract", file_ref="accident:1").document.id
    other = put_away(database, vault, company, kind="mandate", file_ref="accident:2").document.id
    with pytest.raises(OutOfScope), database.writing(of_company(company)) as session:
        service.hold_file(session, company, "accident:1", "recours")
    with database.writing(OFFICE) as session:
        assert service.hold_file(session, company, "accident:1", "recours") == 2
        assert service.hold_file(session, company, "accident:1", "encore") == 0
    assert seen_by(database, doctor_of("accident:1"), medical).legal_hold == "recours"
    assert seen_by(database, OFFICE, plain).legal_hold == "recours"
    assert seen_by(database, OFFICE, other).legal_hold is None
    with database.writing(OFFICE) as session:
        assert service.hold_file(session, company, "accident:1", "") == 2
    assert seen_by(database, OFFICE, plain).legal_hold is None
