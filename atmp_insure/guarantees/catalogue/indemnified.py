"""Guarantees that indemnify an over-contribution: they ask the same of a claim, and differ by their events alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue import conditions, cover_period
from atmp_insure.guarantees.catalogue.answers import answer
from atmp_insure.guarantees.catalogue.guarantee import Guarantee
from atmp_insure.guarantees.catalogue.indemnity import indemnity_eur
from atmp_insure.guarantees.catalogue.wording import indemnity_wording
from atmp_insure.guarantees.vocabulary import PricingMethod

if TYPE_CHECKING:
    from atmp_insure.guarantees.catalogue.guarantee import Answer, ClaimFacts, CoverTerms
    from atmp_insure.guarantees.product import GuaranteeTerms
    from atmp_insure.guarantees.vocabulary import InsuredEvent
    from atmp_insure.kernel.labelled import Label


def indemnity_guarantee(code: str, label_fr: Label, events: frozenset[InsuredEvent]) -> Guarantee:
    """A guarantee that indemnifies what claims of these events add to the contribution."""
    return Guarantee(
        code=code,
        label_fr=label_fr,
        events=events,
        method=PricingMethod.INDEMNITY,
        is_eligible=partial(is_indemnified, code=code, label_fr=label_fr, events=events),
        paid_eur=indemnity_eur,
        wording=partial(indemnity_wording, events=events),
    )


def is_indemnified(
    claim: ClaimFacts, cover: CoverTerms, terms: GuaranteeTerms,
    *, code: str, label_fr: str, events: frozenset[InsuredEvent],
) -> Answer:  # fmt: skip
    """Whether the guarantee of a code and its events responds to a claim.

    A stoppage is not notified with a rate: on the basis of the notification, the day it occurred counts.

    Source: general conditions, articles 2 to 5 and 7; art. D.242-6-6 CSS for the category.
    """
    return answer(
        conditions.is_insured(label_fr, code, cover),
        conditions.is_insured_event(claim, events, terms),
        conditions.is_insured_cause(claim, terms),
        cover_period.belongs_to_cover_period(claim, cover),
        cover_period.is_past_waiting_period(claim, cover),
        conditions.is_unknown_at_signature(claim),
        conditions.is_recourse_engaged(claim, cover),
    )
