"""A list on screen: its rows, filters, views and pages, as one frozen value that `components/table.html` shows.

Its state lives in the address (`list_query`); the rows come from the queries of a domain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from atmp_insure.web.languages import said_day
from atmp_insure.web.list_query import FilterKind, write_query

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def _days_label(first: str, last: str) -> str:
    """Two ISO days as a chip shows them: `01/01/2026 – 31/12/2026`."""
    shown = [said_day(date.fromisoformat(text)) if text else "" for text in (first, last)]
    return " – ".join(text or "…" for text in shown)
