"""The price of the year to come of a policy: its own cover, on the papers that its file has now."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.policies.stack_service import latest_state
from atmp_insure.underwriting import service as quote_service
from atmp_insure.underwriting.decision import Verdict
from atmp_insure.underwriting.models import DecisionKind
from atmp_insure.underwriting.pricing import Variant
from atmp_insure.underwriting.queries import get_quote
from atmp_insure.underwriting.quote_course import QuoteState
from atmp_insure.underwriting.referral_service import refer_quote

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.terms import PolicyTerms
    from atmp_insure.underwriting.models import Quote, Submission
    from atmp_insure.underwriting.service import Prepared

_NO_DISCOUNT = Fraction(0)


def revised_quote(
    session: ScopedSession, submission: Submission, prepared: Prepared, policy: Policy, now: datetime
) -> Quote | None:
    """The price of a policy's own cover on what its file holds; None when the product no longer sells that cover.

    What was priced on the same papers and answers is not priced again. What the rules refer goes to the underwriters.
    """
    quote = _standing_quote(submission, prepared)
    if quote is None:
        own = own_variant(latest_state(policy).terms, discount_of(session, policy))
        try:
            found = quote_service.priced(prepared, (own,))
        except InvalidInput:
            return None
        quote = quote_service.keep_quote(session, submission, prepared, found, now)
    if quote.state is QuoteState.TO_REFER:
        refer_quote(session, quote, f"Révision annuelle du contrat {policy.reference}.", now)
    return quote


def own_variant(terms: PolicyTerms, discount: Fraction = _NO_DISCOUNT) -> Variant:
    """The cover of a policy, as a quote prices it."""
    return Variant(
        terms.guarantees, terms.deductible, terms.frequency, terms.limits, diseases=terms.diseases, discount=discount
    )


def discount_of(session: ScopedSession, policy: Policy) -> Fraction:
    """The discretionary discount that the last quote of a policy gave it, as a fraction."""
    used = next((row.quote_id for row in reversed(policy.transactions) if row.quote_id), policy.quote_id)
    if used is None:
        return _NO_DISCOUNT
    quote = get_quote(session, used)
    at = 0 if quote.acceptance is None else quote.acceptance.variant
    return Fraction(quote.answer["variants"][at]["discount_share"])


def is_granted(quote: Quote) -> bool:
    """Whether a person accepted a price: an underwriter, or the insurer."""
    return any(
        one.kind is not DecisionKind.RULES and one.verdict == Verdict.ACCEPT.value and one.applied_at is not None
        for one in quote.decisions
    )


def _standing_quote(submission: Submission, prepared: Prepared) -> Quote | None:
    """The last price of a file, as long as its papers, needs and answers are those it was made of."""
    last = submission.quotes[-1] if submission.quotes else None
    if last is None or last.papers != [list(one) for one in prepared.papers]:
        return None
    said = [one.written_at for one in submission.needs] + [one.written_at for one in submission.answers]
    is_over = last.state in (QuoteState.LAPSED, QuoteState.REPLACED) and not _was_ready(last)
    return None if is_over or any(at > last.created_at for at in said) else last


def _was_ready(quote: Quote) -> bool:
    """Whether a price that lapsed had been accepted: it still says what the next year costs."""
    first = quote.decisions[0].verdict if quote.decisions else ""
    return first == Verdict.ACCEPT.value or is_granted(quote)
