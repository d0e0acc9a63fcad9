"""The accounting file (FEC) of the office's own books: its lines in a stream, and whether the year is final.

Closing is what validates: until a month is closed another entry may come between two days; then its order is frozen.
Numbers are thus given in the order of days within each journal; the number of the books stands first in the label.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.paris import paris_day
from atmp_insure.ledger import fec_queries, queries
from atmp_insure.ledger.accounting_year import NamedAccount, carried_forward, year_closed_in
from atmp_insure.ledger.balances import Turnover
from atmp_insure.ledger.chart import Journal
from atmp_insure.ledger.fec import FecLine
from atmp_insure.ledger.fec_year import CLOSING_YEARS
from atmp_insure.ledger.lettered_groups import Matched, lettered

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.accounting_year import CarriedForward, ResultAccounts
    from atmp_insure.ledger.chart import ChartOfAccounts
    from atmp_insure.ledger.fec_year import FinancialYear
    from atmp_insure.ledger.lettered_groups import ItemKey, Lettered
    from atmp_insure.ledger.models import LedgerEntry

_ZERO, _DAY = Decimal(0), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FecBasis:
    """What the file of a year is written with.

    Attributes:
        chart: in force at the end of the year: every account has one number and one name in a file.
        results: where the result of former years is shown.
    """

    year: FinancialYear
    chart: ChartOfAccounts
    results: ResultAccounts


def require_siren(siren: str) -> str:
    """The office's own SIREN, after which the file is named.

    Raises:
        InvalidInput: it is not set.
    """
    if not siren:
        raise InvalidInput.one(
            "SIREN du bureau non réglé : le FEC porte son nom", "Donner le SIREN du bureau",
            place="ATMP_SITE__OFFICE_SIREN",
        )  # fmt: skip
    return siren


def known_year(number: int, first_month: int) -> FinancialYear:
    """The financial year that ends within a calendar year, as a person or an address gives it.

    Raises:
        InvalidInput: no year of accounts.
    """
    if number not in CLOSING_YEARS:
        said = f"« {number} » n'est pas une année de clôture"
        raise InvalidInput.one(said, "Donner l'année où l'exercice se clôt, comme 2027", place="year")
    return year_closed_in(number, first_month)


def is_final(session: ScopedSession, year: FinancialYear) -> bool:
    """Whether every month of a year is closed: nothing can be posted in it any more."""
    last = queries.last_closed(session)
    return last is not None and last >= year.last_day.replace(day=1)


def require_entries(session: ScopedSession, year: FinancialYear) -> None:
    """Refuse a year that has nothing to tell: before the first entry, or not begun after the last one.

    Raises:
        InvalidInput: there is no entry up to its end, or none since, with the days of those there are.
    """
    days = fec_queries.first_and_last_day(session)
    if days is None:
        raise InvalidInput.one("les livres n'ont aucune écriture", "Passer des écritures d'abord", place="year")
    if year.last_day < days[0]:
        first, last = (f"{one:%d/%m/%Y}" for one in days)
        said = f"aucune écriture jusqu'au {year.last_day:%d/%m/%Y} : les livres vont du {first} au {last}"
        raise InvalidInput.one(said, "Demander un exercice de ces livres", place="year")


def fec_lines(session: ScopedSession, basis: FecBasis) -> Iterator[FecLine]:
    """The lines of the file of a year, opening balances first; what is held grows with accounts, not with lines.

    The session is to be one of its own: what was written is let go of.
    """
    file = _File(session, basis)
    yield from file.carried_forward()
    year = basis.year
    pieces = chain(
        fec_queries.opening_entries(session, year.first_day),
        fec_queries.entries_between(session, year.first_day, year.last_day),
    )
    for piece in pieces:
        yield from file.lines(piece)


@dataclass(slots=True)
class _File:
    """What is known while the file is written: accounts that came, the number that each journal has reached."""

    session: ScopedSession
    basis: FecBasis
    accounts: dict[int, NamedAccount] = field(default_factory=dict)
    numbers: Counter[Journal] = field(default_factory=Counter)
    closed_on: dict[date, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.closed_on = {month: paris_day(at) for month, at in fec_queries.closed_at(self.session).items()}

    def carried_forward(self) -> Iterator[FecLine]:
        """The balances that open the year, as the books have them at the end of the eve."""
        first_day = self.basis.year.first_day
        held = queries.turnover(self.session, first_day - _DAY)
        self._meet(held)
        found = carried_forward(
            ((number, one.balance_eur) for number, one in held.items()), self.accounts, self.basis.results
        )
        if not found:
            return
        number = self._next(Journal.OPENING)
        month = (first_day - _DAY).replace(day=1)
        validated_on = max(first_day, self.closed_on.get(month, first_day))
        for one in found:
            yield self._opening_line(one, number, validated_on)

    def _opening_line(self, one: CarriedForward, number: str, validated_on: date) -> FecLine:
        first_day = self.basis.year.first_day
        return FecLine(
            journal=Journal.OPENING.value, journal_label=str(Journal.OPENING.label), number=number,
            booked_on=first_day, account=one.account.number, account_label=one.account.label,
            auxiliary=one.account.auxiliary or None, auxiliary_label=one.account.holder or None,
            piece=f"À-nouveaux {self.basis.year.last_day.year}", piece_on=first_day, label="À-nouveaux",
            debit_eur=max(one.balance_eur, _ZERO), credit_eur=max(-one.balance_eur, _ZERO), validated_on=validated_on,
        )  # fmt: skip

    def lines(self, entries: Sequence[LedgerEntry]) -> Iterator[FecLine]:
        """The lines of some entries, each account's debits and credits apart, as the trial balance adds them."""
        self._meet(
            number for one in entries for moved in one.transfers
            for number in (moved.debit_account_id, moved.credit_account_id)
        )  # fmt: skip
        letters = letters_of(self.session, [one.id for one in entries])
        for entry in entries:
            booked = _Booked(entry, self._next(entry.journal), self._validated_on(entry))
            for account_id, moved in _sides(entry):
                yield booked.line(self.accounts[account_id], moved, letters.get((entry.id, account_id)))

    def _validated_on(self, entry: LedgerEntry) -> date:
        """The day its month was closed; until then the day it was posted, or its own when it was posted ahead."""
        posted_on = max(paris_day(entry.posted_at), entry.entered_on)
        return self.closed_on.get(entry.entered_on.replace(day=1), posted_on)

    def _next(self, journal: Journal) -> str:
        self.numbers[journal] += 1
        return f"{self.numbers[journal]:06}"

    def _meet(self, numbers: Iterable[int]) -> None:
        """Name the accounts that were not met yet, as the chart in force does."""
        rows = fec_queries.accounts_numbered(self.session, set(numbers) - self.accounts.keys())
        holders = queries.holder_names(self.session, rows)
        for one in rows:
            known = self.basis.chart.of(one.role)
            holder = (holders[one.id] or one.auxiliary) if one.auxiliary else ""
            self.accounts[one.id] = NamedAccount(known.number, str(known.label), one.auxiliary, holder)


@dataclass(frozen=True, slots=True)
class _Booked:
    """An entry as the file has it."""

    entry: LedgerEntry
    number: str
    validated_on: date

    def line(self, account: NamedAccount, moved: Turnover, letter: Lettered | None) -> FecLine:
        """Its line on an account."""
        entry = self.entry
        return FecLine(
            journal=entry.journal.value, journal_label=str(entry.journal.label), number=self.number,
            booked_on=entry.entered_on, account=account.number, account_label=account.label,
            auxiliary=account.auxiliary or None, auxiliary_label=account.holder or None,
            piece=entry.piece or entry.name, piece_on=entry.piece_on, label=f"{entry.name} {entry.label}",
            debit_eur=moved.debit_eur, credit_eur=moved.credit_eur, lettering=letter.code if letter else None,
            lettered_on=letter.on if letter else None, validated_on=self.validated_on,
        )  # fmt: skip


def _sides(entry: LedgerEntry) -> Iterator[tuple[int, Turnover]]:
    """Each account of an entry with its debits, then each with its credits."""
    debits: dict[int, Decimal] = defaultdict(Decimal)
    credits_: dict[int, Decimal] = defaultdict(Decimal)
    for one in entry.transfers:
        debits[one.debit_account_id] += one.amount_eur
        credits_[one.credit_account_id] += one.amount_eur
    yield from ((account, Turnover(debit_eur=amount_eur)) for account, amount_eur in debits.items())
    yield from ((account, Turnover(credit_eur=amount_eur)) for account, amount_eur in credits_.items())


def letters_of(session: ScopedSession, entry_ids: Collection[int]) -> dict[ItemKey, Lettered]:
    """The letters of what some entries left to be settled, their groups followed as far as they go."""
    items = fec_queries.items_of(session, entry_ids)
    edge = {(one.entry_id, one.account_id) for one in items if one.settled_on is not None}
    seen, matches = set(edge), set[Matched]()
    while edge:
        found = {
            Matched(one.id, (one.debit_entry_id, one.account_id), (one.credit_entry_id, one.account_id))
            for one in fec_queries.matches_of(session, {entry for entry, _ in edge})
        }
        new = {one for one in found - matches if one.debit in edge or one.credit in edge}
        matches |= new
        edge = {key for one in new for key in (one.debit, one.credit)} - seen
        seen |= edge
    concerned = fec_queries.items_of(session, {entry for entry, _ in seen})
    return lettered(matches, {(one.entry_id, one.account_id): one.settled_on for one in concerned})
