"""A file that a client or its broker submits, its quotes in their versions, what was decided, what the client did."""

from __future__ import annotations

import enum
import json
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Digest, Euros, Json, Secret, state_column
from atmp_insure.underwriting.quote_course import SHOWN_TO_CLIENT, QuoteState

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class SubmissionState(enum.Enum):
    """Where a file stands; none is ever deleted."""

    OPEN = "open"
    ACCEPTED = "accepted"  # the client accepted one of its quotes
    CLOSED = "closed"  # given up, or refused: the reason stays


class _OfQuotes(Base):
    """A row about the quotes of a company, seen by whoever sees them."""

    __abstract__ = True

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies whose quotes one may read."""
        return who.reaches(cls.company_id.expression, right=Right.READ_QUOTES)


def _one_open() -> Index:
    """One file of a company, a product and a day is open at a time, whoever opens it at the same instant."""
    where = mapped_column("state") == SubmissionState.OPEN.value
    return Index(
        "uq_submissions_open", "company_id", "product", "starts_on", unique=True, postgresql_where=where,
        sqlite_where=where,
    )  # fmt: skip


class Submission(_OfQuotes):
    """A file to be quoted (demande de tarification): a company, a product, a day.

    Attributes:
        organisation_id: the broker that brings it; None: the office itself.
        product: its code.
        starts_on: first day of the cover.
    """

    __tablename__ = "submissions"
    __table_args__ = with_constraints(
        _one_open(),
        Index(None, "company_id", "state"),
        Index(None, "starts_on", "id"),
        Index(None, "state", "starts_on", "id"),
        Index(None, "created_at", "id"),
        CheckConstraint("(state = 'closed') = (closed_reason IS NOT NULL)", name="closed"),
    )

    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    product: Mapped[str]
    starts_on: Mapped[date]
    state: Mapped[SubmissionState] = mapped_column(state_column(SubmissionState), default=SubmissionState.OPEN)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    closed_reason: Mapped[str | None]

    company_name: Mapped[str | None] = query_expression()
    needs: Mapped[list[NeedsForm]] = relationship(order_by="NeedsForm.number", back_populates="submission")
    answers: Mapped[list[FindingAnswer]] = relationship(order_by="FindingAnswer.id", back_populates="submission")
    quotes: Mapped[list[Quote]] = relationship(order_by="Quote.number", back_populates="submission")


class NeedsForm(_OfQuotes):
    """What the client answered on its needs and its risk, one version (fiche de besoins); never changed.

    Attributes:
        number: version, from 1.
        answers: by code of the question.
        questions: code and text of each that was answered, in the order and the words in which they were asked.
        advice: the advice that was given, with its reasons.
    """

    __tablename__ = "needs_forms"
    __table_args__ = with_constraints(UniqueConstraint("submission_id", "number"), Index(None, "company_id"))

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    number: Mapped[int]
    answers: Mapped[Json]
    questions: Mapped[Json]
    advice: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime]

    submission: Mapped[Submission] = relationship(back_populates="needs")


class FindingAnswer(_OfQuotes):
    """What was answered to a finding before a quote could go out; never changed.

    Attributes:
        key: of the finding (`decision.finding_key`).
        message: the finding, as it was told.
    """

    __tablename__ = "finding_answers"
    __table_args__ = with_constraints(UniqueConstraint("submission_id", "key"), Index(None, "company_id"))

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    key: Mapped[str]
    message: Mapped[str]
    text: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime]

    submission: Mapped[Submission] = relationship(back_populates="answers")


class Quote(_OfQuotes):
    """One version of the price of a file, as it was computed; what it says is never changed.

    Attributes:
        number: version in its file, from 1.
        reference: as the client reads it: `D-000012-1`.
        question: variants and draws asked for, enough to compute it again.
        answer_text: the whole quotation (`quote_answer`), as JSON.
        papers: numbers of the rate papers it rests on, each with how many corrections it had.
        seed: of the draws, as text: it may exceed 64 bits.
        stream: version of the stream of draws.
        scenarios: drawn.
        wages_eur: insured yearly wages, which authority is counted on.
        largest_net_eur: net premium of its dearest variant.
        valid_until: last day on which it may be accepted.
        waits_for: who must answer a referral: `underwriter` or `insurer`.
    """

    __tablename__ = "quotes"
    __table_args__ = with_constraints(
        UniqueConstraint("submission_id", "number"),
        UniqueConstraint("reference"),
        Index(None, "company_id", "state"),
        Index(None, "valid_until", "id"),
        Index(None, "state", "valid_until", "id"),
        Index(None, "waits_for", "valid_until", "id"),
        Index(None, "created_at", "id"),
        CheckConstraint("(state = 'referred') = (waits_for IS NOT NULL)", name="referred"),
        CheckConstraint("number >= 1", name="number"),
    )

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    number: Mapped[int]
    reference: Mapped[str]
    state: Mapped[QuoteState] = mapped_column(state_column(QuoteState))
    product_version: Mapped[str]
    starts_on: Mapped[date]
    valid_until: Mapped[date]
    question: Mapped[Json]
    answer_text: Mapped[Secret]
    papers: Mapped[Json]
    seed: Mapped[str]
    stream: Mapped[str]
    scenarios: Mapped[int]
    wages_eur: Mapped[Euros]
    largest_net_eur: Mapped[Euros | None]
    waits_for: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    company_name: Mapped[str | None] = query_expression()
    submission: Mapped[Submission] = relationship(back_populates="quotes")

    decisions: Mapped[list[QuoteDecision]] = relationship(order_by="QuoteDecision.id", back_populates="quote")
    sending: Mapped[QuoteSending | None] = relationship(back_populates="quote")
    acceptance: Mapped[QuoteAcceptance | None] = relationship(back_populates="quote")

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies whose prices one may see being made; a client's own people: what was sent to them."""
        theirs = who.reaches(cls.company_id.expression, right=Right.READ_QUOTES)
        made = who.reaches(cls.company_id.expression, right=Right.READ_PRICING)
        return made | (theirs & cls.state.in_(SHOWN_TO_CLIENT))

    @cached_property
    def answer(self) -> dict[str, Any]:
        """The whole quotation."""
        found: dict[str, Any] = json.loads(self.answer_text)
        return found


class DecisionKind(enum.Enum):
    """Who decided."""

    RULES = "rules"
    UNDERWRITER = "underwriter"
    INSURER = "insurer"


class QuoteDecision(_OfQuotes):
    """A decision on a quote, with the facts it saw; a later one takes its place, both stay.

    Attributes:
        verdict: `decision.Verdict`.
        reasons: those of the rules, or the words of whoever decided.
        conditions: under which it was accepted; empty when without any.
        approval_id: the second pair of eyes, when it was needed.
        applied_at: when it took effect; None: it awaits its second accord, or was refused it.
    """

    __tablename__ = "quote_decisions"
    __table_args__ = with_constraints(Index(None, "quote_id"), Index(None, "company_id"))

    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id"))
    kind: Mapped[DecisionKind] = mapped_column(state_column(DecisionKind))
    verdict: Mapped[str]
    reasons: Mapped[Json]
    conditions: Mapped[str]
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approvals.id"))
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]

    quote: Mapped[Quote] = relationship(back_populates="decisions")


class QuoteSending(_OfQuotes):
    """A quote on its way to the client: the page it opens without an account, and what it did there.

    Attributes:
        addressee: the person, as the mail greets them.
        token: the secret of the link, kept to write it again.
        document_id: the PDF that was sent.
        opened_at: when the page was first opened.
    """

    __tablename__ = "quote_sendings"
    __table_args__ = with_constraints(
        UniqueConstraint("quote_id"), UniqueConstraint("token_digest"), Index(None, "company_id")
    )

    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id"))
    addressee: Mapped[Secret]
    email: Mapped[Secret]
    token: Mapped[Secret]
    token_digest: Mapped[Digest]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    sent_at: Mapped[datetime]
    sent_by: Mapped[str]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    opened_at: Mapped[datetime | None]
    last_opened_at: Mapped[datetime | None]
    openings: Mapped[int] = mapped_column(default=0)

    quote: Mapped[Quote] = relationship(back_populates="sending")
    questions: Mapped[list[ClientQuestion]] = relationship(order_by="ClientQuestion.id", back_populates="sending")


class ClientQuestion(_OfQuotes):
    """A question that the client asked on its page, and its answer."""

    __tablename__ = "client_questions"
    __table_args__ = with_constraints(
        Index(None, "sending_id"),
        Index(None, "company_id"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
    )

    sending_id: Mapped[int] = mapped_column(ForeignKey("quote_sendings.id"))
    text: Mapped[Secret]
    asked_at: Mapped[datetime]
    answer: Mapped[Secret | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]

    sending: Mapped[QuoteSending] = relationship(back_populates="questions")


class QuoteAcceptance(_OfQuotes):
    """The client's acceptance: which variant, who signed, the mandate, the papers still to come; one a file.

    Attributes:
        variant: place of the variant in the quote, from 0.
        premium_eur: yearly premium with tax, as accepted.
        consents: what was read and ticked, word for word.
        mandate_id: of the SEPA mandate; kept with the bank account, and used by `banking`.
        request_id: the papers that are still asked for.
    """

    __tablename__ = "quote_acceptances"
    __table_args__ = with_constraints(
        UniqueConstraint("quote_id"),
        UniqueConstraint("submission_id"),
        Index(None, "company_id"),
        CheckConstraint("variant >= 0", name="variant"),
    )

    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    variant: Mapped[int]
    premium_eur: Mapped[Euros]
    signatory: Mapped[Secret]
    signatory_role: Mapped[Secret]
    consents: Mapped[Json]
    accepted_at: Mapped[datetime]
    mandate_id: Mapped[int] = mapped_column(ForeignKey("sepa_mandates.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("document_requests.id"))

    quote: Mapped[Quote] = relationship(back_populates="acceptance")
