"""The file beside its values on the pages of a deposit and of a paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records import queries
from tests.engines import a_database
from tests.rate_records.desk.conftest import HANDLER, a_desk, sample
from tests.rate_records.desk.test_pages import House

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from atmp_insure.rate_records.models import RatePaper

ACCOUNT, SHEET, WORKBOOK = "compte_employeur_2023.csv", "feuille_calcul_2024.csv", "compte_employeur_2024.xlsx"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_database("sqlite") as database:
        yield House(a_desk(database, tmp_path), tmp_path)


def the_paper(house: House) -> RatePaper:
    with house.desk.database.reading(HANDLER) as session:
        return queries.get_paper(session, 1)


def test_the_sheet_of_a_workbook_stands_beside_its_values_and_each_leads_to_its_cell(house: House) -> None:
    address = house.give(house.handler, sample(WORKBOOK))
    page = house.handler.get(address).text
    assert "Feuille « Compte employeur 2024 »" in page
    links = re.findall(r'class="place" href="([^"]+)#([A-Z]+[0-9]+)"', page)
    assert ("B4" in dict(links).values()) or any(anchor == "B4" for _, anchor in links)
    for followed, anchor in links:
        assert f'id="{anchor}" class="is-read"' in house.handler.get(followed.replace("&amp;", "&")).text


def test_the_values_of_one_line_lead_to_its_cells(house: House) -> None:
    house.kept(house.handler, sample(WORKBOOK))
    page = house.handler.get("/rate-papers/1?line=0").text
    assert re.findall(r'href="/rate-papers/1\?line=0&amp;page=1#(A13|B13|D13)"', page)


def test_lines_of_a_text_have_their_numbers_and_no_social_security_number(house: House) -> None:
    page = house.handler.get(house.give(house.handler, sample(ACCOUNT))).text
    assert '<tr id="r13" class="is-read"><th scope="row">13</th>' in page
    assert "17299******01" in page
    assert not re.search(r"1[0-9]{12}", page)


def test_what_a_file_says_is_shown_as_text_and_never_run(house: House) -> None:
    name, content = sample(SHEET)
    hostile = content.replace(b"CARSAT DE", b"<script>alert(1)</script>")
    page = house.handler.get(house.give(house.handler, (name, hostile))).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_a_broker_who_may_not_know_names_reads_a_sheet_and_is_told_why_an_account_stays_closed(house: House) -> None:
    sheet = house.broker.get(house.give(house.broker, sample(SHEET))).text
    assert "Année de tarification;2024" in sheet
    account = house.broker.get(house.give(house.broker, sample(ACCOUNT))).text
    assert "ne se montre qu&#39;à qui peut ouvrir cette pièce" in account
    assert "SEPT" not in account


@pytest.mark.parametrize("content", [b"", b"ATMP1 altered"])
def test_a_file_that_the_vault_no_longer_gives_says_so_beside_its_values(house: House, content: bytes) -> None:
    address = house.give(house.handler, sample(SHEET))
    for kept in list(house.desk.vault.store.list_addresses()):
        house.desk.vault.store.write(kept, content)
    answer = house.handler.get(address)
    assert answer.status_code == 200
    assert "altéré" in answer.text
    assert "2,45" in answer.text  # what was read stays


def test_the_page_that_is_asked_for_and_no_other_is_opened_even_beyond_the_last(house: House) -> None:
    address = house.give(house.handler, sample(SHEET))
    for asked in ("page=1", "page=999", "page=x", "page=0"):
        assert "Année de tarification;2024" in house.handler.get(f"{address}?{asked}").text
    assert the_paper(house).year == 2024
