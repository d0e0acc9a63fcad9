"""Books of policies among the files that are brought, beside files of companies and bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterable

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_CHECK = "ck_party_imports_importkind"
_FORMER = ("companies", "establishments", "sections", "payroll", "bodies")


def upgrade() -> None:
    """Apply the change."""
    _allow((*_FORMER, "book"))


def downgrade() -> None:
    """Undo the change."""
    _allow(_FORMER)


def _allow(codes: Iterable[str]) -> None:
    with op.batch_alter_table("party_imports") as batch_op:
        batch_op.drop_constraint(op.f(_CHECK), type_="check")
        batch_op.create_check_constraint(op.f(_CHECK), sa.column("kind").in_(codes))
