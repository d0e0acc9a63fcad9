"""Lists narrowed by what is asked of them: values, codes, days of which both ends are included."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from atmp_insure.api.values import member_of
from atmp_insure.kernel.paris import PARIS

if TYPE_CHECKING:
    import enum
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.orm import InstrumentedAttribute


def of_values(statement: Select[Any], asked: dict[str, Any], *columns: InstrumentedAttribute[Any]) -> Select[Any]:
    """The rows whose columns have the values that are asked for by their names."""
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


def within_days_of_moments(
    statement: Select[Any], asked: dict[str, Any], moment: InstrumentedAttribute[Any]
) -> Select[Any]:
    """The rows whose moment is not before `first_day` begins in Paris, nor after `last_day` ends there."""
    if "first_day" in asked:
        statement = statement.where(moment >= start_of(asked["first_day"]))
    if "last_day" in asked:
        statement = statement.where(moment < start_of(asked["last_day"] + timedelta(days=1)))
    return statement


def start_of(day: date) -> datetime:
    """The moment at which a day begins in Paris."""
    return datetime.combine(day, time(), PARIS)
