"""Every question about the books: accounts, entries, open items, balances."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased, selectinload

from atmp_insure.access.models import Organisation
from atmp_insure.db.scope import unscoped
from atmp_insure.kernel.errors import NotFound
from atmp_insure.ledger.balances import Turnover
from atmp_insure.ledger.models import (
    AccountMonth,
    ClosedMonth,
    LedgerAccount,
    LedgerEntry,
    LedgerMatch,
    LedgerTransfer,
    OpenItem,
)
from atmp_insure.ledger.statements import Movement
from atmp_insure.parties.models import Company

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from sqlalchemy.orm import InstrumentedAttribute

    from atmp_insure.db.base import Base
    from atmp_insure.db.session import ScopedSession

B = TypeVar("B", bound="Base")
_AT_ONCE = 500  # codes or keys that one statement names
_WITH_PARTS = (selectinload(LedgerEntry.transfers), selectinload(LedgerEntry.items))


def accounts() -> Select[LedgerAccount]:
    """All accounts."""
    return select(LedgerAccount)


def entries() -> Select[LedgerEntry]:
    """All entries."""
    return select(LedgerEntry)


def open_items() -> Select[OpenItem]:
    """All that entries left to be settled, settled or not."""
    return select(OpenItem)


def get_account(session: ScopedSession, account_id: int) -> LedgerAccount:
    """An account.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(select(LedgerAccount).where(LedgerAccount.id == account_id))
    if found is None:
        raise NotFound("Ce compte n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def get_entry(session: ScopedSession, entry_id: int) -> LedgerEntry:
    """An entry with its transfers and what it left open.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(select(LedgerEntry).where(LedgerEntry.id == entry_id).options(*_WITH_PARTS))
    if found is None:
        raise NotFound("Cette écriture n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def accounts_of(session: ScopedSession, codes: Collection[str]) -> dict[str, LedgerAccount]:
    """The accounts that are open, of some codes."""
    return {one.code: one for one in _among(session, select(LedgerAccount), LedgerAccount.code, codes)}


def entries_of(session: ScopedSession, keys: Collection[str]) -> dict[str, LedgerEntry]:
    """The entries that are posted, of some keys."""
    return {one.key: one for one in _among(session, select(LedgerEntry), LedgerEntry.key, keys)}


class KnownAccount(NamedTuple):
    """An account as postings need it, read without making an object of the session."""

    code: str
    id: int
    is_lettered: bool
    company_id: int | None
    organisation_id: int | None


def known_accounts(session: ScopedSession, codes: Collection[str]) -> dict[str, KnownAccount]:
    """What postings need of the accounts that are open, of some codes."""
    columns = [getattr(LedgerAccount, name) for name in KnownAccount._fields]
    values, found = sorted(codes), dict[str, KnownAccount]()
    for at in range(0, len(values), _AT_ONCE):
        few = select(*columns).where(LedgerAccount.code.in_(values[at : at + _AT_ONCE]))
        found |= {row[0]: KnownAccount(*row) for row in session.execute(few)}
    return found


def keys_posted(session: ScopedSession, keys: Collection[str]) -> set[str]:
    """Those of some keys under which an entry is posted."""
    values, found = sorted(keys), set[str]()
    for at in range(0, len(values), _AT_ONCE):
        found |= set(session.scalars(select(LedgerEntry.key).where(LedgerEntry.key.in_(values[at : at + _AT_ONCE]))))
    return found


def _among(
    session: ScopedSession, statement: Select[B], column: InstrumentedAttribute[str], wanted: Collection[str]
) -> Iterator[B]:
    """The rows whose column is among some values, some hundreds of them at once."""
    values = sorted(wanted)
    for at in range(0, len(values), _AT_ONCE):
        yield from session.scalars(statement.where(column.in_(values[at : at + _AT_ONCE])))


def list_entries_about(session: ScopedSession, subject: str) -> Sequence[LedgerEntry]:
    """The entries that come from a row, in the order in which they were posted."""
    statement = select(LedgerEntry).where(LedgerEntry.subject == subject).options(*_WITH_PARTS)
    return session.scalars(statement.order_by(LedgerEntry.id)).all()


@unscoped("a rebuild reads the books of every holder")
def all_entries(session: ScopedSession) -> Iterator[LedgerEntry]:
    """Every entry with its transfers, a few hundred at a time."""
    last_id = 0
    while True:
        statement = select(LedgerEntry).where(LedgerEntry.id > last_id).order_by(LedgerEntry.id).limit(_AT_ONCE)
        batch = session.scalars(statement.options(selectinload(LedgerEntry.transfers))).all()
        if not batch:
            return
        yield from batch
        last_id = batch[-1].id
        session.expunge_all()


@unscoped("a rebuild reads the books of every holder")
def all_transfers(session: ScopedSession) -> Iterator[tuple[int, int, date, Decimal]]:
    """Every transfer: the account debited, the one credited, the day, the amount."""
    columns = (
        LedgerTransfer.debit_account_id, LedgerTransfer.credit_account_id, LedgerTransfer.entered_on,
        LedgerTransfer.amount_eur,
    )  # fmt: skip
    rows = session.execute(select(*columns), execution_options={"yield_per": _AT_ONCE})
    yield from rows


def locked_items(session: ScopedSession, item_ids: Collection[int]) -> dict[int, OpenItem]:
    """Open items, locked against whoever else settles them, by their numbers."""
    statement = (
        select(OpenItem).where(OpenItem.id.in_(item_ids)).order_by(OpenItem.id).with_for_update(of=OpenItem)
    )  # fmt: skip
    found = session.scalars(statement.execution_options(populate_existing=True))
    return {one.id: one for one in found}


def find_items(session: ScopedSession, account_id: int, entry_ids: Collection[int]) -> Sequence[OpenItem]:
    """What some entries left to be settled on an account."""
    statement = select(OpenItem).where(OpenItem.account_id == account_id, OpenItem.entry_id.in_(entry_ids))
    return session.scalars(statement.order_by(OpenItem.id)).all()


def list_left(session: ScopedSession, account_id: int) -> Sequence[OpenItem]:
    """What is left to be settled on an account, the oldest first."""
    statement = select(OpenItem).where(OpenItem.account_id == account_id, OpenItem.settled_on.is_(None))
    with_entry = statement.options(selectinload(OpenItem.entry))
    return session.scalars(with_entry.order_by(OpenItem.due_on, OpenItem.id)).all()


def find_by_reference(session: ScopedSession, reference: str) -> Sequence[OpenItem]:
    """What is left to be settled under a reference."""
    statement = select(OpenItem).where(OpenItem.reference == reference, OpenItem.settled_on.is_(None))
    return session.scalars(statement.order_by(OpenItem.due_on, OpenItem.id)).all()


def counting_matches() -> Select[LedgerMatch]:
    """The matches that count: those that no other takes back."""
    reversal = aliased(LedgerMatch)
    return select(LedgerMatch).where(
        LedgerMatch.reverses_id.is_(None), ~exists().where(reversal.reverses_id == LedgerMatch.id)
    )  # fmt: skip


def list_matches_of(session: ScopedSession, account_id: int, entry_ids: Collection[int]) -> Sequence[LedgerMatch]:
    """The matches that count, on an account, of what some entries left there."""
    statement = counting_matches().where(
        LedgerMatch.account_id == account_id,
        LedgerMatch.debit_entry_id.in_(entry_ids) | LedgerMatch.credit_entry_id.in_(entry_ids),
    )
    return session.scalars(statement.order_by(LedgerMatch.id)).all()


def find_reversal(session: ScopedSession, entry_id: int) -> LedgerEntry | None:
    """The entry that takes an entry back."""
    return session.scalar(select(LedgerEntry).where(LedgerEntry.reverses_id == entry_id))


def list_settled(session: ScopedSession, account_id: int, most: int) -> Sequence[LedgerMatch]:
    """The last matches that count of an account, with the entries that they settle."""
    statement = counting_matches().where(LedgerMatch.account_id == account_id).order_by(LedgerMatch.id.desc())
    parts = selectinload(LedgerMatch.debit_entry), selectinload(LedgerMatch.credit_entry)
    return session.scalars(statement.limit(most).options(*parts)).all()


def get_match(session: ScopedSession, match_id: int) -> LedgerMatch:
    """A match.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(select(LedgerMatch).where(LedgerMatch.id == match_id))
    if found is None:
        raise NotFound("Ce lettrage n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def last_closed(session: ScopedSession) -> date | None:
    """The first day of the last month that is closed: those before are too."""
    statement = select(ClosedMonth.first_day).order_by(ClosedMonth.first_day.desc()).limit(1)
    return session.scalar(statement)


def first_open(session: ScopedSession) -> date | None:
    """The first day of the month after the last that is closed, or of the first entry; None: there is no entry."""
    last = last_closed(session)
    if last is not None:
        return (last + timedelta(days=31)).replace(day=1)
    first = session.scalar(select(LedgerEntry.entered_on).order_by(LedgerEntry.entered_on).limit(1))
    return None if first is None else first.replace(day=1)


def turnover(session: ScopedSession, last_day: date, account_id: int | None = None) -> dict[int, Turnover]:
    """What moved on each account up to a day, included, by its number.

    Args:
        account_id: of one account alone; None: of all.
    """
    month, held = last_day.replace(day=1), AccountMonth.account_id
    found: dict[int, Turnover] = defaultdict(Turnover)
    whole = select(held, func.sum(AccountMonth.debit_eur), func.sum(AccountMonth.credit_eur))
    of_it = [] if account_id is None else [held == account_id]
    statement = whole.where(AccountMonth.first_day < month, *of_it).group_by(held)
    for one, debit_eur, credit_eur in session.execute(statement):
        found[one] += Turnover(debit_eur, credit_eur)
    for column, sides in (
        (LedgerTransfer.debit_account_id, (1, 0)), (LedgerTransfer.credit_account_id, (0, 1)),
    ):  # fmt: skip
        of_it = [] if account_id is None else [column == account_id]
        days = LedgerTransfer.entered_on >= month, LedgerTransfer.entered_on <= last_day
        part = select(column, func.sum(LedgerTransfer.amount_eur)).where(*days, *of_it).group_by(column)
        for moved, amount_eur in session.execute(part):
            found[moved] += Turnover(*(Decimal(amount_eur) * side for side in sides))
    return dict(found)


def list_movements(session: ScopedSession, account_id: int, first_day: date, last_day: date) -> list[Movement]:
    """What each entry from a day to another, both included, does to an account."""
    debit, credit = LedgerTransfer.debit_account_id, LedgerTransfer.credit_account_id
    statement = (
        select(LedgerTransfer)
        .where(
            (debit == account_id) | (credit == account_id), LedgerTransfer.entered_on >= first_day,
            LedgerTransfer.entered_on <= last_day,
        )
        .options(selectinload(LedgerTransfer.entry))
    )  # fmt: skip
    nets: dict[LedgerEntry, Decimal] = defaultdict(Decimal)
    for one in session.scalars(statement.order_by(LedgerTransfer.id)):
        nets[one.entry] += one.amount_eur if one.debit_account_id == account_id else -one.amount_eur
    return [Movement(one.id, one.name, one.entered_on, one.label, one.piece, net_eur) for one, net_eur in nets.items()]


def balance_before(session: ScopedSession, account_id: int, day: date) -> Decimal:
    """What an account held at the end of the eve of a day; above zero: at its debit."""
    found = turnover(session, day - timedelta(days=1), account_id)
    return found.get(account_id, Turnover()).balance_eur


def holder_names(session: ScopedSession, accounts: Iterable[LedgerAccount]) -> dict[int, str]:
    """The names of those whose accounts are, by the number of the account; the office's own have none."""
    kept = list(accounts)
    companies = _names(session, Company, {one.company_id for one in kept})
    organisations = _names(session, Organisation, {one.organisation_id for one in kept})
    return {
        one.id: companies.get(one.company_id or 0) or organisations.get(one.organisation_id or 0, "") for one in kept
    }


def _names(session: ScopedSession, kind: type[Company | Organisation], numbers: set[int | None]) -> dict[int, str]:
    wanted = sorted(one for one in numbers if one is not None)
    found: dict[int, str] = {}
    for at in range(0, len(wanted), _AT_ONCE):
        some = select(kind.id, kind.name).where(kind.id.in_(wanted[at : at + _AT_ONCE]))
        found |= {number: name for number, name in session.execute(some)}  # noqa: C416 - a row is no pair for types
    return found
