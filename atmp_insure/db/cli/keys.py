"""`atmp keys`: make the key ring and the key of backups, rotate encryption keys, retire the old ones."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from atmp_insure.db import backup_cipher, keyring, rekeying
from atmp_insure.db.actor import system
from atmp_insure.db.runs import start_run
from atmp_insure.installation import opened_installation
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.settings import read_settings
from atmp_insure.work_process import named_work, worker_of

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

_OPERATOR = system("keys command")
_KEEP = "Le garder hors des sauvegardes, avec une copie en lieu sûr : sans lui, les données chiffrées sont perdues."


@click.group(help="Clés : trousseau, clé des sauvegardes, rotation.")
def keys() -> None:
    """Group of the key commands."""


@keys.command(help="Créer un trousseau (ou, avec --backup, une clé de sauvegarde) dans un fichier neuf.")
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--backup", is_flag=True, help="Une clé de sauvegarde au lieu d'un trousseau.")
def create(file: Path, *, backup: bool) -> None:
    """Make a key file; an existing one is never replaced."""
    if file.exists():
        raise InvalidInput.one("ce fichier existe déjà", "Choisir un autre nom ; rien n'a été écrit", source=str(file))
    try:
        if backup:
            backup_cipher.make_key_once(file)
        else:
            keyring.make_keys_once(file)
    except OSError as error:
        raise InvalidInput.one("ce fichier ne peut pas être écrit", "Vérifier le dossier", source=str(file)) from error
    click.echo(f"{file} : {'clé de sauvegarde' if backup else 'trousseau'} créé. {_KEEP}")


@keys.command("list", help="Nommer les clés du trousseau, la clé en usage d'abord.")
def list_keys() -> None:
    """Names of the keys, which reveal nothing of them."""
    ring = keyring.KeyRing(read_settings().keys_file)
    for number, name in enumerate(ring.names):
        click.echo(f"{name}  {'en usage' if number == 0 else 'ancienne : déchiffre encore'}")


@keys.command(help="Mettre une clé neuve en usage, puis renouveler tout ce que les anciennes ont chiffré.")
@click.option(
    "--only-reencrypt", is_flag=True, help="Sans clé neuve : renouveler ce qui dépend encore d'anciennes clés."
)
@click.option("--wait", is_flag=True, help="Faire le renouvellement ici, sans attendre un « atmp worker ».")
def rotate(*, only_reencrypt: bool, wait: bool) -> None:
    """Add a key and start the run that renews."""
    with opened_installation() as (_, database):
        name = database.key_ring.current_name if only_reencrypt else database.key_ring.add_key()
        count = _start(database, name)
        click.echo(f"Clé en usage : {name}. Renouvellement : {count} lot(s) en file.")
        if wait:
            worker_of(database).drain()
            click.echo("Renouvellement fait. Les anciennes clés se retirent par « atmp keys retire ».")
        else:
            click.echo("Un « atmp worker » (ou « atmp serve » sur SQLite) le fait ; ensuite « atmp keys retire ».")


def _start(database: Database, key_name: str) -> int:
    now = datetime.now(UTC)
    with named_work(f"keys:{key_name}"), database.writing(_OPERATOR) as session:
        return start_run(session, rekeying.RUN, f"{key_name}:{now:%Y%m%dT%H%M%S%f}", now, {"key": key_name}).item_count


@keys.command(help="Retirer du trousseau les anciennes clés, si plus rien n'en dépend.")
def retire() -> None:
    """Drop the older keys."""
    with opened_installation() as (_, database):
        dropped = rekeying.retire_keys(database)
    click.echo(f"Clé(s) retirée(s) : {', '.join(dropped)}." if dropped else "Aucune ancienne clé dans le trousseau.")
