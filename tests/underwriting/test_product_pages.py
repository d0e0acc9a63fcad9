"""Products on screen: all that a version says, what changes from one to another, and the clients that it touches."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.guarantees.comparison import changes
from atmp_insure.guarantees.touched import EVERY_CLIENT, FUTURE_QUOTES, Touched, Whom
from atmp_insure.guarantees.vocabulary import Frequency
from atmp_insure.regulation.vocabulary import Mode
from atmp_insure.underwriting import product_shown
from atmp_insure.underwriting.product_queries import TouchedQuote, list_touched_quotes
from tests.application import a_person, an_application, signed_in, texts
from tests.db.builders import TESTER, a_company, an_organisation
from tests.underwriting.builders import a_product, book, percent_of_wages
from tests.underwriting.cases import a_mandate, an_acceptance, an_accepted_quote, an_answer_text
from tests.underwriting.desk import PRODUCT
from tests.web.test_query_counts import statements

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from tests.underwriting.desk import Quoting

BACK = f"/products/{PRODUCT}/compare?from=2027-1&to=2026-1"  # which offers no deductible of 1 %


def accepted(database: Database, company_id: int, mark: str, **variant: Any) -> None:
    """A quote of 2027-1 whose second variant the client accepted; the first one is of another deductible."""
    answer = json.loads(an_answer_text())
    answer["variants"][1] |= variant
    facts = {
        "answer_text": json.dumps(answer), "wages_eur": Decimal("1000000.00"),
        "question": {"declared": {"scheme": "general"}},
    }  # fmt: skip
    with database.writing(TESTER) as session:
        quote = an_accepted_quote(company_id, f"{company_id}-{mark}", **facts)
        session.add(quote.submission)
        session.flush()
        taken = an_acceptance(quote, a_mandate(session, company_id, f"{company_id}-{mark}").id, mark)
        taken.variant = 1
        session.add(taken)


def with_deductible(percent: str) -> dict[str, Any]:
    """A deductible in percent of wages, as the answer of a quote keeps it."""
    kept = percent_of_wages(percent)
    return {"deductible": {"kind": kept.kind.value, "value": str(Decimal(percent) / 100)}}


def browser_of(app: Flask, role: Role, sign_in: str, **scope: Any) -> FlaskClient:
    """Someone who looks at the pages."""
    return signed_in(app, a_person(app.extensions["atmp"].database, sign_in, role, **scope))


@pytest.fixture
def app(ground: Database, tmp_path: Path) -> Flask:
    return an_application(ground, tmp_path)


def test_a_criterion_takes_what_the_client_accepted_and_nothing_beyond_its_bound(quoting: Quoting) -> None:
    premium = {**json.loads(an_answer_text())["variants"][1]["premium"], "net_eur": "1799.99"}
    accepted(quoting.database, quoting.company_id, "x", premium=premium, instalments="monthly",
             guarantees=["IP2", "IP3", "IP4"], **with_deductible("1"))  # fmt: skip
    met = {
        EVERY_CLIENT, Touched(Whom.WITH_GUARANTEE, guarantee="IP2"),
        Touched(Whom.WITH_DEDUCTIBLE, deductible=percent_of_wages("1")),
        Touched(Whom.PAYING, frequency=Frequency.MONTHLY), Touched(Whom.OF_SCHEME, scheme="general"),
        Touched(Whom.WITH_MODE, mode=Mode.INDIVIDUAL), Touched(Whom.HEADCOUNT_BELOW, headcount=179),
        Touched(Whom.WAGES_ABOVE, amount_eur=Fraction("999999.99")),
        Touched(Whom.PREMIUM_BELOW, amount_eur=Fraction(1800)),
    }  # fmt: skip
    missed = {
        FUTURE_QUOTES, Touched(Whom.WITH_GUARANTEE, guarantee="IT6"),
        Touched(Whom.WITH_DEDUCTIBLE, deductible=percent_of_wages("0.30")),
        Touched(Whom.PAYING, frequency=Frequency.YEARLY), Touched(Whom.OF_SCHEME, scheme="agricultural"),
        Touched(Whom.WITH_MODE, mode=Mode.COLLECTIVE),
        Touched(Whom.HEADCOUNT_BELOW, headcount=178),  # the metalworks have 178.1
        Touched(Whom.WAGES_ABOVE, amount_eur=Fraction(1000000)),
        Touched(Whom.PREMIUM_BELOW, amount_eur=Fraction("1799.99")),
    }  # fmt: skip
    with quoting.database.reading(quoting.broker) as session:
        [found] = list_touched_quotes(session, PRODUCT, "2027-1", met | missed)
        assert found.criteria == met
        assert list_touched_quotes(session, PRODUCT, "2026-1", met) == ()
        assert list_touched_quotes(session, "other", "2027-1", met) == ()
        assert list_touched_quotes(session, PRODUCT, "2027-1", missed) == ()
    with quoting.database.reading(quoting.stranger) as session:
        assert list_touched_quotes(session, PRODUCT, "2027-1", met) == ()


def test_a_broker_is_shown_those_of_its_clients_who_have_the_deductible_that_goes(app: Flask, ground: Database) -> None:
    mark = ground.engine.name[:4]
    ours, theirs = (an_organisation(ground, f"{name} {mark}") for name in ("Courtage pages", "Autre pages"))
    companies = [
        a_company(ground, siren, reached_by=(broker,))
        for siren, broker in (("000007001", ours), ("000007002", ours), ("000007003", theirs))
    ]
    for company_id, percent in zip(companies, ("1", "0.30", "1"), strict=True):
        accepted(ground, company_id, "p", **with_deductible(percent))
    broker = browser_of(app, Role.BROKER, "pages.courtier", organisation_id=ours)

    with statements(ground) as few:
        told = texts(html.unescape(broker.get(BACK).text))
    every, _, touched = told.partition("Les clients dont la franchise est : 1 % de la masse salariale 1")
    assert "les clients dont la franchise est : 1 % de la masse salariale : 1 concerné" in every
    assert "Exemple 000007001 D-" in touched
    assert "Exemple 000007002" in every.partition("Tous les clients 2")[2]
    assert "Exemple 000007002" not in touched.partition("Les clients")[0]
    assert "Exemple 000007003" not in told
    assert "La liste repose sur les devis acceptés" in told

    for turn in range(4):
        accepted(ground, companies[0], f"p{turn}", **with_deductible("1"))
    with statements(ground) as many:
        again = texts(html.unescape(broker.get(BACK).text))
    assert len(many) == len(few)
    assert "1 % de la masse salariale : 1 concerné" in again  # a client once, whatever the number of its quotes
    office = texts(browser_of(app, Role.UNDERWRITER, "pages.bureau").get(BACK).text)
    assert "Exemple 000007003" in office


def test_the_page_of_a_version_says_all_of_it_with_its_sources_and_its_warnings(app: Flask) -> None:
    browser = browser_of(app, Role.CLAIMS_HANDLER, "pages.lecture")
    told = texts(html.unescape(browser.get(f"/products/{PRODUCT}/2027-1").text)).replace("\u202f", " ")
    version = a_product()
    said = [*version.warnings, *(one.source for one in version.citations.values())]
    said += [one.text_fr for one in version.exclusions]
    said += [
        "IP4, incapacité permanente de 40 % et plus, ou décès", "toujours comprise", "décès garanti",
        "20 % au plus de ce que le recours",
        "Article 7. Recours. Le versement de l'indemnité est subordonné à l'engagement préalable d'un recours.",
        "12 années de tarification", "Recours préalable exigé", "10 000 € par dérogation", "5 000 000 €", "5.11",
        "20 salariés au moins", "mixte, individuel", "Coût du capital 1,50 %", "15 000 000 €",
        "à moins de 5 salariés d'un seuil", "mensuel 12 2,50 %", "1 800 €", "45 jours", "taux ordinaire",
        "Taux au 01/01/2027", "9 %", "non tranché", "vérifiée le 22/11/2026",
    ]  # fmt: skip
    plain = told.replace("\u00a0", " ")
    assert [one for one in said if " ".join(one.split()).replace("\u00a0", " ") not in plain] == []


def test_what_partners_agreed_among_themselves_is_not_told_to_a_client(app: Flask, ground: Database) -> None:
    employer = browser_of(app, Role.EMPLOYER, "pages.employeur", company_id=a_company(ground, "000007009"))
    told = texts(employer.get(f"/products/{PRODUCT}/2027-1").text)
    assert "Franchises" in told
    assert "Chargements" not in told
    assert "pratique du bureau" not in told
    assert "source secondaire" not in told
    partner = texts(browser_of(app, Role.UNDERWRITER, "pages.souscripteur").get(f"/products/{PRODUCT}/2027-1").text)
    assert "pratique du bureau" in partner
    assert "Renvoi au service souscription" not in told
    version = a_product()
    other = a_product(
        loadings=replace(version.loadings, capital=Fraction(0)),
        authority=replace(version.authority, open_grave_claims=9), validity_days=9,
        citations={key: replace(one, source="autre") for key, one in version.citations.items()},
    )  # fmt: skip
    found = changes(version, other)
    fields = [one.field for one in product_shown.told(found, between_partners=False)]
    assert fields == ["validity_days"]
    assert len(product_shown.told(found, between_partners=True)) == 3 + len(version.citations)


def test_products_are_listed_compared_and_missed_in_words(app: Flask) -> None:
    browser = browser_of(app, Role.UNDERWRITER, "pages.tout")
    listed = browser.get("/products").text
    assert f'href="/products/{PRODUCT}/2026-1"' in listed
    compared = html.unescape(texts(browser.get(f"/products/{PRODUCT}/compare").text))
    assert "Prime minimale hors taxe" in compared
    assert "Aucun changement" in texts(browser.get(f"/products/{PRODUCT}/compare?from=2027-1&to=2027-1").text)
    for address, sentence in (
        (f"/products/{PRODUCT}/2031-9", "Ce produit n'a pas de version « 2031-9 »."),
        (f"/products/{PRODUCT}/compare?from=2031-9", "Ce produit n'a pas de version « 2031-9 »."),
        ("/products/rien/2027-1", "Ce produit n'existe pas"),
        ("/products/rien/compare", "Ce produit n'existe pas"),
    ):
        answer = browser.get(address)
        assert (answer.status_code, sentence in html.unescape(answer.text)) == (404, True), address


def test_a_version_is_in_force_until_the_eve_of_the_next(app: Flask) -> None:
    for on, states in (
        (date(2025, 12, 31), [product_shown.TO_COME, product_shown.TO_COME]),
        (date(2026, 12, 31), [product_shown.TO_COME, product_shown.IN_FORCE]),
        (date(2027, 1, 1), [product_shown.IN_FORCE, product_shown.PAST]),
    ):
        [product] = product_shown.products(book().catalogue, on)
        assert [(one.version, one.last_day) for one in product.versions] == [
            ("2027-1", None), ("2026-1", date(2026, 12, 31)),
        ]  # fmt: skip
        assert [one.state for one in product.versions] == states


@pytest.mark.parametrize(("count", "named", "others"), [(20, 20, 0), (21, 20, 1)])
def test_the_first_twenty_clients_are_named_and_the_others_counted(count: int, named: int, others: int) -> None:
    quotes = [TouchedQuote(at, f"Client {at}", at, f"D-{at}", frozenset({EVERY_CLIENT})) for at in range(count)]
    quotes.append(replace(quotes[-1], quote_id=99, reference="D-99"))  # a second quote of the same client
    found = product_shown.concerned([EVERY_CLIENT, FUTURE_QUOTES], quotes)
    assert (found[EVERY_CLIENT].count, len(found[EVERY_CLIENT].clients), found[EVERY_CLIENT].others) == (
        count, named, others,
    )  # fmt: skip
    assert found[FUTURE_QUOTES].count == 0
