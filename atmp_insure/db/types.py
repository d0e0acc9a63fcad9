"""Exact column types: the same Python values on SQLite and PostgreSQL, whatever each engine stores.

Money is whole cents, a rate a whole number of 10⁻¹²; both come back as `Decimal`. Moments are UTC. Secrets are
encrypted with the key ring of the engine that writes them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators

if TYPE_CHECKING:
    import enum

    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.type_api import TypeEngine

    from atmp_insure.db.keyring import KeyRing

_CENT_DIGITS, _RATE_DIGITS, _PEOPLE_DIGITS = 2, 12, 2
_LARGEST = 2**63 - 1

Euros = Annotated[Decimal, "euros"]
RateFraction = Annotated[Decimal, "rate fraction"]
People = Annotated[Decimal, "people"]
Secret = Annotated[str, "secret"]
Digest = Annotated[bytes, "digest"]
WrappedKey = Annotated[bytes, "wrapped key"]
Json = Annotated[Any, "json"]


class InexactValue(ValueError):
    """A value that the column cannot hold exactly; it is refused, never rounded."""


class _ExactComparator(TypeDecorator.Comparator[Decimal], BigInteger.Comparator[Decimal]):
    """Adding and taking away keep the type; a product would be of another power of ten, and is refused."""

    def _adapt_expression(self, op: Any, other_comparator: Any) -> tuple[Any, TypeEngine[Any]]:
        if op in {operators.add, operators.sub}:
            return op, self.type
        if op in {operators.mul, operators.truediv, operators.floordiv, operators.mod}:
            raise InexactValue("amounts and rates are multiplied in Python, where the place of rounding is named")
        return super()._adapt_expression(op, other_comparator)


class _ScaledInteger(TypeDecorator[Decimal]):
    """A decimal kept as a whole number of a fixed power of ten."""

    impl = BigInteger
    cache_ok = True
    comparator_factory = _ExactComparator
    digits: int

    @property
    def python_type(self) -> type[Decimal]:
        """What a column of this type gives and takes."""
        return Decimal

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if not isinstance(value, Decimal | int) or isinstance(value, bool):
            raise InexactValue(f"{value!r} is not an exact number")
        scaled = Decimal(value).scaleb(self.digits)
        if scaled != scaled.to_integral_value() or abs(scaled) > _LARGEST:
            raise InexactValue(f"{value} has more than {self.digits} decimals, or is too large")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-self.digits)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """Sums and comparisons keep the type: the number beside the column is of the same kind."""
        return self


class EuroCents(_ScaledInteger):
    """Euros, stored as whole cents."""

    cache_ok = True
    digits = _CENT_DIGITS


class RateUnits(_ScaledInteger):
    """A rate as a fraction, stored as a whole number of 10⁻¹²."""

    cache_ok = True
    digits = _RATE_DIGITS


class PeopleHundredths(_ScaledInteger):
    """A number of people (effectif), stored as whole hundredths: a yearly average is rarely a whole number."""

    cache_ok = True
    digits = _PEOPLE_DIGITS


class UtcMoment(TypeDecorator[datetime]):
    """An aware moment, kept and given back in UTC: SQLite would lose the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise InexactValue(f"{value} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SecretText(TypeDecorator[str]):
    """Text about a person, encrypted with the first key of the ring, readable with any of them."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else key_ring_of(dialect).encrypt(value.encode("utf-8"))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else key_ring_of(dialect).decrypt(bytes(value)).decode("utf-8")


class KeyToken(TypeDecorator[bytes]):
    """A key wrapped by the key ring: a token that whoever uses the key unwraps, renewed when keys are rotated."""

    impl = LargeBinary
    cache_ok = True


class PlainJson(TypeDecorator[Any]):
    """JSON values with sorted keys: the same text for the same content."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def key_ring_of(dialect: Dialect) -> KeyRing:
    """The key ring that `engine.create` hung on the dialect of an engine.

    Raises:
        RuntimeError: the engine was made without one.
    """
    ring = getattr(dialect, "atmp_key_ring", None)
    if ring is None:
        raise RuntimeError("this engine has no key ring: make it with db.engine.open_database")
    return cast("KeyRing", ring)


def state_column(states: type[enum.Enum]) -> Enum:
    """A column of named states: the stored text is the value of the member, and nothing else is accepted."""
    return Enum(
        states,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=states.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


# Strict tables of SQLite know INTEGER, REAL, TEXT and BLOB only.
_STRICT_NAMES: tuple[tuple[type[Any], str], ...] = (
    (Integer, "INTEGER"), (BigInteger, "INTEGER"), (SmallInteger, "INTEGER"), (Boolean, "INTEGER"), (Float, "REAL"),
    (String, "TEXT"), (Text, "TEXT"), (Date, "TEXT"), (DateTime, "TEXT"), (JSON, "TEXT"), (Enum, "TEXT"),
    (LargeBinary, "BLOB"),
)  # fmt: skip


def _strict(kind: type[Any], name: str) -> None:
    @compiles(kind, "sqlite")
    def _compile(_element: Any, _compiler: Any, **_keywords: Any) -> str:
        return name


for _kind, _name in _STRICT_NAMES:
    _strict(_kind, _name)
