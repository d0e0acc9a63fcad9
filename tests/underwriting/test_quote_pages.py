"""The pages of quotes, adversarially: who sees what, what a wrong form keeps, what the link of a client opens.

The whole path from papers to acceptance is `tests/scenarios/test_from_papers_to_quote.py`; quotes here come priced.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from html import unescape
from typing import TYPE_CHECKING

import pytest
import time_machine

from atmp_insure import formatting
from atmp_insure.access.roles import Role
from atmp_insure.db.actor import system
from atmp_insure.db.reach import CompanyReach
from atmp_insure.parties.models import Company, GroupMembership
from atmp_insure.underwriting import sending_service
from atmp_insure.underwriting.consents import CONSENTS
from atmp_insure.underwriting.decision import Verdict
from atmp_insure.underwriting.link_views import DOOR
from atmp_insure.underwriting.models import (
    ClientQuestion,
    Quote,
    QuoteAcceptance,
    QuoteSending,
    Submission,
)
from atmp_insure.underwriting.quote_course import QuoteState
from tests.application import a_person, an_application, signed_in, texts
from tests.db.builders import an_organisation
from tests.engines import a_database
from tests.underwriting.builders import DAY
from tests.underwriting.desk import IBAN, NEEDS, NOW, PRODUCT, WHY_REFERRED, WITH_CONDITIONS, Quoting, at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

ACCEPTED = {
    "variant": "1", "signatory": "Dominique Exemple", "signatory_role": "gérante", "holder": "Ateliers Fictifs",
    "iban": IBAN, "bic": "", "consents": [str(at) for at in range(len(CONSENTS))],
}  # fmt: skip
VARIANTS = {"deductibles": ["0", "1"], "covers": ["0"], "instalments": ["yearly"]}
MANY = {"covers": ["0", "1", "2"], "instalments": ["yearly", "half_yearly", "quarterly", "monthly"]}


class House:
    """The application with brokers, an underwriter and a visitor; each test has its own company."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.app: Flask = an_application(database, folder)
        self.ours, theirs = (an_organisation(database, name) for name in ("Courtage de la maison", "Concurrent"))
        self.broker = self._signed_in("camille.courtage", Role.BROKER, self.ours)
        self.stranger = self._signed_in("robin.ailleurs", Role.BROKER, theirs)
        self.underwriter = self._signed_in("sacha.souscription", Role.UNDERWRITER)
        self.visitor = self.app.test_client()

    def _signed_in(self, name: str, role: Role, organisation_id: int | None = None) -> FlaskClient:
        return signed_in(self.app, a_person(self.database, name, role, organisation_id=organisation_id))

    def client_of(self, company_id: int) -> FlaskClient:
        """Somebody of a company that asks for a quote."""
        person = a_person(self.database, f"client.{company_id}", Role.EMPLOYER, company_id=company_id)
        return signed_in(self.app, person)

    def quoting(self) -> Quoting:
        """A company that the broker follows."""
        found = Quoting.of(self.database)
        with self.database.writing(system("test")) as session:
            session.add(CompanyReach(organisation_id=self.ours, company_id=found.company_id, reason="test"))
        return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("pages")
    with a_database("sqlite") as database, time_machine.travel(NOW, tick=False):
        yield House(database, folder)


@pytest.fixture
def quoting(house: House) -> Quoting:
    return house.quoting()


def test_the_exceptions_that_await_an_underwriter_are_one_list(house: House, quoting: Quoting) -> None:
    waiting, other = quoting.referred(), quoting.kept(quoting.opened(DAY.replace(day=2)), Verdict.REFER)
    listed = house.underwriter.get("/quotes?waits_for=underwriter&state=referred").text
    assert f'href="/quotes/{waiting}"' in listed
    assert f'href="/quotes/{other}"' not in listed
    assert f'href="/quotes/{waiting}"' not in house.underwriter.get("/quotes?waits_for=insurer").text
    assert f'href="/quotes/{waiting}"' not in house.stranger.get("/quotes").text


@pytest.mark.parametrize(
    ("first_day", "last_day", "accumulates"),
    [
        (date(2026, 1, 1), None, True),
        (DAY, DAY, True),
        (date(2026, 1, 1), DAY - timedelta(days=1), False),  # left the group on the eve of the cover
        (DAY + timedelta(days=1), None, False),
    ],
)
def test_accepted_covers_of_a_group_accumulate_and_only_who_decides_reads_their_sum(
    house: House, first_day: date, last_day: date | None, accumulates: bool
) -> None:
    asked, insured, elsewhere = house.quoting(), house.quoting(), house.quoting()
    names = f"Groupe {asked.company_id}", f"Autre groupe {asked.company_id}"
    group, other = (an_organisation(house.database, name, "employer_group") for name in names)
    with house.database.writing(system("test")) as session:
        session.add(GroupMembership(organisation_id=group, company_id=asked.company_id, first_day=date(2020, 1, 1)))
        session.add(GroupMembership(
            organisation_id=group, company_id=insured.company_id, first_day=first_day, last_day=last_day
        ))  # fmt: skip
        session.add(GroupMembership(organisation_id=other, company_id=elsewhere.company_id, first_day=first_day))
    file = asked.opened()
    insured.sent()  # a quote that nobody accepted yet adds nothing
    assert "Cumul" not in texts(house.underwriter.get(f"/submissions/{file}").text)
    for one in (insured, elsewhere):
        one.accepted(one.sent(one.kept(one.opened(DAY.replace(day=2)))))
    said = texts(house.underwriter.get(f"/submissions/{file}").text)
    assert ("Cumul : les autres sociétés assurées du groupe comptent" in said) is accumulates
    if accumulates:
        assert f"comptent {texts(formatting.euros(insured.all(Quote)[-1].wages_eur, 0))} de masse salariale" in said
    assert "Cumul" not in texts(house.broker.get(f"/submissions/{file}").text)


def test_a_renewal_takes_the_place_of_the_year_before_in_the_accumulation_of_its_group(house: House) -> None:
    asked, insured = house.quoting(), house.quoting()
    group = an_organisation(house.database, f"Groupe {asked.company_id}", "employer_group")
    with house.database.writing(system("test")) as session:
        for one in (asked, insured):
            session.add(GroupMembership(organisation_id=group, company_id=one.company_id, first_day=date(2020, 1, 1)))
    file = asked.opened()
    for first_day in (date(2026, 3, 1), date(2027, 3, 1)):  # both meet the cover that begins on 1 January 2027
        insured.accepted(insured.sent(insured.kept(insured.opened(first_day))))
    once = texts(formatting.euros(insured.all(Quote)[-1].wages_eur, 0))
    page = texts(house.underwriter.get(f"/submissions/{file}").text)
    assert f"comptent {once} de masse salariale" in page


def test_a_quote_names_each_formula_apart_and_shows_its_link_to_the_client_alone(house: House) -> None:
    quoting = house.quoting()
    quote = quoting.kept(quoting.opened())
    token = quoting.sent(quote)
    page = house.visitor.get(f"/q/{token}").text
    offered = re.findall(r'<option[^>]*value="\d+"[^>]*>([^<]+)</option>', page)
    assert len(offered) == len(set(offered)) == 2
    assert [one[:10] for one in offered] == ["Formule 1 ", "Formule 2 "]
    for reader in (house.broker, house.underwriter):
        shown = reader.get(f"/quotes/{quote}").text
        assert token not in shown
        assert "Renvoyer le courriel" in shown
    assert house.broker.post(f"/quotes/{quote}/send-again").status_code == 302
    assert [token in mail.body for mail in quoting.mails()] == [True, True]
    sent = house.broker.get(f"/quotes/{quote}/pdf")
    assert re.search(r"/documents/\d+/versions/1/file$", sent.headers["Location"])  # the paper that the client has


def test_only_the_client_opens_a_quote_that_whoever_quotes_looks_at_too(house: House) -> None:
    quoting = house.quoting()
    token = quoting.sent(quoting.kept(quoting.opened()))

    def openings() -> int:
        return int(quoting.all(QuoteSending)[-1].openings)

    for reader, counted in ((house.broker, 0), (house.underwriter, 0), (house.visitor, 1), (house.visitor, 2)):
        assert reader.get(f"/q/{token}").status_code == 200
        assert openings() == counted


def test_a_client_reads_its_quote_without_how_its_price_was_made(house: House) -> None:
    quoting = house.quoting()
    quote = quoting.kept(quoting.opened())
    client = house.client_of(quoting.company_id)
    assert client.get(f"/quotes/{quote}").status_code == 404  # it is not the client's before it is sent
    assert quoting.quote(quote).reference not in client.get("/quotes").text
    quoting.sent(quote)
    assert quoting.quote(quote).reference in client.get("/quotes").text
    page, behind = texts(client.get(f"/quotes/{quote}").text), texts(house.broker.get(f"/quotes/{quote}").text)
    for told in ("Formules et prix", "Ce que coûterait un seul accident"):
        assert told in page
    for told in ("Erreur type", "Scénarios tirés", "Décisions", "Ce qui est estimé"):
        assert told in behind
        assert told not in page
    assert client.get(f"/quotes/{quote}/variants/0/explanation").status_code == 403
    assert client.get(f"/submissions/{quoting.quote(quote).submission_id}").status_code == 403


def test_who_opens_a_file_twice_is_led_to_the_open_one_and_never_told_to_add_its_own_client(house: House) -> None:
    quoting = house.quoting()
    file = quoting.opened()
    with house.database.reading(system("test")) as session:
        siren = session.get_one(Company, quoting.company_id).siren
    form = {"siren": siren, "product": PRODUCT, "starts_on": DAY.isoformat()}
    answer = house.broker.post("/submissions/new", data=form)
    assert answer.status_code == 422
    assert f'href="/submissions/{file}"' in answer.text
    assert "/companies/new" not in answer.text
    assert f'href="/submissions/{file}"' not in house.stranger.post("/submissions/new", data=form).text


def test_another_broker_finds_none_of_the_pages_and_changes_nothing(house: House, quoting: Quoting) -> None:
    file = quoting.opened()
    quote = quoting.kept(file)
    token = quoting.sent(quote)
    ask(quoting, token, "Pourquoi ?")
    company, submission, page = f"/companies/{quoting.company_id}", f"/submissions/{file}", f"/quotes/{quote}"
    for address in (
        company, submission, f"{submission}/needs", f"{submission}/price", page, f"{page}/pdf",
        f"{page}/variants/0/explanation",
    ):  # fmt: skip
        assert house.stranger.get(address).status_code == 404, address
    for address in (
        f"{submission}/needs", f"{submission}/findings", f"{submission}/price", f"{submission}/close", f"{page}/refer",
        f"{page}/send", f"{page}/questions/1",
    ):  # fmt: skip
        sent = {"reason": "x", "words": "x", "addressee": "x", "email": "x@exemple.invalid", "answer": "x", **NEEDS}
        assert house.stranger.post(address, data=sent).status_code == 404, address
    siren = {"siren": f"{100:09}", "product": "taux_atmp", "starts_on": "2027-06-01"}
    before = quoting.count(Submission)
    assert "« 000000100 » n&#39;est pas connu ici" in texts(house.stranger.post("/submissions/new", data=siren).text)
    assert (quoting.count(Submission), quoting.quote(quote).state) == (before, QuoteState.SENT)


def test_the_explanation_of_a_premium_has_its_units_and_names_no_file_of_ours(house: House, quoting: Quoting) -> None:
    quote = quoting.kept(quoting.opened())
    said = texts(house.broker.get(f"/quotes/{quote}/variants/0/explanation").text)
    total = Fraction(quoting.quote(quote).answer["variants"][0]["premium"]["total_eur"])
    assert f"Prime de la formule {' '.join(formatting.euros(total).split())} " in said
    assert re.search(r"probabilité d'indemnisation \d+,\d\d %", said.replace("&#39;", "'"))
    assert "méthode de tarification du bureau" in said
    assert "docs/" not in said


def test_an_explanation_is_a_page_for_a_link_and_a_part_for_the_panel_that_asks(house: House, quoting: Quoting) -> None:
    address = f"/quotes/{quoting.kept(quoting.opened())}/variants/0/explanation"
    assert "<h1>Détail du calcul</h1>" in house.broker.get(address).text
    assert "<html" not in house.broker.get(address, headers={"HX-Request": "true"}).text


def test_a_broker_decides_nothing_by_the_pages(house: House, quoting: Quoting) -> None:
    quote = quoting.referred()
    assert 'name="granted"' not in house.broker.get(f"/quotes/{quote}").text
    for act in ("decide", "to-insurer", "apply-decision"):
        answer = house.broker.post(f"/quotes/{quote}/{act}", data={"granted": "yes", "reason": "x", "words": "x"})
        assert answer.status_code == 403, act
    assert quoting.quote(quote).state is QuoteState.REFERRED


def test_a_question_is_answered_on_its_own_quote_only(house: House, quoting: Quoting) -> None:
    mine, other = quoting.quoted(), quoting.kept(quoting.opened(DAY.replace(day=2)))
    quoting.sent(mine)
    question = ask(quoting, quoting.sent(other), "Et les intérimaires ?")
    assert house.broker.post(f"/quotes/{mine}/questions/{question}", data={"answer": "Oui."}).status_code == 404
    assert [one.answer for one in quoting.all(ClientQuestion)] == [None]
    house.broker.post(f"/quotes/{other}/questions/{question}", data={"answer": "Ils comptent."})
    assert [one.answer for one in quoting.all(ClientQuestion)] == ["Ils comptent."]


def test_what_was_typed_is_kept_when_a_form_is_wrong(house: House, quoting: Quoting) -> None:
    file, quote = quoting.opened(), quoting.kept(quoting.opened(DAY.replace(day=2)))
    referred = quoting.kept(quoting.opened(DAY.replace(day=3)), Verdict.REFER)
    for address, given, kept in (
        ("/submissions/new", {"siren": "000 000 999", "product": "taux_atmp"}, "000 000 999"),
        (f"/submissions/{file}/needs", {"need": "Un chantier délicat.", "temporary_workers": "beaucoup"}, "beaucoup"),
        (f"/submissions/{file}/price", VARIANTS | {"discount": "100"}, "100"),
        (f"/submissions/{file}/price", VARIANTS | {"discount": "-1"}, "-1"),
        (f"/submissions/{file}/price", VARIANTS | {"deductible_eur": "cinq"}, "cinq"),
        (f"/submissions/{file}/price", VARIANTS | {"deductibles": ["0", "9"]}, "Franchises"),
        (f"/submissions/{file}/price", VARIANTS | MANY, "24 formules demandées"),
        (f"/quotes/{quote}/send", {"addressee": "Dominique Exemple", "email": ""}, "Dominique Exemple"),
        (f"/quotes/{quote}/send", {"addressee": "D.", "email": "dominique.exemple"}, "dominique.exemple"),
        (f"/quotes/{referred}/refer", {"words": "x" * 4001}, "x" * 4001),
    ):
        answer = house.broker.post(address, data=given)
        assert (answer.status_code, kept in answer.text) == (422, True), address
    assert quoting.file(file).needs == []
    assert quoting.quote(quote).state is QuoteState.READY


def test_an_underwriter_says_why_and_what_they_typed_is_kept(house: House, quoting: Quoting) -> None:
    quote = quoting.referred()
    answer = house.underwriter.post(f"/quotes/{quote}/decide", data={"granted": "yes", "conditions": "Plan signé."})
    assert (answer.status_code, "Plan signé." in answer.text) == (422, True)
    assert len(quoting.quote(quote).decisions) == 1


def test_the_client_reads_its_quote_without_reasons_of_the_rules_nor_names_of_the_office(
    house: House, quoting: Quoting
) -> None:
    quote = quoting.referred()
    quoting.may_accept(quoting.underwriter, quoting.quote(quote).wages_eur)
    quoting.decided(quote, WITH_CONDITIONS)
    token = quoting.sent(quote)
    ask(quoting, token, "<script>alert(1)</script>")
    [question] = quoting.all(ClientQuestion)
    house.broker.post(f"/quotes/{quote}/questions/{question.id}", data={"answer": "Ni l'un ni l'autre."})
    page = house.visitor.get(f"/q/{token}").text
    said = texts(page)
    for read in ("Votre devis", WITH_CONDITIONS.conditions.strip(), "Ni l'un ni l'autre.", "Accepter et signer"):
        assert read in said or read.replace("'", "&#39;") in said, read
    assert "<script>alert(1)" not in page
    for hidden in (
        WHY_REFERRED, WITH_CONDITIONS.reason, "Client de dix ans", "bureau.underwriter", "courtier<", "Camille",
        "Sacha", "camille.courtage", "/quotes/", "commission", "Si les estimations",
    ):  # fmt: skip
        assert hidden not in page, hidden


def test_the_page_of_a_quote_whose_validity_is_over_answers_and_accepts_nothing(house: House, quoting: Quoting) -> None:
    quote = quoting.quoted()
    token = quoting.sent(quote)
    with time_machine.travel(at(DAY.replace(day=2)), tick=False):
        page = texts(house.visitor.get(f"/q/{token}").text)
        assert "Ce devis ne peut plus être accepté" in page
        assert "Accepter et signer" not in page
        answer = house.visitor.post(f"/q/{token}/accept", data=ACCEPTED, follow_redirects=True)
        assert "Ce devis n'était valable que jusqu'au 01/01/2027" in unescape(texts(answer.text))
    assert quoting.quote(quote).state is QuoteState.SENT
    assert quoting.count(QuoteAcceptance) == (0,)


def test_a_wrong_acceptance_keeps_what_the_client_typed_and_a_right_one_is_taken_once(
    house: House, quoting: Quoting
) -> None:
    quote = quoting.quoted()
    token = quoting.sent(quote)
    for wrong, told in (
        ({"iban": "FR76 3000 6000 0112 3456 7890 188"}, "bonne clé"),
        ({"consents": ["0"]}, "toutes les déclarations ne sont pas cochées"),
        ({"variant": "7"}, "Dominique Exemple"),
        ({"consents": ["0", "9"]}, "Dominique Exemple"),
        ({"signatory_role": ""}, "Dominique Exemple"),
    ):
        answer = house.visitor.post(f"/q/{token}/accept", data=ACCEPTED | wrong)
        assert (answer.status_code, 'value="Dominique Exemple"' in answer.text) == (422, True), wrong
        assert told.lower() in answer.text.lower()
    assert quoting.count(QuoteAcceptance) == (0,)
    for said in ("Merci : votre accord est enregistré.", "Ce devis est déjà accepté : rien n'a changé."):
        answer = house.visitor.post(f"/q/{token}/accept", data=ACCEPTED, follow_redirects=True)
        assert said in texts(answer.text).replace("&#39;", "'")
    assert quoting.count(QuoteAcceptance) == (1,)


def test_no_other_address_opens_a_quote_to_a_visitor(house: House, quoting: Quoting) -> None:
    quote = quoting.quoted()
    token = quoting.sent(quote)
    for wrong in (f"/q/{token[:-1]}", f"/q/{token}x", f"/q/{quote}", "/q/x/pdf"):
        assert house.visitor.get(wrong).status_code == 404, wrong
    for act, data in (("question", {"text": "?"}), ("accept", ACCEPTED)):
        assert house.visitor.post(f"/q/{'x' * 43}/{act}", data=data).status_code == 404
    for inside in (f"/quotes/{quote}", f"/quotes/{quote}/pdf", "/submissions"):
        assert "/sign-in" in house.visitor.get(inside).headers["Location"]
    for odd in ("-1", "99", "x"):
        assert house.visitor.get(f"/q/{token}?variant={odd}").status_code == 200
    assert quoting.quote(quote).state is QuoteState.SENT


def test_the_page_of_a_client_is_limited(house: House, quoting: Quoting, tmp_path: Path) -> None:
    token = quoting.sent()
    limited = an_application(house.database, tmp_path, ATMP_SECURITY__RATE_LIMITS="oui").test_client()
    answers = [limited.post(f"/q/{token}/question", data={"text": "Encore ?"}).status_code for _ in range(11)]
    assert answers == [302] * 10 + [429]
    assert quoting.count(ClientQuestion) == (10,)


def ask(quoting: Quoting, token: str, text: str) -> int:
    with quoting.database.writing(DOOR) as session:
        return sending_service.ask_question(session, sending_service.find_sending_of(session, token), text, NOW).id
