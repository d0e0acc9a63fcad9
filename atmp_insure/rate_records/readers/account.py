"""A grid as an employer account (compte employeur), annual or current."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records import code_notation, notation
from atmp_insure.rate_records.documents import (
    CurrentAccount,
    EmployerAccount,
    Finding,
    PrintedAmount,
    Severity,
)
from atmp_insure.rate_records.labels import ACCOUNT_COLUMNS, ACCOUNT_HEADER, IDENTIFIES_A_CLAIM, normal_label
from atmp_insure.rate_records.readers.account_lines import (
    LineReader,
    fraction_findings,
    percent_factors,
    percent_findings,
)
from atmp_insure.rate_records.readers.account_table import account_table, cut_line_faults, refuse_before_reform
from atmp_insure.rate_records.readers.account_title import year_in_title
from atmp_insure.rate_records.readers.columns import header_row, known_labels
from atmp_insure.rate_records.readers.label_value import labelled_texts, not_understood
from atmp_insure.rate_records.readers.mapping import ACCOUNT, mapped_header
from atmp_insure.rate_records.readers.transcription import Transcription, establishment
from atmp_insure.rate_records.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.rate_records.documents import AccountLine
    from atmp_insure.rate_records.readers.account_table import AccountTable
    from atmp_insure.rate_records.readers.grid import Grid, Row
    from atmp_insure.rate_records.readers.source import Context, Source

NO_CLAIM_FR = "Aucun AT/MP pour la période"
_NO_CLAIM = ("aucun at mp", "aucun sinistre", "aucun accident", "pas d at mp")
_LONGEST_MESSAGE = 120
_OF_CLAIMS = {*IDENTIFIES_A_CLAIM, "it_category", "ip_category", "absence_days"}  # no other paper has such columns


def is_account(grid: Grid, context: Context) -> bool:
    """Whether a grid has a row of column labels of an account, or says that the account is empty."""
    if mapped_header(grid.rows, ACCOUNT, context.mappings) is not None:
        return True
    header = header_row(grid, ACCOUNT_COLUMNS)
    if header is None:
        return says_no_claim(grid) is not None
    return not known_labels((text for text in header.texts if text), ACCOUNT_COLUMNS).isdisjoint(_OF_CLAIMS)


def says_no_claim(grid: Grid) -> Row | None:
    """The row that says that there is no claim for the period: what an empty current account shows."""
    for row in grid.rows:
        text = row.first_text()
        if text[:1] in "AaPp" and len(text) <= _LONGEST_MESSAGE and normal_label(text).startswith(_NO_CLAIM):
            return row
    return None


class _Identity(NamedTuple):
    """What stands above the lines of an account."""

    cells: Transcription
    year: int | None
    siret: str | None

    @classmethod
    def of(cls, cells: Transcription, source: Source) -> _Identity:
        year = cells.value("account_year", partial(notation.account_year, today=source.today))
        siret = cells.value("siret", code_notation.siret)
        return cls(cells, year, siret if siret is not None else cells.value("nic", code_notation.siret))

    def titled(self, grid: Grid, source: Source) -> _Identity:
        """The same, with the year of the title (`Compte employeur 2023`) when no label gives it."""
        title = None if self.year is not None else year_in_title(grid, grid.rows)
        if title is None:
            return self
        read = partial(notation.account_year, today=source.today)
        return self._replace(year=self.cells.read(title, read, "account_year", ACCOUNT_HEADER.label_fr("account_year")))


def read_account(grid: Grid, source: Source) -> EmployerAccount:
    """The account that a grid holds, every value with its place.

    Raises:
        InvalidInput: two columns for one value, a needed one missing, or cells that cannot be read; all faults at once.
    """
    empty = says_no_claim(grid)
    if empty is not None and header_row(grid, ACCOUNT_COLUMNS) is None:
        refuse_before_reform(grid)
        return _empty_account(grid, source, empty)
    return _account_of_lines(grid, source, empty)


def _account_of_lines(grid: Grid, source: Source, empty: Row | None) -> EmployerAccount:
    """The account under a row of labels; `empty` is the row that says that it has no line."""
    faults: list[Fault] = []
    table = account_table(grid, source.context.mappings)
    notes = [row for row in table.notes if row is not empty]
    texts, unknown = labelled_texts(grid, notes, ACCOUNT_HEADER, faults)
    head = _Identity.of(Transcription(texts, ACCOUNT_HEADER, faults), source)
    factors = percent_factors(table)
    by_row = LineReader(table, factors, head.year, head.siret, source.today, faults).lines()
    faults += cut_line_faults(table)
    totals_between = _totals_between(table, by_row)
    if totals_between is not None:
        faults += totals_between.total_faults(table, by_row)
    lines = tuple(by_row.values())
    said_current = is_current(grid, table.lines, {line.account_year for line in lines}, source)
    told = faults if not faults and not said_current else None  # a wrong line is told already
    years = _years(head if lines or said_current else head.titled(grid, source), lines, source, told)
    kind = CurrentAccount if said_current else EmployerAccount
    account = kind(
        file=source.file,
        sha256=source.sha256,
        establishment=establishment(head.cells, _siret(head.siret, lines, told)),
        year=years[0] if len(years) == 1 else None,
        headcount=head.cells.value("headcount", notation.headcount),
        wages_eur=head.cells.value("wages_eur", notation.positive_euros),
        issued_on=head.cells.value("issued_on", partial(notation.day, today=source.today)),
        account_years=years,
        lines=lines,
        total=_total(table, head.cells),
        places=head.cells.places,
        ignored=(*table.ignored(), *not_understood(unknown)),
        findings=_account_findings(table, factors, by_row, empty),
        to_review=grid.rebuilt,
        mapping=None if table.columns.mapping is None else table.columns.mapping.name,
    )
    if faults:
        raise InvalidInput(faults)
    return account


def _totals_between(table: AccountTable, by_row: Mapping[int, AccountLine]) -> Any:
    """The module that controls totals between lines, when there are some: few accounts have any."""
    last = max(by_row, default=0)
    if all(row.number > last for row in table.totals):
        return None
    return import_module("atmp_insure.rate_records.readers.account_totals")


def _account_findings(
    table: AccountTable, factors: Mapping[str, int], by_row: Mapping[int, AccountLine], empty: Row | None
) -> tuple[Finding, ...]:
    return (
        *table.columns.findings(),
        *fraction_findings(table, factors),
        *percent_findings(by_row.values()),
        *(
            ()
            if (totals_between := _totals_between(table, by_row)) is None
            else totals_between.total_findings(table, by_row)
        ),
        *(_no_claim_finding(table.grid, empty or table.header) if not by_row else ()),
    )


def is_current(grid: Grid, lines: Iterable[Row], years: set[int], source: Source) -> bool:
    """Whether an account is the current one: its title or its file says so, or its years are this one and the last."""
    of_lines = {row.number for row in lines}
    titles = " ".join(
        row.first_text() for row in grid.rows if row.number not in of_lines and len(row.first_text()) < 100
    )
    if "courant" in normal_label(titles).split() or "courant" in normal_label(source.file).split():
        return True
    if source.today.year in years:
        return True  # the annual account of a year is made after it
    return len(years) == 2 and max(years) - min(years) == 1 and max(years) == source.today.year - 1


def _empty_account(grid: Grid, source: Source, said: Row) -> EmployerAccount:
    faults: list[Fault] = []
    texts, unknown = labelled_texts(grid, [row for row in grid.rows if row is not said], ACCOUNT_HEADER, faults)
    head = _Identity.of(Transcription(texts, ACCOUNT_HEADER, faults), source).titled(grid, source)
    if faults:
        raise InvalidInput(faults)
    is_annual = head.year is not None and head.year not in _years_so_far(source)
    kind = CurrentAccount if not is_annual or is_current(grid, (), set(), source) else EmployerAccount
    return kind(
        file=source.file,
        sha256=source.sha256,
        establishment=establishment(head.cells, head.siret or ""),
        year=head.year,
        account_years=_years_so_far(source) if head.year is None else (head.year,),
        issued_on=head.cells.value("issued_on", partial(notation.day, today=source.today)),
        lines=(),
        places=head.cells.places,
        ignored=tuple(not_understood(unknown)),
        findings=_no_claim_finding(grid, said),
        to_review=grid.rebuilt,
    )


def _no_claim_finding(grid: Grid, row: Row) -> tuple[Finding]:
    said = "Aucun sinistre pour la période : ce compte vide est une réponse, pas une erreur."
    return (Finding(Severity.INFORMATION, "account_without_claims", said, grid.row_place(row)),)


def _years_so_far(source: Source) -> tuple[int, int]:
    """The years of a current account: the last one and this one."""
    return source.today.year - 1, source.today.year


def _years(
    head: _Identity, lines: tuple[AccountLine, ...], source: Source, faults: list[Fault] | None
) -> tuple[int, ...]:
    """Account years: those of the lines, and the one of the header even when it has no line."""
    years = {line.account_year for line in lines} | ({head.year} if head.year is not None else set())
    if years:
        return tuple(sorted(years))
    if faults is None:
        return _years_so_far(source)
    remedy = "Ajouter « Exercice ; 2024 » au-dessus des lignes, ou une colonne « Exercice »"
    faults.append(Fault("année du compte absente", remedy))
    return ()


def _siret(siret: str | None, lines: tuple[AccountLine, ...], faults: list[Fault] | None) -> str:
    if siret is not None:
        return siret
    if not lines and faults is not None:
        faults.append(Fault("SIRET absent", "Ajouter « SIRET ; … » au-dessus des lignes, ou une colonne « SIRET »"))
    return lines[0].establishment.siret if lines else ""


def _total(table: AccountTable, head: Transcription) -> PrintedAmount | None:
    """The printed value of the risk: below its column, else beside a label."""
    below = table.printed_total(head.faults)
    beside = head.value("total", notation.euros) if below is None else None
    return below if beside is None else PrintedAmount(beside, head.places["total"])
