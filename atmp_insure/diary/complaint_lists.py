"""The register of complaints as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import and_, or_, select, true
from sqlalchemy.orm import with_expression

from atmp_insure.access.roles import Right
from atmp_insure.db.paging import starts_with
from atmp_insure.diary import complaint_queries as queries
from atmp_insure.diary.complaint_course import ComplaintChannel, ComplaintState, ComplaintTheme
from atmp_insure.diary.complaint_models import Complaint
from atmp_insure.diary.complaint_shown import STATES, state_of
from atmp_insure.diary.lists import of_company
from atmp_insure.parties.models import Company
from atmp_insure.web.environment import today
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option, options_of
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.request_scope import actor, database
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from atmp_insure.web.list_query import ListQuery


def _complaints() -> Select[Complaint]:
    name = select(Company.name).where(Company.id == Complaint.company_id).correlate(Complaint).scalar_subquery()
    return queries.complaints().options(with_expression(Complaint.company_name, name))


def _row(complaint: Complaint) -> Row:
    return Row(
        key=str(complaint.id),
        url=url_for("diary.show_complaint", complaint_id=complaint.id),
        detail=complaint.company_name or complaint.complainant.label,
        muted=complaint.state is not ComplaintState.OPEN,
        cells={
            "number": complaint.number,
            "theme": complaint.theme.label,
            "state": state_of(complaint, today()),
            "due_on": complaint.due_on,
            "received_on": complaint.received_on,
            "channel": complaint.channel.label,
            "cause": complaint.cause.label if complaint.cause is not None else "",
        },
    )


def matching(words: str) -> ColumnElement[bool]:
    """By number, by company, and by the whole name of whoever complains for those who may read it."""
    number = words.upper().replace(" ", "-")
    ways = [starts_with(Complaint.number, number), Complaint.company_id.in_(of_company(words))]
    if actor().may(Right.READ_NAMES) or actor().may(Right.WRITE_DIARY):
        ways.append(Complaint.name_digest == database().key_ring.digest("person name", words))
    return or_(*ways)


def _in_state(query: ListQuery) -> ColumnElement[bool]:
    """Late ones are told from the others that are open: late is what one looks for first."""
    return queries.standing(query.values("state"), today())


def _received(query: ListQuery) -> ColumnElement[bool]:
    first, last = query.days("received")
    return and_(Complaint.received_on >= first if first else true(), Complaint.received_on <= last if last else true())


COMPLAINTS: Listing[Complaint] = Listing(
    name="complaints",
    label=_l("réclamations"),
    endpoint="diary.list_complaints",
    columns=(
        Column("number", _l("Réclamation"), main=True),
        Column("theme", _l("Au sujet de")),
        Column("state", _l("État"), Cell.STATE),
        Column("due_on", _l("À faire au plus tard le"), Cell.DUE),
        Column("received_on", _l("Reçue le"), Cell.DAY, sortable=True),
        Column("channel", _l("Par")),
        Column("cause", _l("Cause")),
    ),
    statement=_complaints,
    sorts={"received_on": (Complaint.received_on, Complaint.id)},
    sort="received_on",
    descending=True,
    row=_row,
    empty=lambda: Empty(
        _("Aucune réclamation"),
        _("Tout mécontentement s'enregistre ici, même exprimé au téléphone, même par un non-client."),
        _("Enregistrer une réclamation") if actor().may(Right.WRITE_DIARY) else "",
        url_for("diary.add_complaint") if actor().may(Right.WRITE_DIARY) else "",
        "message",
    ),
    filters=(
        Filter("state", _l("État"), (Option(queries.LATE, _l("en retard")), *options_of(STATES))),
        Filter("theme", _l("Au sujet de"), tuple(Option(one.value, one.label) for one in ComplaintTheme)),
        Filter("channel", _l("Par"), tuple(Option(one.value, one.label) for one in ComplaintChannel)),
        Filter("received", _l("Reçue le"), kind=FilterKind.DAYS),
    ),
    narrow={
        "state": _in_state,
        "theme": lambda query: Complaint.theme.in_([ComplaintTheme[one.upper()] for one in query.values("theme")]),
        "channel": lambda query: Complaint.channel.in_(
            [ComplaintChannel[one.upper()] for one in query.values("channel")]
        ),
        "received": _received,
    },
    search=matching,
    holds_people=True,
)
