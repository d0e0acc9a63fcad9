"""Kinds of documents as bodies name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.documents.shown import kinds
from atmp_insure.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from atmp_insure.documents.kinds import DocumentKind


def known_kind(code: str, place: str) -> DocumentKind:
    """The kind of a code of the body.

    Raises:
        InvalidInput: no such kind; its fault stands in `place`.
    """
    known = kinds()
    if code not in known:
        raise InvalidInput.one(f"nature « {code} » inconnue", f"Choisir parmi : {', '.join(known)}", place=place)
    return known[code]
