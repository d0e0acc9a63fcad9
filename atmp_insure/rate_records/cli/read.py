"""`atmp records read`: what each paper says, every value with its place."""

from __future__ import annotations

from datetime import date

import click

from atmp_insure.command_line import InputFile, InputFileType, print_json
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.rate_records.answers import read_answer
from atmp_insure.rate_records.read_report import read_report
from atmp_insure.rate_records.readers import read_files


@click.command(help="Lire des feuilles de calcul et des comptes employeur (CSV, XLSX).")
@click.argument("files", metavar="FILE...", type=InputFileType(), nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
def read(files: tuple[InputFile, ...], as_json: bool) -> None:
    """Read papers; one that cannot be used is told after the others, and none of it is kept."""
    reading = read_files(((file.name, file.content) for file in files), date.today())  # noqa: DTZ011 - a civil day
    if reading.documents and as_json:
        print_json(read_answer(reading.documents, reading.faults))
    elif reading.documents:
        click.echo(read_report(reading.documents))
    if reading.faults:
        raise InvalidInput(reading.faults)
