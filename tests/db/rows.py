"""A valid row of any table, made from its columns alone: for tests that go through every table of the product."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, Connection, Date, Enum, Integer, LargeBinary, String, Table, insert, text

from atmp_insure.db.types import KeyToken, PlainJson, SecretText, UtcMoment, _ScaledInteger

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Executable

    from atmp_insure.db.engine import Database

_NUMBERS = count(1)

# columns whose constraint wants more than a value of their type
PARTICULAR: dict[str, Callable[[int], Any]] = {
    "companies.siren": lambda number: f"{number:09}",
    "establishments.siret": lambda number: f"{number:014}",
    "organisation_profiles.siren": lambda number: f"{number:09}",
    "organisation_profiles.orias_number": lambda number: f"{number:08}",
    "doctors.rpps_number": lambda number: f"{number:011}",
    "live_deadlines.safe_on": lambda number: date(2026, 1, 1) - timedelta(days=number % 97),
    "rate_findings.severity": lambda number: ("error", "warning", "information")[number % 3],
    "watched_channels.look_every_days": lambda _number: 7,
    "awaited_letters.state": lambda _number: "expected",
    "tasks.priority": lambda _number: 2,
    "section_terms.ctn": lambda _number: "A",
    "policy_transactions.act_number": lambda _number: 1,
    "closed_months.first_day": lambda number: date(2000 + number % 90, 1 + number % 12, 1),
    "open_items.settled_eur": lambda _number: 0,
    "premium_schedules.next_eur": lambda _number: 0,
    "premium_notice_sendings.sent_on": lambda _number: date(2020, 1, 1),
    "commission_movements.commission_eur": lambda _number: 0,
    "commission_statements.earned_eur": lambda _number: 5,
    "commission_statements.brought_eur": lambda _number: -2,
    "commission_statements.due_eur": lambda _number: 3,
    "commission_statement_lines.collected_eur": lambda _number: 0,
    "commission_statement_lines.base_eur": lambda _number: 0,
    "premium_payments.reason": lambda _number: "",
    "payment_plan_ends.how": lambda _number: "paid",
    "broker_remittances.reason": lambda _number: "",
    "premium_refund_answers.outcome": lambda _number: "paid",
    "payroll_statements.year": lambda number: 2000 + number % 100,
}


def open_wall(connection: Connection) -> None:
    """Let a raw connection write every row, as functions marked `@unscoped` do."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT set_config('atmp.unscoped', 'on', true)")


def valid_values(connection: Connection, table: Table, given: dict[str, Any] | None = None) -> dict[str, Any]:
    """Values for the columns that must have one, rows that they refer to included, then those given."""
    values = {
        column.name: _value(connection, column)
        for column in table.columns
        if not column.nullable and column.name not in {"id", *(given or {})}
    }
    return values | (given or {})


def insert_valid(connection: Connection, table: Table, **given: Any) -> int:
    """Insert a valid row, and give its number."""
    statement = insert(table).values(valid_values(connection, table, given)).returning(table.c.id)
    return int(connection.execute(statement).scalar_one())


def filled_value(connection: Connection, column: Column[Any]) -> Any:
    """A value for a column, even for one that may be empty."""
    return _value(connection, column)


def _value(connection: Connection, column: Column[Any]) -> Any:
    number = next(_NUMBERS)
    for key in column.foreign_keys:
        return insert_valid(connection, key.column.table)
    special = PARTICULAR.get(f"{column.table.name}.{column.name}")
    if special is not None:
        return special(number)
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    return next(make(number) for kind, make in _BY_TYPE if isinstance(column.type, kind))


_BY_TYPE: tuple[tuple[type[Any], Callable[[int], Any]], ...] = (  # the first that fits
    (_ScaledInteger, lambda _number: 1),
    (SecretText, lambda number: f"secret {number}"),
    (KeyToken, lambda number: f"token {number}".encode()),
    (PlainJson, lambda _number: []),
    (UtcMoment, lambda _number: datetime(2026, 1, 1, tzinfo=UTC)),
    (Date, lambda _number: date(2026, 1, 1)),
    (Boolean, lambda _number: False),
    (Integer, lambda number: number),
    (LargeBinary, lambda number: f"bytes {number}".encode()),
    (String, lambda number: f"text {number}"),
)


def run_raw(database: Database, *statements: Executable | str) -> None:
    """Run statements beside every session, in one transaction, with row-level security let through."""
    with database.engine.begin() as connection:
        open_wall(connection)
        for statement in statements:
            connection.execute(text(statement) if isinstance(statement, str) else statement)


def fill(database: Database, table: Table, **given: Any) -> int:
    """Insert a valid row, and commit it."""
    with database.engine.begin() as connection:
        open_wall(connection)
        return insert_valid(connection, table, **given)
