"""A list on screen: its rows, filters, views and pages, as one frozen value that `components/table.html` shows.

Its state lives in the address (`list_query`); the rows come from the queries of a domain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from atmp_insure.web.languages import said_day
from atmp_insure.web.list_query import FilterKind, write_query
from atmp_insure.web.values import WRITERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from atmp_insure.web.list_query import Column, Filter, ListQuery


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `key` names it in bulk acts, `url` opens it, `detail` stands small under its identity."""

    key: str
    cells: Mapping[str, object]
    url: str = ""
    detail: str = ""
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter that a press removes."""

    label: str
    value: str
    without_url: str


@dataclass(frozen=True, slots=True)
class SavedView:
    """A question kept under a name; shown as a tab."""

    label: str
    url: str
    is_active: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class BulkAct:
    """An act on the selected rows: their keys are posted as `selected`; `question` is asked first when given."""

    label: str
    url: str
    icon: str = ""
    question: str = ""
    is_danger: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """A download of the whole list as it is filtered now."""

    label: str
    url: str
    icon: str = "download"


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says: what will be here, and the one act that fills it."""

    title: str
    text: str = ""
    act_label: str = ""
    act_url: str = ""
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class ListView:
    """A list ready to be shown by `components/table.html`.

    Attributes:
        name: identifier of the list on its page.
        label: what the rows are, for the caption and the count: `contrats`.
        path: address without arguments.
        columns: in the order of reading: identity, state, due date, money, person.
        rows: those of this page.
        query: what was asked.
        filters: offered; the active ones show as chips.
        saved_views: tabs above the list.
        next_cursor: where the following page starts; None on the last one.
        previous_cursor: where the preceding page ends; None on the first one.
        total: number of rows when it was cheap to count, else None.
        bulk_acts: acts on the selection; none removes the boxes.
        exports: downloads.
        empty: shown when nothing was ever there; a filtered list says instead that nothing answers.
        save_view_url: where the name of a new saved view is posted; empty when views cannot be saved here.
        searchable: whether the search field stands above.
    """

    name: str
    label: str
    path: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    query: ListQuery
    empty: Empty
    filters: tuple[Filter, ...] = ()
    saved_views: tuple[SavedView, ...] = ()
    next_cursor: str | None = None
    previous_cursor: str | None = None
    total: int | None = None
    bulk_acts: tuple[BulkAct, ...] = ()
    exports: tuple[Export, ...] = ()
    save_view_url: str = ""
    searchable: bool = True

    @property
    def main_column(self) -> Column | None:
        """The identity of the rows, when the list shows one."""
        return next((column for column in self.columns if column.main), None)

    def lines(self, told: Callable[[Column, object, bool], Markup]) -> Iterator[tuple[Row, Markup, Markup, Markup]]:
        """Each row, and as HTML: its cells before its identity, this identity, its cells after.

        States, teams, days and numbers come back from row to row: each is written once.

        Args:
            told: what a cell shows where its value alone does not say it, from the value and whether its row is over.
        """
        identity = self.main_column
        at = self.columns.index(identity) if identity else len(self.columns)
        before, after = (
            [_Cells(column, told) for column in part] for part in (self.columns[:at], self.columns[at + 1 :])
        )
        for row in self.rows:
            name = shown(identity, row, told) if identity else Markup()
            yield row, _joined(before, row), name, _joined(after, row)

    def url(self, query: ListQuery) -> str:
        """The address that asks this."""
        arguments = write_query(query)
        return f"{self.path}?{arguments}" if arguments else self.path

    def sort_url(self, column: Column) -> str:
        """Sort by a column; pressed again, the other way round."""
        descending = self.query.sort == column.key and not self.query.descending
        return self.url(replace(self.query.first_page(), sort=column.key, descending=descending))

    def sort_state(self, column: Column) -> str:
        """`ascending`, `descending` or `none`, as screen readers are told."""
        if self.query.sort != column.key:
            return "none"
        return "descending" if self.query.descending else "ascending"

    @property
    def chips(self) -> tuple[Chip, ...]:
        """The active filters, in the order of the filters, each with the address without it."""
        return tuple(chip for item in self.filters for chip in self._chips_of(item))

    def _chips_of(self, item: Filter) -> list[Chip]:
        values = self.query.values(item.key)
        if item.kind is FilterKind.DAYS:
            return [Chip(item.label, _days_label(*values), self._url_with(item.key, ()))] if any(values) else []
        return [
            Chip(item.label, item.label_of(value), self._url_with(item.key, tuple(v for v in values if v != value)))
            for value in values
        ]

    def _url_with(self, key: str, values: tuple[str, ...]) -> str:
        chosen = {name: kept for name, kept in {**self.query.chosen, key: values}.items() if kept}
        return self.url(replace(self.query.first_page(), chosen=chosen))

    @property
    def is_filtered(self) -> bool:
        """Whether a search or a filter narrows the list."""
        return bool(self.query.search or self.query.chosen)

    @property
    def all_url(self) -> str:
        """The list without search or filter."""
        return self.url(replace(self.query.first_page(), search="", chosen={}, view=""))

    @property
    def next_url(self) -> str:
        """The following page; empty on the last one."""
        return self.url(replace(self.query, after=self.next_cursor, before="")) if self.next_cursor else ""

    @property
    def previous_url(self) -> str:
        """The preceding page; empty on the first one."""
        return self.url(replace(self.query, before=self.previous_cursor, after="")) if self.previous_cursor else ""


def shown(column: Column, row: Row, told: Callable[[Column, object, bool], Markup]) -> Markup:
    """What a row shows in a column."""
    content = row.cells[column.key]
    write = WRITERS.get(column.cell) if column.formatter is None else None
    return told(column, content, row.muted) if write is None or content is None or content == "" else write(content)


class _Cells:
    """The cells of a column, each written once for its value."""

    def __init__(self, column: Column, told: Callable[[Column, object, bool], Markup]) -> None:
        self._column, self._told = column, told
        self._opening = f'<td class="side-{column.side.value}" data-label="{escape(column.label)}">'
        self._kept: dict[tuple[object, bool], str] = {}

    def of(self, row: Row) -> str:
        """The cell of a row, as HTML."""
        place = (row.cells[self._column.key], row.muted)
        if (found := self._kept.get(place)) is None:
            found = self._kept[place] = f"{self._opening}{escape(shown(self._column, row, self._told))}</td>"
        return found


def _joined(cells: list[_Cells], row: Row) -> Markup:
    return Markup("".join([cell.of(row) for cell in cells]))  # noqa: S704 - of cells, which are written escaped


def _days_label(first: str, last: str) -> str:
    """Two ISO days as a chip shows them: `01/01/2026 – 31/12/2026`."""
    shown = [said_day(date.fromisoformat(text)) if text else "" for text in (first, last)]
    return " – ".join(text or "…" for text in shown)
