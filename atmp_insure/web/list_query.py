"""What an address asks of a list: words, filters, order, page; read from its arguments and written back to them.

Reading never fails: what the list does not know is set aside in `ignored` and said above it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from atmp_insure.web.display import State

SEARCH, SORT, AFTER, BEFORE, SIZE, VIEW = RESERVED = ("q", "sort", "after", "before", "size", "view")
SIZES = (25, 50, 100, 200)
LONGEST_SEARCH = 200
FIRST_DAY, LAST_DAY = "_from", "_to"


class Align(StrEnum):
    """Where a column's content stands."""

    LEFT = "left"
    RIGHT = "right"  # every number


class Cell(StrEnum):
    """How the value of a cell is shown; each has its macro in `components/table.html`."""

    TEXT = "text"
    NUMBER = "number"
    EUROS = "euros"
    PERCENT = "percent"
    POINTS = "points"
    DAY = "day"
    DUE = "due"  # the day and how far it is
    MOMENT = "moment"
    STATE = "state"  # a display.State
    IDENTIFIER = "identifier"  # with a copy button
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        key: name in `Row.cells` and in the address.
        label: heading, with the unit when there is one.
        cell: how values are shown.
        sortable: whether the heading sorts; only where the query has an index.
        align: numbers stand right by themselves.
        formatter: shows the value instead of `cell`.
        main: the identity of the row: it carries the link, and heads the card on a phone.
    """

    key: str
    label: str
    cell: Cell = Cell.TEXT
    sortable: bool = False
    align: Align | None = None
    formatter: Callable[[object], str] | None = None
    main: bool = False

    @property
    def side(self) -> Align:
        """Left, or right for numbers."""
        numeric = self.cell in (Cell.NUMBER, Cell.EUROS, Cell.PERCENT, Cell.POINTS)
        return self.align or (Align.RIGHT if numeric else Align.LEFT)


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a filter offers, with how many rows have it when that is known."""

    value: str
    label: str
    count: int | None = None


def options_of(states: Mapping[Any, State]) -> tuple[Option, ...]:
    """The states of an object as the options of a filter, under their labels."""
    return tuple(Option(state.value, str(shown.label)) for state, shown in states.items())


class FilterKind(StrEnum):
    """What a filter asks for."""

    CHOICE = "choice"  # any of several options
    DAYS = "days"  # from a day to a day, both included


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of the list; its key is also the argument in the address.

    Attributes:
        choices: what it offers; a function where that depends on the installation.
    """

    key: str
    label: str
    choices: tuple[Option, ...] | Callable[[], tuple[Option, ...]] = ()
    kind: FilterKind = FilterKind.CHOICE

    def __post_init__(self) -> None:
        if self.key in RESERVED:
            raise ValueError(f"« {self.key} » is taken by the list itself")

    @property
    def options(self) -> tuple[Option, ...]:
        """What it offers in this installation."""
        return self.choices() if callable(self.choices) else self.choices

    def label_of(self, value: str) -> str:
        """The label of one of its values."""
        return next((option.label for option in self.options if option.value == value), value)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the address asks of a list.

    Attributes:
        search: words to look for.
        sort: key of the column, empty for the order of the list.
        descending: from the last to the first.
        chosen: values by filter key; a filter of days has exactly two, either may be empty.
        after: keyset cursor of the page that follows it.
        before: keyset cursor of the page that precedes it.
        size: rows on a page.
        view: the saved view in use.
        ignored: what the address asked and the list does not know.
    """

    search: str = ""
    sort: str = ""
    descending: bool = False
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: str = ""
    before: str = ""
    size: int = SIZES[1]
    view: str = ""
    ignored: tuple[str, ...] = ()

    def values(self, key: str) -> tuple[str, ...]:
        """The values chosen in a filter."""
        return self.chosen.get(key, ())

    def days(self, key: str) -> tuple[date | None, date | None]:
        """The first and last day chosen in a filter of days."""
        first, last = self.values(key) or ("", "")
        return (date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)

    def first_page(self) -> ListQuery:
        """The same question from its first row."""
        return replace(self, after="", before="")


def read_query(
    arguments: Mapping[str, Sequence[str]],
    columns: Sequence[Column],
    filters: Sequence[Filter] = (),
    default: ListQuery | None = None,
) -> ListQuery:
    """What an address asks; `arguments` are lists by name (`request.args.to_dict(flat=False)`).

    Args:
        arguments: values by name, as the address gives them.
        columns: those of the list; only the sortable ones sort.
        filters: those of the list.
        default: order and size of a list that asks nothing.
    """
    default = default or ListQuery()
    ignored: list[str] = []
    sort, descending = _read_sort(_last(arguments, SORT), columns, default, ignored)
    chosen = {item.key: values for item in filters if (values := _read_filter(item, arguments, ignored))}
    after = _last(arguments, AFTER)
    return ListQuery(
        search=" ".join(_last(arguments, SEARCH).split())[:LONGEST_SEARCH],
        sort=sort,
        descending=descending,
        chosen=chosen,
        after=after,
        before="" if after else _last(arguments, BEFORE),
        size=_read_size(_last(arguments, SIZE), default, ignored),
        view=_last(arguments, VIEW),
        ignored=tuple(ignored),
    )


def write_query(query: ListQuery) -> str:
    """The arguments of the address that asks this; reading them again gives the same question."""
    pairs = [(SEARCH, query.search), (SORT, f"{'-' if query.descending else ''}{query.sort}" if query.sort else "")]
    pairs += [(key, value) for key, values in query.chosen.items() for value in values if not _is_days(values)]
    for key, values in query.chosen.items():
        if _is_days(values):
            pairs += [(key + FIRST_DAY, values[0]), (key + LAST_DAY, values[1])]
    pairs += [(AFTER, query.after), (BEFORE, query.before), (VIEW, query.view)]
    pairs += [(SIZE, str(query.size) if query.size != ListQuery().size else "")]
    return urlencode([(name, value) for name, value in pairs if value])


def _is_days(values: tuple[str, ...]) -> bool:
    """Days are stored as exactly two ISO days of which either may be empty; no option looks like that."""
    return len(values) == 2 and any(values) and all(not value or _is_day(value) for value in values)


def _read_sort(text: str, columns: Sequence[Column], default: ListQuery, ignored: list[str]) -> tuple[str, bool]:
    key = text.removeprefix("-")
    if key in {column.key for column in columns if column.sortable}:
        return key, text.startswith("-")
    if text:
        ignored.append(f"{SORT}={text}")
    return default.sort, default.descending


def _read_filter(item: Filter, arguments: Mapping[str, Sequence[str]], ignored: list[str]) -> tuple[str, ...]:
    if item.kind is FilterKind.DAYS:
        names = (item.key + FIRST_DAY, item.key + LAST_DAY)
        days = tuple(_last(arguments, name) for name in names)
        ignored += [f"{name}={day}" for name, day in zip(names, days, strict=True) if day and not _is_day(day)]
        kept = tuple(day if _is_day(day) else "" for day in days)
        return kept if any(kept) else ()
    offered = {option.value for option in item.options}
    asked = [value for value in dict.fromkeys(arguments.get(item.key, ())) if value]
    ignored += [f"{item.key}={value}" for value in asked if value not in offered]
    return tuple(value for value in asked if value in offered)


def _read_size(text: str, default: ListQuery, ignored: list[str]) -> int:
    if text in {str(size) for size in SIZES}:
        return int(text)
    if text:
        ignored.append(f"{SIZE}={text}")
    return default.size


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _last(arguments: Mapping[str, Sequence[str]], name: str) -> str:
    values = arguments.get(name, ())
    return values[-1].strip() if values else ""
