"""How a rate was found, step by step, in an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.kernel.rates import notified_text
from atmp_insure.regulation.vocabulary import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.rating.rate import YearRate


class StepSchema(Schema):
    """A step of a calculation: its value, what went in, and the article or table applied."""

    step = fields.String(required=True, metadata={"description": "code de l'étape"})
    label = fields.String(required=True)
    value = fields.String(required=True)
    inputs = fields.Dict(fields.String(), fields.String(), required=True)
    source = fields.String(required=True)


class RateTraceSchema(Schema):
    """A rate and how it was found."""

    rate_percent = fields.String(required=True)
    mode = fields.Enum(Mode, by_value=fields.String, required=True)
    assumptions = fields.List(fields.String(), required=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)


def trace_of(rate: YearRate, said: Iterable[str] = ()) -> dict[str, Any]:
    """A rate and how it was found.

    Args:
        said: what must be said with it, beside what was assumed.
    """
    steps = (step.plain() for step in rate.trace)
    return {
        "rate_percent": notified_text(rate.rate_percent),
        "mode": rate.mode,
        "assumptions": [*said, *rate.assumptions],
        "steps": [{**step, "label": step["label_fr"]} for step in steps],
    }
