"""IP2: a permanent incapacity of 10 to 19 %: whether the cover responds, what it pays.

How its cost on the account is found is the business of `rating/claim_cost.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue import conditions, cover_period
from atmp_insure.guarantees.catalogue.answers import answer
from atmp_insure.guarantees.catalogue.guarantee import Guarantee
from atmp_insure.guarantees.catalogue.indemnity import indemnity_eur
from atmp_insure.guarantees.catalogue.wording import indemnity_wording
from atmp_insure.guarantees.vocabulary import InsuredEvent, PricingMethod

if TYPE_CHECKING:
    from atmp_insure.guarantees.catalogue.guarantee import Answer, ClaimFacts, CoverTerms
    from atmp_insure.guarantees.product import GuaranteeTerms, ProductVersion

CODE = "IP2"
LABEL_FR = "IP2, incapacité permanente de 10 % à 19 %"
EVENTS = frozenset({InsuredEvent.IP2})


def is_eligible(claim: ClaimFacts, cover: CoverTerms, terms: GuaranteeTerms) -> Answer:
    """Whether the guarantee responds to a claim.

    Source: general conditions, articles 2 to 5 and 7; art. D.242-6-6 CSS for the category.
    """
    return answer(
        conditions.is_insured(LABEL_FR, CODE, cover),
        conditions.is_insured_event(claim, EVENTS, terms),
        conditions.is_insured_cause(claim, terms),
        cover_period.belongs_to_cover_period(claim, cover),
        cover_period.is_past_waiting_period(claim, cover),
        conditions.is_unknown_at_signature(claim),
        conditions.is_recourse_engaged(claim, cover),
    )


def wording(version: ProductVersion, terms: GuaranteeTerms) -> tuple[str, ...]:
    """What the policy says of the guarantee.

    Source: general conditions, articles 2 to 9.
    """
    return indemnity_wording(version, terms, EVENTS)


IP2 = Guarantee(
    code=CODE,
    label_fr=LABEL_FR,
    events=EVENTS,
    method=PricingMethod.INDEMNITY,
    is_eligible=is_eligible,
    paid_eur=indemnity_eur,
    wording=wording,
)
