"""Papers that the worker makes after each act: one of its own kind by transaction, whatever else is filed with it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
import time_machine

from atmp_insure.db.work_queue import QueueEntry
from atmp_insure.policies import queries
from atmp_insure.policies.paper_jobs import print_papers
from atmp_insure.policies.stack_service import latest_state
from atmp_insure.policies.transactions import Adjustment, Resumption, Suspension
from tests.db.builders import TESTER
from tests.engines import a_database
from tests.scenarios.test_a_policy_through_five_years import Office, on
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("ATMP_ENVIRONMENT", "test")
    monkeypatch.setenv("ATMP_DATA_DIR", str(tmp_path))
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Office(database, tmp_path)


def made_by_the_worker(office: Office, policy: int) -> list[set[str]]:
    """The kinds of papers of each transaction, once the worker went over them."""
    count = len(office.desk.policy(policy).transactions)
    payload = {"policy_id": policy, "first_number": 1, "last_number": count}
    with office.database.writing(TESTER) as session:
        print_papers(session, QueueEntry(kind="policy_papers", key="x", payload=payload, due_at=NOW))
    with office.database.reading(TESTER) as session:
        return [queries.kinds_filed(session, row) for row in queries.get_policy(session, policy).transactions]


def test_each_act_has_its_letter_once_beside_the_notice_that_was_filed_first(office: Office) -> None:
    policy = office.desk.issued()
    with on(date(2027, 9, 1)):
        sent = {"product_version": "2027-1", "index": "2", "file": "yes"}
        assert office.underwriter.post(f"/policies/{policy}/notice", data=sent).status_code == 302
    office.desk.carried_out(policy, date(2027, 3, 1), Suspension())
    office.desk.carried_out(policy, date(2027, 4, 1), Resumption())
    state = latest_state(office.desk.policy(policy))
    wages = {one.key: Fraction(one.wages_eur) for one in state.terms.sections}
    office.desk.carried_out(policy, date(2028, 1, 1), Adjustment(state.year, wages))
    kinds = made_by_the_worker(office, policy)
    assert kinds == [
        {"new_terms_notice", "special_conditions"}, {"suspension_letter"}, {"resumption_letter"}, {"adjustment_letter"},
    ]  # fmt: skip
    before = [len(row.papers) for row in office.desk.policy(policy).transactions]
    assert made_by_the_worker(office, policy) == kinds
    assert [len(row.papers) for row in office.desk.policy(policy).transactions] == before, "made once"
