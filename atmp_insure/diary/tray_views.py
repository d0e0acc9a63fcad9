"""Pages of the mail tray: dropping many files, one letter beside its proposal, one key to accept, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from atmp_insure.access.roles import Right
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.diary import tray_queries as queries
from atmp_insure.diary import tray_service as service
from atmp_insure.diary.blueprint import blueprint
from atmp_insure.diary.forms import DropForm, FilingForm
from atmp_insure.diary.lists import LETTERS
from atmp_insure.diary.tray_models import LetterState
from atmp_insure.documents import pdf_pages
from atmp_insure.documents import queries as documents
from atmp_insure.documents.blueprint import reader, vault
from atmp_insure.documents.shown import can_preview, kinds, preview
from atmp_insure.documents.vault import DamagedObject
from atmp_insure.documents.vault_care import remove_unreferenced
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.parties.queries import names_of
from atmp_insure.rate_records.deposit_service import reading_of, require_unread
from atmp_insure.web import history, listing
from atmp_insure.web.forms import flash_faults, status_of, written
from atmp_insure.web.messages import flash_with_act
from atmp_insure.web.request_scope import actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.tray_models import TrayLetter
    from atmp_insure.documents.shown import Preview


def _desk() -> service.TrayDesk:
    clocks = installed_deadlines(settings().config_overlay)
    return service.TrayDesk(vault(), clocks, now(), kinds())


@blueprint.get("/tray")
@needs(Right.FILE_MAIL)
def show_tray() -> ResponseReturnValue:
    """The letters, those that wait first."""
    return listing.page(LETTERS, "diary/tray.html", form=DropForm())


@blueprint.post("/tray/drop")
@needs(Right.FILE_MAIL)
def drop() -> ResponseReturnValue:
    """Take files dropped together."""
    form = DropForm()
    try:
        files = form.accepted_files(settings().vault.largest_bytes)
    except InvalidInput as error:
        form.take_faults(error)
        return make_response(listing.page(LETTERS, "diary/tray.html", form=form), 422)
    with database().writing(actor()) as session:
        done = service.drop(session, _desk(), files, form.came())
    for name in done.repeated:
        flash(_("« %(name)s » attend déjà dans le courrier reçu.", name=name), "info")
    flash(_("Lettres déposées : %(count)s.", count=len(done.letters)), "success")
    return redirect(url_for("diary.show_tray"))


@blueprint.get("/tray/<int:letter_id>")
@needs(Right.FILE_MAIL)
def show_letter(letter_id: int) -> ResponseReturnValue:
    """A letter beside what is proposed for it."""
    return _letter_page(letter_id)


def _letter_page(letter_id: int, form: FilingForm | None = None) -> ResponseReturnValue:
    with database().writing(actor()) as session:
        letter = queries.get_letter(session, letter_id)
        service.note_first_reading(session, letter, now())
    with database().reading(actor()) as session:
        shown = form or FilingForm.proposed(session, letter)
        following = queries.find_next(session, letter)
        waiting = queries.count_waiting(session)
        company_id = letter.proposed_company_id
        company = names_of(session, {company_id}).get(company_id) if company_id is not None else None
        trail = history.trail_of(session, letter)
        offer = _reading_offered(session, letter)
    answer = render_template(
        "diary/letter.html", letter=letter, form=shown, preview=_preview(letter), following=following, waiting=waiting,
        company=company, is_waiting=letter.state is LetterState.WAITING, clocks=service.CLOCKS,
        trail=trail, offer=offer,
    )  # fmt: skip
    return answer, status_of(shown)


def _preview(letter: TrayLetter) -> Preview | None:
    with database().reading(actor()) as session:
        document = documents.get_document(session, letter.document_id)
    version = document.versions[-1] if document.versions else None
    if version is None or version.object_key is None or not can_preview(version):
        return None
    try:
        return preview(reader(), document, version, request.args.get("page", 1, type=int))
    except (DamagedObject, InvalidInput, Refused):
        return None


@blueprint.post("/tray/<int:letter_id>/file")
@needs(Right.FILE_MAIL)
def file_letter(letter_id: int) -> ResponseReturnValue:
    """Put a letter in its file, and go to the next one."""
    form = FilingForm.offered()
    if not form.validate_on_submit():
        return _letter_page(letter_id, form)
    with database().reading(actor()) as session:
        content = service.read_letter(session, reader(), queries.get_letter(session, letter_id))
    filed = written(form, lambda session: _filed(session, letter_id, form, content))
    if filed is None:
        return _letter_page(letter_id, form)
    letter, following, offer = filed
    said = _("Lettre classée. Pour y revenir : ouvrir la lettre, puis « Annuler le classement ».")
    flash_with_act(said, _("Lire la pièce « %(name)s »", name=letter.file_name), offer)
    return _next(following)


def _filed(
    session: ScopedSession, letter_id: int, form: FilingForm, content: bytes
) -> tuple[TrayLetter, TrayLetter | None, str]:
    """The letter that was put away, the one that follows it, and where its paper is read."""
    letter = queries.get_letter(session, letter_id)
    service.file_letter(session, _desk(), letter, form.filing(session), content)
    return letter, queries.find_next(session, letter), _reading_offered(session, letter)


def _reading_offered(session: ScopedSession, letter: TrayLetter) -> str:
    """Where the act is that reads the paper a letter became; empty: it gives no rate, or the viewer reads none."""
    if letter.filed_document_id is None:
        return ""
    try:
        document = documents.get_document(session, letter.filed_document_id)
    except NotFound:
        return ""
    found = reading_of(session, document)
    if found is None or not found.may_be_read:
        return ""
    return url_for("rate_records.deposit_from_vault", company_id=document.company_id, documents=document.id)


def _next(following: TrayLetter | None) -> ResponseReturnValue:
    if following is None:
        return redirect(url_for("diary.show_tray"))
    return redirect(url_for("diary.show_letter", letter_id=following.id))


@blueprint.post("/tray/<int:letter_id>/unfile")
@needs(Right.FILE_MAIL)
def unfile_letter(letter_id: int) -> ResponseReturnValue:
    """Take a letter out of its file again."""
    desk = _desk()
    with database().writing(actor()) as session:
        letter = queries.get_letter(session, letter_id)
        require_unread(session, letter.filed_document_id)
        addresses = service.unfile_letter(session, letter, now())
    remove_unreferenced(database(), desk.vault, addresses, now())
    flash(_("Lettre reprise : elle attend de nouveau, et son échéance est sans objet."), "success")
    return redirect(url_for("diary.show_letter", letter_id=letter_id))


@blueprint.post("/tray/<int:letter_id>/discard")
@needs(Right.FILE_MAIL)
def discard_letter(letter_id: int) -> ResponseReturnValue:
    """Leave a letter aside."""
    try:
        with database().writing(actor()) as session:
            letter = queries.get_letter(session, letter_id)
            service.discard_letter(session, letter, request.form.get("reason", ""), now())
            following = queries.find_next(session, letter)
    except InvalidInput as error:
        flash_faults(error)
        return redirect(url_for("diary.show_letter", letter_id=letter_id))
    flash(_("Lettre écartée."), "success")
    return _next(following)


@blueprint.post("/tray/<int:letter_id>/rotate")
@needs(Right.FILE_MAIL)
def rotate_letter(letter_id: int) -> ResponseReturnValue:
    """Turn all the pages of a letter to the right."""
    return _remade([letter_id], lambda contents: [pdf_pages.rotated(contents[0], 1)])


@blueprint.post("/tray/<int:letter_id>/split")
@needs(Right.FILE_MAIL)
def split_letter(letter_id: int) -> ResponseReturnValue:
    """Cut a letter where others begin."""
    starts = [int(one) for one in request.form.get("pages", "").replace(",", " ").split() if one.isdecimal()]
    return _remade([letter_id], lambda contents: pdf_pages.split(contents[0], starts))


@blueprint.post("/tray/join")
@needs(Right.FILE_MAIL)
def join_letters() -> ResponseReturnValue:
    """Put the letters that were chosen together, in the order they came."""
    chosen = [int(one) for one in request.form.getlist("selected") if one.isdecimal()]
    return _remade(chosen, pdf_pages.joined)


def _remade(letter_ids: Sequence[int], make: Callable[[list[bytes]], Sequence[bytes] | bytes]) -> ResponseReturnValue:
    """Put what letters become in their place; what cannot be made leaves them as they are."""
    with database().reading(actor()) as session:
        letters = queries.list_waiting(session, letter_ids)
        contents = [service.read_letter(session, reader(), letter) for letter in letters]
    if not letters:
        raise Refused(_("Choisir des lettres qui attendent."))
    try:
        made = make(contents)
        parts = [made] if isinstance(made, bytes) else list(made)
        with database().writing(actor()) as session:
            done = service.remake_letters(session, _desk(), queries.list_waiting(session, letter_ids), lambda: parts)
    except InvalidInput as error:
        flash_faults(error)
        return redirect(url_for("diary.show_tray"))
    flash(_("Fait : %(count)s lettre(s) à classer.", count=len(done.letters)), "success")
    return _next(done.letters[0] if done.letters else None)
