"""The file itself beside what was read of it: cells and lines marked, long ones cut, people kept out of sight."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rate_records.nir_in_text import without_nir
from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.source_page import HIDDEN, Asked, SourcePage, places_of, printed_spots, source_page
from tests.rate_records.payrolls import a_person, dsn_bytes, dsn_lines

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Document

SAMPLES = Path(__file__).parents[1] / "samples"
TODAY = date(2026, 11, 20)
WORKBOOK, TEXT = "metalworks/compte_employeur_2024.xlsx", "metalworks/compte_employeur_2023.csv"
VICTIMS = {"EXEMPLE", "UN", "SEPT", "HUIT", "NEUF"}


def read(name: str, content: bytes) -> Document:
    reading = read_files([(name, content)], TODAY)
    assert reading.faults == (), reading.faults
    return reading.documents[0]


def sample(path: str) -> tuple[Document, bytes]:
    content = (SAMPLES / path).read_bytes()
    return read(Path(path).name, content), content


def shown(document: Document, content: bytes, page: int | None = None, *, named: bool = True) -> SourcePage:
    return source_page(document, content, Asked(page, tuple(places_of(document)), named))


def texts(found: SourcePage) -> list[str]:
    return [cell.text for row in found.rows for cell in row.cells]


def cells(found: SourcePage) -> dict[str, str]:
    return {cell.anchor: cell.text for row in found.rows for cell in row.cells}


def an_account(lines: int) -> bytes:
    """An account of as many lines, each with its own claim."""
    head, labels, first = (SAMPLES / TEXT).read_text("cp1252").partition("Exercice")[0], *_table()
    told = [first.replace("220314", f"22{at:04}").replace("1729900000001", f"17299{at:06}01") for at in range(lines)]
    return f"{head}{labels}\n{chr(10).join(told)}\n".encode("cp1252")


def _table() -> tuple[str, str]:
    rows = (SAMPLES / TEXT).read_text("cp1252").splitlines()
    at = next(number for number, row in enumerate(rows) if row.startswith("Exercice"))
    return rows[at], rows[at + 1]


def a_wide_sheet(columns: int) -> bytes:
    """A calculation sheet with notes to the right of it."""
    out = io.BytesIO()
    rows = [row.split(";") for row in (SAMPLES / "metalworks/feuille_calcul_2024.csv").read_text("cp1252").splitlines()]
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Feuille 2024")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        sheet.write(0, columns - 1, "note")
    return out.getvalue()


def test_the_cells_of_a_sheet_stand_under_their_letters_and_those_that_were_read_are_marked() -> None:
    found = shown(*sample(WORKBOOK))
    assert (found.sheet, found.heads[:3], found.page_count) == ("Compte employeur 2024", ("A", "B", "C"), 1)
    marks = {cell.anchor: cell.is_read for row in found.rows for cell in row.cells}
    assert (cells(found)["B4"], marks["B4"], marks["A4"]) == ("00000001800010", True, False)
    assert not found.is_left_out


def test_each_place_of_a_value_leads_to_its_cell() -> None:
    document, content = sample(WORKBOOK)
    found = shown(document, content)
    assert found.spots[document.places["siret"]] == (1, "B4", "cellule B4")
    assert all(spot.anchor in cells(found) or spot.anchor.startswith("r") for spot in found.spots.values())
    assert len(found.spots) == len(places_of(document))


def test_a_place_that_is_not_in_the_file_leads_nowhere() -> None:
    document, content = sample(WORKBOOK)
    asked = Asked(None, ("corrigé à la main", "feuille Autre, cellule B4", "ligne 4", ""), named=True)
    assert source_page(document, content, asked).spots == {}


def test_the_lines_of_a_text_keep_their_numbers_and_those_that_were_read_are_marked() -> None:
    document, content = sample(TEXT)
    found = shown(document, content)
    by_number = {row.number: row for row in found.rows}
    assert by_number[4].cells[0].text == "SIRET;00000001800010"
    assert (by_number[4].is_read, by_number[1].is_read, 11 in by_number) == (True, False, False)  # 11 is empty
    assert found.spots[document.places["siret"]] == (1, "r4", document.places["siret"])


@pytest.mark.parametrize(("lines", "pages", "last"), [(188, 1, 200), (189, 1, 201), (190, 2, 201)])
def test_two_hundred_rows_stand_on_a_page_and_the_rest_on_the_next(lines: int, pages: int, last: int) -> None:
    content = an_account(lines)  # eleven lines stand above: ten of the head, and the labels
    found = shown(read("compte.csv", content), content, 1)
    assert (found.page_count, found.rows[-1].number, found.is_left_out) == (pages, last, pages > 1)
    assert found.row_count == lines + 11


def test_the_page_that_opens_is_the_one_of_the_first_value_that_is_wanted() -> None:
    content = an_account(450)
    document = read("compte.csv", content)
    last = document.lines[-1]  # type: ignore[attr-defined]
    asked = Asked(None, tuple(last.places.values()), named=True)
    found = source_page(document, content, asked)
    assert (found.page, found.page_count) == (3, 3)
    assert found.spots[last.places["account_year"]][:2] == (3, f"r{found.rows[-1].number}")
    assert shown(document, content, 99).page == 3


@pytest.mark.parametrize(("columns", "heads", "cut"), [(30, 30, False), (31, 30, True)])
def test_thirty_columns_are_shown_and_the_others_counted(columns: int, heads: int, cut: bool) -> None:
    content = a_wide_sheet(columns)
    found = shown(read("feuille.xlsx", content), content)
    assert (len(found.heads), found.column_count, found.is_left_out) == (heads, columns, cut)
    assert ("note" in texts(found)) is not cut


@pytest.mark.parametrize("path", [WORKBOOK, TEXT, "metalworks/compte_employeur_2022.xlsx"])
def test_no_social_security_number_is_whole_even_for_whoever_knows_names(path: str) -> None:
    said = " ".join(texts(shown(*sample(path))))
    assert "EXEMPLE" in said
    assert "17" in said
    assert without_nir(said) == said
    assert "******" in said


@pytest.mark.parametrize("path", [WORKBOOK, TEXT])
def test_whoever_may_not_know_names_sees_labels_and_values_that_were_read_and_nothing_else(path: str) -> None:
    document, content = sample(path)
    found = shown(document, content, named=False)
    words = {word for text in texts(found) for word in text.replace(";", " ").split()}
    assert found.hides_people
    assert not VICTIMS - {"EXEMPLE"} & words
    assert "00000001800010" in words
    assert HIDDEN in words
    assert any("Exercice" in text for text in texts(found))


def test_a_calculation_sheet_names_nobody_and_is_shown_whole() -> None:
    found = shown(*sample("metalworks/feuille_calcul_2024.csv"), named=False)
    assert not found.hides_people
    assert not [text for text in texts(found) if HIDDEN in text]


def a_json() -> bytes:
    labels, first = (row.split(";") for row in _table())
    rows = [dict(zip(labels, first, strict=True)), dict(zip(labels, first, strict=True))]
    rows[0]["Commentaire"] = "voir DUPONT <b>au bureau</b>"
    return json.dumps({"SIRET": "00000001800010", "lignes": rows}, ensure_ascii=False).encode()


def test_a_json_is_written_one_value_a_line_and_each_path_leads_to_its_line() -> None:
    document, content = read("compte.json", a_json()), a_json()
    found = shown(document, content)
    assert found.is_rewritten
    number = next(row for row in found.rows if "N° sinistre" in row.cells[0].text)
    assert number.is_read
    assert "17299******01" in number.cells[0].text
    assert found.spots["lignes[0].N° sinistre"].anchor == number.anchor
    assert len(found.spots) == len(places_of(document))


def test_a_json_shows_no_text_that_nobody_understood_to_whoever_may_not_know_names() -> None:
    document, content = read("compte.json", a_json()), a_json()
    said = " ".join(texts(shown(document, content, named=False)))
    assert "DUPONT" not in said
    assert '"Nom": •••' in said
    assert "DUPONT <b>" in " ".join(texts(shown(document, content)))  # escaped by the page


def test_a_payroll_declaration_hides_who_people_are_and_never_shows_a_bank_account() -> None:
    lines = dsn_lines([a_person(1)])
    lines.insert(3, "S21.G00.20.004,'FR7630006000011234567890189'")
    lines[-2] = f"S90.G00.90.001,'{len(lines)}'"
    content = dsn_bytes(lines)
    document = read("paie.dsn", content)
    named, nameless = texts(shown(document, content)), texts(shown(document, content, named=False))
    assert "S21.G00.30.002,'EXEMPLE-1'" in named
    assert f"S21.G00.30.002,'{HIDDEN}'" in nameless
    assert f"S21.G00.20.004,'{HIDDEN}'" in named
    assert not [text for text in named if text.startswith("S21.G00.30.001") and "*" not in text]
    assert "S21.G00.06.001,'000000018'" in nameless


def test_the_file_inside_an_archive_is_the_one_that_is_shown() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in (TEXT, "metalworks/feuille_calcul_2024.csv"):
            archive.writestr(Path(path).name, (SAMPLES / path).read_bytes())
    documents = read_files([("envoi.zip", out.getvalue())], TODAY).documents
    first = [texts(shown(document, out.getvalue()))[0] for document in documents]
    assert first[0] == "Compte employeur 2023"
    assert first[1].startswith("Feuille de calcul")


@pytest.mark.parametrize("name", ["tronque.xlsx", "protege.xlsx", "tronque.json", "bombe.zip", "encodages_meles.csv"])
def test_a_damaged_file_says_so(name: str) -> None:
    document, _content = sample(TEXT)
    with pytest.raises(InvalidInput):
        shown(document, (SAMPLES / "damaged" / name).read_bytes())


def test_places_of_printed_pages_lead_to_their_page() -> None:
    place = "page 2, ligne 14, colonne 1"
    assert printed_spots([place, "ligne 3", ""]) == {place: (2, "", place)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("n° 1729900000001 96", "n° 17299******01 96"),
        ("172990000000196 220314", "17299******0196 220314"),
        ("2 72 2A 99 000 001 96", "2 72 2A 99 000 001 96"),  # a month is two digits
        ("1 72 99 00 000 001 96", "1 72 99 ** *** *01 96"),
        ("SIRET 40000000600017", "SIRET 40000000600017"),
        ("SIRET 40000000600018", "SIRET 40000******018"),  # its key is wrong: it may be anything
        ("5 642 300 €", "5 642 300 €"),
        ("01 23 45 67 89", "01 23 45 67 89"),
    ],
)
def test_a_text_keeps_its_siret_and_loses_the_middle_of_each_nir(text: str, said: str) -> None:
    assert without_nir(text) == said
