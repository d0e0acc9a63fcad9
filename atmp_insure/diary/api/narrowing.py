"""Lists of the diary narrowed by what is asked: codes, keys, days of which both ends are included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.api.values import member_of

if TYPE_CHECKING:
    import enum

    from sqlalchemy import Select
    from sqlalchemy.orm import InstrumentedAttribute


def of_keys(statement: Select[Any], asked: dict[str, Any], *columns: InstrumentedAttribute[Any]) -> Select[Any]:
    """The rows whose keys are those asked for by the names of their columns."""
    for column in columns:
        if column.key in asked:
            statement = statement.where(column == asked[column.key])
    return statement


def of_codes(
    statement: Select[Any], asked: dict[str, Any], *columns: tuple[InstrumentedAttribute[Any], type[enum.Enum]]
) -> Select[Any]:
    """The rows that are of one of the codes asked for by the names of their columns."""
    for column, kind in columns:
        if asked.get(column.key):
            statement = statement.where(column.in_([member_of(kind, code) for code in asked[column.key]]))
    return statement


def within_days(statement: Select[Any], asked: dict[str, Any], day: InstrumentedAttribute[Any]) -> Select[Any]:
    """The rows whose day is not before `first_day`, nor after `last_day`."""
    if "first_day" in asked:
        statement = statement.where(day >= asked["first_day"])
    if "last_day" in asked:
        statement = statement.where(day <= asked["last_day"])
    return statement
