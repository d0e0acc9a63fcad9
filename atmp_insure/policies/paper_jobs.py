"""The papers of what was recorded on policies: made by a worker, after the transaction that moves money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.db.types import key_ring_of
from atmp_insure.db.work_queue import mark_work
from atmp_insure.documents.vault import open_vault
from atmp_insure.policies import queries
from atmp_insure.policies.ending_grounds import EndingGround
from atmp_insure.policies.grounds import DUE_DATE, EndedBy, last_day_to_send
from atmp_insure.policies.loader import installed_grounds
from atmp_insure.policies.paper_shown import BESIDE, PAPER_KINDS, PaperRoom, paper_of, printed, put_paper
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.state import counting
from atmp_insure.settings import read_settings

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.db.facts import RecordedFact
    from atmp_insure.db.keyring import KeyRing
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.db.work_queue import QueueEntry
    from atmp_insure.settings import Settings

PRINT = "policy_papers"  # entry of the queue


def mark_papers(session: ScopedSession, fact: RecordedFact) -> None:
    """A policy changed: the papers of the act are to be made."""
    mark_work(session, PRINT, f"{fact.kind}:{fact.key}", due_at=fact.known_at, payload={
        "policy_id": int(fact.subject.partition(":")[2]), **fact.details,
    })  # fmt: skip


def print_papers(session: ScopedSession, entry: QueueEntry) -> None:
    """Make the papers of an act, and file each with its transaction; those that are there stay."""
    policy = queries.get_policy(session, entry.payload["policy_id"])
    room = open_room(read_settings(), key_ring_of(session.get_bind().dialect))
    counted = {one.number for one in counting(stack_of(policy))}
    for row in policy.transactions[entry.payload["first_number"] - 1 : entry.payload["last_number"]]:
        has_paper = row.number in counted and row.kind in PAPER_KINDS
        if has_paper and not queries.kinds_filed(session, row) - BESIDE:
            put_paper(session, row, printed(paper_of(session, policy, row, room)), room, entry.due_at)


def open_room(settings: Settings, ring: KeyRing) -> PaperRoom:
    """What papers are made with, in an installation."""
    known = installed_grounds(settings.config_overlay)

    def ground_of(code: str, on: date) -> EndingGround:
        one = known.on(code, on)
        sides = [one.by in {side, EndedBy.EITHER} for side in (EndedBy.INSURED, EndedBy.INSURER)]
        return EndingGround(one.code, one.label_fr, "", *sides)

    def last_day(due_on: date) -> date:
        return last_day_to_send(known.on(DUE_DATE, due_on), due_on)

    return PaperRoom(settings, open_vault(settings, ring), ground_of, last_day)
