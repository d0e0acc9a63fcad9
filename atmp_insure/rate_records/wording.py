"""Amounts, gaps, days and lists inside French sentences, on top of `kernel.french`. Reading them is `notation.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.french import BEFORE_UNIT, french_euros, french_number, french_points

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from fractions import Fraction


def euros_fr(amount_eur: Fraction) -> str:
    """An amount: `91 228 €`, `37 665,33 €`; cents only when there are some."""
    return french_euros(amount_eur, 0 if amount_eur.denominator == 1 else 2)


def percent_fr(value_percent: Fraction) -> str:
    """A percentage without useless decimals: `58 %`, `33,33 %`."""
    return f"{french_number(value_percent)}{BEFORE_UNIT}%"


def gap_fr(points: Fraction) -> str:
    """The size of a difference between two rates, sign left aside: `0,12 point`."""
    return french_points(abs(points)).removeprefix("+")


def day_fr(day: date) -> str:
    """A day: `14/03/2022`."""
    return f"{day:%d/%m/%Y}"


def list_fr(parts: Sequence[str]) -> str:
    """A list in a sentence: `2022, 2023 et 2024`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} et {parts[-1]}"


def differs_fr(gap: str) -> str:
    """How a sentence ends that states a difference: its size, and who may judge it."""
    return f"soit {gap} d'écart : à faire examiner par un avocat."
