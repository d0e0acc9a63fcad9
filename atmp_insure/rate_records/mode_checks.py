"""The mode of a sheet against its headcounts and the age of the establishment, and the share that follows from it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import french_number, french_percent
from atmp_insure.rate_records.documents import Finding, Severity
from atmp_insure.rate_records.headcount_history import covers_the_freeze, known_headcounts
from atmp_insure.rate_records.wording import day_fr, differs_fr, gap_fr, list_fr, percent_fr
from atmp_insure.rating.mode import is_new_establishment
from atmp_insure.regulation.law import first_of
from atmp_insure.regulation.vocabulary import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.rate_records.documents import CalculationSheet
    from atmp_insure.rate_records.reconciliation import ReconciledRate
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.rating.unit import RateQuestion
    from atmp_insure.regulation.law import Law

Weighed = tuple[Finding, "RateQuestion | Fraction | None"]
SHARE_TOLERANCE = Fraction(1, 200)  # sheets print the share with two decimals at least
_MODES = list(Mode)  # from the smallest headcounts to the largest


def mode_differs(rate: ReconciledRate, papers: UnitPapers, law: Law) -> Iterator[Weighed]:
    """The mode is not the one of the headcounts, as far as the sheets tell them.

    A mode below the one of the headcount may be held by the freeze: it is only a warning while a year that decides is
    not known.

    Source: art. D.242-6-2 and D.242-30 CSS; art. L.130-1 II CSS (an upward crossing counts after five years).
    """
    sheet, question = rate.sheet, rate.question
    if rate.result is None or question is None or sheet.mode is None or sheet.mode is rate.result.mode:
        return
    if is_new_establishment(question, law):
        return  # said by its own finding
    is_certain = _MODES.index(sheet.mode) > _MODES.index(rate.result.mode) or covers_the_freeze(papers, sheet, law)
    doubt = "" if is_certain else ", sous réserve du gel quinquennal des seuils"
    said = (
        f"La {sheet.title_fr} applique la tarification {sheet.mode.label} ; {_headcounts_fr(papers, sheet)} de la "
        f"tarification {rate.result.mode.label}{doubt} : à faire examiner par un avocat."
    )
    severity = Severity.ERROR if is_certain else Severity.WARNING
    basis = "art. D.242-6-2 et L.130-1 CSS"
    yield Finding(severity, "mode_differs", said, sheet.places["mode"], sheet.file, basis), sheet.notified_percent


def _headcounts_fr(papers: UnitPapers, sheet: CalculationSheet) -> str:
    """The headcounts that the mode rests on, up to the verb."""
    known = known_headcounts(papers, sheet)
    if len(set(known.values())) == 1:
        return f"un effectif de {french_number(known[max(known)])} relève"
    return f"les effectifs de {list_fr([f'{french_number(known[year])} en {year}' for year in sorted(known)])} relèvent"


def new_establishment_not_collective(rate: ReconciledRate, law: Law) -> Iterator[Weighed]:
    """A sheet applies another rate than the collective one to an establishment in its first civil years.

    Whether the establishment is a new one, or takes over an activity with its means and its staff, is not judged here.

    Source: art. D.242-6-17 CSS.
    """
    sheet, question = rate.sheet, rate.question
    created = None if question is None else question.unit.created_on
    if question is None or created is None or not _is_new(question, law):
        return
    if sheet.mode is Mode.COLLECTIVE or (sheet.mode is None and not rate.difference_points):
        return
    years = law.new_establishments.at(first_of(sheet.rate_year)).value
    due = "" if rate.result is None else f", soit {french_percent(rate.result.rate_percent)} en {sheet.rate_year}"
    applied = "un taux" if sheet.mode is None else f"la tarification {sheet.mode.label}, au taux"
    said = (
        f"La {sheet.title_fr} applique {applied} de {french_percent(sheet.notified_percent)} à un établissement créé "
        f"le {day_fr(created)} ; un établissement nouvellement créé relève du taux collectif pendant {years} années "
        f"civiles, celle de la création comprise (de {created.year} à {created.year + years - 1}){due}, hors reprise "
        "d'une activité avec ses moyens et son personnel : à faire examiner par un avocat."
    )
    place = sheet.places.get("mode", sheet.places.get("notified_percent", ""))
    finding = Finding(
        Severity.ERROR, "new_establishment_not_collective", said, place, sheet.file, "art. D.242-6-17 CSS"
    )
    yield finding, sheet.notified_percent


def _is_new(question: RateQuestion, law: Law) -> bool:
    try:
        return is_new_establishment(question, law)
    except InvalidInput:
        return False  # created after the rate year: said with the rate that cannot be recomputed


def share_differs(rate: ReconciledRate) -> Iterator[Weighed]:
    """The printed share of the individual rate is not the one of the headcount, at the decimals that the sheet prints.

    Source: art. D.242-6-13 and D.242-37 CSS.
    """
    sheet, printed = rate.sheet, rate.sheet.printed.own_share
    if rate.result is None or printed is None or rate.result.mode is not Mode.MIXED:
        return
    due = rate.result.individual_share
    if abs(printed - due) <= SHARE_TOLERANCE:
        return
    said = (
        f"La {sheet.title_fr} applique une fraction de taux individuel de {percent_fr(printed * 100)} ; l'effectif "
        f"donne {percent_fr(due * 100)}, {differs_fr(gap_fr((printed - due) * 100))}"
    )
    finding = Finding(
        Severity.ERROR, "share_differs", said, sheet.places["own_share"], sheet.file, "art. D.242-6-13 CSS"
    )
    yield finding, sheet.notified_percent
