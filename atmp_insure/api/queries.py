"""The questions that programs ask of runs, filtered as they may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.db.runs import Run, RunItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from atmp_insure.db.runs import ItemState, RunState


def runs(states: Sequence[RunState] = (), kind: str = "") -> Select[Run]:
    """Runs, possibly in some states only, or of one kind."""
    statement = select(Run)
    if states:
        statement = statement.where(Run.state.in_(states))
    return statement.where(Run.kind == kind) if kind else statement


def run_items(run_id: int, states: Sequence[ItemState] = ()) -> Select[RunItem]:
    """The items of a run, possibly in some states only."""
    statement = select(RunItem).where(RunItem.run_id == run_id)
    return statement.where(RunItem.state.in_(states)) if states else statement
