"""The yearly revision of a policy: its papers asked for, its risk priced again, its next year proposed or referred."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
import time_machine
from sqlalchemy import select

from atmp_insure.db.actor import system
from atmp_insure.db.runs import RunItem, work_chunk
from atmp_insure.db.scheduled_job import JobContext
from atmp_insure.diary.deadline_models import Task, TaskState
from atmp_insure.diary.request_queries import get_request
from atmp_insure.documents.models import Document, OutgoingMail
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.policies import queries, revision_jobs, revision_queries, revision_service, service
from atmp_insure.policies.issuing import next_year
from atmp_insure.policies.mass_service import MassRenewal, preview_renewals, renew_one
from atmp_insure.policies.notice_blueprint import EVENT, notify
from atmp_insure.policies.paper_shown import NOTICE
from atmp_insure.policies.renewing import RenewalObstacle, RenewalTerms
from atmp_insure.policies.revising import (
    PriceBounds,
    RevisionReason,
    RevisionState,
    missing_papers,
    price_reasons,
    read_again,
)
from atmp_insure.policies.revision_campaign import Campaign
from atmp_insure.policies.revision_shown import may_propose
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.stack_service import Act, latest_state
from atmp_insure.policies.transactions import Refunding, Renewal, Termination
from atmp_insure.settings import Settings
from atmp_insure.underwriting.queries import get_quote
from atmp_insure.underwriting.referral_service import decide_quote
from tests.db.builders import TESTER
from tests.engines import a_database
from tests.policies.builders import opened, some_terms
from tests.policies.desk import CATALOGUE
from tests.policies.revision_desk import DUE, LAST_DAY, SHEET_2026, Y2026, Revising
from tests.rate_records.desk.conftest import sample
from tests.underwriting.builders import exposure_of
from tests.underwriting.desk import GRANTED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from atmp_insure.db.engine import Database
    from atmp_insure.db.runs import RunKind
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.revision_models import PolicyRevision

WORKER = system("worker")
FAIR, CHEAP = "1.90", "0.87"  # percent of wages; the product asks 1.93 of this client for 2027
R = RevisionReason


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with a_database(request.param) as found:
        yield found


def tasks(office: Revising) -> list[str]:
    """What the office still has to do, in words."""
    with office.database.reading(TESTER) as session:
        return list(session.scalars(select(Task.title).where(Task.state == TaskState.OPEN).order_by(Task.id)))


def told(office: Revising, *, by_post: bool = False) -> PolicyRevision:
    """The notice of the terms that are ready, sent."""
    found = revision_of(office)
    with office.database.writing(office.underwriter) as session:
        notify(session, found, office.desk, office.room, by_post=by_post)
    return revision_of(office)


def revision_of(office: Revising) -> PolicyRevision:
    with office.database.reading(office.underwriter) as session:
        found = revision_queries.find_revision(session, office.policy_id, DUE)
    assert found is not None
    return found


def renewed(office: Revising) -> None:
    """The policy goes on, on the terms of its revision."""
    with office.database.writing(office.underwriter) as session:
        policy, found = queries.get_policy(session, office.policy_id), revision_of(office)
        state = latest_state(policy)
        changes = tuple(revision_service.renewal_changes_of(session, found, state, CATALOGUE))
        act = Act("Renouvellement", office.now, quote_id=found.quote_id)
        service.carry_out(session, policy, Wanted(DUE, Renewal(next_year(state.year), changes)), act, CATALOGUE)


def test_papers_are_asked_for_then_the_year_is_priced_told_and_opened(database: Database, tmp_path: Path) -> None:
    office = Revising.of(database, tmp_path, price=FAIR, without=(SHEET_2026,))
    found = office.opened()
    assert found.state is RevisionState.WAITING
    with database.reading(TESTER) as session:
        asked = get_request(session, found.request_id or 0)
        assert [one.label for one in asked.papers] == ["Feuille de calcul du taux 2026"]
        assert (asked.email, asked.due_on) == ("paie@exemple.invalid", office.now.date() + timedelta(days=30))
    assert office.opened().id == found.id  # opened again, it is the one that exists
    later = office.on(date(2026, 9, 20))
    later.papers.keep(later.papers.deposit(sample(SHEET_2026)))
    found = later.advanced()
    assert (found.state, found.reasons) == (RevisionState.PROPOSED, [])
    assert found.net_after_eur is not None
    assert found.net_before_eur < found.net_after_eur  # wages rose by 2,8 %, the price by 1,5 %
    assert tasks(later) == ["Notifier les nouvelles conditions du contrat P-2026-01"]
    found = told(later)
    assert (found.state, found.notified_on) == (RevisionState.NOTIFIED, later.now.date())
    assert tasks(later) == []
    with database.reading(TESTER) as session:
        mail = session.scalars(select(OutgoingMail).where(OutgoingMail.event == EVENT)).one()
        assert (mail.recipient, mail.document_ids) == ("paie@exemple.invalid", [found.notice_id])
        assert session.get_one(Document, found.notice_id).kind == NOTICE
    renewed(later)
    assert later.advanced().state is RevisionState.RENEWED
    state = latest_state(policy_of(later))
    assert (state.terms.product_version, state.terms.sections[0].wages_eur) == ("2027-1", Fraction(6_034_750))
    assert state.terms.net_eur == found.net_after_eur


def policy_of(office: Revising) -> Policy:
    with office.database.reading(office.underwriter) as session:
        return queries.get_policy(session, office.policy_id)


def test_papers_that_do_not_come_are_a_person_s_matter_the_day_after(database: Database, tmp_path: Path) -> None:
    office = Revising.of(database, tmp_path, without=(SHEET_2026,))
    last = office.opened().answer_by
    assert office.on(last).advanced().state is RevisionState.WAITING
    late = office.on(last + timedelta(days=1)).advanced()
    assert (late.state, late.reasons) == (RevisionState.REFERRED, [R.MISSING_PAPERS])
    assert tasks(office) == ["Trancher la révision du contrat P-2026-01"]


def test_without_an_address_a_person_asks_for_the_papers(database: Database, tmp_path: Path) -> None:
    found = Revising.of(database, tmp_path, email="", without=(SHEET_2026,)).opened()
    assert (found.state, found.reasons, found.request_id) == (RevisionState.REFERRED, [R.NO_ADDRESS], None)


def test_a_price_beyond_the_bounds_awaits_a_person_who_gives_a_reason(database: Database, tmp_path: Path) -> None:
    office = Revising.of(database, tmp_path, price=CHEAP)
    found = office.opened()
    assert (found.state, found.reasons) == (RevisionState.REFERRED, [R.RISE])
    assert may_propose(found)
    with pytest.raises(InvalidInput), database.writing(office.underwriter) as session:
        revision_service.propose(session, found, " ", office.desk)
    with database.writing(office.underwriter) as session:
        revision_service.propose(session, found, "Deux sinistres graves depuis.", office.desk)
    assert office.advanced().state is RevisionState.PROPOSED  # what a person decided stays
    assert not may_propose(revision_of(office))
    assert told(office, by_post=True).state is RevisionState.NOTIFIED
    with database.reading(TESTER) as session:
        assert session.scalars(select(OutgoingMail).where(OutgoingMail.event == EVENT)).all() == []


def test_what_the_rules_refer_goes_to_the_underwriters_whose_accord_settles_the_price(
    database: Database, tmp_path: Path
) -> None:
    office = Revising.of(database, tmp_path, price=CHEAP, needs=False)  # a policy taken over: nothing was ever told
    found = office.opened()
    assert (found.state, found.reasons) == (RevisionState.REFERRED, [R.QUOTE_TO_DECIDE])
    assert not may_propose(found)
    with pytest.raises(Refused, match="statuer d'abord"), database.writing(office.underwriter) as session:
        revision_service.propose(session, found, "Pressé.", office.desk)
    office.grants_authority()
    with database.writing(office.underwriter) as session:
        decide_quote(session, get_quote(session, found.quote_id or 0), GRANTED, office.now)
    assert office.advanced().state is RevisionState.PROPOSED


def test_terms_kept_by_a_person_stay_kept_and_the_file_closes(database: Database, tmp_path: Path) -> None:
    office = Revising.of(database, tmp_path, price=CHEAP)
    found = office.opened()
    with database.writing(office.underwriter) as session:
        revision_service.keep(session, found, "Client fidèle.", office.desk)
    found = office.advanced()
    assert (found.state, found.settled_reason) == (RevisionState.KEPT, "Client fidèle.")
    assert tasks(office) == []
    with pytest.raises(Refused, match="terminée"), database.writing(office.underwriter) as session:
        revision_service.keep(session, found, "Encore.", office.desk)


@pytest.mark.parametrize(("on", "state"), [
    (LAST_DAY, RevisionState.NOTIFIED),  # the last day on which the client may still leave
    (LAST_DAY + timedelta(days=1), RevisionState.PROPOSED),
])  # fmt: skip
def test_new_terms_are_told_while_the_client_may_leave(
    database: Database, tmp_path: Path, on: date, state: RevisionState
) -> None:
    office = Revising.of(database, tmp_path, price=FAIR)
    office.opened()
    later = office.on(on)
    if state is RevisionState.PROPOSED:
        with pytest.raises(Refused, match="passée"):
            told(later)
        assert later.advanced().reasons == [R.LATE_NOTICE]
        assert not may_propose(revision_of(later))
    else:
        assert told(later).state is state


def test_a_policy_that_ends_leaves_nothing_to_revise_until_that_is_taken_back(
    database: Database, tmp_path: Path
) -> None:
    office = Revising.of(database, tmp_path, price=FAIR)
    assert office.opened().state is RevisionState.PROPOSED
    with database.writing(office.underwriter) as session:
        policy, content = (
            queries.get_policy(session, office.policy_id),
            Termination("due_date_insured", Refunding.UNEARNED),
        )
        service.carry_out(session, policy, Wanted(DUE, content), Act("Demande", office.now), CATALOGUE)
    assert office.advanced().state is RevisionState.DROPPED
    with database.writing(office.underwriter) as session:
        service.take_back(
            session, queries.get_policy(session, office.policy_id), 2, Act("Erreur", office.now), CATALOGUE
        )
    assert office.advanced().state is RevisionState.PROPOSED


def test_a_renewal_on_other_terms_is_not_that_of_the_revision(database: Database, tmp_path: Path) -> None:
    office = Revising.of(database, tmp_path, price=FAIR)
    office.opened()
    with database.writing(office.underwriter) as session:
        policy = queries.get_policy(session, office.policy_id)
        wanted = Wanted(DUE, Renewal(next_year(latest_state(policy).year)))
        service.carry_out(session, policy, wanted, Act("Tacite", office.now), CATALOGUE)
    assert office.advanced().state is RevisionState.KEPT


def test_nothing_is_priced_twice_on_the_same_papers(database: Database, tmp_path: Path) -> None:
    office = Revising.of(database, tmp_path, price=FAIR)
    first = office.opened()
    again = office.on(date(2026, 9, 2)).advanced()
    assert (again.quote_id, again.moved_at) == (first.quote_id, first.moved_at)


def worked(office: Revising, kind: RunKind, number: int) -> str:
    """What a run said of its one client."""
    with office.database.writing(WORKER) as session:
        while work_chunk(session, kind, number, office.now):
            pass
        [item] = session.scalars(select(RunItem).where(RunItem.run_id == number))
        return item.result or item.error or ""


def test_a_campaign_revises_each_client_once_then_tells_those_whose_terms_are_ready(
    database: Database, tmp_path: Path
) -> None:
    office = Revising.of(database, tmp_path, price=FAIR)
    campaign = Campaign("taux_atmp", DUE, DUE, answer_days=30)
    assert Campaign.of(campaign.plain()) == campaign
    with time_machine.travel(office.now, tick=False):
        with database.writing(WORKER) as session:
            run = revision_jobs.start_revising(session, campaign, office.now).id
        with database.writing(WORKER) as session:  # pressed twice, one run
            assert revision_jobs.start_revising(session, campaign, office.now).id == run
        assert worked(office, revision_jobs.REVISE, run) == "conditions prêtes"
        context = JobContext(database, Settings(environment="test"), office.now.date(), office.now)
        assert revision_jobs.advance_revisions(context) == "1 révision(s) reprises"
        with database.writing(WORKER) as session:
            notices = revision_jobs.start_notifying(session, campaign, office.now).id
        assert worked(office, revision_jobs.NOTIFY, notices) == "notifiée au client"
    assert revision_of(office).state is RevisionState.NOTIFIED


def test_a_mass_renewal_opens_the_year_on_the_terms_that_were_told_and_on_no_others(
    database: Database, tmp_path: Path
) -> None:
    office = Revising.of(database, tmp_path, price=FAIR)
    office.opened()
    wanted = MassRenewal("taux_atmp", DUE, DUE, RenewalTerms(index=Fraction("1.03")), office.now.date())
    with database.reading(office.underwriter) as session:
        preview = preview_renewals(session, wanted, CATALOGUE, office.desk.ground)
    assert [obstacles for _row, obstacles in preview.exceptions] == [(RenewalObstacle.REVISION_UNTOLD,)]
    found = told(office)
    with database.reading(office.underwriter) as session:
        preview = preview_renewals(session, wanted, CATALOGUE, office.desk.ground)
    assert (preview.ready, preview.net_eur) == (1, found.net_after_eur)
    with database.writing(office.underwriter) as session:
        renew_one(
            session, office.policy_id, Y2026.last_day, wanted, CATALOGUE, ground=office.desk.ground, now=office.now
        )
    assert latest_state(policy_of(office)).terms.net_eur == found.net_after_eur  # without the index asked for all
    assert office.advanced().state is RevisionState.RENEWED


def test_a_revision_nobody_decided_stops_its_policy_alone(database: Database, tmp_path: Path) -> None:
    office = Revising.of(database, tmp_path, price=CHEAP)
    office.opened()
    wanted = MassRenewal("taux_atmp", DUE, DUE, RenewalTerms(), office.now.date())
    with pytest.raises(Refused, match="non tranchée"), database.writing(office.underwriter) as session:
        renew_one(
            session, office.policy_id, Y2026.last_day, wanted, CATALOGUE, ground=office.desk.ground, now=office.now
        )


@pytest.mark.parametrize(("percent", "reasons"), [
    ("115", ()), ("115.01", (R.RISE,)), ("85", ()), ("84.99", (R.FALL,)),
])  # fmt: skip
def test_the_bounds_of_the_office_belong_to_the_rules(percent: str, reasons: tuple[RevisionReason, ...]) -> None:
    bounds = PriceBounds(Fraction(15, 100), Fraction(15, 100))
    assert price_reasons(Fraction(10_000), Fraction(percent) * 100, (), bounds) == reasons


def test_a_section_that_comes_or_goes_is_a_person_s_matter_and_leaves_price_alone() -> None:
    terms = some_terms()
    comes = (opened(wages=1_000_000),)
    after = read_again(terms, comes, DUE)
    assert after.net_eur == 25_000
    bounds = PriceBounds(Fraction(15, 100), Fraction(15, 100))
    assert price_reasons(after.net_eur, after.net_eur, comes, bounds) == (R.SECTIONS,)


@pytest.mark.parametrize(("due_on", "missing"), [
    (date(2027, 1, 1), []),
    (date(2028, 1, 1), [("calculation_sheet", 2027), ("employer_account", 2025)]),
    (date(2029, 1, 1), [("calculation_sheet", 2027), ("calculation_sheet", 2028), ("employer_account", 2025),
                        ("employer_account", 2026)]),
])  # fmt: skip
def test_a_year_later_one_sheet_and_one_account_are_missing(due_on: date, missing: list[tuple[str, int]]) -> None:
    found = missing_papers(exposure_of("metalworks"), due_on)
    assert sorted((one.kind.value, one.year) for one in found) == missing
