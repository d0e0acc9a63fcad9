"""What a run and its items look like in an answer, and what a list of them may be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from atmp_insure.api.cursors import PageArguments, next_cursor_field
from atmp_insure.db.runs import ItemState, RunState

if TYPE_CHECKING:
    import enum

    from atmp_insure.db.runs import Progress, Run


def _states(kind: type[enum.Enum]) -> fields.List[Any]:
    values = ", ".join(member.value for member in kind)
    one = fields.Enum(kind, by_value=fields.String, error_messages={"unknown": f"Valeurs connues : {values}."})
    return fields.List(one, metadata={"description": "un état ou plusieurs, en répétant le paramètre"})


class RunArguments(PageArguments):
    """Which runs are asked for."""

    state = _states(RunState)
    kind = fields.String(
        validate=validate.Regexp(r"^[a-z0-9_.-]{1,60}$", error="Donner le code d'une sorte de traitement."),
        metadata={"description": "code de la sorte de traitement"},
    )


class ItemArguments(PageArguments):
    """Which items of a run are asked for."""

    state = _states(ItemState)


class RunSchema(Schema):
    """A run."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"description": "code de la sorte de traitement"})
    label = fields.String(required=True, metadata={"description": "son nom, en français"})
    state = fields.Enum(RunState, by_value=fields.String, required=True)
    item_count = fields.Integer(required=True)
    started_by = fields.String(required=True)
    started_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class RunDetailSchema(RunSchema):
    """A run and how far it has come."""

    done_count = fields.Integer(required=True)
    failed_count = fields.Integer(required=True)
    waiting_count = fields.Integer(required=True)


class RunPageSchema(Schema):
    """A page of runs, the latest first."""

    items = fields.List(fields.Nested(RunSchema), required=True)
    next_cursor = next_cursor_field()


class RunItemSchema(Schema):
    """An item of a run."""

    position = fields.Integer(required=True)
    subject = fields.String(required=True)
    company_id = fields.Integer(required=True, allow_none=True)
    state = fields.Enum(ItemState, by_value=fields.String, required=True)
    attempts = fields.Integer(required=True)
    result = fields.String(required=True, allow_none=True)
    error = fields.String(
        required=True, allow_none=True, metadata={"description": "pourquoi elle a échoué, et que faire"}
    )


class RunItemPageSchema(Schema):
    """A page of the items of a run, in their order."""

    items = fields.List(fields.Nested(RunItemSchema), required=True)
    next_cursor = next_cursor_field()


def run_values(run: Run, label: str) -> dict[str, Any]:
    """A run as `RunSchema` writes it."""
    return {
        "id": run.id,
        "kind": run.kind,
        "label": label,
        "state": run.state,
        "item_count": run.item_count,
        "started_by": run.started_by,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
    }


def detail_values(run: Run, label: str, progress: Progress) -> dict[str, Any]:
    """A run as `RunDetailSchema` writes it."""
    counts = {"done_count": progress.done, "failed_count": progress.failed, "waiting_count": progress.waiting}
    return run_values(run, label) | counts
