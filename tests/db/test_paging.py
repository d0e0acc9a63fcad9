"""Rows of a list: found in several ways, read as values, the same whichever way they are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import or_, select

from atmp_insure.db import paging
from atmp_insure.db.paging import Place, Reading, narrowed_by, ordered, page_of, rows_of, starts_with
from atmp_insure.documents.models import Document
from atmp_insure.parties.models import Company
from tests.db.builders import TESTER, a_company, a_document, an_organisation, broker_of

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

KEYS = (Document.search_title, Document.id)
READING = Reading((Document.id, Document.title, Document.search_title))
COVERED = Reading(READING.columns, is_covered=True)


@pytest.fixture
def papers(database: Database) -> tuple[int, int]:
    """Two companies of one broker, one of another; papers of each, two of which are named after a company."""
    broker, other = an_organisation(database, "Un"), an_organisation(database, "Deux")
    first, second = (a_company(database, siren, reached_by=(broker,)) for siren in ("000000018", "000000026"))
    foreign = a_company(database, "000000034", reached_by=(other,))
    for company, titles in (
        (first, ("compte", "avis")), (second, ("exemple d'avis", "compte")), (foreign, ("exemple", "compte"))
    ):  # fmt: skip
        for title in titles:
            a_document(database, company, title)
    return broker, first


def found_by(words: str, siren: str) -> Any:
    """By the beginning of the title, or by the company."""
    by_company = Document.company_id.in_(select(Company.id).where(Company.siren == siren))
    return or_(starts_with(Document.search_title, words), by_company)


@pytest.mark.parametrize("few", [0, 1, 4_000])
def test_few_rows_and_many_are_found_alike_and_each_once(
    database: Database, papers: tuple[int, int], monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(paging, "_FEW", few)
    with database.reading(TESTER) as session:
        statement = narrowed_by(session, select(Document), found_by("exemple", "000000026"))
        found = session.scalars(ordered(statement, KEYS, descending=False)).all()
        assert [row.title for row in found] == ["compte", "exemple", "exemple d'avis"]
    with database.reading(broker_of(papers[0])) as session:
        statement = narrowed_by(session, select(Document), found_by("exemple", "000000034"))
        assert [row.title for row in session.scalars(statement)] == ["exemple d'avis"]


def test_one_way_alone_asks_nothing_beforehand(database: Database, papers: tuple[int, int]) -> None:
    with database.reading(TESTER) as session:
        statement = narrowed_by(session, select(Document), starts_with(Document.search_title, "avis"))
        assert "UNION" not in str(statement)
        assert len(session.scalars(statement).all()) == 1


@pytest.mark.parametrize("reading", [None, READING, COVERED], ids=["objects", "values", "covered"])
@pytest.mark.parametrize("descending", [False, True])
def test_a_page_holds_the_same_rows_however_they_are_read(
    database: Database, papers: tuple[int, int], reading: Reading | None, descending: bool
) -> None:
    with database.reading(broker_of(papers[0])) as session:
        first = page_of(session, select(Document), KEYS, Place(size=3, descending=descending), reading)
        assert first.next_cursor is not None
        place = Place(after=first.next_cursor, size=3, descending=descending)
        second = page_of(session, select(Document), KEYS, place, reading)
        back = page_of(
            session, select(Document), KEYS, Place(before=second.previous_cursor or "", size=3, descending=descending),
            reading,
        )  # fmt: skip
    titles = [row.title for row in (*first.rows, *second.rows)]
    assert titles == sorted(["compte", "avis", "exemple d'avis", "compte"], reverse=descending)
    assert [row.id for row in back.rows] == [row.id for row in first.rows]
    assert second.next_cursor is None


@pytest.mark.parametrize("reading", [READING, COVERED])
def test_an_empty_page_reads_nothing_more(database: Database, reading: Reading) -> None:
    with database.reading(TESTER) as session:
        page = page_of(session, select(Document), KEYS, Place(), reading)
    assert (page.rows, page.next_cursor, page.previous_cursor) == ((), None, None)


def test_values_are_within_the_scope_as_objects_are(database: Database, papers: tuple[int, int]) -> None:
    with database.reading(broker_of(papers[0])) as session:
        assert len(list(rows_of(session, select(Document), READING))) == 4
        assert len(list(rows_of(session, select(Document), None))) == 4
