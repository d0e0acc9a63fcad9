"""What is rebuilt from the books: turnover by month, and what is left to be settled."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.db.projections import Projection
from atmp_insure.db.scope import unscoped
from atmp_insure.ledger import queries
from atmp_insure.ledger.balances import Turnover
from atmp_insure.ledger.entries import Side
from atmp_insure.ledger.models import AccountMonth, OpenItem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from atmp_insure.db.projections import Row
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.models import LedgerAccount, LedgerEntry

_ZERO = Decimal(0)


@unscoped("a rebuild reads the books of every holder")
def _months(session: ScopedSession) -> Iterator[Row]:
    moved: dict[tuple[int, date], Turnover] = defaultdict(Turnover)
    for debit, credit, on, amount_eur in queries.all_transfers(session):
        month = on.replace(day=1)
        moved[debit, month] += Turnover(debit_eur=amount_eur)
        moved[credit, month] += Turnover(credit_eur=amount_eur)
    for (account, month), one in moved.items():
        yield {"account_id": account, "first_day": month, "debit_eur": one.debit_eur, "credit_eur": one.credit_eur}


@unscoped("a rebuild reads the books of every holder")
def _items(session: ScopedSession) -> Iterator[Row]:
    lettered = {one.id: one for one in session.scalars(queries.accounts()) if one.is_lettered}
    settled: dict[tuple[int, int], tuple[Decimal, date]] = {}
    for match in session.scalars(queries.counting_matches()):
        for entry_id in (match.debit_entry_id, match.credit_entry_id):
            amount_eur, last = settled.get((match.account_id, entry_id), (_ZERO, match.matched_on))
            settled[match.account_id, entry_id] = amount_eur + match.amount_eur, max(last, match.matched_on)
    for entry in queries.all_entries(session):
        for account_id, net_eur in _nets(entry).items():
            if net_eur and account_id in lettered:
                yield _item(entry, lettered[account_id], net_eur, settled.get((account_id, entry.id)))


def _nets(entry: LedgerEntry) -> dict[int, Decimal]:
    nets: dict[int, Decimal] = defaultdict(Decimal)
    for one in entry.transfers:
        nets[one.debit_account_id] += one.amount_eur
        nets[one.credit_account_id] -= one.amount_eur
    return nets


def _item(entry: LedgerEntry, account: LedgerAccount, net_eur: Decimal, settled: tuple[Decimal, date] | None) -> Row:
    settled_eur, last = settled or (_ZERO, None)
    return {
        "entry_id": entry.id, "account_id": account.id, "company_id": account.company_id,
        "organisation_id": account.organisation_id, "side": Side.DEBIT if net_eur > 0 else Side.CREDIT,
        "amount_eur": abs(net_eur), "due_on": entry.due_on, "reference": entry.reference, "settled_eur": settled_eur,
        "settled_on": last if settled_eur == abs(net_eur) else None,
    }  # fmt: skip


ACCOUNT_MONTHS = Projection(
    "account_months", AccountMonth, ("account_id", "first_day", "debit_eur", "credit_eur"), _months
)
OPEN_ITEMS = Projection(
    "open_items", OpenItem,
    ("entry_id", "account_id", "company_id", "organisation_id", "side", "amount_eur", "due_on", "reference",
     "settled_eur", "settled_on"),
    _items,
)  # fmt: skip
