"""The runs that take a book of policies over and take it back, one policy an item; and who takes its kept sheets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from atmp_insure.db.run_queries import get_run
from atmp_insure.db.runs import Item, Run, RunItem, RunKind, RunState, start_run
from atmp_insure.kernel.errors import Refused
from atmp_insure.parties.body_models import ImportState, PartyImport
from atmp_insure.parties.import_service import hand_to_run, lock_previewed
from atmp_insure.policies import take_over_queries as queries
from atmp_insure.policies import take_over_service, take_over_write_service
from atmp_insure.policies.loader import installed_rulebook
from atmp_insure.policies.take_over_origin_service import TakeOver
from atmp_insure.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.book_controls import Control
    from atmp_insure.policies.book_sheets import BookSheet
    from atmp_insure.policies.take_over_write_service import Taker

TAKERS: dict[BookSheet, Taker] = {}  # sheet → what takes its rows over; until then they stay kept with their book


def _contents(session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    kept = take_over_service.book_of(session, queries.get_book(session, parameters["import_id"]))
    for row in kept.book.companies:
        yield Item(f"entreprise, ligne {row.number}", {**parameters, "company_row": row.number})
    for reference in kept.book.policies:
        yield Item(f"contrat {reference}", {**parameters, "reference": reference})


def _take_over(session: ScopedSession, item: RunItem) -> str:
    taken = _taken(session, item)
    if "company_row" in item.payload:
        return take_over_write_service.take_over_company(session, taken, item.payload["company_row"])
    return take_over_write_service.take_over_policy(session, taken, item.payload["reference"], TAKERS)


def _policies(session: ScopedSession, parameters: dict[str, Any]) -> Iterator[Item]:
    for reference in queries.policies_of_book(session, queries.get_book(session, parameters["import_id"])):
        yield Item(f"contrat {reference}", {**parameters, "reference": reference})


def _take_back(session: ScopedSession, item: RunItem) -> str:
    return take_over_write_service.take_back_policy(session, _taken(session, item), item.payload["reference"])


def _taken(session: ScopedSession, item: RunItem) -> TakeOver:
    found = queries.get_book(session, item.payload["import_id"])
    rules = installed_rulebook(read_settings().config_overlay)
    return TakeOver(found, rules, datetime.now(UTC), item.payload["person_id"])


TAKE_OVER = RunKind("take_over_policies", "Reprendre un portefeuille de contrats", _contents, _take_over)
TAKE_BACK = RunKind("take_back_policies", "Annuler la reprise d'un portefeuille", _policies, _take_back)


def start_take_over(session: ScopedSession, found: PartyImport, confirmed: Collection[Control], now: datetime) -> Run:
    """Hand a book that was looked at to a run; pressed twice, one run.

    Args:
        confirmed: the control totals whose difference was seen and agreed to.

    Raises:
        OutOfScope: the actor may not take a book over.
        Refused: it was handed over or given up already, or its totals differ and nobody confirmed it.
    """
    lock_previewed(session, found)
    take_over_service.require_confirmed(session, found, confirmed)
    run = start_run(session, TAKE_OVER, f"book:{found.id}", now, {
        "import_id": found.id, "person_id": session.actor.user_id,
        "confirmed": sorted(one.value for one in confirmed),
    })  # fmt: skip
    hand_to_run(session, found, run.id)
    return run


def start_take_back(session: ScopedSession, found: PartyImport, now: datetime) -> Run:
    """Take a whole book back, by a run: each policy until something new was recorded on it; pressed twice, one run.

    Raises:
        OutOfScope: the actor may not take a book over.
        Refused: nothing of it was taken over, or the run that does is not over.
    """
    take_over_service.require_right_to_take_over(session)
    if found.state is not ImportState.RUNNING:
        raise Refused("Rien de ce portefeuille n'a été repris : il n'y a rien à annuler.")
    if found.run_id is not None and get_run(session, found.run_id).state is RunState.WORKING:
        raise Refused("La reprise n'est pas finie : attendre sa fin, ou l'arrêter, avant de l'annuler.")
    parameters = {"import_id": found.id, "person_id": session.actor.user_id}
    return start_run(session, TAKE_BACK, f"book:{found.id}", now, parameters)
