"""From the lines that another system kept of a policy to its transactions: the history of what was taken over.

The first line begins the policy, a line that begins the next policy year renews it, a line within a year restates it;
a suspension, a resumption, a termination are said as such. Charges follow by the rules; they were called elsewhere.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput, MissingParameter, Refused
from atmp_insure.policies.changes import Restated
from atmp_insure.policies.former_lines import FormerEnd, FormerLine, FormerState, Happening, TakenEntry
from atmp_insure.policies.sequence import insertion
from atmp_insure.policies.terms import InsuredSection, SectionOrigin
from atmp_insure.policies.transactions import (
    Endorsement,
    Opening,
    Renewal,
    Resumption,
    Suspension,
    Termination,
    Transaction,
    TransactionKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from atmp_insure.guarantees.product import InsuranceTax
    from atmp_insure.policies.terms import PolicyTerms
    from atmp_insure.policies.transactions import Content, Entry, InsuranceYear

_DAY = timedelta(days=1)
_UNRECORDED = datetime(1, 1, 1, tzinfo=UTC)  # of transactions that are tried before they are written


def taken_entries(lines: Iterable[FormerLine], tax: InsuranceTax) -> tuple[TakenEntry, ...]:
    """The transactions that the lines of a policy make, in the order of their days, each with its charges.

    Raises:
        InvalidInput: lines that do not follow each other, or that the rules refuse: the first fault of the history,
            since nothing after it can be judged.

    Source: a choice of this product (`docs/take-over.md`).
    """
    ordered = sorted(lines, key=lambda one: one.on)
    _require_beginning(ordered)
    stack: list[Transaction] = []
    found: list[TakenEntry] = []
    former: FormerState | None = None
    for line in ordered:
        content = _content(line, former)
        entry = _tried(stack, line, content, tax)
        stack.append(Transaction(len(stack) + 1, _UNRECORDED, entry))
        found.append(TakenEntry(line.place, entry))
        if isinstance(line.said, FormerState):
            former = FormerState(line.said.year, _terms_in(content))
    return tuple(found)


def _require_beginning(ordered: Sequence[FormerLine]) -> None:
    if not ordered or not isinstance(ordered[0].said, FormerState):
        place = ordered[0].place if ordered else ""
        raise InvalidInput.one("le contrat ne commence par aucun état", "Donner d'abord son premier état", place=place)
    for before, line in pairwise(ordered):
        if line.on == before.on:
            said = f"deux lignes du même contrat au {line.on:%d/%m/%Y}"
            raise InvalidInput.one(said, f"N'en garder qu'une : l'autre est {before.place}", place=line.place)


def _content(line: FormerLine, former: FormerState | None) -> Content:
    """The transaction that a line makes after the state before it."""
    match line.said:
        case FormerEnd(ground, refunding):
            return Termination(ground, refunding)
        case None:
            return Suspension() if line.happening is Happening.SUSPENSION else Resumption()
        case FormerState(year, terms) if former is None:
            return _opening(line, year, terms)
        case FormerState(year, terms):
            return _following(line, year, _continued(terms, former, line.on), former)


def _opening(line: FormerLine, year: InsuranceYear, terms: PolicyTerms) -> Opening:
    if line.on != year.first_day:
        raise InvalidInput.one(
            f"le premier état est du {line.on:%d/%m/%Y}, et son année d'assurance du {year.first_day:%d/%m/%Y}",
            "Commencer par le premier jour d'une année d'assurance", place=line.place,
        )  # fmt: skip
    return Opening(terms, year, TransactionKind.TAKE_OVER)


def _following(line: FormerLine, year: InsuranceYear, terms: PolicyTerms, former: FormerState) -> Content:
    if year == former.year and year.holds(line.on):
        return Endorsement((Restated(terms),))
    if year.first_day == former.year.last_day + _DAY == line.on:
        return Renewal(year, (Restated(terms),))
    raise InvalidInput.one(
        f"l'année d'assurance du {year.first_day:%d/%m/%Y} au {year.last_day:%d/%m/%Y} ne suit pas celle qui finit le "
        f"{former.year.last_day:%d/%m/%Y}",
        "Donner une ligne au premier jour de chaque année, et les autres à un jour de leur année", place=line.place,
    )  # fmt: skip


def _continued(terms: PolicyTerms, former: FormerState, on: date) -> PolicyTerms:
    """The terms, whose sections keep the first day they had; those that are new come in on the day of the line."""
    known = {one.key: one for one in former.terms.sections}
    return replace(terms, sections=tuple(_since(one, known.get(one.key), on) for one in terms.sections))


def _since(section: InsuredSection, known: InsuredSection | None, on: date) -> InsuredSection:
    if known is None:
        return replace(section, first_day=on, origin=SectionOrigin.OPENED)
    return replace(section, first_day=known.first_day, origin=known.origin)


def _terms_in(content: Content) -> PolicyTerms:
    """What a line restates, as its transaction says it."""
    match content:
        case Opening(terms=terms):
            return terms
        case Endorsement(changes=(Restated(terms),)) | Renewal(changes=(Restated(terms),)):
            return terms
    raise TypeError(f"{content!r} restates nothing")


def _tried(stack: Sequence[Transaction], line: FormerLine, content: Content, tax: InsuranceTax) -> Entry:
    try:
        plan = insertion(stack, line.on, content, tax)
    except InvalidInput as error:
        raise InvalidInput(replace(fault, place=line.place) for fault in error.faults) from error
    except Refused as error:
        said, remedy = str(error).rstrip("."), "Corriger cette ligne, ou celles d'avant"
        raise InvalidInput.one(said, remedy, place=line.place) from error
    except MissingParameter as error:
        raise InvalidInput.one(error.statement, "Donner le taux dans la colonne « Taxe »", place=line.place) from error
    assert plan.inserted is not None
    return plan.inserted


def says_the_same(stack: Iterable[Transaction], entries: Sequence[TakenEntry]) -> bool:
    """Whether what counts of a stack is what a file says, day by day and word for word.

    Source: none; a comparison.
    """
    return [(one.effective_on, one.entry.content) for one in stack] == [
        (one.entry.effective_on, one.entry.content) for one in entries
    ]
