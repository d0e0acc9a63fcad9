"""`atmp regulation learn`: values that papers print and the tables lack, proposed for the office's overlay."""

from __future__ import annotations

from datetime import UTC, date, datetime

import click

from atmp_insure.command_line import NEEDS_ATTENTION, received
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.french import french_number
from atmp_insure.kernel.paris import paris_day
from atmp_insure.rate_records.learning import Learned
from atmp_insure.rate_records.learning import learn as learn_from
from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.reconciliation import reconcile
from atmp_insure.rate_records.saved_mappings import installed_mappings
from atmp_insure.regulation.loader import installed_law
from atmp_insure.regulation.service import plan_import, write_import
from atmp_insure.settings import read_settings

NO_OVERLAY = "Définir ATMP_CONFIG_DIR : le dossier qui porte la surcouche de config/ du bureau"


@click.command(help="Proposer à la surcouche du bureau les valeurs que des feuilles de calcul impriment.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--write", is_flag=True, help="Écrire les valeurs proposées dans la surcouche du bureau.")
@click.pass_context
def learn(ctx: click.Context, files: tuple[str, ...], write: bool) -> None:
    """Say what papers teach; with --write take it into the overlay. Status 1 when papers disagree."""
    overlay = read_settings().config_overlay
    if write and overlay is None:
        raise InvalidInput.one("aucune surcouche de réglementation n'est réglée", NO_OVERLAY)
    reading = read_files(received(files), date.today(), installed_mappings())  # noqa: DTZ011 - a civil day
    if reading.faults:
        raise InvalidInput(reading.faults)
    law = installed_law(overlay).law
    learned = learn_from(reconcile(reading.documents, law), law)
    click.echo(_text(learned))
    if write and overlay is not None and learned.proposed:
        plan = plan_import(learned.proposed, law)
        for path in write_import(plan, overlay / "regulation", paris_day(datetime.now(UTC))):
            click.echo(f"Écrit : {path}")
    if learned.disagreements:
        ctx.exit(NEEDS_ATTENTION)


def _text(learned: Learned) -> str:
    lines = [f"{len(learned.proposed)} valeur(s) proposée(s), {learned.known} déjà dans les tables."]
    for value in learned.proposed:
        key = " ".join(part for part in value.key if part != "-")
        lines.append(f"  + {value.schedule} {value.rate_year} {key} : {french_number(value.value)} ({value.source})")
    if learned.disagreements:
        lines += ["Désaccords :", *(f"  ! {said}" for said in learned.disagreements)]
    return "\n".join(lines)
