"""From papers to a quote, through pages and API: a broker brings clients and their papers, each to its own end.

The metalworks are accepted by the rules, the shop by an underwriter on a condition, the small company is refused, the
company of several sections answers first to what its papers show. A program goes the way of the metalworks alone.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from sqlalchemy import select

from atmp_insure.access.models import AuthorityLimit
from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from atmp_insure.documents.models import OutgoingMail
from atmp_insure.parties.mandate_models import SepaMandate
from atmp_insure.underwriting import queries
from atmp_insure.underwriting.consents import CONSENTS
from atmp_insure.underwriting.models import SubmissionState
from atmp_insure.underwriting.quote_course import QuoteState
from atmp_insure.underwriting.referral_service import ACT
from tests.application import a_person, a_program, a_token, an_application, signed_in, texts
from tests.db.builders import TESTER, an_organisation
from tests.diary.programs import ROOT, told
from tests.engines import a_database
from tests.rate_records.desk.conftest import samples
from tests.underwriting.desk import IBAN, NEEDS, NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from atmp_insure.underwriting.models import Quote

SIRETS = {
    "metalworks": "00000001800010", "shop": "00000002600013", "multi_site": "00000006700017", "small": "00000007500010",
}  # fmt: skip
CLIENT = {"addressee": "Dominique Exemple", "email": "dominique@exemple.invalid"}
EXCEPTIONS = "/quotes?waits_for=underwriter&state=referred"
VARIANTS = {"deductibles": ["0", "1", "2"], "covers": ["0"], "instalments": ["yearly"]}


class Office:
    """The application, a broker whose clients nobody knows yet, an underwriter, and clients without account."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        app = an_application(database, folder)
        courtage = an_organisation(database)
        underwriter = a_person(database, "sacha", Role.UNDERWRITER)
        with database.writing(system("test")) as session:
            session.add(AuthorityLimit(user_id=underwriter.user_id, act=ACT, largest_eur=5_000_000,
                                       first_day=NOW.date(), given_by="test"))  # fmt: skip
        camille = a_person(database, "camille", Role.BROKER, organisation_id=courtage)
        self.broker = signed_in(app, camille)
        self.underwriter = signed_in(app, underwriter)
        self.program = a_program(app, a_token(database, camille))
        self.client = app.test_client()

    def papers(self, slug: str) -> None:
        """The broker adds a client that nobody knows, drops its papers, and keeps what was read."""
        company = act(self.broker, "/companies/new", siren=SIRETS[slug][:9], name=f"Société {slug}")
        files = [(io.BytesIO(content), name) for name, content in samples(slug)]
        address = act(self.broker, f"{company}/papers", files=files)
        chosen = re.findall(r'name="papers" value="(\d+)"', self.broker.get(address).text)
        assert len(chosen) >= len(files)
        act(self.broker, f"{address}/keep", papers=chosen)

    def submission(self, slug: str, **needs: str) -> str:
        """The broker opens a file and fills the form of needs with the client; gives its page."""
        opened = {"siren": SIRETS[slug][:9], "product": "taux_atmp", "starts_on": "2027-01-01"}
        page = act(self.broker, "/submissions/new", **opened)
        assert "La fiche de besoins n'est pas remplie" in said(self.broker, page)
        act(self.broker, f"{page}/needs", **NEEDS | needs)
        return page

    def quote(self, page: str) -> Quote:
        """A quote as it stands, by the address of its page."""
        with self.database.reading(TESTER) as session:
            return queries.get_quote(session, int(page.rsplit("/", 1)[1]))

    def link(self, quote_page: str) -> str:
        """The broker sends a quote; the client finds the address of its page in its mail."""
        act(self.broker, f"{quote_page}/send", **CLIENT)
        return self.mailed()

    def mailed(self) -> str:
        """The address of the page of a quote, in the last mail that took one to its client."""
        with self.database.reading(TESTER) as session:
            mails = session.scalars(select(OutgoingMail).where(OutgoingMail.event == "quote")).all()
        assert len(mails[-1].document_ids) == 1
        found = re.search(r"/q/\S+", mails[-1].body)
        assert found is not None
        return found[0]

    def accepts(self, link: str, variant: int) -> str:
        """The client signs, gives its account and reads what the page answers."""
        given = {
            "variant": str(variant), "signatory": "Dominique Exemple", "signatory_role": "gérante",
            "holder": "Société Exemple", "iban": IBAN, "consents": [str(at) for at in range(len(CONSENTS))],
        }  # fmt: skip
        return said(self.client, act(self.client, f"{link}/accept", **given))


def act(client: FlaskClient, address: str, **given: object) -> str:
    """Send a form that is taken; gives the page that follows."""
    answer = client.post(address, data=given, content_type="multipart/form-data")
    assert answer.status_code == 302, texts(answer.text)
    return str(answer.headers["Location"]).split("#")[0]


def said(client: FlaskClient, address: str) -> str:
    """What a page says."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return texts(answer.text).replace("&#39;", "'").replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield Office(database, folder)


def test_the_metalworks_go_from_their_papers_to_the_accord_of_the_client_by_the_broker_alone(office: Office) -> None:
    broker, client = office.broker, office.client

    # the client is on the phone: its SIREN is not known, and the page says where to add it
    siren = SIRETS["metalworks"][:9]
    answer = broker.post("/submissions/new", data={"siren": siren, "product": "taux_atmp", "starts_on": "2027-01-01"})
    assert answer.status_code == 422
    assert "Aucun de vos clients n'a ce SIREN" in texts(answer.text).replace("&#39;", "'")
    assert f'href="/companies/new?siren={siren}"' in answer.text
    assert f'value="{siren}"' in broker.get(f"/companies/new?siren={siren}").text

    # the papers bring the establishment and its section, and raise nothing
    office.papers("metalworks")
    file = office.submission("metalworks")
    assert "Rien ne s'oppose à un devis" in said(broker, file)

    # the price is ready to send, and leaves by mail
    page = act(broker, f"{file}/price", **VARIANTS)
    made = office.quote(page)
    assert (made.state, made.scenarios) == (QuoteState.READY, 50_000)
    link = office.link(page)

    # the client reads, asks, and is answered
    act(client, f"{link}/question", text="La franchise est-elle par an ?")
    assert "La franchise est-elle par an ?" in said(broker, page)
    act(broker, f"{page}/questions/1", answer="Oui, par section et par an.")
    assert "Oui, par section et par an." in said(client, link)
    assert client.get(f"{link}/pdf").data.startswith(b"%PDF")

    # the client accepts the second variant: its mandate is kept, papers are asked for, the office knows
    assert "Merci : votre accord est enregistré." in office.accepts(link, 1)
    found = office.quote(page)
    assert (found.state, found.submission.state) == (QuoteState.ACCEPTED, SubmissionState.ACCEPTED)
    assert found.acceptance is not None
    assert str(found.acceptance.premium_eur) == made.answer["variants"][1]["premium"]["total_eur"]
    assert "Pièces encore demandées" in said(broker, page)
    assert f"Émettre le contrat du devis {found.reference}" in said(broker, "/tasks")
    with office.database.reading(TESTER) as session:
        [mandate] = session.scalars(select(SepaMandate))
    assert mandate.origin == f"page du devis {found.reference}"


def test_the_small_company_at_a_collective_rate_is_refused_and_told_why(office: Office) -> None:
    office.papers("small")
    page = act(office.broker, f"{office.submission('small')}/price", **VARIANTS)
    found = office.quote(page)
    assert (found.state, found.answer["variants"]) == (QuoteState.REFUSED, [])
    assert "Toutes les sections sont au taux collectif" in said(office.broker, page)

    # there is nothing to send, and no exception to ask for
    assert "Envoyer le devis" not in said(office.broker, page)
    assert office.broker.post(f"{page}/refer", data={"words": "Exception ?"}).status_code == 409


def test_the_shop_with_two_grave_claims_is_accepted_by_the_underwriter_on_a_condition(office: Office) -> None:
    broker, underwriter = office.broker, office.underwriter

    # the rules refer it, the broker says what must be known
    office.papers("shop")
    page = act(broker, f"{office.submission('shop')}/price", **VARIANTS)
    assert "2 sinistres graves dans les comptes connus" in said(broker, page)
    act(broker, f"{page}/refer", words="Cliente de dix ans.")

    # the underwriter finds it among the exceptions, and decides within their authority
    reference = office.quote(page).reference
    assert reference in said(underwriter, EXCEPTIONS)
    act(underwriter, f"{page}/decide", granted="yes", reason="Rayons refaits.", conditions="Plan de prévention signé.")
    assert reference not in said(underwriter, EXCEPTIONS)

    # the client reads the condition, and none of the reasons; it accepts
    link = office.link(page)
    shown = said(office.client, link)
    assert "Condition : Plan de prévention signé." in shown
    assert "sinistres graves" not in shown
    assert "Rayons refaits" not in shown
    assert "Merci : votre accord est enregistré." in office.accepts(link, 2)
    assert office.quote(page).state is QuoteState.ACCEPTED


def test_the_company_of_several_sections_answers_first_to_what_its_papers_show(office: Office) -> None:
    broker, underwriter = office.broker, office.underwriter

    # each finding of severity error waits for an answer
    office.papers("multi_site")
    file = office.submission("multi_site")
    shown = broker.get(file).text
    keys = re.findall(r'name="key" value="([^"]+)"', shown)
    assert f"{len(keys)} constats sans réponse" in texts(shown)
    for key in keys:
        act(broker, f"{file}/findings", key=key, text="Vérifié avec la cliente : réclamation en cours.")
    assert "Aucun constat n'attend de réponse" in said(broker, file)

    # nothing but its grave claims is left to decide; the underwriter refuses, and the broker reads why
    page = act(broker, f"{file}/price", **VARIANTS)
    codes = [one["code"] for one in office.quote(page).answer["reasons"] if one["verdict"] == "refer"]
    assert codes == ["grave_claims"]
    act(broker, f"{page}/refer", words="Constats expliqués.")
    act(underwriter, f"{page}/decide", granted="no", reason="Sans franchise, trois sinistres graves sont trop.")
    assert office.quote(page).state is QuoteState.REFUSED
    assert "Sans franchise, trois sinistres graves sont trop." in said(broker, page)

    # a second version offers the highest deductible alone; it is granted, and accepted
    page = act(broker, f"{file}/price", **VARIANTS | {"deductibles": ["2"]})
    assert office.quote(page).number == 2
    act(broker, f"{page}/refer", words="La cliente garde la franchise la plus haute.")
    act(underwriter, f"{page}/decide", granted="yes", reason="La franchise suffit.")
    assert "Merci : votre accord est enregistré." in office.accepts(office.link(page), 0)
    assert office.quote(page).state is QuoteState.ACCEPTED


def test_a_program_goes_from_the_same_papers_to_the_same_price_and_the_accord_of_the_client(tmp_path: Path) -> None:
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        office = Office(database, tmp_path)
        program, siren = office.program, SIRETS["metalworks"][:9]

        # the client is added, its papers are given and kept
        new = {"siren": siren, "name": "Métaux Exemple", "naf_code": None, "activity": None}
        company = told(program.post(f"{ROOT}/companies", json=new), 201)["id"]
        files = [(io.BytesIO(content), name) for name, content in samples("metalworks")]
        given = told(program.post(f"{ROOT}/paper-deposits", data={"company_id": company, "files": files}), 201)
        deposit = f"{ROOT}/paper-deposits/{given['deposit']['id']}"
        told(program.post(f"{deposit}/keep", json={"papers": [one["id"] for one in given["deposit"]["papers"]]}))

        # a file is opened by the SIREN, its needs answered, and its price is that of the same file on the page
        body = {"company_id": None, "siren": siren, "product": "taux_atmp", "starts_on": "2027-01-01"}
        opened = told(program.post(f"{ROOT}/submissions", json=body), 201)
        answers = NEEDS | {"retained_eur": None, "existing_insurer": None}
        file = f"{ROOT}/submissions/{opened['id']}"
        told(program.post(f"{file}/needs", json={"answers": answers, "advice": "Une franchise."}), 201)
        made = told(program.post(f"{file}/quotes", json={"variants": [], "seed": None, "scenarios": None}), 201)
        page = act(office.broker, f"/submissions/{opened['id']}/price", **VARIANTS)
        assert totals(office.quote(page).answer) <= totals(made["answer"])

        # it is sent by the program, and accepted on the page that the mail names
        again = told(program.post(f"{file}/quotes", json={"variants": [], "seed": None, "scenarios": None}), 201)
        told(program.post(f"{ROOT}/quotes/{again['id']}/send", json=CLIENT))
        assert "Merci : votre accord est enregistré." in office.accepts(office.mailed(), 0)
        assert told(program.get(f"{ROOT}/quotes/{again['id']}"))["state"] == "accepted"


def totals(answer: dict[str, Any]) -> set[str]:
    """What the variants of a quote cost, tax included."""
    return {one["premium"]["total_eur"] for one in answer["variants"]}
