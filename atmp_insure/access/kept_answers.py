"""Answers to the writes of programs, kept under the key of each, so that a request sent twice is done once.

The key is taken in the transaction of the act, before anything is done: of two requests at once the second waits for
the first, and finds its answer. What is refused or fails leaves no key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.once import add_once
from atmp_insure.db.scope import unscoped
from atmp_insure.db.types import Digest, Secret, key_ring_of
from atmp_insure.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from atmp_insure.db.scope import Who
    from atmp_insure.db.session import ScopedSession

_AT_ONCE = 500


class KeptAnswer(Base):
    """The answer to a write, as it was given.

    Attributes:
        key_digest: of the key that the program chose.
        request_digest: of what was asked, and of the rights that it was asked with.
        status, body: the answer; None while the act is being done, which nobody else sees.
        kept_until: after it, the key is as new.
    """

    __tablename__ = "kept_answers"
    __table_args__ = with_constraints(UniqueConstraint("user_id", "key_digest"), Index(None, "kept_until"))
    logged = False

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    key_digest: Mapped[Digest]
    request_digest: Mapped[Digest]
    status: Mapped[int | None]
    body: Mapped[Secret | None]
    kept_until: Mapped[datetime]

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """One's own only."""
        return cls.user_id == who.user_id


class KeyReused(InvalidInput):
    """A key that served for one request comes with another."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A write under a key: who asks, the key, what is asked, and until when its answer would be kept."""

    user_id: int
    key: str
    request: bytes
    kept_until: datetime


def find_answer(session: ScopedSession, asked: Asked, now: datetime) -> KeptAnswer | None:
    """The answer that the same request had under the same key, as long as it is kept.

    Raises:
        KeyReused: the key served for another request.
    """
    found = session.scalar(_of(session, asked).where(KeptAnswer.kept_until >= now))
    return None if found is None else _same(session, found, asked)


def take_key(session: ScopedSession, asked: Asked, now: datetime) -> tuple[KeptAnswer, bool]:
    """Take a key for the length of the transaction; gives its row, and whether the act is still to be done.

    Raises:
        KeyReused: the key served for another request.
    """
    ring = key_ring_of(session.get_bind().dialect)
    row = KeptAnswer(
        user_id=asked.user_id, key_digest=ring.digest("idempotency key", asked.key),
        request_digest=ring.digest("idempotent request", asked.request), kept_until=asked.kept_until,
    )  # fmt: skip
    twin = _of(session, asked).with_for_update(of=KeptAnswer).execution_options(populate_existing=True)
    found, is_new = add_once(session, row, twin)
    if not is_new and found.kept_until < now:
        found.request_digest, found.kept_until = row.request_digest, asked.kept_until
        found.status, found.body, is_new = None, None, True
        session.flush()
    return (found, True) if is_new else (_same(session, found, asked), False)


def _of(session: ScopedSession, asked: Asked) -> Select[KeptAnswer]:
    digest = key_ring_of(session.get_bind().dialect).digest("idempotency key", asked.key)
    return select(KeptAnswer).where(KeptAnswer.user_id == asked.user_id, KeptAnswer.key_digest == digest)


def _same(session: ScopedSession, found: KeptAnswer, asked: Asked) -> KeptAnswer:
    if found.request_digest != key_ring_of(session.get_bind().dialect).digest("idempotent request", asked.request):
        raise KeyReused.one(
            "cette clé a déjà servi à une autre demande, ou avec d'autres droits",
            "Donner une clé nouvelle à chaque acte", place="Idempotency-Key",
        )  # fmt: skip
    return found


@unscoped("kept answers belong to everyone")
def purge_answers(session: ScopedSession, before: datetime) -> int:
    """Delete some answers that are kept no longer; gives how many."""
    over = select(KeptAnswer.id).where(KeptAnswer.kept_until < before).order_by(KeptAnswer.id).limit(_AT_ONCE)
    return len(session.scalars(delete(KeptAnswer).where(KeptAnswer.id.in_(over)).returning(KeptAnswer.id)).all())
