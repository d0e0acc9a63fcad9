"""The entries of a file and their totals: each balanced and dated once, numbered without gap and in the order of dates.

What is kept while the file is read is one small record an entry, and one label an account and a journal.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import french_euros, repeated
from atmp_insure.ledger.fec_findings import FecFinding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from atmp_insure.ledger.fec_lines import FecRead

_ENDS_IN_DIGITS = re.compile(r"(.*?)([0-9]{1,18})", re.ASCII | re.DOTALL)
_BALANCE_FR = "Retrouver la ligne qui manque ou le montant qui diffère"


@dataclass(slots=True)
class FecEntry:
    """What is known of an entry so far.

    Attributes:
        booked_on: its first legible date.
        is_whole: every line of it was legible.
        is_dated_twice: it was told already.
    """

    journal: str
    number: str
    first_line: int
    booked_on: date | None = None
    debit_cents: int = 0
    credit_cents: int = 0
    is_whole: bool = True
    is_validated: bool = True
    is_dated_twice: bool = False

    @property
    def name_fr(self) -> str:
        """How findings name it."""
        return f"Écriture {repeated(self.number)} du journal {repeated(self.journal)}"


class FecBook:
    """The entries and the totals of a file, line by line."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], FecEntry] = {}
        self.debit_cents = self.credit_cents = self.unread_lines = 0
        self._partly_read: set[tuple[str, str]] = set()
        self._labels: dict[tuple[Rule, str], tuple[str, int] | None] = {}

    def leave(self, key: tuple[str, str] | None) -> None:
        """A line that cannot be split: its entry, as far as it can be told, is not judged on the rest."""
        self.unread_lines += 1
        if key is not None:
            self._partly_read.add(key)

    def add(self, line: FecRead) -> Iterator[FecFinding]:
        """Count a line in; what it contradicts of former lines is told."""
        fields = line.fields
        is_legible = line.debit_cents is not None and line.credit_cents is not None
        if is_legible:
            self.debit_cents += line.debit_cents or 0
            self.credit_cents += line.credit_cents or 0
        else:
            self.unread_lines += 1
        yield from self._label_findings(Rule.JOURNAL_LABEL, fields.journal, fields.journal_label, line.number)
        yield from self._label_findings(Rule.ACCOUNT_LABEL, fields.account, fields.account_label, line.number)
        key = (fields.journal, fields.number)
        if not all(key):  # said already: what they belong to is unknown
            return
        entry = self.entries.get(key)
        if entry is None:
            entry = self.entries[key] = FecEntry(*key, line.number)
        entry.is_whole &= is_legible
        entry.is_validated &= line.validated_on is not None
        entry.debit_cents += line.debit_cents if is_legible and line.debit_cents else 0
        entry.credit_cents += line.credit_cents if is_legible and line.credit_cents else 0
        yield from _date_findings(entry, line)

    def _label_findings(self, rule: Rule, code: str, label: str, number: int) -> Iterator[FecFinding]:
        """A code that bears a second label, once a code."""
        if not code or not label:
            return
        known = self._labels.setdefault((rule, code), (label, number))
        if known is None or known[0] == label:
            return
        self._labels[rule, code] = None
        what, field = ("Compte", "CompteLib") if rule is Rule.ACCOUNT_LABEL else ("Journal", "JournalLib")
        said = (
            f"{what} {repeated(code)} appelé « {repeated(label)} », et « {repeated(known[0])} » à la ligne {known[1]}"
        )
        yield FecFinding(rule, said, "Garder un libellé, le même dans tout le fichier", number, field)

    def findings(self) -> Iterator[FecFinding]:
        """What is wrong with the entries, once the file is read to its end."""
        for key in self._partly_read & self.entries.keys():
            self.entries[key].is_whole = False
        yield from balance_findings(self.entries.values())
        yield from self._file_balance()
        yield from numbering_findings(self.entries.values())

    def _file_balance(self) -> Iterator[FecFinding]:
        """The whole file balances; what an illegible line explains is not held against it a second time."""
        partly = sum(one.debit_cents - one.credit_cents for one in self.entries.values() if not one.is_whole)
        if self.debit_cents - self.credit_cents == partly:
            return
        unread = f", hors {self.unread_lines} ligne(s) illisible(s)" if self.unread_lines else ""
        said = f"Fichier déséquilibré : {_totals_fr(self.debit_cents, self.credit_cents)}{unread}"
        yield FecFinding(Rule.FILE_UNBALANCED, said, "Corriger les écritures déséquilibrées")


def _date_findings(entry: FecEntry, line: FecRead) -> Iterator[FecFinding]:
    if line.booked_on is None:
        return
    if entry.booked_on is None:
        entry.booked_on = line.booked_on
    elif line.booked_on != entry.booked_on and not entry.is_dated_twice:
        entry.is_dated_twice = True
        said = f"{entry.name_fr} à deux dates, {entry.booked_on:%d/%m/%Y} et {line.booked_on:%d/%m/%Y}"
        yield FecFinding(
            Rule.ENTRY_DATES, said, "Donner une date à l'écriture, ou en faire deux", line.number, "EcritureDate"
        )


def balance_findings(entries: Iterable[FecEntry]) -> Iterator[FecFinding]:
    """Each entry balances; one that was not read whole is not judged.

    Source: art. A.47 A-1 LPF; BOI-CF-IOR-60-40-20.
    """
    for one in entries:
        if one.is_whole and one.debit_cents != one.credit_cents:
            said = f"{one.name_fr} déséquilibrée : {_totals_fr(one.debit_cents, one.credit_cents)}"
            yield FecFinding(Rule.ENTRY_UNBALANCED, said, _BALANCE_FR, one.first_line)


def numbering_findings(entries: Iterable[FecEntry]) -> Iterator[FecFinding]:
    """Numbers of a journal follow its dates, without gap within the journal or within the whole file.

    Numbers are compared among those that begin alike (`AC`, `2025-`), by the digits that end them.

    Source: art. A.47 A-1 LPF; BOI-CF-IOR-60-40-20 (séquence continue, ordre chronologique).
    """
    series: dict[str, dict[str, list[tuple[int, FecEntry]]]] = defaultdict(lambda: defaultdict(list))
    for one in entries:
        found = _ENDS_IN_DIGITS.fullmatch(one.number)
        if found is not None:
            series[found[1]][one.journal].append((int(found[2]), one))
    for by_journal in series.values():
        for numbered in by_journal.values():
            numbered.sort(key=_place)
            yield from _chronology_findings([one for _, one in numbered if one.is_validated and one.booked_on])
        yield from _gap_findings(list(by_journal.values()))


def _place(numbered: tuple[int, FecEntry]) -> int:
    return numbered[0]


def _chronology_findings(entries: list[FecEntry]) -> Iterator[FecFinding]:
    for former, latter in pairwise(entries):
        if former.booked_on is not None and latter.booked_on is not None and latter.booked_on < former.booked_on:
            said = (
                f"{latter.name_fr} du {latter.booked_on:%d/%m/%Y}, numérotée après {repeated(former.number)} "
                f"du {former.booked_on:%d/%m/%Y}"
            )
            remedy = "Numéroter dans l'ordre des dates, ou expliquer l'écart"
            yield FecFinding(Rule.CHRONOLOGY, said, remedy, latter.first_line, "EcritureNum")


def _gap_findings(journals: list[list[tuple[int, FecEntry]]]) -> Iterator[FecFinding]:
    """What is missing of a sequence: a journal's own, or the file's when no two journals share a number."""
    own = [pair for numbered in journals for pair in _gaps(numbered)]
    together = sorted((pair for numbered in journals for pair in numbered), key=_place)
    is_shared = len({number for number, _ in together}) < len(together)
    common = own if is_shared else _gaps(together)
    for former, latter, missing in min(own, common, key=len):
        said = (
            f"Numéros d'écriture : il en manque {missing} entre {repeated(former.number)} et {repeated(latter.number)}"
        )
        yield FecFinding(
            Rule.GAP, said, "Retrouver ces écritures, ou expliquer la rupture", latter.first_line, "EcritureNum"
        )


def _gaps(numbered: list[tuple[int, FecEntry]]) -> list[tuple[FecEntry, FecEntry, int]]:
    return [
        (former, latter, after - before - 1)
        for (before, former), (after, latter) in pairwise(numbered)
        if after - before > 1
    ]


def _totals_fr(debit_cents: int, credit_cents: int) -> str:
    debit, credit, difference = (
        french_euros(Fraction(cents, 100)) for cents in (debit_cents, credit_cents, debit_cents - credit_cents)
    )
    return f"débit {debit}, crédit {credit}, écart {difference}"
