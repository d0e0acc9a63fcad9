"""What an answer that refuses looks like: problem details (RFC 9457), described once for every operation.

`web.errors` writes them from the table of `web.problems`; this module only describes them.
"""

from __future__ import annotations

from typing import Self

from marshmallow import Schema, fields

from atmp_insure.web.problems import PROBLEMS

CONTENT_TYPE = "application/problem+json"
FOR_ALL = frozenset({401, 403, 429, 500, 503})
FOR_WRITES = frozenset({400, 409, 413, 422})
FOR_BODIES = frozenset({404, 415})  # a body may name what one does not see


def described(status: int) -> str:
    """What the answers of a status mean."""
    return " ".join(kind.meaning for kind in PROBLEMS if kind.status == status)


class FaultSchema(Schema):
    """One thing that is wrong in the request."""

    place = fields.String(
        required=True,
        metadata={
            "description": "où : « /lines/0/name » dans le corps (pointeur JSON), « ?size » dans l'adresse, "
            "le nom d'un en-tête ; vide : la demande entière"
        },
    )
    message = fields.String(required=True, metadata={"description": "ce qui ne va pas"})
    remedy = fields.String(required=True, metadata={"description": "ce qu'il faut faire"})


class ProblemSchema(Schema):
    """Problem details (RFC 9457)."""

    type = fields.String(
        required=True,
        metadata={"description": "nature du problème, à l'adresse où elle s'explique", "format": "uri-reference"},
    )
    title = fields.String(required=True, metadata={"description": "le problème, en quelques mots"})
    status = fields.Integer(required=True, metadata={"description": "code HTTP"})
    detail = fields.String(required=True, metadata={"description": "ce qui ne va pas et ce qu'il faut faire"})
    request_id = fields.String(required=True, metadata={"description": "référence à donner à l'assistance"})
    errors = fields.List(fields.Nested(FaultSchema), metadata={"description": "chaque paramètre en faute"})

    def __deepcopy__(self, _known: object) -> Self:
        """Itself: each decorator of an operation copies what those before it describe: a third of a start."""
        return self


PROBLEM = ProblemSchema()
