"""Balances of another system: brought, checked line by line, posted once, taken back whole."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from atmp_insure.access.roles import Right
from atmp_insure.ledger import opening_queries, opening_service
from atmp_insure.ledger.blueprint import books, chart
from atmp_insure.ledger.opening_file import COLUMNS
from atmp_insure.ledger.opening_forms import OpeningForm
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.web.forms import EmptyForm, carried_out, status_of, written
from atmp_insure.web.request_scope import actor, database, needs, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.opening_service import Opening

blueprint = Blueprint("opening", __name__)
CHECK = "check"


@blueprint.route("/ledger/opening", methods=["GET", "POST"])
@needs(Right.WRITE_LEDGER)
def take_over_balances() -> ResponseReturnValue:
    """Bring a file of balances: checked alone, or checked and posted."""
    form, found = OpeningForm(), None
    if CHECK in request.form:
        found = written(form, lambda session: _look_at(session, form))
    else:
        posted = written(form, lambda session: opening_service.take_over(session, _look_at(session, form), books()))
        if posted is not None:
            flash(_("Soldes repris.") if posted else _("Ce fichier est déjà repris : rien n'a été passé."), "success")
            return redirect(url_for("ledger.list_entries", journal="AN"))
    with database().reading(actor()) as session:
        standing = opening_queries.standing_openings(session)
    return render_template("ledger/opening.html", form=form, found=found, standing=standing), status_of(form)


def _look_at(session: ScopedSession, form: OpeningForm) -> Opening:
    rows = form.rows(settings().vault.largest_bytes)
    return opening_service.look_at(session, rows, chosen_day(form.first_day), chart())


@blueprint.post("/ledger/opening/undo")
@needs(Right.WRITE_LEDGER)
def take_back_balances() -> ResponseReturnValue:
    """Take the balances back, all of them or none."""
    if carried_out(lambda session: opening_service.take_back(session, books()), EmptyForm()):
        flash(_("Reprise annulée."), "success")
    return redirect(url_for("opening.take_over_balances"))


@blueprint.get("/ledger/opening/model")
@needs(Right.WRITE_LEDGER)
def download_model() -> Response:
    """An empty file with the columns."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(COLUMNS)
    headers = {"Content-Disposition": 'attachment; filename="soldes.csv"'}
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
