"""Papers asked of a party, the link by which they come, the files that came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "document_requests",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("addressee", types.SecretText(), nullable=False),
        sa.Column("email", types.SecretText(), nullable=False),
        sa.Column("purpose", types.SecretText(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("token", types.SecretText(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("link_open_until", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "complete", "closed", name="requeststate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("asked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("reminders", sa.BigInteger(), nullable=False),
        sa.Column("next_reminder_on", sa.Date(), nullable=True),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_reason", types.SecretText(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_document_requests_ended")),
        sa.CheckConstraint("state <> 'closed' OR ended_reason IS NOT NULL", name=op.f("ck_document_requests_reason")),
        sa.CheckConstraint("reminders >= 0", name=op.f("ck_document_requests_reminders")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_document_requests_asked_by_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_document_requests_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_requests")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_document_requests_token_digest")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_document_requests_company_id_state"), "document_requests", ["company_id", "state"])
    op.create_index(op.f("ix_document_requests_due_on_id"), "document_requests", ["due_on", "id"])
    op.create_index(op.f("ix_document_requests_next_reminder_on"), "document_requests", ["next_reminder_on"])
    op.create_index(op.f("ix_document_requests_state_due_on_id"), "document_requests", ["state", "due_on", "id"])
    op.create_index(op.f("ix_document_requests_subject"), "document_requests", ["subject"])

    op.create_table(
        "requested_papers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "missing",
                "received",
                "accepted",
                "waived",
                name="paperneed",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("received_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("remark", types.SecretText(), nullable=True),
        sa.CheckConstraint("state <> 'waived' OR remark IS NOT NULL", name=op.f("ck_requested_papers_waived")),
        sa.CheckConstraint(
            "state NOT IN ('received', 'accepted') OR received_at IS NOT NULL",
            name=op.f("ck_requested_papers_received"),
        ),
        sa.ForeignKeyConstraint(["request_id"], ["document_requests.id"], name=op.f("fk_requested_papers_request_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_requested_papers_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requested_papers")),
        sa.UniqueConstraint("request_id", "position", name=op.f("uq_requested_papers_request_id_position")),
        sqlite_strict=True,
    )
    op.create_table(
        "received_files",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("received_at", types.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_received_files_document_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["requested_papers.id"], name=op.f("fk_received_files_paper_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_received_files_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_files")),
        sa.UniqueConstraint("paper_id", "document_id", name=op.f("uq_received_files_paper_id_document_id")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_requested_papers_company_id"), "requested_papers", ["company_id"])
    op.create_index(op.f("ix_received_files_company_id"), "received_files", ["company_id"])
    op.create_index(op.f("ix_received_files_document_id"), "received_files", ["document_id"])


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("received_files")
    op.drop_table("requested_papers")
    op.drop_table("document_requests")
