"""`atmp vault`: verify every content of the vault, and remove what no document refers to."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from atmp_insure.command_line import NEEDS_ATTENTION, print_json
from atmp_insure.documents.vault import open_vault
from atmp_insure.documents.vault_care import sweep_orphans, verify_vault
from atmp_insure.installation import opened_installation


@click.group(help="Coffre des documents : le vérifier, en retirer ce qui ne sert plus.")
def vault() -> None:
    """Group of the commands on the vault."""


@vault.command(help="Ouvrir chaque contenu ; code 1 si un document est altéré ou absent.")
@click.option("--json", "as_json", is_flag=True, help="Écrire un document JSON.")
@click.pass_context
def verify(ctx: click.Context, *, as_json: bool) -> None:
    """Say which documents no longer open."""
    with opened_installation() as (settings, database):
        report = verify_vault(database, open_vault(settings, database.key_ring))
    if as_json:
        damaged = [{"document": one.document_id, "version": one.number, "reason": one.reason} for one in report.damaged]
        print_json({"checked": report.checked, "damaged": damaged, "orphans": report.orphans})
    else:
        click.echo(
            f"{report.checked} version(s) vérifiée(s), {len(report.damaged)} illisible(s), "
            f"{report.orphans} objet(s) sans document."
        )
    for one in report.damaged:
        click.echo(f"Document n° {one.document_id}, version {one.number} : {one.reason}", err=True)
    if report.damaged:
        ctx.exit(NEEDS_ATTENTION)


@vault.command(help="Retirer les objets de plus d'un jour auxquels aucun document ne renvoie.")
def sweep() -> None:
    """Remove orphans and drafts."""
    with opened_installation() as (settings, database):
        report = sweep_orphans(database, open_vault(settings, database.key_ring), datetime.now(UTC))
    if report.held_by_backup:
        click.echo("Une sauvegarde est en cours : rien n'a été retiré. Recommencer après.", err=True)
    else:
        click.echo(f"{report.objects} objet(s) et {report.drafts} brouillon(s) retirés.")
