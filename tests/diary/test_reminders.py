"""Deadlines said in time, by mail: to their owner, their team, their manager, at once when nobody else can hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.access.models import Substitution, User
from atmp_insure.access.roles import Role
from atmp_insure.access.service import substitute
from atmp_insure.db.reach import CompanyReach
from atmp_insure.diary import deadline_queries as queries
from atmp_insure.diary.deadline_models import LiveDeadline
from atmp_insure.diary.deadline_service import hand_over
from atmp_insure.diary.reminders import remind
from atmp_insure.documents.models import OutgoingMail
from tests.application import a_person
from tests.db.builders import TESTER, a_company, an_organisation
from tests.diary.test_deadlines import ACT, HANDLER, found, opened

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database


def mails(database: Database) -> set[tuple[str, str]]:
    with database.reading(TESTER) as session:
        return {(one.recipient, one.subject.partition(" : ")[0]) for one in session.scalars(select(OutgoingMail))}


def said_on(database: Database, day: date) -> int:
    with database.writing(TESTER) as session:
        return remind(session, "https://exemple.invalid", day, datetime(day.year, day.month, day.day, 7, tzinfo=UTC))


def test_reminders_climb_from_the_person_to_the_team_to_the_manager_each_once(database: Database) -> None:
    a_company(database)
    owner = a_person(database, "avocate", Role.CLAIMS_HANDLER)
    a_person(database, "collegue", Role.CLAIMS_HANDLER)
    a_person(database, "chef", Role.MANAGER)
    opened(database, replace(ACT, owner_id=owner.user_id, team=Role.CLAIMS_HANDLER))
    safe = found(database)[0].safe_on
    assert said_on(database, safe - timedelta(days=8)) == 0
    assert said_on(database, safe - timedelta(days=7)) == 1
    assert {recipient for recipient, _ in mails(database)} == {"avocate@exemple.invalid"}
    assert said_on(database, safe - timedelta(days=6)) == 0
    assert said_on(database, safe - timedelta(days=3)) == 1
    assert {"collegue@exemple.invalid"} == {one for one, _ in mails(database)} - {"avocate@exemple.invalid"}
    assert said_on(database, safe - timedelta(days=1)) == 1
    assert ("chef@exemple.invalid", "Échéance dans 1 jour") in mails(database)
    assert said_on(database, safe + timedelta(days=1)) == 0


def test_whoever_replaces_an_absent_person_hears_of_it_too(database: Database) -> None:
    a_company(database)
    away, standing_in = a_person(database, "absente", Role.CLAIMS_HANDLER), a_person(database, "relais", Role.BROKER,
        organisation_id=an_organisation(database))  # fmt: skip
    opened(database, replace(ACT, owner_id=away.user_id, team=Role.LAWYER))
    safe = found(database)[0].safe_on
    with database.writing(TESTER) as session:
        session.add(Substitution(user_id=away.user_id, substitute_id=standing_in.user_id, first_day=date(2026, 1, 1),
                                 last_day=date(2026, 12, 31)))  # fmt: skip
    said_on(database, safe - timedelta(days=5))
    assert {recipient for recipient, _ in mails(database)} == {"absente@exemple.invalid", "relais@exemple.invalid"}


@pytest.mark.parametrize(
    ("day", "falls"),
    [(date(2026, 11, 30), 0), (date(2026, 12, 1), 1), (date(2026, 12, 5), 1), (date(2026, 12, 6), 0)],
)
def test_a_deadline_falls_to_a_substitute_on_the_days_said_and_no_other(
    embedded: Database, day: date, falls: int
) -> None:
    a_company(embedded)
    away, standing_in = a_person(embedded, "absente", Role.MANAGER), a_person(embedded, "relais", Role.MANAGER)
    opened(embedded, replace(ACT, owner_id=away.user_id))
    with embedded.writing(TESTER) as session:
        absent, present = (session.get_one(User, one.user_id) for one in (away, standing_in))
        substitute(session, absent, present, date(2026, 12, 1), date(2026, 12, 5))
        person = queries.Person(standing_in.user_id, day, ())
        found_today = session.scalars(select(LiveDeadline).where(queries.deadlines_for(person))).all()
    assert len(found_today) == falls


def test_giving_a_deadline_to_another_lets_it_be_said_to_them(database: Database) -> None:
    a_company(database)
    first, second = a_person(database, "un", Role.CLAIMS_HANDLER), a_person(database, "deux", Role.CLAIMS_HANDLER)
    opened(database, replace(ACT, owner_id=first.user_id))
    safe = found(database)[0].safe_on
    said_on(database, safe - timedelta(days=7))
    with database.writing(HANDLER) as session:
        hand_over(session, queries.get_deadline(session, 1), second.user_id, Role.LAWYER)
    said_on(database, safe - timedelta(days=6))
    assert {recipient for recipient, _ in mails(database)} == {"un@exemple.invalid", "deux@exemple.invalid"}


def reached(database: Database) -> set[str]:
    return {recipient.partition("@")[0] for recipient, _ in mails(database)}


@pytest.mark.parametrize(
    ("role", "kind"), [(Role.LAWYER, "law_firm"), (Role.BROKER, "broker")], ids=["law firm", "broker"]
)
def test_the_team_of_a_partner_is_those_of_its_people_who_follow_the_company(
    database: Database, role: Role, kind: str
) -> None:
    follows, stranger = an_organisation(database, "Suit", kind), an_organisation(database, "Ailleurs", kind)
    a_company(database, reached_by=(follows,))
    a_person(database, "suit", role, organisation_id=follows)
    a_person(database, "ailleurs", role, organisation_id=stranger)
    a_person(database, "parti", role, organisation_id=follows, last_day=date(2026, 1, 31))
    a_person(database, "secretaire", Role.LAW_FIRM_ASSISTANT, organisation_id=follows)
    a_person(database, "chef", Role.MANAGER)
    opened(database, replace(ACT, team=role))
    safe = found(database)[0].safe_on
    assert said_on(database, safe - timedelta(days=8)) == 0
    assert said_on(database, safe - timedelta(days=7)) == 1
    assert said_on(database, safe - timedelta(days=3)) == 1
    assert reached(database) == {"suit"}
    assert said_on(database, safe - timedelta(days=1)) == 1
    assert reached(database) == {"suit", "chef"}


@pytest.mark.parametrize("has_firm", [False, True], ids=["no firm", "a firm that does not follow the company"])
def test_what_nobody_of_the_team_hears_climbs_at_once_and_is_not_said(database: Database, has_firm: bool) -> None:
    company, firm = a_company(database), an_organisation(database, "Ailleurs", "law_firm")
    if has_firm:
        a_person(database, "maitre", Role.LAWYER, organisation_id=firm)
    a_person(database, "gestion", Role.CLAIMS_HANDLER)
    a_person(database, "chef", Role.MANAGER)
    opened(database)
    safe = found(database)[0].safe_on
    assert said_on(database, safe - timedelta(days=7)) == 0
    assert said_on(database, safe - timedelta(days=6)) == 0
    assert mails(database) == {("chef@exemple.invalid", "Échéance dans 7 jours")}  # once a step, not once a morning
    with database.reading(TESTER) as session:
        assert "(avocat) n'a pu être averti" in session.scalars(select(OutgoingMail)).one().body
    if has_firm:
        with database.writing(TESTER) as session:  # since it was not said, whoever follows it from now on still hears
            session.add(CompanyReach(organisation_id=firm, company_id=company, reason="test"))
        assert said_on(database, safe - timedelta(days=5)) == 1
        assert reached(database) == {"chef", "maitre"}


def test_a_team_that_cannot_hear_what_its_owner_left_leaves_it_to_the_manager(database: Database) -> None:
    a_company(database)
    owner = a_person(database, "gestion", Role.CLAIMS_HANDLER)
    a_person(database, "chef", Role.MANAGER)
    opened(database, replace(ACT, owner_id=owner.user_id))
    safe = found(database)[0].safe_on
    assert said_on(database, safe - timedelta(days=7)) == 1
    assert reached(database) == {"gestion"}
    assert said_on(database, safe - timedelta(days=3)) == 0
    assert reached(database) == {"gestion", "chef"}
    assert said_on(database, safe - timedelta(days=1)) == 1


def test_what_nobody_at_all_can_hear_waits_to_be_said(database: Database) -> None:
    a_company(database)
    opened(database)
    safe = found(database)[0].safe_on
    assert [said_on(database, safe - timedelta(days=left)) for left in (7, 3, 1)] == [0, 0, 0]
    a_person(database, "chef", Role.MANAGER)
    assert said_on(database, safe) == 1
    assert mails(database) == {("chef@exemple.invalid", "Échéance aujourd'hui")}
