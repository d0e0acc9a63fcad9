"""Commissions as pages and files show them: states, lines of a statement with what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from atmp_insure.premiums import commission_statement_queries as queries
from atmp_insure.premiums.commission_statements import StatementState, statement_state
from atmp_insure.web.display import State, Tone
from atmp_insure.web.list_query import Cell, Column
from atmp_insure.web.lists import Row
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.commission_statement_models import (
        CommissionAnswer,
        CommissionDispute,
        CommissionStatement,
        CommissionStatementLine,
    )

_TONES = {
    StatementState.TO_PAY: Tone.CARE, StatementState.PAID: Tone.GOOD, StatementState.CARRIED: Tone.NEUTRAL,
}  # fmt: skip
STATES: Mapping[StatementState, State] = {one: State(one.label, tone) for one, tone in _TONES.items()}
DISPUTED = State(_l("contestée"), Tone.CARE)
UPHELD = State(_l("contestation fondée, corrigée"), Tone.GOOD)
REJECTED = State(_l("contestation non fondée"), Tone.NEUTRAL)
LINE_COLUMNS = (
    Column("call", _l("Appel"), main=True), Column("client", _l("Client")), Column("policy", _l("Contrat")),
    Column("collected", _l("Encaissé, taxe comprise"), Cell.EUROS), Column("base", _l("Assiette"), Cell.EUROS),
    Column("rate", _l("Taux"), Cell.PERCENT), Column("commission", _l("Commission"), Cell.EUROS),
    Column("dispute", _l("Contestation")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a statement, with what became of it.

    Attributes:
        rate: the commission as a fraction of its base; None: a correction, or nothing to divide by.
        state: of its dispute; None: nobody disputes it.
    """

    line: CommissionStatementLine
    rate: Decimal | None
    dispute: CommissionDispute | None
    answer: CommissionAnswer | None
    state: State | None


def shown_lines(session: ScopedSession, lines: Iterable[CommissionStatementLine]) -> list[ShownLine]:
    """Lines with their disputes and answers."""
    kept = list(lines)
    disputes = queries.disputes_of(session, {one.id for one in kept})
    answers = queries.answers_of(session, {one.id for one in disputes.values()})
    found = []
    for one in kept:
        dispute = disputes.get(one.id)
        answer = None if dispute is None else answers.get(dispute.id)
        rate = one.commission_eur / one.base_eur if one.base_eur else None
        found.append(ShownLine(one, rate, dispute, answer, _state(dispute, answer)))
    return found


def _state(dispute: CommissionDispute | None, answer: CommissionAnswer | None) -> State | None:
    if dispute is None:
        return None
    if answer is None:
        return DISPUTED
    return UPHELD if answer.correction_eur else REJECTED


def state_of(statement: CommissionStatement, *, is_paid: bool) -> State:
    """Where a statement stands."""
    return STATES[statement_state(statement.due_eur, is_paid=is_paid)]


def exported_lines(lines: Iterable[ShownLine]) -> Iterable[Row]:
    """The lines of a statement as a spreadsheet has them."""
    for one in lines:
        line = one.line
        yield Row(
            key=str(line.id), url=url_for("commissions.show_line", line_id=line.id),
            cells={
                "call": line.call, "client": line.client, "policy": line.policy, "collected": line.collected_eur,
                "base": line.base_eur, "rate": one.rate, "commission": line.commission_eur,
                "dispute": None if one.state is None else one.state,
            },
        )  # fmt: skip
