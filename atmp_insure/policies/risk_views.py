"""The page of a risk that was declared wrongly, or that grew: what the law offers; acts have pages of their own."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from flask import render_template, request

from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.parties.queries import get_company
from atmp_insure.policies import queries
from atmp_insure.policies.blueprint import blueprint
from atmp_insure.policies.declaring import (
    Aggravation,
    Misdeclaration,
    aggravation_proposals,
    misdeclaration_proposals,
)
from atmp_insure.policies.loader import installed_delays
from atmp_insure.policies.risk_forms import AggravationForm, MisdeclarationForm
from atmp_insure.policies.stack_service import latest_state
from atmp_insure.web.forms import status_of
from atmp_insure.web.request_scope import actor, database, needs, settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.policies.declaring import Proposal


@blueprint.route("/policies/<int:policy_id>/risk", methods=["GET", "POST"])
@needs(Right.WRITE_POLICIES)
def weigh_risk(policy_id: int) -> ResponseReturnValue:
    """What may be done of a wrong declaration, or of a risk that grew; nothing is written."""
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        company, state = get_company(session, policy.company_id), latest_state(policy)
    wrong, grown = _forms()
    found: tuple[Proposal, ...] = ()
    try:
        found = _weighed(wrong, grown, state.terms.net_eur)
    except InvalidInput as error:
        (wrong if "wrong" in request.form else grown).take_faults(error)
    return render_template(
        "policies/risk.html", policy=policy, company=company, wrong=wrong, grown=grown, found=found,
        net_eur=state.terms.net_eur,
    ), status_of(wrong, grown)  # fmt: skip


def _forms() -> tuple[MisdeclarationForm, AggravationForm]:
    """The form that was sent, with its entries, and the other one, empty."""
    is_wrong = "wrong" in request.form
    wrong = MisdeclarationForm() if is_wrong else MisdeclarationForm(formdata=None)
    return wrong, AggravationForm(formdata=None) if is_wrong else AggravationForm()


def _weighed(wrong: MisdeclarationForm, grown: AggravationForm, paid_eur: Fraction) -> tuple[Proposal, ...]:
    if "wrong" in request.form:
        if not wrong.validate_on_submit():
            return ()
        due_eur = Fraction(wrong.due_eur.data or 0)
        said = Misdeclaration(bool(wrong.is_intentional.data), bool(wrong.is_after_claim.data), paid_eur, due_eur)
        return misdeclaration_proposals(said)
    if not grown.validate_on_submit():
        return ()
    known = Aggravation(chosen_day(grown.known_on), chosen_day(grown.declared_on))
    return aggravation_proposals(known, installed_delays(settings().config_overlay, known.known_on))
