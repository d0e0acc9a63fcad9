"""The resource of tasks: written, given, finished or dropped, never deleted."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right, Role
from atmp_insure.api.cursors import asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_codes
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    LONGEST_TEXT,
    code_field,
    codes_filter,
    codes_of,
    day_field,
    key_field,
    needed_text_field,
    text_field,
)
from atmp_insure.api.writes import writing
from atmp_insure.diary import deadline_queries as queries
from atmp_insure.diary import task_service as service
from atmp_insure.diary.api.people import DiaryArguments, TeamBody, company_of, narrowed, person_of, team_of
from atmp_insure.diary.deadline_models import Priority, Task, TaskState
from atmp_insure.diary.deadline_service import subject_of
from atmp_insure.diary.shown import viewing_person
from atmp_insure.diary.task_service import LONGEST_TITLE, NewTask
from atmp_insure.web.request_scope import actor, database, needs, now

resources = Resources("tasks", "Tâches : ce qui est à faire, par qui et pour quand.", "/tasks")
_ONE = "/<int:task_id>"
_PRIORITIES = {priority.name.lower(): priority for priority in Priority}
_ENDS = (TaskState.DONE.value, TaskState.DROPPED.value)


class TaskArguments(DiaryArguments):
    """Which tasks are asked for."""

    state = codes_filter(codes_of(TaskState), "un état ou plusieurs")


class TaskBody(TeamBody):
    """A task to write."""

    title = needed_text_field(LONGEST_TITLE, "à faire, sans nom de personne ni donnée de santé")
    detail = text_field(LONGEST_TEXT, "la suite ; gardée chiffrée")
    due_on = day_field("pour ce jour")
    priority = code_field(_PRIORITIES, "urgence")
    company_id = key_field("entreprise ; nul : une tâche du bureau", allow_none=True)


class EndBody(Arguments):
    """How a task ends."""

    state = code_field(_ENDS, "faite, ou abandonnée avec un motif")
    reason = text_field(LONGEST_TEXT, "motif ; nécessaire pour abandonner")


class TaskSchema(Schema):
    """A task."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True, allow_none=True)
    subject = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    state = fields.Enum(TaskState, by_value=fields.String, required=True)
    priority = fields.Function(
        lambda task: Priority(task.priority).name.lower(), required=True,
        metadata={"type": "string", "enum": list(_PRIORITIES)},
    )  # fmt: skip
    due_on = fields.Date(required=True)
    team = fields.Enum(Role, by_value=fields.String, required=True)
    person_id = fields.Integer(required=True, allow_none=True, attribute="assignee_id")
    origin = fields.String(required=True, metadata={"description": "ce qui l'a demandée ; « hand » : quelqu'un"})
    created_by = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class TaskDetailSchema(TaskSchema):
    """A task, its detail and how it ended."""

    detail = fields.String(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
    ended_reason = fields.String(required=True, allow_none=True)


class TaskPageSchema(Schema):
    """A page of tasks, the nearest first."""

    items = fields.List(fields.Nested(TaskSchema), required=True)
    next_cursor = next_cursor_field()


@resources.operation("GET", "", TaskPageSchema, arguments=TaskArguments)
@needs(Right.READ_DIARY)
def list_tasks(asked: dict[str, Any]) -> dict[str, Any]:
    """Les tâches, les plus proches d'abord."""
    statement = narrowed(queries.tasks(), asked, Task.company_id, Task.due_on, Task.team)
    statement = of_codes(statement, asked, (Task.state, TaskState))
    if asked.get("mine"):
        statement = statement.where(queries.tasks_for(viewing_person()))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (Task.due_on, Task.id), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, TaskDetailSchema)
@needs(Right.READ_DIARY)
def show_task(task_id: int) -> Task:
    """Une tâche."""
    with database().reading(actor()) as session:
        return queries.get_task(session, task_id)


@resources.operation("POST", "", TaskDetailSchema, body=TaskBody, status=201)
@needs(Right.WRITE_DIARY)
def write_task(body: dict[str, Any]) -> Task:
    """Écrire une tâche."""
    with writing() as session:
        company_id = company_of(session, body)
        new = NewTask(
            title=body["title"], detail=body["detail"] or "", due_on=body["due_on"], team=team_of(body),
            company_id=company_id, subject=None if company_id is None else subject_of(company_id),
            priority=_PRIORITIES[body["priority"]], assignee_id=person_of(session, body),
        )  # fmt: skip
        return service.write_task(session, new, now())


@resources.operation("POST", f"{_ONE}/finish", TaskDetailSchema, body=EndBody)
@needs(Right.WRITE_DIARY)
def finish_task(body: dict[str, Any], task_id: int) -> Task:
    """Dire qu'une tâche est faite, ou abandonnée."""
    with writing() as session:
        task = queries.get_task(session, task_id)
        service.finish_task(session, task, TaskState(body["state"]), body["reason"] or "", now())
        return task


@resources.operation("POST", f"{_ONE}/reopen", TaskDetailSchema)
@needs(Right.WRITE_DIARY)
def reopen_task(task_id: int) -> Task:
    """Rouvrir une tâche."""
    with writing() as session:
        task = queries.get_task(session, task_id)
        service.reopen_task(session, task)
        return task


@resources.operation("POST", f"{_ONE}/give", TaskDetailSchema, body=TeamBody)
@needs(Right.WRITE_DIARY)
def give_task(body: dict[str, Any], task_id: int) -> Task:
    """Confier une tâche à une équipe, ou à une personne."""
    with writing() as session:
        task = queries.get_task(session, task_id)
        service.give_task(session, task, person_of(session, body), team_of(body))
        return task
