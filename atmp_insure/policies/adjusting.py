"""The adjustment (régularisation) of a policy year: which year is over, its sections, what each line becomes, doubts.

The final premium itself is found by `final_premium`, and charged by `charges`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.written import amount_text
from atmp_insure.kernel.errors import Fault, InvalidInput, Refused
from atmp_insure.kernel.money import round_cents
from atmp_insure.kernel.phrases import Phrase
from atmp_insure.policies.charges import days_of
from atmp_insure.policies.final_premium import minimum_due, segments_of
from atmp_insure.policies.premium_lines import LINE_NAMES
from atmp_insure.policies.state import states
from atmp_insure.policies.terms import section_key
from atmp_insure.policies.transactions import Adjustment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from atmp_insure.kernel.labelled import Label
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.transactions import Charge, InsuranceYear, Transaction

_DAY = timedelta(days=1)
_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class SectionYear:
    """A section in a policy year that is over.

    Attributes:
        days: insured ones of the year, those of a suspension included.
        provisional_eur: wages on which its premium was called, for these days.
    """

    siret: str
    section: str
    days: int
    provisional_eur: Fraction

    @property
    def key(self) -> str:
        """What it is known by in the policy."""
        return section_key(self.siret, self.section)


@dataclass(frozen=True, slots=True)
class YearInsured:
    """A policy year as it was insured.

    Attributes:
        minimum_eur: minimum premium of its insured days, without tax.
    """

    year: InsuranceYear
    sections: tuple[SectionYear, ...]
    minimum_eur: Fraction

    @property
    def is_calendar_year(self) -> bool:
        """Whether it goes from the first to the last day of one year of the calendar."""
        first, following = self.year.first_day, self.year.last_day + _DAY
        return (first.month, first.day) == (1, 1) and following == first.replace(year=first.year + 1)

    @property
    def days(self) -> int:
        """The days of the year, both ends included."""
        return (self.year.last_day - self.year.first_day).days + 1


@dataclass(frozen=True, slots=True)
class AdjustedLine:
    """A line of the premium of a year, without tax before and after its adjustment; `tax_eur` is on the difference."""

    code: str
    provisional_eur: Fraction
    difference_eur: Fraction
    tax_eur: Fraction

    @property
    def final_eur(self) -> Fraction:
        """On the wages that were paid."""
        return self.provisional_eur + self.difference_eur

    @property
    def total_eur(self) -> Fraction:
        """What is added or given back, tax included."""
        return self.difference_eur + self.tax_eur


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Beyond which multiple of the provisional wages, and below which, paid wages are asked about once more."""

    above: Fraction
    below: Fraction


def years_over(state: PolicyState, on: date) -> tuple[InsuranceYear, ...]:
    """The policy years whose insured days are all gone by on a day, the latest first.

    Source: special conditions (régularisation once the year's wages are known).
    """
    insured = (one for one in reversed(state.years) if state.ended_on is None or state.ended_on > one.first_day)
    return () if state.is_void else tuple(one for one in insured if adjusted_on(state, one) <= on)


def adjusted_on(state: PolicyState, year: InsuranceYear) -> date:
    """The day on which the adjustment of a year holds: the one after its last insured day.

    Whatever comes in later for a day of the year then applies it again.

    Source: a choice of this product.
    """
    after = year.last_day + _DAY
    return after if state.ended_on is None else min(after, state.ended_on)


def year_that_begins(state: PolicyState, first_day: date) -> InsuranceYear:
    """The policy year that begins on a day.

    Raises:
        InvalidInput: none does.

    Source: none; the policy's own years.
    """
    found = next((one for one in state.years if one.first_day == first_day), None)
    if found is None:
        known = ", ".join(f"{one.first_day:%d/%m/%Y}" for one in state.years)
        raise InvalidInput.one(
            f"aucune année d'assurance ne commence le {first_day:%d/%m/%Y}", f"Donner un premier jour connu : {known}",
            place="year_first_day",
        )  # fmt: skip
    return found


def require_over(state: PolicyState, year: InsuranceYear, on: date) -> None:
    """Refuse to adjust a year of which insured days are still to come: its wages are not known.

    Source: special conditions (régularisation once the year's wages are known).
    """
    if year not in years_over(state, on):
        raise Refused(
            f"L'année d'assurance du {year.first_day:%d/%m/%Y} au {year.last_day:%d/%m/%Y} n'est pas terminée : la "
            "régulariser quand sa masse salariale sera connue."
        )


def year_insured(counted: Sequence[Transaction], year: InsuranceYear) -> YearInsured:
    """A policy year as it was insured, section by section, in the order in which they came.

    Source: special conditions (premium by the day, on wages declared provisionally).
    """
    segments = segments_of(year, [(one.effective_on, state) for one, _before, state in states(counted)])
    year_days = days_of(year)
    found: dict[str, SectionYear] = {}
    for segment in segments:
        for one in segment.terms.sections:
            known = found.get(one.key) or SectionYear(one.siret, one.section, 0, _ZERO)
            wages = known.provisional_eur + one.wages_eur * Fraction(segment.days, year_days)
            found[one.key] = SectionYear(one.siret, one.section, known.days + segment.days, wages)
    return YearInsured(year, tuple(_rounded(one) for one in found.values()), minimum_due(segments, year_days))


def _rounded(one: SectionYear) -> SectionYear:
    return SectionYear(one.siret, one.section, one.days, round_cents(one.provisional_eur))


def adjustment_of(insured: YearInsured, wages_eur: Mapping[str, Fraction]) -> Adjustment:
    """The adjustment of a year on the wages that were paid, each section named once.

    Raises:
        InvalidInput: a section that was not insured, one that is missing, a negative amount; places are section keys.

    Source: special conditions (régularisation).
    """
    known = [one.key for one in insured.sections]
    faults = [
        Fault(f"la section {key} n'était pas assurée cette année-là", f"Retirer, ou donner : {', '.join(known)}", key)
        for key in wages_eur if key not in known
    ]  # fmt: skip
    faults += [
        Fault(f"masse salariale de la section {key} absente", "La donner, ou zéro si rien n'a été payé", key)
        for key in known if key not in wages_eur
    ]  # fmt: skip
    faults += [
        Fault(f"masse salariale de la section {key} négative", "La corriger", key)
        for key, amount in wages_eur.items() if amount < 0
    ]  # fmt: skip
    if faults:
        raise InvalidInput(faults)
    return Adjustment(insured.year, {key: wages_eur[key] for key in known})


def adjusted_lines(
    former: Iterable[Charge], charges: Iterable[Charge], year: InsuranceYear
) -> tuple[AdjustedLine, ...]:
    """Each line of the premium of a year before an adjustment and after it, in the order of the catalogue.

    Args:
        former: all that was charged for the policy before it.
        charges: its own.

    Source: special conditions (régularisation); art. 991 CGI (tax on the difference).
    """
    provisional: dict[str, Fraction] = {}
    for one in former:
        if year.holds(one.first_day):
            provisional[one.code] = provisional.get(one.code, _ZERO) + one.net_eur
    own = {one.code: one for one in charges}
    return tuple(
        AdjustedLine(
            code, provisional.get(code, _ZERO), own[code].net_eur if code in own else _ZERO,
            own[code].tax_eur if code in own else _ZERO,
        )
        for code in LINE_NAMES if code in provisional or code in own
    )  # fmt: skip


def charged_before(counted: Iterable[Transaction], number: int) -> tuple[Charge, ...]:
    """What transactions that count had charged before one was written.

    Source: none; the stack in its order.
    """
    return tuple(charge for one in counted if one.number < number for charge in one.entry.charges)


def doubts(insured: YearInsured, wages_eur: Mapping[str, Fraction], doubtful: Doubtful) -> tuple[Label, ...]:
    """Questions on wages that are far from the provisional ones; they stop nothing.

    Source: a choice of this product (`config/policies/adjustment_doubts.yaml`).
    """
    return tuple(
        Phrase(
            "Section %(section)s : %(paid)s payés, pour %(provisional)s déclarés à titre provisionnel. Est-ce bien la "
            "masse salariale des seuls jours garantis, et de cette seule section ?",
            section=one.key, paid=amount_text(wages_eur[one.key]), provisional=amount_text(one.provisional_eur),
        )
        for one in insured.sections
        if one.key in wages_eur and _is_far(wages_eur[one.key], one.provisional_eur, doubtful)
    )  # fmt: skip


def _is_far(paid_eur: Fraction, provisional_eur: Fraction, doubtful: Doubtful) -> bool:
    return paid_eur > provisional_eur * doubtful.above or paid_eur < provisional_eur * doubtful.below
