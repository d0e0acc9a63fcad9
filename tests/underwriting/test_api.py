"""Files and quotes as a broker's program has them: the screen's services, the command's figures, the token's rights."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import pytest
from flask import g
from sqlalchemy import func, select

from atmp_insure.access.roles import Role
from atmp_insure.access.token_scopes import TokenScope
from atmp_insure.db.actor import system
from atmp_insure.db.reach import CompanyReach
from atmp_insure.documents.models import Document, OutgoingMail
from atmp_insure.guarantees.comparison import changes
from atmp_insure.underwriting.models import Quote, Submission
from atmp_insure.underwriting.pricing import Draw
from atmp_insure.underwriting.quotation import QuoteQuestion, quotation
from atmp_insure.underwriting.quote_answer import quote_answer
from atmp_insure.underwriting.quote_course import QuoteState
from tests.api.test_resources import require_problem
from tests.application import a_person, a_program, a_token, an_application
from tests.command import in_process
from tests.db.builders import a_company, an_organisation
from tests.diary.programs import ROOT, places, told
from tests.engines import a_database
from tests.rate_records.desk.conftest import SIREN, a_desk, an_establishment, samples
from tests.underwriting.builders import DAY, a_tariff, a_variant, book, exposure_of, papers_of
from tests.underwriting.cases import NOW, a_quote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

SUBMISSIONS, QUOTES, PRODUCTS = f"{ROOT}/submissions", f"{ROOT}/quotes", f"{ROOT}/products"
NEEDS: dict[str, Any] = {
    "answers": {
        "need": "Protéger la marge d'un accident grave.", "retained_eur": None, "scheme": "general",
        "temporary_workers": "0", "injunction": "no", "additional_contribution": "no", "unlisted_events": "no",
        "existing_insurer": None,
    },
    "advice": "Une franchise de 0,60 %, que l'entreprise supporte seule.",
}  # fmt: skip
VARIANT: dict[str, Any] = {
    "guarantees": ["IT6", "IP2", "IP3", "IP4", "contestation_fees"],
    "deductible": {"kind": "percent_of_wages", "value": "0.006"}, "instalments": "yearly", "limits": None,
    "diseases": True, "discount_share": "0",
}  # fmt: skip
SEED, SCENARIOS = 7, 50
ASKED: dict[str, Any] = {"variants": [VARIANT], "seed": str(SEED), "scenarios": SCENARIOS}
ONE_ENGINE = pytest.mark.parametrize("house", ["sqlite"], indirect=True)  # where the engine does not matter
OFFERED: dict[str, Any] = {"variants": [], "seed": None, "scenarios": SCENARIOS}
TO = {"addressee": "Camille Exemple", "email": "camille@exemple.invalid"}


@dataclass
class House:
    """A broker's two clients: the metalworks, which may be covered, and a small shop, which may not.

    Attributes:
        broker: the program of the broker who brings them; reader: that of the same one, which only reads.
        stranger: the program of another broker.
    """

    database: Database
    broker: FlaskClient
    reader: FlaskClient
    employer: FlaskClient
    stranger: FlaskClient
    metalworks: int
    small: int
    days: Iterator[int] = field(default_factory=lambda: iter(range(2, 28)))

    def opened(self, company_id: int, starts_on: str | None = None) -> dict[str, Any]:
        """A file of a company, each for a day of its own."""
        on = starts_on or DAY.replace(day=next(self.days)).isoformat()
        body = {"company_id": company_id, "siren": None, "product": "taux_atmp", "starts_on": on}
        return told(self.broker.post(SUBMISSIONS, json=body), 201)

    @cached_property
    def path(self) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """The metalworks' file as it was opened by its SIREN, then filled in, and its quote: priced once."""
        body = {"company_id": None, "siren": SIREN, "product": "taux_atmp", "starts_on": DAY.isoformat()}
        opened = told(self.broker.post(SUBMISSIONS, json=body), 201)
        address = f"{SUBMISSIONS}/{opened['id']}"
        filled = told(self.broker.post(f"{address}/needs", json=NEEDS), 201)
        return opened, filled, told(self.broker.post(f"{address}/quotes", json=ASKED), 201)

    @property
    def quoted(self) -> dict[str, Any]:
        return self.path[2]

    def count(self, table: type[Any]) -> int:
        with self.database.reading(system("test")) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def made(self, state: QuoteState) -> int:
        """A quote of the shop in a state, as if an underwriter had known better than the rules."""
        answer = json.dumps(answered("small"))
        with self.database.writing(system("test")) as session:
            quote = a_quote(
                state.value, state, 1, company_id=self.small, answer_text=answer, valid_until=date(2099, 1, 1)
            )
            session.add(Submission(company_id=self.small, product=f"made_{state.value}", starts_on=DAY, created_at=NOW,
                                   created_by="test", quotes=[quote]))  # fmt: skip
            session.flush()
            return quote.id


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("quoting")
    with a_database(request.param) as database:
        yield a_house(database, folder)


def a_house(database: Database, folder: Path) -> House:
    app = an_application(database, folder)
    app.before_request_funcs[None].insert(0, _the_same_day)
    desk = a_desk(database, folder)
    desk.keep(desk.deposit(*samples()))
    other = replace(desk, company_id=a_company(database, exposure_of("small").siren))
    an_establishment(database, other.company_id, exposure_of("small").sections[0].siret)
    other.keep(other.deposit(*samples("small")))
    broker_id, elsewhere = an_organisation(database), an_organisation(database, "Autre courtage")
    with database.writing(system("test")) as session:
        for company_id in (desk.company_id, other.company_id):
            session.add(CompanyReach(organisation_id=broker_id, company_id=company_id, reason="test"))
    broker = a_person(database, "camille.courtier", Role.BROKER, organisation_id=broker_id)
    stranger = a_person(database, "ailleurs.courtier", Role.BROKER, organisation_id=elsewhere)
    employer = a_person(database, "alix.employeur", Role.EMPLOYER, company_id=desk.company_id)
    return House(
        database, a_program(app, a_token(database, broker)),
        a_program(app, a_token(database, broker, TokenScope.READ_QUOTES)), a_program(app, a_token(database, employer)),
        a_program(app, a_token(database, stranger)), desk.company_id, other.company_id,
    )  # fmt: skip


def _the_same_day() -> None:
    """Requests all come on one day, near enough to the papers and to the cover."""
    g.now = NOW


@cache
def answered(slug: str) -> dict[str, Any]:
    """The same papers, variant and draws, asked of the engine alone."""
    question = QuoteQuestion(DAY, (a_variant(deductible="0.60"),), draw=Draw(SEED, SCENARIOS))
    return quote_answer(quotation(exposure_of(slug), question, a_tariff()))


@cache
def commanded() -> dict[str, Any]:
    """The document of the command."""
    options = ("--deductible", "0.60", "--seed", str(SEED), "--scenarios", str(SCENARIOS), "--json")
    return in_process(
        "quote", *papers_of("metalworks"), "--product", "taux_atmp", "--starts-on", DAY.isoformat(), *options
    ).answer


def test_a_broker_goes_alone_from_a_submission_to_a_quote_that_its_client_received(house: House) -> None:
    opened, filled, quote = house.path
    assert (opened["company_id"], opened["state"], opened["quotes"]) == (house.metalworks, "open", [])
    assert opened["organisation_id"] is not None
    assert (opened["rules"]["decision"], opened["rules"]["missing_papers"]) == ("refer", [])
    assert "needs_missing" in {one["code"] for one in opened["rules"]["reasons"]}
    assert [one["number"] for one in filled["needs"]] == [1]
    assert filled["needs"][0]["answers"]["scheme"] == "general"
    assert filled["rules"]["decision"] == "accept"
    assert (quote["state"], quote["number"], len(quote["answer"]["variants"])) == ("ready", 1, 1)
    assert [one["kind"] for one in quote["decisions"]] == ["rules"]
    assert len(quote["papers"]) == 6
    found = told(house.broker.get(f"{QUOTES}?submission_id={quote['submission_id']}&state=ready"))["items"]
    assert [one["id"] for one in found] == [quote["id"]]
    require_problem(house.broker.post(f"{QUOTES}/{quote['id']}/refer", json={"words": "x"}), 409)
    sent = told(house.broker.post(f"{QUOTES}/{quote['id']}/send", json=TO))
    assert (sent["state"], sent["sending"]["addressee"], sent["sending"]["openings"]) == ("sent", "Camille Exemple", 0)
    assert told(house.broker.get(f"{ROOT}/documents/{sent['sending']['document_id']}"))["kind"] == "quote"
    with house.database.reading(system("test")) as session:
        mail = session.scalars(select(OutgoingMail)).one()
    secret = mail.body.partition("/q/")[2].split()[0]
    assert len(secret) > 20
    assert secret not in json.dumps(told(house.broker.get(f"{QUOTES}/{quote['id']}")))


@ONE_ENGINE
def test_the_quote_has_the_figures_of_the_engine_and_those_of_the_command(house: House) -> None:
    assert house.quoted["answer"] == answered("metalworks") == commanded()
    assert told(house.reader.get(f"{QUOTES}/{house.quoted['id']}"))["answer"] == answered("metalworks")


def test_a_finding_is_answered_by_its_key_and_a_file_that_no_rule_accepts_is_refused_with_its_reasons(
    house: House,
) -> None:
    address = f"{SUBMISSIONS}/{house.opened(house.small)['id']}"
    awaiting = told(house.broker.get(address))["rules"]["findings_to_answer"]
    answer = {"key": awaiting[0]["key"], "text": "Vérifié avec la gérante."}
    after = told(house.broker.post(f"{address}/finding-answers", json=answer), 201)
    assert after["rules"]["findings_to_answer"] == awaiting[1:]
    assert after["answers"][0]["message"] == awaiting[0]["message_fr"]
    assert places(house.broker.post(f"{address}/finding-answers", json=answer)) == ["/key"]  # it has its answer
    assert places(house.broker.post(f"{address}/finding-answers", json=answer | {"key": "x|y|z"})) == ["/key"]
    blank = {"key": awaiting[1]["key"], "text": " "}
    assert places(house.broker.post(f"{address}/finding-answers", json=blank)) == ["/text"]
    quote = told(house.broker.post(f"{address}/quotes", json=OFFERED), 201)
    assert (quote["state"], quote["answer"]["premium"], quote["answer"]["seed"]) == ("refused", None, None)
    assert "collective_only" in {one["code"] for one in quote["decisions"][0]["reasons"]}
    with house.database.reading(system("test")) as session:
        assert quote["answer"] == session.get_one(Quote, quote["id"]).answer  # the schema leaves nothing out


def test_what_is_tried_keeps_nothing_and_what_is_sent_twice_under_a_key_is_priced_once(house: House) -> None:
    address, kept = f"{SUBMISSIONS}/{house.opened(house.small)['id']}", house.count(Quote)
    tried = told(house.broker.post(f"{address}/quotes?preview=true", json=OFFERED), 201)
    assert (tried["state"], tried["number"]) == ("refused", 1)
    told(house.broker.post(f"{address}/needs?preview=true", json=NEEDS), 201)
    assert (told(house.broker.get(address))["quotes"], told(house.broker.get(address))["needs"]) == ([], [])
    key = {"Idempotency-Key": f"price-{address}"}
    made = [told(house.broker.post(f"{address}/quotes", json=OFFERED, headers=key), 201) for _ in range(2)]
    assert made[0] == made[1]
    assert house.count(Quote) == kept + 1
    require_problem(house.broker.post(f"{address}/quotes", json=OFFERED | {"seed": "8"}, headers=key), 422)


@ONE_ENGINE
def test_a_quote_is_read_as_a_pdf_and_tried_to_be_sent_without_a_mail_nor_a_paper(house: House) -> None:
    quote_id = house.made(QuoteState.READY)
    pdf = house.reader.get(f"{QUOTES}/{quote_id}/pdf")
    assert (pdf.status_code, pdf.content_type, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert pdf.headers["Cache-Control"] == "no-store"
    before = house.count(OutgoingMail), house.count(Document)
    assert told(house.broker.post(f"{QUOTES}/{quote_id}/send?preview=true", json=TO))["state"] == "sent"
    assert (house.count(OutgoingMail), house.count(Document)) == before
    assert told(house.broker.get(f"{QUOTES}/{quote_id}"))["sending"] is None


def test_a_quote_outside_the_authority_of_a_broker_is_handed_over_and_awaits_its_answer(house: House) -> None:
    quote_id = house.made(QuoteState.TO_REFER)
    assert places(house.broker.post(f"{QUOTES}/{quote_id}/refer", json={"words": ""})) == ["/words"]
    handed = told(house.broker.post(f"{QUOTES}/{quote_id}/refer", json={"words": "Client de dix ans."}))
    assert (handed["state"], handed["waits_for"]) == ("referred", "underwriter")
    awaiting = told(house.broker.get(f"{QUOTES}?waits_for=underwriter&company_id={house.small}"))["items"]
    assert [one["id"] for one in awaiting] == [quote_id]
    assert told(house.broker.get(f"{QUOTES}?waits_for=insurer"))["items"] == []
    require_problem(house.broker.post(f"{QUOTES}/{quote_id}/decide", json={}), 404)  # a person decides, on screen


def test_a_file_that_is_given_up_takes_nothing_more(house: House) -> None:
    address = f"{SUBMISSIONS}/{house.opened(house.small)['id']}"
    assert places(house.broker.post(f"{address}/close", json={"reason": " "})) == ["/reason"]
    closed = told(house.broker.post(f"{address}/close", json={"reason": "le client renonce"}))
    assert (closed["state"], closed["closed_reason"]) == ("closed", "le client renonce")
    for act, body in (("needs", NEEDS), ("quotes", OFFERED), ("close", {"reason": "encore"})):
        require_problem(house.broker.post(f"{address}/{act}", json=body), 409)


@ONE_ENGINE
def test_files_are_narrowed_by_company_state_and_first_day_both_days_included(house: House) -> None:
    made = {on: house.opened(house.small, on)["id"] for on in ("2027-06-01", "2027-06-02", "2027-06-03")}
    asked = f"{SUBMISSIONS}?company_id={house.small}&state=open&first_day=2027-06-01&last_day=2027-06-02"
    found = told(house.broker.get(asked))["items"]
    assert [one["id"] for one in found] == [made["2027-06-02"], made["2027-06-01"]]  # the latest opened first
    page = told(house.broker.get(f"{asked}&size=1"))
    assert [one["id"] for one in told(house.broker.get(f"{asked}&size=1&after={page['next_cursor']}"))["items"]] == [
        made["2027-06-01"]
    ]


@ONE_ENGINE
def test_a_file_that_cannot_be_opened_says_where(house: House) -> None:
    right = {"company_id": house.small, "siren": None, "product": "taux_atmp", "starts_on": "2027-07-01"}
    told(house.broker.post(f"{SUBMISSIONS}?preview=true", json=right), 201)
    wrong: dict[str, dict[str, Any]] = {
        "/product": {"product": "incendie"}, "/starts_on": {"starts_on": "2025-12-31"}, "/siren": {
            "company_id": None, "siren": "999999998"}, "/company_id": {"siren": SIREN},
    }  # fmt: skip
    for place, change in wrong.items():
        assert places(house.broker.post(SUBMISSIONS, json=right | change)) == [place]
    assert places(house.broker.post(SUBMISSIONS, json=right | {"company_id": None})) == ["/company_id"]
    assert places(house.broker.post(SUBMISSIONS, json=right | {"starts_on": str(NOW.date() + timedelta(551))})) == [
        "/starts_on"
    ]
    told(
        house.broker.post(f"{SUBMISSIONS}?preview=true", json=right | {"starts_on": str(NOW.date() + timedelta(550))}),
        201,
    )
    house.opened(house.small, "2027-07-02")
    assert places(house.broker.post(SUBMISSIONS, json=right | {"starts_on": "2027-07-02"})) == ["/company_id"]
    require_problem(house.broker.post(SUBMISSIONS, json=right | {"company_id": 424242}), 404)


@ONE_ENGINE
def test_answers_that_do_not_answer_are_told_question_by_question(house: House) -> None:
    address = f"{SUBMISSIONS}/{house.opened(house.small)['id']}/needs"
    wrong = NEEDS["answers"] | {"scheme": "marin", "injunction": "peut-être", "colour": "bleu"}
    del wrong["need"]
    assert set(places(house.broker.post(address, json=NEEDS | {"answers": wrong}))) == {
        "/answers/scheme", "/answers/injunction", "/answers/colour", "/answers/need",
    }  # fmt: skip
    negative = NEEDS["answers"] | {"temporary_workers": "-1", "need": " "}
    assert places(house.broker.post(address, json=NEEDS | {"answers": negative})) == [
        "/answers/need", "/answers/temporary_workers",
    ]  # fmt: skip


@ONE_ENGINE
def test_variants_that_are_not_sold_are_told_each_at_its_place(house: House) -> None:
    address = f"{SUBMISSIONS}/{house.opened(house.metalworks)['id']}/quotes"
    limits = {"section_year_eur": None, "year_eur": None, "policy_eur": None}
    unsold = [
        VARIANT, VARIANT | {"guarantees": ["IT6"]},
        VARIANT | {"deductible": {"kind": "percent_of_wages", "value": "1.01"}},
        VARIANT | {"deductible": {"kind": "euros", "value": "5000.001"}},
        VARIANT | {"limits": limits | {"year_eur": "2000000.01", "policy_eur": "0"}},
    ]  # fmt: skip
    assert places(house.broker.post(address, json=ASKED | {"variants": unsold})) == [
        "/variants/1/guarantees", "/variants/2/deductible", "/variants/3/deductible/value",
        "/variants/4/limits/year_eur", "/variants/4/limits/policy_eur",
    ]  # fmt: skip
    for place, change in (
        ("/variants/0/guarantees/0", {"guarantees": ["fire"]}), ("/variants/0/discount_share", {"discount_share": "1"}),
        ("/variants/0/discount_share", {"discount_share": "-0.05"}), ("/variants/0/instalments", {"instalments": "x"}),
        ("/variants/0/deductible/kind", {"deductible": {"kind": "francs", "value": "1"}}),
        ("/variants/0/deductible/value", {"deductible": {"kind": "euros", "value": "-1"}}),
    ):  # fmt: skip
        assert places(house.broker.post(address, json=ASKED | {"variants": [VARIANT | change]})) == [place]
    assert places(house.broker.post(address, json=ASKED | {"variants": [VARIANT] * 13})) == ["/variants"]
    for scenarios in (0, 200_001, "50", 1.5):
        assert places(house.broker.post(address, json=ASKED | {"scenarios": scenarios})) == ["/scenarios"]
    assert places(house.broker.post(address, json=ASKED | {"seed": "sept"})) == ["/seed"]


def test_another_broker_finds_nothing_and_a_token_does_what_its_scopes_open(house: House) -> None:
    quote, file = house.quoted["id"], f"{SUBMISSIONS}/{house.quoted['submission_id']}"
    writes = {
        f"{file}/needs": NEEDS, f"{file}/finding-answers": {"key": "x", "text": "x"}, f"{file}/quotes": OFFERED,
        f"{file}/close": {"reason": "x"}, f"{QUOTES}/{quote}/refer": {"words": "x"}, f"{QUOTES}/{quote}/send": TO,
    }  # fmt: skip
    require_problem(house.stranger.get(f"{QUOTES}/{quote}/pdf"), 404)
    for address in (file, f"{QUOTES}/{quote}"):
        require_problem(house.stranger.get(address), 404)
        assert house.reader.get(address).status_code == 200
        require_problem(house.employer.get(address), 403)  # how a price was made is not the client's to read
    assert house.employer.get(f"{QUOTES}/{quote}/pdf").status_code == 200
    for address, body in writes.items():
        require_problem(house.stranger.post(address, json=body), 404)
        require_problem(house.reader.post(address, json=body), 403)
        require_problem(house.employer.post(address, json=body), 403)
    for address in (SUBMISSIONS, QUOTES):
        assert told(house.stranger.get(address))["items"] == []
    body = {"company_id": None, "siren": SIREN, "product": "taux_atmp", "starts_on": "2027-08-01"}
    assert places(house.stranger.post(SUBMISSIONS, json=body)) == ["/siren"]
    require_problem(house.stranger.post(SUBMISSIONS, json=body | {"company_id": house.small, "siren": None}), 404)


@ONE_ENGINE
def test_products_tell_all_that_their_files_say_to_those_who_quote(house: House) -> None:
    [product] = told(house.employer.get(PRODUCTS))["items"]
    assert [one["version"] for one in product["versions"]] == ["2026-1", "2027-1"]
    address = f"{PRODUCTS}/taux_atmp/versions"
    require_problem(house.employer.get(f"{address}/2027-1"), 403)
    found = told(house.broker.get(f"{address}/2027-1"))
    assert found["deductibles"][1] == {"kind": "percent_of_wages", "value": "0.003", "by_exception": False}
    assert found["deductibles"][-1] == {"kind": "euros", "value": "10000.00", "by_exception": True}
    assert (found["minimum_premium_eur"], found["validity_days"], found["last_day"]) == ("1800.00", 45, None)
    assert found["loadings"]["capital_share"] == "0.015"
    assert {"frequency": "monthly", "surcharge_share": "0.025"} in found["instalments"]
    [fees] = [one for one in found["guarantees"] if one["guarantee"] == "contestation_fees"]
    assert (fees["fee_share"], fees["is_optional"], fees["causes"]) == ("0.2", True, ["AT", "MP"])
    assert {"trigger", "limits", "guarantees.contestation_fees"} <= {one["part"] for one in found["sources"]}
    assert all(one["source"] for one in found["sources"])
    assert found["warnings"]
    assert ".yaml" not in json.dumps(found)  # where a file lies is nobody's business
    require_problem(house.broker.get(f"{address}/2099-1"), 404)


@ONE_ENGINE
def test_two_versions_of_a_product_are_compared_as_the_catalogue_compares_them(house: House) -> None:
    address, catalogue = f"{PRODUCTS}/taux_atmp/changes", book().catalogue
    former, latter = (catalogue.version("taux_atmp", name) for name in ("2026-1", "2027-1"))
    assert former is not None
    assert latter is not None
    found = told(house.broker.get(f"{address}?from=2026-1&to=2027-1"))["items"]
    assert [(one["field"], one["former"], one["latter"], one["touches"]["label_fr"]) for one in found] == [
        (one.field, one.former, one.latter, one.touches.label_fr) for one in changes(former, latter)
    ]
    assert told(house.broker.get(f"{address}?from=2026-1&to=2026-1"))["items"] == []
    assert places(house.broker.get(f"{address}?from=2025-1&to=2027-1")) == ["?from"]
    assert places(house.broker.get(f"{address}?from=2026-1")) == ["?to"]
    require_problem(house.broker.get(f"{PRODUCTS}/incendie/changes?from=2026-1&to=2027-1"), 404)
