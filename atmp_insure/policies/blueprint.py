"""What the pages and the resources of policies share: their blueprint, products and grounds of this application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.policies.loader import installed_grounds
from atmp_insure.web.request_scope import once_a_request, settings

if TYPE_CHECKING:
    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.policies.grounds import Grounds

blueprint = Blueprint("policies", __name__)


@once_a_request
def catalogue() -> Catalogue:
    """The products and the tax of this application."""
    return installed_catalogue(settings().config_overlay)


@once_a_request
def grounds() -> Grounds:
    """The grounds of termination of this application."""
    return installed_grounds(settings().config_overlay)
