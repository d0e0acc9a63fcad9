"""Pages of the books: the trial balance, an account with its statement and what is open, entries, closing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import Response, flash, redirect, render_template, request, url_for

from atmp_insure.access.change_log import record_reading
from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import Refused
from atmp_insure.ledger import queries, service
from atmp_insure.ledger.balances import Turnover, is_balanced, trial_balance
from atmp_insure.ledger.blueprint import asked_days, blueprint, books, chart
from atmp_insure.ledger.entries import Side
from atmp_insure.ledger.forms import CloseForm, ReverseForm, SettleForm
from atmp_insure.ledger.lists import ENTRIES, exported
from atmp_insure.ledger.shown import BALANCE_COLUMNS, balance_rows, shown_accounts, totals_of
from atmp_insure.ledger.statements import statement
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.premiums import collecting_service
from atmp_insure.web import listing
from atmp_insure.web.environment import today
from atmp_insure.web.forms import EmptyForm, carried_out, status_of
from atmp_insure.web.listing import CSV, EXPORT, XLSX
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.spreadsheets import csv_answer, xlsx_answer
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.blueprint import Days
    from atmp_insure.ledger.models import LedgerAccount, LedgerEntry
    from atmp_insure.ledger.shown import BalanceRow

__all__ = ["blueprint"]
CONFIRM = "confirm"
SETTLED_SHOWN = 50  # settlements on the page of an account
_DAY = timedelta(days=1)


@blueprint.get("/ledger")
@needs(Right.READ_LEDGER)
def show_balance() -> ResponseReturnValue:
    """The trial balance of some days: each account with what it held, what moved, what it holds."""
    days = asked_days()
    with database().reading(actor()) as session:
        rows, last_closed = _balance(session, days), queries.last_closed(session)
    wanted = request.args.get(EXPORT)
    if wanted in {CSV, XLSX}:
        return _exported(rows, days, wanted)
    return render_template(
        "ledger/balance.html", rows=rows, days=days, totals=totals_of(rows), last_closed=last_closed,
        is_balanced=is_balanced(one.line for one in rows), may_close=actor().may(Right.CLOSE_LEDGER),
        may_write=actor().may(Right.WRITE_LEDGER),
    )  # fmt: skip


def _balance(session: ScopedSession, days: Days) -> list[BalanceRow]:
    before = queries.turnover(session, days.first - _DAY)
    until = queries.turnover(session, days.last)
    accounts = session.scalars(queries.accounts()).all()
    lines = trial_balance(before, {one: found.since(before.get(one, Turnover())) for one, found in until.items()})
    return balance_rows(lines, shown_accounts(session, accounts, chart()))


def _exported(rows: Sequence[BalanceRow], days: Days, wanted: str) -> Response:
    what = f"balance du {days.first:%d/%m/%Y} au {days.last:%d/%m/%Y} ({wanted.upper()})"
    record_reading(database(), actor(), "exported", "list:ledger_balance", what)
    write = csv_answer if wanted == CSV else xlsx_answer
    return write(f"balance-{days.first}-{days.last}", BALANCE_COLUMNS, exported(rows))


@blueprint.get("/ledger/accounts/<int:ledger_account_id>")
@needs(Right.READ_LEDGER)
def show_account(ledger_account_id: int) -> ResponseReturnValue:
    """An account: its statement of some days, and what is left to be settled on it."""
    with database().reading(actor()) as session:
        return _account_page(session, queries.get_account(session, ledger_account_id), SettleForm())


def _account_page(session: ScopedSession, account: LedgerAccount, form: SettleForm) -> ResponseReturnValue:
    days = asked_days()
    before_eur = queries.balance_before(session, account.id, days.first)
    movements = queries.list_movements(session, account.id, days.first, days.last)
    left = queries.list_left(session, account.id)
    form.offer(left)
    shown: dict[str, Any] = {
        "account": shown_accounts(session, [account], chart())[account.id], "days": days, "left": left,
        "found": statement(days.first, days.last, before_eur, movements), "form": form,
        "may_settle": {one.side for one in left} == set(Side) and actor().may(Right.WRITE_LEDGER),
        "settled": queries.list_settled(session, account.id, SETTLED_SHOWN),
        "may_write": actor().may(Right.WRITE_LEDGER),
    }  # fmt: skip
    return render_template("ledger/account.html", **shown), status_of(form)


@blueprint.post("/ledger/accounts/<int:ledger_account_id>/settle")
@needs(Right.WRITE_LEDGER)
def settle_items(ledger_account_id: int) -> ResponseReturnValue:
    """Settle a debit of an account by a credit of it."""
    form = SettleForm()
    with database().reading(actor()) as session:
        account = queries.get_account(session, ledger_account_id)
        form.offer(queries.list_left(session, ledger_account_id))
    if carried_out(lambda session: _settle(session, form), form):
        flash(_("Lettré."), "success")
        return redirect(url_for("ledger.show_account", ledger_account_id=ledger_account_id))
    with database().reading(actor()) as session:
        return _account_page(session, account, form)


def _settle(session: ScopedSession, form: SettleForm) -> None:
    """A premium that is paid is collected for its insurers at once."""
    matches = service.settle(session, [form.settlement()], books())
    collecting_service.follow(session, matches, books())


@blueprint.post("/ledger/matches/<int:match_id>/undo")
@needs(Right.WRITE_LEDGER)
def undo_match(match_id: int) -> ResponseReturnValue:
    """Undo a settlement: both items are open again."""
    with database().reading(actor()) as session:
        account_id = queries.get_match(session, match_id).account_id
    if carried_out(lambda session: _unsettle(session, match_id), EmptyForm()):
        flash(_("Délettré."), "success")
    return redirect(url_for("ledger.show_account", ledger_account_id=account_id))


def _unsettle(session: ScopedSession, match_id: int) -> None:
    undone = service.unsettle(session, queries.get_match(session, match_id), books())
    collecting_service.follow(session, [undone], books())


@blueprint.get("/ledger/entries")
@needs(Right.READ_LEDGER)
def list_entries() -> ResponseReturnValue:
    """The entries, the last first."""
    return listing.page(ENTRIES, "ledger/entries.html")


@blueprint.get("/ledger/entries/<int:entry_id>")
@needs(Right.READ_LEDGER)
def show_entry(entry_id: int) -> ResponseReturnValue:
    """An entry with its transfers, and the one that takes it back."""
    with database().reading(actor()) as session:
        return _entry_page(session, queries.get_entry(session, entry_id), ReverseForm(on=today()))


def _entry_page(session: ScopedSession, entry: LedgerEntry, form: ReverseForm) -> ResponseReturnValue:
    numbers = {number for one in entry.transfers for number in (one.debit_account_id, one.credit_account_id)}
    accounts = [queries.get_account(session, one) for one in sorted(numbers)]
    opposite = queries.find_reversal(session, entry.id)
    is_last_word = opposite is None and entry.reverses_id is None and not entry.subject
    return render_template(
        "ledger/entry.html", entry=entry, form=form, accounts=shown_accounts(session, accounts, chart()),
        opposite=opposite, may_reverse=is_last_word and actor().may(Right.WRITE_LEDGER),
    ), status_of(form)  # fmt: skip


@blueprint.post("/ledger/entries/<int:entry_id>/reverse")
@needs(Right.WRITE_LEDGER)
def reverse_entry(entry_id: int) -> ResponseReturnValue:
    """Take an entry back, by its opposite."""
    form = ReverseForm()
    if carried_out(lambda session: _reverse(session, entry_id, form), form):
        flash(_("Écriture extournée."), "success")
        return redirect(url_for("ledger.show_entry", entry_id=entry_id))
    with database().reading(actor()) as session:
        return _entry_page(session, queries.get_entry(session, entry_id), form)


def _reverse(session: ScopedSession, entry_id: int, form: ReverseForm) -> None:
    entry = queries.get_entry(session, entry_id)
    if entry.subject:
        raise Refused(_("Cette écriture vient d'un acte : l'annuler là où il a été fait, elle suivra."))
    service.reverse(session, entry, chosen_day(form.on), form.reason.data or "", books())


@blueprint.route("/ledger/close", methods=["GET", "POST"])
@needs(Right.CLOSE_LEDGER)
def close_months() -> ResponseReturnValue:
    """Close months for good: shown first, then done."""
    with database().reading(actor()) as session:
        months, last_closed = service.closable_months(session, books()), queries.last_closed(session)
    form = CloseForm.offered(months)
    if CONFIRM in request.form and carried_out(
        lambda session: service.close_months(session, date.fromisoformat(form.month.data), books()), form
    ):
        flash(_("Mois clos."), "success")
        return redirect(url_for("ledger.show_balance"))
    return render_template(
        "ledger/close.html", form=form, months=months, last_closed=last_closed,
        is_asked=form.validate_on_submit(),
    ), status_of(form)  # fmt: skip
