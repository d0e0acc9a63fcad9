"""`atmp db`: bring the database to this version, undo that, check it, and rebuild what it keeps twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from alembic.util import CommandError

from atmp_insure import app, work
from atmp_insure.command_line import NEEDS_ATTENTION
from atmp_insure.db import integrity, migration, projections
from atmp_insure.db.actor import system
from atmp_insure.installation import opened_installation
from atmp_insure.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.engine import Database
    from atmp_insure.db.projections import Projection

_OPERATOR = system("db command")


@click.group(help="Base de données : la mettre à niveau, la vérifier, reconstruire ses états.")
def db() -> None:
    """Group of the database commands."""


@db.command(help="Appliquer les migrations de cette version ; sans effet quand la base est à jour.")
@click.option("--to", "revision", default=migration.LATEST, metavar="RÉVISION", help="S'arrêter à cette révision.")
def upgrade(revision: str) -> None:
    """Migrate up."""
    with opened_installation(migrated=False) as (_, database):
        _migrate(database, revision, up=True)
        click.echo(f"Base de données à la révision {migration.current_revision(database)}.")


@db.command(help="Défaire les migrations jusqu'à une révision (« base » : toutes). Sauvegarder d'abord.")
@click.argument("revision", metavar="RÉVISION")
@click.option("--yes", is_flag=True, help="Ne pas demander confirmation.")
def downgrade(revision: str, *, yes: bool) -> None:
    """Migrate down; columns and tables that older versions lack are lost."""
    with opened_installation(migrated=False) as (_, database):
        if not yes:
            click.confirm("Les données que cette révision ne connaît pas seront perdues. Continuer ?", abort=True)
        _migrate(database, revision, up=False)
        click.echo(f"Base de données à la révision {migration.current_revision(database) or 'vide'}.")


def _migrate(database: Database, revision: str, *, up: bool) -> None:
    try:
        if up:
            migration.upgrade(database, revision)
        else:
            migration.downgrade(database, revision)
    except CommandError as error:
        known = ", ".join(migration.revisions())
        raise InvalidInput.one(
            f"révision « {revision} » impossible depuis {migration.current_revision(database) or 'une base vide'}",
            f"Choisir parmi : {known}",
        ) from error


@db.command(help="Vérifier le schéma, l'intégrité et les états reconstruits ; code 1 s'il y a un écart.")
@click.pass_context
def check(ctx: click.Context) -> None:
    """Compare the schema with the models, rows with their constraints, projections with their facts."""
    with opened_installation() as (_, database):
        faults = [f"schéma : {difference}" for difference in migration.schema_differences(database)]
        faults += [f"garde-fou : {difference}" for difference in integrity.missing_guards(database)]
        faults += [f"intégrité : {fault}" for fault in integrity.faults(database)]
        with database.reading(_OPERATOR) as session:
            for projection in work.PROJECTIONS:
                missing, strange = projections.differences(session, projection)
                if missing or strange:
                    faults.append(
                        f"état « {projection.name} » : {len(missing)} ligne(s) absente(s), {len(strange)} de trop. "
                        "Lancer « atmp db rebuild »."
                    )
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        ctx.exit(NEEDS_ATTENTION)
    click.echo("Base de données conforme.")


@db.command(help="Reconstruire les états (tous, ou ceux nommés) depuis les faits.")
@click.argument("names", nargs=-1, metavar="[ÉTAT]...")
def rebuild(names: Sequence[str]) -> None:
    """Write projections anew, each in its own transaction."""
    chosen = _chosen(names)
    with opened_installation(app.FACT_HANDLERS) as (_, database):
        for projection in chosen:
            with database.writing(_OPERATOR) as session:
                count = projections.rebuild(session, projection)
            click.echo(f"{projection.name} : {count} ligne(s).")
    if not chosen:
        click.echo("Aucun état à reconstruire.")


def _chosen(names: Sequence[str]) -> list[Projection]:
    by_name = {projection.name: projection for projection in work.PROJECTIONS}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        known = ", ".join(by_name) or "aucun état n'est déclaré"
        raise InvalidInput.one(f"état inconnu « {', '.join(unknown)} »", f"Choisir parmi : {known}")
    return [by_name[name] for name in names] if names else list(by_name.values())
