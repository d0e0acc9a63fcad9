"""What a calculation sheet says against its recomputation, the other papers and the tables.

Each check states a difference and the texts that say what the value should be; none argues.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import MissingParameter
from atmp_insure.kernel.french import french_number, french_percent
from atmp_insure.rate_records.account_checks import TOLERANCE_EUR
from atmp_insure.rate_records.charged_claims import Origin
from atmp_insure.rate_records.documents import Finding, Severity
from atmp_insure.rate_records.wording import differs_fr, euros_fr, gap_fr, list_fr, percent_fr
from atmp_insure.rating.claim_cost import line_cost
from atmp_insure.rating.price_list import PriceList
from atmp_insure.rating.unit import ZERO
from atmp_insure.regulation.law import SURCHARGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.rate_records.documents import CalculationSheet, PrintedAmount
    from atmp_insure.rate_records.reconciliation import ReconciledRate
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.regulation.law import Law

ROUNDING_POINTS = Fraction(1, 100)  # a difference that the unsettled rounding of intermediate rates explains


def sheet_findings(rate: ReconciledRate, papers: UnitPapers, law: Law) -> Iterator[Finding]:
    """Every difference between one sheet and what it should say.

    Source: art. D.242-6-2 to D.242-6-17 CSS.
    """
    yield from notified_rate_differs(rate)
    yield from mode_differs(rate)
    yield from previous_rate_differs(rate.sheet, papers)
    yield from risk_value_differs(rate, law)
    yield from surcharge_differs(rate.sheet, law)
    yield from collective_rate_differs(rate, law)
    yield from average_cost_differs(rate, law)
    yield from totals_differ(rate.sheet)


def notified_rate_differs(rate: ReconciledRate) -> Iterator[Finding]:
    """The notified rate is not the recomputed one; a hundredth is told as a rounding.

    Source: art. D.242-6-2 to D.242-6-17 CSS; no text settles the rounding of intermediate rates.
    """
    sheet, points = rate.sheet, rate.difference_points
    if rate.result is None or points is None:
        said = f"Le taux {sheet.rate_year} n'a pas pu être recalculé ; il manque : {list_fr(list(rate.missing_fr))}."
        yield Finding(Severity.WARNING, "rate_impossible", said, "", sheet.file)
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
        yield Finding(Severity.INFORMATION, "rounding_difference", said, place, sheet.file, basis)
        return
    said = f"{compared}{_yearly_euros(sheet, points)} : à faire examiner par un avocat."
    yield Finding(Severity.ERROR, "notified_rate_differs", said, place, sheet.file, basis)


def _yearly_euros(sheet: CalculationSheet, points: Fraction) -> str:
    """What a difference of rate weighs on the last known wages of the sheet, to the euro."""
    if not sheet.wages_by_year:
        return ""
    last_wages = sheet.wages_by_year[max(sheet.wages_by_year)]
    return f", soit environ {euros_fr(Fraction(round(abs(points) * last_wages / 100)))} par an"


def mode_differs(rate: ReconciledRate) -> Iterator[Finding]:
    """The mode is not the one of the headcount.

    Source: art. D.242-6-2 and D.242-30 CSS; art. L.130-1 II CSS (an upward crossing counts after five years).
    """
    sheet = rate.sheet
    if rate.result is None or sheet.mode is None or sheet.mode is rate.result.mode or sheet.headcount is None:
        return
    said = (
        f"La {sheet.title_fr} applique la tarification {sheet.mode.label_fr} ; un effectif de "
        f"{french_number(sheet.headcount)} relève de la tarification {rate.result.mode.label_fr}, sous réserve du gel "
        "quinquennal des seuils : à faire examiner par un avocat."
    )
    basis = "art. D.242-6-2 et L.130-1 CSS"
    yield Finding(Severity.ERROR, "mode_differs", said, sheet.places["mode"], sheet.file, basis)


def previous_rate_differs(sheet: CalculationSheet, papers: UnitPapers) -> Iterator[Finding]:
    """The previous rate that the cap starts from is not the one notified the year before.

    Source: art. D.242-6-15 CSS (the reference is the rate notified for the year before).
    """
    former, printed = papers.sheet(sheet.rate_year - 1), sheet.printed.previous_percent
    if former is None or printed is None or printed == former.notified_percent:
        return
    said = (
        f"La {sheet.title_fr} part d'un taux précédent de {french_percent(printed)} ; la {former.title_fr} notifie "
        f"{french_percent(former.notified_percent)}, {differs_fr(gap_fr(printed - former.notified_percent))}"
    )
    place = sheet.places["previous_percent"]
    yield Finding(Severity.ERROR, "previous_rate_differs", said, place, sheet.file, "art. D.242-6-15 CSS")


def risk_value_differs(rate: ReconciledRate, law: Law) -> Iterator[Finding]:
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
        yield Finding(Severity.ERROR, "risk_value_differs", said, place, sheet.file, "art. D.242-6-6 CSS")


def surcharge_differs(sheet: CalculationSheet, law: Law) -> Iterator[Finding]:
    """A printed surcharge is not the one of the rate year.

    Source: art. D.242-6-9 CSS; yearly arrêtés.
    """
    for name in SURCHARGE_NAMES:
        printed, cell = getattr(sheet.printed, name), law.find_surcharge(sheet.rate_year, name)
        if printed is None or cell is None or printed == cell.value:
            continue
        said = (
            f"La {sheet.title_fr} porte une majoration {name.upper()} de {percent_fr(printed)} ; celle de "
            f"{sheet.rate_year} est de {percent_fr(cell.value)}, {differs_fr(gap_fr(printed - cell.value))}"
        )
        yield Finding(Severity.ERROR, "surcharge_differs", said, sheet.places[name], sheet.file, "art. D.242-6-9 CSS")


def collective_rate_differs(rate: ReconciledRate, law: Law) -> Iterator[Finding]:
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
    yield Finding(Severity.ERROR, "collective_rate_differs", said, place, sheet.file, "art. D.242-6-11 CSS")


def average_cost_differs(rate: ReconciledRate, law: Law) -> Iterator[Finding]:
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
        yield Finding(Severity.ERROR, "average_cost_differs", said, place, sheet.file, "art. D.242-6-8 CSS")


def totals_differ(sheet: CalculationSheet) -> Iterator[Finding]:
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
        yield Finding(Severity.ERROR, "total_differs", said, total.place, sheet.file, "art. D.242-6-4 CSS")
