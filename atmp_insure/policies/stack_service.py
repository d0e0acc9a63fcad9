"""The stack of a policy between its rows and its rules: read as frozen transactions, written only by growing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from atmp_insure.db.facts import Fact, record_fact
from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.kernel.errors import Refused
from atmp_insure.kernel.french import search_text
from atmp_insure.policies import queries
from atmp_insure.policies.models import Policy, PolicyCharge, PolicyStanding, PolicyTransaction
from atmp_insure.policies.schemas import content_of, plain_content
from atmp_insure.policies.state import after_all, counting
from atmp_insure.policies.transactions import Charge, Entry, Reversal, Transaction, total_eur

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from atmp_insure.db.projections import Row
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.terms import PolicyTerms

POLICY_CHANGED = "policy_changed"
_read: WeakKeyDictionary[PolicyTransaction, Transaction] = WeakKeyDictionary()
STANDING_COLUMNS = (
    "company_id", "policy_id", "reference", "search_reference", "product", "product_version", "broker_id",
    "insurer_id", "began_on", "year_first_day", "year_last_day", "suspended_on", "ended_on", "is_void", "ground",
    "net_eur", "wages_eur", "section_count", "guarantees", "transaction_count",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """Why transactions are recorded, and when.

    Attributes:
        article: the clause or article that the act rests on; empty: none.
        insurer_accord: reference of the insurer's accord to an act that its agreement does not delegate.
        expected: how many transactions whoever acts has seen; None: whatever there are.
        drops: numbers of the later transactions that may be lost, as they were shown.
        quote_id: of the quote whose terms the transaction brings.
    """

    reason: str
    now: datetime
    article: str = ""
    insurer_accord: str | None = None
    expected: int | None = None
    drops: tuple[int, ...] = ()
    quote_id: int | None = None


def stack_of(policy: Policy) -> tuple[Transaction, ...]:
    """The transactions of a policy as its rules read them, in the order of their numbers."""
    return tuple(transaction_of(row) for row in policy.transactions)


def latest_state(policy: Policy) -> PolicyState:
    """A policy after all that is recorded.

    Raises:
        Refused: everything was taken back.
    """
    state = after_all(one.entry for one in counting(stack_of(policy)))
    if state is None:
        raise Refused("L'émission de ce contrat est annulée : il n'y a rien à y changer.")
    return state


def transaction_of(row: PolicyTransaction) -> Transaction:
    """A transaction as rules read it; once for each row, which never changes."""
    if row not in _read:
        _read[row] = _transaction(row)
    return _read[row]


def _transaction(row: PolicyTransaction) -> Transaction:
    charges = tuple(_charge(one) for one in row.charges)
    entry = Entry(row.effective_on, content_of(row.kind, row.wording), charges, row.replays_number)
    return Transaction(row.number, row.recorded_at, entry)


def _charge(row: PolicyCharge) -> Charge:
    return Charge(
        code=row.code, first_day=row.first_day, last_day=row.last_day, due_on=row.due_on,
        agreement_version_id=row.agreement_version_id, net_eur=Fraction(row.net_eur),
        surcharge_eur=Fraction(row.surcharge_eur), tax_rate=Fraction(row.tax_rate), tax_eur=Fraction(row.tax_eur),
        commission_eur=Fraction(row.commission_eur), broker_id=row.broker_id,
    )  # fmt: skip


def write_entries(
    session: ScopedSession, policy: Policy, entries: Sequence[Entry], act: Act
) -> list[PolicyTransaction]:
    """Write what a plan says on top of a stack, bring its standing up to date, and tell it as a fact.

    The policy is locked by whoever calls, or is new.
    """
    known = queries.find_standing(session, policy.id)  # before there is something to write, so that all is written once
    stack = list(stack_of(policy))
    first = len(stack) + 1
    state = after_all(one.entry for one in counting(stack))
    rows = []
    for number, entry in enumerate(entries, start=first):
        stack.append(Transaction(number, act.now, entry))
        state = after_all(one.entry for one in counting(stack)) or state
        assert state is not None, "a stack begins with what opens the policy"
        rows.append(_row(session, policy, stack[-1], state.terms, act))
        rows[-1].act_number = first
    policy.transactions.extend(rows)
    _stand(session, known, standing_row(policy, stack))
    session.flush()
    _tell(session, policy, rows, act)
    return rows


def _row(session: ScopedSession, policy: Policy, one: Transaction, terms: PolicyTerms, act: Act) -> PolicyTransaction:
    entry = one.entry
    reverses = entry.content.of_number if isinstance(entry.content, Reversal) else None
    return PolicyTransaction(
        number=one.number, product_version=terms.product_version, agreement_version_id=terms.agreement_version_id,
        company_id=policy.company_id, kind=entry.content.kind, effective_on=entry.effective_on,
        wording=plain_content(entry.content), reason=act.reason, article=act.article, reverses_number=reverses,
        replays_number=entry.replays, insurer_accord=act.insurer_accord, total_eur=_decimal(total_eur(entry.charges)),
        quote_id=_quote_of(policy, entry, act),
        recorded_at=act.now, recorded_by=session.actor.name, recorded_by_id=session.actor.user_id,
        charges=[_charge_row(policy, one) for one in entry.charges], papers=[],
    )  # fmt: skip


def _quote_of(policy: Policy, entry: Entry, act: Act) -> int | None:
    """The quote whose terms an entry brings: what is applied again brings those that it brought before."""
    if isinstance(entry.content, Reversal):
        return None
    return act.quote_id if entry.replays is None else policy.transactions[entry.replays - 1].quote_id


def _charge_row(policy: Policy, one: Charge) -> PolicyCharge:
    return PolicyCharge(
        policy_id=policy.id, company_id=policy.company_id, code=one.code, first_day=one.first_day,
        last_day=one.last_day, due_on=one.due_on, agreement_version_id=one.agreement_version_id,
        broker_id=one.broker_id, net_eur=_decimal(one.net_eur), surcharge_eur=_decimal(one.surcharge_eur),
        tax_rate=_decimal(one.tax_rate), tax_eur=_decimal(one.tax_eur), commission_eur=_decimal(one.commission_eur),
    )  # fmt: skip


def _decimal(value: Fraction) -> Decimal:
    """An exact decimal; amounts are whole cents and tax rates have few digits."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def standing_row(policy: Policy, stack: Sequence[Transaction]) -> Row | None:
    """Where a policy stands after all that is recorded; None: everything was taken back."""
    state = after_all(one.entry for one in counting(stack))
    if state is None:
        return None
    terms = state.terms
    return {
        "company_id": policy.company_id, "policy_id": policy.id, "reference": policy.reference,
        "search_reference": search_text(policy.reference),
        "product": policy.product, "product_version": terms.product_version, "broker_id": terms.broker_id,
        "insurer_id": next(one.organisation_id for one in terms.shares if one.is_leader), "began_on": state.began_on,
        "year_first_day": state.year.first_day, "year_last_day": state.year.last_day,
        "suspended_on": state.suspended_on, "ended_on": state.ended_on, "is_void": state.is_void,
        "ground": state.ground, "net_eur": _decimal(terms.net_eur), "wages_eur": _decimal(terms.wages_eur),
        "section_count": len(terms.sections),
        "guarantees": " ".join(one.code for one in GUARANTEES if one.code in terms.guarantees),
        "transaction_count": len(stack),
    }  # fmt: skip


def _stand(session: ScopedSession, known: PolicyStanding | None, row: Row | None) -> None:
    if row is None:
        if known is not None:
            session.delete(known)
    elif known is None:
        session.add(PolicyStanding(**row))
    else:
        for name, value in row.items():
            setattr(known, name, value)


def _tell(session: ScopedSession, policy: Policy, rows: Sequence[PolicyTransaction], act: Act) -> None:
    """One fact for the act: upper domains call or give back premiums, look again at claims."""
    earliest = min(rows, key=lambda row: row.effective_on)
    record_fact(session, Fact(
        POLICY_CHANGED, f"policy:{policy.id}:{rows[0].number}", f"policies:{policy.id}", earliest.effective_on, act.now,
        policy.company_id, {"first_number": rows[0].number, "last_number": rows[-1].number},
    ))  # fmt: skip
