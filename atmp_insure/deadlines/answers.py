"""Answers as JSON carries them: dates ISO, every unsettled choice and warning beside the date it bears on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.deadlines.conventions import CONVENTIONS
from atmp_insure.deadlines.day_names import iso_text, when_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.deadlines.bare_count import BareCount
    from atmp_insure.deadlines.choices import AppliedChoice
    from atmp_insure.deadlines.clock import Counted
    from atmp_insure.deadlines.day_names import When
    from atmp_insure.deadlines.due import Deadline
    from atmp_insure.deadlines.law import DeadlineLaw, RuleVersion
    from atmp_insure.deadlines.sequences import Plan, PlannedStep
    from atmp_insure.regulation.values import DatedEntry

Answer = dict[str, object]


def deadline_answer(deadline: Deadline) -> Answer:
    """The answer of `due`."""
    rule, citation = deadline.rule, deadline.entry.sourced.citation
    return {
        "rule": rule.rule,
        "label": rule.label_fr,
        "article": rule.article,
        "convention": rule.count.convention,
        "length": deadline.length,
        "unit": CONVENTIONS[rule.count.convention].unit.value,
        "event": iso_text(deadline.question.event.when),
        "trigger": rule.trigger_fr,
        "region": deadline.question.territory.code,
        "actor": rule.actor.value,
        "act": rule.act_fr,
        "bound": rule.bound.value,
        **_dates(deadline.counted),
        "clock_time": rule.clock_time or None,
        "outcome": None if deadline.outcome is None else deadline.outcome.value,
        "consequence": rule.missed_fr,
        "validity": _validity(deadline.entry),
        "choices": choices_answer(deadline.choices),
        "warnings": list(deadline.warnings),
        "confidence": citation.confidence.value,
        "source": citation.source,
        "checked_on": citation.checked_on.isoformat(),
        "trace": [step.plain() for step in deadline.counted.steps],
    }


def count_answer(count: BareCount) -> Answer:
    """The answer of `count`."""
    counted = count.counted
    return {
        "convention": count.convention.name,
        "label": count.convention.label_fr,
        "event": iso_text(count.question.event.when),
        "length": count.length,
        "unit": count.convention.unit.value,
        "region": count.question.territory.code,
        **_dates(counted),
        "first_day": None if counted.first_day is None else counted.first_day.isoformat(),
        "choices": choices_answer(count.choices),
        "warnings": [choice.warning for choice in count.choices if choice.warning],
        "trace": [step.plain() for step in counted.steps],
    }


def choices_answer(applied: Iterable[AppliedChoice]) -> list[Answer]:
    """The unsettled points that bear on an answer."""
    return [
        {
            "name": choice.name,
            "label": choice.label_fr,
            "choice": choice.value,
            "choice_fr": choice.value_fr,
            "chosen_by": "question" if choice.asked else "office",
            "warning": choice.warning or None,
        }
        for choice in applied
    ]


def rules_answer(law: DeadlineLaw) -> Answer:
    """The answer of `rules`: every rule with its versions, and the words that the other commands take."""
    return {
        "rules": [_rule_answer(name, series.entries) for name, series in law.rules.items()],
        "conventions": [
            {"convention": one.name, "label": one.label_fr, "unit": one.unit.value} for one in CONVENTIONS.values()
        ],
        "regions": [{"region": one.code, "label": one.label_fr} for one in law.territories.values()],
        "sequences": [
            {
                "sequence": name,
                "label": series.entries[-1].sourced.value.label_fr,
                "event": series.entries[-1].sourced.value.event_fr,
                "from": series.entries[0].first_day.isoformat(),
            }
            for name, series in law.sequences.items()
        ],
        "choices": [
            {
                "name": name,
                "label": entry.sourced.value.label_fr,
                "choice": entry.sourced.value.value,
                "allowed": dict(entry.sourced.value.allowed),
                "warning": entry.sourced.citation.warning or None,
                "validity": _validity(entry),
            }
            for name, series in law.choices.items()
            for entry in series.entries
        ],
        "replaced": list(law.replaced),
    }


def plan_answer(plan: Plan) -> Answer:
    """The answer of `calendar`."""
    return {
        "sequence": plan.sequence.name,
        "label": plan.sequence.label_fr,
        "event": iso_text(plan.question.event.when),
        "trigger": plan.sequence.event_fr,
        "region": plan.question.territory.code,
        "steps": [_step_answer(planned) for planned in plan.steps],
        "assumptions": assumptions(plan),
        "warnings": plan_warnings(plan),
    }


def assumptions(plan: Plan) -> list[str]:
    """What the calendar takes for granted, in French."""
    facts = [one.step.name for one in plan.steps if one.deadline is None and one.actual is None]
    if not facts:
        return []
    return [
        "Les réceptions sont comptées le jour de l'envoi.",
        f"Dates réelles non données (--option ÉTAPE=DATE) : {', '.join(facts)}.",
    ]


def plan_warnings(plan: Plan) -> list[str]:
    """The warnings of all steps, each once."""
    found = [warning for one in plan.steps if one.deadline is not None for warning in one.deadline.warnings]
    return list(dict.fromkeys(found))


def _step_answer(planned: PlannedStep) -> Answer:
    deadline = planned.deadline
    answer: Answer = {
        "step": planned.step.name,
        "rule": planned.step.rule or None,
        "label": planned.step.label_fr if deadline is None else deadline.rule.label_fr,
        "condition": None if deadline is None else planned.step.label_fr,
        "earliest": iso_text(planned.earliest.when),
        "latest": None if planned.latest is None else iso_text(planned.latest.when),
        "actual": None if planned.actual is None else iso_text(planned.actual.when),
    }
    if deadline is None:
        return answer
    certain = planned.has_certain_limit
    dates = _dates(deadline.counted)
    return answer | {
        "actor": deadline.rule.actor.value,
        "act": deadline.rule.act_fr,
        "article": deadline.rule.article,
        "convention": deadline.rule.count.convention,
        "bound": deadline.rule.bound.value,
        "due": dates["due"] if certain else None,
        "safe_due": dates["safe_due"] if certain else None,
        "extended": dates["extended"] if certain else None,
        "due_if_earliest": dates["due"],
        "safe_due_if_earliest": dates["safe_due"],
        "consequence": deadline.rule.missed_fr,
        "confidence": deadline.entry.sourced.citation.confidence.value,
        "choices": choices_answer(deadline.choices),
        "warnings": list(deadline.warnings),
    }


def _rule_answer(name: str, entries: tuple[DatedEntry[RuleVersion], ...]) -> Answer:
    latest = entries[-1]
    whole = {"from": entries[0].first_day.isoformat(), "until": _validity(latest)["until"]}
    return (
        {"rule": name}
        | _version_answer(latest)
        | {"validity": whole, "versions": [_version_answer(entry) for entry in entries]}
    )


def _version_answer(entry: DatedEntry[RuleVersion]) -> Answer:
    rule, citation = entry.sourced.value, entry.sourced.citation
    then = rule.then
    return {
        "label": rule.label_fr,
        "event": rule.trigger_fr,
        "actor": rule.actor.value,
        "act": rule.act_fr,
        "convention": rule.count.convention,
        "length": rule.count.length,
        "unit": CONVENTIONS[rule.count.convention].unit.value,
        "then": None if then is None else {"convention": then.convention, "length": then.length},
        "bound": rule.bound.value,
        "article": rule.article,
        "validity": _validity(entry),
        "consequence": rule.missed_fr,
        "options": list(rule.options),
        "choices": [*CONVENTIONS[rule.count.convention].choices, *rule.choices],
        "warning": citation.warning or None,
        "confidence": citation.confidence.value,
        "source": citation.source,
        "checked_on": citation.checked_on.isoformat(),
    }


def _validity(entry: DatedEntry[Any]) -> Answer:
    return {
        "from": entry.first_day.isoformat(),
        "until": None if entry.last_day is None else entry.last_day.isoformat(),
    }


def _dates(counted: Counted) -> Answer:
    return {
        "due": _iso(counted.due),
        "safe_due": _iso(counted.safe_due),
        "due_fr": None if counted.due is None else when_text(counted.due),
        "safe_due_fr": None if counted.safe_due is None else when_text(counted.safe_due),
        "extended": None if counted.extended is None else counted.extended.plain(),
        "safe_extended": None if counted.safe_extended is None else counted.safe_extended.plain(),
        "overrun_after": _iso(counted.overrun_after),
    }


def _iso(when: When | None) -> str | None:
    return None if when is None else iso_text(when)
