"""Filters by day on columns that hold moments: days of Paris, both ends included."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, true

from atmp_insure.kernel.paris import PARIS

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute

    from atmp_insure.web.list_query import ListQuery


def within_days(moment: InstrumentedAttribute[datetime], query: ListQuery, key: str) -> ColumnElement[bool]:
    """Whether a moment falls on one of the days chosen in a filter."""
    first, last = query.days(key)
    return and_(
        moment >= datetime.combine(first, time(), PARIS) if first is not None else true(),
        moment < datetime.combine(last + timedelta(days=1), time(), PARIS) if last is not None else true(),
    )
