"""What limits every statement of a session to the scope of its actor, as one option whose cache key is worked out once.

SQLAlchemy finds what it compiled for a statement by a key that it works out of the statement and of all its options, at
each execution. For someone from outside nearly every table is limited: that would take longer than many a question.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.sql.elements import True_

from atmp_insure.db.base import Base
from atmp_insure.db.scope import ACTORS_KEPT, BoundActor, criterion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import BindParameter
    from sqlalchemy.orm import Mapper

    from atmp_insure.db.actor import Actor

_shapes: dict[tuple[Any, ...], int] = {}  # actors who differ by their values alone share what was compiled


class ActorCriteria(CriteriaOption):
    """One criterion for each table that an actor does not see whole."""

    __slots__ = ("_parts", "_shape", "_values")

    _is_has_cache_key = True
    propagate_to_loaders = True

    def __init__(self, actor: Actor, tables: Iterable[type[Base]]) -> None:
        who = BoundActor(actor)
        limits = ((kind, criterion(kind, who)) for kind in tables)
        limited = [(kind, limit) for kind, limit in limits if not isinstance(limit, True_)]
        self._parts = [cast("Any", with_loader_criteria(kind, limit, include_aliases=True)) for kind, limit in limited]
        keys = [part._generate_cache_key() for part in self._parts]  # noqa: SLF001 - as SQLAlchemy does itself
        self._shape = _shapes.setdefault(tuple(key.key for key in keys), len(_shapes))
        self._values: list[BindParameter[Any]] = [value for key in keys for value in key.bindparams]

    def _gen_cache_key(self, _names: object, values: list[BindParameter[Any]]) -> tuple[Any, ...]:
        values.extend(self._values)
        return (ActorCriteria, self._shape)

    def get_global_criteria(self, attributes: dict[str, Any]) -> None:
        """Give each criterion to the tables it is for."""
        for part in self._parts:
            part.get_global_criteria(attributes)

    def process_compile_state(self, compile_state: Any) -> None:
        """The same, for a statement that is being compiled."""
        self.get_global_criteria(compile_state.global_attributes)

    def process_compile_state_replaced_entities(self, compile_state: Any, mapper_entities: object) -> None:
        """The same, for a statement whose entities were replaced."""
        self.process_compile_state(compile_state)


def criteria_of(actor: Actor) -> ActorCriteria:
    """The criteria of an actor; a grant that begins or ends makes another actor."""
    return _criteria_of(actor, Base.registry.mappers)


@lru_cache(maxsize=ACTORS_KEPT)
def _criteria_of(actor: Actor, mappers: frozenset[Mapper[Any]]) -> ActorCriteria:
    return ActorCriteria(actor, sorted((mapper.class_ for mapper in mappers), key=lambda kind: kind.__name__))
