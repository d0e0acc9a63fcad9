"""JSON documents read strictly: numbers keep their written form, a key stands once, faults name their place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from atmp_insure.kernel.errors import InvalidInput

MOST_DIGITS = 40
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")  # an escape that may be half of a character
_REMEDY = "Donner un document JSON, en UTF-8, avec les nombres décimaux entre guillemets"


@dataclass(frozen=True, slots=True)
class InexactNumber:
    """A JSON number that would pass through floating point (`2.8`, `1e5`, `NaN`): kept as written, to be refused."""

    text: str

    def __str__(self) -> str:
        """The number as the document writes it."""
        return self.text


def read_json_document(content: bytes) -> object:
    """The document, with non-integer numbers as `InexactNumber`.

    Raises:
        InvalidInput: empty, not UTF-8, not JSON, a key twice in one object, nesting or digits out of all proportion.
    """
    if not content.strip():
        raise InvalidInput.one("document vide", _REMEDY)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput.one(
            "texte qui n'est pas en UTF-8", "Enregistrer le document en UTF-8", place=f"octet {error.start + 1}"
        ) from error
    try:
        document: object = json.loads(
            text,
            parse_float=InexactNumber,
            parse_int=_whole_number,
            parse_constant=InexactNumber,
            object_pairs_hook=_object,
        )
        _refuse_keys_written_twice(document, "")
    except json.JSONDecodeError as error:
        raise InvalidInput.one(
            "JSON mal formé", _REMEDY, place=f"ligne {error.lineno}, colonne {error.colno}"
        ) from error
    except RecursionError as error:
        raise InvalidInput.one("document imbriqué sans fin", _REMEDY) from error
    if _HALF_CHARACTER.search(text):
        _refuse_half_characters(document)
    return document


def _refuse_half_characters(document: object) -> None:
    """Refuse half of a surrogate pair: it is no character, and no file can carry it."""
    try:
        json.dumps(document, ensure_ascii=False, default=str).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidInput.one("texte avec une moitié de caractère (\\ud800 à \\udfff)", "Corriger ce texte") from error


def _whole_number(text: str) -> int | InexactNumber:
    return int(text) if len(text) <= MOST_DIGITS else InexactNumber(text)


class _Repeating(dict[str, object]):
    """An object that writes a key twice; only known once the whole document is there, and with it its path."""

    twice = ""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    repeating = _Repeating(found)
    repeating.twice = next(key for key in keys if keys.count(key) > 1)
    return repeating


def _refuse_keys_written_twice(value: object, path: str) -> None:
    """Refuse an object that says two things under one key.

    Raises:
        InvalidInput: the first such key, with its path (`entreprise.siret`, `lignes[3].nns`).
    """
    if isinstance(value, _Repeating):
        raise InvalidInput.one(
            f"clé « {value.twice} » écrite deux fois dans le même objet",
            "N'en garder qu'une",
            place=f"{path}.{value.twice}".removeprefix("."),
        )
    if isinstance(value, dict):
        for key, inside in value.items():
            _refuse_keys_written_twice(inside, f"{path}.{key}".removeprefix("."))
    elif isinstance(value, list):
        for at, inside in enumerate(value):
            _refuse_keys_written_twice(inside, f"{path}[{at}]")
