"""Pages of parties: each module brings its routes, and `BLUEPRINTS` is what the application registers."""

from __future__ import annotations

from atmp_insure.parties import (
    account_views,
    agreement_version_views,
    agreement_views,
    blueprints,
    body_views,
    company_views,
    contact_views,
    doctor_views,
    import_views,
    partner_views,
    reach_views,
    section_views,
)

# importing them gives the blueprints their routes
ROUTES_ELSEWHERE = (
    account_views, agreement_version_views, agreement_views, body_views, company_views, contact_views, doctor_views,
    import_views, partner_views, reach_views, section_views,
)  # fmt: skip
BLUEPRINTS = (
    blueprints.parties, blueprints.partners, blueprints.doctors, blueprints.agreements, blueprints.bodies,
    blueprints.imports,
)  # fmt: skip
