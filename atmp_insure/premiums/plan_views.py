"""Pages of payment plans: agreeing one for a policy, one with what was paid of it, taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.parties.queries import get_company
from atmp_insure.policies.queries import get_policy
from atmp_insure.premiums import plan_queries, plan_service, queries
from atmp_insure.premiums.blueprint import blueprint, chase_desk
from atmp_insure.premiums.chase_forms import ReasonForm
from atmp_insure.premiums.payment_plans import next_amount
from atmp_insure.premiums.plan_forms import PlanForm, typed_rows
from atmp_insure.premiums.plan_shown import state_of
from atmp_insure.premiums.shown import shown_calls
from atmp_insure.web import history
from atmp_insure.web.environment import today
from atmp_insure.web.forms import carried_out, status_of, written
from atmp_insure.web.request_scope import actor, database, needs, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.plan_models import PaymentPlan
    from atmp_insure.premiums.shown import ShownCall

__all__ = ["blueprint"]


@blueprint.route("/policies/<int:policy_id>/premiums/plan", methods=["GET", "POST"])
@needs(Right.COLLECT_POLICIES)
def agree_plan(policy_id: int) -> ResponseReturnValue:
    """Agree a payment plan for calls of a policy that are due."""
    with database().reading(actor()) as session:
        form = PlanForm.offered(_due(session, policy_id))
    rows = typed_rows(request.form)
    plan = written(form, lambda session: plan_service.agree(session, form.plan(policy_id, rows), chase_desk()))
    if plan is not None:
        flash(
            _("Échéancier %(name)s accordé : la procédure s'arrête tant qu'il est respecté.", name=plan.name), "success"
        )
        return redirect(url_for("premiums.show_plan", plan_id=plan.id))
    with database().reading(actor()) as session:
        policy = get_policy(session, policy_id)
        company = get_company(session, policy.company_id)
    return render_template("premiums/new_plan.html", form=form, rows=rows, policy=policy, company=company), status_of(
        form
    )


def _due(session: ScopedSession, policy_id: int) -> list[ShownCall]:
    numbers = {number for number, _ in plan_service.due_of(session, policy_id, today())}
    return shown_calls(session, [one for one in queries.list_calls_of(session, policy_id) if one.id in numbers])


@blueprint.get("/premiums/plans/<int:plan_id>")
@needs(Right.READ_POLICIES)
def show_plan(plan_id: int) -> ResponseReturnValue:
    """A payment plan: its amounts, what was paid of it, its letter, how it ended."""
    with database().reading(actor()) as session:
        return _plan_page(session, plan_queries.get_plan(session, plan_id), ReasonForm())


def _plan_page(session: ScopedSession, plan: PaymentPlan, form: ReasonForm) -> ResponseReturnValue:
    paid_eur = plan_queries.paid_of(session, plan)
    may_end = plan.ending is None and has_right_there(session, Right.COLLECT_POLICIES, plan.company_id)
    return render_template(
        "premiums/plan.html", plan=plan, company=get_company(session, plan.company_id),
        policy=get_policy(session, plan.policy_id), state=state_of(plan), paid_eur=paid_eur,
        next=next_amount(plan.planned, paid_eur), form=form if may_end else None,
        tolerance=settings().premiums.plan_tolerance_days,
        calls=shown_calls(session, plan_queries.calls_of_plan(session, plan)), trail=history.trail_of(session, plan),
    ), status_of(form)  # fmt: skip


@blueprint.post("/premiums/plans/<int:plan_id>/take-back")
@needs(Right.COLLECT_POLICIES)
def take_plan_back(plan_id: int) -> ResponseReturnValue:
    """Take a payment plan back, with its reason."""
    form = ReasonForm()
    if carried_out(
        lambda session: plan_service.take_back(session, plan_id, form.reason.data or "", chase_desk()), form
    ):
        flash(_("Échéancier annulé : la procédure reprend."), "success")
        return redirect(url_for("premiums.show_plan", plan_id=plan_id))
    with database().reading(actor()) as session:
        return _plan_page(session, plan_queries.get_plan(session, plan_id), form)
