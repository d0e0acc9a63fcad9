"""Pages of a list by the keys of their first and last rows: as fast on the thousandth page as on the first."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from sqlalchemy import literal, select, tuple_, union
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BooleanClauseList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute

    from atmp_insure.db.session import ScopedSession

T = TypeVar("T")
_FEW = 4_000  # rows that are found, and put in order, within some milliseconds
_LARGEST = 2**63 - 1
_AMOUNT = re.compile(r"-?\d{1,18}(\.\d{1,12})?")
_TOP = "\U0010ffff"  # after every text that starts with the same letters


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows of one page, and the cursors of its neighbours."""

    rows: tuple[T, ...]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Which page is asked for: after a cursor, before one, or the first."""

    after: str = ""
    before: str = ""
    size: int = 50
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read of the objects of a long list, instead of all of each: values, without making objects.

    Attributes:
        columns: what is read, `id` and every key of an order included, under the names that the objects give them.
        is_covered: whether an index holds all that the orders, the scope and the criteria look at: the numbers of the
            objects of a page are then looked for in it alone, before anything else of them is read.
    """

    columns: tuple[Any, ...]
    is_covered: bool = False


def page_of(
    session: ScopedSession,
    statement: Select[T],
    keys: Sequence[InstrumentedAttribute[Any]],
    place: Place,
    reading: Reading | None = None,
) -> Page[T]:
    """One page of a statement in the order of `keys`, which must be never null, unique together, and indexed so.

    Args:
        session: in the name of the reader.
        statement: which objects.
        keys: their order.
        place: which page.
        reading: what is read of them; None: all.
    """
    backwards = bool(place.before) and not place.after
    cursor = read_cursor(place.after or place.before, keys)
    downwards = place.descending != backwards
    limited = ordered(statement, keys, descending=downwards)
    if cursor is not None:
        edge = tuple_(*(literal(value, key.type) for value, key in zip(cursor, keys, strict=True)))
        row = tuple_(*keys)
        limited = limited.where(row < edge if downwards else row > edge)
    found = _found(session, limited.limit(place.size + 1), reading)
    more, found = len(found) > place.size, found[: place.size]
    if backwards:
        found.reverse()
    has_next = bool(found) and (more if not backwards else cursor is not None)
    has_previous = bool(found) and (cursor is not None if not backwards else more)
    return Page(
        rows=tuple(found),
        next_cursor=write_cursor(found[-1], keys) if has_next else None,
        previous_cursor=write_cursor(found[0], keys) if has_previous else None,
    )


def rows_of(session: ScopedSession, statement: Select[T], reading: Reading | None) -> Iterable[T]:
    """The objects of a statement, or what is read of them."""
    if reading is None:
        return session.scalars(statement)
    return cast("Iterable[T]", session.execute(statement.with_only_columns(*reading.columns)))


def _found(session: ScopedSession, limited: Select[T], reading: Reading | None) -> list[T]:
    if reading is None or not reading.is_covered:
        return list(rows_of(session, limited, reading))
    number = _number(limited)
    numbers = session.scalars(limited.with_only_columns(number)).all()
    if not numbers:
        return []
    rows = {row.id: row for row in session.execute(select(*reading.columns).where(number.in_(numbers)))}
    return [cast("T", rows[one]) for one in numbers if one in rows]


def narrowed_by(session: ScopedSession, statement: Select[T], criterion: ColumnElement[bool]) -> Select[T]:
    """A statement narrowed by a criterion that may say several ways of being found, each answered by an index.

    Rows that are few are found first, way by way, and put in order afterwards: walking in the order of the list could
    lead through all the others. Rows that are many are soon met by walking.
    """
    if not isinstance(criterion, BooleanClauseList) or criterion.operator is not operators.or_:
        return statement.where(criterion)
    number = _number(statement)
    found = [select(number).where(way) for way in criterion.clauses]
    if any(session.scalar(way.offset(_FEW).limit(1)) is not None for way in found):
        return statement.where(criterion)
    return statement.where(number.in_(union(*found)))


def _number(statement: Select[Any]) -> InstrumentedAttribute[int]:
    entity = statement.column_descriptions[0]["entity"]
    return cast("InstrumentedAttribute[int]", entity.id)


def ordered(statement: Select[T], keys: Sequence[InstrumentedAttribute[Any]], *, descending: bool) -> Select[T]:
    """The statement in the order of its keys."""
    return statement.order_by(*(key.desc() if descending else key for key in keys))


def starts_with(attribute: InstrumentedAttribute[str], text: str) -> Any:
    """Whether a normalised text starts with another: a range, which an index answers on both engines."""
    return (attribute >= text) & (attribute < text + _TOP)


def write_cursor(row: object, keys: Sequence[InstrumentedAttribute[Any]]) -> str:
    """The keys of a row, for an address."""
    values = [_plain(getattr(row, key.key)) for key in keys]
    return urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode("ascii").rstrip("=")


def read_cursor(text: str, keys: Sequence[InstrumentedAttribute[Any]]) -> list[Any] | None:
    """The keys of an address; None when there is none, or when it is not one of ours."""
    try:
        values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not text or not isinstance(values, list) or len(values) != len(keys):
            return None
        return [_typed(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError):
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _typed(value: Any, key: InstrumentedAttribute[Any]) -> Any:
    kind = key.type.python_type
    if issubclass(kind, Enum):
        return kind(value)
    if issubclass(kind, datetime):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if issubclass(kind, date):
        return date.fromisoformat(value)
    if issubclass(kind, Decimal):
        return _amount(value)
    if not isinstance(value, kind) or isinstance(value, bool) or (isinstance(value, int) and abs(value) > _LARGEST):
        raise TypeError(value)
    return value


def _amount(value: Any) -> Decimal:
    """An exact number as an address carries it: digits, and no exponent that would make it enormous."""
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise ValueError(value)
    return Decimal(value)
