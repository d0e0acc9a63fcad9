"""Totals printed between the lines of an account: never lines, always controls.

The last full total is compared elsewhere, with the sheets. One that stands between lines tells whether those above it
are all there: when it agrees with none of their sums, lines are missing or are there twice, and nothing is kept.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault
from atmp_insure.rate_records.documents import Finding, Severity
from atmp_insure.rate_records.labels import is_subtotal, is_total
from atmp_insure.rate_records.record import NamedTuple
from atmp_insure.rate_records.wording import euros_fr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from atmp_insure.rate_records.documents import AccountLine, PrintedAmount
    from atmp_insure.rate_records.readers.account_table import AccountTable
    from atmp_insure.rate_records.readers.grid import Row

ROUNDING_EUR = 1  # a line is printed in whole euros


class _Control(NamedTuple):
    """A total between lines, beside the sums that it may mean.

    Attributes:
        since_a_total: sum of the lines since the last full total, or from the first line.
        since_any: the same since the last total or sub-total.
        from_the_first: sum of all the lines above.
    """

    row: Row
    printed: PrintedAmount
    since_a_total: Fraction
    since_any: Fraction
    from_the_first: Fraction
    lines: int

    @property
    def agrees(self) -> bool:
        sums = (self.since_a_total, self.since_any, self.from_the_first)
        return any(abs(self.printed.amount_eur - found) <= self.lines * ROUNDING_EUR for found in sums)


def total_faults(table: AccountTable, lines: Mapping[int, AccountLine]) -> Iterator[Fault]:
    """Full totals between lines that agree with no sum of the lines above."""
    for control in _controls(table, lines):
        if not is_subtotal(control.row.first_text()) and not control.agrees:
            said = (
                f"total de {euros_fr(control.printed.amount_eur)} au milieu des lignes, alors que celles du dessus "
                f"font {euros_fr(control.since_any)} : il en manque, ou il y en a en double"
            )
            yield Fault(said, "Télécharger à nouveau le document, sans le modifier", control.printed.place)


def total_findings(table: AccountTable, lines: Mapping[int, AccountLine]) -> Iterator[Finding]:
    """Partial totals that agree with no sum of the lines above: they may be of a part of them only."""
    for control in _controls(table, lines):
        if is_subtotal(control.row.first_text()) and not control.agrees:
            said = (
                f"Le sous-total de {euros_fr(control.printed.amount_eur)} n'est pas la somme des lignes du dessus "
                f"({euros_fr(control.since_any)})."
            )
            yield Finding(Severity.WARNING, "subtotal_differs", said, control.printed.place)


def _controls(table: AccountTable, lines: Mapping[int, AccountLine]) -> Iterator[_Control]:
    """The totals that have lines above them and below them."""
    last = max(lines, default=0)
    between = [row for row in table.totals if row.number < last and is_total(row.first_text())]
    if not between:
        return
    values = [(number, line.value_eur or Fraction(0)) for number, line in sorted(lines.items())]
    full_before = any_before = 0
    for row in between:
        above = [(number, value) for number, value in values if number < row.number]
        printed = table.amount(row, [])
        if printed is not None and above:
            since_a_total = _sum(value for number, value in above if number > full_before)
            since_any = _sum(value for number, value in above if number > any_before)
            total = _sum(value for _, value in above)
            yield _Control(row, printed, since_a_total, since_any, total, len(above))
        any_before = row.number
        if not is_subtotal(row.first_text()):
            full_before = row.number


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))
