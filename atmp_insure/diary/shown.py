"""What pages say of deadlines and tasks: states in words, the reasoning of a day, a month as a wall calendar."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from atmp_insure.access.roles import Role
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.deadlines.territory import MAINLAND
from atmp_insure.diary.deadline_models import DeadlineState, Priority, TaskState
from atmp_insure.diary.deadline_queries import Person
from atmp_insure.diary.request_models import PaperNeed, RequestState
from atmp_insure.diary.tray_models import LetterState
from atmp_insure.diary.watch_models import AwaitedState, LookOutcome
from atmp_insure.kernel.labelled import Label
from atmp_insure.kernel.phrases import Phrase
from atmp_insure.web.display import Explanation, State, Tone, TraceStep
from atmp_insure.web.environment import today
from atmp_insure.web.languages import french, said_day
from atmp_insure.web.request_scope import settings, signed_in_viewer
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.deadlines.territory import TerritoryCalendar
    from atmp_insure.diary.deadline_models import LiveDeadline
    from atmp_insure.diary.watch_models import WatchedChannel
    from atmp_insure.kernel.errors import Fault

DEADLINE_STATES = {
    DeadlineState.OPEN: State(_l("à faire"), Tone.INFO, "clock"),
    DeadlineState.ANSWERED: State(_l("fait"), Tone.GOOD),
    DeadlineState.VOID: State(_l("sans objet"), Tone.NEUTRAL, "ban"),
}
OUTCOMES = {
    "in_time": State(_l("à temps"), Tone.GOOD),
    "late": State(_l("hors délai"), Tone.BAD),
    "disputed": State(_l("discutable"), Tone.CARE),
    "too_early": State(_l("trop tôt"), Tone.CARE),
    "no_limit": State(_l("sans limite"), Tone.NEUTRAL),
}
TASK_STATES = {
    TaskState.OPEN: State(_l("à faire"), Tone.INFO, "circle-dot"),
    TaskState.DONE: State(_l("faite"), Tone.GOOD),
    TaskState.DROPPED: State(_l("abandonnée"), Tone.NEUTRAL, "ban"),
}
LETTER_STATES = {
    LetterState.WAITING: State(_l("à classer"), Tone.INFO, "inbox"),
    LetterState.FILED: State(_l("classée"), Tone.GOOD),
    LetterState.DISCARDED: State(_l("écartée"), Tone.NEUTRAL, "ban"),
    LetterState.REPLACED: State(_l("remise en forme"), Tone.NEUTRAL, "history"),
}
REQUEST_STATES = {
    RequestState.OPEN: State(_l("en attente de pièces"), Tone.INFO, "hourglass"),
    RequestState.COMPLETE: State(_l("complète"), Tone.GOOD),
    RequestState.CLOSED: State(_l("close"), Tone.NEUTRAL, "ban"),
}
PAPER_NEEDS = {
    PaperNeed.MISSING: State(_l("manquante"), Tone.CARE, "hourglass"),
    PaperNeed.RECEIVED: State(_l("reçue, à examiner"), Tone.INFO, "file-check"),
    PaperNeed.ACCEPTED: State(_l("acceptée"), Tone.GOOD),
    PaperNeed.WAIVED: State(_l("plus nécessaire"), Tone.NEUTRAL, "ban"),
}
LOOK_OUTCOMES = {
    LookOutcome.NOTHING: State(_l("rien de neuf"), Tone.GOOD),
    LookOutcome.NEW: State(_l("du neuf"), Tone.INFO, "mail"),
    LookOutcome.OUTAGE: State(_l("portail indisponible"), Tone.BAD, "alert-triangle"),
    LookOutcome.REFUSED: State(_l("accès refusé"), Tone.BAD, "lock"),
}
AWAITED_STATES = {
    AwaitedState.EXPECTED: State(_l("attendue"), Tone.NEUTRAL, "clock"),
    AwaitedState.AVAILABLE: State(_l("disponible, pas ouverte"), Tone.CARE, "mail"),
    AwaitedState.READ: State(_l("ouverte, pas au coffre"), Tone.CARE, "eye"),
    AwaitedState.KEPT: State(_l("au coffre"), Tone.GOOD),
    AwaitedState.LOST: State(_l("perdue"), Tone.BAD, "alert-triangle"),
    AwaitedState.SET_ASIDE: State(_l("écartée"), Tone.NEUTRAL, "ban"),
}
PRIORITIES = {
    Priority.URGENT: State(_l("urgente"), Tone.BAD, "urgent"),
    Priority.NORMAL: State(_l("normale"), Tone.NEUTRAL),
    Priority.LOW: State(_l("basse"), Tone.NEUTRAL, "arrow-down"),
}
TEAMS = (
    Role.CLAIMS_HANDLER, Role.LAWYER, Role.UNDERWRITER, Role.PREMIUM_ACCOUNTANT, Role.BROKER, Role.MANAGER,
    Role.LAW_FIRM_ASSISTANT, Role.ADMINISTRATOR,
)  # fmt: skip


def reasoning_of(deadline: LiveDeadline) -> Explanation:
    """Why a deadline falls on its day."""
    answer: dict[str, Any] = deadline.reasoning
    if deadline.rule is None:
        typed = (TraceStep(_("Date saisie à la main"), said_day(deadline.safe_on), (), answer.get("reason", "")),)
        return Explanation(deadline.named, said_day(deadline.safe_on), typed)
    steps = tuple(_step(step) for step in answer["trace"])
    rule, said = answer["label"], " ".join(answer["warnings"])
    title = Phrase("%(rule)s : %(article)s", rule=Label(rule), article=answer["article"])
    return Explanation(title, said_day(deadline.safe_on), steps, french(said))


def _step(kept: dict[str, str]) -> TraceStep:
    """A step of the count, which is evidence: in the words in which it was kept."""
    return TraceStep(french(kept["label_fr"]), _value_text(kept["value"]), (), kept["source"])


def _value_text(value: str) -> str:
    try:
        return said_day(date.fromisoformat(value))
    except ValueError:
        return value


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the wall calendar."""

    day: date
    is_of_month: bool
    is_today: bool
    deadlines: tuple[LiveDeadline, ...]


def month_weeks(first: date, deadlines: Sequence[LiveDeadline], today: date) -> tuple[tuple[CalendarDay, ...], ...]:
    """The weeks that a month touches, Monday first."""
    by_day: dict[date, list[LiveDeadline]] = {}
    for one in deadlines:
        by_day.setdefault(one.safe_on, []).append(one)
    return tuple(
        tuple(CalendarDay(day, day.month == first.month, day == today, tuple(by_day.get(day, ()))) for day in week)
        for week in Calendar().monthdatescalendar(first.year, first.month)
    )


def viewing_person() -> Person:
    """The viewer, as deadlines and tasks fall to them."""
    viewer = signed_in_viewer()
    return Person(viewer.user_id, today(), viewer.roles)


def fault_text(fault: Fault) -> str:
    """A fault as a message above a page says it."""
    return fault.sentence


def watch_state(watch: WatchedChannel) -> State:
    """How a channel stands: out, late, never looked at, up to date."""
    if watch.closed_at is not None:
        return State(_l("plus suivi"), Tone.NEUTRAL, "ban")
    if watch.failing_since is not None and watch.last_outcome is not None:
        return LOOK_OUTCOMES[watch.last_outcome]
    if watch.look_every_days is None:
        return State(_l("vient de lui-même"), Tone.NEUTRAL)
    if watch.looked_at is None:
        return State(_l("jamais relevé"), Tone.CARE, "eye")
    if watch.next_look_on is not None and watch.next_look_on <= today():
        return State(_l("à relever"), Tone.CARE, "clock")
    return State(_l("à jour"), Tone.GOOD)


def office_calendar() -> TerritoryCalendar:
    """The working days by which the office plans its own mails: those of mainland France."""
    return installed_deadlines(settings().config_overlay).territory(MAINLAND)
