"""The daily position of each insurer, on a page and as a file."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request, url_for

from atmp_insure.access.change_log import record_reading
from atmp_insure.access.roles import Right
from atmp_insure.premiums.blueprint import asked_day
from atmp_insure.premiums.reports import insurer_positions
from atmp_insure.web.list_query import Cell, Column
from atmp_insure.web.listing import CSV, EXPORT, XLSX
from atmp_insure.web.lists import Row
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.spreadsheets import csv_answer, xlsx_answer
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from flask.typing import ResponseReturnValue

    from atmp_insure.premiums.positions import Position


blueprint = Blueprint("positions", __name__)
_ZERO = Decimal(0)
COLUMNS = (
    Column("insurer", _l("Assureur"), main=True),
    Column("called", _l("Primes appelées, non encaissées"), Cell.EUROS),
    Column("tax_called", _l("Taxe appelée, non encaissée"), Cell.EUROS),
    Column("collected", _l("Primes encaissées, à reverser"), Cell.EUROS),
    Column("tax_collected", _l("Taxe encaissée, à reverser"), Cell.EUROS),
    Column("bank", _l("Solde du compte de primes"), Cell.EUROS),
    Column("difference", _l("Écart"), Cell.EUROS),
    Column("withheld", _l("dont commissions laissées au bureau"), Cell.EUROS),
    Column("other", _l("dont non imputé, chèques, autre compte"), Cell.EUROS),
)


@blueprint.get("/premiums/positions")
@needs(Right.READ_LEDGER)
def show_positions() -> ResponseReturnValue:
    """Where the office stands with each insurer at the end of a day, one line each and no total."""
    on = asked_day()
    with database().reading(actor()) as session:
        found = insurer_positions(session, on)
    wanted = request.args.get(EXPORT)
    if wanted in {CSV, XLSX}:
        return _exported(found, on, wanted)
    return render_template("premiums/positions.html", positions=found, on=on)


def _exported(found: Sequence[Position], on: date, wanted: str) -> Response:
    what = f"position des assureurs au {on:%d/%m/%Y} ({wanted.upper()})"
    record_reading(database(), actor(), "exported", "list:insurer_positions", what)
    write = csv_answer if wanted == CSV else xlsx_answer
    return write(f"positions-{on}", COLUMNS, _rows(found, on))


def _rows(found: Iterable[Position], on: date) -> Iterable[Row]:
    for one in found:
        yield Row(
            key=one.insurer, url=url_for("positions.show_positions", jour=on.isoformat()),
            cells={
                "insurer": one.insurer, "called": one.called_eur, "tax_called": one.tax_called_eur,
                "collected": one.collected_eur, "tax_collected": one.tax_collected_eur, "bank": one.bank_eur,
                "difference": one.difference_eur, "withheld": one.withheld_eur, "other": one.other_eur,
            },
        )  # fmt: skip
