"""The resource of products: what is sold in which version, all that a version says, what another one changes.

Terms and thresholds are for those who quote: a client reads its own on its quote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.guarantees.comparison import changes
from atmp_insure.kernel.errors import InvalidInput, NotFound
from atmp_insure.kernel.french import repeated
from atmp_insure.underwriting.api.product_schemas import ProductVersionSchema, VersionNameSchema, version_values
from atmp_insure.underwriting.blueprint import book
from atmp_insure.web.request_scope import needs

if TYPE_CHECKING:
    from atmp_insure.guarantees.product import ProductVersion

resources = Resources("products", "Produits : ce qui se vend, version par version.", "/products")
_ONE = "/<product>"


class ChangesArguments(Arguments):
    """Which two versions are compared."""

    former = fields.String(required=True, data_key="from", metadata={"description": "version d'avant, « 2026-1 »"})
    latter = fields.String(required=True, data_key="to", metadata={"description": "version d'après, « 2027-1 »"})


class SoldProductSchema(Schema):
    """A product and its versions, the oldest first."""

    product = fields.String(required=True)
    label_fr = fields.String(required=True)
    versions = fields.List(fields.Nested(VersionNameSchema), required=True)


class SoldProductsSchema(Schema):
    """What is sold."""

    items = fields.List(fields.Nested(SoldProductSchema), required=True)


class TouchedSchema(Schema):
    """Whom a change touches."""

    whom = fields.String(required=True)
    label_fr = fields.String(required=True)


class ProductChangeSchema(Schema):
    """One thing that two versions say otherwise."""

    field = fields.String(required=True)
    label_fr = fields.String(required=True)
    former = fields.String(required=True)
    latter = fields.String(required=True)
    touches = fields.Nested(TouchedSchema, required=True)


class ProductChangesSchema(Schema):
    """All that two versions say otherwise, in the order of a product file."""

    items = fields.List(fields.Nested(ProductChangeSchema), required=True)


@resources.operation("GET", "", SoldProductsSchema)
@needs(Right.READ_QUOTES)
def list_products() -> dict[str, Any]:
    """Les produits et leurs versions."""
    catalogue = book().catalogue
    return {"items": [_product(code, catalogue.versions) for code in catalogue.products()]}


def _product(code: str, every: tuple[ProductVersion, ...]) -> dict[str, Any]:
    versions = [one for one in every if one.product == code]
    return {"product": code, "label_fr": versions[-1].label_fr, "versions": versions}


@resources.operation("GET", f"{_ONE}/versions/<version>", ProductVersionSchema)
@needs(Right.WRITE_QUOTES)
def show_product_version(product: str, version: str) -> dict[str, Any]:
    """Tout ce que dit une version d'un produit, avec ses sources et ce qui reste à confirmer."""
    found = book().catalogue.version(product, version)
    if found is None:
        raise NotFound("Ce produit n'a pas de telle version : voir la liste des produits.")
    return version_values(found)


@resources.operation("GET", f"{_ONE}/changes", ProductChangesSchema, arguments=ChangesArguments)
@needs(Right.WRITE_QUOTES)
def list_product_changes(asked: dict[str, Any], product: str) -> dict[str, Any]:
    """Ce qu'une version d'un produit change dans une autre, et les clients que chaque changement touche."""
    if product not in book().catalogue.products():
        raise NotFound("Ce produit n'existe pas : voir la liste des produits.")
    former, latter = _version(product, asked["former"], "?from"), _version(product, asked["latter"], "?to")
    return {"items": changes(former, latter)}


def _version(product: str, name: str, place: str) -> ProductVersion:
    """A version of a product that exists.

    Raises:
        InvalidInput: it has none of that name.
    """
    catalogue = book().catalogue
    found = catalogue.version(product, name)
    if found is None:
        known = ", ".join(one.version for one in catalogue.versions if one.product == product)
        raise InvalidInput.one(f"version « {repeated(name)} » inconnue", f"Versions : {known}", place=place)
    return found
