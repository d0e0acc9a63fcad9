"""Pages of commissions: statements, the run that makes them, one with its lines, a line with its dispute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from atmp_insure.access.change_log import record_reading
from atmp_insure.access.roles import Right
from atmp_insure.ledger.blueprint import books
from atmp_insure.ledger.queries import list_entries_about
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.parties.partner_queries import names_of_organisations
from atmp_insure.premiums import commission_jobs as jobs
from atmp_insure.premiums import commission_statement_queries as queries
from atmp_insure.premiums import commission_statement_service as service
from atmp_insure.premiums.commission_forms import AnswerForm, CommissionPaymentForm, DisputeForm, StatementsForm
from atmp_insure.premiums.commission_lists import STATEMENTS
from atmp_insure.premiums.commission_shown import LINE_COLUMNS, exported_lines, shown_lines, state_of
from atmp_insure.web import history, listing
from atmp_insure.web.environment import today
from atmp_insure.web.forms import carried_out, status_of
from atmp_insure.web.listing import CSV, EXPORT, XLSX
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.spreadsheets import csv_answer, xlsx_answer
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.commission_shown import ShownLine
    from atmp_insure.premiums.commission_statement_models import CommissionStatement, CommissionStatementLine

blueprint = Blueprint("commissions", __name__, url_prefix="/premiums/commissions")
CONFIRM = "confirm"


@blueprint.get("")
@needs(Right.READ_COMMISSIONS)
def list_statements() -> ResponseReturnValue:
    """The commission statements, the last first."""
    return listing.page(STATEMENTS, "commissions/statements.html", may_make=actor().may(Right.WRITE_LEDGER))


@blueprint.route("/run", methods=["GET", "POST"])
@needs(Right.WRITE_LEDGER)
def make_statements() -> ResponseReturnValue:
    """Make the statements of all brokers, by a run: what each would hold first, then the run of exactly that."""
    form, found = StatementsForm.offered(), None
    if form.validate_on_submit():
        with database().reading(actor()) as session:
            sums = queries.sum_unstated(session, form.until)
            names = names_of_organisations(session, list(sums))
        if CONFIRM in request.form and form.seen.data == repr(sums):
            with database().writing(actor()) as session:
                return redirect(url_for("runs.show_run", run_id=jobs.start_making(session, form.until, now()).id))
        form.seen.data, found = repr(sums), [(names[one], *sums[one]) for one in sums]
    return render_template("commissions/run.html", form=form, found=found), status_of(form)


@blueprint.get("/statements/<int:statement_id>")
@needs(Right.READ_COMMISSIONS)
def show_statement(statement_id: int) -> ResponseReturnValue:
    """A statement: its lines with their disputes, what is to be paid of it, its payment; or its file."""
    with database().reading(actor()) as session:
        statement = queries.get_statement(session, statement_id)
        wanted = request.args.get(EXPORT)
        if wanted not in {CSV, XLSX}:
            return _statement_page(session, statement, CommissionPaymentForm(paid_on=today()))
        lines = shown_lines(session, statement.lines)
    return _exported(statement, lines, wanted)


def _exported(statement: CommissionStatement, lines: Sequence[ShownLine], wanted: str) -> Response:
    what = f"bordereau {statement.name} ({wanted.upper()})"
    record_reading(database(), actor(), "exported", f"commission_statements:{statement.id}", what)
    write = csv_answer if wanted == CSV else xlsx_answer
    return write(statement.name, LINE_COLUMNS, exported_lines(lines))


def _statement_page(
    session: ScopedSession, statement: CommissionStatement, form: CommissionPaymentForm
) -> ResponseReturnValue:
    payment = session.scalar(queries.payment_of(statement.id))
    may_read_books = actor().may(Right.READ_LEDGER)
    may_pay = payment is None and statement.due_eur > 0 and actor().may(Right.WRITE_LEDGER)
    return render_template(
        "commissions/statement.html", statement=statement, lines=shown_lines(session, statement.lines),
        state=state_of(statement, is_paid=payment is not None), payment=payment, form=form if may_pay else None,
        entries=list_entries_about(session, f"commission_payments:{payment.id}") if payment and may_read_books else (),
        trail=history.trail_of(session, statement),
    ), status_of(form)  # fmt: skip


@blueprint.post("/statements/<int:statement_id>/pay")
@needs(Right.WRITE_LEDGER)
def record_payment(statement_id: int) -> ResponseReturnValue:
    """Record that a statement was paid."""
    form = CommissionPaymentForm()
    if carried_out(lambda session: _pay(session, statement_id, form), form):
        flash(_("Règlement enregistré."), "success")
        return redirect(url_for("commissions.show_statement", statement_id=statement_id))
    with database().reading(actor()) as session:
        return _statement_page(session, queries.get_statement(session, statement_id), form)


def _pay(session: ScopedSession, statement_id: int, form: CommissionPaymentForm) -> None:
    statement = queries.get_statement(session, statement_id)
    service.record_payment(session, statement, chosen_day(form.paid_on), (form.reference.data or "").strip(), books())


@blueprint.get("/lines/<int:line_id>")
@needs(Right.READ_COMMISSIONS)
def show_line(line_id: int) -> ResponseReturnValue:
    """A line of a statement: what it says, its dispute, what was answered."""
    with database().reading(actor()) as session:
        return _line_page(session, queries.get_line(session, line_id), DisputeForm(), AnswerForm())


def _line_page(
    session: ScopedSession, line: CommissionStatementLine, dispute: DisputeForm, answer: AnswerForm
) -> ResponseReturnValue:
    [shown] = shown_lines(session, [line])
    may_dispute = shown.dispute is None and _is_own(line)
    waits = shown.dispute is not None and shown.answer is None
    books_entries = actor().may(Right.READ_LEDGER) and shown.answer is not None
    return render_template(
        "commissions/line.html", line=line, shown=shown, statement=line.statement,
        dispute=dispute if may_dispute else None,
        answer=answer if waits and actor().may(Right.WRITE_LEDGER) else None,
        entries=list_entries_about(session, f"commission_answers:{shown.answer.id}")
        if books_entries and shown.answer else (),
    ), status_of(dispute, answer)  # fmt: skip


def _is_own(line: CommissionStatementLine) -> bool:
    granted = actor().granted(Right.DISPUTE_COMMISSIONS)
    return line.broker_id in {one.organisation_id for one in granted}


@blueprint.post("/lines/<int:line_id>/dispute")
@needs(Right.DISPUTE_COMMISSIONS)
def dispute_line(line_id: int) -> ResponseReturnValue:
    """A broker disputes a line of its statement."""
    form = DisputeForm()
    if carried_out(lambda session: _dispute(session, line_id, form), form):
        flash(_("Contestation enregistrée : le bureau y répondra sur cette page."), "success")
        return redirect(url_for("commissions.show_line", line_id=line_id))
    with database().reading(actor()) as session:
        return _line_page(session, queries.get_line(session, line_id), form, AnswerForm(formdata=None))


def _dispute(session: ScopedSession, line_id: int, form: DisputeForm) -> None:
    service.dispute(session, queries.get_line(session, line_id), (form.reason.data or "").strip(), books())


@blueprint.post("/lines/<int:line_id>/answer")
@needs(Right.WRITE_LEDGER)
def answer_dispute(line_id: int) -> ResponseReturnValue:
    """Answer a dispute: with a correction, or with the reason why nothing changes."""
    form = AnswerForm()
    if carried_out(lambda session: _answer(session, line_id, form), form):
        flash(_("Réponse enregistrée."), "success")
        return redirect(url_for("commissions.show_line", line_id=line_id))
    with database().reading(actor()) as session:
        return _line_page(session, queries.get_line(session, line_id), DisputeForm(formdata=None), form)


def _answer(session: ScopedSession, line_id: int, form: AnswerForm) -> None:
    line, correction_eur = queries.get_line(session, line_id), form.correction_eur()
    service.answer(session, line, correction_eur, (form.reason.data or "").strip(), books())
