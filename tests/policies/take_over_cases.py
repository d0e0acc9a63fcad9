"""A book of policies, and how a foreign actor asks each query of take-overs (see `tests/access/test_queries.py`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from atmp_insure.parties import account_queries, body_queries
from atmp_insure.parties.account_queries import AccountOwner
from atmp_insure.parties.body_models import ImportKind, ImportState, PartyImport
from atmp_insure.parties.partner_models import AccountPurpose
from atmp_insure.policies import queries, take_over_queries
from atmp_insure.policies.models import PolicyPaper

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy

NOW = datetime(2026, 11, 20, tzinfo=UTC)
BOOK = 2  # the import of parties comes first
_OWNER = AccountOwner(company_id=1)

TAKE_OVERS: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    queries.policies_named: lambda session, _: queries.policies_named(session, ["P-x"]),
    body_queries.find_book: lambda session, _: body_queries.find_book(session, BOOK),
    account_queries.find_account_of_iban: lambda session, _: account_queries.find_account_of_iban(
        session, _OWNER, AccountPurpose.PREMIUMS, b"x"
    ),
    take_over_queries.get_book: lambda session, _: take_over_queries.get_book(session, BOOK),
    take_over_queries.find_run: lambda session, _: take_over_queries.find_run(session, "k", "k"),
    take_over_queries.agreements_named: lambda session, _: take_over_queries.agreements_named(session, ["x"]),
    take_over_queries.brokers_named: lambda session, _: take_over_queries.brokers_named(session, ["Courtage Exemple"]),
    take_over_queries.mandates_named: lambda session, _: take_over_queries.mandates_named(session, ["RUMx"]),
    take_over_queries.called_elsewhere: lambda session, _: take_over_queries.called_elsewhere(session, [1]),
    take_over_queries.policies_of_book: lambda session, _: take_over_queries.policies_of_book(
        session, PartyImport(document_id=1)
    ),
}
OFFICE_KNOWS = {"brokers_named"}  # as they know organisations


def add_book(session: ScopedSession, policy: Policy, mark: str = "x") -> None:
    """A book that brought a policy."""
    session.add(PartyImport(kind=ImportKind.BOOK, document_id=1, file_name=mark, content="{}", source=mark,
                            stated_on=NOW.date(), corrects=False, row_count=0, state=ImportState.RUNNING,
                            created_by=mark, created_at=NOW))  # fmt: skip
    first = policy.transactions[0]
    session.add(PolicyPaper(company_id=policy.company_id, policy_id=policy.id, transaction_id=first.id, document_id=1,
                            filed_at=NOW))  # fmt: skip
    session.flush()
