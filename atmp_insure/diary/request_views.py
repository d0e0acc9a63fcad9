"""Pages of papers asked of parties: the list, one request, and the link by which papers come without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.actor import system
from atmp_insure.diary import request_queries as queries
from atmp_insure.diary import request_service as service
from atmp_insure.diary import shown
from atmp_insure.diary.blueprint import blueprint
from atmp_insure.diary.request_forms import RequestForm
from atmp_insure.diary.request_lists import REQUESTS
from atmp_insure.diary.request_models import PaperNeed
from atmp_insure.documents.blueprint import vault
from atmp_insure.documents.shown import kinds
from atmp_insure.documents.uploads import accepted_uploads
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.queries import get_company
from atmp_insure.rate_records.deposit_service import unread_among
from atmp_insure.web import history, listing
from atmp_insure.web.forms import EmptyForm, status_of, written
from atmp_insure.web.limits import limiter
from atmp_insure.web.request_scope import ANYONE, actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.request_models import DocumentRequest, RequestedPaper
    from atmp_insure.documents.accepted_files import AcceptedFile

DOOR = system("deposit link")
_A_PAPER = "paper-"


def _practice() -> service.RequestPractice:
    return service.RequestPractice(settings().site, settings().requests, now())


@blueprint.get("/requests")
@needs(Right.READ_DIARY)
def list_requests() -> ResponseReturnValue:
    """The papers asked for, the nearest day first."""
    return listing.page(REQUESTS, "diary/requests.html", may_write=actor().may(Right.WRITE_DIARY))


@blueprint.route("/requests/new", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def add_request() -> ResponseReturnValue:
    """Ask a person for papers; `?siren=…&preset=underwriting&subject=…` fills the form."""
    form = RequestForm.offered(request.args.get("siren", ""), request.args.get("preset", ""))
    made = written(form, lambda session: service.ask_for_papers(
        session, form.new_request(session, _subject_seen(session)), _practice()
    ))  # fmt: skip
    if made is not None:
        flash(_("Demande envoyée."), "success")
        return redirect(url_for("diary.show_request", request_id=made.id))
    return render_template("diary/new_request.html", form=form), status_of(form)


def _subject_seen(session: ScopedSession) -> str:
    """What the address says the papers are for, when the viewer sees it."""
    subject = request.args.get("subject", "")
    return subject if subject and history.address_of_seen(session, subject) else ""


@blueprint.get("/requests/<int:request_id>")
@needs(Right.READ_DIARY)
def show_request(request_id: int) -> ResponseReturnValue:
    """A request: what came, what is missing, its link, its next reminder."""
    with database().reading(actor()) as session:
        found = queries.get_request(session, request_id)
        company = get_company(session, found.company_id)
        may_write = has_right_there(session, Right.WRITE_DIARY, found.company_id)
        trail = history.trail_of(session, found, *found.papers)
        subject_url = history.address_of_seen(session, found.subject)
        unread = _unread_by_paper(session, found)
    link = service.link_of(found, settings().site) if may_write else ""
    return render_template(
        "diary/request.html", found=found, company=company, may_write=may_write, trail=trail, link=link,
        subject_url=subject_url, states=shown.REQUEST_STATES, needs=shown.PAPER_NEEDS,
        is_open=service.takes_papers(found, paris_day(now())), unread=unread,
    )  # fmt: skip


def _unread_by_paper(session: ScopedSession, found: DocumentRequest) -> dict[int, list[int]]:
    """For each paper asked for, its accepted documents that nobody has read as papers of a rate."""
    unread = unread_among(session, found.company_id, _accepted_files(found))
    return {one.id: [file.document_id for file in one.files if file.document_id in unread] for one in found.papers}


def _accepted_files(found: DocumentRequest) -> list[int]:
    """The documents of a request that were judged to be what was asked for."""
    accepted = (paper for paper in found.papers if paper.state is PaperNeed.ACCEPTED)
    return [one.document_id for paper in accepted for one in paper.files]


@blueprint.post("/requests/<int:request_id>/papers/<int:requested_paper_id>/accept")
@needs(Right.WRITE_DIARY)
def accept_paper(request_id: int, requested_paper_id: int) -> ResponseReturnValue:
    """Say that what came is what was asked for."""
    return _changed_paper(
        request_id, requested_paper_id, lambda session, paper: service.accept_paper(session, paper, now())
    )


@blueprint.post("/requests/<int:request_id>/papers/<int:requested_paper_id>/refuse")
@needs(Right.WRITE_DIARY)
def refuse_paper(request_id: int, requested_paper_id: int) -> ResponseReturnValue:
    """Say why what came is not what was asked for."""
    remark, calendar = request.form.get("remark", ""), shown.office_calendar()
    return _changed_paper(
        request_id, requested_paper_id,
        lambda session, paper: service.refuse_paper(session, paper, remark, _practice(), calendar),
    )  # fmt: skip


@blueprint.post("/requests/<int:request_id>/papers/<int:requested_paper_id>/waive")
@needs(Right.WRITE_DIARY)
def waive_paper(request_id: int, requested_paper_id: int) -> ResponseReturnValue:
    """Say that a paper is needed no more."""
    remark = request.form.get("remark", "")
    return _changed_paper(
        request_id, requested_paper_id, lambda session, paper: service.waive_paper(session, paper, remark, now())
    )


def _changed_paper(
    request_id: int, requested_paper_id: int, change: Callable[[ScopedSession, RequestedPaper], None]
) -> ResponseReturnValue:
    def change_request(session: ScopedSession, found: DocumentRequest) -> None:
        change(session, service.paper_of(found, requested_paper_id))

    return _changed(request_id, change_request)


@blueprint.post("/requests/<int:request_id>/remind")
@needs(Right.WRITE_DIARY)
def remind_request(request_id: int) -> ResponseReturnValue:
    """Ask again for what is missing."""
    return _changed(request_id, lambda session, found: service.remind_now(session, found, _practice()))


@blueprint.post("/requests/<int:request_id>/close")
@needs(Right.WRITE_DIARY)
def close_request(request_id: int) -> ResponseReturnValue:
    """Give a request up."""
    reason = request.form.get("reason", "")
    return _changed(request_id, lambda session, found: service.close_request(session, found, reason, now()))


def _changed(request_id: int, change: Callable[[ScopedSession, DocumentRequest], None]) -> ResponseReturnValue:
    try:
        with database().writing(actor()) as session:
            change(session, queries.get_request(session, request_id))
    except InvalidInput as error:
        flash(" ".join(shown.fault_text(fault) for fault in error.faults), "error")
    return redirect(url_for("diary.show_request", request_id=request_id))


@blueprint.get("/deposit/<link_token>")
@limiter.limit("60 per minute")
@needs(ANYONE)
def show_link(link_token: str) -> ResponseReturnValue:
    """What a person is asked for, as their link shows it: no paper, only what came and what is missing."""
    return _link_page(link_token, ())


def _link_page(token: str, faults: tuple[Fault, ...]) -> ResponseReturnValue:
    with database().reading(DOOR) as session:
        found = service.find_request_of(session, token)
        company = get_company(session, found.company_id)
    is_open = service.takes_papers(found, paris_day(now()))
    answer = render_template(
        "diary/request_link.html", found=found, company=company, is_open=is_open, token=token, needs=shown.PAPER_NEEDS,
        faults=[shown.fault_text(fault) for fault in faults], form=EmptyForm(), office=settings().site.office_name,
    )  # fmt: skip
    return answer, 422 if faults else 200 if is_open else 410


@blueprint.post("/deposit/<link_token>")
@limiter.limit("20 per minute")
@needs(ANYONE)
def send_papers(link_token: str) -> ResponseReturnValue:
    """Take the files that a person sends by their link."""
    try:
        given = _given_files()
        with database().writing(DOOR) as session:
            found = service.find_request_of(session, link_token)
            shelf = service.ReceivingShelf(vault(), kinds(), _practice())
            count = service.receive_papers(session, shelf, found, given)
    except InvalidInput as error:
        return _link_page(link_token, error.faults)
    flash(_("Fichiers reçus : %(count)s. Merci.", count=count), "success")
    return redirect(url_for("diary.show_link", link_token=link_token))


def _given_files() -> dict[int, tuple[AcceptedFile, ...]]:
    """The files of the page, by the number of the paper that each is.

    Raises:
        InvalidInput: none was chosen, or some cannot be accepted; nothing is then put away.
    """
    given: dict[int, tuple[AcceptedFile, ...]] = {}
    faults: list[Fault] = []
    for name, files in request.files.lists():
        number = name.removeprefix(_A_PAPER)
        if name.startswith(_A_PAPER) and number.isdecimal() and any(one.filename for one in files):
            try:
                given[int(number)] = accepted_uploads(files, settings().vault.largest_bytes)
            except InvalidInput as error:
                faults += error.faults
    if not given and not faults:
        raise InvalidInput.one("aucun fichier", "Choisir au moins un fichier", place="files")
    if faults:
        raise InvalidInput(faults)
    return given
