"""`atmp records check`: every rate recomputed from the accounts and the tables, and what differs."""

from __future__ import annotations

from datetime import date

import click

from atmp_insure.command_line import NEEDS_ATTENTION, InputFile, InputFileType, print_json
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rate_records.check_answer import check_answer
from atmp_insure.rate_records.documents import Severity
from atmp_insure.rate_records.overcontribution import overcontributions
from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.reconciliation import reconcile
from atmp_insure.rate_records.report import check_report
from atmp_insure.regulation.loader import installed_law
from atmp_insure.settings import read_settings


@click.command(help="Recalculer les taux d'une entreprise à partir de ses documents, et dire ce qui diffère.")
@click.argument("files", metavar="FILE...", type=InputFileType(), nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
@click.pass_context
def check(ctx: click.Context, files: tuple[InputFile, ...], as_json: bool) -> None:
    """Check the papers of one company; status 1 when a finding of severity error remains."""
    reading = read_files(((file.name, file.content) for file in files), date.today())  # noqa: DTZ011 - a civil day
    if not reading.documents:
        raise InvalidInput(reading.faults)
    law = installed_law(read_settings().config_overlay).law
    reconciliation = reconcile(reading.documents, law)
    costs = overcontributions(reconciliation, law)
    if as_json:
        print_json(check_answer(reconciliation, costs, reading.faults))
    else:
        click.echo(check_report(reconciliation, costs, reading.faults))
    if reading.faults:
        raise InvalidInput(reading.faults)
    if any(finding.severity is Severity.ERROR for finding in reconciliation.findings):
        ctx.exit(NEEDS_ATTENTION)
