"""Exceptions: a quote outside the rules goes to an underwriter, or to the insurer; what they answer, and how far.

An underwriter decides alone up to their authority on the insured wages; above it, a second person agrees to exactly
what was decided. The insurer's answer comes on paper: whoever records it says where it lies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access import approvals
from atmp_insure.access.models import ApprovalState
from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right, Role
from atmp_insure.diary.task_service import NewTask, ask_task, end_asked_about
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.underwriting import queries
from atmp_insure.underwriting.decision import Verdict
from atmp_insure.underwriting.models import DecisionKind, Quote, QuoteDecision, QuoteState

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession

UNDERWRITER, INSURER = "underwriter", "insurer"
ACT = DelegatedAct.ACCEPT.value
_REFERRED = "quote_referred"  # what asks for the tasks of a referral
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


def refer_quote(session: ScopedSession, quote: Quote, words: str, now: datetime) -> None:
    """Hand a quote outside the rules to the underwriters, with the words of whoever made it.

    Raises:
        Refused: the quote is not to be referred.
    """
    locked = locked_quote(session, quote, Right.WRITE_QUOTES)
    if locked.state is not QuoteState.TO_REFER:
        raise Refused("Ce devis n'est pas à soumettre.")
    locked.state, locked.waits_for = QuoteState.REFERRED, UNDERWRITER
    _ask(session, locked, f"Statuer sur le devis {locked.reference}", words, now)
    session.flush()


def refer_to_insurer(session: ScopedSession, quote: Quote, words: str, now: datetime) -> None:
    """Hand a referred quote on to the insurer, whose agreement keeps the decision.

    Raises:
        Refused: the quote does not await an underwriter, or a decision on it awaits its second accord.
    """
    locked = locked_quote(session, quote, Right.DECIDE_QUOTES)
    if locked.state is not QuoteState.REFERRED or locked.waits_for != UNDERWRITER:
        raise Refused("Ce devis n'attend pas le service souscription.")
    if pending_decision(session, locked) is not None:
        raise Refused("Une décision attend déjà sa seconde validation.")
    locked.waits_for = INSURER
    end_asked_about(session, _subject(locked), _REFERRED, now)
    _ask(session, locked, f"Obtenir la réponse de l'assureur sur le devis {locked.reference}", words, now)
    session.flush()


def decide_quote(session: ScopedSession, quote: Quote, answered: Answered, now: datetime) -> QuoteDecision:
    """Answer a referred quote; above one's authority the decision awaits a second accord (`applied_at` is None).

    Raises:
        InvalidInput: no reason is given.
        Refused: the quote awaits no answer, a decision on it awaits its second accord, or it has no price to grant.
    """
    locked = locked_quote(session, quote, Right.DECIDE_QUOTES)
    if locked.state is not QuoteState.REFERRED:
        raise Refused("Ce devis n'attend pas de décision.")
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
            session, ACT, _subject(locked), _shown(locked, decision), now=now, amount_eur=locked.wages_eur,
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
    if decision is None or locked.state is not QuoteState.REFERRED:
        raise Refused("Aucune décision n'attend d'accord sur ce devis.")
    if not approvals.use_approval(session, ACT, _subject(locked), _shown(locked, decision)):
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


def _subject(quote: Quote) -> str:
    return f"quotes:{quote.id}"


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
    granted = decision.verdict == Verdict.ACCEPT.value
    quote.state, quote.waits_for = (QuoteState.READY if granted else QuoteState.REFUSED), None
    end_asked_about(session, _subject(quote), _REFERRED, now)
    session.flush()


def end_wait(session: ScopedSession, quote: Quote, state: QuoteState, now: datetime) -> None:
    """A quote is replaced, or lapses: nobody needs to answer it any more."""
    quote.state, quote.waits_for = state, None
    end_asked_about(session, _subject(quote), _REFERRED, now, dropped="Ce devis n'est plus en vigueur.")


def _ask(session: ScopedSession, quote: Quote, title: str, words: str, now: datetime) -> None:
    ask_task(session, NewTask(
        title=title, detail=words.strip(), due_on=paris_day(now) + timedelta(days=_DAYS_TO_ANSWER),
        team=Role.UNDERWRITER, company_id=quote.company_id, subject=_subject(quote),
        key=f"quote:{quote.id}:{quote.waits_for}", origin=_REFERRED,
    ), now)  # fmt: skip


def locked_quote(session: ScopedSession, quote: Quote, right: Right) -> Quote:
    """A quote, locked against whoever else changes it.

    Raises:
        OutOfScope: the right of the actor does not reach its company.
    """
    require_right_there(session, right, quote.company_id)
    statement = select(Quote).where(Quote.id == quote.id).with_for_update(of=Quote)
    locked = session.scalar(statement.execution_options(populate_existing=True))
    assert locked is not None, "quotes are never deleted"
    return locked
