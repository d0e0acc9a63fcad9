"""Tags of notes: short words that sort them, in clear, so without any name; how they are typed, and written one way."""

from __future__ import annotations

import re

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.french import search_text

MOST_TAGS, LONGEST_TAG = 5, 24
_BETWEEN = re.compile(r"[,;\n]")
_OTHER_SIGNS = re.compile(r"[^\w '’-]")
_LONG_NUMBER = re.compile(r"\d{5,}")  # of a person, a company, a file: not a word


def tags_of(text: str) -> tuple[str, ...]:
    """The tags of a text where commas part them: without capitals, single spaces, each once, in their order.

    Two tags that differ by accents or signs alone are one: the first is kept.

    Raises:
        InvalidInput: too many, too long, other signs than letters, or a number that would name someone.

    Source: none; how the office writes its tags.
    """
    found: dict[str, str] = {}
    for part in _BETWEEN.split(text):
        tag = " ".join(part.casefold().split())
        if search_text(tag):
            found.setdefault(search_text(tag), tag)
    faults = [fault for tag in found.values() for fault in _faults(tag)]
    if len(found) > MOST_TAGS:
        faults.append(Fault(f"{len(found)} étiquettes, {MOST_TAGS} au plus", "En retirer", "tags"))
    if faults:
        raise InvalidInput(faults)
    return tuple(found.values())


def _faults(tag: str) -> list[Fault]:
    if len(tag) > LONGEST_TAG:
        return [Fault(f"« {tag[:LONGEST_TAG]}… » dépasse {LONGEST_TAG} caractères", "Choisir un mot court", "tags")]
    if _OTHER_SIGNS.search(tag) or _LONG_NUMBER.search(tag):
        return [Fault(f"« {tag} » n'est pas un mot", "Des lettres ; ni nom, ni numéro, ni adresse", "tags")]
    return []
