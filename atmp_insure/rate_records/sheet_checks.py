"""What a calculation sheet says against its recomputation, the other papers and the tables.

Each check states a difference and the texts that say what the value should be; none argues.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.kernel.errors import MissingParameter
from atmp_insure.kernel.french import french_percent
from atmp_insure.rate_records.account_checks import TOLERANCE_EUR
from atmp_insure.rate_records.charged_claims import Origin
from atmp_insure.rate_records.documents import Finding, Severity
from atmp_insure.rate_records.mode_checks import mode_differs, new_establishment_not_collective, share_differs
from atmp_insure.rate_records.wording import differs_fr, euros_fr, gap_fr, list_fr, percent_fr
from atmp_insure.rating.cap import rate_limits
from atmp_insure.rating.claim_cost import line_cost
from atmp_insure.rating.price_list import PriceList
from atmp_insure.rating.unit import ZERO, ClaimLine, GivenValues, RateQuestion, triennium
from atmp_insure.regulation.law import SURCHARGE_NAMES, first_of
from atmp_insure.regulation.vocabulary import CostCategory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.rate_records.documents import CalculationSheet, PrintedAmount
    from atmp_insure.rate_records.mode_checks import Weighed
    from atmp_insure.rate_records.reconciliation import ReconciledRate
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.regulation.law import Law

ROUNDING_POINTS = Fraction(1, 100)  # a difference that the unsettled rounding of intermediate rates explains


class SheetFinding(NamedTuple):
    """A finding on a sheet, with what the sheet has in place of the right element, for the engine to weigh.

    Attributes:
        wrong: the question as the sheet asks it, or the rate that it notifies; None when nothing can be weighed.
    """

    finding: Finding
    rate_year: int
    wrong: RateQuestion | Fraction | None = None


def sheet_findings(rate: ReconciledRate, papers: UnitPapers, law: Law) -> Iterator[SheetFinding]:
    """Every difference between one sheet and what it should say.

    Source: art. D.242-6-2 to D.242-6-17 CSS.
    """
    checks = (
        notified_rate_differs(rate),
        mode_differs(rate, papers, law),
        new_establishment_not_collective(rate, law),
        share_differs(rate),
        previous_rate_differs(rate, papers),
        limits_differ(rate, law),
        cap_forgotten(rate, law),
        risk_value_differs(rate, law),
        surcharge_differs(rate, law),
        collective_rate_differs(rate, law),
        average_cost_differs(rate, law),
        totals_differ(rate.sheet),
        years_outside_triennium(rate.sheet),
    )
    for check in checks:
        for finding, wrong in check:
            yield SheetFinding(finding, rate.sheet.rate_year, wrong)


def notified_rate_differs(rate: ReconciledRate) -> Iterator[Weighed]:
    """The notified rate is not the recomputed one; a hundredth is told as a rounding.

    Source: art. D.242-6-2 to D.242-6-17 CSS; no text settles the rounding of intermediate rates.
    """
    sheet, points = rate.sheet, rate.difference_points
    if rate.result is None or points is None:
        said = f"Le taux {sheet.rate_year} n'a pas pu être recalculé ; il manque : {list_fr(list(rate.missing_fr))}."
        yield Finding(Severity.WARNING, "rate_impossible", said, "", sheet.file), None
        return
    if not points:
        return
    way = "supérieur" if points > 0 else "inférieur"
    compared = (
        f"Le taux {sheet.rate_year} notifié ({french_percent(sheet.notified_percent)}) est {way} de {gap_fr(points)} "
        f"au taux recalculé ({french_percent(rate.result.rate_percent)})"
    )
    place = sheet.places.get("notified_percent", "")
    basis = "art. D.242-6-2 à D.242-6-17 CSS"
    if abs(points) <= ROUNDING_POINTS:
        said = f"{compared} : un centième de point tient à l'arrondi des taux intermédiaires, qu'aucun texte ne fixe."
        yield Finding(Severity.INFORMATION, "rounding_difference", said, place, sheet.file, basis), None
        return
    said = f"{compared}{_yearly_euros(sheet, points)} : à faire examiner par un avocat."
    yield Finding(Severity.ERROR, "notified_rate_differs", said, place, sheet.file, basis), sheet.notified_percent


def _yearly_euros(sheet: CalculationSheet, points: Fraction) -> str:
    """What a difference of rate weighs on the last known wages of the sheet, to the euro."""
    if not sheet.wages_by_year:
        return ""
    last_wages = sheet.wages_by_year[max(sheet.wages_by_year)]
    return f", soit environ {euros_fr(Fraction(round(abs(points) * last_wages / 100)))} par an"


def previous_rate_differs(rate: ReconciledRate, papers: UnitPapers) -> Iterator[Weighed]:
    """The previous rate that the cap starts from is not the one notified the year before.

    Source: art. D.242-6-15 CSS (the reference is the rate notified for the year before).
    """
    sheet = rate.sheet
    former, printed = papers.sheet(sheet.rate_year - 1), sheet.printed.previous_percent
    if former is None or printed is None or printed == former.notified_percent:
        return
    said = (
        f"La {sheet.title_fr} part d'un taux précédent de {french_percent(printed)} ; la {former.title_fr} notifie "
        f"{french_percent(former.notified_percent)}, {differs_fr(gap_fr(printed - former.notified_percent))}"
    )
    place = sheet.places["previous_percent"]
    wrong = replace(rate.question, previous_rate_percent=printed) if rate.question is not None else None
    yield Finding(Severity.ERROR, "previous_rate_differs", said, place, sheet.file, "art. D.242-6-15 CSS"), wrong


def limits_differ(rate: ReconciledRate, law: Law) -> Iterator[Weighed]:
    """A printed limit of the yearly change is not the one that follows from the rate notified the year before.

    Source: art. D.242-6-15 and D.242-38 CSS.
    """
    sheet, question = rate.sheet, rate.question
    if question is None or question.previous_rate_percent is None:
        return
    rule = law.caps.at(first_of(sheet.rate_year)).value[question.unit.scope]
    limits = rate_limits(question.previous_rate_percent, rule)
    for name, way, due in (
        ("limit_low_percent", "basse", limits.lower_percent),
        ("limit_high_percent", "haute", limits.upper_percent),
    ):
        printed = getattr(sheet.printed, name)
        if printed is None or abs(printed - due) <= ROUNDING_POINTS or due < 0:
            continue
        said = (
            f"La {sheet.title_fr} porte une limite {way} de {french_percent(printed)} ; le taux précédent de "
            f"{french_percent(question.previous_rate_percent)} donne {french_percent(due)}, "
            f"{differs_fr(gap_fr(printed - due))}"
        )
        finding = Finding(Severity.ERROR, "limit_differs", said, sheet.places[name], sheet.file, "art. D.242-6-15 CSS")
        yield finding, sheet.notified_percent


def cap_forgotten(rate: ReconciledRate, law: Law) -> Iterator[Weighed]:
    """The notified rate lies outside the limits of the yearly change.

    Source: art. D.242-6-15 and D.242-38 CSS.
    """
    sheet, question, result = rate.sheet, rate.question, rate.result
    if question is None or result is None or question.previous_rate_percent is None:
        return
    rule = law.caps.at(first_of(sheet.rate_year)).value[question.unit.scope]
    if result.mode not in rule.modes:
        return
    limits = rate_limits(question.previous_rate_percent, rule)
    beyond = max(sheet.notified_percent - limits.upper_percent, limits.lower_percent - sheet.notified_percent)
    if beyond <= ROUNDING_POINTS:
        return
    said = (
        f"Le taux {sheet.rate_year} notifié ({french_percent(sheet.notified_percent)}) sort des limites qui découlent "
        f"du taux précédent de {french_percent(question.previous_rate_percent)}, soit {gap_fr(beyond)} au-delà : "
        "à faire examiner par un avocat."
    )
    place = sheet.places.get("notified_percent", "")
    finding = Finding(Severity.ERROR, "cap_forgotten", said, place, sheet.file, "art. D.242-6-15 CSS")
    yield finding, sheet.notified_percent


def years_outside_triennium(sheet: CalculationSheet) -> Iterator[Weighed]:
    """The sheet counts a year outside its three account years.

    Source: art. D.242-6-4 CSS (the three last known years).
    """
    counted = {*sheet.risk_value_by_year, *sheet.wages_by_year}
    outside = sorted(counted - set(triennium(sheet.rate_year)))
    for year in outside:
        first, *_, last = triennium(sheet.rate_year)
        span = f"hors de la période {first}–{last}"
        said = f"La {sheet.title_fr} compte l'année {year}, {span} : à faire examiner par un avocat."
        name = "risk_value_by_year" if year in sheet.risk_value_by_year else "wages_by_year"
        place = sheet.places.get(f"{name}.{year}", "")
        basis = "art. D.242-6-4 CSS"
        yield Finding(Severity.ERROR, "year_outside_triennium", said, place, sheet.file, basis), sheet.notified_percent


def _asked_with(rate: ReconciledRate, given: GivenValues) -> RateQuestion | None:
    """The question with values as the sheet prints them, over those that it was already given."""
    if rate.question is None:
        return None
    own = rate.question.given
    collective = given.collective_rate_percent
    merged = GivenValues(
        {**own.average_costs_eur, **given.average_costs_eur},
        {**own.surcharges, **given.surcharges},
        own.collective_rate_percent if collective is None else collective,
    )
    return replace(rate.question, given=merged)


def risk_value_differs(rate: ReconciledRate, law: Law) -> Iterator[Weighed]:
    """The value of the risk of a year is not the sum of the account's lines on the schedule of the rate year.

    Source: art. D.242-6-6 and D.242-6-8 CSS (the schedule of the rate year prices all three accounts).
    """
    if rate.question is None:
        return
    sheet, unit = rate.sheet, rate.question.unit
    prices = PriceList(law, unit, sheet.rate_year, {sheet.rate_year: rate.question.given})
    for year in rate.charged:
        printed = sheet.risk_value_by_year.get(year.account_year)
        if printed is None or year.origin is not Origin.ACCOUNT:
            continue
        try:
            lines_eur = sum((line_cost(claim, prices).cost_eur for claim in year.claims), ZERO)
        except MissingParameter:
            continue  # an unpriced category leaves nothing to compare; the rate itself says what is missing
        gap = printed - lines_eur
        if abs(gap) <= TOLERANCE_EUR * max(len(year.claims), 1):
            continue
        said = (
            f"La {sheet.title_fr} porte {euros_fr(printed)} de valeur du risque pour {year.account_year} ; les lignes "
            f"du compte employeur {year.account_year}, au barème {sheet.rate_year}, donnent {euros_fr(lines_eur)}, "
            f"{differs_fr(euros_fr(abs(gap)))}"
        )
        place = sheet.places[f"risk_value_by_year.{year.account_year}"]
        whole = ClaimLine("valeur imprimée", year.account_year, CostCategory.IT1, cost_eur=printed)
        others = tuple(line for line in rate.question.claims if line.account_year != year.account_year)
        wrong = replace(rate.question, claims=(*others, whole))
        yield Finding(Severity.ERROR, "risk_value_differs", said, place, sheet.file, "art. D.242-6-6 CSS"), wrong


def surcharge_differs(rate: ReconciledRate, law: Law) -> Iterator[Weighed]:
    """A printed surcharge is not the one of the rate year.

    Source: art. D.242-6-9 CSS; yearly arrêtés.
    """
    sheet = rate.sheet
    for name in SURCHARGE_NAMES:
        printed, cell = getattr(sheet.printed, name), law.find_surcharge(sheet.rate_year, name)
        if printed is None or cell is None or printed == cell.value:
            continue
        said = (
            f"La {sheet.title_fr} porte une majoration {name.upper()} de {percent_fr(printed)} ; celle de "
            f"{sheet.rate_year} est de {percent_fr(cell.value)}, {differs_fr(gap_fr(printed - cell.value))}"
        )
        finding = Finding(
            Severity.ERROR, "surcharge_differs", said, sheet.places[name], sheet.file, "art. D.242-6-9 CSS"
        )
        yield finding, _asked_with(rate, GivenValues(surcharges={name: printed}))


def collective_rate_differs(rate: ReconciledRate, law: Law) -> Iterator[Weighed]:
    """The printed collective rate is not the one of the risk code that year.

    Source: art. D.242-6-11 CSS; yearly arrêtés.
    """
    sheet, printed = rate.sheet, rate.sheet.printed.collective_percent
    if rate.question is None or printed is None or rate.question.unit.risk_code is None:
        return
    unit = rate.question.unit
    cell = law.find_collective_rate(sheet.rate_year, rate.question.unit.risk_code, unit.scope)
    if cell is None or cell.value.rate_percent == printed:
        return
    said = (
        f"La {sheet.title_fr} porte un taux net collectif de {french_percent(printed)} ; celui du code risque "
        f"{unit.risk_code} est de {french_percent(cell.value.rate_percent)} en {sheet.rate_year}, "
        f"{differs_fr(gap_fr(printed - cell.value.rate_percent))}"
    )
    place = sheet.places["collective_percent"]
    finding = Finding(Severity.ERROR, "collective_rate_differs", said, place, sheet.file, "art. D.242-6-11 CSS")
    yield finding, _asked_with(rate, GivenValues(collective_rate_percent=printed))


def average_cost_differs(rate: ReconciledRate, law: Law) -> Iterator[Weighed]:
    """A printed average cost is not the one of the schedule of the rate year.

    Source: art. D.242-6-8 CSS; yearly arrêtés.
    """
    if rate.question is None:
        return
    sheet, unit = rate.sheet, rate.question.unit
    prices = PriceList(law, unit, sheet.rate_year, {})
    for category, printed in sheet.average_costs_eur.items():
        try:
            cost_eur = prices.average_cost(category).value
        except MissingParameter:
            continue  # no table to compare with
        if printed == cost_eur:
            continue
        said = (
            f"La {sheet.title_fr} porte un coût moyen {category} de {euros_fr(printed)} ; celui du comité {unit.ctn} "
            f"est de {euros_fr(cost_eur)} en {sheet.rate_year}, {differs_fr(euros_fr(abs(printed - cost_eur)))}"
        )
        place = sheet.places[f"average_costs_eur.{category}"]
        finding = Finding(Severity.ERROR, "average_cost_differs", said, place, sheet.file, "art. D.242-6-8 CSS")
        yield finding, _asked_with(rate, GivenValues(average_costs_eur={category: printed}))


def totals_differ(sheet: CalculationSheet) -> Iterator[Weighed]:
    """The amounts of the three years do not add up to the total printed beside them.

    Source: art. D.242-6-4 CSS (one sum over the three years).
    """
    printed: tuple[tuple[str, dict[int, Fraction], PrintedAmount | None], ...] = (
        ("salaires", dict(sheet.wages_by_year), sheet.wages_total),
        ("valeurs du risque", dict(sheet.risk_value_by_year), sheet.risk_value_total),
    )
    for name, by_year, total in printed:
        summed = sum(by_year.values(), ZERO)
        if total is None or not by_year or abs(summed - total.amount_eur) <= TOLERANCE_EUR * len(by_year):
            continue
        said = (
            f"La {sheet.title_fr} imprime un total de {euros_fr(total.amount_eur)} pour les {name} ; les trois années "
            f"font {euros_fr(summed)}, {differs_fr(euros_fr(abs(summed - total.amount_eur)))}"
        )
        yield Finding(Severity.ERROR, "total_differs", said, total.place, sheet.file, "art. D.242-6-4 CSS"), None
