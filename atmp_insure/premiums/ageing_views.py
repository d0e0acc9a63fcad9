"""The aged balance of clients, on a page and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, render_template, request, url_for

from atmp_insure.access.change_log import record_reading
from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Right
from atmp_insure.parties.partner_queries import list_organisations_of
from atmp_insure.premiums.ageing import AgeBand, total_of
from atmp_insure.premiums.blueprint import asked_day
from atmp_insure.premiums.call_shares import Whose
from atmp_insure.premiums.reports import AgedClient, aged_clients
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
    from datetime import date

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession

blueprint = Blueprint("ageing", __name__)
INSURER, BROKER, NO_BROKER = "assureur", "courtier", "0"
COLUMNS = (
    Column("client", _l("Client"), main=True),
    Column("auxiliary", _l("Compte")),
    *(Column(band.value, titled(band.label), Cell.EUROS) for band in AgeBand),
    Column("owed", _l("Total dû"), Cell.EUROS),
    Column("credit", _l("Avoirs et paiements non imputés"), Cell.EUROS),
    Column("balance", _l("Solde"), Cell.EUROS),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a day, and whose premiums; with the insurers and brokers that it may name.

    Attributes:
        insurers, brokers: by their numbers, as the address gives them.
    """

    on: date
    insurers: dict[str, str]
    brokers: dict[str, str]
    insurer: str = ""
    broker: str = ""

    @property
    def whose(self) -> Whose:
        """Whose premiums."""
        return Whose(*(int(one) if one else None for one in (self.insurer, self.broker)))

    @property
    def names(self) -> tuple[str, ...]:
        """The insurer and the broker that are asked for, when one is."""
        found = self.insurers.get(self.insurer, ""), self.brokers.get(self.broker, "")
        return tuple(one for one in found if one)

    def url(self, export: str | None = None) -> str:
        """The address of it, or of its file."""
        insurer, broker = self.insurer or None, self.broker or None
        return url_for("ageing.show_ageing", jour=self.on.isoformat(), assureur=insurer, courtier=broker, export=export)


@blueprint.get("/premiums/ageing")
@needs(Right.READ_LEDGER)
def show_ageing() -> ResponseReturnValue:
    """What clients owe at the end of a day by the days since it was due, one line each, with totals."""
    with database().reading(actor()) as session:
        asked = _asked(session)
        clients = aged_clients(session, asked.on, asked.whose)
    wanted = request.args.get(EXPORT)
    if wanted in {CSV, XLSX}:
        return _exported(clients, asked, wanted)
    return render_template("premiums/ageing.html", clients=clients, asked=asked, **_shown(clients, asked))


def _shown(clients: Sequence[AgedClient], asked: Asked) -> dict[str, Any]:
    return {
        "total": AgedClient(0, "", "", total_of(one.aged for one in clients)),
        "bands": [titled(band.label) for band in AgeBand],
        "csv_url": asked.url(CSV),
        "xlsx_url": asked.url(XLSX),
    }


def _asked(session: ScopedSession) -> Asked:
    found = list_organisations_of(session, (OrganisationKind.INSURER, OrganisationKind.BROKER))
    insurers = {str(one.id): one.name for one in found if one.kind is OrganisationKind.INSURER}
    brokers = {str(one.id): one.name for one in found if one.kind is OrganisationKind.BROKER}
    brokers[NO_BROKER] = _("sans courtier")
    return Asked(asked_day(), insurers, brokers, _one_of(insurers, INSURER), _one_of(brokers, BROKER))


def _one_of(offered: dict[str, str], name: str) -> str:
    """What the address names, when it is offered; else nothing, and it is said."""
    chosen = request.args.get(name, "")
    if not chosen or chosen in offered:
        return chosen
    said = _("« %(text)s » n'est ni un assureur ni un courtier connu : la page les montre tous.", text=chosen)
    flash(said, "warning")
    return ""


def _exported(clients: Iterable[AgedClient], asked: Asked, wanted: str) -> Response:
    of_whom = ", ".join(("", *asked.names))
    what = f"balance âgée au {asked.on:%d/%m/%Y}{of_whom} ({wanted.upper()})"
    record_reading(database(), actor(), "exported", "list:aged_balance", what)
    write = csv_answer if wanted == CSV else xlsx_answer
    return write(f"balance-agee-{asked.on}", COLUMNS, _rows(clients))


def _rows(clients: Iterable[AgedClient]) -> Iterator[Row]:
    for one in clients:
        bands = {band.value: one.aged.of(band) for band in AgeBand}
        yield Row(
            key=one.auxiliary, url=url_for("premiums.show_account", company_id=one.company_id),
            cells={
                "client": one.name, "auxiliary": one.auxiliary, **bands, "owed": one.aged.owed_eur,
                "credit": one.aged.credit_eur, "balance": one.aged.balance_eur,
            },
        )  # fmt: skip
