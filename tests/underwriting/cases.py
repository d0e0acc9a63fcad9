"""A row of every table of quotes, and how a foreign actor asks each of their queries."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from atmp_insure.guarantees.touched import EVERY_CLIENT
from atmp_insure.parties.mandate_models import SepaMandate
from atmp_insure.parties.partner_models import AccountPurpose, AccountState, BankAccount
from atmp_insure.underwriting import product_queries, queries
from atmp_insure.underwriting.models import (
    ClientQuestion,
    DecisionKind,
    FindingAnswer,
    NeedsForm,
    Quote,
    QuoteAcceptance,
    QuoteDecision,
    QuoteSending,
    Submission,
    SubmissionState,
)
from atmp_insure.underwriting.pricing import Draw
from atmp_insure.underwriting.quotation import QuoteQuestion, quotation
from atmp_insure.underwriting.quote_answer import quote_answer
from atmp_insure.underwriting.quote_course import QuoteState
from tests.underwriting.builders import DAY, a_tariff, exposure_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.db.session import ScopedSession

NOW, ON = datetime(2026, 11, 20, tzinfo=UTC), date(2026, 11, 20)
_SCENARIOS = 50

QUOTES: dict[Callable[..., Any], Callable[[ScopedSession, Any], Any]] = {
    queries.submissions: lambda *_: queries.submissions(),
    queries.quotes: lambda *_: queries.quotes(),
    queries.open_submissions: lambda *_: queries.open_submissions(1, "taux_atmp", ON),
    queries.get_submission: lambda session, _: queries.get_submission(session, 1),
    queries.get_quote: lambda session, _: queries.get_quote(session, 1),
    queries.list_submissions_of: lambda session, _: queries.list_submissions_of(session, 1, 9),
    queries.list_past_validity: lambda session, _: queries.list_past_validity(session, date(2099, 1, 1)),
    queries.count_awaiting: lambda session, _: queries.count_awaiting(session, "underwriter") or None,
    queries.count_lapsing: lambda session, _: queries.count_lapsing(session, ON, date(2099, 1, 1)) or None,
    product_queries.list_touched_quotes: lambda session, _: product_queries.list_touched_quotes(
        session, "taux_atmp", "2027-1", [EVERY_CLIENT]
    ),
}
NO_ROWS = {
    queries.find_sending_by_digest: "asked without signing in, by whoever holds the link",
    queries.approval_state: "tells what became of a request that its caller made",
    queries.find_commission: "a figure of agreements, which have their own cases",
    queries.settled_wages: "figures of parties, whose own queries have their cases",
    queries.other_companies: "numbers of a group, of which whoever prices one of its companies sees a sum",
    queries.accepted_wages: "summed over a group, for whoever prices one of its companies",
}


@cache
def an_answer_text() -> str:
    """The quotation of a sample company, drawn with few scenarios, as it is kept."""
    found = quotation(exposure_of("metalworks"), QuoteQuestion(DAY, draw=Draw(1, _SCENARIOS)), a_tariff())
    return json.dumps(quote_answer(found), ensure_ascii=False)


def a_quote(mark: str, state: QuoteState, number: int, **facts: Any) -> Quote:
    """A version of a quote, to be put under a submission."""
    given: dict[str, Any] = {
        "number": number, "reference": f"D-{mark}-{number}", "state": state, "product_version": "2027-1",
        "starts_on": ON, "valid_until": date(2098, 1, 1), "question": {}, "answer_text": an_answer_text(), "papers": [],
        "seed": "1", "stream": "pcg64-raw-1", "scenarios": _SCENARIOS, "wages_eur": Decimal(1), "created_at": NOW,
        "created_by": "test",
    }  # fmt: skip
    return Quote(**(given | facts))


def add_quotes(session: ScopedSession, company_id: int, mark: str = "x") -> None:
    """A file with its form, its answers, a quote that awaits an underwriter, and one that was sent and accepted.

    And the file of the year before, whose quote is accepted too.
    """
    submission = Submission(
        company_id=company_id, product="taux_atmp", starts_on=ON, created_at=NOW, created_by="test",
        needs=[NeedsForm(company_id=company_id, number=1, answers={"need": mark}, questions=[["need", mark]],
                         advice=mark, written_by="test", written_at=NOW)],
        answers=[FindingAnswer(company_id=company_id, key=mark, message=mark, text=mark, written_by="test",
                               written_at=NOW)],
        quotes=[
            a_quote(mark, QuoteState.REFERRED, 1, company_id=company_id, waits_for="underwriter", decisions=[
                _decision(company_id)]),
            a_quote(mark, QuoteState.SENT, 2, company_id=company_id, decisions=[_decision(company_id)],
                    sending=_sending(company_id, mark)),
        ],
    )  # fmt: skip
    session.add(submission)
    session.flush()
    mandate = a_mandate(session, company_id, mark)
    accepted = an_accepted_quote(company_id, f"{mark}-avant")
    session.add(accepted.submission)
    session.flush()
    session.add_all(an_acceptance(quote, mandate.id, mark) for quote in (submission.quotes[1], accepted))
    session.flush()


def an_accepted_quote(company_id: int, mark: str, **facts: Any) -> Quote:
    """A quote that its client accepted, under its submission; its acceptance is still to be added."""
    quote = a_quote(mark, QuoteState.ACCEPTED, 1, company_id=company_id, **facts)
    quote.submission = Submission(
        company_id=company_id, product="taux_atmp", starts_on=date(2026, 1, 1), state=SubmissionState.ACCEPTED,
        created_at=NOW, created_by="test",
    )  # fmt: skip
    return quote


def an_acceptance(quote: Quote, mandate_id: int, mark: str) -> QuoteAcceptance:
    """The acceptance of the first variant of a quote."""
    return QuoteAcceptance(
        company_id=quote.company_id, quote_id=quote.id, submission_id=quote.submission_id, variant=0,
        premium_eur=Decimal(1), signatory=mark, signatory_role=mark, consents=[], accepted_at=NOW,
        mandate_id=mandate_id,
    )  # fmt: skip


def a_mandate(session: ScopedSession, company_id: int, mark: str) -> SepaMandate:
    """The mandate of a company on its account."""
    account = BankAccount(
        company_id=company_id, purpose=AccountPurpose.PREMIUMS, holder=mark, iban="FR76" + "0" * 23, proof=mark,
        iban_digest=mark.encode(), state=AccountState.PROPOSED, proposed_by="test", proposed_at=NOW,
    )  # fmt: skip
    session.add(account)
    session.flush()
    mandate = SepaMandate(company_id=company_id, bank_account_id=account.id, reference=f"RUM{mark}", signatory=mark,
                          text=mark, signed_on=ON, origin=mark, recorded_at=NOW)  # fmt: skip
    session.add(mandate)
    session.flush()
    return mandate


def _decision(company_id: int) -> QuoteDecision:
    return QuoteDecision(company_id=company_id, kind=DecisionKind.RULES, verdict="accept", reasons=[], conditions="",
                         decided_by="test", decided_at=NOW, applied_at=NOW)  # fmt: skip


def _sending(company_id: int, mark: str) -> QuoteSending:
    return QuoteSending(
        company_id=company_id, addressee=mark, email=f"{mark}@exemple.invalid", token=mark, token_digest=mark.encode(),
        document_id=1, sent_at=NOW, sent_by="test",
        questions=[ClientQuestion(company_id=company_id, text=mark, asked_at=NOW)],
    )  # fmt: skip
