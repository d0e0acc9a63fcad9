"""Every format gives the same values: what differs is only where each one stands."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.rate_records.documents import CalculationSheet, CurrentAccount, EmployerAccount
from atmp_insure.rate_records.readers import read_files
from atmp_insure.regulation.vocabulary import CostCategory
from tests.rate_records.builders import (
    TODAY,
    a_sheet,
    an_account,
    csv_bytes,
    read_one,
    with_cell,
    with_line_cell,
)
from tests.rate_records.old_workbook import compound, xls
from tests.samples import layout

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.readers import Reading

VENDOR_LINE: dict[str, Any] = {
    "exercice": "2025", "nic": "000000018 00010", "section": "01", "risque": "281AD", "bureau": "", "ctn": "A",
    "nns": "1809900000001 48 250912 700", "nom": "EXEMPLE", "prenom": "UN", "type": "AT",
    "dateSinistre": "2025-09-12", "dateNotification": "2025-10-06", "nbJoursArret": 52, "niveauCcmIt": "4",
    "tarifCcmIt": "4812", "dateNotificationIpDeces": None, "pourcentIp": 0, "niveauCcmIp": "", "tarifCcmIp": "",
    "pourcentRctTiers": 50, "pourcentEtt": 0, "pourcentEut": 0, "valeurRisque": "2406.0", "regionCarsat": "82",
    "siret": "00000001800010",
}  # fmt: skip


def read(content: bytes, name: str = "papier") -> Reading:
    return read_files([(name, content)], TODAY)


def one(content: bytes, name: str = "papier") -> Document:
    reading = read(content, name)
    assert not reading.faults, [fault.line() for fault in reading.faults]
    (document,) = reading.documents
    return document


def json_bytes(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def account_values(account: Document) -> list[Any]:
    assert isinstance(account, EmployerAccount)
    return [line._replace(place="", places={}) for line in account.lines]


def test_an_old_workbook_gives_the_same_values_as_delimited_text() -> None:
    assert account_values(one(xls(an_account(2022)))) == account_values(read_one(an_account(2022)))
    sheet = one(xls(a_sheet(2025), "Feuille 2025"))
    assert isinstance(sheet, CalculationSheet)
    assert sheet.places["notified_percent"] == "feuille Feuille 2025, cellule B41"


def test_the_vendor_s_json_is_a_current_account_with_the_path_of_every_value() -> None:
    account = one(json_bytes([VENDOR_LINE, VENDOR_LINE | {"exercice": "2026", "nns": "1809900000002 47 260118 700"}]))
    assert isinstance(account, CurrentAccount)
    assert (account.account_years, account.establishment.siret) == ((2025, 2026), "00000001800010")
    line = account.lines[0]
    assert line.it_category is CostCategory.IT4
    assert (line.ip_category, line.ip_notified_on) == (None, None)
    assert [line.it_cost_eur, line.value_eur, line.third_party_percent] == [4812, 2406, 50]
    assert line.claim.occurred_on == date(2025, 9, 12)
    assert (line.place, line.places["value_eur"]) == ("[0]", "[0].valeurRisque")


def test_a_json_object_may_wrap_the_list_and_say_whose_it_is() -> None:
    bare = {key: value for key, value in VENDOR_LINE.items() if key not in ("siret", "nic")}
    wrapped = {"entreprise": {"raisonSociale": "EXEMPLE"}, "siret": "00000001800010", "data": {"lignes": [bare]}}
    account = one(json_bytes(wrapped))
    assert isinstance(account, EmployerAccount)
    assert (account.establishment.siret, account.establishment.company) == ("00000001800010", "EXEMPLE")
    assert account.lines[0].places["claim_number"] == "data.lignes[0].nns"


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (VENDOR_LINE, "$"),
        ({"sinistre": VENDOR_LINE}, "sinistre"),
        ({"siret": "00000001800010", "data": {"s1": VENDOR_LINE, "s2": VENDOR_LINE}}, "data.s1"),
        ({"siret": "00000001800010", "ctn": "A", "risque": "281AD", "nom": "EXEMPLE", "niveauCcmIt": "4"}, "$"),
    ],
)
def test_the_line_of_one_claim_outside_of_a_list_is_refused_by_its_name(document: object, place: str) -> None:
    reading = read(json_bytes(document))
    assert not reading.documents
    (fault,) = reading.faults
    assert "ligne de compte employeur, hors de sa liste" in fault.message
    assert (fault.place, "[{…}]" in fault.remedy) == (place, True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_json_is_read_in_every_encoding_of_text(encoding: str) -> None:
    content = json.dumps([VENDOR_LINE | {"nom": "ÉXEMPLE"}], ensure_ascii=False).encode(encoding)
    account = one(content)
    assert isinstance(account, EmployerAccount)
    assert account.lines[0].claim.last_name == "ÉXEMPLE"


def test_a_nic_that_is_not_the_siret_is_told() -> None:
    (fault,) = read(json_bytes([VENDOR_LINE | {"nic": "000000018 00028"}])).faults
    assert "n'est pas celui du NIC" in fault.message
    assert fault.place == "[0].nic"


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b'{"siret": "00000001800010", "sinistres": []}',
        "Compte employeur courant\nAucun AT/MP pour la période N et N-1\n".encode(),
        "SIRET;00000001800010\nAucun AT/MP pour la période N et N-1\n".encode(),
    ],
)
def test_an_empty_current_account_is_an_answer_and_no_fault(content: bytes) -> None:
    account = one(content)
    assert isinstance(account, CurrentAccount)
    assert (account.lines, account.account_years) == ((), (2025, 2026))
    assert [finding.code for finding in account.findings] == ["account_without_claims"]


def test_a_current_account_of_titles_only_is_known_by_the_name_of_its_file() -> None:
    header = next(row for row in an_account() if "N° sinistre" in row)
    assert isinstance(one(csv_bytes([header]), "compte_courant.csv"), CurrentAccount)
    assert [fault.message for fault in read(csv_bytes([header])).faults] == ["année du compte absente", "SIRET absent"]


@pytest.mark.parametrize(
    "title",
    ["Compte employeur 2023", "COMPTE EMPLOYEUR - EXERCICE 2023", "Compte AT/MP de l'année 2023"],
)
def test_an_account_without_any_line_takes_its_year_from_its_title(title: str) -> None:
    header = next(row for row in an_account() if "N° sinistre" in row)
    for under in ([header], [header, ["Total", *[""] * 20, "0,00"]], [["Aucun sinistre pour la période"]]):
        account = read_one([[title], ["SIRET", "00000001800010"], *under])
        assert (account.kind.value, account.year) == ("employer_account", 2023)
        assert account.places["account_year"] == "ligne 1, colonne 1"


@pytest.mark.parametrize("title", ["Compte employeur pour le taux 2026", "Compte employeur édité en 2026", "Compte"])
def test_a_title_that_gives_another_year_is_no_account_year(title: str) -> None:
    header = next(row for row in an_account() if "N° sinistre" in row)
    reading = read(csv_bytes([[title], ["SIRET", "00000001800010"], header]))
    assert [fault.message for fault in reading.faults] == ["année du compte absente"]


def test_an_account_is_the_current_one_by_its_title_or_by_its_years() -> None:
    rows = an_account(2023)
    assert read_one(rows).kind.value == "employer_account"
    assert read_one([["Compte employeur courant"], *rows[1:]]).kind.value == "current_account"
    so_far = [[2026 if cell == 2023 else cell for cell in row] for row in rows]
    assert read_one(so_far).kind.value == "current_account"


def test_a_sheet_as_a_json_object_is_read_with_its_block_of_years() -> None:
    sheet = one(
        json_bytes(
            {
                "siret": "00000001800010", "anneeDeTarification": 2026, "codeRisque": "28.1AD", "ctn": "A",
                "nom": "EXEMPLE", "salaires": {"2022": "5642300", "2023": "5871900", "2024": "6034750"},
                "valeurDuRisque": {"2022": "54286", "2023": "675929", "2024": "17000"},
                "tauxBrut": "4.2613", "tauxNotifie": "4.46",
            }
        )
    )  # fmt: skip
    assert isinstance(sheet, CalculationSheet)
    assert sheet.wages_by_year == {2022: 5_642_300, 2023: 5_871_900, 2024: 6_034_750}
    assert sheet.places["wages_by_year.2023"] == "salaires.2023"
    assert (sheet.rate_year, sheet.notified_percent) == (2026, Fraction("4.46"))


def test_sheets_in_rows_are_one_document_for_each_row() -> None:
    labels = ["SIRET", "Section", "Code risque", "CTN", "Année de tarification", "Date d'effet", "Taux brut",
              "M1", "M2", "M3", "M4", "Taux net individuel", "Taux notifié", "Salaires 2022"]  # fmt: skip
    row = ["00000001800010", "01", "281AD", "A", "2026", "01/01/2026", "4,2613 %", "0,19", "52 %", "0,17", "0,03",
           "6,9660 %", "4,46 %", "5 642 300 €"]  # fmt: skip
    reading = read(csv_bytes([labels, row, [*row[:1], "02", *row[2:]]]))
    assert not reading.faults
    sheets = [sheet for sheet in reading.documents if isinstance(sheet, CalculationSheet)]
    assert [sheet.establishment.section for sheet in sheets] == ["01", "02"]
    assert sheets[1].printed.m2 == 52
    assert sheets[1].wages_by_year == {2022: 5_642_300}
    assert sheets[1].places["notified_percent"] == "ligne 3, colonne 13"


def test_rates_written_in_fractions_are_read_in_percent_and_it_is_said() -> None:
    rows = a_sheet(2026)
    for label, value in (("Taux notifié", "0,0446"), ("Taux brut", "0,042613"), ("Taux net individuel", "0,06966"),
                         ("M1 trajet", "0,0019"), ("M3 compensation", "0,0017"), ("M4 pénibilité", "0,0003"),
                         ("M2 charges", "0,52"), ("Taux de l'année précédente", "0,0345")):  # fmt: skip
        rows = with_cell(rows, label, value)
    rows = [row for row in rows if not (len(row) == 2 and isinstance(row[1], tuple))]
    sheet = read_one(rows)
    assert isinstance(sheet, CalculationSheet)
    assert (sheet.notified_percent, sheet.printed.m1) == (Fraction("4.46"), Fraction("0.19"))
    assert sheet.printed.m2 == 52
    assert [finding.code for finding in sheet.findings] == ["percent_as_fraction"]


def test_the_rate_year_may_stand_in_the_title_alone() -> None:
    rows = [row for row in a_sheet(2026) if not (row and row[0] == "Année de tarification")]
    sheet = read_one([["Feuille de calcul du taux 2026"], *rows[1:]])
    assert isinstance(sheet, CalculationSheet)
    assert (sheet.rate_year, sheet.places["rate_year"]) == (2026, "ligne 1, colonne 1")


def zip_of(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_each_member_of_a_zip_goes_through_the_same_door() -> None:
    content = zip_of(
        {
            "taux/feuille.csv": csv_bytes(a_sheet()),
            "compte.dat": layout.workbook(an_account(), "Compte"),
            "__MACOSX/._compte": b"x",
            "vide.csv": b"",
        }
    )
    reading = read(content, "dossier.zip")
    assert [document.file for document in reading.documents] == [
        "dossier.zip/taux/feuille.csv",
        "dossier.zip/compte.dat",
    ]
    assert [fault.source for fault in reading.faults] == ["dossier.zip/vide.csv"]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"../feuille.csv": b"x"}, "chemin qui mène hors du ZIP"),
        ({"/etc/feuille.csv": b"x"}, "chemin qui mène hors du ZIP"),
        ({"C:\\feuille.csv": b"x"}, "chemin qui mène hors du ZIP"),
        ({"dans.zip": zip_of({"a.csv": b"x"})}, "ZIP à l'intérieur du ZIP"),
        ({"bombe.csv": bytes(3_000_000)}, "bombe ZIP"),
        ({f"{at}.csv": b"x" for at in range(200)}, "ZIP de 201 fichiers"),
        ({}, "ZIP vide"),
    ],
)
def test_a_dangerous_zip_is_refused_whole(members: dict[str, bytes], said: str) -> None:
    reading = read(zip_of({"bonne.csv": csv_bytes(a_sheet())} | members if members else {}))
    assert not reading.documents
    assert said in reading.faults[0].message


def test_an_encrypted_zip_and_a_zip_that_lies_about_its_size_are_refused() -> None:
    locked = bytearray(zip_of({"a.csv": b"abc"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + at] |= 1
    (fault,) = read(bytes(locked)).faults
    assert "protégé par un mot de passe" in fault.message
    for cut in (40, len(locked) - 10):
        (fault,) = read(zip_of({"a.csv": b"abc" * 50})[:cut]).faults
        assert "ZIP endommagé" in fault.message


def test_a_zip_whose_member_has_no_name_is_refused() -> None:
    content = zip_of({"a.csv": b"abc"}).replace(b"a.csv", b"")
    for mark, at in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
        start = content.index(mark) + at
        content = content[:start] + b"\x00\x00" + content[start + 2 :]
    (fault,) = read(content).faults
    assert fault.message.startswith("ZIP")


def test_protected_workbooks_are_named_as_such_old_or_new() -> None:
    for content in (xls(a_sheet(), protected=True), compound({"EncryptedPackage": b"x", "EncryptionInfo": b"y"})):
        (fault,) = read(content).faults
        assert fault.message == "classeur protégé par un mot de passe"


def test_a_formula_is_refused_with_its_cell_in_a_workbook_and_in_a_text() -> None:
    content = layout.workbook(with_cell(a_sheet(), "Taux notifié", "=formule"), "Feuille")
    assert read_files([("x", content)], TODAY).faults[0].message.startswith("Taux notifié : « =formule »")
    (fault,) = read(csv_bytes(with_line_cell(an_account(), 0, "Valeur du risque", "=N13*2"))).faults
    assert "est une formule" in fault.message
    (fault,) = read(csv_bytes(with_line_cell(an_account(), 0, "Valeur du risque", "#REF!"))).faults
    assert "erreur de calcul du tableur" in fault.message


def test_a_code_that_a_spreadsheet_wraps_keeps_its_zeros() -> None:
    account = read_one(with_line_cell(an_account(), 0, "SIRET", '="00000001800010"'))
    assert isinstance(account, EmployerAccount)
    assert account.lines[0].establishment.siret == "00000001800010"


def test_two_encodings_in_one_file_are_refused_with_a_line_of_each() -> None:
    content = csv_bytes(an_account(), "utf-8").splitlines(keepends=True)
    content[1] = "Caisse;CARSAT DE DÉMONSTRATION\r\n".encode("cp1252")
    (fault,) = read(b"".join(content)).faults
    assert "deux encodages mêlés" in fault.message
    assert "Windows-1252 en ligne 2" in fault.message


def test_a_total_between_lines_is_a_control() -> None:
    rows = an_account(2022)
    at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
    for label, amount, said in (
        ("Total", 42_541, []),
        ("Total", 42_600, ["total de 42 600 €"]),
        ("Sous-total", 42_541, []),
        ("Sous-total", 42_600, ["subtotal_differs"]),
    ):
        middle = [label, *[""] * 20, Fraction(amount)]
        reading = read(csv_bytes([*rows[: at + 3], middle, *rows[at + 3 :]]))
        found = [fault.message.replace("\u202f", " ").replace("\u00a0", " ") for fault in reading.faults]
        found += [finding.code for document in reading.documents for finding in document.findings]
        assert [text for text in found if any(text.startswith(one) for one in said)] == found
        assert len(found) == len(said)


def test_a_line_cut_before_its_value_is_a_cut_file() -> None:
    content = csv_bytes(an_account(2022))
    last = content.index(b"EXEMPLE;SIX;AT;")
    (fault,) = read(content[: last + 15]).faults
    assert "le fichier est tronqué" in fault.message


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("Année de tarification", "2028", "est à venir"),
        ("Année de tarification", "2024", "n'entre pas dans le taux 2024, calculé sur 2020 à 2022"),
    ],
)
def test_the_wrong_year_of_a_sheet_is_refused(label: str, value: str, said: str) -> None:
    (fault,) = read(csv_bytes(with_cell(a_sheet(2026), label, value))).faults
    assert said in fault.message


@pytest.mark.parametrize(("year", "said"), [("2027", "est à venir"), ("2009", "d'avant la réforme de 2010")])
def test_the_wrong_year_of_an_account_is_refused(year: str, said: str) -> None:
    (fault,) = read(csv_bytes(with_line_cell(an_account(), 0, "Exercice", year))).faults
    assert said in fault.message


def test_every_fault_of_a_paper_says_what_it_was_taken_for_and_the_screen_to_export() -> None:
    for rows, said in (
        (with_line_cell(an_account(), 0, "Exercice", "?"), "écran à exporter : « Éléments de calcul du taux »"),
        (with_cell(a_sheet(), "Taux brut", "?"), "écran à exporter : « Feuille de calcul »"),
    ):
        (fault,) = read(csv_bytes(rows)).faults
        assert said in fault.line()


def test_only_the_first_faults_of_a_paper_are_listed_and_the_others_counted() -> None:
    rows = an_account()
    at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
    line = ["?", *rows[at + 1][1:]]
    reading = read(csv_bytes([*rows[: at + 1], *[line] * 80]))
    assert len(reading.faults) == 51
    assert reading.faults[-1].message == "et 30 autres défauts"
