"""The home page: what must be done today, in the order in which to do it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for

from atmp_insure.access.service import keep_filter
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.web import home
from atmp_insure.web.request_scope import ANYONE, SIGNED_IN, actor, database, needs, now, signed_in_viewer, viewer
from atmp_insure.web.sign_in_views import local_address
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("home", __name__)


@blueprint.get("/", endpoint="home")
@needs(ANYONE)
def show_home() -> ResponseReturnValue:
    """The home of whoever is signed in; the sign-in page for others."""
    if viewer() is None:
        return redirect(url_for("sign_in.sign_in"))
    found = signed_in_viewer()
    if found.must_set_second_factor:
        return redirect(url_for("account.second_factor"))
    with database().reading(actor()) as session:
        matters = home.matters(session, found, now())
    return render_template("home/home.html", matters=matters)


@blueprint.post("/lists/<list_name>/views")
@needs(SIGNED_IN)
def save_view(list_name: str) -> ResponseReturnValue:
    """Keep a filter of a list under a name; it becomes a tab."""
    name, address = request.form.get("label", "").strip(), local_address(request.form.get("address"))
    if not name:
        raise InvalidInput.one(_("nom de la vue absent"), _("Donner un nom"), place="label")
    with database().writing(actor()) as session:
        keep_filter(session, signed_in_viewer().user_id, list_name, name, urlsplit(address).query)
    flash(_("Vue enregistrée."), "success")
    return redirect(address)
