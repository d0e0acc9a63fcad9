"""The resource of versions of agreements: written part by part while they are drafts, then signed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import (
    Euros,
    Percent,
    amount_field,
    code_field,
    codes_of,
    day_field,
    fraction_of,
    key_field,
    member_of,
    needed_text_field,
    percent_field,
    yes_field,
)
from atmp_insure.api.writes import writing
from atmp_insure.parties import agreement_queries as queries
from atmp_insure.parties import agreement_service as service
from atmp_insure.parties import partner_queries
from atmp_insure.parties.agreement_models import AgreementVersion, VersionState
from atmp_insure.parties.agreement_service import PARTS, AgreementPractice
from atmp_insure.parties.api.agreements import AgreementSchema, VersionSummarySchema
from atmp_insure.parties.delegated_acts import CLAIMS_COLUMNS, PREMIUM_COLUMNS, DelegatedAct, TimedAct
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs

if TYPE_CHECKING:
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.agreement_models import Agreement

resources = Resources("agreement_versions", "Versions des conventions, ligne à ligne.", "/agreement-versions")
_ONE = "/<int:version_id>"
_MONTHS = (1, 3, 6, 12)


class ProductBody(Arguments):
    """A product that a version covers."""

    product = needed_text_field(60, "code du produit")
    commission_percent = percent_field("commission")
    renewal_percent = percent_field("commission de renouvellement ; nulle : la même", allow_none=True)


class PowerBody(Arguments):
    """An act that is delegated."""

    act = code_field(codes_of(DelegatedAct), "acte")
    largest_eur = amount_field("jusqu'à ce montant ; nul : quel qu'il soit")


class ShareBody(Arguments):
    """The part of an insurer."""

    organisation_id = key_field("assureur")
    share_percent = percent_field("part")
    is_leader = yes_field("apériteur")


class ServiceLevelBody(Arguments):
    """How many days an act may take."""

    act = code_field(codes_of(TimedAct), "acte")
    days = fields.Integer(required=True, strict=True, validate=validate.Range(0, 3650))


class PracticeBody(Arguments):
    """How an agreement works day by day."""

    first_day = day_field("premier jour de la version")
    premium_layout = fields.List(code_field(PREMIUM_COLUMNS), required=True, validate=validate.Length(max=50))
    claims_layout = fields.List(code_field(CLAIMS_COLUMNS), required=True, validate=validate.Length(max=50))
    bordereau_months = fields.Integer(required=True, allow_none=True, strict=True, validate=validate.OneOf(_MONTHS))
    bordereau_due_days = fields.Integer(required=True, allow_none=True, strict=True, validate=validate.Range(0, 3650))
    premium_account_id = key_field("compte de primes", allow_none=True)
    float_account_id = key_field("compte du fonds de sinistres", allow_none=True)
    float_threshold_eur = amount_field("seuil du fonds de sinistres")


class RemoveBody(Arguments):
    """A line to take out of a draft."""

    part = code_field(PARTS, "où elle se trouve")
    number = key_field("son « id »")


class SignBody(Arguments):
    """The day of the signature."""

    signed_on = day_field("jour de la signature")


class ProductSchema(Schema):
    """A product that is covered."""

    id = fields.Integer(required=True)
    product = fields.String(required=True)
    commission_percent = Percent(required=True, attribute="commission_rate")
    renewal_percent = Percent(required=True, allow_none=True, attribute="renewal_rate")


class PowerSchema(Schema):
    """An act that is delegated."""

    id = fields.Integer(required=True)
    act = fields.String(required=True, metadata={"enum": codes_of(DelegatedAct)})
    largest_eur = Euros(required=True, allow_none=True)


class ShareSchema(Schema):
    """The part of an insurer."""

    id = fields.Integer(required=True)
    organisation_id = fields.Integer(required=True)
    share_percent = Percent(required=True, attribute="share")
    is_leader = fields.Boolean(required=True)


class ServiceLevelSchema(Schema):
    """How many days an act may take."""

    id = fields.Integer(required=True)
    act = fields.String(required=True, metadata={"enum": codes_of(TimedAct)})
    days = fields.Integer(required=True)


class MissingSchema(Schema):
    """What a draft still lacks to be signed."""

    place = fields.String(required=True)
    message = fields.String(required=True)
    remedy = fields.String(required=True)


class AgreementVersionSchema(VersionSummarySchema):
    """All that a version says."""

    agreement_id = fields.Integer(required=True)
    products = fields.List(fields.Nested(ProductSchema), required=True)
    powers = fields.List(fields.Nested(PowerSchema), required=True)
    shares = fields.List(fields.Nested(ShareSchema), required=True)
    service_levels = fields.List(fields.Nested(ServiceLevelSchema), required=True)
    premium_layout = fields.List(fields.String(), required=True)
    claims_layout = fields.List(fields.String(), required=True)
    bordereau_months = fields.Integer(required=True, allow_none=True)
    bordereau_due_days = fields.Integer(required=True, allow_none=True)
    premium_account_id = fields.Integer(required=True, allow_none=True)
    float_account_id = fields.Integer(required=True, allow_none=True)
    float_threshold_eur = Euros(required=True, allow_none=True)
    missing = fields.List(
        fields.Nested(MissingSchema),
        required=True,
        metadata={"description": "ce qui manque à un projet"},
    )


_OWN = [name for name in AgreementVersionSchema().fields if name != "missing"]


def _told(session: ScopedSession, version: AgreementVersion) -> dict[str, Any]:
    """A version with what it still lacks, beside what it says."""
    agreement = queries.get_agreement(session, version.agreement_id)
    is_draft = version.state is VersionState.DRAFT
    missing = service.faults_before_signing(session, agreement, version) if is_draft else ()
    return {name: getattr(version, name) for name in _OWN} | {"missing": missing}


@resources.operation("GET", _ONE, AgreementVersionSchema)
@needs(Right.READ_AGREEMENTS)
def show_agreement_version(version_id: int) -> dict[str, Any]:
    """Une version d'une convention, et ce qui lui manque si elle n'est pas signée."""
    with database().reading(actor()) as session:
        return _told(session, queries.get_version(session, version_id))


@resources.operation("POST", f"{_ONE}/products", AgreementVersionSchema, body=ProductBody)
@needs(Right.WRITE_AGREEMENTS)
def put_agreement_product(body: dict[str, Any], version_id: int) -> dict[str, Any]:
    """Dire qu'un projet couvre un produit ; redit, c'est corrigé."""
    renewal = None if body["renewal_percent"] is None else fraction_of(body["renewal_percent"])
    with writing() as session:
        version = queries.get_version(session, version_id)
        service.put_product(session, version, body["product"], fraction_of(body["commission_percent"]), renewal)
        return _told(session, version)


@resources.operation("POST", f"{_ONE}/powers", AgreementVersionSchema, body=PowerBody)
@needs(Right.WRITE_AGREEMENTS)
def put_agreement_power(body: dict[str, Any], version_id: int) -> dict[str, Any]:
    """Dire qu'un projet délègue un acte ; redit, c'est corrigé."""
    largest = None if body["largest_eur"] is None else Decimal(body["largest_eur"])
    with writing() as session:
        version = queries.get_version(session, version_id)
        service.put_power(session, version, member_of(DelegatedAct, body["act"]), largest)
        return _told(session, version)


@resources.operation("POST", f"{_ONE}/shares", AgreementVersionSchema, body=ShareBody)
@needs(Right.WRITE_AGREEMENTS)
def put_agreement_share(body: dict[str, Any], version_id: int) -> dict[str, Any]:
    """Donner sa part à un assureur dans un projet ; redit, c'est corrigé."""
    with writing() as session:
        version = queries.get_version(session, version_id)
        insurer = partner_queries.get_organisation(session, body["organisation_id"])
        share = fraction_of(body["share_percent"])
        service.put_share(session, version, insurer, share, is_leader=body["is_leader"])
        return _told(session, version)


@resources.operation("POST", f"{_ONE}/service-levels", AgreementVersionSchema, body=ServiceLevelBody)
@needs(Right.WRITE_AGREEMENTS)
def put_agreement_service_level(body: dict[str, Any], version_id: int) -> dict[str, Any]:
    """Dire dans un projet combien de jours un acte peut prendre ; redit, c'est corrigé."""
    with writing() as session:
        version = queries.get_version(session, version_id)
        service.put_service_level(session, version, member_of(TimedAct, body["act"]), body["days"])
        return _told(session, version)


@resources.operation("PUT", f"{_ONE}/practice", AgreementVersionSchema, body=PracticeBody)
@needs(Right.WRITE_AGREEMENTS)
def set_agreement_practice(body: dict[str, Any], version_id: int) -> dict[str, Any]:
    """Dire comment un projet fonctionne au jour le jour."""
    threshold = body["float_threshold_eur"]
    told = body | {"float_threshold_eur": None if threshold is None else Decimal(threshold)}
    told |= {name: tuple(body[name]) for name in ("premium_layout", "claims_layout")}
    with writing() as session:
        version = queries.get_version(session, version_id)
        service.set_practice(session, version, AgreementPractice(**told))
        return _told(session, version)


@resources.operation("POST", f"{_ONE}/remove", AgreementVersionSchema, body=RemoveBody)
@needs(Right.WRITE_AGREEMENTS)
def remove_agreement_part(body: dict[str, Any], version_id: int) -> dict[str, Any]:
    """Retirer une ligne d'un projet."""
    with writing() as session:
        version = queries.get_version(session, version_id)
        service.remove_part(session, version, body["part"], body["number"])
        return _told(session, version)


@resources.operation("POST", f"{_ONE}/sign", AgreementVersionSchema, body=SignBody)
@needs(Right.WRITE_AGREEMENTS)
def sign_agreement_version(body: dict[str, Any], version_id: int) -> dict[str, Any]:
    """Signer un projet, qui ne change plus."""
    with writing() as session:
        version = queries.get_version(session, version_id)
        agreement = queries.get_agreement(session, version.agreement_id)
        service.sign_version(session, agreement, version, body["signed_on"], today())
        return _told(session, version)


@resources.operation("POST", f"{_ONE}/discard", AgreementSchema)
@needs(Right.WRITE_AGREEMENTS)
def discard_agreement_draft(version_id: int) -> Agreement:
    """Abandonner un projet."""
    with writing() as session:
        version = queries.get_version(session, version_id)
        agreement = queries.get_agreement(session, version.agreement_id)
        service.discard_draft(session, agreement, version)
        session.refresh(agreement, ["versions"])
        return agreement
