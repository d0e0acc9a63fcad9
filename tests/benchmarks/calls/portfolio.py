"""Policies of which premiums are to be called: one is written by the product, the others are copies of its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from atmp_insure.db import migration
from atmp_insure.db.engine import open_database
from atmp_insure.guarantees.vocabulary import Frequency
from atmp_insure.policies.models import Policy
from atmp_insure.policies.stack_service import Act, stack_of, write_entries
from atmp_insure.policies.transactions import Opening
from atmp_insure.premiums import service
from tests.benchmarks.renewals.portfolio import columns_of
from tests.policies.desk import Desk, an_insurer
from tests.underwriting.desk import NOW

if TYPE_CHECKING:
    import psycopg

    from atmp_insure.db.engine import Database
    from atmp_insure.db.keyring import KeyRing

LINES = 2  # guarantees that are called
DUE = (date(2027, 1, 1), date(2027, 7, 1))  # two instalments a year
_APART = 1_000  # between the numbers of two copies of a row: the first policies have fewer rows in each table
_REFERENCE = "'P-' || lpad((100000 + n)::text, 6, '0')"
# tables of a policy → the rows of the model, what a copy has of its own; n is its number, from 1
_OWN: dict[str, tuple[str, dict[str, str]]] = {
    "companies": ("id = {company}", {"id": "id + {n}", "siren": "lpad((100000 + n)::text, 9, '0')"}),
    "policies": ("id = {policy}", {
        "id": "id + {n}", "company_id": "company_id + {n}", "reference": _REFERENCE,
    }),
    "policy_transactions": ("policy_id = {policy}", {
        "id": "id + {n}", "company_id": "company_id + {n}", "policy_id": "policy_id + {n}",
    }),
    "policy_charges": ("policy_id = {policy}", {
        "id": "id + {n}", "company_id": "company_id + {n}", "policy_id": "policy_id + {n}",
        "transaction_id": "transaction_id + {n}",
    }),
    "policy_standings": ("policy_id = {policy}", {
        "id": "id + {n}", "company_id": "company_id + {n}", "policy_id": "policy_id + {n}", "reference": _REFERENCE,
    }),
    "premium_schedules": ("policy_id = {policy}", {
        "id": "id + {n}", "company_id": "company_id + {n}", "policy_id": "policy_id + {n}", "reference": _REFERENCE,
    }),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """The policy that the others are copies of."""

    policy: int
    company: int


def fill(address: str, keys: KeyRing, connection: psycopg.Connection, policies: int) -> None:
    """Make a portfolio in an empty database.

    Args:
        connection: of the superuser.
        policies: how many there are to be.
    """
    database = open_database(address, keys)
    migration.upgrade(database)
    model = _model(database)
    database.close()
    for table, (which, own) in _OWN.items():
        _multiply(connection, table, which.format(policy=model.policy, company=model.company), own, policies - 1)
    connection.execute("VACUUM (ANALYZE)")


def _model(database: Database) -> Model:
    """A policy of two instalments a year, with the opening of one that a client accepted."""
    desk = Desk.of(database, an_insurer(database))
    issued = desk.policy(desk.issued())
    opening = stack_of(issued)[0].entry
    assert isinstance(opening.content, Opening)
    terms = replace(opening.content.terms, frequency=Frequency.HALF_YEARLY)
    with database.writing(desk.quoting.underwriter) as session:
        made = Policy(
            company_id=issued.company_id, reference="P-100000", product=issued.product, quote_id=None, created_at=NOW,
            created_by="test", transactions=[],
        )  # fmt: skip
        session.add(made)
        session.flush()
        entry = replace(opening, content=replace(opening.content, terms=terms), charges=opening.charges[:LINES])
        write_entries(session, made, [entry], Act("Reprise", NOW))
        service.keep_schedule(session, made)
        return Model(made.id, made.company_id)


def _multiply(connection: psycopg.Connection, table: str, which: str, own: dict[str, str], copies: int) -> None:
    names = columns_of(connection, table)
    values = ", ".join(own.get(name, name).format(n=f"{_APART} * n") for name in names)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table}, generate_series(1, {copies}) n "
        f"WHERE {which}"
    )
    connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
