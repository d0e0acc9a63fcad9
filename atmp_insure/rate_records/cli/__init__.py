"""`atmp records`: the papers of a client read, and checked against each other and the law.

Each command is a module imported when it is called: reading a file never waits for the law to be loaded.
"""

from __future__ import annotations

import click

from atmp_insure.command_line import LazyGroup

COMMANDS = {
    "check": "atmp_insure.rate_records.cli.check:check",
    "map": "atmp_insure.rate_records.cli.map:map_columns",
    "read": "atmp_insure.rate_records.cli.read:read",
}


@click.group(cls=LazyGroup, lazy=COMMANDS, help="Lire et contrôler les feuilles de calcul et les comptes employeur.")
def records() -> None:
    """Group of the commands about papers."""
