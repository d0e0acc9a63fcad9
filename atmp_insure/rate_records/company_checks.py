"""What the units of one company say together: establishments of one risk code, with and without one single rate."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.kernel.french import french_percent
from atmp_insure.kernel.money import round_cents
from atmp_insure.rate_records.contribution_wages import contribution_wages
from atmp_insure.rate_records.documents import Finding, Severity
from atmp_insure.rate_records.unit_keys import siren_of
from atmp_insure.rate_records.wording import euros_fr, list_fr
from atmp_insure.rating.rate import rate
from atmp_insure.rating.unit import ZERO, PreviousUnit, last_known_year
from atmp_insure.regulation.vocabulary import Mode, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from atmp_insure.rate_records.reconciliation import ReconciledRate, UnitReconciliation
    from atmp_insure.rating.unit import RateQuestion
    from atmp_insure.regulation.law import Law


def single_rate_findings(units: Sequence[UnitReconciliation], law: Law) -> Iterator[Finding]:
    """Establishments of one company and one risk code that have rates of their own, for the last year they share.

    Outside Alsace-Moselle the single rate is an irrevocable option: what it would have given is told, when it is lower.
    In Alsace-Moselle it is compulsory.

    Source: art. D.242-6-1 CSS; previous reference D.242-6-15 CSS, last paragraph.
    """
    for group in _groups(units):
        years = [{one.sheet.rate_year: one for one in unit.rates if one.result is not None} for unit in group]
        shared = set(years[0]).intersection(*years[1:])
        if shared:
            year = max(shared)
            yield from _single_rate(group, [by_year[year] for by_year in years], year, law)


def _groups(units: Sequence[UnitReconciliation]) -> Iterable[list[UnitReconciliation]]:
    groups: dict[tuple[str, str], list[UnitReconciliation]] = {}
    for unit in units:
        place = unit.papers.establishment
        if place.risk_code is not None and not place.support_staff and not unit.papers.is_single_rate:
            groups.setdefault((siren_of(place.siret), place.risk_code), []).append(unit)
    return [group for group in groups.values() if len({unit.papers.establishment.siret for unit in group}) > 1]


def _single_rate(
    group: Sequence[UnitReconciliation], rates: Sequence[ReconciledRate], year: int, law: Law
) -> Iterator[Finding]:
    questions = [one.question for one in rates if one.question is not None]
    apart = [one.sheet.notified_percent for one in rates]
    if any(one.result is None or one.result.mode is Mode.COLLECTIVE for one in rates) or len(set(apart)) == 1:
        return
    try:
        together = rate(merged_question(questions), law).rate_percent
    except (InvalidInput, MissingParameter):
        return  # what is missing is told with the rate of each establishment
    wages = [contribution_wages(year, unit.papers.wages_eur(), law) for unit in group]
    saving = sum(
        (round_cents((own - together) * paid / 100) for own, paid in zip(apart, wages, strict=True)), Fraction(0)
    )
    compulsory = questions[0].unit.scope is Scope.ALSACE_MOSELLE
    if saving <= 0 and not compulsory:
        return
    sirets = list_fr([unit.papers.establishment.siret for unit in group])
    shown = list_fr([french_percent(percent) for percent in apart])
    code = questions[0].unit.risk_code
    option = "un taux unique peut être demandé"
    duty = "en Alsace-Moselle, les textes prévoient un seul taux pour un même risque"
    said = (
        f"Les établissements {sirets}, du même code risque {code}, ont en {year} des taux de {shown} ; "
        f"{duty if compulsory else option}, qui "
        f"serait de {french_percent(together)}, soit {euros_fr(abs(saving))} de différence sur l'année : "
        "à faire examiner par un avocat."
    )
    severity = Severity.ERROR if compulsory else Severity.INFORMATION
    basis = "art. D.242-6-1 CSS"
    file = rates[0].sheet.file
    yield Finding(severity, "single_rate_possible", said, "", file, basis, estimated_saving_eur=saving)


def merged_question(questions: Sequence[RateQuestion]) -> RateQuestion:
    """The question of one single rate: wages and claims of all establishments, former rates weighted by their wages.

    Source: art. D.242-6-1 CSS; D.242-6-15 CSS, last paragraph (reference of the first year).
    """
    first = questions[0]
    years = {year for question in questions for year in question.wages_eur}
    last_known = last_known_year(first.rate_year)
    former = tuple(
        PreviousUnit(question.previous_rate_percent, question.wages_eur.get(last_known, ZERO))
        for question in questions
        if question.previous_rate_percent is not None
    )
    return replace(
        first,
        wages_eur={year: sum((one.wages_eur.get(year, ZERO) for one in questions), ZERO) for year in years},
        claims=tuple(line for question in questions for line in question.claims),
        previous_rate_percent=None,
        previous_units=former if any(unit.wages_eur for unit in former) else (),
    )
