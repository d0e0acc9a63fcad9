"""Use cases of a file up to its quotes: open it, keep what the client answers, keep a price, close it.

A price is computed between two sessions: it takes a second, and nobody waits for it with a lock in hand.
`referral_service` says how exceptions are decided, `sending_service` how the client receives a quote and accepts it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.once import add_once
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.queries import get_company
from atmp_insure.rate_records import queries as rate_queries
from atmp_insure.rating.unit import ZERO
from atmp_insure.underwriting import queries
from atmp_insure.underwriting.accumulation import accumulated_eur
from atmp_insure.underwriting.decision import Declared, finding_key
from atmp_insure.underwriting.draws import STREAM
from atmp_insure.underwriting.exposure import exposure, held_against
from atmp_insure.underwriting.models import (
    DecisionKind,
    FindingAnswer,
    NeedsForm,
    Quote,
    QuoteDecision,
    Submission,
    SubmissionState,
)
from atmp_insure.underwriting.needs import asked, checked_answers, declared_needs
from atmp_insure.underwriting.quotation import QuoteQuestion, quotation
from atmp_insure.underwriting.quote_answer import quote_answer, variant_terms
from atmp_insure.underwriting.quote_course import FIRST_STATES, QuoteAct, is_open_to
from atmp_insure.underwriting.quote_service import end_quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.rate_records.models import RatePaper
    from atmp_insure.rate_records.office import Office
    from atmp_insure.underwriting.exposure import Exposure
    from atmp_insure.underwriting.pricing import Draw, Tariff, Variant
    from atmp_insure.underwriting.quotation import Quotation
    from atmp_insure.underwriting.tariff_book import TariffBook

FURTHEST_START = timedelta(days=550)  # covers are sold for this year and the next


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """A file to open."""

    company_id: int
    product: str
    starts_on: date
    organisation_id: int | None = None


def open_submission(session: ScopedSession, new: NewSubmission, book: TariffBook, now: datetime) -> Submission:
    """Open a file.

    Raises:
        OutOfScope: the actor quotes nothing for this company.
        InvalidInput: no version of the product for that day, a day too far, or the same file is open.
    """
    require_right_there(session, Right.WRITE_QUOTES, new.company_id)
    book.tariff(new.product, new.starts_on)
    if abs(new.starts_on - paris_day(now)) > FURTHEST_START:
        raise InvalidInput.one(
            f"début le {new.starts_on:%d/%m/%Y}", "Donner un premier jour à dix-huit mois au plus", place="starts_on"
        )
    row = Submission(
        company_id=new.company_id, organisation_id=new.organisation_id, product=new.product, starts_on=new.starts_on,
        created_at=now, created_by=session.actor.name,
    )  # fmt: skip
    found, is_new = add_once(session, row, queries.open_submissions(new.company_id, new.product, new.starts_on))
    if not is_new:
        raise InvalidInput.one(
            "une demande est déjà ouverte pour cette entreprise, ce produit et ce jour", "La reprendre", place="siren"
        )
    return found


def write_needs(
    session: ScopedSession, submission: Submission, answers: Mapping[str, str], advice: str, now: datetime
) -> NeedsForm:
    """Keep what the client answered, as a new version.

    Raises:
        InvalidInput: every question that must be answered and is not.
        Refused: the file is closed.
    """
    _locked(session, submission)
    checked = checked_answers(answers)
    form = NeedsForm(
        submission_id=submission.id, company_id=submission.company_id, number=len(submission.needs) + 1,
        answers=checked, questions=asked(checked), advice=advice.strip(), written_by=session.actor.name, written_at=now,
    )  # fmt: skip
    submission.needs.append(form)
    session.flush()
    return form


def answer_finding(
    session: ScopedSession, submission: Submission, key: str, *, message: str, text: str, now: datetime
) -> FindingAnswer:
    """Keep the answer to a finding, without which no quote goes out.

    Raises:
        InvalidInput: nothing is said.
        Refused: the file is closed, or the finding has its answer.
    """
    _locked(session, submission)
    if not text.strip():
        raise InvalidInput.one("réponse vide", "Dire ce qui a été vérifié, et avec qui", place="text")
    if any(one.key == key for one in submission.answers):
        raise Refused("Ce constat a déjà sa réponse.")
    found = FindingAnswer(
        submission_id=submission.id, company_id=submission.company_id, key=key, message=message, text=text.strip(),
        written_by=session.actor.name, written_at=now,
    )  # fmt: skip
    submission.answers.append(found)
    session.flush()
    return found


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file as it is to be priced, read in one session.

    Attributes:
        papers: numbers of its rate papers, each with how many corrections it has.
        said: how many forms of needs and answers to findings there were.
    """

    submission_id: int
    exposure: Exposure
    declared: Declared
    tariff: Tariff
    papers: tuple[tuple[int, int], ...]
    starts_on: date
    said: tuple[int, int] = (0, 0)


def prepare(session: ScopedSession, submission: Submission, office: Office, book: TariffBook, on: date) -> Prepared:
    """Read what a file rests on, on a day: its papers, recomputed and questioned, its forms, its tariff."""
    company = get_company(session, submission.company_id)
    papers = rate_queries.list_counting(session, submission.company_id)
    reconciled = office.reconciled(office.documents(papers))
    said = declared_needs(submission.needs[-1].answers if submission.needs else {})
    found = exposure(
        reconciled.units, reconciled.findings, office.law, naf=company.naf_code,
        temporary_workers=said.temporary_workers,
    )  # fmt: skip
    found = held_against(found, queries.settled_wages(session, submission.company_id))
    declared = replace(
        said.declared,
        group_wages_eur=_group_wages_eur(session, submission, book),
        answered=frozenset(one.key for one in submission.answers),
        has_needs=bool(submission.needs),
        begun_days=max(0, (on - submission.starts_on).days),
    )
    commission = None
    if submission.organisation_id is not None:
        commission = queries.find_commission(
            session, submission.organisation_id, submission.product, submission.starts_on
        )
    tariff = book.tariff(submission.product, submission.starts_on, commission)
    return Prepared(submission.id, found, declared, tariff, _papers(papers), submission.starts_on, _said(submission))


def _group_wages_eur(session: ScopedSession, submission: Submission, book: TariffBook) -> Fraction:
    """Wages of the other companies of the same groups that are insured in the year that a file is for."""
    first_day = submission.starts_on
    others = queries.other_companies(session, submission.company_id, first_day)
    if not others:
        return Fraction(0)
    insured = book.insured(session, others, first_day)
    return Fraction(accumulated_eur(insured, queries.accepted_wages(session, others, first_day)))


def _said(submission: Submission) -> tuple[int, int]:
    return len(submission.needs), len(submission.answers)


def _papers(papers: Sequence[RatePaper]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((paper.id, len(paper.corrections)) for paper in papers))


def priced(prepared: Prepared, variants: tuple[Variant, ...], draw: Draw | None = None) -> Quotation:
    """The price and the decision of a prepared file; outside any session.

    Raises:
        InvalidInput: variants that the product does not sell.
    """
    question = QuoteQuestion(prepared.starts_on, variants, prepared.declared, draw)
    return quotation(prepared.exposure, question, prepared.tariff)


def findings_to_answer(prepared: Prepared, submission: Submission) -> dict[str, Finding]:
    """Findings of severity error that wait for an answer, by the key it is kept under."""
    known = {one.key for one in submission.answers}
    waiting = {finding_key(one): one for one in prepared.exposure.errors}
    return {key: finding for key, finding in waiting.items() if key not in known}


def keep_quote(
    session: ScopedSession, submission: Submission, prepared: Prepared, found: Quotation, now: datetime
) -> Quote:
    """Keep a price as the next version of the quote of a file, with the decision of the rules.

    Raises:
        Refused: the file is closed, or its papers changed meanwhile.
    """
    _locked(session, submission)
    if _papers(rate_queries.list_counting(session, submission.company_id)) != prepared.papers:
        raise Refused("Les pièces de cette entreprise viennent de changer : calculer de nouveau.")
    if _said(submission) != prepared.said:
        raise Refused("La fiche de besoins ou les réponses viennent de changer : calculer de nouveau.")
    for former in submission.quotes:
        if is_open_to(former.state, QuoteAct.REPLACE):
            end_quote(session, former, QuoteAct.REPLACE, now)
    number, product = len(submission.quotes) + 1, found.tariff.product
    answer = quote_answer(found)
    quote = Quote(
        submission_id=submission.id, company_id=submission.company_id, number=number,
        reference=f"D-{submission.id:06d}-{number}", state=FIRST_STATES[found.decision.verdict],
        product_version=product.version, starts_on=submission.starts_on,
        valid_until=min(paris_day(now) + timedelta(days=product.validity_days), _last_start(submission.starts_on, now)),
        question=_question(found), answer_text=json.dumps(answer, ensure_ascii=False),
        papers=[list(one) for one in prepared.papers],
        seed="" if found.price is None else str(found.price.draw.seed), stream=STREAM,
        scenarios=0 if found.price is None else found.price.draw.scenarios, wages_eur=_wages(found),
        largest_net_eur=_largest_net(found), created_at=now, created_by=session.actor.name,
        created_by_id=session.actor.user_id,
    )  # fmt: skip
    quote.decisions.append(QuoteDecision(
        company_id=submission.company_id, kind=DecisionKind.RULES, verdict=found.decision.verdict.value,
        reasons=answer["reasons"], conditions="", decided_by="règles du produit", decided_at=now,
        applied_at=now,
    ))  # fmt: skip
    submission.quotes.append(quote)
    session.flush()
    return quote


def _last_start(starts_on: date, now: datetime) -> date:
    """A quote cannot be accepted after its cover should have begun; one that begins in the past lapses today."""
    return max(starts_on, paris_day(now))


def _question(found: Quotation) -> dict[str, object]:
    variants = [] if found.price is None else [variant_terms(one.variant) for one in found.price.variants]
    declared = found.question.declared
    return {
        "variants": variants,
        "declared": {
            "scheme": declared.scheme, "injunction": declared.injunction,
            "additional_contribution": declared.additional_contribution,
            "unlisted_events": declared.unlisted_events, "group_wages_eur": str(declared.group_wages_eur),
            "answered": sorted(declared.answered), "has_needs": declared.has_needs,
            "begun_days": declared.begun_days,
            "temporary_workers": str(sum((one.temporary_workers for one in found.exposure.sections), ZERO)),
        },
        "commission_share": None if found.tariff.commission is None else str(found.tariff.commission),
    }  # fmt: skip


def _wages(found: Quotation) -> Decimal:
    total = sum((one.last_wages_eur for one in found.exposure.insurable), ZERO)
    return Decimal(total.numerator) / Decimal(total.denominator)


def _largest_net(found: Quotation) -> Decimal | None:
    if found.price is None:
        return None
    largest = max(one.premium.net_eur for one in found.price.variants)
    return Decimal(largest.numerator) / Decimal(largest.denominator)


def close_submission(session: ScopedSession, submission: Submission, reason: str, now: datetime) -> None:
    """Give a file up; its quotes can no longer be accepted.

    Raises:
        InvalidInput: no reason is given.
        Refused: it is closed or accepted.
    """
    _locked(session, submission)
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi la demande est abandonnée", place="reason")
    for quote in submission.quotes:
        if is_open_to(quote.state, QuoteAct.REPLACE):
            end_quote(session, quote, QuoteAct.REPLACE, now)
    submission.state, submission.closed_reason = SubmissionState.CLOSED, reason.strip()
    session.flush()


def lapse_quotes(session: ScopedSession, on: date, now: datetime) -> int:
    """End the quotes whose validity is over; gives how many."""
    found = queries.list_past_validity(session, on)
    for quote in found:
        end_quote(session, quote, QuoteAct.LAPSE, now)
    session.flush()
    return len(found)


def _locked(session: ScopedSession, submission: Submission) -> Submission:
    """The file, locked against whoever else writes it, and still open."""
    require_right_there(session, Right.WRITE_QUOTES, submission.company_id)
    statement = select(Submission).where(Submission.id == submission.id).with_for_update(of=Submission)
    locked = session.scalar(statement.execution_options(populate_existing=True))
    if locked is None or locked.state is not SubmissionState.OPEN:
        raise Refused("Cette demande est close : en ouvrir une nouvelle.")
    return locked
