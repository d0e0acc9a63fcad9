"""The demonstration: the same each time, made by the services of real work, never to be taken for real."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from atmp_insure.access import passwords
from atmp_insure.access.models import Organisation, OrganisationKind, User
from atmp_insure.access.roles import Role
from atmp_insure.db.projections import differences
from atmp_insure.demonstration import build as demonstration
from atmp_insure.demonstration.build import ACTOR, Ground, build
from atmp_insure.demonstration.companies import COUNT, companies
from atmp_insure.demonstration.papers import Papers
from atmp_insure.diary.complaint_course import ComplaintState
from atmp_insure.diary.complaint_models import Complaint
from atmp_insure.diary.deadline_models import DeadlineState, LiveDeadline
from atmp_insure.documents.object_store import FileStore
from atmp_insure.documents.vault import Vault
from atmp_insure.kernel.errors import Refused
from atmp_insure.kernel.identifiers import is_siren, is_siret
from atmp_insure.parties.models import Company
from atmp_insure.policies.models import Policy
from atmp_insure.policies.revising import RevisionReason, RevisionState
from atmp_insure.policies.revision_models import PolicyRevision
from atmp_insure.rate_records.jobs import RATE_YEARS
from atmp_insure.rate_records.models import RateFinding, RateYear
from tests.engines import a_database, key_ring
from tests.rate_records.desk.conftest import the_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from atmp_insure.db.engine import Database

ON = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
FIRST_REAL_SIREN = 325175


def a_ground(database: Database, folder: Path) -> Ground:
    return Ground(database, Vault(FileStore(folder / "vault"), key_ring()), the_office(), ON, NOW)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("demo")
    with a_database("sqlite") as database:
        build(a_ground(database, folder))
        yield database


def counted(database: Database, what: type) -> int:
    with database.reading(ACTOR) as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_the_companies_are_the_same_each_time_and_cannot_exist() -> None:
    everyone = companies()
    assert everyone == companies()
    assert len({one.siren for one in everyone}) == COUNT
    for one in everyone:
        assert is_siren(one.siren)
        assert is_siret(one.siret)
        assert int(one.siren) < FIRST_REAL_SIREN


def test_another_seed_gives_other_companies() -> None:
    assert companies(1) != companies(2)


def test_the_papers_of_every_company_are_read_without_a_fault() -> None:
    for one in companies():
        for paper in Papers(one, the_office().law).all():
            reading = the_office().read(paper.name, paper.content, ON)
            assert reading.faults == ()
            assert [document.establishment.siret for document in reading.documents] == [one.siret]


def test_the_portfolio_holds_what_it_announces(loaded: Database) -> None:
    assert counted(loaded, Company) == COUNT
    with loaded.reading(ACTOR) as session:
        kinds = dict(session.execute(select(Organisation.kind, func.count()).group_by(Organisation.kind)).all())
        states = set(session.scalars(select(LiveDeadline.state)))
        roles = {one.sign_in for one in session.scalars(select(User))}
    assert (kinds[OrganisationKind.BROKER], kinds[OrganisationKind.LAW_FIRM], kinds[OrganisationKind.INSURER]) == (
        3,
        2,
        2,
    )
    assert states == {DeadlineState.OPEN, DeadlineState.ANSWERED}  # a complaint was answered
    assert len(roles) == len(Role)
    assert counted(loaded, RateYear) == 90
    assert counted(loaded, RateFinding) > 0


def test_its_complaints_are_to_acknowledge_to_invite_answered_and_solved(loaded: Database) -> None:
    with loaded.reading(ACTOR) as session:
        found = session.scalars(select(Complaint).order_by(Complaint.id)).all()
    assert [(one.state, one.written_on is not None, one.insurer_told_on is not None) for one in found] == [
        (ComplaintState.OPEN, True, False), (ComplaintState.OPEN, False, False),
        (ComplaintState.ANSWERED, True, True), (ComplaintState.SOLVED, False, False),
    ]  # fmt: skip


def test_a_policy_is_issued_and_another_is_in_revision(loaded: Database) -> None:
    with loaded.reading(ACTOR) as session:
        issued, living = session.scalars(select(Policy).order_by(Policy.id))
        [revision] = session.scalars(select(PolicyRevision))
    assert issued.quote_id is not None
    assert (revision.policy_id, revision.due_on) == (living.id, date(2027, 1, 1))
    assert revision.state is RevisionState.REFERRED
    assert RevisionReason.LATE_NOTICE.value in revision.reasons  # after 31 October


def test_its_rates_are_those_of_its_papers(loaded: Database) -> None:
    with loaded.writing(ACTOR) as session:
        assert differences(session, RATE_YEARS) == ([], [])


def test_each_printed_password_opens(loaded: Database) -> None:
    with loaded.reading(ACTOR) as session:
        broker = session.scalar(select(User).where(User.sign_in == "demo.broker"))
        assert broker is not None
        assert passwords.matches("promenade 17 dans le grand jardin", broker.password_hash)


def test_it_is_loaded_once(loaded: Database, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="déjà chargée"):
        build(a_ground(loaded, tmp_path))


def test_stopped_before_its_end_it_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demonstration, "_tasks", stop)
    monkeypatch.setattr(demonstration, "_WITH_PAPERS", 1)
    monkeypatch.setattr(demonstration, "_WAITING", 0)
    with a_database("sqlite") as database:
        with pytest.raises(KeyboardInterrupt):
            build(a_ground(database, tmp_path))
        assert counted(database, Company) == 0
