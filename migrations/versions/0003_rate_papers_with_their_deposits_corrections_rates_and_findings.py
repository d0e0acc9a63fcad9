"""Rate papers with their deposits, corrections, rates and findings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "paper_deposits",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "kept",
                "discarded",
                name="depositstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("file_count", sa.BigInteger(), nullable=False),
        sa.Column("told", types.SecretText(), nullable=False),
        sa.Column("received_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_paper_deposits_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_deposits")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("paper_deposits", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_paper_deposits_company_id_received_at_id"), ["company_id", "received_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_paper_deposits_received_at_id"), ["received_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_paper_deposits_state_received_at_id"), ["state", "received_at", "id"], unique=False
        )

    op.create_table(
        "rate_papers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("deposit_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("establishment_id", sa.BigInteger(), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "kept",
                "superseded",
                "left_out",
                name="paperstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("siret", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("risk_code", sa.Text(), nullable=True),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("file_name", types.SecretText(), nullable=False),
        sa.Column("content", types.SecretText(), nullable=False),
        sa.Column("to_review", sa.Boolean(), nullable=False),
        sa.Column("read_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("superseded_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'superseded') = (superseded_by IS NOT NULL)", name=op.f("ck_rate_papers_superseded")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rate_papers_company_id")),
        sa.ForeignKeyConstraint(["deposit_id"], ["paper_deposits.id"], name=op.f("fk_rate_papers_deposit_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_rate_papers_document_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_rate_papers_establishment_id")
        ),
        sa.ForeignKeyConstraint(["superseded_by"], ["rate_papers.id"], name=op.f("fk_rate_papers_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_papers")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("rate_papers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rate_papers_company_id_state_id"), ["company_id", "state", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_rate_papers_deposit_id"), ["deposit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rate_papers_document_id"), ["document_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_rate_papers_establishment_id_kind_year"), ["establishment_id", "kind", "year"], unique=False
        )

    op.create_table(
        "paper_corrections",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("former", types.SecretText(), nullable=True),
        sa.Column("value", types.SecretText(), nullable=False),
        sa.Column("reason", types.SecretText(), nullable=False),
        sa.Column("written_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["rate_papers.id"], name=op.f("fk_paper_corrections_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_corrections")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("paper_corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_corrections_paper_id"), ["paper_id"], unique=False)

    op.create_table(
        "rate_findings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("establishment_id", sa.BigInteger(), nullable=True),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", types.SecretText(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("saving_eur", types.EuroCents(), nullable=True),
        sa.Column("worth_eur", types.EuroCents(), nullable=False),
        sa.Column("contest_before", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rate_findings_company_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_rate_findings_establishment_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["rate_papers.id"], name=op.f("fk_rate_findings_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_findings")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("rate_findings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rate_findings_company_id_position"), ["company_id", "position"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_rate_findings_contest_before"), ["contest_before"], unique=False)
        batch_op.create_index(batch_op.f("ix_rate_findings_establishment_id"), ["establishment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rate_findings_worth_eur_id"), ["worth_eur", "id"], unique=False)

    op.create_table(
        "rate_years",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("establishment_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("risk_code", sa.Text(), nullable=False),
        sa.Column("rate_year", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("notified", types.RateUnits(), nullable=False),
        sa.Column("recomputed", types.RateUnits(), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rate_years_company_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_rate_years_establishment_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["rate_papers.id"], name=op.f("fk_rate_years_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_years")),
        sa.UniqueConstraint(
            "establishment_id",
            "section",
            "risk_code",
            "rate_year",
            name=op.f("uq_rate_years_establishment_id_section_risk_code_rate_year"),
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("rate_years", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_years_company_id"), ["company_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_rate_years_establishment_id_rate_year"), ["establishment_id", "rate_year"], unique=False
        )


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("rate_years", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_years_establishment_id_rate_year"))
        batch_op.drop_index(batch_op.f("ix_rate_years_company_id"))

    op.drop_table("rate_years")
    with op.batch_alter_table("rate_findings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_findings_worth_eur_id"))
        batch_op.drop_index(batch_op.f("ix_rate_findings_establishment_id"))
        batch_op.drop_index(batch_op.f("ix_rate_findings_contest_before"))
        batch_op.drop_index(batch_op.f("ix_rate_findings_company_id_position"))

    op.drop_table("rate_findings")
    with op.batch_alter_table("paper_corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_corrections_paper_id"))

    op.drop_table("paper_corrections")
    with op.batch_alter_table("rate_papers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_papers_establishment_id_kind_year"))
        batch_op.drop_index(batch_op.f("ix_rate_papers_document_id"))
        batch_op.drop_index(batch_op.f("ix_rate_papers_deposit_id"))
        batch_op.drop_index(batch_op.f("ix_rate_papers_company_id_state_id"))

    op.drop_table("rate_papers")
    with op.batch_alter_table("paper_deposits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_deposits_state_received_at_id"))
        batch_op.drop_index(batch_op.f("ix_paper_deposits_received_at_id"))
        batch_op.drop_index(batch_op.f("ix_paper_deposits_company_id_received_at_id"))

    op.drop_table("paper_deposits")
