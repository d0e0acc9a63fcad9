"""What pages say of policies: where each stands, what it says on a day, what happened to it, how two days differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from atmp_insure.db.scope import unscoped
from atmp_insure.documents.queries import titles_of
from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.written import amount_text, date_text, deductible_text, percent_text
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.phrases import Listed, Phrase
from atmp_insure.parties.partner_queries import names_of_organisations
from atmp_insure.policies.blueprint import grounds
from atmp_insure.policies.change_words import content_said, limits_said
from atmp_insure.policies.premium_lines import LINE_NAMES
from atmp_insure.policies.schemas import content_of
from atmp_insure.policies.state import Standing
from atmp_insure.policies.terms import yearly_lines
from atmp_insure.policies.transactions import TransactionKind, total_eur
from atmp_insure.web.display import State, Tone
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal
    from fractions import Fraction

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy, PolicyCharge, PolicyStanding, PolicyTransaction
    from atmp_insure.policies.sequence import Plan
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.terms import PolicyTerms
    from atmp_insure.policies.transactions import Entry

STANDINGS = {
    Standing.COMING: State(_l("à effet futur"), Tone.INFO, "calendar"),
    Standing.IN_FORCE: State(_l("en vigueur"), Tone.GOOD),
    Standing.TO_RENEW: State(_l("à renouveler"), Tone.CARE, "hourglass"),
    Standing.SUSPENDED: State(_l("garantie suspendue"), Tone.BAD, "player-pause"),
    Standing.ENDED: State(_l("terminé"), Tone.NEUTRAL, "ban"),
    Standing.VOID: State(_l("nul"), Tone.BAD, "ban"),
}
SIGNS = {
    TransactionKind.ISSUE: "file-check", TransactionKind.TAKE_OVER: "download", TransactionKind.ENDORSE: "edit",
    TransactionKind.RENEW: "refresh", TransactionKind.SUSPEND: "player-pause", TransactionKind.RESUME: "player-play",
    TransactionKind.TERMINATE: "ban", TransactionKind.ADJUST: "calculator", TransactionKind.REVERSE: "arrow-back-up",
}  # fmt: skip
_OFFICE = Label("le bureau, sans courtier")
_ABSENT = Label("aucun")


@dataclass(frozen=True, slots=True)
class Moment:
    """A transaction on the timeline.

    Attributes:
        sentences: what it says.
        mark: what became of it: taken back, applied again, an act among others; empty: nothing.
        counts: whether it still counts.
        papers: number and title of its documents that the viewer sees.
    """

    number: int
    kind: Label
    sign: str
    effective_on: date
    recorded_at: datetime
    recorded_by: str
    reason: str
    article: str
    sentences: tuple[Label, ...]
    total_eur: Decimal
    mark: Label
    counts: bool
    papers: tuple[tuple[int, str], ...]


def standing_of(row: PolicyStanding, on: date) -> Standing:
    """Where a policy stands on a day, from its projection: the same rule as that of its state."""
    if row.is_void:
        return Standing.VOID
    if on < row.began_on:
        return Standing.COMING
    if row.ended_on is not None and row.ended_on <= on:
        return Standing.ENDED
    if row.suspended_on is not None and row.suspended_on <= on:
        return Standing.SUSPENDED
    return Standing.IN_FORCE if on <= row.year_last_day else Standing.TO_RENEW


@unscoped("a policy names its insurers and its broker to whoever may read it")
def names_in(session: ScopedSession, states: Iterable[PolicyState | None]) -> dict[int, str]:
    """The names of the organisations that some states speak of."""
    wanted: set[int] = set()
    for state in states:
        if state is not None:
            wanted |= {one.organisation_id for one in state.terms.shares}
            wanted |= {state.terms.broker_id} if state.terms.broker_id is not None else set()
    return names_of_organisations(session, wanted)


def timeline(session: ScopedSession, policy: Policy, names: Mapping[int, str]) -> list[Moment]:
    """All that happened to a policy, the latest recorded first."""
    rows = policy.transactions
    taken_back = {row.reverses_number: row.number for row in rows if row.reverses_number is not None}
    applied_again = {row.replays_number: row.number for row in rows if row.replays_number is not None}
    titles = titles_of(session, {paper.document_id for row in rows for paper in row.papers})
    labels = grounds().labels()
    return [
        Moment(
            number=row.number, kind=row.kind.label, sign=SIGNS[row.kind], effective_on=row.effective_on,
            recorded_at=row.recorded_at, recorded_by=row.recorded_by, reason=row.reason, article=row.article,
            sentences=content_said(content_of(row.kind, row.wording), names, labels), total_eur=row.total_eur,
            mark=_mark(row, taken_back, applied_again),
            counts=row.number not in taken_back and row.kind is not TransactionKind.REVERSE,
            papers=tuple((one.document_id, titles[one.document_id]) for one in row.papers if one.document_id in titles),
        )
        for row in reversed(rows)
    ]  # fmt: skip


def _mark(row: PolicyTransaction, taken_back: Mapping[int, int], applied_again: Mapping[int, int]) -> Label:
    if row.number in applied_again and row.number in taken_back:
        return Phrase("refaite par le n° %(number)s", number=str(applied_again[row.number]))
    if row.number in taken_back:
        return Phrase("annulée par le n° %(number)s", number=str(taken_back[row.number]))
    if row.replays_number is not None:
        return Phrase("refait le n° %(number)s", number=str(row.replays_number))
    return Label()


def terms_facts(terms: PolicyTerms, names: Mapping[int, str]) -> list[tuple[Label, Label]]:
    """What terms say beside sections and premium, as pairs of label and text."""
    return [
        (Label("Garanties"), Listed([one.label_fr for one in GUARANTEES if one.code in terms.guarantees], " ; ")),
        (Label("Causes"), Label("accidents et maladies") if terms.diseases else Label("accidents seulement")),
        (Label("Franchise"), deductible_text(terms.deductible)),
        (Label("Plafonds"), limits_said(terms.limits)),
        (Label("Prime minimale"), amount_text(terms.minimum_eur)),
        (Label("Fractionnement"), terms.frequency.label),
        (Label("Version du produit"), Label(terms.product_version)),
        (Label("Assureurs"), _insurers(terms, names)),
        (Label("Courtier"), _OFFICE if terms.broker_id is None else Label(names.get(terms.broker_id, ""))),
        (Label("Prélèvement"), Label("sur mandat") if terms.mandate_id is not None else _ABSENT),
    ]


def _insurers(terms: PolicyTerms, names: Mapping[int, str]) -> Label:
    said = []
    for one in terms.shares:
        parts: list[Label | str] = [names.get(one.organisation_id, ""), percent_text(one.share)]
        if one.is_leader and len(terms.shares) > 1:
            parts.append(Label("(apériteur)"))
        said.append(Listed(parts, " "))
    return Listed(said)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that two days do not say alike; an empty text: nothing on that day."""

    label: Label
    before: Label
    after: Label


def differences(
    before: PolicyState | None, after: PolicyState | None, days: tuple[date, date], names: Mapping[int, str]
) -> list[Difference]:
    """What a policy says on two days, where they differ: its standing, its terms, its sections, its premium."""
    first, second = _said_on(before, days[0], names), _said_on(after, days[1], names)
    keys = list(dict.fromkeys((*first, *second)))
    none = Label()
    return [
        Difference(Label(key), first.get(key, none), second.get(key, none))
        for key in keys
        if first.get(key, none) != second.get(key, none)
    ]


def _said_on(state: PolicyState | None, on: date, names: Mapping[int, str]) -> dict[Label, Label]:
    if state is None:
        return {Label("État"): Label("pas encore de contrat")}
    terms = state.terms
    said = {Label("État"): state.standing(on).label, **dict(terms_facts(terms, names))}
    for one in terms.sections:
        said[Phrase("Section %(section)s", section=f"{one.siret} / {one.section}")] = Phrase(
            "%(wages)s par an", wages=amount_text(one.wages_eur)
        )
    for line in yearly_lines(terms):
        said[Phrase("Prime annuelle : %(line)s", line=LINE_NAMES[line.code])] = amount_text(line.net_eur)
    said[Label("Prime annuelle nette")] = amount_text(terms.net_eur)
    return said


def charge_rows(charges: Sequence[PolicyCharge]) -> list[dict[str, Any]]:
    """The charges of a transaction, as a table shows them."""
    return [
        {
            "line": LINE_NAMES[one.code], "first_day": one.first_day, "last_day": one.last_day, "net": one.net_eur,
            "surcharge": one.surcharge_eur, "tax_rate": one.tax_rate, "tax": one.tax_eur,
            "total": one.net_eur + one.surcharge_eur + one.tax_eur,
        }
        for one in charges
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A transaction that a plan would write."""

    kind: Label
    effective_on: date
    sentences: tuple[Label, ...]
    total_eur: Fraction


def planned(plan: Plan, names: Mapping[int, str]) -> list[PlannedLine]:
    """What a plan would write, in its order."""
    labels = grounds().labels()
    return [_planned(entry, names, labels) for entry in plan.entries]


def _planned(entry: Entry, names: Mapping[int, str], labels: Mapping[str, Label]) -> PlannedLine:
    total = total_eur(entry.charges)
    kind = entry.content.kind.label
    if entry.replays is not None:
        kind = Phrase("%(kind)s (refait le n° %(number)s)", kind=kind, number=str(entry.replays))
    return PlannedLine(kind, entry.effective_on, content_said(entry.content, names, labels), total)


def run_off_until(state: PolicyState, run_off_years: int | None) -> Label:
    """Until when claims of a policy that ended are still paid."""
    if run_off_years is None:
        return Label("jusqu'à la fin de leurs effets")
    assert state.ended_on is not None
    last_covered = state.ended_on - timedelta(days=1)
    return date_text(last_covered.replace(year=last_covered.year + run_off_years, month=12, day=31))
