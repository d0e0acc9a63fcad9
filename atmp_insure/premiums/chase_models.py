"""Unpaid premiums: reminders, formal notices, holds, which only grow, and what comes next for each policy."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.db.base import with_constraints
from atmp_insure.db.types import Euros, Json, state_column
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.premiums.chasing import ChaseStep
from atmp_insure.premiums.models import OfPremiums


class NoticeEnding(Labelled):
    """How a formal notice ended."""

    PAID = "paid", "réglée"
    POLICY_ENDED = "policy_ended", "contrat terminé"
    WITHDRAWN = "withdrawn", "retirée"


class HoldKind(Labelled):
    """Why premiums of a policy are not chased for a while, or not even called."""

    DISPUTE = "dispute", "prime contestée par le client"
    INSOLVENCY = "insolvency", "procédure collective"
    WAITING = "waiting", "avenant ou régularisation en attente"
    PLAN = "plan", "échéancier accordé"
    OTHER = "other", "autre motif"


class PremiumReminder(OfPremiums):
    """A client was reminded of a premium call that was due, without legal effect; never changed.

    Attributes:
        is_mailed: False: nobody of the company has an e-mail address, the reminder is counted and a task asks for one.
    """

    __tablename__ = "premium_reminders"
    __table_args__ = with_constraints(UniqueConstraint("call_id"), Index(None, "company_id"))
    append_only = True

    call_id: Mapped[int] = mapped_column(ForeignKey("premium_calls.id"))
    reminded_on: Mapped[date]
    is_mailed: Mapped[bool]
    recorded_at: Mapped[datetime]


class PremiumNotice(OfPremiums):
    """A formal notice (mise en demeure) for the unpaid premiums of a policy; never changed.

    Attributes:
        number: without gaps in its year: 12 of 2027 is `MD-2027-000012`.
        dated_on: the day for which its letter is dated; it counts from the day it is posted.
        amount_eur: all that it claims.
    """

    __tablename__ = "premium_notices"
    __table_args__ = with_constraints(
        UniqueConstraint("year", "number"),
        Index(None, "company_id"),
        Index(None, "policy_id"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("amount_eur > 0", name="amount"),
    )
    append_only = True

    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    year: Mapped[int]
    number: Mapped[int]
    dated_on: Mapped[date]
    amount_eur: Mapped[Euros]
    made_at: Mapped[datetime]
    made_by: Mapped[str]

    claims: Mapped[list[PremiumNoticeCall]] = relationship(order_by="PremiumNoticeCall.id")
    sending: Mapped[PremiumNoticeSending | None] = relationship()
    ending: Mapped[PremiumNoticeEnd | None] = relationship()
    paper: Mapped[PremiumNoticePaper | None] = relationship()

    @property
    def name(self) -> str:
        """As people quote it: `MD-2027-000012`."""
        return f"MD-{self.year}-{self.number:06}"


class PremiumNoticeCall(OfPremiums):
    """A call that a formal notice claims, and how much was left of it then; never changed."""

    __tablename__ = "premium_notice_calls"
    __table_args__ = with_constraints(
        UniqueConstraint("notice_id", "call_id"),
        Index(None, "call_id"),
        Index(None, "company_id"),
        CheckConstraint("left_eur > 0", name="left"),
    )
    append_only = True
    logged = False

    notice_id: Mapped[int] = mapped_column(ForeignKey("premium_notices.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("premium_calls.id"))
    left_eur: Mapped[Euros]


class PremiumNoticePaper(OfPremiums):
    """The letter of a formal notice, as it was made; never changed."""

    __tablename__ = "premium_notice_papers"
    __table_args__ = with_constraints(UniqueConstraint("notice_id"), Index(None, "company_id"))
    append_only = True
    logged = False

    notice_id: Mapped[int] = mapped_column(ForeignKey("premium_notices.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    filed_at: Mapped[datetime]


class PremiumNoticeSending(OfPremiums):
    """A formal notice was posted, which starts its clock; never changed.

    Attributes:
        proof: number of the registered letter.
        suspended_on: the first day without cover if nothing is paid.
        terminable_on: the first day on which the insurer may end the policy.
        reasoning: how both were counted: article, version, steps, warnings.
    """

    __tablename__ = "premium_notice_sendings"
    __table_args__ = with_constraints(
        UniqueConstraint("notice_id"),
        Index(None, "company_id"),
        CheckConstraint("suspended_on > sent_on AND terminable_on > sent_on", name="days"),
    )
    append_only = True

    notice_id: Mapped[int] = mapped_column(ForeignKey("premium_notices.id"))
    sent_on: Mapped[date]
    proof: Mapped[str]
    suspended_on: Mapped[date]
    terminable_on: Mapped[date]
    reasoning: Mapped[Json]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class PremiumNoticeEnd(OfPremiums):
    """A formal notice ended: it was paid, the policy ended, or it was withdrawn with a reason; never changed."""

    __tablename__ = "premium_notice_ends"
    __table_args__ = with_constraints(UniqueConstraint("notice_id"), Index(None, "company_id"))
    append_only = True

    notice_id: Mapped[int] = mapped_column(ForeignKey("premium_notices.id"))
    how: Mapped[NoticeEnding] = mapped_column(state_column(NoticeEnding))
    reason: Mapped[str]
    ended_at: Mapped[datetime]
    ended_by: Mapped[str]


class PremiumHold(OfPremiums):
    """Premiums of a policy are not chased for a while, with a reason; never changed.

    Attributes:
        stops_calls: nothing is called meanwhile either; one call catches up afterwards.
        until: its last day; None: until somebody releases it.
    """

    __tablename__ = "premium_holds"
    __table_args__ = with_constraints(Index(None, "company_id"), Index(None, "policy_id"), Index(None, "until"))
    append_only = True

    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    kind: Mapped[HoldKind] = mapped_column(state_column(HoldKind))
    stops_calls: Mapped[bool]
    until: Mapped[date | None]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]

    release: Mapped[PremiumHoldEnd | None] = relationship()


class PremiumHoldEnd(OfPremiums):
    """A hold was released, or its last day passed; never changed."""

    __tablename__ = "premium_hold_ends"
    __table_args__ = with_constraints(UniqueConstraint("hold_id"), Index(None, "company_id"))
    append_only = True

    hold_id: Mapped[int] = mapped_column(ForeignKey("premium_holds.id"))
    reason: Mapped[str]
    ended_at: Mapped[datetime]
    ended_by: Mapped[str]


class PremiumChase(OfPremiums):
    """What comes next of the unpaid premiums of a policy: a projection of calls, payments, notices, holds and cover.

    Attributes:
        reference: of the policy.
        oldest_due_on: of what is left to pay; once all is paid and cover still suspended, of what was paid last.
        left_eur: what is left to pay of its calls.
        step_on: from which day the next step may be taken; None: a person decides.
        notice_id: of the formal notice that has not ended.
    """

    __tablename__ = "premium_chases"
    __table_args__ = with_constraints(
        UniqueConstraint("policy_id"),
        Index(None, "company_id"),
        Index(None, "step", "step_on", "id"),
        Index(None, "oldest_due_on", "id"),
        CheckConstraint("left_eur >= 0", name="left"),
    )
    logged = False

    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    reference: Mapped[str]
    oldest_due_on: Mapped[date]
    left_eur: Mapped[Euros]
    step: Mapped[ChaseStep] = mapped_column(state_column(ChaseStep))
    step_on: Mapped[date | None]
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("premium_notices.id"))

    company_name: Mapped[str | None] = query_expression()
    due_eur: Mapped[Decimal | None] = query_expression()
