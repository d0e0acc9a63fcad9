"""Notes whose secret was lifted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("notes") as batch_op:
        batch_op.add_column(sa.Column("released_at", types.UtcMoment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("released_by", sa.Text(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_notes_release"), "(released_at IS NULL) = (released_by IS NULL)")
        batch_op.create_check_constraint(
            op.f("ck_notes_released_readers"), "released_at IS NULL OR readers <> 'lawyers'"
        )


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("notes") as batch_op:
        batch_op.drop_constraint(op.f("ck_notes_released_readers"), type_="check")
        batch_op.drop_constraint(op.f("ck_notes_release"), type_="check")
        batch_op.drop_column("released_by")
        batch_op.drop_column("released_at")
