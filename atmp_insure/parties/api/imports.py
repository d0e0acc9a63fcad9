"""The resource of imports: a file shown row by row, then written once, at once or by a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import LARGEST, USUAL, PageArguments, asked_page, next_cursor_field
from atmp_insure.api.files import accepted_file
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import LONGEST, code_field, codes_filter, codes_of, day_field, member_of
from atmp_insure.api.writes import vault, writing
from atmp_insure.documents import service as documents
from atmp_insure.documents.service import NewDocument
from atmp_insure.documents.shown import kinds
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties import body_queries as queries
from atmp_insure.parties import import_service as service
from atmp_insure.parties import jobs
from atmp_insure.parties.body_models import ImportKind, ImportState, PartyImport
from atmp_insure.parties.import_forms import table_in
from atmp_insure.parties.import_preview import RowOutcome
from atmp_insure.parties.import_rows import COLUMNS
from atmp_insure.parties.import_service import NewImport
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.import_preview import PreviewRow

resources = Resources("imports", "Reprises de fichiers : entreprises, masses salariales, organismes.", "/imports")
_ONE = "/<int:import_id>"
_OWN = ("id", "kind", "document_id", "file_name", "source", "stated_on", "corrects", "row_count", "state", "run_id",
        "created_by", "created_at")  # fmt: skip
_KIND_OF_PAPER, _TITLE = "other", "Fichier repris"


class RowArguments(Arguments):
    """Which rows are asked for."""

    outcome = codes_filter(codes_of(RowOutcome), "ce que les lignes feraient")
    after = fields.String(
        validate=validate.Regexp(r"^[0-9]{1,9}$", error="Reprendre « next_cursor » tel quel."),
        metadata={"description": "« next_cursor » de la page précédente ; absent : la première page"},
    )
    size = fields.Integer(load_default=USUAL, validate=validate.Range(1, LARGEST))


class ImportForm(Arguments):
    """A file, and what is said of it as a whole."""

    file = Upload(required=True, metadata={"description": "XLSX, XLS ou CSV, une ligne par objet"})
    kind = code_field(tuple(one.value for one in COLUMNS), "ce que contient le fichier")
    source = fields.String(
        required=True, validate=validate.Length(1, LONGEST), metadata={"description": "d'où il vient"}
    )
    stated_on = day_field("jour de la source")
    corrects = fields.Boolean(
        load_default=False, truthy={"true"}, falsy={"false"},
        metadata={"description": "« true » : corriger ce qui est connu quand le fichier dit autrement"},
    )  # fmt: skip


class ImportSchema(Schema):
    """A file that was brought."""

    id = fields.Integer(required=True)
    kind = fields.Enum(ImportKind, by_value=fields.String, required=True)
    document_id = fields.Integer(required=True)
    file_name = fields.String(required=True)
    source = fields.String(required=True)
    stated_on = fields.Date(required=True)
    corrects = fields.Boolean(required=True)
    row_count = fields.Integer(required=True)
    state = fields.Enum(ImportState, by_value=fields.String, required=True)
    run_id = fields.Integer(required=True, allow_none=True, metadata={"description": "traitement qui l'écrit"})
    created_by = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class RowSchema(Schema):
    """A row of a file, and what it would do."""

    number = fields.Integer(required=True)
    key = fields.String(required=True)
    outcome = fields.Enum(RowOutcome, by_value=fields.String, required=True)
    said = fields.String(required=True)


class RowPageSchema(Schema):
    """A page of rows, in the order of the file."""

    items = fields.List(fields.Nested(RowSchema), required=True)
    next_cursor = next_cursor_field()


class ImportDetailSchema(ImportSchema):
    """A file, and how many of its rows would do what."""

    outcomes = fields.Dict(
        fields.String(), fields.Integer(), required=True, metadata={"description": "lignes par effet ; vide : traité"}
    )


class WrittenSchema(ImportSchema):
    """A file that was written, or handed to a run."""

    done = fields.Integer(required=True, allow_none=True, metadata={"description": "nul : un traitement s'en charge"})
    left_out = fields.Integer(required=True, allow_none=True)


class ImportPageSchema(Schema):
    """A page of files, the latest first."""

    items = fields.List(fields.Nested(ImportSchema), required=True)
    next_cursor = next_cursor_field()


def _rows(session: ScopedSession, found: PartyImport) -> tuple[PreviewRow, ...]:
    """What the rows of a file would do; none once it was written or given up."""
    return service.preview_import(session, found, paris_day(now())) if found.state is ImportState.PREVIEWED else ()


def _values(found: PartyImport) -> dict[str, Any]:
    return {name: getattr(found, name) for name in _OWN}


def _detail(session: ScopedSession, found: PartyImport) -> dict[str, Any]:
    counts = Counter(row.outcome.value for row in _rows(session, found))
    return _values(found) | {"outcomes": dict(counts)}


@resources.operation("GET", "", ImportPageSchema, arguments=PageArguments)
@needs(Right.WRITE_COMPANIES)
def list_imports(asked: dict[str, Any]) -> dict[str, Any]:
    """Les fichiers, les derniers reçus d'abord."""
    with database().reading(actor()) as session:
        keys = (PartyImport.created_at, PartyImport.id)
        page = asked_page(session, queries.imports(), keys, asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, ImportDetailSchema)
@needs(Right.WRITE_COMPANIES)
def show_import(import_id: int) -> dict[str, Any]:
    """Un fichier, et combien de ses lignes feraient quoi."""
    with database().reading(actor()) as session:
        return _detail(session, queries.get_import(session, import_id))


@resources.operation("GET", f"{_ONE}/rows", RowPageSchema, arguments=RowArguments)
@needs(Right.WRITE_COMPANIES)
def list_import_rows(asked: dict[str, Any], import_id: int) -> dict[str, Any]:
    """Ce que ferait chaque ligne d'un fichier."""
    with database().reading(actor()) as session:
        rows = _rows(session, queries.get_import(session, import_id))
    wanted = asked.get("outcome") or codes_of(RowOutcome)
    after = int(asked.get("after", -1))
    found = [row for row in rows if row.outcome.value in wanted and row.number > after]
    page = found[: asked["size"]]
    return {"items": page, "next_cursor": str(page[-1].number) if len(found) > len(page) else None}


@resources.operation("POST", "", ImportDetailSchema, upload=ImportForm, status=201)
@needs(Right.WRITE_COMPANIES)
def bring_import(form: dict[str, Any]) -> dict[str, Any]:
    """Apporter un fichier : il est gardé et lu ; rien n'en est encore écrit."""
    file, kind = accepted_file(form["file"]), member_of(ImportKind, form["kind"])
    table = table_in(kind, file)
    paper = NewDocument(kinds()[_KIND_OF_PAPER], None, _TITLE, channel="import")
    with writing() as session:
        kept = documents.deposit_document(session, vault(), paper, file, now())
        said = (form["source"], form["stated_on"], form["corrects"])
        new = NewImport(kind, file.name, kept.document.id, *said)
        return _detail(session, service.keep_import(session, new, table, now()))


@resources.operation("POST", f"{_ONE}/write", WrittenSchema)
@needs(Right.WRITE_COMPANIES)
def write_import(import_id: int) -> dict[str, Any]:
    """Écrire les lignes d'un fichier ; un grand fichier est confié à un traitement."""
    with writing() as session:
        found = queries.get_import(session, import_id)
        if found.row_count > service.AT_ONCE:
            jobs.start_import(session, found, now())
            return _values(found) | {"done": None, "left_out": None}
        written = service.write_import(session, found, now())
        return _values(found) | {"done": written.done, "left_out": written.left_out}


@resources.operation("POST", f"{_ONE}/discard", ImportSchema)
@needs(Right.WRITE_COMPANIES)
def discard_import(import_id: int) -> PartyImport:
    """Abandonner un fichier : rien n'en est repris."""
    with writing() as session:
        found = queries.get_import(session, import_id)
        service.discard_import(session, found)
        return found
