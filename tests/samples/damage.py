"""Writes the damaged papers: `python -m tests.samples.damage`. The files are committed; each must be refused.

They are the papers of an invented company, each with one thing done to it that happens to real files. Every one has,
beside it in `DAMAGES`, what the refusal must say.
"""

from __future__ import annotations

import io
import struct
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import xlsxwriter

from tests.rate_records.builders import a_sheet, an_account, csv_bytes, with_cell, with_line_cell
from tests.rate_records.old_workbook import compound, xls
from tests.rate_records.pages import image_pdf, pdf
from tests.rate_records.papers_in_pages import PAGE, account_pages
from tests.rate_records.payrolls import a_person, dsn_bytes, dsn_lines
from tests.samples import layout

if TYPE_CHECKING:
    from tests.rate_records.builders import Rows

HERE = Path(__file__).parent / "damaged"
BEFORE_2010: Rows = [
    ["Compte employeur 2008"],
    ["SIRET", "00000001800010"],
    ["Exercice", "NIR", "Nom", "Date de l'accident", "Frais médicaux", "Frais de pharmacie", "Hospitalisation",
     "Indemnités journalières", "Capital représentatif", "Total"],
    [2008, "1509900000001", "EXEMPLE", "14/03/2008", "120,00", "35,20", "0,00", "1 240,10", "0,00", "1 395,30"],
]  # fmt: skip
MIXED_LINE = "Caisse;CARSAT DE DÉMONSTRATION\r\n"


class Damage(NamedTuple):
    """One damaged paper: its name, its content, and what must be said of it."""

    name: str
    content: bytes
    said: str


def damages() -> tuple[Damage, ...]:
    """Every damaged paper."""
    account, sheet = an_account(2022), a_sheet(2026)
    page = pdf(account_pages(account), PAGE)
    book = layout.workbook(sheet, "Feuille")
    dsn = dsn_bytes(dsn_lines([a_person(1)]))
    return (
        Damage("vide.csv", b"", "fichier vide"),
        Damage("tronque.csv", _cut(csv_bytes(account), b"EXEMPLE;SIX;AT;"), "le fichier est tronqué"),
        Damage("tronque.pdf", page[: len(page) * 2 // 3], "PDF tronqué"),
        Damage("tronque.xlsx", book[: len(book) * 2 // 3], "classeur endommagé ou tronqué"),
        Damage("tronque.zip", _zip({"compte.csv": csv_bytes(account)})[:-30], "ZIP endommagé ou tronqué"),
        Damage("tronque.dsn", dsn[: len(dsn) - 60], "fichier DSN tronqué"),
        Damage("tronque.json", b'[{"exercice": "2025", "siret": "0000000', "JSON mal formé"),
        Damage("protege.xlsx", compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}), "mot de passe"),
        Damage("protege.zip", _locked(_zip({"compte.csv": b"x"})), "mot de passe"),
        Damage("protege.pdf", _locked_pdf(), "mot de passe"),
        Damage("image.pdf", image_pdf(2), "en image, sans texte à lire"),
        Damage("photo_renommee.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "format image reconnu"),
        Damage("programme_renomme.csv", b"MZ\x90\x00\x03" + bytes(range(256)), "fichier binaire"),
        Damage("page_renommee.xlsx", b"<!DOCTYPE html><html><body>Session expir\xc3\xa9e</body></html>", "format HTML"),
        Damage("bombe.zip", _zip({"compte.csv": bytes(2_500_000)}), "bombe ZIP"),
        Damage("bombe.xlsx", _book_bomb(), "bombe ZIP"),
        Damage("geante.xlsx", _book_far_apart(), "classeur hors limites"),
        Damage("geante.xls", _old_book_far_apart(), "classeur hors limites"),
        Damage("chemin_dehors.zip", _zip({"../../compte.csv": csv_bytes(account)}), "chemin qui mène hors du ZIP"),
        Damage("zip_dans_zip.zip", _zip({"dedans.zip": _zip({"a.csv": b"x"})}), "ZIP à l'intérieur du ZIP"),
        Damage("annee_a_venir.csv", csv_bytes(with_line_cell(account, 0, "Exercice", "2031")), "est à venir"),
        Damage(
            "mauvaise_periode.csv",
            csv_bytes(with_cell(sheet, "Année de tarification", 2024)),
            "n'entre pas dans le taux 2024",
        ),
        Damage("siret_abime.csv", csv_bytes(with_cell(sheet, "SIRET", "1,80001E+09")), "abîmé par le tableur"),
        Damage("siret_abime.xlsx", _book_with(sheet, "SIRET", 12345700000000), "abîmé par le tableur"),
        Damage("formules.xlsx", _book_of_formulas(), "formule au lieu d'une valeur"),
        Damage(
            "formules.csv",
            csv_bytes(with_line_cell(account, 0, "Valeur du risque", "=N13*(1-S13)")),
            "est une formule, pas une valeur",
        ),
        Damage("encodages_meles.csv", _mixed(csv_bytes(account, "utf-8")), "deux encodages mêlés"),
        Damage("total_au_milieu.csv", csv_bytes(_with_wrong_total(account)), "au milieu des lignes"),
        Damage("avant_2010.csv", csv_bytes(BEFORE_2010), "compte d'avant la réforme de 2010"),
        Damage("sans_apostrophes.dsn", _without_quotes(dsn), "n'est pas entre apostrophes"),
        Damage("deux_colonnes.csv", csv_bytes(_with_two_columns(account)), "deux colonnes pour « Nom »"),
        Damage("colonne_absente.csv", csv_bytes(_without_value(account)), "aucune colonne « Valeur du risque »"),
    )


def _cut(content: bytes, after: bytes) -> bytes:
    return content[: content.index(after) + len(after)]


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 15, 9, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _locked(content: bytes) -> bytes:
    """A ZIP whose only member says that it is encrypted."""
    locked = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + at] |= 1
    return bytes(locked)


def _locked_pdf() -> bytes:
    """A PDF whose dictionary of protection no empty password opens."""
    content = pdf([[]])
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(%s)/U(%s)>>/ID[(0123456789abcdef)(0123456789abcdef)]"
    return content.replace(b"/Root 1 0 R", b"/Root 1 0 R" + lock % (b"o" * 32, b"u" * 32))


def _book_bomb() -> bytes:
    """A workbook whose sheet is nothing but blanks, once opened."""
    out = io.BytesIO(layout.workbook([["x"]], "Feuille"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("xl/worksheets/sheet2.xml", (2026, 1, 15, 9, 0, 0))
        archive.writestr(info, b" " * 2_500_000, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _book_far_apart() -> bytes:
    """A workbook with a cell at each end of its only sheet: seventeen thousand million cells between them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": layout.CREATED})
        page = book.add_worksheet("Feuille")
        page.write(0, 0, "SIRET")
        page.write(1_048_575, 16_383, "fin")
    return out.getvalue()


def _old_book_far_apart() -> bytes:
    """The same in an old workbook, where any cell may say that it stands anywhere."""
    content = xls([["SIRET"], ["fin"]])
    record = struct.pack("<HH", 0x0204, 9 + 2 * len("fin"))
    return content.replace(record + struct.pack("<HH", 1, 0), record + struct.pack("<HH", 65_535, 65_535))


def _book_with(rows: Rows, label: str, value: int) -> bytes:
    return layout.workbook(with_cell(rows, label, value), "Feuille")


def _book_of_formulas() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": layout.CREATED})
        page = book.add_worksheet("Feuille")
        for y, row in enumerate(a_sheet(2026)):
            for x, cell in enumerate(row):
                if isinstance(cell, int | str):
                    page.write(y, x, cell)
        page.write_formula(3, 4, "=SUM(B4:D4)", None, 3)
    return out.getvalue()


def _mixed(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    lines[1] = MIXED_LINE.encode("cp1252")
    return b"".join(lines)


def _header(rows: Rows) -> int:
    return next(at for at, row in enumerate(rows) if "N° sinistre" in row)


def _with_wrong_total(rows: Rows) -> Rows:
    at = _header(rows) + 4
    return [*rows[:at], ["Total", *[""] * 20, Fraction(99_999)], *rows[at:]]


def _with_two_columns(rows: Rows) -> Rows:
    at = _header(rows)
    return [["Victime" if cell == "Prénom" else cell for cell in row] if y == at else row for y, row in enumerate(rows)]


def _without_value(rows: Rows) -> Rows:
    at = _header(rows)
    return [row if y < at else row[:-1] for y, row in enumerate(rows)]


def _without_quotes(content: bytes) -> bytes:
    return content.replace(b"'", b"")


def main() -> None:
    """Write every file."""
    HERE.mkdir(exist_ok=True)
    for damage in damages():
        (HERE / damage.name).write_bytes(damage.content)
        print(f"{damage.name} : {len(damage.content)} octets")


if __name__ == "__main__":
    main()
