"""Every question about bodies, and about imports of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select

from atmp_insure.kernel.errors import NotFound
from atmp_insure.parties.body_models import Body, BodyKind, ImportKind, PartyImport

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession


def bodies() -> Select[Body]:
    """All bodies."""
    return select(Body)


def get_body(session: ScopedSession, body_id: int) -> Body:
    """A body.

    Raises:
        NotFound: there is none.
    """
    body = session.get(Body, body_id)
    if body is None:
        raise NotFound("Cet organisme n'existe pas.")
    return body


def find_body(session: ScopedSession, kind: BodyKind, code: str) -> Body | None:
    """The body of a kind that its source numbers so."""
    return session.scalar(select(Body).where(Body.kind == kind, Body.code == code))


def count_bodies(session: ScopedSession) -> dict[BodyKind, int]:
    """How many bodies of each kind were imported."""
    return dict(session.execute(select(Body.kind, func.count()).group_by(Body.kind)).all())


def imports() -> Select[PartyImport]:
    """All imports of files."""
    return select(PartyImport)


def get_import(session: ScopedSession, import_id: int) -> PartyImport:
    """An import of a file of parties; a book of policies is not one.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.get(PartyImport, import_id)
    if found is None or found.kind is ImportKind.BOOK:
        raise NotFound("Cette reprise de fichier n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def find_book(session: ScopedSession, import_id: int) -> PartyImport | None:
    """An import that is a book of policies; None when it is a file of parties, or cannot be seen."""
    found = session.get(PartyImport, import_id)
    return found if found is not None and found.kind is ImportKind.BOOK else None
