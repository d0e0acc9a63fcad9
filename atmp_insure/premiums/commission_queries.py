"""Every question about commissions: what lines of a call earned so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from atmp_insure.premiums.commission_models import CommissionMovement
from atmp_insure.premiums.models import PremiumCallLine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession

Sums = tuple["Decimal", "Decimal", "Decimal", "Decimal"]  # collected, base, withheld, commission


def list_lines(session: ScopedSession, call_id: int) -> Sequence[PremiumCallLine]:
    """The lines of a call, in their order."""
    statement = select(PremiumCallLine).where(PremiumCallLine.call_id == call_id)
    return session.scalars(statement.order_by(PremiumCallLine.id)).all()


def earned_by_line(session: ScopedSession, call_id: int) -> dict[int, Sums]:
    """What each line of a call earned so far, by its number: collected, base, withheld, commission."""
    amounts = (
        CommissionMovement.collected_eur, CommissionMovement.base_eur, CommissionMovement.withheld_eur,
        CommissionMovement.commission_eur,
    )  # fmt: skip
    statement = select(CommissionMovement.line_id, *(func.sum(one) for one in amounts))
    of_call = statement.where(CommissionMovement.call_id == call_id).group_by(CommissionMovement.line_id)
    return {number: sums for number, *sums in session.execute(of_call)}  # type: ignore[misc]
