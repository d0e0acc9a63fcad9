"""Pages of yearly revisions: the list, campaigns handed to runs, one with what it read and what it changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.roles import Right
from atmp_insure.db.types import key_ring_of
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.queries import get_company
from atmp_insure.policies import queries, revision_jobs, revision_queries, revision_service, revision_shown, shown
from atmp_insure.policies.blueprint import blueprint, catalogue
from atmp_insure.policies.notice_blueprint import notify
from atmp_insure.policies.paper_jobs import open_room
from atmp_insure.policies.revising import OPEN_STATES, READY_STATES, RevisionState
from atmp_insure.policies.revision_campaign import require_sensible
from atmp_insure.policies.revision_forms import CampaignForm, DecisionForm, NoticeForm
from atmp_insure.policies.revision_lists import REVISIONS
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.state import state_at
from atmp_insure.rate_records.saved_mappings import installed_mappings
from atmp_insure.underwriting.queries import get_quote
from atmp_insure.web import history, listing
from atmp_insure.web.forms import carried_out, status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.runs import Run
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.revision_campaign import Campaign
    from atmp_insure.policies.revision_models import PolicyRevision
    from atmp_insure.policies.revision_service import RevisionDesk
    from atmp_insure.web.forms import Form

CONFIRM = "confirm"


def _desk() -> RevisionDesk:
    return revision_jobs.open_desk(settings(), database().key_ring, installed_mappings(), now())


@blueprint.get("/policies/revisions")
@needs(Right.WRITE_POLICIES)
def list_revisions() -> ResponseReturnValue:
    """The yearly revisions, the nearest due date first."""
    with database().reading(actor()) as session:
        to_decide = revision_queries.count_in(session, RevisionState.REFERRED)
        to_notify = revision_queries.count_to_tell(session)
    return listing.page(REVISIONS, "policies/revisions.html", to_decide=to_decide, to_notify=to_notify)


@blueprint.route("/policies/revisions/new", methods=["GET", "POST"])
@needs(Right.WRITE_POLICIES)
def revise_policies() -> ResponseReturnValue:
    """Revise all the policies of a span of due dates, by a run."""
    return _campaign("policies/revise.html", _count_due, revision_jobs.start_revising)


@blueprint.route("/policies/revisions/notices", methods=["GET", "POST"])
@needs(Right.WRITE_POLICIES)
def notify_revisions() -> ResponseReturnValue:
    """Send the clients of a span of due dates the terms that are ready, by a run."""
    return _campaign("policies/notify_revisions.html", _count_to_tell, revision_jobs.start_notifying)


def _campaign(
    template: str,
    count: Callable[[ScopedSession, Campaign], int],
    start: Callable[[ScopedSession, Campaign, datetime], Run],
) -> ResponseReturnValue:
    """A campaign in two steps: how many are concerned, then the run of exactly those."""
    form, found = CampaignForm.offered(catalogue(), settings().revision.answer_days), None
    if form.validate_on_submit():
        try:
            require_sensible(wanted := form.wanted())
        except InvalidInput as error:
            form.take_faults(error)
        else:
            with database().reading(actor()) as session:
                found = count(session, wanted)
            if CONFIRM in request.form and form.seen.data == str(found):
                with database().writing(actor()) as session:
                    return redirect(url_for("runs.show_run", run_id=start(session, wanted, now()).id))
            form.seen.data = str(found)
    return render_template(template, form=form, count=found), status_of(form)


def _count_due(session: ScopedSession, wanted: Campaign) -> int:
    return len(queries.list_due(session, wanted.product, wanted.first_due_on, wanted.last_due_on))


def _count_to_tell(session: ScopedSession, wanted: Campaign) -> int:
    return len(revision_queries.list_to_notify(session, wanted.product, wanted.first_due_on, wanted.last_due_on))


@blueprint.post("/policies/<int:policy_id>/revise")
@needs(Right.WRITE_POLICIES)
def revise_policy(policy_id: int) -> ResponseReturnValue:
    """Revise one policy for its next due date."""
    with database().writing(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        answer_in = timedelta(days=settings().revision.answer_days)
        number = revision_service.open_revision(session, policy, _desk(), answer_in).id
    return redirect(url_for("policies.show_revision", revision_id=number))


@blueprint.get("/policies/revisions/<int:revision_id>")
@needs(Right.WRITE_POLICIES)
def show_revision(revision_id: int) -> ResponseReturnValue:
    """A revision: what was read again, the price found, what waits for a person."""
    return _revision_page(revision_id)


def _revision_page(
    revision_id: int, *, decision: Form | None = None, notice: Form | None = None
) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        found = revision_queries.get_revision(session, revision_id)
        values = _shown(session, found)
        trail = history.trail_of(session, found)
    forms = decision or DecisionForm(formdata=None), notice or NoticeForm(formdata=None)
    answer = render_template(
        "policies/revision.html", found=found, trail=trail, state=revision_shown.REVISION_STATES[found.state],
        reasons=revision_shown.reasons_said(found), variation=revision_shown.variation(found), decision=forms[0],
        notice=forms[1], is_open=found.state in OPEN_STATES, is_ready=found.state in READY_STATES,
        to_decide=found.state is RevisionState.REFERRED, may_tell=_may_tell(found),
        may_propose=revision_shown.may_propose(found), **values,
    )  # fmt: skip
    return answer, status_of(*forms)


def _may_tell(found: PolicyRevision) -> bool:
    return found.state is RevisionState.PROPOSED and found.is_to_tell


def _shown(session: ScopedSession, found: PolicyRevision) -> dict[str, Any]:
    """The policy as it stood before the due date, beside what its papers now tell."""
    policy = queries.get_policy(session, found.policy_id)
    state = state_at(stack_of(policy), found.due_on - timedelta(days=1))
    quote = None if found.quote_id is None else get_quote(session, found.quote_id)
    changes = () if state is None else revision_shown.changes_of(state.terms, quote, catalogue())
    return {
        "policy": policy, "company": get_company(session, found.company_id), "quote": quote,
        "sections": () if state is None else revision_shown.reread(state.terms, quote),
        "changes": revision_shown.changes_said(changes, shown.names_in(session, [state])),
    }  # fmt: skip


@blueprint.post("/policies/revisions/<int:revision_id>/advance")
@needs(Right.WRITE_POLICIES)
def advance_revision(revision_id: int) -> ResponseReturnValue:
    """Look again at a revision: papers that came, a decision that was taken."""
    with database().writing(actor()) as session:
        found = revision_queries.get_revision(session, revision_id)
        stands = revision_service.advance(session, found, _desk())
    flash(_("Révision reprise : %(state)s.", state=revision_shown.REVISION_STATES[stands].label), "success")
    return redirect(url_for("policies.show_revision", revision_id=revision_id))


@blueprint.post("/policies/revisions/<int:revision_id>/propose")
@needs(Right.WRITE_POLICIES)
def propose_revision(revision_id: int) -> ResponseReturnValue:
    """Propose terms that go beyond the bounds of the office."""
    return _decided(revision_id, revision_service.propose, _("Conditions retenues : les notifier au client."))


@blueprint.post("/policies/revisions/<int:revision_id>/keep")
@needs(Right.WRITE_POLICIES)
def keep_terms(revision_id: int) -> ResponseReturnValue:
    """Keep the terms of a policy for its next year."""
    return _decided(revision_id, revision_service.keep, _("Conditions maintenues pour l'année suivante."))


def _decided(
    revision_id: int, decide: Callable[[ScopedSession, PolicyRevision, str, RevisionDesk], None], said: str
) -> ResponseReturnValue:
    form = DecisionForm()
    words = form.reason.data or ""

    def write(session: ScopedSession) -> bool:
        decide(session, revision_queries.get_revision(session, revision_id), words, _desk())
        return True

    if written(form, write) is None:
        return _revision_page(revision_id, decision=form)
    flash(said, "success")
    return redirect(url_for("policies.show_revision", revision_id=revision_id))


@blueprint.post("/policies/revisions/<int:revision_id>/notify")
@needs(Right.WRITE_POLICIES)
def notify_revision(revision_id: int) -> ResponseReturnValue:
    """Send the client the terms that are ready, by e-mail, or by post."""
    form = NoticeForm()
    if carried_out(lambda session: _notify(session, revision_id, by_post=bool(form.by_post.data))):
        flash(_("Nouvelles conditions notifiées : la lettre est au dossier."), "success")
    return redirect(url_for("policies.show_revision", revision_id=revision_id))


def _notify(session: ScopedSession, revision_id: int, *, by_post: bool) -> None:
    room = open_room(settings(), key_ring_of(session.get_bind().dialect))
    notify(session, revision_queries.get_revision(session, revision_id), _desk(), room, by_post=by_post)
