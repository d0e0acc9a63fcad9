"""The lists of files and of quotes."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import with_expression

from atmp_insure.access.roles import Right
from atmp_insure.diary.lists import between, of_company
from atmp_insure.parties.models import Company
from atmp_insure.underwriting import queries
from atmp_insure.underwriting.blueprint import book
from atmp_insure.underwriting.models import Quote, Submission, SubmissionState
from atmp_insure.underwriting.quote_course import LIVE_STATES, QuoteState
from atmp_insure.underwriting.shown import QUOTE_STATES, SUBMISSION_STATES, WAITS_FOR
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.request_scope import actor
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _


def _submissions() -> Select[Submission]:
    name = select(Company.name).where(Company.id == Submission.company_id).correlate(Submission)
    return queries.submissions().options(with_expression(Submission.company_name, name.scalar_subquery()))


def _quotes() -> Select[Quote]:
    name = select(Company.name).where(Company.id == Quote.company_id).correlate(Quote)
    return queries.quotes().options(with_expression(Quote.company_name, name.scalar_subquery()))


def _submission_row(one: Submission) -> Row:
    return Row(
        key=str(one.id),
        url=url_for("quotes.show_submission", submission_id=one.id),
        detail=book().catalogue.label_of(one.product),
        muted=one.state is not SubmissionState.OPEN,
        cells={
            "company": one.company_name or "",
            "state": SUBMISSION_STATES[one.state],
            "starts_on": one.starts_on,
            "created_at": one.created_at,
        },
    )


def _quote_row(one: Quote) -> Row:
    waits = WAITS_FOR.get(one.waits_for or "")
    return Row(
        key=str(one.id),
        url=url_for("quotes.show_quote", quote_id=one.id),
        detail=one.reference if waits is None else f"{one.reference} · {_('attend')} {waits}",
        muted=one.state not in LIVE_STATES,
        cells={
            "company": one.company_name or "",
            "state": QUOTE_STATES[one.state],
            "valid_until": one.valid_until,
            "starts_on": one.starts_on,
            "net": one.largest_net_eur,
            "created_at": one.created_at,
        },
    )


def _none() -> Empty:
    may = actor().may(Right.WRITE_QUOTES)
    return Empty(
        _("Aucune demande de tarification"),
        _("Une demande réunit les pièces d'un client, ses besoins et les versions de son devis."),
        _("Ouvrir une demande") if may else "",
        url_for("quotes.add_submission") if may else "",
        "calculator",
    )


SUBMISSIONS: Listing[Submission] = Listing(
    name="submissions",
    label=_l("demandes de tarification"),
    endpoint="quotes.list_submissions",
    columns=(
        Column("company", _l("Entreprise"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("starts_on", _l("Prise d'effet"), Cell.DAY, sortable=True),
        Column("created_at", _l("Ouverte le"), Cell.MOMENT, sortable=True),
    ),
    statement=_submissions,
    sorts={
        "starts_on": (Submission.starts_on, Submission.id),
        "created_at": (Submission.created_at, Submission.id),
    },
    sort="created_at",
    descending=True,
    row=_submission_row,
    empty=_none,
    filters=(
        Filter(
            "state", _l("État"), tuple(Option(one.value, str(said.label)) for one, said in SUBMISSION_STATES.items())
        ),
        Filter("day", _l("Prise d'effet"), kind=FilterKind.DAYS),
    ),
    narrow={
        "state": lambda query: Submission.state.in_([SubmissionState(value) for value in query.values("state")]),
        "day": lambda query: between(Submission.starts_on, query),
    },
    search=lambda words: Submission.company_id.in_(of_company(words)),
)
QUOTES: Listing[Quote] = Listing(
    name="quotes",
    label=_l("devis"),
    endpoint="quotes.list_quotes",
    columns=(
        Column("company", _l("Entreprise et devis"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("valid_until", _l("Valable jusqu'au"), Cell.DUE, sortable=True),
        Column("starts_on", _l("Prise d'effet"), Cell.DAY),
        Column("net", _l("Prime nette la plus haute"), Cell.EUROS),
        Column("created_at", _l("Établi le"), Cell.MOMENT, sortable=True),
    ),
    statement=_quotes,
    sorts={"valid_until": (Quote.valid_until, Quote.id), "created_at": (Quote.created_at, Quote.id)},
    sort="created_at",
    descending=True,
    row=_quote_row,
    empty=_none,
    filters=(
        Filter("state", _l("État"), tuple(Option(one.value, str(said.label)) for one, said in QUOTE_STATES.items())),
        Filter("waits_for", _l("Attend"), tuple(Option(code, str(label)) for code, label in WAITS_FOR.items())),
        Filter("day", _l("Valable jusqu'au"), kind=FilterKind.DAYS),
    ),
    narrow={
        "state": lambda query: Quote.state.in_([QuoteState(value) for value in query.values("state")]),
        "waits_for": lambda query: Quote.waits_for.in_(query.values("waits_for")),
        "day": lambda query: between(Quote.valid_until, query),
    },
    search=lambda words: Quote.company_id.in_(of_company(words)),
)
