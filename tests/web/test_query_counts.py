"""Every list, however long: a fixed and small number of statements, an index for every order, filter and search.

Lists are found by import: a new one fails here until `MOST_STATEMENTS` says how many statements its page may run.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from flask import g
from sqlalchemy import Date, Enum, event, inspect, select

import atmp_insure
from atmp_insure.access.roles import Role
from atmp_insure.db.paging import Place, page_of
from atmp_insure.db.types import EuroCents, UtcMoment
from atmp_insure.web import request_scope
from atmp_insure.web.list_query import FilterKind
from atmp_insure.web.listing import Listing, view_of
from tests.application import a_person, an_application, signed_in
from tests.db.rows import PARTICULAR, insert_valid, open_wall
from tests.engines import a_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from sqlalchemy import Connection

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database

# who asks, with what was granted to them and their second factor; the rows; the saved views; for users, their roles;
# for notes, their tags and those most used; for revisions, how many wait to be decided and told
MOST_STATEMENTS = {
    "agreements": 6, "approvals": 5, "bodies": 5, "changes": 5, "companies": 5, "complaints": 5, "deadlines": 6,
    "doctors": 5, "documents": 5, "establishments": 5, "imports": 5, "jobs": 5, "letters": 6, "mails": 5, "notes": 7,
    "paper-deposits": 6, "partners": 5, "payroll": 5, "queue": 5, "rate-findings": 6, "readings": 5, "runs": 5,
    "tasks": 6, "users": 6,
    "document-requests": 6, "watches": 6, "awaited-letters": 6, "submissions": 5, "quotes": 5, "policies": 5,
    "policy_revisions": 7, "ledger_entries": 5, "premium_calls": 5, "premium_schedules": 5, "premium_chases": 6,
    "commission_statements": 5, "premium_refunds": 5, "cheque_remittances": 5,
    "broker_bordereaux": 6,
}  # fmt: skip
NOT_IMPORTED = {"atmp_insure.__main__", "atmp_insure.wsgi"}  # they start something
ALLOWED_STATES = {"approvals": ("requested", "withdrawn")}  # the others need someone who decided
MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FEW, MANY = 3, 120
_FAR = 500_000  # from the numbers that rows which others refer to are given
BY_TYPE: tuple[tuple[type[Any], Callable[[int], Any]], ...] = (
    (UtcMoment, lambda step: MOMENT + timedelta(hours=step, microseconds=step)),
    (Date, lambda step: MOMENT.date() + timedelta(days=step)),
    (EuroCents, Decimal),
)


@cache
def listings() -> dict[str, Listing[Any]]:
    """Every list of the package, by name."""
    found: dict[str, Listing[Any]] = {}
    for module in pkgutil.walk_packages(atmp_insure.__path__, "atmp_insure."):
        if module.name not in NOT_IMPORTED:
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, Listing):
                    found[value.name] = value
    return found


LISTS = sorted(listings())


def kind_of(listing: Listing[Any]) -> Any:
    return listing.statement().column_descriptions[0]["entity"]


def address_of(listing: Listing[Any], app: Any) -> str:
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(listing.endpoint))


def fill(connection: Connection, listing: Listing[Any], numbers: range) -> None:
    """Rows that differ in what the list sorts by, two by two, each with a row of whatever belongs to it."""
    mapper = inspect(kind_of(listing))
    for number in numbers:
        given = {key.key: _varied(listing, key, number) for keys in listing.sorts.values() for key in keys}
        own = insert_valid(connection, mapper.local_table, **{name: value for name, value in given.items() if value})
        for relation in mapper.relationships:
            if relation.uselist:
                (_, far) = relation.local_remote_pairs[0]
                insert_valid(connection, far.table, **{far.name: own})


def _varied(listing: Listing[Any], key: Any, number: int) -> Any:
    step = number // 2
    if key.key == "id":
        return None
    particular = PARTICULAR.get(f"{key.class_.__tablename__}.{key.key}")
    if particular is not None:
        return particular(_FAR + number)
    if isinstance(key.type, Enum):
        states = ALLOWED_STATES.get(listing.name, tuple(key.type.enums))
        return states[step % len(states)]
    for kind, made in BY_TYPE:
        if isinstance(key.type, kind):
            return made(step)
    unique = key.property.columns[0].unique or listing.name == "users"
    return f"texte{number if unique else step:05}"


@dataclass
class Site:
    """The application of one engine, and someone who sees every list."""

    database: Database
    client: FlaskClient
    actor: Actor
    viewer: request_scope.Viewer
    addresses: dict[str, str]
    of_few: dict[str, list[tuple[str, Any]]]

    def fill(self, name: str) -> list[tuple[str, Any]]:
        """Bring a list to many rows, once; gives what its page ran while there were few."""
        if name not in self.of_few:
            self._add(name, range(FEW))
            self.of_few[name] = asked(self, f"{self.addresses[name]}?size=200")
            self._add(name, range(FEW, MANY))
        return self.of_few[name]

    def _add(self, name: str, numbers: range) -> None:
        with self.database.engine.begin() as connection:
            open_wall(connection)
            fill(connection, listings()[name], numbers)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("lists")
    with a_database(request.param) as database:
        yield _opened(database, folder)


def _opened(database: Database, folder: Path) -> Site:
    app = an_application(database, folder)
    client = signed_in(app, a_person(database, "alex.tout", *(role for role in Role if role.reach.value == "office")))
    with client:
        client.get("/")
        by, viewer = request_scope.actor(), request_scope.signed_in_viewer()
    addresses = {name: address_of(one, app) for name, one in listings().items()}
    return Site(database, client, by, viewer, addresses, {})


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """What runs on the database while the block lasts."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        seen.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def asked(site: Site, address: str) -> list[tuple[str, Any]]:
    with statements(site.database) as seen:
        answer = site.client.get(address)
    assert answer.status_code == 200, address
    return [one for one in seen if not one[0].startswith(("BEGIN", "SET ", "SELECT set_config"))]


def test_every_list_says_how_many_statements_its_page_may_run() -> None:
    assert set(LISTS) == set(MOST_STATEMENTS)


@pytest.mark.parametrize("name", LISTS)
def test_a_page_runs_as_many_statements_for_many_rows_as_for_few(site: Site, name: str) -> None:
    few = site.fill(name)
    many = asked(site, f"{site.addresses[name]}?size=200")
    assert len(few) == len(many), [statement for statement, _ in many]
    assert len(many) <= MOST_STATEMENTS[name], [statement for statement, _ in many]


def questions(listing: Listing[Any]) -> Iterator[str]:
    """Every order both ways, alone and with each filter and a search."""
    narrowed = [""]
    for one in listing.filters:
        if one.kind is FilterKind.DAYS:
            narrowed += [f"&{one.key}_from=2026-01-01", f"&{one.key}_to=2026-12-31"]
        else:
            narrowed += [f"&{one.key}={option.value}" for option in one.options[:2]]
    if listing.search is not None:
        narrowed.append("&q=texte")
    for key in listing.sorts:
        for sign in ("", "-"):
            for extra in narrowed:
                yield f"sort={sign}{key}{extra}"


def looked_up(site: Site, name: str, question: str) -> tuple[list[tuple[str, Any]], str | None]:
    """The statements behind the rows that a question shows, and the cursor of its next page; nothing is drawn."""
    address = f"{site.addresses[name]}?{question}"
    with site.client.application.test_request_context(address), statements(site.database) as seen:
        g.actor, g.viewer = site.actor, site.viewer
        with site.database.reading(site.actor) as session:
            view = view_of(session, listings()[name])
    main = re.compile(rf"FROM {kind_of(listings()[name]).__tablename__}\b.*ORDER BY.*LIMIT", re.DOTALL)
    return [one for one in seen if main.search(one[0])], view.next_cursor


def plans(site: Site, found: list[tuple[str, Any]]) -> list[str]:
    """How the engine goes about statements."""
    with site.database.engine.connect() as connection:
        if site.database.is_embedded:
            return [_plan(connection, "EXPLAIN QUERY PLAN ", one, -1) for one in found]
        for kind in ("seqscan", "sort", "bitmapscan", "incremental_sort"):
            connection.exec_driver_sql(f"SET enable_{kind} = off")
        return [_plan(connection, "EXPLAIN ", one, 0) for one in found]


def _plan(connection: Connection, word: str, one: tuple[str, Any], column: int) -> str:
    return "\n".join(str(row[column]) for row in connection.exec_driver_sql(word + one[0], one[1]))


def require_index(site: Site, plan: str, *, narrowed: bool) -> None:
    """An index finds the rows; it also gives their order, unless a filter or a search leaves few of them to sort."""
    if site.database.is_embedded:
        assert not [line for line in plan.splitlines() if line.startswith("SCAN") and "INDEX" not in line], plan
        assert narrowed or "USE TEMP B-TREE FOR ORDER BY" not in plan, plan
    else:
        assert re.search(r"Index (Only )?Scan", plan), plan
        assert "Seq Scan" not in plan, plan
        assert narrowed or "Sort" not in plan, plan


@pytest.mark.parametrize("name", LISTS)
def test_every_order_filter_and_search_of_a_list_uses_an_index_on_every_page(site: Site, name: str) -> None:
    site.fill(name)
    with site.client.application.app_context():
        asked_of_it = list(questions(listings()[name]))
    for question in asked_of_it:
        first, next_cursor = looked_up(site, name, question)
        if "&" not in question:
            cursor = next_cursor  # the second page of the whole list in this order; a filter may leave but one
            assert cursor is not None, question
        second, _ = looked_up(site, name, f"{question}&after={cursor}")
        assert first, question
        assert second, question
        for plan in plans(site, first + second):
            require_index(site, plan, narrowed="&" in question)


@pytest.mark.parametrize("name", LISTS)
def test_the_pages_of_a_list_follow_each_other_both_ways_without_loss_nor_repeat(site: Site, name: str) -> None:
    site.fill(name)
    listing = listings()[name]
    with site.database.reading(site.actor) as session:
        everything = sorted(session.scalars(select(kind_of(listing).id)))
        for keys in listing.sorts.values():
            for descending in (False, True):
                forth = _walk(session, listing, keys, Place(size=25, descending=descending))
                assert sorted(forth) == everything
                back = _walk(session, listing, keys, Place(size=25, descending=descending), back_from=forth)
                assert back == forth


def _walk(
    session: Any, listing: Listing[Any], keys: Any, place: Place, back_from: list[int] | None = None
) -> list[int]:
    """The rows of every page, from the first to the last; or again, from the last page back to the first."""
    found: list[int] = []
    page = page_of(session, listing.statement(), keys, place, listing.reading)
    for _ in range(len(back_from or range(10_000)) // place.size + 2):
        found += [row.id for row in page.rows]
        if page.next_cursor is None:
            break
        following = Place(after=page.next_cursor, size=place.size, descending=place.descending)
        page = page_of(session, listing.statement(), keys, following, listing.reading)
    if back_from is None:
        return found
    found = [row.id for row in page.rows]
    while page.previous_cursor is not None and len(found) <= len(back_from):
        preceding = Place(before=page.previous_cursor, size=place.size, descending=place.descending)
        page = page_of(session, listing.statement(), keys, preceding, listing.reading)
        found = [row.id for row in page.rows] + found
    return found
