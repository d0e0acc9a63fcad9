"""The changes of an endorsement as they are stored and exchanged, each with the code of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import fields

from atmp_insure.guarantees.vocabulary import Frequency
from atmp_insure.policies import changes
from atmp_insure.policies.terms_schemas import (
    CodeSet,
    DeductibleSchema,
    Exact,
    LimitsSchema,
    Made,
    RateSchema,
    SectionSchema,
    ShareSchema,
    TermsSchema,
    code_field,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marshmallow import Schema

    from atmp_insure.policies.changes import Change


class _OpenSection(Made):
    made = changes.OpenSection
    section = fields.Nested(SectionSchema)


class _CloseSection(Made):
    made = changes.CloseSection
    siret = fields.String()
    section = fields.String()
    leaving = code_field(changes.Leaving)
    buyer_siren = fields.String(allow_none=True)


class _MoveSection(Made):
    made = changes.MoveSection
    siret = fields.String()
    section = fields.String()
    to_siret = fields.String()


class _ChangeWages(Made):
    made = changes.ChangeWages
    siret = fields.String()
    section = fields.String()
    wages_eur = Exact()


class _RereadSection(Made):
    made = changes.RereadSection
    siret = fields.String()
    section = fields.String()
    risk_code = fields.String()
    headcount = Exact()
    wages_eur = Exact()


class _ChangeCover(Made):
    made = changes.ChangeCover
    guarantees = CodeSet()
    diseases = fields.Boolean()
    rates = fields.List(fields.Nested(RateSchema))


class _ChangeDeductible(Made):
    made = changes.ChangeDeductible
    deductible = fields.Nested(DeductibleSchema)
    rates = fields.List(fields.Nested(RateSchema))


class _ChangeLimits(Made):
    made = changes.ChangeLimits
    limits = fields.Nested(LimitsSchema)
    rates = fields.List(fields.Nested(RateSchema))


class _ChangePrice(Made):
    made = changes.ChangePrice
    rates = fields.List(fields.Nested(RateSchema))
    minimum_eur = Exact()


class _ChangeProductVersion(Made):
    made = changes.ChangeProductVersion
    product_version = fields.String()
    minimum_eur = Exact()


class _ChangeInstalments(Made):
    made = changes.ChangeInstalments
    frequency = code_field(Frequency)
    surcharge = Exact()


class _ChangeBroker(Made):
    made = changes.ChangeBroker
    broker_id = fields.Integer(allow_none=True)
    commission = Exact()


class _ChangeInsurer(Made):
    made = changes.ChangeInsurer
    agreement_version_id = fields.Integer()
    shares = fields.List(fields.Nested(ShareSchema))


class _ChangeContact(Made):
    made = changes.ChangeContact
    contact_id = fields.Integer(allow_none=True)


class _ChangeMandate(Made):
    made = changes.ChangeMandate
    mandate_id = fields.Integer(allow_none=True)


class _Restated(Made):
    made = changes.Restated
    terms = fields.Nested(TermsSchema)


_CHANGES: dict[str, Schema] = {
    schema.made.kind.value: schema
    for schema in (
        _OpenSection(), _CloseSection(), _MoveSection(), _ChangeWages(), _RereadSection(), _ChangeCover(),
        _ChangeDeductible(), _ChangeLimits(), _ChangePrice(), _ChangeProductVersion(), _ChangeInstalments(),
        _ChangeBroker(), _ChangeInsurer(), _ChangeContact(), _ChangeMandate(), _Restated(),
    )
}  # fmt: skip


class ChangeField(fields.Field[Any]):
    """A change, by its kind."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> dict[str, Any]:
        return plain_change(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return change_of(value)


def plain_change(change: Change) -> dict[str, Any]:
    """A change as it is stored, with the code of its kind."""
    return {"kind": change.kind.value, **_CHANGES[change.kind.value].dump(change)}


def change_of(plain: Mapping[str, Any]) -> Change:
    """A change from its stored form."""
    found: Change = _CHANGES[plain["kind"]].load(plain)
    return found
