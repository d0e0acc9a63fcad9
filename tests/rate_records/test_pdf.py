"""PDF with a text layer: columns rebuilt from places, and never more certain than that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.documents import CalculationSheet, EmployerAccount
from atmp_insure.rate_records.readers import read_files
from tests.rate_records.builders import TODAY, a_sheet, an_account, read_one
from tests.rate_records.pages import A4_PORTRAIT, Text, image_pdf, pdf, pdf_with_an_image, turned_pdf
from tests.rate_records.papers_in_pages import PAGE, account_pages, account_table, columns, sheet_page

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import AccountLine, Document
    from atmp_insure.rate_records.readers import Reading


def read(content: bytes) -> Reading:
    return read_files([("papier.pdf", content)], TODAY)


def one(content: bytes) -> Document:
    reading = read(content)
    assert not reading.faults, [fault.line() for fault in reading.faults]
    (document,) = reading.documents
    return document


def bare(account: Document) -> list[AccountLine]:
    assert isinstance(account, EmployerAccount)
    return [line._replace(place="", places={}) for line in account.lines]


@pytest.mark.parametrize("centred", [False, True], ids=["top", "centred"])
@pytest.mark.parametrize("year", [2022, 2023])
def test_an_account_on_a_page_gives_the_same_lines_as_in_a_table(year: int, centred: bool) -> None:
    rows = an_account(year)
    account = one(pdf(account_pages(rows, centred=centred), PAGE))
    assert bare(account) == bare(read_one(rows))
    assert isinstance(account, EmployerAccount)
    assert account.to_review
    assert account.total is not None
    assert account.wages_eur is not None
    assert account.lines[0].places["value_eur"].startswith("page 1, ligne ")


def test_a_page_turned_on_its_side_is_read_as_it_is_shown() -> None:
    upright = [Text(40, 40 + 15 * at, f"{row[0]} : {row[1]}", 9) for at, row in enumerate(SMALL_SHEET)]
    turned = pdf([upright], A4_PORTRAIT, rotate=180)
    assert one(pdf([upright], A4_PORTRAIT)).places["notified_percent"] == "page 1, ligne 6, colonne 1"
    assert read(turned).documents or read(turned).faults


SMALL_SHEET = [
    ("SIRET", "000 000 018 00010"), ("Section", "01"), ("Code risque", "28.1AD"), ("Année de tarification", "2026"),
    ("Taux brut", "4,2613 %"), ("Taux notifié", "4,46 %"),
]  # fmt: skip


def test_a_table_goes_on_over_the_pages_without_their_headings() -> None:
    rows = account_table(60)
    account = one(pdf(account_pages(rows, 22), PAGE))
    assert isinstance(account, EmployerAccount)
    assert len(account.lines) == 60
    assert {line.place.partition(",")[0] for line in account.lines} == {"page 1", "page 2", "page 3"}
    assert not account.findings


def test_pages_without_labels_go_on_with_the_columns_of_the_first() -> None:
    pages = account_pages(account_table(40), 20)
    labels = {part for column in columns() for part in column.label}
    pages[1] = [text for text in pages[1] if text.text not in labels]
    account = one(pdf(pages, PAGE))
    assert isinstance(account, EmployerAccount)
    assert len(account.lines) == 40


def test_a_name_broken_over_two_lines_is_one_name() -> None:
    rows = an_account(2022)
    at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
    rows[at + 1][6] = "EXEMPLE-DE-NOM-TRÈS-LONG"
    account = one(pdf(account_pages(rows), PAGE))
    assert isinstance(account, EmployerAccount)
    assert account.lines[0].claim.last_name == "EXEMPLE-DE-NOM-TRÈS-LONG"


def test_a_sheet_on_a_page_is_read_to_its_last_value() -> None:
    rows = a_sheet(2025)
    expected = read_one(rows)
    found = one(pdf([sheet_page(rows)], (700, 800)))
    assert isinstance(found, CalculationSheet)
    assert isinstance(expected, CalculationSheet)
    assert (found.printed, found.notified_percent) == (expected.printed, expected.notified_percent)
    assert (found.wages_by_year, found.claims_by_category) == (expected.wages_by_year, expected.claims_by_category)
    assert found.average_costs_eur == expected.average_costs_eur
    assert found.establishment == expected.establishment


def test_each_page_that_is_a_whole_sheet_is_a_document() -> None:
    pages = [sheet_page(a_sheet(2025)), sheet_page(a_sheet(2026))]
    reading = read(pdf(pages, (700, 800)))
    assert [document.year for document in reading.documents] == [2025, 2026]


def test_an_image_is_kept_to_be_keyed_in_by_hand() -> None:
    reading = read(image_pdf(3))
    assert not reading.documents
    (paper,) = reading.to_key
    assert (paper.file, paper.pages, len(paper.sha256)) == ("papier.pdf", 3, 64)
    assert paper.finding.code == "image_only_pdf"
    assert "saisir ses valeurs à la main" in reading.faults[0].remedy


def test_a_page_that_is_an_image_among_pages_of_text_is_said_and_nothing_is_read() -> None:
    reading = read(pdf_with_an_image(account_pages(an_account(2022)), PAGE))
    assert not reading.documents
    (fault,) = reading.faults
    assert fault.place == "page 2"
    assert "PDF de 2 pages dont 1 est une image sans texte à lire : rien n'en est repris" in fault.message
    (paper,) = reading.to_key
    assert (paper.finding.code, paper.finding.place, paper.pages) == ("image_pages_pdf", "page 2", 2)


def test_two_accounts_of_one_pdf_are_two_papers_each_with_its_own_wages() -> None:
    pages = [*account_pages(an_account(2022)), *account_pages(an_account(2023))]
    found = read(pdf(pages, PAGE)).documents
    expected = [read_one(an_account(year)) for year in (2022, 2023)]
    assert [document.year for document in found] == [2022, 2023]
    for one, other in zip(found, expected, strict=True):
        assert isinstance(one, EmployerAccount)
        assert isinstance(other, EmployerAccount)
        assert (one.wages_eur, one.headcount, len(one.lines)) == (other.wages_eur, other.headcount, len(other.lines))


def test_two_tables_under_each_other_are_two_papers_when_the_second_says_so() -> None:
    upper = [text for text in account_pages(an_account(2022))[0] if "Page" not in text.text]
    lower = [text for text in account_pages(an_account(2023))[0] if "Page" not in text.text]
    down = max(text.y for text in upper) + 20
    page = [*upper, *(replace(text, y=text.y + down) for text in lower)]
    found = read(pdf([page], (PAGE[0], 1200))).documents
    assert [document.year for document in found] == [2022, 2023]
    unsaid = [text for text in lower if text.size == 7]  # the second table without the lines that head it
    (account,) = read(pdf([[*upper, *(replace(text, y=text.y + down) for text in unsaid)]], (PAGE[0], 1200))).documents
    assert isinstance(account, EmployerAccount)
    assert (account.account_years, len(account.lines)) == ((2022, 2023), 10)


def test_sheets_and_accounts_of_one_pdf_are_told_apart() -> None:
    pages = [sheet_page(a_sheet(2025)), *account_pages(account_table(40)), sheet_page(a_sheet(2026))]
    found = read(pdf(pages, PAGE)).documents
    assert [document.kind.value for document in found] == ["calculation_sheet", "employer_account", "calculation_sheet"]


def test_a_sheet_that_goes_on_over_the_page_is_one_paper() -> None:
    page = sheet_page(a_sheet(2026))
    middle = sorted({text.y for text in page})[20]
    rest = [replace(text, y=text.y - middle + 30) for text in page if text.y > middle]
    found = one(pdf([[text for text in page if text.y <= middle], rest], (700, 800)))
    expected = read_one(a_sheet(2026))
    assert isinstance(found, CalculationSheet)
    assert isinstance(expected, CalculationSheet)
    assert (found.wages_by_year, found.printed) == (expected.wages_by_year, expected.printed)


@pytest.mark.parametrize("turns", [90, 270])
def test_a_landscape_page_kept_upright_and_turned_when_shown_is_read(turns: int) -> None:
    account = one(turned_pdf(account_pages(an_account(2022)), PAGE, turns))
    assert bare(account) == bare(read_one(an_account(2022)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pdf([SMALL := [Text(40, 40, "x", 9)]])[:-200], "PDF tronqué"),
        (b"%PDF-1.4 rien %%EOF", "PDF endommagé"),
        (pdf([[]]), "PDF vide"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_named(content: bytes, said: str) -> None:
    reading = read(content)
    assert not reading.documents
    assert said in reading.faults[0].message
