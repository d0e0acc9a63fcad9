"""Files of parties: brought, looked at row by row, then written at once or by a run."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, Any

from flask import Response, flash, redirect, render_template, request, url_for

from atmp_insure.access.roles import Right
from atmp_insure.documents import service as documents
from atmp_insure.documents.blueprint import vault
from atmp_insure.documents.service import NewDocument
from atmp_insure.documents.shown import kinds
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties import body_queries, import_service, jobs
from atmp_insure.parties.blueprints import imports
from atmp_insure.parties.body_lists import IMPORTS
from atmp_insure.parties.body_models import ImportState
from atmp_insure.parties.import_forms import ImportForm
from atmp_insure.parties.import_preview import RowOutcome
from atmp_insure.parties.import_rows import COLUMNS
from atmp_insure.parties.shown import IMPORT_STATES, OUTCOMES
from atmp_insure.web import history, listing
from atmp_insure.web.forms import status_of
from atmp_insure.web.request_scope import actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.body_models import PartyImport

_ROWS_SHOWN = 200
_KIND_OF_PAPER = "other"


@imports.get("")
@needs(Right.WRITE_COMPANIES)
def list_imports() -> ResponseReturnValue:
    """All files that were brought."""
    return listing.page(IMPORTS, "parties/imports.html", takes_books=actor().everywhere(Right.TAKE_OVER_POLICIES))


@imports.route("/new", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def add_import() -> ResponseReturnValue:
    """Bring a file: it is kept in the vault and read; nothing of it is written yet."""
    form = ImportForm()
    if form.validate_on_submit():
        try:
            found = _keep(form)
        except InvalidInput as error:
            form.take_faults(error)
        else:
            return redirect(url_for("imports.show_import", import_id=found.id))
    if not form.is_submitted():
        form.kind.data = request.args.get("kind", "")
    return render_template("parties/new_import.html", form=form, kinds=tuple(COLUMNS)), status_of(form)


def _keep(form: ImportForm) -> PartyImport:
    file = form.accepted_file(settings().vault.largest_bytes)
    table = form.table(file)
    paper = NewDocument(kinds()[_KIND_OF_PAPER], None, _("Fichier repris"), channel="import")
    with database().writing(actor()) as session:
        kept = documents.deposit_document(session, vault(), paper, file, now())
        return import_service.keep_import(session, form.new_import(file, kept.document.id), table, now())


@imports.get("/<int:import_id>")
@needs(Right.WRITE_COMPANIES)
def show_import(import_id: int) -> ResponseReturnValue:
    """A file, and what each of its rows would do; a book of policies has a page of its own."""
    with database().reading(actor()) as session:
        if body_queries.find_book(session, import_id) is not None:
            return redirect(url_for("take_overs.show_take_over", book_id=import_id))
        found = body_queries.get_import(session, import_id)
        return render_template("parties/import.html", **_page(session, found))


def _page(session: ScopedSession, found: PartyImport) -> dict[str, Any]:
    """Faults first: they are what there is to do before writing."""
    waits = found.state is ImportState.PREVIEWED
    rows = import_service.preview_import(session, found, paris_day(now())) if waits else ()
    counts = Counter(row.outcome for row in rows)
    in_order = sorted(
        rows, key=lambda row: (row.outcome is not RowOutcome.FAULTY, row.outcome is not RowOutcome.DIFFERS)
    )
    return {
        "found": found,
        "state": IMPORT_STATES[found.state],
        "waits": waits,
        "rows": in_order[:_ROWS_SHOWN],
        "hidden": max(0, len(rows) - _ROWS_SHOWN),
        "counts": [(outcome, OUTCOMES[outcome], counts[outcome]) for outcome in RowOutcome if counts[outcome]],
        "outcomes": OUTCOMES,
        "useful": len(rows) - counts[RowOutcome.FAULTY] - counts[RowOutcome.SAME],
        "is_large": found.row_count > import_service.AT_ONCE,
        "trail": history.trail_of(session, found),
    }


@imports.post("/<int:import_id>/write")
@needs(Right.WRITE_COMPANIES)
def write_import(import_id: int) -> ResponseReturnValue:
    """Write the rows of a file; a large one is handed to a run."""
    with database().writing(actor()) as session:
        found = body_queries.get_import(session, import_id)
        if found.row_count > import_service.AT_ONCE:
            run = jobs.start_import(session, found, now())
            return redirect(url_for("runs.show_run", run_id=run.id))
        done = import_service.write_import(session, found, now())
    flash(_("Lignes reprises : %(done)s ; laissées de côté : %(left)s.", done=done.done, left=done.left_out), "success")
    return redirect(url_for("imports.show_import", import_id=import_id))


@imports.post("/<int:import_id>/discard")
@needs(Right.WRITE_COMPANIES)
def discard_import(import_id: int) -> ResponseReturnValue:
    """Give a file up."""
    with database().writing(actor()) as session:
        import_service.discard_import(session, body_queries.get_import(session, import_id))
    flash(_("Fichier abandonné : rien n'en a été repris."), "success")
    return redirect(url_for("imports.list_imports"))


@imports.get("/models/<any(companies, establishments, sections, payroll, bodies):kind>")
@needs(Right.WRITE_COMPANIES)
def download_model(kind: str) -> Response:
    """An empty file with the columns of a kind."""
    out = io.StringIO()
    headings = [column.heading for column in COLUMNS[next(one for one in COLUMNS if one.value == kind)]]
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(headings)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
