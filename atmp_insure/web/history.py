"""What stands at the foot of every object's page: its notes, with the entry of a new one, and what happened to it.

A page gives `trail=history.trail_of(session, row)` to its template and the layout shows it; `PAGES` says where the page
of each table is, so that notes come back to it and the logs lead to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import request, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.base import INTERNAL
from atmp_insure.db.session import mapped_classes
from atmp_insure.diary import complaint_queries, complaint_service, queries, service
from atmp_insure.diary.complaint_models import Complaint
from atmp_insure.diary.models import NoteReaders
from atmp_insure.documents.models import Confidentiality
from atmp_insure.kernel.errors import NotFound
from atmp_insure.kernel.french import search_text
from atmp_insure.parties.models import Company
from atmp_insure.web.addresses import keys_among
from atmp_insure.web.display import Change, Event, Link, Note
from atmp_insure.web.field_labels import UNTOLD
from atmp_insure.web.list_query import Option
from atmp_insure.web.log_sentences import change_sentence, object_name, reading_sentence, told_changes
from atmp_insure.web.request_scope import actor
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from atmp_insure.access.logs import ChangeLogEntry, ReadingLogEntry
    from atmp_insure.db.base import Base
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.models import Note as StoredNote

# table → the page of one of its rows: its endpoint, and the name of its number there
PAGES: dict[str, tuple[str, str]] = {
    "agreement_versions": ("agreements.show_version", "version_id"),
    "agreements": ("agreements.show_agreement", "agreement_id"),
    "bank_accounts": ("parties.show_account", "account_id"),
    "bodies": ("bodies.show_body", "body_id"),
    "companies": ("parties.show_company", "company_id"),
    "doctors": ("doctors.show_doctor", "doctor_id"),
    "establishments": ("parties.show_establishment", "establishment_id"),
    "party_imports": ("imports.show_import", "import_id"),
    "payroll_years": ("parties.show_payroll_year", "payroll_year_id"),
    "rate_sections": ("parties.show_section", "section_id"),
    "approvals": ("access.show_approval", "approval_id"),
    "documents": ("documents.show_document", "document_id"),
    "organisations": ("partners.show_partner", "organisation_id"),
    "outgoing_mail": ("documents.show_mail", "mail_id"),
    "paper_deposits": ("rate_records.show_deposit", "deposit_id"),
    "policy_revisions": ("policies.show_revision", "revision_id"),
    "rate_papers": ("rate_records.show_paper", "paper_id"),
    "runs": ("runs.show_run", "run_id"),
    "users": ("access.show_user", "user_id"),
    "complaints": ("diary.show_complaint", "complaint_id"),
    "live_deadlines": ("diary.show_deadline", "deadline_id"),
    "tasks": ("diary.show_task", "task_id"),
    "tray_letters": ("diary.show_letter", "letter_id"),
    "watched_channels": ("diary.show_watch", "watch_id"),
    "document_requests": ("diary.show_request", "request_id"),
    "awaited_letters": ("diary.show_awaited", "awaited_id"),
    "policies": ("policies.show_policy", "policy_id"),
    "premium_calls": ("premiums.show_call", "call_id"),
    "premium_notices": ("premiums.show_notice", "notice_id"),
    "commission_statements": ("commissions.show_statement", "statement_id"),
    "premium_refunds": ("premiums.show_refund", "refund_id"),
    "premium_write_offs": ("premiums.show_write_off", "write_off_id"),
    "cheque_remittances": ("premiums.show_remittance", "remittance_id"),
    "payment_plans": ("premiums.show_plan", "plan_id"),
    "broker_bordereaux": ("brokers.show_bordereau", "bordereau_id"),
    "broker_remittances": ("brokers.show_transfer", "transfer_id"),
    "premium_payments": ("premiums.show_payment", "payment_id"),
    "quotes": ("quotes.show_quote", "quote_id"),
    "submissions": ("quotes.show_submission", "submission_id"),
}
# pages from which a letter may be written; a document offers it among its acts
WRITTEN_FROM = frozenset({"companies", "establishments", "organisations"})
READERS = {
    NoteReaders.OFFICE: _l("le bureau"),
    NoteReaders.SHARED: _l("tous ceux qui suivent cette entreprise"),
    NoteReaders.LAWYERS: _l("l'avocat et son cabinet"),
}

# of these parts, what is told when one is added: the fields that say which it is
_TOLD_WHEN_ADDED = {"document_versions": ("number",), "grants": ("role", "first_day", "last_day")}


@dataclass(frozen=True, slots=True)
class TagFilter:
    """The tag by which the notes of a page are filtered, the page without it, and all notes that carry it."""

    tag: str
    without_url: str
    everywhere_url: str


@dataclass(frozen=True, slots=True)
class Trail:
    """The foot of an object's page.

    Attributes:
        notes: the latest first.
        events: what happened to it, the latest first.
        readings: who read it, for those who read the logs.
        add_url: where a new note goes; empty: the viewer writes none here.
        readers: for whom a note may be written, the most reserved first.
        longest_note: signs that a note may have.
        absence: why there can be no note; empty when there can.
        tags_url: what offers tags as one types.
        filtered: by which tag notes are filtered; None: all of them show.
        letter_url: where a letter about the object is written; empty: not from here, or not by the viewer.
        complaint_url: where a complaint about the object is registered; empty: not from here, or not by the viewer.
        complaints: those that the viewer sees about it, the latest first.
        log_url: the whole story in the logs, for those who read them.
    """

    notes: tuple[Note, ...]
    events: tuple[Event, ...]
    readings: tuple[Event, ...] = ()
    add_url: str = ""
    readers: tuple[Option, ...] = ()
    longest_note: int = service.LONGEST_NOTE
    absence: str = ""
    tags_url: str = ""
    filtered: TagFilter | None = None
    letter_url: str = ""
    complaint_url: str = ""
    complaints: tuple[Link, ...] = ()
    log_url: str = ""


def trail_of(session: ScopedSession, row: Base, *parts: Base) -> Trail:
    """The notes and the history of an object that the viewer sees.

    Args:
        session: in the name of the viewer.
        row: the object.
        parts: rows that belong to it, whose changes are told with its own: versions, grants, establishments.
    """
    about = service.subject_of(row)
    assert row.__tablename__ in PAGES, f"say in web.history.PAGES where the page of {row.__tablename__} is"
    readers = service.possible_readers(session, about)
    writes_letters = row.__tablename__ in WRITTEN_FROM and has_right_there(
        session, Right.WRITE_LETTERS, about.company_id
    )
    reads_logs = actor().everywhere(Right.READ_AUDIT)
    releases = service.may_release(about, readers)
    happened = queries.list_history(session, (row, *parts))
    medical = about.confidentiality is Confidentiality.MEDICAL
    tag = search_text(request.args.get("tag", ""))
    return Trail(
        notes=tuple(_note(one, releases=releases) for one in queries.list_notes(session, about.subject, tag)),
        tags_url=url_for("history.offer_tags"),
        filtered=_filtered(about.subject, tag) if tag else None,
        events=tuple(event_of(one, with_values=reads_logs) for one in happened if _is_told(one)),
        readings=tuple(reading_event_of(one) for one in queries.list_readings(session, about.subject)),
        add_url=url_for("history.add_note", subject=about.subject) if readers else "",
        readers=reader_options(readers),
        absence=_("Pas de note sur cette pièce : d'autres que ses lecteurs la liraient.") if medical else "",
        letter_url=url_for("letters.write", about=about.subject) if writes_letters else "",
        complaint_url=_complaint_url(session, row, about),
        complaints=() if isinstance(row, Company) else _complaints(session, about.subject),  # a company has their panel
        log_url=url_for("access.show_changes_of", subject=about.subject) if reads_logs else "",
    )


def _complaint_url(session: ScopedSession, row: Base, about: service.NoteSubject) -> str:
    if isinstance(row, Complaint) or not complaint_service.may_register(session, about):
        return ""
    return url_for("diary.add_complaint", about=about.subject)


def _complaints(session: ScopedSession, subject: str) -> tuple[Link, ...]:
    if not actor().may(Right.READ_COMPLAINTS):
        return ()
    return tuple(
        Link(one.number, address_of(one.subject_key), one.theme.label)
        for one in complaint_queries.list_complaints_about(session, subject)
    )


def _filtered(subject: str, tag: str) -> TagFilter:
    return TagFilter(tag, f"{address_of(subject)}#notes", url_for("history.list_notes", q=tag))


def reader_options(readers: tuple[NoteReaders, ...]) -> tuple[Option, ...]:
    """For whom a note may be written, as a choice."""
    return tuple(Option(one.value, str(READERS[one])) for one in readers)


def find_object(session: ScopedSession, subject: str) -> Base:
    """The row that `documents:12` names, as far as the actor sees it.

    Raises:
        NotFound: no such table, no such row, or none that the actor may see.
    """
    table, _sign, number = subject.partition(":")
    keys = keys_among([number])
    kinds = [kind for kind in mapped_classes() if kind.__tablename__ == table and kind.visibility != INTERNAL]
    row = session.get(kinds[0], keys[0]) if keys and kinds else None
    if row is None:
        raise NotFound(_("Cet objet n'existe pas, ou vous ne pouvez pas le voir."))
    return row


def about(session: ScopedSession, subject: str) -> service.NoteSubject:
    """The object that notes are about, which has a page to come back to.

    Raises:
        NotFound: no such object, no page for its kind, or none that the actor may see.
    """
    if not address_of(subject):
        raise NotFound(_("Il n'y a pas de note à écrire sur cela."))
    return service.subject_of(find_object(session, subject))


def address_of(subject: str) -> str:
    """The page of `documents:12`; empty when its table has none."""
    table, _sign, number = subject.partition(":")
    keys = keys_among([number])
    if table not in PAGES or not keys:
        return ""
    endpoint, name = PAGES[table]
    values: dict[str, Any] = {name: keys[0]}
    return url_for(endpoint, **values)


def address_of_seen(session: ScopedSession, subject: str) -> str:
    """The page of an object, when the viewer sees it; else empty."""
    try:
        find_object(session, subject)
    except NotFound:
        return ""
    return address_of(subject)


def named(session: ScopedSession, subject: str) -> Link | None:
    """An object by its own name, with its page, when the viewer sees it."""
    if not subject:
        return None
    try:
        row = find_object(session, subject)
    except NotFound:
        return None
    own = next((getattr(row, name) for name in ("name", "display_name", "title") if getattr(row, name, None)), "")
    return Link(own or object_name(subject), address_of(subject))


def event_of(entry: ChangeLogEntry, *, with_values: bool) -> Event:
    """An entry of the change log as a sentence; with the values that changed, or with the names of their fields."""
    changes = _values(entry) if with_values else ()
    return Event(entry.at, "", change_sentence(entry, names_fields=not changes), changes=changes)


def _values(entry: ChangeLogEntry) -> tuple[Change, ...]:
    """What changed; of a row that was added, what its sentence does not say by itself."""
    added = _TOLD_WHEN_ADDED.get(entry.subject.partition(":")[0], ())
    return told_changes(entry, entry.changes if entry.action == "changed" else added)


def _is_told(entry: ChangeLogEntry) -> bool:
    """Whether an entry says something to people: a counter that serves the machine alone does not."""
    return entry.action != "changed" or any(name not in UNTOLD for name in entry.changes)


def reading_event_of(entry: ReadingLogEntry) -> Event:
    """An entry of the reading log as a sentence."""
    return Event(entry.at, "", reading_sentence(entry), "eye")


def _note(note: StoredNote, *, releases: bool) -> Note:
    page = address_of(note.subject)
    tags = tuple(Link(one.tag, f"{page}?{urlencode({'tag': one.tag})}#notes") for one in note.tags)
    can_release = releases and note.readers is NoteReaders.LAWYERS
    return Note(
        str(note.id), note.written_at, note.author_name, note.text, str(READERS[note.readers]), tags=tags,
        released=note.released_by or "",
        release_url=url_for("history.release_note", note_id=note.id) if can_release else "",
    )  # fmt: skip
