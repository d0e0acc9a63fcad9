"""Why a rate moved between two years: parts that add up exactly to the difference of the notified rates.

The parts come from replacing the former elements by the latter one after the other, in one fixed order, on the rate
before the cap; what the cap and the rounding add or take off on either side is the last part. Claims that leave are
priced on the former schedule, those that enter on the latter, so that no price is asked of a year that lacks it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.kernel.french import french_euros, french_percent, french_points
from atmp_insure.rating.basis import year_basis
from atmp_insure.rating.rate import rate
from atmp_insure.rating.unit import ZERO, triennium

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from atmp_insure.rating.basis import YearBasis
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.rating.unit import ClaimLine, RateQuestion
    from atmp_insure.regulation.law import Law

_NAMED = 5  # claims of a sentence, before « et n autres »


@dataclass(frozen=True, slots=True)
class ChangePart:
    """One reason of the change, with its weight in points of rate, exact."""

    code: str
    points: Fraction
    sentence_fr: str


@dataclass(frozen=True, slots=True)
class RateChange:
    """Both rates and the parts of their difference."""

    before: YearRate
    after: YearRate
    parts: tuple[ChangePart, ...]

    @property
    def difference_points(self) -> Fraction:
        """Later notified rate less the former one."""
        return self.after.rate_percent - self.before.rate_percent


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of the two trienniums: those that left, came and stayed, with the cost each has on either side."""

    left: Counter[ClaimLine]
    came: Counter[ClaimLine]
    stayed: Counter[ClaimLine]
    cost_before: Mapping[ClaimLine, Fraction]
    cost_after: Mapping[ClaimLine, Fraction]


def rate_change(before: RateQuestion, after: RateQuestion, law: Law) -> RateChange:
    """The parts of the change from one rate to another of the same unit.

    Raises:
        InvalidInput, MissingParameter: as for each rate alone.

    Source: art. D.242-6-4, D.242-6-9, D.242-6-13 and D.242-6-15 CSS.
    """
    former, latter = _rate_of_part("before", before, law), _rate_of_part("after", after, law)
    old, new = year_basis(before, law), year_basis(after, law)
    lines = _compare(before, after, old, new)
    states = list(_states(old, new, lines))
    parts = [
        ChangePart(code, later - earlier, sentence) for (_, _, earlier), (code, sentence, later) in pairwise(states)
    ]
    cap_points = (latter.rate_percent - latter.calculated_percent) - (former.rate_percent - former.calculated_percent)
    parts.append(ChangePart("cap", cap_points, _cap_sentence(former, latter)))
    return RateChange(former, latter, tuple(_with_points(part) for part in parts))


def _rate_of_part(part: str, question: RateQuestion, law: Law) -> YearRate:
    try:
        return rate(question, law)
    except InvalidInput as error:
        raise error.under(part) from error
    except MissingParameter as error:
        raise InvalidInput.one(error.statement, error.remedy, place=part) from error


def _states(old: YearBasis, new: YearBasis, lines: _Lines) -> Iterable[tuple[str, str, Fraction]]:
    """Calculated rate after each replacement, from the former elements to the latter; the first is the former rate."""
    formula, stayed = old.formula, _value(lines.stayed, lines.cost_before)
    yield "", "", formula.calculation(stayed + _value(lines.left, lines.cost_before)).calculated_percent
    yield "claims_out", _claims_sentence("sortis", lines.left), formula.calculation(stayed).calculated_percent
    if new.formula.share:  # without an individual rate the latter schedule is not asked: the former prices stay
        stayed = _value(lines.stayed, lines.cost_after)
    yield "cost_table", _cost_sentence(lines), formula.calculation(stayed).calculated_percent
    value_eur = stayed + _value(lines.came, lines.cost_after)
    yield "claims_in", _claims_sentence("entrés", lines.came), formula.calculation(value_eur).calculated_percent
    if new.formula.wages_eur:
        formula = replace(formula, wages_eur=new.formula.wages_eur)
    yield "payroll", _wages_sentence(old, new), formula.calculation(value_eur).calculated_percent
    if new.formula.surcharges is not None:
        formula = replace(formula, surcharges=new.formula.surcharges)
    yield "surcharges", _surcharges_sentence(old, new), formula.calculation(value_eur).calculated_percent
    if new.formula.collective_percent is not None:
        formula = replace(formula, collective_percent=new.formula.collective_percent)
    yield "collective_rate", _collective_sentence(old, new), formula.calculation(value_eur).calculated_percent
    whole = sum((cost.cost_eur for cost in new.costs), ZERO)
    yield "mode_and_share", _mode_sentence(old, new), new.formula.calculation(whole).calculated_percent


def _compare(before: RateQuestion, after: RateQuestion, old: YearBasis, new: YearBasis) -> _Lines:
    """Match the lines of both trienniums; a claim whose category changed leaves as it was and comes as it is."""
    former, latter = _counted(before), _counted(after)
    return _Lines(
        left=former - latter,
        came=latter - former,
        stayed=former & latter,
        cost_before={cost.line: cost.cost_eur for cost in old.costs},
        cost_after={cost.line: cost.cost_eur for cost in new.costs},
    )


def _counted(question: RateQuestion) -> Counter[ClaimLine]:
    years = triennium(question.rate_year)
    return Counter(line for line in question.claims if line.account_year in years)


def _value(lines: Counter[ClaimLine], costs: Mapping[ClaimLine, Fraction]) -> Fraction:
    return sum((costs.get(line, ZERO) * number for line, number in lines.items()), ZERO)


def _with_points(part: ChangePart) -> ChangePart:
    return replace(part, sentence_fr=f"{part.sentence_fr} : {french_points(part.points)}.")


def _claims_sentence(verb: str, lines: Counter[ClaimLine]) -> str:
    where = "de" if verb == "sortis" else "dans"
    if not lines:
        return f"Aucun sinistre {verb[:-1]} {where} la période triennale"
    named = [f"{line.ref} ({line.category.value}, compte {line.account_year})" for line in lines.elements()]
    left = len(named) - _NAMED
    more = f" et {left} {'autre' if left == 1 else 'autres'}" if left > 0 else ""
    told = f"Sinistres {verb}" if len(named) > 1 else f"Sinistre {verb[:-1]}"
    return f"{told} {where} la période triennale : {', '.join(named[:_NAMED])}{more}"


def _cost_sentence(lines: _Lines) -> str:
    if not lines.stayed:
        return "Aucun sinistre commun aux deux périodes, le barème des coûts moyens ne joue pas"
    count = lines.stayed.total()
    stayed = "1 ligne de sinistre restée" if count == 1 else f"{count} lignes de sinistre restées"
    return f"Barème des coûts moyens, sur {stayed} dans la période"


def _wages_sentence(old: YearBasis, new: YearBasis) -> str:
    if not new.formula.wages_eur or not old.formula.wages_eur:
        return "Salaires de la période triennale, sans rôle dans l'un des deux modes"
    former, latter = french_euros(old.formula.wages_eur, 0), french_euros(new.formula.wages_eur, 0)
    return f"Salaires de la période triennale, de {former} à {latter}"


def _surcharges_sentence(old: YearBasis, new: YearBasis) -> str:
    return f"Majorations M1 à M4, de la tarification {old.rate_year} à la tarification {new.rate_year}"


def _collective_sentence(old: YearBasis, new: YearBasis) -> str:
    if old.formula.collective_percent is None or new.formula.collective_percent is None:
        return "Taux collectif, sans rôle dans l'un des deux modes"
    former, latter = old.formula.collective_percent, new.formula.collective_percent
    return f"Taux net collectif, de {french_percent(former)} à {french_percent(latter)}"


def _mode_sentence(old: YearBasis, new: YearBasis) -> str:
    former, latter = old.decision.mode, new.decision.mode
    from_share, to_share = (french_percent(basis.formula.share * 100) for basis in (old, new))
    shares = f"part du taux individuel de {from_share} à {to_share}"
    if former is latter:
        return f"Tarification {latter.label} inchangée, {shares}"
    return f"Passage de la tarification {former.label} à la tarification {latter.label}, {shares}"


def _cap_sentence(former: YearRate, latter: YearRate) -> str:
    words = {None: "sans écrêtement", "upper": "retenu à la limite haute", "lower": "retenu à la limite basse"}
    return (
        f"Écrêtement et arrondi (taux {former.rate_year} {words[former.limit_applied]}, "
        f"taux {latter.rate_year} {words[latter.limit_applied]})"
    )
