"""A projection rebuilt from the facts is the one that was kept beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from atmp_insure.db.facts import Fact, RecordedFact, record_fact
from atmp_insure.db.projections import Projection, differences, rebuild
from atmp_insure.db.reach import CompanyReach
from tests.db.builders import NOW, TESTER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession

REASON = "mandate"


def reach_of_facts(session: ScopedSession) -> Iterator[dict[str, Any]]:
    """Who reaches which company, from the mandates given and ended."""
    held: dict[tuple[int, int], bool] = {}
    for fact in session.scalars(select(RecordedFact).order_by(RecordedFact.id)):
        held[fact.details["organisation"], fact.company_id or 0] = fact.kind == "mandate_given"
    for (organisation, company), is_held in held.items():
        if is_held:
            yield {"organisation_id": organisation, "company_id": company, "reason": REASON}


REACH = Projection("company_reach", CompanyReach, ("organisation_id", "company_id", "reason"), reach_of_facts)


def keep_reach(session: ScopedSession, fact: RecordedFact) -> None:
    """The same, kept as facts arrive."""
    row = CompanyReach(organisation_id=fact.details["organisation"], company_id=fact.company_id or 0, reason=REASON)
    if fact.kind == "mandate_given":
        session.add(row)
        return
    kept = select(CompanyReach).where(
        CompanyReach.organisation_id == row.organisation_id, CompanyReach.company_id == row.company_id
    )
    for found in session.scalars(kept):
        session.delete(found)


@pytest.fixture(autouse=True)
def _derived(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here reach is derived from facts alone, as projections are: its rows are nobody's changes, and are not logged."""
    monkeypatch.setattr(CompanyReach, "logged", False)


def tell(database: Database, number: int, kind: str, organisation: int, company: int) -> None:
    with database.writing(TESTER) as session:
        details = {"organisation": organisation}
        record_fact(session, Fact(kind, str(number), "mandate", NOW.date(), NOW, company, details))


def test_what_is_rebuilt_is_what_was_kept(database: Database) -> None:
    database.handlers = {"mandate_given": (keep_reach,), "mandate_ended": (keep_reach,)}
    for number in range(30):
        tell(database, number, "mandate_ended" if number % 3 == 2 else "mandate_given", number % 2, number // 2)
    with database.reading(TESTER) as session:
        assert differences(session, REACH) == ([], [])
    with database.writing(TESTER) as session:
        before = session.scalar(select(func.count()).select_from(CompanyReach))
        assert rebuild(session, REACH) == before
        assert differences(session, REACH) == ([], [])


def test_a_row_lost_and_a_row_too_many_are_told_and_mended(database: Database) -> None:
    database.handlers = {"mandate_given": (keep_reach,)}
    for number in range(3):
        tell(database, number, "mandate_given", number, 1)
    with database.writing(TESTER) as session:
        session.delete(session.scalars(select(CompanyReach).order_by(CompanyReach.id)).first())
        session.add(CompanyReach(organisation_id=9, company_id=9, reason=REASON))
    with database.writing(TESTER) as session:
        missing, strange = differences(session, REACH)
        assert [row["organisation_id"] for row in missing] == [0]
        assert [row["organisation_id"] for row in strange] == [9]
        rebuild(session, REACH)
        assert differences(session, REACH) == ([], [])
