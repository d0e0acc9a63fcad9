"""A policy through five years and nine transactions, told through its pages as each role has them.

It is issued from what the client accepted, gains a section, is renewed, loses a section that was sold before, is
suspended and resumed, renewed again, goes to another broker, ends at its due date, and stays readable for years.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from atmp_insure.access.roles import Role
from atmp_insure.parties.queries import get_company
from atmp_insure.policies.state import Standing
from atmp_insure.policies.transactions import TransactionKind
from tests.application import a_person, an_application, signed_in, texts
from tests.db.builders import TESTER, an_organisation
from tests.engines import a_database
from tests.policies.desk import Desk, an_insurer
from tests.underwriting.desk import NOW, at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

HIDDEN = re.compile(r'<input[^>]*name="(expected|shown)"[^>]*value="([^"]*)"')
SIREN, NEW_SIRET = "000000018", "00000001800028"  # of no company there is
WHY = {"reason": "Demande du client", "insurer_accord": ""}


class Office:
    """The application with the client's policy, and those who act on it, each signed in."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.app = an_application(database, folder)
        self.desk = Desk.of(database, an_insurer(database))
        with database.writing(TESTER) as session:
            get_company(session, self.desk.quoting.company_id).siren = SIREN
        self.other_broker = an_organisation(database, "Courtage Successeur")
        self.people = {
            role: a_person(database, f"camille.{role.value}", role)
            for role in (Role.MANAGER, Role.UNDERWRITER, Role.PREMIUM_ACCOUNTANT, Role.CLAIMS_HANDLER)
        }
        self.people[Role.EMPLOYER] = a_person(
            database, "client.metal", Role.EMPLOYER, company_id=self.desk.quoting.company_id
        )

    def _in(self, role: Role) -> FlaskClient:
        """Someone who signs in that day: no session lasts for years."""
        return signed_in(self.app, self.people[role])

    @property
    def manager(self) -> FlaskClient:
        return self._in(Role.MANAGER)

    @property
    def underwriter(self) -> FlaskClient:
        return self._in(Role.UNDERWRITER)

    @property
    def accountant(self) -> FlaskClient:
        return self._in(Role.PREMIUM_ACCOUNTANT)

    @property
    def handler(self) -> FlaskClient:
        return self._in(Role.CLAIMS_HANDLER)

    @property
    def client(self) -> FlaskClient:
        return self._in(Role.EMPLOYER)

    def act(self, who: FlaskClient, url: str, **entries: str) -> str:
        """An act in its two steps: the plan that the page shows, then its confirmation; gives the plan."""
        given = WHY | entries
        first = who.post(url, data=given)
        assert first.status_code == 200, texts(first.text)
        assert "Confirmer et enregistrer" in first.text, texts(first.text)
        hidden = {name: unescape(value) for name, value in HIDDEN.findall(first.text)}
        second = who.post(url, data=given | hidden | {"confirm": "yes"})
        assert second.status_code == 302, texts(second.text)
        return texts(first.text)

    def page(self, who: FlaskClient, url: str) -> str:
        """What a page says."""
        found = who.get(url)
        assert found.status_code == 200, (url, found.status_code)
        return texts(found.text)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("policy")
    with a_database(request.param) as database, time_machine.travel(NOW, tick=False):
        yield Office(database, folder)


def on(day: date) -> Any:
    return time_machine.travel(at(day), tick=False)


def test_a_policy_lives_through_five_years(office: Office) -> None:
    # 1. accepted, and issued from the page of the quote
    quote = office.desk.accepted_quote()
    assert "Émettre le contrat" in office.page(office.underwriter, f"/quotes/{quote}")
    issued = office.underwriter.post(f"/quotes/{quote}/policy", data={"agreement_version_id": office.desk.insurer})
    url = issued.location
    policy = int(url.rsplit("/", 1)[1])
    assert "à effet futur" in office.page(office.underwriter, url)
    assert "Contrat P-" in office.page(office.underwriter, f"/quotes/{quote}")
    with on(date(2027, 3, 1)):
        assert "en vigueur" in office.page(office.client, url)
        # 2. a section opens in April; its premium is that of its days
        plan = office.act(
            office.underwriter, f"{url}/endorse/open-section", effective_on="2027-04-01", siret=NEW_SIRET,
            number="01", risk_code="28.1AD", wages_eur="1 000 000", headcount="25", origin="opened", history_of="",
        )  # fmt: skip
        assert "ouverte en cours de contrat" in plan
    # 3. renewed in November, two months before
    with on(date(2027, 11, 3)):
        office.act(office.underwriter, f"{url}/renew", product_version="2027-1")
    # 4. a section had been sold in October: the renewal is taken back and done again, and the page says so first
    with on(date(2027, 12, 15)):
        plan = office.act(
            office.underwriter, f"{url}/endorse/close-section", effective_on="2027-10-01",
            section=f"{NEW_SIRET}/01", leaving="sold", buyer_siren="",
        )  # fmt: skip
        assert "Cet acte prend place avant d'autres" in plan
        assert "refait le n° 3" in plan
    # 5, 6. suspended for an unpaid premium, then resumed at noon of the day after it was paid
    with on(date(2028, 4, 1)):
        office.act(office.accountant, f"{url}/suspend", effective_on="2028-04-01")
        assert "garantie suspendue" in office.page(office.handler, url)
    with on(date(2028, 5, 3)):
        office.act(office.accountant, f"{url}/resume", effective_on="2028-05-03")
        assert "en vigueur" in office.page(office.handler, url)
        during = office.page(office.handler, f"{url}?le=2028-04-15&connu=2028-05-03")
        assert "Garantie suspendue depuis" in during
        before = office.page(office.handler, f"{url}?le=2028-04-15&connu=2028-03-31")
        assert "Garantie suspendue depuis" not in before, "nobody knew it then"
    # 7. renewed again
    with on(date(2028, 10, 2)):
        office.act(office.underwriter, f"{url}/renew", product_version="2027-1")
    # 8. another broker, by the manager alone
    with on(date(2029, 2, 1)):
        refused = office.underwriter.post(f"{url}/endorse/broker", data=WHY | {
            "effective_on": "2029-02-01", "broker": str(office.other_broker), "commission": "12",
        })  # fmt: skip
        assert refused.status_code == 403
        office.act(
            office.manager, f"{url}/endorse/broker", effective_on="2029-02-01", broker=str(office.other_broker),
            commission="12",
        )  # fmt: skip
    # 9. ended by the client at its due date
    with on(date(2029, 9, 10)):
        plan = office.act(
            office.underwriter, f"{url}/terminate", ground="due_date_insured", sent_on="2029-09-10", received_on="",
            event_on="", wanted_on="",
        )  # fmt: skip
        assert "résiliation à l'échéance par le souscripteur" in plan
    kinds = [one.kind for one in office.desk.policy(policy).transactions]
    assert (kinds.count(TransactionKind.REVERSE), len(kinds)) == (1, 11), "nine, one reversed and one applied again"
    with on(date(2031, 3, 1)):
        _readable_for_ever(office, url, policy)


def _readable_for_ever(office: Office, url: str, policy: int) -> None:
    """Years later: what was in force on a day, what was known then, which euros were for it."""
    page = office.page(office.handler, url)
    assert "terminé" in page
    assert "31 décembre 2041" in page, "run-off: twelve rate years after the last policy year"
    ended = office.desk.state(policy, date(2030, 1, 1))
    assert ended is not None
    assert ended.standing(date(2030, 1, 1)) is Standing.ENDED
    compared = office.page(office.handler, f"{url}/compare?du=2027-06-30&au=2027-12-31")
    assert "Section" in compared
    assert "1 000 000 € par an" in compared.replace("\u202f", " ").replace("\xa0", " ")
    charged = sum((Fraction(one.total_eur) for one in office.desk.policy(policy).transactions), Fraction(0))
    assert charged > 0
    reference = office.desk.policy(policy).reference
    assert reference.startswith("P-")
    for typed in ("state=ended", f"q={reference}", f"q={reference.lower()}"):
        assert reference in office.page(office.client, f"/policies?{typed}")
    assert reference not in office.page(office.client, f"/policies?q={reference}0")
    assert office.client.get("/policies?state=in_force").text.count("row-link") == 0
