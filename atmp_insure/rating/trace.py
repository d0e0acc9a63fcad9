"""The trace of a result: every step with its value, its inputs and its source, kept exact until someone reads it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.money import euros_text
from atmp_insure.kernel.rates import intermediate_text, notified_text

if TYPE_CHECKING:
    from collections.abc import Mapping


class Unit(StrEnum):
    """What a quantity of the trace is counted in; it decides how the quantity is written."""

    EUR = "eur"
    PERCENT = "percent"  # an intermediate rate
    NOTIFIED_PERCENT = "notified_percent"
    SHARE = "share"
    NUMBER = "number"
    TEXT = "text"


Quantity = tuple[Fraction | str, Unit]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a calculation.

    Attributes:
        code: stable name of the step.
        label_fr: what the step is, for a reader.
        value: the result, with its unit.
        inputs: what went in, by name.
        source: the article or table applied.
    """

    code: str
    label_fr: str
    value: Quantity
    inputs: Mapping[str, Quantity]
    source: str

    def plain(self) -> dict[str, object]:
        """The step as JSON carries it."""
        return {
            "step": self.code,
            "label_fr": self.label_fr,
            "value": quantity_text(self.value),
            "inputs": {name: quantity_text(quantity) for name, quantity in self.inputs.items()},
            "source": self.source,
        }


def quantity_text(quantity: Quantity) -> str:
    """A quantity as JSON carries it: money at two decimals, rates and shares at ten, notified rates at two."""
    value, unit = quantity
    if isinstance(value, str):
        return value
    match unit:
        case Unit.EUR:
            return euros_text(value)
        case Unit.NOTIFIED_PERCENT:
            return notified_text(value)
        case Unit.NUMBER if value.denominator == 1:
            return str(value.numerator)
        case _:
            return intermediate_text(value)


def text(value: str) -> Quantity:
    """A quantity that is a word."""
    return value, Unit.TEXT
