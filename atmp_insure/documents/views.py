"""Pages of documents: the list, putting away, one document with its pages and its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.documents import file_views, mail_views, queries, retention_views, service, shown
from atmp_insure.documents.blueprint import blueprint, reader, vault
from atmp_insure.documents.forms import DepositForm, UploadForm
from atmp_insure.documents.lists import DOCUMENTS
from atmp_insure.documents.models import Confidentiality
from atmp_insure.documents.retention import RetentionState, retention_state
from atmp_insure.documents.vault import DamagedObject
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.parties.queries import names_of
from atmp_insure.rate_records.deposit_service import reading_of
from atmp_insure.rate_records.shown import KIND_LABELS, PAPER_STATES
from atmp_insure.web import history, listing
from atmp_insure.web.environment import today
from atmp_insure.web.forms import status_of
from atmp_insure.web.request_scope import actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.documents.models import Document, DocumentVersion

__all__ = ["blueprint"]

ROUTES_ELSEWHERE = (file_views, mail_views, retention_views)  # importing them gives the blueprint their routes


@blueprint.get("")
@needs(Right.READ_DOCUMENTS)
def list_documents() -> ResponseReturnValue:
    """All documents that one may see."""
    return listing.page(
        DOCUMENTS,
        "documents/documents.html",
        may_write=actor().may(Right.WRITE_DOCUMENTS),
        may_erase=actor().may(Right.ERASE_DOCUMENTS),
        may_write_letters=actor().may(Right.WRITE_LETTERS),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Right.WRITE_DOCUMENTS)
def deposit() -> ResponseReturnValue:
    """Put a paper away."""
    form = DepositForm.offered(files_away=_files_away())
    if form.validate_on_submit():
        try:
            file = form.accepted_file(settings().vault.largest_bytes)
            with database().writing(actor()) as session:
                done = service.deposit_document(session, vault(), form.new_document(session), file, now())
        except InvalidInput as error:
            form.take_faults(error)
        else:
            return _after_deposit(done)
    elif not form.is_submitted():
        form.siren.data = request.args.get("siren", "")
    return render_template("documents/deposit.html", form=form, files_away=_files_away()), status_of(form)


def _files_away() -> bool:
    """Whether the viewer says which file a paper belongs to and who may read it: a client leaves that to the office."""
    return actor().everywhere(Right.WRITE_DOCUMENTS) or actor().may(Right.READ_PRIVILEGED)


def _after_deposit(done: service.Deposit) -> ResponseReturnValue:
    """To the document, when whoever put it away may see it; else to a new deposit."""
    if done.is_new:
        flash(_("Document déposé et chiffré dans le coffre."), "success")
    else:
        flash(_("Ce même fichier était déjà déposé : rien n'a été fait deux fois."), "info")
    with database().reading(actor()) as session:
        try:
            seen = queries.get_document(session, done.document.id)
        except NotFound:
            flash(_("Vous ne pouvez pas relire cette pièce : elle est réservée à d'autres personnes."), "info")
            return redirect(url_for("documents.deposit"))
    return redirect(url_for("documents.show_document", document_id=seen.id))


@blueprint.get("/<int:document_id>")
@needs(Right.READ_DOCUMENTS)
def show_document(document_id: int) -> ResponseReturnValue:
    """A document: a page of it, what it is, what happened to it, what may be done."""
    return _document_page(document_id, UploadForm())


def _document_page(document_id: int, upload: UploadForm) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        document = queries.get_document(session, document_id)
        company = names_of(session, {document.company_id}) if document.company_id is not None else {}
        twins = queries.list_twins(session, document)
        trail = history.trail_of(session, document, *document.versions)
        reading = reading_of(session, document)
        may_write_letters = has_right_there(
            session, Right.WRITE_LETTERS, document.company_id, document.establishment_id
        )
    version = _chosen_version(document)
    preview, damage = _preview(document, version)
    kind = shown.kinds().get(document.kind)
    answer = render_template(
        "documents/document.html",
        document=document,
        version=version,
        preview=preview,
        damage=damage,
        can_preview=version is not None and shown.can_preview(version),
        company=company.get(document.company_id) if document.company_id is not None else None,
        kind_label=shown.label_of(document.kind),
        kind_term=shown.KIND_TERMS.get(document.kind),
        retention=kind.retention if kind is not None else None,
        confidentiality=shown.CONFIDENTIALITY[document.confidentiality],
        readers=shown.READERS[document.confidentiality],
        state=shown.RETENTION[retention_state(document, today())],
        is_due=retention_state(document, today()) is RetentionState.DUE,
        channels=shown.CHANNELS,
        twins=twins,
        trail=trail,
        reading=reading,
        papers_said=(KIND_LABELS, PAPER_STATES),
        upload=upload,
        may_write=actor().may(Right.WRITE_DOCUMENTS) and document.erased_at is None,
        may_erase=actor().may(Right.ERASE_DOCUMENTS) and document.erased_at is None,
        may_write_letters=may_write_letters,
        may_send=document.erased_at is None and document.confidentiality is not Confidentiality.MEDICAL,
    )
    return answer, status_of(upload)


def _chosen_version(document: Document) -> DocumentVersion | None:
    asked = request.args.get("version", type=int)
    chosen = next((one for one in document.versions if one.number == asked), None)
    return chosen or (document.versions[-1] if document.versions else None)


def _preview(document: Document, version: DocumentVersion | None) -> tuple[shown.Preview | None, str]:
    """What is seen of a version, or why nothing is."""
    if version is None or version.object_key is None or not shown.can_preview(version):
        return None, ""
    try:
        return shown.preview(reader(), document, version, request.args.get("page", 1, type=int)), ""
    except (DamagedObject, InvalidInput, Refused) as error:
        return None, str(error)


@blueprint.post("/<int:document_id>/versions")
@needs(Right.WRITE_DOCUMENTS)
def add_version(document_id: int) -> ResponseReturnValue:
    """Put away a newer version."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _document_page(document_id, form)
    try:
        file = form.accepted_file(settings().vault.largest_bytes)
    except InvalidInput as error:
        form.take_faults(error)
        return _document_page(document_id, form)
    with database().writing(actor()) as session:
        done = service.add_version(session, vault(), queries.get_document(session, document_id), file, now())
    if done.is_new:
        flash(_("Version %(number)s déposée ; les précédentes restent.", number=done.version.number), "success")
    else:
        flash(_("Ce même fichier est déjà la version %(number)s.", number=done.version.number), "info")
    return redirect(url_for("documents.show_document", document_id=document_id))
