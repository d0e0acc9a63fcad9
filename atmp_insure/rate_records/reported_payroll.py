"""What papers say of payroll and headcount, told to the companies: asked once, used by everyone.

A sheet gives the payroll of three years for its section; an account, that of its own year. What differs from the value
in use is kept beside it, and shown until a person chooses.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.kernel.money import round_cents
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.payroll_models import PayrollSource
from atmp_insure.parties.payroll_service import FIRST_YEAR, Report, report_payroll
from atmp_insure.parties.queries import find_section, get_establishment
from atmp_insure.parties.service import add_section
from atmp_insure.rate_records.documents import CalculationSheet, DocumentKind, EmployerAccount
from atmp_insure.rating.unit import last_known_year

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from fractions import Fraction

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import RateSection
    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.models import RatePaper

_HUNDREDTH = Decimal("0.01")


def tell_payroll(session: ScopedSession, paper: RatePaper, document: Document, now: datetime) -> None:
    """Tell what a paper that counts says of the payroll of its section; nothing where the actor may not declare any."""
    number = document.establishment.section
    if paper.establishment_id is None or not number:
        return
    if not has_right_there(session, Right.WRITE_PAYROLL, paper.company_id, paper.establishment_id):
        return
    section = _section(session, paper.establishment_id, number, now)
    if section is not None:
        for report in _reports(paper, document, paris_day(now)):
            report_payroll(session, section, report, now)


def _section(session: ScopedSession, establishment_id: int, number: str, now: datetime) -> RateSection | None:
    """The section of a number; added when it is not known, by whoever may."""
    found = find_section(session, establishment_id, number)
    if found is not None:
        return found
    establishment = get_establishment(session, establishment_id)
    if not has_right_there(session, Right.ADD_COMPANIES, establishment.company_id, establishment_id):
        return None
    return add_section(session, establishment, number, "", now)


def _reports(paper: RatePaper, document: Document, today: date) -> Iterator[Report]:
    match document:
        case CalculationSheet():
            stated_on = min(document.notified_on or document.effective_on or today, today)
            for year, amount in document.wages_by_year.items():
                headcount = document.section_headcount if year == last_known_year(document.rate_year) else None
                yield from _report(paper, stated_on, year, amount, headcount)
        case EmployerAccount() if document.year is not None:
            stated_on = min(document.issued_on or today, today)
            yield from _report(paper, stated_on, document.year, document.wages_eur, document.headcount)
        case _:
            return


def _report(
    paper: RatePaper, stated_on: date, year: int, amount: Fraction | None, headcount: Fraction | None
) -> Iterator[Report]:
    """One year of a paper; nothing when it says neither payroll nor headcount."""
    if FIRST_YEAR <= year <= stated_on.year and (amount or headcount):
        source = PayrollSource.SHEET if paper.kind == DocumentKind.CALCULATION_SHEET else PayrollSource.ACCOUNT
        yield Report(
            year=year, payroll_eur=_exact(amount), headcount=_exact(headcount), source=source, stated_on=stated_on,
            document_id=paper.document_id,
        )  # fmt: skip


def _exact(value: Fraction | None) -> Decimal | None:
    """A value at two decimals; zero says nothing."""
    if not value:
        return None
    hundredths = round_cents(value) * 100
    return (Decimal(hundredths.numerator) * _HUNDREDTH).quantize(_HUNDREDTH)
