"""Ten thousand policies to renew: one is issued by the product, the others are copies of its rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from atmp_insure.db import migration
from atmp_insure.policies.mass_service import MassRenewal
from atmp_insure.policies.renewing import RenewalTerms
from tests.benchmarks.lists.postgres import OFFICE, Server
from tests.policies.desk import Desk, an_insurer
from tests.underwriting.desk import PRODUCT

if TYPE_CHECKING:
    import psycopg

FOLDER = Path(__file__).parents[3] / "var" / "bench-renewals"
POLICIES = 10_000
_APART = 1_000  # between the numbers of two copies of a row: the first policy has fewer rows in each table
DUE, NOTICE_DAY = date(2028, 1, 1), date(2027, 10, 31)
NOW = datetime(2027, 10, 1, tzinfo=UTC)
WANTED = MassRenewal(PRODUCT, DUE, DUE, RenewalTerms(index=Fraction("1.02")), NOTICE_DAY)
# tables of a policy → what a copy has of its own; n is its number, from 1
_OWN = {
    "companies": {"id": "id + {n}", "siren": "lpad((100000 + n)::text, 9, '0')"},
    "policies": {
        "id": "id + {n}", "company_id": "company_id + {n}", "quote_id": "NULL",
        "reference": "'P-' || lpad((100000 + n)::text, 6, '0')",
    },
    "policy_transactions": {"id": "id + {n}", "company_id": "company_id + {n}", "policy_id": "policy_id + {n}"},
    "policy_charges": {
        "id": "id + {n}", "company_id": "company_id + {n}", "policy_id": "policy_id + {n}",
        "transaction_id": "transaction_id + {n}",
    },
    "policy_standings": {
        "id": "id + {n}", "company_id": "company_id + {n}", "policy_id": "policy_id + {n}",
        "reference": "'P-' || lpad((100000 + n)::text, 6, '0')",
    },
}  # fmt: skip


def a_server() -> Server:
    """The server of this measure: every commit reaches the disk, as in an office."""
    return Server(FOLDER, settings="shared_buffers = 1GB\nrandom_page_cost = 1.1\n")


def fill(server: Server) -> None:
    """Make the portfolio in the database `atmp`, which runs then copy."""
    server.make_database()
    database = server.database()
    migration.upgrade(database)
    Desk.of(database, an_insurer(database)).issued()
    database.close()
    with server.connection() as connection:
        for table, own in _OWN.items():
            _multiply(connection, table, own)
        connection.execute("VACUUM (ANALYZE)")


def copy(server: Server, name: str) -> None:
    """A database of its own with the portfolio as it was filled."""
    with server.connection("postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} OWNER {OFFICE} TEMPLATE atmp")


def columns_of(connection: psycopg.Connection, table: str) -> list[str]:
    """The columns of a table that are given their values."""
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER' "
        "ORDER BY ordinal_position",
        [table],
    )
    return [str(name) for (name,) in found]


def _multiply(connection: psycopg.Connection, table: str, own: dict[str, str]) -> None:
    names = columns_of(connection, table)
    values = ", ".join(own.get(name, name).format(n=f"{_APART} * n") for name in names)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table}, generate_series(1, {POLICIES - 1}) n"
    )
    connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
