"""The resource of live deadlines: each with its reasoning, answered with proof, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right, Role
from atmp_insure.api.cursors import asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_codes
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    LONGEST_TEXT,
    codes_filter,
    codes_of,
    day_field,
    key_field,
    needed_text_field,
    text_field,
)
from atmp_insure.api.writes import writing
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.diary import deadline_queries as queries
from atmp_insure.diary import deadline_service as service
from atmp_insure.diary.api.people import DiaryArguments, TeamBody, company_of, narrowed, person_of, team_of
from atmp_insure.diary.deadline_models import DeadlineState, LiveDeadline
from atmp_insure.diary.deadline_service import Answer, TypedDeadline
from atmp_insure.diary.shown import viewing_person
from atmp_insure.web.request_scope import actor, database, needs, now, settings

if TYPE_CHECKING:
    from atmp_insure.deadlines.law import DeadlineLaw

resources = Resources("deadlines", "Échéances vivantes : comptées par les règles, traitées avec preuve.", "/deadlines")
_ONE = "/<int:deadline_id>"


class DeadlineArguments(DiaryArguments):
    """Which deadlines are asked for."""

    state = codes_filter(codes_of(DeadlineState), "un état ou plusieurs")


class TypedDeadlineBody(TeamBody):
    """A day typed by hand, and why: for what no rule counts."""

    label = needed_text_field(description="acte à faire, sans nom de personne")
    due_on = day_field("dernier jour")
    reason = needed_text_field(500, "d'où vient cette date")
    company_id = key_field("entreprise ; nul : une échéance du bureau", allow_none=True)


class AnswerBody(Arguments):
    """How a deadline was answered: with a paper, or in words."""

    on = day_field("jour où l'acte a été fait")
    note = text_field(LONGEST_TEXT, "ce qui a été fait ; nécessaire sans pièce")
    proof_document_id = key_field("pièce de l'entreprise qui le prouve", allow_none=True)


class VoidBody(Arguments):
    """Why a deadline has no object any more."""

    reason = needed_text_field(LONGEST_TEXT, "pourquoi l'acte n'a plus d'objet")


class DeadlineSchema(Schema):
    """A deadline; `safe_on`, the day to act by, is never after `due_on`, the last legal day."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True, allow_none=True)
    establishment_id = fields.Integer(required=True, allow_none=True)
    subject = fields.String(required=True, metadata={"description": "ce dont il s'agit, « rate_papers:12 »"})
    label = fields.String(required=True)
    state = fields.Enum(DeadlineState, by_value=fields.String, required=True)
    rule = fields.String(required=True, allow_none=True, metadata={"description": "règle ; nulle : saisie à la main"})
    event_on = fields.Date(required=True, allow_none=True, metadata={"description": "point de départ"})
    due_on = fields.Date(required=True)
    safe_on = fields.Date(required=True)
    team = fields.Enum(Role, by_value=fields.String, required=True)
    person_id = fields.Integer(required=True, allow_none=True, attribute="owner_id")
    moved_at = fields.AwareDateTime(required=True, allow_none=True)


class CountStepSchema(Schema):
    """A step of the count of a day."""

    label = fields.String(required=True)
    value = fields.String(required=True)
    source = fields.String(required=True)


class ReasoningSchema(Schema):
    """Why a deadline falls on its day: the rule with its article and its steps, or who typed it and why."""

    label = fields.String(required=True, allow_none=True)
    article = fields.String(required=True, allow_none=True)
    steps = fields.List(fields.Nested(CountStepSchema), required=True)
    warnings = fields.List(fields.String(), required=True, metadata={"description": "points que la loi ne tranche pas"})
    typed_by = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class DeadlineDetailSchema(DeadlineSchema):
    """A deadline, its reasoning and its answer."""

    reasoning = fields.Nested(ReasoningSchema, required=True)
    answered_on = fields.Date(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True, metadata={"description": "au regard du délai"})
    proof_document_id = fields.Integer(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
    ended_reason = fields.String(required=True, allow_none=True)


class DeadlinePageSchema(Schema):
    """A page of deadlines, the nearest first."""

    items = fields.List(fields.Nested(DeadlineSchema), required=True)
    next_cursor = next_cursor_field()


def _clocks() -> DeadlineLaw:
    return installed_deadlines(settings().config_overlay)


def _detail(deadline: LiveDeadline) -> dict[str, Any]:
    """A deadline as its page tells it."""
    shown = {name: getattr(deadline, field.attribute or name) for name, field in _OWN.items()}
    return shown | {"owner_id": deadline.owner_id, "reasoning": _reasoning(deadline.reasoning)}


_OWN = {name: field for name, field in DeadlineDetailSchema().fields.items() if name != "reasoning"}


def _reasoning(told: dict[str, Any]) -> dict[str, Any]:
    trace = told.get("trace", ())
    return {
        "label": told.get("label"),
        "article": told.get("article"),
        "steps": [{"label": one["label_fr"], "value": str(one["value"]), "source": one["source"]} for one in trace],
        "warnings": told.get("warnings", []),
        "typed_by": told.get("typed_by"),
        "reason": told.get("reason"),
    }


@resources.operation("GET", "", DeadlinePageSchema, arguments=DeadlineArguments)
@needs(Right.READ_DIARY)
def list_deadlines(asked: dict[str, Any]) -> dict[str, Any]:
    """Les échéances, les plus proches d'abord."""
    columns = (LiveDeadline.company_id, LiveDeadline.safe_on, LiveDeadline.team)
    statement = of_codes(narrowed(queries.deadlines(), asked, *columns), asked, (LiveDeadline.state, DeadlineState))
    if asked.get("mine"):
        statement = statement.where(queries.deadlines_for(viewing_person()))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (LiveDeadline.safe_on, LiveDeadline.id), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, DeadlineDetailSchema)
@needs(Right.READ_DIARY)
def show_deadline(deadline_id: int) -> dict[str, Any]:
    """Une échéance, pourquoi elle tombe ce jour-là, et sa réponse."""
    with database().reading(actor()) as session:
        return _detail(queries.get_deadline(session, deadline_id))


@resources.operation("POST", "", DeadlineDetailSchema, body=TypedDeadlineBody, status=201)
@needs(Right.WRITE_DIARY)
def type_deadline(body: dict[str, Any]) -> dict[str, Any]:
    """Garder une date saisie à la main, marquée comme telle partout."""
    with writing() as session:
        company_id, owner_id = company_of(session, body), person_of(session, body)
        subject, team = service.subject_of(company_id), team_of(body)
        typed = TypedDeadline(body["label"], body["due_on"], body["reason"], company_id, subject, team, owner_id)
        return _detail(service.add_typed_deadline(session, typed, now()))


@resources.operation("POST", f"{_ONE}/answer", DeadlineDetailSchema, body=AnswerBody)
@needs(Right.WRITE_DIARY)
def answer_deadline(body: dict[str, Any], deadline_id: int) -> dict[str, Any]:
    """Dire que l'acte est fait, preuve à l'appui ; la réponse dit s'il l'a été à temps."""
    with writing() as session:
        deadline = queries.get_deadline(session, deadline_id)
        answer = Answer(body["on"], body["note"] or "", body["proof_document_id"])
        service.answer_deadline(session, _clocks(), deadline, answer, now())
        return _detail(deadline)


@resources.operation("POST", f"{_ONE}/void", DeadlineDetailSchema, body=VoidBody)
@needs(Right.WRITE_DIARY)
def void_deadline(body: dict[str, Any], deadline_id: int) -> dict[str, Any]:
    """Dire que l'acte n'a plus d'objet ; l'échéance reste, avec le motif."""
    with writing() as session:
        deadline = queries.get_deadline(session, deadline_id)
        service.void_deadline(session, deadline, body["reason"], now())
        return _detail(deadline)


@resources.operation("POST", f"{_ONE}/hand-over", DeadlineDetailSchema, body=TeamBody)
@needs(Right.WRITE_DIARY)
def hand_over_deadline(body: dict[str, Any], deadline_id: int) -> dict[str, Any]:
    """Confier une échéance à une équipe, ou à une personne."""
    with writing() as session:
        deadline = queries.get_deadline(session, deadline_id)
        service.hand_over(session, deadline, person_of(session, body), team_of(body))
        return _detail(deadline)
