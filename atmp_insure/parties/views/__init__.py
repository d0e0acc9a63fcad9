"""Pages of parties: each module brings its routes, and `BLUEPRINTS` is what the application registers."""

from __future__ import annotations

from atmp_insure.parties.views import (
    accounts,
    agreement_versions,
    agreements,
    bodies,
    companies,
    contacts,
    doctors,
    imports,
    partners,
    reach,
    sections,
    shared,
)

# importing them gives the blueprints their routes
ROUTES_ELSEWHERE = (
    accounts, agreement_versions, agreements, bodies, companies, contacts, doctors, imports, partners, reach, sections,
)  # fmt: skip
BLUEPRINTS = (shared.parties, shared.partners, shared.doctors, shared.agreements, shared.bodies, shared.imports)
