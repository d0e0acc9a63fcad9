"""A vault beside each database, and papers of every kind, invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atmp_insure.documents.object_store import FileStore
from atmp_insure.documents.vault import Vault
from tests.engines import key_ring

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(FileStore(tmp_path / "vault"), key_ring())
