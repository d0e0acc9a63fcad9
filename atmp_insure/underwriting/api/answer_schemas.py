"""The document of a quotation as answers describe it: what `atmp quote --json` writes, and what a quote keeps.

`quote_answer` makes it, and a test holds both together. Amounts, rates and shares are texts, exact.
"""

from __future__ import annotations

from marshmallow import Schema, fields


class CoverReasonSchema(Schema):
    """Why a file is not simply accepted, or what must be known with it."""

    code = fields.String(required=True)
    verdict = fields.String(required=True, metadata={"description": "ce à quoi elle mène : accept, refer ou refuse"})
    text_fr = fields.String(required=True)
    remedy_fr = fields.String(required=True, metadata={"description": "ce qui la lèverait ; vide : rien"})
    source = fields.String(required=True)


class SectionRateSchema(Schema):
    """A notified rate of a section."""

    rate_year = fields.Integer(required=True)
    notified_percent = fields.String(required=True)
    recomputed_percent = fields.String(required=True, allow_none=True)
    status = fields.String(required=True)


class ExposedSectionSchema(Schema):
    """A section that may be insured, as its papers tell it."""

    key = fields.String(required=True)
    siret = fields.String(required=True)
    section = fields.String(required=True)
    risk_code = fields.String(required=True)
    ctn = fields.String(required=True)
    mode = fields.String(required=True)
    own_share = fields.String(required=True, metadata={"description": "part du taux individuel, fraction"})
    rate_year = fields.Integer(required=True)
    notified_percent = fields.String(required=True)
    rates = fields.List(fields.Nested(SectionRateSchema), required=True)
    wages_eur = fields.Dict(fields.String(), fields.String(), required=True, metadata={"description": "par année"})
    headcount = fields.String(required=True)
    company_headcount = fields.String(required=True)
    temporary_workers = fields.String(required=True)
    account_years = fields.List(fields.Integer(), required=True)
    grave_claims = fields.Dict(fields.String(), fields.Integer(), required=True, metadata={"description": "par cause"})
    ordinary_claims = fields.Dict(
        fields.String(), fields.String(), required=True, metadata={"description": "par an et par catégorie"}
    )
    change_fr = fields.List(fields.String(), required=True, metadata={"description": "pourquoi le taux a changé"})


class UnusableSectionSchema(Schema):
    """A section that cannot be studied."""

    key = fields.String(required=True)
    missing_fr = fields.String(required=True)


class KnownClaimLineSchema(Schema):
    """A line of an account."""

    category = fields.String(required=True)
    account_year = fields.Integer(required=True)


class KnownClaimSchema(Schema):
    """A grave claim that the accounts show: it is excluded."""

    ref = fields.String(required=True)
    name_fr = fields.String(required=True)
    section = fields.String(required=True)
    nature = fields.String(required=True, allow_none=True)
    occurred_on = fields.String(required=True, allow_none=True)
    lines = fields.List(fields.Nested(KnownClaimLineSchema), required=True)


class ExposureSchema(Schema):
    """What the papers of a company expose an insurer to."""

    siren = fields.String(required=True)
    company = fields.String(required=True)
    naf = fields.String(required=True, allow_none=True)
    sections = fields.List(fields.Nested(ExposedSectionSchema), required=True)
    unusable_sections = fields.List(fields.Nested(UnusableSectionSchema), required=True)
    known_claims = fields.List(fields.Nested(KnownClaimSchema), required=True)
    missing_papers = fields.List(fields.String(), required=True)


class QuoteFindingSchema(Schema):
    """A finding of the papers."""

    key = fields.String(required=True)
    code = fields.String(required=True)
    severity = fields.String(required=True)
    message_fr = fields.String(required=True)
    place = fields.String(required=True)
    file = fields.String(required=True)
    estimated_saving_eur = fields.String(required=True, allow_none=True)


class ImpactYearSchema(Schema):
    """A rate year with one accident, and without it."""

    rate_year = fields.Integer(required=True)
    contribution_wages_eur = fields.String(required=True)
    with_percent = fields.String(required=True)
    without_percent = fields.String(required=True)
    excess_eur = fields.String(required=True)
    indemnities_eur = fields.List(fields.String(), required=True, metadata={"description": "par formule"})


class ImpactSchema(Schema):
    """What one accident would cost a section, year after year."""

    section = fields.String(required=True)
    event = fields.String(required=True)
    account_year = fields.Integer(required=True)
    total_excess_eur = fields.String(required=True)
    share_of_wages_percent = fields.String(required=True)
    indemnities_eur = fields.List(fields.String(), required=True, metadata={"description": "par formule"})
    years = fields.List(fields.Nested(ImpactYearSchema), required=True)


class PriceStepSchema(Schema):
    """A step of a frequency or of a premium: its value, what went in, and what it rests on."""

    step = fields.String(required=True)
    label_fr = fields.String(required=True)
    value = fields.String(required=True)
    inputs = fields.Dict(fields.String(), fields.String(), required=True)
    source = fields.String(required=True)


class ExpectedClaimsSchema(Schema):
    """Grave claims that a section should expect in a year."""

    cause = fields.String(required=True)
    event = fields.String(required=True)
    per_year = fields.String(required=True)


class SectionFrequenciesSchema(Schema):
    """Frequencies of a section, and how they were found."""

    section = fields.String(required=True)
    expected = fields.List(fields.Nested(ExpectedClaimsSchema), required=True)
    factors = fields.Dict(fields.String(), fields.String(), required=True)
    trace = fields.List(fields.Nested(PriceStepSchema), required=True)


class LossSchema(Schema):
    """What a cover would pay for a policy year."""

    expected_eur = fields.String(required=True)
    standard_error_eur = fields.String(required=True)
    percentiles_eur = fields.Dict(fields.String(), fields.String(), required=True)
    chance_of_payment_share = fields.String(required=True)


class PricedGuaranteeSchema(LossSchema):
    """A guarantee of a variant: what it would pay, and its part of the premium."""

    guarantee = fields.String(required=True)
    label_fr = fields.String(required=True)
    net_eur = fields.String(required=True)
    tax_eur = fields.String(required=True)


class PremiumLineSchema(Schema):
    """A line of a premium."""

    code = fields.String(required=True)
    label_fr = fields.String(required=True)
    net_eur = fields.String(required=True)
    surcharge_eur = fields.String(required=True)
    tax_rate_share = fields.String(required=True)
    tax_eur = fields.String(required=True)
    total_eur = fields.String(required=True)


class PremiumSchema(Schema):
    """A premium, line by line and step by step."""

    lines = fields.List(fields.Nested(PremiumLineSchema), required=True)
    technical_eur = fields.String(required=True)
    discount_eur = fields.String(required=True)
    net_eur = fields.String(required=True)
    surcharge_eur = fields.String(required=True)
    tax_eur = fields.String(required=True)
    total_eur = fields.String(required=True)
    commission_eur = fields.String(required=True)
    calls_eur = fields.List(fields.String(), required=True)
    trace = fields.List(fields.Nested(PriceStepSchema), required=True)


class CoverDeductibleSchema(Schema):
    """What stays with the client, per section and rate year."""

    kind = fields.String(required=True, metadata={"description": "percent_of_wages, percent_of_rate ou euros"})
    value = fields.String(required=True, metadata={"description": "fraction (0.003 est 0,30 %), ou euros"})


class CoverLimitsSchema(Schema):
    """What is never exceeded; null: no limit."""

    section_year_eur = fields.String(required=True, allow_none=True)
    year_eur = fields.String(required=True, allow_none=True)
    policy_eur = fields.String(required=True, allow_none=True)


class PremiumRangeSchema(Schema):
    """The total premium with every estimate at its cheaper end, then at its dearer one."""

    low_total_eur = fields.String(required=True)
    high_total_eur = fields.String(required=True)


class PremiumRatiosSchema(Schema):
    """The premium against wages, people and contributions."""

    percent_of_wages_percent = fields.String(required=True, allow_none=True)
    per_employee_eur = fields.String(required=True, allow_none=True)
    percent_of_contributions_percent = fields.String(required=True, allow_none=True)


class PricedVariantSchema(Schema):
    """A variant and its price."""

    guarantees = fields.List(fields.String(), required=True)
    diseases = fields.Boolean(required=True)
    deductible = fields.Nested(CoverDeductibleSchema, required=True)
    limits = fields.Nested(CoverLimitsSchema, required=True)
    instalments = fields.String(required=True)
    discount_share = fields.String(required=True)
    price = fields.List(fields.Nested(PricedGuaranteeSchema), required=True)
    loss = fields.Nested(LossSchema, required=True)
    premium = fields.Nested(PremiumSchema, required=True)
    range = fields.Nested(PremiumRangeSchema, required=True)
    ratios = fields.Nested(PremiumRatiosSchema, required=True)


class QuoteVersionsSchema(Schema):
    """Versions of what priced it."""

    statistics = fields.String(required=True)
    assumptions = fields.String(required=True)
    horizon_rate_year = fields.Integer(required=True, allow_none=True)


class CoverGuaranteeSchema(Schema):
    """A guarantee as the contract writes it."""

    guarantee = fields.String(required=True)
    label_fr = fields.String(required=True)
    clauses_fr = fields.List(fields.String(), required=True)
    is_optional = fields.Boolean(required=True)


class CoverExclusionSchema(Schema):
    """Something that is never covered, with its clause."""

    code = fields.String(required=True)
    clause = fields.String(required=True)
    text_fr = fields.String(required=True)


class CoverTermsSchema(Schema):
    """What the cover says, as it stood when the quote was made."""

    product_fr = fields.String(required=True)
    guarantees = fields.List(fields.Nested(CoverGuaranteeSchema), required=True)
    exclusions = fields.List(fields.Nested(CoverExclusionSchema), required=True)
    basis_fr = fields.String(required=True)
    waiting_days = fields.Integer(required=True)
    run_off_years = fields.Integer(required=True, allow_none=True)
    while_recourse_pending_fr = fields.String(required=True)
    recourse_must_be_engaged = fields.Boolean(required=True)
    validity_days = fields.Integer(required=True)


class QuotationSchema(Schema):
    """The document of a quotation, the same as that of `atmp quote --json`."""

    product = fields.String(required=True)
    product_version = fields.String(required=True)
    starts_on = fields.String(required=True)
    decision = fields.String(required=True, metadata={"description": "accept, refer ou refuse"})
    reasons = fields.List(fields.Nested(CoverReasonSchema), required=True)
    exposure = fields.Nested(ExposureSchema, required=True)
    findings = fields.List(fields.Nested(QuoteFindingSchema), required=True)
    impact = fields.List(fields.Nested(ImpactSchema), required=True)
    frequencies = fields.List(fields.Nested(SectionFrequenciesSchema), required=True)
    variants = fields.List(fields.Nested(PricedVariantSchema), required=True)
    premium = fields.Nested(
        PremiumSchema, required=True, allow_none=True, metadata={"description": "celle de la première formule"}
    )
    price = fields.List(
        fields.Nested(PricedGuaranteeSchema), required=True, metadata={"description": "celui de la première formule"}
    )
    seed = fields.String(
        required=True, allow_none=True, metadata={"description": "graine des tirages ; nul : sans prix"}
    )
    scenarios = fields.Dict(
        fields.String(), required=True,
        metadata={"description": "stream, drawn, enumerated et expected_claims ; vide : sans prix"},
    )  # fmt: skip
    versions = fields.Nested(QuoteVersionsSchema, required=True)
    terms = fields.Nested(CoverTermsSchema, required=True)
    warnings = fields.List(fields.String(), required=True)
