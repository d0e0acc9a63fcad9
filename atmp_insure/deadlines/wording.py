"""Answers in French, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.deadlines.answers import assumptions, plan_warnings
from atmp_insure.deadlines.conventions import CONVENTIONS
from atmp_insure.deadlines.day_names import date_text, day_of, day_text, when_text
from atmp_insure.deadlines.vocabulary import Bound
from atmp_insure.kernel.french import begun

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from atmp_insure.deadlines.bare_count import BareCount
    from atmp_insure.deadlines.choices import AppliedChoice
    from atmp_insure.deadlines.clock import Counted, Step
    from atmp_insure.deadlines.due import Deadline
    from atmp_insure.deadlines.law import DeadlineLaw, RuleVersion
    from atmp_insure.deadlines.sequences import Plan, PlannedStep
    from atmp_insure.regulation.values import DatedEntry

WIDTH = 18
UNKNOWN = "fin inconnue"


def deadline_text(deadline: Deadline) -> str:
    """The answer of `due`."""
    rule, question = deadline.rule, deadline.question
    lines = [
        f"{rule.label_fr} ({rule.rule})",
        "",
        _line("Fait", f"{rule.trigger_fr} : {when_text(question.event.when)} ({question.territory.label_fr})"),
        _line("Qui, quoi", f"{rule.actor.label} : {rule.act_fr}"),
        *_date_lines(deadline.counted, rule.bound, rule.clock_time, is_ours=rule.actor.is_ours),
    ]
    if deadline.outcome is not None:
        lines.append(_line("Acte fait", deadline.outcome.label))
    lines += [
        _line("Texte", f"{rule.article}{_validity_text(deadline.entry, question.territory.first_day)}"),
        _line("Passé la date", rule.missed_fr),
        *_trace_lines(deadline.counted.steps),
        *_choice_lines(deadline.choices),
        *_warning_lines(deadline.warnings),
    ]
    return "\n".join(lines)


def count_text(count: BareCount) -> str:
    """The answer of `count`."""
    convention, counted, question = count.convention, count.counted, count.question
    measure = f"{count.length} {convention.unit.label}".strip()
    lines = [
        f"{convention.name} : {convention.label_fr}",
        "",
        _line("Fait", f"{when_text(question.event.when)} ({question.territory.label_fr}), {measure}"),
        *([] if counted.first_day is None else [_line("Du", day_text(counted.first_day))]),
        *_date_lines(counted, Bound.LATEST, "", is_ours=True),
        *_trace_lines(counted.steps),
        *_choice_lines(count.choices),
        *_warning_lines(choice.warning for choice in count.choices),
    ]
    return "\n".join(lines)


def rules_text(law: DeadlineLaw) -> str:
    """The answer of `rules`."""
    first_day = min(territory.first_day for territory in law.territories.values())
    lines = [f"{len(law.rules)} règles. Détail d'une règle : atmp deadlines due RÈGLE --event DATE", ""]
    for name, series in law.rules.items():
        for entry in series.entries:
            rule = entry.sourced.value
            count = CONVENTIONS[rule.count.convention]
            measure = f"{rule.count.length} {count.unit.label}" if rule.count.length else "aucun délai"
            lines += [
                f"{name} : {rule.label_fr}",
                f"  {rule.trigger_fr} → {rule.actor.label} : {measure} ({rule.count.convention})",
                f"  {rule.article}{_validity_text(entry, first_day)} ; sinon {rule.missed_fr}",
            ]
    lines += ["", f"Séquences (atmp deadlines calendar) : {', '.join(law.sequences)}"]
    if law.replaced:
        lines += [
            "",
            "Entrées du produit remplacées par la surcouche du bureau :",
            *(f"  • {one}" for one in law.replaced),
        ]
    return "\n".join(lines)


def plan_text(plan: Plan) -> str:
    """The answer of `calendar`."""
    event, territory = plan.question.event, plan.question.territory
    lines = [
        f"{plan.sequence.label_fr} : {plan.sequence.event_fr}, {when_text(event.when)} ({territory.label_fr})",
        "",
    ]
    for planned in plan.steps:
        lines += _planned_lines(planned)
    lines += [*_titled("Ce que ce calendrier suppose", assumptions(plan)), *_warning_lines(plan_warnings(plan))]
    return "\n".join(lines)


def window_text(planned: PlannedStep) -> str:
    """When a step can happen: its limit when the trigger is certain, else the first and the last day."""
    if planned.actual is not None:
        return f"fait le {when_text(planned.actual.when)}"
    latest = UNKNOWN if planned.latest is None else f"au plus tard {when_text(planned.latest.when)}"
    deadline = planned.deadline
    if deadline is not None and planned.has_certain_limit and deadline.counted.safe_due is not None:
        if deadline.rule.bound is Bound.LATEST and not deadline.rule.actor.is_ours:
            return latest
        if deadline.rule.bound is Bound.LATEST:
            safe, legal = when_text(deadline.counted.safe_due), when_text(deadline.counted.due or planned.earliest.when)
            return f"agir au plus tard le {safe}" + (f" (limite légale : {legal})" if legal != safe else "")
        return f"{deadline.rule.bound.label} {when_text(planned.earliest.when)}"
    earliest = when_text(planned.earliest.when)
    if planned.latest is not None and planned.latest.day == planned.earliest.day:
        return earliest
    return f"au plus tôt {earliest}, {latest}"


def _planned_lines(planned: PlannedStep) -> list[str]:
    deadline = planned.deadline
    if deadline is None:
        return [f"· {planned.step.label_fr} [{planned.step.name}]", f"    {window_text(planned)}"]
    return [
        f"▸ {deadline.rule.label_fr} [{planned.step.name}], {planned.step.label_fr}",
        f"    {window_text(planned)}",
        f"    {deadline.rule.actor.label} : {deadline.rule.act_fr} ; {deadline.rule.article}",
    ]


def _date_lines(counted: Counted, bound: Bound, clock_time: str, *, is_ours: bool) -> list[str]:
    if counted.due is None or counted.safe_due is None:
        return [_line("Limite", "aucun délai ne court")]
    at = f" à {clock_time.replace(':', ' h ')}" if clock_time else ""
    if bound is not Bound.LATEST:
        lines = [_line(begun(bound.label), f"{when_text(counted.due)}{at}")]
    elif counted.due == counted.safe_due:
        lines = [_line("Date limite", f"{when_text(counted.due)}{at}")]
    else:
        lines = [
            _line("Date à tenir" if is_ours else "Terme compté", when_text(counted.safe_due)),
            _line("Limite légale", when_text(counted.due)),
        ]
    if counted.extended is not None:
        lines.append(_line("Report", counted.extended.reason_fr))
    if counted.overrun_after is not None and counted.overrun_after != day_of(counted.due):
        lines.append(_line("Dépassement", f"à relever seulement après le {day_text(counted.overrun_after)}"))
    return lines


def _trace_lines(steps: Iterable[Step]) -> list[str]:
    return _titled("Comment c'est compté", [_step_text(step) for step in steps])


def _validity_text(entry: DatedEntry[RuleVersion], calendar_first_day: date) -> str:
    """Since when a version applies; nothing for one that has always been there as far as the calendar goes."""
    since = "" if entry.first_day == calendar_first_day else f"depuis le {date_text(entry.first_day)}"
    until = "" if entry.last_day is None else f"jusqu'au {date_text(entry.last_day)}"
    words = " ".join(part for part in (since, until) if part)
    return f" (en vigueur {words})" if words else ""


def _step_text(step: Step) -> str:
    value = step.value if isinstance(step.value, str) else when_text(step.value)
    return f"{step.label_fr} : {value} — {step.source}"


def _choice_lines(applied: Iterable[AppliedChoice]) -> list[str]:
    return _titled(
        "Lectures retenues", [f"{one.label_fr} : {one.value_fr} ({one.name}={one.value})" for one in applied]
    )


def _warning_lines(warnings: Iterable[str]) -> list[str]:
    return _titled("À savoir", [warning for warning in warnings if warning])


def _titled(title: str, lines: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(lines))
    return ["", title, *(f"  • {line}" for line in found)] if found else []


def _line(title: str, text: str) -> str:
    return f"  {title:<{WIDTH}}{text}"
