"""`atmp records read`: what each paper says, every value with its place."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

import click

from atmp_insure.command_line import NEEDS_ATTENTION, print_json, received
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rate_records.answers import read_answer
from atmp_insure.rate_records.documents import EmployerAccount, Severity
from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.saved_mappings import installed_mappings

if TYPE_CHECKING:
    from atmp_insure.rate_records.account_update import AccountUpdate
    from atmp_insure.rate_records.readers import Reading


@click.command(help="Lire feuilles de calcul, comptes, historiques de taux et DSN (CSV, XLSX, XLS, PDF, JSON, ZIP).")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
@click.pass_context
def read(ctx: click.Context, files: tuple[str, ...], as_json: bool) -> None:
    """Read papers; one that cannot be used is told after the others, and none of it is kept."""
    today = date.today()  # noqa: DTZ011 - a civil day
    reading = read_files(received(files), today, installed_mappings())
    updates = _updates(reading)
    if as_json and (reading.documents or reading.to_key):
        print_json(read_answer(reading.documents, reading.faults, reading.to_key, updates))
    elif reading.documents or reading.to_key:
        report = import_module("atmp_insure.rate_records.read_report").read_report
        click.echo(report(reading.documents, updates, reading.to_key))
    if reading.faults:
        raise InvalidInput(reading.faults)
    findings = [finding for document in reading.documents for finding in document.findings]
    findings += [finding for found in updates for finding in found.findings]
    if any(finding.severity is Severity.ERROR for finding in findings):
        ctx.exit(NEEDS_ATTENTION)


def _updates(reading: Reading) -> tuple[AccountUpdate, ...]:
    """What newer versions of an account change, when there are two accounts at least."""
    if sum(isinstance(document, EmployerAccount) for document in reading.documents) < 2:
        return ()
    found: tuple[AccountUpdate, ...] = import_module("atmp_insure.rate_records.account_update").updates(
        reading.documents
    )
    return found
