"""Complaints with their clocks and answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "complaints",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "letter",
                "mail",
                "form",
                "phone",
                "in_person",
                "chat",
                name="complaintchannel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("written_on", sa.Date(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column(
            "complainant",
            sa.Enum(
                "client", "person", "firm", name="complainant", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("complainant_name", types.SecretText(), nullable=True),
        sa.Column("complainant_contact", types.SecretText(), nullable=True),
        sa.Column("name_digest", sa.LargeBinary(), nullable=True),
        sa.Column(
            "theme",
            sa.Enum(
                "quote",
                "advice",
                "policy",
                "premium",
                "claim",
                "indemnity",
                "recourse",
                "service",
                "personal_data",
                "other",
                name="complainttheme",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("said", types.SecretText(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "solved",
                "answered",
                name="complaintstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "team",
            sa.Enum(
                "administrator",
                "manager",
                "underwriter",
                "claims_handler",
                "premium_accountant",
                "auditor",
                "broker",
                "lawyer",
                "law_firm_assistant",
                "insurer",
                "employer",
                "payroll_agent",
                "prevention_adviser",
                "mandated_doctor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("handler_id", sa.BigInteger(), nullable=True),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("registered_by_id", sa.BigInteger(), nullable=True),
        sa.Column("registered_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("acknowledge_due_on", sa.Date(), nullable=True),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("invited_on", sa.Date(), nullable=True),
        sa.Column("invitation_document_id", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("acknowledged_how", types.SecretText(), nullable=True),
        sa.Column("acknowledgement_document_id", sa.BigInteger(), nullable=True),
        sa.Column("solved_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_how", types.SecretText(), nullable=True),
        sa.Column("answer_document_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                "upheld",
                "partly",
                "rejected",
                name="complaintdecision",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "cause",
            sa.Enum(
                "mistake",
                "delay",
                "unclear",
                "decision",
                "third_party",
                "tool",
                "none",
                "other",
                name="rootcause",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("corrective_action", types.SecretText(), nullable=True),
        sa.Column("remedy", types.SecretText(), nullable=True),
        sa.Column("mediator", sa.Text(), nullable=True),
        sa.Column("are_remedies_read", sa.Boolean(), nullable=False),
        sa.Column("insurer_id", sa.BigInteger(), nullable=True),
        sa.Column("insurer_told_on", sa.Date(), nullable=True),
        sa.Column("insurer_document_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("reopenings", sa.BigInteger(), nullable=False),
        sa.Column("reopened_reason", types.SecretText(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_complaints_ended")),
        sa.CheckConstraint(
            "decision IS NULL OR decision = 'upheld' OR mediator IS NOT NULL", name=op.f("ck_complaints_mediator")
        ),
        sa.CheckConstraint("state <> 'answered' OR answered_on IS NOT NULL", name=op.f("ck_complaints_answered")),
        sa.CheckConstraint("state <> 'solved' OR solved_on IS NOT NULL", name=op.f("ck_complaints_solved")),
        sa.CheckConstraint("(answered_on IS NULL) = (decision IS NULL)", name=op.f("ck_complaints_decision")),
        sa.CheckConstraint("NOT is_shared OR company_id IS NOT NULL", name=op.f("ck_complaints_shared")),
        sa.CheckConstraint("insurer_told_on IS NULL OR insurer_id IS NOT NULL", name=op.f("ck_complaints_insurer")),
        sa.ForeignKeyConstraint(
            ["acknowledgement_document_id"], ["documents.id"], name=op.f("fk_complaints_acknowledgement_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["answer_document_id"], ["documents.id"], name=op.f("fk_complaints_answer_document_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_complaints_company_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["users.id"], name=op.f("fk_complaints_handler_id")),
        sa.ForeignKeyConstraint(
            ["insurer_document_id"], ["documents.id"], name=op.f("fk_complaints_insurer_document_id")
        ),
        sa.ForeignKeyConstraint(["insurer_id"], ["organisations.id"], name=op.f("fk_complaints_insurer_id")),
        sa.ForeignKeyConstraint(
            ["invitation_document_id"], ["documents.id"], name=op.f("fk_complaints_invitation_document_id")
        ),
        sa.ForeignKeyConstraint(["registered_by_id"], ["users.id"], name=op.f("fk_complaints_registered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("number", name=op.f("uq_complaints_number")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("complaints", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_complaints_company_id_received_on"), ["company_id", "received_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_complaints_insurer_id"), ["insurer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_name_digest"), ["name_digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_received_on_id"), ["received_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaints_subject"), ["subject"], unique=False)


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("complaints", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaints_subject"))
        batch_op.drop_index(batch_op.f("ix_complaints_received_on_id"))
        batch_op.drop_index(batch_op.f("ix_complaints_name_digest"))
        batch_op.drop_index(batch_op.f("ix_complaints_insurer_id"))
        batch_op.drop_index(batch_op.f("ix_complaints_company_id_received_on"))

    op.drop_table("complaints")
