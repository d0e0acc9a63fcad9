"""An act on a policy in two steps: what it would write and cost is shown, then exactly that is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.parties.queries import get_company
from atmp_insure.policies import queries, service, shown
from atmp_insure.policies.blueprint import catalogue
from atmp_insure.policies.stack_service import Act, stack_of
from atmp_insure.policies.state import counting, states
from atmp_insure.web.forms import status_of
from atmp_insure.web.request_scope import actor, database, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.forms import ActForm
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.sequence import Plan
    from atmp_insure.policies.service import Wanted

CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class ActPage:
    """The page of an act.

    Attributes:
        wanted: the transaction that the form asks for; None: `number` is taken back.
        number: of the transaction that is taken back.
        intro: what the act does, in a sentence.
        values: what else its template shows.
        told: what its template shows of a plan, beside what all acts show of it.
        quote_id: of the quote whose terms it brings.
    """

    policy_id: int
    form: ActForm
    title: str
    intro: str
    done: str
    wanted: Callable[[ScopedSession, Policy], Wanted] | None = None
    number: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    template: str = "policies/act.html"
    told: Callable[[Policy, Plan], dict[str, Any]] | None = None
    quote_id: int | None = None


class _OtherPlan(Exception):
    """What would be written is not what was shown."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan


def answered(page: ActPage) -> ResponseReturnValue:
    """The page of an act: its form; its plan once the form is right; the policy once that plan is confirmed."""
    plan = None
    if page.form.validate_on_submit():
        try:
            if CONFIRM in request.form:
                _write(page)
                flash(page.done, "success")
                return redirect(url_for("policies.show_policy", policy_id=page.policy_id))
            with database().reading(actor()) as session:
                plan = _plan(session, queries.get_policy(session, page.policy_id), page)
        except InvalidInput as error:
            page.form.take_faults(error)
        except Refused as error:
            page.form.form_errors.append(str(error))
        except _OtherPlan as found:
            plan = found.plan
            flash(_("Le résultat a changé depuis : le relire, puis confirmer."), "warning")
    return _shown(page, plan), status_of(page.form)


def _plan(session: ScopedSession, policy: Policy, page: ActPage) -> Plan:
    if page.wanted is None:
        return service.plan_withdrawal(session, policy, page.number, catalogue())
    return service.plan_act(session, policy, page.wanted(session, policy), catalogue())


def _write(page: ActPage) -> None:
    with database().writing(actor()) as session:
        policy = queries.locked_policy(session, page.policy_id)
        plan = _plan(session, policy, page)
        if fingerprint(plan) != page.form.shown.data:
            raise _OtherPlan(plan)
        act = Act(
            reason=page.form.reason.data or "", now=now(), insurer_accord=page.form.insurer_accord.data or None,
            expected=int(page.form.expected.data or 0), drops=tuple(one.transaction.number for one in plan.dropped),
            quote_id=page.quote_id,
        )  # fmt: skip
        if page.wanted is None:
            service.take_back(session, policy, page.number, act, catalogue())
        else:
            service.carry_out(session, policy, page.wanted(session, policy), act, catalogue())


def fingerprint(plan: Plan) -> str:
    """What tells one plan from another: all that it writes and all that it loses."""
    said = repr((plan.entries, [one.transaction.number for one in plan.dropped]))
    return hashlib.sha256(said.encode()).hexdigest()


def _shown(page: ActPage, plan: Plan | None) -> str:
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, page.policy_id)
        company = get_company(session, policy.company_id)
        known = [after for _one, _before, after in states(counting(stack_of(policy)))]
        names = shown.names_in(session, [*known, None if plan is None else plan.state])
    if plan is not None:
        page.form.expected.data, page.form.shown.data = str(len(policy.transactions)), fingerprint(plan)
    told = {} if plan is None or page.told is None else page.told(policy, plan)
    return render_template(
        page.template, policy=policy, company=company, form=page.form, title=page.title, intro=page.intro,
        plan=plan, planned=() if plan is None else shown.planned(plan, names), url=request.full_path.rstrip("?"),
        **page.values, **told,
    )  # fmt: skip
