"""What a program reads of the books of premiums: the aged balance, figures, the position of each insurer."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from atmp_insure.access.roles import Right
from atmp_insure.api.resources import Arguments, Resources
from atmp_insure.api.values import Euros, code_field, codes_of, day_field, filter_field
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.premiums import figure_queries
from atmp_insure.premiums.ageing import AgeBand
from atmp_insure.premiums.booking import euros
from atmp_insure.premiums.call_shares import Whose
from atmp_insure.premiums.figures import Figure, Grouping, figures_by
from atmp_insure.premiums.reports import aged_clients, insurer_positions
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs

ageing = Resources("premium-ageing", "Balance âgée des clients.", "/premium-ageing")
figures = Resources("premium-figures", "Primes appelées, encaissées, échues.", "/premium-figures")
positions = Resources("insurer-positions", "Position de chaque assureur.", "/insurer-positions")
RESOURCES = (ageing, figures, positions)


class BooksDayArguments(Arguments):
    """At the end of which day the books are read."""

    on = day_field("à la fin de ce jour ; absent : aujourd'hui", required=False)


class AgeingArguments(BooksDayArguments):
    """Of which day, and whose premiums."""

    insurer_id = filter_field("la part de cet assureur")
    broker_id = filter_field("les primes de ce courtier")


class AgedClientSchema(Schema):
    """What a client owes by age."""

    company_id = fields.Integer(required=True)
    name = fields.String(required=True)
    auxiliary = fields.String(required=True, metadata={"description": "son compte dans les livres"})
    by_band = fields.Dict(
        keys=fields.String(), values=Euros(), required=True,
        metadata={"description": "; ".join(f"{one.value} : {one.label}" for one in AgeBand)},
    )  # fmt: skip
    owed_eur = Euros(required=True)
    credit_eur = Euros(required=True, metadata={"description": "paiements et avoirs non imputés, zéro ou moins"})
    balance_eur = Euros(required=True, metadata={"description": "celui du compte dans les livres"})


class AgeingSchema(Schema):
    """The aged balance of a day."""

    on = day_field()
    clients = fields.List(fields.Nested(AgedClientSchema), required=True)


class FigureArguments(Arguments):
    """What was called from a day to another, and how it is told apart."""

    by = code_field(codes_of(Grouping), "regroupement")
    first_day = day_field("appelé à partir de ce jour")
    last_day = day_field("appelé jusqu'à ce jour")


class FigureSchema(Schema):
    """What was called, and what became of it."""

    insurer_id = fields.Integer(required=True, allow_none=True)
    broker_id = fields.Integer(required=True, allow_none=True, metadata={"description": "0 : sans courtier"})
    month = day_field("premier jour du mois d'appel", allow_none=True)
    premium_eur = Euros(required=True, metadata={"description": "prime et surprime appelées"})
    tax_eur = Euros(required=True)
    called_eur = Euros(required=True)
    collected_eur = Euros(required=True)
    overdue_eur = Euros(required=True, metadata={"description": "échu et non encaissé"})
    to_come_eur = Euros(required=True)
    credit_eur = Euros(required=True, metadata={"description": "avoirs qui ne règlent rien encore"})


class FiguresSchema(Schema):
    """Figures of some days."""

    items = fields.List(fields.Nested(FigureSchema), required=True)


class PositionSchema(Schema):
    """Where the office stands with one insurer; insurers are never netted against each other."""

    insurer_id = fields.Integer(required=True)
    insurer = fields.String(required=True)
    called_eur = Euros(required=True, metadata={"description": "primes appelées, non encaissées"})
    tax_called_eur = Euros(required=True)
    collected_eur = Euros(required=True, metadata={"description": "primes encaissées, à reverser"})
    tax_collected_eur = Euros(required=True)
    bank_eur = Euros(required=True, metadata={"description": "solde de son compte de primes, dans les livres"})
    difference_eur = Euros(required=True)
    withheld_eur = Euros(required=True, metadata={"description": "commissions laissées au bureau"})
    other_eur = Euros(required=True, metadata={"description": "non imputé, chèques, autre compte"})


class PositionsSchema(Schema):
    """The position of each insurer at the end of a day."""

    on = day_field()
    insurers = fields.List(fields.Nested(PositionSchema), required=True)


@ageing.operation("GET", "", AgeingSchema, arguments=AgeingArguments)
@needs(Right.READ_LEDGER)
def show_premium_ageing(asked: dict[str, Any]) -> dict[str, Any]:
    """La balance âgée à la fin d'un jour : ce que doit chaque client, selon l'ancienneté de l'échéance."""
    on = asked.get("on") or today()
    with database().reading(actor()) as session:
        clients = aged_clients(session, on, Whose(asked.get("insurer_id"), asked.get("broker_id")))
    return {"on": on, "clients": [
        {"company_id": one.company_id, "name": one.name, "auxiliary": one.auxiliary, "owed_eur": one.aged.owed_eur,
         "by_band": {band.value: one.aged.of(band) for band in AgeBand}, "credit_eur": one.aged.credit_eur,
         "balance_eur": one.aged.balance_eur}
        for one in clients
    ]}  # fmt: skip


@figures.operation("GET", "", FiguresSchema, arguments=FigureArguments)
@needs(Right.READ_LEDGER)
def list_premium_figures(asked: dict[str, Any]) -> dict[str, Any]:
    """Ce qui a été appelé d'un jour à un autre, et ce qui en est encaissé, échu, à échoir aujourd'hui."""
    first_day, last_day = asked["first_day"], asked["last_day"]
    if first_day > last_day:
        raise InvalidInput.one("premier jour après le dernier", "Les donner dans l'ordre", place="?first_day")
    grouping = Grouping(asked["by"])
    with database().reading(actor()) as session:
        found = figures_by(grouping, figure_queries.list_called(session, first_day, last_day), today())
    return {"items": [_figure_plain(grouping, key, found[key]) for key in sorted(found, key=str)]}


@positions.operation("GET", "", PositionsSchema, arguments=BooksDayArguments)
@needs(Right.READ_LEDGER)
def list_insurer_positions(asked: dict[str, Any]) -> dict[str, Any]:
    """La position de chaque assureur à la fin d'un jour."""
    on = asked.get("on") or today()
    with database().reading(actor()) as session:
        return {"on": on, "insurers": insurer_positions(session, on)}


def _figure_plain(grouping: Grouping, key: Any, figure: Figure) -> dict[str, Any]:
    keys = {Grouping.INSURER: "insurer_id", Grouping.BROKER: "broker_id", Grouping.MONTH: "month"}
    names = ("premium", "tax", "called", "collected", "overdue", "to_come", "credit")
    told = {name: key if one is grouping else None for one, name in keys.items()}
    return told | {f"{name}_eur": euros(getattr(figure, name)) for name in names}
