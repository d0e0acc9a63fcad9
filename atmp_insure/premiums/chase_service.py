"""Use cases of unpaid premiums: what comes next kept to date, cover suspended and resumed, holds and their end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right, Role
from atmp_insure.db.scope import unscoped
from atmp_insure.diary.task_service import NewTask, ask_task
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.paris import paris_day
from atmp_insure.policies import service as policies
from atmp_insure.policies.queries import locked_policy
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.stack_service import Act, stack_of
from atmp_insure.policies.state import counting
from atmp_insure.policies.transactions import Resumption, Suspension, TransactionKind
from atmp_insure.premiums import chase_queries, chase_situations
from atmp_insure.premiums.chase_models import (
    HoldKind,
    NoticeEnding,
    PremiumChase,
    PremiumHold,
    PremiumHoldEnd,
    PremiumNotice,
    PremiumNoticeEnd,
)
from atmp_insure.premiums.chasing import ChaseStep, NextStep, fully_paid_on, is_settled, next_step

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from atmp_insure.db.projections import Row
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.policies.models import Policy
    from atmp_insure.premiums.chasing import Situation
    from atmp_insure.premiums.unpaid_clock import UnpaidClock

ARTICLE = "art. L.113-3 C. assur."
CHASE_COLUMNS = (
    "company_id", "policy_id", "reference", "oldest_due_on", "left_eur", "step", "step_on", "notice_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChaseDesk:
    """What unpaid premiums are chased with: the days of the law, the products, the moment."""

    clock: UnpaidClock
    catalogue: Catalogue
    now: datetime

    @property
    def on(self) -> date:
        """The day in Paris."""
        return paris_day(self.now)


@unscoped("what comes next of a policy is found for whoever reads it later")
def keep_chases(session: ScopedSession, policy_ids: Collection[int], clock: UnpaidClock) -> list[Row]:
    """Bring to date what comes next of some policies; they are locked. In a fixed number of statements."""
    chase_situations.lock_policies(session, policy_ids)
    rows = chase_rows(session, policy_ids, clock)
    session.execute(delete(PremiumChase).where(PremiumChase.policy_id.in_(policy_ids)))
    if rows:
        session.execute(insert(PremiumChase), rows)
    return rows


def chase_rows(session: ScopedSession, policy_ids: Collection[int], clock: UnpaidClock) -> list[Row]:
    """What comes next of some policies; none for those that have nothing left to pay."""
    named = chase_situations.names_of_policies(session, policy_ids)
    found = chase_situations.situations(session, policy_ids)
    steps = ((policy_id, one, next_step(one, clock)) for policy_id, one in sorted(found.items()))
    return [_row(policy_id, *named[policy_id], one, step) for policy_id, one, step in steps if step is not None]


def _row(policy_id: int, company_id: int, reference: str, found: Situation, step: NextStep) -> Row:
    unpaid = found.unpaid
    oldest_due_on = unpaid[0].due_on if unpaid else max(one.due_on for one in found.debts)
    return {
        "company_id": company_id, "policy_id": policy_id, "reference": reference, "oldest_due_on": oldest_due_on,
        "left_eur": sum(one.left_eur for one in unpaid), "step": step.step, "step_on": step.on,
        "notice_id": found.notice.notice_id if found.notice else None,
    }  # fmt: skip


def advance(session: ScopedSession, policy_id: int, desk: ChaseDesk) -> str:
    """Bring a policy to where its payments, its notice and the day put it: notices end, cover stops or comes back.

    Cover is suspended once the thirty days of the notice are over and something that it claims is left to pay; it
    resumes at noon of the day after all was paid. Ending the policy stays a person's choice.

    Returns:
        What was done, in French.

    Raises:
        Refused: the policy cannot be suspended or resumed on that day; a person looks at it.
    """
    policy = locked_policy(session, policy_id)
    require_right_there(session, Right.COLLECT_POLICIES, policy.company_id)
    done = []
    situation = chase_situations.situations(session, [policy_id]).get(policy_id)
    step = next_step(situation, desk.clock) if situation else None
    notice = chase_queries.find_open_notice(session, policy_id)
    if situation is not None and step is not None and step.on is not None:
        if step.step is ChaseStep.RESUME:
            done.append(_resume(session, policy, situation, step.on, desk))
        elif step.step is ChaseStep.SUSPEND and step.on <= desk.on and notice is not None:
            done.append(_suspend(session, policy, notice, step.on, desk))
    if notice is not None and (ending := _ending(session, policy_id, notice)) is not None:
        done.append(end_notice(session, notice, ending, "", desk).how.label)
    left = keep_chases(session, [policy_id], desk.clock)
    done += [row["step"].label for row in left] or ["rien à réclamer"]
    return " ; ".join(done)


def _ending(session: ScopedSession, policy_id: int, notice: PremiumNotice) -> NoticeEnding | None:
    """How a notice has ended by itself; None: it goes on."""
    found = chase_situations.situations(session, [policy_id]).get(policy_id)
    if found is None or found.ended_on is not None:
        return NoticeEnding.POLICY_ENDED
    is_paid = is_settled({one.call_id for one in notice.claims}, found.debts)
    return NoticeEnding.PAID if is_paid and found.suspended_on is None else None


def _suspend(session: ScopedSession, policy: Policy, notice: PremiumNotice, on: date, desk: ChaseDesk) -> str:
    assert notice.sending is not None, "its clock runs from its posting"
    reason = (
        f"Mise en demeure {notice.name} expédiée le {notice.sending.sent_on:%d/%m/%Y} "
        f"(recommandé {notice.sending.proof}), restée sans paiement entier"
    )
    act = Act(reason, desk.now, ARTICLE)
    policies.carry_out_on_locked(session, policy, Wanted(on, Suspension()), act, desk.catalogue)
    return f"garantie suspendue à compter du {on:%d/%m/%Y}"


def _resume(session: ScopedSession, policy: Policy, found: Situation, on: date, desk: ChaseDesk) -> str:
    """Put cover back in force; a suspension that was recorded though all was paid before it began is taken back."""
    assert found.suspended_on is not None
    paid_on = fully_paid_on(found)
    reason = f"Primes entièrement payées le {paid_on:%d/%m/%Y}"
    if on <= found.suspended_on:
        number = next(
            one.number
            for one in reversed(counting(stack_of(policy)))
            if one.entry.content.kind is TransactionKind.SUSPEND
        )
        policies.take_back(session, policy, number, Act(f"{reason}, avant la suspension", desk.now), desk.catalogue)
        return "suspension annulée : payée à temps"
    act = Act(reason, desk.now, ARTICLE)
    policies.carry_out_on_locked(session, policy, Wanted(on, Resumption()), act, desk.catalogue)
    return f"garantie remise en vigueur le {on:%d/%m/%Y} à midi"


def end_notice(
    session: ScopedSession, notice: PremiumNotice, how: NoticeEnding, reason: str, desk: ChaseDesk
) -> PremiumNoticeEnd:
    """Write the end of a formal notice."""
    ending = PremiumNoticeEnd(
        company_id=notice.company_id, notice_id=notice.id, how=how, reason=reason, ended_at=desk.now,
        ended_by=session.actor.name,
    )  # fmt: skip
    notice.ending = ending
    session.add(ending)
    session.flush()
    return ending


@dataclass(frozen=True, slots=True)
class NewHold:
    """Why the premiums of a policy are held back, and for how long.

    Attributes:
        until: its last day; None: until somebody releases it.
    """

    kind: HoldKind
    reason: str
    stops_calls: bool = False
    until: date | None = None


def hold(session: ScopedSession, policy_id: int, new: NewHold, desk: ChaseDesk) -> PremiumHold:
    """Hold back the chasing of a policy, and its calls when that is wanted.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        InvalidInput: no reason, or a last day that is over.
        Refused: it is held already.
    """
    policy = locked_policy(session, policy_id)
    require_right_there(session, Right.COLLECT_POLICIES, policy.company_id)
    if not new.reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi la procédure s'arrête", place="reason")
    if new.until is not None and new.until < desk.on:
        raise InvalidInput.one("jour déjà passé", "Donner un jour à venir, ou aucun", place="until")
    if (known := chase_queries.find_hold(session, policy_id)) is not None:
        raise Refused(f"La procédure est déjà arrêtée ({known.kind.label}) : {known.reason}. La reprendre d'abord.")
    found = PremiumHold(
        company_id=policy.company_id, policy_id=policy_id, kind=new.kind, stops_calls=new.stops_calls, until=new.until,
        reason=new.reason.strip(), recorded_at=desk.now, recorded_by=session.actor.name,
    )  # fmt: skip
    session.add(found)
    session.flush()
    if new.kind is HoldKind.INSOLVENCY:
        ask_task(session, NewTask(
            f"Procédure collective : consulter l'avocat sur le contrat {policy.reference}", desk.on, Role.MANAGER,
            policy.company_id, f"policies:{policy_id}", key=f"premium_holds:{found.id}", origin="premium_hold",
        ), desk.now)  # fmt: skip
    keep_chases(session, [policy_id], desk.clock)
    return found


def release(
    session: ScopedSession, policy_id: int, reason: str, desk: ChaseDesk, *, of_plan: bool = False
) -> PremiumHoldEnd:
    """Release what holds a policy back: the procedure goes on from where its days put it, and one call catches up.

    Args:
        of_plan: a payment plan ended; its hold is released with it and not apart from it.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        Refused: somebody released it already, or a payment plan holds it.
    """
    policy = locked_policy(session, policy_id)
    require_right_there(session, Right.COLLECT_POLICIES, policy.company_id)
    known = chase_queries.find_hold(session, policy_id)
    if known is None:
        raise Refused("La procédure a déjà repris.")
    if known.kind is HoldKind.PLAN and not of_plan:
        raise Refused("Un échéancier accordé arrête la procédure : annuler l'échéancier pour qu'elle reprenne.")
    ended = PremiumHoldEnd(
        company_id=known.company_id, hold_id=known.id, reason=reason, ended_at=desk.now, ended_by=session.actor.name
    )
    session.add(ended)
    session.flush()
    advance(session, policy_id, desk)
    return ended
