"""What comes next of the unpaid premiums of a policy, and from which day: rules without a database.

Reminder, formal notice, suspension, termination as a person's choice, resumption: art. L.113-3 Code des assurances.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date
    from decimal import Decimal

    from atmp_insure.premiums.unpaid_clock import UnpaidClock


class ChaseStep(Labelled):
    """What comes next; the stored code, and where the policy then stands, in French."""

    REMIND = "remind", "à relancer"
    GIVE_NOTICE = "give_notice", "à mettre en demeure"
    SEND_NOTICE = "send_notice", "mise en demeure à expédier"
    SUSPEND = "suspend", "mise en demeure expédiée"
    TERMINATE = "terminate", "garantie suspendue"
    RESUME = "resume", "payé, à remettre en vigueur"
    COLLECT = "collect", "contrat terminé, à recouvrer"
    HELD = "held", "procédure arrêtée"


@dataclass(frozen=True, slots=True)
class Debt:
    """A premium call that makes the client owe something.

    Attributes:
        paid_on: the day on which all of it was paid; None while something is left.
    """

    call_id: int
    due_on: date
    left_eur: Decimal
    paid_on: date | None = None
    is_reminded: bool = False


@dataclass(frozen=True, slots=True)
class GivenNotice:
    """A formal notice that has not ended.

    Attributes:
        sent_on: the day it was posted; None: not yet.
    """

    notice_id: int
    call_ids: frozenset[int]
    dated_on: date
    sent_on: date | None


@dataclass(frozen=True, slots=True)
class Situation:
    """A policy between its unpaid premiums, its formal notice and its cover.

    Attributes:
        suspended_on, ended_on: first day without cover; None: it is in force.
        held_until: last day of a hold that has one.
    """

    debts: tuple[Debt, ...]
    notice: GivenNotice | None = None
    suspended_on: date | None = None
    ended_on: date | None = None
    is_held: bool = False
    held_until: date | None = None

    @property
    def unpaid(self) -> list[Debt]:
        """What is left to pay, the oldest debt first."""
        return sorted((one for one in self.debts if one.left_eur), key=lambda one: (one.due_on, one.call_id))


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next, and from which day; None: a person decides when."""

    step: ChaseStep
    on: date | None


def next_step(found: Situation, clock: UnpaidClock) -> NextStep | None:
    """What comes next for a policy; None: nothing is left to pay and cover stands.

    Steps name the day from which they may be taken, so that what comes next does not change as days pass.

    Source: art. L.113-3 and R.113-1 Code des assurances; reminders and holds are a practice of the office.
    """
    unpaid = found.unpaid
    if found.suspended_on is not None and found.ended_on is None:
        paid_on = fully_paid_on(found)
        if paid_on is not None:
            return NextStep(ChaseStep.RESUME, clock.resumed_on(paid_on))
    elif not unpaid:
        return None
    if found.ended_on is not None:
        return NextStep(ChaseStep.COLLECT, min(one.due_on for one in unpaid)) if unpaid else None
    if found.is_held:
        return NextStep(ChaseStep.HELD, found.held_until)
    if found.suspended_on is not None:
        return NextStep(ChaseStep.TERMINATE, _terminable_on(found, clock))
    return _before_suspension(found, unpaid, clock)


def _terminable_on(found: Situation, clock: UnpaidClock) -> date | None:
    """From when a suspended policy may be ended; None: no notice of ours is known, a person decides."""
    sent_on = found.notice.sent_on if found.notice else None
    return None if sent_on is None else clock.terminable_on(sent_on)


def _before_suspension(found: Situation, unpaid: list[Debt], clock: UnpaidClock) -> NextStep:
    notice = found.notice
    if notice is not None and not is_settled(notice.call_ids, found.debts):
        if notice.sent_on is None:
            return NextStep(ChaseStep.SEND_NOTICE, notice.dated_on)
        return NextStep(ChaseStep.SUSPEND, clock.suspended_on(notice.sent_on))
    notice_from = clock.notice_from(unpaid[0].due_on)
    remind_on = min((clock.remind_on(one.due_on) for one in unpaid if not one.is_reminded), default=None)
    if remind_on is not None and remind_on <= notice_from:
        return NextStep(ChaseStep.REMIND, remind_on)
    return NextStep(ChaseStep.GIVE_NOTICE, notice_from)


def is_settled(call_ids: Collection[int], debts: Iterable[Debt]) -> bool:
    """Whether nothing is left to pay of some calls.

    Source: none; a look at the debts.
    """
    return not any(one.left_eur for one in debts if one.call_id in call_ids)


def fully_paid_on(found: Situation) -> date | None:
    """The day on which a suspended policy had paid all that brings its cover back; None: something is left.

    That is what the formal notice claimed and what fell due during the suspension, until the day of that payment;
    without a notice of ours, all that was due before. A day before the suspension: cover never stopped.

    Source: art. L.113-3 Code des assurances (« les fractions de prime ayant fait l'objet de la mise en demeure et
        celles venues à échéance pendant la période de suspension »).
    """
    since = found.suspended_on
    assert since is not None
    claimed = found.notice.call_ids if found.notice else {one.call_id for one in found.debts if one.due_on < since}
    during = [one for one in found.debts if one.call_id not in claimed and one.due_on >= since]
    needed, paid_on = [one for one in found.debts if one.call_id in claimed], None
    while needed:
        days = [one.paid_on for one in needed if one.paid_on is not None]
        if len(days) < len(needed):
            return None
        paid_on = max(days) if paid_on is None else max(paid_on, *days)
        needed = [one for one in during if one.due_on <= paid_on]
        during = [one for one in during if one.due_on > paid_on]
    return paid_on


def to_claim(found: Situation, on: date, clock: UnpaidClock) -> list[Debt]:
    """What a formal notice of a day claims: the premiums whose ten days are over.

    Source: art. L.113-3 and R.113-1 Code des assurances.
    """
    return [one for one in found.unpaid if clock.notice_from(one.due_on) <= on]


def to_remind(found: Situation, on: date, clock: UnpaidClock) -> list[Debt]:
    """What a reminder of a day is about: premiums that are due for some days and of which nobody was reminded.

    Source: practice of the office.
    """
    return [one for one in found.unpaid if not one.is_reminded and clock.remind_on(one.due_on) <= on]
