"""The page of an adjustment: a policy year that is over, its sections, what each line of its premium becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from atmp_insure.access.roles import Right
from atmp_insure.parties.queries import get_company
from atmp_insure.policies import queries
from atmp_insure.policies.act_blueprint import ActPage, answered
from atmp_insure.policies.adjusting import adjusted_lines, doubts, years_over
from atmp_insure.policies.adjustment_forms import AdjustForm
from atmp_insure.policies.adjustment_service import insured_year_of, wages_known, wanted_adjustment
from atmp_insure.policies.blueprint import blueprint
from atmp_insure.policies.loader import installed_doubtful
from atmp_insure.policies.premium_lines import LINE_NAMES
from atmp_insure.policies.stack_service import latest_state, stack_of
from atmp_insure.policies.state import counting
from atmp_insure.policies.transactions import Adjustment
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from fractions import Fraction

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.adjusting import YearInsured
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.sequence import Plan
    from atmp_insure.policies.transactions import InsuranceYear

YEAR = "annee"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The year that is adjusted, among those that are over, and the wages that are known of it."""

    years: tuple[InsuranceYear, ...]
    insured: YearInsured
    known: dict[str, Fraction]
    is_second: bool


@blueprint.route("/policies/<int:policy_id>/adjust", methods=["GET", "POST"])
@needs(Right.COLLECT_POLICIES)
def adjust_policy(policy_id: int) -> ResponseReturnValue:
    """Set the premium of a policy year right, on the wages that were paid."""
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        sheet = _sheet(session, policy)
        if sheet is None:
            company = get_company(session, policy.company_id)
            return render_template("policies/nothing_to_adjust.html", policy=policy, company=company)
    return answered(_page(policy_id, sheet, AdjustForm.made(sheet.insured, sheet.known)))


def _sheet(session: ScopedSession, policy: Policy) -> _Sheet | None:
    """What is adjusted: the year that is asked for, else the last that is over; None: no year is."""
    years = years_over(latest_state(policy), today())
    asked = request.args.get(YEAR, type=date.fromisoformat)
    chosen = next((one for one in years if one.first_day == asked), next(iter(years), None))
    if chosen is None:
        return None
    insured = insured_year_of(policy, chosen)
    contents = (one.entry.content for one in counting(stack_of(policy)))
    is_second = any(isinstance(one, Adjustment) and one.year == chosen for one in contents)
    return _Sheet(years, insured, wages_known(session, policy, insured), is_second)


def _page(policy_id: int, sheet: _Sheet, form: AdjustForm) -> ActPage:
    first_day = sheet.insured.year.first_day
    return ActPage(
        policy_id, form, _("Régulariser la prime"),
        _("La prime provisionnelle d'une année terminée devient définitive, sur la masse salariale payée."),
        _("Prime régularisée."),
        lambda _session, policy: wanted_adjustment(policy, first_day, form.wages(), today()),
        values={"sheet": sheet, "line_names": LINE_NAMES}, template="policies/adjust.html", told=_told,
    )  # fmt: skip


def _told(policy: Policy, plan: Plan) -> dict[str, Any]:
    """What each line becomes, and what is to be asked about the wages."""
    assert plan.inserted is not None
    content = plan.inserted.content
    assert isinstance(content, Adjustment)
    former = (charge for one in counting(stack_of(policy)) for charge in one.entry.charges)
    lines = adjusted_lines(former, plan.inserted.charges, content.year)
    doubtful = installed_doubtful(settings().config_overlay, content.year.first_day)
    return {
        "lines": lines, "totals": {name: sum(getattr(one, name) for one in lines) for name in _SUMMED},
        "questions": doubts(insured_year_of(policy, content.year), content.wages_eur, doubtful),
    }  # fmt: skip


_SUMMED = ("provisional_eur", "final_eur", "difference_eur", "tax_eur", "total_eur")
