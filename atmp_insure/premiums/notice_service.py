"""Use cases of formal notices (mises en demeure): given, posted with their proof, withdrawn with a reason."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db import checkpoints
from atmp_insure.db.facts import Fact, record_fact
from atmp_insure.db.numbering import take_number
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.policies.queries import locked_policy
from atmp_insure.premiums import chase_queries, chase_situations
from atmp_insure.premiums.chase_models import (
    NoticeEnding,
    PremiumNotice,
    PremiumNoticeCall,
    PremiumNoticePaper,
    PremiumNoticeSending,
)
from atmp_insure.premiums.chase_service import end_notice, keep_chases
from atmp_insure.premiums.chasing import ChaseStep, next_step, to_claim
from atmp_insure.premiums.unpaid_clock import SUSPENSION, TERMINATION

if TYPE_CHECKING:
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.chase_service import ChaseDesk
    from atmp_insure.premiums.chasing import Situation

NOTICE_GIVEN = "premium_notice_given"
_SERIES = "premium_notices"
_ZERO, _DAY = Decimal(0), timedelta(days=1)


def give_notice(session: ScopedSession, policy_id: int, dated_on: date, desk: ChaseDesk) -> PremiumNotice:
    """Give formal notice to pay all the premiums of a policy whose ten days are over on a day.

    The policy is locked: of two who give it at once, the second is told.

    Args:
        dated_on: for which the letter is dated, when it will be posted.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        Refused: nothing may be claimed on that day; a notice runs already; cover is suspended; the procedure is held.
    """
    policy = locked_policy(session, policy_id)
    require_right_there(session, Right.COLLECT_POLICIES, policy.company_id)
    situation = chase_situations.situations(session, [policy_id]).get(policy_id)
    claimed = to_claim(_claimable(situation, desk), dated_on, desk.clock)
    if not claimed:
        raise Refused(
            f"Aucune prime du contrat {policy.reference} n'est impayée depuis dix jours au {dated_on:%d/%m/%Y} : une "
            "mise en demeure envoyée plus tôt serait sans effet (art. L.113-3)."
        )
    notice = PremiumNotice(
        company_id=policy.company_id, policy_id=policy_id, year=dated_on.year,
        number=take_number(session, f"{_SERIES}:{dated_on.year}"), dated_on=dated_on,
        amount_eur=sum((one.left_eur for one in claimed), _ZERO), made_at=desk.now, made_by=session.actor.name,
        claims=[
            PremiumNoticeCall(company_id=policy.company_id, call_id=one.call_id, left_eur=one.left_eur)
            for one in claimed
        ],
    )  # fmt: skip
    session.add(notice)
    session.flush()
    record_fact(session, Fact(
        NOTICE_GIVEN, notice.name, f"{_SERIES}:{notice.id}", dated_on, desk.now, policy.company_id,
        {"notice_id": notice.id},
    ))  # fmt: skip
    keep_chases(session, [policy_id], desk.clock)
    checkpoints.reached("premiums: notice given")
    return notice


def _claimable(found: Situation | None, desk: ChaseDesk) -> Situation:
    """A policy whose premiums may be claimed by a formal notice."""
    step = next_step(found, desk.clock) if found else None
    if found is None or step is None:
        raise Refused("Tout ce qui a été appelé de ce contrat est payé.")
    match step.step:
        case ChaseStep.SEND_NOTICE | ChaseStep.SUSPEND:
            raise Refused(
                "Une mise en demeure de ce contrat est déjà en cours : la conduire à son terme, ou la retirer."
            )
        case ChaseStep.HELD:
            raise Refused("La procédure de ce contrat est arrêtée : la reprendre d'abord.")
        case ChaseStep.TERMINATE | ChaseStep.RESUME:
            raise Refused("La garantie de ce contrat est déjà suspendue.")
        case ChaseStep.COLLECT:
            raise Refused(
                "Ce contrat est terminé : il n'y a plus de garantie à suspendre. Réclamer la dette autrement."
            )
    return found


def record_sending(
    session: ScopedSession, notice: PremiumNotice, sent_on: date, proof: str, desk: ChaseDesk
) -> PremiumNoticeSending:
    """Record that a formal notice was posted: its thirty days run from that day.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        InvalidInput: no number of a registered letter, a day to come, or one before the letter was dated.
        Refused: it is recorded already, or the notice ended.
    """
    locked_policy(session, notice.policy_id)
    require_right_there(session, Right.COLLECT_POLICIES, notice.company_id)
    known = chase_queries.find_open_notice(session, notice.policy_id)
    if known is None or known.id != notice.id:
        raise Refused(f"La mise en demeure {notice.name} a pris fin : il n'y a plus rien à expédier.")
    if known.sending is not None:
        raise Refused(f"L'envoi de {notice.name} est déjà enregistré : {known.sending.sent_on:%d/%m/%Y}.")
    if not proof.strip():
        raise InvalidInput.one("numéro de recommandé absent", "Recopier celui de la preuve de dépôt", place="proof")
    if not notice.dated_on <= sent_on <= desk.on:
        raise InvalidInput.one(
            f"« {sent_on:%d/%m/%Y} » hors de la période possible",
            f"Donner un jour entre le {notice.dated_on:%d/%m/%Y}, date de la lettre, et aujourd'hui", place="sent_on",
        )  # fmt: skip
    clock = desk.clock
    sending = PremiumNoticeSending(
        company_id=notice.company_id, notice_id=notice.id, sent_on=sent_on, proof=proof.strip(),
        suspended_on=clock.suspended_on(sent_on), terminable_on=clock.terminable_on(sent_on),
        reasoning={rule: clock.reasoning(rule, sent_on) for rule in (SUSPENSION, TERMINATION)},
        recorded_at=desk.now, recorded_by=session.actor.name,
    )  # fmt: skip
    known.sending = sending
    session.add(sending)
    session.flush()
    keep_chases(session, [notice.policy_id], clock)
    return sending


def withdraw(session: ScopedSession, notice: PremiumNotice, reason: str, desk: ChaseDesk) -> None:
    """Withdraw a formal notice (wrong amount, wrong address, agreement): it has no effect, another may be given.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        InvalidInput: no reason.
        Refused: it ended already, or cover is suspended by it.
    """
    locked_policy(session, notice.policy_id)
    require_right_there(session, Right.COLLECT_POLICIES, notice.company_id)
    known = chase_queries.find_open_notice(session, notice.policy_id)
    if known is None or known.id != notice.id:
        raise Refused(f"La mise en demeure {notice.name} a déjà pris fin.")
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi elle est retirée", place="reason")
    found = chase_situations.situations(session, [notice.policy_id]).get(notice.policy_id)
    if found is not None and found.suspended_on is not None:
        raise Refused("La garantie est suspendue par cette mise en demeure : annuler d'abord la suspension au contrat.")
    end_notice(session, known, NoticeEnding.WITHDRAWN, reason.strip(), desk)
    keep_chases(session, [notice.policy_id], desk.clock)


def file_notice(session: ScopedSession, notice: PremiumNotice, document_id: int, now: datetime) -> PremiumNoticePaper:
    """File the letter of a formal notice; one that has its own keeps it."""
    if notice.paper is not None:
        return notice.paper
    paper = PremiumNoticePaper(company_id=notice.company_id, notice_id=notice.id, document_id=document_id, filed_at=now)
    notice.paper = paper
    session.add(paper)
    session.flush()
    return paper


def ends_on(notice: PremiumNotice, desk: ChaseDesk) -> date:
    """The first day without cover of a policy that is ended today for a notice that stayed unpaid.

    A second letter notifies it: it takes effect the day after, and never within the ten days after the thirty.

    Raises:
        Refused: the notice was not posted, ended, or its days are not over.
    """
    if notice.sending is None or notice.ending is not None:
        raise Refused(f"La mise en demeure {notice.name} ne court pas : elle ne peut fonder une résiliation.")
    if desk.on < notice.sending.terminable_on:
        raise Refused(f"La résiliation n'est possible qu'à partir du {notice.sending.terminable_on:%d/%m/%Y}.")
    return desk.on + _DAY
