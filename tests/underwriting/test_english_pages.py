"""Products and quotes for a reader of English: names and figures in English, the policy's words marked as French."""

from __future__ import annotations

import html
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from tests.application import a_person, an_application, signed_in, texts
from tests.underwriting.desk import NEEDS, PRODUCT

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from tests.underwriting.desk import Quoting

_NUMBERS = count(1)
ROOT = Path(__file__).parents[2]
EXCLUSION = "Les conséquences d'une guerre étrangère ou civile."
OWN_PRODUCT = "Garantie maison des chantiers de Saint-Nazaire"


def english_reader(app: Flask) -> FlaskClient:
    sign_in = f"english.{next(_NUMBERS)}"
    browser = signed_in(app, a_person(app.extensions["atmp"].database, sign_in, Role.UNDERWRITER))
    browser.set_cookie("language", "en")
    return browser


def told(browser: FlaskClient, address: str) -> str:
    return html.unescape(texts(browser.get(address).text)).replace("\u00a0", " ")


@pytest.fixture
def browser(ground: Database, tmp_path: Path) -> FlaskClient:
    return english_reader(an_application(ground, tmp_path))


def test_a_version_of_a_product_is_told_in_english_names_and_figures(browser: FlaskClient) -> None:
    said = told(browser, f"/products/{PRODUCT}/2027-1")
    expected = (
        "AT/MP rate cover, 2027-1", "IT6, stoppage of more than 150 days", "Contestation fees", "0.30% of payroll",
        "no deductible", "€10,000 by exception", "€5,000,000", "at least 20 employees",
        "general scheme of the French social security", "45 days", "2.50%",
    )  # fmt: skip
    assert [one for one in expected if one not in said] == []
    for french in ("masse salariale garantie", "sans franchise", "arrêt de plus de 150 jours source", "5 000 000"):
        assert french not in said


def test_what_the_policy_says_stays_french_and_is_marked_so(browser: FlaskClient) -> None:
    page = html.unescape(browser.get(f"/products/{PRODUCT}/2027-1").text)
    assert f'<span lang="fr">{EXCLUSION}</span>' in page
    assert '<span lang="fr">Article 3. Période de garantie.' in page
    browser.set_cookie("language", "fr")
    page = html.unescape(browser.get(f"/products/{PRODUCT}/2027-1").text)
    assert EXCLUSION in page
    assert '<span lang="fr">' not in page


def test_two_versions_are_compared_in_english_but_for_the_words_of_a_source(browser: FlaskClient) -> None:
    said = told(browser, f"/products/{PRODUCT}/compare?from=2026-1&to=2027-1")
    expected = (
        "Deductible: 1% of payroll not offered by exception all clients", "Minimum premium, before tax €1,500 €1,800",
        "clients whose yearly premium before tax is below €1,800", "30 days 45 days quotes to come",
        "Instalment surcharge, monthly payment 3% 2.50%", "1 January 2026 1 January 2027",
    )  # fmt: skip
    assert [one for one in expected if one not in said] == []
    page = html.unescape(browser.get(f"/products/{PRODUCT}/compare?from=2026-1&to=2027-1").text)
    assert '<span lang="fr">pratique du bureau (à confirmer' in page


def test_a_quote_kept_in_french_words_is_read_in_english(quoting: Quoting, tmp_path: Path) -> None:
    quote = quoting.quoted()
    browser = english_reader(an_application(quoting.database, tmp_path))
    said = told(browser, f"/quotes/{quote}")
    expected = (
        "AT/MP rate cover, 2027-1", "Option 1: deductible of 0.30% of payroll", "IT6, stoppage of more than 150 days",
    )  # fmt: skip
    assert [one for one in expected if one not in said] == []
    steps = told(browser, f"/quotes/{quote}/variants/0/explanation")
    assert "IT6, stoppage of more than 150 days: what the guarantee adds on average €" in steps
    assert "Technical premium: expected loss, cost of capital, loadings €" in steps
    assert "the office's rating method" in steps


def test_a_product_that_the_office_wrote_itself_keeps_its_french_name(ground: Database, tmp_path: Path) -> None:
    own = tmp_path / "own" / "product"
    own.mkdir(parents=True)
    source = (ROOT / "config" / "product" / f"{PRODUCT}.yaml").read_text("utf-8")
    own_file = source.replace("label: Garantie du taux AT/MP", f"label: {OWN_PRODUCT}")
    (own / "chantiers.yaml").write_text(own_file, "utf-8")
    browser = english_reader(an_application(ground, tmp_path, ATMP_CONFIG_DIR=str(own.parent)))
    said = told(browser, "/products")
    assert OWN_PRODUCT in said
    assert "AT/MP rate cover" in said


def test_the_form_of_needs_is_read_in_english_and_kept_in_the_french_words_of_the_record(
    quoting: Quoting, tmp_path: Path
) -> None:
    file = quoting.opened()
    browser = english_reader(an_application(quoting.database, tmp_path))
    asked = told(browser, f"/submissions/{file}/needs")
    assert "What does the company want to protect, and why now? The advice starts from this need" in asked
    assert "agricultural scheme (MSA)" in asked
    assert "Que veut protéger" not in asked

    assert browser.post(f"/submissions/{file}/needs", data={**NEEDS, "scheme": "agricultural"}).status_code == 302
    kept = quoting.file(file).needs[-1].questions
    assert kept[0] == ["need", "Que veut protéger l'entreprise, et pourquoi maintenant ?"]
    shown = told(browser, f"/submissions/{file}")
    assert "To which scheme does it belong? agricultural scheme (MSA)" in shown
    assert "Is a prevention injunction in force? no" in shown
    browser.set_cookie("language", "fr")
    assert "De quel régime relève-t-elle ? régime agricole (MSA)" in told(browser, f"/submissions/{file}")
