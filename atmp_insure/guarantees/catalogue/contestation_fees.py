"""Contestation fees: what a lawyer invoiced for a recourse that was won, up to a share of what it brought back."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue import conditions, cover_period
from atmp_insure.guarantees.catalogue.answers import answer
from atmp_insure.guarantees.catalogue.clauses import Clause
from atmp_insure.guarantees.catalogue.guarantee import Guarantee
from atmp_insure.guarantees.vocabulary import InsuredEvent, PricingMethod
from atmp_insure.guarantees.written import percent_text
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.money import round_cents

if TYPE_CHECKING:
    from atmp_insure.guarantees.catalogue.guarantee import Answer, ClaimFacts, CoverTerms, PaymentBasis
    from atmp_insure.guarantees.product import GuaranteeTerms, ProductVersion

CODE = "contestation_fees"
LABEL_FR = Label("Frais de contestation")
EVENTS = frozenset(InsuredEvent)


def is_eligible(claim: ClaimFacts, cover: CoverTerms, terms: GuaranteeTerms) -> Answer:
    """Whether the fees of a recourse are refunded: it was won, about an event that the policy guarantees.

    Source: general conditions, articles 3 to 5 and 8; presentation of the product, 2019.
    """
    return answer(
        conditions.is_insured(LABEL_FR, CODE, cover),
        conditions.is_guaranteed_event(claim, cover),
        conditions.is_insured_cause(claim, terms),
        cover_period.belongs_to_cover_period(claim, cover),
        cover_period.is_past_waiting_period(claim, cover),
        conditions.is_unknown_at_signature(claim),
        conditions.is_recourse_won(claim),
    )


def fees_eur(basis: PaymentBasis, terms: GuaranteeTerms) -> Fraction:
    """What is refunded, rounded once to the nearest cent; deductible and limits are those of indemnities only.

    Raises:
        ValueError: terms without a share, which the loader refuses.

    Source: general conditions, article 8; presentation of the product, 2019: on invoices, within the share.
    """
    if terms.fee_share is None:
        raise ValueError(f"{terms.code}: terms without fee_share")
    brought_back = max(Fraction(0), basis.excess_eur)
    return round_cents(min(basis.fees_eur, terms.fee_share * brought_back))


def wording(_version: ProductVersion, terms: GuaranteeTerms) -> tuple[str, ...]:
    """What the policy says of the guarantee.

    Source: general conditions, article 8.
    """
    share = percent_text(terms.fee_share or Fraction(0))
    text = (
        "Lorsqu'un recours portant sur un sinistre garanti aboutit, les honoraires d'avocat de ce recours sont "
        f"remboursés sur factures, hors taxe sur la valeur ajoutée, dans la limite de {share} des sommes recouvrées "
        f"ou des cotisations évitées. Causes garanties : {conditions.causes_text(terms.causes)}."
    )
    return (Clause.CONTESTATION_FEES.saying(text),)


CONTESTATION_FEES = Guarantee(
    code=CODE,
    label_fr=LABEL_FR,
    events=EVENTS,
    method=PricingMethod.FEES,
    is_eligible=is_eligible,
    paid_eur=fees_eur,
    wording=wording,
)
