"""Numbers as a French reader expects them: decimal comma, narrow no-break spaces between thousands, unit at the end."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from atmp_insure.kernel.rounding import RoundingMode, decimal_text

if TYPE_CHECKING:
    from fractions import Fraction

_MOST_REPEATED = 40
THOUSANDS = "\u202f"  # narrow no-break space
BEFORE_UNIT = "\u00a0"  # no-break space


def french_number(value: Fraction, most_decimals: int = 4) -> str:
    """A number without useless zeros: `149,99`, `1 400 000`, `0,7923`."""
    text = decimal_text(value, most_decimals, RoundingMode.HALF_UP)
    return _grouped(text.rstrip("0").rstrip(".") if "." in text else text)


def french_euros(amount_eur: Fraction, decimals: int = 2) -> str:
    """An amount: `430 650,00 €`."""
    return f"{_grouped(decimal_text(amount_eur, decimals, RoundingMode.HALF_UP))}{BEFORE_UNIT}€"


def french_percent(rate_percent: Fraction, decimals: int = 2) -> str:
    """A rate: `3,20 %`."""
    return f"{_grouped(decimal_text(rate_percent, decimals, RoundingMode.HALF_UP))}{BEFORE_UNIT}%"


def french_points(points: Fraction) -> str:
    """A change of rate: `+0,34 point`, `−2,20 points`, `sans effet`."""
    if not points:
        return "sans effet"
    text = decimal_text(abs(points), 2, RoundingMode.HALF_UP)
    if text == "0.00":
        return f"moins de 0,01{BEFORE_UNIT}point"
    plural = "s" if abs(points) >= 2 else ""
    return f"{'+' if points > 0 else '−'}{_grouped(text)}{BEFORE_UNIT}point{plural}"


def _grouped(text: str) -> str:
    """Digits with a point, written with a comma and groups of three."""
    whole, point, decimals = text.partition(".")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{f'{int(digits):,}'.replace(',', THOUSANDS)}{',' if point else ''}{decimals}"


def begun(text: str) -> str:
    """A text that begins a sentence or a line: its first letter in capitals, the others as they are (CMRA, Urssaf)."""
    return f"{text[:1].upper()}{text[1:]}"


def repeated(text: str) -> str:
    """What was typed, as an error repeats it: forty signs at most."""
    return text if len(text) <= _MOST_REPEATED else f"{text[: _MOST_REPEATED - 1]}…"


def search_text(text: str) -> str:
    """A text as lists sort and find it: without case, accents nor marks, single spaces; alike on every engine."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = (character if character.isalnum() else " " for character in plain if not unicodedata.combining(character))
    return " ".join("".join(letters).split())
