"""The resource of the mail tray: letters that came, filed with their clock, put in shape, or left aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.files import DAMAGED, FILES, accepted_files, file_answer
from atmp_insure.api.narrowing import of_codes, start_of, within_days_of_moments
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    LONGEST,
    LONGEST_TEXT,
    code_field,
    codes_filter,
    codes_of,
    day_field,
    key_field,
    keys_field,
    member_of,
    needed_text_field,
    text_field,
)
from atmp_insure.api.writes import once_committed, vault, writing
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.diary import tray_queries as queries
from atmp_insure.diary import tray_service as service
from atmp_insure.diary.tray_models import Channel, LetterState, TrayLetter
from atmp_insure.diary.tray_service import CLOCKS, Came, Filing, TrayDesk
from atmp_insure.documents import pdf_pages
from atmp_insure.documents.blueprint import reader
from atmp_insure.documents.shown import kinds
from atmp_insure.documents.vault_care import remove_unreferenced
from atmp_insure.kernel.errors import Refused
from atmp_insure.parties.models import Territory
from atmp_insure.rate_records.deposit_service import require_unread
from atmp_insure.web.request_scope import actor, database, needs, now, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from flask import Response

resources = Resources("letters", "Courrier reçu : lettres reçues par le bureau, à classer.", "/letters")
_ONE = "/<int:letter_id>"
_RULES = sorted({rule for group in CLOCKS.values() for rule in group})


class LetterArguments(PageArguments):
    """Which letters are asked for."""

    state = codes_filter(codes_of(LetterState), "un état ou plusieurs")
    channel = codes_filter(codes_of(Channel), "une voie ou plusieurs")
    first_day = day_field("reçues à partir de ce jour", required=False)
    last_day = day_field("reçues jusqu'à ce jour, compris", required=False)


class DropForm(Arguments):
    """Files that came together, and how."""

    files = fields.List(Upload(), required=True, validate=validate.Length(1, 50))
    channel = code_field(codes_of(Channel), "par quelle voie ; papier si rien n'est dit", required=False)
    sender = fields.String(validate=validate.Length(max=LONGEST), metadata={"description": "expéditeur"})
    available_on = day_field("mises à disposition par le portail ce jour", required=False)
    mailed_on = day_field("avis reçu par courriel ce jour", required=False)


class FilingBody(Arguments):
    """In which file a letter goes, and which clock its receipt starts."""

    kind = needed_text_field(60, "code de la nature de la pièce")
    company_id = key_field("entreprise")
    title = text_field(description="sans nom de personne ; nul : le nom de la nature")
    file_ref = text_field(60, "dossier ; nécessaire pour une pièce médicale")
    rule = code_field(_RULES, "délai que la réception fait courir", allow_none=True)
    event_on = day_field("jour qui le fait courir", allow_none=True)
    region = code_field(codes_of(Territory), "territoire dont les jours chômés comptent")


class DiscardBody(Arguments):
    """Why a letter is filed nowhere."""

    reason = needed_text_field(LONGEST_TEXT)


class SplitBody(Arguments):
    """Where other letters begin."""

    pages = keys_field("premières pages des lettres suivantes")


class TurnBody(Arguments):
    """How far the pages of a letter are turned."""

    quarter_turns = fields.Integer(
        required=True, strict=True, validate=validate.Range(1, 3), metadata={"description": "quarts de tour à droite"}
    )


class JoinBody(Arguments):
    """Letters that are one."""

    letters = keys_field("lettres qui attendent, au moins deux")


class LetterSchema(Schema):
    """A letter of the tray, and what it seems to be."""

    id = fields.Integer(required=True)
    state = fields.Enum(LetterState, by_value=fields.String, required=True)
    channel = fields.Enum(Channel, by_value=fields.String, required=True)
    file_name = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True)
    proposed_kind = fields.String(required=True, allow_none=True)
    proposed_company_id = fields.Integer(required=True, allow_none=True)
    reasons = fields.List(fields.String(), required=True, metadata={"description": "ce qui a été reconnu, et où"})


class LetterDetailSchema(LetterSchema):
    """A letter, how it came and what became of it."""

    sender = fields.String(required=True, allow_none=True)
    received_by = fields.String(required=True)
    available_at = fields.AwareDateTime(required=True, allow_none=True)
    mailed_at = fields.AwareDateTime(required=True, allow_none=True)
    first_read_at = fields.AwareDateTime(required=True, allow_none=True)
    event_on = fields.Date(required=True, allow_none=True)
    filed_document_id = fields.Integer(required=True, allow_none=True)
    made_from = fields.Integer(required=True, allow_none=True, metadata={"description": "lettre dont elle est tirée"})
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
    ended_reason = fields.String(required=True, allow_none=True)


class LetterPageSchema(Schema):
    """A page of letters, the latest first."""

    items = fields.List(fields.Nested(LetterSchema), required=True)
    next_cursor = next_cursor_field()


class DroppedSchema(Schema):
    """What became of files."""

    letters = fields.List(fields.Nested(LetterSchema), required=True)
    repeated = fields.List(fields.String(), required=True, metadata={"description": "fichiers qui attendaient déjà"})


def _desk() -> TrayDesk:
    return TrayDesk(vault(), installed_deadlines(settings().config_overlay), now(), kinds())


def _moment(day: date | None) -> datetime | None:
    return None if day is None else start_of(day)


@resources.operation("GET", "", LetterPageSchema, arguments=LetterArguments)
@needs(Right.FILE_MAIL)
def list_letters(asked: dict[str, Any]) -> dict[str, Any]:
    """Les lettres du courrier reçu, les dernières reçues d'abord."""
    kinds_of_code = (TrayLetter.state, LetterState), (TrayLetter.channel, Channel)
    statement = of_codes(queries.letters(), asked, *kinds_of_code)
    statement = within_days_of_moments(statement, asked, TrayLetter.received_at)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (TrayLetter.received_at, TrayLetter.id), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, LetterDetailSchema)
@needs(Right.FILE_MAIL)
def show_letter(letter_id: int) -> TrayLetter:
    """Une lettre, comment elle est venue et ce qui y est reconnu."""
    with database().reading(actor()) as session:
        return queries.get_letter(session, letter_id)


@resources.operation("GET", f"{_ONE}/content", FILES, answers=DAMAGED)
@needs(Right.FILE_MAIL)
def read_letter(letter_id: int) -> Response:
    """Le fichier d'une lettre ; sa lecture est écrite au journal, la première est datée."""
    with database().writing(actor()) as session:
        letter = queries.get_letter(session, letter_id)
        service.note_first_reading(session, letter, now())
    with database().reading(actor()) as session:
        document, version = service.file_of(session, letter)
    return file_answer(reader().read(document, version, "lettre reçue"), letter.file_name, version.media_type)


@resources.operation("POST", "", DroppedSchema, upload=DropForm, status=201)
@needs(Right.FILE_MAIL)
def drop_letters(form: dict[str, Any]) -> service.Dropped:
    """Déposer des lettres reçues ; ce qui y est reconnu est proposé."""
    files = accepted_files(form["files"])
    channel = member_of(Channel, form.get("channel", Channel.PAPER.value))
    came = Came(channel, form.get("sender", ""), _moment(form.get("available_on")), _moment(form.get("mailed_on")))
    with writing() as session:
        return service.drop(session, _desk(), files, came)


@resources.operation("POST", f"{_ONE}/file", LetterDetailSchema, body=FilingBody)
@needs(Right.FILE_MAIL)
def file_letter(body: dict[str, Any], letter_id: int) -> TrayLetter:
    """Classer une lettre dans le dossier d'une entreprise, et lancer le délai que sa réception fait courir."""
    with database().reading(actor()) as session:
        content = service.read_letter(session, reader(), queries.get_letter(session, letter_id))
    with writing() as session:
        letter = queries.get_letter(session, letter_id)
        service.file_letter(session, _desk(), letter, _filing(body), content)
        return letter


def _filing(body: dict[str, Any]) -> Filing:
    return Filing(
        kind=body["kind"], company_id=body["company_id"], title=body["title"] or "",
        file_ref=(body["file_ref"] or "").strip() or None, rule=body["rule"] or "", event_on=body["event_on"],
        region=body["region"],
    )  # fmt: skip


@resources.operation("POST", f"{_ONE}/unfile", LetterDetailSchema)
@needs(Right.FILE_MAIL)
def unfile_letter(letter_id: int) -> TrayLetter:
    """Reprendre une lettre classée par erreur le jour même ; son échéance est sans objet."""
    kept_in, at = vault(), now()
    with writing() as session:
        letter = queries.get_letter(session, letter_id)
        require_unread(session, letter.filed_document_id)
        addresses = service.unfile_letter(session, letter, at)
        once_committed(lambda: remove_unreferenced(database(), kept_in, addresses, at))
        return letter


@resources.operation("POST", f"{_ONE}/discard", LetterDetailSchema, body=DiscardBody)
@needs(Right.FILE_MAIL)
def discard_letter(body: dict[str, Any], letter_id: int) -> TrayLetter:
    """Écarter une lettre, avec le motif."""
    with writing() as session:
        letter = queries.get_letter(session, letter_id)
        service.discard_letter(session, letter, body["reason"], now())
        return letter


@resources.operation("POST", f"{_ONE}/rotate", DroppedSchema, body=TurnBody, status=201)
@needs(Right.FILE_MAIL)
def rotate_letter(body: dict[str, Any], letter_id: int) -> service.Dropped:
    """Tourner les pages d'une lettre."""
    return _remade([letter_id], lambda contents: [pdf_pages.rotated(contents[0], body["quarter_turns"])])


@resources.operation("POST", f"{_ONE}/split", DroppedSchema, body=SplitBody, status=201)
@needs(Right.FILE_MAIL)
def split_letter(body: dict[str, Any], letter_id: int) -> service.Dropped:
    """Couper une lettre là où d'autres commencent."""
    return _remade([letter_id], lambda contents: pdf_pages.split(contents[0], body["pages"]))


@resources.operation("POST", "/join", DroppedSchema, body=JoinBody, status=201)
@needs(Right.FILE_MAIL)
def join_letters(body: dict[str, Any]) -> service.Dropped:
    """Joindre des lettres qui n'en font qu'une, dans l'ordre où elles sont venues."""
    return _remade(body["letters"], lambda contents: [pdf_pages.joined(contents)])


def _remade(letter_ids: list[int], make: Callable[[list[bytes]], Sequence[bytes]]) -> service.Dropped:
    """Put what letters become in their place."""
    with database().reading(actor()) as session:
        letters = queries.list_waiting(session, letter_ids)
        contents = [service.read_letter(session, reader(), letter) for letter in letters]
    if not letters:
        raise Refused("Aucune de ces lettres n'attend d'être classée.")
    parts = make(contents)
    with writing() as session:
        return service.remake_letters(session, _desk(), queries.list_waiting(session, letter_ids), lambda: parts)
