"""Every question about papers of the AT/MP account, the rates and the findings they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, selectinload

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
    from collections.abc import Sequence
    from datetime import date

    from atmp_insure.db.session import ScopedSession


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


def has_papers(session: ScopedSession, document_id: int) -> bool:
    """Whether a file of the vault was read before, into papers that count, that wait, or that a newer one replaced."""
    used = (PaperState.PROPOSED, PaperState.KEPT, PaperState.SUPERSEDED)
    statement = select(RatePaper.id).where(RatePaper.document_id == document_id, RatePaper.state.in_(used))
    return session.scalar(statement.limit(1)) is not None


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
