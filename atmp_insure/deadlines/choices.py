"""Unsettled points that bear on a count: how the office, or the question, settles each one, and what must be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.deadlines.conventions import CONVENTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.deadlines.conventions import Convention
    from atmp_insure.deadlines.law import DeadlineLaw, RuleVersion
    from atmp_insure.deadlines.question import Question
    from atmp_insure.deadlines.territory import TerritoryCalendar

LEGAL_SUSPENSIONS = "legal_suspensions"
UNCLAIMED_LETTER = "unclaimed_letter"
GRACIOUS_CLAIM = "gracious_claim"
WORKING = "working"  # the value that makes a doubtful holiday a day like another


@dataclass(frozen=True, slots=True)
class AppliedChoice:
    """An unsettled point that bears on an answer, and how it was settled."""

    name: str
    label_fr: str
    value: str
    value_fr: str
    warning: str
    asked: bool  # by this question, not by the office


def convention_choices(convention: Convention, territory: TerritoryCalendar) -> tuple[str, ...]:
    """Names of the unsettled points that bear on a convention in a territory.

    Source: the table of conventions and the table of holidays.
    """
    return (*convention.choices, *(territory.choices if convention.uses_holidays else ()))


def rule_choices(law: DeadlineLaw, rule: RuleVersion, territory: TerritoryCalendar) -> tuple[str, ...]:
    """Names of the unsettled points that may bear on a rule in a territory.

    Source: the table of rules.
    """
    of_convention = convention_choices(CONVENTIONS[rule.count.convention], territory)
    touched = (LEGAL_SUSPENSIONS,) if any(rule.suspended_as in one.effects for one in law.suspensions) else ()
    return tuple(dict.fromkeys((*of_convention, *rule.choices, *touched)))


def applied_choices(law: DeadlineLaw, names: Iterable[str], question: Question) -> tuple[AppliedChoice, ...]:
    """Each unsettled point as the question settles it, else as the office does on the day of the event.

    Source: the file of choices.
    """
    found = []
    for name in names:
        sourced = law.choices[name].at(question.event.day)
        asked = question.facts.choices.get(name)
        value = sourced.value.value if asked is None else asked
        found.append(
            AppliedChoice(
                name,
                sourced.value.label_fr,
                value,
                sourced.value.allowed.get(value, value),
                sourced.citation.warning,
                asked=asked is not None,
            )
        )
    return tuple(found)


def values(applied: Iterable[AppliedChoice]) -> Mapping[str, str]:
    """The values by name, as a clock takes them.

    Source: none.
    """
    return {choice.name: choice.value for choice in applied}


def working_territory(territory: TerritoryCalendar, applied: Iterable[AppliedChoice]) -> TerritoryCalendar:
    """The territory without the doubtful holidays that are taken as working days.

    Source: the file of choices.
    """
    return territory.with_choices(choice.name for choice in applied if choice.value == WORKING)
