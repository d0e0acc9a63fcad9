"""The resource of the search: anything by the beginning of its name or by its number, a person by their whole name."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.web.request_scope import SIGNED_IN, actor, database, needs
from atmp_insure.web.search import SHORTEST, find

resources = Resources("search", "Recherche dans tout ce que l'on voit.", "/search")


class SearchArguments(Arguments):
    """What is looked for."""

    words = fields.String(
        required=True, validate=validate.Length(SHORTEST, 100),
        metadata={"description": "début d'un nom, SIREN, SIRET ; le nom entier pour une personne"},
    )  # fmt: skip


class HitSchema(Schema):
    """Something found."""

    subject = fields.String(required=True, metadata={"description": "par exemple « companies:12 »"})
    label = fields.String(required=True)
    detail = fields.String(required=True)
    url = fields.String(required=True, metadata={"description": "adresse de sa page"})


class GroupSchema(Schema):
    """Things of one kind."""

    title = fields.String(required=True)
    hits = fields.List(fields.Nested(HitSchema), required=True)


class FoundSchema(Schema):
    """What the words name, the first of each kind."""

    groups = fields.List(fields.Nested(GroupSchema), required=True)


@resources.operation("GET", "", FoundSchema, arguments=SearchArguments)
@needs(SIGNED_IN)
def search(asked: dict[str, Any]) -> dict[str, Any]:
    """Ce que des mots nomment, parmi tout ce que l'on voit."""
    with database().reading(actor()) as session:
        return {"groups": find(session, asked["words"])}
