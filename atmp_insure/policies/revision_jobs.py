"""What the worker does for yearly revisions: runs over clients, the daily look at what may move, the end of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from atmp_insure.db.actor import system
from atmp_insure.db.runs import Item, Run, RunItem, RunKind, start_run
from atmp_insure.db.types import key_ring_of
from atmp_insure.db.work_queue import mark_work
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.kernel.paris import paris_day
from atmp_insure.policies import queries, revision_queries, revision_service
from atmp_insure.policies.grounds import DUE_DATE
from atmp_insure.policies.loader import installed_grounds
from atmp_insure.policies.notice_blueprint import notify
from atmp_insure.policies.paper_jobs import open_room
from atmp_insure.policies.revision_campaign import Campaign, require_sensible
from atmp_insure.policies.revision_service import RevisionDesk
from atmp_insure.rate_records.loader import open_office
from atmp_insure.settings import read_settings
from atmp_insure.underwriting.loader import installed_tariff_book

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from atmp_insure.db.facts import RecordedFact
    from atmp_insure.db.keyring import KeyRing
    from atmp_insure.db.scheduled_job import JobContext
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.db.work_queue import QueueEntry
    from atmp_insure.rate_records.readers.mapping import ColumnMapping
    from atmp_insure.settings import Settings

SETTLE = "settle_revisions"  # entry of the queue
ONE_BY_ONE = 1  # a price takes a second: no chunk of them holds its locks for long


def open_desk(settings: Settings, ring: KeyRing, mappings: Mapping[str, ColumnMapping], now: datetime) -> RevisionDesk:
    """What revisions are made with, in an installation."""
    overlay = settings.config_overlay
    book = installed_tariff_book(overlay, queries.insured_wages)
    ground = installed_grounds(overlay).on(DUE_DATE, paris_day(now))
    return RevisionDesk(open_office(overlay, ring, mappings), book, settings, ground, document_kinds(overlay), now)


def _desk(session: ScopedSession) -> RevisionDesk:
    return open_desk(read_settings(), key_ring_of(session.get_bind().dialect), {}, datetime.now(UTC))


def _policies(session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    wanted = Campaign.of(parameters)
    for row in queries.list_due(session, wanted.product, wanted.first_due_on, wanted.last_due_on):
        yield Item(row.reference, {"policy_id": row.policy_id}, row.company_id)


def _revise(session: ScopedSession, item: RunItem) -> str:
    wanted, desk = Campaign.of(session.get_one(Run, item.run_id).parameters), _desk(session)
    policy = queries.get_policy(session, item.payload["policy_id"])
    found = revision_service.open_revision(session, policy, desk, timedelta(days=wanted.answer_days))
    return found.state.label


def _movable(session: ScopedSession, _parameters: dict[str, Any]) -> Iterator[Item]:
    for one in revision_queries.list_movable(session):
        yield Item(one.policy.reference, {"revision_id": one.id}, one.company_id)


def _advance(session: ScopedSession, item: RunItem) -> str:
    revision = revision_queries.get_revision(session, item.payload["revision_id"])
    return revision_service.advance(session, revision, _desk(session)).label


def _to_notify(session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    wanted = Campaign.of(parameters)
    for one in revision_queries.list_to_notify(session, wanted.product, wanted.first_due_on, wanted.last_due_on):
        yield Item(one.policy.reference, {"revision_id": one.id}, one.company_id)


def _notify(session: ScopedSession, item: RunItem) -> str:
    desk, ring = _desk(session), key_ring_of(session.get_bind().dialect)
    revision = revision_queries.get_revision(session, item.payload["revision_id"])
    sent = notify(session, revision, desk, open_room(desk.settings, ring))
    return "rien à notifier : la prime suit la masse salariale" if sent is None else revision.state.label


REVISE = RunKind("revise_policies", "Réviser des contrats", _policies, _revise, ONE_BY_ONE)
ADVANCE = RunKind("advance_revisions", "Avancer les révisions", _movable, _advance, ONE_BY_ONE)
NOTIFY = RunKind("notify_revisions", "Notifier les nouvelles conditions", _to_notify, _notify, ONE_BY_ONE)


def start_revising(session: ScopedSession, wanted: Campaign, now: datetime) -> Run:
    """Hand a campaign of revisions to a run; pressed twice on the same day, one run.

    Raises:
        InvalidInput: it cannot be meant.
    """
    require_sensible(wanted)
    return start_run(session, REVISE, f"{_key(wanted)} {paris_day(now)}", now, wanted.plain())


def start_notifying(session: ScopedSession, wanted: Campaign, now: datetime) -> Run:
    """Hand the notices of a campaign to a run; pressed twice at the same moment, one run.

    Raises:
        InvalidInput: it cannot be meant.
    """
    require_sensible(wanted)
    return start_run(session, NOTIFY, f"{_key(wanted)} {now.isoformat(timespec='minutes')}", now, wanted.plain())


def _key(wanted: Campaign) -> str:
    return repr(sorted(wanted.plain().items()))


def advance_revisions(context: JobContext) -> str:
    """Move on, by a run, the revisions whose papers came, whose answer is late, or that a person decided."""
    with context.database.writing(system("revisions")) as session:
        if not revision_queries.list_movable(session):
            return "aucune révision en cours"
        run = start_run(session, ADVANCE, context.on.isoformat(), context.now, {})
    return f"{run.item_count} révision(s) reprises"


def mark_revisions(session: ScopedSession, fact: RecordedFact) -> None:
    """A policy changed: its revisions may have ended, or go on."""
    policy_id = int(fact.subject.partition(":")[2])
    if revision_queries.has_revision(session, policy_id):
        mark_work(session, SETTLE, f"{fact.kind}:{fact.key}", due_at=fact.known_at, payload={"policy_id": policy_id})


def settle_revisions(session: ScopedSession, entry: QueueEntry) -> None:
    """End the revisions that a policy ended itself; take up those whose end was taken back."""
    policy = queries.get_policy(session, entry.payload["policy_id"])
    for one in revision_queries.list_of_policy(session, policy.id):
        locked = revision_queries.locked_revision(session, one.id)
        revision_service.settle(session, locked, policy, entry.due_at)
