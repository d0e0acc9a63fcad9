"""A file of accounting entries, of any software, judged from its bytes and its name in one pass.

Nothing stops it but a file that is no text or has no columns; memory grows with the entries, not with the lines.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING

from atmp_insure.ledger.fec_entries import FecBook
from atmp_insure.ledger.fec_findings import FecFinding, FecReport, Findings, Rule
from atmp_insure.ledger.fec_lines import line_findings, read_fec_line
from atmp_insure.ledger.fec_reading import SEPARATORS_FR, Decoder, control_characters, read_header, split_lines
from atmp_insure.ledger.fec_year import financial_year, name_findings, read_fec_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from atmp_insure.ledger.fec_reading import FecHeader
    from atmp_insure.ledger.fec_year import FinancialYear

_CENT = Decimal("0.01")


def check_fec(chunks: Iterable[bytes], name: str | None = None, first_day: date | None = None) -> FecReport:
    """What is wrong with a file of accounting entries, and what was recognised of it.

    Args:
        chunks: its bytes, in pieces of any size: `[content]`, or a file read as it comes.
        name: of the file, without its folder; None leaves out what the name says.
        first_day: of the financial year; None counts twelve months back from the closing day.

    Source: art. L.47 A and A.47 A-1 LPF (arrêté du 29 juillet 2013); BOI-CF-IOR-60-40-20.
    """
    named = read_fec_name(name)
    closing_day = named.closing_day
    year = None if closing_day is None else financial_year(closing_day, first_day)
    check = _Check(year)
    for finding in name_findings(named):
        check.findings.add(finding)
    check.read(chunks)
    book = check.book
    return FecReport(
        name=name,
        siren=named.siren,
        first_day=None if year is None else year.first_day,
        closing_day=closing_day,
        encoding=check.decoder.encoding,
        separator="" if check.header is None else SEPARATORS_FR[check.header.separator],
        lines=check.lines,
        unread_lines=book.unread_lines,
        entries=len(book.entries),
        debit_eur=book.debit_cents * _CENT,
        credit_eur=book.credit_cents * _CENT,
        findings=check.findings.told(),
        counts=dict(check.findings.counts),
    )


class _Check:
    """What is known of a file while it is read."""

    def __init__(self, year: FinancialYear | None) -> None:
        self.year = year
        self.findings = Findings()
        self.decoder = Decoder()
        self.book = FecBook()
        self.header: FecHeader | None = None
        self.lines = 0

    def read(self, chunks: Iterable[bytes]) -> None:
        """Judge the file, to its end where that means something."""
        lines = enumerate(split_lines(chunks), start=1)
        for finding in chain(self._header(lines), self._lines(lines), self.decoder.findings(), self._end()):
            self.findings.add(finding)

    def _header(self, lines: Iterator[tuple[int, bytes]]) -> Iterator[FecFinding]:
        number, line = next(lines, (1, b""))
        text = self.decoder.decoded(line, number)
        if self.decoder.is_text:
            self.header, findings = read_header(text)
            yield from findings

    def _lines(self, lines: Iterator[tuple[int, bytes]]) -> Iterator[FecFinding]:
        if self.header is None:
            return
        blank = 0
        for number, line in lines:
            if not line.strip(b" "):
                blank += 1  # at the end of a file they say nothing
                continue
            for empty in range(number - blank, number):
                yield from self._line(self.header, "", empty)
            blank = 0
            yield from self._line(self.header, self.decoder.decoded(line, number), number)

    def _line(self, header: FecHeader, text: str, number: int) -> Iterator[FecFinding]:
        self.lines += 1
        yield from control_characters(text, number)
        found = header.split(text)
        if len(found) != header.count:
            self.book.leave(header.entry_of(found))
            said = f"{len(found)} champs au lieu de {header.count}"
            yield FecFinding(Rule.FIELD_COUNT, said, "Rétablir la ligne : un champ vide garde son séparateur", number)
            return
        line = read_fec_line(header.fields(found), number, has_direction=header.has_direction)
        yield from line_findings(line, self.year)
        yield from self.book.add(line)

    def _end(self) -> Iterator[FecFinding]:
        if self.header is not None and not self.lines:
            yield FecFinding(Rule.NO_ENTRY, "Aucune écriture sous les noms des colonnes", "Vérifier l'export")
        yield from self.book.findings()
