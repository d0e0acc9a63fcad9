"""Papers put away for tests: who does it, for whom, as what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from atmp_insure.access.roles import Right
from atmp_insure.db.actor import Actor, ScopeGrant, system
from atmp_insure.documents import service
from atmp_insure.documents.accepted_files import accepted
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.service import Deposit, NewDocument
from tests.documents.papers import a_pdf

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.documents.vault import Vault

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TESTER = system("test")
MEGABYTE = 1024 * 1024
OFFICE_RIGHTS = frozenset(right.value for right in Right) - {"documents.medical"}
OFFICE = Actor("bureau", user_id=901, grants=(ScopeGrant(OFFICE_RIGHTS, everywhere=True),))
STRANGER = Actor("étranger", user_id=902, grants=(ScopeGrant(OFFICE_RIGHTS, company_id=999_999),))


def of_company(company_id: int, *rights: str, name: str = "employeur") -> Actor:
    """Someone of one company, with some rights (reading and putting away when none is said)."""
    given = frozenset(rights or ("documents.read", "documents.write"))
    return Actor(name, user_id=903, grants=(ScopeGrant(given, company_id=company_id),))


def doctor_of(file_ref: str) -> Actor:
    rights = frozenset({"documents.read", "documents.medical"})
    return Actor("médecin", user_id=904, grants=(ScopeGrant(rights, file_ref=file_ref),))


def put_away(
    database: Database,
    vault: Vault,
    company_id: int | None,
    content: bytes | None = None,
    *,
    kind: str = "calculation_sheet",
    by: Actor = TESTER,
    name: str = "feuille.pdf",
    **more: str,
) -> Deposit:
    new = NewDocument(document_kinds()[kind], company_id, **more)  # type: ignore[arg-type]
    file = accepted(name, content if content is not None else a_pdf(), MEGABYTE)
    with database.writing(by) as session:
        return service.deposit_document(session, vault, new, file, NOW)
