"""The values of a paper one by one: what a person sees beside the page, and may put right by hand.

A value is named as the paper names its place (`notified_percent`, `wages_by_year.2022`), one of a line by the line too
(`lines.3.it_cost_eur`). What is typed is read by the same readers as files are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import french_euros, french_number, french_percent
from atmp_insure.rate_records import code_notation, notation
from atmp_insure.rate_records.documents import (
    AccountLine,
    CalculationSheet,
    Claim,
    EmployerAccount,
    Establishment,
    PrintedRates,
)
from atmp_insure.rate_records.labels import ACCOUNT_COLUMNS, ACCOUNT_HEADER
from atmp_insure.rate_records.plain_values import number_text
from atmp_insure.rate_records.sheet_labels import SHEET_FIELDS
from atmp_insure.regulation.vocabulary import CostCategory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from atmp_insure.rate_records.documents import Document

TYPED = "corrigé à la main"
LINES = "lines"
_NAMES_PEOPLE = frozenset({"claim_number", "nir", "last_name", "first_name"})


class ValueType(NamedTuple):
    """How a value is read from what is typed, and shown."""

    read: Callable[[str], Any]
    show: Callable[[Any], str]


class PaperValue(NamedTuple):
    """One value of a paper.

    Attributes:
        name: `wages_by_year.2022`, `lines.3.it_cost_eur`.
        label_fr: as the paper labels it.
        text: as it is shown; "" when the paper says nothing.
        typed: as it may be typed again.
        place: where it stands in the source, or that it was put right by hand.
        names_people: whether it says who the victim is.
    """

    name: str
    label_fr: str
    text: str
    typed: str
    place: str
    names_people: bool = False


def _category(text: str) -> CostCategory | None:
    is_permanent = text.strip().upper().startswith("IP")
    return code_notation.permanent_category(text) if is_permanent else code_notation.temporary_category(text)


def _yes(value: bool) -> str:
    return "oui" if value else "non"


def _percent_text(value: Any) -> str:
    return french_percent(value, max(2, _decimals(value)))


def _decimals(value: Any) -> int:
    return len((number_text(value) or "").partition(".")[2])


_CENTURY = date(2098, 12, 31)  # a year of two digits is one of this century
_NEEDED = frozenset({"siret", "rate_year", "notified_percent", "account_year"})
_TEXT = ValueType(notation.words, str)
_DAY = ValueType(partial(notation.day, today=_CENTURY), lambda value: f"{value:%d/%m/%Y}")
_EUROS = ValueType(notation.euros, french_euros)
_PERCENT = ValueType(notation.percent, _percent_text)
_NUMBER = ValueType(notation.headcount, lambda value: french_number(value, _decimals(value)))
_SHARE = ValueType(notation.share, lambda value: french_number(value, _decimals(value)))
_COUNT = ValueType(notation.whole_number, str)
_YEAR = ValueType(notation.year, str)
_CATEGORY = ValueType(_category, lambda value: value.value)
_YES = ValueType(code_notation.marks_special_account, _yes)
_MODE = ValueType(code_notation.mode, lambda value: value.label)

_ESTABLISHMENT = {
    "siret": ValueType(code_notation.siret, str), "section": ValueType(code_notation.section, str),
    "risk_code": ValueType(lambda text: code_notation.risk_code(text)[0], str),
    "support_staff": ValueType(code_notation.marks_support_staff, _yes), "ctn": ValueType(code_notation.committee, str),
    "company": _TEXT, "fund": _TEXT,
}  # fmt: skip
_PRINTED = {name: _SHARE if name.endswith("share") else _PERCENT for name in PrintedRates._fields}
_SHEET = {
    "rate_year": _YEAR, "notified_percent": _PERCENT, "effective_on": _DAY, "notified_on": _DAY,
    "section_headcount": _NUMBER, "company_headcount": _NUMBER, "mode": _MODE, "created_on": _DAY,
    "single_rate": _YES,
}  # fmt: skip
_BY_YEAR = {"wages_by_year": _EUROS, "risk_value_by_year": _EUROS, "average_costs_eur": _EUROS}
_ACCOUNT = {"headcount": _NUMBER, "wages_eur": _EUROS, "issued_on": _DAY}
_CLAIM = {
    "claim_number": _TEXT, "nir": _TEXT, "last_name": _TEXT, "first_name": _TEXT,
    "nature": ValueType(code_notation.nature, lambda value: value.value), "occurred_on": _DAY, "notified_on": _DAY,
    "absence_days": _COUNT,
}  # fmt: skip
_LINE = {
    "account_year": _YEAR, "it_category": _CATEGORY, "it_cost_eur": _EUROS, "ip_notified_on": _DAY,
    "ip_percent": _PERCENT, "ip_category": _CATEGORY, "ip_cost_eur": _EUROS, "third_party_percent": _PERCENT,
    "agency_percent": _PERCENT, "user_percent": _PERCENT, "value_eur": _EUROS, "special_account": _YES,
}  # fmt: skip
LINE_COLUMNS = (*_CLAIM, *_LINE)
_BLOCK_LABELS = {
    "wages_by_year": "Salaires {0}", "risk_value_by_year": "Valeur du risque {0}",
    "average_costs_eur": "Coût moyen {0}", "claims_by_category": "Nombre de {0} en {1}",
}  # fmt: skip


def values_of(document: Document) -> tuple[PaperValue, ...]:
    """The values of the head of a paper (its lines apart): those that it says, and those that it may say."""
    names = [*_ESTABLISHMENT]
    if isinstance(document, CalculationSheet):
        blocks = [name for name in document.places if name.partition(".")[0] in _BLOCK_LABELS]
        names += [*_SHEET, *blocks, *_PRINTED]
    elif isinstance(document, EmployerAccount):
        names += [*_ACCOUNT]
    else:
        return ()
    return tuple(_shown(document, name, document.places) for name in names)


def line_values(account: EmployerAccount, at: int) -> tuple[PaperValue, ...]:
    """The values of one line of an account, by its position from 0."""
    line = account.lines[at]
    return tuple(
        _shown(
            account, f"{LINES}.{at}.{name}", {f"{LINES}.{at}.{known}": where for known, where in line.places.items()}
        )
        for name in LINE_COLUMNS
    )


def names_people(name: str) -> bool:
    """Whether the value of a name says who a victim is."""
    return name.rpartition(".")[2] in _NAMES_PEOPLE


def _shown(document: Document, name: str, places: Mapping[str, str]) -> PaperValue:
    kind, value = _type_of(document, name), value_of(document, name)
    text = "" if value is None else kind.show(value)
    typed = _typed(value, text)
    return PaperValue(name, label_of(document, name), text, typed, places.get(name, ""), names_people(name))


def _typed(value: Any, text: str) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else text.replace("\u202f", " ").replace("\xa0", " ")


def label_of(document: Document, name: str) -> str:
    """How a value is labelled, in French."""
    block, *rest = name.split(".")
    if block == LINES:
        return ACCOUNT_COLUMNS.label_fr(rest[1])
    if block in _BLOCK_LABELS:
        return _BLOCK_LABELS[block].format(*rest)
    labels = SHEET_FIELDS if isinstance(document, CalculationSheet) else ACCOUNT_HEADER
    return labels.label_fr(block) if block in labels.by_name else ACCOUNT_COLUMNS.label_fr(block)


def value_of(document: Document, name: str) -> Any:
    """The value of that name; None when the paper does not say it.

    Raises:
        KeyError: papers of this kind have no such value.
    """
    found: Any = document
    for step in _path(document, name):
        if isinstance(found, Mapping):
            found = found.get(_key(step))
        elif isinstance(found, tuple) and step.isdigit():
            found = found[int(step)]
        else:
            found = getattr(found, step)
        if found is None:
            return None
    return found


def read_value(document: Document, name: str, text: str) -> Any:
    """What was typed, as a value of that name; an empty text: the paper says nothing.

    Raises:
        InvalidInput: it does not say what its label announces.
        KeyError: papers of this kind have no such value.
    """
    kind = _type_of(document, name)
    if notation.is_blank(text):
        if name.rpartition(".")[2] in _NEEDED:
            raise InvalidInput.one(f"{label_of(document, name)} absent", "Le taper comme sur la pièce", place="value")
        return False if kind.show is _yes else None
    try:
        return kind.read(text.strip())
    except notation.Illegible as error:
        raise InvalidInput.one(f"{label_of(document, name)} : {error}", error.remedy, place="value") from error


def corrected(document: Document, corrections: Iterable[tuple[str, str]]) -> Document:
    """The paper with values put right by hand, in order: (name, text typed)."""
    for name, text in corrections:
        value = read_value(document, name, text)
        document = _with_place(_with(document, _path(document, name), value), name)
        if name == "rate_year":
            document = replace(document, year=value)
    return document


def _with_place(document: Any, name: str) -> Any:
    """A value typed by hand stands nowhere in the source; findings still name where to look."""
    block, _, rest = name.partition(".")
    if block != LINES:
        return replace(document, places={**document.places, name: TYPED})
    at, _, field = rest.partition(".")
    lines = list(document.lines)
    lines[int(at)] = lines[int(at)]._replace(places={**lines[int(at)].places, field: TYPED})
    return replace(document, lines=tuple(lines))


def _with(node: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if node is None or isinstance(node, Mapping):
        known = node or {}
        kept = {**known, _key(step): _with(known.get(_key(step)), rest, value)}
        return {key: one for key, one in kept.items() if one is not None}
    if isinstance(node, tuple) and not hasattr(node, "_fields"):
        changed = list(node)
        changed[int(step)] = _with(changed[int(step)], rest, value)
        return tuple(changed)
    inner = _with(getattr(node, step), rest, value)
    return node._replace(**{step: inner}) if hasattr(node, "_replace") else replace(node, **{step: inner})


def _key(step: str) -> int | CostCategory:
    return int(step) if step.isdigit() else CostCategory(step)


def _path(document: Document, name: str) -> list[str]:
    """Where a value lies inside a paper."""
    steps = name.split(".")
    if steps[0] == LINES:
        field = steps[2]
        return [*steps[:2], *([] if field in _LINE else ["claim"]), field]
    if steps[0] in _ESTABLISHMENT:
        return ["establishment", *steps]
    return ["printed", *steps] if isinstance(document, CalculationSheet) and steps[0] in _PRINTED else steps


def _type_of(document: Document, name: str) -> ValueType:
    return dict(_types(document, name))[name]


def _types(document: Document, name: str) -> Iterator[tuple[str, ValueType]]:
    """The kinds of values that a paper may have, and the one of a block or of a line when `name` is one."""
    yield from _ESTABLISHMENT.items()
    block, *rest = name.split(".")
    if isinstance(document, CalculationSheet):
        yield from (_SHEET | _PRINTED).items()
        if block in _BY_YEAR and len(rest) == 1:
            yield name, _BY_YEAR[block]
        if block == "claims_by_category" and len(rest) == 2:
            yield name, _COUNT
    if isinstance(document, EmployerAccount):
        yield from _ACCOUNT.items()
        if block == LINES and len(rest) == 2 and rest[0].isdigit() and int(rest[0]) < len(document.lines):
            yield name, (_CLAIM | _LINE)[rest[1]]


assert {*_CLAIM} <= {*Claim._fields}
assert {*_LINE} <= {*AccountLine._fields}
assert {*_ESTABLISHMENT} == {*Establishment._fields}
