"""Sections rated in every territory that the calendar knows: Saint-Barthélemy and Saint-Martin join the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterable

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_CHECK = "ck_section_terms_territory"
_FORMER = ("FR", "AM", "971", "972", "973", "974", "976")


def upgrade() -> None:
    """Apply the change."""
    _allow((*_FORMER, "977", "978"))


def downgrade() -> None:
    """Undo the change."""
    _allow(_FORMER)


def _allow(codes: Iterable[str]) -> None:
    with op.batch_alter_table("section_terms") as batch_op:
        batch_op.drop_constraint(op.f(_CHECK), type_="check")
        batch_op.create_check_constraint(op.f(_CHECK), sa.column("territory").in_(codes))
