"""Calls premiums of many policies at once: read together, found by the rules one by one, written together.

Calling one policy is the same with one. What stands in the way of a policy is found before anything is written, and
told for it alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stdnum.iso7064 import mod_97_10

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db import checkpoints
from atmp_insure.db.added_rows import add_rows
from atmp_insure.db.facts import Fact, record_facts
from atmp_insure.db.numbering import take_numbers
from atmp_insure.kernel.errors import AtmpInsureError, NotFound, Refused
from atmp_insure.ledger import service as ledger
from atmp_insure.ledger.chart import Journal
from atmp_insure.ledger.entries import Posting
from atmp_insure.parties.agreement_queries import shares_of
from atmp_insure.policies.queries import locked_policies
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.premiums import collecting_service, queries
from atmp_insure.premiums.booking import call_transfers, euros, subject_of
from atmp_insure.premiums.calling import Amounts
from atmp_insure.premiums.chase_queries import list_open_holds
from atmp_insure.premiums.due_calls import due_calls, once_called, years_owed
from atmp_insure.premiums.models import PremiumCall, PremiumCallLine, call_name
from atmp_insure.premiums.schedule_service import called_so_far, keep_schedules, schedule_row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date
    from fractions import Fraction

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.entries import Transfer
    from atmp_insure.ledger.service import Books
    from atmp_insure.policies.models import Policy
    from atmp_insure.premiums.calling import CalledLine
    from atmp_insure.premiums.chase_models import PremiumHold
    from atmp_insure.premiums.due_calls import DueCall, YearOwed

    Shares = Mapping[int, Mapping[int, Fraction]]  # of a version of an agreement: the part of each insurer

PREMIUM_CALLED = "premium_called"
_SERIES = "premium_calls"


@dataclass(frozen=True, slots=True)
class Calling:
    """With what premiums are called.

    Attributes:
        until: the last due date that is called.
    """

    books: Books
    until: date


@dataclass(frozen=True, slots=True)
class MadeCall:
    """A call that was made: the number of its row, its name as people quote it, and what the client owes for it."""

    id: int
    name: str
    total_eur: Decimal


@dataclass(frozen=True, slots=True)
class _Due:
    """What is called of a policy; as it stood before."""

    policy: Policy
    years: tuple[YearOwed, ...]
    calls: tuple[DueCall, ...]


@dataclass(frozen=True, slots=True)
class _Call:
    """A call under the number that it is given."""

    policy: Policy
    due: DueCall
    total: Amounts
    on: date
    number: int

    @property
    def name(self) -> str:
        return call_name(self.on.year, self.number)


def call_all(
    session: ScopedSession, policy_ids: Collection[int], calling: Calling
) -> dict[int, list[MadeCall] | AtmpInsureError]:
    """Call what policies owe by a day and was not called yet, in a number of statements that they do not raise.

    The policies are locked: of two who call one at once, the second finds nothing left to call.

    Returns:
        By policy what was called, oldest year first, or why nothing could be.

    Raises:
        OutOfScope: the right of the actor does not reach one of the companies.
        Refused: the month is closed in the books.
    """
    due, found = _due(session, policy_ids, calling)
    shares = shares_of(session, {line.agreement_version_id for one in due for call in one.calls for line in call.lines})
    checkpoints.reached("premiums: read")
    sound = []
    for one in due:
        absent = {line.agreement_version_id for call in one.calls for line in call.lines} - shares.keys()
        if absent:
            found[one.policy.id] = NotFound(
                f"La convention de {one.policy.reference} n'existe pas, ou vous ne pouvez pas la voir."
            )
        elif one.calls:
            sound.append(one)
    return found | (_called(session, sound, shares, calling) if sound else {})


def _due(
    session: ScopedSession, policy_ids: Collection[int], calling: Calling
) -> tuple[list[_Due], dict[int, list[MadeCall] | AtmpInsureError]]:
    """What is due of each policy; and what is told of those that are not there, or owe nothing."""
    policies, on = locked_policies(session, policy_ids), calling.books.on
    for company_id in {one.company_id for one in policies.values()}:
        require_right_there(session, Right.COLLECT_POLICIES, company_id)
    called, due = called_so_far(session, policies.keys()), []
    held = {one.policy_id: one for one in list_open_holds(session, policy_ids) if one.stops_calls}
    found: dict[int, list[MadeCall] | AtmpInsureError] = {}
    for number in policy_ids:
        try:
            policy = _callable(policies.get(number), held.get(number))
            years = years_owed(stack_of(policy), called[number])
        except AtmpInsureError as error:
            found[number] = error
            continue
        due.append(_Due(policy, years, tuple(due_calls(years, on, calling.until))))
        found[number] = []
    return due, found


def _callable(policy: Policy | None, held: PremiumHold | None) -> Policy:
    """A policy of which something may be called."""
    if policy is None:
        raise NotFound("Ce contrat n'existe pas, ou vous ne pouvez pas le voir.")
    if held is not None:
        why = f"{held.kind.label} : {held.reason}"
        raise Refused(f"Les appels de ce contrat sont arrêtés ({why}). Reprendre d'abord la procédure.")
    return policy


def _called(
    session: ScopedSession, due: Sequence[_Due], shares: Shares, calling: Calling
) -> dict[int, list[MadeCall] | AtmpInsureError]:
    """Write what is due, under numbers that follow each other, and post what it makes the clients owe."""
    books, on = calling.books, calling.books.on
    series = f"{_SERIES}:{on.year}"
    numbers = iter(take_numbers(session, {series: sum(len(one.calls) for one in due)})[series])
    calls = [
        _Call(one.policy, call, sum(call.lines.values(), Amounts()), on, next(numbers))
        for one in due for call in one.calls
    ]  # fmt: skip
    made = {"called_at": books.now, "called_by": session.actor.name}
    ids = add_rows(session, PremiumCall, [_row(one) | made for one in calls])
    checkpoints.reached("premiums: calls written")
    written = list(zip(ids, calls, strict=True))
    add_rows(session, PremiumCallLine, [row for number, one in written for row in _lines(number, one)])
    _post(session, written, shares, books)
    record_facts(session, [
        Fact(PREMIUM_CALLED, one.name, f"{_SERIES}:{number}", one.due.due_on, books.now, one.policy.company_id,
             {"call_id": number, "policy_id": one.policy.id})
        for number, one in written
    ])  # fmt: skip
    keep_schedules(session, [schedule_row(one.policy, once_called(one.years, one.calls)) for one in due])
    checkpoints.reached("premiums: called")
    found: dict[int, list[MadeCall] | AtmpInsureError] = {one.policy.id: [] for one in due}
    for number, one in written:
        of_it = found[one.policy.id]
        assert isinstance(of_it, list)
        of_it.append(MadeCall(number, one.name, euros(one.total.total)))
    return found


def _post(session: ScopedSession, written: Sequence[tuple[int, _Call]], shares: Shares, books: Books) -> None:
    """One posting for each call that moves something, all of them posted at once."""
    moves = [(number, one, call_transfers(one.policy.company_id, one.due.lines, shares)) for number, one in written]
    postings = [_posting(number, one, transfers) for number, one, transfers in moves if transfers]
    if postings:
        ledger.post_all(session, postings, books)
    for number, one, transfers in moves:
        if transfers and not one.total.total:  # what an insurer gives back another takes: there is nothing to wait for
            collecting_service.bring_collected(session, queries.get_call(session, number), books)


def _posting(number: int, one: _Call, transfers: tuple[Transfer, ...]) -> Posting:
    what, due_on = "Appel de prime" if one.total.total >= 0 else "Avoir de prime", one.due.due_on
    return Posting(
        Journal.PREMIUMS, one.on, one.name, one.on, f"{what} {one.policy.reference}, échéance du {due_on:%d/%m/%Y}",
        subject_of(number), transfers, subject_of(number), due_on, _reference(one.on.year, one.number),
    )  # fmt: skip


def _reference(year: int, number: int) -> str:
    """The creditor reference of a call (ISO 11649): `RF` and two check digits before its number."""
    body = f"AP{year}{number:06}"
    check = mod_97_10.calc_check_digits(f"{body}RF")
    return f"RF{check}{body}"


def _row(one: _Call) -> dict[str, Any]:
    due, year, total = one.due, one.on.year, one.total
    return {
        "company_id": one.policy.company_id, "policy_id": one.policy.id, "year": year, "number": one.number,
        "year_first_day": due.year.first_day, "year_last_day": due.year.last_day, "instalment": due.count,
        "instalments": due.of, "called_on": one.on, "due_on": due.due_on, "reference": _reference(year, one.number),
        "net_eur": euros(total.net), "surcharge_eur": euros(total.surcharge), "tax_eur": euros(total.tax),
        "total_eur": euros(total.total),
    }  # fmt: skip


def _lines(number: int, one: _Call) -> Iterator[dict[str, Any]]:
    for line, amounts in one.due.lines.items():
        yield _line_row(one.policy.company_id, line, amounts) | {"call_id": number}


def _line_row(company_id: int, line: CalledLine, amounts: Amounts) -> dict[str, Any]:
    return {
        "company_id": company_id, "code": line.code, "agreement_version_id": line.agreement_version_id,
        "broker_id": line.broker_id or None, "net_eur": euros(amounts.net), "surcharge_eur": euros(amounts.surcharge),
        "tax_rate": Decimal(line.tax_rate.numerator) / line.tax_rate.denominator, "tax_eur": euros(amounts.tax),
        "commission_eur": euros(amounts.commission),
    }  # fmt: skip
