"""What another system kept of a policy, line by line: states, a suspension, a resumption, an end, each from a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.policies.terms import PolicyTerms
    from atmp_insure.policies.transactions import Entry, InsuranceYear, Refunding


class Happening(Labelled):
    """What a line of a former system says; the code, and its name in French."""

    STATE = "state", "état"
    SUSPENSION = "suspension", "suspension"
    RESUMPTION = "resumption", "remise en vigueur"
    TERMINATION = "termination", "résiliation"


@dataclass(frozen=True, slots=True)
class FormerState:
    """What a policy said from a day on, and the policy year of that day."""

    year: InsuranceYear
    terms: PolicyTerms


@dataclass(frozen=True, slots=True)
class FormerEnd:
    """How a policy ended: by which ground, and what became of the premium of the days that were left."""

    ground: str
    refunding: Refunding


@dataclass(frozen=True, slots=True)
class FormerLine:
    """A line of a former system about a policy.

    Attributes:
        place: where it stands in the file: `Contrats, ligne 12`.
        on: the first day on which it holds.
        said: the state or the end that it tells; None: a suspension or a resumption.
    """

    place: str
    on: date
    happening: Happening
    said: FormerState | FormerEnd | None = None


@dataclass(frozen=True, slots=True)
class TakenEntry:
    """A transaction that is taken over, and the place of the line that it comes from."""

    place: str
    entry: Entry
