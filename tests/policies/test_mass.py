"""Many policies at once: exceptions are shown first, a run does the others once each, whatever is killed meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.db import checkpoints
from atmp_insure.db.actor import system
from atmp_insure.db.run_queries import get_run, list_failures
from atmp_insure.db.runs import RunState, work_chunk
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.agreement_queries import get_version
from atmp_insure.policies import jobs, mass_service
from atmp_insure.policies.changes import ChangeBroker, ChangeInsurer, ChangeProductVersion
from atmp_insure.policies.grounds import DUE_DATE
from atmp_insure.policies.issue_service import shares_of
from atmp_insure.policies.loader import installed_grounds
from atmp_insure.policies.mass_endorsing import EndorsementObstacle, EndorsementStanding, endorsement_obstacles
from atmp_insure.policies.mass_service import MassEndorsement, MassRenewal
from atmp_insure.policies.renewing import (
    RenewalObstacle,
    RenewalStanding,
    RenewalTerms,
    renewal_changes,
    renewal_obstacles,
)
from atmp_insure.policies.transactions import Refunding, Renewal, Suspension, Termination, TransactionKind
from tests.engines import a_database
from tests.policies.builders import Y2028, some_terms
from tests.policies.desk import CATALOGUE, Desk, an_insurer
from tests.underwriting.desk import PRODUCT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.db.engine import Database
    from atmp_insure.guarantees.product import ProductVersion
    from atmp_insure.policies.changes import Change

DUE, NOTICE_DAY = date(2028, 1, 1), date(2027, 10, 31)
TACIT = MassRenewal(PRODUCT, DUE, DUE, RenewalTerms(), NOTICE_DAY)
GROUND = installed_grounds(None).on(DUE_DATE, NOTICE_DAY)
NOW = datetime(2027, 10, 1, tzinfo=UTC)
WORKER = system("worker")
STANDING = RenewalStanding(date(2027, 12, 31), "2027-1")


class Killed(BaseException):
    """A process that dies."""


@pytest.fixture(params=["sqlite", "postgresql"])
def portfolio(request: pytest.FixtureRequest) -> Iterator[list[Desk]]:
    """Four clients under one insurer."""
    with a_database(request.param) as database:
        insurer = an_insurer(database)
        yield [Desk.of(database, insurer) for _ in range(4)]


def started(database: Database, wanted: MassRenewal = TACIT) -> int:
    with database.writing(WORKER) as session:
        return jobs.start_renewing(session, wanted, NOW).id


def worked(database: Database, run: int) -> RunState:
    while True:
        with database.writing(WORKER) as session:
            if not work_chunk(session, replace(jobs.RENEW, chunk=1), run, NOW):
                return get_run(session, run).state


def renewals(desk: Desk, policy: int) -> int:
    return sum(one.kind is TransactionKind.RENEW for one in desk.policy(policy).transactions)


def test_exceptions_are_shown_first_and_the_others_renewed(portfolio: list[Desk]) -> None:
    kept, suspended, ended, voided = ((desk, desk.issued()) for desk in portfolio)
    suspended[0].carried_out(suspended[1], date(2027, 6, 1), Suspension())
    ended[0].carried_out(ended[1], DUE, Termination("due_date_insured", Refunding.UNEARNED))
    voided[0].carried_out(voided[1], date(2027, 3, 1), Termination("nullity", Refunding.KEPT, voids=True))
    database = kept[0].database
    with database.reading(kept[0].by(Role.MANAGER)) as session:
        preview = mass_service.preview_renewals(session, TACIT, CATALOGUE, GROUND)
    assert (preview.ready, len(preview.exceptions)) == (1, 3)
    assert preview.counts[RenewalObstacle.SUSPENDED] == 1
    run = started(database)
    assert worked(database, run) is RunState.DONE_WITH_ERRORS
    assert [renewals(*one) for one in (kept, suspended, ended, voided)] == [1, 0, 0, 0]
    with database.reading(WORKER) as session:
        said = " ".join(one.error or "" for one in list_failures(session, run))
    assert RenewalObstacle.SUSPENDED.label in said
    assert RenewalObstacle.VOID.label in said


def test_pressed_twice_and_run_twice_each_policy_is_renewed_once(portfolio: list[Desk]) -> None:
    policies = [(desk, desk.issued()) for desk in portfolio[:2]]
    database = portfolio[0].database
    first = started(database)
    assert started(database) == first
    assert worked(database, first) is RunState.DONE
    again = started(database, replace(TACIT, on=NOTICE_DAY - timedelta(days=1)))
    assert worked(database, again) is RunState.DONE
    assert [renewals(*one) for one in policies] == [1, 1]


@pytest.mark.parametrize("point", ["run: items taken", "fact: handled", "run: item worked", "run: chunk worked"])
def test_killed_anywhere_a_renewal_is_resumed_and_nothing_is_done_twice(
    portfolio: list[Desk], point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies = [(desk, desk.issued()) for desk in portfolio[:3]]
    database = portfolio[0].database
    run = started(database)
    times = 0

    def dies(name: str) -> None:
        nonlocal times
        times += name == point
        if name == point and times == 2:
            raise Killed

    monkeypatch.setattr(checkpoints, "_watchers", [dies])
    with pytest.raises(Killed):
        worked(database, run)
    assert sum(renewals(*one) for one in policies) < 3
    assert worked(database, run) is RunState.DONE
    assert [renewals(*one) for one in policies] == [1, 1, 1]


def test_a_broker_s_portfolio_goes_to_another(portfolio: list[Desk]) -> None:
    ours, other = portfolio[0], portfolio[1]
    mine, theirs = ours.issued(), other.issued()
    change = ChangeBroker(other.quoting.broker_id, Fraction(12, 100))
    wanted = MassEndorsement(PRODUCT, date(2027, 7, 1), change, "Cession de portefeuille", ours.quoting.broker_id)
    assert MassEndorsement.of(wanted.plain()) == wanted
    with ours.database.writing(WORKER) as session:
        run = jobs.start_endorsing(session, wanted, NOW).id
        while work_chunk(session, jobs.ENDORSE, run, NOW):
            pass
    assert ours.state(mine, date(2027, 7, 1)).terms.broker_id == other.quoting.broker_id  # type: ignore[union-attr]
    assert len(other.policy(theirs).transactions) == 1


def test_a_mass_endorsement_shows_its_exceptions_first_and_leaves_them_alone(portfolio: list[Desk]) -> None:
    policies = [(desk, desk.issued()) for desk in portfolio[:3]]
    renewed, mine = policies[1], policies[0]
    renewed[0].carried_out(renewed[1], DUE, Renewal(Y2028))
    insurer = an_insurer(mine[0].database, "DEL-NOUVEAU", "Assurances Nouvelles")
    with mine[0].database.reading(WORKER) as session:
        shares = shares_of(get_version(session, insurer))
    wanted = MassEndorsement(PRODUCT, date(2027, 7, 1), ChangeInsurer(insurer, shares), "Nouvel assureur")
    with mine[0].database.reading(WORKER) as session:
        found = mass_service.preview_endorsements(session, wanted)
    assert [(row.policy_id, why) for row, why in found.exceptions] == [(renewed[1], (EndorsementObstacle.CLOSED_YEAR,))]
    assert found.ready == 2
    with mine[0].database.writing(WORKER) as session:
        run = jobs.start_endorsing(session, wanted, NOW).id
        while work_chunk(session, jobs.ENDORSE, run, NOW):
            pass
    borne = [desk.state(policy, date(2027, 7, 1)).terms.agreement_version_id for desk, policy in policies]  # type: ignore[union-attr]
    assert borne == [insurer, mine[0].insurer, insurer]
    with mine[0].database.reading(WORKER) as session:
        [failure] = list_failures(session, run)
        assert EndorsementObstacle.CLOSED_YEAR.label in (failure.error or "")


@pytest.mark.parametrize(
    ("change", "on", "found"),
    [
        (ChangeBroker(7, Fraction(1, 10)), date(2027, 12, 31), ()),
        (ChangeBroker(7, Fraction(1, 10)), date(2028, 1, 1), (EndorsementObstacle.NOT_OPEN,)),
        (ChangeBroker(7, Fraction(1, 10)), date(2026, 12, 31), (EndorsementObstacle.CLOSED_YEAR,)),
        (ChangeBroker(5, Fraction(1, 10)), date(2027, 1, 1), (EndorsementObstacle.NOTHING,)),
        (ChangeProductVersion("2027-1", Fraction(0)), date(2027, 1, 1), (EndorsementObstacle.NOTHING,)),
        (ChangeProductVersion("2027-2", Fraction(0)), date(2027, 1, 1), ()),
    ],
)
def test_what_stands_in_the_way_of_a_change_made_in_number(
    change: Change, on: date, found: tuple[EndorsementObstacle, ...]
) -> None:
    standing = EndorsementStanding(date(2027, 1, 1), date(2027, 12, 31), "2027-1", 5)
    assert endorsement_obstacles(standing, change, on) == found


@pytest.mark.parametrize(
    ("on", "index", "late"),
    [
        (NOTICE_DAY, "1.03", False),  # the last day on which the client may still leave
        (NOTICE_DAY + timedelta(days=1), "1.03", True),
        (NOTICE_DAY + timedelta(days=60), "1", False),  # the same terms need no notice
    ],
)
def test_new_terms_reach_the_client_two_months_before(on: date, index: str, *, late: bool) -> None:
    found = renewal_obstacles(STANDING, RenewalTerms(index=Fraction(index)), sold(), GROUND, on)
    assert (RenewalObstacle.LATE_NOTICE in found) is late


def test_a_new_version_needs_one_that_is_sold() -> None:
    terms = RenewalTerms(with_new_version=True)
    assert renewal_obstacles(STANDING, terms, None, GROUND, NOTICE_DAY) == (RenewalObstacle.NOT_SOLD,)
    old = replace(STANDING, product_version="2026-1")
    assert RenewalObstacle.LATE_NOTICE in renewal_obstacles(old, terms, sold(), GROUND, DUE)


def test_an_index_multiplies_every_price_exactly() -> None:
    terms = some_terms()
    (change,) = renewal_changes(terms, RenewalTerms(index=Fraction("1.03")), sold())
    assert change.applied(terms, DUE).net_eur == 20_600
    assert renewal_changes(terms, RenewalTerms(), sold()) == ()


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        (replace(TACIT, last_due_on=DUE - timedelta(days=1)), "last_due_on"),
        (replace(TACIT, last_due_on=DUE + timedelta(days=367)), "last_due_on"),
        (replace(TACIT, terms=RenewalTerms(index=Fraction("2.01"))), "index"),
    ],
)
def test_what_cannot_be_meant_is_refused(wanted: MassRenewal, place: str) -> None:
    with pytest.raises(InvalidInput) as error:
        mass_service.require_sensible(wanted)
    assert [fault.place for fault in error.value.faults] == [place]


def sold() -> ProductVersion:
    """The version that is sold in 2028."""
    found = CATALOGUE.version_on(PRODUCT, DUE)
    assert found is not None
    return found
