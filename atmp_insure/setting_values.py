"""Values of settings as they are written: whole numbers, yes or no, amounts in euros, text."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

_TRUE, _FALSE = ("1", "true", "oui", "on"), ("0", "false", "non", "off")
EXPECTED = {"int": "un nombre entier", "bool": "oui ou non", "Decimal": "un montant, comme 5.00"}


def value_of(kind: str, value: Any) -> Any:
    """A value of one of the kinds of `EXPECTED`, or a text, from how it was written.

    Raises:
        ValueError: not written as its kind is.
    """
    if not isinstance(value, str):
        return value
    match kind:
        case "int":
            return int(value)
        case "Decimal":
            return _amount(value)
        case "bool" if value.lower() in _TRUE + _FALSE:
            return value.lower() in _TRUE
        case "bool":
            raise ValueError(value)
        case _:
            return value


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not amount.is_finite():
        raise ValueError(text)
    return amount
