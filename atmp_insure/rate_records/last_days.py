"""The last day to contest a rate that a finding touches, by the legal clock of the notification of that rate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from atmp_insure.deadlines.clock import Event
from atmp_insure.deadlines.day_names import day_of
from atmp_insure.deadlines.due import RATE_CONTEST, due
from atmp_insure.deadlines.question import Question
from atmp_insure.kernel.errors import AtmpInsureError
from atmp_insure.rate_records.documents import Severity
from atmp_insure.rating.unit import triennium

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.rate_records.documents import EmployerAccount
    from atmp_insure.rate_records.reconciliation import ReconciledRate, Reconciliation


def with_last_days(reconciliation: Reconciliation, law: DeadlineLaw) -> Reconciliation:
    """The findings that ask for a contest, each with its last day: the safe one, to show to the person who must act.

    A finding on a sheet is contested with that sheet's rate; one on an account with the last rate that counts it.

    Source: art. R.142-1-A III CSS (two months from the notification of the rate), through the clock `rate_contest`.
    """
    rates: dict[str, ReconciledRate] = {}
    for unit in reconciliation.units:
        rates |= {rate.sheet.file: rate for rate in unit.rates}
    for unit in reconciliation.units:
        for account in unit.papers.accounts:
            counting = [rate for rate in unit.rates if _counts(rate, account)]
            rates |= {account.file: counting[-1]} if counting else {}
    days = {file: _last_day(rate, law) for file, rate in rates.items()}
    findings = tuple(
        finding._replace(contest_before=days.get(finding.file)) if finding.severity is Severity.ERROR else finding
        for finding in reconciliation.findings
    )
    return replace(reconciliation, findings=findings)


def _counts(rate: ReconciledRate, account: EmployerAccount) -> bool:
    """Whether a rate counts a year of an account."""
    return not set(triennium(rate.sheet.rate_year)).isdisjoint(account.account_years)


def _last_day(rate: ReconciledRate, law: DeadlineLaw) -> date | None:
    if rate.sheet.notified_on is None:
        return None
    question = Question(Event(rate.sheet.notified_on), law.territory_of_fund(rate.sheet.establishment.fund))
    try:
        safe = due(law, RATE_CONTEST, question).counted.safe_due
    except AtmpInsureError:
        return None  # a notification outside the known calendar: the finding stands without its day
    return None if safe is None else day_of(safe)
