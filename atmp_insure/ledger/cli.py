"""`atmp ledger`: the accounting files that the office hands over, or receives, checked before they leave."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from atmp_insure.command_line import (
    NEEDS_ATTENTION,
    STANDARD_STREAM,
    InputFile,
    InputFileType,
    print_json,
    read_in_pieces,
)
from atmp_insure.db.actor import system
from atmp_insure.installation import opened_installation
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import french_euros
from atmp_insure.kernel.paris import paris_day
from atmp_insure.ledger import fec_service, opening_service
from atmp_insure.ledger.fec import fec_bytes, fec_name
from atmp_insure.ledger.fec_answer import fec_answer, fec_report_fr
from atmp_insure.ledger.fec_check import check_fec
from atmp_insure.ledger.fec_findings import Severity
from atmp_insure.ledger.fec_service import FecBasis
from atmp_insure.ledger.loader import installed_chart, installed_results
from atmp_insure.ledger.service import Books

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.db.engine import Database
    from atmp_insure.settings import Settings

_OPERATOR = system("ledger command")
_STANDING = {
    True: "FEC définitif, tous les mois de l'exercice sont clos.",
    False: "FEC PROVISOIRE : des mois de l'exercice ne sont pas clos. Les clore, puis l'écrire de nouveau.",
}


@click.group(help="Comptabilité : écrire et contrôler le fichier des écritures comptables (FEC).")
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


@ledger.command(
    "fec", help="Écrire le FEC d'un exercice du bureau, puis le contrôler ; code 1 s'il n'est pas conforme."
)
@click.option("--year", type=int, required=True, metavar="AAAA", help="Année où l'exercice se clôt.")
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path(), metavar="DOSSIER",
    help="Dossier où l'écrire ; par défaut le dossier courant.",
)  # fmt: skip
@click.pass_context
def write_fec(ctx: click.Context, year: int, output: Path) -> None:
    """Write the file of a year of our own books, say whether it is final, and check it as any other."""
    with opened_installation() as (settings, database):
        path, basis, is_final = _written_fec(settings, database, year, output)
    report = check_fec(read_in_pieces(str(path)), path.name, basis.year.first_day)
    click.echo(f"{path} : {_STANDING[is_final]}")
    if basis.results.citation.warning:
        click.echo(f"À confirmer : {basis.results.citation.warning}")
    click.echo(fec_report_fr(report))
    if report.count(Severity.ERROR):
        ctx.exit(NEEDS_ATTENTION)


def _written_fec(settings: Settings, database: Database, number: int, folder: Path) -> tuple[Path, FecBasis, bool]:
    siren = fec_service.require_siren(settings.site.office_siren)
    year = fec_service.known_year(number, settings.ledger.year_first_month)
    on = min(year.last_day, paris_day(datetime.now(UTC)))
    overlay = settings.config_overlay
    basis = FecBasis(year, installed_chart(overlay, on), installed_results(overlay, on))
    path = folder / fec_name(siren, year.last_day)
    with database.reading(_OPERATOR) as session:
        fec_service.require_entries(session, year)
        is_final = fec_service.is_final(session, year)
        _write(path, fec_bytes(fec_service.fec_lines(session, basis)))
    return path, basis, is_final


def _write(path: Path, rows: Iterable[bytes]) -> None:
    """Write beside, then put in place: a file of this name is whole, or is the former one."""
    beside = path.with_name(f"{path.name}.part")
    try:
        with beside.open("wb") as stream:
            stream.writelines(rows)
        beside.replace(path)
    except OSError as error:
        raise InvalidInput.one(
            "ce dossier ne reçoit pas le fichier", "Vérifier le chemin, les droits et la place", source=str(path.parent)
        ) from error
    finally:
        beside.unlink(missing_ok=True)


@ledger.command("open", help="Reprendre les soldes d'un autre système (CSV), contrôlés puis passés une fois.")
@click.argument("file", type=InputFileType())
@click.option(
    "--first-day", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="AAAA-MM-JJ",
    help="Premier jour d'un mois ; les soldes sont ceux de la veille.",
)  # fmt: skip
@click.option("--check", "is_check", is_flag=True, help="Contrôler sans rien passer.")
def open_balances(file: InputFile, first_day: datetime, *, is_check: bool) -> None:
    """Take balances over, or say what is wrong with each line."""
    now = datetime.now(UTC)
    with opened_installation() as (settings, database), database.writing(_OPERATOR) as session:
        chart = installed_chart(settings.config_overlay, paris_day(now))
        try:
            found = opening_service.look_at(session, opening_service.rows_of(file.content), first_day.date(), chart)
        except InvalidInput as error:
            raise error.within(file.name) from error
        posted = 0 if is_check else opening_service.take_over(session, found, Books(chart, now))
    told = [french_euros(Fraction(one)) for one in (found.debit_eur, found.credit_eur, found.left_eur)]
    done = "contrôlé, rien n'est passé" if is_check else f"{posted} écriture(s) passée(s)" if posted else "déjà repris"
    click.echo(f"{file.name} : {done}. Débit {told[0]}, crédit {told[1]}, reste au bilan d'ouverture {told[2]}.")
