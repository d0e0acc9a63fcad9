"""Use cases of write-offs: give up a small remainder of a client's account, or keep a small credit; take it back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db import checkpoints
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.french import french_euros
from atmp_insure.ledger import queries as books_queries
from atmp_insure.ledger import service as ledger
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Side, Transfer
from atmp_insure.premiums import payment_queries, write_off_queries
from atmp_insure.premiums.settling_service import held_left, item_on, settle_oldest, unsettle_entry
from atmp_insure.premiums.write_off_models import PremiumWriteOff

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.models import OpenItem
    from atmp_insure.ledger.service import Books

WRITE_OFFS = "premium_write_offs"


@dataclass(frozen=True, slots=True)
class NewWriteOff:
    """What is to be written off.

    Attributes:
        item_id: what is left open on the account of the client.
        seen_eur: how much was left when it was chosen: only that is written off.
        reason: why.
    """

    company_id: int
    item_id: int
    seen_eur: Decimal
    reason: str


def small_remainders(session: ScopedSession, company_id: int, most_eur: Decimal) -> Sequence[OpenItem]:
    """What is left on the account of a client and small enough to be written off, the oldest first."""
    account_id = payment_queries.find_client_account(session, company_id)
    left = books_queries.list_left(session, account_id) if account_id is not None else ()
    return [one for one in left if one.left_eur <= most_eur]


def write_off(session: ScopedSession, new: NewWriteOff, most_eur: Decimal, books: Books) -> PremiumWriteOff:
    """Write off what is left of a call or of a credit; insurers are owed what they would be had it been paid.

    Args:
        most_eur: the largest remainder that may be.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        InvalidInput: no reason.
        Refused: nothing is left, less or more than was seen, more than may be written off, or the month is closed.
    """
    require_right_there(session, Right.WRITE_OFF_PREMIUMS, new.company_id)
    if not new.reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi ce reste est abandonné", place="reason")
    account_id = payment_queries.find_client_account(session, new.company_id)
    item = next((one for side in Side for one in held_left(session, account_id, side) if one.id == new.item_id), None)
    _require_small(item, new, most_eur)
    assert item is not None, "checked above"
    row = PremiumWriteOff(
        company_id=new.company_id, entry_id=item.entry_id, origin=item.entry.piece, side=item.side,
        amount_eur=item.left_eur, reason=new.reason.strip(), reverses_id=None, recorded_on=books.on,
        recorded_at=books.now, recorded_by=session.actor.name,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _post(session, row, item, books)
    checkpoints.reached("premiums: written off")
    return row


def _require_small(item: OpenItem | None, new: NewWriteOff, most_eur: Decimal) -> None:
    if item is None:
        raise Refused("De cette ligne il ne reste rien : elle a été soldée entre-temps.")
    if item.left_eur != new.seen_eur:
        raise Refused(
            f"{item.entry.piece} : il reste {_said(item.left_eur)}, et non {_said(new.seen_eur)}. Relire le compte "
            "avant d'abandonner ce reste."
        )
    if item.left_eur > most_eur:
        raise Refused(
            f"{item.entry.piece} : il reste {_said(item.left_eur)}, et un reste ne s'abandonne que jusqu'à "
            f"{_said(most_eur)}. Relancer le client, ou le rembourser."
        )


def _post(session: ScopedSession, row: PremiumWriteOff, item: OpenItem, books: Books) -> None:
    """The office bears what the client does not pay, or keeps what is too small to be given back."""
    client, is_owed = AccountKey(AccountRole.CLIENT, row.company_id), row.side is Side.DEBIT
    transfer = (
        Transfer(AccountKey(AccountRole.WRITE_OFF), client, row.amount_eur) if is_owed
        else Transfer(client, AccountKey(AccountRole.SETTLEMENT_GAIN), row.amount_eur)
    )  # fmt: skip
    subject, label = f"{WRITE_OFFS}:{row.id}", f"Reste abandonné de {row.origin}"
    entries = ledger.post(session, [Posting(
        Journal.GENERAL, books.on, row.name, books.on, label, subject, (transfer,), subject,
    )], books)  # fmt: skip
    own = item_on(session, item.account_id, entries[subject])
    debits, credits_ = ([item], [own]) if is_owed else ([own], [item])
    settle_oldest(session, debits, credits_, books)


def take_back(session: ScopedSession, row: PremiumWriteOff, reason: str, books: Books) -> PremiumWriteOff:
    """Take a write-off back: what was given up is owed again, and the books say so.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        InvalidInput: no reason.
        Refused: it is taken back already, takes another back, or the month is closed.
    """
    require_right_there(session, Right.WRITE_OFF_PREMIUMS, row.company_id)
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi ce reste est de nouveau dû", place="reason")
    if row.reverses_id is not None or write_off_queries.find_reversal(session, row.id) is not None:
        raise Refused(f"L'abandon {row.name} est déjà repris, ou en reprend un autre.")
    [entry] = books_queries.list_entries_about(session, f"{WRITE_OFFS}:{row.id}")
    unsettle_entry(session, entry, books)
    ledger.reverse(session, entry, books.on, f"Reprise de {row.name} : {reason.strip()}", books)
    back = PremiumWriteOff(
        company_id=row.company_id, entry_id=row.entry_id, origin=row.origin, side=row.side, amount_eur=row.amount_eur,
        reason=reason.strip(), reverses_id=row.id, recorded_on=books.on, recorded_at=books.now,
        recorded_by=session.actor.name,
    )  # fmt: skip
    session.add(back)
    session.flush()
    return back


def _said(amount_eur: Decimal) -> str:
    return french_euros(Fraction(amount_eur))
