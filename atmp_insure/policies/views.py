"""Pages of policies: the portfolio, one policy as of a day, its transactions, what two days differ by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from flask import render_template, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import NotFound
from atmp_insure.kernel.paris import PARIS
from atmp_insure.parties.blueprints import asked_day
from atmp_insure.parties.queries import get_company
from atmp_insure.policies import (
    act_views,
    adjustment_views,
    endorsement_views,
    mass_views,
    paper_views,
    queries,
    quote_use_views,
    revision_views,
    risk_views,
    shown,
)
from atmp_insure.policies.blueprint import blueprint, catalogue, grounds
from atmp_insure.policies.change_words import content_said
from atmp_insure.policies.lists import POLICIES
from atmp_insure.policies.paper_shown import PAPER_KINDS
from atmp_insure.policies.premium_lines import LINE_NAMES
from atmp_insure.policies.revision_queries import find_revision
from atmp_insure.policies.rights import RIGHT_TO_CHANGE
from atmp_insure.policies.schemas import content_of
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.state import Standing, after_all, counting, opening_of, state_at
from atmp_insure.policies.terms import yearly_lines
from atmp_insure.web import history, listing
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.blueprints import AsOf
    from atmp_insure.policies.models import Policy, PolicyTransaction
    from atmp_insure.policies.revision_models import PolicyRevision
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.web.display import State

__all__ = ["blueprint"]

# importing them gives the blueprint their routes
ROUTES_ELSEWHERE = (
    act_views, adjustment_views, endorsement_views, mass_views, paper_views, quote_use_views, revision_views,
    risk_views,
)  # fmt: skip
KNOWN_ON = "connu"
FIRST_DAY, SECOND_DAY = "du", "au"


@blueprint.get("/policies")
@needs(Right.READ_POLICIES)
def list_policies() -> ResponseReturnValue:
    """The portfolio, the policies whose year ends first before the others."""
    return listing.page(POLICIES, "policies/policies.html", may_write=actor().may(Right.WRITE_POLICIES),
                        may_place=actor().may(Right.PLACE_POLICIES))  # fmt: skip


@blueprint.get("/policies/<int:policy_id>")
@needs(Right.READ_POLICIES)
def show_policy(policy_id: int) -> ResponseReturnValue:
    """A policy as of a day, as it was known on another: what it insures, its premium, all that happened to it."""
    known = asked_day(KNOWN_ON)
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        on = _day_shown(policy)
        state = state_at(stack_of(policy), on.day, None if known.is_today else end_of(known.day))
        shown_page = _page_of(session, policy, state)
    return render_template(
        "policies/policy.html", policy=policy, state=state, on=on, known=known, run_off=_run_off(state),
        standing=_standing(state, today() if on.is_today else on.day), **shown_page,
    )  # fmt: skip


def _page_of(session: ScopedSession, policy: Policy, state: PolicyState | None) -> dict[str, Any]:
    """What the page of a policy shows beside its state."""
    names = _names(session, policy)
    return {
        "company": get_company(session, policy.company_id), "names": names,
        "moments": shown.timeline(session, policy, names), "acts": _acts(session, policy),
        "revision": _revision(session, policy),
        "trail": history.trail_of(session, policy), "product": catalogue().label_of(policy.product),
        "facts": () if state is None else shown.terms_facts(state.terms, names),
        "lines": () if state is None else yearly_lines(state.terms), "line_names": LINE_NAMES,
        "total_eur": sum(one.total_eur for one in policy.transactions),
    }  # fmt: skip


def _revision(session: ScopedSession, policy: Policy) -> PolicyRevision | None:
    """The revision for the next due date, as far as the viewer sees it."""
    state = after_all(one.entry for one in counting(stack_of(policy)))
    return None if state is None else find_revision(session, policy.id, state.due_on)


def _names(session: ScopedSession, policy: Policy) -> dict[int, str]:
    """The names of all the organisations that a policy ever had."""
    stack = stack_of(policy)
    return shown.names_in(session, [state_at(stack, one.effective_on, one.recorded_at) for one in stack])


def end_of(day: date) -> datetime:
    """The last instant of a day in Paris: what was recorded on it was known on it."""
    return datetime.combine(day, time.max, PARIS).astimezone(UTC)


def _day_shown(policy: Policy) -> AsOf:
    """The day that is asked for; else today, or the first day of a policy that is still to begin."""
    on = asked_day()
    opening = opening_of(counting(stack_of(policy)))
    is_coming = on.is_today and opening is not None and opening.effective_on > on.day
    return replace(on, day=opening.effective_on) if is_coming and opening is not None else on


def _standing(state: PolicyState | None, on: date) -> State:
    return shown.STANDINGS[Standing.COMING if state is None else state.standing(on)]


def _run_off(state: PolicyState | None) -> object:
    """Until when claims are still paid, once the policy has ended."""
    if state is None or state.ended_on is None or state.is_void:
        return None
    product = catalogue().version(state.terms.product, state.terms.product_version)
    return None if product is None else shown.run_off_until(state, product.trigger.run_off_years)


@dataclass(frozen=True, slots=True)
class Acts:
    """What the viewer may do to a policy as it stands."""

    endorse: bool
    renew: bool
    suspend: bool
    resume: bool
    adjust: bool
    terminate: bool
    take_back: bool


def _acts(session: ScopedSession, policy: Policy) -> Acts:
    """By the policy after all that is recorded, whatever day is shown."""
    state = after_all(one.entry for one in counting(stack_of(policy)))
    alive = state is not None and state.ended_on is None and not state.is_void
    suspended = state is not None and state.suspended_on is not None

    def may(right: Right) -> bool:
        return alive and has_right_there(session, right, policy.company_id)

    collects = may(Right.COLLECT_POLICIES)
    counts = state is not None and not state.is_void  # the premium of a policy that ended is still set right
    return Acts(
        endorse=any(may(right) for right in set(RIGHT_TO_CHANGE.values()) - {Right.TAKE_OVER_POLICIES}),
        renew=may(Right.WRITE_POLICIES),
        suspend=collects and not suspended, resume=collects and suspended,
        adjust=counts and has_right_there(session, Right.COLLECT_POLICIES, policy.company_id),
        terminate=may(Right.END_POLICIES),
        take_back=has_right_there(session, Right.END_POLICIES, policy.company_id),
    )  # fmt: skip


@blueprint.get("/policies/<int:policy_id>/transactions/<int:number>")
@needs(Right.READ_POLICIES)
def show_transaction(policy_id: int, number: int) -> ResponseReturnValue:
    """A transaction: what it says, what it costs, why, by whom, with its papers."""
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        row = next((one for one in policy.transactions if one.number == number), None)
        if row is None:
            raise NotFound(_("Ce contrat n'a pas de transaction de ce numéro."))
        values = _transaction_page(session, policy, row)
    return render_template("policies/transaction.html", policy=policy, row=row, **values)


def _transaction_page(session: ScopedSession, policy: Policy, row: PolicyTransaction) -> dict[str, Any]:
    """What the page of a transaction shows beside it: before and after its act, and what was written with it."""
    stack, day = stack_of(policy), row.effective_on
    former, after = state_at(stack, day, _before(policy, row)), state_at(stack, day, row.recorded_at)
    names = _names(session, policy)
    moments = shown.timeline(session, policy, names)
    together = {one.number for one in policy.transactions if one.act_number == row.act_number} - {row.number}
    return {
        "company": get_company(session, policy.company_id), "charges": shown.charge_rows(row.charges),
        "moment": next(one for one in moments if one.number == row.number),
        "sentences": content_said(content_of(row.kind, row.wording), names, grounds().labels()),
        "differences": () if former is None else shown.differences(former, after, (day, day), names),
        "has_paper": row.kind in PAPER_KINDS and row.number in {one.number for one in counting(stack)},
        "together": [one for one in moments if one.number in together],
    }  # fmt: skip


def _before(policy: Policy, row: PolicyTransaction) -> datetime:
    """The moment at which what came before the act of a transaction was known, and nothing later."""
    former = [one.recorded_at for one in policy.transactions if one.number < row.act_number]
    return former[-1] if former else datetime.min.replace(tzinfo=UTC)


@blueprint.get("/policies/<int:policy_id>/compare")
@needs(Right.READ_POLICIES)
def compare_days(policy_id: int) -> ResponseReturnValue:
    """What a policy says on two days, where they differ."""
    first, second = asked_day(FIRST_DAY), asked_day(SECOND_DAY)
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        stack = stack_of(policy)
        states = [state_at(stack, one.day) for one in (first, second)]
        names = shown.names_in(session, states)
        company = get_company(session, policy.company_id)
    found = shown.differences(states[0], states[1], (first.day, second.day), names)
    return render_template("policies/compare.html", policy=policy, company=company, first=first, second=second,
                           found=found, url=url_for("policies.compare_days", policy_id=policy_id))  # fmt: skip
