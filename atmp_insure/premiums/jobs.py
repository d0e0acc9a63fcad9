"""What the worker does for premiums: runs that call them, papers of calls, where the premiums of each policy stand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.db.facts import Fact, Marking, RecordedFact
from atmp_insure.db.projections import Projection, Row
from atmp_insure.db.runs import Item, Run, RunItem, RunKind, start_run
from atmp_insure.db.types import key_ring_of
from atmp_insure.db.work_queue import Mark, mark_work
from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.service import NewDocument, deposit_document
from atmp_insure.kernel.errors import AtmpInsureError
from atmp_insure.kernel.french import french_euros
from atmp_insure.kernel.paris import paris_day
from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.service import Books
from atmp_insure.policies.paper_jobs import open_room
from atmp_insure.policies.paper_shown import frame_of
from atmp_insure.policies.policy_pdf import letter_pdf
from atmp_insure.policies.queries import all_policies, get_policy, locked_policy
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.state import after_all, counting, states
from atmp_insure.premiums import broker_queries, mailing, queries, service
from atmp_insure.premiums.call_letter import Payee, call_letter
from atmp_insure.premiums.calling_service import call_all
from atmp_insure.premiums.models import PremiumSchedule
from atmp_insure.premiums.service import SCHEDULE_COLUMNS, Calling
from atmp_insure.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.db.work_queue import QueueEntry
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.transactions import Transaction
    from atmp_insure.premiums.calling_service import MadeCall

SCHEDULE, PRINT = "premium_schedules", "premium_call_papers"  # entries of the queue
CALLED_TOGETHER = 250  # policies of one transaction
PAPER_KIND = "premium_call"  # of `documents/kinds.yaml`


def mark_schedule(session: ScopedSession, fact: RecordedFact) -> None:
    """A policy changed: where its premiums stand is to be found again."""
    policy_id = int(fact.subject.partition(":")[2])
    mark_work(session, SCHEDULE, f"policies:{policy_id}", due_at=fact.known_at, payload={"policy_id": policy_id})


def keep_schedule(session: ScopedSession, entry: QueueEntry) -> None:
    """Find again where the premiums of a policy stand."""
    service.keep_schedule(session, locked_policy(session, entry.payload["policy_id"]))


def _schedules(session: ScopedSession) -> Iterator[Row]:
    for policy in all_policies(session):
        yield service.schedule_row(policy, service.owed_years(session, policy))


PREMIUM_SCHEDULES = Projection("premium_schedules", PremiumSchedule, SCHEDULE_COLUMNS, _schedules)


@Marking
def mark_paper(fact: Fact | RecordedFact) -> Mark:
    """A premium was called: its paper is to be made."""
    return Mark(PRINT, f"{fact.kind}:{fact.key}", fact.known_at, dict(fact.details))


def print_call(session: ScopedSession, entry: QueueEntry) -> None:
    """Make the paper of a call, file it and send it; one that is there stays."""
    call = queries.get_call(session, entry.payload["call_id"])
    if queries.find_paper(session, call.id) is not None:
        return
    settings = read_settings()
    room, own = open_room(settings, key_ring_of(session.get_bind().dialect)), settings.premiums
    policy = get_policy(session, call.policy_id)
    state = _state_told(stack_of(policy))
    frame = frame_of(session, policy, call.called_on, state, room)
    collecting = broker_queries.collecting_broker(session, call)
    payee = Payee(own.account_holder, own.account_iban, own.debit_notice_days, collecting[1] if collecting else "")
    letter = call_letter(frame, state, call, payee)
    kind = document_kinds(settings.config_overlay)[PAPER_KIND]
    file = accepted(f"{call.name}.pdf", letter_pdf("premium_call", letter), settings.vault.largest_bytes)
    new = NewDocument(kind, call.company_id, letter.subject, channel="made")
    document = deposit_document(session, room.vault, new, file, entry.due_at).document
    mail = mailing.mail_call(session, call, (policy, state), document.id, settings.site.office_name)
    service.file_paper(session, call, document.id, None if mail is None else mail.id)


def _state_told(stack: Sequence[Transaction]) -> PolicyState:
    """A policy after all that is recorded; as it was issued once all of it was taken back."""
    return after_all(one.entry for one in counting(stack)) or next(states(stack[:1]))[2]


def _due(session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    for one in queries.list_due(session, date.fromisoformat(parameters["until"])):
        yield Item(one.reference, {"policy_id": one.policy_id}, one.company_id)


def _call(session: ScopedSession, item: RunItem) -> str:
    return _told(service.call_premiums(session, item.payload["policy_id"], _calling(session, item.run_id)))


def _call_together(session: ScopedSession, items: Sequence[RunItem]) -> list[str | AtmpInsureError]:
    wanted = [item.payload["policy_id"] for item in items]
    found = call_all(session, wanted, _calling(session, items[0].run_id))
    answers = (found[one] for one in wanted)
    return [one if isinstance(one, AtmpInsureError) else _told(one) for one in answers]


def _told(calls: Sequence[MadeCall]) -> str:
    return " ; ".join(f"{one.name} : {french_euros(Fraction(one.total_eur))}" for one in calls) or "rien à appeler"


def _calling(session: ScopedSession, run_id: int) -> Calling:
    """With what a run calls; read once a transaction, for all its policies."""
    key = ("calling", run_id)
    if key not in session.info:
        until, now = date.fromisoformat(session.get_one(Run, run_id).parameters["until"]), datetime.now(UTC)
        chart = installed_chart(read_settings().config_overlay, paris_day(now))
        session.info[key] = Calling(Books(chart, now), until)
    found: Calling = session.info[key]
    return found


CALL = RunKind("call_premiums", "Appeler des primes", _due, _call, CALLED_TOGETHER, batch=_call_together)


def start_calling(session: ScopedSession, until: date, now: datetime) -> Run:
    """Hand the calls of all that is due by a day to a run; pressed twice at the same moment, one run."""
    key = f"{until} {now.isoformat(timespec='minutes')}"
    return start_run(session, CALL, key, now, {"until": until.isoformat()})
