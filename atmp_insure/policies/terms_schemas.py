"""What a policy says as it is stored and exchanged: exact numbers are texts, `1/3` for a third."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from marshmallow import EXCLUDE, Schema, fields, post_load

from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.policies.terms import InsuredSection, InsurerShare, PolicyTerms, PremiumRate, SectionOrigin
from atmp_insure.policies.transactions import InsuranceYear

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum


class Exact(fields.Field[Fraction]):
    """An exact number: `"1250.5"`, `"1/3"`."""

    def _serialize(self, value: Fraction | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Fraction:
        return Fraction(value)


class Made(Schema):
    """A schema that gives a value of one class, whose fields are its own."""

    made: ClassVar[type[Any]]

    class Meta:
        """The kind that stands beside the fields is no field."""

        unknown = EXCLUDE

    @post_load
    def make(self, given: dict[str, Any], **_keywords: Any) -> Any:
        """The value, its lists as tuples."""
        return self.made(**{name: tuple(one) if isinstance(one, list) else one for name, one in given.items()})


def code_field(codes: type[Enum]) -> Any:
    """One of some codes, stored by its value."""
    return fields.Enum(codes, by_value=True)


class SectionSchema(Made):
    """An insured section."""

    made = InsuredSection
    siret = fields.String()
    section = fields.String()
    risk_code = fields.String()
    wages_eur = Exact()
    headcount = Exact()
    first_day = fields.Date()
    origin = code_field(SectionOrigin)
    history_of = fields.List(fields.String())


class ShareSchema(Made):
    """The part of an insurer."""

    made = InsurerShare
    organisation_id = fields.Integer()
    share = Exact()
    is_leader = fields.Boolean()


class RateSchema(Made):
    """The price of a guarantee."""

    made = PremiumRate
    code = fields.String()
    rate = Exact()
    tax_class = fields.String()


class DeductibleSchema(Made):
    """A deductible."""

    made = Deductible
    kind = code_field(DeductibleKind)
    value = Exact()


class LimitsSchema(Made):
    """Limits; none where nothing is said."""

    made = Limits
    section_year_eur = Exact(allow_none=True)
    year_eur = Exact(allow_none=True)
    policy_eur = Exact(allow_none=True)


class CodeSet(fields.Field[frozenset[str]]):
    """A set of codes, in their order."""

    def _serialize(self, value: frozenset[str] | None, attr: str | None, obj: Any, **kwargs: Any) -> list[str]:
        return sorted(value or ())

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> frozenset[str]:
        return frozenset(value)


class TermsSchema(Made):
    """What a policy says at one moment."""

    made = PolicyTerms
    product = fields.String()
    product_version = fields.String()
    guarantees = CodeSet()
    diseases = fields.Boolean()
    deductible = fields.Nested(DeductibleSchema)
    limits = fields.Nested(LimitsSchema)
    sections = fields.List(fields.Nested(SectionSchema))
    rates = fields.List(fields.Nested(RateSchema))
    minimum_eur = Exact()
    frequency = code_field(Frequency)
    surcharge = Exact()
    agreement_version_id = fields.Integer()
    shares = fields.List(fields.Nested(ShareSchema))
    commission = Exact()
    broker_id = fields.Integer(allow_none=True)
    contact_id = fields.Integer(allow_none=True)
    mandate_id = fields.Integer(allow_none=True)


class YearSchema(Made):
    """A policy year."""

    made = InsuranceYear
    first_day = fields.Date()
    last_day = fields.Date()
