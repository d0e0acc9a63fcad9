"""Co-insurers under test, and what the accounts of the books hold on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.access.models import OrganisationKind
from atmp_insure.ledger import queries as books
from atmp_insure.ledger.balances import Turnover
from atmp_insure.parties import agreement_queries, agreement_service, partner_queries
from atmp_insure.parties.agreement_service import NewAgreement
from tests.parties.desk import TESTER, a_partner
from tests.parties.desk import of_office as anyone_of_office
from tests.policies.desk import WITHOUT_LIMIT
from tests.underwriting.desk import NOW, PRODUCT

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.ledger.chart import AccountRole
    from tests.policies.desk import Desk

SHARES = (Decimal("0.65"), Decimal("0.35"))


def two_insurers(database: Database) -> tuple[int, tuple[int, int]]:
    """A signed version of an agreement that two insurers share unevenly, and who they are, the leader first."""
    first, second = (a_partner(database, OrganisationKind.INSURER, name) for name in ("Apéritrice", "Coassureur"))
    office = anyone_of_office()
    with database.writing(office) as session:
        leader = partner_queries.get_organisation(session, first)
        new = NewAgreement("COASSURANCE", "Délégation de gestion", date(2026, 1, 1))
        version = agreement_service.create_agreement(session, leader, new, NOW).versions[0]
        agreement_service.put_product(session, version, PRODUCT, Decimal("0.15"), None)
        for number, share in zip((first, second), SHARES, strict=True):
            partner = partner_queries.get_organisation(session, number)
            agreement_service.put_share(session, version, partner, share, is_leader=number == first)
        for act, largest in WITHOUT_LIMIT.items():
            agreement_service.put_power(session, version, act, largest)
        found = version.id
    with database.writing(office) as session:
        version = agreement_queries.get_version(session, found)
        agreement = agreement_queries.get_agreement(session, version.agreement_id)
        agreement_service.sign_version(session, agreement, version, NOW.date(), NOW.date())
    return found, (first, second)


def held_on(desk: Desk, on: date, *roles: AccountRole, of: int | None = None) -> Decimal:
    """What accounts of some roles hold at the end of a day; above zero: at their debit.

    Args:
        of: of one organisation alone; None: of all.
    """
    with desk.database.reading(TESTER) as session:
        accounts = [
            one.id for one in session.scalars(books.accounts())
            if one.role in roles and of in {None, one.organisation_id}
        ]  # fmt: skip
        moved = books.turnover(session, on)
    return sum((moved.get(one, Turnover()).balance_eur for one in accounts), Decimal(0))
