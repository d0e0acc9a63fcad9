"""Pages of products: what is sold, all that a version says, what changes from one to another and for which clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from atmp_insure.access.roles import Right
from atmp_insure.guarantees.comparison import changes
from atmp_insure.kernel.errors import NotFound
from atmp_insure.underwriting import product_queries, product_shown
from atmp_insure.underwriting.blueprint import blueprint, book
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.guarantees.product import ProductVersion
    from atmp_insure.underwriting.product_shown import SoldProduct

_LONGEST_NAME = 40  # of a version that does not exist, as the page repeats it


@blueprint.get("/products")
@needs(Right.READ_QUOTES)
def list_products() -> ResponseReturnValue:
    """The products and their versions."""
    return render_template("products/products.html", products=product_shown.products(book().catalogue, today()))


@blueprint.get("/products/<product_code>/<product_version>")
@needs(Right.READ_QUOTES)
def show_version(product_code: str, product_version: str) -> ResponseReturnValue:
    """All that a version says, part by part, each with its source."""
    found = _version(product_code, product_version)
    product = product_shown.sold_product(book().catalogue, product_code, today())
    return render_template(
        "products/version.html", found=found, product=product,
        row=next(one for one in product.versions if one.version == found.version),
        parts=product_shown.parts(found, book().catalogue.tax, between_partners=_is_partner()),
    )  # fmt: skip


@blueprint.get("/products/<product_code>/compare")
@needs(Right.READ_QUOTES)
def compare_versions(product_code: str) -> ResponseReturnValue:
    """What changes from a version (`?from=`) to another (`?to=`), and the clients that each change touches."""
    product = _product(product_code)
    former = _version(product_code, request.args.get("from", product.former))
    latter = _version(product_code, request.args.get("to", product.latter))
    found = product_shown.told(changes(former, latter), between_partners=_is_partner())
    asked = product_shown.criteria(found)
    with database().reading(actor()) as session:
        quotes = product_queries.list_touched_quotes(session, product_code, former.version, asked) if asked else ()
    return render_template(
        "products/compare.html", product=product, former=former, latter=latter, changes=found,
        concerned=product_shown.concerned(asked, quotes),
    )  # fmt: skip


def _product(code: str) -> SoldProduct:
    if code not in book().catalogue.products():
        raise NotFound(_("Ce produit n'existe pas : voir la liste des produits."))
    return product_shown.sold_product(book().catalogue, code, today())


def _version(product: str, version: str) -> ProductVersion:
    found = book().catalogue.version(_product(product).code, version)
    if found is None:
        raise NotFound(_("Ce produit n'a pas de version « %(version)s ».", version=version[:_LONGEST_NAME]))
    return found


def _is_partner() -> bool:
    """Whether the viewer may read what partners agreed among themselves: a client may not."""
    return actor().may(Right.READ_AGREEMENTS)
