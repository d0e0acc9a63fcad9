"""The accounting files (FEC) of the office's own books: the years there are, each final or not, and their files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, stream_with_context

from atmp_insure.access.change_log import record_reading
from atmp_insure.access.roles import Right
from atmp_insure.ledger import fec_queries, fec_service
from atmp_insure.ledger.accounting_year import year_closed_in, year_of
from atmp_insure.ledger.fec import ENCODING, fec_bytes, fec_name
from atmp_insure.ledger.fec_service import FecBasis
from atmp_insure.ledger.loader import installed_chart, installed_results
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.fec_year import FinancialYear

blueprint = Blueprint("fec", __name__)
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class ShownYear:
    """A financial year on the page of files.

    Attributes:
        number: the calendar year in which it ends.
        name: of its file; empty: the SIREN of the office is not set.
        is_over: its last day is past.
    """

    number: int
    year: FinancialYear
    name: str
    is_over: bool
    is_final: bool


@blueprint.get("/ledger/fec")
@needs(Right.READ_LEDGER)
def show_fec() -> ResponseReturnValue:
    """The financial years of the books, the last first, each with its file."""
    siren = settings().site.office_siren
    with database().reading(actor()) as session:
        years = list(_years(session, siren))
    results = installed_results(settings().config_overlay, today())
    return render_template("ledger/fec.html", years=years, has_siren=bool(siren), results=results)


def _years(session: ScopedSession, siren: str) -> Iterator[ShownYear]:
    days, first_month = fec_queries.first_and_last_day(session), settings().ledger.year_first_month
    if days is None:
        return
    first, last = (year_of(day, first_month) for day in (days[0], max(days[1], today())))
    for number in range(last, first - 1, -1):
        year = year_closed_in(number, first_month)
        name = fec_name(siren, year.last_day) if siren else ""
        yield ShownYear(number, year, name, year.last_day < today(), fec_service.is_final(session, year))


@blueprint.get("/ledger/fec/<int:fec_year>")
@needs(Right.READ_LEDGER)
def download_fec(fec_year: int) -> ResponseReturnValue:
    """The file of a year, sent as it is written."""
    siren = fec_service.require_siren(settings().site.office_siren)
    year = fec_service.known_year(fec_year, settings().ledger.year_first_month)
    overlay, on = settings().config_overlay, min(year.last_day, today())
    basis = FecBasis(year, installed_chart(overlay, on), installed_results(overlay, on))
    with database().reading(actor()) as session:
        fec_service.require_entries(session, year)
    name = fec_name(siren, year.last_day)
    record_reading(database(), actor(), "exported", "list:ledger_entries", name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    pieces = stream_with_context(_gathered(_file(database(), actor(), basis)))
    return Response(pieces, content_type=f"text/plain; charset={ENCODING}", headers=headers)


def _file(books: Database, reader: Actor, basis: FecBasis) -> Iterator[bytes]:
    with books.reading(reader) as session:
        yield from fec_bytes(fec_service.fec_lines(session, basis))


def _gathered(rows: Iterable[bytes]) -> Iterator[bytes]:
    """Rows in pieces that are worth sending."""
    kept = bytearray()
    for one in rows:
        kept += one
        if len(kept) >= _PIECE:
            yield bytes(kept)
            kept.clear()
    yield bytes(kept)
