"""When an act is due: the rule in force on the day of its event, counted, with what bears on the date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from atmp_insure.deadlines.bare_count import clock
from atmp_insure.deadlines.choices import (
    GRACIOUS_CLAIM,
    LEGAL_SUSPENSIONS,
    UNCLAIMED_LETTER,
    applied_choices,
    rule_choices,
)
from atmp_insure.deadlines.clock import Event, Step
from atmp_insure.deadlines.conventions import CONVENTIONS
from atmp_insure.deadlines.day_names import day_of
from atmp_insure.deadlines.question import CONTRACT_LENGTH, DONE, PARTY_REGION, Facts, Question
from atmp_insure.deadlines.suspension import under_suspension
from atmp_insure.deadlines.vocabulary import Bound, Distance, Start, Timeliness
from atmp_insure.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from atmp_insure.deadlines.choices import AppliedChoice
    from atmp_insure.deadlines.clock import Clock, Counted
    from atmp_insure.deadlines.day_names import When
    from atmp_insure.deadlines.law import Count, DeadlineLaw, RuleVersion
    from atmp_insure.deadlines.territory import TerritoryCalendar
    from atmp_insure.regulation.values import DatedEntry

RATE_CONTEST = "rate_contest"  # the clock that a gracious claim may not have stopped


@dataclass(frozen=True, slots=True)
class Deadline:
    """The answer: a date, the rule behind it, and everything that must be said with it.

    Attributes:
        entry: the version of the rule, with its validity and its citation.
        question: what started the clock, where, and what else was known.
        length: the length counted, distance or contract included.
        counted: dates and steps.
        choices: unsettled points that bear on the answer.
        warnings: what must be shown.
        outcome: how the act stands, when the question says when it was done.
    """

    entry: DatedEntry[RuleVersion]
    question: Question
    length: int
    counted: Counted
    choices: tuple[AppliedChoice, ...]
    warnings: tuple[str, ...]
    outcome: Timeliness | None

    @property
    def rule(self) -> RuleVersion:
        """The rule in force on the day of the event."""
        return self.entry.sourced.value


def accepted_options(law: DeadlineLaw, rule: RuleVersion, territory: TerritoryCalendar) -> tuple[str, ...]:
    """Names of the options that a rule has a use for.

    Source: the table of rules.
    """
    contract = (CONTRACT_LENGTH,) if rule.contract else ()
    of_convention = CONVENTIONS[rule.count.convention].options
    of_rule = (*rule.options, *of_convention, *contract, *rule_choices(law, rule, territory))
    return tuple(dict.fromkeys((DONE, PARTY_REGION, *of_rule)))


def due(law: DeadlineLaw, name: str, question: Question) -> Deadline:
    """When the act of a rule is due.

    Args:
        law: the dated table.
        name: the rule.
        question: the fact that starts the clock, where it is counted, and what else is known.

    Raises:
        InvalidInput: no such rule on that day, an hour that is missing, facts that contradict one another.

    Source: the table of rules; each answer names the article of its version.
    """
    entry = law.rule_version(name, question.facts.days.get("declared", question.event.day))
    rule = entry.sourced.value
    applied = applied_choices(law, rule_choices(law, rule, question.territory), question)
    length, length_steps = _length(law, rule, question)
    started = clock(law, question, _start(rule, question.event), length, applied)
    counted = _count(rule.count.convention, started, rule.then)
    counted = _safer(law, rule, started, replace(counted, steps=(*length_steps, *counted.steps)), question.facts)
    counted, applied, warning = _suspended(law, rule, started, counted, applied)
    said = (entry.sourced.citation.warning, *(choice.warning for choice in applied), warning)
    return Deadline(
        entry=entry,
        question=question,
        length=length,
        counted=counted,
        choices=applied,
        warnings=tuple(dict.fromkeys(one for one in said if one)),
        outcome=None if question.facts.done is None else outcome(rule.bound, counted, question.facts.done),
    )


def outcome(bound: Bound, counted: Counted, done: Event) -> Timeliness:
    """How an act done on a day, or at an hour, stands to its limit.

    Source: the reading of clear days shown with the answer; a fund is late only after the moved date.
    """
    if counted.due is None or counted.safe_due is None:
        return Timeliness.NO_LIMIT
    if isinstance(counted.due, datetime):
        if done.at is None:
            raise InvalidInput.one(
                f"« {done.day} » sans heure alors que le délai court d'heure à heure",
                f"Donner la date et l'heure locale, par exemple {done.day}T14:30",
                place=f"--option {DONE}",
            )
        return Timeliness.IN_TIME if done.at <= counted.due else Timeliness.LATE
    if bound is Bound.EARLIEST:
        return Timeliness.TOO_EARLY if done.day < counted.due else Timeliness.IN_TIME
    surely, perhaps = counted.safe_due, counted.due
    if counted.overrun_after is not None:  # an authority is in time up to the strict date
        surely, perhaps = counted.due, counted.overrun_after
    if done.day <= day_of(surely):
        return Timeliness.IN_TIME
    return Timeliness.DISPUTED if done.day <= day_of(perhaps) else Timeliness.LATE


def _start(rule: RuleVersion, event: Event) -> Event:
    if rule.start is Start.EVENT:
        return event
    return Event(date(event.day.year + 1, 1, 1) - timedelta(days=1))


def _length(law: DeadlineLaw, rule: RuleVersion, question: Question) -> tuple[int, tuple[Step, ...]]:
    """The length of the rule, with what the contract or the distance changes to it."""
    facts, length = question.facts, rule.count.length
    if facts.contract_length is not None:
        if rule.contract == "minimum" and facts.contract_length < length:
            raise InvalidInput.one(
                f"durée de {facts.contract_length} inférieure au minimum légal de {length}",
                f"Le délai ne peut être inférieur à {length} ({rule.article}) ; validité de la clause à faire "
                "examiner par un avocat",
                place=f"--option {CONTRACT_LENGTH}",
            )
        return facts.contract_length, (
            Step("contract", "durée prévue au contrat", str(facts.contract_length), "contrat"),
        )
    if not facts.party_region:
        return length, ()
    sourced = law.distances.at(question.event.day)
    months = sourced.value[facts.party_region]
    if rule.distance is Distance.NONE:
        label, months = "pas de délai de distance : le texte ne le prévoit pas pour cet acte", 0
    elif not question.territory.is_mainland:
        label, months = "pas de délai de distance : le siège n'est pas en métropole", 0
    else:
        label = f"délai de distance, en mois, partie en {facts.party_region}"
    return length + months, (Step("distance", label, str(months), sourced.citation.source),)


def _count(convention: str, started: Clock, then: Count | None) -> Counted:
    first = CONVENTIONS[convention].count(started)
    if then is None or first.due is None:
        return first
    second = CONVENTIONS[then.convention].count(replace(started, event=Event(day_of(first.due)), length=then.length))
    return replace(second, steps=(*first.steps, *second.steps))


def _safer(law: DeadlineLaw, rule: RuleVersion, started: Clock, counted: Counted, facts: Facts) -> Counted:
    """The safe date drawn back by what may have started the clock earlier, or by a stricter calendar."""
    convention = CONVENTIONS[rule.count.convention]
    presented, notified = facts.days.get("first_presented"), facts.days.get("rate_notified")
    if presented is not None:
        if presented > started.event.day:
            raise InvalidInput.one(
                f"première présentation du {presented} après la réception du {started.event.day}",
                "Corriger l'une des deux dates",
                place="--option first_presented",
            )
        if started.choices.get(UNCLAIMED_LETTER) != "receipt":
            earlier = convention.count(replace(started, event=Event(presented))).safe_due
            counted = _drawn_back(counted, earlier, "compté depuis la première présentation du recommandé")
    if notified is not None and started.choices.get(GRACIOUS_CLAIM) != "suspends":
        direct = due(law, RATE_CONTEST, Question(Event(notified), started.territory)).counted.safe_due
        counted = _drawn_back(counted, direct, "assignation dans les deux mois de la notification du taux")
    if facts.fund_region:
        there = law.territory(facts.fund_region)
        stricter = convention.count(replace(started, event=_seen_from(started.event, there), territory=there)).safe_due
        counted = _drawn_back(counted, stricter, f"calendrier de la caisse ({there.label_fr})")
    return counted


def _seen_from(event: Event, territory: TerritoryCalendar) -> Event:
    if event.at is None:
        return event
    local = event.at.astimezone(territory.zone)
    return Event(local.date(), local)


def _drawn_back(counted: Counted, earlier: When | None, why: str) -> Counted:
    if earlier is None or counted.safe_due is None or earlier >= counted.safe_due:
        return counted
    step = Step("safe_due", f"date prudente avancée : {why}", earlier, "prudence")
    return replace(counted, safe_due=earlier, safe_extended=None, steps=(*counted.steps, step))


def _suspended(
    law: DeadlineLaw, rule: RuleVersion, started: Clock, counted: Counted, applied: tuple[AppliedChoice, ...]
) -> tuple[Counted, tuple[AppliedChoice, ...], str]:
    """The effect of a legal suspension, and its warning; its choice is shown only where it bears on the date."""
    convention = CONVENTIONS[rule.count.convention]
    touched = under_suspension(counted, started, convention, rule.suspended_as, law.suspensions)
    if touched is None:
        return counted, tuple(one for one in applied if one.name != LEGAL_SUSPENSIONS or one.asked), ""
    ignored = started.choices.get(LEGAL_SUSPENSIONS) == "ignored"
    return counted if ignored else touched.counted, applied, touched.suspension.citation.warning
