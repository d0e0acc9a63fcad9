"""Every question about commission statements: what stands on none yet, statements, disputes, answers, payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import selectinload

from atmp_insure.kernel.errors import NotFound
from atmp_insure.premiums.commission_models import CommissionMovement
from atmp_insure.premiums.commission_statement_models import (
    CommissionAnswer,
    CommissionDispute,
    CommissionPayment,
    CommissionStated,
    CommissionStatement,
    CommissionStatementLine,
)
from atmp_insure.premiums.commission_statements import Step

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession


def statements() -> Select[CommissionStatement]:
    """All commission statements."""
    return select(CommissionStatement)


def get_statement(session: ScopedSession, statement_id: int) -> CommissionStatement:
    """A statement with its lines.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    statement = select(CommissionStatement).where(CommissionStatement.id == statement_id)
    found = session.scalar(statement.options(selectinload(CommissionStatement.lines)))
    if found is None:
        raise NotFound("Ce bordereau n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def get_line(session: ScopedSession, line_id: int) -> CommissionStatementLine:
    """A line of a statement.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    statement = select(CommissionStatementLine).where(CommissionStatementLine.id == line_id)
    found = session.scalar(statement.options(selectinload(CommissionStatementLine.statement)))
    if found is None:
        raise NotFound("Cette ligne de bordereau n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def find_last(session: ScopedSession, broker_id: int) -> CommissionStatement | None:
    """The last statement of a broker; None: it had none yet."""
    statement = select(CommissionStatement).where(CommissionStatement.broker_id == broker_id)
    return session.scalars(statement.order_by(CommissionStatement.id.desc()).limit(1)).first()


def _movements(until: date) -> Select[CommissionMovement]:
    stated = exists().where(CommissionStated.movement_id == CommissionMovement.id)
    return select(CommissionMovement).where(
        CommissionMovement.broker_id.is_not(None), CommissionMovement.earned_on <= until, ~stated
    )


def _corrections(until: date) -> Select[CommissionAnswer, int]:
    stated = exists().where(CommissionStated.answer_id == CommissionAnswer.id)
    return (
        select(CommissionAnswer, CommissionStatementLine.call_id)
        .join(CommissionDispute, CommissionDispute.id == CommissionAnswer.dispute_id)
        .join(CommissionStatementLine, CommissionStatementLine.id == CommissionDispute.line_id)
        .where(CommissionAnswer.correction_eur != 0, CommissionAnswer.answered_on <= until, ~stated)
    )


def list_unstated(session: ScopedSession, broker_id: int, until: date) -> list[Step]:
    """What a broker earned, or was corrected, by a day and that stands on no statement."""
    moves = _movements(until).where(CommissionMovement.broker_id == broker_id).order_by(CommissionMovement.id)
    found = [
        Step(one.id, one.call_id, one.commission_eur, one.collected_eur, one.base_eur) for one in session.scalars(moves)
    ]
    answers = _corrections(until).where(CommissionAnswer.broker_id == broker_id).order_by(CommissionAnswer.id)
    return found + [
        Step(one.id, call_id, one.correction_eur, is_correction=True) for one, call_id in session.execute(answers)
    ]


def sum_unstated(session: ScopedSession, until: date) -> dict[int, tuple[int, Decimal]]:
    """By broker, how many lines its next statement has and what it earns, up to a day."""
    moves = _movements(until).with_only_columns(
        CommissionMovement.broker_id, func.count(CommissionMovement.call_id.distinct()),
        func.sum(CommissionMovement.commission_eur),
    ).group_by(CommissionMovement.broker_id)  # fmt: skip
    answers = _corrections(until).with_only_columns(
        CommissionAnswer.broker_id, func.count(CommissionAnswer.id), func.sum(CommissionAnswer.correction_eur)
    ).group_by(CommissionAnswer.broker_id)  # fmt: skip
    found: dict[int, tuple[int, Decimal]] = {}
    for statement in (moves, answers):
        for broker_id, count, amount_eur in session.execute(statement):
            assert broker_id is not None, "both leave out what has no broker"
            lines, sum_eur = found.get(broker_id, (0, amount_eur * 0))
            found[broker_id] = (lines + count, sum_eur + amount_eur)
    return dict(sorted(found.items()))


def dispute_of(line_id: int) -> Select[CommissionDispute]:
    """What disputes a line."""
    return select(CommissionDispute).where(CommissionDispute.line_id == line_id)


def answer_of(dispute_id: int) -> Select[CommissionAnswer]:
    """What answers a dispute."""
    return select(CommissionAnswer).where(CommissionAnswer.dispute_id == dispute_id)


def payment_of(statement_id: int) -> Select[CommissionPayment]:
    """What pays a statement."""
    return select(CommissionPayment).where(CommissionPayment.statement_id == statement_id)


def disputes_of(session: ScopedSession, line_ids: Collection[int]) -> dict[int, CommissionDispute]:
    """What disputes some lines, by line."""
    statement = select(CommissionDispute).where(CommissionDispute.line_id.in_(line_ids))
    return {one.line_id: one for one in session.scalars(statement)}


def answers_of(session: ScopedSession, dispute_ids: Collection[int]) -> dict[int, CommissionAnswer]:
    """What answers some disputes, by dispute."""
    statement = select(CommissionAnswer).where(CommissionAnswer.dispute_id.in_(dispute_ids))
    return {one.dispute_id: one for one in session.scalars(statement)}


def list_statements_of(session: ScopedSession, broker_id: int, most: int) -> Sequence[CommissionStatement]:
    """The last statements of a broker."""
    statement = select(CommissionStatement).where(CommissionStatement.broker_id == broker_id)
    return session.scalars(statement.order_by(CommissionStatement.id.desc()).limit(most)).all()
