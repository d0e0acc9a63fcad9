"""What the bodies, arguments and answers of resources share: texts, keys, days, choices, exact numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from marshmallow import fields, validate

from atmp_insure.kernel.money import euros_text
from atmp_insure.kernel.rates import notified_text
from atmp_insure.kernel.rounding import plain_decimal

if TYPE_CHECKING:
    import enum
    from collections.abc import Iterable

E = TypeVar("E", bound="enum.Enum")

LONGEST, LONGEST_TEXT = 200, 5000
AMOUNT = validate.Regexp(r"^\d{1,12}(\.\d{1,2})?$", error="Donner un nombre en chaîne, par exemple « 1250.50 ».")
PERCENT = validate.Regexp(r"^\d{1,3}(\.\d{1,6})?$", error="Donner un pourcentage en chaîne, par exemple « 2.35 ».")
DIGITS = validate.Regexp(r"^[0-9 ]{1,20}$", error="Donner des chiffres.")
_KEY = validate.Range(1, 10**18 - 1)
_DAYS = validate.Range(date(1900, 1, 1), date(2200, 12, 31), error="Donner un jour de 1900 à 2200.")
_MOMENTS = validate.Range(
    datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 12, 31, tzinfo=UTC), error="Donner un moment de 1900 à 2200."
)
_MOST = 200


def text_field(longest: int = LONGEST, description: str = "") -> fields.String:
    """A text that must be there, possibly null."""
    return fields.String(
        required=True, allow_none=True, validate=validate.Length(max=longest), metadata={"description": description}
    )


def needed_text_field(longest: int = LONGEST, description: str = "") -> fields.String:
    """A text that must be there and say something."""
    return fields.String(required=True, validate=validate.Length(1, longest), metadata={"description": description})


def key_field(description: str, *, allow_none: bool = False) -> fields.Integer:
    """The number of a row that must exist; null, where that is allowed, for none."""
    return fields.Integer(
        required=True, allow_none=allow_none, strict=True, validate=_KEY, metadata={"description": description}
    )


def keys_field(description: str) -> fields.List[Any]:
    """The numbers of some rows."""
    one = fields.Integer(strict=True, validate=_KEY)
    return fields.List(one, required=True, validate=validate.Length(max=_MOST), metadata={"description": description})


def form_key_field(description: str, *, required: bool = False) -> fields.Integer:
    """The number of a row, in a form with files, where everything is text."""
    return fields.Integer(required=required, validate=_KEY, metadata={"description": description})


def amount_field(description: str) -> fields.String:
    """An exact number, as a text."""
    return fields.String(required=True, allow_none=True, validate=AMOUNT, metadata={"description": description})


def given_amount_field(description: str) -> fields.String:
    """An amount in euros that must be given."""
    return fields.String(required=True, validate=AMOUNT, metadata={"description": description})


def percent_field(description: str, *, allow_none: bool = False) -> fields.String:
    """A percentage, as a text."""
    metadata = {"description": description}
    return fields.String(required=True, allow_none=allow_none, validate=PERCENT, metadata=metadata)


def day_field(description: str = "", *, allow_none: bool = False, required: bool = True) -> fields.Date:
    """A day."""
    return fields.Date(required=required, allow_none=allow_none, validate=_DAYS, metadata={"description": description})


def moment_field(description: str = "", *, allow_none: bool = False) -> fields.AwareDateTime:
    """A moment, with its offset from UTC."""
    metadata = {"description": description}
    return fields.AwareDateTime(
        format="iso", required=True, allow_none=allow_none, validate=_MOMENTS, metadata=metadata
    )


def yes_field(description: str = "") -> fields.Boolean:
    """Yes or no, and nothing that only looks like it."""
    return fields.Boolean(required=True, truthy={True}, falsy={False}, metadata={"description": description})


def code_field(
    codes: Iterable[str], description: str = "", *, allow_none: bool = False, required: bool = True
) -> fields.String:
    """One of some codes."""
    known = list(codes)
    one_of = validate.OneOf(known, error=f"Valeurs connues : {', '.join(known)}.")
    metadata = {"description": description}
    return fields.String(required=required, allow_none=allow_none, validate=one_of, metadata=metadata)


def codes_of(kind: type[enum.Enum]) -> list[str]:
    """The codes of the members of a kind."""
    return [str(member.value) for member in kind]


def member_of(kind: type[E], code: str) -> E:
    """The member of a kind that has a code, which the schema found right."""
    return next(member for member in kind if member.value == code)


def filter_field(description: str) -> fields.Integer:
    """A number that narrows a list."""
    return fields.Integer(validate=_KEY, metadata={"description": description})


def codes_filter(codes: Iterable[str], description: str = "") -> fields.List[Any]:
    """Codes that narrow a list: any of those given."""
    told = f"{description}, en répétant le paramètre".removeprefix(", ")
    return fields.List(code_field(codes, required=False), metadata={"description": told})


class Euros(fields.String):
    """An amount in an answer: a text, exact to the cent."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else euros_text(Fraction(value))


class Percent(fields.String):
    """A rate in an answer: the fraction that it is, written in percent with two decimals at least."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else percent_text(Fraction(value) * 100)


def percent_text(percent: Fraction) -> str:
    """A percentage with two decimals at least, and no useless zero beyond."""
    text = plain_decimal(percent)
    return text if len(text.partition(".")[2]) > 2 else notified_text(percent)


def fraction_of(percent: str) -> Decimal:
    """The fraction that a percentage of a body is: `2.35` → 0.0235."""
    return Decimal(percent).scaleb(-2)
