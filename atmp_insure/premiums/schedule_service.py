"""Where the premiums of policies stand: what they owe, what was called, what is next; of many policies at once."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.db.added_rows import put_rows
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.take_over_queries import called_elsewhere
from atmp_insure.policies.transactions import InsuranceYear
from atmp_insure.premiums import queries
from atmp_insure.premiums.booking import euros
from atmp_insure.premiums.calling import Amounts, CalledLine
from atmp_insure.premiums.due_calls import Called, next_due, years_owed
from atmp_insure.premiums.models import PremiumSchedule

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from atmp_insure.db.projections import Row
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy
    from atmp_insure.premiums.calling import Lines
    from atmp_insure.premiums.due_calls import YearOwed
    from atmp_insure.premiums.queries import CalledRow

SCHEDULE_COLUMNS = ("company_id", "policy_id", "reference", "charged_eur", "called_eur", "next_due_on", "next_eur")


def called_so_far(session: ScopedSession, policy_ids: Collection[int]) -> dict[int, Called]:
    """What was called of some policies, here and elsewhere, by policy; the policies are locked if it is to stay so."""
    elsewhere = called_elsewhere(session, policy_ids)
    by_year: dict[int, dict[InsuranceYear, Lines]] = defaultdict(lambda: defaultdict(dict))
    for row in queries.called_of(session, policy_ids):
        year = InsuranceYear(row.year_first_day, row.year_last_day)
        by_year[row.policy_id][year][_line(row)] = _amounts(row)
    until = queries.called_until(session, policy_ids)
    return {
        one: Called(by_year.get(one, {}), elsewhere.get(one, frozenset()), until.get(one, {})) for one in policy_ids
    }


def owed_years(session: ScopedSession, policy: Policy) -> tuple[YearOwed, ...]:
    """The years of a policy, between what they owe and what was called of them."""
    return years_owed(stack_of(policy), called_so_far(session, [policy.id])[policy.id])


def keep_schedules(session: ScopedSession, rows: Sequence[Row]) -> None:
    """Bring to date where the premiums of some policies stand; the policies are locked."""
    put_rows(session, PremiumSchedule, rows, ("policy_id",))


def schedule_row(policy: Policy, years: Sequence[YearOwed]) -> Row:
    """Where the premiums of a policy stand."""
    due = next_due(years)
    return {
        "company_id": policy.company_id, "policy_id": policy.id, "reference": policy.reference,
        "charged_eur": euros(sum(line.total for one in years for line in one.owed.values())),
        "called_eur": euros(sum(line.total for one in years for line in one.called.values())),
        "next_due_on": None if due is None else due[0], "next_eur": euros(0 if due is None else due[1]),
    }  # fmt: skip


def _line(row: CalledRow) -> CalledLine:
    return CalledLine(row.code, Fraction(row.tax_rate), row.agreement_version_id, row.broker_id or 0)


def _amounts(row: CalledRow) -> Amounts:
    return Amounts(*(int(one * 100) for one in (row.net_eur, row.surcharge_eur, row.tax_eur, row.commission_eur)))
