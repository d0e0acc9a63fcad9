"""Tells PostgreSQL, for the length of a transaction, who acts: row-level security reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from atmp_insure.db.scope import connection_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from atmp_insure.db.actor import Actor

_SET_ACTOR = text(
    "SELECT set_config(name, value, true) FROM unnest(cast(:names AS text[]), cast(:texts AS text[])) AS s(name, value)"
)
_OPEN_WALL = text("SELECT set_config('atmp.unscoped', :state, true)")


def tell_actor(connection: Connection, actor: Actor) -> None:
    """Set the actor of the transaction that just began; nothing to do on SQLite."""
    if connection.dialect.name == "postgresql":
        settings = connection_settings(actor)
        connection.execute(_SET_ACTOR, {"names": list(settings), "texts": list(settings.values())})


def open_wall(connection: Connection, *, wanted: bool) -> None:
    """Let the rest of the transaction pass row-level security, or stop letting it."""
    connection.execute(_OPEN_WALL, {"state": "on" if wanted else "off"})
