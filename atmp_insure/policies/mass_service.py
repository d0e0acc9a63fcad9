"""Many policies at once: renewed at their due date, or changed alike; previewed from their standings, done by runs.

A run works policy by policy: each is renewed or changed once, whatever is killed on the way, and one that cannot be
says why without stopping the others.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.db.runs import Item
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.policies import queries, service
from atmp_insure.policies.change_schemas import change_of, plain_change
from atmp_insure.policies.issuing import next_year
from atmp_insure.policies.mass_endorsing import EndorsementObstacle, EndorsementStanding, endorsement_obstacles
from atmp_insure.policies.renewing import (
    RenewalObstacle,
    RenewalStanding,
    RenewalTerms,
    renewal_changes,
    renewal_obstacles,
)
from atmp_insure.policies.revising import READY_STATES, RevisionState
from atmp_insure.policies.revision_queries import find_revision, revisions_due
from atmp_insure.policies.revision_service import renewal_changes_of
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.stack_service import Act, latest_state, stack_of
from atmp_insure.policies.state import after_all, counting
from atmp_insure.policies.transactions import Endorsement, Renewal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.grounds import Ground
    from atmp_insure.policies.models import PolicyStanding
    from atmp_insure.policies.revision_models import PolicyRevision

LONGEST_SPAN = timedelta(days=366)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MassRenewal:
    """Which policies are renewed, and on which terms.

    Attributes:
        first_due_on, last_due_on: main due dates concerned, both included.
        on: the day on which notices leave.
        left_out: numbers of policies that a person left out of the run.
    """

    product: str
    first_due_on: date
    last_due_on: date
    terms: RenewalTerms
    on: date
    left_out: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RenewalPreview:
    """What a mass renewal would do: exceptions first.

    Attributes:
        exceptions: policies that are not renewed, with what stands in the way.
        ready: how many are renewed.
        net_eur: yearly premium of those, on the terms of their revision where there is one, before any index.
    """

    exceptions: Sequence[tuple[PolicyStanding, tuple[RenewalObstacle, ...]]]
    ready: int
    net_eur: Decimal

    @property
    def counts(self) -> Counter[RenewalObstacle]:
        """How many policies each obstacle stops."""
        return Counter(one for _row, obstacles in self.exceptions for one in obstacles)


def require_sensible(wanted: MassRenewal) -> None:
    """Refuse, by `InvalidInput`, a mass renewal that cannot be meant."""
    if wanted.last_due_on < wanted.first_due_on:
        raise InvalidInput.one("dernière échéance avant la première", "Corriger l'une des dates", place="last_due_on")
    if wanted.last_due_on - wanted.first_due_on > LONGEST_SPAN:
        raise InvalidInput.one("plus d'un an d'échéances", "Renouveler une année à la fois", place="last_due_on")
    if not Fraction(1, 2) <= wanted.terms.index <= 2:
        raise InvalidInput.one("indice hors de − 50 % à + 100 %", "Le corriger", place="index")


def preview_renewals(
    session: ScopedSession, wanted: MassRenewal, catalogue: Catalogue, ground: Ground
) -> RenewalPreview:
    """What a mass renewal would do to each policy whose year ends then; nothing is written.

    Raises:
        InvalidInput: it cannot be meant.
    """
    require_sensible(wanted)
    exceptions, ready, net_eur = [], 0, Decimal(0)
    revisions = revisions_due(session, wanted.first_due_on, wanted.last_due_on)
    for row in queries.list_due(session, wanted.product, wanted.first_due_on, wanted.last_due_on):
        revision = revisions.get(row.policy_id)
        obstacles = _obstacles(row, wanted, catalogue, ground, revision)
        if obstacles:
            exceptions.append((row, obstacles))
        elif row.policy_id not in wanted.left_out:
            ready, net_eur = ready + 1, net_eur + _net_eur(row, revision)
    return RenewalPreview(exceptions, ready, net_eur)


def _obstacles(
    row: PolicyStanding, wanted: MassRenewal, catalogue: Catalogue, ground: Ground, revision: PolicyRevision | None
) -> tuple[RenewalObstacle, ...]:
    sold = catalogue.version_on(row.product, row.year_last_day + _DAY)
    standing = RenewalStanding(
        row.year_last_day, row.product_version, row.suspended_on, row.ended_on, row.is_void, *_revised(revision)
    )
    return renewal_obstacles(standing, wanted.terms, sold, ground, wanted.on)


def _net_eur(row: PolicyStanding, revision: PolicyRevision | None) -> Decimal:
    after_eur = revision.net_after_eur if revision is not None and revision.state in READY_STATES else None
    return row.net_eur if after_eur is None else after_eur


def _revised(revision: PolicyRevision | None) -> tuple[RevisionState | None, bool]:
    """Where a revision stands, and whether the client still has to hear of its terms."""
    if revision is None:
        return None, False
    return revision.state, revision.state is RevisionState.PROPOSED and revision.is_to_tell


def items_to_renew(session: ScopedSession, wanted: MassRenewal) -> Iterator[Item]:
    """The policies that a run renews, those with an obstacle too: it says so for each."""
    for row in queries.list_due(session, wanted.product, wanted.first_due_on, wanted.last_due_on):
        if row.policy_id not in wanted.left_out:
            yield Item(row.reference, {"policy_id": row.policy_id, "ended": str(row.year_last_day)}, row.company_id)


def renew_one(
    session: ScopedSession, policy_id: int, ended: date, wanted: MassRenewal, catalogue: Catalogue, *,
    ground: Ground, now: datetime,
) -> str:  # fmt: skip
    """Renew one policy whose year ends on a day; done before, nothing changes.

    Raises:
        Refused: an obstacle stands in the way, each in words.
    """
    policy = queries.locked_policy(session, policy_id)
    state = after_all(one.entry for one in counting(stack_of(policy)))
    if state is None or state.year.last_day != ended:
        return RenewalObstacle.RENEWED.label
    sold = catalogue.version_on(state.terms.product, ended + _DAY)
    revision = find_revision(session, policy.id, ended + _DAY)
    standing = RenewalStanding(
        ended, state.terms.product_version, state.suspended_on, state.ended_on, state.is_void, *_revised(revision)
    )
    obstacles = renewal_obstacles(standing, wanted.terms, sold, ground, wanted.on)
    if obstacles:
        raise Refused(" ; ".join(one.label for one in obstacles))
    year = next_year(state.year)
    article = ground.citation.source if ground.citation else ""
    act = Act("Renouvellement en nombre", now, article=article)
    changes = renewal_changes(state.terms, standing.terms(wanted.terms), sold)
    if revision is not None and revision.state in READY_STATES:
        act = Act("Renouvellement en nombre, après révision", now, article=article, quote_id=revision.quote_id)
        changes = tuple(renewal_changes_of(session, revision, state, catalogue))
    rows = service.carry_out_on_locked(session, policy, Wanted(year.first_day, Renewal(year, changes)), act, catalogue)
    return f"{rows[-1].total_eur} €"


@dataclass(frozen=True, slots=True)
class MassEndorsement:
    """A change made alike to many policies.

    Attributes:
        broker_id, insurer_id: only those of this broker, of this leading insurer; None: whoever.
    """

    product: str
    on: date
    change: Change
    reason: str
    broker_id: int | None = None
    insurer_id: int | None = None

    def plain(self) -> dict[str, Any]:
        """As the parameters of a run carry it."""
        return {
            "product": self.product, "on": self.on.isoformat(), "change": plain_change(self.change),
            "reason": self.reason, "broker_id": self.broker_id, "insurer_id": self.insurer_id,
        }  # fmt: skip

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> MassEndorsement:
        """From the parameters of a run."""
        return cls(
            plain["product"], date.fromisoformat(plain["on"]), change_of(plain["change"]), plain["reason"],
            plain["broker_id"], plain["insurer_id"],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class EndorsementPreview:
    """What a mass endorsement would do: exceptions first.

    Attributes:
        exceptions: policies that are not changed, with what stands in the way.
        ready: how many are changed.
        net_eur: yearly premium of those, as it is.
    """

    exceptions: Sequence[tuple[PolicyStanding, tuple[EndorsementObstacle, ...]]]
    ready: int
    net_eur: Decimal


def preview_endorsements(session: ScopedSession, wanted: MassEndorsement) -> EndorsementPreview:
    """What a mass endorsement would do to each policy it is for; nothing is written."""
    exceptions, ready, net_eur = [], 0, Decimal(0)
    for row in queries.list_in_force(session, wanted.product, wanted.on, wanted.broker_id, wanted.insurer_id):
        standing = EndorsementStanding(row.year_first_day, row.year_last_day, row.product_version, row.broker_id)
        obstacles = endorsement_obstacles(standing, wanted.change, wanted.on)
        if obstacles:
            exceptions.append((row, obstacles))
        else:
            ready, net_eur = ready + 1, net_eur + row.net_eur
    return EndorsementPreview(exceptions, ready, net_eur)


def items_to_endorse(session: ScopedSession, wanted: MassEndorsement) -> Iterator[Item]:
    """The policies that a run changes: in force on the day, of the broker and the insurer asked for."""
    for row in queries.list_in_force(session, wanted.product, wanted.on, wanted.broker_id, wanted.insurer_id):
        yield Item(row.reference, {"policy_id": row.policy_id}, row.company_id)


def endorse_one(
    session: ScopedSession, policy_id: int, wanted: MassEndorsement, catalogue: Catalogue, now: datetime
) -> str:
    """Change one policy.

    Raises:
        Refused, InvalidInput: it cannot be changed so.
    """
    policy = queries.locked_policy(session, policy_id)
    state = latest_state(policy)
    year, terms = state.year, state.terms
    standing = EndorsementStanding(year.first_day, year.last_day, terms.product_version, terms.broker_id)
    obstacles = endorsement_obstacles(standing, wanted.change, wanted.on)
    if obstacles:
        raise Refused(" ; ".join(one.label for one in obstacles))
    content = Endorsement((wanted.change,))
    rows = service.carry_out_on_locked(session, policy, Wanted(wanted.on, content), Act(wanted.reason, now), catalogue)
    return f"{sum((row.total_eur for row in rows), Decimal(0))} €"
