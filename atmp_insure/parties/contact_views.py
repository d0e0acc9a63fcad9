"""Contacts of companies, partners and bodies: added and corrected from the page of their owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template

from atmp_insure.access.roles import Right
from atmp_insure.parties import partner_queries, partner_service
from atmp_insure.parties.blueprints import bodies, parties, partners, place_of
from atmp_insure.parties.partner_forms import ContactForm
from atmp_insure.parties.partner_queries import ContactOwner
from atmp_insure.web.forms import status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.partner_models import Contact


@parties.route("/<int:company_id>/contacts/new", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def add_company_contact(company_id: int) -> ResponseReturnValue:
    """Add a contact of a company."""
    return _add(ContactOwner(company_id=company_id))


@partners.route("/<int:organisation_id>/contacts/new", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def add_partner_contact(organisation_id: int) -> ResponseReturnValue:
    """Add a contact of a partner."""
    return _add(ContactOwner(organisation_id=organisation_id))


@bodies.route("/<int:body_id>/contacts/new", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def add_body_contact(body_id: int) -> ResponseReturnValue:
    """Add a contact of a body."""
    return _add(ContactOwner(body_id=body_id))


def _add(owner: ContactOwner) -> ResponseReturnValue:
    with database().reading(actor()) as reading:
        place = place_of(reading, owner)
    form = ContactForm()
    if written(form, lambda session: partner_service.add_contact(session, owner, form.facts(), now())) is not None:
        flash(_("Contact ajouté."), "success")
        return redirect(place.url)
    return render_template("parties/new_contact.html", form=form, place=place), status_of(form)


@parties.route("/contacts/<int:contact_id>", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def edit_contact(contact_id: int) -> ResponseReturnValue:
    """Correct what is known of a contact."""
    with database().reading(actor()) as reading:
        contact = partner_queries.get_contact(reading, contact_id)
        place = place_of(reading, _owner_of(contact))
    form = ContactForm.of(contact)
    if written(form, lambda session: _correct(session, contact_id, form)):
        flash(_("Contact corrigé."), "success")
        return redirect(place.url)
    return render_template("parties/edit_contact.html", form=form, contact=contact, place=place), status_of(form)


def _correct(session: ScopedSession, contact_id: int, form: ContactForm) -> bool:
    partner_service.correct_contact(session, partner_queries.get_contact(session, contact_id), form.facts())
    return True


@parties.post("/contacts/<int:contact_id>/end")
@needs(Right.WRITE_COMPANIES)
def end_contact(contact_id: int) -> ResponseReturnValue:
    """Write to this person no longer."""
    with database().writing(actor()) as session:
        contact = partner_queries.get_contact(session, contact_id)
        partner_service.end_contact(session, contact, now())
        place = place_of(session, _owner_of(contact))
    flash(_("Contact retiré ; l'historique est conservé."), "success")
    return redirect(place.url)


def _owner_of(contact: Contact) -> ContactOwner:
    return ContactOwner(contact.company_id, contact.establishment_id, contact.organisation_id, contact.body_id)
