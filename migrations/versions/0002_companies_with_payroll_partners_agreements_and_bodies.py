"""Companies with their establishments, sections and payroll, partners, agreements, bodies and imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types
from atmp_insure.kernel.french import search_text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "bodies",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "cpam",
                "cgss",
                "carsat",
                "cra",
                "cmra",
                "court",
                "urssaf",
                name="bodykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_name", sa.Text(), nullable=False),
        sa.Column("departments", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bodies")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_bodies_kind_code")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("bodies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bodies_checked_on_id"), ["checked_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bodies_search_name_id"), ["search_name", "id"], unique=False)

    op.create_table(
        "agreements",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_agreements_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("reference", name=op.f("uq_agreements_reference")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreements_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreements_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "doctors",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("name", types.SecretText(), nullable=False),
        sa.Column("name_digest", sa.LargeBinary(), nullable=False),
        sa.Column("speciality", sa.Text(), nullable=False),
        sa.Column("rpps_number", sa.Text(), nullable=True),
        sa.Column("address", types.SecretText(), nullable=True),
        sa.Column("email", types.SecretText(), nullable=True),
        sa.Column("phone", types.SecretText(), nullable=True),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.CheckConstraint("length(rpps_number) = 11", name=op.f("ck_doctors_rpps")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_doctors_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doctors")),
        sa.UniqueConstraint("rpps_number", "organisation_id", name=op.f("uq_doctors_rpps_number_organisation_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("doctors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_doctors_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_doctors_name_digest"), ["name_digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_doctors_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "group_memberships",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.CheckConstraint("last_day IS NULL OR last_day >= first_day", name=op.f("ck_group_memberships_period")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_group_memberships_company_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_group_memberships_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_memberships")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("group_memberships", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_group_memberships_company_id_first_day"), ["company_id", "first_day"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_group_memberships_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "organisation_profiles",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("siren", sa.Text(), nullable=True),
        sa.Column("orias_number", sa.Text(), nullable=True),
        sa.Column("orias_checked_on", sa.Date(), nullable=True),
        sa.Column("bar", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.CheckConstraint("length(orias_number) = 8", name=op.f("ck_organisation_profiles_orias")),
        sa.CheckConstraint("length(siren) = 9", name=op.f("ck_organisation_profiles_siren")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_organisation_profiles_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_profiles")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_organisation_profiles_organisation_id")),
        sa.UniqueConstraint("orias_number", name=op.f("uq_organisation_profiles_orias_number")),
        sa.UniqueConstraint("siren", name=op.f("uq_organisation_profiles_siren")),
        sqlite_strict=True,
    )
    op.create_table(
        "party_imports",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "companies",
                "establishments",
                "sections",
                "payroll",
                "bodies",
                name="importkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", types.SecretText(), nullable=False),
        sa.Column("content", types.SecretText(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("corrects", sa.Boolean(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "previewed",
                "done",
                "running",
                "discarded",
                name="importstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.CheckConstraint("row_count >= 0", name=op.f("ck_party_imports_rows")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_party_imports_document_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_party_imports_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_imports")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("party_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_party_imports_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_party_imports_state_created_at_id"), ["state", "created_at", "id"], unique=False
        )

    op.create_table(
        "bank_accounts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "purpose",
            sa.Enum(
                "premiums",
                "indemnities",
                "claims_float",
                "commissions",
                "fees",
                name="accountpurpose",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("holder", types.SecretText(), nullable=False),
        sa.Column("iban", types.SecretText(), nullable=False),
        sa.Column("iban_digest", sa.LargeBinary(), nullable=False),
        sa.Column("bic", sa.Text(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "in_use",
                "replaced",
                "refused",
                name="accountstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("approval_id", sa.BigInteger(), nullable=True),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", types.UtcMoment(timezone=True), nullable=True),
        sa.CheckConstraint("company_id IS NULL OR organisation_id IS NULL", name=op.f("ck_bank_accounts_one_owner")),
        sa.ForeignKeyConstraint(["approval_id"], ["approvals.id"], name=op.f("fk_bank_accounts_approval_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_bank_accounts_company_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_bank_accounts_organisation_id")
        ),
        sa.ForeignKeyConstraint(["replaces_id"], ["bank_accounts.id"], name=op.f("fk_bank_accounts_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_accounts")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("bank_accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_accounts_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_accounts_iban_digest"), ["iban_digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_accounts_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("establishment_id", sa.BigInteger(), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("body_id", sa.BigInteger(), nullable=True),
        sa.Column("name", types.SecretText(), nullable=False),
        sa.Column("name_digest", sa.LargeBinary(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("matters", sa.Text(), nullable=False),
        sa.Column("email", types.SecretText(), nullable=True),
        sa.Column("phone", types.SecretText(), nullable=True),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.CheckConstraint("company_id IS NULL OR organisation_id IS NULL", name=op.f("ck_contacts_one_owner")),
        sa.CheckConstraint(
            "establishment_id IS NULL OR company_id IS NOT NULL", name=op.f("ck_contacts_establishment")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["bodies.id"], name=op.f("fk_contacts_body_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_contacts_company_id")),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishments.id"], name=op.f("fk_contacts_establishment_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_contacts_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_body_id"), ["body_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contacts_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contacts_name_digest"), ["name_digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_contacts_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "rate_sections",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("establishment_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_rate_sections_company_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_rate_sections_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_sections")),
        sa.UniqueConstraint("establishment_id", "number", name=op.f("uq_rate_sections_establishment_id_number")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("rate_sections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_sections_company_id"), ["company_id"], unique=False)

    op.create_table(
        "agreement_versions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "signed", name="versionstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("premium_layout", types.PlainJson(), nullable=False),
        sa.Column("claims_layout", types.PlainJson(), nullable=False),
        sa.Column("bordereau_months", sa.BigInteger(), nullable=True),
        sa.Column("bordereau_due_days", sa.BigInteger(), nullable=True),
        sa.Column("premium_account_id", sa.BigInteger(), nullable=True),
        sa.Column("float_account_id", sa.BigInteger(), nullable=True),
        sa.Column("float_threshold_eur", types.EuroCents(), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("bordereau_due_days >= 0", name=op.f("ck_agreement_versions_bordereau_due")),
        sa.CheckConstraint("bordereau_months IN (1, 3, 6, 12)", name=op.f("ck_agreement_versions_bordereau_months")),
        sa.CheckConstraint("float_threshold_eur >= 0", name=op.f("ck_agreement_versions_float")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_agreement_versions_number")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_versions_agreement_id")),
        sa.ForeignKeyConstraint(
            ["float_account_id"], ["bank_accounts.id"], name=op.f("fk_agreement_versions_float_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["premium_account_id"], ["bank_accounts.id"], name=op.f("fk_agreement_versions_premium_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_versions")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_agreement_versions_agreement_id_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "payroll_statements",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("establishment_id", sa.BigInteger(), nullable=False),
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("payroll_eur", types.EuroCents(), nullable=True),
        sa.Column("headcount", types.PeopleHundredths(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "employer",
                "dsn",
                "urssaf",
                "calculation_sheet",
                "employer_account",
                "broker",
                "file",
                name="payrollsource",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_estimate", sa.Boolean(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("headcount >= 0", name=op.f("ck_payroll_statements_headcount")),
        sa.CheckConstraint("payroll_eur >= 0", name=op.f("ck_payroll_statements_payroll")),
        sa.CheckConstraint("year BETWEEN 1990 AND 2200", name=op.f("ck_payroll_statements_year")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_payroll_statements_company_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_payroll_statements_establishment_id")
        ),
        sa.ForeignKeyConstraint(["section_id"], ["rate_sections.id"], name=op.f("fk_payroll_statements_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_statements")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("payroll_statements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payroll_statements_company_id_year"), ["company_id", "year"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_payroll_statements_section_id_year_id"), ["section_id", "year", "id"], unique=False
        )

    op.create_table(
        "section_terms",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("establishment_id", sa.BigInteger(), nullable=False),
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("ctn", sa.Text(), nullable=False),
        sa.Column("risk_code", sa.Text(), nullable=True),
        sa.Column(
            "territory",
            sa.Enum(
                "FR",
                "AM",
                "971",
                "972",
                "973",
                "974",
                "976",
                name="territory",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "sub_sector",
            sa.Enum(
                "gros_oeuvre",
                "second_oeuvre",
                "fonctions_support",
                name="subsector",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("has_single_rate", sa.Boolean(), nullable=False),
        sa.Column("is_support", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("sub_sector IS NULL OR ctn = 'B'", name=op.f("ck_section_terms_construction")),
        sa.CheckConstraint("length(ctn) = 1", name=op.f("ck_section_terms_ctn")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_section_terms_company_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_section_terms_establishment_id")
        ),
        sa.ForeignKeyConstraint(["section_id"], ["rate_sections.id"], name=op.f("fk_section_terms_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_terms")),
        sa.UniqueConstraint("section_id", "first_day", name=op.f("uq_section_terms_section_id_first_day")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("section_terms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_section_terms_company_id"), ["company_id"], unique=False)

    op.create_table(
        "agreement_powers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("largest_eur", types.EuroCents(), nullable=True),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("largest_eur >= 0", name=op.f("ck_agreement_powers_amount")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_powers_agreement_id")),
        sa.ForeignKeyConstraint(["version_id"], ["agreement_versions.id"], name=op.f("fk_agreement_powers_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_powers")),
        sa.UniqueConstraint("version_id", "act", name=op.f("uq_agreement_powers_version_id_act")),
        sqlite_strict=True,
    )
    op.create_table(
        "agreement_products",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("commission_rate", types.RateUnits(), nullable=False),
        sa.Column("renewal_rate", types.RateUnits(), nullable=True),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "commission_rate >= 0 AND commission_rate <= 1000000000000", name=op.f("ck_agreement_products_commission")
        ),
        sa.CheckConstraint(
            "renewal_rate >= 0 AND renewal_rate <= 1000000000000", name=op.f("ck_agreement_products_renewal")
        ),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_products_agreement_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_agreement_products_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_products")),
        sa.UniqueConstraint("version_id", "product", name=op.f("uq_agreement_products_version_id_product")),
        sqlite_strict=True,
    )
    op.create_table(
        "coinsurance_shares",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("share", types.RateUnits(), nullable=False),
        sa.Column("is_leader", sa.Boolean(), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("share > 0 AND share <= 1000000000000", name=op.f("ck_coinsurance_shares_share")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_coinsurance_shares_agreement_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_coinsurance_shares_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["agreement_versions.id"], name=op.f("fk_coinsurance_shares_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coinsurance_shares")),
        sa.UniqueConstraint(
            "version_id", "organisation_id", name=op.f("uq_coinsurance_shares_version_id_organisation_id")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "payroll_years",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("establishment_id", sa.BigInteger(), nullable=False),
        sa.Column("section_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("payroll_eur", types.EuroCents(), nullable=True),
        sa.Column("payroll_statement_id", sa.BigInteger(), nullable=True),
        sa.Column("headcount", types.PeopleHundredths(), nullable=True),
        sa.Column("headcount_statement_id", sa.BigInteger(), nullable=True),
        sa.Column("differs", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("chosen_by", sa.Text(), nullable=False),
        sa.Column("chosen_at", types.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_payroll_years_company_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_payroll_years_establishment_id")
        ),
        sa.ForeignKeyConstraint(
            ["headcount_statement_id"], ["payroll_statements.id"], name=op.f("fk_payroll_years_headcount_statement_id")
        ),
        sa.ForeignKeyConstraint(
            ["payroll_statement_id"], ["payroll_statements.id"], name=op.f("fk_payroll_years_payroll_statement_id")
        ),
        sa.ForeignKeyConstraint(["section_id"], ["rate_sections.id"], name=op.f("fk_payroll_years_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_years")),
        sa.UniqueConstraint("section_id", "year", name=op.f("uq_payroll_years_section_id_year")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("payroll_years", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payroll_years_chosen_at_id"), ["chosen_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payroll_years_company_id_year"), ["company_id", "year"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_payroll_years_differs_chosen_at_id"), ["differs", "chosen_at", "id"], unique=False
        )

    op.create_table(
        "service_levels",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("days >= 0", name=op.f("ck_service_levels_days")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_service_levels_agreement_id")),
        sa.ForeignKeyConstraint(["version_id"], ["agreement_versions.id"], name=op.f("fk_service_levels_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_levels")),
        sa.UniqueConstraint("version_id", "act", name=op.f("uq_service_levels_version_id_act")),
        sqlite_strict=True,
    )
    op.add_column("companies", sa.Column("naf_code", sa.Text(), nullable=True))
    op.add_column("companies", sa.Column("activity", sa.Text(), nullable=True))
    op.create_index("ix_companies_created_at_id", "companies", ["created_at", "id"], unique=False)
    _add_to_establishments()
    _add_to_organisations()


def _add_to_establishments() -> None:
    """Columns are added in place: replacing the table on SQLite would lose its other constraints."""
    for column in (
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("naf_code", sa.Text(), nullable=True),
        sa.Column("is_head_office", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
    ):
        op.add_column("establishments", column)
    period = "closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on"
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("establishments", sa.Column("closed_on", sa.Date(), nullable=True))
        op.create_check_constraint("ck_establishments_period", "establishments", period)
    else:
        op.execute(
            f"ALTER TABLE establishments ADD COLUMN closed_on TEXT CONSTRAINT ck_establishments_period CHECK ({period})"
        )


def _add_to_organisations() -> None:
    """The name as lists sort and find it, of the organisations that exist too."""
    op.add_column("organisations", sa.Column("search_name", sa.Text(), server_default="", nullable=False))
    organisations = sa.table("organisations", sa.column("id"), sa.column("name"), sa.column("search_name"))
    connection = op.get_bind()
    for number, name in connection.execute(sa.select(organisations.c.id, organisations.c.name)).all():
        connection.execute(
            sa.update(organisations).where(organisations.c.id == number).values(search_name=search_text(name))
        )
    if connection.dialect.name == "postgresql":
        op.alter_column("organisations", "search_name", server_default=None)
    op.create_index("ix_organisations_search_name_id", "organisations", ["search_name", "id"], unique=False)


def downgrade() -> None:
    """Undo the change."""
    op.drop_index("ix_organisations_search_name_id", "organisations")
    op.drop_column("organisations", "search_name")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ck_establishments_period", "establishments", type_="check")
    for name in ("closed_on", "opened_on", "is_head_office", "naf_code", "postcode", "address"):
        op.drop_column("establishments", name)
    op.drop_index("ix_companies_created_at_id", "companies")
    op.drop_column("companies", "activity")
    op.drop_column("companies", "naf_code")
    op.drop_table("service_levels")
    with op.batch_alter_table("payroll_years", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payroll_years_differs_chosen_at_id"))
        batch_op.drop_index(batch_op.f("ix_payroll_years_company_id_year"))
        batch_op.drop_index(batch_op.f("ix_payroll_years_chosen_at_id"))

    op.drop_table("payroll_years")
    op.drop_table("coinsurance_shares")
    op.drop_table("agreement_products")
    op.drop_table("agreement_powers")
    with op.batch_alter_table("section_terms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_section_terms_company_id"))

    op.drop_table("section_terms")
    with op.batch_alter_table("payroll_statements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payroll_statements_section_id_year_id"))
        batch_op.drop_index(batch_op.f("ix_payroll_statements_company_id_year"))

    op.drop_table("payroll_statements")
    op.drop_table("agreement_versions")
    with op.batch_alter_table("rate_sections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_sections_company_id"))

    op.drop_table("rate_sections")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_contacts_name_digest"))
        batch_op.drop_index(batch_op.f("ix_contacts_company_id"))
        batch_op.drop_index(batch_op.f("ix_contacts_body_id"))

    op.drop_table("contacts")
    with op.batch_alter_table("bank_accounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_accounts_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_bank_accounts_iban_digest"))
        batch_op.drop_index(batch_op.f("ix_bank_accounts_company_id"))

    op.drop_table("bank_accounts")
    with op.batch_alter_table("party_imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_imports_state_created_at_id"))
        batch_op.drop_index(batch_op.f("ix_party_imports_created_at_id"))

    op.drop_table("party_imports")
    op.drop_table("organisation_profiles")
    with op.batch_alter_table("group_memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_group_memberships_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_group_memberships_company_id_first_day"))

    op.drop_table("group_memberships")
    with op.batch_alter_table("doctors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_doctors_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_doctors_name_digest"))
        batch_op.drop_index(batch_op.f("ix_doctors_created_at_id"))

    op.drop_table("doctors")
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreements_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_agreements_created_at_id"))

    op.drop_table("agreements")
    with op.batch_alter_table("bodies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bodies_search_name_id"))
        batch_op.drop_index(batch_op.f("ix_bodies_checked_on_id"))

    op.drop_table("bodies")
