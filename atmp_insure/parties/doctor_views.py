"""Pages of doctors whom employers and lawyers may mandate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Right
from atmp_insure.parties import partner_queries, partner_service
from atmp_insure.parties.blueprints import doctors
from atmp_insure.parties.partner_forms import DoctorFactsForm, DoctorForm
from atmp_insure.parties.partner_lists import DOCTORS
from atmp_insure.web import history, listing
from atmp_insure.web.forms import status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.partner_models import Doctor


@doctors.get("")
@needs(Right.READ_COMPANIES)
def list_doctors() -> ResponseReturnValue:
    """All doctors that one may see."""
    return listing.page(DOCTORS, "parties/doctors.html", may_write=actor().everywhere(Right.WRITE_COMPANIES))


@doctors.route("/new", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def add_doctor() -> ResponseReturnValue:
    """Add a doctor."""
    with database().reading(actor()) as reading:
        firms = partner_queries.list_organisations_of(reading, (OrganisationKind.LAW_FIRM,))
    form = DoctorForm.among(firms)
    added = written(form, lambda session: _add(session, form))
    if added is not None:
        flash(_("Médecin ajouté."), "success")
        return redirect(url_for("doctors.show_doctor", doctor_id=added.id))
    return render_template("parties/new_doctor.html", form=form), status_of(form)


def _add(session: ScopedSession, form: DoctorForm) -> Doctor:
    number = form.organisation_number()
    firm = partner_queries.get_organisation(session, number) if number is not None else None
    return partner_service.add_doctor(session, form.facts(), firm, now())


@doctors.get("/<int:doctor_id>")
@needs(Right.READ_COMPANIES)
def show_doctor(doctor_id: int) -> ResponseReturnValue:
    """A doctor."""
    with database().reading(actor()) as session:
        doctor = partner_queries.get_doctor(session, doctor_id)
        number = doctor.organisation_id
        firm = partner_queries.get_organisation(session, number) if number is not None else None
        return render_template(
            "parties/doctor.html", doctor=doctor, firm=firm, may_write=actor().everywhere(Right.WRITE_COMPANIES),
            trail=history.trail_of(session, doctor),
        )  # fmt: skip


@doctors.route("/<int:doctor_id>/edit", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def edit_doctor(doctor_id: int) -> ResponseReturnValue:
    """Correct what is known of a doctor."""
    with database().reading(actor()) as reading:
        doctor = partner_queries.get_doctor(reading, doctor_id)
    form = DoctorFactsForm.of(doctor)
    if written(form, lambda session: _correct(session, doctor_id, form)):
        flash(_("Médecin corrigé."), "success")
        return redirect(url_for("doctors.show_doctor", doctor_id=doctor_id))
    return render_template("parties/edit_doctor.html", form=form, doctor=doctor), status_of(form)


def _correct(session: ScopedSession, doctor_id: int, form: DoctorFactsForm) -> bool:
    partner_service.correct_doctor(session, partner_queries.get_doctor(session, doctor_id), form.facts())
    return True


@doctors.post("/<int:doctor_id>/end")
@needs(Right.WRITE_COMPANIES)
def end_doctor(doctor_id: int) -> ResponseReturnValue:
    """Propose a doctor no longer."""
    with database().writing(actor()) as session:
        partner_service.end_doctor(session, partner_queries.get_doctor(session, doctor_id), now())
    flash(_("Ce médecin ne sera plus proposé ; ce qu'il a fait reste."), "success")
    return redirect(url_for("doctors.show_doctor", doctor_id=doctor_id))
