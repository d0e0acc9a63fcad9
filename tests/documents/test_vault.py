"""The vault: one content once for a client, unreadable without its key, told apart when altered, clean after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.db.leases import hold_lease
from atmp_insure.db.scope import outside_scope
from atmp_insure.documents.models import DocumentVersion
from atmp_insure.documents.vault import DamagedObject
from atmp_insure.documents.vault_care import remove_unreferenced, sweep_orphans, verify_vault
from tests.db.builders import a_company
from tests.documents.killed import KILLED
from tests.documents.papers import a_pdf
from tests.documents.shelf import NOW, TESTER, put_away
from tests.engines import key_ring

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.engine import Database
    from atmp_insure.documents.vault import Vault


def addresses(vault: Vault) -> list[str]:
    return sorted(vault.store.list_addresses())


def make_old(folder: Path, moment: datetime) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (moment.timestamp(),) * 2)


def test_what_is_put_away_is_read_again_and_lies_encrypted(database: Database, vault: Vault, tmp_path: Path) -> None:
    company = a_company(database)
    content = a_pdf("Une phrase que personne ne lit dans le coffre")
    done = put_away(database, vault, company, content)
    assert vault.opened(company, done.version) == content
    [file] = [path for path in (tmp_path / "vault").rglob("*") if path.is_file()]
    assert b"phrase" not in file.read_bytes()
    assert b"PDF" not in file.read_bytes()


def test_one_content_lies_once_for_a_client_and_apart_for_each_client(database: Database, vault: Vault) -> None:
    first, second = a_company(database, "000000018"), a_company(database, "000000026")
    content = a_pdf("Même papier")
    one = put_away(database, vault, first, content)
    again = put_away(database, vault, first, content, kind="contract")  # as another paper: another document
    other = put_away(database, vault, second, content)
    assert again.document.id != one.document.id
    assert again.version.address == one.version.address
    assert again.version.object_key != one.version.object_key  # the same key, wrapped anew
    assert other.version.address != one.version.address
    assert len(addresses(vault)) == 2
    assert vault.opened(first, again.version) == vault.opened(second, other.version) == content


def test_an_object_moved_to_another_address_does_not_open(database: Database, vault: Vault) -> None:
    company = a_company(database)
    one, two = put_away(database, vault, company, a_pdf("un")), put_away(database, vault, company, a_pdf("deux"))
    vault.store.write(two.version.address, vault.store.read(one.version.address))
    with pytest.raises(DamagedObject, match="altéré"):
        vault.opened(company, two.version)


@pytest.mark.parametrize("at", [0, 3, 8, 40, -1])
def test_one_byte_changed_on_disk_is_detected(database: Database, vault: Vault, at: int) -> None:
    company = a_company(database)
    done = put_away(database, vault, company)
    sealed = bytearray(vault.store.read(done.version.address))
    sealed[at] ^= 1
    vault.store.write(done.version.address, bytes(sealed))
    with pytest.raises(DamagedObject, match="altéré dans le coffre"):
        vault.opened(company, done.version)
    [damaged] = verify_vault(database, vault).damaged
    assert (damaged.document_id, damaged.number) == (done.document.id, 1)


def test_a_cut_or_absent_object_is_detected_and_mended_by_putting_it_away_again(
    database: Database, vault: Vault
) -> None:
    company = a_company(database)
    done = put_away(database, vault, company)
    vault.store.write(done.version.address, b"AT")
    with pytest.raises(DamagedObject, match="altéré"):
        vault.opened(company, done.version)
    vault.store.delete(done.version.address)
    with pytest.raises(DamagedObject, match="absent du coffre"):
        vault.opened(company, done.version)
    assert not put_away(database, vault, company).is_new
    assert vault.opened(company, done.version) == a_pdf()
    assert verify_vault(database, vault).damaged == ()


def test_a_version_changed_in_the_database_is_detected(database: Database, vault: Vault) -> None:
    company = a_company(database)
    one, two = put_away(database, vault, company, a_pdf("un")), put_away(database, vault, company, a_pdf("deux"))
    with database.writing(TESTER) as session, outside_scope("test"):
        row = session.get_one(DocumentVersion, one.version.id)
        row.address, row.object_key = two.version.address, two.version.object_key
    with database.reading(TESTER) as session:
        row = session.get_one(DocumentVersion, one.version.id)
    with pytest.raises(DamagedObject, match="n'est pas celui"):
        vault.opened(company, row)  # not the length that was put away
    with pytest.raises(DamagedObject, match="n'est pas celui"):
        vault.opened(company + 1, two.version)  # the document was moved to another company


def test_the_sweep_removes_what_nothing_refers_to_once_a_day_old(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    company = a_company(database)
    done = put_away(database, vault, company)
    orphan = "ab" * 32
    vault.store.write(orphan, b"x")
    make_old(tmp_path / "vault", NOW - timedelta(hours=23))
    assert sweep_orphans(database, vault, NOW).objects == 0
    make_old(tmp_path / "vault", NOW - timedelta(hours=25))
    assert verify_vault(database, vault).orphans == 1
    assert sweep_orphans(database, vault, NOW).objects == 1
    assert addresses(vault) == [done.version.address]


def test_nothing_is_removed_while_a_backup_is_taken(database: Database, vault: Vault, tmp_path: Path) -> None:
    orphan = "ab" * 32
    vault.store.write(orphan, b"x")
    make_old(tmp_path / "vault", NOW - timedelta(days=2))
    with database.writing(TESTER) as session:
        hold_lease(session, "backup", "another process", NOW)
    assert sweep_orphans(database, vault, NOW).held_by_backup
    assert remove_unreferenced(database, vault, [orphan], NOW) == 0
    assert vault.store.exists(orphan)
    later = NOW + timedelta(hours=1)  # the backup died: its lease ran out
    assert sweep_orphans(database, vault, later).objects == 1


@pytest.mark.parametrize(
    ("point", "left"),
    [
        ("vault: before object", 0),
        ("vault: draft written", 0),
        ("vault: object written", 1),
        ("documents: deposit written", 1),
    ],
)
def test_a_deposit_killed_anywhere_leaves_nothing_or_an_orphan(
    database: Database, vault: Vault, tmp_path: Path, point: str, left: int
) -> None:
    company = a_company(database)
    address = database.engine.url.render_as_string(hide_password=False)
    keys, folder = str(key_ring()._path), str(tmp_path / "vault")
    command = [sys.executable, "-m", "tests.documents.killed", address, keys, folder, str(company), point]
    assert subprocess.run(command, check=False).returncode == KILLED
    assert len(addresses(vault)) == left
    with database.reading(TESTER) as session, outside_scope("test"):
        assert session.scalars(select(DocumentVersion)).all() == []
    done = put_away(database, vault, company)  # over the orphan, under a key of its own
    assert done.is_new
    assert vault.opened(company, done.version) == a_pdf()
    make_old(tmp_path / "vault", NOW - timedelta(days=2))
    report = sweep_orphans(database, vault, NOW)
    assert (report.objects, report.drafts) == (0, 1 if point == "vault: draft written" else 0)
    assert addresses(vault) == [done.version.address]


def test_eight_deposits_of_one_file_at_once_are_one_object_under_one_key(database: Database, vault: Vault) -> None:
    company = a_company(database)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: put_away(database, vault, company), range(8)))
    assert sum(one.is_new for one in done) == 1
    assert len({one.document.id for one in done}) == 1
    assert vault.opened(company, done[0].version) == a_pdf()
    kinds = ("contract", "mandate", "invoice", "premium_call")
    with ThreadPoolExecutor(4) as pool:
        others = list(pool.map(lambda kind: put_away(database, vault, company, a_pdf("x"), kind=kind), kinds))
    assert len({one.document.id for one in others}) == 4
    assert all(vault.opened(company, one.version) == a_pdf("x") for one in others)
    assert len(addresses(vault)) == 2
