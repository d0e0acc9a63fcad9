"""A deposit by a process that dies at a named point; told the database, the keys, the vault, the company, the point."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from atmp_insure import tables
from atmp_insure.db import checkpoints
from atmp_insure.db.engine import open_database
from atmp_insure.db.keyring import KeyRing
from atmp_insure.documents.object_store import FileStore
from atmp_insure.documents.vault import Vault
from tests.documents.shelf import put_away

KILLED = 9


def main(address: str, keys: str, folder: str, company_id: str, point: str) -> None:
    assert tables.METADATA.tables
    checkpoints.watch(lambda name: os._exit(KILLED) if name == point else None)
    ring = KeyRing(Path(keys))
    put_away(open_database(address, ring), Vault(FileStore(Path(folder)), ring), int(company_id))


if __name__ == "__main__":
    main(*sys.argv[1:])
