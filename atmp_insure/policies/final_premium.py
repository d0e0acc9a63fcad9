"""The premium of a policy year on the wages that were really paid (régularisation), line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.money import round_cents
from atmp_insure.policies.terms import MINIMUM_LINE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.terms import PolicyTerms
    from atmp_insure.policies.transactions import InsuranceYear

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Segment:
    """Insured days of a policy year during which the terms are the same."""

    terms: PolicyTerms
    days: int


def segments_of(year: InsuranceYear, states: Sequence[tuple[date, PolicyState]]) -> tuple[Segment, ...]:
    """The insured days of a year, by the terms they had; days of suspension count: their premium stays due.

    Args:
        states: the states the policy went through, each with its first day, in order.

    Source: art. L.113-3 Code des assurances; special conditions.
    """
    found = []
    for at, (first, state) in enumerate(states):
        following = states[at + 1][0] if at + 1 < len(states) else year.last_day + timedelta(days=1)
        days = (min(following, year.last_day + timedelta(days=1)) - max(first, year.first_day)).days
        if days > 0 and state.ended_on is None:
            found.append(Segment(state.terms, days))
    return tuple(found)


def final_lines(segments: Sequence[Segment], wages_eur: Mapping[str, Fraction], year_days: int) -> dict[str, Fraction]:
    """The premium by line on the wages paid, each rounded to the cent; what the minimum adds comes last.

    Wages of a section are spread evenly over its insured days, each day at the price of its terms; the minimum is due
    in proportion to the insured days.

    Args:
        wages_eur: paid for the insured days of the year, by section; a section that is not named paid nothing.
        year_days: of twelve months.

    Source: special conditions (premium as a rate on wages, minimum premium, régularisation).
    """
    insured_days: dict[str, int] = {}
    for segment in segments:
        for section in segment.terms.sections:
            insured_days[section.key] = insured_days.get(section.key, 0) + segment.days
    exact: dict[str, Fraction] = {}
    for segment in segments:
        keys = [section.key for section in segment.terms.sections]
        paid_eur = sum((wages_eur.get(key, _ZERO) * segment.days / insured_days[key] for key in keys), _ZERO)
        for rate in segment.terms.rates:
            exact[rate.code] = exact.get(rate.code, _ZERO) + rate.rate * paid_eur
    lines = {code: round_cents(amount) for code, amount in exact.items()}
    added = minimum_due(segments, year_days) - sum(lines.values(), _ZERO)
    return {**lines, MINIMUM_LINE: added} if added > 0 else lines


def minimum_due(segments: Sequence[Segment], year_days: int) -> Fraction:
    """The minimum premium of insured days, rounded to the cent once.

    Args:
        year_days: of twelve months.

    Source: special conditions (minimum premium, in proportion to the insured days).
    """
    exact = (segment.terms.minimum_eur * Fraction(segment.days, year_days) for segment in segments)
    return round_cents(sum(exact, _ZERO))
