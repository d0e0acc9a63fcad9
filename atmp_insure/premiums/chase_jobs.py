"""What the worker does for unpaid premiums: reminders, suspensions, resumptions, letters of formal notices."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from atmp_insure.db.facts import Fact, Marking, RecordedFact
from atmp_insure.db.projections import Projection, Row
from atmp_insure.db.runs import Item, Run, RunItem, RunKind, start_run
from atmp_insure.db.types import key_ring_of
from atmp_insure.db.work_queue import Mark, mark_work
from atmp_insure.diary.task_service import NewTask, ask_task
from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.service import NewDocument, deposit_document
from atmp_insure.policies.paper_jobs import open_room
from atmp_insure.policies.paper_shown import frame_of
from atmp_insure.policies.policy_pdf import letter_pdf
from atmp_insure.policies.queries import get_policy, locked_policy
from atmp_insure.policies.stack_service import latest_state
from atmp_insure.premiums import (
    chase_queries,
    chase_service,
    chase_situations,
    mailing,
    notice_service,
    plan_queries,
    plan_service,
    queries,
)
from atmp_insure.premiums.call_letter import Payee
from atmp_insure.premiums.chase_loader import open_chase_desk
from atmp_insure.premiums.chase_models import PremiumChase, PremiumReminder
from atmp_insure.premiums.chase_service import CHASE_COLUMNS, chase_rows, keep_chases
from atmp_insure.premiums.chasing import ChaseStep, next_step, to_remind
from atmp_insure.premiums.collecting_service import chase_mark, mark_chase
from atmp_insure.premiums.loader import UNPAID_PREMIUM, installed_text
from atmp_insure.premiums.notice_letter import Claimed, notice_letter
from atmp_insure.premiums.plan_letter import Agreed, plan_letter
from atmp_insure.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.scheduled_job import JobContext
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.db.work_queue import QueueEntry
    from atmp_insure.premiums.chase_service import ChaseDesk

PRINT, PRINT_PLAN = "premium_notice_papers", "payment_plan_papers"  # entries of the queue
PAPER_KIND = "premium_notice"  # of `documents/kinds.yaml`
BY_ITSELF = (ChaseStep.REMIND, ChaseStep.SUSPEND, ChaseStep.RESUME)  # what needs nobody's choice


def mark_policy(session: ScopedSession, fact: RecordedFact) -> None:
    """A policy changed: what comes next of its unpaid premiums is to be found again."""
    mark_chase(session, int(fact.subject.partition(":")[2]), fact.known_at)


@Marking
def mark_called(fact: Fact | RecordedFact) -> Mark:
    """A premium was called: what comes next of it is to be found."""
    return chase_mark(fact.details["policy_id"], fact.known_at)


def advance(session: ScopedSession, entry: QueueEntry) -> None:
    """Bring a policy to where its payments, its notice and the day put it."""
    chase_service.advance(session, entry.payload["policy_id"], open_chase_desk(read_settings(), datetime.now(UTC)))


def _chases(session: ScopedSession) -> Iterator[Row]:
    clock = open_chase_desk(read_settings(), datetime.now(UTC)).clock
    for policy_ids in chase_situations.called_policies(session):
        yield from chase_rows(session, policy_ids, clock)


PREMIUM_CHASES = Projection("premium_chases", PremiumChase, CHASE_COLUMNS, _chases)


def mark_paper(session: ScopedSession, fact: RecordedFact) -> None:
    """A formal notice was given: its letter is to be made."""
    mark_work(session, PRINT, f"{fact.kind}:{fact.key}", due_at=fact.known_at, payload=dict(fact.details))


def print_notice(session: ScopedSession, entry: QueueEntry) -> None:
    """Make the letter of a formal notice, and file it; one that is there stays."""
    notice = chase_queries.get_notice(session, entry.payload["notice_id"])
    if notice.paper is not None:
        return
    settings = read_settings()
    room, own = open_room(settings, key_ring_of(session.get_bind().dialect)), settings.premiums
    policy = get_policy(session, notice.policy_id)
    state = latest_state(policy)
    left = {one.call_id: one.left_eur for one in notice.claims}
    claimed = Claimed(
        notice.name, [(one, left[one.id]) for one in chase_queries.calls_claimed(session, notice.id)],
        installed_text(settings.config_overlay, UNPAID_PREMIUM, notice.dated_on).value,
    )  # fmt: skip
    payee = Payee(own.account_holder, own.account_iban, own.debit_notice_days)
    frame = frame_of(session, policy, notice.dated_on, state, room)
    letter = notice_letter(frame, state, claimed, payee, open_chase_desk(settings, entry.due_at).clock)
    kind = document_kinds(settings.config_overlay)[PAPER_KIND]
    file = accepted(f"{notice.name}.pdf", letter_pdf("premium_notice", letter), settings.vault.largest_bytes)
    new = NewDocument(kind, notice.company_id, letter.subject, channel="made")
    document = deposit_document(session, room.vault, new, file, entry.due_at).document
    notice_service.file_notice(session, notice, document.id, entry.due_at)


def mark_plan(session: ScopedSession, fact: RecordedFact) -> None:
    """A payment plan was agreed: its letter is to be made."""
    mark_work(session, PRINT_PLAN, f"{fact.kind}:{fact.key}", due_at=fact.known_at, payload=dict(fact.details))


def print_plan(session: ScopedSession, entry: QueueEntry) -> None:
    """Make the letter of a payment plan, and file it; one that is there stays."""
    plan = plan_queries.get_plan(session, entry.payload["plan_id"])
    if plan.paper is not None:
        return
    settings = read_settings()
    room, own = open_room(settings, key_ring_of(session.get_bind().dialect)), settings.premiums
    policy, owed = get_policy(session, plan.policy_id), {one.call_id: one.owed_eur for one in plan.calls}
    calls = [(one, owed[one.id]) for one in plan_queries.calls_of_plan(session, plan)]
    agreed = Agreed(plan.name, calls, plan.planned, own.plan_tolerance_days)
    frame = frame_of(session, policy, plan.agreed_on, latest_state(policy), room)
    letter = plan_letter(frame, agreed, Payee(own.account_holder, own.account_iban, own.debit_notice_days))
    kind = document_kinds(settings.config_overlay)["payment_plan"]
    file = accepted(f"{plan.name}.pdf", letter_pdf("payment_plan", letter), settings.vault.largest_bytes)
    new = NewDocument(kind, plan.company_id, letter.subject, channel="made")
    document = deposit_document(session, room.vault, new, file, entry.due_at).document
    plan_service.file_paper(session, plan, document.id, open_chase_desk(settings, entry.due_at))


def _due(session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    on = date.fromisoformat(parameters["on"])
    for step in BY_ITSELF:
        for one in chase_queries.list_chases(session, step, on):
            yield Item(one.reference, {"policy_id": one.policy_id}, one.company_id)


def _chase(session: ScopedSession, item: RunItem) -> str:
    settings = read_settings()
    desk = open_chase_desk(settings, datetime.now(UTC))
    reminded = remind(session, item.payload["policy_id"], desk, settings.site.office_name)
    return reminded or chase_service.advance(session, item.payload["policy_id"], desk)


def remind(session: ScopedSession, policy_id: int, desk: ChaseDesk, office: str) -> str:
    """Remind a client, by one mail, of the premiums of a policy that are due; empty: there is nothing to remind of."""
    policy = locked_policy(session, policy_id)
    found = chase_situations.situations(session, [policy_id]).get(policy_id)
    step = next_step(found, desk.clock) if found else None
    if found is None or step is None or step.step is not ChaseStep.REMIND:
        return ""
    due = {one.call_id: one.left_eur for one in to_remind(found, desk.on, desk.clock)}
    if not due:
        return ""
    debts = [(one, due[one.id]) for one in queries.list_calls_of(session, policy_id) if one.id in due]
    mail = mailing.mail_reminder(session, (policy, latest_state(policy)), debts, office, desk.now)
    if mail is None:
        ask_task(session, NewTask(
            f"Relancer par téléphone : prime du contrat {policy.reference}", desk.on, Role.PREMIUM_ACCOUNTANT,
            policy.company_id, f"policies:{policy_id}", "Personne n'y a d'adresse électronique.",
            key=f"premium_reminder:{debts[0][0].id}", origin="premium_reminder",
        ), desk.now)  # fmt: skip
    session.add_all(
        PremiumReminder(company_id=policy.company_id, call_id=call_id, reminded_on=desk.on,
                        is_mailed=mail is not None, recorded_at=desk.now)
        for call_id in due
    )  # fmt: skip
    session.flush()
    keep_chases(session, [policy_id], desk.clock)
    return f"{len(due)} prime(s) : " + ("rappel envoyé" if mail else "personne à qui écrire, à appeler")


CHASE_RUN = RunKind("chase_premiums", "Relancer, suspendre et remettre en vigueur", _due, _chase)


def _to_claim(session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    for one in chase_queries.list_chases(session, ChaseStep.GIVE_NOTICE, date.fromisoformat(parameters["dated_on"])):
        yield Item(one.reference, {"policy_id": one.policy_id}, one.company_id)


def _claim(session: ScopedSession, item: RunItem) -> str:
    dated_on = date.fromisoformat(session.get_one(Run, item.run_id).parameters["dated_on"])
    desk = open_chase_desk(read_settings(), datetime.now(UTC))
    return notice_service.give_notice(session, item.payload["policy_id"], dated_on, desk).name


NOTICE_RUN = RunKind("give_notices", "Mettre en demeure", _to_claim, _claim)


def start_notices(session: ScopedSession, dated_on: date, now: datetime) -> Run:
    """Hand the formal notices of a day to a run; pressed twice at the same moment, one run."""
    key = f"{dated_on} {now.isoformat(timespec='minutes')}"
    return start_run(session, NOTICE_RUN, key, now, {"dated_on": dated_on.isoformat()})


def chase_premiums(context: JobContext) -> str:
    """Every morning: end holds and payment plans that are over, then remind, suspend and resume by a run."""
    desk = open_chase_desk(context.settings, context.now)
    with context.database.writing(system("unpaid premiums")) as session:
        over = chase_queries.list_holds_over(session, context.on)
        for one in over:
            chase_service.release(session, one.policy_id, "dernier jour passé", desk)
        ended = plan_service.look_at_plans(session, desk, context.settings.premiums.plan_tolerance_days)
        run = start_run(session, CHASE_RUN, context.on.isoformat(), context.now, {"on": context.on.isoformat()})
    count = len(over) + len(ended)
    return f"{count} procédure(s) reprise(s), {run.item_count} contrat(s) à relancer, suspendre ou reprendre"
