"""Finding anything by the beginning of its name, or by its number; a person only by their whole name.

Each kind of thing is one line of `KINDS`; cases join it with their domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from sqlalchemy import or_, select

from atmp_insure.access.models import User
from atmp_insure.access.roles import Right
from atmp_insure.db.paging import starts_with
from atmp_insure.diary.complaint_models import Complaint
from atmp_insure.documents.models import Document
from atmp_insure.kernel.french import search_text
from atmp_insure.parties.body_models import Body
from atmp_insure.parties.models import Company, Establishment
from atmp_insure.parties.partner_models import Contact
from atmp_insure.parties.partner_service import name_digest
from atmp_insure.parties.queries import names_of
from atmp_insure.policies.models import PolicyStanding
from atmp_insure.underwriting.models import Quote
from atmp_insure.web.languages import said_day
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from atmp_insure.db.session import ScopedSession

SHORTEST, MOST = 2, 6
_SIREN_DIGITS, _SIRET_DIGITS = 9, 14


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found; `subject` names it as notes and logs do: `companies:12`."""

    label: str
    detail: str
    url: str
    subject: str


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind."""

    title: str
    icon: str
    hits: tuple[Hit, ...]


def find(session: ScopedSession, typed: str) -> tuple[Group, ...]:
    """What the viewer may see of all that the words name; nothing under two signs."""
    words = search_text(typed)
    if len(words) < SHORTEST:
        return ()
    digits = "".join(typed.split())
    asked = (
        Group(str(kind.title), kind.icon, tuple(kind.hits(session, words, digits)))
        for kind in KINDS
        if session.actor.may(kind.right)
    )
    return tuple(group for group in asked if group.hits)


def _companies(session: ScopedSession, words: str, digits: str) -> Iterator[Hit]:
    if digits.isdigit():
        if len(digits) not in {_SIREN_DIGITS, _SIRET_DIGITS}:
            return
        named = Company.siren == digits[:_SIREN_DIGITS]
    else:
        named = starts_with(Company.search_name, words)
    for one in session.scalars(select(Company).where(named).order_by(Company.search_name).limit(MOST)):
        yield Hit(one.name, one.siren, url_for("parties.show_company", company_id=one.id), f"companies:{one.id}")


def _establishments(session: ScopedSession, _words: str, digits: str) -> Iterator[Hit]:
    if digits.isdigit() and len(digits) == _SIRET_DIGITS:
        for one in session.scalars(select(Establishment).where(Establishment.siret == digits)):
            url = url_for("parties.show_establishment", establishment_id=one.id)
            yield Hit(one.name, one.siret, url, f"establishments:{one.id}")


def _bodies(session: ScopedSession, words: str, digits: str) -> Iterator[Hit]:
    named = or_(starts_with(Body.search_name, words), Body.code == digits)
    for one in session.scalars(select(Body).where(named).order_by(Body.search_name).limit(MOST)):
        yield Hit(one.name, one.town or "", url_for("bodies.show_body", body_id=one.id), f"bodies:{one.id}")


def _documents(session: ScopedSession, words: str, _digits: str) -> Iterator[Hit]:
    statement = select(Document).where(starts_with(Document.search_title, words), Document.erased_at.is_(None))
    for one in session.scalars(statement.order_by(Document.received_at.desc(), Document.id.desc()).limit(MOST)):
        url = url_for("documents.show_document", document_id=one.id)
        yield Hit(one.title, said_day(one.received_at), url, f"documents:{one.id}")


def _contacts(session: ScopedSession, words: str, _digits: str) -> Iterator[Hit]:
    """A contact by their whole name: names are encrypted, and nobody browses people by their first letters."""
    statement = select(Contact).where(Contact.name_digest == name_digest(session, words), Contact.ended_at.is_(None))
    for one in session.scalars(statement.limit(MOST)):
        yield Hit(one.name, one.duty, _page_of_contact(one), f"contacts:{one.id}")


def _page_of_contact(contact: Contact) -> str:
    if contact.company_id is not None:
        return url_for("parties.show_company", company_id=contact.company_id)
    if contact.body_id is not None:
        return url_for("bodies.show_body", body_id=contact.body_id)
    return url_for("partners.show_partner", organisation_id=contact.organisation_id)


def _complaints(session: ScopedSession, words: str, _digits: str) -> Iterator[Hit]:
    """A complaint by its number, as it stands on a letter: RC-2026-0007."""
    numbered = starts_with(Complaint.number, words.upper().replace(" ", "-"))
    for one in session.scalars(select(Complaint).where(numbered).order_by(Complaint.number).limit(MOST)):
        url = url_for("diary.show_complaint", complaint_id=one.id)
        yield Hit(one.number, one.theme.label, url, f"complaints:{one.id}")


def _policies(session: ScopedSession, words: str, _digits: str) -> Iterator[Hit]:
    """A policy by the beginning of its number: P-000012, or that of the system it was taken over from."""
    numbered = starts_with(PolicyStanding.search_reference, words)
    statement = select(PolicyStanding).where(numbered).order_by(PolicyStanding.search_reference).limit(MOST)
    found = session.scalars(statement).all()
    names = names_of(session, {one.company_id for one in found})
    for one in found:
        url = url_for("policies.show_policy", policy_id=one.policy_id)
        yield Hit(one.reference, names.get(one.company_id, ""), url, f"policies:{one.policy_id}")


def _quotes(session: ScopedSession, words: str, _digits: str) -> Iterator[Hit]:
    """A quote by the beginning of its number: D-000012, or one of its versions, D-000012-1."""
    numbered = starts_with(Quote.reference, words.upper().replace(" ", "-"))
    found = session.scalars(select(Quote).where(numbered).order_by(Quote.reference).limit(MOST)).all()
    names = names_of(session, {one.company_id for one in found})
    for one in found:
        url = url_for("quotes.show_quote", quote_id=one.id)
        yield Hit(one.reference, names.get(one.company_id, ""), url, f"quotes:{one.id}")


def _users(session: ScopedSession, words: str, _digits: str) -> Iterator[Hit]:
    named = starts_with(User.search_name, words)
    for one in session.scalars(select(User).where(named).order_by(User.search_name).limit(MOST)):
        yield Hit(one.display_name, one.sign_in, url_for("access.show_user", user_id=one.id), f"users:{one.id}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that is found, and the right it needs."""

    title: Any
    icon: str
    right: Right
    hits: Callable[[ScopedSession, str, str], Iterator[Hit]]


KINDS = (
    Kind(_l("Entreprises"), "building", Right.READ_COMPANIES, _companies),
    Kind(_l("Établissements"), "building-factory-2", Right.READ_COMPANIES, _establishments),
    Kind(_l("Organismes"), "building-bank", Right.READ_COMPANIES, _bodies),
    Kind(_l("Contrats"), "file-check", Right.READ_POLICIES, _policies),
    Kind(_l("Devis"), "file-text", Right.READ_QUOTES, _quotes),
    Kind(_l("Contacts"), "user", Right.READ_NAMES, _contacts),
    Kind(_l("Documents"), "file-text", Right.READ_DOCUMENTS, _documents),
    Kind(_l("Réclamations"), "message", Right.READ_COMPLAINTS, _complaints),
    Kind(_l("Utilisateurs"), "users", Right.READ_USERS, _users),
)
