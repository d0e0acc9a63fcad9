"""Runs and workers for tests of the queue: a run that names companies, with faults where asked."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from atmp_insure.db.numbering import take_number
from atmp_insure.db.runs import Item, Run, RunItem, RunKind, progress_of, start_run
from atmp_insure.db.worker import Worker
from atmp_insure.kernel.errors import Refused
from atmp_insure.parties.models import Company
from tests.db.builders import NOW, TESTER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event

    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.db.worker import QueueHandler


def select_items(_session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    for number in range(int(parameters["count"])):
        yield Item(f"company:{number}", {"number": number})


def name_company(session: ScopedSession, item: RunItem) -> str:
    """Write a row under the next number; items that the run's parameters call faulty fail, until they are repaired."""
    number = int(item.payload["number"])
    parameters = session.get_one(Run, item.run_id).parameters
    if number in parameters.get("refused", ()) and item.attempts < 2:
        raise Refused(f"La ligne {number} ne peut pas être traitée. La corriger.")
    if number in parameters.get("broken", ()) and item.attempts < 2:
        raise KeyError(number)
    given = take_number(session, f"run:{item.run_id}")
    siren = f"{item.run_id:03}{number:06}"
    session.add(Company(siren=siren, name=f"n° {given}", search_name=str(given), created_at=NOW))
    session.flush()
    return f"n° {given}"


NAMING = RunKind("naming", "Nommer des entreprises", select_items, name_company, chunk=7)


def a_run(database: Database, count: int = 30, key: str = "essai", **parameters: Any) -> int:
    with database.writing(TESTER) as session:
        return start_run(session, NAMING, key, NOW, {"count": count} | parameters).id


def a_worker(
    database: Database, handlers: dict[str, QueueHandler] | None = None, name: str = "essai", stop: Event | None = None
) -> Worker:
    worker = Worker(database, {NAMING.name: NAMING}, handlers or {}, name, around=lambda _name: nullcontext())
    if stop is not None:
        worker.stop = stop
    return worker


def found_run(database: Database, run_id: int) -> tuple[str, int, int, int]:
    """State, and items done, failed and waiting."""
    with database.reading(TESTER) as session:
        run = session.get_one(Run, run_id)
        progress = progress_of(session, run)
        return run.state.value, progress.done, progress.failed, progress.waiting


def sirens(database: Database) -> list[str]:
    with database.reading(TESTER) as session:
        return list(session.scalars(select(Company.siren).order_by(Company.siren)))


def numbers(database: Database) -> list[int]:
    with database.reading(TESTER) as session:
        return sorted(int(name) for name in session.scalars(select(Company.search_name)))
