"""`atmp records check`: every rate recomputed from the accounts and the tables, and what differs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from atmp_insure.command_line import NEEDS_ATTENTION, print_json, received
from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rate_records.answers import read_answer
from atmp_insure.rate_records.check_answer import check_answer
from atmp_insure.rate_records.cli.check_workbook import write_check_workbook
from atmp_insure.rate_records.documents import CalculationSheet, Severity
from atmp_insure.rate_records.last_days import with_last_days
from atmp_insure.rate_records.overcontribution import overcontributions
from atmp_insure.rate_records.read_report import missing_papers_fr, read_report
from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.reconciliation import reconcile
from atmp_insure.rate_records.report import check_report
from atmp_insure.rate_records.saved_mappings import installed_mappings
from atmp_insure.regulation.loader import installed_law
from atmp_insure.settings import read_settings

if TYPE_CHECKING:
    from atmp_insure.rate_records.readers import Reading


@click.command(help="Recalculer les taux d'une entreprise à partir de ses documents, et dire ce qui diffère.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
@click.option("--xlsx", "workbook", type=click.Path(path_type=Path), help="Écrire aussi un classeur XLSX.")
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...], as_json: bool, workbook: Path | None) -> None:
    """Check the papers of one company; status 1 when a finding of severity error remains."""
    reading = read_files(received(files), date.today(), installed_mappings())  # noqa: DTZ011 - a civil day
    if not reading.documents:
        raise InvalidInput(reading.faults)
    overlay = read_settings().config_overlay
    law = installed_law(overlay).law
    reconciliation = with_last_days(reconcile(reading.documents, law), installed_deadlines(overlay))
    costs = overcontributions(reconciliation, law)
    answer = check_answer(reconciliation, costs, reading.faults)
    if workbook is not None:
        _write_workbook(workbook, answer, reading)
    if as_json:
        print_json(answer)
    else:
        click.echo(_report(reading, check_report(reconciliation, costs, reading.faults)))
    if reading.faults:
        raise InvalidInput(reading.faults)
    if any(finding.severity is Severity.ERROR for finding in reconciliation.findings):
        ctx.exit(NEEDS_ATTENTION)


def _report(reading: Reading, checked: str) -> str:
    """What was found; without any sheet, what was read stands before it, and what is missing after."""
    has_sheet = any(isinstance(document, CalculationSheet) for document in reading.documents)
    parts = [checked] if has_sheet else [read_report(reading.documents), checked]
    return "\n".join(part for part in (*parts, missing_papers_fr(reading.documents)) if part)


def _write_workbook(path: Path, answer: dict[str, Any], reading: Reading) -> None:
    try:
        write_check_workbook(path, answer, read_answer(reading.documents)["documents"])
    except OSError as error:
        raise InvalidInput.one(
            "classeur impossible à écrire", "Vérifier le dossier et les droits", source=str(path)
        ) from error
