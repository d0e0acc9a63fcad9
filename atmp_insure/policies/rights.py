"""Which right each kind of transaction and of change asks for: one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.access.roles import Right
from atmp_insure.policies.changes import ChangeKind
from atmp_insure.policies.transactions import Endorsement, Renewal, TransactionKind

if TYPE_CHECKING:
    from atmp_insure.policies.transactions import Content

RIGHT_TO_CHANGE: dict[ChangeKind, Right] = dict.fromkeys(ChangeKind, Right.WRITE_POLICIES) | {
    ChangeKind.BROKER: Right.PLACE_POLICIES,
    ChangeKind.INSURER: Right.PLACE_POLICIES,
    ChangeKind.CONTACT: Right.WRITE_POLICY_CONTACTS,
    ChangeKind.MANDATE: Right.COLLECT_POLICIES,
    ChangeKind.RESTATED: Right.TAKE_OVER_POLICIES,
}
RIGHT_TO_ACT: dict[TransactionKind, Right] = {
    TransactionKind.ISSUE: Right.WRITE_POLICIES,
    TransactionKind.TAKE_OVER: Right.TAKE_OVER_POLICIES,
    TransactionKind.RENEW: Right.WRITE_POLICIES,
    TransactionKind.SUSPEND: Right.COLLECT_POLICIES,
    TransactionKind.RESUME: Right.COLLECT_POLICIES,
    TransactionKind.TERMINATE: Right.END_POLICIES,
    TransactionKind.ADJUST: Right.COLLECT_POLICIES,
    TransactionKind.REVERSE: Right.END_POLICIES,
}


def right_of(content: Content) -> frozenset[Right]:
    """The rights that a transaction needs, all of them.

    Source: a choice of this product (`docs/policies.md`).
    """
    found = {RIGHT_TO_ACT[content.kind]} if content.kind in RIGHT_TO_ACT else set()
    if isinstance(content, Endorsement | Renewal):
        found |= {RIGHT_TO_CHANGE[one.kind] for one in content.changes}
    return frozenset(found)
