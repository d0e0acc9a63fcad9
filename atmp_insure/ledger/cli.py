"""`atmp ledger`: the accounting files that the office hands over, or receives, checked before they leave."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from atmp_insure.command_line import NEEDS_ATTENTION, STANDARD_STREAM, print_json, read_in_pieces
from atmp_insure.ledger.fec_answer import fec_answer, fec_report_fr
from atmp_insure.ledger.fec_check import check_fec
from atmp_insure.ledger.fec_findings import Severity

if TYPE_CHECKING:
    from datetime import datetime


@click.group(help="Comptabilité : contrôler un fichier des écritures comptables (FEC).")
def ledger() -> None:
    """Group of the commands on the books."""


@ledger.command("check-fec", help="Contrôler un FEC, de ce logiciel ou d'un autre ; code 1 s'il n'est pas conforme.")
@click.argument("file", metavar="FILE")
@click.option("--name", help="Nom sous lequel il sera remis, si le fichier en porte un autre.")
@click.option(
    "--first-day", type=click.DateTime(["%Y-%m-%d"]), metavar="AAAA-MM-JJ",
    help="Premier jour de l'exercice, s'il n'est pas de douze mois.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
@click.pass_context
def check_fec_file(
    ctx: click.Context, file: str, name: str | None, first_day: datetime | None, *, as_json: bool
) -> None:
    """Check one file, read as it comes; status 1 when a finding is an error."""
    known = name or (None if file == STANDARD_STREAM else Path(file).name)
    report = check_fec(read_in_pieces(file), known, None if first_day is None else first_day.date())
    if as_json:
        print_json(fec_answer(report))
    else:
        click.echo(fec_report_fr(report))
    if report.count(Severity.ERROR):
        ctx.exit(NEEDS_ATTENTION)
