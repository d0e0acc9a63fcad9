"""Pages of agreements: the list, beginning one, what it says as of a day, its versions, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.roles import Right
from atmp_insure.parties import agreement_queries, agreement_service, partner_queries
from atmp_insure.parties.agreement_forms import BeginVersionForm, NewAgreementForm, TerminateForm
from atmp_insure.parties.agreement_models import VersionState
from atmp_insure.parties.blueprints import agreements, asked_day
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.parties.partner_lists import AGREEMENTS
from atmp_insure.parties.shown import said_by_version
from atmp_insure.web import history, listing
from atmp_insure.web.forms import status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.agreement_models import Agreement, AgreementVersion


@agreements.get("")
@needs(Right.READ_AGREEMENTS)
def list_agreements() -> ResponseReturnValue:
    """All agreements that one may see."""
    may_write = actor().everywhere(Right.WRITE_AGREEMENTS)
    return listing.page(AGREEMENTS, "parties/agreements.html", may_write=may_write)


@agreements.route("/new", methods=["GET", "POST"])
@needs(Right.WRITE_AGREEMENTS)
def add_agreement() -> ResponseReturnValue:
    """Begin an agreement."""
    with database().reading(actor()) as reading:
        offered = partner_queries.list_organisations_of(reading, agreement_service.WITH_AGREEMENTS)
    form = NewAgreementForm.among(offered)
    if not form.is_submitted():
        form.organisation_id.data = request.args.get("with", "")
    added = written(form, lambda session: _create(session, form))
    if added is not None:
        flash(_("Convention ouverte. Il reste à écrire sa première version, puis à la signer."), "success")
        return redirect(url_for("agreements.show_agreement", agreement_id=added.id))
    return render_template("parties/new_agreement.html", form=form, offered=offered), status_of(form)


def _create(session: ScopedSession, form: NewAgreementForm) -> Agreement:
    organisation = partner_queries.get_organisation(session, int(form.organisation_id.data))
    return agreement_service.create_agreement(session, organisation, form.agreement(), now())


@agreements.get("/<int:agreement_id>")
@needs(Right.READ_AGREEMENTS)
def show_agreement(agreement_id: int) -> ResponseReturnValue:
    """An agreement: what it says as of a day, and its versions."""
    as_of = asked_day()
    with database().reading(actor()) as session:
        agreement = agreement_queries.get_agreement(session, agreement_id)
        in_force = agreement_queries.find_version_on(session, agreement.id, as_of.day)
        drafts = [one for one in agreement.versions if one.state is VersionState.DRAFT]
        return render_template(
            "parties/agreement.html", agreement=agreement, as_of=as_of, in_force=in_force,
            said=said_by_version(session, in_force) if in_force is not None else None,
            draft=drafts[0] if drafts else None, may_write=actor().everywhere(Right.WRITE_AGREEMENTS),
            trail=history.trail_of(session, agreement, *agreement.versions),
        )  # fmt: skip


@agreements.route("/<int:agreement_id>/versions/new", methods=["GET", "POST"])
@needs(Right.WRITE_AGREEMENTS)
def begin_version(agreement_id: int) -> ResponseReturnValue:
    """Begin another version of an agreement."""
    with database().reading(actor()) as reading:
        agreement = agreement_queries.get_agreement(reading, agreement_id)
    form = BeginVersionForm()
    version = written(form, lambda session: _begin(session, agreement_id, form))
    if version is not None:
        flash(_("Version commencée : elle dit ce que dit la précédente, tant qu'on n'y change rien."), "success")
        return redirect(url_for("agreements.show_version", version_id=version.id))
    return render_template("parties/begin_version.html", form=form, agreement=agreement), status_of(form)


def _begin(session: ScopedSession, agreement_id: int, form: BeginVersionForm) -> AgreementVersion:
    agreement = agreement_queries.get_agreement(session, agreement_id)
    last = agreement_queries.get_version(session, agreement.versions[-1].id)
    return agreement_service.begin_version(session, agreement, last, chosen_day(form.first_day), now())


@agreements.route("/<int:agreement_id>/end", methods=["GET", "POST"])
@needs(Right.WRITE_AGREEMENTS)
def terminate_agreement(agreement_id: int) -> ResponseReturnValue:
    """Say on which day an agreement ends."""
    with database().reading(actor()) as reading:
        agreement = agreement_queries.get_agreement(reading, agreement_id)
    form = TerminateForm()
    if written(form, lambda session: _terminate(session, agreement_id, form)):
        flash(_("Fin de la convention enregistrée."), "success")
        return redirect(url_for("agreements.show_agreement", agreement_id=agreement_id))
    return render_template("parties/terminate_agreement.html", form=form, agreement=agreement), status_of(form)


def _terminate(session: ScopedSession, agreement_id: int, form: TerminateForm) -> bool:
    agreement = agreement_queries.get_agreement(session, agreement_id)
    agreement_service.terminate_agreement(session, agreement, chosen_day(form.last_day))
    return True
