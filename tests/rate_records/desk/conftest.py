"""A company with its establishment, the office's law, and papers given as a person gives them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from atmp_insure.db.actor import Actor, ScopeGrant
from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.object_store import FileStore
from atmp_insure.documents.vault import Vault
from atmp_insure.parties.models import Company, Establishment
from atmp_insure.rate_records import queries
from atmp_insure.rate_records.deposit_service import Deposited, DepositShelf, ReadFile, deposit_papers
from atmp_insure.rate_records.loader import open_office
from atmp_insure.rate_records.service import keep_deposit
from tests.db.builders import TESTER, a_company
from tests.engines import key_ring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.db.engine import Database
    from atmp_insure.rate_records.office import Office

SAMPLES = Path(__file__).parents[2] / "samples"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
SIREN, SIRET = "000000018", "00000001800010"  # the metalworks of the samples
HANDLER = Actor(
    "gestionnaire", user_id=7,
    grants=(ScopeGrant(frozenset({
        "rates.read", "rates.write", "documents.read", "documents.write", "people.names", "documents.notices",
        "companies.read", "diary.read", "diary.write",
    }), everywhere=True),),
)  # fmt: skip


@cache
def the_office() -> Office:
    return open_office(None, key_ring(), {})


@dataclass
class Desk:
    """Where papers of one company arrive."""

    database: Database
    vault: Vault
    company_id: int

    def deposit(self, *files: tuple[str, bytes], now: datetime = NOW, actor: Actor = HANDLER) -> Deposited:
        """Give files, as the page does."""
        read = [self.read(name, content) for name, content in files]
        with self.database.writing(actor) as session:
            company = session.get(Company, self.company_id)
            assert company is not None
            return deposit_papers(session, DepositShelf(self.vault, document_kinds(), company, now), read)

    def read(self, name: str, content: bytes) -> ReadFile:
        return ReadFile(accepted(name, content, 10**9), the_office().read(name, content, TODAY))

    def keep(self, deposited: Deposited, left_out: Iterable[int] = (), now: datetime = NOW) -> None:
        assert deposited.deposit is not None
        with self.database.writing(HANDLER) as session:
            keep_deposit(session, the_office(), queries.get_deposit(session, deposited.deposit.id), {*left_out}, now)

    def kept(self, *names: str) -> Desk:
        """Samples of the metalworks, deposited and kept together."""
        self.keep(self.deposit(*(sample(name) for name in names)))
        return self


def sample(name: str, company: str = "metalworks") -> tuple[str, bytes]:
    path = SAMPLES / company / name
    return path.name, path.read_bytes()


def samples(company: str = "metalworks") -> list[tuple[str, bytes]]:
    return [sample(path.name, company) for path in sorted((SAMPLES / company).iterdir())]


def an_establishment(database: Database, company_id: int, siret: str = SIRET) -> int:
    with database.writing(TESTER) as session:
        row = Establishment(company_id=company_id, siret=siret, name="Établissement Exemple", town="Exempleville")
        session.add(row)
        session.flush()
        return row.id


def a_desk(database: Database, folder: Path) -> Desk:
    company_id = a_company(database, SIREN)
    an_establishment(database, company_id)
    return Desk(database, Vault(FileStore(folder / "vault"), key_ring()), company_id)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """The metalworks on either engine."""
    return a_desk(database, tmp_path)


__all__ = ["HANDLER", "NOW", "SIRET", "TODAY", "Desk", "date", "replace"]
