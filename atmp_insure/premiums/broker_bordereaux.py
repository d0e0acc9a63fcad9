"""Premiums that brokers collect and remit with a bordereau: where one stands, from which day a line counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled
from atmp_insure.premiums.collecting import collected_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from decimal import Decimal


class BordereauState(Labelled):
    """Where the money of a bordereau is; the code, and its name in French."""

    DECLARED = "declared", "déclaré, à remettre"
    PARTLY = "partly", "remis en partie"
    REMITTED = "remitted", "remis"
    OVER = "over", "trop remis"
    TAKEN_BACK = "taken_back", "annulé"


class CountsFrom(Labelled):
    """From which day a premium that was paid to a broker is paid to the insurer."""

    CLIENT_DAY = "client_day", "le jour où le client a payé le courtier"
    DECLARED_DAY = "declared_day", "le jour où le bordereau le déclare"


def bordereau_state(standing_eur: Decimal, remitted_eur: Decimal) -> BordereauState:
    """Where a bordereau stands.

    Args:
        standing_eur: of its lines that nobody took back.
        remitted_eur: what the broker transferred for it.

    Source: none; a comparison of both.
    """
    if remitted_eur > standing_eur:
        return BordereauState.OVER
    if not standing_eur:
        return BordereauState.TAKEN_BACK
    if remitted_eur == standing_eur:
        return BordereauState.REMITTED
    return BordereauState.PARTLY if remitted_eur else BordereauState.DECLARED


def counts_on(counts_from: CountsFrom, paid_on: date, declared_on: date) -> date:
    """The day on which a line counts as a payment of its premium.

    Source: mandate of the insurer to the broker (`config/premiums/broker_payments.yaml`, unsettled).
    """
    return paid_on if counts_from is CountsFrom.CLIENT_DAY else declared_on


def expected_by_insurer(lines: Iterable[tuple[int, Mapping[int, int]]]) -> dict[int, int]:
    """What each insurer's premium account is to receive of some lines, in cents, in proportion of the calls they pay.

    Args:
        lines: of each, what the client paid, and what its call asked for each insurer, in cents.

    Source: shares of the agreements; insurers are never netted.
    """
    found: dict[int, int] = {}
    for paid, called in lines:
        for insurer, cents in collected_of(called, paid).items():
            found[insurer] = found.get(insurer, 0) + cents
    return {insurer: cents for insurer, cents in sorted(found.items()) if cents}
