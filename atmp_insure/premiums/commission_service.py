"""Keeps the commission that a call has earned at what is collected of it: by difference, posted in the books."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.ledger import queries as ledger
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, transfer_of
from atmp_insure.ledger.service import post
from atmp_insure.parties.agreement_queries import find_version_on, get_version, list_agreements_of
from atmp_insure.policies.queries import get_policy
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.state import after_all, counting, state_at
from atmp_insure.premiums import commission_queries as queries
from atmp_insure.premiums.booking import between_insurers, euros
from atmp_insure.premiums.commission_models import CommissionMovement
from atmp_insure.premiums.commissions import Earned, Rates, at_rate, broker_rate, earned_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.service import Books
    from atmp_insure.parties.agreement_models import AgreementVersion
    from atmp_insure.policies.terms import PolicyTerms
    from atmp_insure.premiums.models import PremiumCall, PremiumCallLine

_OWN, _PASSED = AccountKey(AccountRole.COMMISSION), AccountKey(AccountRole.COMMISSION_PASSED)
_NOTHING = Fraction(0)


def commissions_of(call_id: int) -> str:
    """What the books know the commission entries of a call by; not the call itself, whose entries are its own."""
    return f"call_commissions:{call_id}"


def bring_earned(session: ScopedSession, call: PremiumCall, collected: int, books: Books) -> None:
    """Write and post what differs between what a call has earned, as it is collected, and what was counted so far.

    Args:
        collected: of the call, in cents; of the sign of its total.

    Raises:
        Refused: the month is closed in the books.
    """
    lines = {one.id: one for one in queries.list_lines(session, call.id)}
    earned = earned_of(_whole(session, call, lines.values()), collected)
    known = {number: _cents(sums) for number, sums in queries.earned_by_line(session, call.id).items()}
    steps = {
        lines[number]: (known.get(number, Earned()), one)
        for number, one in earned.items() if one != known.get(number, Earned())
    }  # fmt: skip
    if steps:
        session.add_all(_movement(line, after + -before, books) for line, (before, after) in steps.items())
        session.flush()
        _post(session, call, steps, books)


def _cents(sums: queries.Sums) -> Earned:
    return Earned(*(int(one * 100) for one in sums))


def _movement(line: PremiumCallLine, one: Earned, books: Books) -> CommissionMovement:
    return CommissionMovement(
        company_id=line.company_id, call_id=line.call_id, line_id=line.id, broker_id=line.broker_id,
        earned_on=books.on, collected_eur=euros(one.collected), base_eur=euros(one.base),
        withheld_eur=euros(one.withheld), commission_eur=euros(one.commission), recorded_at=books.now,
    )  # fmt: skip


def _post(
    session: ScopedSession, call: PremiumCall, steps: Mapping[PremiumCallLine, tuple[Earned, Earned]], books: Books
) -> None:
    """Insurers leave to the office what their agreement says; the office owes brokers their part of it, or more."""
    withheld: dict[int, int] = {}
    owed: dict[int, int] = {}
    for line, (before, after) in steps.items():
        shares = {
            one.organisation_id: Fraction(one.share) for one in get_version(session, line.agreement_version_id).shares
        }
        for sign, one in ((-1, before), (1, after)):
            for insurer, cents in between_insurers(one.withheld, shares):
                withheld[insurer] = withheld.get(insurer, 0) + sign * cents
            if line.broker_id is not None:
                owed[line.broker_id] = owed.get(line.broker_id, 0) + sign * one.commission
    transfers = (
        *(one for insurer in sorted(withheld) for one in transfer_of(
            euros(withheld[insurer]), AccountKey(AccountRole.PREMIUM_COLLECTED, insurer), _OWN)),
        *(one for broker in sorted(owed) for one in transfer_of(
            euros(owed[broker]), _PASSED, AccountKey(AccountRole.BROKER, broker))),
    )  # fmt: skip
    if transfers:
        subject = commissions_of(call.id)
        count = len(ledger.list_entries_about(session, subject))
        post(session, [Posting(
            Journal.COMMISSIONS, books.on, call.name, call.called_on, f"Commissions de {call.name}",
            f"{subject}:{count + 1}", transfers, subject,
        )], books)  # fmt: skip


def _whole(session: ScopedSession, call: PremiumCall, lines: Iterable[PremiumCallLine]) -> dict[int, Earned]:
    """What each line of a call earns once all of it is collected."""
    year = _year(session, call)
    return {one.id: _of_line(session, one, year) for one in lines}


@dataclass(frozen=True, slots=True)
class _Year:
    """The policy year of a call.

    Attributes:
        days: first day of each policy year up to it, the oldest first.
        terms: of the policy at its end; None: the year was taken back, or never stood.
    """

    product: str
    days: tuple[date, ...]
    terms: PolicyTerms | None


def _year(session: ScopedSession, call: PremiumCall) -> _Year:
    policy = get_policy(session, call.policy_id)
    stack = stack_of(policy)
    state = after_all(one.entry for one in counting(stack))
    former = () if state is None else tuple(
        one.first_day for one in state.years if one.first_day < call.year_first_day
    )  # fmt: skip
    inside = state_at(stack, call.year_last_day)
    return _Year(policy.product, (*former, call.year_first_day), None if inside is None else inside.terms)


def _of_line(session: ScopedSession, line: PremiumCallLine, year: _Year) -> Earned:
    base, called = int(line.net_eur * 100), int(line.commission_eur * 100)
    named = year.terms is not None and year.terms.broker_id == line.broker_id
    called_rate = year.terms.commission if year.terms is not None and named else None
    insurers = _rates(get_version(session, line.agreement_version_id), year.product) or Rates(_NOTHING)
    said = () if line.broker_id is None else _said(session, line.broker_id, year)
    return Earned(
        collected=int((line.net_eur + line.surcharge_eur + line.tax_eur) * 100),
        base=base,
        withheld=at_rate(base, called, called_rate, insurers.of_year(len(year.days) - 1)),
        commission=0 if line.broker_id is None
        else at_rate(base, called, called_rate, broker_rate(called_rate, said)),
    )  # fmt: skip


def _said(session: ScopedSession, broker_id: int, year: _Year) -> list[Rates | None]:
    """What the agreement with a broker says on the first day of each policy year; nothing is asked of the first."""
    if len(year.days) == 1:
        return []
    agreements = list_agreements_of(session, broker_id)
    found = []
    for on in year.days:
        versions = (find_version_on(session, one.id, on) for one in agreements)
        rates = (_rates(one, year.product) for one in versions if one is not None)
        found.append(next((one for one in rates if one is not None), None))
    return found


def _rates(version: AgreementVersion, product: str) -> Rates | None:
    """What a version gives for a product; None: it does not cover it."""
    for one in version.products:
        if one.product == product:
            return Rates(
                Fraction(one.commission_rate), None if one.renewal_rate is None else Fraction(one.renewal_rate)
            )
    return None
