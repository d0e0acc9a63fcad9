"""How Alembic runs here: on a connection that `db.migration` opened."""

from __future__ import annotations

from alembic import context

from atmp_insure import tables

connection = context.config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=tables.METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    user_module_prefix="types.",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
