"""Questions about runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.db.runs import ItemState, Run, RunItem
from atmp_insure.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.session import ScopedSession

_MOST_SHOWN = 50


def get_run(session: ScopedSession, run_id: int) -> Run:
    """A run.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    run = session.get(Run, run_id)
    if run is None:
        raise NotFound("Ce traitement n'existe pas, ou vous ne pouvez pas le voir.")
    return run


def list_failures(session: ScopedSession, run_id: int) -> Sequence[RunItem]:
    """The first items of a run that failed."""
    statement = select(RunItem).where(RunItem.run_id == run_id, RunItem.state == ItemState.FAILED)
    return session.scalars(statement.order_by(RunItem.position).limit(_MOST_SHOWN)).all()
