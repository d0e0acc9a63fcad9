"""From a letter that is filed, or a paper that is accepted, straight to the reading of its values."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.diary import request_service
from tests.application import a_person, a_program, a_token, an_application, signed_in
from tests.diary.test_requests import HANDLER, NEW, practice
from tests.engines import a_database
from tests.rate_records.desk.conftest import SIREN, a_desk, sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.rate_records.desk.conftest import Desk

SHEET, ACCOUNT = "feuille_calcul_2024.csv", "compte_employeur_2023.csv"


class Office:
    """The application, with a handler who records rates and an accountant who only reads them."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.app = desk, an_application(desk.database, folder)
        self.gestion = a_person(desk.database, "gestion", Role.CLAIMS_HANDLER)
        self.handler = signed_in(self.app, self.gestion)
        self.accountant = signed_in(self.app, a_person(desk.database, "primes", Role.PREMIUM_ACCOUNTANT))

    def filed(self, client: FlaskClient, name: str, kind: str, letter: int = 1) -> str:
        """Drop a letter and file it for the company; the page that comes next."""
        files = {"files": [(io.BytesIO(sample(name)[1]), name)], "channel": "paper"}
        client.post("/tray/drop", data=files, content_type="multipart/form-data")
        given = {"kind": kind, "siren": SIREN, "rule": "", "region": "FR"}
        answer = client.post(f"/tray/{letter}/file", data=given, follow_redirects=True)
        assert "Lettre classée" in answer.text, re.findall("field-error.*", answer.text)
        return str(answer.text)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with a_database("sqlite") as database:
        yield Office(a_desk(database, tmp_path), tmp_path)


def acts(page: str, label: str) -> list[str]:
    """Where the buttons of a label post."""
    forms = re.findall(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', page, re.DOTALL)
    return [address.replace("&amp;", "&") for address, inside in forms if label in inside]


def test_a_sheet_that_is_filed_is_read_by_one_press_on_the_page_that_follows(office: Office) -> None:
    (act,) = acts(office.filed(office.handler, SHEET, "calculation_sheet"), "Lire la pièce")
    page = office.handler.post(act, follow_redirects=True).text
    assert "Relire ce qui a été lu" in page
    assert "Feuille de calcul 2024" in page


def test_the_page_of_a_filed_letter_keeps_the_way_until_its_paper_is_read(office: Office) -> None:
    office.filed(office.handler, SHEET, "calculation_sheet")
    (act,) = acts(office.handler.get("/tray/1").text, "Lire la pièce")
    office.handler.post(act)
    assert acts(office.handler.get("/tray/1").text, "Lire la pièce") == []


def test_nothing_is_offered_for_a_letter_that_gives_no_rate_nor_for_one_that_was_read(office: Office) -> None:
    assert acts(office.filed(office.handler, SHEET, "correspondence"), "Lire la pièce") == []
    office.desk.kept(ACCOUNT)
    assert acts(office.filed(office.handler, ACCOUNT, "employer_account", 2), "Lire la pièce") == []


def test_a_letter_whose_paper_was_read_is_not_taken_back_on_screen_nor_by_a_program(office: Office) -> None:
    (act,) = acts(office.filed(office.handler, SHEET, "calculation_sheet"), "Lire la pièce")
    office.handler.post(act)
    refused = office.handler.post("/tray/1/unfile")
    assert refused.status_code == 409
    assert "Cette pièce a été lue" in refused.text
    program = a_program(office.app, a_token(office.desk.database, office.gestion))
    assert program.post("/api/v1/letters/1/unfile").status_code == 409
    office.handler.post("/rate-papers/deposits/1/discard")
    assert office.handler.post("/tray/1/unfile").status_code == 302


def test_an_accepted_paper_is_read_from_the_page_of_its_request(office: Office) -> None:
    with office.desk.database.writing(HANDLER) as session:
        token = request_service.ask_for_papers(session, replace(NEW, due_on=date(2099, 1, 1)), practice()).token
    sent = {f"paper-{at}": (io.BytesIO(sample(name)[1]), name) for at, name in ((1, SHEET), (2, ACCOUNT))}
    office.app.test_client().post(f"/deposit/{token}", data=sent)
    assert acts(office.handler.get("/requests/1").text, "Lire la pièce") == []  # not judged yet
    accepted = office.handler.post("/requests/1/papers/1/accept", follow_redirects=True).text
    (act,) = acts(accepted, "Lire la pièce")
    assert "Feuille de calcul 2024" in office.handler.post(act, follow_redirects=True).text
    assert acts(office.handler.get("/requests/1").text, "Lire la pièce") == []
    complete = office.handler.post("/requests/1/papers/2/accept", follow_redirects=True).text
    (act,) = acts(complete, "Lire la pièce")  # the request is complete, and its last paper still to be read
    assert "Compte employeur 2023" in office.handler.post(act, follow_redirects=True).text
    assert acts(office.accountant.get("/requests/1").text, "Lire la pièce") == []
