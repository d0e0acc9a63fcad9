"""The watch over letters: channels, looks, awaited letters; and the other days that a deadline was given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from atmp_insure.db import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "watched_channels",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("establishment_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum(
                "paper",
                "mail",
                "lucie",
                "qrpro",
                "account",
                "web",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.Column("notices_to", types.SecretText(), nullable=True),
        sa.Column("look_every_days", sa.BigInteger(), nullable=True),
        sa.Column("watched_since", sa.Date(), nullable=False),
        sa.Column("next_look_on", sa.Date(), nullable=True),
        sa.Column("sort_on", sa.Date(), nullable=False),
        sa.Column("looked_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column(
            "last_outcome",
            sa.Enum(
                "nothing",
                "new",
                "outage",
                "refused",
                name="lookoutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("failing_since", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("closed_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("closed_reason", types.SecretText(), nullable=True),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_reason IS NULL)", name=op.f("ck_watched_channels_closed")),
        sa.CheckConstraint("closed_at IS NULL OR next_look_on IS NULL", name=op.f("ck_watched_channels_next")),
        sa.CheckConstraint("look_every_days >= 1", name=op.f("ck_watched_channels_cadence")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_watched_channels_company_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_watched_channels_establishment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched_channels")),
        sa.UniqueConstraint("key", name=op.f("uq_watched_channels_key")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_watched_channels_channel_failing_since"), "watched_channels", ["channel", "failing_since"])
    op.create_index(op.f("ix_watched_channels_company_id"), "watched_channels", ["company_id"])
    op.create_index(op.f("ix_watched_channels_next_look_on"), "watched_channels", ["next_look_on"])
    op.create_index(op.f("ix_watched_channels_sort_on_id"), "watched_channels", ["sort_on", "id"])

    op.create_table(
        "awaited_letters",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("watch_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("establishment_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum(
                "paper",
                "mail",
                "lucie",
                "qrpro",
                "account",
                "web",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("reason", types.SecretText(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "expected",
                "available",
                "read",
                "kept",
                "lost",
                "set_aside",
                name="awaitedstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sort_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("available_on", sa.Date(), nullable=True),
        sa.Column("mailed_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("first_read_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("first_read_by", sa.Text(), nullable=True),
        sa.Column("downloaded_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("ended_at", types.UtcMoment(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_reason", types.SecretText(), nullable=True),
        sa.CheckConstraint("(state = 'kept') = (document_id IS NOT NULL)", name=op.f("ck_awaited_letters_kept")),
        sa.CheckConstraint("state <> 'read' OR first_read_at IS NOT NULL", name=op.f("ck_awaited_letters_read")),
        sa.CheckConstraint("state <> 'set_aside' OR ended_reason IS NOT NULL", name=op.f("ck_awaited_letters_reason")),
        sa.CheckConstraint(
            "state NOT IN ('available', 'read') OR available_on IS NOT NULL", name=op.f("ck_awaited_letters_available")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_awaited_letters_company_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_awaited_letters_document_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_awaited_letters_establishment_id")
        ),
        sa.ForeignKeyConstraint(["watch_id"], ["watched_channels.id"], name=op.f("fk_awaited_letters_watch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awaited_letters")),
        sa.UniqueConstraint("key", name=op.f("uq_awaited_letters_key")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_awaited_letters_company_id_state"), "awaited_letters", ["company_id", "state"])
    op.create_index(op.f("ix_awaited_letters_document_id"), "awaited_letters", ["document_id"])
    op.create_index(op.f("ix_awaited_letters_sort_on_id"), "awaited_letters", ["sort_on", "id"])
    op.create_index(op.f("ix_awaited_letters_state_sort_on_id"), "awaited_letters", ["state", "sort_on", "id"])
    op.create_index(op.f("ix_awaited_letters_watch_id_state"), "awaited_letters", ["watch_id", "state"])

    op.create_table(
        "channel_looks",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("watch_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("establishment_id", sa.BigInteger(), nullable=True),
        sa.Column("looked_at", types.UtcMoment(timezone=True), nullable=False),
        sa.Column("looked_by", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "nothing",
                "new",
                "outage",
                "refused",
                name="lookoutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", types.SecretText(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_channel_looks_company_id")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_channel_looks_establishment_id")
        ),
        sa.ForeignKeyConstraint(["watch_id"], ["watched_channels.id"], name=op.f("fk_channel_looks_watch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_looks")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_channel_looks_watch_id_looked_at_id"), "channel_looks", ["watch_id", "looked_at", "id"])

    op.add_column("live_deadlines", sa.Column("event_at", types.UtcMoment(timezone=True), nullable=True))
    op.add_column("live_deadlines", sa.Column("given_days", types.PlainJson(), server_default="{}", nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("live_deadlines", "given_days", server_default=None)


def downgrade() -> None:
    """Undo the change."""
    op.drop_column("live_deadlines", "given_days")
    op.drop_column("live_deadlines", "event_at")

    op.drop_table("channel_looks")
    op.drop_table("awaited_letters")
    op.drop_table("watched_channels")
