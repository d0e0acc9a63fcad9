"""Drafts a migration from what the models have and the schema lacks: `make migration text="…"`.

Alembic compares neither checks nor the lists of codes in them: those are written by hand, and `tests/db` says which.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from atmp_insure import tables
from atmp_insure.db import keyring, migration
from atmp_insure.db.engine import open_database


def draft(text: str) -> None:
    """Write the next file of `migrations/versions`, to be read and completed.

    Args:
        text: what changes, in a few words; it names the file.
    """
    assert tables.METADATA.tables
    with tempfile.TemporaryDirectory() as folder:
        keyring.make_keys_once(Path(folder) / "keys.json")
        database = open_database(f"sqlite:///{folder}/draft.sqlite", keyring.KeyRing(Path(folder) / "keys.json"))
        migration.rebuild_at(database, migration.newest() or migration.LATEST)  # no guards: new tables are not there
        with database.engine.begin() as connection:
            config = migration.alembic_config(connection)
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            config.set_main_option("truncate_slug_length", "60")
            number = f"{int(migration.newest() or 0) + 1:04}"
            command.revision(config, message=text, autogenerate=True, rev_id=number)
        database.close()


if __name__ == "__main__":
    draft(sys.argv[1])
