"""The resource of one's own account: who one is, by which roles, with which rights, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_wtf.csrf import generate_csrf
from marshmallow import Schema, fields, validate

from atmp_insure.access.queries import get_token, get_user, in_force
from atmp_insure.access.roles import Reach, Right, Role
from atmp_insure.api.resources import Resources
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.queries import names_of
from atmp_insure.web.request_scope import SIGNED_IN, actor, database, needs, now, signed_in_viewer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.access.models import Grant, User
    from atmp_insure.db.actor import Actor

resources = Resources("account", "Son propre compte : identité, rôles, droits et portée.", "/account")


class ScopeSchema(Schema):
    """Where a role holds; what is null does not narrow it."""

    reach = fields.String(
        required=True,
        validate=validate.OneOf([reach.value for reach in Reach]),
        metadata={"description": "office : toute entreprise ; sinon, celles d'un organisme, une seule, ou un dossier"},
    )
    organisation_id = fields.Integer(required=True, allow_none=True)
    organisation_name = fields.String(required=True, allow_none=True)
    company_id = fields.Integer(required=True, allow_none=True)
    company_name = fields.String(required=True, allow_none=True)
    establishment_id = fields.Integer(required=True, allow_none=True)
    file_ref = fields.String(required=True, allow_none=True)


class RoleSchema(Schema):
    """A role in force."""

    code = fields.String(required=True, validate=validate.OneOf([role.value for role in Role]))
    label = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True, allow_none=True, metadata={"description": "nul : sans terme"})
    scope = fields.Nested(ScopeSchema, required=True)


class RightSchema(Schema):
    """Something that one may do."""

    code = fields.String(required=True, validate=validate.OneOf([right.value for right in Right]))
    label = fields.String(required=True)


class TokenSchema(Schema):
    """The personal token that a program holds."""

    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True, metadata={"description": "ce qu'il ouvre"})
    last_day = fields.Date(required=True, metadata={"description": "dernier jour où il sert"})


class AccountSchema(Schema):
    """Whoever is signed in."""

    user_id = fields.Integer(required=True)
    sign_in = fields.String(required=True)
    display_name = fields.String(required=True)
    language = fields.String(required=True)
    roles = fields.List(fields.Nested(RoleSchema), required=True)
    rights = fields.List(fields.Nested(RightSchema), required=True)
    token = fields.Nested(
        TokenSchema,
        required=True,
        allow_none=True,
        metadata={"description": "le jeton présenté ; nul : une session"},
    )
    csrf_token = fields.String(
        required=True, allow_none=True,
        metadata={"description": "à renvoyer dans l'en-tête X-CSRFToken des écritures ; nul : un jeton s'en passe"},
    )  # fmt: skip


@resources.operation("GET", "", AccountSchema)
@needs(SIGNED_IN)
def show_account() -> dict[str, Any]:
    """Son propre compte."""
    viewer = signed_in_viewer()
    with database().reading(actor()) as session:
        user = get_user(session, viewer.user_id)
        token = get_token(session, user.id, viewer.token_id) if viewer.token_id is not None else None
        grants = in_force(user.grants, paris_day(now()))
        companies = names_of(session, {grant.company_id for grant in grants if grant.company_id is not None})
    return {
        **_identity(user),
        "roles": [_role(grant, companies) for grant in grants],
        "rights": _rights(actor()),
        "token": token,
        "csrf_token": generate_csrf() if token is None else None,
    }


def _identity(user: User) -> dict[str, Any]:
    return {
        "user_id": user.id,
        "sign_in": user.sign_in,
        "display_name": user.display_name,
        "language": user.language,
    }


def _role(grant: Grant, companies: Mapping[int, str]) -> dict[str, Any]:
    company_id = grant.company_id
    return {
        "code": grant.role.value,
        "label": grant.role.label,
        "first_day": grant.first_day,
        "last_day": grant.last_day,
        "scope": {
            "reach": grant.role.reach.value,
            "organisation_id": grant.organisation_id,
            "organisation_name": grant.organisation.name if grant.organisation is not None else None,
            "company_id": company_id,
            "company_name": companies.get(company_id) if company_id is not None else None,
            "establishment_id": grant.establishment_id,
            "file_ref": grant.file_ref,
        },
    }


def _rights(held: Actor) -> list[dict[str, str]]:
    return [{"code": right.value, "label": right.label} for right in Right if held.may(right)]
