"""The resource of awaited letters: expected, announced by a portal, opened, taken, kept, with the clocks they start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.files import accepted_file
from atmp_insure.api.narrowing import of_codes, of_values, within_days
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    LONGEST_TEXT,
    code_field,
    codes_filter,
    codes_of,
    day_field,
    filter_field,
    key_field,
    moment_field,
    needed_text_field,
    text_field,
)
from atmp_insure.api.writes import vault, writing
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.diary import awaited_service as service
from atmp_insure.diary import watch_queries as queries
from atmp_insure.diary.api.deadlines import DeadlineSchema
from atmp_insure.diary.api.kinds import known_kind
from atmp_insure.diary.awaited_service import Moment, NewLetter
from atmp_insure.diary.awaited_shown import clocks_of, document_of, if_opened
from atmp_insure.diary.tray_models import Channel
from atmp_insure.diary.watch_models import AwaitedLetter, AwaitedState
from atmp_insure.diary.watch_service import WATCHED
from atmp_insure.parties.models import Territory
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, now, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession

resources = Resources("awaited_letters", "Lettres attendues, et les délais qu'elles font courir.", "/awaited-letters")
_ONE = "/<int:awaited_id>"
_ANYWHERE = Territory.MAINLAND.value  # what ends no clock counts in none


class AwaitedArguments(PageArguments):
    """Which letters are asked for."""

    company_id = filter_field("celles de cette entreprise")
    watch_id = filter_field("celles de ce canal")
    channel = codes_filter([channel.value for channel in WATCHED], "un canal ou plusieurs")
    state = codes_filter(codes_of(AwaitedState), "un état ou plusieurs")
    first_day = day_field("dont le jour qui compte est celui-ci, ou après", required=False)
    last_day = day_field("dont le jour qui compte est celui-ci, ou avant", required=False)


class AvailabilityBody(Arguments):
    """Since when a letter is on its portal."""

    available_on = day_field("jour de sa mise à disposition")
    mailed_at = moment_field("quand l'avis en est venu par courriel", allow_none=True)
    region = code_field(codes_of(Territory), "territoire dont les jours chômés comptent")


class AwaitedBody(AvailabilityBody):
    """A letter to await."""

    watch_id = key_field("canal par lequel elle viendra")
    kind = needed_text_field(60, "code de la nature de la pièce")
    label = needed_text_field(description="ce qu'elle est, sans nom de personne")
    expected_on = day_field("jour passé lequel son absence est signalée", allow_none=True)
    available_on = day_field("jour de sa mise à disposition ; nul : elle n'est qu'attendue", allow_none=True)
    reason = text_field(LONGEST_TEXT, "pourquoi elle est attendue")


class ReadingBody(Arguments):
    """When a letter was opened, by somebody who knows what that starts."""

    read_at = moment_field("première ouverture, par une personne habilitée")
    knows = fields.Boolean(
        required=True, truthy={True}, falsy={False},
        validate=validate.OneOf([True], error="Le savoir : cette date fait courir un délai de recours."),
        metadata={"description": "« true » : je sais que cette date fait courir un délai de recours"},
    )  # fmt: skip


class DownloadBody(Arguments):
    """When a letter was taken from its portal."""

    read_at = moment_field("téléchargement ; il vaut ouverture")


class KeepForm(Arguments):
    """The letter itself."""

    file = Upload(required=True, metadata={"description": "PDF ou image"})


class SetAsideBody(Arguments):
    """Why a letter is awaited no more."""

    reason = needed_text_field(LONGEST_TEXT)


class AwaitedSchema(Schema):
    """An awaited letter; `matters_on` is the day it is expected, then that on which it became available."""

    id = fields.Integer(required=True)
    watch_id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    establishment_id = fields.Integer(required=True, allow_none=True)
    channel = fields.Enum(Channel, by_value=fields.String, required=True)
    kind = fields.String(required=True, metadata={"description": "code de la nature de la pièce"})
    label = fields.String(required=True)
    state = fields.Enum(AwaitedState, by_value=fields.String, required=True)
    matters_on = fields.Date(required=True, attribute="sort_on")
    expected_on = fields.Date(required=True, allow_none=True)
    available_on = fields.Date(required=True, allow_none=True)


class ConsequenceSchema(Schema):
    """What opening a rate notice today starts, beside leaving it closed."""

    opened_due_on = fields.Date(required=True, metadata={"description": "ouverte ce jour, dernier jour de recours"})
    unread_due_on = fields.Date(required=True, metadata={"description": "jamais ouverte, dernier jour de recours"})
    safe_on = fields.Date(required=True, metadata={"description": "date prudente, quoi qu'il arrive"})
    warnings = fields.List(fields.String(), required=True, metadata={"description": "points que la loi ne tranche pas"})


class AwaitedDetailSchema(AwaitedSchema):
    """An awaited letter: what happened to it, the deadlines that it started, and what opening it would start."""

    reason = fields.String(required=True, allow_none=True)
    mailed_at = fields.AwareDateTime(required=True, allow_none=True)
    first_read_at = fields.AwareDateTime(required=True, allow_none=True)
    first_read_by = fields.String(required=True, allow_none=True)
    downloaded_at = fields.AwareDateTime(required=True, allow_none=True)
    document_id = fields.Integer(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
    ended_reason = fields.String(required=True, allow_none=True)
    deadlines = fields.List(fields.Nested(DeadlineSchema), required=True)
    if_opened_today = fields.Nested(
        ConsequenceSchema, required=True, allow_none=True,
        metadata={"description": "à lire avant de l'ouvrir ; nul : l'ouvrir ne fait pas courir de recours"},
    )  # fmt: skip


class AwaitedPageSchema(Schema):
    """A page of awaited letters, the nearest day first."""

    items = fields.List(fields.Nested(AwaitedSchema), required=True)
    next_cursor = next_cursor_field()


_OWN = {
    name: field.attribute or name
    for name, field in AwaitedDetailSchema().fields.items()
    if name not in {"deadlines", "if_opened_today"}
}


def _moment(region: str) -> Moment:
    return Moment(installed_deadlines(settings().config_overlay), now(), region)


def _detail(session: ScopedSession, letter: AwaitedLetter) -> dict[str, Any]:
    """A letter as its page tells it."""
    clocks = clocks_of(session, letter)
    consequence = if_opened(letter, _moment(clocks.region), today())
    own = {attribute: getattr(letter, attribute) for attribute in _OWN.values()}
    return own | {"deadlines": clocks.deadlines, "if_opened_today": consequence}


@resources.operation("GET", "", AwaitedPageSchema, arguments=AwaitedArguments)
@needs(Right.READ_DIARY)
def list_awaited(asked: dict[str, Any]) -> dict[str, Any]:
    """Les lettres attendues, et celles qui ne le sont plus, par jour qui compte."""
    statement = of_values(queries.awaited_letters(), asked, AwaitedLetter.company_id, AwaitedLetter.watch_id)
    kinds = (AwaitedLetter.channel, Channel), (AwaitedLetter.state, AwaitedState)
    statement = within_days(of_codes(statement, asked, *kinds), asked, AwaitedLetter.sort_on)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (AwaitedLetter.sort_on, AwaitedLetter.id), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, AwaitedDetailSchema)
@needs(Right.READ_DIARY)
def show_awaited(awaited_id: int) -> dict[str, Any]:
    """Une lettre attendue, ses échéances, et ce que l'ouvrir ferait courir."""
    with database().reading(actor()) as session:
        return _detail(session, queries.get_awaited(session, awaited_id))


@resources.operation("POST", "", AwaitedDetailSchema, body=AwaitedBody, status=201)
@needs(Right.WRITE_DIARY)
def await_letter(body: dict[str, Any]) -> dict[str, Any]:
    """Attendre une lettre d'un canal, ou noter que son portail l'annonce : ses délais courent alors."""
    new = NewLetter(
        known_kind(body["kind"], "kind").code, body["label"], body["expected_on"], body["available_on"],
        body["mailed_at"], body["reason"] or "",
    )  # fmt: skip
    with writing() as session:
        watch = queries.get_watch(session, body["watch_id"])
        return _detail(session, service.await_letter(session, watch, new, _moment(body["region"])))


@resources.operation("POST", f"{_ONE}/announce", AwaitedDetailSchema, body=AvailabilityBody)
@needs(Right.WRITE_DIARY)
def announce_awaited(body: dict[str, Any], awaited_id: int) -> dict[str, Any]:
    """Noter depuis quand une lettre est sur son portail ; redit, ce jour est corrigé et ses délais bougent."""
    moment = _moment(body["region"])
    return _changed(
        awaited_id,
        lambda session, letter: service.announce(session, letter, body["available_on"], body["mailed_at"], moment),
    )


@resources.operation("POST", f"{_ONE}/read", AwaitedDetailSchema, body=ReadingBody)
@needs(Right.WRITE_DIARY)
def note_awaited_reading(body: dict[str, Any], awaited_id: int) -> dict[str, Any]:
    """Noter qui a ouvert une lettre, et quand : le recours contre un taux part de là."""
    return _changed(
        awaited_id,
        lambda session, letter: service.note_first_reading(
            session, letter, body["read_at"], _moment(clocks_of(session, letter).region)
        ),
    )


@resources.operation("POST", f"{_ONE}/taken", AwaitedDetailSchema, body=DownloadBody)
@needs(Right.WRITE_DIARY)
def note_awaited_download(body: dict[str, Any], awaited_id: int) -> dict[str, Any]:
    """Noter quand une lettre a été téléchargée : elle peut s'effacer peu après."""
    return _changed(
        awaited_id,
        lambda session, letter: service.note_download(
            session, letter, body["read_at"], _moment(clocks_of(session, letter).region)
        ),
    )


@resources.operation("POST", f"{_ONE}/keep", AwaitedDetailSchema, upload=KeepForm)
@needs(Right.WRITE_DIARY)
def keep_awaited(form: dict[str, Any], awaited_id: int) -> dict[str, Any]:
    """Copier la lettre elle-même au coffre : elle n'est plus attendue, son recours court toujours."""
    file = accepted_file(form["file"])
    return _changed(
        awaited_id,
        lambda session, letter: service.keep_file(
            session, vault(), letter, document_of(letter), file, moment=_moment(_ANYWHERE)
        ),
    )


@resources.operation("POST", f"{_ONE}/set-aside", AwaitedDetailSchema, body=SetAsideBody)
@needs(Right.WRITE_DIARY)
def set_awaited_aside(body: dict[str, Any], awaited_id: int) -> dict[str, Any]:
    """Ne plus attendre une lettre, avec le motif ; ses échéances sont sans objet."""
    return _changed(awaited_id, lambda session, letter: service.set_aside(session, letter, body["reason"], now()))


def _changed(awaited_id: int, change: Callable[[ScopedSession, AwaitedLetter], None]) -> dict[str, Any]:
    with writing() as session:
        letter = queries.get_awaited(session, awaited_id)
        change(session, letter)
        return _detail(session, letter)
