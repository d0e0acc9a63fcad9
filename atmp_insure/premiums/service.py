"""Use cases of premiums: call what is owed of a policy and not called yet, and keep where its premiums stand."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from stdnum.iso7064 import mod_97_10

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db import checkpoints
from atmp_insure.db.facts import Fact, record_fact
from atmp_insure.db.numbering import take_number
from atmp_insure.kernel.errors import Refused
from atmp_insure.ledger import service as ledger
from atmp_insure.ledger.chart import Journal
from atmp_insure.ledger.entries import Posting
from atmp_insure.parties.agreement_queries import get_version
from atmp_insure.policies.queries import locked_policy
from atmp_insure.policies.stack_service import stack_of
from atmp_insure.policies.take_over_queries import called_elsewhere
from atmp_insure.policies.transactions import InsuranceYear
from atmp_insure.premiums import collecting_service, queries
from atmp_insure.premiums.booking import call_transfers, euros, subject_of
from atmp_insure.premiums.calling import Amounts, CalledLine, added
from atmp_insure.premiums.chase_queries import find_hold
from atmp_insure.premiums.due_calls import Called, due_calls, next_due, years_owed
from atmp_insure.premiums.models import PremiumCall, PremiumCallLine, PremiumCallPaper, PremiumSchedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from atmp_insure.db.projections import Row
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.service import Books
    from atmp_insure.policies.models import Policy
    from atmp_insure.premiums.calling import Lines
    from atmp_insure.premiums.due_calls import DueCall, YearOwed

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


def call_premiums(session: ScopedSession, policy_id: int, calling: Calling) -> list[PremiumCall]:
    """Call what a policy owes by a day and was not called yet; nothing when all of it was.

    The policy is locked: of two who call it at once, the second finds nothing left to call.

    Raises:
        OutOfScope: the right of the actor does not reach the company.
        NotFound: no such policy, or none that the actor may see.
        Refused: the month is closed in the books, or the calls of the policy are held back.
    """
    policy = locked_policy(session, policy_id)
    require_right_there(session, Right.COLLECT_POLICIES, policy.company_id)
    held = find_hold(session, policy_id)
    if held is not None and held.stops_calls:
        why = f"{held.kind.label} : {held.reason}"
        raise Refused(f"Les appels de ce contrat sont arrêtés ({why}). Reprendre d'abord la procédure.")
    due = due_calls(owed_years(session, policy), calling.books.on, calling.until)
    calls = [_written(session, policy, one, calling) for one in due]
    if calls:
        keep_schedule(session, policy)
    return calls


def owed_years(session: ScopedSession, policy: Policy) -> tuple[YearOwed, ...]:
    """The years of a policy, between what they owe and what was called of them."""
    elsewhere = called_elsewhere(session, [policy.id]).get(policy.id, frozenset())
    return years_owed(stack_of(policy), Called(_by_year(queries.list_calls_of(session, policy.id)), elsewhere))


def keep_schedule(session: ScopedSession, policy: Policy) -> PremiumSchedule:
    """Bring to date where the premiums of a policy stand; the policy is locked."""
    row, known = schedule_row(policy, owed_years(session, policy)), queries.find_schedule(session, policy.id)
    if known is None:
        known = PremiumSchedule(**row)
        session.add(known)
    else:
        for name, value in row.items():
            setattr(known, name, value)
    session.flush()
    return known


SCHEDULE_COLUMNS = ("company_id", "policy_id", "reference", "charged_eur", "called_eur", "next_due_on", "next_eur")


def schedule_row(policy: Policy, years: Sequence[YearOwed]) -> Row:
    """Where the premiums of a policy stand."""
    due = next_due(years)
    return {
        "company_id": policy.company_id, "policy_id": policy.id, "reference": policy.reference,
        "charged_eur": euros(sum(line.total for one in years for line in one.owed.values())),
        "called_eur": euros(sum(line.total for one in years for line in one.called.values())),
        "next_due_on": None if due is None else due[0], "next_eur": euros(0 if due is None else due[1]),
    }  # fmt: skip


def _by_year(calls: Iterable[PremiumCall]) -> dict[InsuranceYear, Lines]:
    """What was called of each policy year."""
    found: dict[InsuranceYear, Lines] = {}
    for call in calls:
        year = InsuranceYear(call.year_first_day, call.year_last_day)
        found[year] = added(found.get(year, {}), {_line(one): _amounts(one) for one in call.lines})
    return found


def _line(row: PremiumCallLine) -> CalledLine:
    return CalledLine(row.code, Fraction(row.tax_rate), row.agreement_version_id, row.broker_id or 0)


def _amounts(row: PremiumCallLine) -> Amounts:
    return Amounts(*(int(one * 100) for one in (row.net_eur, row.surcharge_eur, row.tax_eur, row.commission_eur)))


def _written(session: ScopedSession, policy: Policy, due: DueCall, calling: Calling) -> PremiumCall:
    """Write a call with its number, and post what it makes the client owe."""
    books, on = calling.books, calling.books.on
    number = take_number(session, f"{_SERIES}:{on.year}")
    total = sum(due.lines.values(), Amounts())
    call = PremiumCall(
        company_id=policy.company_id, policy_id=policy.id, year=on.year, number=number,
        year_first_day=due.year.first_day, year_last_day=due.year.last_day, instalment=due.count, instalments=due.of,
        called_on=on, due_on=due.due_on, reference=_reference(on.year, number), net_eur=euros(total.net),
        surcharge_eur=euros(total.surcharge), tax_eur=euros(total.tax), total_eur=euros(total.total),
        called_at=books.now, called_by=session.actor.name,
        lines=[_row(policy.company_id, line, amounts) for line, amounts in due.lines.items()],
    )  # fmt: skip
    session.add(call)
    session.flush()
    shares = {
        one: {share.organisation_id: Fraction(share.share) for share in get_version(session, one).shares}
        for one in {line.agreement_version_id for line in due.lines}
    }
    transfers = call_transfers(policy.company_id, due.lines, shares)
    if transfers:
        what = "Appel de prime" if total.total >= 0 else "Avoir de prime"
        ledger.post(session, [Posting(
            Journal.PREMIUMS, on, call.name, on, f"{what} {policy.reference}, échéance du {due.due_on:%d/%m/%Y}",
            subject_of(call.id), transfers, subject_of(call.id), due.due_on, call.reference,
        )], books)  # fmt: skip
    record_fact(session, Fact(
        PREMIUM_CALLED, call.name, f"{_SERIES}:{call.id}", call.due_on, books.now, policy.company_id,
        {"call_id": call.id, "policy_id": policy.id},
    ))  # fmt: skip
    if transfers and not total.total:  # what one insurer gives back another takes: there is nothing to wait for
        collecting_service.bring_collected(session, call, books)
    checkpoints.reached("premiums: called")
    return call


def file_paper(session: ScopedSession, call: PremiumCall, document_id: int, mail_id: int | None) -> PremiumCallPaper:
    """File the document of a call, with the mail by which it left."""
    paper = PremiumCallPaper(
        company_id=call.company_id, call_id=call.id, document_id=document_id, mail_id=mail_id, filed_at=call.called_at
    )
    session.add(paper)
    session.flush()
    return paper


def _reference(year: int, number: int) -> str:
    """The creditor reference of a call (ISO 11649): `RF` and two check digits before its number."""
    body = f"AP{year}{number:06}"
    check = mod_97_10.calc_check_digits(f"{body}RF")
    return f"RF{check}{body}"


def _row(company_id: int, line: CalledLine, amounts: Amounts) -> PremiumCallLine:
    return PremiumCallLine(
        company_id=company_id, code=line.code, agreement_version_id=line.agreement_version_id,
        broker_id=line.broker_id or None, net_eur=euros(amounts.net), surcharge_eur=euros(amounts.surcharge),
        tax_rate=Decimal(line.tax_rate.numerator) / line.tax_rate.denominator, tax_eur=euros(amounts.tax),
        commission_eur=euros(amounts.commission),
    )  # fmt: skip
