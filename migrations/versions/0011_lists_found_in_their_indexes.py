"""Lists found in their indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RARE = {
    "ix_documents_reserved": "confidentiality IN ('privileged', 'medical')",
    "ix_documents_held": "legal_hold IS NOT NULL",
    "ix_documents_erased": "erased_at IS NOT NULL",
}


def upgrade() -> None:
    """Apply the change."""
    op.drop_index("ix_live_deadlines_safe_on_id", "live_deadlines")
    op.create_index(
        "ix_live_deadlines_safe_on_id", "live_deadlines", ["safe_on", "id"],
        postgresql_include=["company_id", "establishment_id", "state", "team", "owner_id"],
    )  # fmt: skip
    op.drop_index("ix_live_deadlines_company_id_safe_on", "live_deadlines")
    op.create_index(
        "ix_live_deadlines_company_id_safe_on_id", "live_deadlines", ["company_id", "safe_on", "id"],
        postgresql_include=["establishment_id", "state", "team", "owner_id"],
    )  # fmt: skip
    op.drop_index("ix_live_deadlines_state_safe_on_id", "live_deadlines")
    op.create_index(
        "ix_live_deadlines_state_safe_on_id", "live_deadlines", ["state", "safe_on", "id"],
        postgresql_include=["company_id", "establishment_id", "team", "owner_id"],
    )  # fmt: skip
    op.create_index("ix_live_deadlines_team_safe_on_id", "live_deadlines", ["team", "safe_on", "id"])
    op.create_index("ix_tasks_team_due_on_id", "tasks", ["team", "due_on", "id"])
    op.drop_index("ix_documents_received_at_id", "documents")
    op.create_index(
        "ix_documents_received_at_id", "documents", ["received_at", "id"],
        postgresql_include=["company_id", "establishment_id", "file_ref", "confidentiality", "kind"],
    )  # fmt: skip
    op.create_index("ix_documents_kind_received_at_id", "documents", ["kind", "received_at", "id"])
    for name, condition in RARE.items():
        where = sa.text(condition)
        op.create_index(name, "documents", ["received_at", "id"], postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    """Undo the change."""
    for name in RARE:
        op.drop_index(name, "documents")
    op.drop_index("ix_documents_kind_received_at_id", "documents")
    op.drop_index("ix_documents_received_at_id", "documents")
    op.create_index("ix_documents_received_at_id", "documents", ["received_at", "id"])
    op.drop_index("ix_tasks_team_due_on_id", "tasks")
    op.drop_index("ix_live_deadlines_team_safe_on_id", "live_deadlines")
    op.drop_index("ix_live_deadlines_state_safe_on_id", "live_deadlines")
    op.create_index("ix_live_deadlines_state_safe_on_id", "live_deadlines", ["state", "safe_on", "id"])
    op.drop_index("ix_live_deadlines_company_id_safe_on_id", "live_deadlines")
    op.create_index("ix_live_deadlines_company_id_safe_on", "live_deadlines", ["company_id", "safe_on"])
    op.drop_index("ix_live_deadlines_safe_on_id", "live_deadlines")
    op.create_index("ix_live_deadlines_safe_on_id", "live_deadlines", ["safe_on", "id"])
