"""What pages say of papers, rates, findings and simulations: states in words, charts, explanations."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.documents.charts.rate_chart import RateEvent, RateHistory, rate_chart
from atmp_insure.documents.charts.rate_chart import RateYear as ChartYear
from atmp_insure.kernel.errors import AtmpInsureError
from atmp_insure.kernel.french import french_euros, french_number, french_percent
from atmp_insure.rate_records.calculation_report import renamed, step_label
from atmp_insure.rate_records.documents import DocumentKind, EmployerAccount, Severity
from atmp_insure.rate_records.masking import masked_claim_number, masked_nir
from atmp_insure.rate_records.models import DepositState, PaperState
from atmp_insure.rate_records.paper_values import line_values
from atmp_insure.rating.change import rate_change
from atmp_insure.rating.terminal import french_quantity
from atmp_insure.rating.unit import YEARS_TO_RATE
from atmp_insure.regulation.vocabulary import CostCategory
from atmp_insure.web.display import Explanation, State, Tone, TraceStep
from atmp_insure.web.languages import current_language
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.charts.chart import Chart
    from atmp_insure.rate_records.documents import AccountLine, Document
    from atmp_insure.rate_records.models import RateFinding
    from atmp_insure.rate_records.reconciliation import UnitReconciliation
    from atmp_insure.rate_records.simulation import KnownClaim, Scenario, Simulation
    from atmp_insure.rate_records.unit_rates import UnitRates
    from atmp_insure.rating.change import RateChange
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.rating.trace import Step
    from atmp_insure.regulation.law import Law

KIND_LABELS = {
    DocumentKind.CALCULATION_SHEET.value: _l("Feuille de calcul"),
    DocumentKind.EMPLOYER_ACCOUNT.value: _l("Compte employeur"),
    DocumentKind.CURRENT_ACCOUNT.value: _l("Compte employeur courant"),
    DocumentKind.RATE_HISTORY.value: _l("Historique des taux"),
    DocumentKind.DSN.value: _l("DSN"),
}
PAPER_STATES = {
    PaperState.PROPOSED: State(_l("à relire"), Tone.INFO, "eye"),
    PaperState.KEPT: State(_l("enregistrée"), Tone.GOOD),
    PaperState.SUPERSEDED: State(_l("remplacée"), Tone.NEUTRAL, "history"),
    PaperState.LEFT_OUT: State(_l("laissée de côté"), Tone.NEUTRAL, "ban"),
}
DEPOSIT_STATES = {
    DepositState.PROPOSED: State(_l("à relire"), Tone.INFO, "eye"),
    DepositState.KEPT: State(_l("enregistré"), Tone.GOOD),
    DepositState.DISCARDED: State(_l("abandonné"), Tone.NEUTRAL, "ban"),
}
SEVERITIES = {
    Severity.ERROR.value: State(_l("à examiner"), Tone.BAD, "alert-circle"),
    Severity.WARNING.value: State(_l("à vérifier"), Tone.CARE, "alert-triangle"),
    Severity.INFORMATION.value: State(_l("pour information"), Tone.INFO, "info-circle"),
}
RATE_STATUS = {
    "verified": State(_l("vérifié"), Tone.GOOD),
    "as_printed": State(_l("selon la feuille"), Tone.INFO),
    "impossible": State(_l("non recalculé"), Tone.CARE),
    None: State(_l("sans feuille"), Tone.NEUTRAL),
}
MODES = {"collective": _l("collectif"), "mixed": _l("mixte"), "individual": _l("individuel")}
_INPUTS = {
    "headcount": _l("effectif"),
    "mixed_from": _l("mixte à partir de"),
    "individual_from": _l("individuel à partir de"),
    "mode": _l("mode"),
    "m1": "M1",
    "m2": "M2",
    "m3": "M3",
    "m4": "M4",
    "category": _l("catégorie"),
    "account_year": _l("compte"),
    "unit_cost_eur": _l("coût moyen"),
    "count": _l("nombre"),
    "left_by_third_party": _l("part restant après recours contre tiers"),
    "third_party": _l("part du tiers"),
    "temporary_work_share": _l("part de travail temporaire"),
    "risk_value_eur": _l("valeur du risque"),
    "wages_eur": _l("salaires"),
    "gross_rate": _l("taux brut"),
    "net_individual_rate": _l("taux net individuel"),
    "calculated_rate": _l("taux calculé"),
    "collective_rate": _l("taux net collectif"),
    "previous_rate": _l("taux précédent"),
    "lower": _l("limite basse"),
    "upper": _l("limite haute"),
    "before_rounding": _l("avant arrondi"),
}


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of an account as the screen shows it.

    Attributes:
        victim: the name, or that it is hidden from the viewer.
        number: the claim number, its NIR hidden.
        short_place: the place within its page or its sheet.
    """

    at: int
    place: str
    short_place: str
    year: int
    victim: str
    number: str
    nature: str
    occurred_on: str
    days: str
    categories: str
    percent: str
    value: str
    third_party: str
    is_charged: bool


def sees_names(session: ScopedSession, company_id: int, establishment_id: int | None = None) -> bool:
    """Whether the viewer may see who the victims of a company are."""
    return has_right_there(session, Right.READ_NAMES, company_id, establishment_id)


def account_rows(document: Document, *, named: bool) -> tuple[LineRow, ...]:
    """The lines of an account; none of another paper."""
    if not isinstance(document, EmployerAccount):
        return ()
    return tuple(_line_row(document, at, line, named=named) for at, line in enumerate(document.lines))


def _line_row(account: EmployerAccount, at: int, line: AccountLine, *, named: bool) -> LineRow:
    values = {value.name.rpartition(".")[2]: value.text for value in line_values(account, at)}
    name = " ".join(filter(None, (line.claim.last_name, line.claim.first_name)))
    number = line.claim.claim_number
    nir = line.claim.nir
    return LineRow(
        at=at,
        place=line.place,
        short_place=line.place.rpartition(", ")[2],
        year=line.account_year,
        victim=(name or "–") if named else _("nom réservé"),
        number=masked_claim_number(number) if number else masked_nir(nir) if nir else "–",
        nature=values["nature"],
        occurred_on=values["occurred_on"],
        days=values["absence_days"],
        categories=", ".join(category.value for category in line.categories) or "–",
        percent=values["ip_percent"],
        value=values["value_eur"],
        third_party=values["third_party_percent"],
        is_charged=not line.is_never_charged and bool(line.categories),
    )


@dataclass(frozen=True, slots=True)
class YearRow:
    """A rate year of a unit.

    Attributes:
        change: why the rate moved since the year before; None when it cannot be told.
    """

    rate_year: int
    notified: Fraction | None
    recomputed: Fraction | None
    status: State
    mode: str
    paper_id: int | None
    missing: str
    change: RateChange | None = None

    @property
    def difference(self) -> Fraction | None:
        """Notified less recomputed, as a fraction."""
        if self.notified is None or self.recomputed is None or self.notified == self.recomputed:
            return None
        return self.notified - self.recomputed


@dataclass(frozen=True, slots=True)
class AccountYear:
    """What an account year holds for a unit: number of charged claims and their cost."""

    year: int
    claims: int
    value_eur: Fraction
    grave: tuple[str, ...]


class ClaimChoice(NamedTuple):
    """A claim of the accounts that a simulation may remove, told by what it charges: `IP2 + IT4 (2023, 2024)`."""

    ref: str
    charged: str
    name: str


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A tariff unit of an establishment, as its page tells it."""

    key: str
    title: str
    rows: tuple[YearRow, ...]
    accounts: tuple[AccountYear, ...]
    chart: Chart | None
    claims: tuple[ClaimChoice, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    can_simulate: bool = False


def unit_page(unit: UnitRates, law: Law) -> UnitPage:
    """A unit as its page tells it."""
    first, rows = unit.rates[0], year_rows(unit, law)
    title = _("Section %(section)s, code risque %(code)s", section=first.section or "–", code=first.risk_code or "–")
    return UnitPage(
        key=unit.key,
        title=title,
        rows=rows,
        accounts=account_years(unit),
        chart=_history_chart(title, rows, unit.claims),
        claims=tuple(map(_choice, unit.claims)),
        names={claim.ref: claim.name for claim in unit.claims},
        can_simulate=unit.papers is not None and any(rate.result is not None for rate in unit.papers.rates),
    )


def _choice(claim: KnownClaim) -> ClaimChoice:
    categories = " + ".join(dict.fromkeys(charge.category.value for charge in claim.charges))
    years = dict.fromkeys(str(line.account_year) for line in claim.lines)
    return ClaimChoice(claim.ref, f"{categories} ({', '.join(years)})", claim.name)


def year_rows(unit: UnitRates, law: Law) -> tuple[YearRow, ...]:
    """The rates of a unit year by year, each with why it moved since the year before."""
    changes = {} if unit.papers is None else dict(_changes(unit.papers, law))
    return tuple(
        YearRow(
            rate_year=one.rate_year, notified=Fraction(one.notified),
            recomputed=None if one.recomputed is None else Fraction(one.recomputed), status=RATE_STATUS[one.status],
            mode=str(MODES.get(one.mode or "", "–")), paper_id=one.paper_id, missing=one.missing,
            change=changes.get(one.rate_year),
        )
        for one in unit.rates
    )  # fmt: skip


def _changes(unit: UnitReconciliation, law: Law) -> Iterator[tuple[int, RateChange]]:
    """Why each recomputed rate differs from the one of the year before."""
    questions = {rate.sheet.rate_year: rate.question for rate in unit.rates if rate.result is not None}
    for year, question in questions.items():
        former = questions.get(year - 1)
        if question is None or former is None:
            continue
        try:
            yield year, rate_change(former, question, law)
        except AtmpInsureError:
            continue  # a table lacks a value that the comparison needs: the rates stand without their reasons


def account_years(unit: UnitRates) -> tuple[AccountYear, ...]:
    """What the accounts of a unit hold, year by year."""
    return () if unit.papers is None else tuple(_account_years(unit.papers))


def _account_years(unit: UnitReconciliation) -> Iterator[AccountYear]:
    years: dict[int, list[AccountLine]] = {}
    for line in unit.papers.all_lines():
        years.setdefault(line.account_year, []).append(line)
    for year, lines in sorted(years.items()):
        charged = [line for line in lines if not line.is_never_charged and line.categories]
        kinds = sorted({category.value for line in charged for category in line.categories
                        if category.value == "IT6" or category.is_grave})  # fmt: skip
        total = sum((line.value_eur for line in charged if line.value_eur is not None), Fraction(0))
        yield AccountYear(year, len({line.claim_key for line in charged}), total, tuple(kinds))


def _history_chart(title: str, rows: Sequence[YearRow], claims: Sequence[KnownClaim]) -> Chart | None:
    """The notified rate and its recomputation; the grave claims named at the first rate that counts them."""
    if len(rows) < 2:
        return None
    by_year = {row.rate_year: row for row in rows}
    years = range(rows[0].rate_year, rows[-1].rate_year + 1)
    points = tuple(
        ChartYear(year, by_year[year].notified, by_year[year].recomputed) if year in by_year else ChartYear(year)
        for year in years
    )
    events = tuple(RateEvent(year, label) for year, label in _events(claims) if year in years)
    return rate_chart(RateHistory(_("Taux notifié et taux recalculé"), points, events=events,
                                  counterfactual_label=_("Taux recalculé"), subtitle=title,
                                  language=current_language()))  # fmt: skip


def _events(claims: Sequence[KnownClaim]) -> Iterator[tuple[int, str]]:
    for claim in claims:
        for line in claim.charges:
            if line.category is CostCategory.IT6 or line.category.is_grave:
                yield line.account_year + YEARS_TO_RATE, f"{line.category.value}, {claim.name}"


def simulation_chart(simulation: Simulation, rows: Sequence[YearRow]) -> Chart:
    """The rate of the scenario beside the rate of the papers."""
    simulated = {year.rate_year: year for year in simulation.years}
    known = {row.rate_year: row for row in rows}
    years = sorted({*simulated, *known})
    notified = [year.rate_year for year in simulation.years if year.notified_percent is None]
    points = tuple(
        ChartYear(
            year,
            simulated[year].simulated.rate_percent / 100 if year in simulated else known[year].notified,
            simulated[year].known.rate_percent / 100 if year in simulated else None,
        )
        for year in years
    )
    return rate_chart(RateHistory(
        _("Taux simulé et taux sans changement"), points, first_future_year=notified[0] if notified else None,
        counterfactual_label=_("Sans changement"), language=current_language(),
    ))  # fmt: skip


def explanation_of(title: str, rate: YearRate, said: Iterable[str], names: Mapping[str, str]) -> Explanation:
    """How a rate was found, step by step.

    Args:
        said: what must be said with it: where values come from, what was assumed.
        names: how each claim is named.
    """
    steps = tuple(
        TraceStep(step_label(step, names), french_quantity(step.value), _inputs(step), step.source)
        for step in rate.trace
    )
    return Explanation(title, french_percent(rate.rate_percent), steps, " ".join(renamed(tuple(said), names)))


def _inputs(step: Step) -> tuple[tuple[str, str], ...]:
    """The inputs of a step, labelled; a year as it is, and the claim's own number left out."""
    return tuple(
        (str(_INPUTS.get(name, name)), str(one[0]) if name == "account_year" else french_quantity(one))
        for name, one in step.inputs.items()
        if name != "ref"
    )


def change_sentences(change: RateChange, names: Mapping[str, str]) -> tuple[str, ...]:
    """Why a rate moved, those reasons that weigh nothing left out."""
    return tuple(renamed([part.sentence_fr for part in change.parts if part.points], names))


def largest_worth(findings: Sequence[RateFinding]) -> Fraction:
    """What the gravest finding is worth; they do not add up, since each is weighed in a chain of its own."""
    return max((Fraction(one.saving_eur) for one in findings if one.saving_eur is not None), default=Fraction(0))


def scenario_sentences(scenario: Scenario, names: Mapping[str, str]) -> tuple[str, ...]:
    """What a scenario changes, in sentences."""
    said = [_("Retiré : %(name)s.", name=names.get(ref, ref)) for ref in sorted(scenario.removed)]
    for one in scenario.added:
        sentence = _("Sinistre %(category)s ajouté au compte %(year)s.", category=one.category.value,
                     year=one.account_year)  # fmt: skip
        part = _(" Recours contre tiers : %(share)s.", share=french_percent(one.third_party_share * 100))
        said.append(sentence + (part if one.third_party_share else ""))
    said += [
        _("Salaires %(year)s : %(amount)s.", year=year, amount=french_euros(amount, 0))
        for year, amount in sorted(scenario.payroll_eur.items())
    ]
    if scenario.headcount is not None:
        said.append(_("Effectif à venir : %(count)s.", count=french_number(scenario.headcount)))
    return tuple(said)
