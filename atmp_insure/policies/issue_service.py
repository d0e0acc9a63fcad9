"""A policy is issued from the quote that its client accepted, under an insurer's agreement; once."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.numbering import take_number
from atmp_insure.diary.task_service import end_asked
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.policies import queries
from atmp_insure.policies.issuing import first_year, quoted_terms
from atmp_insure.policies.models import Policy
from atmp_insure.policies.quote_use_service import find_insuring
from atmp_insure.policies.sequence import insertion
from atmp_insure.policies.stack_service import write_entries
from atmp_insure.policies.terms import InsurerShare
from atmp_insure.policies.transactions import Opening
from atmp_insure.underwriting.quote_course import QuoteState

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.parties.agreement_models import AgreementVersion
    from atmp_insure.policies.stack_service import Act
    from atmp_insure.underwriting.models import Quote

NUMBERS = "policies"
JANUARY_1 = (1, 1)  # the usual main due date: rates are notified in January


@dataclass(frozen=True, slots=True)
class Issuing:
    """What is settled when an accepted quote becomes a policy.

    Attributes:
        agreement_version_id: of the insurer who bears it; None: the only one that can.
        due_day: month and day of the main due date.
    """

    agreement_version_id: int | None = None
    due_day: tuple[int, int] = JANUARY_1


def issue_policy(session: ScopedSession, quote: Quote, given: Issuing, catalogue: Catalogue, act: Act) -> Policy:
    """Issue the policy of a quote that the client accepted; asked again, it is the one that exists.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        Refused: the quote is not accepted, no insurer's agreement covers it, or a policy insures its sections already.
        InvalidInput: several agreements could bear it, and none is chosen.
    """
    require_right_there(session, Right.WRITE_POLICIES, quote.company_id)
    session.refresh(quote, with_for_update={"of": type(quote)})
    if quote.state is not QuoteState.ACCEPTED or quote.acceptance is None:
        raise Refused("Le client n'a pas accepté ce devis : le contrat s'émet sur son accord.")
    known = queries.find_policy_of_quote(session, quote.id)
    if known is not None:
        return known
    insuring = find_insuring(session, quote)
    if insuring is not None:
        raise Refused(
            f"Le contrat {insuring.reference} assure déjà une section de ce devis au {quote.starts_on:%d/%m/%Y} : y "
            "faire entrer les conditions du devis, par avenant ou au renouvellement."
        )
    product = catalogue.version(quote.answer["product"], quote.product_version)
    if product is None:
        raise Refused(f"La version {quote.product_version} du produit n'est plus installée : la remettre en place.")
    version = _bearer(session, quote, given)
    terms = quoted_terms(
        quote.answer, quote.acceptance.variant, product, (version.id, shares_of(version)),
        broker_id=quote.submission.organisation_id, mandate_id=quote.acceptance.mandate_id,
    )  # fmt: skip
    policy = Policy(
        company_id=quote.company_id, reference=f"P-{take_number(session, NUMBERS):06}", product=terms.product,
        quote_id=quote.id, created_at=act.now, created_by=session.actor.name, transactions=[],
    )  # fmt: skip
    session.add(policy)
    session.flush()
    opening = Opening(terms, first_year(quote.starts_on, given.due_day))
    write_entries(session, policy, insertion((), quote.starts_on, opening, catalogue.tax).entries, act)
    end_asked(session, f"quote:{quote.id}:accepted", act.now)
    return policy


def _bearer(session: ScopedSession, quote: Quote, given: Issuing) -> AgreementVersion:
    """The version of the agreement under which the policy is issued."""
    able = queries.list_insurers_of(session, quote.answer["product"], quote.starts_on)
    if not able:
        raise Refused(
            f"Aucune convention d'assureur signée ne couvre ce produit au {quote.starts_on:%d/%m/%Y} : en signer une."
        )
    if given.agreement_version_id is None and len(able) == 1:
        return able[0]
    chosen = next((one for one in able if one.id == given.agreement_version_id), None)
    if chosen is None:
        raise InvalidInput.one(
            "assureur non choisi", "Choisir la convention qui porte le contrat", place="agreement_version_id"
        )
    return chosen


def shares_of(version: AgreementVersion) -> tuple[InsurerShare, ...]:
    """The parts of the insurers of an agreement."""
    return tuple(InsurerShare(one.organisation_id, Fraction(one.share), one.is_leader) for one in version.shares)
