"""Papers for the tests: the faultless ones of the samples, with the one thing changed that a test is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.reconciliation import reconcile
from tests.samples import layout
from tests.samples.companies import ACCOUNT_YEARS, METALWORKS, SHOP
from tests.samples.expected import expected_rates
from tests.samples.generate import account_rows, sheet_rows

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Document, Finding
    from atmp_insure.rate_records.readers import Reading
    from atmp_insure.rate_records.reconciliation import Reconciliation
    from atmp_insure.regulation.law import Law
    from tests.samples.companies import Company
    from tests.samples.layout import Cell

Rows = list[list[Any]]  # cells of `samples.layout`
Change = Callable[[Rows], Rows]
TODAY = date(2026, 11, 22)
__all__ = ["METALWORKS", "SHOP", "TODAY"]


def a_sheet(rate_year: int = 2025, company: Company = METALWORKS) -> Rows:
    """Rows of a faultless sheet."""
    return [list(row) for row in sheet_rows(company, expected_rates(company)[rate_year])]


def an_account(account_year: int = 2022, company: Company = METALWORKS) -> Rows:
    """Rows of a faultless account."""
    return [list(row) for row in account_rows(company, account_year)]


def all_papers(company: Company = METALWORKS) -> dict[str, Rows]:
    """Rows of the three sheets and three accounts of a company, by name of file."""
    papers = {f"feuille_{year}.csv": sheet_rows(company, rate) for year, rate in expected_rates(company).items()}
    return papers | {f"compte_{year}.csv": an_account(year, company) for year in ACCOUNT_YEARS}


def with_cell(rows: Rows, label: str, value: Cell, column: int = 1) -> Rows:
    """The rows with one cell replaced: on the row that starts with the label, in a column (a name, or its index)."""
    found = [row for row in rows if row and row[0] == label]
    assert len(found) == 1, f"{len(found)} rows « {label} »"
    return [[*row[:column], value, *row[column + 1 :]] if row is found[0] else row for row in rows]


def without_row(rows: Rows, label: str) -> Rows:
    """The rows but the one that starts with a label."""
    kept = [row for row in rows if not row or row[0] != label]
    assert len(kept) == len(rows) - 1
    return kept


def with_line_cell(rows: Rows, line: int, column: str, value: Cell) -> Rows:
    """The rows of an account with one cell of one of its lines (counted from 0) replaced."""
    header = next(at for at, row in enumerate(rows) if "N° sinistre" in row)
    index = rows[header].index(column)
    changed = [list(row) for row in rows]
    changed[header + 1 + line][index] = value
    return changed


def without_column(rows: Rows, column: str) -> Rows:
    """The rows of an account without one column."""
    header = next(at for at, row in enumerate(rows) if column in row)
    index = rows[header].index(column)
    return [row if at < header else row[:index] + row[index + 1 :] for at, row in enumerate(rows)]


def csv_bytes(rows: Rows, encoding: str = "utf-8", separator: str = ";") -> bytes:
    """The rows as delimited text."""
    return layout.delimited(rows, encoding, separator)


def read_rows(rows: Rows) -> Reading:
    """What reading the rows as delimited text gives."""
    return read_files([("papier.csv", csv_bytes(rows))], TODAY)


def read_one(rows: Rows) -> Document:
    """The one document of the rows; any fault is a failure of the test."""
    reading = read_rows(rows)
    assert not reading.faults, [fault.line() for fault in reading.faults]
    (document,) = reading.documents
    return document


def check(papers: dict[str, Rows], law: Law) -> Reconciliation:
    """The papers, read and recomputed."""
    reading = read_files([(name, csv_bytes(rows)) for name, rows in papers.items()], TODAY)
    assert not reading.faults, [fault.line() for fault in reading.faults]
    return reconcile(reading.documents, law)


def check_with(law: Law, name: str, change: Change, company: Company = METALWORKS) -> Reconciliation:
    """The faultless papers of a company, one of them changed, read and recomputed."""
    papers = all_papers(company)
    return check(papers | {name: change(papers[name])}, law)


def codes(findings: tuple[Finding, ...]) -> list[str]:
    """Codes of findings, sorted."""
    return sorted(finding.code for finding in findings)
