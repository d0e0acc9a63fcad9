"""Both stores keep the same promises: bytes by address, absent objects told apart, nothing half written."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from atmp_insure.documents import s3_store
from atmp_insure.documents.object_store import AbsentObject, FileStore, ObjectStore
from atmp_insure.documents.s3_store import S3Store
from atmp_insure.kernel.errors import ExternalServiceError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE, TWO = "ab" * 32, "cd" * 32


@pytest.fixture(params=["files", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    if request.param == "files":
        yield FileStore(tmp_path / "vault")
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="vault-of-tests")
        yield S3Store("vault-of-tests", region="us-east-1")


def test_what_is_written_is_read_listed_and_deleted(store: ObjectStore) -> None:
    assert list(store.list_addresses()) == []
    store.write(ONE, b"one")
    store.write(TWO, b"two")
    store.write(ONE, b"one again")
    assert store.read(ONE) == b"one again"
    assert sorted(store.list_addresses()) == [ONE, TWO]
    assert store.exists(TWO)
    store.delete(TWO)
    store.delete(TWO)  # deleting what is gone is no error
    assert not store.exists(TWO)
    assert list(store.list_addresses()) == [ONE]


def test_an_absent_object_is_said_to_be_absent(store: ObjectStore) -> None:
    with pytest.raises(AbsentObject, match="absent du coffre"):
        store.read(ONE)
    assert store.written_at(ONE) is None
    assert not store.exists(ONE)


def test_an_object_knows_when_it_was_written(store: ObjectStore) -> None:
    store.write(ONE, b"one")
    written_at = store.written_at(ONE)
    assert written_at is not None
    assert abs(datetime.now(UTC) - written_at) < timedelta(minutes=1)


@pytest.mark.parametrize("address", ["", "../../etc/passwd", "AB" * 32, "ab" * 31, "ab" * 32 + "\n", "zz" * 32])
def test_what_is_not_an_address_never_becomes_a_path(store: ObjectStore, address: str) -> None:
    for act in (store.read, store.exists, store.delete, store.written_at):
        with pytest.raises(ValueError, match="not the address"):
            act(address)
    with pytest.raises(ValueError, match="not the address"):
        store.write(address, b"")


def test_files_that_are_not_objects_are_not_listed(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.write(ONE, b"one")
    (tmp_path / "ab" / "notes.txt").write_text("x")
    (tmp_path / "ab" / TWO).write_text("misplaced")
    assert list(store.list_addresses()) == [ONE]


def test_drafts_of_killed_writings_are_cleared_once_old(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.write(ONE, b"one")
    now = datetime.now(UTC)
    for name, age in (("old", timedelta(days=2)), ("young", timedelta(hours=1))):
        draft = tmp_path / "drafts" / name
        draft.write_bytes(b"half")
        os.utime(draft, ((now - age).timestamp(),) * 2)
    assert store.clear_drafts(now - timedelta(days=1)) == 1
    assert [path.name for path in (tmp_path / "drafts").iterdir()] == ["young"]


def test_a_full_or_forbidden_disk_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("a file where the folder should be")
    with pytest.raises(ExternalServiceError, match="Coffre des documents injoignable"):
        FileStore(tmp_path / "vault").write(ONE, b"one")


def test_a_bucket_that_does_not_answer_is_told_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws(), pytest.raises(ExternalServiceError, match="Coffre S3 injoignable"):
        S3Store("no-such-bucket", region="us-east-1").write(ONE, b"one")


def test_without_its_extra_the_bucket_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(f"No module named '{name}'", name=name)

    monkeypatch.setattr(s3_store, "import_module", absent)
    with pytest.raises(InvalidInput, match="extra « s3 »"):
        S3Store("bucket")
