"""The price of a file: variants side by side on common draws, kept as the next version of its quote."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from marshmallow import fields, validate

from atmp_insure.access.roles import Right
from atmp_insure.api.resources import Arguments
from atmp_insure.api.values import amount_field, code_field, codes_of, member_of, yes_field
from atmp_insure.api.writes import writing
from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records.blueprint import office
from atmp_insure.underwriting import queries, service
from atmp_insure.underwriting.api.schemas import QuoteDetailSchema, quote_detail
from atmp_insure.underwriting.api.submissions import ONE, resources
from atmp_insure.underwriting.blueprint import book
from atmp_insure.underwriting.forms import MOST_VARIANTS
from atmp_insure.underwriting.pricing import SCENARIOS, Draw, Variant, require_sold
from atmp_insure.underwriting.quotation import file_seed
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.guarantees.product import ProductVersion
    from atmp_insure.underwriting.service import Prepared

__all__ = ["resources"]

MOST_SCENARIOS = 200_000  # a program waits for its answer
_LIMITS = {
    "section_year_eur": "par section et par année", "year_eur": "toutes sections, par année",
    "policy_eur": "pour une année d'assurance",
}  # fmt: skip
_NUMBER = validate.Regexp(r"^\d{1,12}(\.\d{1,10})?$", error="Donner un nombre en chaîne, par exemple « 0.003 ».")
_BELOW_ONE = validate.Regexp(r"^0(\.\d{1,6})?$", error="Donner une fraction en chaîne : « 0.05 » est 5 %.")
_SEED = validate.Regexp(r"^\d{1,38}$", error="Donner des chiffres, en chaîne.")
_SCENARIOS = f"Donner un nombre de 1 à {MOST_SCENARIOS}."


class DeductibleBody(Arguments):
    """What would stay with the client, per section and rate year."""

    kind = code_field(codes_of(DeductibleKind), "en quoi elle se compte")
    value = fields.String(
        required=True, validate=_NUMBER,
        metadata={"description": "fraction de la masse salariale ou de la cotisation (« 0.003 » est 0,30 %), ou euros"},
    )  # fmt: skip


class LimitsBody(Arguments):
    """Limits below those of the product; null: that of the product."""

    section_year_eur = amount_field(_LIMITS["section_year_eur"])
    year_eur = amount_field(_LIMITS["year_eur"])
    policy_eur = amount_field(_LIMITS["policy_eur"])


class VariantBody(Arguments):
    """A cover as the client may choose it."""

    guarantees = fields.List(
        code_field([one.code for one in GUARANTEES]), required=True, validate=validate.Length(1, len(GUARANTEES))
    )
    deductible = fields.Nested(DeductibleBody, required=True)
    instalments = code_field(codes_of(Frequency), "fractionnement")
    limits = fields.Nested(
        LimitsBody, required=True, allow_none=True, metadata={"description": "nul : ceux du produit"}
    )
    diseases = yes_field("avec les maladies professionnelles")
    discount_share = fields.String(
        required=True, validate=_BELOW_ONE, metadata={"description": "remise commerciale : « 0.05 » est 5 %"}
    )


class PriceBody(Arguments):
    """What is to be priced, side by side."""

    variants = fields.List(
        fields.Nested(VariantBody), required=True, validate=validate.Length(max=MOST_VARIANTS),
        metadata={"description": "vide : celles que le produit offre"},
    )  # fmt: skip
    seed = fields.String(
        required=True, allow_none=True, validate=_SEED,
        metadata={"description": "graine des tirages ; nul : celle du dossier"},
    )  # fmt: skip
    scenarios = fields.Integer(
        required=True, allow_none=True, strict=True, validate=validate.Range(1, MOST_SCENARIOS, error=_SCENARIOS),
        error_messages={"invalid": _SCENARIOS}, metadata={"description": f"tirages ; nul : {SCENARIOS}"},
    )  # fmt: skip


@resources.operation("POST", f"{ONE}/quotes", QuoteDetailSchema, body=PriceBody, status=201)
@needs(Right.WRITE_QUOTES)
def price_submission(body: dict[str, Any], submission_id: int) -> dict[str, Any]:
    """Calculer le prix d'une demande et le garder : une nouvelle version de son devis, avec la décision des règles."""
    with database().reading(actor()) as session:
        found = queries.get_submission(session, submission_id)
        prepared = service.prepare(session, found, office(), book(), today())
    answer = service.priced(prepared, _variants(body, prepared.tariff.product), _draw(body, prepared))
    with writing() as session:
        kept = queries.get_submission(session, submission_id)
        return quote_detail(service.keep_quote(session, kept, prepared, answer, now()))


def _draw(body: dict[str, Any], prepared: Prepared) -> Draw:
    seed = file_seed(prepared.exposure, prepared.starts_on) if body["seed"] is None else int(body["seed"])
    return Draw(seed, SCENARIOS if body["scenarios"] is None else body["scenarios"])


def _variants(body: dict[str, Any], product: ProductVersion) -> tuple[Variant, ...]:
    """The variants of a body.

    Raises:
        InvalidInput: every one that the product does not sell, with its place.
    """
    found = tuple(_variant(one, product) for one in body["variants"])
    faults = [
        fault
        for at, variant in enumerate(found)
        for fault in InvalidInput(_faults(variant, product)).under(f"variants.{at}").faults
    ]
    if faults:
        raise InvalidInput(faults)
    return found


def _variant(given: dict[str, Any], product: ProductVersion) -> Variant:
    asked = given["limits"] or {}
    limits = {name: asked.get(name) for name in _LIMITS}
    return Variant(
        frozenset(given["guarantees"]),
        Deductible(member_of(DeductibleKind, given["deductible"]["kind"]), Fraction(given["deductible"]["value"])),
        member_of(Frequency, given["instalments"]),
        Limits(**{name: getattr(product.limits, name) if text is None else Fraction(text)
                  for name, text in limits.items()}),
        given["diseases"],
        Fraction(given["discount_share"]),
    )  # fmt: skip


def _faults(variant: Variant, product: ProductVersion) -> Iterator[Fault]:
    """What no variant of a product may be; what only an underwriter may grant is left to the rules."""
    deductible = variant.deductible
    if deductible.kind is DeductibleKind.EUROS and (deductible.value * 100).denominator != 1:
        yield Fault("franchise au-delà du centime", "Donner des euros, au centime", "deductible.value")
    for name, label in _LIMITS.items():
        yield from _of_limit(name, label, getattr(variant.limits, name), getattr(product.limits, name))
    try:
        require_sold(variant, product)
    except InvalidInput as error:
        yield from error.faults


def _of_limit(name: str, label: str, asked: Fraction | None, most: Fraction | None) -> Iterator[Fault]:
    if asked is not None and asked <= 0:
        yield Fault(f"plafond nul, {label}", "Donner un montant, ou nul", f"limits.{name}")
    if asked is not None and most is not None and asked > most:
        yield Fault(f"plafond au-dessus de celui du produit, {label}", "L'abaisser, ou nul", f"limits.{name}")
