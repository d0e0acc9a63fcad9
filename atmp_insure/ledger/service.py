"""Use cases of the books: post entries, take one back, settle items and undo it, close a month."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db import checkpoints
from atmp_insure.db.numbering import hold_numbers
from atmp_insure.db.scope import unscoped
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.french import french_euros
from atmp_insure.ledger import queries
from atmp_insure.ledger.chart import AccountKey
from atmp_insure.ledger.entries import Posting, Side, Transfer, reversal_of
from atmp_insure.ledger.models import ClosedMonth, LedgerAccount, LedgerEntry, LedgerMatch, OpenItem
from atmp_insure.ledger.posting_service import Books, series, write_entries
from atmp_insure.ledger.settling import Settlement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession

__all__ = ["Books"]
_CLOSING = "ledger:closing"  # held together by those who post, alone by who closes


@unscoped("whoever acts may post on accounts that they do not read")
def post(session: ScopedSession, entries: Sequence[Posting], books: Books) -> dict[str, LedgerEntry]:
    """Post entries, numbered without gaps in their journals; one whose key is posted already is given as it stands.

    The counters stay locked until the transaction ends: post last.

    Returns:
        The entries as they are posted, by key.

    Raises:
        Refused: a month of theirs is closed.
    """
    post_all(session, entries, books)
    found = queries.entries_of(session, {one.key for one in entries})
    return {one.key: found[one.key] for one in entries}


@unscoped("whoever acts may post on accounts that they do not read")
def post_all(session: ScopedSession, entries: Sequence[Posting], books: Books) -> None:
    """The same for whoever posts many and does not look at them: a fixed number of statements, however many they are.

    Raises:
        Refused: a month of theirs is closed.
    """
    _hold(session, entries)
    known = queries.keys_posted(session, {one.key for one in entries})
    new = list({one.key: one for one in entries if one.key not in known}.values())
    if new:
        _require_open(session, {one.on for one in new})
        write_entries(session, new, books)


def _hold(session: ScopedSession, entries: Iterable[Posting]) -> None:
    """Wait for whoever closes months or posts in the same journals; the former waits for all who post."""
    hold_numbers(session, [_CLOSING], shared=True)
    hold_numbers(session, {series(one.journal, one.on.year) for one in entries})


def _require_open(session: ScopedSession, days: Iterable[date]) -> None:
    last = queries.last_closed(session)
    if last is not None and any(one.replace(day=1) <= last for one in days):
        raise Refused(f"Les écritures sont closes jusqu'à {last:%m/%Y} : passer celle-ci sur un mois ouvert.")


def reverse(session: ScopedSession, entry: LedgerEntry, on: date, reason: str, books: Books) -> LedgerEntry:
    """Take an entry back by its opposite, on a day whose month is open; what it left open is settled by it.

    Raises:
        OutOfScope: the actor may not write in the books.
        Refused: it is taken back already, something of it is settled, or the month is closed.
    """
    require_right_there(session, Right.WRITE_LEDGER, None)
    items = queries.locked_items(session, [one.id for one in entry.items])
    if queries.find_reversal(session, entry.id) or entry.reverses_id is not None:
        raise Refused(f"L'écriture {entry.name} est déjà extournée, ou en extourne une autre.")
    if any(one.settled_eur for one in items.values()):
        raise Refused(f"L'écriture {entry.name} est lettrée : annuler d'abord ce lettrage.")
    opposite = reversal_of(_entry_of(session, entry), on, reason)
    _hold(session, [opposite])
    row = _written(session, opposite, books, entry.id)
    _settle_each_other(session, entry, row, books)
    return row


@unscoped("whoever acts may post on accounts that they do not read")
def _written(session: ScopedSession, opposite: Posting, books: Books, reverses_id: int) -> LedgerEntry:
    """An entry whose counters are held, as it is posted."""
    _require_open(session, [opposite.on])
    return queries.get_entry(session, write_entries(session, [opposite], books, reverses_id)[opposite.key])


def _entry_of(session: ScopedSession, row: LedgerEntry) -> Posting:
    """An entry that is posted, as it was to be."""
    wanted = {number for one in row.transfers for number in (one.debit_account_id, one.credit_account_id)}
    keys = {number: account_key(queries.get_account(session, number)) for number in sorted(wanted)}
    return Posting(
        journal=row.journal, on=row.entered_on, piece=row.piece, piece_on=row.piece_on, label=row.label, key=row.key,
        transfers=tuple(
            Transfer(keys[one.debit_account_id], keys[one.credit_account_id], one.amount_eur) for one in row.transfers
        ),
        subject=row.subject, due_on=row.due_on, reference=row.reference,
    )  # fmt: skip


def _settle_each_other(session: ScopedSession, entry: LedgerEntry, opposite: LedgerEntry, books: Books) -> None:
    by_account = {one.account_id: one for one in opposite.items}
    for one in entry.items:
        other = by_account[one.account_id]
        debit, credit = (one, other) if one.side is Side.DEBIT else (other, one)
        settle(session, [Settlement(debit.id, credit.id, one.amount_eur)], books)


def account_key(account: LedgerAccount) -> AccountKey:
    """An account as rules name it."""
    return AccountKey(account.role, account.company_id or account.organisation_id)


def settle(session: ScopedSession, settlements: Sequence[Settlement], books: Books) -> list[LedgerMatch]:
    """Settle debits by credits of the same account; of two people who settle one item at once, the second is told.

    Raises:
        OutOfScope: the actor may not write in the books.
        InvalidInput: an amount that is not above zero.
        Refused: two items are not the two sides of one account, or less is left of one than is to be settled.
    """
    require_right_there(session, Right.WRITE_LEDGER, None)
    items = queries.locked_items(session, {number for one in settlements for number in (one.debit, one.credit)})
    found = []
    for one in settlements:
        debit, credit = items.get(one.debit), items.get(one.credit)
        if debit is None or credit is None or debit.account_id != credit.account_id or debit.side is credit.side:
            raise Refused("Ces lignes ne se lettrent pas : il faut un débit et un crédit du même compte.")
        if one.amount_eur <= 0:
            raise InvalidInput.one("montant nul ou négatif", "Donner un montant au-dessus de zéro", place="amount")
        _require_left(debit, one.amount_eur)
        _require_left(credit, one.amount_eur)
        for item in (debit, credit):
            _move(item, one.amount_eur, books)
        found.append(LedgerMatch(
            account_id=debit.account_id, company_id=debit.company_id, organisation_id=debit.organisation_id,
            debit_entry_id=debit.entry_id, credit_entry_id=credit.entry_id, amount_eur=one.amount_eur,
            matched_on=books.on, matched_at=books.now, matched_by=session.actor.name, reverses_id=None,
        ))  # fmt: skip
    session.add_all(found)
    session.flush()
    checkpoints.reached("ledger: settled")
    return found


def _require_left(item: OpenItem, amount_eur: Decimal) -> None:
    left_eur = item.amount_eur - item.settled_eur
    if amount_eur > left_eur:
        left, wanted = french_euros(Fraction(left_eur)), french_euros(Fraction(amount_eur))
        raise Refused(
            f"« {item.entry.label} » : il reste {left} à lettrer, et non {wanted}. Quelqu'un l'a peut-être lettré "
            "entre-temps."
        )


def _move(item: OpenItem, amount_eur: Decimal, books: Books) -> None:
    item.settled_eur += amount_eur
    item.settled_on = books.on if item.settled_eur == item.amount_eur else None


def unsettle(session: ScopedSession, match: LedgerMatch, books: Books) -> LedgerMatch:
    """Undo a match: both items are open again for its amount.

    Raises:
        OutOfScope: the actor may not write in the books.
        Refused: it is undone already, undoes another, or holds an entry and its reversal together.
    """
    require_right_there(session, Right.WRITE_LEDGER, None)
    entries = match.debit_entry_id, match.credit_entry_id
    found = queries.find_items(session, match.account_id, entries)
    items = queries.locked_items(session, [one.id for one in found])
    if match.id not in {one.id for one in queries.list_matches_of(session, match.account_id, entries)}:
        raise Refused("Ce lettrage est déjà annulé, ou en annule un autre.")
    if match.credit_entry.reverses_id == match.debit_entry_id or match.debit_entry.reverses_id == match.credit_entry_id:
        raise Refused("Une écriture et son extourne restent lettrées ensemble : il n'y a rien d'autre à régler.")
    for item in items.values():
        _move(item, -match.amount_eur, books)
    undone = LedgerMatch(
        account_id=match.account_id, company_id=match.company_id, organisation_id=match.organisation_id,
        debit_entry_id=match.debit_entry_id, credit_entry_id=match.credit_entry_id, amount_eur=match.amount_eur,
        matched_on=books.on, matched_at=books.now, matched_by=session.actor.name, reverses_id=match.id,
    )  # fmt: skip
    session.add(undone)
    session.flush()
    return undone


def close_months(session: ScopedSession, last: date, books: Books) -> list[date]:
    """Close the months up to one, for good: from the first that has an entry, or after the last that is closed.

    Args:
        last: any day of the last month to close.

    Returns:
        The first days of the months that were closed; none when they were already.

    Raises:
        OutOfScope: the actor may not close the books.
        Refused: the month is not over.
    """
    require_right_there(session, Right.CLOSE_LEDGER, None)
    wanted = last.replace(day=1)
    if books.on < _next_month(wanted):
        raise Refused(f"Le mois {wanted:%m/%Y} n'est pas fini : le clore à partir du {_next_month(wanted):%d/%m/%Y}.")
    hold_numbers(session, [_CLOSING])
    months = [one for one in closable_months(session, books) if one <= wanted]
    rows = [ClosedMonth(first_day=one, closed_at=books.now, closed_by=session.actor.name) for one in months]
    session.add_all(rows)
    session.flush()
    return months


def closable_months(session: ScopedSession, books: Books) -> list[date]:
    """The first days of the months that are over and not closed, from the first that has an entry."""
    month, found = queries.first_open(session), []
    while month is not None and _next_month(month) <= books.on:
        found.append(month)
        month = _next_month(month)
    return found


def _next_month(first_day: date) -> date:
    return (first_day + timedelta(days=31)).replace(day=1)
