"""How long documents are kept: holding, setting the retention, erasing; one document, a whole file, all that is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.roles import Right
from atmp_insure.documents import queries, service, shown
from atmp_insure.documents.blueprint import blueprint, vault
from atmp_insure.documents.forms import ErasureForm, EventForm, FileHoldForm, HoldForm, RetentionForm
from atmp_insure.documents.jobs import start_erasing
from atmp_insure.documents.retention import RetentionState, needs_reason, retention_state
from atmp_insure.documents.vault_care import remove_unreferenced
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.web.environment import today
from atmp_insure.web.forms import status_of
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.web.forms import Form

_DUE_SHOWN = 100


@blueprint.route("/<int:document_id>/hold", methods=["GET", "POST"])
@needs(Right.ERASE_DOCUMENTS)
def hold(document_id: int) -> ResponseReturnValue:
    """Keep a document from being erased."""
    form = HoldForm()
    if form.validate_on_submit():
        with database().writing(actor()) as session:
            service.put_legal_hold(session, queries.get_document(session, document_id), form.reason.data or "")
        flash(_("Document gelé : rien ne l'efface tant que le gel n'est pas levé."), "success")
        return redirect(url_for("documents.show_document", document_id=document_id))
    return _act_page("hold", document_id, form)


@blueprint.post("/<int:document_id>/hold/lift")
@needs(Right.ERASE_DOCUMENTS)
def lift_hold(document_id: int) -> ResponseReturnValue:
    """Let a document be erased again."""
    with database().writing(actor()) as session:
        service.lift_legal_hold(session, queries.get_document(session, document_id))
    flash(_("Gel levé : la conservation du document reprend son cours."), "success")
    return redirect(url_for("documents.show_document", document_id=document_id))


@blueprint.route("/<int:document_id>/retention", methods=["GET", "POST"])
@needs(Right.ERASE_DOCUMENTS)
def retain(document_id: int) -> ResponseReturnValue:
    """Say from which event, or until which day, a document is kept."""
    form = RetentionForm()
    if form.validate_on_submit():
        try:
            with database().writing(actor()) as session:
                document = queries.get_document(session, document_id)
                kind = shown.kinds().get(document.kind)
                service.set_retention(session, document, form.last_day(kind.retention if kind else None))
        except InvalidInput as error:
            form.take_faults(error)
        else:
            flash(_("Conservation fixée."), "success")
            return redirect(url_for("documents.show_document", document_id=document_id))
    return _act_page("retention", document_id, form)


@blueprint.route("/<int:document_id>/erase", methods=["GET", "POST"])
@needs(Right.ERASE_DOCUMENTS)
def erase(document_id: int) -> ResponseReturnValue:
    """Destroy the content of a document."""
    with database().reading(actor()) as session:
        document = queries.get_document(session, document_id)
    form = ErasureForm.asked(needs_reason=needs_reason(document, today()))
    if form.validate_on_submit():
        with database().writing(actor()) as session:
            document = queries.get_document(session, document_id)
            addresses = service.erase_document(session, document, form.reason.data or "", now())
        remove_unreferenced(database(), vault(), addresses, now())
        flash(_("Contenu effacé : sa clé est détruite, il ne peut plus être lu."), "success")
        return redirect(url_for("documents.show_document", document_id=document_id))
    return _act_page("erase", document_id, form)


def _act_page(act: str, document_id: int, form: Form) -> ResponseReturnValue:
    """The question before an act: what will happen, and what it asks."""
    with database().reading(actor()) as session:
        document = queries.get_document(session, document_id)
        twins = queries.list_twins(session, document)
    kind = shown.kinds().get(document.kind)
    answer = render_template(
        f"documents/{act}.html",
        document=document,
        form=form,
        twins=twins,
        retention=kind.retention if kind is not None else None,
        state=retention_state(document, today()),
        states=RetentionState,
    )
    return answer, status_of(form)


@blueprint.route("/due", methods=["GET", "POST"])
@needs(Right.ERASE_DOCUMENTS)
def erase_due() -> ResponseReturnValue:
    """The documents whose retention is over, and the run that erases them."""
    if request.method == "POST":
        with database().writing(actor()) as session:
            run = start_erasing(session, now())
        if actor().may(Right.READ_RUNS):
            return redirect(url_for("runs.show_run", run_id=run.id))
        flash(_("L'effacement est lancé."), "success")
        return redirect(url_for("documents.list_documents"))
    with database().reading(actor()) as session:
        due = queries.list_due_documents(session, today(), most=_DUE_SHOWN)
    return render_template("documents/due.html", due=due, label_of=shown.label_of, most=_DUE_SHOWN)


@blueprint.route("/retentions", methods=["GET", "POST"])
@needs(Right.ERASE_DOCUMENTS)
def begin_retentions() -> ResponseReturnValue:
    """Let the retention of a company's or a file's papers begin, those that one does not see included."""
    form = EventForm()
    if form.validate_on_submit():
        try:
            with database().writing(actor()) as session:
                company_id = form.company_id(session)
                count = service.begin_retentions(session, shown.kinds(), form.ending_event(), company_id)
        except InvalidInput as error:
            form.take_faults(error)
        else:
            flash(_("Conservation fixée pour %(count)s document(s).", count=count), "success")
            return redirect(url_for("documents.list_documents"))
    return render_template("documents/retentions.html", form=form), status_of(form)


@blueprint.route("/file-holds", methods=["GET", "POST"])
@needs(Right.ERASE_DOCUMENTS)
def hold_file() -> ResponseReturnValue:
    """Hold every paper of a file, those that one does not see included, or let them go."""
    form = FileHoldForm()
    if form.validate_on_submit():
        try:
            with database().writing(actor()) as session:
                company_id = form.company_id(session)
                file_ref = (form.file_ref.data or "").strip()
                count = service.hold_file(session, company_id, file_ref, form.reason.data or "")
        except InvalidInput as error:
            form.take_faults(error)
        else:
            flash(_("Pièces gelées ou dégelées : %(count)s.", count=count), "success")
            return redirect(url_for("documents.list_documents"))
    return render_template("documents/file_holds.html", form=form), status_of(form)
