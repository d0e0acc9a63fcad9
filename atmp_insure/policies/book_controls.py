"""Control totals of a book: what was read, beside what whoever brings it expected; a difference must be confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import search_text
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.parties.file_rows import RowReader
from atmp_insure.policies.book_rows import StateRow
from atmp_insure.policies.book_sheets import COLUMNS, BookSheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from atmp_insure.kernel.errors import Fault
    from atmp_insure.parties.file_rows import FileRow
    from atmp_insure.policies.book import Book, FormerPolicy
    from atmp_insure.policies.book_rows import PolicyRow


class Control(Labelled):
    """A total of a book; the code, its name in French, and whether it is an amount."""

    POLICIES = "policies", "contrats", False
    SECTIONS = "sections", "sections", False
    WAGES = "wages", "masse salariale", True
    NET = "net", "prime nette annuelle", True
    BALANCES = "balances", "soldes dus", True
    PAID = "paid", "indemnités versées", True

    is_amount: bool

    def __init__(self, _code: str, _label: str, is_amount: bool) -> None:
        self.is_amount = is_amount


@dataclass(frozen=True, slots=True)
class Controlled:
    """A total as it was read, and as it was expected; None: nobody said what it should be."""

    control: Control
    read: Fraction
    expected: Fraction | None

    @property
    def differs(self) -> bool:
        """Whether it is not what was expected."""
        return self.expected is not None and self.expected != self.read


def control_totals(book: Book) -> dict[Control, Fraction]:
    """What a book adds up to: sections, wages and premium of the last state of each policy, faults or not.

    Source: none; sums.
    """
    policies = book.policies.values()
    last = [(one, state) for one in policies for state in [_last_state(one)] if state is not None]
    sections = [row.section for one, line in last for row in one.sections_on(line.on)]
    return {
        Control.POLICIES: Fraction(len(book.policies)),
        Control.SECTIONS: Fraction(len(sections)),
        Control.WAGES: sum((one.wages_eur for one in sections), Fraction(0)),
        Control.NET: sum((_net_eur(line) for _policy, line in last), Fraction(0)),
        Control.BALANCES: _kept_eur(policies, BookSheet.BALANCES),
        Control.PAID: _kept_eur(policies, BookSheet.CLAIMS),
    }


def _last_state(policy: FormerPolicy) -> PolicyRow | None:
    states = [one for one in policy.lines if isinstance(one.said, StateRow)]
    return max(states, key=lambda one: one.on, default=None)


def _net_eur(line: PolicyRow) -> Fraction:
    assert isinstance(line.said, StateRow)
    premium = line.said.premium
    if premium.total_eur is not None:
        return premium.total_eur
    return sum(premium.by_guarantee_eur.values(), Fraction(0))


def _kept_eur(policies: Iterable[FormerPolicy], sheet: BookSheet) -> Fraction:
    return sum((row.amount_eur for one in policies for row in one.kept.get(sheet, ())), Fraction(0))


def expected_totals(rows: Sequence[FileRow]) -> tuple[dict[Control, Fraction], tuple[Fault, ...]]:
    """The totals that the sheet `Contrôles` expects, and the faults of its rows.

    Source: none; the template of this product.
    """
    found: dict[Control, Fraction] = {}
    faults: list[Fault] = []
    for row in rows:
        reader = RowReader(COLUMNS[BookSheet.CONTROLS], row, BookSheet.CONTROLS.label)
        control = next((one for one in Control if search_text(one.label) == search_text(reader.text("total"))), None)
        value = reader.number("value", "€")
        if control is None:
            known = ", ".join(one.label for one in Control)
            reader.refuse("total", f"« {reader.text('total')} » n'est pas un contrôle", f"Écrire l'un de : {known}")
        elif value is not None:
            found[control] = Fraction(value)
        faults += reader.faults
    return found, tuple(faults)


def controlled(book: Book, expected: Mapping[Control, Fraction]) -> tuple[Controlled, ...]:
    """Every total of a book beside what was expected of it.

    Source: none; a comparison.
    """
    return tuple(Controlled(one, total, expected.get(one)) for one, total in control_totals(book).items())
