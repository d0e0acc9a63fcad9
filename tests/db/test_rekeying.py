"""Keys are rotated while people work: nothing is lost, nothing stays under an old key, and old keys leave only then."""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import LargeBinary, select, type_coerce, update

from atmp_insure.access.models import User
from atmp_insure.db import rekeying
from atmp_insure.db.engine import Database, open_database
from atmp_insure.db.keyring import DamagedSecret, KeyRing, make_keys_once, read_keys
from atmp_insure.db.runs import start_run
from atmp_insure.db.scope import outside_scope
from atmp_insure.db.worker import Worker
from atmp_insure.documents.models import DocumentVersion
from atmp_insure.kernel.errors import Refused
from tests.db.builders import NOW, TESTER, a_document, a_user

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Table


@pytest.fixture
def own_keys(database: Database, tmp_path: Path) -> Iterator[Database]:
    """The database with a key ring of this test alone."""
    path = tmp_path / "keys.json"
    make_keys_once(path)
    address = database.engine.url.render_as_string(hide_password=False)
    database.close()
    opened = open_database(address, KeyRing(path))
    database.engine, database.key_ring = opened.engine, opened.key_ring
    database._reader = opened._reader
    yield database
    opened.close()


def with_secrets(database: Database, count: int) -> None:
    """Users with a secret, and versions with a secret name and a wrapped key."""
    for number in range(count):
        user = a_user(database, f"personne{number}")
        document = a_document(database, None, f"papier {number}")
        with database.writing(TESTER) as session, outside_scope("a test puts papers away"):
            session.get_one(User, user).totp_secret = f"secret {number}"
            session.add(
                DocumentVersion(
                    document_id=document, number=1, file_name=f"papier {number}.pdf", media_type="application/pdf",
                    byte_count=1, address=f"{number:064}", object_key=database.key_ring.encrypt(b"key %d" % number),
                    received_at=NOW, received_by="test", channel="test",
                )
            )  # fmt: skip


def reencrypt(database: Database, key: str = "k") -> None:
    with database.writing(TESTER) as session:
        start_run(session, rekeying.RUN, key, NOW, {})
    Worker(database, {rekeying.RUN.name: rekeying.RUN}).drain()


def secrets_of(database: Database) -> list[str | None]:
    with database.reading(TESTER) as session, outside_scope("a test reads every secret"):
        return list(session.scalars(select(User.totp_secret).order_by(User.id)))


def old_tokens(database: Database) -> dict[str, int]:
    with database.snapshot() as connection:
        return rekeying.tokens_of_old_keys(connection, database.key_ring)


def test_everything_is_encrypted_again_and_the_old_key_may_go(own_keys: Database) -> None:
    with_secrets(own_keys, 5)
    before = secrets_of(own_keys)
    old = own_keys.key_ring.current_name
    own_keys.key_ring.add_key()
    assert old_tokens(own_keys) == {"users": 5, "document_versions": 5}
    with pytest.raises(Refused, match=r"users : 5"):
        rekeying.retire_keys(own_keys)
    reencrypt(own_keys)
    assert old_tokens(own_keys) == {}
    assert rekeying.retire_keys(own_keys) == (old,)
    assert secrets_of(own_keys) == before
    with own_keys.reading(TESTER) as session, outside_scope("a test unwraps keys"):
        keys = [
            own_keys.key_ring.decrypt(bytes(token or b""))
            for token in session.scalars(select(DocumentVersion.object_key))
        ]
        assert sorted(keys) == [b"key %d" % number for number in range(5)]
    assert rekeying.retire_keys(own_keys) == ()


def test_people_write_while_keys_are_rotated_and_nothing_is_lost(
    own_keys: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekeying, "ROWS_OF_AN_ITEM", 2)
    with_secrets(own_keys, 12)
    last: dict[int, str] = {}
    stop = Event()

    def write(writer: int) -> None:
        """Change the secrets of one's own users, again and again."""
        turn = 0
        while not stop.is_set():
            turn += 1
            number = 1 + writer + 4 * (turn % 3)
            with own_keys.writing(TESTER) as session, outside_scope("a test writes secrets"):
                session.get_one(User, number).totp_secret = f"change {turn}"
            last[number] = f"change {turn}"

    threads = [Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(3):
        own_keys.key_ring.add_key()
        reencrypt(own_keys, f"rotation {turn}")
    reencrypt(own_keys, "the last ones")  # what was being written as the key changed
    stop.set()
    for thread in threads:
        thread.join()
    assert len(rekeying.retire_keys(own_keys)) == 3
    assert secrets_of(own_keys) == [last[number] for number in range(1, 13)]


def test_a_value_changed_since_it_was_read_is_not_put_back(own_keys: Database) -> None:
    with_secrets(own_keys, 1)
    table = cast("Table", User.__table__)
    with own_keys.engine.begin() as connection:
        connection.exec_driver_sql(
            "SELECT 1" if own_keys.is_embedded else "SELECT set_config('atmp.unscoped', 'on', true)"
        )
        read = connection.execute(select(type_coerce(table.c.totp_secret, LargeBinary()))).scalar_one()
        own_keys.key_ring.add_key()
        connection.execute(update(table).values(totp_secret="changed meanwhile"))
        [users] = [found for found in rekeying._encrypted_tables() if found.table.name == "users"]
        assert rekeying._renew(connection, users, {"id": 1, "totp_secret": read}, own_keys.key_ring) == 0
    assert secrets_of(own_keys) == ["changed meanwhile"]


def test_a_rotation_by_another_process_is_followed_at_once(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_keys_once(path)
    ours, theirs = KeyRing(path), KeyRing(path)
    token = ours.encrypt(b"before")
    theirs.add_key()
    assert ours.current_name == theirs.current_name
    assert theirs.is_current(ours.encrypt(b"after"))
    assert (ours.is_current(token), ours.decrypt(token)) == (False, b"before")
    theirs.drop_old_keys()
    with pytest.raises(DamagedSecret):
        theirs.decrypt(token)


def test_two_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    make_keys_once(path)
    rings = [KeyRing(path) for _ in range(6)]
    threads = [Thread(target=ring.add_key) for ring in rings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_keys(path).encryption) == 7


def test_the_fingerprint_of_a_ring_stays_through_rotations(tmp_path: Path) -> None:
    path, other = tmp_path / "keys.json", tmp_path / "other.json"
    make_keys_once(path)
    make_keys_once(other)
    ring = KeyRing(path)
    before = ring.fingerprint
    ring.add_key()
    assert ring.fingerprint == before != KeyRing(other).fingerprint
