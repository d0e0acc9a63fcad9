"""What the bodies and arguments of these resources share: texts, keys, exact numbers."""

from __future__ import annotations

from marshmallow import fields, validate

LONGEST = 200
AMOUNT = validate.Regexp(r"^\d{1,12}(\.\d{1,2})?$", error="Donner un nombre en chaîne, par exemple « 1250.50 ».")
DIGITS = validate.Regexp(r"^[0-9 ]{1,20}$", error="Donner des chiffres.")


def text_field() -> fields.String:
    """A text that must be there, possibly null."""
    return fields.String(required=True, allow_none=True, validate=validate.Length(max=LONGEST))


def key_field(description: str) -> fields.Integer:
    """The number of a row that must exist."""
    return fields.Integer(
        required=True, strict=True, validate=validate.Range(1, 2**63 - 1), metadata={"description": description}
    )


def amount_field(description: str) -> fields.String:
    """An exact number, as a text."""
    return fields.String(required=True, allow_none=True, validate=AMOUNT, metadata={"description": description})


def filter_field(description: str) -> fields.Integer:
    """A number that narrows a list."""
    return fields.Integer(validate=validate.Range(1, 2**63 - 1), metadata={"description": description})
