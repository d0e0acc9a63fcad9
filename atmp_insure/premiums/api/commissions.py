"""The resources of commission statements: a broker reads its own, and disputes a line of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_values, within_days
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import Euros, day_field, filter_field, moment_field, needed_text_field
from atmp_insure.api.writes import writing
from atmp_insure.ledger.blueprint import books
from atmp_insure.premiums import commission_statement_queries as queries
from atmp_insure.premiums import commission_statement_service as service
from atmp_insure.premiums.commission_forms import LONGEST
from atmp_insure.premiums.commission_shown import shown_lines
from atmp_insure.premiums.commission_statement_models import CommissionStatement
from atmp_insure.web.request_scope import actor, database, needs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.commission_statement_models import CommissionStatementLine

resources = Resources("commission-statements", "Bordereaux de commissions.", "/commission-statements")
lines = Resources("commission-lines", "Lignes des bordereaux de commissions.", "/commission-lines")


class StatementArguments(PageArguments):
    """Which statements are asked for."""

    broker_id = filter_field("ceux de ce courtier")
    first_day = day_field("établis à partir de ce jour", required=False)
    last_day = day_field("établis jusqu'à ce jour", required=False)


class CommissionStatementSchema(Schema):
    """A statement of what a broker earned and gave back."""

    id = fields.Integer(required=True)
    name = fields.String(required=True, metadata={"description": "numéro, sans trou dans son année"})
    broker_id = fields.Integer(required=True)
    broker = fields.String(required=True)
    last_day = day_field("ce qui fut acquis jusqu'à ce jour")
    made_on = day_field("établi le")
    earned_eur = Euros(required=True, metadata={"description": "somme des lignes"})
    brought_eur = Euros(required=True, metadata={"description": "repris du bordereau précédent, zéro ou moins"})
    due_eur = Euros(required=True, metadata={"description": "à régler ; négatif : le suivant le reprendra"})


class CommissionStatementPageSchema(Schema):
    """A page of statements, the last made first."""

    items = fields.List(fields.Nested(CommissionStatementSchema), required=True)
    next_cursor = next_cursor_field()


class CommissionDisputeSchema(Schema):
    """A dispute of a line, and what was answered."""

    reason = fields.String(required=True)
    disputed_at = moment_field()
    answer = fields.String(required=True, allow_none=True)
    answered_on = day_field(allow_none=True)
    correction_eur = Euros(
        required=True, allow_none=True, metadata={"description": "repris par le bordereau suivant ; 0 : non fondée"}
    )


class CommissionLineSchema(Schema):
    """A line of a statement: a call, or the correction of a line that was disputed."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    policy_id = fields.Integer(required=True)
    call_id = fields.Integer(required=True)
    client = fields.String(required=True)
    policy = fields.String(required=True)
    call = fields.String(required=True)
    collected_eur = Euros(required=True, metadata={"description": "surprime et taxe comprises"})
    base_eur = Euros(required=True, metadata={"description": "prime nette qui y est comprise"})
    commission_eur = Euros(required=True)
    is_correction = fields.Boolean(required=True)
    dispute = fields.Nested(CommissionDisputeSchema, required=True, allow_none=True)


class CommissionStatementDetailSchema(CommissionStatementSchema):
    """A statement with its lines and its payment."""

    lines = fields.List(fields.Nested(CommissionLineSchema), required=True)
    paid_on = day_field("réglé le", allow_none=True)


class DisputeBody(Arguments):
    """Why a line is disputed."""

    reason = needed_text_field(LONGEST, "ce que la ligne devrait dire, et pourquoi")


@resources.operation("GET", "", CommissionStatementPageSchema, arguments=StatementArguments)
@needs(Right.READ_COMMISSIONS)
def list_commission_statements(asked: dict[str, Any]) -> dict[str, Any]:
    """Les bordereaux de commissions, le dernier établi d'abord."""
    statement = of_values(queries.statements(), asked, CommissionStatement.broker_id)
    statement = within_days(statement, asked, CommissionStatement.made_on)
    with database().reading(actor()) as session:
        page = asked_page(
            session, statement, (CommissionStatement.made_on, CommissionStatement.id), asked, descending=True
        )
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", "/<int:statement_id>", CommissionStatementDetailSchema)
@needs(Right.READ_COMMISSIONS)
def show_commission_statement(statement_id: int) -> dict[str, Any]:
    """Un bordereau de commissions, ses lignes, leurs contestations, son règlement."""
    with database().reading(actor()) as session:
        found = queries.get_statement(session, statement_id)
        payment = session.scalar(queries.payment_of(statement_id))
        said = {name: getattr(found, name) for name in CommissionStatementSchema().fields}
        paid_on = None if payment is None else payment.paid_on
        return said | {"lines": _lines(session, found.lines), "paid_on": paid_on}


@lines.operation("GET", "/<int:line_id>", CommissionLineSchema)
@needs(Right.READ_COMMISSIONS)
def show_commission_line(line_id: int) -> dict[str, Any]:
    """Une ligne d'un bordereau, sa contestation, ce qui y a été répondu."""
    with database().reading(actor()) as session:
        [said] = _lines(session, [queries.get_line(session, line_id)])
        return said


@lines.operation("POST", "/<int:line_id>/dispute", CommissionLineSchema, body=DisputeBody, status=201)
@needs(Right.DISPUTE_COMMISSIONS)
def dispute_commission_line(body: dict[str, Any], line_id: int) -> dict[str, Any]:
    """Contester une ligne de son bordereau, une fois, avec le motif ; le bureau répond."""
    with writing() as session:
        line = queries.get_line(session, line_id)
        service.dispute(session, line, body["reason"], books())
        [said] = _lines(session, [line])
        return said


def _lines(session: ScopedSession, found: Iterable[CommissionStatementLine]) -> list[dict[str, Any]]:
    named = (
        "id", "company_id", "policy_id", "call_id", "client", "policy", "call", "collected_eur", "base_eur",
        "commission_eur", "is_correction",
    )  # fmt: skip
    return [
        {name: getattr(one.line, name) for name in named} | {"dispute": None if one.dispute is None else {
            "reason": one.dispute.reason, "disputed_at": one.dispute.disputed_at,
            "answer": None if one.answer is None else one.answer.reason,
            "answered_on": None if one.answer is None else one.answer.answered_on,
            "correction_eur": None if one.answer is None else one.answer.correction_eur,
        }}
        for one in shown_lines(session, found)
    ]  # fmt: skip
