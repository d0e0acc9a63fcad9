"""What papers that come change: in the versions they take the place of, in rates, in findings; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.rate_records.account_update import update
from atmp_insure.rate_records.documents import EmployerAccount
from atmp_insure.rate_records.paper_values import values_of
from atmp_insure.rate_records.versions import supersedes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from atmp_insure.rate_records.account_update import AccountUpdate
    from atmp_insure.rate_records.documents import Document, Finding
    from atmp_insure.rate_records.models import RatePaper
    from atmp_insure.rate_records.office import Office
    from atmp_insure.rate_records.paper_values import PaperValue
    from atmp_insure.rate_records.reconciliation import Reconciliation


class ChangedValue(NamedTuple):
    """A value of a head that is not the same in both versions."""

    former: PaperValue
    newer: PaperValue


class Difference(NamedTuple):
    """What a paper changes in one that it takes the place of.

    Attributes:
        lines: of two accounts; None for other papers.
    """

    paper: RatePaper
    former: RatePaper
    values: tuple[ChangedValue, ...]
    lines: AccountUpdate | None

    @property
    def is_empty(self) -> bool:
        """Whether both say the same."""
        lines = self.lines
        return not self.values and (lines is None or not (lines.new or lines.changed or lines.vanished))


class MovedRate(NamedTuple):
    """A rate as it is known now, and as it would be known; percents, None where it is not known."""

    siret: str
    section: str
    risk_code: str
    rate_year: int
    notified_before: Fraction | None
    notified_after: Fraction | None
    recomputed_before: Fraction | None
    recomputed_after: Fraction | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What keeping papers would do."""

    differences: tuple[Difference, ...]
    rates: tuple[MovedRate, ...]
    findings: tuple[Finding, ...]
    ended: tuple[Finding, ...]


def effect_of(office: Office, counting: Sequence[RatePaper], coming: Sequence[RatePaper]) -> Effect:
    """What papers that come would change among those that count."""
    newer = {paper.id: office.document(paper) for paper in coming}
    former = {paper.id: office.document(paper) for paper in counting}
    replaced = [(paper, one) for paper in coming for one in counting if supersedes(newer[paper.id], former[one.id])]
    gone = {one.id for _, one in replaced}
    left = [one for one in counting if one.id not in gone]
    before, after = office.reconciled(office.documents(counting)), office.reconciled(office.documents([*left, *coming]))
    return Effect(
        tuple(difference(paper, newer[paper.id], one, former[one.id]) for paper, one in replaced),
        tuple(_moved(before, after)),
        tuple(_missing_from(before.findings, after.findings)),
        tuple(_missing_from(after.findings, before.findings)),
    )


def difference(paper: RatePaper, newer: Document, former_paper: RatePaper, former: Document) -> Difference:
    """What one paper changes in another, value by value, line by line."""
    before = {value.name: value for value in values_of(former)}
    changed = tuple(
        ChangedValue(before[value.name], value)
        for value in values_of(newer)
        if value.name in before and before[value.name].text != value.text
    )
    lines = None
    if isinstance(newer, EmployerAccount) and isinstance(former, EmployerAccount):
        lines = update(former, newer)
    return Difference(paper, former_paper, changed, lines)


def _moved(before: Reconciliation, after: Reconciliation) -> Iterator[MovedRate]:
    known, coming = _rates(before), _rates(after)
    for key in sorted({*known, *coming}):
        one, other = known.get(key, (None, None)), coming.get(key, (None, None))
        if one != other:
            yield MovedRate(*key, one[0], other[0], one[1], other[1])


def _rates(checked: Reconciliation) -> dict[tuple[str, str, str, int], tuple[Fraction | None, Fraction | None]]:
    found: dict[tuple[str, str, str, int], tuple[Fraction | None, Fraction | None]] = {}
    for unit in checked.units:
        place = unit.papers.establishment
        for rate in unit.rates:
            key = place.siret, place.section or "", place.risk_code or "", rate.sheet.rate_year
            found[key] = rate.sheet.notified_percent, None if rate.result is None else rate.result.rate_percent
    return found


def _missing_from(known: Sequence[Finding], findings: Sequence[Finding]) -> Iterator[Finding]:
    said = {(one.code, one.message_fr, one.place) for one in known}
    return (one for one in findings if (one.code, one.message_fr, one.place) not in said)
