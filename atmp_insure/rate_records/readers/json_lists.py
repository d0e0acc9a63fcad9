"""JSON as grids: a list of objects is a table whose labels are the keys; an object is labels beside values.

The vendor's JSON is a list of account lines; others wrap the list in an object, with the company beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.json_document import read_json_document
from atmp_insure.rate_records import notation
from atmp_insure.rate_records.labels import ACCOUNT_COLUMNS
from atmp_insure.rate_records.readers.account import NO_CLAIM_FR
from atmp_insure.rate_records.readers.columns import known_labels
from atmp_insure.rate_records.readers.delimited import decoded
from atmp_insure.rate_records.readers.grid import Grid, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 6
_MOST_KEYS = 200
_OF_ONE_CLAIM = frozenset({"claim_number", "nir"})
_TOLD_OF_A_CLAIM = frozenset({"occurred_on", "absence_days", "it_category", "ip_category"})


def read_grids(content: bytes) -> tuple[Grid, ...]:
    """One grid for each list of objects, the values that stand beside it above its lines; else one for the object.

    Raises:
        InvalidInput: no JSON, or one that holds no object.
    """
    document = read_json_document(decoded(content).encode())
    lists = list(_lists(document, "", 0))
    beside = tuple(_labels_and_values(document, "", 0)) if isinstance(document, dict) else ()
    if lists:
        return tuple(_grid(path, items, beside) for path, items in lists)
    if beside and (claim := _claim_outside_of_a_list(document, "", 0)) is not None:
        raise InvalidInput.one(
            "objet d'un seul sinistre : c'est une ligne de compte employeur, hors de sa liste",
            "Donner la liste des lignes du compte, même s'il n'y en a qu'une : [{…}]",
            place=claim,
        )
    if not beside:
        raise InvalidInput.one(
            "JSON sans aucun objet", "Donner la liste des lignes du compte, ou un objet par document"
        )
    return (Grid(_numbered(beside)),)


def _lists(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """The lists of objects, wherever they are, with their paths; an empty list is an account without claims."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        if all(isinstance(item, dict) for item in value):
            yield path, value
        elif any(isinstance(item, dict | list) for item in value):
            raise InvalidInput.one(
                "liste qui mêle des objets et autre chose", "N'y laisser que les lignes du compte", place=path or "[0]"
            )
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _lists(item, f"{path}.{key}" if path else key, depth + 1)


def _claim_outside_of_a_list(value: Any, path: str, depth: int) -> str | None:
    """The path of an object that is the line of one claim; None when none is.

    A name alone tells nothing: the object of a sheet may say whose it is.
    """
    if not isinstance(value, dict) or depth > _DEEPEST:
        return None
    named = known_labels([key for key, item in value.items() if not isinstance(item, dict | list)], ACCOUNT_COLUMNS)
    if named & _OF_ONE_CLAIM or ("last_name" in named and named & _TOLD_OF_A_CLAIM):
        return path or "$"
    inside = (_claim_outside_of_a_list(item, f"{path}.{key}".lstrip("."), depth + 1) for key, item in value.items())
    return next((found for found in inside if found is not None), None)


def _grid(path: str, items: list[dict[str, Any]], beside: tuple[Row, ...]) -> Grid:
    if not items:
        return Grid(_numbered((*beside, Row(0, (NO_CLAIM_FR,), path or "[]"))))
    keys = list(dict.fromkeys(key for item in items for key in item))
    if len(keys) > _MOST_KEYS:
        raise InvalidInput.one(f"objets de {len(keys)} clés, hors limites", "Donner les lignes du compte")
    header = Row(0, tuple(keys), path or "[]")
    lines = [
        Row(
            0,
            tuple(_text(item.get(key), f"{path}[{at}].{key}") for key in keys),
            f"{path}[{at}]",
            tuple(f"{path}[{at}].{key}" for key in keys),
        )
        for at, item in enumerate(items)
    ]
    return Grid(_numbered((*beside, header, *lines)))


def _labels_and_values(document: dict[str, Any], path: str, depth: int) -> Iterator[Row]:
    """The values of an object, each beside its key; an object by year is a row of the block of years."""
    by_year = {key: item for key, item in document.items() if _is_by_year(item)}
    years = sorted({year for item in by_year.values() for year in item})
    if years:
        yield Row(0, ("", *years), path or "$")
    for key, item in document.items():
        where = f"{path}.{key}" if path else key
        if key in by_year:
            texts = (key, *(_text(item.get(year), where) for year in years))
            yield Row(0, texts, where, (where, *(f"{where}.{year}" for year in years)))
        elif isinstance(item, dict):
            if depth < _DEEPEST:
                yield from _labels_and_values(item, where, depth + 1)
        elif not isinstance(item, list):
            yield Row(0, (key, _text(item, where)), where, (where, where))


def _is_by_year(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(notation.is_year(key) for key in value)


def _text(value: Any, path: str) -> str:
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return "oui" if value else "non"
        case dict() | list():
            raise InvalidInput.one("objet au lieu d'une valeur", "Écrire un texte ou un nombre", place=path)
        case _:
            return str(value)


def _numbered(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(row._replace(number=at) for at, row in enumerate(rows, start=1) if any(row.texts))
