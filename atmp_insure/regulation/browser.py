"""The law as a reader goes through it: years, schedules with the source of each row, dated rules, the three modes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import french_euros, french_number, french_percent
from atmp_insure.regulation.coverage import WHOLE_SCHEDULE, coverage
from atmp_insure.regulation.law import SURCHARGE_NAMES, first_of
from atmp_insure.regulation.vocabulary import NATIONAL_COMMITTEES, SCHEDULE_COLUMNS, Activity, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from fractions import Fraction

    from atmp_insure.regulation.law import Law
    from atmp_insure.regulation.values import Citation, Confidence, DatedValues

CONFIDENCE_LABELS: Mapping[str, str] = {
    "official": "texte officiel",
    "secondary": "source secondaire",
    "as_printed": "lu sur un document du client",
    "unsettled": "non tranché",
}
ACTIVITY_LABELS = {
    Activity.ALL: "",
    Activity.GROS_OEUVRE: "gros œuvre",
    Activity.SECOND_OEUVRE: "second œuvre",
    Activity.FONCTIONS_SUPPORT: "fonctions support",
    Activity.ALSACE_MOSELLE: "Alsace-Moselle",
}
RULE_LABELS = {
    "rate_periods": "Date d'effet des taux",
    "tariff_modes": "Seuils des modes de tarification",
    "mixed_shares": "Fraction du taux mixte",
    "frozen_mixed_headcount": "Effectif du taux mixte gelé",
    "headcount_freeze": "Gel quinquennal des seuils",
    "headcount_counting": "Décompte des effectifs",
    "new_establishments": "Établissements nouveaux",
    "caps": "Écrêtement (butoirs)",
    "temporary_incapacity_categories": "Catégories d'incapacité temporaire",
    "permanent_incapacity_categories": "Catégories d'incapacité permanente",
    "average_cost_accounts": "Premier compte aux coûts moyens",
    "temporary_work_shares": "Partage du coût du travail temporaire",
    "abatements": "Abattements",
    "collective_only_codes": "Codes risque toujours au taux collectif",
    "construction_activities": "Activités du bâtiment et des travaux publics",
    "rounding": "Arrondis",
    "discounts": "Ristourne",
    "additional_contributions": "Cotisation supplémentaire",
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
class ScheduleRow:
    """A row of the schedule of average costs: committee, activity, costs by column, and where they come from."""

    ctn: str
    activity: str
    costs: tuple[str, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class SurchargeRow:
    """A surcharge of a rate year."""

    name: str
    meaning: str
    value: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Schedule:
    """The schedules of a rate year."""

    columns: tuple[str, ...]
    costs: tuple[ScheduleRow, ...]
    surcharges: tuple[SurchargeRow, ...]
    collective_counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class CollectiveRow:
    """The collective rate of a risk code."""

    code: str
    label: str
    rate: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A dated rule: what holds on the day, since when, from which text."""

    name: str
    label: str
    since: date
    citation: Citation
    confidence: str
    versions: int


@dataclass(frozen=True, slots=True)
class ModeExplanation:
    """One of the three modes: for whom, how the rate is made."""

    label: str
    text: str
    thresholds: tuple[tuple[str, str], ...]
    citation: Citation


_SURCHARGES = {
    "m1": "accidents de trajet",
    "m2": "charges de rééducation, de gestion et du fonds de prévention, en proportion de (taux brut + M1)",
    "m3": "compensations entre régimes et maladies du compte spécial",
    "m4": "départs anticipés et pénibilité",
}


def year_summaries(law: Law) -> tuple[YearSummary, ...]:
    """Every rate year for which something is known, the latest first."""
    return tuple(
        YearSummary(
            year.rate_year,
            law.effective_on(year.rate_year),
            f"{year.cost_cells} sur {len(WHOLE_SCHEDULE)}",
            ", ".join(name.upper() for name in year.surcharges) or "aucune",
            year.collective_codes,
            "" if year.floor_percent is None else french_percent(year.floor_percent),
        )
        for year in reversed(coverage(law))
    )


def committees(law: Law) -> tuple[str, ...]:
    """The national committees, then whatever else the tables of collective rates name (support functions)."""
    named = {rate.value.ctn for rate in law.collective_rates.values()}
    return (*NATIONAL_COMMITTEES, *sorted(named.difference(NATIONAL_COMMITTEES)))


def schedule_of(law: Law, rate_year: int) -> Schedule:
    """The schedules of a rate year, cell by cell."""
    rows = {(ctn, activity) for year, ctn, activity, _ in law.average_costs if year == rate_year}
    codes = [rate.value.ctn for (year, _), rate in law.collective_rates.items() if year == rate_year]
    return Schedule(
        columns=SCHEDULE_COLUMNS,
        costs=tuple(_cost_row(law, rate_year, ctn, activity) for ctn, activity in sorted(rows, key=_place)),
        surcharges=tuple(
            SurchargeRow(name.upper(), _SURCHARGES[name], french_percent(found.value, 2), found.citation)
            for name in SURCHARGE_NAMES
            if (found := law.find_surcharge(rate_year, name)) is not None
        ),
        collective_counts=tuple((ctn, codes.count(ctn)) for ctn in committees(law)),
    )


def collective_page(law: Law, rate_year: int, ctn: str) -> tuple[CollectiveRow, ...]:
    """The collective rates of a committee, by code."""
    return tuple(
        CollectiveRow(code, rate.value.label, french_percent(rate.value.rate_percent), rate.citation)
        for (year, code), rate in sorted(law.collective_rates.items())
        if year == rate_year and rate.value.ctn == ctn
    )


def rules(law: Law, on: date) -> tuple[RuleRow, ...]:
    """The dated rules in force on a day; a rule that holds nothing on that day is left out."""
    found = []
    for name, label in RULE_LABELS.items():
        values: DatedValues[object] = getattr(law, name)
        held = [entry for entry in values.entries if entry.first_day <= on]
        if held:
            citation = held[-1].sourced.citation
            confidence = CONFIDENCE_LABELS[citation.confidence.value]
            found.append(RuleRow(name, label, held[-1].first_day, citation, confidence, len(values.entries)))
    return tuple(found)


def mode_explanations(law: Law, on: date) -> tuple[ModeExplanation, ...]:
    """The three modes as they hold on a day.

    Source: art. D.242-6-2 and D.242-30 CSS.
    """
    sourced = law.tariff_modes.at(first_of(on.year))
    names = {
        (Scope.GENERAL, False): "Régime général",
        (Scope.GENERAL, True): "Régime général, bâtiment et travaux publics",
        (Scope.ALSACE_MOSELLE, False): "Alsace-Moselle",
        (Scope.ALSACE_MOSELLE, True): "Alsace-Moselle, bâtiment et travaux publics",
    }
    by_mode: dict[str, list[tuple[str, str]]] = {"collective": [], "mixed": [], "individual": []}
    for key, label in names.items():
        limits = sourced.value[key]
        mixed, individual = _people(limits.mixed_from), _people(limits.individual_from)
        by_mode["collective"].append((label, f"moins de {mixed}"))
        by_mode["mixed"].append((label, f"de {mixed} à moins de {individual}"))
        by_mode["individual"].append((label, f"{individual} et plus"))
    texts = {
        "collective": (
            "Mode collectif",
            "Le taux est celui du barème national de l'activité : les sinistres de l'établissement n'y changent rien.",
        ),
        "mixed": (
            "Mode mixte",
            "Le taux mêle le taux propre, calculé sur les sinistres de trois exercices, et le taux collectif.",
        ),
        "individual": (
            "Mode individuel",
            "Le taux vient des seuls sinistres de l'établissement, au coût moyen, rapportés à trois ans de salaires.",
        ),
    }
    return tuple(
        ModeExplanation(label, text, tuple(by_mode[mode]), sourced.citation) for mode, (label, text) in texts.items()
    )


def confidence_label(confidence: Confidence) -> str:
    """What a source is worth, in French."""
    return CONFIDENCE_LABELS[confidence.value]


def _cost_row(law: Law, rate_year: int, ctn: str, activity: Activity) -> ScheduleRow:
    cells = [law.average_costs.get((rate_year, ctn, activity, column)) for column in SCHEDULE_COLUMNS]
    citation = next(cell.citation for cell in cells if cell is not None)
    costs = tuple("" if cell is None else french_euros(cell.value, 0) for cell in cells)
    return ScheduleRow(ctn, ACTIVITY_LABELS[activity], costs, citation)


def _place(row: tuple[str, Activity]) -> tuple[str, int]:
    return row[0], tuple(Activity).index(row[1])


def _people(headcount: Fraction) -> str:
    return f"{french_number(headcount)} salariés"
