"""Exceptions: a quote outside the rules goes to an underwriter, or to the insurer; what they answer, and how far.

An underwriter decides alone up to their authority on the insured wages; above it, a second person agrees to exactly
what was decided. The insurer's answer comes on paper: whoever records it says where it lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from atmp_insure.access import approvals
from atmp_insure.access.models import ApprovalState
from atmp_insure.access.roles import Right, Role
from atmp_insure.diary.task_service import NewTask, ask_task, end_asked_about
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.underwriting import queries
from atmp_insure.underwriting.decision import Verdict
from atmp_insure.underwriting.models import DecisionKind, Quote, QuoteDecision
from atmp_insure.underwriting.quote_course import QuoteAct, is_open_to, step
from atmp_insure.underwriting.quote_service import REFERRAL, locked_quote, subject_of

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession

UNDERWRITER, INSURER = "underwriter", "insurer"
ACT = DelegatedAct.ACCEPT.value
_DAYS_TO_ANSWER = 2  # a broker has the client on the phone


@dataclass(frozen=True, slots=True)
class Answered:
    """What an underwriter, or the insurer, answers.

    Attributes:
        reason: why, in their words.
        conditions: under which the quote is accepted; empty when without any.
    """

    granted: bool
    reason: str
    conditions: str = ""

    @property
    def verdict(self) -> Verdict:
        """The verdict that the answer is."""
        return Verdict.ACCEPT if self.granted else Verdict.REFUSE

    @property
    def act(self) -> QuoteAct:
        """What it does to the quote."""
        return QuoteAct.GRANT if self.granted else QuoteAct.DECLINE


def refer_quote(session: ScopedSession, quote: Quote, words: str, now: datetime) -> None:
    """Hand a quote outside the rules to the underwriters, with the words of whoever made it.

    Raises:
        Refused: the quote is not to be referred.
    """
    locked = locked_quote(session, quote, Right.WRITE_QUOTES)
    locked.state, locked.waits_for = step(locked.state, QuoteAct.REFER), UNDERWRITER
    _ask(session, locked, f"Statuer sur le devis {locked.reference}", words, now)
    session.flush()


def refer_to_insurer(session: ScopedSession, quote: Quote, words: str, now: datetime) -> None:
    """Hand a referred quote on to the insurer, whose agreement keeps the decision.

    Raises:
        Refused: the quote does not await an underwriter, or a decision on it awaits its second accord.
    """
    locked = locked_quote(session, quote, Right.DECIDE_QUOTES)
    if locked.waits_for != UNDERWRITER:
        raise Refused("Ce devis n'attend pas le service souscription.")
    if pending_decision(session, locked) is not None:
        raise Refused("Une décision attend déjà sa seconde validation.")
    locked.waits_for = INSURER
    end_asked_about(session, subject_of(locked), REFERRAL, now)
    _ask(session, locked, f"Obtenir la réponse de l'assureur sur le devis {locked.reference}", words, now)
    session.flush()


def decide_quote(session: ScopedSession, quote: Quote, answered: Answered, now: datetime) -> QuoteDecision:
    """Answer a referred quote; above one's authority the decision awaits a second accord (`applied_at` is None).

    Raises:
        InvalidInput: no reason is given.
        Refused: the quote awaits no answer, a decision on it awaits its second accord, or it has no price to grant.
    """
    locked = locked_quote(session, quote, Right.DECIDE_QUOTES)
    step(locked.state, answered.act)  # refused before anything else is looked at
    if not answered.reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi, en une phrase", place="reason")
    if answered.granted and not locked.answer["variants"]:
        raise Refused("Ce devis n'a pas de prix à accorder : le recalculer une fois ses données complètes.")
    if pending_decision(session, locked) is not None:
        raise Refused("Une décision attend déjà sa seconde validation.")
    decision = _decision(session, locked, answered, now)
    locked.decisions.append(decision)
    session.flush()
    if answered.granted and not _may_alone(session, locked, now):  # also when one says what the insurer answered
        decision.approval_id = approvals.request_approval(
            session, ACT, subject_of(locked), _shown(locked, decision), now=now, amount_eur=locked.wages_eur,
            company_id=locked.company_id, reason=f"Devis {locked.reference} : {answered.reason.strip()}",
        ).id  # fmt: skip
        session.flush()
        return decision
    _apply(session, locked, decision, now)
    return decision


def apply_decision(session: ScopedSession, quote: Quote, now: datetime) -> QuoteDecision:
    """Give effect to the decision that a second person agreed to.

    Raises:
        Refused: none awaits it, or nobody agreed yet.
    """
    locked = locked_quote(session, quote, Right.DECIDE_QUOTES)
    decision = pending_decision(session, locked)
    if decision is None or not is_open_to(locked.state, _act_of(decision)):
        raise Refused("Aucune décision n'attend d'accord sur ce devis.")
    if not approvals.use_approval(session, ACT, subject_of(locked), _shown(locked, decision)):
        raise Refused("La seconde validation n'est pas encore donnée.")
    _apply(session, locked, decision, now)
    return decision


def pending_decision(session: ScopedSession, quote: Quote) -> QuoteDecision | None:
    """The decision that awaits its second accord, or has just received it; None when there is none."""
    waiting = [one for one in quote.decisions if one.applied_at is None and one.approval_id is not None]
    for one in waiting:
        if queries.approval_state(session, one.approval_id) in {ApprovalState.REQUESTED, ApprovalState.GRANTED}:
            return one
    return None


def _may_alone(session: ScopedSession, quote: Quote, now: datetime) -> bool:
    return approvals.is_within_authority(session, ACT, quote.wages_eur, paris_day(now))


def _shown(quote: Quote, decision: QuoteDecision) -> str:
    """What a second person agrees to: this decision, on this price."""
    parts = quote.reference, str(decision.id), decision.verdict, decision.conditions, str(quote.wages_eur)
    return "|".join(parts)


def _decision(session: ScopedSession, quote: Quote, answered: Answered, now: datetime) -> QuoteDecision:
    kind = DecisionKind.INSURER if quote.waits_for == INSURER else DecisionKind.UNDERWRITER
    reason = {
        "code": kind.value, "verdict": answered.verdict.value, "text_fr": answered.reason.strip(), "remedy_fr": "",
        "source": "décision motivée",
    }  # fmt: skip
    return QuoteDecision(
        company_id=quote.company_id, kind=kind, verdict=answered.verdict.value, conditions=answered.conditions.strip(),
        reasons=[reason], decided_by=session.actor.name, decided_at=now,
    )  # fmt: skip


def _apply(session: ScopedSession, quote: Quote, decision: QuoteDecision, now: datetime) -> None:
    decision.applied_at = now
    quote.state, quote.waits_for = step(quote.state, _act_of(decision)), None
    end_asked_about(session, subject_of(quote), REFERRAL, now)
    session.flush()


def _act_of(decision: QuoteDecision) -> QuoteAct:
    return QuoteAct.GRANT if decision.verdict == Verdict.ACCEPT.value else QuoteAct.DECLINE


def _ask(session: ScopedSession, quote: Quote, title: str, words: str, now: datetime) -> None:
    ask_task(session, NewTask(
        title=title, detail=words.strip(), due_on=paris_day(now) + timedelta(days=_DAYS_TO_ANSWER),
        team=Role.UNDERWRITER, company_id=quote.company_id, subject=subject_of(quote),
        key=f"quote:{quote.id}:{quote.waits_for}", origin=REFERRAL,
    ), now)  # fmt: skip
