"""One glossary: the terms that pages let one press, the README's table, and the English of both say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.resources import resource_dir
from atmp_insure.web.catalogue import english_catalogue
from atmp_insure.web.glossary import TERMS
from tests.application import a_person, an_application, signed_in, texts
from tests.browser.furnished_copy import a_furnished_database, furnished_house

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database
    from tests.browser.furnished import House

README = Path(__file__).parents[2] / "README.md"
ROW = re.compile(r"^\| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
PRESSED = re.compile(r"""\bterm\(["'](.+?)["'](?:,|\))""")


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Database]:
    """A row behind every page."""
    with a_furnished_database(tmp_path) as database:
        yield database


@pytest.fixture
def app(embedded: Database, tmp_path: Path) -> Flask:
    return an_application(embedded, tmp_path)


@pytest.fixture
def house() -> House:
    return furnished_house()


@pytest.fixture
def client(app: Flask, house: House) -> FlaskClient:
    return signed_in(app, house.viewer)


def rows_of_readme() -> list[tuple[str, str, str]]:
    """French term, English name and meaning of each row of the README's glossary."""
    table = README.read_text("utf-8").partition("## Glossary")[2].partition("\n## ")[0].replace("`", "")
    return [found for found in ROW.findall(table) if found[0] != "French term" and set(found[0]) != {"-"}]


def english_of(definition: object) -> str:
    """The English of a definition, as the README writes it: without capital nor full stop."""
    found = english_catalogue().get(str(definition))
    text = str(found.string) if found is not None else ""
    return f"{text[:1].lower() if text[1:2].islower() or text[1:2] == ' ' else text[:1]}{text[1:]}".rstrip(".")


def test_the_readme_and_the_pages_have_the_same_terms_in_the_same_words() -> None:
    of_pages = [(term.french, term.english, english_of(term.definition)) for term in TERMS]
    of_readme = [(french, english, meaning.rstrip(".")) for french, english, meaning in rows_of_readme()]
    missing = [row for row in of_readme if row not in of_pages]
    assert missing == [], "give them to web/glossary.py, with the README's meaning as the English of their definition"
    assert [row for row in of_pages if row not in of_readme] == [], "give them to the glossary of the README"
    assert of_pages == of_readme, "in the same order"


def test_a_term_is_said_once_and_in_one_sentence() -> None:
    assert len({term.french for term in TERMS}) == len({term.anchor for term in TERMS}) == len(TERMS)
    for term in TERMS:
        text = str(term.definition)
        assert text.endswith("."), term.french
        assert ". " not in text, term.french
        assert len(text) <= 120, term.french


def test_every_term_that_a_template_names_is_in_the_glossary() -> None:
    named = {
        name
        for path in resource_dir("templates").rglob("*.html")
        for name in PRESSED.findall(path.read_text("utf-8"))
    }  # fmt: skip
    assert len(named) >= 10
    assert named <= {term.french for term in TERMS}


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/regulation", ("année de tarification", "coût moyen", "majorations M1–M4", "taux net collectif")),
        ("/regulation/2024", ("CTN", "majorations M1–M4", "IT1–IT6, IP1–IP4")),
        ("/regulation/2024/collective/A", ("code risque", "taux net collectif")),
        ("/regulation/modes", ("tarification collective, mixte, individuelle",)),
        ("/documents/{document_id}", ("feuille de calcul", "conservation, gel")),
        ("/documents/new", ("coffre",)),
        ("/runs/{run_id}", ("traitement",)),
        ("/runs/jobs", ("tâche planifiée",)),
    ],
)
def test_words_of_the_trade_can_be_pressed_for_their_meaning(
    client: FlaskClient, house: House, address: str, words: tuple[str, ...]
) -> None:
    page = client.get(address.format(**house.values)).text
    meanings = {term.french: str(term.definition) for term in TERMS}
    for word in words:
        assert meanings[word] in texts(page).replace("&#39;", "'"), word
    pressed = re.findall(r'popovertarget="([^"]+)"', page)
    assert len(pressed) >= len(words)
    assert all(page.count(f'id="{target}"') == 1 for target in pressed)


def test_the_glossary_is_a_page_in_both_languages(app: Flask, embedded: Database) -> None:
    client = signed_in(app, a_person(embedded, "e.employe", Role.UNDERWRITER))
    page = texts(client.get("/glossary").text).replace("&#39;", "'")
    for term in TERMS:
        assert f"{term.french} {term.english} {term.definition}" in page
    client.get("/language/en")
    assert "Civil year whose rate is computed; N." in texts(client.get("/glossary").text)
