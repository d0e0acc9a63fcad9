"""Fields of the JSON documents that commands and API read: exact numbers, years, words of the trade, values by year.

Each fault says what is wrong and what to write; `load` adds the JSON path. Nothing here knows a domain.
"""

from __future__ import annotations

import difflib
import re
from contextlib import suppress
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from marshmallow import RAISE, Schema, ValidationError, fields

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.french import repeated
from atmp_insure.kernel.json_document import InexactNumber
from atmp_insure.kernel.numbers import NotANumber, exact_number
from atmp_insure.kernel.yearly import Yearly
from atmp_insure.regulation.vocabulary import normal_risk_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

UNKNOWN_KEY = "clé inconnue"
MISSING_KEY = "clé absente"
NULL_REFUSED = "null n'est pas admis ici"
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOST_EUROS = Fraction(10**12)  # more than the wages of the whole country: a slip, not a company
YEARS = range(1990, 2101)


def refuse(message: str, remedy: str) -> ValidationError:
    """The error of one value; the path is added when the document is read."""
    return ValidationError([Fault(message, remedy)])


def shown(value: object) -> str:
    """A value as it is quoted back to the user, never endless."""
    text = str(value)
    return repeated(text)


class Number(fields.Field[Fraction]):
    """An exact number written as a string (a whole JSON number is exact too), within bounds, ends included."""

    def __init__(self, low: int, high: int | Fraction, *, decimals: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low, self.high, self.decimals = low, high, decimals

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Fraction:
        number = _exact(value)
        if not self.low <= number <= self.high:
            raise refuse(f"« {shown(value)} » hors des limites", f"Donner un nombre de {self.low} à {self.high}")
        if self.decimals is not None and (number * 10**self.decimals).denominator != 1:
            raise refuse(f"« {shown(value)} » a plus de {self.decimals} décimales", "Arrondir au centime")
        return number


def _exact(value: Any) -> Fraction:
    if isinstance(value, InexactNumber) and value.text.lstrip("-").isdigit():
        raise refuse(f"« {shown(value)} » a trop de chiffres", "Donner un nombre de quarante chiffres au plus")
    if isinstance(value, InexactNumber):
        raise refuse(
            f"{shown(value)} est un nombre à virgule flottante", f'L\'écrire entre guillemets : "{shown(value)}"'
        )
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise refuse(f"{_kind(value)} au lieu d'un nombre", 'Écrire un nombre entre guillemets, par exemple "2.80"')
    try:
        return Fraction(value) if isinstance(value, int) else exact_number(value)
    except NotANumber as error:
        raise refuse(str(error), error.remedy) from error


class Year(fields.Field[int]):
    """A civil year, as a whole JSON number."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value not in YEARS:
            raise refuse(
                f"« {shown(value)} » n'est pas une année",
                f"Donner une année entière de {YEARS[0]} à {YEARS[-1]}, sans guillemets",
            )
        return value


class Word(fields.Field[str]):
    """One of the words of the trade."""

    def __init__(self, allowed: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.allowed = allowed

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.allowed:
            raise refuse(f"« {shown(value)} » n'est pas admis", f"Écrire {', '.join(self.allowed)}")
        return value


class Reference(fields.Field[str]):
    """A name that is not empty."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > 200:
            raise refuse(f"« {shown(value)} » n'est pas une référence", "Donner un texte de 1 à 200 caractères")
        return value


class RiskCode(fields.Field[str]):
    """A risk code, however it is punctuated."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        code = normal_risk_code(value) if isinstance(value, str) else None
        if code is None:
            raise refuse(f"« {shown(value)} » n'est pas un code risque", "Écrire par exemple 28.1AD")
        return code


class Flag(fields.Field[bool]):
    """true or false."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise refuse(f"« {shown(value)} » n'est ni true ni false", "Écrire true ou false, sans guillemets")
        return value


class Day(fields.Field[date]):
    """A day, ISO."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if isinstance(value, str) and _ISO_DAY.fullmatch(value):
            with suppress(ValueError):  # 30 February: said below, with what to write
                return date.fromisoformat(value)
        raise refuse(f"« {shown(value)} » n'est pas une date", "Écrire AAAA-MM-JJ")


class ByKey(fields.Field["dict[Any, Any]"]):
    """An object whose keys are all of one kind (years, categories, surcharges) and whose values share one field."""

    def __init__(self, value: fields.Field[Any], *, keys: tuple[str, ...] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value, self.keys = value, keys

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[Any, Any]:
        if not isinstance(value, dict):
            raise refuse(f"{_kind(value)} au lieu d'un objet", f"Écrire un objet : {self._example()}")
        found, errors = {}, {}
        for key, item in value.items():
            try:
                if item is None:
                    raise refuse(NULL_REFUSED, "Donner une valeur, ou retirer cette clé")
                found[self._key(key)] = self.value.deserialize(item)
            except ValidationError as error:
                errors[key] = error.messages
        if errors:
            raise ValidationError(errors)
        return found

    def _key(self, key: str) -> str | int:
        if self.keys is not None:
            if key not in self.keys:
                raise refuse("clé inconnue", f"Clés admises : {', '.join(self.keys)}")
            return key
        if not is_year(key):
            raise refuse(f"« {shown(key)} » n'est pas une année", f"Donner des années de {YEARS[0]} à {YEARS[-1]}")
        return int(key)

    def _example(self) -> str:
        return '{"2022": ...}' if self.keys is None else "{" + f'"{self.keys[0]}": ...' + "}"


class EveryYearOr(fields.Field["Yearly[Any]"]):
    """One value for every year, or an object by year."""

    def __init__(self, value: fields.Field[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value, self.by_year = value, ByKey(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Yearly[Any]:
        if isinstance(value, dict) and (not value or any(is_year(key) for key in value)):
            return Yearly(by_year=self.by_year.deserialize(value))
        return Yearly(every=self.value.deserialize(value))


def is_year(key: str) -> bool:
    """Whether the key of an object is a year of the accepted span."""
    return len(key) == 4 and key.isascii() and key.isdigit() and int(key) in YEARS


def euros(**kwargs: Any) -> Number:
    """An amount in euros at the cent."""
    return Number(0, MOST_EUROS, decimals=2, **kwargs)


def percent(**kwargs: Any) -> Number:
    """A percentage."""
    return Number(0, 100, **kwargs)


def headcount(**kwargs: Any) -> Number:
    """A headcount."""
    return Number(0, 10**7, **kwargs)


class Document(Schema):
    """Base of all documents: unknown keys are refused, and null is the same as absent where a key may be left out."""

    class Meta:
        """Refuse what we do not know."""

        unknown = RAISE

    error_messages = {"unknown": UNKNOWN_KEY, "type": "un objet JSON est attendu"}  # noqa: RUF012 - marshmallow's own form

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Optional fields take null; messages are in French."""
        field_obj.allow_none = not field_obj.required
        field_obj.error_messages |= {"required": MISSING_KEY, "null": NULL_REFUSED}


def list_of(document: type[Document], **kwargs: Any) -> fields.List[Any]:
    """A list of documents of one kind."""
    item = fields.Nested(document, error_messages={"null": NULL_REFUSED})
    return fields.List(item, error_messages={"invalid": "une liste est attendue"}, **kwargs)


def load(schema: Schema, document: object, place: str = "") -> dict[str, Any]:
    """The document checked against its schema.

    Raises:
        InvalidInput: every fault, each with its JSON path.
    """
    if not isinstance(document, dict):
        raise InvalidInput.one(f"{_kind(document)} au lieu d'un objet JSON", "Écrire un objet { ... }", place=place)
    try:
        loaded: dict[str, Any] = schema.load(document)
    except ValidationError as error:
        raise InvalidInput(_faults(error.messages, place, schema)) from error
    return loaded


def _faults(messages: Any, path: str, schema: Schema | None) -> Iterator[Fault]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            if key == "_schema":
                yield from _faults(inner, path, schema)
            else:
                step = f"[{key}]" if isinstance(key, int) else f".{key}" if path else str(key)
                yield from _faults(inner, path + step, _schema_under(schema, key))
    elif isinstance(messages, list):
        for message in messages:
            yield from _faults(message, path, schema)
    elif isinstance(messages, Fault):
        yield Fault(messages.message, messages.remedy, messages.place or path)
    else:
        yield Fault(str(messages), _remedy(str(messages), path, schema), path)


def _schema_under(schema: Schema | None, key: object) -> Schema | None:
    """The schema that holds a key: the nested one under a field, else the same (an index of a list, an unknown key)."""
    field = schema.fields.get(key) if schema is not None and isinstance(key, str) else None
    if isinstance(field, fields.List):
        field = field.inner
    return field.schema if isinstance(field, fields.Nested) else schema


def _remedy(message: str, path: str, schema: Schema | None) -> str:
    if schema is None:
        return "Corriger cette valeur"
    known = sorted(schema.fields)
    if message == UNKNOWN_KEY:
        close = difflib.get_close_matches(path.rpartition(".")[2], known, n=1)
        return f"Écrire {close[0]} ?" if close else f"Clés admises : {', '.join(known)}"
    return "Corriger cette valeur" if message != MISSING_KEY else "Ajouter cette clé"


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "un booléen"
        case str():
            return "un texte"
        case int() | InexactNumber():
            return "un nombre"
        case list():
            return "une liste"
        case _:
            return "un objet"
