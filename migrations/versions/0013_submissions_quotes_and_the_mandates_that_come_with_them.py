"""Submissions, quotes and the mandates that come with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "submissions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "closed",
                name="submissionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_reason IS NOT NULL)", name=op.f("ck_submissions_closed")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_submissions_company_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_submissions_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submissions_company_id_state"), ["company_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_submissions_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_submissions_starts_on_id"), ["starts_on", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_submissions_state_starts_on_id"), ["state", "starts_on", "id"], unique=False
        )

    op.create_table(
        "finding_answers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_finding_answers_company_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_finding_answers_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_answers")),
        sa.UniqueConstraint("submission_id", "key", name=op.f("uq_finding_answers_submission_id_key")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("finding_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_answers_company_id"), ["company_id"], unique=False)

    op.create_table(
        "needs_forms",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("answers", types.PlainJson(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_needs_forms_company_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_needs_forms_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs_forms")),
        sa.UniqueConstraint("submission_id", "number", name=op.f("uq_needs_forms_submission_id_number")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("needs_forms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_needs_forms_company_id"), ["company_id"], unique=False)

    op.create_table(
        "quotes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ready",
                "to_refer",
                "referred",
                "refused",
                "sent",
                "accepted",
                "lapsed",
                "replaced",
                name="quotestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("product_version", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("question", types.PlainJson(), nullable=False),
        sa.Column("answer_text", types.SecretText(), nullable=False),
        sa.Column("papers", types.PlainJson(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("scenarios", sa.BigInteger(), nullable=False),
        sa.Column("wages_eur", types.EuroCents(), nullable=False),
        sa.Column("largest_net_eur", types.EuroCents(), nullable=True),
        sa.Column("waits_for", sa.Text(), nullable=True),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state = 'referred') = (waits_for IS NOT NULL)", name=op.f("ck_quotes_referred")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_quotes_number")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_quotes_company_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name=op.f("fk_quotes_created_by_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_quotes_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("reference", name=op.f("uq_quotes_reference")),
        sa.UniqueConstraint("submission_id", "number", name=op.f("uq_quotes_submission_id_number")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quotes_company_id_state"), ["company_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_quotes_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_quotes_state_valid_until_id"), ["state", "valid_until", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_quotes_valid_until_id"), ["valid_until", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_quotes_waits_for_valid_until_id"), ["waits_for", "valid_until", "id"], unique=False
        )

    op.create_table(
        "quote_decisions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("quote_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "rules",
                "underwriter",
                "insurer",
                name="decisionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reasons", types.PlainJson(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("approval_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("applied_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["approval_id"], ["approvals.id"], name=op.f("fk_quote_decisions_approval_id")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_quote_decisions_company_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_quote_decisions_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_decisions")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("quote_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_decisions_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quote_decisions_quote_id"), ["quote_id"], unique=False)

    op.create_table(
        "quote_sendings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("quote_id", sa.BigInteger(), nullable=False),
        sa.Column("addressee", types.SecretText(), nullable=False),
        sa.Column("email", types.SecretText(), nullable=False),
        sa.Column("token", types.SecretText(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("sent_by_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("last_opened_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("openings", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_quote_sendings_company_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_quote_sendings_document_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_quote_sendings_quote_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["users.id"], name=op.f("fk_quote_sendings_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_sendings")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_quote_sendings_quote_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_quote_sendings_token_digest")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("quote_sendings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_sendings_company_id"), ["company_id"], unique=False)

    op.create_table(
        "sepa_mandates",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("bank_account_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("signatory", types.SecretText(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("recorded_at", types.UtcMoment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_account_id"], ["bank_accounts.id"], name=op.f("fk_sepa_mandates_bank_account_id")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_sepa_mandates_company_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sepa_mandates")),
        sa.UniqueConstraint("reference", name=op.f("uq_sepa_mandates_reference")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("sepa_mandates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sepa_mandates_bank_account_id"), ["bank_account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sepa_mandates_company_id"), ["company_id"], unique=False)

    op.create_table(
        "client_questions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sending_id", sa.BigInteger(), nullable=False),
        sa.Column("text", types.SecretText(), nullable=False),
        sa.Column("asked_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("answer", types.SecretText(), nullable=True),
        sa.Column("answered_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_client_questions_answered")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_client_questions_company_id")),
        sa.ForeignKeyConstraint(["sending_id"], ["quote_sendings.id"], name=op.f("fk_client_questions_sending_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_questions")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("client_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_questions_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_questions_sending_id"), ["sending_id"], unique=False)

    op.create_table(
        "quote_acceptances",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("quote_id", sa.BigInteger(), nullable=False),
        sa.Column("submission_id", sa.BigInteger(), nullable=False),
        sa.Column("variant", sa.BigInteger(), nullable=False),
        sa.Column("premium_eur", types.EuroCents(), nullable=False),
        sa.Column("signatory", types.SecretText(), nullable=False),
        sa.Column("signatory_role", types.SecretText(), nullable=False),
        sa.Column("consents", types.PlainJson(), nullable=False),
        sa.Column("accepted_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("mandate_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("variant >= 0", name=op.f("ck_quote_acceptances_variant")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_quote_acceptances_company_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["sepa_mandates.id"], name=op.f("fk_quote_acceptances_mandate_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_quote_acceptances_quote_id")),
        sa.ForeignKeyConstraint(["request_id"], ["document_requests.id"], name=op.f("fk_quote_acceptances_request_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name=op.f("fk_quote_acceptances_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_acceptances")),
        sa.UniqueConstraint("quote_id", name=op.f("uq_quote_acceptances_quote_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_quote_acceptances_submission_id")),
        sqlite_strict=True,
    )
    with op.batch_alter_table("quote_acceptances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_acceptances_company_id"), ["company_id"], unique=False)


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("quote_acceptances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quote_acceptances_company_id"))

    op.drop_table("quote_acceptances")
    with op.batch_alter_table("client_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_questions_sending_id"))
        batch_op.drop_index(batch_op.f("ix_client_questions_company_id"))

    op.drop_table("client_questions")
    with op.batch_alter_table("sepa_mandates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sepa_mandates_company_id"))
        batch_op.drop_index(batch_op.f("ix_sepa_mandates_bank_account_id"))

    op.drop_table("sepa_mandates")
    with op.batch_alter_table("quote_sendings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quote_sendings_company_id"))

    op.drop_table("quote_sendings")
    with op.batch_alter_table("quote_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quote_decisions_quote_id"))
        batch_op.drop_index(batch_op.f("ix_quote_decisions_company_id"))

    op.drop_table("quote_decisions")
    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quotes_waits_for_valid_until_id"))
        batch_op.drop_index(batch_op.f("ix_quotes_valid_until_id"))
        batch_op.drop_index(batch_op.f("ix_quotes_state_valid_until_id"))
        batch_op.drop_index(batch_op.f("ix_quotes_created_at_id"))
        batch_op.drop_index(batch_op.f("ix_quotes_company_id_state"))

    op.drop_table("quotes")
    with op.batch_alter_table("needs_forms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_needs_forms_company_id"))

    op.drop_table("needs_forms")
    with op.batch_alter_table("finding_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_answers_company_id"))

    op.drop_table("finding_answers")
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submissions_state_starts_on_id"))
        batch_op.drop_index(batch_op.f("ix_submissions_starts_on_id"))
        batch_op.drop_index(batch_op.f("ix_submissions_created_at_id"))
        batch_op.drop_index(batch_op.f("ix_submissions_company_id_state"))

    op.drop_table("submissions")
