"""Every question about write-offs: one, those of a company, what takes one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.kernel.errors import NotFound
from atmp_insure.premiums.write_off_models import PremiumWriteOff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.session import ScopedSession


def get_write_off(session: ScopedSession, write_off_id: int) -> PremiumWriteOff:
    """A write-off.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(select(PremiumWriteOff).where(PremiumWriteOff.id == write_off_id))
    if found is None:
        raise NotFound("Cet abandon d'un reste n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def list_write_offs_of(session: ScopedSession, company_id: int) -> Sequence[PremiumWriteOff]:
    """The write-offs of a company and what takes some back, in their order."""
    statement = select(PremiumWriteOff).where(PremiumWriteOff.company_id == company_id)
    return session.scalars(statement.order_by(PremiumWriteOff.id)).all()


def find_reversal(session: ScopedSession, write_off_id: int) -> PremiumWriteOff | None:
    """What takes a write-off back; None: it stands."""
    return session.scalar(select(PremiumWriteOff).where(PremiumWriteOff.reverses_id == write_off_id))
