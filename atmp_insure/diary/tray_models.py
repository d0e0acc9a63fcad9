"""The mail tray: letters that came, by whichever way, and wait to be put in their file."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Json, Secret, state_column
from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class LetterState(enum.Enum):
    """Where a letter of the tray stands."""

    WAITING = "waiting"
    FILED = "filed"
    DISCARDED = "discarded"  # an advertisement, a duplicate: the reason stays
    REPLACED = "replaced"  # cut, turned or joined into others


class Channel(Labelled):
    """By which way a letter came; the stored code, and its name in French."""

    PAPER = "paper", "papier"
    MAIL = "mail", "courriel"
    LUCIE = "lucie", "LUCIE (caisse primaire)"
    QRPRO = "qrpro", "QRPro (questionnaires)"
    ACCOUNT = "account", "compte AT/MP"
    WEB = "web", "déposé à l'écran"


class TrayLetter(Base):
    """A letter that came and is not in its file yet.

    Attributes:
        document_id: the paper of the office that holds it until it is filed.
        sender: as the mail or the person who drops it says; may name people.
        available_at: when its sender made it available on a portal.
        mailed_at: when the notice of it was mailed.
        first_read_at: when somebody first opened it: for an official notice, a clock may start there.
        downloaded_at: when it was taken from the portal.
        proposed_kind: the kind of paper it seems to be.
        proposed_company_id: the company it seems to be about.
        reasons: why, in French: what was recognised, and where.
        told_at: when the team was told that it waits.
        filed_document_id: the paper of the company that it became.
        made_from: the letter that it was cut, turned or joined from.
    """

    __tablename__ = "tray_letters"
    __table_args__ = with_constraints(
        Index(None, "state", "received_at", "id"),
        Index(None, "received_at", "id"),
        Index(None, "filed_document_id"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'filed') = (filed_document_id IS NOT NULL)", name="filed"),
    )

    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    state: Mapped[LetterState] = mapped_column(state_column(LetterState), default=LetterState.WAITING)
    channel: Mapped[Channel] = mapped_column(state_column(Channel))
    file_name: Mapped[Secret]
    sender: Mapped[Secret | None]
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    available_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    first_read_at: Mapped[datetime | None]
    downloaded_at: Mapped[datetime | None]
    proposed_kind: Mapped[str | None]
    proposed_company_id: Mapped[int | None] = mapped_column(ForeignKey("companies.id"))
    reasons: Mapped[Json]
    told_at: Mapped[datetime | None]
    filed_document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    event_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_reason: Mapped[Secret | None]
    made_from: Mapped[int | None] = mapped_column(ForeignKey("tray_letters.id"))

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """The office's own people who file its mail."""
        return who.office(Right.FILE_MAIL)
