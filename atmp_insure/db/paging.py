"""Pages of a list by the keys of their first and last rows: as fast on the thousandth page as on the first."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import literal, tuple_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import InstrumentedAttribute

    from atmp_insure.db.session import ScopedSession

T = TypeVar("T")
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


def page_of(
    session: ScopedSession, statement: Select[T], keys: Sequence[InstrumentedAttribute[Any]], place: Place
) -> Page[T]:
    """One page of a statement in the order of `keys`, which must be never null, unique together, and indexed so."""
    backwards = bool(place.before) and not place.after
    cursor = read_cursor(place.after or place.before, keys)
    downwards = place.descending != backwards
    limited = ordered(statement, keys, descending=downwards)
    if cursor is not None:
        edge = tuple_(*(literal(value, key.type) for value, key in zip(cursor, keys, strict=True)))
        row = tuple_(*keys)
        limited = limited.where(row < edge if downwards else row > edge)
    found = list(session.scalars(limited.limit(place.size + 1)))
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
