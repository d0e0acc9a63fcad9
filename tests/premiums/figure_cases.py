"""How a foreign actor asks each query of the aged balance and of the figures."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from atmp_insure.premiums import figure_queries as queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession

FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)

FIGURES: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    queries.list_open: lambda session, _: queries.list_open(session, LAST),
    queries.settled_after: lambda session, _: queries.settled_after(session, date(2000, 1, 1)),
    queries.parts_of_open: lambda session, _: queries.parts_of_open(session, LAST),
    queries.list_called: lambda session, _: queries.list_called(session, FIRST, LAST),
}
