"""Pages of people and rights: users, roles, authority, approvals, and the logs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from atmp_insure.access import approvals, queries, service, tokens
from atmp_insure.access.forms import (
    AuthorityForm,
    DecisionForm,
    GrantForm,
    NewUserForm,
    SubstitutionForm,
)
from atmp_insure.access.lists import APPROVAL_STATES, APPROVALS, CHANGES, READINGS, USER_STATES, USERS
from atmp_insure.access.models import TicketPurpose
from atmp_insure.access.roles import RIGHTS, Right, Role
from atmp_insure.access.sign_in import end_sessions
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.parties.queries import names_of
from atmp_insure.web import history, listing
from atmp_insure.web.addresses import keys_among
from atmp_insure.web.forms import carried_out, status_of, written
from atmp_insure.web.log_sentences import object_name
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.sign_in_views import send_link
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _
from atmp_insure.web.token_views import token_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from atmp_insure.access.models import User
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.web.forms import Form

blueprint = Blueprint("access", __name__, url_prefix="/people")


@blueprint.get("")
@needs(Right.READ_USERS)
def list_users() -> ResponseReturnValue:
    """All users."""
    return listing.page(USERS, "access/users.html")


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Right.WRITE_USERS)
def add_user() -> ResponseReturnValue:
    """Create a user and send the invitation."""
    form = NewUserForm()
    user = written(form, lambda session: _invited(session, form))
    if user is not None:
        flash(_("Utilisateur créé ; l'invitation part par courriel. Il reste à lui donner un rôle."), "success")
        return redirect(url_for("access.show_user", user_id=user.id))
    return render_template("access/new_user.html", form=form), status_of(form)


def _invited(session: ScopedSession, form: NewUserForm) -> User:
    user = service.create_user(session, form.new_user(), now())
    send_link(session, user, TicketPurpose.INVITATION)
    return user


@blueprint.post("/invite")
@needs(Right.WRITE_USERS)
def invite_selected() -> ResponseReturnValue:
    """Send an invitation to each selected person."""
    numbers = keys_among(request.form.getlist("selected"))
    with database().writing(actor()) as session:
        for number in numbers:
            send_link(session, queries.get_user(session, number), TicketPurpose.INVITATION)
    flash(_("Invitations envoyées : %(count)s.", count=len(numbers)), "success")
    return redirect(url_for("access.list_users"))


@blueprint.get("/<int:user_id>")
@needs(Right.READ_USERS)
def show_user(user_id: int) -> ResponseReturnValue:
    """A user: who they are, what they may do, what happened to the account."""
    return _user_page(user_id, {})


def _user_page(user_id: int, forms: dict[str, Form]) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        user = queries.get_user(session, user_id)
        organisations = queries.list_organisations(session)
        companies = names_of(session, {grant.company_id for grant in user.grants if grant.company_id is not None})
        answer = render_template(
            "access/user.html",
            user=user,
            state=USER_STATES[user.state],
            is_locked=user.locked_until is not None and user.locked_until > now(),
            grants=user.grants,
            in_force={grant.id for grant in queries.in_force(user.grants, paris_day(now()))},
            companies=companies,
            limits=queries.list_limits(session, user.id),
            act_labels={one.value: one.label for one in DelegatedAct},
            substitutions=queries.list_substitutions(session, user.id),
            tokens=token_rows(queries.list_tokens(session, user.id)),
            colleagues=queries.names_of_users(session),
            trail=history.trail_of(session, user, *user.grants),
            grant_form=forms.get("grant") or GrantForm.among(organisations),
            limit_form=forms.get("limit") or AuthorityForm(),
            substitution_form=forms.get("substitution") or SubstitutionForm.among(session, user.id),
            may_write=actor().may(Right.WRITE_USERS),
        )
    return answer, 422 if any(form.errors for form in forms.values()) else 200


@blueprint.post("/<int:user_id>/tokens/<int:token_id>/revoke")
@needs(Right.WRITE_USERS)
def revoke_token(user_id: int, token_id: int) -> ResponseReturnValue:
    """End a personal token of someone."""
    with database().writing(actor()) as session:
        tokens.revoke_token(session, queries.get_token(session, user_id, token_id), now())
    flash(_("Jeton révoqué : le programme qui le tient n'entre plus."), "success")
    return redirect(url_for("access.show_user", user_id=user_id))


@blueprint.post("/<int:user_id>/grants")
@needs(Right.WRITE_USERS)
def add_grant(user_id: int) -> ResponseReturnValue:
    """Give a role."""
    with database().reading(actor()) as reading:
        form = GrantForm.among(queries.list_organisations(reading))
    given = written(form, lambda session: service.grant_role(
        session, queries.get_user(session, user_id), form.new_grant(session), now()
    ))  # fmt: skip
    if given is None:
        return _user_page(user_id, {"grant": form})
    flash(_("Rôle donné. Les sessions ouvertes de cette personne sont fermées."), "success")
    return redirect(url_for("access.show_user", user_id=user_id))


@blueprint.post("/<int:user_id>/grants/<int:grant_id>/end")
@needs(Right.WRITE_USERS)
def end_grant(user_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role away."""
    with database().writing(actor()) as session:
        service.end_grant(session, queries.get_grant(session, user_id, grant_id), now())
    flash(_("Rôle retiré. Les sessions ouvertes de cette personne sont fermées."), "success")
    return redirect(url_for("access.show_user", user_id=user_id))


@blueprint.post("/<int:user_id>/limits")
@needs(Right.WRITE_USERS)
def add_limit(user_id: int) -> ResponseReturnValue:
    """Set up to what amount a person decides alone."""
    form = AuthorityForm()
    given = written(form, lambda session: service.give_limit(
        session, queries.get_user(session, user_id), form.new_limit()
    ))  # fmt: skip
    if given is None:
        return _user_page(user_id, {"limit": form})
    flash(_("Plafond enregistré."), "success")
    return redirect(url_for("access.show_user", user_id=user_id))


@blueprint.post("/<int:user_id>/substitutions")
@needs(Right.WRITE_USERS)
def add_substitution(user_id: int) -> ResponseReturnValue:
    """Name who receives a person's tasks while they are away."""
    with database().reading(actor()) as session:
        form = SubstitutionForm.among(session, user_id)
    if not carried_out(lambda session: form.save(session, user_id), form):
        return _user_page(user_id, {"substitution": form})
    flash(_("Remplacement enregistré : les tâches changent de main, pas les droits."), "success")
    return redirect(url_for("access.show_user", user_id=user_id))


@blueprint.post("/<int:user_id>/<any(disable, enable, unlock, invite, clear):act>")
@needs(Right.WRITE_USERS)
def change_account(user_id: int, act: str) -> ResponseReturnValue:
    """Shut, open or unlock an account, send its invitation again, forget its second factors."""
    change, done = _ACCOUNT_ACTS[act]
    with database().writing(actor()) as session:
        user = queries.get_user(session, user_id)
        change(session, user)
        if act in _ENDING_SESSIONS:
            end_sessions(session, user.id, now())
    flash(str(done), "success")
    return redirect(url_for("access.show_user", user_id=user_id))


# what each act does to an account, and what is said when it is done
_ACCOUNT_ACTS: dict[str, tuple[Callable[[ScopedSession, User], object], Any]] = {
    "disable": (service.disable_user, _l("Compte fermé, sessions comprises.")),
    "enable": (service.enable_user, _l("Compte rouvert.")),
    "unlock": (service.unlock_user, _l("Compte déverrouillé.")),
    "invite": (partial(send_link, purpose=TicketPurpose.INVITATION), _l("Invitation envoyée.")),
    "clear": (
        service.clear_second_factors,
        _l("Seconds facteurs oubliés : la personne en choisira un à sa prochaine connexion."),
    ),
}
_ENDING_SESSIONS = {"disable", "clear"}


@blueprint.get("/roles")
@needs(Right.READ_USERS)
def show_roles() -> ResponseReturnValue:
    """What each role may do: the matrix."""
    return render_template("access/roles.html", roles=tuple(Role), rights=tuple(Right), held=RIGHTS)


@blueprint.get("/approvals")
@needs(Right.APPROVE)
def list_approvals() -> ResponseReturnValue:
    """Requests for a second pair of eyes."""
    return listing.page(APPROVALS, "access/approvals.html")


@blueprint.route("/approvals/<int:approval_id>", methods=["GET", "POST"])
@needs(Right.APPROVE)
def show_approval(approval_id: int) -> ResponseReturnValue:
    """A request, and its answer."""
    form = DecisionForm()
    if form.validate_on_submit():
        with database().writing(actor()) as session:
            approvals.decide_approval(
                session, approval_id, granted=form.granted, reason=form.reason.data or "", now=now()
            )  # fmt: skip
        flash(_("Réponse enregistrée."), "success")
        return redirect(url_for("access.show_approval", approval_id=approval_id))
    return _approval_page(approval_id, form)


def _approval_page(approval_id: int, form: DecisionForm) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        approval = queries.get_approval(session, approval_id)
        names = queries.names_of_users(session)
        trail = history.trail_of(session, approval)
    answer = render_template(
        "access/approval.html", approval=approval, state=APPROVAL_STATES[approval.state], names=names, form=form,
        is_own=approval.requested_by_id == actor().user_id, trail=trail,
    )  # fmt: skip
    return answer, status_of(form)


@blueprint.get("/changes")
@needs(Right.READ_AUDIT)
def list_changes() -> ResponseReturnValue:
    """The change log, as sentences."""
    return listing.page(CHANGES, "access/changes.html")


@blueprint.get("/changes/of/<subject>")
@needs(Right.READ_AUDIT)
def show_changes_of(subject: str) -> ResponseReturnValue:
    """What happened to one object."""
    with database().reading(actor()) as session:
        entries = queries.list_changes_of_all(session, [subject])
        page_url = history.address_of_seen(session, subject)
    return render_template(
        "access/changes_of.html",
        name=object_name(subject),
        events=[history.event_of(entry, with_values=True) for entry in entries],
        page_url=page_url,
    )


@blueprint.get("/readings")
@needs(Right.READ_AUDIT)
def list_readings() -> ResponseReturnValue:
    """The reading log, as sentences."""
    return listing.page(READINGS, "access/readings.html")
