"""Who sees a company: its followers and its groups, added and ended from the page of the company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Right
from atmp_insure.parties import partner_queries, queries, reach_service
from atmp_insure.parties.blueprints import parties
from atmp_insure.parties.company_forms import FollowForm, JoinGroupForm, LeaveGroupForm, chosen_day
from atmp_insure.web.environment import today
from atmp_insure.web.forms import status_of, written
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from atmp_insure.access.models import Organisation
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import Company

_FOLLOWERS = (OrganisationKind.BROKER, OrganisationKind.LAW_FIRM, OrganisationKind.INSURER)


def _asked(company_id: int, *kinds: OrganisationKind) -> tuple[Company, Sequence[Organisation]]:
    """A company, and the organisations of some kinds."""
    with database().reading(actor()) as session:
        company = queries.get_company(session, company_id)
        return company, partner_queries.list_organisations_of(session, kinds)


@parties.route("/<int:company_id>/followers/new", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def add_follower(company_id: int) -> ResponseReturnValue:
    """Let the people of an organisation see a company."""
    company, offered = _asked(company_id, *_FOLLOWERS)
    form = FollowForm.among(offered)
    if written(form, lambda session: _let_follow(session, company_id, form)):
        flash(_("Cette organisation voit désormais l'entreprise."), "success")
        return redirect(url_for("parties.show_company", company_id=company_id))
    answer = render_template("parties/add_follower.html", form=form, company=company, offered=offered)
    return answer, status_of(form)


def _let_follow(session: ScopedSession, company_id: int, form: FollowForm) -> bool:
    organisation = partner_queries.get_organisation(session, form.organisation_number())
    reach_service.let_follow(session, queries.get_company(session, company_id), organisation)
    return True


@parties.post("/<int:company_id>/followers/<int:reach_id>/end")
@needs(Right.WRITE_COMPANIES)
def end_follower(company_id: int, reach_id: int) -> ResponseReturnValue:
    """Let the people of an organisation see a company no longer."""
    with database().writing(actor()) as session:
        reach_service.stop_following(session, queries.get_company(session, company_id), reach_id)
    flash(_("Cette organisation ne voit plus l'entreprise."), "success")
    return redirect(url_for("parties.show_company", company_id=company_id))


@parties.route("/<int:company_id>/groups/new", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def join_group(company_id: int) -> ResponseReturnValue:
    """Say that a company belongs to a group."""
    company, offered = _asked(company_id, OrganisationKind.EMPLOYER_GROUP)
    form = JoinGroupForm.among(offered)
    if written(form, lambda session: _join(session, company_id, form)):
        flash(_("Entreprise rattachée au groupe, dont les personnes la voient désormais."), "success")
        return redirect(url_for("parties.show_company", company_id=company_id))
    return render_template("parties/join_group.html", form=form, company=company, offered=offered), status_of(form)


def _join(session: ScopedSession, company_id: int, form: JoinGroupForm) -> bool:
    group = partner_queries.get_organisation(session, form.organisation_number())
    company = queries.get_company(session, company_id)
    reach_service.join_group(session, company, group, chosen_day(form.first_day), today())
    return True


@parties.route("/groups/<int:membership_id>/end", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def leave_group(membership_id: int) -> ResponseReturnValue:
    """Say until which day a company belonged to a group."""
    with database().reading(actor()) as reading:
        membership = queries.get_membership(reading, membership_id)
        company = queries.get_company(reading, membership.company_id)
    form = LeaveGroupForm()
    if written(form, lambda session: _leave(session, membership_id, form)):
        flash(_("Rattachement terminé : les personnes du groupe ne voient plus l'entreprise."), "success")
        return redirect(url_for("parties.show_company", company_id=company.id))
    return render_template("parties/leave_group.html", form=form, company=company, membership=membership), status_of(
        form
    )


def _leave(session: ScopedSession, membership_id: int, form: LeaveGroupForm) -> bool:
    membership = queries.get_membership(session, membership_id)
    reach_service.leave_group(session, membership, chosen_day(form.last_day), today())
    return True
