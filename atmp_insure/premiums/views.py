"""Pages of premiums: calls, what is still to be called, a policy year by year, the run that calls for many policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.ledger.blueprint import books
from atmp_insure.ledger.queries import list_entries_about
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.parties.queries import get_company
from atmp_insure.policies.queries import get_policy
from atmp_insure.premiums import (
    broker_queries,
    chase_queries,
    chase_views,
    jobs,
    payment_queries,
    payment_service,
    plan_queries,
    plan_views,
    queries,
    refund_views,
    remittance_queries,
    remittance_views,
    service,
    write_off_views,
)
from atmp_insure.premiums.blueprint import blueprint, calling, last_called_day
from atmp_insure.premiums.booking import subject_of
from atmp_insure.premiums.call_letter import spaced
from atmp_insure.premiums.chase_shown import STEP_DAYS, notice_state, step_state
from atmp_insure.premiums.chasing import ChaseStep
from atmp_insure.premiums.due_calls import due_calls
from atmp_insure.premiums.forms import CallForm, PaymentForm, TakeBackForm
from atmp_insure.premiums.lists import CALLS, DUE
from atmp_insure.premiums.money_shown import small_remainders
from atmp_insure.premiums.plan_shown import state_of as plan_state_of
from atmp_insure.premiums.shown import (
    called_rows,
    client_account,
    due_rows,
    insurers_of,
    sent_text,
    shown_calls,
    shown_years,
)
from atmp_insure.web import history, listing
from atmp_insure.web.environment import today
from atmp_insure.web.forms import EmptyForm, carried_out, status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy
    from atmp_insure.premiums.models import PremiumCall
    from atmp_insure.premiums.payment_models import PremiumPayment

__all__ = ["blueprint"]
# importing them gives the blueprint their routes
ROUTES_ELSEWHERE = (chase_views, plan_views, refund_views, remittance_views, write_off_views)
CONFIRM = "confirm"


@blueprint.get("/premiums")
@needs(Right.READ_POLICIES)
def list_calls() -> ResponseReturnValue:
    """The premium calls, the last due first."""
    return listing.page(
        CALLS, "premiums/calls.html", may_collect=actor().may(Right.COLLECT_POLICIES),
        may_read_commissions=actor().may(Right.READ_COMMISSIONS), may_read_books=actor().may(Right.READ_LEDGER),
    )  # fmt: skip


@blueprint.get("/premiums/due")
@needs(Right.READ_POLICIES)
def list_due() -> ResponseReturnValue:
    """The policies of which something is still to be called, the nearest due date first."""
    return listing.page(DUE, "premiums/due.html", may_collect=actor().may(Right.COLLECT_POLICIES))


@blueprint.route("/premiums/run", methods=["GET", "POST"])
@needs(Right.COLLECT_POLICIES)
def call_many() -> ResponseReturnValue:
    """Call all that is due by a day, by a run: how much first, then the run of exactly that."""
    form, found = CallForm(until=last_called_day()), None
    if form.validate_on_submit():
        until = chosen_day(form.until)
        with database().reading(actor()) as session:
            found = queries.sum_due(session, until)
        if CONFIRM in request.form and form.seen.data == repr(found):
            with database().writing(actor()) as session:
                return redirect(url_for("runs.show_run", run_id=jobs.start_calling(session, until, now()).id))
        form.seen.data = repr(found)
    return render_template("premiums/run.html", form=form, found=found), status_of(form)


@blueprint.get("/premiums/calls/<int:call_id>")
@needs(Right.READ_POLICIES)
def show_call(call_id: int) -> ResponseReturnValue:
    """A call: its lines, what is left of it, its paper, its entries for whoever reads the books."""
    with database().reading(actor()) as session:
        call = queries.get_call(session, call_id)
        values = _call_page(session, call)
    return render_template("premiums/call.html", call=call, reference=spaced(call.reference), **values)


def _call_page(session: ScopedSession, call: PremiumCall) -> dict[str, Any]:
    may_read_books = actor().may(Right.READ_LEDGER)
    return {
        "shown": shown_calls(session, [call])[0], "rows": called_rows(call),
        "paper": (paper := queries.find_paper(session, call.id)), "sent": sent_text(session, paper),
        "company": get_company(session, call.company_id), "policy": get_policy(session, call.policy_id),
        "entries": list_entries_about(session, subject_of(call.id)) if may_read_books else (),
        "collecting": broker_queries.collecting_broker(session, call) if call.total_eur > 0 else None,
        "by_broker": broker_queries.list_lines_of_call(session, call.id),
        "trail": history.trail_of(session, call),
    }  # fmt: skip


@blueprint.get("/policies/<int:policy_id>/premiums")
@needs(Right.READ_POLICIES)
def show_premiums(policy_id: int) -> ResponseReturnValue:
    """The premiums of a policy: year by year what it owes and was called, what is to be called, its calls."""
    with database().reading(actor()) as session:
        return _premiums_page(session, get_policy(session, policy_id), EmptyForm())


def _premiums_page(session: ScopedSession, policy: Policy, form: EmptyForm) -> ResponseReturnValue:
    due = list(due_calls(service.owed_years(session, policy), today(), last_called_day()))
    calls = shown_calls(session, reversed(queries.list_calls_of(session, policy.id)))
    shown: dict[str, Any] = {
        "policy": policy, "company": get_company(session, policy.company_id), "years": shown_years(session, policy),
        "due": [(one, due_rows(one)) for one in due], "until": last_called_day(), "calls": calls,
        "may_collect": has_right_there(session, Right.COLLECT_POLICIES, policy.company_id),
        **_unpaid_of(session, policy),
    }  # fmt: skip
    return render_template("premiums/policy.html", **shown), status_of(form)


def _unpaid_of(session: ScopedSession, policy: Policy) -> dict[str, Any]:
    """What is left to pay of a policy, what comes next, its formal notices."""
    chase = chase_queries.find_chase(session, policy.id)
    return {
        "chase": chase, "step": None if chase is None else step_state(chase.step, chase.oldest_due_on),
        "step_day": None if chase is None else STEP_DAYS[chase.step],
        "hold": chase_queries.find_hold(session, policy.id),
        "plans": [(one, plan_state_of(one)) for one in plan_queries.list_plans_of(session, policy.id)],
        "notices": [(one, notice_state(one)) for one in chase_queries.list_notices_of(session, policy.id)],
        "may_notice": chase is not None and chase.step is ChaseStep.GIVE_NOTICE and chase.step_on is not None
        and chase.step_on <= today(),
    }  # fmt: skip


@blueprint.post("/policies/<int:policy_id>/premiums/call")
@needs(Right.COLLECT_POLICIES)
def call_policy(policy_id: int) -> ResponseReturnValue:
    """Call what a policy owes by now and was not called yet."""
    form = EmptyForm()
    calls = written(form, lambda session: service.call_premiums(session, policy_id, calling()))
    if calls is None:
        with database().reading(actor()) as session:
            return _premiums_page(session, get_policy(session, policy_id), form)
    if calls:
        flash(_("Appelé : %(names)s.", names=", ".join(one.name for one in calls)), "success")
    else:
        flash(_("Rien n'est à appeler : quelqu'un l'a peut-être fait entre-temps."), "info")
    return redirect(url_for("premiums.show_premiums", policy_id=policy_id))


@blueprint.get("/premiums/accounts/<int:company_id>")
@needs(Right.READ_POLICIES)
def show_account(company_id: int) -> ResponseReturnValue:
    """The account of a client: what was called, what was paid, what is left."""
    with database().reading(actor()) as session:
        return _account_page(session, company_id)


def _account_page(session: ScopedSession, company_id: int, form: PaymentForm | None = None) -> ResponseReturnValue:
    company = get_company(session, company_id)
    calls = shown_calls(session, queries.list_calls_of_company(session, company.id))
    may_collect = has_right_there(session, Right.COLLECT_POLICIES, company_id)
    if form is None and may_collect and calls:
        form = _payment_form(session, company_id)
    return render_template(
        "premiums/account.html", company=company, form=form, may_collect=may_collect,
        account=client_account(session, company_id, calls), calls=[one for one in calls if one.left_eur],
        small=small_remainders(session, company_id), plans=plan_queries.list_plans_of_company(session, company_id),
    ), status_of(*filter(None, [form]))  # fmt: skip


def _payment_form(session: ScopedSession, company_id: int) -> PaymentForm:
    calls = shown_calls(session, queries.list_calls_of_company(session, company_id))
    return PaymentForm.offered(insurers_of(session, [one.call for one in calls]), calls)


@blueprint.post("/premiums/accounts/<int:company_id>/payments")
@needs(Right.COLLECT_POLICIES)
def record_payment(company_id: int) -> ResponseReturnValue:
    """Record a payment; it settles at once what it is for."""
    with database().reading(actor()) as session:
        get_company(session, company_id)
        form = _payment_form(session, company_id)
    if carried_out(lambda session: payment_service.receive(session, form.payment(company_id), books()), form):
        flash(_("Encaissement enregistré et imputé."), "success")
        return redirect(url_for("premiums.show_account", company_id=company_id))
    with database().reading(actor()) as session:
        return _account_page(session, company_id, form)


@blueprint.post("/premiums/accounts/<int:company_id>/allocate")
@needs(Right.COLLECT_POLICIES)
def allocate_credits(company_id: int) -> ResponseReturnValue:
    """Let payments and credit notes that settle nothing yet settle the oldest debts."""
    matches = written(EmptyForm(), lambda session: payment_service.allocate(session, company_id, books()))
    if matches:
        flash(_("Avoirs imputés sur les plus anciennes dettes."), "success")
    else:
        flash(_("Il n'y a rien à imputer."), "info")
    return redirect(url_for("premiums.show_account", company_id=company_id))


@blueprint.get("/premiums/payments/<int:payment_id>")
@needs(Right.READ_POLICIES)
def show_payment(payment_id: int) -> ResponseReturnValue:
    """A payment, and what takes it back."""
    with database().reading(actor()) as session:
        return _payment_page(session, payment_queries.get_payment(session, payment_id), TakeBackForm())


def _payment_page(session: ScopedSession, payment: PremiumPayment, form: TakeBackForm) -> ResponseReturnValue:
    back = payment_queries.find_reversal(session, payment.id)
    stands = back is None and payment.reverses_id is None
    may_read_books = actor().may(Right.READ_LEDGER)
    return render_template(
        "premiums/payment.html", payment=payment, company=get_company(session, payment.company_id), form=form,
        back=back, may_take_back=stands and has_right_there(session, Right.COLLECT_POLICIES, payment.company_id),
        entries=list_entries_about(session, f"premium_payments:{payment.id}") if may_read_books else (),
        remitted=remittance_queries.list_remitted(session, [payment.id]) if may_read_books else {},
        trail=history.trail_of(session, payment),
    ), status_of(form)  # fmt: skip


@blueprint.post("/premiums/payments/<int:payment_id>/take-back")
@needs(Right.COLLECT_POLICIES)
def take_payment_back(payment_id: int) -> ResponseReturnValue:
    """Take a payment back: what it settled is owed again."""
    form = TakeBackForm()
    if carried_out(lambda session: _take_back(session, payment_id, form), form):
        flash(_("Encaissement annulé : ce qu'il réglait est de nouveau dû."), "success")
        return redirect(url_for("premiums.show_payment", payment_id=payment_id))
    with database().reading(actor()) as session:
        return _payment_page(session, payment_queries.get_payment(session, payment_id), form)


def _take_back(session: ScopedSession, payment_id: int, form: TakeBackForm) -> None:
    payment = payment_queries.get_payment(session, payment_id)
    payment_service.take_back(session, payment, form.reason.data or "", books())
