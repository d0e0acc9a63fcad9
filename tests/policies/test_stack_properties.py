"""Any sequence of transactions: taking back restores every earlier state and charge, and order of arrival is nothing.

A machine writes on a stack whatever a policy may live through, on any day, and remembers what it was before each act.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.policies.changes import ChangePrice
from atmp_insure.policies.issuing import next_year
from atmp_insure.policies.schemas import content_of, plain_content
from atmp_insure.policies.state import counting, state_at
from atmp_insure.policies.transactions import (
    Adjustment,
    Endorsement,
    Refunding,
    Renewal,
    Resumption,
    Suspension,
    Termination,
)
from tests.policies.builders import FIRST_DAY, OTHER, SIRET, THIRD, Stack, closed, opened, paid, some_rates

if TYPE_CHECKING:
    from atmp_insure.policies.transactions import Content

DAYS = st.dates(FIRST_DAY, date(2029, 12, 31))
LOOKED_AT = tuple(FIRST_DAY + timedelta(days=61 * step) for step in range(18))
CHANGES = st.one_of(
    st.builds(opened, st.sampled_from((OTHER, THIRD)), wages=st.integers(1, 9_000_000)),
    st.builds(closed, st.sampled_from((SIRET, OTHER, THIRD))),
    st.builds(paid, st.sampled_from((SIRET, OTHER, THIRD)), st.integers(1, 9_000_000)),
    st.builds(
        lambda mills: ChangePrice(
            some_rates(("IP2", f"0.{mills:03}"), ("IP3", "0.15"), ("IP4", "0.25")), Fraction(1500)
        ),
        st.integers(1, 999),
    ),
)
CONTENTS: st.SearchStrategy[Content] = st.one_of(
    st.builds(lambda change: Endorsement((change,)), CHANGES),
    st.just(Suspension()),
    st.just(Resumption()),
    st.builds(lambda refunding: Termination("due_date", refunding), st.sampled_from(Refunding)),
)


def picture(stack: Stack) -> dict[str, Any]:
    """What a policy is on many days, and what it cost by day and line: what a reversal must give back."""
    owed: dict[tuple[str, date, date], Fraction] = {}
    for one in stack.transactions:
        for charge in one.entry.charges:
            key = charge.code, charge.first_day, charge.last_day
            owed[key] = owed.get(key, Fraction(0)) + charge.total_eur
    return {
        "states": [state_at(stack.transactions, day) for day in LOOKED_AT],
        "owed": {key: amount for key, amount in owed.items() if amount},
        "kinds": stack.kinds(),
    }


class Policies(RuleBasedStateMachine):
    """A policy that lives through anything."""

    @initialize()
    def begin(self) -> None:
        self.stack = Stack.issued()
        self.former: list[tuple[int, dict[str, Any]]] = []

    def _written(self, on: date, content: Content) -> None:
        before, length = picture(self.stack), len(self.stack.transactions)
        try:
            plan = self.stack.insert(on, content)
        except (Refused, InvalidInput):
            assert len(self.stack.transactions) == length, "a refusal writes nothing"
            return
        if plan.is_in_sequence:
            self.former.append((len(self.stack.transactions), before))
        else:
            self.former.clear()  # what was taken back and applied again has other numbers

    @rule(on=DAYS, content=CONTENTS)
    def something_happens(self, on: date, content: Content) -> None:
        self._written(on, content)

    @rule(wages=st.integers(0, 9_000_000))
    def the_year_is_renewed(self, wages: int) -> None:
        state = state_at(self.stack.transactions, date(2031, 1, 1))
        if state is not None and len(state.years) < 4:
            year = next_year(state.year)
            self._written(year.first_day, Renewal(year, (paid(SIRET, wages),) if wages else ()))

    @rule(wages=st.integers(0, 9_000_000), at=st.integers(0, 3))
    def a_year_is_adjusted(self, wages: int, at: int) -> None:
        state = state_at(self.stack.transactions, date(2031, 1, 1))
        if state is not None and at < len(state.years):
            year = state.years[at]
            self._written(year.last_day, Adjustment(year, {f"{SIRET}/01": Fraction(wages)}))

    @precondition(lambda self: self.former)
    @rule()
    def the_last_is_taken_back(self) -> None:
        number, before = self.former.pop()
        self.stack.take_back(number)
        assert picture(self.stack) == before

    @invariant()
    def the_past_is_never_rewritten(self) -> None:
        """What was known at a moment stays what was known then."""
        if not hasattr(self, "stack"):
            return
        known = {one.number: one.recorded_at for one in self.stack.transactions}
        half = known[max(1, len(known) // 2)]
        upto = [one for one in self.stack.transactions if one.recorded_at <= half]
        day = date(2028, 6, 30)
        assert state_at(self.stack.transactions, day, half) == state_at(upto, day)

    @invariant()
    def numbers_follow_and_contents_come_back_from_store(self) -> None:
        if not hasattr(self, "stack"):
            return
        assert [one.number for one in self.stack.transactions] == list(range(1, len(self.stack.transactions) + 1))
        for one in self.stack.transactions[-3:]:
            assert content_of(one.kind, plain_content(one.entry.content)) == one.entry.content

    def teardown(self) -> None:
        """Everything but the issue is taken back: nothing is left of it, not a cent."""
        if not hasattr(self, "stack"):
            return
        first = Stack(self.stack.transactions[:1])
        while len(counted := counting(self.stack.transactions)) > 1:
            self.stack.take_back(counted[-1].number)
        assert picture(self.stack) == picture(first)


TestPolicies = Policies.TestCase
TestPolicies.settings = settings(
    max_examples=60, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(DAYS, CONTENTS), min_size=2, max_size=6, unique_by=lambda one: one[0]), st.randoms())
def test_out_of_sequence_equals_in_sequence(happened: list[tuple[date, Content]], random: Any) -> None:
    """Transactions of different days, in the order of their days or in any other, leave the same policy and cost."""
    ordered, shuffled = Stack.issued(), Stack.issued()
    written = []
    for on, content in sorted(happened, key=lambda one: one[0]):
        try:
            ordered.insert(on, content)
        except (Refused, InvalidInput):
            continue
        written.append((on, content))
    random.shuffle(written)
    for on, content in written:
        try:
            plan = shuffled.insert(on, content)
        except (Refused, InvalidInput):
            assume(False)  # possible only after another that comes later in this order
        else:
            assume(not plan.dropped)
    assert picture(shuffled) == picture(ordered)
