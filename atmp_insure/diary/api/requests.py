"""The resource of papers asked of parties: asked, judged once they came, asked for again, given up.

What a person does by the link of a request is a page without account, and no part of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.api.cursors import PageArguments, asked_page, next_cursor_field
from atmp_insure.api.narrowing import of_codes, of_values, within_days
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    LONGEST_TEXT,
    codes_filter,
    codes_of,
    day_field,
    filter_field,
    key_field,
    needed_text_field,
    text_field,
)
from atmp_insure.api.writes import writing
from atmp_insure.diary import request_queries as queries
from atmp_insure.diary import request_service as service
from atmp_insure.diary import shown
from atmp_insure.diary.api.kinds import known_kind
from atmp_insure.diary.request_forms import offered_papers
from atmp_insure.diary.request_models import DocumentRequest, PaperNeed, RequestedPaper, RequestState
from atmp_insure.diary.request_service import LONGEST_LABEL, MOST_PAPERS, NewRequest, RequestPractice
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.queries import get_company
from atmp_insure.web import history
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, now, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.kinds import DocumentKind

resources = Resources(
    "document_requests", "Pièces demandées à un tiers, qui les dépose par un lien sans compte.", "/document-requests"
)
_ONE = "/<int:request_id>"
_PAPER = f"{_ONE}/papers/<int:requested_paper_id>"


class RequestArguments(PageArguments):
    """Which requests are asked for."""

    company_id = filter_field("celles qui concernent cette entreprise")
    state = codes_filter(codes_of(RequestState), "un état ou plusieurs")
    first_day = day_field("à rendre à partir de ce jour", required=False)
    last_day = day_field("à rendre jusqu'à ce jour, compris", required=False)


class AskedPaperBody(Arguments):
    """A paper to ask for."""

    kind = needed_text_field(60, "code de la nature de la pièce ; ni médicale, ni de l'avocat")
    label = text_field(LONGEST_LABEL, "ce qu'elle est, que le destinataire lira ; nul : le nom de la nature")


class RequestBody(Arguments):
    """Papers to ask a person for."""

    company_id = key_field("entreprise")
    subject = text_field(60, "ce pour quoi elles sont demandées, « companies:12 » ; nul : l'entreprise")
    addressee = needed_text_field(description="la personne que le courriel saluera")
    email = needed_text_field(description="son adresse électronique")
    purpose = needed_text_field(LONGEST_TEXT, "pourquoi ; le destinataire le lira, donc sans donnée de santé")
    due_on = day_field("à transmettre avant ce jour")
    papers = fields.List(fields.Nested(AskedPaperBody), required=True, validate=validate.Length(1, MOST_PAPERS))


class RemarkBody(Arguments):
    """Why a paper does not do, or is needed no more."""

    remark = needed_text_field(LONGEST_TEXT, "le destinataire le lira")


class CloseRequestBody(Arguments):
    """Why a request is given up."""

    reason = needed_text_field(LONGEST_TEXT)


class RequestSchema(Schema):
    """A request for papers."""

    id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    subject = fields.String(required=True, metadata={"description": "ce pour quoi elles sont demandées"})
    addressee = fields.String(required=True)
    state = fields.Enum(RequestState, by_value=fields.String, required=True)
    due_on = fields.Date(required=True)
    asked_at = fields.AwareDateTime(required=True)
    asked_by = fields.String(required=True)
    reminders = fields.Integer(required=True, metadata={"description": "rappels partis"})
    next_reminder_on = fields.Date(required=True, allow_none=True)


class ReceivedFileSchema(Schema):
    """A file that came for a paper: a document of the vault."""

    document_id = fields.Integer(required=True)
    received_at = fields.AwareDateTime(required=True)


class RequestedPaperSchema(Schema):
    """One of the papers of a request, and what came for it."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True)
    location = fields.String(required=True, metadata={"description": "où la trouver ; vide : rien n'en est connu"})
    state = fields.Enum(PaperNeed, by_value=fields.String, required=True)
    received_at = fields.AwareDateTime(required=True, allow_none=True)
    remark = fields.String(required=True, allow_none=True)
    files = fields.List(fields.Nested(ReceivedFileSchema), required=True)


class RequestDetailSchema(RequestSchema):
    """A request, its papers, and its link for those who may ask."""

    email = fields.String(required=True)
    purpose = fields.String(required=True)
    link = fields.String(
        required=True, allow_none=True,
        metadata={"description": "par où viennent les pièces ; nul : fermé, ou réservé à qui écrit l'agenda"},
    )  # fmt: skip
    link_open_until = fields.Date(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
    ended_reason = fields.String(required=True, allow_none=True)
    papers = fields.List(fields.Nested(RequestedPaperSchema), required=True)


class RequestPageSchema(Schema):
    """A page of requests, the nearest day first."""

    items = fields.List(fields.Nested(RequestSchema), required=True)
    next_cursor = next_cursor_field()


class OfferedPaperSchema(Schema):
    """A paper that may be asked for, and where its addressee finds it."""

    kind = fields.String(required=True)
    label = fields.String(required=True)
    location = fields.String(required=True)
    is_yearly = fields.Boolean(
        required=True, metadata={"description": "feuilles et comptes des trois dernières années : l'étude d'un taux"}
    )


class OfferedPapersSchema(Schema):
    """The papers that may be asked for."""

    papers = fields.List(fields.Nested(OfferedPaperSchema), required=True)


_OWN = tuple(name for name in RequestDetailSchema().fields if name != "link")


def _practice() -> RequestPractice:
    return RequestPractice(settings().site, settings().requests, now())


def _detail(session: ScopedSession, found: DocumentRequest) -> dict[str, Any]:
    """A request as its page tells it."""
    is_open = service.takes_papers(found, paris_day(now())) and has_right_there(
        session, Right.WRITE_DIARY, found.company_id
    )
    link = service.link_of(found, settings().site) if is_open else None
    return {name: getattr(found, name) for name in _OWN} | {"link": link}


@resources.operation("GET", "", RequestPageSchema, arguments=RequestArguments)
@needs(Right.READ_DIARY)
def list_document_requests(asked: dict[str, Any]) -> dict[str, Any]:
    """Les demandes de pièces, les plus proches d'abord."""
    statement = of_values(queries.requests(), asked, DocumentRequest.company_id)
    statement = of_codes(statement, asked, (DocumentRequest.state, RequestState))
    statement = within_days(statement, asked, DocumentRequest.due_on)
    with database().reading(actor()) as session:
        page = asked_page(session, statement, (DocumentRequest.due_on, DocumentRequest.id), asked)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@resources.operation("GET", "/papers", OfferedPapersSchema)
@needs(Right.WRITE_DIARY)
def list_offered_papers() -> dict[str, Any]:
    """Les pièces que l'on peut demander : feuilles et comptes des dernières années, puis chaque nature."""
    offered = offered_papers(today().year).items()
    return {"papers": [_offered(kind, label, is_yearly=":" in code) for code, (kind, label) in offered]}


def _offered(kind: DocumentKind, label: str, *, is_yearly: bool) -> dict[str, Any]:
    return {"kind": kind.code, "label": label, "location": kind.where, "is_yearly": is_yearly}


@resources.operation("GET", _ONE, RequestDetailSchema)
@needs(Right.READ_DIARY)
def show_document_request(request_id: int) -> dict[str, Any]:
    """Une demande : ce qui est venu, ce qui manque, son lien."""
    with database().reading(actor()) as session:
        return _detail(session, queries.get_request(session, request_id))


@resources.operation("POST", "", RequestDetailSchema, body=RequestBody, status=201)
@needs(Right.WRITE_DIARY)
def ask_for_papers(body: dict[str, Any]) -> dict[str, Any]:
    """Demander des pièces à une personne : un courriel part, avec le lien par lequel elles viendront."""
    asked = [_asked(one, place) for place, one in enumerate(body["papers"])]
    with writing() as session:
        company = get_company(session, body["company_id"])
        subject = history.about(session, body["subject"]).subject if body["subject"] else f"companies:{company.id}"
        new = NewRequest(
            company.id, subject, body["addressee"], body["email"], body["purpose"], body["due_on"], asked
        )  # fmt: skip
        return _detail(session, service.ask_for_papers(session, new, _practice()))


def _asked(paper: dict[str, Any], place: int) -> tuple[DocumentKind, str]:
    kind = known_kind(paper["kind"], f"papers.{place}.kind")
    return kind, (paper["label"] or "").strip() or kind.label


@resources.operation("POST", f"{_PAPER}/accept", RequestDetailSchema)
@needs(Right.WRITE_DIARY)
def accept_requested_paper(request_id: int, requested_paper_id: int) -> dict[str, Any]:
    """Accepter ce qui est venu pour une pièce ; la dernière acceptée, la demande est complète et son lien ferme."""
    return _judged(request_id, requested_paper_id, lambda session, paper: service.accept_paper(session, paper, now()))


@resources.operation("POST", f"{_PAPER}/refuse", RequestDetailSchema, body=RemarkBody)
@needs(Right.WRITE_DIARY)
def refuse_requested_paper(body: dict[str, Any], request_id: int, requested_paper_id: int) -> dict[str, Any]:
    """Refuser ce qui est venu pour une pièce : elle manque de nouveau, et le prochain courriel dit pourquoi."""
    remark, calendar = body["remark"], shown.office_calendar()
    return _judged(
        request_id, requested_paper_id,
        lambda session, paper: service.refuse_paper(session, paper, remark, _practice(), calendar),
    )  # fmt: skip


@resources.operation("POST", f"{_PAPER}/waive", RequestDetailSchema, body=RemarkBody)
@needs(Right.WRITE_DIARY)
def waive_requested_paper(body: dict[str, Any], request_id: int, requested_paper_id: int) -> dict[str, Any]:
    """Ne plus demander une pièce, avec le motif."""
    remark = body["remark"]
    return _judged(
        request_id, requested_paper_id, lambda session, paper: service.waive_paper(session, paper, remark, now())
    )


def _judged(request_id: int, paper_id: int, judge: Callable[[ScopedSession, RequestedPaper], None]) -> dict[str, Any]:
    with writing() as session:
        found = queries.get_request(session, request_id)
        judge(session, service.paper_of(found, paper_id))
        return _detail(session, found)


@resources.operation("POST", f"{_ONE}/remind", RequestDetailSchema)
@needs(Right.WRITE_DIARY)
def remind_document_request(request_id: int) -> dict[str, Any]:
    """Redemander tout de suite ce qui manque."""
    with writing() as session:
        found = queries.get_request(session, request_id)
        service.remind_now(session, found, _practice())
        return _detail(session, found)


@resources.operation("POST", f"{_ONE}/close", RequestDetailSchema, body=CloseRequestBody)
@needs(Right.WRITE_DIARY)
def close_document_request(body: dict[str, Any], request_id: int) -> dict[str, Any]:
    """Clore une demande, avec le motif : son lien ne reçoit plus rien."""
    with writing() as session:
        found = queries.get_request(session, request_id)
        service.close_request(session, found, body["reason"], now())
        return _detail(session, found)
