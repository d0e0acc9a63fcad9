"""The mail tray."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "tray_letters",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "filed",
                "discarded",
                "replaced",
                name="letterstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "paper",
                "mail",
                "lucie",
                "qrpro",
                "account",
                "web",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("file_name", types.SecretText(), nullable=False),
        sa.Column("sender", types.SecretText(), nullable=True),
        sa.Column("received_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("available_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("mailed_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("first_read_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("downloaded_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("proposed_kind", sa.Text(), nullable=True),
        sa.Column("proposed_company_id", sa.BigInteger(), nullable=True),
        sa.Column("reasons", types.PlainJson(), nullable=False),
        sa.Column("told_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("filed_document_id", sa.BigInteger(), nullable=True),
        sa.Column("event_on", sa.Date(), nullable=True),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_reason", types.SecretText(), nullable=True),
        sa.Column("made_from", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state = 'filed') = (filed_document_id IS NOT NULL)", name=op.f("ck_tray_letters_filed")),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_tray_letters_ended")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_tray_letters_document_id")),
        sa.ForeignKeyConstraint(
            ["filed_document_id"], ["documents.id"], name=op.f("fk_tray_letters_filed_document_id")
        ),
        sa.ForeignKeyConstraint(["made_from"], ["tray_letters.id"], name=op.f("fk_tray_letters_made_from")),
        sa.ForeignKeyConstraint(
            ["proposed_company_id"], ["companies.id"], name=op.f("fk_tray_letters_proposed_company_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tray_letters")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("tray_letters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tray_letters_filed_document_id"), ["filed_document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tray_letters_received_at_id"), ["received_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tray_letters_state_received_at_id"), ["state", "received_at", "id"], unique=False
        )


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("tray_letters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tray_letters_state_received_at_id"))
        batch_op.drop_index(batch_op.f("ix_tray_letters_received_at_id"))
        batch_op.drop_index(batch_op.f("ix_tray_letters_filed_document_id"))

    op.drop_table("tray_letters")
