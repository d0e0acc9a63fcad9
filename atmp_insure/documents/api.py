"""The resource of documents: what each is, its files with the reading log, and putting papers away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.files import DAMAGED, FILES, accepted_file, file_answer
from atmp_insure.api.narrowing import of_codes, of_values, within_days_of_moments
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import LONGEST, code_field, codes_filter, codes_of, day_field, filter_field, form_key_field
from atmp_insure.api.writes import vault, writing
from atmp_insure.documents import queries, service
from atmp_insure.documents.blueprint import reader
from atmp_insure.documents.models import Confidentiality, Document
from atmp_insure.documents.retention import RetentionState, retention_state
from atmp_insure.documents.service import NewDocument
from atmp_insure.documents.shown import kinds
from atmp_insure.kernel.errors import InvalidInput, NotFound
from atmp_insure.parties.queries import get_company, get_establishment
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from flask import Response

    from atmp_insure.db.session import ScopedSession

resources = Resources("documents", "Documents du coffre, chiffrés un à un.", "/documents")
_ONE = "/<int:document_id>"
_OWN = ("id", "kind", "title", "confidentiality", "company_id", "establishment_id", "file_ref", "received_at",
        "received_by", "keep_until", "legal_hold", "erased_at")  # fmt: skip


class DocumentArguments(PageArguments):
    """Which documents are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    kind = fields.String(validate=validate.Length(1, 60), metadata={"description": "code d'une nature"})
    confidentiality = codes_filter(codes_of(Confidentiality), "un niveau ou plusieurs")
    first_day = day_field("reçus à partir de ce jour", required=False)
    last_day = day_field("reçus jusqu'à ce jour, compris", required=False)


class DepositForm(Arguments):
    """A paper to put away."""

    file = Upload(required=True, metadata={"description": "PDF, image, tableur, texte, DOCX ou ZIP"})
    company_id = form_key_field("entreprise", required=True)
    establishment_id = form_key_field("établissement de l'entreprise")
    kind = fields.String(required=True, validate=validate.Length(1, 60), metadata={"description": "code de sa nature"})
    title = fields.String(
        validate=validate.Length(max=LONGEST),
        metadata={"description": "sans nom de personne ni donnée de santé ; absent : le nom de la nature"},
    )
    file_ref = fields.String(
        validate=validate.Length(max=60), metadata={"description": "dossier ; nécessaire pour une pièce médicale"}
    )
    confidentiality = code_field(codes_of(Confidentiality), "absente : celle de la nature", required=False)


class VersionForm(Arguments):
    """A newer version of a document."""

    file = Upload(required=True, metadata={"description": "PDF, image, tableur, texte, DOCX ou ZIP"})


class DocumentSchema(Schema):
    """A document."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"description": "code de sa nature"})
    title = fields.String(required=True)
    confidentiality = fields.Enum(Confidentiality, by_value=fields.String, required=True)
    company_id = fields.Integer(required=True, allow_none=True)
    establishment_id = fields.Integer(required=True, allow_none=True)
    file_ref = fields.String(required=True, allow_none=True)
    received_at = fields.AwareDateTime(required=True)
    received_by = fields.String(required=True)
    keep_until = fields.Date(required=True, allow_none=True, metadata={"description": "dernier jour de conservation"})
    legal_hold = fields.String(required=True, allow_none=True, metadata={"description": "pourquoi il est gelé"})
    erased_at = fields.AwareDateTime(required=True, allow_none=True)


class DocumentVersionSchema(Schema):
    """The file of a document as it came one day."""

    number = fields.Integer(required=True)
    file_name = fields.String(required=True)
    media_type = fields.String(required=True)
    byte_count = fields.Integer(required=True)
    page_count = fields.Integer(required=True, allow_none=True)
    active_content = fields.String(required=True, allow_none=True, metadata={"description": "ce qui y agirait seul"})
    received_at = fields.AwareDateTime(required=True)
    received_by = fields.String(required=True)
    channel = fields.String(required=True)


class DocumentDetailSchema(DocumentSchema):
    """A document, where it stands in its life, and its files."""

    state = fields.Enum(RetentionState, by_value=fields.String, required=True)
    versions = fields.List(fields.Nested(DocumentVersionSchema), required=True)


class DocumentPageSchema(Schema):
    """A page of documents, the latest first."""

    items = fields.List(fields.Nested(DocumentSchema), required=True)
    next_cursor = next_cursor_field()


class PutAwaySchema(Schema):
    """What became of a file."""

    is_new = fields.Boolean(required=True, metadata={"description": "faux : ce même fichier y était déjà"})
    version_number = fields.Integer(required=True)
    document = fields.Nested(
        DocumentDetailSchema, required=True, allow_none=True,
        metadata={"description": "nul : réservé à d'autres que celui qui l'a déposé"},
    )  # fmt: skip


def _detail(document: Document) -> dict[str, Any]:
    state = retention_state(document, today())
    return {name: getattr(document, name) for name in _OWN} | {"state": state, "versions": document.versions}


def _put_away(session: ScopedSession, done: service.Deposit) -> dict[str, Any]:
    try:
        seen = _detail(queries.get_document(session, done.document.id))
    except NotFound:
        seen = None
    return {"is_new": done.is_new, "version_number": done.version.number, "document": seen}


@resources.operation("GET", "", DocumentPageSchema, arguments=DocumentArguments)
@needs(Right.READ_DOCUMENTS)
def list_documents(asked: dict[str, Any]) -> dict[str, Any]:
    """Les documents, les derniers reçus d'abord."""
    statement = of_values(queries.documents(), asked, Document.company_id, Document.kind)
    statement = of_codes(statement, asked, (Document.confidentiality, Confidentiality))
    statement = within_days_of_moments(statement, asked, Document.received_at)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (Document.received_at, Document.id), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, DocumentDetailSchema)
@needs(Right.READ_DOCUMENTS)
def show_document(document_id: int) -> dict[str, Any]:
    """Un document, et ses fichiers."""
    with database().reading(actor()) as session:
        return _detail(queries.get_document(session, document_id))


@resources.operation("GET", f"{_ONE}/versions/<int:number>/content", FILES, answers=DAMAGED)
@needs(Right.READ_DOCUMENTS)
def download_document(document_id: int, number: int) -> Response:
    """Le fichier d'un document ; le téléchargement est écrit au journal des lectures."""
    with database().reading(actor()) as session:
        document = queries.get_document(session, document_id)
        version = queries.get_version(session, document_id, number)
    content = reader().read(document, version, "fichier", "downloaded")
    return file_answer(content, version.file_name, version.media_type)


@resources.operation("POST", "", PutAwaySchema, upload=DepositForm, status=201)
@needs(Right.WRITE_DOCUMENTS)
def deposit_document(form: dict[str, Any]) -> dict[str, Any]:
    """Déposer un document ; le même fichier déposé deux fois n'en fait qu'un."""
    file = accepted_file(form["file"])
    with writing() as session:
        done = service.deposit_document(session, vault(), _new(session, form), file, now())
        return _put_away(session, done)


def _new(session: ScopedSession, form: dict[str, Any]) -> NewDocument:
    """What a form says.

    Raises:
        InvalidInput: no such kind, or an establishment of another company.
        NotFound: a company or an establishment that the depositor does not see.
    """
    company, known = get_company(session, form["company_id"]), kinds()
    if form["kind"] not in known:
        raise InvalidInput.one("nature inconnue", f"Choisir parmi : {', '.join(known)}", place="kind")
    establishment = get_establishment(session, form["establishment_id"]) if "establishment_id" in form else None
    if establishment is not None and establishment.company_id != company.id:
        raise InvalidInput.one("établissement d'une autre entreprise", "Le corriger", place="establishment_id")
    level = form.get("confidentiality")
    return NewDocument(
        kind=known[form["kind"]], company_id=company.id, title=form.get("title", ""),
        confidentiality=None if level is None else Confidentiality(level),
        establishment_id=None if establishment is None else establishment.id,
        file_ref=form.get("file_ref", "").strip() or None,
    )  # fmt: skip


@resources.operation("POST", f"{_ONE}/versions", PutAwaySchema, upload=VersionForm, status=201)
@needs(Right.WRITE_DOCUMENTS)
def add_document_version(form: dict[str, Any], document_id: int) -> dict[str, Any]:
    """Déposer une version plus récente d'un document ; les précédentes restent."""
    file = accepted_file(form["file"])
    with writing() as session:
        done = service.add_version(session, vault(), queries.get_document(session, document_id), file, now())
        return _put_away(session, done)
