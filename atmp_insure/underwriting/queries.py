"""Every question about submissions and quotes."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from atmp_insure.access.models import Approval, ApprovalState
from atmp_insure.db.scope import unscoped
from atmp_insure.kernel.errors import NotFound
from atmp_insure.parties.agreement_queries import find_version_on, list_agreements_of
from atmp_insure.parties.models import Establishment, GroupMembership, RateSection
from atmp_insure.parties.payroll_models import PayrollYear
from atmp_insure.underwriting.models import Quote, QuoteSending, Submission, SubmissionState
from atmp_insure.underwriting.quote_course import LIVE_STATES, QuoteState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from decimal import Decimal

    from sqlalchemy import ColumnElement

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.underwriting.accumulation import CompanyProduct

_POLICY_YEAR = timedelta(days=365)  # two covers that begin a year apart do not meet
_WITH_PARTS = (
    selectinload(Submission.needs),
    selectinload(Submission.answers),
    selectinload(Submission.quotes).selectinload(Quote.decisions),
)
_WITH_COURSE = (
    selectinload(Quote.decisions),
    selectinload(Quote.sending).selectinload(QuoteSending.questions),
    selectinload(Quote.acceptance),
    selectinload(Quote.submission),
)


def submissions() -> Select[Submission]:
    """All files."""
    return select(Submission)


def quotes() -> Select[Quote]:
    """All quotes."""
    return select(Quote)


def get_submission(session: ScopedSession, submission_id: int) -> Submission:
    """A file with its forms, its answers and its quotes.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(select(Submission).where(Submission.id == submission_id).options(*_WITH_PARTS))
    if found is None:
        raise NotFound("Cette demande de tarification n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def get_quote(session: ScopedSession, quote_id: int) -> Quote:
    """A quote with its decisions, its sending and its acceptance.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.scalar(select(Quote).where(Quote.id == quote_id).options(*_WITH_COURSE))
    if found is None:
        raise NotFound("Ce devis n'existe pas, ou vous ne pouvez pas le voir.")
    return found


@unscoped("whoever holds the link of a quote has not signed in")
def find_sending_by_digest(session: ScopedSession, digest: bytes) -> QuoteSending | None:
    """The sending of a link, whatever became of its quote."""
    statement = select(QuoteSending).where(QuoteSending.token_digest == digest)
    course = (selectinload(QuoteSending.questions), selectinload(QuoteSending.quote).options(*_WITH_COURSE))
    return session.scalar(statement.options(*course))


def list_submissions_of(session: ScopedSession, company_id: int, most: int) -> Sequence[Submission]:
    """The files of a company, the latest first, with their quotes."""
    statement = select(Submission).where(Submission.company_id == company_id)
    ordered = statement.order_by(Submission.created_at.desc(), Submission.id.desc()).limit(most)
    return session.scalars(ordered.options(selectinload(Submission.quotes))).all()


def list_past_validity(session: ScopedSession, on: date) -> Sequence[Quote]:
    """Quotes that could still be accepted and whose last day is over."""
    statement = select(Quote).where(Quote.state.in_(LIVE_STATES), Quote.valid_until < on)
    return session.scalars(statement.order_by(Quote.id)).all()


def count_awaiting(session: ScopedSession, waits_for: str) -> int:
    """How many quotes await an underwriter, or an insurer."""
    statement = select(func.count(Quote.id)).where(Quote.state == QuoteState.REFERRED, Quote.waits_for == waits_for)
    return session.scalar(statement) or 0


def count_lapsing(session: ScopedSession, first: date, last: date) -> int:
    """How many quotes that clients have end between two days."""
    statement = select(func.count(Quote.id)).where(
        Quote.state == QuoteState.SENT, Quote.valid_until >= first, Quote.valid_until <= last
    )
    return session.scalar(statement) or 0


def open_submissions(company_id: int, product: str, starts_on: date) -> Select[Submission]:
    """The file of a company, a product and a day that is open, if one is."""
    return select(Submission).where(
        Submission.company_id == company_id, Submission.product == product, Submission.starts_on == starts_on,
        Submission.state == SubmissionState.OPEN,
    )  # fmt: skip


@unscoped("whoever decides a quote may not see the request for the second accord")
def approval_state(session: ScopedSession, approval_id: int | None) -> ApprovalState | None:
    """What became of the request for a second accord."""
    return session.scalar(select(Approval.state).where(Approval.id == approval_id))


def find_commission(session: ScopedSession, organisation_id: int, product: str, on: date) -> Fraction | None:
    """The commission that a broker's agreement gives for a product on a day; None when none says so."""
    for agreement in list_agreements_of(session, organisation_id):
        version = find_version_on(session, agreement.id, on)
        for one in () if version is None else version.products:
            if one.product == product:
                return Fraction(one.commission_rate)
    return None


def settled_wages(session: ScopedSession, company_id: int) -> dict[tuple[str, str, int], Fraction]:
    """The wages in use of a company's sections, by SIRET, number of section and civil year."""
    statement = (
        select(Establishment.siret, RateSection.number, PayrollYear.year, PayrollYear.payroll_eur)
        .join(RateSection, RateSection.id == PayrollYear.section_id)
        .join(Establishment, Establishment.id == RateSection.establishment_id)
        .where(PayrollYear.company_id == company_id)
    )
    rows = session.execute(statement)
    return {(siret, number, year): Fraction(wages) for siret, number, year, wages in rows if wages is not None}


@unscoped("an accumulation counts the companies of a group that the actor does not see")
def other_companies(session: ScopedSession, company_id: int, on: date) -> Sequence[int]:
    """The other companies of the groups that a company belongs to on a day."""
    mine = select(GroupMembership.organisation_id).where(GroupMembership.company_id == company_id, *_in_force(on))
    others = select(GroupMembership.company_id).where(
        GroupMembership.organisation_id.in_(mine), GroupMembership.company_id != company_id, *_in_force(on)
    )
    return session.scalars(others.order_by(GroupMembership.company_id)).all()


@unscoped("an accumulation counts the companies of a group that the actor does not see")
def accepted_wages(
    session: ScopedSession, companies: Collection[int], on: date
) -> list[tuple[int, CompanyProduct, Decimal]]:
    """Accepted quotes whose year meets the year from a day on, the latest last: number, company and product, wages."""
    statement = select(Quote.id, Quote.company_id, Submission.product, Quote.wages_eur).join(Quote.submission).where(
        Quote.state == QuoteState.ACCEPTED, Quote.company_id.in_(companies),
        Quote.starts_on > on - _POLICY_YEAR, Quote.starts_on < on + _POLICY_YEAR,
    )  # fmt: skip
    rows = session.execute(statement.order_by(Quote.starts_on, Quote.id))
    return [(number, (company, product), wages) for number, company, product, wages in rows]


def _in_force(on: date) -> tuple[ColumnElement[bool], ...]:
    last = GroupMembership.last_day
    return GroupMembership.first_day <= on, last.is_(None) | (last >= on)
