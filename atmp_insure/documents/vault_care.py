"""Care of the vault: verifying every object, and removing those that nothing refers to any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.db import checkpoints
from atmp_insure.db.actor import system
from atmp_insure.db.leases import Lease
from atmp_insure.db.scope import unscoped
from atmp_insure.documents.models import Document, DocumentVersion
from atmp_insure.documents.vault import DamagedObject, lock_address
from atmp_insure.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.documents.vault import Vault

BACKUP_LEASE = "backup"
ORPHAN_AGE = timedelta(days=1)  # a younger one may belong to a deposit that is not committed yet
_AT_ONCE = 200
_ACTOR = system("vault")


@dataclass(frozen=True, slots=True)
class DamagedVersion:
    """A version whose content cannot be opened, and why, in French."""

    document_id: int
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class VaultReport:
    """What a verification found.

    Attributes:
        checked: versions whose content was opened, whole.
        damaged: those that do not open.
        orphans: objects that no version refers to; the sweep removes them.
    """

    checked: int
    damaged: tuple[DamagedVersion, ...]
    orphans: int


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep removed; nothing while a backup is being taken."""

    objects: int = 0
    drafts: int = 0
    held_by_backup: bool = False


def verify_vault(database: Database, vault: Vault) -> VaultReport:
    """Open every version's content, and count the objects that nothing refers to; changes nothing."""
    checked, damaged, last_id = 0, [], 0
    while rows := _versions_after(database, last_id):
        for version, company_id in rows:
            checked += 1
            try:
                vault.opened(company_id, version)
            except DamagedObject:
                damaged += _confirmed(database, vault, version.id)
        last_id = rows[-1][0].id
    orphans = sum(len(found) for found in _unreferenced(database, vault.store.list_addresses()))
    return VaultReport(checked, tuple(damaged), orphans)


def _confirmed(database: Database, vault: Vault, version_id: int) -> list[DamagedVersion]:
    """The damage, unless the version was erased, or its key rotated, since it was listed."""
    for version, company_id in _versions_after(database, version_id - 1, most=1):
        try:
            if version.id == version_id:
                vault.opened(company_id, version)
        except NotFound:
            return []
        except DamagedObject as error:
            return [DamagedVersion(version.document_id, version.number, str(error))]
    return []


def sweep_orphans(database: Database, vault: Vault, now: datetime) -> SweepReport:
    """Remove objects older than a day that nothing refers to, and drafts of killed writings."""
    if _backup_is_taken(database, now):
        return SweepReport(held_by_backup=True)
    removed = 0
    for addresses in _unreferenced(database, vault.store.list_addresses()):
        old = [address for address in addresses if _is_older(vault, address, now - ORPHAN_AGE)]
        removed += remove_unreferenced(database, vault, old, now, older_than=now - ORPHAN_AGE)
    return SweepReport(removed, vault.store.clear_drafts(now - ORPHAN_AGE))


def remove_unreferenced(
    database: Database, vault: Vault, addresses: Collection[str], now: datetime, *, older_than: datetime | None = None
) -> int:
    """Remove those of some objects that nothing refers to; gives how many.

    Called once the erasure of their versions is committed. Each is looked at again under the lock of its address; a
    backup being taken puts everything off to the next sweep.
    """
    removed = 0
    for address in addresses:
        with database.writing(_ACTOR) as session:
            lock_address(session, address)
            if _holds_backup(session, now):
                return removed
            is_young = older_than is not None and not _is_older(vault, address, older_than)
            if is_young or _referenced(session, [address]):
                continue
            checkpoints.reached("vault: before removal")
            vault.store.delete(address)
            removed += 1
    return removed


def _is_older(vault: Vault, address: str, moment: datetime) -> bool:
    written_at = vault.store.written_at(address)
    return written_at is not None and written_at < moment


def _unreferenced(database: Database, addresses: Iterable[str]) -> Iterator[list[str]]:
    """Those of the addresses that no version refers to, some at a time."""
    rest = iter(addresses)
    while some := list(islice(rest, _AT_ONCE)):
        with database.reading(_ACTOR) as session:
            referenced = _referenced(session, some)
        yield [address for address in some if address not in referenced]


@unscoped("the vault belongs to every company")
def _referenced(session: ScopedSession, addresses: Collection[str]) -> set[str]:
    statement = select(DocumentVersion.address).where(
        DocumentVersion.address.in_(addresses), DocumentVersion.object_key.is_not(None)
    )
    return set(session.scalars(statement))


@unscoped("the vault belongs to every company")
def _holds_backup(session: ScopedSession, now: datetime) -> bool:
    statement = select(Lease.id).where(Lease.name == BACKUP_LEASE, Lease.held_until > now)
    return session.scalar(statement) is not None


def _backup_is_taken(database: Database, now: datetime) -> bool:
    with database.reading(_ACTOR) as session:
        return _holds_backup(session, now)


def _versions_after(
    database: Database, version_id: int, most: int = _AT_ONCE
) -> list[tuple[DocumentVersion, int | None]]:
    with database.reading(_ACTOR) as session:
        return _next_versions(session, version_id, most)


@unscoped("the vault belongs to every company")
def _next_versions(session: ScopedSession, version_id: int, most: int) -> list[tuple[DocumentVersion, int | None]]:
    statement = (
        select(DocumentVersion, Document.company_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .where(DocumentVersion.id > version_id, DocumentVersion.object_key.is_not(None))
        .order_by(DocumentVersion.id)
        .limit(most)
    )
    return [(version, company_id) for version, company_id in session.execute(statement)]
