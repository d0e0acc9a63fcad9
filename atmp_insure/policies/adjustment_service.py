"""The adjustment of a policy year between its rows and its rules: the year as insured, and the wages that are known."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.parties import payroll_queries
from atmp_insure.policies.adjusting import (
    adjusted_on,
    adjustment_of,
    require_over,
    year_insured,
    year_that_begins,
)
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.stack_service import latest_state, stack_of
from atmp_insure.policies.state import counting
from atmp_insure.policies.terms import section_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.adjusting import YearInsured
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.transactions import InsuranceYear


def wanted_adjustment(policy: Policy, first_day: date, wages_eur: Mapping[str, Fraction], today: date) -> Wanted:
    """The adjustment of the year that begins on a day, on the wages paid by section.

    Raises:
        InvalidInput: no such year, or sections that are not those of the year.
        Refused: the year is not over, or everything was taken back.
    """
    state = latest_state(policy)
    year = year_that_begins(state, first_day)
    require_over(state, year, today)
    return Wanted(adjusted_on(state, year), adjustment_of(insured_year_of(policy, year), wages_eur))


def insured_year_of(policy: Policy, year: InsuranceYear) -> YearInsured:
    """A year of a policy as it was insured."""
    return year_insured(counting(stack_of(policy)), year)


def wages_known(session: ScopedSession, policy: Policy, insured: YearInsured) -> dict[str, Fraction]:
    """The wages that everyone uses, by section; of the sections that were insured throughout a calendar year alone.

    Of another span, the payroll of a calendar year is not the wages of the insured days.
    """
    if not insured.is_calendar_year:
        return {}
    whole = {one.key for one in insured.sections if one.days == insured.days}
    paid = payroll_queries.list_payroll_of_company(session, policy.company_id, insured.year.first_day.year)
    known = {section_key(siret, number): amount for siret, number, amount in paid}
    return {key: Fraction(amount) for key, amount in known.items() if key in whole}
