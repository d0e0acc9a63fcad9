"""What guarantees ask of a claim besides its period: an insured event and cause, unknown at signature, contested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.deadlines.day_names import date_text
from atmp_insure.guarantees.catalogue.answers import Refusal, held, refused
from atmp_insure.guarantees.catalogue.clauses import Clause
from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent
from atmp_insure.kernel.phrases import Listed

if TYPE_CHECKING:
    from atmp_insure.guarantees.catalogue.answers import Check
    from atmp_insure.guarantees.catalogue.guarantee import ClaimFacts, CoverTerms
    from atmp_insure.guarantees.product import GuaranteeTerms


def is_insured(label_fr: str, code: str, cover: CoverTerms) -> Check:
    """Whether the client took the guarantee for the policy year.

    Source: special conditions; general conditions, article 2.
    """
    year = f"pour l'année d'assurance du {date_text(cover.first_day)} au {date_text(cover.last_day)}"
    if code in cover.guarantees:
        return held("insured", f"La garantie « {label_fr} » est souscrite {year}.", Clause.INSURED_EVENTS)
    return refused(
        Refusal.NOT_INSURED, f"La garantie « {label_fr} » n'est pas souscrite {year}.", Clause.INSURED_EVENTS
    )


def is_insured_event(claim: ClaimFacts, events: frozenset[InsuredEvent], terms: GuaranteeTerms) -> Check:
    """Whether the outcome of the claim is one that the guarantee insures.

    Source: general conditions, article 2.
    """
    insured = insured_events(events, terms)
    covered = f"la garantie couvre : {events_text(insured)}."
    if claim.event is None:
        return refused(Refusal.NOT_GRAVE, f"Aucun événement grave n'est constaté ; {covered}", Clause.INSURED_EVENTS)
    text = f"Événement constaté : {claim.event.label} ; {covered}"
    if claim.event in insured:
        return held("event_insured", text, Clause.INSURED_EVENTS)
    code = Refusal.DEATH_NOT_INSURED if claim.event in events else Refusal.OTHER_EVENT
    return refused(code, text, Clause.INSURED_EVENTS)


def insured_events(events: frozenset[InsuredEvent], terms: GuaranteeTerms) -> frozenset[InsuredEvent]:
    """The events of a guarantee that the terms sell: a death only where they include it.

    Source: general conditions, article 2.
    """
    return events if terms.includes_death else events - {InsuredEvent.DEATH}


def is_guaranteed_event(claim: ClaimFacts, cover: CoverTerms) -> Check:
    """Whether the outcome is insured by another guarantee of the policy, the one that bears its cost category's code.

    Whether that guarantee accepts this very claim (death, cause) is its own answer, which the use case asks first.

    Source: general conditions, article 8.
    """
    if claim.event is None:
        text = "Aucun événement grave n'est constaté : il n'y a pas d'événement garanti à contester."
        return refused(Refusal.NOT_GRAVE, text, Clause.CONTESTATION_FEES)
    event = f"Événement contesté : {claim.event.label}"
    if claim.event.category.value in cover.guarantees:
        return held("event_guaranteed", f"{event}, garanti par la police.", Clause.CONTESTATION_FEES)
    text = f"{event}, qu'aucune garantie souscrite ne couvre."
    return refused(Refusal.EVENT_NOT_GUARANTEED, text, Clause.CONTESTATION_FEES)


def is_insured_cause(claim: ClaimFacts, terms: GuaranteeTerms) -> Check:
    """Whether accidents, or diseases, are insured.

    Source: general conditions, article 2; commuting accidents never reach an account.
    """
    text = f"Cause du sinistre : {claim.cause.label} ; la garantie couvre : {causes_text(terms.causes)}."
    if claim.cause in terms.causes:
        return held("cause_insured", text, Clause.INSURED_EVENTS)
    return refused(Refusal.CAUSE_NOT_INSURED, text, Clause.INSURED_EVENTS)


def is_unknown_at_signature(claim: ClaimFacts) -> Check:
    """Whether the client did not know the claim when the contract was signed.

    Source: general conditions, article 5: files known at signature are excluded.
    """
    if claim.was_known:
        text = "Le souscripteur connaissait ce sinistre à la signature du contrat."
        return refused(Refusal.KNOWN_BEFORE_SIGNATURE, text, Clause.EXCLUSIONS)
    text = "Le souscripteur ne connaissait pas ce sinistre à la signature du contrat."
    return held("unknown_at_signature", text, Clause.EXCLUSIONS)


def is_recourse_engaged(claim: ClaimFacts, cover: CoverTerms) -> Check | None:
    """Whether a recourse was engaged; None: the policy does not ask for one.

    Source: general conditions, article 7.
    """
    if not cover.recourse_must_be_engaged:
        return None
    if claim.recourse_engaged:
        text = "Un recours a été engagé, comme la police l'exige."
        return held("recourse_engaged", text, Clause.RECOURSES)
    text = "La police exige qu'un recours soit engagé, et aucun ne l'est."
    return refused(Refusal.RECOURSE_NOT_ENGAGED, text, Clause.RECOURSES)


def is_recourse_won(claim: ClaimFacts) -> Check:
    """Whether a recourse ended with a rate set right or a line taken off.

    Source: general conditions, article 8; presentation of the product, 2019.
    """
    if claim.recourse_won:
        text = "Le recours a abouti : le taux a été rectifié, ou l'imputation retirée du compte."
        return held("recourse_won", text, Clause.CONTESTATION_FEES)
    text = "Seuls les frais d'un recours qui a abouti sont remboursés, et celui-ci n'a pas abouti."
    return refused(Refusal.RECOURSE_NOT_WON, text, Clause.CONTESTATION_FEES)


def events_text(events: frozenset[InsuredEvent]) -> str:
    """Events in the order of the law: `incapacité permanente de 40 % et plus, décès`.

    Source: art. D.242-6-6 and D.242-6-7 CSS.
    """
    return ", ".join(event.label for event in InsuredEvent if event in events)


def causes_text(causes: frozenset[Cause]) -> Listed:
    """Causes in words: `accident du travail, maladie professionnelle`.

    Source: art. L.411-1 and L.461-1 CSS.
    """
    return Listed(cause.label for cause in Cause if cause in causes)
