"""Where what is taken over comes from: said in the reason of each transaction, marked by the workbook attached to it.

By that mark its charges, which another system called, are told apart (`take_over_queries.called_elsewhere`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.policies.models import PolicyPaper
from atmp_insure.policies.sequence import withdrawal
from atmp_insure.policies.stack_service import Act, stack_of, write_entries
from atmp_insure.policies.state import counting, opening_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.body_models import PartyImport
    from atmp_insure.policies.former_lines import TakenEntry
    from atmp_insure.policies.known_office import Rulebook
    from atmp_insure.policies.models import Policy, PolicyTransaction


@dataclass(frozen=True, slots=True)
class TakeOver:
    """A book that is being taken over.

    Attributes:
        person_id: who asked for it: the accounts of its mandates are proposed in their name.
    """

    found: PartyImport
    rules: Rulebook
    now: datetime
    person_id: int | None = None

    @property
    def book_id(self) -> int:
        """The workbook, in the vault."""
        return self.found.document_id

    def reason(self, place: str) -> str:
        """Why a transaction is recorded: the take-over, who brought it, where it comes from, and the line."""
        return f"Reprise n° {self.found.id} par {self.found.created_by}, {self.found.source} : {place}."


def write_taken(session: ScopedSession, policy: Policy, entries: Sequence[TakenEntry], taken: TakeOver) -> None:
    """Write transactions on a policy, each with the line of the book that it comes from."""
    for one in entries:
        act = Act(taken.reason(one.place), taken.now)
        _attach(session, policy, write_entries(session, policy, [one.entry], act), taken)


def reverse_taken(session: ScopedSession, policy: Policy, taken: TakeOver) -> None:
    """Reverse every transaction of a policy that nothing but take-overs wrote, the latest first."""
    stack = stack_of(policy)
    opening = opening_of(counting(stack))
    assert opening is not None, "a policy that nothing but take-overs wrote begins with one"
    plan = withdrawal(stack, opening.number, taken.rules.catalogue.tax)
    act = Act(f"Annulation de la reprise n° {taken.found.id}.", taken.now)
    _attach(session, policy, write_entries(session, policy, plan.reversals, act), taken)


def _attach(session: ScopedSession, policy: Policy, rows: Sequence[PolicyTransaction], taken: TakeOver) -> None:
    """Mark where transactions come from: the workbook, as the vault keeps it."""
    for row in rows:
        row.papers.append(PolicyPaper(
            company_id=policy.company_id, policy_id=policy.id, document_id=taken.book_id,
            filed_at=taken.now,
        ))  # fmt: skip
    session.flush()
