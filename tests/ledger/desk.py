"""The books of an office with a client, an insurer and a broker, and an accountant who keeps them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.ledger import balances, queries, service
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Transfer
from atmp_insure.ledger.loader import installed_chart
from atmp_insure.ledger.models import LedgerAccount, OpenItem
from atmp_insure.ledger.service import Books
from tests.parties.desk import a_known_company, a_partner, of_office

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.ledger.models import LedgerEntry, LedgerMatch
    from atmp_insure.ledger.settling import Settlement

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ON = NOW.date()
CHART = installed_chart(None, ON)


@dataclass(frozen=True)
class BookKeeping:
    """Who keeps the books, and the accounts of those with whom the office deals."""

    database: Database
    client: AccountKey
    insurer_id: int
    broker: AccountKey
    accountant: Actor
    now: datetime = NOW

    @classmethod
    def of(cls, database: Database) -> BookKeeping:
        """Books without an entry."""
        company = a_known_company(database)
        insurer = a_partner(database, OrganisationKind.INSURER, "Assurances Fictives")
        broker = a_partner(database)
        return cls(
            database, AccountKey(AccountRole.CLIENT, company), insurer, AccountKey(AccountRole.BROKER, broker),
            of_office(Role.PREMIUM_ACCOUNTANT),
        )  # fmt: skip

    def at(self, now: datetime) -> BookKeeping:
        """The same at another moment."""
        return replace(self, now=now)

    @property
    def books(self) -> Books:
        """The books, now."""
        return Books(CHART, self.now)

    def insurer(self, role: AccountRole) -> AccountKey:
        """An account of the insurer."""
        return AccountKey(role, self.insurer_id)

    def call(self, key: str, amount: str, *, on: date = ON, due_on: date | None = None, tax: str = "0") -> Posting:
        """The entry of a premium called."""
        transfers = [Transfer(self.client, self.insurer(AccountRole.PREMIUM_CALLED), Decimal(amount))]
        if Decimal(tax):
            transfers.append(Transfer(self.client, self.insurer(AccountRole.TAX_CALLED), Decimal(tax)))
        return Posting(
            Journal.PREMIUMS, on, f"Appel {key}", on, f"Appel {key}", key, tuple(transfers), f"calls:{key}", due_on,
            f"RF-{key}",
        )  # fmt: skip

    def receipt(self, key: str, amount: str, *, on: date = ON) -> Posting:
        """The entry of a payment received."""
        transfer = Transfer(self.insurer(AccountRole.PREMIUM_BANK), self.client, Decimal(amount))
        return Posting(Journal.BANK, on, f"Relevé {key}", on, f"Virement {key}", key, (transfer,))

    def posted(self, *entries: Posting) -> list[LedgerEntry]:
        """Entries that are posted, in the order in which they are given."""
        with self.database.writing(self.accountant) as session:
            found = service.post(session, entries, self.books)
            return [queries.get_entry(session, found[one.key].id) for one in entries]

    def settled(self, settlements: Sequence[Settlement], by: Actor | None = None) -> list[LedgerMatch]:
        """Items that somebody settles by each other."""
        with self.database.writing(by or self.accountant) as session:
            return service.settle(session, settlements, self.books)

    def item(self, entry: LedgerEntry) -> OpenItem:
        """What an entry left open, as it stands."""
        with self.database.reading(self.accountant) as session:
            [found] = queries.get_entry(session, entry.id).items
            return found

    def reversed(self, entry: LedgerEntry, on: date = ON) -> LedgerEntry:
        """An entry taken back."""
        with self.database.writing(self.accountant) as session:
            found = queries.get_entry(session, entry.id)
            return service.reverse(session, found, on, "Appelé deux fois", self.books)

    def closed(self, last: date, by: Actor | None = None) -> list[date]:
        """The months that somebody closes."""
        with self.database.writing(by or self.accountant) as session:
            return service.close_months(session, last, self.books)

    def balance_eur(self, key: AccountKey, on: date = date(2099, 12, 31)) -> Decimal:
        """What an account holds at the end of a day."""
        with self.database.reading(self.accountant) as session:
            account = queries.accounts_of(session, [key.code]).get(key.code)
            found = queries.turnover(session, on)
            return Decimal(0) if account is None else found.get(account.id, balances.Turnover()).balance_eur

    def codes(self) -> dict[int, str]:
        """The accounts that are open, by their numbers."""
        with self.database.reading(self.accountant) as session:
            return {one.id: one.code for one in session.scalars(queries.accounts().order_by(LedgerAccount.id))}
