"""Days, numbers and rates as JSON carries them: texts, exact, without useless zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.rates import notified_text
from atmp_insure.kernel.rounding import decimal_text

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

_MOST_DECIMALS = 10


def day_text(day: date | None) -> str | None:
    """A day, ISO."""
    return None if day is None else day.isoformat()


def number_text(value: Fraction | None) -> str | None:
    """A number without useless zeros: `172.4`."""
    if value is None:
        return None
    text = decimal_text(value, _MOST_DECIMALS)
    return text.rstrip("0").rstrip(".")


def percent_text(value: Fraction | None) -> str | None:
    """A percentage as it was printed, with two decimals at least: `3.20`, `1.2594`."""
    if value is None:
        return None
    text = number_text(value) or ""
    return text if len(text.partition(".")[2]) > 2 else notified_text(value)
