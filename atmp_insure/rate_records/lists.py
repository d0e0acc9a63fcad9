"""The lists of deposits to read again, and of findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import with_expression

from atmp_insure.db.paging import starts_with
from atmp_insure.parties.models import Company
from atmp_insure.rate_records import queries
from atmp_insure.rate_records.models import DepositState, PaperDeposit, RateFinding
from atmp_insure.rate_records.shown import DEPOSIT_STATES, SEVERITIES
from atmp_insure.web.day_filters import within_days
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, Option
from atmp_insure.web.listing import Listing
from atmp_insure.web.lists import Empty, Row
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

_SIREN_DIGITS = 9


def _of_company(words: str) -> ColumnElement[bool]:
    """A company by the beginning of its name, or by its whole SIREN."""
    digits = words.replace(" ", "")
    if digits.isdigit() and len(digits) == _SIREN_DIGITS:
        return Company.siren == digits
    found: ColumnElement[bool] = starts_with(Company.search_name, words)
    return found


def _deposits() -> Select[PaperDeposit]:
    name = select(Company.name).where(Company.id == PaperDeposit.company_id).correlate(PaperDeposit).scalar_subquery()
    return queries.deposits().options(with_expression(PaperDeposit.company_name, name))


def _deposit_row(deposit: PaperDeposit) -> Row:
    return Row(
        key=str(deposit.id),
        url=url_for("rate_records.show_deposit", deposit_id=deposit.id),
        muted=deposit.state is not DepositState.PROPOSED,
        cells={
            "company": deposit.company_name or "",
            "state": DEPOSIT_STATES[deposit.state],
            "file_count": deposit.file_count,
            "received_at": deposit.received_at,
            "ended_at": deposit.ended_at,
        },
    )


DEPOSITS: Listing[PaperDeposit] = Listing(
    name="paper-deposits",
    label=_l("dépôts"),
    endpoint="rate_records.list_deposits",
    columns=(
        Column("company", _l("Entreprise"), main=True),
        Column("state", _l("État"), Cell.STATE),
        Column("file_count", _l("Fichiers"), Cell.NUMBER),
        Column("received_at", _l("Reçu"), Cell.MOMENT, sortable=True),
        Column("ended_at", _l("Traité"), Cell.MOMENT),
    ),
    statement=_deposits,
    sorts={"received_at": (PaperDeposit.received_at, PaperDeposit.id)},
    sort="received_at",
    descending=True,
    row=_deposit_row,
    empty=lambda: Empty(
        _("Aucun dépôt"),
        _("Les feuilles de calcul et comptes employeur déposés pour vos entreprises attendront ici d'être relus."),
        icon="file-upload",
    ),
    filters=(
        Filter("state", _l("État"), tuple(Option(one.value, str(said.label)) for one, said in DEPOSIT_STATES.items())),
        Filter("day", _l("Reçu"), kind=FilterKind.DAYS),
    ),
    narrow={
        "state": lambda query: PaperDeposit.state.in_([DepositState(value) for value in query.values("state")]),
        "day": lambda query: within_days(PaperDeposit.received_at, query, "day"),
    },
    search=lambda words: PaperDeposit.company_id.in_(select(Company.id).where(_of_company(words))),
)


def _findings() -> Select[RateFinding]:
    name = select(Company.name).where(Company.id == RateFinding.company_id).correlate(RateFinding).scalar_subquery()
    return queries.findings().options(with_expression(RateFinding.company_name, name))


def _finding_row(finding: RateFinding) -> Row:
    url = url_for("rate_records.show_papers", company_id=finding.company_id)
    if finding.paper_id is not None:
        url = url_for("rate_records.show_paper", paper_id=finding.paper_id)
    return Row(
        key=str(finding.id),
        url=url,
        detail=finding.message,
        cells={
            "company": finding.company_name or "",
            "severity": SEVERITIES[finding.severity],
            "saving_eur": finding.saving_eur,
            "contest_before": finding.contest_before,
            "legal_basis": finding.legal_basis or "",
        },
    )


FINDINGS: Listing[RateFinding] = Listing(
    name="rate-findings",
    label=_l("constats"),
    endpoint="rate_records.list_findings",
    columns=(
        Column("company", _l("Entreprise et constat"), main=True),
        Column("severity", _l("Suite"), Cell.STATE),
        Column("saving_eur", _l("Enjeu estimé (€)"), Cell.EUROS, sortable=True),
        Column("contest_before", _l("Dernier jour pour contester"), Cell.DUE),
        Column("legal_basis", _l("Texte")),
    ),
    statement=_findings,
    sorts={"saving_eur": (RateFinding.worth_eur, RateFinding.id)},
    sort="saving_eur",
    descending=True,
    row=_finding_row,
    empty=lambda: Empty(
        _("Aucun constat"),
        _("Ce qui diffère entre les documents d'une entreprise, ou d'avec les barèmes, se lira ici."),
        icon="zoom-check",
    ),
    filters=(
        Filter("severity", _l("Suite"), tuple(Option(code, str(said.label)) for code, said in SEVERITIES.items())),
    ),
    narrow={"severity": lambda query: RateFinding.severity.in_(query.values("severity"))},
    search=lambda words: RateFinding.company_id.in_(select(Company.id).where(_of_company(words))),
)
