"""Deadlines for a reader of English: acts of rules in English, the words of a person and of the law as they are."""

from __future__ import annotations

import html
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.diary import deadline_service
from atmp_insure.diary.deadline_service import Clocked, TypedDeadline
from tests.application import a_person, an_application, signed_in, texts
from tests.db.builders import a_company
from tests.diary.test_deadlines import HANDLER

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
OFFICE_ACT = "Écrire à la fédération du bâtiment"
OFFICE_RULE = f"""
label: Délais du bureau
unit: by convention
note: Un délai que le bureau se donne.
values:
  - rule: office_letter
    from: 2020-01-01
    source: "note interne"
    confidence: official
    checked_on: 2026-11-22
    label: Lettre à la fédération
    trigger: décision reçue
    actor: employer
    act: {OFFICE_ACT}
    convention: MONTHS_EXT
    length: "2"
    article: note interne
    missed: rien
"""


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """An office that added a rule of its own."""
    rules = tmp_path / "own" / "regulation" / "deadlines" / "rules"
    rules.mkdir(parents=True)
    (rules / "office.yaml").write_text(OFFICE_RULE, "utf-8")
    return tmp_path / "own"


@pytest.fixture
def reader(database: Database, tmp_path: Path, overlay: Path) -> FlaskClient:
    """Someone who chose English, where three acts are due: of the law, of the office, typed by hand."""
    company_id = a_company(database, "000000018")
    clocks = installed_deadlines(overlay)
    with database.writing(HANDLER) as session:
        for rule in ("cra", "office_letter"):
            deadline_service.follow_deadline(session, clocks, Clocked(
                f"test:{rule}", rule, date(2026, 11, 19), "FR", f"companies:{company_id}", company_id,
                Role.CLAIMS_HANDLER,
            ), NOW)  # fmt: skip
        deadline_service.add_typed_deadline(session, TypedDeadline(
            "Faire appel", date(2026, 12, 4), "promis", company_id, f"companies:{company_id}", Role.CLAIMS_HANDLER,
        ), NOW)  # fmt: skip
    app = an_application(database, tmp_path, ATMP_CONFIG_DIR=str(overlay))
    browser = signed_in(app, a_person(database, "english", Role.CLAIMS_HANDLER))
    browser.set_cookie("language", "en")
    return browser


def told(browser: FlaskClient, address: str) -> str:
    return html.unescape(texts(browser.get(address).text))


def test_acts_of_the_rules_are_listed_in_english_and_those_that_somebody_typed_as_they_were(
    reader: FlaskClient,
) -> None:
    listed = told(reader, "/deadlines")
    assert "Refer to the CRA of the primary fund" in listed
    assert OFFICE_ACT in listed  # a rule of the office alone has no English
    assert "Faire appel" in listed  # an act of the table too, but here a person's own words
    reader.set_cookie("language", "fr")
    assert "Saisir la CRA de la caisse primaire" in told(reader, "/deadlines")


def test_why_a_day_is_the_last_is_told_in_the_words_of_the_law(reader: FlaskClient) -> None:
    page = html.unescape(reader.get("/deadlines/1").text)
    assert "<h1>Refer to the CRA of the primary fund</h1>" in page
    assert "Referral to the amicable appeal board (CRA): CSS R.142-1" in page
    assert '<span class="trace-label"><span lang="fr">' in page
