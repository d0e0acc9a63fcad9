"""What a letter is written from, a document, a company, an organisation, and what that fills in beforehand.

Any object that a page shows can be written about: `documents:12`. Those that `_FILLED_IN` does not name give their
company only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atmp_insure.access.models import Organisation
from atmp_insure.access.sentences import object_name
from atmp_insure.diary.service import subject_of
from atmp_insure.documents.models import Confidentiality, Document
from atmp_insure.parties import partner_queries
from atmp_insure.parties import queries as parties
from atmp_insure.parties.models import Company, Establishment
from atmp_insure.web import history
from atmp_insure.web.environment import today

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


def origin_of(session: ScopedSession, subject: str) -> Origin:
    """What `documents:12` gives to a letter; nothing for an empty subject.

    Raises:
        NotFound: no such object, or none that the actor may see.
    """
    if not subject:
        return Origin()
    row: Any = history.find_object(session, subject)
    known = next((fill(session, row) for kind, fill in _FILLED_IN.items() if isinstance(row, kind)), {})
    given = {"name": object_name(subject), "company_id": subject_of(row).company_id} | known
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


def _place(where: Establishment | OrganisationProfile) -> tuple[str, ...]:
    town = " ".join(part for part in (where.postcode, where.town) if part)
    return tuple(line for line in (where.address, town) if line)


_FILLED_IN: Mapping[type[Any], Callable[[ScopedSession, Any], dict[str, Any]]] = {
    Document: _from_document,
    Company: _from_company,
    Establishment: _from_establishment,
    Organisation: _from_organisation,
}
