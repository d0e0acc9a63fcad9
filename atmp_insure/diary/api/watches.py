"""The resource of watched channels: the register of the watch over letters, client by client, and its looks."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import or_

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_codes, of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    LONGEST_TEXT,
    code_field,
    codes_filter,
    codes_of,
    filter_field,
    key_field,
    keys_field,
    member_of,
    moment_field,
    needed_text_field,
    text_field,
)
from atmp_insure.api.writes import writing
from atmp_insure.diary import watch_queries as queries
from atmp_insure.diary import watch_service as service
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_models import ChannelLook, LookOutcome, WatchedChannel
from atmp_insure.diary.watch_service import LONGEST_CADENCE, WATCHED, Look, Watch
from atmp_insure.parties.queries import get_company
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, now, settings

resources = Resources(
    "watched_channels", "Veille des courriers : canaux suivis, client par client, et leurs relevés.",
    "/watched-channels",
)  # fmt: skip
_ONE = "/<int:watch_id>"
_CHANNELS = [channel.value for channel in WATCHED]
_STANDINGS = ("due", "failing", "watched", "closed")


class WatchArguments(PageArguments):
    """Which channels are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    channel = codes_filter(_CHANNELS, "un canal ou plusieurs")
    state = codes_filter(
        _STANDINGS, "« due » : à relever ; « failing » : rien de vu ; « watched » : suivis ; « closed » : plus suivis"
    )


class CorrectedWatchBody(Arguments):
    """How a channel is watched."""

    held_by = needed_text_field(description="qui tient l'accès : une fonction, pas un nom")
    notices_to = text_field(description="adresse où viennent les avis")
    look_every_days = fields.Integer(
        required=True, allow_none=True, strict=True, validate=validate.Range(1, LONGEST_CADENCE),
        metadata={"description": "relevé tous les tant de jours ; nul : le rythme du bureau. Sans objet pour le "
                                 "papier et le courriel"},
    )  # fmt: skip


class WatchBody(CorrectedWatchBody):
    """A channel to watch."""

    company_id = key_field("entreprise")
    channel = code_field(_CHANNELS, "canal")


class LookBody(Arguments):
    """What a look at a channel gave."""

    outcome = code_field(codes_of(LookOutcome), "ce qui a été vu ; rien, si le portail est en panne ou refuse l'accès")
    at = moment_field("quand ; nul : maintenant", allow_none=True)
    note = text_field(LONGEST_TEXT, "ce qui est affiché ; nécessaire si rien n'a été vu")


class RoundBody(Arguments):
    """Channels that were looked at, and showed nothing new."""

    watches = keys_field("canaux relevés ; ceux qui ne se relèvent pas, ou plus, sont passés")


class CloseBody(Arguments):
    """Why a channel is watched no more."""

    reason = needed_text_field(LONGEST_TEXT)


class WatchSchema(Schema):
    """A channel of a client, and how it stands."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    establishment_id = fields.Integer(required=True, allow_none=True)
    channel = fields.Enum(Channel, by_value=fields.String, required=True)
    held_by = fields.String(required=True)
    look_every_days = fields.Integer(required=True, allow_none=True, metadata={"description": "nul : vient seul"})
    next_look_on = fields.Date(required=True, allow_none=True)
    looked_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "vu le"})
    last_outcome = fields.Enum(LookOutcome, by_value=fields.String, required=True, allow_none=True)
    failing_since = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "depuis quand les relevés ne montrent rien"}
    )
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class WatchDetailSchema(WatchSchema):
    """A channel, where its notices go, and why it is watched no more."""

    notices_to = fields.String(required=True, allow_none=True)
    watched_since = fields.Date(required=True)
    closed_reason = fields.String(required=True, allow_none=True)


class LookSchema(Schema):
    """A look at a channel; never changed."""

    id = fields.Integer(required=True)
    looked_at = fields.AwareDateTime(required=True)
    looked_by = fields.String(required=True)
    outcome = fields.Enum(LookOutcome, by_value=fields.String, required=True)
    note = fields.String(required=True, allow_none=True)


class WatchPageSchema(Schema):
    """A page of channels, those to look at first."""

    items = fields.List(fields.Nested(WatchSchema), required=True)
    next_cursor = next_cursor_field()


class LookPageSchema(Schema):
    """A page of looks, the latest first."""

    items = fields.List(fields.Nested(LookSchema), required=True)
    next_cursor = next_cursor_field()


class OutageSchema(Schema):
    """A portal that did not answer the last look."""

    channel = fields.Enum(Channel, by_value=fields.String, required=True)
    since = fields.AwareDateTime(required=True)
    client_count = fields.Integer(required=True)


class OutagesSchema(Schema):
    """The portals that are out."""

    outages = fields.List(fields.Nested(OutageSchema), required=True)


class RoundSchema(Schema):
    """The channels of a round, as they stand after it."""

    watches = fields.List(fields.Nested(WatchSchema), required=True)


@resources.operation("GET", "", WatchPageSchema, arguments=WatchArguments)
@needs(Right.READ_DIARY)
def list_watches(asked: dict[str, Any]) -> dict[str, Any]:
    """Les canaux suivis, ceux à relever d'abord."""
    statement, standing = of_values(queries.watches(), asked, WatchedChannel.company_id), queries.standing(today())
    statement = of_codes(statement, asked, (WatchedChannel.channel, Channel))
    if asked.get("state"):
        statement = statement.where(or_(*(standing[code] for code in asked["state"])))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (WatchedChannel.sort_on, WatchedChannel.id), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", "/outages", OutagesSchema)
@needs(Right.READ_DIARY)
def list_outages() -> dict[str, Any]:
    """Les portails indisponibles au dernier relevé : depuis quand, pour combien de clients."""
    with database().reading(actor()) as session:
        found = queries.list_outages(session)
    return {"outages": [{"channel": one, "since": since, "client_count": count} for one, since, count in found]}


@resources.operation("GET", _ONE, WatchDetailSchema)
@needs(Right.READ_DIARY)
def show_watch(watch_id: int) -> WatchedChannel:
    """Un canal suivi."""
    with database().reading(actor()) as session:
        return queries.get_watch(session, watch_id)


@resources.operation("GET", f"{_ONE}/looks", LookPageSchema, arguments=PageArguments)
@needs(Right.READ_DIARY)
def list_looks(asked: dict[str, Any], watch_id: int) -> dict[str, Any]:
    """Les relevés d'un canal, les derniers d'abord."""
    with database().reading(actor()) as session:
        statement = queries.looks_at(queries.get_watch(session, watch_id).id)
        page = asked_page(session, statement, (ChannelLook.looked_at, ChannelLook.id), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("POST", "", WatchDetailSchema, body=WatchBody, status=201)
@needs(Right.WRITE_DIARY)
def open_watch(body: dict[str, Any]) -> WatchedChannel:
    """Suivre un canal d'un client, ou le suivre de nouveau."""
    with writing() as session:
        company, channel = get_company(session, body["company_id"]), member_of(Channel, body["channel"])
        return service.open_watch(session, _said(body, company.id, channel), now())


def _said(body: dict[str, Any], company_id: int, channel: Channel, establishment_id: int | None = None) -> Watch:
    days = body["look_every_days"] or service.usual_days(channel, settings().watch)
    return Watch(company_id, channel, body["held_by"], days, establishment_id, body["notices_to"] or "")


@resources.operation("PUT", _ONE, WatchDetailSchema, body=CorrectedWatchBody)
@needs(Right.WRITE_DIARY)
def correct_watch(body: dict[str, Any], watch_id: int) -> WatchedChannel:
    """Corriger qui tient un canal, où vont ses avis, tous les combien de jours il est relevé."""
    with writing() as session:
        watch = queries.get_watch(session, watch_id)
        service.correct_watch(session, watch, _said(body, watch.company_id, watch.channel, watch.establishment_id))
        return watch


@resources.operation("POST", f"{_ONE}/looks", LookSchema, body=LookBody, status=201)
@needs(Right.WRITE_DIARY)
def note_look(body: dict[str, Any], watch_id: int) -> ChannelLook:
    """Noter ce qu'un relevé a donné ; une panne ou un refus alerte l'équipe, avec ce que le portail affichait."""
    look = Look(member_of(LookOutcome, body["outcome"]), body["note"] or "", body["at"])
    with writing() as session:
        return service.note_look(session, queries.get_watch(session, watch_id), look, now())


@resources.operation("POST", "/round", RoundSchema, body=RoundBody)
@needs(Right.WRITE_DIARY)
def note_round(body: dict[str, Any]) -> dict[str, Any]:
    """Noter une tournée : ces canaux ont été relevés, rien de neuf."""
    with writing() as session:
        return {"watches": service.note_round(session, body["watches"], now())}


@resources.operation("POST", f"{_ONE}/close", WatchDetailSchema, body=CloseBody)
@needs(Right.WRITE_DIARY)
def close_watch(body: dict[str, Any], watch_id: int) -> WatchedChannel:
    """Ne plus suivre un canal, avec le motif ; ce qui y a été vu reste."""
    with writing() as session:
        watch = queries.get_watch(session, watch_id)
        service.close_watch(session, watch, body["reason"], now())
        return watch
