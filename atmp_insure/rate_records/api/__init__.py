"""The resources of rate records: deposits, papers, findings, rates and simulations, as the pages have them."""

from __future__ import annotations

from atmp_insure.rate_records.api import deposits, papers, rates, simulations

RESOURCES = (deposits.resources, papers.resources, rates.resources, simulations.resources)
