"""Every question about payroll and headcount: the value that everyone uses, and what each source stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Integer, Select, cast, func, select
from sqlalchemy.orm import with_expression

from atmp_insure.kernel.errors import NotFound
from atmp_insure.parties.models import Company, Establishment, RateSection
from atmp_insure.parties.payroll_models import PayrollStatement, PayrollYear

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession


def payroll_used(
    session: ScopedSession, section_ids: Collection[int], years: Collection[int]
) -> dict[tuple[int, int], PayrollYear]:
    """The payroll and headcount that everyone uses, by section and year; what nobody stated is left out.

    A rate is recomputed from its papers; a price whose papers say otherwise than this is referred.
    """
    statement = select(PayrollYear).where(PayrollYear.section_id.in_(section_ids), PayrollYear.year.in_(years))
    return {(used.section_id, used.year): used for used in session.scalars(statement)}


def payroll_years() -> Select[PayrollYear]:
    """All figures in use, with their company, establishment and section."""
    company = select(Company.name).where(Company.id == PayrollYear.company_id)
    siret = select(Establishment.siret).where(Establishment.id == PayrollYear.establishment_id)
    number = select(RateSection.number).where(RateSection.id == PayrollYear.section_id)
    return select(PayrollYear).options(
        with_expression(PayrollYear.company_name, company.correlate(PayrollYear).scalar_subquery()),
        with_expression(PayrollYear.siret, siret.correlate(PayrollYear).scalar_subquery()),
        with_expression(PayrollYear.section_number, number.correlate(PayrollYear).scalar_subquery()),
    )


def list_payroll_of_section(session: ScopedSession, section_id: int) -> Sequence[PayrollYear]:
    """The figures in use of a section, the latest year first."""
    statement = select(PayrollYear).where(PayrollYear.section_id == section_id)
    return session.scalars(statement.order_by(PayrollYear.year.desc())).all()


def get_payroll_year(session: ScopedSession, payroll_year_id: int) -> PayrollYear:
    """The figures in use of a section for a year.

    Raises:
        NotFound: none, or none that the actor may see.
    """
    found = session.get(PayrollYear, payroll_year_id)
    if found is None:
        raise NotFound("Cette année de masse salariale n'existe pas, ou vous ne pouvez pas la voir.")
    return found


def list_statements(session: ScopedSession, section_id: int, year: int) -> Sequence[PayrollStatement]:
    """What each source stated of a section for a year, the latest first."""
    statement = select(PayrollStatement).where(PayrollStatement.section_id == section_id, PayrollStatement.year == year)
    return session.scalars(statement.order_by(PayrollStatement.id.desc())).all()


@dataclass(frozen=True, slots=True)
class CompanyYear:
    """The figures in use of a whole company for a year.

    Attributes:
        payroll_eur, headcount: sums over its sections; None when no section has any.
        payroll_sections, headcount_sections: how many sections they add up.
        differing: how many sections have a difference that nobody settled.
    """

    year: int
    payroll_eur: Decimal | None
    headcount: Decimal | None
    payroll_sections: int
    headcount_sections: int
    differing: int

    @property
    def section_count(self) -> int:
        """How many sections say something of this year."""
        return max(self.payroll_sections, self.headcount_sections)


def list_company_years(session: ScopedSession, company_id: int, last_year: int, most: int) -> tuple[CompanyYear, ...]:
    """The figures in use of a company, summed over its sections, the latest years first."""
    statement = (
        select(
            PayrollYear.year,
            func.sum(PayrollYear.payroll_eur),
            func.sum(PayrollYear.headcount),
            func.count(PayrollYear.payroll_eur),
            func.count(PayrollYear.headcount),
            func.sum(cast(PayrollYear.differs, Integer)),
        )
        .where(PayrollYear.company_id == company_id, PayrollYear.year <= last_year)
        .group_by(PayrollYear.year)
        .order_by(PayrollYear.year.desc())
        .limit(most)
    )
    return tuple(CompanyYear(*row) for row in session.execute(statement))


def list_payroll_of_company(session: ScopedSession, company_id: int, year: int) -> Sequence[tuple[str, str, Decimal]]:
    """The payroll in use of each section of a company for a year: SIRET, number of the section, euros."""
    statement = (
        select(Establishment.siret, RateSection.number, PayrollYear.payroll_eur)
        .join_from(PayrollYear, RateSection, RateSection.id == PayrollYear.section_id)
        .join(Establishment, Establishment.id == PayrollYear.establishment_id)
        .where(PayrollYear.company_id == company_id, PayrollYear.year == year, PayrollYear.payroll_eur.is_not(None))
    )
    return [(siret, number, amount) for siret, number, amount in session.execute(statement) if amount is not None]


def count_differences(session: ScopedSession) -> int:
    """How many figures have a difference that nobody settled, among those that the actor sees."""
    return session.scalar(select(func.count(PayrollYear.id)).where(PayrollYear.differs)) or 0
