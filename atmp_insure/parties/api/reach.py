"""The resource of who sees a company: its followers, and the groups that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Right
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import day_field, key_field
from atmp_insure.api.writes import writing
from atmp_insure.parties import partner_queries, queries
from atmp_insure.parties import reach_service as service
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession

resources = Resources("reach", "Qui voit une entreprise : ceux qui la suivent, et ses groupes.", "")
_COMPANY = "/companies/<int:company_id>"


class FollowerBody(Arguments):
    """Who will see a company."""

    organisation_id = key_field("courtier, cabinet ou assureur")


class GroupBody(Arguments):
    """To which group a company belongs, from which day on."""

    organisation_id = key_field("groupe d'employeurs")
    first_day = day_field("premier jour du rattachement")


class MembershipEndBody(Arguments):
    """Until which day a company belonged to a group."""

    last_day = day_field("dernier jour du rattachement")


class FollowerSchema(Schema):
    """An organisation whose people see a company, and why."""

    reach_id = fields.Integer(required=True)
    organisation_id = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = fields.Enum(OrganisationKind, by_value=fields.String, required=True)
    reason = fields.String(required=True, metadata={"description": "« broker_client », « insured »…"})


class MembershipSchema(Schema):
    """A group that a company belongs to, or did."""

    id = fields.Integer(required=True)
    organisation_id = fields.Integer(required=True)
    group_name = fields.String(required=True, metadata={"description": "vide pour qui ne voit pas le groupe"})
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True, allow_none=True)


class ReachSchema(Schema):
    """Who sees a company."""

    followers = fields.List(fields.Nested(FollowerSchema), required=True)
    groups = fields.List(fields.Nested(MembershipSchema), required=True)


def _reach(session: ScopedSession, company_id: int) -> dict[str, Any]:
    company = queries.get_company(session, company_id)
    followers = [
        {"reach_id": one.reach_id, "organisation_id": one.organisation.id, "name": one.organisation.name,
         "kind": one.organisation.kind, "reason": one.reason}
        for one in queries.list_followers(session, company.id)
    ]  # fmt: skip
    own = ("id", "organisation_id", "first_day", "last_day")
    groups = [
        {name: getattr(one.membership, name) for name in own} | {"group_name": one.group_name}
        for one in queries.list_memberships(session, company.id)
    ]
    return {"followers": followers, "groups": groups}


@resources.operation("GET", f"{_COMPANY}/reach", ReachSchema)
@needs(Right.READ_COMPANIES)
def show_reach(company_id: int) -> dict[str, Any]:
    """Ceux qui voient une entreprise, et ses groupes."""
    with database().reading(actor()) as session:
        return _reach(session, company_id)


@resources.operation("POST", f"{_COMPANY}/followers", ReachSchema, body=FollowerBody, status=201)
@needs(Right.WRITE_COMPANIES)
def add_follower(body: dict[str, Any], company_id: int) -> dict[str, Any]:
    """Laisser les personnes d'une organisation voir une entreprise."""
    with writing() as session:
        organisation = partner_queries.get_organisation(session, body["organisation_id"])
        service.let_follow(session, queries.get_company(session, company_id), organisation)
        return _reach(session, company_id)


@resources.operation("POST", f"{_COMPANY}/followers/<int:reach_id>/end", ReachSchema)
@needs(Right.WRITE_COMPANIES)
def end_follower(company_id: int, reach_id: int) -> dict[str, Any]:
    """Ne plus montrer une entreprise aux personnes d'une organisation."""
    with writing() as session:
        service.stop_following(session, queries.get_company(session, company_id), reach_id)
        return _reach(session, company_id)


@resources.operation("POST", f"{_COMPANY}/groups", ReachSchema, body=GroupBody, status=201)
@needs(Right.WRITE_COMPANIES)
def join_group(body: dict[str, Any], company_id: int) -> dict[str, Any]:
    """Rattacher une entreprise à un groupe, dont les personnes la voient alors."""
    with writing() as session:
        group = partner_queries.get_organisation(session, body["organisation_id"])
        service.join_group(session, queries.get_company(session, company_id), group, body["first_day"], today())
        return _reach(session, company_id)


@resources.operation("POST", "/group-memberships/<int:membership_id>/end", ReachSchema, body=MembershipEndBody)
@needs(Right.WRITE_COMPANIES)
def leave_group(body: dict[str, Any], membership_id: int) -> dict[str, Any]:
    """Dire jusqu'à quel jour une entreprise appartenait à un groupe."""
    with writing() as session:
        membership = queries.get_membership(session, membership_id)
        service.leave_group(session, membership, body["last_day"], today())
        return _reach(session, membership.company_id)
