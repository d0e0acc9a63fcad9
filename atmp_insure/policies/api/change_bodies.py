"""What a program says of each change of an endorsement: the fields of its kind, as a transaction keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import fields, validate

from atmp_insure.api.kinds import KindField
from atmp_insure.api.resources import Arguments
from atmp_insure.api.values import (
    amount_field,
    code_field,
    codes_of,
    given_amount_field,
    key_field,
    needed_text_field,
    yes_field,
)
from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.policies.changes import ChangeKind, Leaving
from atmp_insure.policies.terms import SectionOrigin

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_CHANGES = 100
_MOST_RATES, _MOST_SHARES = 30, 20
_IDENTIFIER = 20
_EXACT = validate.Regexp(
    r"^\d{1,12}(\.\d{1,30})?$|^\d{1,60}/[1-9]\d{0,59}$",
    error="Donner un nombre exact en chaîne, comme « 0.0025 » ou « 1/3 ».",
)
_COMES_IN = (SectionOrigin.OPENED.value, SectionOrigin.BOUGHT.value)


def exact_field(description: str, *, allow_none: bool = False) -> fields.String:
    """An exact number, as a text: a decimal one, or a fraction."""
    metadata = {"description": description}
    return fields.String(required=True, allow_none=allow_none, validate=_EXACT, metadata=metadata)


def _siret_field() -> fields.String:
    return needed_text_field(_IDENTIFIER, "SIRET de l'établissement")


def _number_field() -> fields.String:
    return needed_text_field(3, "numéro de la section")


def _kind(kind: ChangeKind) -> fields.String:
    return code_field([kind.value], kind.label)


class PolicyRateBody(Arguments):
    """The price of a guarantee."""

    code = code_field([one.code for one in GUARANTEES], "code de la garantie")
    rate = exact_field("prime d'une année, hors taxe, en fraction de la masse salariale : « 0.0025 » est 0,25 %")
    tax_class = fields.String(
        required=True, allow_none=True, validate=validate.Length(max=_IDENTIFIER),
        metadata={"description": "classe de la taxe ; nul : celle du produit, la seule qui soit admise"},
    )  # fmt: skip


def _rates_field() -> fields.List[Any]:
    return fields.List(
        fields.Nested(PolicyRateBody), required=True, validate=validate.Length(1, _MOST_RATES),
        metadata={"description": "le prix de chaque garantie"},
    )  # fmt: skip


class PolicySectionBody(Arguments):
    """A section that comes in."""

    siret = _siret_field()
    section = _number_field()
    risk_code = needed_text_field(10, "code risque, comme 28.1AD")
    wages_eur = given_amount_field("masse salariale d'une année entière")
    headcount = given_amount_field("effectif")
    origin = code_field(_COMES_IN, "ouverte, ou acquise avec l'historique de son compte employeur")
    history_of = fields.List(
        needed_text_field(_IDENTIFIER), required=True, validate=validate.Length(max=_MOST_SHARES),
        metadata={"description": "SIRET dont elle reprend le compte employeur, le plus ancien d'abord"},
    )  # fmt: skip


class OpenSectionBody(Arguments):
    """A section comes in on the day of the endorsement."""

    kind = _kind(ChangeKind.OPEN_SECTION)
    section = fields.Nested(PolicySectionBody, required=True)


class CloseSectionBody(Arguments):
    """A section leaves, closed or sold."""

    kind = _kind(ChangeKind.CLOSE_SECTION)
    siret = _siret_field()
    section = _number_field()
    leaving = code_field(codes_of(Leaving), "fermée ou cédée")
    buyer_siren = fields.String(
        required=True, allow_none=True, validate=validate.Length(max=_IDENTIFIER),
        metadata={"description": "SIREN de l'acquéreur ; nul : inconnu, ou fermée"},
    )  # fmt: skip


class MoveSectionBody(Arguments):
    """An establishment moves to another SIRET, with the history of its account."""

    kind = _kind(ChangeKind.MOVE_SECTION)
    siret = _siret_field()
    section = _number_field()
    to_siret = needed_text_field(_IDENTIFIER, "nouveau SIRET")


class ChangeWagesBody(Arguments):
    """Yearly wages declared anew."""

    kind = _kind(ChangeKind.WAGES)
    siret = _siret_field()
    section = _number_field()
    wages_eur = given_amount_field("masse salariale d'une année entière")


class ChangeCoverBody(Arguments):
    """Guarantees come or go, at the prices of all of them."""

    kind = _kind(ChangeKind.COVER)
    guarantees = fields.List(
        code_field([one.code for one in GUARANTEES], required=False), required=True,
        validate=validate.Length(1, _MOST_RATES), metadata={"description": "codes des garanties, toutes"},
    )  # fmt: skip
    diseases = yes_field("maladies professionnelles comprises")
    rates = _rates_field()


class PolicyDeductibleBody(Arguments):
    """What stays with the client, per section and rate year."""

    kind = code_field(codes_of(DeductibleKind), "en quoi elle se compte")
    value = exact_field("fraction de la masse salariale ou de la cotisation, ou euros")


class ChangeDeductibleBody(Arguments):
    """Another deductible, at the prices quoted with it."""

    kind = _kind(ChangeKind.DEDUCTIBLE)
    deductible = fields.Nested(PolicyDeductibleBody, required=True)
    rates = _rates_field()


class PolicyLimitsBody(Arguments):
    """What is never exceeded, in euros; null: no limit."""

    section_year_eur = amount_field("par section et par année de tarification")
    year_eur = amount_field("par année de tarification, toutes sections")
    policy_eur = amount_field("pour une année d'assurance")


class ChangeLimitsBody(Arguments):
    """Other limits, at the prices quoted with them."""

    kind = _kind(ChangeKind.LIMITS)
    limits = fields.Nested(PolicyLimitsBody, required=True)
    rates = _rates_field()


class ChangePriceBody(Arguments):
    """Other prices for the same cover."""

    kind = _kind(ChangeKind.PRICE)
    rates = _rates_field()
    minimum_eur = given_amount_field("prime minimale d'une année entière, hors taxe")


class ChangeProductVersionBody(Arguments):
    """The conditions of another version of the product."""

    kind = _kind(ChangeKind.PRODUCT_VERSION)
    product_version = needed_text_field(_IDENTIFIER, "version du contrat, ou celle de l'année qui s'ouvre")
    minimum_eur = amount_field("prime minimale d'une année entière, hors taxe ; nul : celle de la version")


class ChangeInstalmentsBody(Arguments):
    """The premium is called more or less often."""

    kind = _kind(ChangeKind.INSTALMENTS)
    frequency = code_field(codes_of(Frequency), "fractionnement")
    surcharge = exact_field("majoration, en fraction de la prime hors taxe ; nul : celle du produit", allow_none=True)


class ChangeBrokerBody(Arguments):
    """Another broker."""

    kind = _kind(ChangeKind.BROKER)
    broker_id = key_field("courtier ; nul : le bureau, sans courtier", allow_none=True)
    commission = exact_field("commission, en fraction de la prime hors taxe")


class PolicyShareBody(Arguments):
    """The part of an insurer."""

    organisation_id = key_field("assureur")
    share = exact_field("sa part, en fraction")
    is_leader = yes_field("apériteur")


class ChangeInsurerBody(Arguments):
    """Another agreement with insurers, or another version of it, with their shares."""

    kind = _kind(ChangeKind.INSURER)
    agreement_version_id = key_field("version de la convention")
    shares = fields.List(
        fields.Nested(PolicyShareBody), required=True, allow_none=True, validate=validate.Length(max=_MOST_SHARES),
        metadata={"description": "nul : celles de la convention, les seules qui soient admises"},
    )  # fmt: skip


class ChangeContactBody(Arguments):
    """Someone else to write to."""

    kind = _kind(ChangeKind.CONTACT)
    contact_id = key_field("interlocuteur ; nul : le siège, sans personne nommée", allow_none=True)


class ChangeMandateBody(Arguments):
    """Another mandate by which premiums are debited."""

    kind = _kind(ChangeKind.MANDATE)
    mandate_id = key_field("mandat ; nul : le client paie lui-même", allow_none=True)


_BODIES: dict[ChangeKind, type[Arguments]] = {
    ChangeKind.OPEN_SECTION: OpenSectionBody, ChangeKind.CLOSE_SECTION: CloseSectionBody,
    ChangeKind.MOVE_SECTION: MoveSectionBody, ChangeKind.WAGES: ChangeWagesBody, ChangeKind.COVER: ChangeCoverBody,
    ChangeKind.DEDUCTIBLE: ChangeDeductibleBody, ChangeKind.LIMITS: ChangeLimitsBody,
    ChangeKind.PRICE: ChangePriceBody, ChangeKind.PRODUCT_VERSION: ChangeProductVersionBody,
    ChangeKind.INSTALMENTS: ChangeInstalmentsBody, ChangeKind.BROKER: ChangeBrokerBody,
    ChangeKind.INSURER: ChangeInsurerBody, ChangeKind.CONTACT: ChangeContactBody,
    ChangeKind.MANDATE: ChangeMandateBody,
}  # fmt: skip
WHEN_RENEWED = tuple(_BODIES)  # another version of the product begins with a year, as on screen
IN_THE_YEAR = tuple(kind for kind in _BODIES if kind is not ChangeKind.PRODUCT_VERSION)


def changes_field(kinds: Iterable[ChangeKind], fewest: int, *, allow_none: bool = False) -> fields.List[Any]:
    """The changes of an act, in the order in which they are applied."""
    known = tuple(kinds)
    bodies = {kind.value: _BODIES[kind] for kind in known}
    names = {kind.value: str(kind.label) for kind in known}
    return fields.List(
        KindField(bodies, names), required=True, allow_none=allow_none,
        validate=validate.Length(fewest, MOST_CHANGES),
        metadata={"description": "ce qui change, dans l'ordre où cela s'applique"},
    )  # fmt: skip
