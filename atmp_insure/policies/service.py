"""Use cases on a policy: change, renew, suspend, resume, end, adjust, take a transaction back.

Each is a transaction on top of a stack. One that comes before others that are there is planned first, and shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.parties.agreement_queries import find_power_on, get_version
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.policies import queries
from atmp_insure.policies.changes import WITHOUT_RISK
from atmp_insure.policies.rights import right_of
from atmp_insure.policies.sequence import insertion, withdrawal
from atmp_insure.policies.stack_service import Act, stack_of, write_entries
from atmp_insure.policies.transactions import Endorsement, TransactionKind

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.policies.models import Policy, PolicyTransaction
    from atmp_insure.policies.sequence import Plan
    from atmp_insure.policies.transactions import Content

_DELEGATED = {TransactionKind.ENDORSE: DelegatedAct.ENDORSE, TransactionKind.TERMINATE: DelegatedAct.TERMINATE}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A transaction to be written: from which day it holds, and what it says."""

    on: date
    content: Content


def plan_act(session: ScopedSession, policy: Policy, wanted: Wanted, catalogue: Catalogue) -> Plan:
    """What a transaction would do to a policy, and cost, before anything is written.

    Raises:
        OutOfScope: the right that this kind needs does not reach the company.
        Refused: it cannot be applied on that day.
        InvalidInput: it would leave terms that no policy may have.
    """
    for right in right_of(wanted.content):
        require_right_there(session, right, policy.company_id)
    plan = insertion(stack_of(policy), wanted.on, wanted.content, catalogue.tax)
    if not plan.is_in_sequence:
        require_right_there(session, Right.END_POLICIES, policy.company_id)
    return plan


def carry_out(
    session: ScopedSession, policy: Policy, wanted: Wanted, act: Act, catalogue: Catalogue
) -> list[PolicyTransaction]:
    """Write a transaction on a policy, those it comes before being reversed and applied again.

    Raises:
        OutOfScope: the right that this kind needs does not reach the company.
        Refused: it cannot be applied, the policy changed meanwhile, something else would be lost, or the insurer's
            accord is needed.
        InvalidInput: no reason, or terms that no policy may have.
    """
    return carry_out_on_locked(session, queries.locked_policy(session, policy.id), wanted, act, catalogue)


def carry_out_on_locked(
    session: ScopedSession, locked: Policy, wanted: Wanted, act: Act, catalogue: Catalogue
) -> list[PolicyTransaction]:
    """The same on a policy that the caller has read under its lock, as a run does: it is not read twice."""
    _require_fitting(locked, act)
    plan = plan_act(session, locked, wanted, catalogue)
    _require_agreed(plan, act)
    _require_delegated(session, plan, wanted, act)
    return write_entries(session, locked, plan.entries, act)


def plan_withdrawal(session: ScopedSession, policy: Policy, number: int, catalogue: Catalogue) -> Plan:
    """What taking a transaction back would do, before anything is written.

    Raises:
        OutOfScope: the right to take back does not reach the company.
        Refused: it is unknown, or taken back already.
    """
    require_right_there(session, Right.END_POLICIES, policy.company_id)
    return withdrawal(stack_of(policy), number, catalogue.tax)


def take_back(
    session: ScopedSession, policy: Policy, number: int, act: Act, catalogue: Catalogue
) -> list[PolicyTransaction]:
    """Take a transaction back, those after it being reversed and applied again.

    Raises:
        OutOfScope: the right to take back does not reach the company.
        Refused: unknown, taken back already, the policy changed meanwhile, or something else would be lost.
        InvalidInput: no reason.
    """
    locked = queries.locked_policy(session, policy.id)
    _require_fitting(locked, act)
    plan = plan_withdrawal(session, locked, number, catalogue)
    _require_agreed(plan, act)
    return write_entries(session, locked, plan.entries, act)


def _require_fitting(locked: Policy, act: Act) -> None:
    if not act.reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi", place="reason")
    if act.expected is not None and len(locked.transactions) != act.expected:
        raise Refused("Ce contrat a changé depuis que vous l'avez ouvert : le relire, puis recommencer.")


def _require_agreed(plan: Plan, act: Act) -> None:
    lost = [one for one in plan.dropped if one.transaction.number not in act.drops]
    if lost:
        said = " ; ".join(f"n° {one.transaction.number} : {one.reason}" for one in lost)
        raise Refused(f"Ces transactions ne pourraient pas être refaites : {said} Le confirmer, ou changer la date.")


def _require_delegated(session: ScopedSession, plan: Plan, wanted: Wanted, act: Act) -> None:
    """The insurer's own accord is needed for what its agreement does not delegate, or not up to these wages."""
    delegated = _DELEGATED.get(wanted.content.kind)
    if delegated is None or plan.state is None or act.insurer_accord or not _bears_on_insurer(wanted.content):
        return
    version = get_version(session, plan.state.terms.agreement_version_id)
    power = find_power_on(session, version.agreement_id, delegated, wanted.on)
    if power is not None and (power.largest_eur is None or plan.state.terms.wages_eur <= Fraction(power.largest_eur)):
        return
    raise Refused(
        f"La convention de l'assureur ne délègue pas cet acte ({delegated.label}) pour ce contrat : demander son "
        "accord, et en donner la référence."
    )


def _bears_on_insurer(content: Content) -> bool:
    """Whether an act changes what the insurer bears: a contact or an account of the client is none of its concern."""
    return not isinstance(content, Endorsement) or any(one.kind not in WITHOUT_RISK for one in content.changes)
