"""Tells PostgreSQL, for the length of a transaction, who acts: row-level security reads it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import text

from atmp_insure.db.scope import ACTORS_KEPT, connection_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from atmp_insure.db.actor import Actor

_SET_ACTOR = text(
    "SELECT set_config(name, value, true) FROM unnest(cast(:names AS text[]), cast(:texts AS text[])) AS s(name, value)"
)
_WALL = "atmp.unscoped"
_OPEN_WALL = text(f"SELECT set_config('{_WALL}', :state, true)")


def tell_actor(connection: Connection, actor: Actor, *, unscoped: bool) -> None:
    """Set the actor of the transaction that just began, and whether it passes row-level security; not on SQLite."""
    if connection.dialect.name == "postgresql":
        names, texts = _settings_of(actor)
        told = {"names": [*names, _WALL], "texts": [*texts, "on" if unscoped else "off"]}
        connection.execute(_SET_ACTOR, told)


@lru_cache(maxsize=ACTORS_KEPT)
def _settings_of(actor: Actor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    settings = connection_settings(actor)
    return tuple(settings), tuple(settings.values())


def open_wall(connection: Connection, *, wanted: bool) -> None:
    """Let the rest of the transaction pass row-level security, or stop letting it."""
    connection.execute(_OPEN_WALL, {"state": "on" if wanted else "off"})
