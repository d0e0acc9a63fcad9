"""Premiums that brokers collect as pages show them: states, lines with their calls, what each insurer is to receive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from atmp_insure.parties.partner_queries import names_of_organisations
from atmp_insure.parties.queries import names_of
from atmp_insure.premiums import broker_remitting_service
from atmp_insure.premiums.broker_bordereaux import BordereauState, bordereau_state
from atmp_insure.web.display import State, Tone
from atmp_insure.web.list_query import Cell, Column
from atmp_insure.web.lists import Row
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.broker_models import BordereauLine, BrokerBordereau, BrokerRemittance

_TONES = {
    BordereauState.DECLARED: Tone.CARE, BordereauState.PARTLY: Tone.CARE, BordereauState.REMITTED: Tone.GOOD,
    BordereauState.OVER: Tone.BAD, BordereauState.TAKEN_BACK: Tone.NEUTRAL,
}  # fmt: skip
STATES: Mapping[BordereauState, State] = {one: State(one.label, tone) for one, tone in _TONES.items()}
LINE_COLUMNS = (
    Column("call", _l("Appel"), main=True), Column("client", _l("Client")), Column("paid_on", _l("Payé le"), Cell.DAY),
    Column("counts_on", _l("Compte du"), Cell.DAY), Column("amount", _l("Montant"), Cell.EUROS),
    Column("withdrawn", _l("Annulée le"), Cell.DAY),
)  # fmt: skip


def state_of(standing_eur: Decimal, remitted_eur: Decimal) -> State:
    """Where a bordereau stands."""
    return STATES[bordereau_state(standing_eur, remitted_eur)]


@dataclass(frozen=True, slots=True)
class ShownBordereau:
    """A bordereau with what is left of it.

    Attributes:
        clients: names, by company; those that the reader does not see miss.
        transfers: received, each with what takes it back.
    """

    row: BrokerBordereau
    broker: str
    clients: Mapping[int, str]
    standing_eur: Decimal
    remitted_eur: Decimal
    transfers: tuple[tuple[BrokerRemittance, BrokerRemittance | None], ...]

    @property
    def left_eur(self) -> Decimal:
        """What the broker still owes; below zero: it transferred more."""
        return self.standing_eur - self.remitted_eur

    @property
    def state(self) -> State:
        """Where it stands."""
        return state_of(self.standing_eur, self.remitted_eur)


def shown_bordereau(session: ScopedSession, row: BrokerBordereau) -> ShownBordereau:
    """A bordereau as its page shows it."""
    back = {one.reverses_id: one for one in row.remittances if one.reverses_id is not None}
    return ShownBordereau(
        row, names_of_organisations(session, [row.broker_id]).get(row.broker_id, ""),
        names_of(session, {one.company_id for one in row.lines}), broker_remitting_service.standing_eur(row),
        broker_remitting_service.remitted_eur(row),
        tuple((one, back.get(one.id)) for one in row.remittances if one.reverses_id is None),
    )  # fmt: skip


def exported_lines(shown: ShownBordereau, lines: Iterable[BordereauLine]) -> Iterable[Row]:
    """The lines of a bordereau as a spreadsheet has them."""
    for one in lines:
        yield Row(
            key=str(one.id), url=url_for("brokers.show_line", line_id=one.id),
            cells={
                "call": one.call.name if one.call else "–", "client": shown.clients.get(one.company_id, "–"),
                "paid_on": one.paid_on, "counts_on": one.counts_on, "amount": one.amount_eur,
                "withdrawn": one.withdrawal.recorded_on if one.withdrawal else None,
            },
        )  # fmt: skip
