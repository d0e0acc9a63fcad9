"""Use cases of commission statements: make one, dispute a line, answer, record that one was paid."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right, Role
from atmp_insure.db import checkpoints
from atmp_insure.db.numbering import hold_numbers, take_number
from atmp_insure.db.once import add_once
from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary.task_service import NewTask, ask_task, end_asked
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.ledger import queries as books_queries
from atmp_insure.ledger import service as ledger
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Side, transfer_of
from atmp_insure.ledger.settling import Owed, oldest_first
from atmp_insure.parties.models import Company
from atmp_insure.parties.partner_queries import names_of_organisations
from atmp_insure.policies.models import Policy
from atmp_insure.premiums import commission_statement_queries as queries
from atmp_insure.premiums.commission_statement_models import (
    CommissionAnswer,
    CommissionDispute,
    CommissionPayment,
    CommissionStated,
    CommissionStatement,
    CommissionStatementLine,
)
from atmp_insure.premiums.commission_statements import brought_forward, stated_lines
from atmp_insure.premiums.models import PremiumCall

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.models import OpenItem
    from atmp_insure.ledger.service import Books
    from atmp_insure.premiums.commission_statements import StatedLine

SERIES = "commission_statements"
_ANSWER_IN = timedelta(days=10)  # how long the office gives itself to answer a dispute


def make_statement(session: ScopedSession, broker_id: int, last_day: date, books: Books) -> CommissionStatement | None:
    """Make the statement of a broker up to a day; None: nothing moved that does not stand on one already.

    Of two people who make it at once, the second finds nothing left.

    Raises:
        OutOfScope: the actor may not write in the books.
        Refused: the day is not over.
    """
    require_right_there(session, Right.WRITE_LEDGER, None)
    if last_day >= books.on:
        raise Refused(f"Le {last_day:%d/%m/%Y} n'est pas passé : établir ce bordereau à partir du lendemain.")
    hold_numbers(session, [f"{SERIES}:of:{broker_id}"])
    lines = stated_lines(queries.list_unstated(session, broker_id, last_day))
    if not lines:
        return None
    former = queries.find_last(session, broker_id)
    earned_eur = sum((one.commission_eur for one in lines), lines[0].commission_eur * 0)
    brought_eur = brought_forward(earned_eur * 0 if former is None else former.due_eur)
    made = CommissionStatement(
        broker_id=broker_id, broker=names_of_organisations(session, [broker_id])[broker_id], year=books.on.year,
        number=take_number(session, f"{SERIES}:{books.on.year}"), last_day=last_day, made_on=books.on,
        earned_eur=earned_eur, brought_eur=brought_eur, due_eur=earned_eur + brought_eur, made_at=books.now,
        made_by=session.actor.name, lines=_rows(session, broker_id, lines),
    )  # fmt: skip
    session.add(made)
    session.flush()
    for row, line in zip(made.lines, lines, strict=True):
        session.add_all(_stated(broker_id, row.id, line))
    session.flush()
    checkpoints.reached("commissions: stated")
    return made


def _rows(session: ScopedSession, broker_id: int, lines: Iterable[StatedLine]) -> list[CommissionStatementLine]:
    kept = list(lines)
    calls = {one.id: one for one in session.scalars(
        select(PremiumCall).where(PremiumCall.id.in_({one.call_id for one in kept}))
    )}  # fmt: skip
    named = select(Company.id, Company.name).where(Company.id.in_({one.company_id for one in calls.values()}))
    clients = {number: name for number, name in session.execute(named)}  # noqa: C416 - a row is no pair for types
    of_policies = select(Policy.id, Policy.reference).where(Policy.id.in_({one.policy_id for one in calls.values()}))
    policies = {number: name for number, name in session.execute(of_policies)}  # noqa: C416 - the same
    return [
        CommissionStatementLine(
            broker_id=broker_id, company_id=call.company_id, policy_id=call.policy_id, call_id=call.id,
            client=clients[call.company_id], policy=policies[call.policy_id], call=call.name,
            collected_eur=one.collected_eur, base_eur=one.base_eur, commission_eur=one.commission_eur,
            is_correction=one.is_correction,
        )
        for one in kept if (call := calls[one.call_id])
    ]  # fmt: skip


def _stated(broker_id: int, line_id: int, line: StatedLine) -> list[CommissionStated]:
    return [
        CommissionStated(
            broker_id=broker_id, line_id=line_id, movement_id=None if one.is_correction else one.number,
            answer_id=one.number if one.is_correction else None,
        )
        for one in line.steps
    ]  # fmt: skip


def dispute(session: ScopedSession, line: CommissionStatementLine, reason: str, books: Books) -> CommissionDispute:
    """A broker disputes a line of its statement, once, with its reason; the accountants have it to answer.

    Raises:
        OutOfScope: the line is not on a statement of the actor's own house.
        Refused: it is disputed already.
    """
    granted = session.actor.granted(Right.DISPUTE_COMMISSIONS)
    if not session.actor.is_system and line.broker_id not in {one.organisation_id for one in granted}:
        raise OutOfScope(f"{session.actor.name} may not dispute line {line.id}")
    row = CommissionDispute(
        line_id=line.id, broker_id=line.broker_id, reason=reason, disputed_at=books.now, disputed_by=session.actor.name
    )
    found, is_new = add_once(session, row, queries.dispute_of(line.id))
    if not is_new:
        raise Refused(f"Cette ligne de {line.statement.name} est déjà contestée : la réponse se lit sur sa page.")
    ask_task(session, NewTask(
        f"Répondre à la contestation d'une ligne du bordereau {line.statement.name}", books.on + _ANSWER_IN,
        Role.PREMIUM_ACCOUNTANT, subject=f"{SERIES}:{line.statement_id}", key=_task(found.id),
        origin="commission_dispute",
    ), books.now)  # fmt: skip
    return found


def _task(dispute_id: int) -> str:
    return f"commission_disputes:{dispute_id}"


def answer(
    session: ScopedSession, line: CommissionStatementLine, correction_eur: Decimal, reason: str, books: Books
) -> CommissionAnswer:
    """Answer a dispute: a correction, which the next statement takes up and the books know at once, or none.

    Args:
        correction_eur: what is added, or taken off; zero: the dispute is rejected.

    Raises:
        OutOfScope: the actor may not write in the books.
        Refused: the line is not disputed, or was answered, or the month is closed.
    """
    require_right_there(session, Right.WRITE_LEDGER, None)
    disputed = session.scalar(queries.dispute_of(line.id))
    if disputed is None:
        raise Refused("Cette ligne n'est pas contestée : il n'y a rien à quoi répondre.")
    row = CommissionAnswer(
        dispute_id=disputed.id, broker_id=line.broker_id, correction_eur=correction_eur, reason=reason,
        answered_on=books.on, answered_at=books.now, answered_by=session.actor.name,
    )  # fmt: skip
    found, is_new = add_once(session, row, queries.answer_of(disputed.id))
    if not is_new:
        raise Refused("Quelqu'un a déjà répondu à cette contestation : sa réponse se lit sur cette page.")
    end_asked(session, _task(disputed.id), books.now)
    transfers = transfer_of(
        correction_eur, AccountKey(AccountRole.COMMISSION_PASSED), AccountKey(AccountRole.BROKER, line.broker_id)
    )
    if transfers:
        subject = f"commission_answers:{found.id}"
        ledger.post(session, [Posting(
            Journal.COMMISSIONS, books.on, line.statement.name, line.statement.made_on,
            f"Correction de {line.statement.name}, {line.call}", subject, transfers, subject,
        )], books)  # fmt: skip
    return found


def record_payment(
    session: ScopedSession, statement: CommissionStatement, paid_on: date, reference: str, books: Books
) -> CommissionPayment:
    """Record that a statement was paid from the office's own account; it settles what the broker is owed.

    Raises:
        OutOfScope: the actor may not write in the books.
        InvalidInput: a day to come, or before the statement.
        Refused: nothing is to be paid, it was paid already, or the month is closed.
    """
    require_right_there(session, Right.WRITE_LEDGER, None)
    if statement.due_eur <= 0:
        raise Refused(f"{statement.name} ne laisse rien à régler : ce qu'il retient passe au bordereau suivant.")
    if not statement.made_on <= paid_on <= books.on:
        said = f"entre le {statement.made_on:%d/%m/%Y} et aujourd'hui"
        raise InvalidInput.one("jour avant le bordereau, ou à venir", f"Donner un jour {said}", place="paid_on")
    row = CommissionPayment(
        statement_id=statement.id, broker_id=statement.broker_id, paid_on=paid_on, amount_eur=statement.due_eur,
        reference=reference, recorded_at=books.now, recorded_by=session.actor.name,
    )  # fmt: skip
    found, is_new = add_once(session, row, queries.payment_of(statement.id))
    if not is_new:
        raise Refused(f"{statement.name} est déjà réglé, le {found.paid_on:%d/%m/%Y}.")
    broker, subject = AccountKey(AccountRole.BROKER, statement.broker_id), f"commission_payments:{found.id}"
    transfers = transfer_of(found.amount_eur, broker, AccountKey(AccountRole.OWN_BANK))
    posted = ledger.post(session, [Posting(
        Journal.BANK, paid_on, statement.name, statement.made_on, f"Commissions {statement.name} {reference}".strip(),
        subject, transfers, subject,
    )], books)  # fmt: skip
    _settle(session, posted[subject].items[0].account_id, books)
    return found


def _settle(session: ScopedSession, account_id: int, books: Books) -> None:
    """Let payments, and what was clawed back, settle what the broker was owed first."""
    left = books_queries.list_left(session, account_id)
    debits, credits_ = ([_owed(one) for one in left if one.side is side] for side in Side)
    settlements = oldest_first(debits, credits_)
    if settlements:
        ledger.settle(session, settlements, books)


def _owed(item: OpenItem) -> Owed:
    return Owed(item.id, item.due_on, item.left_eur)
