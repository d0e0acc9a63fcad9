"""Every question of a take-over: the books that were brought, and what is known of what they name, asked in bulk."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from atmp_insure.access.models import Organisation, OrganisationKind
from atmp_insure.db.runs import Run
from atmp_insure.db.scope import unscoped
from atmp_insure.kernel.errors import NotFound
from atmp_insure.kernel.french import search_text
from atmp_insure.parties.agreement_models import Agreement, AgreementVersion, VersionState
from atmp_insure.parties.body_models import ImportKind, PartyImport
from atmp_insure.parties.body_queries import find_book
from atmp_insure.parties.mandate_models import SepaMandate
from atmp_insure.parties.partner_models import OrganisationProfile
from atmp_insure.policies.known_office import KnownVersion
from atmp_insure.policies.models import Policy, PolicyPaper, PolicyTransaction
from atmp_insure.policies.terms import InsurerShare

if TYPE_CHECKING:
    from collections.abc import Collection

    from atmp_insure.db.session import ScopedSession


def get_book(session: ScopedSession, import_id: int) -> PartyImport:
    """A book of policies that was brought.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = find_book(session, import_id)
    if found is None:
        raise NotFound("Cette reprise de portefeuille n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def find_run(session: ScopedSession, kind: str, key: str) -> Run | None:
    """The run of a kind that a key names."""
    return session.scalar(select(Run).where(Run.kind == kind, Run.key == key))


def agreements_named(session: ScopedSession, references: Collection[str]) -> dict[str, list[KnownVersion]]:
    """The signed versions of some insurers' agreements, by their references, oldest first."""
    statement = (
        select(Agreement.reference, AgreementVersion)
        .join(AgreementVersion, AgreementVersion.agreement_id == Agreement.id)
        .where(Agreement.reference.in_(references), AgreementVersion.state == VersionState.SIGNED)
        .where(AgreementVersion.shares.any())
        .order_by(AgreementVersion.first_day, AgreementVersion.number)
        .options(selectinload(AgreementVersion.shares))
    )
    found: dict[str, list[KnownVersion]] = {}
    for reference, version in session.execute(statement):
        shares = tuple(InsurerShare(one.organisation_id, Fraction(one.share), one.is_leader) for one in version.shares)
        found.setdefault(reference, []).append(KnownVersion(version.id, version.first_day, shares))
    return found


def brokers_named(session: ScopedSession, names: Collection[str]) -> dict[str, int]:
    """Brokers by the names and the ORIAS numbers that are asked for, as searches write them."""
    wanted = {search_text(name) for name in names}
    statement = (
        select(Organisation.id, Organisation.search_name, OrganisationProfile.orias_number)
        .outerjoin(OrganisationProfile, OrganisationProfile.organisation_id == Organisation.id)
        .where(Organisation.kind == OrganisationKind.BROKER)
        .where(or_(Organisation.search_name.in_(wanted), OrganisationProfile.orias_number.in_(wanted)))
    )
    return {name: one for one, *known in session.execute(statement) for name in known if name in wanted}


def mandates_named(session: ScopedSession, references: Collection[str]) -> dict[str, SepaMandate]:
    """The mandates that some unique references name."""
    statement = select(SepaMandate).where(SepaMandate.reference.in_(references))
    return {one.reference: one for one in session.scalars(statement)}


def called_elsewhere(session: ScopedSession, policy_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The numbers of the transactions of some policies whose charges another system called: those of take-overs.

    They are the ones to which a book itself is attached; the reversals by which it is taken back are among them. Those
    of policies that the actor does not see are left out.
    """
    statement = (
        select(PolicyTransaction.policy_id, PolicyTransaction.number)
        .join(PolicyPaper, PolicyPaper.transaction_id == PolicyTransaction.id)
        .where(PolicyTransaction.policy_id.in_(policy_ids), PolicyPaper.document_id.in_(_books(session)))
    )
    found: dict[int, set[int]] = {}
    for policy_id, number in session.execute(statement):
        found.setdefault(policy_id, set()).add(number)
    return {policy_id: frozenset(numbers) for policy_id, numbers in found.items()}


@unscoped("whoever calls premiums tells apart what a book brought, and sees no book")
def _books(session: ScopedSession) -> list[int]:
    """The documents of the vault that are books."""
    return list(session.scalars(select(PartyImport.document_id).where(PartyImport.kind == ImportKind.BOOK)))


def policies_of_book(session: ScopedSession, book: PartyImport) -> list[str]:
    """The references of the policies that a book brought, as far as the actor sees them."""
    brought = select(PolicyPaper.policy_id).where(PolicyPaper.document_id == book.document_id)
    return list(session.scalars(select(Policy.reference).where(Policy.id.in_(brought)).order_by(Policy.reference)))
