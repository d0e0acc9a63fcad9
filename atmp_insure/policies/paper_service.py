"""The papers of a policy: filed with their transaction once, and the names that they bear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.db.scope import unscoped
from atmp_insure.documents.models import Document
from atmp_insure.kernel.errors import Refused
from atmp_insure.parties.mandate_models import SepaMandate
from atmp_insure.parties.partner_models import Contact
from atmp_insure.parties.partner_queries import find_profile, names_of_organisations
from atmp_insure.policies.models import PolicyPaper

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.partner_models import OrganisationProfile
    from atmp_insure.policies.models import PolicyTransaction

Names = dict[int, str]


def file_paper(session: ScopedSession, transaction: PolicyTransaction, document_id: int, now: datetime) -> PolicyPaper:
    """File a document with its transaction; one that is filed there already stays as it is.

    Raises:
        Refused: the document is not one of the company, or the actor does not see it.
    """
    known = next((one for one in transaction.papers if one.document_id == document_id), None)
    if known is not None:
        return known
    document = session.get(Document, document_id)
    if document is None or document.company_id != transaction.company_id:
        raise Refused("Ce document n'est pas de l'entreprise assurée : choisir un de ses documents.")
    paper = PolicyPaper(
        company_id=transaction.company_id, policy_id=transaction.policy_id, document_id=document_id, filed_at=now
    )
    transaction.papers.append(paper)
    session.flush()
    return paper


@unscoped("a paper names the insurers and the broker of a policy to whoever may read it")
def organisations_named(
    session: ScopedSession, organisation_ids: Collection[int]
) -> dict[int, tuple[str, OrganisationProfile | None]]:
    """The insurers and brokers that a paper names, each with what identifies it."""
    names = names_of_organisations(session, organisation_ids)
    return {one: (name, find_profile(session, one)) for one, name in names.items()}


@unscoped("a paper names the persons that the office writes to, and the mandates, to whoever may read the policy")
def correspondence_named(
    session: ScopedSession, contact_ids: Collection[int], mandate_ids: Collection[int]
) -> tuple[Names, Names]:
    """The contacts that a paper names, with their duty, and the references of its mandates."""
    contacts = {one: session.get(Contact, one) for one in contact_ids}
    mandates = {one: session.get(SepaMandate, one) for one in mandate_ids}
    return (
        {one: ", ".join(filter(None, (found.name, found.duty))) for one, found in contacts.items() if found},
        {one: found.reference for one, found in mandates.items() if found},
    )
