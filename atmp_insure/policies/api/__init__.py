"""The resources of policies: the portfolio, one as of a day as it was known on another, its acts, its revisions."""

from __future__ import annotations

from atmp_insure.policies.api import acts, policies, revisions

assert acts.resources is policies.resources, "they share one address"

RESOURCES = (policies.resources, revisions.resources)
