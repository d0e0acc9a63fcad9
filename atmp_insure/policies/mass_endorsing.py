"""What stands in the way of a change made alike to many policies, as far as the list of policies knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Labelled
from atmp_insure.policies.changes import ChangeBroker, ChangeProductVersion

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.policies.changes import Change


class EndorsementObstacle(Labelled):
    """Why a policy is not changed with the others; the stored code, and what it means in French."""

    NOT_OPEN = "not_open", "année d'assurance pas encore ouverte à cette date : renouveler d'abord"
    CLOSED_YEAR = "closed_year", "une année suivante est déjà ouverte : à faire sur le contrat lui-même"
    NOTHING = "nothing", "rien ne changerait"


@dataclass(frozen=True, slots=True)
class EndorsementStanding:
    """What decides of a change made in number.

    Attributes:
        year_first_day, year_last_day: of the last policy year that was opened.
    """

    year_first_day: date
    year_last_day: date
    product_version: str
    broker_id: int | None


def endorsement_obstacles(standing: EndorsementStanding, change: Change, on: date) -> tuple[EndorsementObstacle, ...]:
    """What stands in the way of a policy; empty: it is changed.

    Source: a choice of this product (`docs/policies.md`): what reopens a past year is seen policy by policy.
    """
    found = []
    if on > standing.year_last_day:
        found.append(EndorsementObstacle.NOT_OPEN)
    if on < standing.year_first_day:
        found.append(EndorsementObstacle.CLOSED_YEAR)
    if _is_said_already(standing, change):
        found.append(EndorsementObstacle.NOTHING)
    return tuple(found)


def _is_said_already(standing: EndorsementStanding, change: Change) -> bool:
    match change:
        case ChangeBroker(broker_id=broker_id):
            return broker_id == standing.broker_id
        case ChangeProductVersion(product_version=version):
            return version == standing.product_version
        case _:
            return False
