"""Whether a claim belongs to a policy year: the day or the year that counts by trigger basis, and the waiting period.

A long stoppage and a death give rise to no incapacity rate: on the basis of its notification, they belong
to the day they occurred.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from atmp_insure.deadlines.day_names import date_text
from atmp_insure.guarantees.catalogue.answers import Refusal, held, refused
from atmp_insure.guarantees.catalogue.clauses import Clause
from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent, TriggerBasis
from atmp_insure.guarantees.written import DAYS, count_text

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.guarantees.catalogue.answers import Check
    from atmp_insure.guarantees.catalogue.guarantee import ClaimFacts, CoverTerms

_WITHOUT_RATE = frozenset({InsuredEvent.IT6, InsuredEvent.DEATH})


def belongs_to_cover_period(claim: ClaimFacts, cover: CoverTerms) -> Check:
    """Whether what triggers the cover falls into the policy year, both ends included.

    Source: general conditions, article 3.
    """
    match _basis(claim, cover):
        case TriggerBasis.OCCURRENCE:
            return _on_its_day(claim, cover)
        case TriggerBasis.IP_NOTIFICATION:
            return _on_notification(claim, cover)
        case TriggerBasis.ACCOUNT_LINE:
            return _on_account_line(claim, cover)


def is_past_waiting_period(claim: ClaimFacts, cover: CoverTerms) -> Check | None:
    """Whether the day that counts comes after the waiting period; None: there is none, or no such day yet.

    The waiting period is the first `waiting_days` days of the very first policy year. An account line has a year and no
    day: the day the claim occurred is taken.

    Source: general conditions, article 4.
    """
    on = claim.notified_on if _basis(claim, cover) is TriggerBasis.IP_NOTIFICATION else claim.occurred_on
    if not cover.waiting_days or on is None:
        return None
    covered_from = cover.cover_began_on + timedelta(days=cover.waiting_days)
    days = count_text(cover.waiting_days, DAYS)
    text = (
        f"Date retenue : {date_text(on)}. Le délai de carence de {days} court du "
        f"{date_text(cover.cover_began_on)} : la garantie n'est acquise qu'à partir du {date_text(covered_from)}."
    )
    if on >= covered_from:
        return held("past_waiting_period", text, Clause.WAITING_PERIOD)
    return refused(Refusal.IN_WAITING_PERIOD, text, Clause.WAITING_PERIOD)


def _basis(claim: ClaimFacts, cover: CoverTerms) -> TriggerBasis:
    if cover.basis is TriggerBasis.IP_NOTIFICATION and claim.event in _WITHOUT_RATE:
        return TriggerBasis.OCCURRENCE
    return cover.basis


def _on_its_day(claim: ClaimFacts, cover: CoverTerms) -> Check:
    happened = {
        Cause.ACCIDENT: "Accident survenu le",
        Cause.DISEASE: "Maladie constatée pour la première fois par un médecin le",
    }[claim.cause]
    why = ""
    if claim.event is not None and cover.basis is TriggerBasis.IP_NOTIFICATION:
        why = f" Un {claim.event.label} ne donne lieu à aucun taux d'incapacité : c'est cette date qui compte."
    return _dated(f"{happened} {date_text(claim.occurred_on)}", claim.occurred_on, cover, why)


def _on_notification(claim: ClaimFacts, cover: CoverTerms) -> Check:
    if claim.notified_on is None:
        text = f"Le taux d'incapacité n'est pas encore notifié ; année d'assurance : {_span(cover)}."
        return refused(Refusal.NOT_YET_NOTIFIED, text, Clause.COVER_PERIOD)
    return _dated(f"Taux d'incapacité notifié le {date_text(claim.notified_on)}", claim.notified_on, cover)


def _on_account_line(claim: ClaimFacts, cover: CoverTerms) -> Check:
    """A policy year answers for one account: that of the civil year in which it begins.

    So a policy year from July to June answers for the account of its July; each account belongs to one policy year.
    """
    year = cover.first_day.year
    answered = f"l'année d'assurance ouverte le {date_text(cover.first_day)} couvre le compte de {year}."
    if claim.account_year is None:
        text = f"Le sinistre n'est encore imputé à aucun compte employeur : {answered}"
        return refused(Refusal.NOT_YET_CHARGED, text, Clause.COVER_PERIOD)
    text = f"Sinistre imputé au compte employeur de {claim.account_year} : {answered}"
    return _judged(text, is_inside=claim.account_year == year)


def _dated(said: str, on: date, cover: CoverTerms, why: str = "") -> Check:
    is_inside = cover.first_day <= on <= cover.last_day
    where = "dans" if is_inside else "hors de"
    text = f"{said} : {where} l'année d'assurance, {_span(cover)}.{why}"
    return _judged(text, is_inside=is_inside)


def _judged(text: str, *, is_inside: bool) -> Check:
    if is_inside:
        return held("in_cover_period", text, Clause.COVER_PERIOD)
    return refused(Refusal.OUTSIDE_COVER_PERIOD, text, Clause.COVER_PERIOD)


def _span(cover: CoverTerms) -> str:
    return f"du {date_text(cover.first_day)} au {date_text(cover.last_day)}"
