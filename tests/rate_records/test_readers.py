from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.rate_records.documents import CalculationSheet, EmployerAccount
from atmp_insure.rate_records.readers import FORMATS, format_of, read_files
from atmp_insure.regulation.vocabulary import CostCategory
from tests.rate_records.builders import (
    TODAY,
    a_sheet,
    an_account,
    csv_bytes,
    read_one,
    with_cell,
    with_line_cell,
    without_column,
    without_row,
)
from tests.samples import layout

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Document
    from tests.rate_records.builders import Rows


def read_bytes(content: bytes) -> Document:
    (document,) = read_files([("papier", content)], TODAY).documents
    return document


def fault_lines(content: bytes) -> list[str]:
    reading = read_files([("papier.csv", content)], TODAY)
    assert not reading.documents
    return [fault.line() for fault in reading.faults]


@pytest.mark.parametrize("rows", [a_sheet(), an_account()], ids=["sheet", "account"])
def test_delimited_text_and_workbook_give_the_same_values(rows: Rows) -> None:
    text, book = read_bytes(csv_bytes(rows)), read_bytes(layout.workbook(rows, "Papier"))
    bare: dict[str, Any] = {"sha256": "", "places": {}, "ignored": ()}
    if isinstance(text, EmployerAccount) and isinstance(book, EmployerAccount):
        assert text.total is not None
        assert book.total is not None
        assert text.total.amount_eur == book.total.amount_eur
        for one, other in zip(text.lines, book.lines, strict=True):
            assert one._replace(place="", places={}) == other._replace(place="", places={})
        text, book = (replace(account, lines=(), total=None, **bare) for account in (text, book))
    if isinstance(text, CalculationSheet) and isinstance(book, CalculationSheet):
        totals: dict[str, Any] = {"wages_total": None, "risk_value_total": None}
        text, book = (replace(sheet, **totals, **bare) for sheet in (text, book))
    assert text == book


def test_a_sheet_is_read_to_its_last_value() -> None:
    sheet = read_one(a_sheet(2025))
    assert isinstance(sheet, CalculationSheet)
    assert (sheet.rate_year, sheet.effective_on, sheet.notified_on) == (2025, date(2025, 5, 1), date(2025, 5, 6))
    assert sheet.establishment.siret == "00000001800010"
    assert sheet.company_headcount == Fraction("175.85")
    assert sheet.wages_by_year == {2021: 5_388_500, 2022: 5_642_300, 2023: 5_871_900}
    assert sheet.claims_by_category[CostCategory.IP4] == {2021: 0, 2022: 0, 2023: 1}
    assert sheet.average_costs_eur[CostCategory.IP4] == 673_299
    assert sheet.printed.m2 == 56
    assert sheet.notified_percent == Fraction("3.45")


def test_a_line_of_an_account_is_read_to_its_last_value() -> None:
    account = read_one(an_account(2022))
    assert isinstance(account, EmployerAccount)
    line = account.lines[2]
    assert (line.account_year, line.it_category) == (2022, CostCategory.IT5)
    assert line.it_cost_eur == 8924
    assert line.third_party_percent == 50
    assert line.value_eur == 4462
    assert (line.establishment.risk_code, line.establishment.ctn, line.establishment.section) == ("28.1AD", "A", "01")
    assert (line.claim.occurred_on, line.claim.absence_days) == (date(2022, 6, 21), 118)
    assert account.wages_eur == 5_642_300
    assert account.total is not None
    assert account.total.amount_eur == 54_286


def test_every_value_keeps_its_place() -> None:
    sheet = read_bytes(csv_bytes(a_sheet(2024)))
    assert sheet.places["notified_percent"] == "ligne 41, colonne 2"
    assert sheet.places["wages_by_year.2022"] == "ligne 17, colonne 4"
    book = read_bytes(layout.workbook(an_account(2022), "Compte 2022"))
    assert isinstance(book, EmployerAccount)
    assert book.lines[0].place == "feuille Compte 2022, ligne 13"
    assert book.lines[0].places["claim_number"] == "feuille Compte 2022, cellule F13"
    assert set(book.lines[0].places) >= {"account_year", "siret", "nature", "occurred_on", "it_category", "value_eur"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_found_in_the_content(encoding: str) -> None:
    account = read_bytes(csv_bytes(an_account(2022), encoding))
    assert account.establishment.fund == "CARSAT DE DÉMONSTRATION"


@pytest.mark.parametrize("rows", [a_sheet(), an_account()], ids=["sheet", "account"])
@pytest.mark.parametrize("separator", [";", "\t", ",", "|"])
def test_the_separator_is_found_in_the_content(rows: Rows, separator: str) -> None:
    assert read_bytes(csv_bytes(rows, "utf-8", separator)).places == read_bytes(csv_bytes(rows)).places


def test_total_rows_are_controls_and_never_lines() -> None:
    rows = an_account(2023)
    middle = [*rows[:13], ["Sous-total", *[""] * 20, Fraction(999)], *rows[13:]]
    unnamed = [*rows[:-1], [2023, *[""] * 20, Fraction(675_929)]]
    for changed in (rows, middle, unnamed):
        account = read_one(changed)
        assert isinstance(account, EmployerAccount)
        assert len(account.lines) == 4
        assert account.total is not None
        assert account.total.amount_eur == 675_929
        assert "total" in account.ignored[-1].reason_fr


def test_a_note_below_the_lines_is_no_line() -> None:
    rows = without_row(an_account(2023), "Salaires")
    account = read_one([*rows, ["Masse salariale", Fraction(5_871_900)]])
    assert isinstance(account, EmployerAccount)
    assert account.wages_eur == 5_871_900
    assert len(account.lines) == 4


def test_an_account_without_claims_is_an_account() -> None:
    rows = [row for row in an_account(2023) if not (row and row[0] in (2023, "Total"))]
    account = read_one([*with_cell(rows, "Salaires", Fraction(1)), ["Exercice", 2023]])
    assert isinstance(account, EmployerAccount)
    assert (account.lines, account.account_years) == ((), (2023,))


def test_two_labels_on_one_value_are_told_and_nothing_is_guessed() -> None:
    rows = an_account()
    header = next(row for row in rows if "N° sinistre" in row)
    header[header.index("Prénom")] = "Victime"
    (line,) = fault_lines(csv_bytes(rows))
    assert "deux colonnes pour « Nom » : « Nom » et « Victime »" in line
    assert "ligne 12, colonne 8" in line


def test_one_label_with_two_values_is_told() -> None:
    rows = [*a_sheet(), ["Taux à appliquer", (Fraction("9.99"), 2)]]
    (line,) = fault_lines(csv_bytes(rows))
    assert "Taux notifié donné deux fois" in line


@pytest.mark.parametrize("column", ["Catégorie IT", "Catégorie IP", "Valeur du risque"])
def test_a_needed_column_that_is_missing_is_named(column: str) -> None:
    (line,) = fault_lines(csv_bytes(without_column(an_account(), column)))
    assert f"aucune colonne « {column} »" in line


@pytest.mark.parametrize("label", ["SIRET", "Année de tarification", "Taux notifié"])
def test_a_needed_value_that_is_missing_is_named(label: str) -> None:
    (line,) = fault_lines(csv_bytes(without_row(a_sheet(), label)))
    assert f"« {label} » absent" in line


def test_all_the_faults_of_a_paper_are_told_at_once() -> None:
    rows = with_cell(with_cell(a_sheet(), "M1 trajet", "beaucoup"), "Date d'effet", "32/13/2025")
    lines = fault_lines(csv_bytes(rows))
    assert len(lines) == 2
    assert "M1 : « beaucoup » n'est pas un nombre" in lines[1]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("Catégorie IP", "IP9", "« IP9 » n'est pas une catégorie IP"),
        ("Nb jours d'arrêt", "-3", "n'est pas un nombre entier"),
        ("Date du sinistre", "01/01/2027", "est une date à venir"),
        ("SIRET", "1,23457E+13", "abîmé par le tableur"),
        ("Coût moyen IT", "12 34", "n'est pas un nombre"),
        ("Exercice", "22", "n'est pas une année"),
        ("Valeur du risque", "1000000000000000", "dépasse toute valeur possible"),
    ],
)
def test_an_illegible_cell_is_told_with_its_place(column: str, value: str, said: str) -> None:
    (line,) = fault_lines(csv_bytes(with_line_cell(an_account(), 0, column, value)))
    assert said in line
    assert line.startswith("papier.csv : ligne 13, colonne ")


def test_a_siret_damaged_by_excel_is_refused_in_a_workbook_too() -> None:
    content = layout.workbook(with_cell(a_sheet(), "SIRET", "1,00000E+13"), "Feuille")
    (line,) = fault_lines(content)
    assert "abîmé par le tableur" in line
    assert "cellule B4" in line


def test_a_column_of_fractions_is_read_in_percent_and_the_decision_is_shown() -> None:
    rows = an_account(2022)
    for line, text in enumerate(("0", "0", "0,5", "0", "0", "0")):
        rows = with_line_cell(rows, line, "% RCT", text)
    account = read_one(rows)
    assert isinstance(account, EmployerAccount)
    assert account.lines[2].third_party_percent == 50
    assert [finding.code for finding in account.findings] == ["percent_as_fraction"]


def test_a_percentage_above_one_hundred_is_asked_about() -> None:
    for percent, expected in (("100", []), ("102", ["percent_over_100"])):
        document = read_one(with_line_cell(an_account(2023), 0, "Taux d'IP", percent))
        assert [finding.code for finding in document.findings] == expected


def test_an_unknown_column_is_told_and_left_aside() -> None:
    rows = an_account()
    header = next(row for row in rows if "N° sinistre" in row)
    header[header.index("Prénom")] = "Humeur"
    document = read_one(rows)
    assert [finding.code for finding in document.findings] == ["unknown_column"]
    assert ("Humeur", "colonne inconnue") in [(one.text, one.reason_fr) for one in document.ignored]


def test_a_label_and_its_value_may_share_a_cell() -> None:
    rows = [[f"{row[0]} : {row[1]}"] if row and row[0] in ("SIRET", "Section") else row for row in a_sheet()]
    assert read_one(rows).establishment.siret == "00000001800010"


def test_a_column_of_nic_follows_the_siren_of_the_header() -> None:
    rows = with_line_cell(an_account(), 0, "SIRET", "00028")
    account = read_one(rows)
    assert isinstance(account, EmployerAccount)
    assert account.lines[0].establishment.siret == "00000001800028"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "fichier vide"),
        (b" \r\n ", "fichier vide"),
        (b"bonjour;monde\n", "document non reconnu"),
        (b"%PDF-1.7 ...", "PDF tronqué : sa fin manque"),
        (b"PK\x03\x04 rien", "ZIP endommagé ou tronqué"),
        (b"PK\x03\x04" + bytes(26) + b"xl/workbook.xml", "classeur endommagé"),
        (b"\xd0\xcf\x11\xe0 rien", "classeur endommagé"),
        (b"S10.G00.00.001,'x'", "fichier DSN tronqué"),
        (b'[{"exercice": "2025"}]', "1 titre connu seulement (Exercice), il en faut 4"),
        (b"<?xml version='1.0'?>", "format XML reconnu"),
        (b"a;b\x00;c", "fichier binaire"),
        (b"a;b\x81;c", "encodage non reconnu"),
        (b'a;"b', "mal formé"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name_with_a_remedy(content: bytes, said: str) -> None:
    (line,) = fault_lines(content)
    assert said in line
    assert line.startswith("papier.csv : ")


def test_the_format_is_found_whatever_the_name() -> None:
    assert format_of(layout.workbook(a_sheet(), "x")).name_fr == "XLSX"
    assert format_of(csv_bytes(a_sheet())).name_fr == "texte délimité"
    assert FORMATS[-1].is_it(b"")


def test_one_bad_file_never_hides_the_others() -> None:
    reading = read_files([("a.csv", b""), ("b.csv", csv_bytes(a_sheet())), ("c.csv", b"x")], TODAY)
    assert [document.file for document in reading.documents] == ["b.csv"]
    assert [fault.source for fault in reading.faults] == ["a.csv", "c.csv"]


def test_values_that_no_paper_should_print_are_told() -> None:
    for rate, wages, expected in (("30", 1000, []), ("30.01", 999, ["unusual_rate", "unusual_wages"])):
        rows = with_cell(with_cell(a_sheet(), "Taux notifié", (Fraction(rate), 2)), "Salaires", Fraction(wages))
        assert [finding.code for finding in read_one(rows).findings] == expected


def test_a_rate_above_one_hundred_percent_or_negative_wages_are_refused() -> None:
    for label, value, said in (("Taux notifié", "100,01 %", "dépasse 100 %"), ("Salaires", "-1", "est négatif")):
        (line,) = fault_lines(csv_bytes(with_cell(a_sheet(), label, value)))
        assert said in line
