"""Every question about papers of the AT/MP account, the rates and the findings they give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Select, and_, false, or_, select
from sqlalchemy.orm import aliased, defer, selectinload

from atmp_insure.documents.accepted_files import CSV, JSON, PDF, TEXT, XLS, XLSX, ZIP
from atmp_insure.documents.models import Document, DocumentVersion
from atmp_insure.kernel.errors import NotFound
from atmp_insure.rate_records.models import (
    DepositState,
    PaperDeposit,
    PaperState,
    RateFinding,
    RatePaper,
    RateYear,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession

READABLE = (PDF, XLSX, XLS, CSV, TEXT, JSON, ZIP)  # files that some reader takes
MOST_UNREAD = 50
_USED = (PaperState.PROPOSED, PaperState.KEPT, PaperState.SUPERSEDED)
_VERSION = 4  # place of the file in what a deposit tells


def deposits() -> Select[PaperDeposit]:
    """All deposits of papers."""
    return select(PaperDeposit)


def findings() -> Select[RateFinding]:
    """All findings."""
    return select(RateFinding)


def papers() -> Select[RatePaper]:
    """All papers, without their contents: lists need none, and each would be decrypted."""
    return select(RatePaper).options(defer(RatePaper.content))


def rate_years() -> Select[RateYear]:
    """All rates that are known."""
    return select(RateYear)


def has_papers(session: ScopedSession, held: Mapping[int, datetime]) -> bool:
    """Whether documents were read, into papers that count, that wait, or that a newer one replaced.

    Args:
        held: number of a document → when the file in question came to it.
    """
    read = or_(
        *(and_(RatePaper.document_id == document, RatePaper.read_at >= came_at) for document, came_at in held.items()),
        false(),
    )
    return session.scalar(select(RatePaper.id).where(read, RatePaper.state.in_(_USED)).limit(1)) is not None


def list_papers_read_from(session: ScopedSession, document_id: int) -> Sequence[RatePaper]:
    """The papers read from a document that count, that wait, or that a newer one replaced, without their contents."""
    statement = papers().where(RatePaper.document_id == document_id, RatePaper.state.in_(_USED))
    return session.scalars(statement.order_by(RatePaper.id)).all()


def list_unread_documents(
    session: ScopedSession, company_id: int, kinds: Collection[str], among: Collection[int] | None = None
) -> Sequence[Document]:
    """The latest documents of a company, of some kinds, that nobody had read yet; with their versions.

    One whose papers were left out was read, and so was one of which nothing could be read: somebody decided on it.

    Args:
        among: only these documents, when they are given.
    """
    tried = _tried_versions(session, company_id)
    latest, same, newer = DocumentVersion, aliased(DocumentVersion), aliased(DocumentVersion)
    read = (
        select(RatePaper.id)
        .join(same, same.document_id == RatePaper.document_id)
        .where(same.address == latest.address, same.object_key.is_not(None), RatePaper.read_at >= same.received_at)
    )
    later = select(newer.id).where(newer.document_id == latest.document_id, newer.number > latest.number)
    unread = select(latest.document_id).where(
        latest.object_key.is_not(None), latest.media_type.in_(READABLE), latest.id.not_in(tried), ~later.exists(),
        ~read.exists(),
    )  # fmt: skip
    statement = select(Document).where(
        Document.company_id == company_id, Document.kind.in_(kinds), Document.erased_at.is_(None),
        Document.id.in_(unread),
    )  # fmt: skip
    if among is not None:
        statement = statement.where(Document.id.in_(among))
    ordered = statement.order_by(Document.received_at.desc(), Document.id.desc()).limit(MOST_UNREAD)
    return session.scalars(ordered.options(selectinload(Document.versions))).all()


def _tried_versions(session: ScopedSession, company_id: int) -> set[int]:
    """The files of which something could not be read, as the deposits of a company tell."""
    told = session.scalars(select(PaperDeposit.told).where(PaperDeposit.company_id == company_id))
    return {row[_VERSION] for text in told for row in json.loads(text) if row[_VERSION:] and row[_VERSION]}


def get_deposit(session: ScopedSession, deposit_id: int) -> PaperDeposit:
    """A deposit with its papers and their corrections.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    papers = selectinload(PaperDeposit.papers).selectinload(RatePaper.corrections)
    found = session.scalar(select(PaperDeposit).where(PaperDeposit.id == deposit_id).options(papers))
    if found is None:
        raise NotFound("Ce dépôt n'existe pas, ou vous ne pouvez pas le voir.")
    return found


def get_paper(session: ScopedSession, paper_id: int) -> RatePaper:
    """A paper with its corrections.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    statement = select(RatePaper).where(RatePaper.id == paper_id).options(selectinload(RatePaper.corrections))
    found = session.scalar(statement)
    if found is None:
        raise NotFound("Cette pièce n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def find_open_deposit(session: ScopedSession, paper: RatePaper) -> PaperDeposit | None:
    """The deposit of a paper, while somebody must still look at it."""
    statement = select(PaperDeposit).where(
        PaperDeposit.id == paper.deposit_id, PaperDeposit.state == DepositState.PROPOSED
    )
    return session.scalar(statement)


def list_superseded_by(session: ScopedSession, paper_id: int) -> Sequence[RatePaper]:
    """The papers that one took the place of, with their corrections."""
    statement = select(RatePaper).where(RatePaper.superseded_by == paper_id).order_by(RatePaper.id)
    return session.scalars(statement.options(selectinload(RatePaper.corrections))).all()


def list_counting(session: ScopedSession, company_id: int) -> Sequence[RatePaper]:
    """The papers of a company that count, in the order they came, with their corrections."""
    statement = select(RatePaper).where(RatePaper.company_id == company_id, RatePaper.state == PaperState.KEPT)
    return session.scalars(statement.options(selectinload(RatePaper.corrections)).order_by(RatePaper.id)).all()


def list_papers(session: ScopedSession, company_id: int) -> Sequence[RatePaper]:
    """The papers of a company that count or did, newest rate or account year first; their contents are not read."""
    states = (PaperState.KEPT, PaperState.SUPERSEDED)
    statement = select(RatePaper).where(RatePaper.company_id == company_id, RatePaper.state.in_(states))
    return session.scalars(statement.order_by(RatePaper.siret, RatePaper.year.desc(), RatePaper.id.desc())).all()


def list_open_deposits(session: ScopedSession, company_id: int) -> Sequence[PaperDeposit]:
    """The deposits of a company that somebody must still look at."""
    statement = select(PaperDeposit).where(
        PaperDeposit.company_id == company_id, PaperDeposit.state == DepositState.PROPOSED
    )
    return session.scalars(statement.order_by(PaperDeposit.id)).all()


def list_rate_years(session: ScopedSession, establishment_id: int) -> Sequence[RateYear]:
    """The rates of an establishment, section by section, oldest first."""
    statement = select(RateYear).where(RateYear.establishment_id == establishment_id)
    return session.scalars(statement.order_by(RateYear.section, RateYear.risk_code, RateYear.rate_year)).all()


def list_findings_of_company(session: ScopedSession, company_id: int) -> Sequence[RateFinding]:
    """The findings of a company, the gravest first."""
    statement = select(RateFinding).where(RateFinding.company_id == company_id)
    return session.scalars(statement.order_by(RateFinding.position)).all()


def list_findings_of_establishment(session: ScopedSession, establishment_id: int) -> Sequence[RateFinding]:
    """The findings of an establishment, the gravest first."""
    statement = select(RateFinding).where(RateFinding.establishment_id == establishment_id)
    return session.scalars(statement.order_by(RateFinding.position)).all()


def list_latest_rates(session: ScopedSession, company_id: int, on: date) -> Sequence[RateYear]:
    """The rate of each unit of a company as of a day: of its year, else of the last year before that is known."""
    statement = select(RateYear).where(RateYear.company_id == company_id, RateYear.rate_year <= on.year)
    by_unit = {
        (one.establishment_id, one.section, one.risk_code): one
        for one in session.scalars(statement.order_by(RateYear.rate_year, RateYear.id))
    }
    return [by_unit[key] for key in sorted(by_unit)]
