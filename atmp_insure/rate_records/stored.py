"""A paper as the database keeps it: every value of it exact, with its places, in a JSON text that is encrypted.

Records are written by the names of their fields, without those that have their default value, so that a field added
later does not make older papers unreadable.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import partial
from typing import Any

from atmp_insure.rate_records import documents, payroll_declaration, persons, rate_history
from atmp_insure.regulation import vocabulary

VERSION = 1
_TYPES: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        documents.CalculationSheet, documents.EmployerAccount, documents.CurrentAccount, rate_history.RateHistory,
        payroll_declaration.PayrollDeclaration, documents.Finding, documents.Ignored, documents.PrintedAmount,
        documents.Establishment, documents.Claim, documents.AccountLine, documents.PrintedRates,
        rate_history.NotifiedRate, payroll_declaration.Correction, payroll_declaration.SectionMonth,
        payroll_declaration.Contract, payroll_declaration.Stoppage, payroll_declaration.DeclarationType,
        payroll_declaration.Envelope, documents.Severity, documents.Nature, vocabulary.CostCategory, vocabulary.Mode,
    )
}  # fmt: skip
_KIND, _VALUE = "=", "v"  # of a value that JSON does not know: its kind, and what it is


def stored_text(document: documents.Document) -> str:
    """A paper as text."""
    return json.dumps({"version": VERSION, "paper": _plain(document)}, ensure_ascii=False, separators=(",", ":"))


def stored_document(text: str, secret: bytes) -> documents.Document:
    """The paper of a text written by `stored_text`.

    Args:
        secret: what makes keys of people in this installation; it is never written with the paper.

    Raises:
        ValueError: the text is of a version that this program does not know.
    """
    kept = json.loads(text, object_hook=partial(_value, secret))
    if kept["version"] != VERSION:
        raise ValueError(f"a paper of version {kept['version']}: this program knows {VERSION}")
    found: documents.Document = kept["paper"]
    return found


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, bool | int | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, tuple | list) and type(value).__name__ not in _TYPES:
        return [_plain(one) for one in value]
    kind, plain = _marked(value)
    return {_KIND: kind, _VALUE: plain}


def _marked(value: Any) -> tuple[str, Any]:
    """A value that JSON does not know, and the name of its kind."""
    match value:
        case Enum():
            return type(value).__name__, value.value
        case Fraction():
            return "q", str(value)
        case date():
            return "d", value.isoformat()
        case persons.Persons():
            return "p", None
        case _ if type(value).__name__ in _TYPES:
            return type(value).__name__, _fields(value)
        case _:
            return "m", [[_plain(key), _plain(one)] for key, one in value.items()]


def _fields(value: Any) -> dict[str, Any]:
    """The fields of a record that differ from their default."""
    defaults = _defaults(type(value))
    names = [field.name for field in fields(value)] if is_dataclass(value) else value._fields
    said = ((name, getattr(value, name)) for name in names)
    return {name: _plain(one) for name, one in said if name not in defaults or one != defaults[name]}


def _defaults(kind: Any) -> dict[str, Any]:
    return {} if is_dataclass(kind) else dict(kind._field_defaults)


def _value(secret: bytes, plain: dict[str, Any]) -> Any:
    if _KIND not in plain:
        return {name: _tuples(one) for name, one in plain.items()}
    kind, value = plain[_KIND], plain[_VALUE]
    match kind:
        case "q":
            return Fraction(value)
        case "d":
            return date.fromisoformat(value)
        case "p":
            return persons.Persons(secret)
        case "m":
            return {_tuples(key): _tuples(one) for key, one in value}
    known = _TYPES[kind]
    return known(value) if issubclass(known, Enum) else known(**value)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
