"""The lists of documents and of outgoing mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import or_, select

from atmp_insure.access.roles import Right
from atmp_insure.db.paging import Reading, starts_with
from atmp_insure.documents import queries
from atmp_insure.documents.models import Confidentiality, Document, MailState, OutgoingMail
from atmp_insure.documents.retention import RetentionState, retention_state
from atmp_insure.documents.shown import CONFIDENTIALITY, MAIL_STATES, RETENTION, kinds, label_of
from atmp_insure.parties.models import Company
from atmp_insure.web.addresses import row_url
from atmp_insure.web.day_filters import within_days
from atmp_insure.web.environment import today
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.request_scope import actor
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from atmp_insure.web.display import State
    from atmp_insure.web.list_query import ListQuery

_SIREN_DIGITS = 9


_COMPANY_NAME = select(Company.name).where(Company.id == Document.company_id).correlate(Document)
_DOCUMENT = Reading(
    (
        Document.id, Document.kind, Document.title, Document.search_title, Document.confidentiality,
        Document.received_at, Document.keep_until, Document.legal_hold, Document.erased_at,
        _COMPANY_NAME.scalar_subquery().label("company_name"),
    ),
    is_covered=True,
)  # fmt: skip


def _document_row(document: Document) -> Row:
    return Row(
        key=str(document.id),
        url=row_url("documents.show_document", "document_id", document.id),
        detail=document.company_name or "",
        muted=document.erased_at is not None,
        cells={
            "title": document.title,
            "kind": label_of(document.kind),
            "confidentiality": CONFIDENTIALITY[document.confidentiality],
            "state": RETENTION[retention_state(document, today())],
            "received_at": document.received_at,
            "keep_until": document.keep_until,
        },
    )


def _states(
    states: Mapping[RetentionState, State] | Mapping[Confidentiality, State] | Mapping[MailState, State],
) -> tuple[Option, ...]:
    return tuple(Option(state.value, str(shown.label)) for state, shown in states.items())


def _in_states(query: ListQuery) -> ColumnElement[bool]:
    return or_(*(queries.in_state(RetentionState(value), today()) for value in query.values("state")))


def _found_by(words: str) -> ColumnElement[bool]:
    """By the beginning of the title, of the company's name, or by its whole SIREN."""
    of_company = starts_with(Company.search_name, words)
    digits = words.replace(" ", "")
    if digits.isdigit() and len(digits) == _SIREN_DIGITS:
        of_company = Company.siren == digits
    by_company: ColumnElement[bool] = Document.company_id.in_(select(Company.id).where(of_company))
    return or_(starts_with(Document.search_title, words), by_company)


def _nothing_yet() -> Empty:
    title, text = _("Aucun document"), _("Les pièces de vos entreprises se trouveront ici, chiffrées une à une.")
    if actor().may(Right.WRITE_DOCUMENTS):
        return Empty(title, text, _("Déposer un document"), url_for("documents.deposit"), "file-upload")
    return Empty(title, text, icon="file")


def _kinds_offered() -> tuple[Option, ...]:
    return tuple(Option(kind.code, kind.label) for kind in kinds().values())


DOCUMENTS: Listing[Document] = Listing(
    name="documents",
    label=_l("documents"),
    endpoint="documents.list_documents",
    columns=(
        Column("title", _l("Document"), sortable=True, main=True),
        Column("kind", _l("Nature")),
        Column("confidentiality", _l("Confidentialité"), Cell.STATE),
        Column("state", _l("État"), Cell.STATE),
        Column("received_at", _l("Reçu"), Cell.MOMENT, sortable=True),
        Column("keep_until", _l("Conservé jusqu'au"), Cell.DAY),
    ),
    statement=queries.documents,
    sorts={"title": (Document.search_title, Document.id), "received_at": (Document.received_at, Document.id)},
    sort="received_at",
    descending=True,
    row=_document_row,
    empty=_nothing_yet,
    filters=(
        Filter("kind", _l("Nature"), _kinds_offered),
        Filter("confidentiality", _l("Confidentialité"), _states(CONFIDENTIALITY)),
        Filter("state", _l("État"), _states(RETENTION)),
        Filter("day", _l("Reçu"), kind=FilterKind.DAYS),
    ),
    narrow={
        "kind": lambda query: Document.kind.in_(query.values("kind")),
        "confidentiality": lambda query: Document.confidentiality.in_(
            [Confidentiality(value) for value in query.values("confidentiality")]
        ),
        "state": _in_states,
        "day": lambda query: within_days(Document.received_at, query, "day"),
    },
    search=_found_by,
    holds_people=True,
    reading=_DOCUMENT,
)  # fmt: skip


def _mail_row(mail: OutgoingMail) -> Row:
    return Row(
        key=str(mail.id),
        url=url_for("documents.show_mail", mail_id=mail.id),
        detail=mail.error or "",
        cells={
            "subject": mail.subject,
            "recipient": mail.recipient,
            "state": MAIL_STATES[mail.state],
            "written_at": mail.written_at,
            "sent_at": mail.sent_at,
        },
    )


MAILS: Listing[OutgoingMail] = Listing(
    name="mails",
    label=_l("courriels"),
    endpoint="documents.list_mail",
    columns=(
        Column("subject", _l("Objet"), main=True),
        Column("recipient", _l("Destinataire")),
        Column("state", _l("État"), Cell.STATE),
        Column("written_at", _l("Écrit"), Cell.MOMENT, sortable=True),
        Column("sent_at", _l("Parti"), Cell.MOMENT),
    ),
    statement=queries.mails,
    sorts={"written_at": (OutgoingMail.written_at, OutgoingMail.id)},
    sort="written_at",
    descending=True,
    row=_mail_row,
    empty=lambda: Empty(
        _("Aucun courriel"), _("Chaque courriel de l'application se lira ici, qu'il soit parti ou non."), icon="mail"
    ),
    filters=(
        Filter("state", _l("État"), _states(MAIL_STATES)),
        Filter("day", _l("Écrit"), kind=FilterKind.DAYS),
    ),
    narrow={
        "state": lambda query: OutgoingMail.state.in_([MailState(value) for value in query.values("state")]),
        "day": lambda query: within_days(OutgoingMail.written_at, query, "day"),
    },
    holds_people=True,
)  # fmt: skip
