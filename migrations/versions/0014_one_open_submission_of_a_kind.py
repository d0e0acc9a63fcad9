"""One open submission of a company, a product and a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    """Apply the change."""
    op.create_index(
        "uq_submissions_open", "submissions", ["company_id", "product", "starts_on"], unique=True,
        postgresql_where=_OPEN, sqlite_where=_OPEN,
    )  # fmt: skip


def downgrade() -> None:
    """Undo the change."""
    op.drop_index("uq_submissions_open", "submissions")
