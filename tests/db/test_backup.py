"""A backup taken while people work restores equal, on either engine; anything else is refused with what to do."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from atmp_insure import tables
from atmp_insure.access.models import User
from atmp_insure.access.sealing import seal_log, verify_log
from atmp_insure.db import backup_cipher, keyring, migration
from atmp_insure.db.backup import Manifest, write_backup
from atmp_insure.db.cli.backups import ADDRESSES
from atmp_insure.db.engine import Database, open_database
from atmp_insure.db.facts import RecordedFact
from atmp_insure.db.numbering import take_number
from atmp_insure.db.restore import BackupFile, check_backup, restore_backup
from atmp_insure.db.scope import outside_scope
from atmp_insure.documents.models import DocumentVersion
from atmp_insure.documents.object_store import FileStore
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.parties.models import Company
from tests.db.builders import NOW, TESTER, a_company, a_document, a_user
from tests.db.rows import fill, open_wall
from tests.engines import fresh_postgres, fresh_sqlite, key_ring

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Table

KEY = bytes(range(32))


def filled(database: Database, vault: FileStore, count: int = 3) -> None:
    """A row in every table, people with secrets, and documents with their objects."""
    for table in tables.METADATA.sorted_tables:
        fill(database, table)
    for number in range(count):
        user = a_user(database, f"personne{number}")
        address = f"{number:064x}"
        vault.write(address, b"sealed bytes %d" % number)
        document = a_document(database, a_company(database, f"{900_000_000 + number}"), f"Évalué à {number} €\n« x »")
        with database.writing(TESTER) as session, outside_scope("a test puts papers away"):
            session.get_one(User, user).totp_secret = f"sécret {number}"
            session.add(a_version(database, document, address))


def keys_of(database: Database, table: Table) -> list[int]:
    with database.engine.begin() as connection:
        open_wall(connection)
        return list(connection.scalars(select(table.c.id)))


def a_version(database: Database, document_id: int, address: str) -> DocumentVersion:
    return DocumentVersion(
        document_id=document_id, number=1, file_name="papier.pdf", media_type="application/pdf", byte_count=1,
        address=address, object_key=database.key_ring.encrypt(b"key"), received_at=NOW, received_by="test",
        channel="test",
    )  # fmt: skip


def saved(database: Database, vault: FileStore) -> tuple[bytes, Manifest]:
    target = io.BytesIO()
    manifest = write_backup(database, vault, ADDRESSES, target, key=KEY, now=NOW)
    return target.getvalue(), manifest


def restored(database: Database, vault: FileStore, content: bytes, key: bytes = KEY) -> Manifest:
    return restore_backup(database, vault, BackupFile(io.BytesIO(content), key, "essai"))


def an_empty(engine: str, folder: Path) -> Database:
    folder.mkdir(exist_ok=True)
    return fresh_sqlite(folder) if engine == "sqlite" else fresh_postgres()


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_restores_equal_on_either_engine(database: Database, tmp_path: Path, target: str) -> None:
    vault, other = FileStore(tmp_path / "vault"), FileStore(tmp_path / "other")
    filled(database, vault)
    with database.writing(TESTER) as session:
        seal_log(session, "change_log", NOW)
    content, manifest = saved(database, vault)
    assert manifest.missing == ()
    assert all(int(str(told["rows"])) for name, told in manifest.tables.items() if name != "purge_permits")
    elsewhere = an_empty(target, tmp_path / "elsewhere")
    assert restored(elsewhere, other, content) == manifest
    assert {address: other.read(address) for address in other.list_addresses()} == {
        f"{number:064x}": b"sealed bytes %d" % number for number in range(3)
    }
    with elsewhere.reading(TESTER) as session, outside_scope("a test reads secrets"):
        secrets = session.scalars(select(User.totp_secret).where(User.totp_secret.is_not(None)).order_by(User.id))
        assert list(secrets)[-3:] == [f"sécret {number}" for number in range(3)]
        assert verify_log(session, "change_log").faults == ()
    again, second = saved(elsewhere, other)  # a backup of what was restored says the same
    assert (second.tables, second.objects) == (manifest.tables, manifest.objects)
    assert check_backup(BackupFile(io.BytesIO(again), KEY, "essai")) == second
    assert migration.schema_differences(elsewhere) == []
    elsewhere.close()


def test_people_go_on_working_after_a_restoration(database: Database, tmp_path: Path) -> None:
    filled(database, FileStore(tmp_path / "vault"))
    content, _ = saved(database, FileStore(tmp_path / "vault"))
    for engine in ("sqlite", "postgresql"):
        elsewhere = an_empty(engine, tmp_path / engine)
        restored(elsewhere, FileStore(tmp_path / f"{engine}-vault"), content)
        for table in tables.METADATA.sorted_tables:
            last = max(keys_of(elsewhere, table))
            assert fill(elsewhere, table) > last, f"a new row of {table.name} takes a number of one that was restored"
        elsewhere.close()


def test_a_backup_taken_under_load_restores_equal_to_one_moment(database: Database, tmp_path: Path) -> None:
    vault, stop = FileStore(tmp_path / "vault"), Event()
    for number in range(200):
        a_company(database, f"{number:09}")

    def write(writer: int) -> None:
        """Each transaction writes a company under the next number, and a fact that names that number."""
        while not stop.is_set():
            with database.writing(TESTER) as session:
                number = take_number(session, "load")
                siren = f"{9 * 10**8 + number:09}"
                session.add(Company(siren=siren, name=f"n° {number}", search_name="load", created_at=NOW))
                session.add(
                    RecordedFact(
                        kind="load", key=str(number), subject=f"writer:{writer}", effective_on=date(2026, 1, 1),
                        known_at=NOW, details={"number": number},
                    )
                )  # fmt: skip

    threads = [Thread(target=write, args=(writer,), daemon=True) for writer in range(4)]
    for thread in threads:
        thread.start()
    while len(numbers_of(database)) < 20:
        Event().wait(0.01)
    content, manifest = saved(database, vault)
    at_end = numbers_of(database)
    stop.set()
    for thread in threads:
        thread.join()
    elsewhere = an_empty("sqlite", tmp_path / "elsewhere")
    assert restored(elsewhere, FileStore(tmp_path / "other"), content) == manifest
    found = numbers_of(elsewhere)
    assert found == list(range(1, len(found) + 1))
    assert 20 <= len(found) <= len(at_end)
    with elsewhere.writing(TESTER) as session:
        facts = session.scalars(select(RecordedFact.key).where(RecordedFact.kind == "load"))
        assert sorted(map(int, facts)) == found  # no transaction was cut in two
        assert take_number(session, "load") == len(found) + 1
    elsewhere.close()


def numbers_of(database: Database) -> list[int]:
    with database.reading(TESTER) as session:
        names = session.scalars(select(Company.name).where(Company.search_name == "load"))
        return sorted(int(name.split()[1]) for name in names)


def test_what_was_erased_is_not_missed_and_what_is_lost_is(embedded: Database, tmp_path: Path) -> None:
    vault = FileStore(tmp_path / "vault")
    filled(embedded, vault)
    vault.delete(f"{0:064x}")
    with embedded.writing(TESTER) as session, outside_scope("a test erases"):
        version = session.scalars(select(DocumentVersion).where(DocumentVersion.address == f"{1:064x}")).one()
        version.object_key = None
    vault.delete(f"{1:064x}")
    _, manifest = saved(embedded, vault)
    assert manifest.missing == (f"{0:064x}",)


@pytest.fixture
def a_backup(embedded: Database, tmp_path: Path) -> bytes:
    filled(embedded, FileStore(tmp_path / "vault"))
    return saved(embedded, FileStore(tmp_path / "vault"))[0]


def test_a_target_that_holds_something_is_refused(a_backup: bytes, tmp_path: Path) -> None:
    target = an_empty("sqlite", tmp_path / "target")
    vault = FileStore(tmp_path / "other")
    vault.write("a" * 64, b"x")
    with pytest.raises(Refused, match="coffre de cette installation n'est pas vide"):
        restored(target, vault, a_backup)
    a_company(target)
    with pytest.raises(Refused, match=r"n'est pas vide \(change_log, companies\)"):
        restored(target, FileStore(tmp_path / "third"), a_backup)
    target.close()


def test_another_key_ring_and_another_backup_key_are_refused(a_backup: bytes, tmp_path: Path) -> None:
    keyring.make_keys_once(tmp_path / "others.json")
    target = open_database(f"sqlite:///{tmp_path / 'new.sqlite'}", keyring.KeyRing(tmp_path / "others.json"))
    with pytest.raises(Refused, match="trousseau de cette installation n'est pas celui"):
        restored(target, FileStore(tmp_path / "other"), a_backup)
    with pytest.raises(InvalidInput, match="autre clé"):
        restored(target, FileStore(tmp_path / "other"), a_backup, key=bytes(32))
    target.close()


def refusal_of(content: bytes, tmp_path: Path) -> str:
    """Why a damaged backup is refused; nothing of it may stay."""
    target = open_database(f"sqlite:///{tmp_path / 'target.sqlite'}", key_ring())
    vault = FileStore(tmp_path / "target-vault")
    with pytest.raises(InvalidInput) as refusal:
        restored(target, vault, content)
    assert list(vault.list_addresses()) == []
    if migration.current_revision(target) is not None:
        with target.snapshot() as connection:
            for table in tables.METADATA.sorted_tables:
                assert connection.execute(select(table.c.id)).first() is None
    target.close()
    return str(refusal.value)


def test_a_backup_cut_off_anywhere_is_refused(a_backup: bytes, tmp_path: Path) -> None:
    for length in (0, 4, 20, 40, len(a_backup) // 2, len(a_backup) - 1):
        told = refusal_of(a_backup[:length], tmp_path)
        assert "tronquée" in told or "n'est pas une sauvegarde" in told
    assert "suivie d'autre chose" in refusal_of(a_backup + b"x", tmp_path)


def test_a_backup_altered_anywhere_is_refused(a_backup: bytes, tmp_path: Path) -> None:
    for place in (8, 20, 33, 60, len(a_backup) // 3, len(a_backup) - 2):
        altered = bytearray(a_backup)
        altered[place] ^= 1
        told = refusal_of(bytes(altered), tmp_path)
        assert "altérée" in told or "tronquée" in told or "autre clé" in told


def test_a_backup_whose_last_pieces_were_left_out_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    sealing = backup_cipher.Sealing(whole, KEY)
    sealing.write(bytes(600_000))
    sealing.finish()
    content, piece = whole.getvalue(), 4 + 256 * 1024 + 16
    opening = backup_cipher.Opening(io.BytesIO(content), KEY, "essai")
    assert opening.read(600_000) == bytes(600_000)
    opening.require_end()
    for altered in (
        content[: 32 + piece],  # cut between two pieces
        content[:32] + content[32 + piece :],  # the first piece left out
        content[:32] + content[32 + piece : 32 + 2 * piece] + content[32 : 32 + piece] + content[32 + 2 * piece :],
    ):
        opening = backup_cipher.Opening(io.BytesIO(altered), KEY, "essai")
        with pytest.raises(InvalidInput, match=r"tronquée|altérée"):
            opening.read(600_000)


def test_a_backup_of_a_newer_version_is_refused(
    a_backup: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "is_known", lambda _revision: False)
    assert "version plus récente" in refusal_of(a_backup, tmp_path)


def test_nothing_of_a_person_can_be_read_in_a_backup(a_backup: bytes) -> None:
    for secret in (b"personne1", "sécret 1".encode(), b"sealed bytes"):
        assert secret not in a_backup


def test_memory_stays_flat_however_many_rows(embedded: Database, tmp_path: Path) -> None:
    """Ten times the rows take no more memory: a backup holds some rows at a time."""
    companies = tables.METADATA.tables["companies"]
    peaks = []
    for first, count in ((0, 1_500), (1_500, 13_500)):
        rows: list[dict[str, Any]] = [
            {"siren": f"{first + number:09}", "name": "x" * 100, "search_name": "x", "created_at": NOW}
            for number in range(count)
        ]
        with embedded.engine.begin() as connection:
            connection.execute(insert(companies), rows)
        del rows
        with (tmp_path / f"{first}.bak").open("wb") as target:
            tracemalloc.start()
            write_backup(embedded, FileStore(tmp_path / "vault"), ADDRESSES, target, key=KEY, now=NOW)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5
