"""Whom deadlines and tasks are given to: a team, possibly a person of it; and which of them one asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import fields

from atmp_insure.access.queries import get_user
from atmp_insure.access.roles import Role, role_of
from atmp_insure.api.cursors import PageArguments
from atmp_insure.api.narrowing import of_codes, of_values, within_days
from atmp_insure.api.resources import Arguments
from atmp_insure.api.values import code_field, codes_filter, day_field, filter_field, key_field
from atmp_insure.diary.shown import TEAMS
from atmp_insure.parties.queries import get_company

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import InstrumentedAttribute

    from atmp_insure.db.session import ScopedSession

TEAM_CODES = [team.value for team in TEAMS]


class DiaryArguments(PageArguments):
    """What deadlines and tasks are asked for by, alike."""

    company_id = filter_field("celles de cette entreprise")
    team = codes_filter(TEAM_CODES, "une équipe ou plusieurs")
    mine = fields.Boolean(
        truthy={"true"}, falsy={"false"},
        metadata={"description": "« true » : les miennes, celles de qui je remplace et celles de mon équipe"},
    )  # fmt: skip
    first_day = day_field("à faire à partir de ce jour", required=False)
    last_day = day_field("à faire jusqu'à ce jour, compris", required=False)


class TeamBody(Arguments):
    """To whom something is given."""

    team = code_field(TEAM_CODES, "équipe")
    person_id = key_field("personne de l'équipe ; nul : toute l'équipe", allow_none=True)


def team_of(body: dict[str, Any]) -> Role:
    """The team of a body."""
    return role_of(body["team"])


def person_of(session: ScopedSession, body: dict[str, Any]) -> int | None:
    """The person of a body, whom one must see.

    Raises:
        NotFound: nobody, or nobody that the actor may see.
    """
    return None if body["person_id"] is None else get_user(session, body["person_id"]).id


def company_of(session: ScopedSession, body: dict[str, Any]) -> int | None:
    """The company of a body, which one must see.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    return None if body["company_id"] is None else get_company(session, body["company_id"]).id


def narrowed(
    statement: Select[Any], asked: dict[str, Any], company: InstrumentedAttribute[Any], day: InstrumentedAttribute[Any],
    team: InstrumentedAttribute[Any],
) -> Select[Any]:  # fmt: skip
    """A statement narrowed by what deadlines and tasks are asked for by, alike."""
    statement = of_codes(of_values(statement, asked, company), asked, (team, Role))
    return within_days(statement, asked, day)
