"""A grid as an employer account (compte employeur)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records import notation
from atmp_insure.rate_records.documents import EmployerAccount, PrintedAmount
from atmp_insure.rate_records.labels import ACCOUNT_HEADER
from atmp_insure.rate_records.readers.account_lines import (
    LineReader,
    fraction_findings,
    percent_factors,
    percent_findings,
)
from atmp_insure.rate_records.readers.account_table import account_table, header_row
from atmp_insure.rate_records.readers.label_value import labelled_texts, not_understood
from atmp_insure.rate_records.readers.transcription import Transcription, establishment

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import AccountLine
    from atmp_insure.rate_records.readers.account_table import AccountTable
    from atmp_insure.rate_records.readers.grid import Grid
    from atmp_insure.rate_records.readers.source import Source


def is_account(grid: Grid) -> bool:
    """Whether a grid has a row of column labels of an account."""
    return header_row(grid) is not None


def read_account(grid: Grid, source: Source) -> EmployerAccount:
    """The account that a grid holds, every value with its place.

    Raises:
        InvalidInput: two columns for one value, a needed one missing, or cells that cannot be read; all faults at once.
    """
    faults: list[Fault] = []
    table = account_table(grid)
    texts, unknown = labelled_texts(grid, table.notes, ACCOUNT_HEADER, faults)
    head = Transcription(texts, ACCOUNT_HEADER, faults)
    year, siret = head.value("account_year", notation.year), head.value("siret", notation.siret)
    factors = percent_factors(table)
    lines = LineReader(table, factors, year, siret, source.today, faults).lines()
    years = _years(year, lines, faults)
    account = EmployerAccount(
        file=source.file,
        sha256=source.sha256,
        establishment=establishment(head, _siret(siret, lines, faults)),
        year=years[0] if len(years) == 1 else None,
        headcount=head.value("headcount", notation.headcount),
        wages_eur=head.value("wages_eur", notation.positive_euros),
        account_years=years,
        lines=lines,
        total=_total(table, head),
        places=head.places,
        ignored=(*table.ignored(), *not_understood(unknown)),
        findings=(*table.unknown_column_findings(), *fraction_findings(table, factors), *percent_findings(lines)),
    )
    if faults:
        raise InvalidInput(faults)
    return account


def _years(year: int | None, lines: tuple[AccountLine, ...], faults: list[Fault]) -> tuple[int, ...]:
    """Account years: those of the lines, and the one of the header even when it has no line."""
    years = {line.account_year for line in lines} | ({year} if year is not None else set())
    if not years and not faults:
        remedy = "Ajouter « Exercice ; 2024 » au-dessus des lignes, ou une colonne « Exercice »"
        faults.append(Fault("année du compte absente", remedy))
    return tuple(sorted(years))


def _siret(siret: str | None, lines: tuple[AccountLine, ...], faults: list[Fault]) -> str:
    if siret is not None:
        return siret
    if not lines and not faults:
        faults.append(Fault("SIRET absent", "Ajouter « SIRET ; … » au-dessus des lignes, ou une colonne « SIRET »"))
    return lines[0].establishment.siret if lines else ""


def _total(table: AccountTable, head: Transcription) -> PrintedAmount | None:
    """The printed value of the risk: below its column, else beside a label."""
    below = table.printed_total(head.faults)
    beside = head.value("total", notation.euros) if below is None else None
    return below if beside is None else PrintedAmount(beside, head.places["total"])
