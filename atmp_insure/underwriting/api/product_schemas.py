"""A product version in answers: all that its file says, as plain values, each part with its source and its warning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.api.values import Euros
from atmp_insure.guarantees.catalogue import guarantee
from atmp_insure.guarantees.vocabulary import Cause, DeductibleKind, Frequency, TriggerBasis, WhilePending
from atmp_insure.kernel.money import euros_text
from atmp_insure.kernel.rounding import plain_decimal
from atmp_insure.regulation.values import Confidence
from atmp_insure.regulation.vocabulary import Mode
from atmp_insure.underwriting.api.answer_schemas import (
    CoverDeductibleSchema,
    CoverExclusionSchema,
    CoverGuaranteeSchema,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from atmp_insure.guarantees.product import (
        Deductible,
        DeductibleChoice,
        GuaranteeTerms,
        ProductVersion,
    )


class FractionText(fields.String):
    """A share in an answer: the fraction that it is, exact (0.09 is 9 %)."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else plain_decimal(value)


class SoldGuaranteeSchema(CoverGuaranteeSchema):
    """A guarantee as a version sells it."""

    causes = fields.List(fields.Enum(Cause, by_value=fields.String), required=True)
    includes_death = fields.Boolean(required=True)
    fee_share = FractionText(
        required=True, allow_none=True, metadata={"description": "part des sommes recouvrées ; nul : sans objet"}
    )
    tax_class = fields.String(required=True)


class TriggerSchema(Schema):
    """When a claim belongs to the cover."""

    basis = fields.Enum(TriggerBasis, by_value=fields.String, required=True)
    waiting_days = fields.Integer(required=True)
    run_off_years = fields.Integer(
        required=True, allow_none=True, metadata={"description": "nul : jusqu'à la fin de leurs effets"}
    )


class RecourseTermsSchema(Schema):
    """What the cover asks of recourses."""

    while_pending = fields.Enum(WhilePending, by_value=fields.String, required=True)
    must_be_engaged = fields.Boolean(required=True)


class OfferedDeductibleSchema(CoverDeductibleSchema):
    """A deductible that the product offers."""

    by_exception = fields.Boolean(required=True, metadata={"description": "vrai : par dérogation"})


class SoldLimitsSchema(Schema):
    """What is never exceeded when nothing else is agreed; null: no limit."""

    section_year_eur = Euros(required=True, allow_none=True)
    year_eur = Euros(required=True, allow_none=True)
    policy_eur = Euros(required=True, allow_none=True)


class EligibilitySchema(Schema):
    """Who may be covered."""

    smallest_headcount = fields.Integer(required=True)
    modes = fields.List(fields.Enum(Mode, by_value=fields.String), required=True)
    schemes = fields.List(fields.String(), required=True)


class LoadingsSchema(Schema):
    """What is added to the expected cost, as fractions."""

    capital_share = FractionText(required=True, attribute="capital")
    management_share = FractionText(required=True, attribute="management")
    insurer_margin_share = FractionText(required=True, attribute="insurer_margin")
    broker_commission_share = FractionText(required=True, attribute="broker_commission")


class AuthoritySchema(Schema):
    """Above what a quote is referred."""

    largest_wages_eur = Euros(required=True)
    largest_percentile_eur = Euros(required=True)
    open_grave_claims = fields.Integer(required=True)
    headcount_margin = fields.Integer(required=True)
    temporary_share = FractionText(required=True)
    largest_discount_share = FractionText(required=True, attribute="largest_discount")


class InstalmentsSchema(Schema):
    """What paying more often costs, a fraction of the premium without tax."""

    frequency = fields.Enum(Frequency, by_value=fields.String, required=True)
    surcharge_share = FractionText(required=True)


class CitationSchema(Schema):
    """Where a part of a version comes from."""

    part = fields.String(required=True, metadata={"description": "« limits », « guarantees.IT6 »…"})
    source = fields.String(required=True)
    confidence = fields.Enum(Confidence, by_value=fields.String, required=True)
    checked_on = fields.Date(required=True)
    warning = fields.String(required=True, metadata={"description": "à dire avec tout résultat ; vide : rien"})


class VersionNameSchema(Schema):
    """A version of a product, and the days on which its covers may begin."""

    version = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True, allow_none=True, metadata={"description": "nul : jusqu'à la suivante"})


class ProductVersionSchema(VersionNameSchema):
    """All that a version says."""

    product = fields.String(required=True)
    label_fr = fields.String(required=True)
    guarantees = fields.List(fields.Nested(SoldGuaranteeSchema), required=True)
    trigger = fields.Nested(TriggerSchema, required=True)
    recourse = fields.Nested(RecourseTermsSchema, required=True)
    deductibles = fields.List(fields.Nested(OfferedDeductibleSchema), required=True)
    limits = fields.Nested(SoldLimitsSchema, required=True)
    exclusions = fields.List(fields.Nested(CoverExclusionSchema), required=True)
    eligibility = fields.Nested(EligibilitySchema, required=True)
    loadings = fields.Nested(LoadingsSchema, required=True)
    authority = fields.Nested(AuthoritySchema, required=True)
    instalments = fields.List(fields.Nested(InstalmentsSchema), required=True)
    minimum_premium_eur = Euros(required=True, metadata={"description": "hors taxe, par année d'assurance"})
    validity_days = fields.Integer(required=True, metadata={"description": "durée de validité d'un devis"})
    sources = fields.List(fields.Nested(CitationSchema), required=True)
    warnings = fields.List(fields.String(), required=True)


_AS_IT_IS = (
    "version", "first_day", "last_day", "product", "label_fr", "trigger", "recourse", "limits", "exclusions",
    "loadings", "authority", "minimum_premium_eur", "validity_days", "warnings",
)  # fmt: skip


def version_values(found: ProductVersion) -> dict[str, Any]:
    """A version as answers carry it; where its file lies is no part of it."""
    eligible = found.eligibility
    return {name: getattr(found, name) for name in _AS_IT_IS} | {
        "guarantees": [_sold(found, one) for one in found.guarantees],
        "deductibles": [_offered(one) for one in found.deductibles],
        "eligibility": {
            "smallest_headcount": eligible.smallest_headcount,
            "modes": [one for one in Mode if one in eligible.modes],
            "schemes": sorted(eligible.schemes),
        },
        "instalments": [
            {"frequency": one, "surcharge_share": found.instalments[one]}
            for one in Frequency
            if one in found.instalments
        ],
        "sources": [
            {"part": part, "source": one.source, "confidence": one.confidence, "checked_on": one.checked_on,
             "warning": one.warning}
            for part, one in found.citations.items()
        ],
    }  # fmt: skip


def _sold(found: ProductVersion, terms: GuaranteeTerms) -> dict[str, Any]:
    kind = guarantee(terms.code)
    return {
        "guarantee": terms.code, "label_fr": kind.label_fr, "clauses_fr": kind.wording(found, terms),
        "is_optional": terms.is_optional, "causes": [one for one in Cause if one in terms.causes],
        "includes_death": terms.includes_death, "fee_share": terms.fee_share, "tax_class": terms.tax_class,
    }  # fmt: skip


def _offered(choice: DeductibleChoice) -> dict[str, Any]:
    return {
        "kind": choice.deductible.kind.value, "value": _value(choice.deductible), "by_exception": choice.by_exception,
    }  # fmt: skip


def _value(deductible: Deductible) -> str:
    value: Fraction = deductible.value
    return euros_text(value) if deductible.kind is DeductibleKind.EUROS else plain_decimal(value)
