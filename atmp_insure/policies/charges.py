"""What a transaction costs: the premium of the days that it changes, less what was owed for them before.

Each line is rounded once, for its span of days; charges are differences of such lines, so that a reversal gives back to
the cent what was charged, and the same transactions in another order of arrival cost the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.money import round_cents
from atmp_insure.policies.final_premium import final_lines
from atmp_insure.policies.terms import yearly_lines
from atmp_insure.policies.transactions import (
    Adjustment,
    Charge,
    Endorsement,
    InsuranceYear,
    Opening,
    Refunding,
    Renewal,
    Termination,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from atmp_insure.guarantees.product import InsuranceTax
    from atmp_insure.policies.final_premium import Segment
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.terms import PolicyTerms, YearlyLine
    from atmp_insure.policies.transactions import Content

_DAY = timedelta(days=1)
_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Step:
    """A transaction among those it comes after.

    Attributes:
        before: the state it found; None: it begins the policy.
        after: the state it leaves.
        former: what was charged for the policy so far, by the transactions that count.
        segments: of the year that an adjustment is for.
    """

    on: date
    content: Content
    before: PolicyState | None
    after: PolicyState
    former: Sequence[Charge] = ()
    segments: Sequence[Segment] = ()


def charges_of(step: Step, tax: InsuranceTax) -> tuple[Charge, ...]:
    """The charges of a transaction; none for a suspension, a resumption, a change of contact.

    Args:
        tax: rates by class; the rate of the day on which a charge is due applies, a refund gives back the rate of the
            first day of the policy year.

    Raises:
        MissingParameter: no tax rate is known for the day.

    Source: special conditions (premium by the day); art. 991 and 1001 CGI; art. L.113-3 Code des assurances.
    """
    match step.content:
        case Opening(year=year) | Renewal(year=year):
            return _difference(None, step.after.terms, _Span(year.first_day, year, tax))
        case Endorsement():
            return _rest_of_year(step, step.after.terms, tax)
        case Termination(refunding=Refunding.UNEARNED):
            return _rest_of_year(step, None, tax)
        case Adjustment():
            return _adjusted(step, step.content, tax)
    return ()


def negated(charges: Iterable[Charge]) -> tuple[Charge, ...]:
    """The charges that take others back.

    Source: none; an opposite.
    """
    return tuple(
        replace(
            one, net_eur=-one.net_eur, surcharge_eur=-one.surcharge_eur, tax_eur=-one.tax_eur,
            commission_eur=-one.commission_eur,
        )
        for one in charges
    )  # fmt: skip


def days_of(year: InsuranceYear) -> int:
    """The days of the twelve months that end with a policy year, 365 or 366: a daily premium is one part of them.

    Source: special conditions (premium by the day); the count of days is a choice of this product.
    """
    following = year.last_day + _DAY
    try:
        begun = following.replace(year=following.year - 1)
    except ValueError:  # 29 February
        begun = (following + _DAY).replace(year=following.year - 1)
    return (following - begun).days


@dataclass(frozen=True, slots=True)
class _Span:
    """The days from one to the end of a policy year, and the tax on what they cost."""

    first_day: date
    year: InsuranceYear
    tax: InsuranceTax

    @property
    def share(self) -> Fraction:
        """Their part of twelve months."""
        return Fraction((self.year.last_day - self.first_day).days + 1, days_of(self.year))


def _rest_of_year(step: Step, terms: PolicyTerms | None, tax: InsuranceTax) -> tuple[Charge, ...]:
    """The premium of what is left of the year at the terms that follow, less what it was at the former ones."""
    assert step.before is not None
    year = step.before.year
    if step.on > year.last_day:
        return ()
    return _difference(step.before.terms, terms, _Span(max(step.on, year.first_day), year, tax))


def _difference(before: PolicyTerms | None, terms: PolicyTerms | None, span: _Span) -> tuple[Charge, ...]:
    """What a span costs more, or less, by line; insurers who change give back, and take, each their own."""
    if before is not None and terms is not None and _bearers(before) != _bearers(terms):
        return (*_difference(before, None, span), *_difference(None, terms, span))
    owed, owing = _lines(before), _lines(terms)
    found = []
    for code in (*owing, *(code for code in owed if code not in owing)):
        old, new = _prorated(owed.get(code), before, span), _prorated(owing.get(code), terms, span)
        net, surcharge = new[0] - old[0], new[1] - old[1]
        if net or surcharge:
            line = owing.get(code) or owed[code]
            bearer = _bearer(before, terms, is_more=net > 0)
            found.append(_charge(_Amounts(code, line.tax_class, net, surcharge), bearer, span))
    return tuple(found)


def _bearers(terms: PolicyTerms) -> object:
    return terms.agreement_version_id, terms.shares


def _bearer(before: PolicyTerms | None, terms: PolicyTerms | None, *, is_more: bool) -> PolicyTerms:
    """The terms whose broker earns the commission of what is added, or gives back that of what is taken off."""
    found = (terms or before) if is_more else (before or terms)
    assert found is not None
    return found


def _lines(terms: PolicyTerms | None) -> dict[str, YearlyLine]:
    return {} if terms is None else {line.code: line for line in yearly_lines(terms)}


def _prorated(line: YearlyLine | None, terms: PolicyTerms | None, span: _Span) -> tuple[Fraction, Fraction]:
    """A yearly line for a span, and its surcharge of instalments."""
    if line is None or terms is None:
        return _ZERO, _ZERO
    net = round_cents(line.net_eur * span.share)
    return net, round_cents(net * terms.surcharge)


@dataclass(frozen=True, slots=True)
class _Amounts:
    """A line before its tax and its commission."""

    code: str
    tax_class: str
    net_eur: Fraction
    surcharge_eur: Fraction = _ZERO


def _charge(amounts: _Amounts, bearer: PolicyTerms, span: _Span) -> Charge:
    taxed = amounts.net_eur + amounts.surcharge_eur
    due_on = span.first_day if taxed > 0 else span.year.first_day
    rate = span.tax.rates[amounts.tax_class].at(due_on).value
    return Charge(
        code=amounts.code, first_day=span.first_day, last_day=span.year.last_day, due_on=due_on,
        agreement_version_id=bearer.agreement_version_id, net_eur=amounts.net_eur,
        surcharge_eur=amounts.surcharge_eur, tax_rate=rate, tax_eur=round_cents(taxed * rate),
        commission_eur=round_cents(amounts.net_eur * bearer.commission), broker_id=bearer.broker_id,
    )  # fmt: skip


def _adjusted(step: Step, content: Adjustment, tax: InsuranceTax) -> tuple[Charge, ...]:
    """The premium of a year on the wages really paid, less what was charged for it; its surcharge stays as called."""
    if not step.segments:
        return ()
    final = final_lines(step.segments, content.wages_eur, days_of(content.year))
    charged: dict[str, Fraction] = {}
    for one in step.former:
        if content.year.holds(one.first_day):
            charged[one.code] = charged.get(one.code, _ZERO) + one.net_eur
    terms = step.segments[-1].terms
    classes = {one.code: one.tax_class for segment in step.segments for one in segment.terms.rates}
    span = _Span(content.year.first_day, content.year, tax)
    found = []
    for code in (*final, *(code for code in charged if code not in final)):
        net = final.get(code, _ZERO) - charged.get(code, _ZERO)
        if net:
            found.append(_charge(_Amounts(code, classes.get(code, terms.rates[0].tax_class), net), terms, span))
    return tuple(found)
