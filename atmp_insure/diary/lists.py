"""The lists of deadlines, of tasks, of letters received, and of notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import and_, select, true
from sqlalchemy.orm import with_expression

from atmp_insure.access.roles import Right, role_of
from atmp_insure.db.paging import Reading, starts_with
from atmp_insure.diary import deadline_queries as queries
from atmp_insure.diary.deadline_models import DeadlineState, LiveDeadline, Priority, Task, TaskState, act_named
from atmp_insure.diary.models import Note, NoteReaders
from atmp_insure.diary.queries import notes, tagged
from atmp_insure.diary.shown import DEADLINE_STATES, LETTER_STATES, PRIORITIES, TASK_STATES, TEAMS, viewing_person
from atmp_insure.diary.tray_models import Channel, LetterState, TrayLetter
from atmp_insure.diary.tray_queries import letters
from atmp_insure.documents.shown import label_of
from atmp_insure.kernel.french import begun
from atmp_insure.parties.models import Company
from atmp_insure.web import history
from atmp_insure.web.addresses import row_url
from atmp_insure.web.day_filters import within_days
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import BulkAct, Empty, Row
from atmp_insure.web.log_sentences import object_name
from atmp_insure.web.request_scope import actor
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute

    from atmp_insure.web.list_query import ListQuery

_SIREN_DIGITS, _LONGEST_EXCERPT = 9, 200
_MINE = (Option("mine", _l("À moi ou à mon équipe")),)
_TEAM_OPTIONS = tuple(Option(role.value, role.label) for role in TEAMS)


def of_company(words: str) -> Select[int]:
    """Companies by the beginning of their name, or by their whole SIREN."""
    digits = words.replace(" ", "")
    if digits.isdigit() and len(digits) == _SIREN_DIGITS:
        return select(Company.id).where(Company.siren == digits)
    return select(Company.id).where(starts_with(Company.search_name, words))


_COMPANY_NAME = select(Company.name).where(Company.id == LiveDeadline.company_id).correlate(LiveDeadline)
_DEADLINE = Reading(
    (
        LiveDeadline.id, LiveDeadline.label, LiveDeadline.rule, LiveDeadline.state, LiveDeadline.safe_on,
        LiveDeadline.due_on, LiveDeadline.team, _COMPANY_NAME.scalar_subquery().label("company_name"),
    ),
    is_covered=True,
)  # fmt: skip


def _deadline_row(deadline: LiveDeadline) -> Row:
    return Row(
        key=str(deadline.id),
        url=row_url("diary.show_deadline", "deadline_id", deadline.id),
        detail=deadline.company_name or _("bureau"),
        muted=deadline.state is not DeadlineState.OPEN,
        cells={
            "label": act_named(deadline),
            "state": DEADLINE_STATES[deadline.state],
            "safe_on": deadline.safe_on,
            "due_on": deadline.due_on,
            "team": deadline.team.label,
        },
    )


def between(
    column: InstrumentedAttribute[date] | InstrumentedAttribute[date | None], query: ListQuery
) -> ColumnElement[bool]:
    """Whether a day is one of those chosen in the filter."""
    first, last = query.days("day")
    return and_(column >= first if first else true(), column <= last if last else true())


def _search(column: InstrumentedAttribute[int | None], words: str) -> ColumnElement[bool]:
    return column.in_(of_company(words))


DEADLINES: Listing[LiveDeadline] = Listing(
    name="deadlines",
    label=_l("échéances"),
    endpoint="diary.list_deadlines",
    columns=(
        Column("label", _l("Acte à faire"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("safe_on", _l("À faire au plus tard le"), Cell.DUE, sortable=True),
        Column("due_on", _l("Dernier jour légal"), Cell.DAY),
        Column("team", _l("Équipe")),
    ),
    statement=queries.deadlines,
    sorts={"safe_on": (LiveDeadline.safe_on, LiveDeadline.id)},
    sort="safe_on",
    row=_deadline_row,
    empty=lambda: Empty(
        _("Aucune échéance"),
        _("Les délais légaux se comptent ici d'eux-mêmes, dès qu'un fait les fait courir."),
        _("Ajouter une date à la main") if actor().may(Right.WRITE_DIARY) else "",
        url_for("diary.add_deadline") if actor().may(Right.WRITE_DIARY) else "",
        "calendar-due",
    ),
    filters=(
        Filter("whose", _l("Pour"), _MINE),
        Filter("state", _l("État"), tuple(Option(one.value, str(said.label)) for one, said in DEADLINE_STATES.items())),
        Filter("team", _l("Équipe"), _TEAM_OPTIONS),
        Filter("day", _l("À faire au plus tard le"), kind=FilterKind.DAYS),
    ),
    narrow={
        "whose": lambda _query: queries.deadlines_for(viewing_person()),
        "state": lambda query: LiveDeadline.state.in_([DeadlineState(value) for value in query.values("state")]),
        "team": lambda query: LiveDeadline.team.in_([role_of(value) for value in query.values("team")]),
        "day": lambda query: between(LiveDeadline.safe_on, query),
    },
    search=lambda words: _search(LiveDeadline.company_id, words),
    reading=_DEADLINE,
)


def _tasks() -> Select[Task]:
    name = select(Company.name).where(Company.id == Task.company_id).correlate(Task).scalar_subquery()
    return queries.tasks().options(with_expression(Task.company_name, name))


def _task_row(task: Task) -> Row:
    return Row(
        key=str(task.id),
        url=url_for("diary.show_task", task_id=task.id),
        detail=task.company_name or _("bureau"),
        muted=task.state is not TaskState.OPEN,
        cells={
            "title": task.title,
            "state": TASK_STATES[task.state],
            "priority": PRIORITIES[Priority(task.priority)],
            "due_on": task.due_on,
            "team": task.team.label,
        },
    )


TASKS: Listing[Task] = Listing(
    name="tasks",
    label=_l("tâches"),
    endpoint="diary.list_tasks",
    columns=(
        Column("title", _l("À faire"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("priority", _l("Priorité"), Cell.STATE),
        Column("due_on", _l("Pour le"), Cell.DUE, sortable=True),
        Column("team", _l("Équipe")),
    ),
    statement=_tasks,
    sorts={"due_on": (Task.due_on, Task.id)},
    sort="due_on",
    row=_task_row,
    empty=lambda: Empty(
        _("Aucune tâche"),
        _("Les tâches issues des dossiers et celles confiées entre collègues s'afficheront ici."),
        _("Écrire une tâche") if actor().may(Right.WRITE_DIARY) else "",
        url_for("diary.add_task") if actor().may(Right.WRITE_DIARY) else "",
        "list-check",
    ),
    filters=(
        Filter("whose", _l("Pour"), _MINE),
        Filter("state", _l("État"), tuple(Option(one.value, str(said.label)) for one, said in TASK_STATES.items())),
        Filter("team", _l("Équipe"), _TEAM_OPTIONS),
        Filter("day", _l("Pour le"), kind=FilterKind.DAYS),
    ),
    narrow={
        "whose": lambda _query: queries.tasks_for(viewing_person()),
        "state": lambda query: Task.state.in_([TaskState(value) for value in query.values("state")]),
        "team": lambda query: Task.team.in_([role_of(value) for value in query.values("team")]),
        "day": lambda query: between(Task.due_on, query),
    },
    search=lambda words: _search(Task.company_id, words),
)


def _letter_row(letter: TrayLetter) -> Row:
    return Row(
        key=str(letter.id),
        url=url_for("diary.show_letter", letter_id=letter.id),
        detail=" ; ".join(letter.reasons),
        muted=letter.state is not LetterState.WAITING,
        cells={
            "file_name": letter.file_name,
            "state": LETTER_STATES[letter.state],
            "channel": letter.channel.label,
            "kind": label_of(letter.proposed_kind) if letter.proposed_kind else "",
            "received_at": letter.received_at,
        },
    )


LETTERS: Listing[TrayLetter] = Listing(
    name="letters",
    label=_l("lettres"),
    endpoint="diary.show_tray",
    columns=(
        Column("file_name", _l("Lettre et ce qui y est reconnu"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("channel", _l("Venue par")),
        Column("kind", _l("Nature proposée")),
        Column("received_at", _l("Reçue"), Cell.MOMENT, sortable=True),
    ),
    statement=letters,
    sorts={"received_at": (TrayLetter.received_at, TrayLetter.id)},
    sort="received_at",
    descending=True,
    row=_letter_row,
    empty=lambda: Empty(
        _("Aucun courrier à classer"),
        _("Les lettres déposées ou reçues par courriel attendront ici d'être classées."),
        icon="inbox",
    ),
    filters=(
        Filter("state", _l("État"), tuple(Option(one.value, str(said.label)) for one, said in LETTER_STATES.items())),
        Filter("channel", _l("Venue par"), tuple(Option(one.value, one.label) for one in Channel)),
        Filter("day", _l("Reçue"), kind=FilterKind.DAYS),
    ),
    narrow={
        "state": lambda query: TrayLetter.state.in_([LetterState(value) for value in query.values("state")]),
        "channel": lambda query: TrayLetter.channel.in_([Channel[value.upper()] for value in query.values("channel")]),
        "day": lambda query: within_days(TrayLetter.received_at, query, "day"),
    },
    holds_people=True,
    bulk_acts=lambda: (BulkAct(_("Joindre en une lettre"), url_for("diary.join_letters"), "paperclip"),),
)


def _note_row(note: Note) -> Row:
    return Row(
        key=str(note.id),
        url=history.address_of(note.subject),
        detail=note.text if len(note.text) <= _LONGEST_EXCERPT else f"{note.text[:_LONGEST_EXCERPT]}…",
        cells={
            "about": begun(object_name(note.subject)),
            "tags": ", ".join(one.tag for one in note.tags),
            "author": note.author_name,
            "readers": str(history.READERS[note.readers]),
            "written_at": note.written_at,
        },
    )


NOTES: Listing[Note] = Listing(
    name="notes",
    label=_l("notes"),
    endpoint="history.list_notes",
    columns=(
        Column("about", _l("Au sujet de"), main=True),
        Column("tags", _l("Étiquettes")),
        Column("author", _l("Écrite par"), Cell.PERSON),
        Column("readers", _l("Pour")),
        Column("written_at", _l("Écrite"), Cell.MOMENT, sortable=True),
    ),
    statement=notes,
    sorts={"written_at": (Note.written_at, Note.id)},
    sort="written_at",
    descending=True,
    row=_note_row,
    empty=lambda: Empty(
        _("Aucune note"),
        _("Les notes s'écrivent au pied de chaque page ; leurs étiquettes les rassemblent ici."),
        icon="notes",
    ),
    filters=(
        Filter("readers", _l("Pour"), tuple(Option(one.value, str(label)) for one, label in history.READERS.items())),
        Filter("day", _l("Écrite"), kind=FilterKind.DAYS),
    ),
    narrow={
        "readers": lambda query: Note.readers.in_([NoteReaders(value) for value in query.values("readers")]),
        "day": lambda query: within_days(Note.written_at, query, "day"),
    },
    search=tagged,
    holds_people=True,
)
