"""Platform: people, logs, documents, runs and queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "change_log",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("changes", types.PlainJson(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_log")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("change_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_log_actor_id"), ["actor", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_log_at_id"), ["at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_log_company_id_id"), ["company_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_log_subject_id"), ["subject", "id"], unique=False)

    op.create_table(
        "companies",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("siren", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_name", sa.Text(), nullable=False),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.CheckConstraint("length(siren) = 9", name=op.f("ck_companies_siren")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("siren", name=op.f("uq_companies_siren")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_companies_search_name_id"), ["search_name", "id"], unique=False)

    op.create_table(
        "company_reach",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_reach")),
        sa.UniqueConstraint(
            "organisation_id", "company_id", "reason", name=op.f("uq_company_reach_organisation_id_company_id_reason")
        ),
        sqlite_strict=True,
    )
    with op.batch_alter_table("company_reach", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_reach_company_id"), ["company_id"], unique=False)

    op.create_table(
        "counters",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("next_number >= 1", name=op.f("ck_counters_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counters")),
        sa.UniqueConstraint("name", name=op.f("uq_counters_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("search_title", sa.Text(), nullable=False),
        sa.Column(
            "confidentiality",
            sa.Enum(
                "plain",
                "named",
                "notice",
                "privileged",
                "medical",
                name="confidentiality",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("establishment_id", sa.BigInteger(), nullable=True),
        sa.Column("file_ref", sa.Text(), nullable=True),
        sa.Column("received_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("legal_hold", sa.Text(), nullable=True),
        sa.Column("erased_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("erasure_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "confidentiality <> 'medical' OR file_ref IS NOT NULL", name=op.f("ck_documents_medical_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_documents_company_id_received_at_id"), ["company_id", "received_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_documents_file_ref"), ["file_ref"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_keep_until"), ["keep_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_received_at_id"), ["received_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_search_title_id"), ["search_title", "id"], unique=False)

    op.create_table(
        "facts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("known_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("details", types.PlainJson(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_facts_kind_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facts_company_id_known_at"), ["company_id", "known_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_facts_subject"), ["subject"], unique=False)

    op.create_table(
        "job_runs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("started_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column(
            "state",
            sa.Enum("running", "done", "failed", name="jobstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("job_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_runs_job_started_at"), ["job", "started_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_runs_started_at_id"), ["started_at", "id"], unique=False)

    op.create_table(
        "leases",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("held_until", types.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leases")),
        sa.UniqueConstraint("name", name=op.f("uq_leases_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "office",
                "broker",
                "law_firm",
                "insurer",
                "employer_group",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_organisations_kind_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("recipient", types.SecretText(), nullable=False),
        sa.Column("subject", types.SecretText(), nullable=False),
        sa.Column("body", types.SecretText(), nullable=False),
        sa.Column("document_ids", types.PlainJson(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "sent", "failed", name="mailstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("written_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("due_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("recipient_digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_outgoing_mail_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outgoing_mail_state_due_at_id"), ["state", "due_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outgoing_mail_state_written_at_id"), ["state", "written_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_outgoing_mail_written_at_id"), ["written_at", "id"], unique=False)

    op.create_table(
        "purge_permits",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purge_permits")),
        sqlite_strict=True,
    )
    op.create_table(
        "reading_log",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_log")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("reading_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reading_log_actor_id"), ["actor", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reading_log_at_id"), ["at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reading_log_company_id_id"), ["company_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reading_log_subject_id"), ["subject", "id"], unique=False)

    op.create_table(
        "runs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("parameters", types.PlainJson(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "working",
                "done",
                "done_with_errors",
                "stopped",
                name="runstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("item_count", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("started_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.CheckConstraint("item_count >= 0", name=op.f("ck_runs_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_runs_kind_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runs_started_at_id"), ["started_at", "id"], unique=False)

    op.create_table(
        "seals",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("log_name", sa.Text(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("late_ids", types.PlainJson(), nullable=False),
        sa.Column("absent_ids", types.PlainJson(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("first_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("last_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("previous_digest", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("purged_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("purge_digest", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seals")),
        sa.UniqueConstraint("log_name", "previous_digest", name=op.f("uq_seals_log_name_previous_digest")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("seals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seals_log_name_sealed_at"), ["log_name", "sealed_at"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sign_in", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("search_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "invited", "active", "disabled", name="userstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("security_version", sa.BigInteger(), nullable=False),
        sa.Column("failed_sign_ins", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("totp_secret", types.SecretText(), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("last_sign_in_at", types.UtcMoment(timezone=True), nullable=True),
        sa.CheckConstraint("sign_in = lower(sign_in)", name=op.f("ck_users_sign_in_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("sign_in", name=op.f("uq_users_sign_in")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_users_search_name_id"), ["search_name", "id"], unique=False)

    op.create_table(
        "work_queue",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payload", types.PlainJson(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "taken",
                "done",
                "failed",
                name="entrystate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("leased_until", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_work_queue_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_queue")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("work_queue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_queue_state_due_at_id"), ["state", "due_at", "id"], unique=False)
        batch_op.create_index(
            "uq_work_queue_open",
            ["kind", "key"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "approvals",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("amount_eur", types.EuroCents(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "granted",
                "refused",
                "used",
                "withdrawn",
                name="approvalstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_by_id", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('granted', 'refused', 'used') OR decided_by_id IS NOT NULL",
            name=op.f("ck_approvals_by_someone"),
        ),
        sa.CheckConstraint("(decided_by_id IS NULL) = (decided_at IS NULL)", name=op.f("ck_approvals_decided")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> requested_by_id", name=op.f("ck_approvals_four_eyes")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_approvals_decided_by_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["users.id"], name=op.f("fk_approvals_requested_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_approvals_state_requested_at_id"), ["state", "requested_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_approvals_subject"), ["subject"], unique=False)

    op.create_table(
        "authority_limits",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("largest_eur", types.EuroCents(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.CheckConstraint("largest_eur >= 0", name=op.f("ck_authority_limits_amount")),
        sa.CheckConstraint("last_day IS NULL OR last_day >= first_day", name=op.f("ck_authority_limits_period")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_authority_limits_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_limits")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("authority_limits", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_authority_limits_user_id_act_first_day"), ["user_id", "act", "first_day"], unique=False
        )

    op.create_table(
        "document_versions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("file_name", types.SecretText(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        sa.Column("page_count", sa.BigInteger(), nullable=True),
        sa.Column("active_content", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("object_key", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.CheckConstraint("byte_count >= 0", name=op.f("ck_document_versions_bytes")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_document_versions_number")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_versions_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_versions")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_document_versions_document_id_number")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("document_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_versions_address"), ["address"], unique=False)

    op.create_table(
        "establishments",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("siret", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=True),
        sa.CheckConstraint("length(siret) = 14", name=op.f("ck_establishments_siret")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_establishments_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_establishments")),
        sa.UniqueConstraint("siret", name=op.f("uq_establishments_siret")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("establishments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_establishments_company_id"), ["company_id"], unique=False)

    op.create_table(
        "grants",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "manager",
                "underwriter",
                "claims_handler",
                "premium_accountant",
                "auditor",
                "broker",
                "lawyer",
                "law_firm_assistant",
                "insurer",
                "employer",
                "payroll_agent",
                "prevention_adviser",
                "mandated_doctor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("establishment_id", sa.BigInteger(), nullable=True),
        sa.Column("file_ref", sa.Text(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role NOT IN ('auditor', 'mandated_doctor') OR last_day IS NOT NULL", name=op.f("ck_grants_dated")
        ),
        sa.CheckConstraint("establishment_id IS NULL OR company_id IS NOT NULL", name=op.f("ck_grants_establishment")),
        sa.CheckConstraint("file_ref IS NULL OR last_day IS NOT NULL", name=op.f("ck_grants_file_expires")),
        sa.CheckConstraint("last_day IS NULL OR last_day >= first_day", name=op.f("ck_grants_period")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_grants_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_grants_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_user_id"), ["user_id"], unique=False)

    op.create_table(
        "notes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("text", types.SecretText(), nullable=False),
        sa.Column(
            "readers",
            sa.Enum(
                "office",
                "shared",
                "lawyers",
                name="notereaders",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("written_at", types.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_notes_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notes_subject_id"), ["subject", "id"], unique=False)

    op.create_table(
        "passkeys",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("last_used_at", types.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_user_id"), ["user_id"], unique=False)

    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", types.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("user_id", "code_digest", name=op.f("uq_recovery_codes_user_id_code_digest")),
        sqlite_strict=True,
    )
    op.create_table(
        "run_items",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("payload", types.PlainJson(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "done", "failed", name="itemstate", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_items_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_items")),
        sa.UniqueConstraint("run_id", "position", name=op.f("uq_run_items_run_id_position")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("run_items", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_run_items_run_id_state_position"), ["run_id", "state", "position"], unique=False
        )

    op.create_table(
        "saved_filters",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_filters_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("user_id", "list_name", "name", name=op.f("uq_saved_filters_user_id_list_name_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "substitutions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("substitute_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_substitutions_period")),
        sa.CheckConstraint("user_id <> substitute_id", name=op.f("ck_substitutions_another")),
        sa.ForeignKeyConstraint(["substitute_id"], ["users.id"], name=op.f("fk_substitutions_substitute_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_substitutions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitutions")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("substitutions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_substitutions_substitute_id"), ["substitute_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_substitutions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("invitation", "reset", name="ticketpurpose", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("expires_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("used_at", types.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tickets_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_tickets_token_digest")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tickets_user_id"), ["user_id"], unique=False)

    op.create_table(
        "web_sessions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("security_version", sa.BigInteger(), nullable=False),
        sa.Column("second_factor", sa.Text(), nullable=True),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("seen_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_web_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_sessions")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_web_sessions_token_digest")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("web_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_sessions_user_id_ended_at"), ["user_id", "ended_at"], unique=False)


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("web_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_sessions_user_id_ended_at"))

    op.drop_table("web_sessions")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tickets_user_id"))

    op.drop_table("tickets")
    with op.batch_alter_table("substitutions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_substitutions_user_id"))
        batch_op.drop_index(batch_op.f("ix_substitutions_substitute_id"))

    op.drop_table("substitutions")
    op.drop_table("saved_filters")
    with op.batch_alter_table("run_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_items_run_id_state_position"))

    op.drop_table("run_items")
    op.drop_table("recovery_codes")
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkeys_user_id"))

    op.drop_table("passkeys")
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notes_subject_id"))
        batch_op.drop_index(batch_op.f("ix_notes_company_id"))

    op.drop_table("notes")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grants_user_id"))

    op.drop_table("grants")
    with op.batch_alter_table("establishments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_establishments_company_id"))

    op.drop_table("establishments")
    with op.batch_alter_table("document_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_versions_address"))

    op.drop_table("document_versions")
    with op.batch_alter_table("authority_limits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_authority_limits_user_id_act_first_day"))

    op.drop_table("authority_limits")
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approvals_subject"))
        batch_op.drop_index(batch_op.f("ix_approvals_state_requested_at_id"))

    op.drop_table("approvals")
    with op.batch_alter_table("work_queue", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_work_queue_open",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_work_queue_state_due_at_id"))

    op.drop_table("work_queue")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_users_search_name_id"))

    op.drop_table("users")
    with op.batch_alter_table("seals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seals_log_name_sealed_at"))

    op.drop_table("seals")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_runs_started_at_id"))

    op.drop_table("runs")
    with op.batch_alter_table("reading_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reading_log_subject_id"))
        batch_op.drop_index(batch_op.f("ix_reading_log_company_id_id"))
        batch_op.drop_index(batch_op.f("ix_reading_log_at_id"))
        batch_op.drop_index(batch_op.f("ix_reading_log_actor_id"))

    op.drop_table("reading_log")
    op.drop_table("purge_permits")
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outgoing_mail_written_at_id"))
        batch_op.drop_index(batch_op.f("ix_outgoing_mail_state_written_at_id"))
        batch_op.drop_index(batch_op.f("ix_outgoing_mail_state_due_at_id"))

    op.drop_table("outgoing_mail")
    op.drop_table("organisations")
    op.drop_table("leases")
    with op.batch_alter_table("job_runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_runs_started_at_id"))
        batch_op.drop_index(batch_op.f("ix_job_runs_job_started_at"))

    op.drop_table("job_runs")
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_facts_subject"))
        batch_op.drop_index(batch_op.f("ix_facts_company_id_known_at"))

    op.drop_table("facts")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_documents_search_title_id"))
        batch_op.drop_index(batch_op.f("ix_documents_received_at_id"))
        batch_op.drop_index(batch_op.f("ix_documents_keep_until"))
        batch_op.drop_index(batch_op.f("ix_documents_file_ref"))
        batch_op.drop_index(batch_op.f("ix_documents_company_id_received_at_id"))

    op.drop_table("documents")
    op.drop_table("counters")
    with op.batch_alter_table("company_reach", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_reach_company_id"))

    op.drop_table("company_reach")
    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_companies_search_name_id"))

    op.drop_table("companies")
    with op.batch_alter_table("change_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_log_subject_id"))
        batch_op.drop_index(batch_op.f("ix_change_log_company_id_id"))
        batch_op.drop_index(batch_op.f("ix_change_log_at_id"))
        batch_op.drop_index(batch_op.f("ix_change_log_actor_id"))

    op.drop_table("change_log")
