"""Policies with their transactions, charges, papers and standings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "policies",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_policies_company_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_policies_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_policies_quote_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_policies_reference")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("policies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policies_company_id"), ["company_id"], unique=False)

    op.create_table(
        "policy_standings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("policy_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("product_version", sa.Text(), nullable=False),
        sa.Column("broker_id", sa.BigInteger(), nullable=True),
        sa.Column("insurer_id", sa.BigInteger(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("year_first_day", sa.Date(), nullable=False),
        sa.Column("year_last_day", sa.Date(), nullable=False),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("net_eur", types.EuroCents(), nullable=False),
        sa.Column("wages_eur", types.EuroCents(), nullable=False),
        sa.Column("section_count", sa.BigInteger(), nullable=False),
        sa.Column("guarantees", sa.Text(), nullable=False),
        sa.Column("transaction_count", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("year_last_day >= year_first_day", name=op.f("ck_policy_standings_year")),
        sa.ForeignKeyConstraint(["broker_id"], ["organisations.id"], name=op.f("fk_policy_standings_broker_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_policy_standings_company_id")),
        sa.ForeignKeyConstraint(["insurer_id"], ["organisations.id"], name=op.f("fk_policy_standings_insurer_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_policy_standings_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_standings")),
        sa.UniqueConstraint("policy_id", name=op.f("uq_policy_standings_policy_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_policy_standings_reference")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("policy_standings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_standings_began_on_id"), ["began_on", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_policy_standings_broker_id_year_last_day_id"),
            ["broker_id", "year_last_day", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_policy_standings_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_standings_ended_on_id"), ["ended_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_standings_net_eur_id"), ["net_eur", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_standings_suspended_on_id"), ["suspended_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_standings_year_last_day_id"), ["year_last_day", "id"], unique=False)

    op.create_table(
        "policy_transactions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("policy_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("act_number", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "issue",
                "take_over",
                "endorse",
                "renew",
                "suspend",
                "resume",
                "terminate",
                "adjust",
                "reverse",
                name="transactionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("wording", types.PlainJson(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("reverses_number", sa.BigInteger(), nullable=True),
        sa.Column("replays_number", sa.BigInteger(), nullable=True),
        sa.Column("product_version", sa.Text(), nullable=False),
        sa.Column("agreement_version_id", sa.BigInteger(), nullable=False),
        sa.Column("insurer_accord", sa.Text(), nullable=True),
        sa.Column("total_eur", types.EuroCents(), nullable=False),
        sa.Column("recorded_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reverse') = (reverses_number IS NOT NULL)", name=op.f("ck_policy_transactions_reversal")
        ),
        sa.CheckConstraint("act_number >= 1 AND act_number <= number", name=op.f("ck_policy_transactions_act")),
        sa.CheckConstraint("replays_number < number", name=op.f("ck_policy_transactions_replays_former")),
        sa.CheckConstraint("reverses_number < number", name=op.f("ck_policy_transactions_reverses_former")),
        sa.ForeignKeyConstraint(
            ["agreement_version_id"],
            ["agreement_versions.id"],
            name=op.f("fk_policy_transactions_agreement_version_id"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_policy_transactions_company_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_policy_transactions_policy_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_policy_transactions_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_transactions")),
        sa.UniqueConstraint("policy_id", "number", name=op.f("uq_policy_transactions_policy_id_number")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("policy_transactions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_transactions_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_transactions_recorded_at_id"), ["recorded_at", "id"], unique=False)
        batch_op.create_index(
            "uq_policy_transactions_reversed",
            ["policy_id", "reverses_number"],
            unique=True,
            postgresql_where=sa.text("reverses_number IS NOT NULL"),
            sqlite_where=sa.text("reverses_number IS NOT NULL"),
        )

    op.create_table(
        "policy_charges",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("policy_id", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("agreement_version_id", sa.BigInteger(), nullable=False),
        sa.Column("broker_id", sa.BigInteger(), nullable=True),
        sa.Column("net_eur", types.EuroCents(), nullable=False),
        sa.Column("surcharge_eur", types.EuroCents(), nullable=False),
        sa.Column("tax_rate", types.RateUnits(), nullable=False),
        sa.Column("tax_eur", types.EuroCents(), nullable=False),
        sa.Column("commission_eur", types.EuroCents(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_policy_charges_period")),
        sa.CheckConstraint("tax_rate >= 0", name=op.f("ck_policy_charges_tax_rate")),
        sa.ForeignKeyConstraint(
            ["agreement_version_id"], ["agreement_versions.id"], name=op.f("fk_policy_charges_agreement_version_id")
        ),
        sa.ForeignKeyConstraint(["broker_id"], ["organisations.id"], name=op.f("fk_policy_charges_broker_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_policy_charges_company_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_policy_charges_policy_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["policy_transactions.id"], name=op.f("fk_policy_charges_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_charges")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("policy_charges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_charges_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_charges_policy_id_due_on"), ["policy_id", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_charges_transaction_id"), ["transaction_id"], unique=False)

    op.create_table(
        "policy_papers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("policy_id", sa.BigInteger(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("filed_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_policy_papers_company_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_policy_papers_document_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_policy_papers_policy_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["policy_transactions.id"], name=op.f("fk_policy_papers_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_papers")),
        sa.UniqueConstraint("transaction_id", "document_id", name=op.f("uq_policy_papers_transaction_id_document_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("policy_papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_papers_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_papers_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_policy_papers_policy_id"), ["policy_id"], unique=False)


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("policy_papers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_papers_policy_id"))
        batch_op.drop_index(batch_op.f("ix_policy_papers_document_id"))
        batch_op.drop_index(batch_op.f("ix_policy_papers_company_id"))

    op.drop_table("policy_papers")
    with op.batch_alter_table("policy_charges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_charges_transaction_id"))
        batch_op.drop_index(batch_op.f("ix_policy_charges_policy_id_due_on"))
        batch_op.drop_index(batch_op.f("ix_policy_charges_company_id"))

    op.drop_table("policy_charges")
    with op.batch_alter_table("policy_transactions", schema=None) as batch_op:
        batch_op.drop_index("uq_policy_transactions_reversed")
        batch_op.drop_index(batch_op.f("ix_policy_transactions_recorded_at_id"))
        batch_op.drop_index(batch_op.f("ix_policy_transactions_company_id"))

    op.drop_table("policy_transactions")
    with op.batch_alter_table("policy_standings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_standings_year_last_day_id"))
        batch_op.drop_index(batch_op.f("ix_policy_standings_suspended_on_id"))
        batch_op.drop_index(batch_op.f("ix_policy_standings_net_eur_id"))
        batch_op.drop_index(batch_op.f("ix_policy_standings_ended_on_id"))
        batch_op.drop_index(batch_op.f("ix_policy_standings_company_id"))
        batch_op.drop_index(batch_op.f("ix_policy_standings_broker_id_year_last_day_id"))
        batch_op.drop_index(batch_op.f("ix_policy_standings_began_on_id"))

    op.drop_table("policy_standings")
    with op.batch_alter_table("policies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policies_company_id"))

    op.drop_table("policies")
