"""The resources of parties, as the pages have them: companies, payroll, partners, agreements, bodies, files."""

from __future__ import annotations

from atmp_insure.parties.api import (
    accounts,
    agreement_versions,
    agreements,
    companies,
    contacts,
    establishments,
    imports,
    partners,
    payroll,
    reach,
    sections,
)

RESOURCES = (
    companies.resources, reach.resources, establishments.resources, sections.resources, payroll.resources,
    partners.partners, partners.doctors, contacts.contacts, contacts.bodies, accounts.resources, agreements.resources,
    agreement_versions.resources, imports.resources,
)  # fmt: skip
