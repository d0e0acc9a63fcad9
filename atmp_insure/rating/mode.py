"""The tarification mode (mode de tarification): collective, mixed or individual, from headcounts and their history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import french_number
from atmp_insure.rating.headcount import truncated_headcount
from atmp_insure.rating.trace import Quantity, Step, Unit, text
from atmp_insure.rating.unit import last_known_year
from atmp_insure.regulation.law import first_of
from atmp_insure.regulation.vocabulary import Mode

if TYPE_CHECKING:
    from fractions import Fraction

    from atmp_insure.rating.unit import RateQuestion
    from atmp_insure.regulation.law import HeadcountFreeze, Law, ModeThresholds

NO_HISTORY = (
    "Sans historique d'effectif, le mode de tarification est celui de l'effectif de l'année N-2 : "
    "le gel quinquennal des seuils n'est pas appliqué."
)
UNKNOWN_COLLECTIVE_LIST = (
    "La liste des activités au taux collectif quel que soit l'effectif n'est pas connue pour {year} : "
    "le code risque {code} est supposé n'en pas faire partie."
)


@dataclass(frozen=True, slots=True)
class ModeDecision:
    """The mode of a rate year, with the headcount it rests on.

    Attributes:
        headcount: headcount of N-2, at two decimals.
        reason_fr: why this mode.
        frozen: whether the freeze holds the mode below the one of the headcount.
    """

    mode: Mode
    headcount: Fraction
    reason_fr: str
    frozen: bool
    step: Step
    assumptions: tuple[str, ...]


def tariff_mode(question: RateQuestion, law: Law) -> ModeDecision:
    """The mode in which a unit is rated for one year.

    In order: an activity that stays at the collective rate; a newly created establishment; then headcount thresholds,
    under the five-year freeze when headcounts of earlier years are known.

    Raises:
        InvalidInput: the unit was created after the rate year.

    Source: art. D.242-6-2, D.242-6-14, D.242-6-17 and D.242-30 CSS; art. L.130-1 II CSS (freeze).
    """
    thresholds = law.tariff_modes.at(first_of(question.rate_year))
    headcount = truncated_headcount(question.headcount, last_known_year(question.rate_year), law)
    limits = thresholds.value[question.unit.scope, question.unit.construction]
    inputs: dict[str, Quantity] = {
        "headcount": (headcount, Unit.NUMBER),
        "mixed_from": (limits.mixed_from, Unit.NUMBER),
        "individual_from": (limits.individual_from, Unit.NUMBER),
    }

    def decide(
        mode: Mode, reason_fr: str, source: str, *, frozen: bool = False, said: tuple[str, ...] = ()
    ) -> ModeDecision:
        step = Step("mode", reason_fr, text(mode.value), inputs, source)
        return ModeDecision(mode, headcount, reason_fr, frozen, step, said)

    collective_only, said = _collective_only(question, law)
    if collective_only:
        reason = f"Activité {question.unit.risk_code} au taux collectif quel que soit l'effectif"
        return decide(Mode.COLLECTIVE, reason, "art. D.242-6-14 CSS", said=said)
    if is_new_establishment(question, law):
        created = question.unit.created_on
        when = created.year if created else ""
        reason = f"Établissement créé en {when} : taux collectif l'année de la création et les deux suivantes"
        return decide(
            Mode.COLLECTIVE, reason, law.new_establishments.at(first_of(question.rate_year)).citation.source, said=said
        )
    own = mode_of_headcount(headcount, limits)
    shown = french_number(headcount, 2)
    if question.headcount_history is None:
        said += (NO_HISTORY,)
    elif (freeze := _freeze(question, law)) is not None:
        rule, warning, source = freeze
        held = mode_under_freeze(question, headcount, limits, rule, law)
        reason = f"Effectif {last_known_year(question.rate_year)} de {shown} : tarification {held.label}"
        if held is not own:
            reason += f", le franchissement à la hausse n'étant pas acquis depuis {rule.years} années civiles de suite"
        return decide(held, reason, source, frozen=held is not own, said=(*said, *warning))
    reason = f"Effectif {last_known_year(question.rate_year)} de {shown} : tarification {own.label}"
    return decide(own, reason, thresholds.citation.source, said=said)


def mode_of_headcount(headcount: Fraction, limits: ModeThresholds) -> Mode:
    """The mode of a headcount alone: thresholds are reached from their value on.

    Source: art. D.242-6-2 and D.242-30 CSS ("≥ 20 and < 150" since decree 2017-337).
    """
    if headcount >= limits.individual_from:
        return Mode.INDIVIDUAL
    return Mode.MIXED if headcount >= limits.mixed_from else Mode.COLLECTIVE


def mode_under_freeze(
    question: RateQuestion, headcount: Fraction, limits: ModeThresholds, rule: HeadcountFreeze, law: Law
) -> Mode:
    """The mode when upward crossings count only after several civil years running, downward ones at once.

    A missing year counts as not reaching the threshold. A unit that leaves its first collective years takes the mode
    of its real headcount: that is not a crossing.

    Source: art. L.130-1 II CSS; Cass. 2e civ., 16 October 2025 (new establishments).
    """
    last = last_known_year(question.rate_year)
    start = rule.start_headcount_year
    if question.unit.created_on is not None:
        collective_years = law.new_establishments.at(first_of(question.rate_year)).value
        start = max(start, question.unit.created_on.year + collective_years - 2)
    given = {year: count for year, count in (question.headcount_history or {}).items() if start <= year < last}
    history = {year: truncated_headcount(count, year, law) for year, count in given.items()} | {last: headcount}

    def reached(year: int, threshold: Fraction) -> bool:
        return year in history and history[year] >= threshold

    def holds(threshold: Fraction) -> bool:
        above = reached(start, threshold)
        for year in range(start + 1, last + 1):
            if not reached(year, threshold):
                above = False
            elif not above:
                above = all(reached(year - back, threshold) for back in range(rule.years))
        return above

    if holds(limits.individual_from):
        return Mode.INDIVIDUAL
    return Mode.MIXED if holds(limits.mixed_from) else Mode.COLLECTIVE


def is_new_establishment(question: RateQuestion, law: Law) -> bool:
    """Whether the unit is still in its first civil years at the collective rate.

    Source: art. D.242-6-17 CSS.
    """
    if question.unit.created_on is None:
        return False
    created = question.unit.created_on.year
    if question.rate_year < created:
        raise InvalidInput.one(
            f"établissement créé en {created}, après l'année de tarification {question.rate_year}",
            "Corriger created_on ou rate_year",
            place="created_on",
        )
    return question.rate_year < created + law.new_establishments.at(first_of(question.rate_year)).value


def _collective_only(question: RateQuestion, law: Law) -> tuple[bool, tuple[str, ...]]:
    code = question.unit.risk_code
    if code is None:
        return False, ()
    entries = law.collective_only_codes.entries
    if not entries or first_of(question.rate_year) < entries[0].first_day:
        return False, (UNKNOWN_COLLECTIVE_LIST.format(year=question.rate_year, code=code),)
    listed = law.collective_only_codes.at(first_of(question.rate_year))
    warning = listed.citation.warning
    return code in listed.value, (warning,) if warning and code in listed.value else ()


def _freeze(question: RateQuestion, law: Law) -> tuple[HeadcountFreeze, tuple[str, ...], str] | None:
    entries = law.headcount_freeze.entries
    if not entries or first_of(question.rate_year) < entries[0].first_day:
        return None
    sourced = law.headcount_freeze.at(first_of(question.rate_year))
    said = (sourced.citation.warning, _missing_years(question, sourced.value))
    return sourced.value, tuple(one for one in said if one), sourced.citation.source


def _missing_years(question: RateQuestion, rule: HeadcountFreeze) -> str:
    """What must be said of the years that the history lacks since the freeze, or since the creation."""
    created = question.unit.created_on
    first = max(rule.start_headcount_year, created.year if created else 0)
    years = [
        year
        for year in range(first, last_known_year(question.rate_year))
        if year not in (question.headcount_history or {})
    ]
    if not years:
        return ""
    shown = ", ".join(map(str, years))
    return f"Effectif absent de l'historique, compté comme n'atteignant pas les seuils : {shown}."
