"""Forms of needs with the questions as they were asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ASKED_BEFORE = [  # the wording of every form that was kept until then
    ["need", "Que veut protéger l'entreprise, et pourquoi maintenant ?"],
    ["retained_eur", "Quelle hausse de cotisation par an peut-elle supporter seule, en euros ?"],
    ["scheme", "De quel régime relève-t-elle ?"],
    ["temporary_workers", "Combien d'intérimaires accueille-t-elle, en équivalent temps plein ?"],
    ["injunction", "Une injonction de prévention est-elle en vigueur ?"],
    ["additional_contribution", "Une cotisation supplémentaire est-elle en vigueur ?"],
    [
        "unlisted_events",
        "Avez-vous connaissance d'accidents ou de maladies graves qui ne figurent encore sur aucun compte employeur ?",
    ],
    ["existing_insurer", "Un contrat couvre-t-il déjà ce risque ? Chez quel assureur ?"],
]


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("needs_forms") as batch_op:
        batch_op.add_column(sa.Column("questions", types.PlainJson(), nullable=True))
    forms = sa.table("needs_forms", sa.column("questions", types.PlainJson()))
    op.execute(forms.update().values(questions=_ASKED_BEFORE))
    with op.batch_alter_table("needs_forms") as batch_op:
        batch_op.alter_column("questions", existing_type=types.PlainJson(), nullable=False)


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("needs_forms") as batch_op:
        batch_op.drop_column("questions")
