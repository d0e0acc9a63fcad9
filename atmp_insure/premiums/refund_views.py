"""Pages of refunds: the list by state, a proposal with what the client is owed, its answer by another person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.ledger.blueprint import books
from atmp_insure.ledger.queries import list_entries_about
from atmp_insure.parties.account_service import masked
from atmp_insure.parties.queries import get_company
from atmp_insure.premiums import queries, refund_queries, refund_service
from atmp_insure.premiums.blueprint import blueprint
from atmp_insure.premiums.refund_forms import ReasonForm, RefundForm
from atmp_insure.premiums.refund_lists import REFUNDS, STATES
from atmp_insure.premiums.settling_service import credit_left
from atmp_insure.premiums.shown import insurers_of
from atmp_insure.web import history, listing
from atmp_insure.web.forms import EmptyForm, carried_out, status_of, written
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.refund_models import PremiumRefund

__all__ = ["blueprint"]


@blueprint.get("/premiums/refunds")
@needs(Right.READ_POLICIES)
def list_refunds() -> ResponseReturnValue:
    """The refunds, the last proposed first."""
    return listing.page(REFUNDS, "premiums/refunds.html")


@blueprint.route("/premiums/accounts/<int:company_id>/refund", methods=["GET", "POST"])
@needs(Right.COLLECT_POLICIES)
def propose_refund(company_id: int) -> ResponseReturnValue:
    """Propose to give back what a client is owed."""
    with database().reading(actor()) as session:
        form = _offered(session, company_id)
    refund = written(form, lambda session: refund_service.propose(session, form.refund(company_id), books()))
    if refund is not None:
        flash(_("Remboursement demandé : une autre personne doit l'accorder."), "success")
        return redirect(url_for("premiums.show_refund", refund_id=refund.id))
    with database().reading(actor()) as session:
        return _proposal_page(session, company_id, form)


def _offered(session: ScopedSession, company_id: int) -> RefundForm:
    insurers = insurers_of(session, queries.list_calls_of_company(session, company_id))
    available = credit_left(session, company_id) - refund_queries.sum_waiting(session, company_id)
    return RefundForm.offered(insurers, refund_service.known_iban(session, company_id), available)


def _proposal_page(session: ScopedSession, company_id: int, form: RefundForm) -> ResponseReturnValue:
    known = refund_service.known_iban(session, company_id)
    return render_template(
        "premiums/new_refund.html", form=form, company=get_company(session, company_id),
        left_eur=credit_left(session, company_id), waiting=refund_queries.list_waiting_of(session, company_id),
        known_iban=masked(known) if known else "",
    ), status_of(form)  # fmt: skip


@blueprint.get("/premiums/refunds/<int:refund_id>")
@needs(Right.READ_POLICIES)
def show_refund(refund_id: int) -> ResponseReturnValue:
    """A refund, what was answered, and what may be answered."""
    with database().reading(actor()) as session:
        return _refund_page(session, refund_queries.get_refund(session, refund_id), ReasonForm())


def _refund_page(session: ScopedSession, refund: PremiumRefund, form: ReasonForm) -> ResponseReturnValue:
    waits, is_own = refund.answer is None, refund.proposed_by_id == actor().user_id
    may_collect = has_right_there(session, Right.COLLECT_POLICIES, refund.company_id)
    may_grant = waits and has_right_there(session, Right.REFUND_PREMIUMS, refund.company_id)
    return render_template(
        "premiums/refund.html", refund=refund, company=get_company(session, refund.company_id), form=form,
        state=STATES[refund.state], is_own=is_own,
        may_answer=may_grant and not is_own, may_withdraw=waits and may_collect and (is_own or not may_grant),
        iban=refund.iban if may_collect or may_grant else masked(refund.iban),
        is_known=may_grant and refund.iban == refund_service.known_iban(session, refund.company_id),
        left_eur=credit_left(session, refund.company_id) if may_grant else None,
        entries=list_entries_about(session, f"{refund_service.REFUNDS}:{refund.id}")
        if actor().may(Right.READ_LEDGER) else (),
        trail=history.trail_of(session, refund),
    ), status_of(form)  # fmt: skip


@blueprint.post("/premiums/refunds/<int:refund_id>/grant")
@needs(Right.REFUND_PREMIUMS)
def grant_refund(refund_id: int) -> ResponseReturnValue:
    """Grant a refund: it is posted, and settles the oldest credits."""
    if carried_out(lambda session: _grant(session, refund_id), EmptyForm()):
        flash(_("Remboursement accordé et passé en comptabilité : le virement reste à faire."), "success")
    return redirect(url_for("premiums.show_refund", refund_id=refund_id))


def _grant(session: ScopedSession, refund_id: int) -> None:
    refund_service.grant(session, refund_queries.get_refund(session, refund_id), books())


@blueprint.post("/premiums/refunds/<int:refund_id>/decline")
@needs(Right.REFUND_PREMIUMS)
def decline_refund(refund_id: int) -> ResponseReturnValue:
    """Decline a refund with its reason."""
    form = ReasonForm()
    if carried_out(lambda session: _decline(session, refund_id, form), form):
        flash(_("Remboursement refusé : rien n'a bougé sur le compte du client."), "success")
        return redirect(url_for("premiums.show_refund", refund_id=refund_id))
    with database().reading(actor()) as session:
        return _refund_page(session, refund_queries.get_refund(session, refund_id), form)


def _decline(session: ScopedSession, refund_id: int, form: ReasonForm) -> None:
    refund_service.decline(session, refund_queries.get_refund(session, refund_id), form.reason.data or "", books())


@blueprint.post("/premiums/refunds/<int:refund_id>/withdraw")
@needs(Right.COLLECT_POLICIES)
def withdraw_refund(refund_id: int) -> ResponseReturnValue:
    """Withdraw a proposal that nobody answered yet."""
    form = ReasonForm()
    if carried_out(lambda session: _withdraw(session, refund_id, form), form):
        flash(_("Demande de remboursement retirée."), "success")
        return redirect(url_for("premiums.show_refund", refund_id=refund_id))
    with database().reading(actor()) as session:
        return _refund_page(session, refund_queries.get_refund(session, refund_id), form)


def _withdraw(session: ScopedSession, refund_id: int, form: ReasonForm) -> None:
    refund_service.withdraw(session, refund_queries.get_refund(session, refund_id), form.reason.data or "", books())
