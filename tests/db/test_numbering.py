"""Numbers without gaps: given back when the work is undone, never given twice, whoever asks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select

from atmp_insure.db.numbering import Counter, take_number, take_numbers
from atmp_insure.parties.models import Company
from tests.db.builders import NOW, TESTER
from tests.db.together import together

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession


def numbered(session: ScopedSession, siren: str, number: int) -> None:
    name = f"facture {number}"
    session.add(Company(siren=siren, name=name, search_name=name, created_at=NOW))


def test_numbers_of_an_undone_transaction_come_back(database: Database) -> None:
    with database.writing(TESTER) as session:
        assert take_number(session, "invoices:2026") == 1
    with database.writing(TESTER) as session:
        assert take_numbers(session, {"invoices:2026": 5})["invoices:2026"] == range(2, 7)
        session.rollback()
    with database.writing(TESTER) as session:
        assert take_number(session, "invoices:2026") == 2
        assert take_number(session, "invoices:2027") == 1


def test_numbers_of_an_undone_savepoint_come_back(database: Database) -> None:
    with database.writing(TESTER) as session:
        savepoint = session.begin_nested()
        take_number(session, "calls")
        savepoint.rollback()
        assert take_number(session, "calls") == 1


def test_asking_for_no_number_is_a_mistake(database: Database) -> None:
    with pytest.raises(ValueError, match="0 numbers"), database.writing(TESTER) as session:
        take_numbers(session, {"calls": 0})


def test_eight_writers_leave_no_gap_and_no_number_twice(database: Database) -> None:
    def write(writer: int) -> None:
        for turn in range(10):
            try:
                with database.writing(TESTER) as session:
                    numbered(session, f"{writer:04}{turn:05}", take_number(session, "invoices"))
                    if (writer + turn) % 5 == 0:
                        raise ZeroDivisionError  # undone: its number must serve another
            except ZeroDivisionError:
                continue

    together(8, write)
    with database.reading(TESTER) as session:
        found = sorted(int(name.split()[1]) for name in session.scalars(select(Company.name)))
        assert found == list(range(1, 65))
        assert session.scalar(select(Counter.next_number)) is None  # internal: no session reads it


def test_counters_are_locked_in_one_order_whatever_the_order_asked(database: Database) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        if statement.lstrip().startswith("SELECT") and "FROM counters" in statement:
            asked.append(str(values))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.writing(TESTER) as session:
        take_numbers(session, {"c": 1, "a": 1, "b": 1})
    first_seen = [name for name in ("a", "b", "c") for value in asked if f"'{name}'" in value]
    assert first_seen == sorted(first_seen)
    assert [name for value in dict.fromkeys(asked) for name in "abc" if f"'{name}'" in value] == ["a", "b", "c"]


def test_two_writers_that_ask_crosswise_both_come_through(database: Database) -> None:
    def write(number: int) -> None:
        names = ("x", "y") if number % 2 else ("y", "x")
        for _ in range(10):
            with database.writing(TESTER) as session:
                take_numbers(session, dict.fromkeys(names, 1))

    together(4, write)
    with database.writing(TESTER) as session:
        assert take_numbers(session, {"x": 1, "y": 1}) == {"x": range(41, 42), "y": range(41, 42)}
