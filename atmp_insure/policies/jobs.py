"""What the worker and the commands know of policies: runs over many of them, and the projection that can be rebuilt."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.db.projections import Projection, Row
from atmp_insure.db.runs import Item, Run, RunItem, RunKind, start_run
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.policies import mass_service, queries
from atmp_insure.policies.grounds import DUE_DATE
from atmp_insure.policies.loader import installed_grounds
from atmp_insure.policies.mass_service import MassEndorsement, MassRenewal
from atmp_insure.policies.models import PolicyStanding
from atmp_insure.policies.renewing import RenewalTerms
from atmp_insure.policies.stack_service import STANDING_COLUMNS, stack_of, standing_row
from atmp_insure.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.policies.grounds import Ground


def _standings(session: ScopedSession) -> Iterator[Row]:
    for policy in queries.all_policies(session):
        row = standing_row(policy, stack_of(policy))
        if row is not None:
            yield row


POLICY_STANDINGS = Projection("policy_standings", PolicyStanding, STANDING_COLUMNS, _standings)


def _renewals(session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    yield from mass_service.items_to_renew(session, _mass_renewal(parameters))


def _renew(session: ScopedSession, item: RunItem) -> str:
    wanted, catalogue, ground = _renewing(session, item.run_id)
    return mass_service.renew_one(
        session, item.payload["policy_id"], date.fromisoformat(item.payload["ended"]), wanted, catalogue,
        ground=ground, now=datetime.now(UTC),
    )  # fmt: skip


def _renewing(session: ScopedSession, run_id: int) -> tuple[MassRenewal, Catalogue, Ground]:
    """On which terms a run renews; read once a transaction, for all its policies."""
    key = ("renewing", run_id)
    if key not in session.info:
        overlay, wanted = read_settings().config_overlay, _mass_renewal(session.get_one(Run, run_id).parameters)
        ground = installed_grounds(overlay).on(DUE_DATE, wanted.on)
        session.info[key] = (wanted, installed_catalogue(overlay), ground)
    found: tuple[MassRenewal, Catalogue, Ground] = session.info[key]
    return found


def _mass_renewal(plain: dict[str, Any]) -> MassRenewal:
    terms = RenewalTerms(plain["with_new_version"], Fraction(plain["index"]))
    first, last, on = (date.fromisoformat(plain[name]) for name in ("first_due_on", "last_due_on", "on"))
    return MassRenewal(plain["product"], first, last, terms, on, tuple(plain["left_out"]))


def _endorsements(session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    yield from mass_service.items_to_endorse(session, MassEndorsement.of(parameters))


def _endorse(session: ScopedSession, item: RunItem) -> str:
    catalogue = installed_catalogue(read_settings().config_overlay)
    wanted = MassEndorsement.of(session.get_one(Run, item.run_id).parameters)
    return mass_service.endorse_one(session, item.payload["policy_id"], wanted, catalogue, datetime.now(UTC))


def _lock_ahead(session: ScopedSession, items: Sequence[RunItem]) -> None:
    queries.lock_ahead(session, [item.payload["policy_id"] for item in items])


RENEW = RunKind("renew_policies", "Renouveler des contrats", _renewals, _renew, ahead=_lock_ahead)
ENDORSE = RunKind("endorse_policies", "Modifier des contrats en nombre", _endorsements, _endorse, ahead=_lock_ahead)


def start_renewing(session: ScopedSession, wanted: MassRenewal, now: datetime) -> Run:
    """Hand a mass renewal to a run; pressed twice on the same terms, one run.

    Raises:
        InvalidInput: it cannot be meant.
    """
    mass_service.require_sensible(wanted)
    plain = {
        "product": wanted.product, "first_due_on": wanted.first_due_on.isoformat(),
        "last_due_on": wanted.last_due_on.isoformat(), "with_new_version": wanted.terms.with_new_version,
        "index": str(wanted.terms.index), "on": wanted.on.isoformat(), "left_out": list(wanted.left_out),
    }  # fmt: skip
    return start_run(session, RENEW, repr(sorted(plain.items())), now, plain)


def start_endorsing(session: ScopedSession, wanted: MassEndorsement, now: datetime) -> Run:
    """Hand a mass endorsement to a run; pressed twice, one run."""
    plain = wanted.plain()
    return start_run(session, ENDORSE, repr(sorted(plain.items())), now, plain)
