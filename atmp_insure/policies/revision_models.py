"""The yearly revision of a policy: where it stands, what it asked for, what it found."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from atmp_insure.access.roles import Right
from atmp_insure.db.base import Base, with_constraints
from atmp_insure.db.types import Euros, Json, state_column
from atmp_insure.diary.request_models import DocumentRequest
from atmp_insure.policies.models import Policy
from atmp_insure.policies.revising import RevisionState
from atmp_insure.underwriting.models import Quote

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from atmp_insure.db.scope import Who


class PolicyRevision(Base):
    """The revision of a policy for a due date; one for each, never deleted.

    Attributes:
        due_on: first day of the policy year that it prepares.
        answer_by: day by which the papers were asked for.
        reasons: codes of `RevisionReason`: why a person decides.
        request_id: the papers asked of the client; None: none was missing, or nobody could be written to.
        submission_id: the file in which the risk was priced again.
        quote_id: the price that is proposed.
        net_before_eur, net_after_eur: net premium of a whole year, as the policy stood and on the terms proposed.
        is_to_tell: whether the client must hear of those terms while it may still leave.
        notified_on: day on which the new terms were sent to the client.
        notice_id: the notice, in the vault.
        settled_reason: why the terms were kept; None while they may change.
    """

    __tablename__ = "policy_revisions"
    __table_args__ = with_constraints(
        UniqueConstraint("policy_id", "due_on"),
        Index(None, "company_id"),
        Index(None, "due_on", "id"),
        Index(None, "state", "due_on", "id"),
        Index(None, "quote_id"),
        CheckConstraint("state NOT IN ('proposed', 'notified', 'renewed') OR quote_id IS NOT NULL", name="priced"),
        CheckConstraint("(notice_id IS NULL) = (notified_on IS NULL)", name="notified"),
        CheckConstraint("quote_id IS NULL OR submission_id IS NOT NULL", name="filed"),
    )

    policy_id: Mapped[int] = mapped_column(ForeignKey("policies.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    due_on: Mapped[date]
    state: Mapped[RevisionState] = mapped_column(state_column(RevisionState), default=RevisionState.WAITING)
    answer_by: Mapped[date]
    reasons: Mapped[Json]
    request_id: Mapped[int | None] = mapped_column(ForeignKey("document_requests.id"))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quotes.id"))
    net_before_eur: Mapped[Euros]
    net_after_eur: Mapped[Euros | None]
    is_to_tell: Mapped[bool] = mapped_column(default=False)
    notified_on: Mapped[date | None]
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    settled_reason: Mapped[str | None]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    moved_at: Mapped[datetime]

    company_name: Mapped[str | None] = query_expression()
    reference: Mapped[str | None] = query_expression()
    policy: Mapped[Policy] = relationship()
    quote: Mapped[Quote | None] = relationship()
    request: Mapped[DocumentRequest | None] = relationship()

    @classmethod
    def scope(cls, who: Who) -> ColumnElement[bool]:
        """Those of the companies whose policies one may renew."""
        return who.reaches(cls.company_id.expression, right=Right.WRITE_POLICIES)
