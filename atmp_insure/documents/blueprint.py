"""What the pages of documents share: their blueprint, the vault of this application, and who reads from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from atmp_insure.documents.service import Reader
from atmp_insure.documents.vault import DamagedObject, open_vault
from atmp_insure.web.request_scope import actor, database, settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.documents.vault import Vault

blueprint = Blueprint("documents", __name__, url_prefix="/documents")


def vault() -> Vault:
    """The vault of this application."""
    return open_vault(settings(), database().key_ring)


def reader() -> Reader:
    """The viewer, as the vault and the reading log know them."""
    return Reader(database(), actor(), vault())


@blueprint.errorhandler(DamagedObject)
def say_damage(error: DamagedObject) -> ResponseReturnValue:
    """A content that does not open: what happened, and what to do."""
    return render_template("documents/damaged.html", reason=str(error)), 409
