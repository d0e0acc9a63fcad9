"""`atmp backup` and `atmp restore`: the whole installation, database and vault together, in one encrypted file."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from atmp_insure.command_line import NEEDS_ATTENTION
from atmp_insure.db import backup_cipher
from atmp_insure.db.backup import write_backup
from atmp_insure.db.kept_lease import KeptLease
from atmp_insure.db.restore import BackupFile, check_backup, restore_backup
from atmp_insure.db.worker import process_name
from atmp_insure.documents.models import DocumentVersion
from atmp_insure.documents.vault import open_vault
from atmp_insure.documents.vault_care import BACKUP_LEASE
from atmp_insure.installation import opened_installation
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.kernel.paris import PARIS
from atmp_insure.settings import PRODUCTION, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from atmp_insure.db.backup import Manifest
    from atmp_insure.settings import Settings

_FILE = click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path, dir_okay=False))
_KEY = click.option("--key-file", metavar="CLÉ", type=click.Path(path_type=Path, dir_okay=False),
                    help="Clé des sauvegardes ; par défaut celle des réglages.")  # fmt: skip
_DRAFT_SUFFIX = ".partiel"

# every object that a version still holds the key of; erased ones are gone with their key
ADDRESSES = (
    select(DocumentVersion.address)
    .where(DocumentVersion.object_key.is_not(None))
    .distinct()
    .order_by(DocumentVersion.address)
)


@click.command(help="Sauvegarder base et coffre, ensemble et chiffrés, pendant que chacun travaille.")
@_FILE
@_KEY
@click.pass_context
def backup(ctx: click.Context, file: Path, key_file: Path | None) -> None:
    """Write a backup; status 1 when the vault lacks an object that the database names."""
    with opened_installation() as (settings, database):
        key, now = _backup_key(settings, key_file), datetime.now(UTC)
        vault = open_vault(settings, database.key_ring).store
        with KeptLease(database, BACKUP_LEASE, process_name()) as lease, _new_file(file) as target:
            if not lease.held:  # the sweep of the vault also waits while it is held
                raise Refused("Une autre sauvegarde est en cours. Attendre qu'elle finisse.")
            manifest = write_backup(database, vault, ADDRESSES, target, key=key, now=now)
    click.echo(f"{file} : {_told(manifest)}.")
    for address in manifest.missing:
        click.echo(f"Objet absent du coffre : {address}. Le chercher dans une sauvegarde plus ancienne.", err=True)
    if manifest.missing:
        ctx.exit(NEEDS_ATTENTION)


@click.command(help="Restaurer une sauvegarde dans une installation vide, puis comparer ce qui est écrit.")
@_FILE
@_KEY
@click.option("--check", "only_check", is_flag=True, help="Lire et vérifier la sauvegarde sans rien écrire.")
def restore(file: Path, key_file: Path | None, *, only_check: bool) -> None:
    """Restore a backup, or only check it."""
    settings = read_settings()
    key = _backup_key(settings, key_file)
    with _existing_file(file) as source:
        read = BackupFile(source, key, str(file))
        taken = f"{read.header.taken_at.astimezone(PARIS):%d/%m/%Y à %H:%M}"
        if only_check:
            click.echo(f"Sauvegarde du {taken} : intacte, {_told(check_backup(read))}.")
            return
        with opened_installation(migrated=False) as (_, database):
            manifest = restore_backup(database, open_vault(settings, database.key_ring).store, read)
    click.echo(f"Sauvegarde du {taken} restaurée et comparée : {_told(manifest)}.")


def _told(manifest: Manifest) -> str:
    size = int(manifest.objects["size"])
    return (
        f"{manifest.row_count} ligne(s) de {len(manifest.tables)} tables, "
        f"{manifest.objects['count']} objet(s) du coffre ({size} octets)"
    )


def _backup_key(settings: Settings, given: Path | None) -> bytes:
    """The key given, else the one of the settings, else the user's own, made at the first backup outside production."""
    if given is not None:
        return backup_cipher.read_key(given)
    if settings.operation.backup_key_file:
        return backup_cipher.read_key(Path(settings.operation.backup_key_file))
    if settings.environment == PRODUCTION:
        remedy = "Donner --key-file, ou régler ATMP_OPERATION__BACKUP_KEY_FILE"
        raise InvalidInput.one("clé des sauvegardes non réglée", remedy)
    path = default_backup_key()
    backup_cipher.make_key_once(path)
    return backup_cipher.read_key(path)


def default_backup_key() -> Path:
    """Where a local installation keeps its backup key: with the user's settings, away from data and backups."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "atmp-insure" / "backup.key"


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name only once it is whole and on the disk; an existing one is never replaced."""
    if path.exists():
        raise InvalidInput.one("ce fichier existe déjà", "Choisir un autre nom ; rien n'a été écrit", source=str(path))
    draft = path.with_name(path.name + _DRAFT_SUFFIX)
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise InvalidInput.one("ce fichier ne peut pas être écrit", "Vérifier le dossier", source=str(path)) from error
    try:
        with os.fdopen(handle, "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _existing_file(path: Path) -> Iterator[BinaryIO]:
    try:
        source = path.open("rb")
    except OSError as error:
        raise InvalidInput.one("ce fichier ne peut pas être lu", "Vérifier le chemin", source=str(path)) from error
    with source:
        yield source
