"""The command `atmp`: one table of commands, each imported when it is called."""

from __future__ import annotations

import click

from atmp_insure import __version__
from atmp_insure.command_line import LazyGroup, run

COMMANDS = {
    "audit": "atmp_insure.access.cli:audit",
    "backup": "atmp_insure.db.cli.backups:backup",
    "db": "atmp_insure.db.cli.schema:db",
    "deadlines": "atmp_insure.deadlines.cli:deadlines",
    "demo": "atmp_insure.demonstration.cli:demo",
    "keys": "atmp_insure.db.cli.keys:keys",
    "ledger": "atmp_insure.ledger.cli:ledger",
    "rating": "atmp_insure.rating.cli:rating",
    "premiums": "atmp_insure.premiums.cli:premiums",
    "quote": "atmp_insure.underwriting.cli.quote:quote",
    "records": "atmp_insure.rate_records.cli:records",
    "regulation": "atmp_insure.regulation.cli:regulation",
    "restore": "atmp_insure.db.cli.backups:restore",
    "run": "atmp_insure.db.cli.working:run",
    "serve": "atmp_insure.web.cli:serve",
    "user": "atmp_insure.access.cli:user",
    "vault": "atmp_insure.documents.cli:vault",
    "worker": "atmp_insure.db.cli.working:worker",
}
DESCRIPTION = "Assurance du risque de taux AT/MP : application, calcul exact du taux, pièces du client, réglementation."


@click.group(cls=LazyGroup, lazy=COMMANDS, help=DESCRIPTION)
@click.version_option(__version__, prog_name="atmp")
def atmp() -> None:
    """Root of all commands."""


def main() -> None:
    """Entry point of the console script."""
    run(atmp)
