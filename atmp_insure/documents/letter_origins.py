"""What a letter is written from, a document, a company, an organisation, and what that fills in beforehand.

Any object that a page shows can be written about: `documents:12`. Those that `_FILLED_IN` does not name give their
company only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.diary.complaint_course import Complainant
from atmp_insure.diary.complaint_letters import LetterModel, letter_of, model_of
from atmp_insure.diary.complaint_models import Complaint
from atmp_insure.diary.complaint_remedies import remedies_of
from atmp_insure.diary.service import subject_of
from atmp_insure.documents.models import Confidentiality, Document
from atmp_insure.parties import partner_queries
from atmp_insure.parties import queries as parties
from atmp_insure.parties.models import Company, Establishment
from atmp_insure.web import history
from atmp_insure.web.environment import today
from atmp_insure.web.log_sentences import object_name
from atmp_insure.web.request_scope import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.partner_models import OrganisationProfile

_TITLE_KEPT = 160  # signs of the title of a document that its letters repeat in theirs


@dataclass(frozen=True, slots=True)
class Origin:
    """What a letter is written from.

    Attributes:
        subject: `documents:12`; empty: from nothing in particular, and the form asks for the company.
        name: as the page says it.
        url: its page; empty when there is none.
        company_id, establishment_id, file_ref: where the letter is put away.
        addressee: lines known of the address, the first one a name.
        references: lines known of the references.
        title: under which the letter is put away, without the name of a person.
        document_id: the document that may go with it.
        is_privileged: whether it is about a paper between lawyer and client.
        model: code of the text that fills the letter in; empty: none does.
        letter_subject, body: what that text says.
        returns: whether one comes back to the object once the letter is kept, rather than to the letter.
    """

    subject: str = ""
    name: str = ""
    url: str = ""
    company_id: int | None = None
    establishment_id: int | None = None
    file_ref: str | None = None
    addressee: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    title: str = ""
    document_id: int | None = None
    is_privileged: bool = False
    model: str = ""
    letter_subject: str = ""
    body: str = ""
    returns: bool = False


def origin_of(session: ScopedSession, subject: str, model: str = "") -> Origin:
    """What `documents:12` gives to a letter; nothing for an empty subject. A complaint has models of letters.

    Raises:
        NotFound: no such object, or none that the actor may see.
    """
    if not subject:
        return Origin()
    row: Any = history.find_object(session, subject)
    known = next((fill(session, row) for kind, fill in _FILLED_IN.items() if isinstance(row, kind)), {})
    given = {"name": object_name(subject), "company_id": subject_of(row).company_id} | known
    if isinstance(row, Complaint):
        given |= _from_complaint(session, row, model_of(model))
    return Origin(subject=subject, url=history.address_of(subject), **given)


def _from_document(_session: ScopedSession, document: Document) -> dict[str, Any]:
    named = f"Courrier au sujet de « {document.title[:_TITLE_KEPT]} »"
    return {
        "name": document.title, "establishment_id": document.establishment_id, "file_ref": document.file_ref,
        "references": (f"Dossier : {document.file_ref}",) if document.file_ref else (), "title": named,
        "document_id": document.id if document.erased_at is None else None,
        "is_privileged": document.confidentiality is Confidentiality.PRIVILEGED,
    }  # fmt: skip


def _from_company(session: ScopedSession, company: Company) -> dict[str, Any]:
    seats = parties.list_establishments(session, company.id, today(), 1)
    return {
        "name": company.name, "references": (f"SIREN : {company.siren}",),
        "addressee": (company.name, *(_place(seats[0]) if seats else ())),
    }  # fmt: skip


def _from_establishment(session: ScopedSession, establishment: Establishment) -> dict[str, Any]:
    company = parties.names_of(session, {establishment.company_id}).get(establishment.company_id, "")
    names = tuple(dict.fromkeys(name for name in (company, establishment.name) if name))
    return {
        "name": establishment.name, "establishment_id": establishment.id,
        "references": (f"SIRET : {establishment.siret}",), "addressee": (*names, *_place(establishment)),
    }  # fmt: skip


def _from_organisation(session: ScopedSession, organisation: Organisation) -> dict[str, Any]:
    profile = partner_queries.find_profile(session, organisation.id)
    place = _place(profile) if profile is not None else ()
    return {"name": organisation.name, "addressee": (organisation.name, *place)}


def _from_complaint(session: ScopedSession, complaint: Complaint, model: LetterModel | None) -> dict[str, Any]:
    """The letters of a complaint are the office's own papers: nobody who follows the company reads them."""
    named = f"Réclamation {complaint.number}"
    known = {
        "name": named, "company_id": None, "file_ref": complaint.file_ref, "title": named, "returns": True,
        "references": (f"Réclamation : {complaint.number}",),
        "addressee": _insurer(session, complaint) if model is LetterModel.INSURER else _complainant(session, complaint),
    }  # fmt: skip
    if model is None:
        return known
    office = settings().complaints
    company = parties.names_of(session, {complaint.company_id or 0}).get(complaint.company_id or 0, "")
    law = installed_deadlines(settings().config_overlay)
    subject, body = letter_of(model, complaint, company, remedies_of(office.service, office.mediator), law, on=today())
    return known | {"model": model.value, "letter_subject": subject, "body": body, "title": f"{model.label}, {named}"}


def _complainant(session: ScopedSession, complaint: Complaint) -> tuple[str, ...]:
    known = (complaint.complainant_name or "", *(complaint.complainant_contact or "").splitlines())
    lines = tuple(line.strip() for line in known if line.strip())
    if complaint.complainant is not Complainant.CLIENT or complaint.company_id is None or len(lines) > 1:
        return lines
    company = parties.get_company(session, complaint.company_id)
    name, *place = _from_company(session, company)["addressee"]
    return (name, *lines, *place)


def _insurer(session: ScopedSession, complaint: Complaint) -> tuple[str, ...]:
    """The insurer who was told, else the one that follows the company."""
    followers = parties.list_followers(session, complaint.company_id) if complaint.company_id is not None else ()
    insurers = [one.organisation.id for one in followers if one.organisation.kind is OrganisationKind.INSURER]
    number = complaint.insurer_id or next(iter(insurers), None)
    if number is None:
        return ()
    found: tuple[str, ...] = _from_organisation(session, partner_queries.get_organisation(session, number))["addressee"]
    return found


def _place(where: Establishment | OrganisationProfile) -> tuple[str, ...]:
    town = " ".join(part for part in (where.postcode, where.town) if part)
    return tuple(line for line in (where.address, town) if line)


_FILLED_IN: Mapping[type[Any], Callable[[ScopedSession, Any], dict[str, Any]]] = {
    Document: _from_document,
    Company: _from_company,
    Establishment: _from_establishment,
    Organisation: _from_organisation,
}
