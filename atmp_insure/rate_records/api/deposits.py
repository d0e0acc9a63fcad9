"""The resource of deposits: files given for a company, what was read of them, kept or abandoned together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.files import accepted_files
from atmp_insure.api.narrowing import of_codes, of_values
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import codes_filter, codes_of, filter_field, form_key_field, key_field, keys_field
from atmp_insure.api.writes import vault, writing
from atmp_insure.documents.queries import get_document
from atmp_insure.documents.shown import kinds
from atmp_insure.documents.uploads import MOST_FILES
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.queries import get_company
from atmp_insure.rate_records import deposit_service as coming
from atmp_insure.rate_records import queries, service
from atmp_insure.rate_records.api.schemas import EffectSchema, PaperSchema, effect_values
from atmp_insure.rate_records.blueprint import office, read_from_vault
from atmp_insure.rate_records.effects import effect_of
from atmp_insure.rate_records.models import DepositState, PaperDeposit
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.kernel.errors import Fault

resources = Resources(
    "paper_deposits", "Dépôts de documents de tarification, relus puis enregistrés ensemble.", "/paper-deposits"
)
_ONE = "/<int:deposit_id>"
_OWN = ("id", "company_id", "state", "file_count", "received_at", "received_by", "ended_at", "ended_by")


class DepositArguments(PageArguments):
    """Which deposits are asked for."""

    company_id = filter_field("ceux de cette entreprise")
    state = codes_filter(codes_of(DepositState), "un état ou plusieurs")


class PapersForm(Arguments):
    """Files of a client's account, given together."""

    company_id = form_key_field("entreprise", required=True)
    files = fields.List(
        Upload(), required=True, validate=validate.Length(1, MOST_FILES),
        metadata={"description": "PDF, XLSX, XLS, CSV, JSON, DSN, ou un ZIP de ces fichiers"},
    )  # fmt: skip


class DocumentsBody(Arguments):
    """Papers of one company that lie in the vault already."""

    documents = fields.List(
        key_field("document"), required=True, validate=validate.Length(1, MOST_FILES),
        metadata={"description": "documents d'une même entreprise, lus ensemble"},
    )  # fmt: skip


class KeepBody(Arguments):
    """Which papers of a deposit count from now on."""

    papers = keys_field("pièces à enregistrer ; les autres sont laissées de côté")


class ToldSchema(Schema):
    """What could not be read, or not be kept, and what to do."""

    source = fields.String(required=True, metadata={"description": "fichier"})
    place = fields.String(required=True)
    message = fields.String(required=True)
    remedy = fields.String(required=True)


class DepositSchema(Schema):
    """A deposit."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    state = fields.Enum(DepositState, by_value=fields.String, required=True)
    file_count = fields.Integer(required=True)
    received_at = fields.AwareDateTime(required=True)
    received_by = fields.String(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)


class DepositDetailSchema(DepositSchema):
    """A deposit, what was read of it, and what keeping it would change."""

    papers = fields.List(fields.Nested(PaperSchema), required=True)
    told = fields.List(fields.Nested(ToldSchema), required=True)
    effect = fields.Nested(EffectSchema, required=True, allow_none=True, metadata={"description": "nul : déjà traité"})


class DepositPageSchema(Schema):
    """A page of deposits, the latest first."""

    items = fields.List(fields.Nested(DepositSchema), required=True)
    next_cursor = next_cursor_field()


class DepositedSchema(Schema):
    """What became of files given together."""

    deposit = fields.Nested(
        DepositDetailSchema, required=True, allow_none=True, metadata={"description": "nul : rien de nouveau"}
    )
    repeated = fields.List(fields.String(), required=True, metadata={"description": "fichiers déjà déposés"})
    foreign = fields.List(
        fields.Nested(ToldSchema), required=True, metadata={"description": "pièces d'une autre entreprise, non gardées"}
    )


def _told(faults: Iterable[Fault]) -> list[dict[str, str]]:
    return [{"source": one.source, "place": one.place, "message": one.message, "remedy": one.remedy} for one in faults]


def _detail(session: ScopedSession, deposit: PaperDeposit) -> dict[str, Any]:
    effect = None
    if deposit.state is DepositState.PROPOSED:
        counting = queries.list_counting(session, deposit.company_id)
        effect = effect_values(effect_of(office(), counting, deposit.papers))
    told = _told(coming.told_faults(deposit))
    return {name: getattr(deposit, name) for name in _OWN} | {
        "papers": deposit.papers, "told": told, "effect": effect,
    }  # fmt: skip


@resources.operation("GET", "", DepositPageSchema, arguments=DepositArguments)
@needs(Right.WRITE_RATES)
def list_deposits(asked: dict[str, Any]) -> dict[str, Any]:
    """Les dépôts, les derniers reçus d'abord."""
    statement = of_values(queries.deposits(), asked, PaperDeposit.company_id)
    statement = of_codes(statement, asked, (PaperDeposit.state, DepositState))
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (PaperDeposit.received_at, PaperDeposit.id), asked, descending=True)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", _ONE, DepositDetailSchema)
@needs(Right.WRITE_RATES)
def show_deposit(deposit_id: int) -> dict[str, Any]:
    """Ce qui a été lu d'un dépôt, et ce que l'enregistrer changerait."""
    with database().reading(actor()) as session:
        return _detail(session, queries.get_deposit(session, deposit_id))


@resources.operation("POST", "", DepositedSchema, upload=PapersForm, status=201)
@needs(Right.WRITE_RATES)
def deposit_papers(form: dict[str, Any]) -> dict[str, Any]:
    """Déposer des fichiers : ils vont au coffre et sont lus ; rien ne compte encore."""
    files = accepted_files(form["files"])
    read = [coming.ReadFile(file, office().read(file.name, file.content, today())) for file in files]
    with writing() as session:
        shelf = coming.DepositShelf(vault(), kinds(), get_company(session, form["company_id"]), now())
        return _deposited(session, coming.deposit_papers(session, shelf, read))


@resources.operation("POST", "/from-documents", DepositedSchema, body=DocumentsBody, status=201)
@needs(Right.WRITE_RATES)
def deposit_from_documents(body: dict[str, Any]) -> dict[str, Any]:
    """Lire des documents déjà au coffre : rien n'y est rangé deux fois ; chaque lecture est écrite au journal."""
    with database().reading(actor()) as session:
        company_id = _company_of(session, body["documents"])
    read = read_from_vault(company_id, body["documents"])
    with writing() as session:
        shelf = coming.DepositShelf(vault(), kinds(), get_company(session, company_id), now())
        return _deposited(session, coming.deposit_from_vault(session, shelf, read))


def _deposited(session: ScopedSession, done: coming.Deposited) -> dict[str, Any]:
    deposit = None if done.deposit is None else _detail(session, done.deposit)
    return {"deposit": deposit, "repeated": done.repeated, "foreign": _told(done.foreign)}


def _company_of(session: ScopedSession, document_ids: list[int]) -> int:
    """The company of the first of some documents; the others are compared with it as they are read.

    Raises:
        NotFound: a document that the actor does not see.
        InvalidInput: a paper of the office.
    """
    company_id = get_document(session, document_ids[0]).company_id
    if company_id is None:
        raise InvalidInput.one("document du bureau", "Donner des documents d'une entreprise", place="documents")
    return company_id


@resources.operation("POST", f"{_ONE}/keep", DepositDetailSchema, body=KeepBody)
@needs(Right.WRITE_RATES)
def keep_deposit(body: dict[str, Any], deposit_id: int) -> dict[str, Any]:
    """Enregistrer les pièces choisies : taux, constats, échéances et tâches suivent, d'un seul tenant."""
    with writing() as session:
        deposit = queries.get_deposit(session, deposit_id)
        left_out = {paper.id for paper in deposit.papers} - set(body["papers"])
        service.keep_deposit(session, office(), deposit, left_out, now())
        return _detail(session, queries.get_deposit(session, deposit_id))


@resources.operation("POST", f"{_ONE}/discard", DepositDetailSchema)
@needs(Right.WRITE_RATES)
def discard_deposit(deposit_id: int) -> dict[str, Any]:
    """Abandonner un dépôt ; ses fichiers restent dans le coffre."""
    with writing() as session:
        deposit = queries.get_deposit(session, deposit_id)
        service.discard_deposit(session, deposit, now())
        return _detail(session, deposit)
