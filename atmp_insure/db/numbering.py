"""Numbers without gaps, where the law wants them: taken last, in one locked step, counters always in the same order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped

from atmp_insure.db import checkpoints
from atmp_insure.db.base import INTERNAL, Base, with_constraints
from atmp_insure.db.once import insert_into
from atmp_insure.db.scope import unscoped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.db.session import ScopedSession


class Counter(Base):
    """The next number of one series: `ledger:BQ:2026`."""

    __tablename__ = "counters"
    __table_args__ = with_constraints(UniqueConstraint("name"), CheckConstraint("next_number >= 1", name="positive"))
    visibility = INTERNAL
    logged = False

    name: Mapped[str]
    next_number: Mapped[int]


@unscoped("numbers are shared by all companies")
def take_numbers(session: ScopedSession, wanted: Mapping[str, int]) -> dict[str, range]:
    """Take consecutive numbers of several series at once; they come back when the transaction is undone.

    Args:
        session: the transaction that uses the numbers; take them last, the counters stay locked until it ends.
        wanted: how many numbers of each series; locked in the order of their names, so that nobody waits crosswise.

    Returns:
        The numbers taken, by series.
    """
    session.flush()
    taken = {}
    for name in sorted(wanted):
        if wanted[name] < 1:
            raise ValueError(f"{wanted[name]} numbers of {name}")
        counter = _locked(session, name)
        taken[name] = range(counter.next_number, counter.next_number + wanted[name])
        counter.next_number += wanted[name]
    session.flush()
    checkpoints.reached("numbers: taken")
    return taken


@unscoped("numbers are shared by all companies")
def hold_numbers(session: ScopedSession, names: Iterable[str], *, shared: bool = False) -> None:
    """Lock the counters of some series until the transaction ends, without taking a number of them.

    Args:
        shared: beside others who do so too; nobody holds them alone meanwhile, and takes none.
    """
    session.flush()
    for name in sorted(set(names)):
        _locked(session, name, shared=shared)


def take_number(session: ScopedSession, name: str) -> int:
    """The next number of one series."""
    return take_numbers(session, {name: 1})[name].start


def _locked(session: ScopedSession, name: str, *, shared: bool = False) -> Counter:
    statement = select(Counter).where(Counter.name == name).with_for_update(of=Counter, read=shared)
    known = session.execute(statement, execution_options={"populate_existing": True}).scalar_one_or_none()
    if known is not None:
        return known
    first = insert_into(session, Counter).values(name=name, next_number=1)
    session.execute(first.on_conflict_do_nothing(index_elements=["name"]))
    return session.execute(statement, execution_options={"populate_existing": True}).scalar_one()
