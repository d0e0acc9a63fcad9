"""The resources of parties: companies, establishments, sections and payroll years, as the pages have them."""

from __future__ import annotations

from atmp_insure.parties.api import companies, establishments, payroll, sections

RESOURCES = (companies.resources, establishments.resources, sections.resources, payroll.resources)
