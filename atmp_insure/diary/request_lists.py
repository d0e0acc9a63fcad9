"""The list of papers asked of parties."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import with_expression

from atmp_insure.access.roles import Right
from atmp_insure.diary import request_queries as queries
from atmp_insure.diary.lists import between, of_company
from atmp_insure.diary.request_models import DocumentRequest, PaperNeed, RequestedPaper, RequestState
from atmp_insure.diary.shown import REQUEST_STATES
from atmp_insure.parties.models import Company
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.request_scope import actor
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _


def _requests() -> Select[DocumentRequest]:
    name = select(Company.name).where(Company.id == DocumentRequest.company_id).correlate(DocumentRequest)
    missing = select(func.count(RequestedPaper.id)).where(
        RequestedPaper.request_id == DocumentRequest.id, RequestedPaper.state == PaperNeed.MISSING
    )
    return queries.requests().options(
        with_expression(DocumentRequest.company_name, name.scalar_subquery()),
        with_expression(DocumentRequest.missing_count, missing.correlate(DocumentRequest).scalar_subquery()),
    )


def _row(request: DocumentRequest) -> Row:
    return Row(
        key=str(request.id),
        url=url_for("diary.show_request", request_id=request.id),
        detail=request.addressee,
        muted=request.state is not RequestState.OPEN,
        cells={
            "company": request.company_name or "",
            "state": REQUEST_STATES[request.state],
            "due_on": request.due_on,
            "missing": request.missing_count or 0,
            "reminders": request.reminders,
            "asked_at": request.asked_at,
        },
    )


REQUESTS: Listing[DocumentRequest] = Listing(
    name="document-requests",
    label=_l("pièces demandées"),
    endpoint="diary.list_requests",
    columns=(
        Column("company", _l("Entreprise et destinataire"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("due_on", _l("Au plus tard le"), Cell.DUE, sortable=True),
        Column("missing", _l("Manquantes"), Cell.NUMBER),
        Column("reminders", _l("Rappels"), Cell.NUMBER),
        Column("asked_at", _l("Demandées le"), Cell.MOMENT),
    ),
    statement=_requests,
    sorts={"due_on": (DocumentRequest.due_on, DocumentRequest.id)},
    sort="due_on",
    row=_row,
    empty=lambda: Empty(
        _("Aucune pièce demandée"),
        _("Demander des pièces envoie un lien : le client les dépose sans compte, et les rappels partent seuls."),
        _("Demander des pièces") if actor().may(Right.WRITE_DIARY) else "",
        url_for("diary.add_request") if actor().may(Right.WRITE_DIARY) else "",
        "file-upload",
    ),
    filters=(
        Filter("state", _l("État"), tuple(Option(one.value, str(said.label)) for one, said in REQUEST_STATES.items())),
        Filter("day", _l("Au plus tard le"), kind=FilterKind.DAYS),
    ),
    narrow={
        "state": lambda query: DocumentRequest.state.in_([RequestState(value) for value in query.values("state")]),
        "day": lambda query: between(DocumentRequest.due_on, query),
    },
    search=lambda words: DocumentRequest.company_id.in_(of_company(words)),
    holds_people=True,
)
