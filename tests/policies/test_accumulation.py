"""What policies cover of a client, for whoever sums the covers of its group."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from atmp_insure.policies.queries import insured_wages
from atmp_insure.policies.transactions import Refunding, Termination
from tests.underwriting.desk import PRODUCT

if TYPE_CHECKING:
    from atmp_insure.underwriting.accumulation import Insured
    from tests.policies.desk import Desk

FIRST_DAY = date(2027, 1, 1)
DAY, YEAR = timedelta(days=1), timedelta(days=365)


def insured(desk: Desk, first_day: date) -> Insured:
    with desk.database.reading(desk.quoting.stranger) as session:  # who sees neither client nor policy
        return insured_wages(session, [desk.quoting.company_id], first_day)


def test_a_policy_counts_for_what_it_insures_however_long_ago_its_quote_was(desk: Desk) -> None:
    assert insured(desk, FIRST_DAY).quote_ids == frozenset()
    policy = desk.policy(desk.issued())
    state = desk.state(policy.id, FIRST_DAY)
    assert state is not None
    wages = {(policy.company_id, PRODUCT): sum(one.wages_eur for one in state.terms.sections)}
    found = insured(desk, FIRST_DAY + 3 * YEAR)
    assert found.wages_eur == wages
    assert found.quote_ids == {policy.quote_id}
    assert insured(desk, FIRST_DAY - YEAR + DAY).wages_eur == wages  # its first day is the last of that year
    assert insured(desk, FIRST_DAY - YEAR).wages_eur == {}
    desk.twin(policy.id)
    assert insured(desk, FIRST_DAY).wages_eur == {key: 2 * total for key, total in wages.items()}


def test_a_policy_that_ended_leaves_its_quote_without_effect(desk: Desk) -> None:
    policy = desk.policy(desk.issued())
    ended_on = date(2027, 7, 1)
    desk.carried_out(policy.id, ended_on, Termination("mutual_agreement", Refunding.UNEARNED))
    assert insured(desk, ended_on - DAY).wages_eur != {}
    assert insured(desk, ended_on).wages_eur == {}
    assert insured(desk, ended_on).quote_ids == {policy.quote_id}


def test_a_policy_whose_issue_is_taken_back_covers_nothing(desk: Desk) -> None:
    policy = desk.issued()
    desk.taken_back(policy, 1)
    assert insured(desk, FIRST_DAY).wages_eur == {}
