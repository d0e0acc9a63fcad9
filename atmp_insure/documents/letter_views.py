"""Letters that people write: from an object's page to a preview, the vault, a Word document, a mail."""

from __future__ import annotations

import secrets
from base64 import b64encode
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for

from atmp_insure.access import queries as access_queries
from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.documents import accepted_files as files
from atmp_insure.documents import correspondence, queries, service, shown, word_letters
from atmp_insure.documents.blueprint import vault
from atmp_insure.documents.forms import LetterForm, SendForm
from atmp_insure.documents.letter_origins import Origin, origin_of
from atmp_insure.documents.models import OPENED_BY, Confidentiality
from atmp_insure.documents.page_images import inspect_pdf, page_png
from atmp_insure.documents.written_letters import GREETING, sender_of, word_values
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.french import begun
from atmp_insure.web import mail_texts
from atmp_insure.web.environment import today
from atmp_insure.web.forms import choices, status_of
from atmp_insure.web.request_scope import actor, database, needs, now, settings, signed_in_viewer
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.kinds import DocumentKind
    from atmp_insure.documents.models import Document

blueprint = Blueprint("letters", __name__, url_prefix="/letters")
_MOST_PREVIEWED = 6
_KEEP, _SEND, _WORD = "keep", "send", "word"  # the buttons beside the preview


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Right.WRITE_LETTERS)
def write() -> ResponseReturnValue:
    """Write a letter about an object, look at it, keep it."""
    with database().reading(actor()) as session:
        origin = origin_of(session, request.args.get("about", ""), request.args.get("model", ""))
        form = _offered(session, origin)
    if not form.validate_on_submit():
        return _letter_page(form, origin)
    try:
        return _done(form, origin)
    except InvalidInput as error:
        form.take_faults(error)
        return _letter_page(form, origin)


def _offered(session: ScopedSession, origin: Origin) -> LetterForm:
    """The form: the natures of letter that its writer can read again, and what is known beforehand.

    Raises:
        OutOfScope: the viewer writes no letters for this company.
        Refused: they could not read any nature of letter again.
    """
    if origin.subject:
        require_right_there(session, Right.WRITE_LETTERS, origin.company_id, origin.establishment_id)
    offered = [kind for kind in _letter_kinds() if _may_read_again(session, kind, origin)]
    if not offered:
        raise Refused(_("Vous ne pourriez pas relire ce courrier : demander le droit de lire les documents."))
    privileged = [kind.code for kind in offered if kind.confidentiality is Confidentiality.PRIVILEGED]
    viewer = signed_in_viewer()
    form = LetterForm(
        data={
            "kind": privileged[0] if origin.is_privileged and privileged else offered[0].code,
            "greeting": GREETING,
            "addressee": "\n".join(origin.addressee),
            "references": "\n".join(origin.references),
            "signatory": viewer.display_name,
            "signatory_role": begun(viewer.roles_text.partition(",")[0]),
            "subject": origin.letter_subject,
            "body": origin.body,
            "title": origin.title,
            "sender": "" if _writes_for_office() else "\n".join(_own_organisations(session)),
        }
    )
    form.kind.choices = choices([(kind.code, kind.label) for kind in offered])
    return form


def _letter_kinds() -> list[DocumentKind]:
    known = shown.kinds()
    return [known[code] for code in correspondence.LETTER_KINDS if code in known]


def _may_read_again(session: ScopedSession, kind: DocumentKind, origin: Origin) -> bool:
    """Whether the writer will see the letter once it is kept; from no object, whether they might."""
    if not origin.subject:
        right = OPENED_BY.get(kind.confidentiality)
        return right is not None and actor().may(right)
    return correspondence.reads_again(session, kind, origin.company_id, origin.establishment_id)


def _writes_for_office() -> bool:
    return actor().everywhere(Right.WRITE_LETTERS)


def _own_organisations(session: ScopedSession) -> list[str]:
    """The names of the organisations in whose name someone from outside the office writes."""
    own = {grant.organisation_id for grant in actor().granted(Right.WRITE_LETTERS)}
    return [one.name for one in access_queries.list_organisations(session) if one.id in own][:1]


def _done(form: LetterForm, origin: Origin) -> ResponseReturnValue:
    """What the button that was pressed asks for: the preview, the Word document, the vault."""
    act, written = request.form.get("act", ""), form.written()
    sender = sender_of(settings().site) if _writes_for_office() else form.own_sender()
    if act == _WORD:
        template = word_letters.letter_template(settings().config_overlay)
        content = word_letters.word_letter(template, word_values(written, sender, today()))
        name = correspondence.letter_file_name(today(), "docx")
        return send_file(BytesIO(content), files.DOCX, as_attachment=True, download_name=name)
    content = correspondence.letter_pdf(written, sender, today())
    if act in {_KEEP, _SEND}:
        if origin.model:
            correspondence.require_whole(written.body)
        return _kept(form, origin, content, is_sent=act == _SEND)
    return _letter_page(form, origin, content)


def _kept(form: LetterForm, origin: Origin, content: bytes, *, is_sent: bool) -> ResponseReturnValue:
    name = correspondence.letter_file_name(today(), "pdf")
    file = files.accepted(name, content, settings().vault.largest_bytes)
    with database().writing(actor()) as session:
        new = _new_document(session, form, origin)
        done = correspondence.keep_letter(session, vault(), new, file, now())
    if done.is_new:
        flash(_("Courrier enregistré et chiffré dans le coffre."), "success")
    else:
        flash(_("Ce même courrier était déjà enregistré : rien n'a été fait deux fois."), "info")
    if is_sent:
        return redirect(url_for("letters.send", document_id=done.document.id, join=origin.document_id))
    if origin.returns:
        return redirect(origin.url)
    return redirect(url_for("documents.show_document", document_id=done.document.id))


def _new_document(session: ScopedSession, form: LetterForm, origin: Origin) -> service.NewDocument:
    """Where the letter is put away.

    Raises:
        InvalidInput: the company is not one that the writer follows, or they could not read the letter again there.
    """
    kind = shown.kinds()[form.kind.data or ""]
    where = origin if origin.subject else replace(origin, subject="companies", company_id=form.company_id(session))
    new = service.NewDocument(
        kind=kind, company_id=where.company_id, title=form.title.data or "", file_ref=where.file_ref,
        establishment_id=where.establishment_id, channel=correspondence.CHANNEL,
    )  # fmt: skip
    correspondence.require_read_again(session, new)
    return new


def _letter_page(form: LetterForm, origin: Origin, content: bytes | None = None) -> ResponseReturnValue:
    """The form, under the pages that the letter makes when it was asked for."""
    count = inspect_pdf(content).page_count if content is not None else 0
    images = [page_png(content or b"", number) for number in range(1, min(count, _MOST_PREVIEWED) + 1)]
    answer = render_template(
        "documents/letter.html",
        form=form,
        origin=origin,
        pages=[f"data:image/png;base64,{b64encode(image).decode('ascii')}" for image in images],
        page_count=count,
        writes_for_office=_writes_for_office(),
        offers_word=word_letters.is_installed(),
        back_url=origin.url or url_for("documents.list_documents"),
    )
    return answer, status_of(form)


@blueprint.route("/<int:document_id>/send", methods=["GET", "POST"])
@needs(Right.WRITE_LETTERS)
def send(document_id: int) -> ResponseReturnValue:
    """Send a document by mail, with the one that it is about when that was asked."""
    document, offered = _sendable(document_id)
    form = _send_form(document, offered)
    if form.validate_on_submit():
        try:
            return _sent(form, document, offered)
        except InvalidInput as error:
            form.take_faults(error)
    answer = render_template("documents/send.html", form=form, document=document, has_relay=bool(settings().mail.host))
    return answer, status_of(form)


def _sendable(document_id: int) -> tuple[Document, list[Document]]:
    """A document, and those that may go in the same mail."""
    join = request.args.get("join", type=int)
    with database().reading(actor()) as session:
        document = queries.get_document(session, document_id)
        require_right_there(session, Right.WRITE_LETTERS, document.company_id, document.establishment_id)
        joined = [queries.get_document(session, join)] if join is not None and join != document_id else []
    return document, [document, *joined]


def _send_form(document: Document, offered: list[Document]) -> SendForm:
    form = SendForm.attaching(offered)
    if not form.is_submitted():
        form.key.data, form.attached.data = secrets.token_hex(16), [str(one.id) for one in offered]
        form.subject.data, form.body.data = mail_texts.written(
            "letter", document=document, names=[one.title for one in offered], writer=signed_in_viewer().display_name,
            office=settings().site.office_name if _writes_for_office() else "",
        )  # fmt: skip
    return form


def _sent(form: SendForm, document: Document, offered: list[Document]) -> ResponseReturnValue:
    chosen = [one for one in offered if str(one.id) in (form.attached.data or [])]
    with database().writing(actor()) as session:
        mail = correspondence.send_documents(
            session, chosen, form.address(), form.subject.data or "", form.body.data or "", key=form.key.data or "",
            now=now(),
        )  # fmt: skip
    if settings().mail.host:
        flash(_("Courriel écrit : il part au prochain envoi, dans la minute."), "success")
    else:
        flash(_("Courriel écrit : il attend dans le courrier sortant qu'un serveur d'envoi soit configuré."), "warning")
    if actor().may(Right.READ_MAIL):
        return redirect(url_for("documents.show_mail", mail_id=mail.id))
    return redirect(url_for("documents.show_document", document_id=document.id))
