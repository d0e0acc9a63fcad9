"""Write-offs: small remainders of a client's account that the office gives up or keeps; they only grow."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from atmp_insure.db.base import with_constraints
from atmp_insure.db.types import Euros, state_column
from atmp_insure.ledger.entries import Side
from atmp_insure.premiums.models import OfPremiums


class PremiumWriteOff(OfPremiums):
    """A small remainder that is written off (écart de règlement), or what takes that back; never changed.

    Attributes:
        entry_id: the entry of the books whose remainder it is.
        origin: that entry's call or payment, as people quote it: `AP-2027-000012`.
        side: debit: the client owed it, and the office bears it; credit: it was owed to the client.
        reverses_id: what it takes back.
    """

    __tablename__ = "premium_write_offs"
    __table_args__ = with_constraints(
        UniqueConstraint("reverses_id"),
        Index(None, "company_id"),
        Index(None, "entry_id"),
        CheckConstraint("amount_eur > 0", name="amount"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("reverses_id < id", name="reverses_former"),
    )
    append_only = True

    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"))
    origin: Mapped[str]
    side: Mapped[Side] = mapped_column(state_column(Side))
    amount_eur: Mapped[Euros]
    reason: Mapped[str]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("premium_write_offs.id"))
    recorded_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]

    @property
    def name(self) -> str:
        """As people quote it: `EC-000012`."""
        return f"EC-{self.id:06}"
