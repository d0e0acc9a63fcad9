"""What was called, collected and is overdue, by insurer, by broker or by month, on a page and as a file."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, render_template, request, url_for

from atmp_insure.access.change_log import record_reading
from atmp_insure.access.roles import Right
from atmp_insure.formatting import month
from atmp_insure.parties.partner_queries import names_of_organisations
from atmp_insure.premiums import figure_queries as queries
from atmp_insure.premiums.booking import euros
from atmp_insure.premiums.figures import Figure, Grouping, figures_by, total_of
from atmp_insure.web.environment import today
from atmp_insure.web.languages import current_language
from atmp_insure.web.list_query import Cell, Column
from atmp_insure.web.listing import CSV, EXPORT, XLSX
from atmp_insure.web.lists import Row
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.spreadsheets import csv_answer, xlsx_answer
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import titled
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession

blueprint = Blueprint("figures", __name__)
GROUPING, FIRST, LAST = "par", "du", "au"
_AMOUNTS = (
    Column("premium", _l("Prime appelée"), Cell.EUROS),
    Column("tax", _l("Taxe appelée"), Cell.EUROS),
    Column("called", _l("Total appelé"), Cell.EUROS),
    Column("collected", _l("Encaissé"), Cell.EUROS),
    Column("overdue", _l("Échu, non encaissé"), Cell.EUROS),
    Column("to_come", _l("À échoir"), Cell.EUROS),
    Column("credit", _l("Avoirs à imputer"), Cell.EUROS),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a grouping, and months by their first days, both included."""

    grouping: Grouping
    first: date
    last: date

    @property
    def several(self) -> bool:
        """Whether it is about more than one month."""
        return self.first != self.last

    @property
    def last_day(self) -> date:
        """The last day of the last month."""
        return self.last.replace(day=monthrange(self.last.year, self.last.month)[1])

    def url(self, export: str | None = None) -> str:
        """The address of it, or of its file."""
        first, last = f"{self.first:%Y-%m}", f"{self.last:%Y-%m}"
        return url_for("figures.show_figures", par=self.grouping.value, du=first, au=last, export=export)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A line of the table.

    Attributes:
        url: what is behind it; empty: nothing more.
        amounts: in the order of the columns.
    """

    name: str
    url: str
    figure: Figure

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """Its amounts in euros."""
        return tuple(euros(getattr(self.figure, one.key)) for one in _AMOUNTS)


@blueprint.get("/premiums/figures")
@needs(Right.READ_LEDGER)
def show_figures() -> ResponseReturnValue:
    """What was called in some months, what of it is collected, overdue, to come: one line a group, with totals."""
    asked = _asked()
    with database().reading(actor()) as session:
        rows = _rows(session, asked)
    wanted = request.args.get(EXPORT)
    if wanted in {CSV, XLSX}:
        return _exported(rows, asked, wanted)
    return render_template("premiums/figures.html", rows=rows, asked=asked, **_shown(rows, asked))


def _shown(rows: Sequence[FigureRow], asked: Asked) -> dict[str, Any]:
    return {
        "total": FigureRow("", "", total_of(one.figure for one in rows)), "columns": [one.label for one in _AMOUNTS],
        "groupings": [(one.value, titled(one.label)) for one in Grouping], "on": today(),
        "group": titled(asked.grouping.label),
        "csv_url": asked.url(CSV), "xlsx_url": asked.url(XLSX),
    }  # fmt: skip


def _asked() -> Asked:
    text = request.args.get(GROUPING, Grouping.INSURER.value)
    if text not in set(Grouping):
        flash(_("« %(text)s » n'est pas un regroupement : la page prend celui par assureur.", text=text), "warning")
        text = Grouping.INSURER.value
    first, last = _month(FIRST, today().replace(month=1, day=1)), _month(LAST, today().replace(day=1))
    if first > last:
        flash(_("Le premier mois vient après le dernier : la page les prend dans l'ordre."), "warning")
        first, last = last, first
    return Asked(Grouping(text), first, last)


def _month(name: str, otherwise: date) -> date:
    """The first day of the month that the address asks for, written `2027-01`."""
    text = request.args.get(name, "")
    try:
        return date.fromisoformat(f"{text}-01") if text else otherwise
    except ValueError:
        flash(_("« %(text)s » n'est pas un mois (année-mois, comme 2027-01) : la page prend %(month)s.", text=text,
                month=_said(otherwise)), "warning")  # fmt: skip
        return otherwise


def _said(first_day: date) -> str:
    return month(first_day, current_language())


def _rows(session: ScopedSession, asked: Asked) -> list[FigureRow]:
    calls = queries.list_called(session, asked.first, asked.last_day)
    found = figures_by(asked.grouping, calls, today())
    months = [(key, one) for key, one in found.items() if isinstance(key, date)]
    others = [(key, one) for key, one in found.items() if isinstance(key, int)]
    names = names_of_organisations(session, [key for key, _figure in others])
    rows = [_row_of(key, names.get(key, ""), one, asked.grouping) for key, one in others]
    return [
        *(_row_of_month(first_day, one) for first_day, one in sorted(months, key=lambda pair: pair[0])),
        *sorted(rows, key=lambda one: one.name.casefold()),
    ]


def _row_of(key: int, name: str, figure: Figure, grouping: Grouping) -> FigureRow:
    """An insurer or a broker, before what clients owe on its premiums."""
    insurer, broker = (str(key), None) if grouping is Grouping.INSURER else (None, str(key))
    url = url_for("ageing.show_ageing", assureur=insurer, courtier=broker)
    return FigureRow(name or _("Sans courtier"), url, figure)


def _row_of_month(first_day: date, figure: Figure) -> FigureRow:
    """A month, before its insurers."""
    return FigureRow(_said(first_day), Asked(Grouping.INSURER, first_day, first_day).url(), figure)


def _exported(rows: Iterable[FigureRow], asked: Asked, wanted: str) -> Response:
    months = f"de {asked.first:%m/%Y} à {asked.last:%m/%Y}"
    what = f"primes appelées {months}, par {asked.grouping.label} ({wanted.upper()})"
    record_reading(database(), actor(), "exported", "list:premium_figures", what)
    write = csv_answer if wanted == CSV else xlsx_answer
    columns = (Column("name", titled(asked.grouping.label), main=True), *_AMOUNTS)
    return write(f"primes-{asked.first:%Y-%m}-{asked.last:%Y-%m}-par-{asked.grouping.value}", columns, _written(rows))


def _written(rows: Iterable[FigureRow]) -> Iterator[Row]:
    for one in rows:
        amounts = {column.key: amount_eur for column, amount_eur in zip(_AMOUNTS, one.amounts, strict=True)}
        yield Row(key=one.name, url=one.url, cells={"name": one.name, **amounts})
