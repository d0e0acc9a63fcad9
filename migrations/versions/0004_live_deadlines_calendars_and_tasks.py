"""Live deadlines calendars and tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "calendar_feeds",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("revoked_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("read_at", types.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_feeds_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_calendar_feeds_token_digest")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("calendar_feeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_feeds_user_id"), ["user_id"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", types.SecretText(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
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
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "done", "dropped", name="taskstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_reason", types.SecretText(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_tasks_ended")),
        sa.CheckConstraint("priority BETWEEN 1 AND 3", name=op.f("ck_tasks_priority")),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name=op.f("fk_tasks_assignee_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_tasks_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("key", name=op.f("uq_tasks_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tasks_assignee_id_state"), ["assignee_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_company_id_state"), ["company_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_tasks_due_on_id"), ["due_on", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tasks_state_priority_due_on_id"), ["state", "priority", "due_on", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_tasks_subject"), ["subject"], unique=False)

    op.create_table(
        "live_deadlines",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("establishment_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("event_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("safe_on", sa.Date(), nullable=False),
        sa.Column("reasoning", types.PlainJson(), nullable=False),
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
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open", "answered", "void", name="deadlinestate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("reminded", sa.BigInteger(), nullable=False),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("moved_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_reason", types.SecretText(), nullable=True),
        sa.Column("proof_document_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_live_deadlines_ended")),
        sa.CheckConstraint("state <> 'answered' OR answered_on IS NOT NULL", name=op.f("ck_live_deadlines_answered")),
        sa.CheckConstraint("(rule IS NULL) = (event_on IS NULL)", name=op.f("ck_live_deadlines_by_rule")),
        sa.CheckConstraint("safe_on <= due_on", name=op.f("ck_live_deadlines_safe")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_live_deadlines_company_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_live_deadlines_establishment_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_live_deadlines_owner_id")),
        sa.ForeignKeyConstraint(
            ["proof_document_id"], ["documents.id"], name=op.f("fk_live_deadlines_proof_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_deadlines")),
        sa.UniqueConstraint("key", name=op.f("uq_live_deadlines_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("live_deadlines", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_live_deadlines_company_id_safe_on"), ["company_id", "safe_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_live_deadlines_owner_id_state_safe_on"), ["owner_id", "state", "safe_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_live_deadlines_safe_on_id"), ["safe_on", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_live_deadlines_state_safe_on_id"), ["state", "safe_on", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_live_deadlines_subject"), ["subject"], unique=False)


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("live_deadlines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_live_deadlines_subject"))
        batch_op.drop_index(batch_op.f("ix_live_deadlines_state_safe_on_id"))
        batch_op.drop_index(batch_op.f("ix_live_deadlines_safe_on_id"))
        batch_op.drop_index(batch_op.f("ix_live_deadlines_owner_id_state_safe_on"))
        batch_op.drop_index(batch_op.f("ix_live_deadlines_company_id_safe_on"))

    op.drop_table("live_deadlines")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tasks_subject"))
        batch_op.drop_index(batch_op.f("ix_tasks_state_priority_due_on_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_due_on_id"))
        batch_op.drop_index(batch_op.f("ix_tasks_company_id_state"))
        batch_op.drop_index(batch_op.f("ix_tasks_assignee_id_state"))

    op.drop_table("tasks")
    with op.batch_alter_table("calendar_feeds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_feeds_user_id"))

    op.drop_table("calendar_feeds")
