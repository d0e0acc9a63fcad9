"""Which policies are revised together, as forms ask for it and runs carry it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.policies.mass_service import LONGEST_SPAN

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Campaign:
    """Which policies are revised together.

    Attributes:
        first_due_on, last_due_on: main due dates concerned, both included.
        answer_days: how many days clients have to send the papers of the year.
    """

    product: str
    first_due_on: date
    last_due_on: date
    answer_days: int

    def plain(self) -> dict[str, Any]:
        """As the parameters of a run carry it."""
        return {
            "product": self.product, "first_due_on": self.first_due_on.isoformat(),
            "last_due_on": self.last_due_on.isoformat(), "answer_days": self.answer_days,
        }  # fmt: skip

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Campaign:
        """From the parameters of a run."""
        first, last = (date.fromisoformat(plain[name]) for name in ("first_due_on", "last_due_on"))
        return cls(plain["product"], first, last, plain["answer_days"])


def require_sensible(wanted: Campaign) -> None:
    """Refuse, by `InvalidInput`, a campaign that cannot be meant."""
    if wanted.last_due_on < wanted.first_due_on:
        raise InvalidInput.one("dernière échéance avant la première", "Corriger l'une des dates", place="last_due_on")
    if wanted.last_due_on - wanted.first_due_on > LONGEST_SPAN:
        raise InvalidInput.one("plus d'un an d'échéances", "Réviser une année à la fois", place="last_due_on")
