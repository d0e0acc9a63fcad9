"""Pages of partners: brokers, law firms, insurers and groups, with what identifies them and what they have with us."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Right
from atmp_insure.parties import account_queries, agreement_queries, partner_queries, partner_service, queries
from atmp_insure.parties.account_queries import AccountOwner
from atmp_insure.parties.agreement_service import WITH_AGREEMENTS
from atmp_insure.parties.blueprints import partners
from atmp_insure.parties.partner_forms import PARTNER_KINDS, PartnerFactsForm, PartnerForm
from atmp_insure.parties.partner_lists import PARTNERS
from atmp_insure.parties.partner_queries import ContactOwner
from atmp_insure.parties.partner_service import only_digits
from atmp_insure.parties.shown import ACCOUNT_STATES, masked_accounts, matter_labels
from atmp_insure.web import history, listing
from atmp_insure.web.forms import status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from atmp_insure.access.models import Organisation
    from atmp_insure.db.session import ScopedSession

_COMPANIES_SHOWN = 20


@partners.get("")
@needs(Right.READ_AGREEMENTS)
def list_partners() -> ResponseReturnValue:
    """All organisations that one may see."""
    return listing.page(PARTNERS, "parties/partners.html", may_add=actor().everywhere(Right.ADD_PARTNERS))


@partners.route("/new", methods=["GET", "POST"])
@needs(Right.ADD_PARTNERS)
def add_partner() -> ResponseReturnValue:
    """Create an organisation with what identifies it."""
    form = PartnerForm()
    if not form.is_submitted():
        form.kind.data = request.args.get("kind", "")
    added = written(
        form, lambda session: partner_service.create_partner(session, form.organisation_kind(), form.facts(), now())
    )
    if added is not None:
        flash(
            _("Partenaire ajouté. Il reste à donner un rôle à ses personnes, et à dire quelles entreprises il suit."),
            "success",
        )
        return redirect(url_for("partners.show_partner", organisation_id=added.id))
    return render_template("parties/new_partner.html", form=form, known=_known(form)), status_of(form)


def _known(form: PartnerForm) -> Sequence[Organisation]:
    """The organisations that already are what the form says."""
    if not form.errors:
        return ()
    with database().reading(actor()) as session:
        siren, orias = (only_digits(field.data or "") for field in (form.siren, form.orias_number))
        return partner_queries.list_known_as(session, siren, orias, form.name.data or "")


@partners.get("/<int:organisation_id>")
@needs(Right.READ_COMPANIES)
def show_partner(organisation_id: int) -> ResponseReturnValue:
    """An organisation: what identifies it, its agreements, its people, its accounts, the companies it follows."""
    with database().reading(actor()) as session:
        organisation = partner_queries.get_organisation(session, organisation_id)
        return render_template("parties/partner.html", **_partner_page(session, organisation))


def _partner_page(session: ScopedSession, organisation: Organisation) -> dict[str, Any]:
    profile = partner_queries.find_profile(session, organisation.id)
    contacts = partner_queries.list_contacts(session, ContactOwner(organisation_id=organisation.id))
    accounts = account_queries.list_accounts(session, AccountOwner(organisation_id=organisation.id))
    return {
        "organisation": organisation,
        "kind": PARTNER_KINDS[organisation.kind],
        "profile": profile,
        "contacts": contacts,
        "matter_labels": matter_labels,
        "accounts": masked_accounts(accounts),
        "account_states": ACCOUNT_STATES,
        "agreements": agreement_queries.list_agreements_of(session, organisation.id),
        "takes_agreements": organisation.kind in WITH_AGREEMENTS,
        "companies": queries.list_followed(session, organisation.id, _COMPANIES_SHOWN),
        "is_office": organisation.kind is OrganisationKind.OFFICE,
        "may_write": actor().everywhere(Right.WRITE_COMPANIES),
        "may_add": actor().everywhere(Right.ADD_PARTNERS),
        "may_agree": actor().everywhere(Right.WRITE_AGREEMENTS),
        "may_see_accounts": actor().may(Right.READ_BANK_ACCOUNTS),
        "trail": history.trail_of(session, organisation, *([profile] if profile is not None else []), *contacts),
    }


@partners.route("/<int:organisation_id>/edit", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def edit_partner(organisation_id: int) -> ResponseReturnValue:
    """Correct what is known of an organisation."""
    with database().reading(actor()) as reading:
        organisation = partner_queries.get_organisation(reading, organisation_id)
        form = PartnerFactsForm.of(organisation, partner_queries.find_profile(reading, organisation_id))
    if written(form, lambda session: _correct(session, organisation_id, form)):
        flash(_("Partenaire corrigé."), "success")
        return redirect(url_for("partners.show_partner", organisation_id=organisation_id))
    return render_template("parties/edit_partner.html", form=form, organisation=organisation), status_of(form)


def _correct(session: ScopedSession, organisation_id: int, form: PartnerFactsForm) -> bool:
    organisation = partner_queries.get_organisation(session, organisation_id)
    partner_service.correct_partner(session, organisation, form.facts())
    return True
