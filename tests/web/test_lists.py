"""The state of a list lives in its address: read, written back, and changed by pressing things."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from flask import get_template_attribute
from hypothesis import given
from hypothesis import strategies as st

from atmp_insure.web.environment import today
from atmp_insure.web.list_query import Cell, Column, Filter, FilterKind, ListQuery, Option, read_query, write_query
from atmp_insure.web.lists import Empty, ListView, Row
from tests.application import texts

if TYPE_CHECKING:
    from flask.testing import FlaskClient

COLUMNS = (Column("name", "Nom", sortable=True, main=True), Column("premium", "Prime", Cell.EUROS))
FILTERS = (
    Filter("state", "État", (Option("open", "Ouvert"), Option("closed", "Clos"))),
    Filter("due", "Échéance", kind=FilterKind.DAYS),
)


def asked(address: str) -> ListQuery:
    return read_query(parse_qs(address, keep_blank_values=True), COLUMNS, FILTERS)


def a_list(query: ListQuery, next_cursor: str | None = None) -> ListView:
    return ListView("x", "noms", "/noms", COLUMNS, (), query, Empty("Rien"), FILTERS, next_cursor=next_cursor)


def test_an_address_is_read() -> None:
    query = asked("q=fonderie++du&sort=-name&state=open&state=closed&due_from=2026-01-31&size=100&after=k1")
    assert (query.search, query.sort, query.descending) == ("fonderie du", "name", True)
    assert query.values("state") == ("open", "closed")
    assert query.days("due") == (date(2026, 1, 31), None)
    assert (query.size, query.after, query.ignored) == (100, "k1", ())


def test_what_the_list_does_not_know_is_set_aside_and_said() -> None:
    query = asked("sort=premium&state=burnt&due_from=2026-02-30&size=7")
    assert query.ignored == ("sort=premium", "state=burnt", "due_from=2026-02-30", "size=7")
    assert query == ListQuery(ignored=query.ignored)


def _chosen(states: list[str], days: tuple[str, str]) -> dict[str, tuple[str, ...]]:
    return ({"state": tuple(states)} if states else {}) | ({"due": days} if any(days) else {})


questions = st.builds(
    ListQuery,
    search=st.text(max_size=30).map(lambda text: " ".join(text.split())),
    sort=st.just("name"),
    descending=st.booleans(),
    chosen=st.builds(
        _chosen,
        st.lists(st.sampled_from(["open", "closed"]), unique=True),
        st.tuples(st.sampled_from(["", "2026-01-31"]), st.sampled_from(["", "2026-12-31"])),
    ),
    after=st.sampled_from(["", "k/1="]),
)


@given(questions)
def test_writing_then_reading_gives_the_same_question(query: ListQuery) -> None:
    assert asked(write_query(query)) == query


def test_a_heading_sorts_then_turns_round_and_starts_at_the_first_page() -> None:
    once = a_list(asked("after=k1")).sort_url(COLUMNS[0])
    assert once == "/noms?sort=name"
    again = a_list(asked("sort=name"))
    assert again.sort_url(COLUMNS[0]) == "/noms?sort=-name"
    assert again.sort_state(COLUMNS[0]) == "ascending"


def test_each_chip_removes_its_own_value_only() -> None:
    chips = a_list(asked("state=open&state=closed&due_to=2026-12-31")).chips
    assert [(chip.label, chip.value) for chip in chips] == [
        ("État", "Ouvert"),
        ("État", "Clos"),
        ("Échéance", "… – 31/12/2026"),
    ]
    assert chips[0].without_url == "/noms?state=closed&due_to=2026-12-31"
    assert chips[2].without_url == "/noms?state=open&state=closed"


def test_pages_follow_the_cursors() -> None:
    view = a_list(asked("state=open&before=k9"), next_cursor="k20")
    assert view.next_url == "/noms?state=open&after=k20"
    assert view.previous_url == ""
    assert view.all_url == "/noms"


def test_a_filter_may_not_take_the_name_of_the_list_s_own_arguments() -> None:
    with pytest.raises(ValueError, match="sort"):
        Filter("sort", "Tri")


def test_numbers_stand_right() -> None:
    assert [column.side.value for column in COLUMNS] == ["left", "right"]


@pytest.mark.parametrize("is_over", [False, True])
def test_a_late_day_presses_only_while_its_row_is_open(page: FlaskClient, is_over: bool) -> None:
    columns = (Column("name", "Nom", main=True), Column("due", "Échéance", Cell.DUE))
    late = today() - timedelta(days=1)
    row = Row("1", {"name": "Réclamation", "due": late}, muted=is_over)
    with page.application.test_request_context("/noms"):
        view = ListView("x", "noms", "/noms", columns, (row,), ListQuery(), Empty("Rien"))
        shown = get_template_attribute("components/table.html", "list")(view)
    assert f'datetime="{late}"' in shown
    assert ("dépassé" in texts(shown)) is not is_over
