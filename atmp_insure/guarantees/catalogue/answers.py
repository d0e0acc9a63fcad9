"""How the checks of a claim become the answer of a guarantee: every one is said, those that refuse first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue.guarantee import Answer, Reason

if TYPE_CHECKING:
    from atmp_insure.guarantees.catalogue.clauses import Clause


class Refusal(StrEnum):
    """Codes of the reasons that refuse; every other code speaks for the claim."""

    NOT_INSURED = "not_insured"
    NOT_GRAVE = "not_grave"
    OTHER_EVENT = "other_event"
    DEATH_NOT_INSURED = "death_not_insured"
    EVENT_NOT_GUARANTEED = "event_not_guaranteed"
    CAUSE_NOT_INSURED = "cause_not_insured"
    OUTSIDE_COVER_PERIOD = "outside_cover_period"
    NOT_YET_NOTIFIED = "not_yet_notified"  # may still be covered
    NOT_YET_CHARGED = "not_yet_charged"  # may still be covered
    IN_WAITING_PERIOD = "in_waiting_period"
    KNOWN_BEFORE_SIGNATURE = "known_before_signature"
    RECOURSE_NOT_ENGAGED = "recourse_not_engaged"  # may still be covered
    RECOURSE_NOT_WON = "recourse_not_won"  # may still be covered


@dataclass(frozen=True, slots=True)
class Check:
    """One condition looked at, and the reason that it gives."""

    holds: bool
    reason: Reason


def held(code: str, text_fr: str, clause: Clause) -> Check:
    """A condition that speaks for the claim.

    Source: the clause that it names.
    """
    return Check(holds=True, reason=Reason(code, text_fr, clause.cited))


def refused(code: Refusal, text_fr: str, clause: Clause) -> Check:
    """A condition that refuses the claim.

    Source: the clause that it names.
    """
    return Check(holds=False, reason=Reason(code.value, text_fr, clause.cited))


def answer(*checks: Check | None) -> Answer:
    """The answer that checks make together; a check that the policy does not ask for is None.

    Source: general conditions, articles 2 to 8: every condition must hold.
    """
    looked_at = [check for check in checks if check is not None]
    refusing = [check.reason for check in looked_at if not check.holds]
    holding = [check.reason for check in looked_at if check.holds]
    return Answer(not refusing, (*refusing, *holding))


def refusals(found: Answer) -> tuple[Reason, ...]:
    """The reasons of an answer that refuse.

    Source: general conditions, articles 2 to 8.
    """
    codes = {code.value for code in Refusal}
    return tuple(reason for reason in found.reasons if reason.code in codes)
