"""The pages by which a book is taken over: the model filled and brought, what it would do, its run, its taking back."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from atmp_insure.access.roles import Role
from atmp_insure.policies.book_readers import sheets_in
from atmp_insure.policies.book_sheets import COLUMNS, BookSheet
from atmp_insure.policies.take_over_forms import empty_book
from atmp_insure.work import RUN_KINDS
from atmp_insure.work_process import worker_of
from tests.application import a_person, an_application, signed_in, texts
from tests.policies.take_over_desk import FIVE_YEARS, SHEETS, TakingOver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from atmp_insure.db.engine import Database

NEW = "/policies/take-overs/new"
SAID = {"source": "ancien système", "stated_on": "2026-10-31"}


@pytest.fixture
def app(embedded: Database, tmp_path: Path) -> Flask:
    return an_application(embedded, tmp_path)


@pytest.fixture
def manager(app: Flask, embedded: Database) -> FlaskClient:
    return signed_in(app, a_person(embedded, "morgan.manager", Role.MANAGER))


def a_workbook(sheets: Mapping[BookSheet, Sequence[str]] = SHEETS) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for sheet, lines in sheets.items():
            page = book.add_worksheet(sheet.label)
            for row, line in enumerate(lines):
                for column, text in enumerate(line.split(";")):
                    page.write_string(row, column, text)
    return out.getvalue()


def said(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return texts(answer.text).replace("&#39;", "'").replace("\u00a0", " ").replace("\u202f", " ")


def brought(client: FlaskClient, content: bytes, **typed: str) -> str:
    data = SAID | typed | {"file": (io.BytesIO(content), "livre.xlsx")}
    answer = client.post(NEW, data=data)
    assert answer.status_code == 302, texts(answer.text)[-800:]
    return answer.headers["Location"]


def test_the_model_has_every_sheet_and_column_and_is_read_back_as_empty() -> None:
    model = CalamineWorkbook.from_filelike(io.BytesIO(empty_book()))
    assert model.sheet_names == [one.label for one in BookSheet]
    for sheet, columns in COLUMNS.items():
        assert model.get_sheet_by_name(sheet.label).to_python()[0] == [one.heading for one in columns]
    assert set(sheets_in("reprise.xlsx", empty_book())) == {BookSheet.CONTROLS}


def test_a_book_is_brought_looked_at_taken_over_and_taken_back(manager: FlaskClient, embedded: Database) -> None:
    TakingOver.of(embedded)
    assert "Classeur de reprise vide" in said(manager, NEW)
    assert manager.get("/policies/take-overs/model").data.startswith(b"PK")
    page = brought(manager, a_workbook())
    shown = said(manager, page)
    for text in (
        FIVE_YEARS,
        "Contrats, ligne 2",
        "sera repris (transactions : 6)",
        "Masse salariale",
        "7 730 000,00 €",
        "conforme",
        "Sinistres ouverts, 1 ligne : conservé, sera repris par le module sinistres",
        "Reprendre 3 contrats",
    ):
        assert text in shown, text
    assert manager.get(page.replace("/policies/take-overs/", "/imports/")).headers["Location"].endswith(page)
    assert "Portefeuille de contrats" in said(manager, "/imports")
    assert manager.post(f"{page}/start").status_code == 302
    worker_of(embedded).drain()
    assert "Repris 3" in " ".join(said(manager, page).split())
    assert manager.post(f"{page}/take-back").status_code == 302
    worker_of(embedded).drain()
    assert "Suivre l'annulation" in said(manager, page)


def test_totals_that_differ_are_shown_and_confirmed(manager: FlaskClient, embedded: Database) -> None:
    TakingOver.of(embedded)
    page = brought(manager, a_workbook(), policies="4")
    shown = said(manager, page)
    assert "Reprendre malgré les écarts" in shown
    assert "Des totaux de contrôle diffèrent" in shown
    assert manager.post(f"{page}/start").status_code == 409
    assert manager.post(f"{page}/start?confirmed=policies").status_code == 302


def test_a_workbook_that_lacks_what_is_needed_is_refused_with_what_to_do(manager: FlaskClient) -> None:
    for content, typed, words in (
        (a_workbook({BookSheet.POLICIES: ("Contrat;SIREN", "1;2")}), {}, "Feuille Contrats : colonnes absentes"),
        (a_workbook({BookSheet.POLICIES: SHEETS[BookSheet.POLICIES]}), {}, "Feuille absente ou vide : Sections"),
        (a_workbook(), {"net": "beaucoup"}, "« beaucoup » n'est pas un nombre"),
    ):
        answer = manager.post(NEW, data=SAID | typed | {"file": (io.BytesIO(content), "livre.xlsx")})
        assert answer.status_code == 422
        assert words in texts(answer.text).replace("&#39;", "'"), words


def test_a_book_is_given_up(manager: FlaskClient, embedded: Database) -> None:
    TakingOver.of(embedded)
    page = brought(manager, a_workbook())
    assert manager.post(f"{page}/discard").status_code == 302
    assert "abandonné" in said(manager, page)
    assert manager.post(f"{page}/start").status_code == 409


def test_the_pages_are_closed_to_whoever_takes_no_book_over(app: Flask, embedded: Database) -> None:
    handler = signed_in(app, a_person(embedded, "sacha.sinistres", Role.CLAIMS_HANDLER))
    assert handler.get(NEW).status_code == 403
    assert "Reprendre un portefeuille" not in said(handler, "/imports")


def test_the_worker_knows_both_runs() -> None:
    assert {"take_over_policies", "take_back_policies"} <= set(RUN_KINDS)
