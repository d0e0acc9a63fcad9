"""The resource of policies: the portfolio, one as of a day as it was known on another, its transactions, its acts."""

from __future__ import annotations

from atmp_insure.policies.api import acts, policies

assert acts.resources is policies.resources, "they share one address"

RESOURCES = (policies.resources,)
