"""Policies as their rules read them: keyword-only, valid by default, so that a test states only what matters to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.policies.changes import ChangeWages, CloseSection, Leaving, OpenSection
from atmp_insure.policies.sequence import insertion, withdrawal
from atmp_insure.policies.state import counting, state_at
from atmp_insure.policies.terms import InsuredSection, InsurerShare, PolicyTerms, PremiumRate
from atmp_insure.policies.transactions import (
    Endorsement,
    InsuranceYear,
    Opening,
    Refunding,
    Renewal,
    Termination,
    Transaction,
    TransactionKind,
)

if TYPE_CHECKING:
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.sequence import Plan
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.transactions import Content, Entry

TAX = installed_catalogue(None).tax
FIRST_DAY, RECORDED = date(2027, 1, 1), datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
Y2027 = InsuranceYear(date(2027, 1, 1), date(2027, 12, 31))
Y2028 = InsuranceYear(date(2028, 1, 1), date(2028, 12, 31))  # a leap year
SIRET, OTHER, THIRD = "12345678900012", "12345678900020", "12345678900038"
ALONE = (InsurerShare(1, Fraction(1), True),)


def a_section(
    siret: str = SIRET, *, section: str = "01", wages: int | str = 4_000_000, first_day: date = FIRST_DAY, **facts: Any
) -> InsuredSection:
    """A section of yearly wages in euros."""
    return InsuredSection(siret, section, "28.1AD", Fraction(wages), Fraction(80), first_day, **facts)


def some_rates(*percents: tuple[str, str]) -> tuple[PremiumRate, ...]:
    """Prices of guarantees, in percent of wages."""
    given = percents or (("IP2", "0.10"), ("IP3", "0.15"), ("IP4", "0.25"))
    return tuple(PremiumRate(code, Fraction(percent) / 100, "ordinary") for code, percent in given)


def some_terms(**facts: Any) -> PolicyTerms:
    """One section of four million, three guarantees at 0.50 % together: 20 000 € a year."""
    rates = facts.pop("rates", some_rates())
    given: dict[str, Any] = {
        "product": "taux_atmp", "product_version": "2027-1", "guarantees": frozenset(one.code for one in rates),
        "diseases": True, "deductible": Deductible(DeductibleKind.PERCENT_OF_WAGES, Fraction(0)), "limits": Limits(),
        "sections": (a_section(),), "rates": rates, "minimum_eur": Fraction(1500), "frequency": Frequency.YEARLY,
        "surcharge": Fraction(0), "agreement_version_id": 1, "shares": ALONE, "commission": Fraction(15, 100),
    }  # fmt: skip
    return PolicyTerms(**(given | facts))


@dataclass
class Stack:
    """A stack under test: what is written on it, one after the other, a minute apart."""

    transactions: list[Transaction] = field(default_factory=list)

    @classmethod
    def issued(cls, *, year: InsuranceYear = Y2027, **facts: Any) -> Stack:
        """A policy with the terms that facts say."""
        stack = cls()
        stack.insert(year.first_day, Opening(some_terms(**facts), year))
        return stack

    def insert(self, on: date, content: Content) -> Plan:
        """A transaction comes in."""
        plan = insertion(self.transactions, on, content, TAX)
        self.write(plan.entries)
        return plan

    def take_back(self, number: int) -> Plan:
        """A transaction is taken back."""
        plan = withdrawal(self.transactions, number, TAX)
        self.write(plan.entries)
        return plan

    def write(self, entries: tuple[Entry, ...]) -> None:
        """What a plan says."""
        for entry in entries:
            number = len(self.transactions) + 1
            self.transactions.append(Transaction(number, RECORDED + timedelta(minutes=number), entry))

    def endorse(self, on: date, *changes: Change) -> Plan:
        """An endorsement."""
        return self.insert(on, Endorsement(changes))

    def renew(self, year: InsuranceYear = Y2028, *changes: Change) -> Plan:
        """A renewal."""
        return self.insert(year.first_day, Renewal(year, changes))

    def end(self, on: date, ground: str = "due_date", **facts: Any) -> Plan:
        """A termination."""
        return self.insert(on, Termination(ground, facts.pop("refunding", Refunding.UNEARNED), **facts))

    def on(self, day: date, known_at: datetime | None = None) -> PolicyState | None:
        """The state on a day, as it was known."""
        return state_at(self.transactions, day, known_at)

    def known(self, number: int) -> datetime:
        """The moment at which a transaction was recorded."""
        return self.transactions[number - 1].recorded_at

    @property
    def net_eur(self) -> Fraction:
        """All that was charged, without tax."""
        return sum((one.net_eur for t in self.transactions for one in t.entry.charges), Fraction(0))

    @property
    def total_eur(self) -> Fraction:
        """All that was charged, with tax."""
        return sum((one.total_eur for t in self.transactions for one in t.entry.charges), Fraction(0))

    def kinds(self) -> list[TransactionKind]:
        """The kinds of what counts, in the order in which it holds."""
        return [one.kind for one in counting(self.transactions)]


def opened(siret: str = OTHER, **facts: Any) -> OpenSection:
    """A section that comes in."""
    return OpenSection(a_section(siret, **facts))


def closed(siret: str = SIRET) -> CloseSection:
    """A section that leaves."""
    return CloseSection(siret, "01", Leaving.CLOSED)


def paid(siret: str, wages: int) -> ChangeWages:
    """Wages declared anew."""
    return ChangeWages(siret, "01", Fraction(wages))


__all__ = ["replace"]
