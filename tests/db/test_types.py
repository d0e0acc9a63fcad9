"""Exact values go in and come out alike on both engines; what cannot be held exactly is refused, never rounded."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Date, LargeBinary, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from atmp_insure.db import types
from atmp_insure.db.types import InexactValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from atmp_insure.db.engine import Database

SAMPLES = Table(
    "samples", MetaData(),
    Column("id", BigInteger, primary_key=True), Column("amount_eur", types.EuroCents()),
    Column("rate", types.RateUnits()), Column("at", types.UtcMoment()), Column("on", Date()),
    Column("secret", types.SecretText()), Column("token", types.KeyToken()), Column("told", types.PlainJson()),
    Column("is_so", Boolean()), Column("content", LargeBinary()), Column("count", BigInteger),
    sqlite_strict=True,
)  # fmt: skip
LARGEST_EUR = Decimal(2**63 - 1).scaleb(-2)


@contextmanager
def samples(database: Database) -> Iterator[Connection]:
    with database.engine.begin() as connection:
        SAMPLES.create(connection, checkfirst=True)
        yield connection


def kept(connection: Connection, **values: Any) -> Any:
    number = connection.execute(insert(SAMPLES).values(**values).returning(SAMPLES.c.id)).scalar_one()
    row = connection.execute(select(SAMPLES).where(SAMPLES.c.id == number)).one()
    return tuple(getattr(row, name) for name in values) if len(values) > 1 else getattr(row, next(iter(values)))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount_eur", Decimal("0.01")),
        ("amount_eur", Decimal("-0.01")),
        ("amount_eur", Decimal("1234567890123.45")),
        ("amount_eur", LARGEST_EUR),
        ("amount_eur", -LARGEST_EUR),
        ("rate", Decimal("0.000000000001")),
        ("rate", Decimal("0.0235")),
        ("rate", Decimal("9223372.036854775807")),
        ("at", datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=UTC)),
        ("at", datetime(1900, 1, 1, tzinfo=UTC)),
        ("on", date(2024, 2, 29)),
        ("secret", "Évelyne d’Haïti, née « Œuf » 😀\nsecond line"),
        ("secret", ""),
        ("token", b"\x00\xff"),
        ("told", {"é": [1, None, True, "x"], "a": {"b": "0.10"}}),
        ("told", []),
        ("is_so", True),
        ("is_so", False),
        ("content", b""),
        ("content", bytes(range(256))),
        ("count", 2**63 - 1),
        ("count", -(2**63)),
    ],
)
def test_a_value_comes_back_as_it_went_in(database: Database, column: str, value: Any) -> None:
    with samples(database) as connection:
        found = kept(connection, **{column: value})
        assert found == value
        assert type(found) is type(value)
        assert kept(connection, **{column: None}) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount_eur", Decimal("0.001")),
        ("amount_eur", 0.1),
        ("amount_eur", "1.00"),
        ("amount_eur", True),
        ("amount_eur", LARGEST_EUR + Decimal("0.01")),
        ("amount_eur", Decimal("NaN")),
        ("amount_eur", Decimal("Infinity")),
        ("rate", Decimal("0.0000000000001")),
        ("rate", 0.0235),
        ("at", datetime(2026, 1, 1)),  # noqa: DTZ001 - a moment without zone is what is tried
    ],
)
def test_a_value_that_cannot_be_held_exactly_is_refused(database: Database, column: str, value: Any) -> None:
    with samples(database) as connection, pytest.raises(StatementError) as refusal:
        connection.execute(insert(SAMPLES).values({column: value}))
    assert isinstance(refusal.value.orig, InexactValue)


def test_an_integer_is_an_exact_amount(database: Database) -> None:
    with samples(database) as connection:
        assert kept(connection, amount_eur=12, rate=1) == (Decimal("12.00"), Decimal(1))


def test_the_database_itself_refuses_a_value_of_another_kind(database: Database) -> None:
    for statement in (
        "INSERT INTO samples (amount_eur) VALUES ('twelve')",
        "INSERT INTO samples (count) VALUES ('1.5')",
    ):
        with pytest.raises(DBAPIError), samples(database) as connection:
            connection.execute(text(statement))


def test_sums_order_and_comparisons_are_those_of_the_exact_numbers(database: Database) -> None:
    draw = Random(20)
    amounts = [Decimal(draw.randint(-(10**12), 10**12)).scaleb(-2) for _ in range(200)]
    rates = [Decimal(draw.randint(0, 10**12)).scaleb(-12) for _ in range(200)]
    with samples(database) as connection:
        rows = [{"amount_eur": amount, "rate": rate} for amount, rate in zip(amounts, rates, strict=True)]
        connection.execute(insert(SAMPLES), rows)
        total = connection.execute(select(func.sum(SAMPLES.c.amount_eur))).scalar_one()
        assert total == sum(amounts)
        assert connection.execute(select(SAMPLES.c.rate).order_by(SAMPLES.c.rate)).scalars().all() == sorted(rates)
        limit = Decimal("-12.34")
        above = select(func.count()).where(SAMPLES.c.amount_eur > limit)
        assert connection.execute(above).scalar_one() == sum(amount > limit for amount in amounts)
        highest = connection.execute(select(func.max(SAMPLES.c.amount_eur), func.min(SAMPLES.c.rate))).one()
        assert tuple(highest) == (max(amounts), min(rates))
        added = connection.execute(select(SAMPLES.c.amount_eur + Decimal("0.01")).order_by(SAMPLES.c.id)).scalars()
        assert list(added) == [amount + Decimal("0.01") for amount in amounts]
        less = select(func.sum(SAMPLES.c.amount_eur) - Decimal("0.01"))
        assert connection.execute(less).scalar_one() == sum(amounts) - Decimal("0.01")


def test_amounts_are_not_multiplied_in_sql() -> None:
    for product in (lambda: SAMPLES.c.amount_eur * SAMPLES.c.rate, lambda: SAMPLES.c.amount_eur / 2):
        with pytest.raises(InexactValue, match="in Python"):
            product()


def test_a_moment_is_kept_in_utc_and_ordered_by_instant(database: Database) -> None:
    paris = timezone(timedelta(hours=2))
    moment = datetime(2026, 7, 1, 1, 0, tzinfo=paris)
    with samples(database) as connection:
        found = kept(connection, at=moment)
        assert (found, found.tzinfo) == (moment, UTC)
        kept(connection, at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))  # later, though it reads as the day before
        order = connection.execute(select(SAMPLES.c.at).order_by(SAMPLES.c.at)).scalars().all()
        assert order == sorted(order)
        equal = select(func.count()).where(SAMPLES.c.at == moment.astimezone(UTC))
        assert connection.execute(equal).scalar_one() == 1


def test_a_secret_cannot_be_read_in_the_table_and_never_twice_the_same(database: Database) -> None:
    with samples(database) as connection:
        kept(connection, secret="Jean Témoin")
        kept(connection, secret="Jean Témoin")
        raw = connection.execute(text("SELECT secret FROM samples")).scalars().all()
        stored = [bytes(token) for token in raw]
    assert len(set(stored)) == 2
    for token in stored:
        assert "Témoin".encode() not in token
        assert database.key_ring.decrypt(token).decode() == "Jean Témoin"


def test_an_altered_secret_is_told_from_a_missing_one(database: Database) -> None:
    with samples(database) as connection:
        kept(connection, secret="x", token=None)
        connection.execute(text("UPDATE samples SET secret = content").execution_options())
        connection.execute(SAMPLES.update().values(token=b"gAAAA altered"))
        connection.execute(text("UPDATE samples SET secret = token"))
        with pytest.raises(Exception, match="illisible"):
            connection.execute(select(SAMPLES.c.secret)).all()
