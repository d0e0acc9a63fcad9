"""The resources of premiums: calls, accounts and payments of clients, unpaid premiums, commissions, what books say."""

from __future__ import annotations

from atmp_insure.premiums.api import accounts, calls, commissions, notices, reports, unpaid

RESOURCES = (
    calls.resources, calls.of_policies, accounts.resources, accounts.payments, unpaid.resources, unpaid.of_policies,
    notices.resources, commissions.resources, commissions.lines, *reports.RESOURCES,
)  # fmt: skip
