"""What pages say of complaints: states in words, the course with its days, what comes next, a year in figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for

from atmp_insure.access.roles import Right
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.diary.complaint_clock_service import ACKNOWLEDGEMENT, ANSWER
from atmp_insure.diary.complaint_counts import CountedComplaint, Kept, Line, line_of, lines_by
from atmp_insure.diary.complaint_course import ComplaintDecision, ComplaintState, Course, Step, next_step
from atmp_insure.diary.complaint_letters import LetterModel, fitting
from atmp_insure.diary.complaint_remedies import remedies_of
from atmp_insure.diary.complaint_service import ComplaintDesk
from atmp_insure.documents.charts.count_bars import Counts, CountSeries, count_bars
from atmp_insure.kernel.french import begun
from atmp_insure.regulation.values import Confidence
from atmp_insure.web.display import Clock, Link, SidePanel, State, Tone
from atmp_insure.web.environment import today
from atmp_insure.web.languages import current_language, said_day
from atmp_insure.web.request_scope import actor, now, settings
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from atmp_insure.diary.complaint_models import Complaint
    from atmp_insure.diary.complaint_remedies import Remedies
    from atmp_insure.diary.deadline_models import LiveDeadline
    from atmp_insure.documents.charts.chart import Chart
    from atmp_insure.documents.models import Document

STATES = {
    ComplaintState.OPEN: State(_l("à traiter"), Tone.INFO, "circle-dot"),
    ComplaintState.SOLVED: State(_l("réglée sur-le-champ"), Tone.GOOD),
    ComplaintState.ANSWERED: State(_l("close avec réponse"), Tone.GOOD),
}
DECISIONS = {
    ComplaintDecision.UPHELD: State(_l("acceptée"), Tone.GOOD),
    ComplaintDecision.PARTLY: State(_l("acceptée en partie"), Tone.INFO, "circle-check"),
    ComplaintDecision.REJECTED: State(_l("rejetée"), Tone.NEUTRAL, "ban"),
}
OVERDUE = State(_l("en retard"), Tone.BAD, "alert-triangle")
# what comes next → the act, why, and the letter that it begins with
NEXT: Mapping[Step, tuple[Any, Any, LetterModel | None]] = {
    Step.INVITE: (_l("Écrire l'invitation"), _l("Réclamation orale non réglée : le réclamant est invité à l'écrire."),
                  LetterModel.INVITATION),
    Step.ACKNOWLEDGE: (_l("Écrire l'accusé de réception"), _l("Sauf à répondre avant : la réponse en tient lieu."),
                       LetterModel.ACKNOWLEDGEMENT),
    Step.ANSWER: (_l("Clore par la réponse"), _l("Une fois partie la réponse, qui s'écrit parmi les courriers."), None),
    Step.TELL_INSURER: (_l("Informer l'assureur"), _l("L'assureur qui suit cette entreprise n'a pas été informé."),
                        LetterModel.INSURER),
}  # fmt: skip


def state_of(complaint: Complaint, on: date) -> State:
    """The state of a complaint as lists show it: late before all."""
    if complaint.due_on is not None and complaint.due_on < on:
        return OVERDUE
    if complaint.decision is not None:
        return DECISIONS[complaint.decision]
    return STATES[complaint.state]


def office_remedies() -> Remedies:
    """The remedies that the settings name."""
    found = settings().complaints
    return remedies_of(found.service, found.mediator)


def desk() -> ComplaintDesk:
    """Where this application handles complaints."""
    return ComplaintDesk(installed_deadlines(settings().config_overlay), now(), office_remedies())


def step_of(complaint: Complaint, insurers: Mapping[int, str]) -> Step:
    """What comes next."""
    course = Course(
        complaint.state, complaint.written_on, complaint.invited_on, complaint.acknowledged_on,
        bool(insurers or complaint.insurer_id), complaint.insurer_told_on,
    )  # fmt: skip
    return next_step(course)


@dataclass(frozen=True, slots=True)
class CourseStep:
    """A step of the course as it is drawn: done on a day, due by another, or neither."""

    label: str
    done_on: date | None = None
    due_on: date | None = None
    is_current: bool = False


def course_of(complaint: Complaint, step: Step) -> tuple[CourseStep, ...]:
    """The course of a complaint, from its receipt to the insurer."""
    found = [CourseStep(_("Reçue"), complaint.received_on)]
    if complaint.solved_on is not None:
        found.append(CourseStep(_("Réglée sur-le-champ"), complaint.solved_on))
    elif complaint.written_on is None:
        inviting = step in {Step.INVITE, Step.WAIT}
        found.append(CourseStep(_("Invitation à écrire"), complaint.invited_on, is_current=inviting))
    else:
        found.append(CourseStep(_("Accusé de réception"), complaint.acknowledged_on, complaint.acknowledge_due_on,
                                is_current=step is Step.ACKNOWLEDGE))  # fmt: skip
    if complaint.solved_on is None:
        found.append(
            CourseStep(_("Réponse"), complaint.answered_on, complaint.answer_due_on, is_current=step is Step.ANSWER)
        )
    if complaint.insurer_told_on is not None or step is Step.TELL_INSURER:
        found.append(CourseStep(_("Assureur informé"), complaint.insurer_told_on, is_current=step is Step.TELL_INSURER))
    return tuple(found)


def side_of(
    complaint: Complaint, step: Step, clocks: Sequence[LiveDeadline], papers: Sequence[Document], *, may_act: bool
) -> SidePanel:
    """The side of the page: what comes next, the clocks, the papers."""
    label, reason, model = NEXT.get(step, ("", "", None))
    url = _letter_url(complaint, model) if model is not None else _answer_url(complaint)
    return SidePanel(
        next_step=Link(str(label), url) if label and may_act else None, reason=str(reason),
        clocks=_clocks(complaint, clocks),
        papers=tuple(map(_paper_link, papers)),
    )  # fmt: skip


def _paper_link(paper: Document) -> Link:
    url = url_for("documents.show_document", document_id=paper.id)
    return Link(paper.title, url, said_day(paper.received_at))


def _letter_url(complaint: Complaint, model: LetterModel) -> str:
    if not actor().everywhere(Right.WRITE_LETTERS):
        return url_for("diary.show_complaint", complaint_id=complaint.id)
    return url_for("letters.write", about=complaint.subject_key, model=model.value)


def _answer_url(complaint: Complaint) -> str:
    return url_for("diary.answer_complaint", complaint_id=complaint.id)


def letters_of(complaint: Complaint) -> tuple[Link, ...]:
    """The letters that may be written about a complaint as it stands."""
    return tuple(Link(model.label, _letter_url(complaint, model)) for model in fitting(complaint, office_remedies()))


def _clocks(complaint: Complaint, deadlines: Sequence[LiveDeadline]) -> tuple[Clock, ...]:
    """The two last days; each leads to its deadline for whoever sees it there."""
    seen = deadlines if actor().may(Right.READ_DIARY) else ()
    urls = {one.rule: url_for("diary.show_deadline", deadline_id=one.id) for one in seen}
    shown = (
        (_("Accuser réception"), complaint.acknowledge_due_on, complaint.acknowledged_on, ACKNOWLEDGEMENT),
        (_("Répondre"), complaint.answer_due_on, complaint.answered_on, ANSWER),
    )
    return tuple(
        Clock(label, last_day, _kept_words(last_day, done_on), urls.get(rule, ""), is_done=done_on is not None)
        for label, last_day, done_on, rule in shown
        if last_day is not None
    )


def _kept_words(last_day: date, done_on: date | None) -> str:
    if done_on is None:
        return ""
    said = _("hors délai") if done_on > last_day else _("dans le délai")
    return _("fait le %(day)s, %(said)s", day=said_day(done_on), said=said)


def warnings_of(complaint: Complaint) -> tuple[tuple[str, str], ...]:
    """What must be said of each rule that counts the days of a complaint: a source that is not official, and why."""
    if complaint.written_on is None:
        return ()
    law = installed_deadlines(settings().config_overlay)
    events = (
        (_("D'où vient le délai de l'accusé de réception."), ACKNOWLEDGEMENT, complaint.written_on),
        (_("D'où vient le délai de la réponse."), ANSWER, complaint.sent_on or complaint.written_on),
    )
    cited = [(title, law.rule_version(rule, on).sourced.citation) for title, rule, on in events]
    return tuple(
        (title, f"{begun(one.source)}. {one.warning}")
        for title, one in cited
        if one.warning or one.confidence is not Confidence.OFFICIAL
    )


@dataclass(frozen=True, slots=True)
class YearLine:
    """A line of a year: received, acknowledged in time and late, answered in time and late."""

    label: str
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class YearShown:
    """A year of complaints: all of them, by theme and by cause, what came of them, with their chart."""

    whole: YearLine
    themes: tuple[YearLine, ...]
    causes: tuple[YearLine, ...]
    decisions: tuple[tuple[State, int], ...]
    chart: Chart | None


def year_of(complaints: Sequence[Complaint], year: int) -> YearShown:
    """A year of complaints in figures."""
    counted, on = [counted_as(one) for one in complaints], today()
    themes = lines_by(counted, lambda one: _(one.theme.label), on)
    causes = lines_by((one for one in counted if one.cause), lambda one: _(one.cause.label) if one.cause else "", on)
    decided = [(state, sum(one.decision is decision for one in counted)) for decision, state in DECISIONS.items()]
    solved = (STATES[ComplaintState.SOLVED], sum(one.was_solved_at_once for one in counted))
    return YearShown(
        _year_line(line_of(_("toutes"), counted, on)), tuple(_year_line(line) for line in themes),
        tuple(_year_line(line) for line in causes), (*decided, solved), _chart(themes, year) if counted else None,
    )  # fmt: skip


def _year_line(line: Line[str]) -> YearLine:
    delays = (line.acknowledged, line.answered)
    return YearLine(
        begun(line.key), (line.total, *(delay[one] for delay in delays for one in (Kept.IN_TIME, Kept.LATE)))
    )


def counted_as(complaint: Complaint) -> CountedComplaint:
    """A complaint as it is counted."""
    return CountedComplaint(
        complaint.theme, complaint.cause, complaint.decision, complaint.solved_on is not None,
        complaint.acknowledge_due_on, complaint.acknowledged_on, complaint.answer_due_on, complaint.answered_on,
    )  # fmt: skip


def _chart(themes: Iterable[Line[str]], year: int) -> Chart:
    lines = tuple(themes)
    others = {Kept.RUNNING, Kept.NONE}
    series = (
        CountSeries(_("Réponse dans le délai"), tuple(line.answered[Kept.IN_TIME] for line in lines)),
        CountSeries(_("Réponse hors délai"), tuple(line.answered[Kept.LATE] for line in lines)),
        CountSeries(
            _("En cours, ou sans délai imparti"), tuple(sum(line.answered[one] for one in others) for line in lines)
        ),
    )
    return count_bars(Counts(
        title=_("Réclamations reçues en %(year)s, par sujet, et délai de réponse", year=year),
        heading_label=_("Sujet"), headings=tuple(begun(line.key) for line in lines), series=series,
        language=current_language(),
    ))  # fmt: skip
