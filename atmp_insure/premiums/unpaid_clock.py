"""The days of an unpaid premium (art. L.113-3 Code des assurances), as the dated rules of `deadlines/` count them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from atmp_insure.deadlines.answers import deadline_answer
from atmp_insure.deadlines.clock import Event
from atmp_insure.deadlines.day_names import day_of
from atmp_insure.deadlines.due import due
from atmp_insure.deadlines.question import Facts, Question
from atmp_insure.deadlines.territory import MAINLAND

if TYPE_CHECKING:
    from atmp_insure.deadlines.due import Deadline
    from atmp_insure.deadlines.law import DeadlineLaw

FORMAL_NOTICE, SUSPENSION = "premium_formal_notice", "premium_suspension"
TERMINATION, RESUMPTION = "premium_termination", "cover_resumption"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UnpaidClock:
    """When each step of an unpaid premium may be taken; counted once for each day.

    Attributes:
        reminder_days: after the due date, a reminder without legal effect; a practice of the office.
    """

    law: DeadlineLaw
    reminder_days: int
    _known: dict[tuple[str, date], Deadline] = field(default_factory=dict)

    def remind_on(self, due_on: date) -> date:
        """From which day a client is reminded of a premium.

        Source: practice of the office (`premiums.reminder_days`).
        """
        return due_on + timedelta(days=self.reminder_days)

    def notice_from(self, due_on: date) -> date:
        """The first day on which a formal notice (mise en demeure) may be sent.

        Source: art. L.113-3 and R.113-1 Code des assurances.
        """
        return self._day(FORMAL_NOTICE, due_on)

    def suspended_on(self, sent_on: date) -> date:
        """The first day without cover after a notice that stays unpaid: the one that follows its last, at 24 h.

        Source: art. L.113-3 Code des assurances.
        """
        return self._day(SUSPENSION, sent_on) + _DAY

    def terminable_on(self, sent_on: date) -> date:
        """The first day on which the insurer may end the policy.

        Source: art. L.113-3 Code des assurances.
        """
        return self._day(TERMINATION, sent_on)

    def resumed_on(self, paid_on: date) -> date:
        """The day at whose noon cover comes back, once everything was paid.

        Source: art. L.113-3 Code des assurances.
        """
        return self._day(RESUMPTION, paid_on)

    def reasoning(self, rule: str, event_on: date) -> dict[str, Any]:
        """How a day was counted: article, version, steps, warnings.

        Source: the table of rules.
        """
        return deadline_answer(self._deadline(rule, event_on))

    def _day(self, rule: str, event_on: date) -> date:
        counted = self._deadline(rule, event_on).counted
        assert counted.due is not None, f"{rule} sets a day"
        return day_of(counted.due)

    def _deadline(self, rule: str, event_on: date) -> Deadline:
        key = rule, event_on
        if key not in self._known:
            self._known[key] = due(self.law, rule, Question(Event(event_on), self.law.territory(MAINLAND), Facts()))
        return self._known[key]
