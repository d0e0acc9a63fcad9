"""Exact numbers, days and moments as a French or an English reader expects them; no clock and no request is read here.

Amounts and rates come as `Decimal`, `Fraction` or `int`; a float is refused, and every rounding is half up.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date

from atmp_insure.kernel.paris import PARIS
from atmp_insure.kernel.rounding import RoundingMode, decimal_text

FRENCH, ENGLISH = "fr", "en"
THOUSANDS = "\u202f"  # narrow no-break space
BEFORE_UNIT = "\u00a0"  # no-break space
MINUS = "−"
Exact = Decimal | Fraction | int


def number(value: Exact, decimals: int | None = None, language: str = FRENCH) -> str:
    """A number: `1 400 000`, `0,7923`; without `decimals`, four at most and no useless zero."""
    text = decimal_text(_exact(value), 4 if decimals is None else decimals, RoundingMode.HALF_UP)
    if decimals is None:
        text = text.rstrip("0").rstrip(".")
    return _written(text, language)


def euros(amount_eur: Exact, decimals: int = 2, language: str = FRENCH) -> str:
    """An amount: `430 650,00 €`, `€430,650.00`."""
    text = _written(decimal_text(_exact(amount_eur), decimals, RoundingMode.HALF_UP), language)
    if language == FRENCH:
        return f"{text}{BEFORE_UNIT}€"
    return f"{MINUS}€{text[1:]}" if text.startswith(MINUS) else f"€{text}"


def percent(rate_fraction: Exact, decimals: int = 2, language: str = FRENCH) -> str:
    """A rate given as a fraction: 0.0235 is `2,35 %`, `2.35%`."""
    text = _written(decimal_text(_exact(rate_fraction) * 100, decimals, RoundingMode.HALF_UP), language)
    return f"{text}{BEFORE_UNIT}%" if language == FRENCH else f"{text}%"


def signed_points(change_fraction: Exact, language: str = FRENCH) -> str:
    """A change of rate given as a fraction: `+0,34 point`, `−2,20 points`, `sans effet`."""
    points = _exact(change_fraction) * 100
    if not points:
        return "sans effet" if language == FRENCH else "no change"
    text = decimal_text(abs(points), 2, RoundingMode.HALF_UP)
    unit = ("points" if abs(points) >= 2 else "point") if language == FRENCH else "points"
    if text == "0.00":
        less = "moins de" if language == FRENCH else "less than"
        return f"{less} {_written('0.01', language)}{BEFORE_UNIT}{unit}"
    return f"{'+' if points > 0 else MINUS}{_written(text, language)}{BEFORE_UNIT}{unit}"


def signed(text: str) -> str:
    """A difference already written, its sign before it whichever way it goes: `+12,00 €`, `−3`."""
    return text if text.startswith(MINUS) else f"+{text}"


def day(value: date, language: str = FRENCH) -> str:
    """A day in words: `1er novembre 2026`, `22 novembre 2026`, `22 November 2026`."""
    value = _paris_day(value)
    if language == FRENCH and value.day == 1:
        return f"1er {format_date(value, 'MMMM y', locale=FRENCH)}"
    return str(format_date(value, "d MMMM y", locale=language))


def month(value: date, language: str = FRENCH) -> str:
    """A month in words: `novembre 2026`, `November 2026`."""
    return str(format_date(value, "MMMM y", locale=language))


def short_day(value: date, language: str = FRENCH) -> str:
    """A day in a table: `22/11/2026`; `22 Nov 2026` in English, where figures alone would be read both ways."""
    value = _paris_day(value)
    return value.strftime("%d/%m/%Y") if language == FRENCH else str(format_date(value, "d MMM y", locale=ENGLISH))


def moment(value: datetime, language: str = FRENCH) -> str:
    """An instant on the clocks of Paris: `22/11/2026 à 06:27`.

    Raises:
        ValueError: the instant has no time zone.
    """
    local = _in_paris(value)
    hour = local.strftime("%H:%M")
    return f"{short_day(local, language)} à {hour}" if language == FRENCH else f"{short_day(local, language)}, {hour}"


def iso_moment(value: datetime) -> str:
    """An instant for machines: `2026-11-22T05:27:00Z`."""
    return _in_paris(value).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def relative_day(value: date, today: date, language: str = FRENCH) -> str:
    """How far a day is: `aujourd'hui`, `demain`, `dans 3 jours`, `il y a 12 jours`."""
    days = (_paris_day(value) - today).days
    near = {
        FRENCH: {-1: "hier", 0: "aujourd'hui", 1: "demain"},
        ENGLISH: {-1: "yesterday", 0: "today", 1: "tomorrow"},
    }[language]
    if days in near:
        return near[days]
    counted = number(abs(days), 0, language)
    if language == FRENCH:
        return f"dans {counted}{BEFORE_UNIT}jours" if days > 0 else f"il y a {counted}{BEFORE_UNIT}jours"
    return f"in {counted} days" if days > 0 else f"{counted} days ago"


def counted(count: int, singular: str, plural: str, language: str = FRENCH) -> str:
    """A count with its noun: `0 jour`, `1 jour`, `2 jours`; in English zero takes the plural."""
    is_one = abs(count) < 2 if language == FRENCH else abs(count) == 1
    return f"{number(count, 0, language)}{BEFORE_UNIT}{singular if is_one else plural}"


def file_size(octets: int, language: str = FRENCH) -> str:
    """The size of a paper: `840 o`, `1,4 Mo`."""
    letter = "o" if language == FRENCH else "B"
    for unit, scale in (("M", 1_000_000), ("k", 1_000)):
        if octets >= scale:
            text = decimal_text(Fraction(octets, scale), 1, RoundingMode.HALF_UP)
            return f"{_written(text.removesuffix('.0'), language)}{BEFORE_UNIT}{unit}{letter}"
    return f"{octets}{BEFORE_UNIT}{letter}"


def grouped_identifier(text: str) -> str:
    """A SIREN (9 figures), a SIRET (14) or an IBAN as it is read aloud; anything else unchanged."""
    compact = "".join(text.split())
    if compact.isascii() and compact.isdigit() and len(compact) in (9, 14):
        parts = [compact[:3], compact[3:6], compact[6:9], compact[9:]]
        return BEFORE_UNIT.join(part for part in parts if part)
    if len(compact) >= 15 and compact[:2].isalpha() and compact[2:4].isdigit() and compact.isalnum():
        return BEFORE_UNIT.join(compact[index : index + 4] for index in range(0, len(compact), 4))
    return text


def _exact(value: Exact) -> Fraction:
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float: money and rates are exact")
    return Fraction(value)


def _written(text: str, language: str) -> str:
    """Digits with a point, in the groups and with the separator of the language; no negative zero."""
    whole, point, decimals = text.partition(".")
    digits = whole.removeprefix("-")
    separator, comma = (THOUSANDS, ",") if language == FRENCH else (",", ".")
    sign = MINUS if whole.startswith("-") and (digits + decimals).strip("0") else ""
    return f"{sign}{f'{int(digits):,}'.replace(',', separator)}{comma if point else ''}{decimals}"


def _in_paris(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone")
    return value.astimezone(PARIS)


def _paris_day(value: date) -> date:
    return _in_paris(value).date() if isinstance(value, datetime) else value
