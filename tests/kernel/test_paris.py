"""The day in Paris: moments are kept in UTC, where it begins one hour later in winter, two in summer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from atmp_insure.kernel.paris import paris_day


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 31, 22, 59, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), date(2026, 2, 1)),  # midnight in winter
        (datetime(2026, 7, 31, 21, 59, 59, tzinfo=UTC), date(2026, 7, 31)),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), date(2026, 8, 1)),  # midnight in summer
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_begins_at_midnight_in_paris(moment: datetime, day: date) -> None:
    assert paris_day(moment) == day
