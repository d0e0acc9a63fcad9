"""Pages of what is done about a complaint: one form each, the same page for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access import queries as access_queries
from atmp_insure.access.roles import Right, role_of
from atmp_insure.diary import complaint_answer_service as answering
from atmp_insure.diary import complaint_queries as queries
from atmp_insure.diary import complaint_service as service
from atmp_insure.diary.blueprint import blueprint
from atmp_insure.diary.complaint_forms import ComplaintAnswerForm, InsurerForm, ProofForm, WritingForm
from atmp_insure.diary.complaint_shown import desk
from atmp_insure.diary.forms import ForSomeone
from atmp_insure.documents.blueprint import reader
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.web.forms import flash_faults, status_of
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.diary.complaint_models import Complaint

    Doing = Callable[[ScopedSession, service.ComplaintDesk, Complaint], None]


@dataclass(frozen=True, slots=True)
class Act:
    """Something done about a complaint: how its page says it, its form, and what it does.

    Attributes:
        plan: what the form asks for, made before the transaction: a paper may have to be read.
    """

    title: Any
    text: Any
    button: Any
    done: Any
    form: Callable[[ScopedSession, Complaint], Any]
    plan: Callable[[Any], Doing]


def _invite(form: ProofForm) -> Doing:
    return lambda session, at, complaint: answering.invite_to_write(session, at, complaint, form.proof())


def _acknowledge(form: ProofForm) -> Doing:
    return lambda session, at, complaint: answering.acknowledge_complaint(session, at, complaint, form.proof())


def _write(form: WritingForm) -> Doing:
    written_on, sent_on = form.written_on.data, form.sent_on.data
    assert written_on is not None, "the form requires this day"
    return lambda session, at, complaint: answering.note_writing(session, at, complaint, written_on, sent_on)


def _tell(form: InsurerForm) -> Doing:
    insurer_id = int(form.insurer.data or 0)
    return lambda session, at, complaint: answering.tell_insurer(session, at, complaint, insurer_id, form.proof())


def _answer(form: ComplaintAnswerForm) -> Doing:
    number, text = form.document_id(), ""
    if number is not None and form.refuses():
        with database().reading(actor()) as session:
            text = answering.text_of(session, reader(), number)
    given = form.answer(text)
    return lambda session, at, complaint: answering.answer_complaint(session, at, complaint, given)


INVITE = Act(
    _l("Enregistrer l'envoi de l'invitation"),
    _l("Sa lettre s'écrit depuis la réclamation. Aucun délai ne court avant un écrit."),
    _l("Enregistrer l'invitation"), _l("Invitation enregistrée."), ProofForm.offering, _invite,
)  # fmt: skip
WRITE = Act(
    _l("Enregistrer un écrit reçu"), _l("Les deux délais courent alors : accuser réception, puis répondre."),
    _l("Enregistrer l'écrit"), _l("Écrit enregistré : les délais courent."), WritingForm.offering, _write,
)  # fmt: skip
ACKNOWLEDGE = Act(
    _l("Enregistrer l'accusé de réception"),
    _l("Son échéance reçoit sa preuve ; celle de la réponse court toujours."),
    _l("Enregistrer l'accusé"), _l("Accusé de réception enregistré."), ProofForm.offering, _acknowledge,
)  # fmt: skip
ANSWER = Act(
    _l("Répondre à la réclamation"),
    _l("La réponse est partie : dire laquelle. Un refus, même en partie, ne se clôt que si sa lettre nomme le service "
       "des réclamations et le médiateur ; elle est relue pour s'en assurer."),
    _l("Clore par cette réponse"), _l("Réponse enregistrée."), ComplaintAnswerForm.offering, _answer,
)  # fmt: skip
TELL = Act(
    _l("Enregistrer l'information de l'assureur"),
    _l("Ses personnes verront cette réclamation, sans le nom ni les mots du réclamant."),
    _l("Enregistrer"), _l("Information de l'assureur enregistrée."), InsurerForm.offering, _tell,
)  # fmt: skip


def _page(act: Act, complaint_id: int) -> ResponseReturnValue:
    """The page of an act; once done, back to the complaint."""
    with database().reading(actor()) as session:
        found = queries.get_complaint(session, complaint_id)
        service.require_handler(session)
        form = act.form(session, found)
    if form.validate_on_submit():
        try:
            _do(act, form, complaint_id)
        except InvalidInput as error:
            form.take_faults(error)
        else:
            flash(str(act.done), "success")
            return redirect(url_for("diary.show_complaint", complaint_id=complaint_id))
    return render_template("diary/complaint_act.html", act=act, form=form, complaint=found), status_of(form)


def _do(act: Act, form: Any, complaint_id: int) -> None:
    doing = act.plan(form)
    with database().writing(actor()) as session:
        doing(session, desk(), queries.get_complaint(session, complaint_id))


@blueprint.route("/complaints/<int:complaint_id>/invite", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def invite_complaint(complaint_id: int) -> ResponseReturnValue:
    """Say that whoever spoke was invited to write."""
    return _page(INVITE, complaint_id)


@blueprint.route("/complaints/<int:complaint_id>/write", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def write_complaint(complaint_id: int) -> ResponseReturnValue:
    """Say that what was spoken came in writing."""
    return _page(WRITE, complaint_id)


@blueprint.route("/complaints/<int:complaint_id>/acknowledge", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def acknowledge_complaint(complaint_id: int) -> ResponseReturnValue:
    """Say that a complaint was acknowledged."""
    return _page(ACKNOWLEDGE, complaint_id)


@blueprint.route("/complaints/<int:complaint_id>/answer", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def answer_complaint(complaint_id: int) -> ResponseReturnValue:
    """Say what was answered."""
    return _page(ANSWER, complaint_id)


@blueprint.route("/complaints/<int:complaint_id>/tell-insurer", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def tell_insurer_complaint(complaint_id: int) -> ResponseReturnValue:
    """Say that an insurer was told."""
    return _page(TELL, complaint_id)


@blueprint.post("/complaints/<int:complaint_id>/reopen")
@needs(Right.WRITE_DIARY)
def reopen_complaint(complaint_id: int) -> ResponseReturnValue:
    """Open a complaint again, with the reason."""
    try:
        with database().writing(actor()) as session:
            found = queries.get_complaint(session, complaint_id)
            answering.reopen_complaint(session, desk(), found, request.form.get("reason", ""))
        flash(_("Réclamation rouverte : une réponse est de nouveau due."), "success")
    except InvalidInput as error:
        flash_faults(error)
    return redirect(url_for("diary.show_complaint", complaint_id=complaint_id))


@blueprint.route("/complaints/<int:complaint_id>/give", methods=["GET", "POST"])
@needs(Right.WRITE_DIARY)
def give_complaint(complaint_id: int) -> ResponseReturnValue:
    """Give a complaint, with its clocks, to a person or to a team."""
    with database().reading(actor()) as session:
        found = queries.get_complaint(session, complaint_id)
        service.require_handler(session)
        people = access_queries.names_of_users(session)
    form = ForSomeone.among(people, team=found.team.value, person=str(found.handler_id or ""))
    if form.validate_on_submit():
        with database().writing(actor()) as session:
            kept = queries.get_complaint(session, complaint_id)
            service.hand_complaint(session, desk(), kept, form.person_id(), role_of(form.team.data))
        flash(_("Réclamation confiée, avec ses échéances."), "success")
        return redirect(url_for("diary.show_complaint", complaint_id=complaint_id))
    return render_template("diary/give_complaint.html", form=form, complaint=found), status_of(form)
