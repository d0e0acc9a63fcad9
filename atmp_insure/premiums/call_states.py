"""Where a call stands between the client who owes it and what was paid of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal


class CallState(Labelled):
    """Where a call stands on a day; the code, and its name in French."""

    TO_COME = "to_come", "à échoir"
    DUE = "due", "échu, à encaisser"
    SETTLED = "settled", "soldé"
    TO_GIVE_BACK = "to_give_back", "avoir à imputer ou à rendre"


def call_state(total_eur: Decimal, left_eur: Decimal, due_on: date, on: date) -> CallState:
    """Where a call stands.

    Args:
        total_eur: below zero: a credit note.
        left_eur: what is not settled of it, never below zero.

    Source: art. L.113-2 and L.113-3 Code des assurances (the premium is owed from its due date).
    """
    if not left_eur:
        return CallState.SETTLED
    if total_eur < 0:
        return CallState.TO_GIVE_BACK
    return CallState.TO_COME if due_on > on else CallState.DUE
