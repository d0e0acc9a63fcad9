"""What an answer that refuses looks like: problem details (RFC 9457), described once for every operation.

`web.errors` writes them; this module only describes them.
"""

from __future__ import annotations

from marshmallow import Schema, fields

CONTENT_TYPE = "application/problem+json"
DESCRIPTIONS = {
    400: "Demande mal formée, ou jeton anti-contrefaçon absent",
    401: "Connexion nécessaire",
    403: "Droit absent",
    404: "Introuvable, ou hors de la portée de qui demande",
    409: "Refusé par une règle, en l'état",
    413: "Demande trop grande",
    422: "Paramètre à corriger",
    429: "Trop de demandes de cette personne ; l'en-tête Retry-After dit dans combien de secondes recommencer",
    500: "Erreur interne",
    503: "Momentanément indisponible",
}
FOR_ALL = frozenset({401, 403, 429, 500, 503})
FOR_WRITES = frozenset({400, 409, 413})


class FaultSchema(Schema):
    """One thing that is wrong in the request."""

    place = fields.String(required=True, metadata={"description": "paramètre concerné ; vide : la demande entière"})
    message = fields.String(required=True, metadata={"description": "ce qui ne va pas"})
    remedy = fields.String(required=True, metadata={"description": "ce qu'il faut faire"})


class ProblemSchema(Schema):
    """Problem details (RFC 9457)."""

    type = fields.String(required=True, metadata={"description": "nature du problème", "format": "uri-reference"})
    title = fields.String(required=True, metadata={"description": "le problème, en quelques mots"})
    status = fields.Integer(required=True, metadata={"description": "code HTTP"})
    detail = fields.String(required=True, metadata={"description": "ce qui ne va pas et ce qu'il faut faire"})
    request_id = fields.String(required=True, metadata={"description": "référence à donner à l'assistance"})
    errors = fields.List(fields.Nested(FaultSchema), metadata={"description": "chaque paramètre en faute"})
