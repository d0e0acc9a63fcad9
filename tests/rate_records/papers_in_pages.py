"""Papers laid out on pages, as a portal prints them: the rows of the samples, in PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.rate_records.builders import an_account
from tests.rate_records.pages import Column, Text, pdf, table_page
from tests.samples import layout

if TYPE_CHECKING:
    from tests.rate_records.builders import Rows

PAGE = (930, 595)
ROWS_OF_A_PAGE = 22
_LABELS = (
    ("Exercice",), ("SIRET",), ("Section",), ("Code", "risque"), ("CTN",), ("N° sinistre",), ("Nom",), ("Prénom",),
    ("Nature",), ("Date du", "sinistre"), ("Date de", "notification"), ("Nb jours", "d'arrêt"), ("Catégorie", "IT"),
    ("Coût moyen", "IT"), ("Date de", "notification IP"), ("Taux", "d'IP"), ("Catégorie", "IP"), ("Coût moyen", "IP"),
    ("% RCT",), ("% ETT",), ("% EUT",), ("Valeur du", "risque"),
)  # fmt: skip
_WIDTHS = (32, 58, 27, 30, 18, 88, 52, 36, 26, 38, 40, 34, 34, 36, 46, 24, 34, 36, 26, 24, 24, 42)
_TO_THE_RIGHT = frozenset({11, 13, 15, 17, 18, 19, 20, 21})
_GAP = 3


def account_table(lines: int, account_year: int = 2022) -> Rows:
    """The rows of an account, with its lines repeated up to a number."""
    rows = an_account(account_year)
    at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
    claims = [row for row in rows[at + 1 :] if row and row[0] == account_year]
    return [*rows[: at + 1], *(claims[index % len(claims)] for index in range(lines))]


def columns() -> list[Column]:
    """The columns of an account on a page, labels over two lines, amounts to the right."""
    found, left = [], 15.0
    for at, (label, width) in enumerate(zip(_LABELS, _WIDTHS, strict=True)):
        found.append(Column(label, left, width, at in _TO_THE_RIGHT))
        left += width + _GAP
    return found


def account_pages(rows: Rows, rows_of_a_page: int = ROWS_OF_A_PAGE, *, centred: bool = False) -> list[list[Text]]:
    """The pages of an account: its header on the first one, a title and the labels on each, and page numbers."""
    at = next(index for index, row in enumerate(rows) if "N° sinistre" in row)
    above = [" : ".join(layout._french(cell) for cell in row[:2]) for row in rows[:at] if row]
    body = [[layout._french(cell) for cell in row] for row in rows[at + 1 :] if row]
    body = [[*row, *[""] * (len(_LABELS) - len(row))] for row in body]
    cut = [body[first : first + rows_of_a_page] for first in range(0, len(body), rows_of_a_page)] or [[]]
    return [
        table_page(
            columns(), part, above if number == 1 else above[:1], [f"Page {number} / {len(cut)}"], centred=centred
        )
        for number, part in enumerate(cut, start=1)
    ]


def account_pdf(pages: int) -> bytes:
    """A PDF of so many full pages."""
    return pdf(account_pages(account_table(pages * ROWS_OF_A_PAGE)), PAGE)


def sheet_page(rows: Rows, value_at: float = 230) -> list[Text]:
    """A calculation sheet on a page: labels to the left, values beside them, the block of years in columns."""
    texts = []
    for at, row in enumerate(rows):
        y = 40 + 15 * at
        for column, cell in enumerate(row):
            text = layout._french(cell)
            if column == 0:
                texts.append(Text(40, y, text, 9))
            elif len(row) > 3:
                texts.append(Text(value_at + 70 * column, y, text, 9, right=True))
            else:
                texts.append(Text(value_at, y, text, 9))
    return texts
