"""Queries of rate records as a stranger asks them, and the rows of another company that they must not give."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.documents.models import Confidentiality, Document, DocumentVersion
from atmp_insure.rate_records import queries
from atmp_insure.rate_records.documents import CalculationSheet, Establishment
from atmp_insure.rate_records.models import (
    DepositState,
    PaperDeposit,
    PaperState,
    RateFinding,
    RatePaper,
    RateYear,
)
from atmp_insure.rate_records.stored import stored_text
from tests.db.builders import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession

RATE_RECORDS: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    queries.deposits: lambda *_: queries.deposits(),
    queries.findings: lambda *_: queries.findings(),
    queries.papers: lambda *_: queries.papers(),
    queries.rate_years: lambda *_: queries.rate_years(),
    queries.has_papers: lambda session, _: queries.has_papers(session, {1: NOW}) or None,
    queries.list_papers_read_from: lambda session, _: queries.list_papers_read_from(session, 1),
    queries.list_unread_documents: lambda session, _: queries.list_unread_documents(session, 1, {"rate_history"}),
    queries.get_deposit: lambda session, _: queries.get_deposit(session, 1),
    queries.get_paper: lambda session, _: queries.get_paper(session, 1),
    queries.find_open_deposit: lambda session, _: queries.find_open_deposit(session, RatePaper(deposit_id=1)),
    queries.list_superseded_by: lambda session, _: queries.list_superseded_by(session, 1),
    queries.list_counting: lambda session, _: queries.list_counting(session, 1),
    queries.list_papers: lambda session, _: queries.list_papers(session, 1),
    queries.list_open_deposits: lambda session, _: queries.list_open_deposits(session, 1),
    queries.list_rate_years: lambda session, _: queries.list_rate_years(session, 1),
    queries.list_latest_rates: lambda session, _: queries.list_latest_rates(session, 1, NOW.date()),
    queries.list_findings_of_company: lambda session, _: queries.list_findings_of_company(session, 1),
    queries.list_findings_of_establishment: lambda session, _: queries.list_findings_of_establishment(session, 1),
}


def add_rate_records(session: ScopedSession, company_id: int, establishment_id: int, mark: str = "x") -> None:
    """A deposit that waits, a paper that counts, one that it replaced, a rate, a finding, a paper that nobody read."""
    waiting, deposit = (
        PaperDeposit(
            company_id=company_id, state=state, file_count=1, told="[]", received_at=NOW, received_by=mark,
        )
        for state in (DepositState.PROPOSED, DepositState.KEPT)
    )  # fmt: skip
    session.add(waiting)
    session.flush()
    session.add(deposit)
    session.flush()
    kept = _paper(deposit, establishment_id, mark)
    session.add(kept)
    session.flush()
    session.add(_paper(deposit, establishment_id, mark, kept.id))
    session.add(_rate(kept))
    session.add(RateFinding(
        company_id=company_id, establishment_id=establishment_id, paper_id=kept.id, position=0, severity="error",
        code="x", message=mark, place="", worth_eur=0,
    ))  # fmt: skip
    session.add(_unread(company_id, mark))
    session.flush()


def _unread(company_id: int, mark: str) -> Document:
    version = DocumentVersion(
        number=1, file_name=mark, media_type="text/csv", byte_count=1, address="unread", object_key=b"x",
        received_at=NOW, received_by="x", channel="link",
    )  # fmt: skip
    return Document(
        kind="rate_history", title=mark, search_title="x", confidentiality=Confidentiality.PLAIN,
        company_id=company_id, received_at=NOW, received_by="x", versions=[version],
    )  # fmt: skip


def _paper(deposit: PaperDeposit, establishment_id: int, mark: str, superseded_by: int | None = None) -> RatePaper:
    state = PaperState.KEPT if superseded_by is None else PaperState.SUPERSEDED
    return RatePaper(
        deposit_id=deposit.id, company_id=deposit.company_id, establishment_id=establishment_id,
        document_id=1, state=state, kind="calculation_sheet", siret="00000001800010", year=2026,
        file_name=mark, content=_content(mark), to_review=False, read_at=NOW, superseded_by=superseded_by,
    )  # fmt: skip


def _content(mark: str) -> str:
    """A sheet that names the company as the mark does."""
    sheet = CalculationSheet(
        file=mark, sha256="", establishment=Establishment(siret="00000001800010", section="01", risk_code="28.1AD",
        company=mark), year=2026, rate_year=2026, notified_percent=Fraction(2), places={},
    )  # fmt: skip
    return stored_text(sheet)


def _rate(paper: RatePaper) -> RateYear:
    return RateYear(
        company_id=paper.company_id, establishment_id=paper.establishment_id, section="", risk_code="",
        rate_year=2026, paper_id=paper.id, notified=0, missing="",
    )  # fmt: skip
