"""Lists: from a query of a domain to a page of it, with search, filters, order, saved views, pages and exports.

A `Listing` says once what a list is; `view_of` shows the page that the address asks for, `export_of` streams all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import render_template, request, url_for

from atmp_insure.access.change_log import record_reading
from atmp_insure.access.queries import list_saved_filters
from atmp_insure.db.paging import Place, narrowed_by, ordered, page_of, rows_of
from atmp_insure.formatting import FRENCH
from atmp_insure.kernel.french import search_text
from atmp_insure.web.languages import speaking
from atmp_insure.web.list_query import ListQuery, read_query, write_query
from atmp_insure.web.lists import BulkAct, Empty, Export, ListView, Row, SavedView
from atmp_insure.web.request_scope import actor, database, viewer
from atmp_insure.web.spreadsheets import csv_answer, xlsx_answer
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flask import Response
    from flask.typing import ResponseReturnValue
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute

    from atmp_insure.db.paging import Reading
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.web.list_query import Column, Filter

T = TypeVar("T")
_EXPORTED_AT_ONCE = 500
EXPORT = "export"
CSV, XLSX = "csv", "xlsx"


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """What a list is.

    Attributes:
        name: identifier, also of its saved views.
        label: what the rows are, in French.
        endpoint: the view that shows it.
        columns: in the order of reading.
        statement: the query, without order nor page.
        sorts: sortable column → its keys, never null, ending with one that is unique; an index has them in this order.
        sort: the column of the order that nobody asked for.
        row: how an object is shown.
        empty: what is said when nothing was ever there.
        descending: whether that order goes from the last to the first.
        filters: offered.
        narrow: filter → its criterion, from the chosen values.
        search: criterion of words looked for, already normalised by `search_text`; None: no search.
        bulk_acts: acts on the selection.
        holds_people: whether exporting it is written in the reading log.
        reading: what `row` needs of each object, when a long list should not make objects; None: the objects.
    """

    name: str
    label: Any
    endpoint: str
    columns: tuple[Column, ...]
    statement: Callable[[], Select[T]]
    sorts: Mapping[str, tuple[InstrumentedAttribute[Any], ...]]
    sort: str
    row: Callable[[T], Row]
    empty: Callable[[], Empty]
    descending: bool = False
    filters: tuple[Filter, ...] = ()
    narrow: Mapping[str, Callable[[ListQuery], ColumnElement[bool]]] = field(default_factory=dict)
    search: Callable[[str], ColumnElement[bool]] | None = None
    bulk_acts: Callable[[], tuple[BulkAct, ...]] = tuple
    holds_people: bool = False
    reading: Reading | None = None


def asked(listing: Listing[T]) -> ListQuery:
    """What the address asks of a list."""
    default = ListQuery(sort=listing.sort, descending=listing.descending)
    return read_query(request.args.to_dict(flat=False), listing.columns, listing.filters, default)


def answer(listing: Listing[T]) -> ListView | Response:
    """The export that the address asks for, else the page."""
    wanted = request.args.get(EXPORT)
    if wanted in {CSV, XLSX}:
        return export_of(listing, wanted)
    with database().reading(actor()) as session:
        return view_of(session, listing)


def page(listing: Listing[T], template: str, **shown: object) -> ResponseReturnValue:
    """The export that the address asks for, else the page of a template, which takes the list as `view`."""
    found = answer(listing)
    return render_template(template, view=found, **shown) if isinstance(found, ListView) else found


def view_of(session: ScopedSession, listing: Listing[T]) -> ListView:
    """The page of a list that the address asks for."""
    query = asked(listing)
    place = Place(query.after, query.before, query.size, query.descending)
    page = page_of(session, _narrowed(session, listing, query), listing.sorts[query.sort], place, listing.reading)
    path = url_for(listing.endpoint)
    return ListView(
        name=listing.name,
        label=str(listing.label),
        path=path,
        columns=tuple(replace(column, label=str(column.label)) for column in listing.columns),
        rows=tuple(listing.row(found) for found in page.rows),
        query=query,
        empty=listing.empty(),
        filters=tuple(map(_in_its_language, listing.filters)),
        saved_views=_saved_views(session, listing, query, path),
        next_cursor=page.next_cursor,
        previous_cursor=page.previous_cursor,
        bulk_acts=listing.bulk_acts(),
        exports=_exports(query, path),
        save_view_url=url_for("home.save_view", list_name=listing.name),
        searchable=listing.search is not None,
    )


def _in_its_language(item: Filter) -> Filter:
    options = tuple(replace(option, label=_(str(option.label))) for option in item.options)
    return replace(item, label=_(str(item.label)), choices=options)


def export_of(listing: Listing[T], kind: str) -> Response:
    """The whole list as it is filtered, streamed: memory does not grow with it."""
    query, by = asked(listing), actor()
    with speaking(FRENCH):  # the log is kept in French, whoever reads
        what = f"{listing.label} ({kind.upper()}), {write_query(query) or 'sans filtre'}"
    record_reading(database(), by, "exported", f"list:{listing.name}", what)
    opened = database()

    def rows() -> Iterator[Row]:
        with opened.reading(by) as session:
            keys = listing.sorts[query.sort]
            statement = ordered(_narrowed(session, listing, query), keys, descending=query.descending)
            at_once = statement.execution_options(yield_per=_EXPORTED_AT_ONCE)
            for found in rows_of(session, at_once, listing.reading):
                yield listing.row(found)

    write = csv_answer if kind == CSV else xlsx_answer
    return write(listing.name, listing.columns, rows())


def _narrowed(session: ScopedSession, listing: Listing[T], query: ListQuery) -> Select[T]:
    statement = listing.statement()
    words = search_text(query.search)
    if words and listing.search is not None:
        statement = narrowed_by(session, statement, listing.search(words))
    for key in query.chosen:
        statement = statement.where(listing.narrow[key](query))
    return statement


def _exports(query: ListQuery, path: str) -> tuple[Export, ...]:
    arguments = write_query(query.first_page())
    address = f"{path}?{arguments}{'&' if arguments else ''}{EXPORT}="
    return (Export(_("Tableur (XLSX)"), address + XLSX), Export(_("Texte (CSV)"), address + CSV))


def _saved_views(session: ScopedSession, listing: Listing[T], query: ListQuery, path: str) -> tuple[SavedView, ...]:
    found = viewer()
    saved = list_saved_filters(session, found.user_id, listing.name) if found is not None else ()
    if not saved:
        return ()
    whole = SavedView(_("Tout"), path, is_active=not query.view)
    return (
        whole,
        *(SavedView(one.name, f"{path}?{_with_view(one.query, one.id)}", query.view == str(one.id)) for one in saved),
    )


def _with_view(arguments: str, view_id: int) -> str:
    return f"{arguments}{'&' if arguments else ''}view={view_id}"
