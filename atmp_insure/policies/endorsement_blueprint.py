"""What pages and programs share of endorsements: the terms that one starts from, and what it may choose among."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.access.models import OrganisationKind
from atmp_insure.kernel.errors import Refused
from atmp_insure.parties.account_queries import list_mandates_of
from atmp_insure.parties.partner_queries import ContactOwner, list_contacts, list_organisations_of
from atmp_insure.parties.queries import get_company
from atmp_insure.policies import queries
from atmp_insure.policies.blueprint import catalogue
from atmp_insure.policies.endorsement_forms import Offered, Start
from atmp_insure.policies.issue_service import shares_of
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.state import state_at
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy


def start_of(session: ScopedSession, policy: Policy, on: date) -> Start:
    """What an endorsement of a day starts from.

    Raises:
        Refused: everything was taken back, or the product version is no longer installed.
    """
    stack = stack_of(policy)
    state = state_at(stack, on) or state_at(stack, max(one.effective_on for one in stack))
    if state is None:
        raise Refused(_("L'émission de ce contrat est annulée : il n'y a rien à y changer."))
    product = catalogue().version(state.terms.product, state.terms.product_version)
    if product is None:
        raise Refused(_("La version du produit de ce contrat n'est plus installée : la remettre en place."))
    company = get_company(session, policy.company_id)
    return Start(state.terms, product, company.siren, _offered(session, policy, on))


def _offered(session: ScopedSession, policy: Policy, on: date) -> Offered:
    versions = queries.list_insurers_of(session, policy.product, on)
    owner = ContactOwner(company_id=policy.company_id)
    return Offered(
        brokers=[(str(one.id), one.name) for one in list_organisations_of(session, (OrganisationKind.BROKER,))],
        agreements=[(str(one.id), f"{one.agreement.reference}, version {one.number}") for one in versions],
        contacts=[(str(one.id), one.name) for one in list_contacts(session, owner)],
        mandates=[(str(one.id), one.reference) for one in list_mandates_of(session, policy.company_id)],
        shares={one.id: shares_of(one) for one in versions},
    )  # fmt: skip
