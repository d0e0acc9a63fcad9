"""Personal tokens, and answers kept for programs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "personal_tokens",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", types.PlainJson(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("seen_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("revoked_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_personal_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_tokens")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_personal_tokens_token_digest")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_personal_tokens_user_id"), "personal_tokens", ["user_id"], unique=False)
    op.create_table(
        "kept_answers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("key_digest", sa.LargeBinary(), nullable=False),
        sa.Column("request_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("body", types.SecretText(), nullable=True),
        sa.Column("kept_until", types.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_kept_answers_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answers")),
        sa.UniqueConstraint("user_id", "key_digest", name=op.f("uq_kept_answers_user_id_key_digest")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_kept_answers_kept_until"), "kept_answers", ["kept_until"], unique=False)


def downgrade() -> None:
    """Undo the change."""
    op.drop_index(op.f("ix_kept_answers_kept_until"), table_name="kept_answers")
    op.drop_table("kept_answers")
    op.drop_index(op.f("ix_personal_tokens_user_id"), table_name="personal_tokens")
    op.drop_table("personal_tokens")
