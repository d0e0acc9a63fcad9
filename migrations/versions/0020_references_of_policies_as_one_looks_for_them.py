"""References of policies as one looks for them: without case nor marks, as names are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.kernel.french import search_text

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TABLE, _INDEX = "policy_standings", "ix_policy_standings_search_reference"


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table(_TABLE) as batch_op:
        batch_op.add_column(sa.Column("search_reference", sa.Text(), nullable=True))
    standings = sa.table(_TABLE, sa.column("id"), sa.column("reference"), sa.column("search_reference"))
    connection = op.get_bind()
    known = connection.execute(sa.select(standings.c.id, standings.c.reference)).all()
    written = sa.update(standings).where(standings.c.id == sa.bindparam("number"))
    if known:
        connection.execute(
            written.values(search_reference=sa.bindparam("words")),
            [{"number": number, "words": search_text(reference)} for number, reference in known],
        )
    with op.batch_alter_table(_TABLE) as batch_op:
        batch_op.alter_column("search_reference", existing_type=sa.Text(), nullable=False)
        batch_op.create_index(op.f(_INDEX), ["search_reference"], unique=False)


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table(_TABLE) as batch_op:
        batch_op.drop_index(op.f(_INDEX))
        batch_op.drop_column("search_reference")
