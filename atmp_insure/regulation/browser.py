"""The law as a reader goes through it: years, schedules with the source of each row, dated rules, the three modes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure import formatting
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.phrases import Figure, Phrase
from atmp_insure.regulation.coverage import WHOLE_SCHEDULE, coverage
from atmp_insure.regulation.law import SURCHARGE_NAMES, first_of
from atmp_insure.regulation.source_notes import number_of, source_notes
from atmp_insure.regulation.vocabulary import NATIONAL_COMMITTEES, SCHEDULE_COLUMNS, Activity, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from fractions import Fraction

    from atmp_insure.regulation.law import Law
    from atmp_insure.regulation.source_notes import SourceNote
    from atmp_insure.regulation.values import DatedValues, Sourced

ACTIVITY_LABELS = {
    Activity.ALL: "",
    Activity.GROS_OEUVRE: Label("gros œuvre"),
    Activity.SECOND_OEUVRE: Label("second œuvre"),
    Activity.FONCTIONS_SUPPORT: Label("fonctions support"),
    Activity.ALSACE_MOSELLE: Label("Alsace-Moselle"),
}
RULE_LABELS = {
    "rate_periods": Label("Date d'effet des taux"),
    "tariff_modes": Label("Seuils des modes de tarification"),
    "mixed_shares": Label("Fraction du taux mixte"),
    "frozen_mixed_headcount": Label("Effectif du taux mixte gelé"),
    "headcount_freeze": Label("Gel quinquennal des seuils"),
    "headcount_counting": Label("Décompte des effectifs"),
    "new_establishments": Label("Établissements nouveaux"),
    "caps": Label("Écrêtement (butoirs)"),
    "temporary_incapacity_categories": Label("Catégories d'incapacité temporaire"),
    "permanent_incapacity_categories": Label("Catégories d'incapacité permanente"),
    "average_cost_accounts": Label("Premier compte aux coûts moyens"),
    "temporary_work_shares": Label("Partage du coût du travail temporaire"),
    "abatements": Label("Abattements"),
    "collective_only_codes": Label("Codes risque toujours au taux collectif"),
    "construction_activities": Label("Activités du bâtiment et des travaux publics"),
    "rounding": Label("Arrondis"),
    "discounts": Label("Ristourne"),
    "additional_contributions": Label("Cotisation supplémentaire"),
}


@dataclass(frozen=True, slots=True)
class YearSummary:
    """What is known of one rate year, in words."""

    rate_year: int
    effective_on: date
    costs: str
    surcharges: str
    collective_codes: int
    floor: str


@dataclass(frozen=True, slots=True)
class Cost:
    """An average cost, "" when it is not known, and the number of its source when it is not that of its row."""

    text: str
    note: int | None = None


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A row of the schedule of average costs: committee, activity, costs by column, and the number of its source."""

    ctn: str
    activity: str
    costs: tuple[Cost, ...]
    note: int


@dataclass(frozen=True, slots=True)
class SurchargeRow:
    """A surcharge of a rate year."""

    name: str
    meaning: str
    value: str
    note: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """The schedules of a rate year."""

    columns: tuple[str, ...]
    costs: tuple[ScheduleRow, ...]
    cost_sources: tuple[SourceNote, ...]
    surcharges: tuple[SurchargeRow, ...]
    surcharge_sources: tuple[SourceNote, ...]
    collective_counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class CollectiveRow:
    """The collective rate of a risk code."""

    code: str
    label: str
    rate: str
    note: int


@dataclass(frozen=True, slots=True)
class CollectivePage:
    """The collective rates of a committee, and where they come from."""

    rates: tuple[CollectiveRow, ...]
    sources: tuple[SourceNote, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A dated rule: what holds on the day, since when, from which text."""

    name: str
    label: str
    since: date
    source: SourceNote
    versions: int


@dataclass(frozen=True, slots=True)
class ModeExplanation:
    """One of the three modes: for whom, how the rate is made."""

    label: str
    text: str
    thresholds: tuple[tuple[str, str], ...]
    sources: tuple[SourceNote, ...]


_SURCHARGES = {
    "m1": Label("accidents de trajet"),
    "m2": Label("charges de rééducation, de gestion et du fonds de prévention, en proportion de (taux brut + M1)"),
    "m3": Label("compensations entre régimes et maladies du compte spécial"),
    "m4": Label("départs anticipés et pénibilité"),
}


_MODES = {
    "collective": (
        Label("Mode collectif"),
        Label(
            "Le taux est celui du barème national de l'activité : les sinistres de l'établissement n'y changent rien."
        ),
    ),
    "mixed": (
        Label("Mode mixte"),
        Label(
            "Le taux combine le taux net individuel, calculé sur les sinistres de trois exercices, et le taux net "
            "collectif."
        ),
    ),
    "individual": (
        Label("Mode individuel"),
        Label(
            "Le taux vient des seuls sinistres de l'établissement, au coût moyen, rapportés à trois ans de salaires."
        ),
    ),
}


def year_summaries(law: Law) -> tuple[YearSummary, ...]:
    """Every rate year for which something is known, the latest first."""
    return tuple(
        YearSummary(
            year.rate_year,
            law.effective_on(year.rate_year),
            Phrase("%(known)s sur %(all)s", known=year.cost_cells, all=len(WHOLE_SCHEDULE)),
            ", ".join(name.upper() for name in year.surcharges) or Label("aucune"),
            year.collective_codes,
            "" if year.floor_percent is None else _percent(year.floor_percent),
        )
        for year in reversed(coverage(law))
    )


def committees(law: Law) -> tuple[str, ...]:
    """The national committees, then whatever else the tables of collective rates name (support functions)."""
    named = {rate.value.ctn for rate in law.collective_rates.values()}
    return (*NATIONAL_COMMITTEES, *sorted(named.difference(NATIONAL_COMMITTEES)))


def schedule_of(law: Law, rate_year: int) -> Schedule:
    """The schedules of a rate year, cell by cell."""
    rows = sorted({key[1:3] for key in law.average_costs if key[0] == rate_year}, key=_place)
    cells = {row: [law.average_costs.get((rate_year, *row, column)) for column in SCHEDULE_COLUMNS] for row in rows}
    cost_sources = source_notes(cell.citation for row in cells.values() for cell in row if cell is not None)
    surcharges = {name: found for name in SURCHARGE_NAMES if (found := law.find_surcharge(rate_year, name)) is not None}
    surcharge_sources = source_notes(found.citation for found in surcharges.values())
    codes = [rate.value.ctn for (year, _), rate in law.collective_rates.items() if year == rate_year]
    return Schedule(
        columns=SCHEDULE_COLUMNS,
        costs=tuple(_cost_row(*row, cells[row], cost_sources) for row in rows),
        cost_sources=cost_sources,
        surcharges=tuple(
            SurchargeRow(
                name.upper(),
                _SURCHARGES[name],
                _percent(found.value),
                number_of(found.citation, surcharge_sources),
            )
            for name, found in surcharges.items()
        ),
        surcharge_sources=surcharge_sources,
        collective_counts=tuple((ctn, codes.count(ctn)) for ctn in committees(law)),
    )


def collective_page(law: Law, rate_year: int, ctn: str) -> CollectivePage:
    """The collective rates of a committee, by code."""
    found = [
        (code, rate)
        for (year, code), rate in sorted(law.collective_rates.items())
        if year == rate_year and rate.value.ctn == ctn
    ]
    sources = source_notes(rate.citation for _, rate in found)
    rates = (
        CollectiveRow(code, rate.value.label, _percent(rate.value.rate_percent), number_of(rate.citation, sources))
        for code, rate in found
    )
    return CollectivePage(tuple(rates), sources)


def rules(law: Law, on: date) -> tuple[RuleRow, ...]:
    """The dated rules in force on a day; a rule that holds nothing on that day is left out."""
    found = []
    for name, label in RULE_LABELS.items():
        values: DatedValues[object] = getattr(law, name)
        held = [entry for entry in values.entries if entry.first_day <= on]
        if held:
            [source] = source_notes([held[-1].sourced.citation])
            found.append(RuleRow(name, label, held[-1].first_day, source, len(values.entries)))
    return tuple(found)


def mode_explanations(law: Law, on: date) -> tuple[ModeExplanation, ...]:
    """The three modes as they hold on a day.

    Source: art. D.242-6-2 and D.242-30 CSS.
    """
    sourced = law.tariff_modes.at(first_of(on.year))
    names = {
        (Scope.GENERAL, False): Label("Régime général"),
        (Scope.GENERAL, True): Label("Régime général, bâtiment et travaux publics"),
        (Scope.ALSACE_MOSELLE, False): Label("Alsace-Moselle"),
        (Scope.ALSACE_MOSELLE, True): Label("Alsace-Moselle, bâtiment et travaux publics"),
    }
    by_mode: dict[str, list[tuple[str, str]]] = {"collective": [], "mixed": [], "individual": []}
    for key, label in names.items():
        limits = sourced.value[key]
        mixed, individual = _number(limits.mixed_from), _number(limits.individual_from)
        by_mode["collective"].append((label, Phrase("moins de %(people)s salariés", people=mixed)))
        by_mode["mixed"].append(
            (label, Phrase("de %(least)s salariés à moins de %(most)s salariés", least=mixed, most=individual))
        )
        by_mode["individual"].append((label, Phrase("%(people)s salariés et plus", people=individual)))
    sources = source_notes([sourced.citation])
    return tuple(ModeExplanation(label, text, tuple(by_mode[mode]), sources) for mode, (label, text) in _MODES.items())


def _cost_row(
    ctn: str, activity: Activity, cells: Sequence[Sourced[Fraction] | None], sources: Sequence[SourceNote]
) -> ScheduleRow:
    """A row under the source of most of its cells; the others name their own."""
    numbers = [None if cell is None else number_of(cell.citation, sources) for cell in cells]
    [(usual, _)] = Counter(number for number in numbers if number is not None).most_common(1)
    costs = tuple(
        Cost("") if cell is None else Cost(_euros(cell.value), None if number == usual else number)
        for cell, number in zip(cells, numbers, strict=True)
    )
    return ScheduleRow(ctn, ACTIVITY_LABELS[activity], costs, usual)


def _place(row: tuple[str, Activity]) -> tuple[str, int]:
    return row[0], tuple(Activity).index(row[1])


def _number(count: Fraction) -> Figure:
    return Figure(lambda language: formatting.number(count, None, language))


def _percent(rate_percent: Fraction) -> Figure:
    return Figure(lambda language: formatting.percent(rate_percent / 100, 2, language))


def _euros(amount_eur: Fraction) -> Figure:
    return Figure(lambda language: formatting.euros(amount_eur, 0, language))
