"""Pages of a list in the body of an answer: its items, and the cursor of the page that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import fields, validate

from atmp_insure.api.resources import Arguments
from atmp_insure.db.paging import Page, Place, page_of, read_cursor
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import repeated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import InstrumentedAttribute

    from atmp_insure.db.session import ScopedSession

LARGEST, USUAL = 200, 50


class PageArguments(Arguments):
    """Which page of a list is asked for."""

    after = fields.String(
        validate=validate.Regexp(r"^[A-Za-z0-9_-]{1,400}$", error="Reprendre « next_cursor » tel quel."),
        metadata={"description": "« next_cursor » de la page précédente ; absent : la première page"},
    )
    size = fields.Integer(
        load_default=USUAL,
        validate=validate.Range(1, LARGEST, error=f"Donner un nombre de 1 à {LARGEST}."),
        error_messages={"invalid": f"Donner un nombre de 1 à {LARGEST}."},
        metadata={"description": "éléments par page"},
    )


def next_cursor_field() -> fields.String:
    """The field of a page that leads to the following one."""
    return fields.String(
        required=True, allow_none=True, metadata={"description": "à donner en « after » ; nul : dernière page"}
    )


def asked_page(
    session: ScopedSession,
    statement: Select[Any],
    keys: Sequence[InstrumentedAttribute[Any]],
    asked: dict[str, Any],
    *,
    descending: bool = False,
) -> Page[Any]:
    """The page of a statement that the arguments ask for.

    Raises:
        InvalidInput: the cursor is not one of this list.
    """
    after = asked.get("after", "")
    if after and read_cursor(after, keys) is None:
        message, remedy = (
            f"« {repeated(after)} » n'est pas un curseur de cette liste",
            "Reprendre « next_cursor » tel quel",
        )
        raise InvalidInput.one(message, remedy, place="?after")
    return page_of(session, statement, keys, Place(after=after, size=asked["size"], descending=descending))
