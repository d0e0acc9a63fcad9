"""Pages of documents: the list, putting away, one document with its pages, its acts, its file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for

from atmp_insure.access import queries as access_queries
from atmp_insure.access.roles import Right
from atmp_insure.access.sentences import actor_name
from atmp_insure.diary import queries as diary_queries
from atmp_insure.diary import service as diary
from atmp_insure.documents import accepted_files as files
from atmp_insure.documents import mail_views, queries, service, shown
from atmp_insure.documents.forms import (
    DepositForm,
    ErasureForm,
    EventForm,
    FileHoldForm,
    HoldForm,
    RetentionForm,
    UploadForm,
)
from atmp_insure.documents.jobs import start_erasing
from atmp_insure.documents.lists import DOCUMENTS
from atmp_insure.documents.models import Confidentiality
from atmp_insure.documents.page_images import page_png
from atmp_insure.documents.retention import RetentionState, needs_reason, retention_state
from atmp_insure.documents.service import Reader
from atmp_insure.documents.vault import DamagedObject, open_vault
from atmp_insure.documents.vault_care import remove_unreferenced
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.parties.queries import names_of
from atmp_insure.web import listing
from atmp_insure.web.display import Note
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, now, settings, signed_in_viewer
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.models import Document, DocumentVersion
    from atmp_insure.documents.vault import Vault
    from atmp_insure.web.display import Event
    from atmp_insure.web.forms import Form

blueprint = Blueprint("documents", __name__, url_prefix="/documents")
_MEGABYTE = 1024 * 1024
_DUE_SHOWN = 100
_WITHOUT_NOTES = frozenset({Confidentiality.MEDICAL, Confidentiality.PRIVILEGED})  # a note would be read by others


def _vault() -> Vault:
    return open_vault(settings(), database().key_ring)


def _reader() -> Reader:
    return Reader(database(), actor(), _vault())


@blueprint.errorhandler(DamagedObject)
def say_damage(error: DamagedObject) -> ResponseReturnValue:
    """A content that does not open: what happened, and what to do."""
    return render_template("documents/damaged.html", reason=str(error)), 409


@blueprint.get("")
@needs(Right.READ_DOCUMENTS)
def list_documents() -> ResponseReturnValue:
    """All documents that one may see."""
    answer = listing.answer(DOCUMENTS)
    if isinstance(answer, Response):
        return answer
    return render_template(
        "documents/documents.html",
        view=answer,
        may_write=actor().may(Right.WRITE_DOCUMENTS),
        may_erase=actor().may(Right.ERASE_DOCUMENTS),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Right.WRITE_DOCUMENTS)
def deposit() -> ResponseReturnValue:
    """Put a paper away."""
    form = DepositForm.offered()
    if form.validate_on_submit():
        try:
            file = form.accepted_file(settings().vault.largest_megabytes * _MEGABYTE)
            with database().writing(actor()) as session:
                done = service.deposit_document(session, _vault(), form.new_document(session), file, now())
        except InvalidInput as error:
            form.take_faults(error)
        else:
            return _after_deposit(done)
    elif not form.is_submitted():
        form.siren.data = request.args.get("siren", "")
    return render_template("documents/deposit.html", form=form), 422 if form.errors else 200


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
        history, readings = _history(session, document)
        notes = diary_queries.list_notes(session, f"documents:{document.id}")
    version = _chosen_version(document)
    preview, damage = _preview(document, version)
    kind = shown.kinds().get(document.kind)
    takes_notes = document.confidentiality not in _WITHOUT_NOTES
    answer = render_template(
        "documents/document.html",
        document=document,
        version=version,
        preview=preview,
        damage=damage,
        can_preview=version is not None and shown.can_preview(version),
        company=company.get(document.company_id) if document.company_id is not None else None,
        kind_label=shown.label_of(document.kind),
        retention=kind.retention if kind is not None else None,
        confidentiality=shown.CONFIDENTIALITY[document.confidentiality],
        readers=shown.READERS[document.confidentiality],
        state=shown.RETENTION[retention_state(document, today())],
        is_due=retention_state(document, today()) is RetentionState.DUE,
        channels=shown.CHANNELS,
        actor_name=actor_name,
        twins=twins,
        history=history,
        readings=readings,
        notes=[Note(str(one.id), one.written_at, one.author_name, one.text) for one in notes] if takes_notes else None,
        upload=upload,
        may_write=actor().may(Right.WRITE_DOCUMENTS) and document.erased_at is None,
        may_erase=actor().may(Right.ERASE_DOCUMENTS) and document.erased_at is None,
        may_note=actor().may(Right.WRITE_NOTES),
    )
    return answer, 422 if upload.errors else 200


def _history(session: ScopedSession, document: Document) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
    """What changed and who read it, for those who may read the logs; else what the document says of itself."""
    if not actor().may(Right.READ_AUDIT):
        return shown.told_life(document), ()
    subjects = [f"documents:{document.id}", *(f"document_versions:{one.id}" for one in document.versions)]
    changes = access_queries.list_changes_of_all(session, subjects)
    return shown.told_changes(changes), shown.told_readings(queries.list_readings_of(session, document.id))


def _chosen_version(document: Document) -> DocumentVersion | None:
    asked = request.args.get("version", type=int)
    chosen = next((one for one in document.versions if one.number == asked), None)
    return chosen or (document.versions[-1] if document.versions else None)


def _preview(document: Document, version: DocumentVersion | None) -> tuple[shown.Preview | None, str]:
    """What is seen of a version, or why nothing is."""
    if version is None or version.object_key is None or not shown.can_preview(version):
        return None, ""
    try:
        return shown.preview(_reader(), document, version, request.args.get("page", 1, type=int)), ""
    except (DamagedObject, InvalidInput, Refused) as error:
        return None, str(error)


@blueprint.get("/<int:document_id>/versions/<int:number>/file")
@needs(Right.READ_DOCUMENTS)
def download(document_id: int, number: int) -> ResponseReturnValue:
    """The file itself, once the download is written in the reading log."""
    document, version = _found(document_id, number)
    content = _reader().read(document, version, "fichier", "downloaded")
    return _file(content, version.media_type, version.file_name)


@blueprint.get("/<int:document_id>/versions/<int:number>/pages/<int:page>")
@needs(Right.READ_DOCUMENTS)
def page_image(document_id: int, number: int, page: int) -> ResponseReturnValue:
    """The image of a page, by itself."""
    document, version = _found(document_id, number)
    if version.media_type not in {files.PDF, files.PNG, files.JPEG}:
        raise NotFound(_("Ce document n'a pas d'image à montrer."))
    content = _reader().read(document, version, f"page {page}")
    if version.media_type == files.PDF:
        return _file(page_png(content, page), files.PNG)
    return _file(content, version.media_type)


def _file(content: bytes, media_type: str, name: str | None = None) -> Response:
    """Bytes as an answer that no cache keeps and that no script in them can act from; under a name: a download."""
    answer = send_file(io.BytesIO(content), media_type, as_attachment=name is not None, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _found(document_id: int, number: int) -> tuple[Document, DocumentVersion]:
    with database().reading(actor()) as session:
        return queries.get_document(session, document_id), queries.get_version(session, document_id, number)


@blueprint.post("/<int:document_id>/versions")
@needs(Right.WRITE_DOCUMENTS)
def add_version(document_id: int) -> ResponseReturnValue:
    """Put away a newer version."""
    form = UploadForm()
    if not form.validate_on_submit():
        return _document_page(document_id, form)
    try:
        file = form.accepted_file(settings().vault.largest_megabytes * _MEGABYTE)
    except InvalidInput as error:
        form.take_faults(error)
        return _document_page(document_id, form)
    with database().writing(actor()) as session:
        done = service.add_version(session, _vault(), queries.get_document(session, document_id), file, now())
    if done.is_new:
        flash(_("Version %(number)s déposée ; les précédentes restent.", number=done.version.number), "success")
    else:
        flash(_("Ce même fichier est déjà la version %(number)s.", number=done.version.number), "info")
    return redirect(url_for("documents.show_document", document_id=document_id))


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
        remove_unreferenced(database(), _vault(), addresses, now())
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
    return answer, 422 if form.errors else 200


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
    return render_template("documents/retentions.html", form=form), 422 if form.errors else 200


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
    return render_template("documents/file_holds.html", form=form), 422 if form.errors else 200


@blueprint.post("/<int:document_id>/notes")
@needs(Right.WRITE_NOTES)
def add_note(document_id: int) -> ResponseReturnValue:
    """Write a note on a document."""
    with database().writing(actor()) as session:
        document = queries.get_document(session, document_id)
        if document.confidentiality in _WITHOUT_NOTES:
            raise Refused(_("Une note serait lue par d'autres que ceux qui peuvent lire cette pièce."))
        diary.write_note(
            session, f"documents:{document.id}", request.form.get("text", ""),
            author_name=signed_in_viewer().display_name, now=now(), company_id=document.company_id,
        )  # fmt: skip
    flash(_("Note ajoutée."), "success")
    return redirect(url_for("documents.show_document", document_id=document_id))


blueprint.add_url_rule("/mail", view_func=mail_views.list_mail)
blueprint.add_url_rule("/mail/<int:mail_id>", view_func=mail_views.show_mail)
blueprint.add_url_rule("/mail/<int:mail_id>/resend", view_func=mail_views.resend, methods=["POST"])
