"""Tryton beside us: installed by hash in an environment of its own, a separate program, in the same server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

if TYPE_CHECKING:
    from tests.benchmarks.lists.postgres import Server

HERE = Path(__file__).parent
DATABASE = "tryton"


def measured(server: Server, folder: Path, invoices: int, runs: int) -> dict[str, Any]:
    """What `peer_tryton.py` found, in a database made anew by a role that no row-level security holds for.

    Args:
        folder: where the environment of Tryton is kept.
    """
    with server.connection("postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    address = make_url(server.address("postgres", DATABASE))
    where = {
        "TRYTOND_DATABASE_URI": "postgresql://", "DB_NAME": DATABASE, "PGUSER": "postgres",
        "PGHOST": str(address.query.get("host") or address.host), "PGPORT": str(address.port or 5432),
        "TRYTOND_QUEUE__WORKER": "true",  # what is printed waits for a worker, as it does here
    }  # fmt: skip
    command = [str(_python(folder / "tryton")), str(HERE / "peer_tryton.py"), str(invoices), str(runs)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | where
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _python(environment: Path) -> Path:
    """The interpreter of the environment, which is made the first time."""
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        lock = str(HERE / "requirements-tryton.lock")
        subprocess.run([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", lock], check=True)
    return python
