"""A page offers no act that would be refused: each of its links opens for whoever reads it."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Reach, Role
from tests.application import a_person, an_application, signed_in
from tests.browser.furnished_copy import a_furnished_database, furnished_house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from atmp_insure.db.engine import Database

CLOSED = 403
PAGES = ("/companies/{company_id}", "/submissions/{submission_id}", "/quotes/{quote_id}", "/admin")
READERS = tuple(role for role in Role if role.reach in (Reach.OFFICE, Reach.COMPANY))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Flask, Database]]:
    with a_furnished_database(tmp_path) as database:
        yield an_application(database, tmp_path), database


def offered(html: str) -> set[str]:
    """The addresses that the content of a page leads to."""
    main = html[html.index("<main") : html.index("</main>")]
    return {unescape(one) for one in re.findall(r'<a\b[^>]*\bhref="(/[^"#]*)', main)}


def test_no_link_of_a_page_is_refused_to_its_reader(house: tuple[Flask, Database]) -> None:
    app, database = house
    values = furnished_house().values
    refused, read = set(), 0
    for role in READERS:
        scope = {"company_id": values["company_id"]} if role.reach is Reach.COMPANY else {}
        client = signed_in(app, a_person(database, f"reads.{role.value}", role, **scope))
        for page in PAGES:
            answer = client.get(page.format(**values))
            if answer.status_code == CLOSED:
                continue
            read += 1
            refused |= {(role.value, one) for one in offered(answer.text) if client.get(one).status_code == CLOSED}
    assert read > len(READERS)
    assert refused == set()


@pytest.mark.parametrize(
    ("role", "is_offered"), [(Role.UNDERWRITER, True), (Role.EMPLOYER, False)], ids=["writes", "only reads"]
)
def test_a_file_is_opened_by_who_may_open_one(house: tuple[Flask, Database], role: Role, is_offered: bool) -> None:
    app, database = house
    company_id = furnished_house().values["company_id"]
    scope = {"company_id": company_id} if role.reach is Reach.COMPANY else {}
    client = signed_in(app, a_person(database, "reader", role, **scope))
    assert ("Ouvrir une demande de tarification" in client.get(f"/companies/{company_id}").text) is is_offered
