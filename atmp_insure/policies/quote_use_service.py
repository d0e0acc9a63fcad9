"""A quote for a client who is insured already: its terms come into the policy, at a day of it or as its year begins."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Refused
from atmp_insure.policies import queries
from atmp_insure.policies.issuing import next_year, quoted_sections, quoted_terms
from atmp_insure.policies.requoting import quoted_changes
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.stack_service import latest_state, stack_of
from atmp_insure.policies.state import state_at
from atmp_insure.policies.transactions import Endorsement, Renewal
from atmp_insure.underwriting.quote_course import QuoteState

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.terms import PolicyTerms
    from atmp_insure.underwriting.models import Quote

_DAY = timedelta(days=1)


def require_accepted(session: ScopedSession, quote: Quote) -> int:
    """The variant of a quote that its client accepted, not used yet.

    Raises:
        Refused: it is not accepted, or a policy has its terms already.
    """
    if quote.state is not QuoteState.ACCEPTED or quote.acceptance is None:
        raise Refused("Le client n'a pas accepté ce devis : ses conditions n'entrent dans aucun contrat.")
    used = queries.find_policy_of_quote(session, quote.id)
    if used is not None:
        raise Refused(f"Le contrat {used.reference} a déjà les conditions de ce devis.")
    return quote.acceptance.variant


def find_insuring(session: ScopedSession, quote: Quote) -> Policy | None:
    """The policy that insures a section of a quote already on its first day, as far as the actor sees it."""
    sections = {one.key for one in quoted_sections(quote.answer, quote.starts_on)}
    for row in queries.list_living_of(session, quote.company_id, quote.answer["product"], quote.starts_on):
        policy = queries.get_policy(session, row.policy_id)
        state = state_at(stack_of(policy), quote.starts_on)
        if state is not None and sections & {one.key for one in state.terms.sections}:
            return policy
    return None


def wanted_of_quote(policy: Policy, quote: Quote, variant: int, catalogue: Catalogue) -> Wanted:
    """The transaction that brings the terms of a quote into a policy.

    On the day after the last policy year that was opened it renews the policy; on an insured day it endorses it.

    Raises:
        Refused: another product or company, a day that is not insured, a product version that is no longer installed,
            or nothing that differs.
    """
    if (quote.company_id, quote.answer["product"]) != (policy.company_id, policy.product):
        raise Refused("Ce devis est d'une autre entreprise, ou d'un autre produit que ce contrat.")
    latest = latest_state(policy)
    if quote.starts_on == latest.year.last_day + _DAY:
        changes = changes_of_quote(latest.terms, quote, variant, catalogue)
        return Wanted(quote.starts_on, Renewal(next_year(latest.year), changes))
    state = state_at(stack_of(policy), quote.starts_on)
    if state is None or state.ended_on is not None or quote.starts_on > latest.year.last_day:
        raise Refused(
            f"Le contrat n'a pas d'année d'assurance ouverte au {quote.starts_on:%d/%m/%Y}, premier jour du devis : le "
            "renouveler d'abord, ou établir le devis pour un jour garanti."
        )
    return Wanted(quote.starts_on, Endorsement(changes_of_quote(state.terms, quote, variant, catalogue)))


def changes_of_quote(terms: PolicyTerms, quote: Quote, variant: int, catalogue: Catalogue) -> tuple[Change, ...]:
    """What a quote would change of terms.

    Raises:
        Refused: a product version that is no longer installed, no such variant, or nothing that differs.
    """
    changes = quoted_changes(terms, terms_of_quote(terms, quote, variant, catalogue))
    if not changes:
        raise Refused("Ce devis ne change rien aux conditions du contrat.")
    return changes


def terms_of_quote(terms: PolicyTerms, quote: Quote, variant: int, catalogue: Catalogue) -> PolicyTerms:
    """The terms of a quote, borne and brought by those who bear and bring the policy.

    Raises:
        Refused: a product version that is no longer installed, or no such variant.
    """
    product = catalogue.version(quote.answer["product"], quote.product_version)
    if product is None:
        raise Refused(f"La version {quote.product_version} du produit n'est plus installée : la remettre en place.")
    agreement = terms.agreement_version_id, terms.shares
    return quoted_terms(
        quote.answer, variant, product, agreement, broker_id=terms.broker_id, mandate_id=terms.mandate_id
    )
