"""Rows for tests of persistence: invented, valid by default, saying only what matters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from atmp_insure.access.models import Organisation, OrganisationKind, User, UserState
from atmp_insure.db.actor import Actor, ScopeGrant, system
from atmp_insure.db.reach import CompanyReach
from atmp_insure.db.scope import outside_scope
from atmp_insure.documents.models import Confidentiality, Document
from atmp_insure.parties.models import Company

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TESTER = system("test")
READER = frozenset({"documents.read", "documents.write"})


def an_organisation(database: Database, name: str = "Courtage Exemple", kind: str = "broker") -> int:
    with database.writing(TESTER) as session:
        row = Organisation(kind=OrganisationKind(kind), name=name, created_at=NOW)
        session.add(row)
        session.flush()
        return row.id


def a_company(database: Database, siren: str = "000000018", *, reached_by: tuple[int, ...] = ()) -> int:
    with database.writing(TESTER) as session:
        row = Company(siren=siren, name=f"Exemple {siren}", search_name=f"exemple {siren}", created_at=NOW)
        session.add(row)
        session.flush()
        for organisation_id in reached_by:
            session.add(CompanyReach(organisation_id=organisation_id, company_id=row.id, reason="test"))
        return row.id


def a_document(
    database: Database,
    company_id: int | None,
    title: str = "Compte employeur",
    *,
    confidentiality: Confidentiality = Confidentiality.PLAIN,
    file_ref: str | None = None,
) -> int:
    with database.writing(TESTER) as session, outside_scope("a test puts a paper away"):
        row = Document(
            kind="employer_account", title=title, search_title=title.lower(), confidentiality=confidentiality,
            company_id=company_id, file_ref=file_ref, received_at=NOW, received_by="test",
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def a_user(database: Database, sign_in: str = "camille") -> int:
    with database.writing(TESTER) as session:
        row = User(
            sign_in=sign_in, display_name=sign_in.title(), search_name=sign_in, email=f"{sign_in}@exemple.invalid",
            state=UserState.ACTIVE, created_at=NOW,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def broker_of(*organisation_ids: int, rights: frozenset[str] = READER) -> Actor:
    grants = tuple(ScopeGrant(rights, organisation_id=organisation) for organisation in organisation_ids)
    return Actor("courtier", user_id=999, grants=grants)
