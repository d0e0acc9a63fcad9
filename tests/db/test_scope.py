"""Each actor sees the rows of its scope, by the session's criteria and, on PostgreSQL, by row-level security alone."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import aliased

from atmp_insure.db import session as sessions
from atmp_insure.db.actor import NOBODY, Actor, ScopeGrant
from atmp_insure.db.scope import OutOfScope, UndeclaredTable, outside_scope, require_declarations
from atmp_insure.documents.models import Confidentiality, Document, DocumentVersion
from atmp_insure.parties.models import Company
from tests.db.builders import NOW, READER, a_company, a_document, an_organisation, broker_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession


@pytest.fixture
def two_brokers(database: Database) -> tuple[int, int, int, int]:
    """Two brokers with a company each; both companies have a document."""
    one, two = an_organisation(database, "Un"), an_organisation(database, "Deux")
    first = a_company(database, "000000018", reached_by=(one,))
    second = a_company(database, "000000026", reached_by=(two,))
    a_document(database, first, "Compte du premier")
    a_document(database, second, "Compte du second")
    return one, two, first, second


def titles(session: ScopedSession) -> list[str]:
    return sorted(session.scalars(select(Document.title)))


def test_a_broker_sees_the_papers_of_its_clients_only(database: Database, two_brokers: tuple[int, ...]) -> None:
    one, two, first, second = two_brokers
    with database.reading(broker_of(one)) as session:
        assert titles(session) == ["Compte du premier"]
        assert session.get(Company, second) is None
        assert session.get(Company, first) is not None
    with database.reading(broker_of(one, two)) as session:
        assert len(titles(session)) == 2
    with database.reading(NOBODY) as session:
        assert titles(session) == []


def test_aliases_joins_and_counts_are_filtered_too(database: Database, two_brokers: tuple[int, ...]) -> None:
    one = two_brokers[0]
    other = aliased(Document)
    with database.reading(broker_of(one)) as session:
        assert session.scalars(select(other.title)).all() == ["Compte du premier"]
        pairs = select(Document.title, Company.name).join(Company, Company.id == Document.company_id)
        assert session.execute(pairs).all() == [("Compte du premier", "Exemple 000000018")]


def test_without_the_right_to_read_documents_no_document_is_seen(
    database: Database, two_brokers: tuple[int, ...]
) -> None:
    with database.reading(broker_of(two_brokers[0], rights=frozenset())) as session:
        assert titles(session) == []
        assert len(session.scalars(select(Company)).all()) == 1


def test_changing_or_moving_a_foreign_row_is_refused_and_nothing_is_written(
    database: Database, two_brokers: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _, first, second = two_brokers
    with pytest.raises((OutOfScope, ProgrammingError)), database.writing(broker_of(one)) as session:
        session.scalars(select(Document)).one().company_id = second  # sent away, out of sight
    with pytest.raises((OutOfScope, ProgrammingError)), database.writing(broker_of(one)) as session:
        session.add(_document(second))
    with database.writing(broker_of(one)) as session:
        session.add(_document(first))
    monkeypatch.setattr(Document, "logged", False)  # rows of a logged table are changed one by one only
    with database.writing(broker_of(one)) as session:
        assert session.execute(update(Document).values(title="Vu")).rowcount == 2  # type: ignore[attr-defined]
    with database.reading(broker_of(two_brokers[1])) as session:
        assert titles(session) == ["Compte du second"]


def _document(company_id: int) -> Document:
    return Document(
        kind="employer_account", title="Neuf", search_title="neuf", confidentiality=Confidentiality.PLAIN,
        company_id=company_id, received_at=NOW, received_by="test",
    )  # fmt: skip


def test_ways_around_the_criteria_are_refused(database: Database, two_brokers: tuple[int, ...]) -> None:
    with database.writing(broker_of(two_brokers[0])) as session:
        for statement in (text("SELECT 1"), select(Document.__table__), insert(Document).values(title="x")):
            with pytest.raises(OutOfScope):
                session.execute(statement)
        with pytest.raises(OutOfScope):
            session.connection()


def test_a_medical_paper_is_for_the_doctor_named_to_that_file_and_nobody_else(database: Database) -> None:
    company = a_company(database)
    a_document(database, company, "Rapport", confidentiality=Confidentiality.MEDICAL, file_ref="accident:1")
    rights = READER | {"documents.medical", "people.names"}
    doctor = Actor("médecin", user_id=5, grants=(ScopeGrant(rights, file_ref="accident:1"),))
    of_another = Actor("médecin", user_id=5, grants=(ScopeGrant(rights, file_ref="accident:2"),))
    office = Actor("gestionnaire", user_id=6, grants=(ScopeGrant(rights, everywhere=True),))
    for actor, expected in ((doctor, ["Rapport"]), (of_another, []), (office, [])):
        with database.reading(actor) as session:
            assert titles(session) == expected


def test_a_right_held_for_one_company_serves_for_no_other(database: Database) -> None:
    lawyer_of, broker_for = an_organisation(database, "Cabinet", "law_firm"), an_organisation(database, "Courtage")
    defended, brokered = a_company(database, "000000018", reached_by=(lawyer_of,)), a_company(
        database, "000000026", reached_by=(broker_for,)
    )  # fmt: skip
    for company, title in ((defended, "Avis"), (brokered, "Autre avis")):
        a_document(database, company, title, confidentiality=Confidentiality.PRIVILEGED)
    both = Actor(
        "deux casquettes",
        user_id=7,
        grants=(
            ScopeGrant(READER | {"documents.privileged"}, organisation_id=lawyer_of),
            ScopeGrant(READER, organisation_id=broker_for),
        ),
    )
    with database.reading(both) as session:
        assert titles(session) == ["Avis"]


def test_versions_follow_their_document(database: Database, two_brokers: tuple[int, ...]) -> None:
    with database.reading(broker_of(two_brokers[0])) as session:
        assert session.scalars(select(DocumentVersion)).all() == []


@contextmanager
def criteria_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sessions.ScopedSession, "loader_criteria", ())
    monkeypatch.setattr(sessions, "_require_in_scope", lambda *_: None)
    yield


def test_on_postgresql_row_level_security_holds_alone(
    database: Database, two_brokers: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_embedded:
        with criteria_off(monkeypatch), database.reading(broker_of(two_brokers[0])) as session:
            assert len(titles(session)) == 2  # the embedded engine has one wall: the test sees it come down
        return
    with criteria_off(monkeypatch):
        with database.reading(broker_of(two_brokers[0])) as session:
            assert titles(session) == ["Compte du premier"]
        with pytest.raises(ProgrammingError, match="row-level security"), database.writing(broker_of(1)) as session:
            session.add(_document(two_brokers[3]))


def test_a_table_that_declares_nothing_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    require_declarations()
    monkeypatch.delattr(Document, "scope")
    with pytest.raises(UndeclaredTable, match="Document"):
        require_declarations()


def test_a_block_beside_the_scope_ends_with_the_block(database: Database, two_brokers: tuple[int, ...]) -> None:
    with database.reading(broker_of(two_brokers[0])) as session:
        with outside_scope("test"):
            assert len(titles(session)) == 2
        assert len(titles(session)) == 1
