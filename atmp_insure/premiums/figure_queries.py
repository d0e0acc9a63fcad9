"""What the books and the calls say for the aged balance and the figures: each in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy import Select, case, func, or_, select

from atmp_insure.ledger.chart import AccountRole
from atmp_insure.ledger.entries import Side
from atmp_insure.ledger.models import LedgerAccount, LedgerEntry, LedgerMatch, OpenItem
from atmp_insure.parties.agreement_models import CoinsuranceShare
from atmp_insure.parties.models import Company
from atmp_insure.premiums.call_shares import LineCalled, called_parts
from atmp_insure.premiums.figures import CallFacts
from atmp_insure.premiums.models import PremiumCall, PremiumCallLine

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.call_shares import Parts

_ZERO = Decimal(0)
_CLIENTS = select(LedgerAccount.id).where(LedgerAccount.role == AccountRole.CLIENT)


@dataclass(frozen=True, slots=True)
class OpenOn:
    """What an entry left open on the account of a client, as it stood at the end of a day.

    Attributes:
        auxiliary: the number of the client in the books: `C000012`.
        settled_eur: what was settled of it by then.
        call_id: the call that it comes from; None: it comes from no call.
    """

    company_id: int
    company: str
    auxiliary: str
    due_on: date
    is_credit: bool
    amount_eur: Decimal
    settled_eur: Decimal
    call_id: int | None


def list_open(session: ScopedSession, on: date) -> list[OpenOn]:
    """What was left open on the accounts of clients at the end of a day."""
    since = settled_after(session, on)
    statement = (
        select(
            OpenItem.account_id, OpenItem.entry_id, OpenItem.company_id, Company.name, LedgerAccount.auxiliary,
            OpenItem.due_on, OpenItem.side, OpenItem.amount_eur, OpenItem.settled_eur, PremiumCall.id,
        )
        .join(LedgerAccount, LedgerAccount.id == OpenItem.account_id)
        .join(LedgerEntry, LedgerEntry.id == OpenItem.entry_id)
        .outerjoin(Company, Company.id == OpenItem.company_id)
        .outerjoin(PremiumCall, PremiumCall.reference == OpenItem.reference)
        .where(*_open_on(on))
        .order_by(OpenItem.id)
    )  # fmt: skip
    return [
        OpenOn(company_id or 0, name or "", auxiliary, due_on, side is Side.CREDIT, amount_eur,
               settled_eur - since.get((account_id, entry_id), _ZERO), call_id)
        for account_id, entry_id, company_id, name, auxiliary, due_on, side, amount_eur, settled_eur, call_id
        in session.execute(statement)
    ]  # fmt: skip


def _open_on(on: date) -> tuple[ColumnElement[bool], ...]:
    """Entered by a day, and not settled whole by its end: what was settled whole then and is still, is left out."""
    return (
        OpenItem.account_id.in_(_CLIENTS), LedgerEntry.entered_on <= on,
        or_(OpenItem.settled_on.is_(None), OpenItem.settled_on > on),
    )  # fmt: skip


def settled_after(session: ScopedSession, on: date) -> dict[tuple[int, int], Decimal]:
    """What was settled after a day, by account and entry; below zero: what was settled by then no longer is."""
    signed = case((LedgerMatch.reverses_id.is_(None), LedgerMatch.amount_eur), else_=-LedgerMatch.amount_eur)
    found: dict[tuple[int, int], Decimal] = {}
    for entry in (LedgerMatch.debit_entry_id, LedgerMatch.credit_entry_id):
        statement = (
            select(LedgerMatch.account_id, entry, func.sum(signed))
            .where(LedgerMatch.matched_on > on, LedgerMatch.account_id.in_(_CLIENTS))
            .group_by(LedgerMatch.account_id, entry)
        )
        for account_id, entry_id, amount_eur in session.execute(statement):
            found[account_id, entry_id] = found.get((account_id, entry_id), _ZERO) + Decimal(amount_eur)
    return found


def parts_of_open(session: ScopedSession, on: date) -> dict[int, Parts]:
    """The calls of which something was left open at the end of a day, between their insurers and brokers."""
    of_them = (
        select(PremiumCall.id)
        .join(OpenItem, OpenItem.reference == PremiumCall.reference)
        .join(LedgerEntry, LedgerEntry.id == OpenItem.entry_id)
        .where(*_open_on(on))
    )
    return _parts(session, of_them)


def list_called(session: ScopedSession, first_day: date, last_day: date) -> list[CallFacts]:
    """The calls made from a day to another, both included, between their insurers and brokers, with what is settled."""
    parts = _parts(session, select(PremiumCall.id).where(*_called(first_day, last_day)))
    settled = (
        select(func.sum(OpenItem.settled_eur)).where(OpenItem.reference == PremiumCall.reference)
        .correlate(PremiumCall).scalar_subquery()
    )  # fmt: skip
    statement = select(PremiumCall.id, PremiumCall.called_on, PremiumCall.due_on, settled)
    made = session.execute(statement.where(*_called(first_day, last_day)).order_by(PremiumCall.id))
    return [
        CallFacts(called_on, due_on, parts.get(call_id, {}), int((settled_eur or _ZERO) * 100))
        for call_id, called_on, due_on, settled_eur in made
    ]


def _called(first_day: date, last_day: date) -> tuple[ColumnElement[bool], ...]:
    years = PremiumCall.year >= first_day.year, PremiumCall.year <= last_day.year  # of the day of call; has an index
    return *years, PremiumCall.called_on >= first_day, PremiumCall.called_on <= last_day


def _parts(session: ScopedSession, call_ids: Select[int]) -> dict[int, Parts]:
    lines: dict[int, list[LineCalled]] = {}
    statement = select(
        PremiumCallLine.call_id, PremiumCallLine.agreement_version_id, PremiumCallLine.broker_id,
        PremiumCallLine.net_eur, PremiumCallLine.surcharge_eur, PremiumCallLine.tax_eur,
    ).where(PremiumCallLine.call_id.in_(call_ids))  # fmt: skip
    for call_id, version_id, broker_id, *amounts in session.execute(statement.order_by(PremiumCallLine.id)):
        net, surcharge, tax = (int(one * 100) for one in amounts)
        lines.setdefault(call_id, []).append(LineCalled(version_id, broker_id or 0, net + surcharge, tax))
    shares: dict[int, dict[int, Fraction]] = {}
    insured = select(CoinsuranceShare.version_id, CoinsuranceShare.organisation_id, CoinsuranceShare.share)
    for version_id, insurer_id, share in session.execute(insured):
        shares.setdefault(version_id, {})[insurer_id] = Fraction(share)
    return {call_id: called_parts(found, shares) for call_id, found in lines.items()}
