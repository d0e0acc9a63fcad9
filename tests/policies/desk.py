"""The desk where policies live: a client with an accepted quote, an insurer who delegates, and who acts on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.parties import agreement_queries, agreement_service, partner_queries
from atmp_insure.parties.agreement_service import NewAgreement
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.policies import issue_service, queries, service
from atmp_insure.policies.issue_service import Issuing
from atmp_insure.policies.models import Policy
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.stack_service import Act, stack_of, write_entries
from atmp_insure.policies.state import state_at
from atmp_insure.underwriting import queries as quotes
from atmp_insure.underwriting.link_views import DOOR
from atmp_insure.underwriting.sending_service import find_sending_of
from tests.parties.desk import a_partner
from tests.parties.desk import of_office as anyone_of_office
from tests.underwriting.desk import NOW, PRODUCT, Quoting, of_office

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.policies.models import PolicyTransaction
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.transactions import Content

CATALOGUE = installed_catalogue(None)
REASON = "Demande du client"
_TWINS = count(1)
WITHOUT_LIMIT = {DelegatedAct.ENDORSE: None, DelegatedAct.TERMINATE: None}


def an_insurer(
    database: Database, reference: str = "DEL-ATMP", name: str = "Assurances Fictives",
    powers: dict[DelegatedAct, Decimal | None] | None = None,
) -> int:  # fmt: skip
    """A signed version of the agreement of an insurer who bears everything alone, and delegates acts."""
    organisation = a_partner(database, OrganisationKind.INSURER, name)
    office = anyone_of_office()
    with database.writing(office) as session:
        partner = partner_queries.get_organisation(session, organisation)
        new = NewAgreement(reference, "Délégation de gestion", date(2026, 1, 1))
        version = agreement_service.create_agreement(session, partner, new, NOW).versions[0]
        agreement_service.put_product(session, version, PRODUCT, Decimal("0.15"), None)
        agreement_service.put_share(session, version, partner, Decimal(1), is_leader=True)
        for act, largest in (WITHOUT_LIMIT if powers is None else powers).items():
            agreement_service.put_power(session, version, act, largest)
        number = version.id
    with database.writing(office) as session:
        found = agreement_queries.get_version(session, number)
        agreement = agreement_queries.get_agreement(session, found.agreement_id)
        agreement_service.sign_version(session, agreement, found, NOW.date(), NOW.date())
    return number


@dataclass(frozen=True)
class Desk:
    """A client of the metalworks sample, quoted and insured, with those who act on its policy."""

    quoting: Quoting
    insurer: int

    @classmethod
    def of(cls, database: Database, insurer: int) -> Desk:
        """A desk of its own: several may stand in one database, under one insurer."""
        return cls(Quoting.of(database), insurer)

    @property
    def database(self) -> Database:
        """Where it stands."""
        return self.quoting.database

    def by(self, role: Role) -> Actor:
        """Someone of the office."""
        return of_office(role, self.quoting.second.user_id or 0)

    def accepted_quote(self) -> int:
        """A quote that the client accepted."""
        token = self.quoting.sent()
        self.quoting.accepted(token)
        with self.database.reading(DOOR) as session:
            return find_sending_of(session, token).quote_id

    def issued(self, given: Issuing | None = None) -> int:
        """The policy of an accepted quote."""
        number = self.accepted_quote()
        with self.database.writing(self.quoting.underwriter) as session:
            quote = quotes.get_quote(session, number)
            chosen = given or Issuing(self.insurer)
            return issue_service.issue_policy(session, quote, chosen, CATALOGUE, Act("Devis accepté", NOW)).id

    def twin(self, policy: int) -> int:
        """Another policy of the same client with the same opening, as a system taken over may have had it."""
        with self.database.writing(self.by(Role.MANAGER)) as session:
            model = queries.get_policy(session, policy)
            opening = stack_of(model)[0].entry
            made = Policy(company_id=model.company_id, reference=f"T-{next(_TWINS):06}", product=model.product,
                          quote_id=None, created_at=NOW, created_by="test", transactions=[])  # fmt: skip
            session.add(made)
            session.flush()
            write_entries(session, made, [opening], Act(REASON, NOW))
            return made.id

    def carried_out(
        self, policy: int, on: date, content: Content, *, by: Actor | None = None, now: datetime = NOW,
        accord: str | None = None, drops: tuple[int, ...] = (),
    ) -> list[PolicyTransaction]:  # fmt: skip
        """A transaction that somebody writes; the manager, when nobody is named."""
        with self.database.writing(by or self.by(Role.MANAGER)) as session:
            act = Act(REASON, now, insurer_accord=accord, drops=drops)
            return service.carry_out(session, queries.get_policy(session, policy), Wanted(on, content), act, CATALOGUE)

    def taken_back(self, policy: int, number: int, now: datetime = NOW) -> list[PolicyTransaction]:
        """A transaction that the manager takes back."""
        with self.database.writing(self.by(Role.MANAGER)) as session:
            act = Act("Erreur de saisie", now)
            return service.take_back(session, queries.get_policy(session, policy), number, act, CATALOGUE)

    def policy(self, policy: int) -> Policy:
        """A policy with its stack."""
        with self.database.reading(self.by(Role.MANAGER)) as session:
            return queries.get_policy(session, policy)

    def state(self, policy: int, on: date, known_at: datetime | None = None) -> PolicyState | None:
        """What a policy was on a day, as it was known."""
        return state_at(stack_of(self.policy(policy)), on, known_at)

    def charged_eur(self, policy: int) -> Decimal:
        """All that was charged for a policy, with tax."""
        return sum((one.total_eur for one in self.policy(policy).transactions), Decimal(0))
