"""Use cases of payment plans: agreed for due calls, taken back, ended once paid or missed; a kept one holds chasing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right, Role
from atmp_insure.db.facts import Fact, record_fact
from atmp_insure.diary.task_service import NewTask, ask_task
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.french import french_euros
from atmp_insure.policies.queries import locked_policy
from atmp_insure.premiums import chase_service, plan_queries, queries
from atmp_insure.premiums.chase_models import HoldKind
from atmp_insure.premiums.chase_service import NewHold
from atmp_insure.premiums.payment_plans import MOST, PlanState, plan_state
from atmp_insure.premiums.plan_models import PaymentPlan, PlanAmount, PlanCall, PlanEnd, PlanPaper

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.chase_service import ChaseDesk
    from atmp_insure.premiums.payment_plans import PlannedAmount

PLAN_AGREED = "payment_plan_agreed"
_ZERO = Decimal(0)
Owed = tuple[int, Decimal]


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan as it was agreed with the client.

    Attributes:
        key: of the form; sent twice, it is one plan.
        call_ids: of what it is about.
    """

    key: str
    policy_id: int
    call_ids: tuple[int, ...]
    amounts: tuple[PlannedAmount, ...]
    reason: str


def due_of(session: ScopedSession, policy_id: int, on: date) -> list[Owed]:
    """The calls of a policy that are due on a day and not settled, each with what is left; the first due first."""
    calls = [one for one in queries.list_calls_of(session, policy_id) if one.total_eur > 0 and one.due_on <= on]
    left = queries.left_of(session, {one.reference for one in calls})
    found = ((one.id, left.get(one.reference, _ZERO)) for one in sorted(calls, key=lambda call: (call.due_on, call.id)))
    return [(number, left_eur) for number, left_eur in found if left_eur]


def agree(session: ScopedSession, new: NewPlan, desk: ChaseDesk) -> PaymentPlan:
    """Agree a plan for due calls of a policy: while it is kept, reminders, notices and suspensions stop; calls go on.

    The policy is locked: of two who agree one at once, the second is told.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        InvalidInput: all that is wrong with it: calls, days, amounts that are not what is owed to the cent.
        Refused: the procedure is held already, by a plan or otherwise.
    """
    policy = locked_policy(session, new.policy_id)
    require_right_there(session, Right.COLLECT_POLICIES, policy.company_id)
    known = session.scalar(plan_queries.plan_of_key(new.key))
    if known is not None:
        return known
    owed = [one for one in due_of(session, policy.id, desk.on) if one[0] in set(new.call_ids)]
    faults = list(_faults(new, owed, desk.on))
    if faults:
        raise InvalidInput(faults)
    held = chase_service.hold(session, policy.id, NewHold(HoldKind.PLAN, new.reason), desk)
    who = {"company_id": policy.company_id}
    plan = PaymentPlan(
        **who, policy_id=policy.id, hold_id=held.id, key=new.key, total_eur=_sum(owed), reason=new.reason.strip(),
        agreed_on=desk.on, agreed_at=desk.now, agreed_by=session.actor.name,
        calls=[PlanCall(**who, call_id=number, owed_eur=left_eur) for number, left_eur in owed],
        amounts=[PlanAmount(**who, due_on=one.due_on, amount_eur=one.amount_eur) for one in new.amounts],
    )  # fmt: skip
    session.add(plan)
    session.flush()
    record_fact(session, Fact(
        PLAN_AGREED, plan.name, f"payment_plans:{plan.id}", desk.on, desk.now, policy.company_id, {"plan_id": plan.id},
    ))  # fmt: skip
    return plan


def _sum(owed: Sequence[Owed]) -> Decimal:
    return sum((left_eur for _, left_eur in owed), _ZERO)


def _faults(new: NewPlan, owed: Sequence[Owed], on: date) -> Iterator[Fault]:
    if not new.reason.strip():
        yield Fault("motif absent", "Dire pourquoi cet échéancier est accordé", "reason")
    if not owed or len(owed) != len(set(new.call_ids)):
        said = (
            "aucun appel choisi" if not new.call_ids else "un appel choisi n'est pas échu, ou a été réglé entre-temps"
        )
        yield Fault(said, "Cocher des appels échus de ce contrat, encore dus", "calls")
    if len(new.amounts) not in range(1, MOST + 1):
        said = f"{len(new.amounts)} montants, {MOST} au plus" if new.amounts else "aucun montant"
        yield Fault(said, "Donner à chaque date son montant", "amounts")
    if new.amounts and new.amounts[0].due_on < on:
        said = f"première date au {new.amounts[0].due_on:%d/%m/%Y}, déjà passée"
        yield Fault(said, "La donner à partir d'aujourd'hui", "amounts")
    if any(after.due_on <= before.due_on for before, after in pairwise(new.amounts)):
        yield Fault("dates qui ne se suivent pas", "Donner les dates dans leur ordre, chacune une fois", "amounts")
    if any(one.amount_eur <= 0 for one in new.amounts):
        yield Fault("montant nul ou négatif", "Donner des montants au-dessus de zéro", "amounts")
    total_eur = sum((one.amount_eur for one in new.amounts), _ZERO)
    if owed and new.amounts and total_eur != _sum(owed):
        yield Fault(
            f"les montants font {_said(total_eur)}, et il reste dû {_said(_sum(owed))} de ces appels, soit un écart de "
            f"{_said(abs(total_eur - _sum(owed)))}", "Corriger un montant : la somme est celle qui est due, au centime",
            "amounts",
        )  # fmt: skip


def take_back(session: ScopedSession, plan_id: int, reason: str, desk: ChaseDesk) -> PlanEnd:
    """Take a plan back, with its reason: the procedure goes on from where its days put it.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        InvalidInput: no reason.
        Refused: it ended already.
    """
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi l'échéancier est annulé", place="reason")
    return _end(session, plan_queries.get_plan(session, plan_id), PlanState.TAKEN_BACK, reason.strip(), desk)


def _end(session: ScopedSession, plan: PaymentPlan, how: PlanState, reason: str, desk: ChaseDesk) -> PlanEnd:
    policy = locked_policy(session, plan.policy_id)
    require_right_there(session, Right.COLLECT_POLICIES, policy.company_id)
    plan = plan_queries.get_plan(session, plan.id)  # as it stands once the policy is locked
    if plan.ending is not None:
        raise Refused(f"L'échéancier {plan.name} est déjà terminé ({plan.ending.how.label}).")
    ending = PlanEnd(
        company_id=plan.company_id, plan_id=plan.id, how=how, reason=reason, ended_on=desk.on, ended_at=desk.now,
        ended_by=session.actor.name,
    )  # fmt: skip
    session.add(ending)
    session.flush()
    chase_service.release(session, plan.policy_id, f"Échéancier {plan.name} {how.label}", desk, of_plan=True)
    return ending


def look_at_plans(session: ScopedSession, desk: ChaseDesk, tolerance_days: int) -> list[PlanState]:
    """End the plans that are paid whole and those of which an amount is missed, and tell the accountants of the latter.

    Returns:
        How each of those ended.
    """
    found = []
    for plan in plan_queries.list_open_plans(session):
        state = plan_state(plan.planned, plan_queries.paid_of(session, plan), desk.on, tolerance_days)
        if state is PlanState.KEPT:
            continue
        found.append(_end(session, plan, state, "", desk).how)
        if state is PlanState.MISSED:
            ask_task(session, NewTask(
                f"Échéancier {plan.name} non respecté : la procédure reprend", desk.on, Role.PREMIUM_ACCOUNTANT,
                plan.company_id, f"policies:{plan.policy_id}",
                "Un montant n'est pas payé à sa date, tolérance comprise. Appeler le client, ou le mettre en demeure.",
                key=f"payment_plans:{plan.id}", origin="payment_plan",
            ), desk.now)  # fmt: skip
    return found


def file_paper(session: ScopedSession, plan: PaymentPlan, document_id: int, desk: ChaseDesk) -> PlanPaper:
    """File the letter of a plan."""
    paper = PlanPaper(company_id=plan.company_id, plan_id=plan.id, document_id=document_id, filed_at=desk.now)
    session.add(paper)
    session.flush()
    return paper


def _said(amount_eur: Decimal) -> str:
    return french_euros(Fraction(amount_eur))
