"""Files of accounting entries made for tests: two balanced entries, of which a test says what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.ledger.fec import COLUMNS
from atmp_insure.ledger.fec_check import check_fec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.ledger.fec_findings import FecReport

NAME = "732829320FEC20251231.txt"
_ROW = {
    "JournalCode": "AC", "JournalLib": "Achats", "EcritureNum": "AC0001", "EcritureDate": "20250115",
    "CompteNum": "606400", "CompteLib": "Fournitures", "PieceRef": "F-778", "PieceDate": "20250110",
    "EcritureLib": "Papier", "Debit": "100,00", "Credit": "0,00", "ValidDate": "20250120",
}  # fmt: skip

Row = dict[str, str]


def a_row(**changes: str) -> Row:
    """A line that debits 100,00 on a purchase account, with the texts that the test changes, by column."""
    return dict.fromkeys(COLUMNS, "") | _ROW | changes


def an_entry(number: str = "AC0001", day: str = "20250115", first: Row | None = None, **both: str) -> list[Row]:
    """An entry of two lines that balance; `first` changes its first line, `both` its two lines."""
    shared = {"EcritureNum": number, "EcritureDate": day, "ValidDate": max(day, "20250120")} | both
    debit = a_row(**shared | (first or {}))
    credit = a_row(**{"CompteNum": "401000", "CompteLib": "Fournisseurs", "Debit": "0,00", "Credit": "100,00"} | shared)
    return [debit, credit]


def a_file(
    rows: Sequence[Row] | None = None, header: Sequence[str] = COLUMNS, separator: str = "\t", end: str = "\r\n"
) -> str:
    """A file as text: its header, then a line a row, by the columns of the header."""
    given = an_entry() + an_entry("AC0002", "20250116") if rows is None else rows
    return "".join(
        separator.join(line) + end for line in [list(header), *([row.get(n, "") for n in header] for row in given)]
    )


def checked(text: str | bytes, name: str | None = NAME) -> FecReport:
    """The report on a file, in ISO 8859-15 when it is given as text."""
    return check_fec([text if isinstance(text, bytes) else text.encode("iso8859-15")], name)


def codes(report: FecReport) -> list[str]:
    """The code of each finding."""
    return [finding.rule.value for finding in report.findings]
