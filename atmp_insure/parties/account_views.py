"""Bank accounts: given with a proof, confirmed by a second person, shown with those they replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for

from atmp_insure.access.models import ApprovalState
from atmp_insure.access.roles import Right
from atmp_insure.parties import account_queries, account_service
from atmp_insure.parties.account_queries import AccountOwner
from atmp_insure.parties.blueprints import Place, parties, partners, place_of
from atmp_insure.parties.partner_forms import AccountAnswerForm, AccountForm
from atmp_insure.parties.partner_models import AccountState
from atmp_insure.parties.partner_queries import ContactOwner
from atmp_insure.parties.shown import ACCOUNT_STATES
from atmp_insure.web import history
from atmp_insure.web.forms import status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession


@parties.route("/<int:company_id>/accounts/new", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def add_company_account(company_id: int) -> ResponseReturnValue:
    """Give an account of a company."""
    return _add(AccountOwner(company_id=company_id))


@partners.route("/<int:organisation_id>/accounts/new", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def add_partner_account(organisation_id: int) -> ResponseReturnValue:
    """Give an account of a partner."""
    return _add(AccountOwner(organisation_id=organisation_id))


def _place(session: ScopedSession, owner: AccountOwner) -> Place:
    return place_of(session, ContactOwner(company_id=owner.company_id, organisation_id=owner.organisation_id))


def _add(owner: AccountOwner) -> ResponseReturnValue:
    with database().reading(actor()) as reading:
        place = _place(reading, owner)
    form = AccountForm()
    account = written(
        form, lambda session: account_service.propose_account(session, owner, place.name, form.account(), now())
    )
    if account is not None:
        flash(_("Compte enregistré : il ne servira qu'une fois confirmé par une seconde personne."), "success")
        return redirect(url_for("parties.show_account", account_id=account.id))
    return render_template("parties/new_account.html", form=form, place=place), status_of(form)


@parties.route("/accounts/<int:account_id>", methods=["GET", "POST"])
@needs(Right.READ_BANK_ACCOUNTS)
def show_account(account_id: int) -> ResponseReturnValue:
    """An account, how it was checked, and the answer of the second person."""
    form = AccountAnswerForm()
    if written(form, lambda session: _answer(session, account_id, form)):
        flash(
            _("Compte confirmé et mis en usage.") if form.granted else _("Compte refusé : il ne servira pas."),
            "success",
        )
        return redirect(url_for("parties.show_account", account_id=account_id))
    with database().reading(actor()) as session:
        return render_template("parties/account.html", form=form, **_page(session, account_id)), status_of(form)


def _answer(session: ScopedSession, account_id: int, form: AccountAnswerForm) -> bool:
    account = account_queries.get_account(session, account_id)
    account_service.answer_account(session, account, granted=form.granted, reason=form.reason.data or "", now=now())
    return True


def _page(session: ScopedSession, account_id: int) -> dict[str, Any]:
    account = account_queries.get_account(session, account_id)
    owner = account_queries.owner_of(account)
    known = account_queries.list_accounts_for(session, owner, account.purpose)
    approval = account_queries.find_request(session, account)
    waits = account.state is AccountState.PROPOSED
    return {
        "account": account,
        "state": ACCOUNT_STATES[account.state],
        "place": _place(session, owner),
        "in_use": next((one for one in known if one.state is AccountState.IN_USE and one.id != account.id), None),
        "same_iban": account_queries.list_same_iban(session, account),
        "masked": account_service.masked,
        "is_own": account.proposed_by == actor().name,
        "may_answer": waits and actor().may(Right.APPROVE) and approval is not None,
        "is_answered": waits and approval is not None and approval.state is not ApprovalState.REQUESTED,
        "trail": history.trail_of(session, account),
    }


@parties.post("/accounts/<int:account_id>/apply")
@needs(Right.WRITE_COMPANIES)
def apply_answer(account_id: int) -> ResponseReturnValue:
    """Do what a second person answered elsewhere."""
    with database().writing(actor()) as session:
        account_service.apply_answer(session, account_queries.get_account(session, account_id), now())
    flash(_("Réponse appliquée."), "success")
    return redirect(url_for("parties.show_account", account_id=account_id))
