"""Scheduled work on the vault and the outbox, and its commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from atmp_insure.db.scheduled_job import JobContext
from atmp_insure.documents import jobs
from atmp_insure.documents.cli import vault as vault_command
from atmp_insure.documents.vault import Vault, open_vault
from atmp_insure.kernel.errors import Refused
from atmp_insure.settings import read_settings
from tests.db.builders import a_company
from tests.documents.shelf import NOW, put_away
from tests.engines import key_ring

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.engine import Database


@pytest.fixture
def context(embedded: Database, tmp_path: Path) -> JobContext:
    settings = read_settings({"ATMP_ENVIRONMENT": "test", "ATMP_DATA_DIR": str(tmp_path)})
    return JobContext(embedded, settings, NOW.date(), NOW)


@pytest.fixture
def vault(context: JobContext) -> Vault:
    return open_vault(context.settings, key_ring())


def test_a_sound_vault_is_said_sound_and_a_damaged_one_is_a_failure(context: JobContext, vault: Vault) -> None:
    done = put_away(context.database, vault, a_company(context.database))
    assert jobs.verify_vault(context).startswith("1 version(s) vérifiée(s), toutes intactes")
    assert jobs.sweep_vault(context) == "0 objet(s) et 0 brouillon(s) retirés du coffre"
    vault.store.delete(done.version.address)
    with pytest.raises(Refused, match=r"1 document\(s\) sur 1 ne s'ouvrent plus \(n° 1 v1\)"):
        jobs.verify_vault(context)


def test_without_a_relay_the_job_says_so(context: JobContext) -> None:
    assert "lisibles à l'écran" in jobs.send_mail(context)


def test_the_commands_verify_and_sweep(
    context: JobContext, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = put_away(context.database, vault, a_company(context.database))
    for name, value in (
        ("ENVIRONMENT", "test"), ("DATA_DIR", str(tmp_path)), ("SECURITY__KEYS_FILE", str(key_ring()._path)),
        ("DATABASE__URL", str(context.database.engine.url)),
    ):  # fmt: skip
        monkeypatch.setenv(f"ATMP_{name}", value)
    sound = CliRunner().invoke(vault_command, ["verify", "--json"])
    assert json.loads(sound.stdout) == {"checked": 1, "damaged": [], "orphans": 0}
    assert "0 objet(s)" in CliRunner().invoke(vault_command, ["sweep"]).stdout
    vault.store.write(done.version.address, b"altered")
    damaged = CliRunner().invoke(vault_command, ["verify"])
    assert damaged.exit_code == 1
    assert "Document n° 1, version 1 : Le contenu de ce document a été altéré" in damaged.stderr
