"""The command `atmp`: one table of commands, each imported when it is called."""

from __future__ import annotations

import click

from atmp_insure import __version__
from atmp_insure.command_line import LazyGroup, run

COMMANDS = {
    "deadlines": "atmp_insure.deadlines.cli:deadlines",
    "rating": "atmp_insure.rating.cli:rating",
    "records": "atmp_insure.rate_records.cli:records",
    "regulation": "atmp_insure.regulation.cli:regulation",
}


@click.group(cls=LazyGroup, lazy=COMMANDS, help="Taux AT/MP : calcul exact, pièces du client, réglementation datée.")
@click.version_option(__version__, prog_name="atmp")
def atmp() -> None:
    """Root of all commands."""


def main() -> None:
    """Entry point of the console script."""
    run(atmp)
