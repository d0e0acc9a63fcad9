"""Whom a change of a product touches among the clients: those who accepted a quote of the version that is left.

What a client accepted stands in the stored answer of its quote, which is encrypted: each is read in turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, load_only, with_expression

from atmp_insure.guarantees.product import Deductible
from atmp_insure.guarantees.touched import Touched, Whom
from atmp_insure.guarantees.vocabulary import DeductibleKind
from atmp_insure.parties.models import Company
from atmp_insure.underwriting.models import Quote, QuoteAcceptance, Submission
from atmp_insure.underwriting.quote_course import QuoteState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from sqlalchemy import Select

    from atmp_insure.db.session import ScopedSession

_AT_ONCE = 100  # quotes held at a time: an answer is some fifty thousand signs


@dataclass(frozen=True, slots=True)
class TouchedQuote:
    """An accepted quote that changes touch.

    Attributes:
        company_name: "" when the viewer may not see the company itself.
        criteria: those that it answers.
    """

    company_id: int
    company_name: str
    quote_id: int
    reference: str
    criteria: frozenset[Touched]


def list_touched_quotes(
    session: ScopedSession, product: str, version: str, criteria: Collection[Touched]
) -> tuple[TouchedQuote, ...]:
    """The accepted quotes of a version that answer some of the criteria, by the name of the company."""
    found = []
    for quote in session.scalars(_accepted(product, version)).yield_per(_AT_ONCE):
        answered = frozenset(one for one in criteria if _is_touched(quote, one))
        if answered:
            name = quote.company_name or ""
            found.append(TouchedQuote(quote.company_id, name, quote.id, quote.reference, answered))
    return tuple(sorted(found, key=lambda one: (one.company_name, one.company_id, one.quote_id)))


def _accepted(product: str, version: str) -> Select[Quote]:
    name = select(Company.name).where(Company.id == Quote.company_id).correlate(Quote)
    read = Quote.company_id, Quote.reference, Quote.question, Quote.answer_text, Quote.wages_eur
    return (
        select(Quote)
        .join(Quote.submission)
        .join(Quote.acceptance)
        .where(Quote.state == QuoteState.ACCEPTED, Quote.product_version == version, Submission.product == product)
        .options(
            load_only(*read),
            contains_eager(Quote.acceptance).load_only(QuoteAcceptance.variant),
            with_expression(Quote.company_name, name.scalar_subquery()),
        )
    )


def _is_touched(quote: Quote, touched: Touched) -> bool:
    """Whether what the client accepted answers a criterion."""
    return _ANSWERS[touched.whom](quote, touched)


def _variant(quote: Quote) -> Mapping[str, Any]:
    """The variant that the client accepted."""
    assert quote.acceptance is not None
    found: Mapping[str, Any] = quote.answer["variants"][quote.acceptance.variant]
    return found


def _deductible(quote: Quote) -> Deductible:
    said = _variant(quote)["deductible"]
    return Deductible(_KINDS[said["kind"]], Fraction(said["value"]))


def _modes(quote: Quote) -> frozenset[str]:
    return frozenset(one["mode"] for one in quote.answer["exposure"]["sections"])


def _headcount(quote: Quote) -> Fraction:
    """Of the enterprise: as the rules count it when they decide."""
    return max(Fraction(one["company_headcount"]) for one in quote.answer["exposure"]["sections"])


def _net_eur(quote: Quote) -> Decimal:
    return Decimal(_variant(quote)["premium"]["net_eur"])


_KINDS = {one.value: one for one in DeductibleKind}
# bounds as the criterion says them: below, or above, never at
_ANSWERS: Mapping[Whom, Callable[[Quote, Touched], bool]] = {
    Whom.EVERY_CLIENT: lambda _quote, _touched: True,
    Whom.FUTURE_QUOTES: lambda _quote, _touched: False,
    Whom.WITH_GUARANTEE: lambda quote, touched: touched.guarantee in _variant(quote)["guarantees"],
    Whom.WITH_DEDUCTIBLE: lambda quote, touched: _deductible(quote) == touched.deductible,
    Whom.WITH_MODE: lambda quote, touched: touched.mode in _modes(quote),
    Whom.OF_SCHEME: lambda quote, touched: quote.question["declared"]["scheme"] == touched.scheme,
    Whom.HEADCOUNT_BELOW: lambda quote, touched: _headcount(quote) < (touched.headcount or 0),
    Whom.WAGES_ABOVE: lambda quote, touched: quote.wages_eur > (touched.amount_eur or 0),
    Whom.PREMIUM_BELOW: lambda quote, touched: _net_eur(quote) < (touched.amount_eur or 0),
    Whom.PAYING: lambda quote, touched: _variant(quote)["instalments"] == touched.frequency,
}
