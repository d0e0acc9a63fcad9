"""Who sees a company: the office says so, at once, and nobody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Right, Role
from atmp_insure.db.actor import Actor, ScopeGrant
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.parties import partner_queries, queries, reach_service
from tests.parties.desk import OTHER_SIREN, SIREN, TODAY, a_known_company, a_partner, of_office, of_organisation

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

GROUP = OrganisationKind.EMPLOYER_GROUP


def follow(database: Database, company: int, organisation: int, by: Actor | None = None) -> int:
    with database.writing(by or of_office()) as session:
        found = partner_queries.get_organisation(session, organisation)
        return reach_service.let_follow(session, queries.get_company(session, company), found).id


def sees(database: Database, actor: Actor) -> bool:
    with database.reading(actor) as session:
        return queries.find_company(session, SIREN) is not None


def join(database: Database, company: int, group: int, first_day: date = TODAY) -> int:
    with database.writing(of_office()) as session:
        found = partner_queries.get_organisation(session, group)
        company_row = queries.get_company(session, company)
        return reach_service.join_group(session, company_row, found, first_day, TODAY).id


@pytest.mark.parametrize("kind", [OrganisationKind.BROKER, OrganisationKind.LAW_FIRM, OrganisationKind.INSURER])
def test_a_partner_sees_a_company_from_the_moment_it_follows_it_until_it_no_longer_does(
    database: Database, kind: OrganisationKind
) -> None:
    company, partner = a_known_company(database), a_partner(database, kind)
    person = of_organisation(partner)
    assert not sees(database, person)
    reach = follow(database, company, partner)
    assert follow(database, company, partner) == reach  # said again, it changes nothing
    assert sees(database, person)
    with database.reading(of_office()) as session:
        [follower] = queries.list_followers(session, company)
        assert (follower.organisation.id, follower.reason) == (partner, reach_service.reason_for(kind))
        assert [one.id for one in queries.list_followed(session, partner, 10)] == [company]
    with database.writing(of_office()) as session:
        reach_service.stop_following(session, queries.get_company(session, company), reach)
    assert not sees(database, person)


def test_only_the_office_says_who_follows_a_company(database: Database) -> None:
    company, partner = a_known_company(database), a_partner(database)
    reach = follow(database, company, partner)
    everything = frozenset(right.value for right in Right)
    strong = Actor("courtier", user_id=3, grants=(ScopeGrant(everything, organisation_id=partner),))
    for actor in (strong, of_office(Role.AUDITOR)):
        with pytest.raises(OutOfScope):
            follow(database, company, partner, actor)
        with pytest.raises(OutOfScope), database.writing(actor) as session:
            reach_service.stop_following(session, queries.get_company(session, company), reach)


def test_a_reach_is_ended_from_its_own_company_only(database: Database) -> None:
    company, other = a_known_company(database), a_known_company(database, OTHER_SIREN, "Autre Exemple")
    reach = follow(database, company, a_partner(database))
    for number in (reach, 10**9):
        with pytest.raises(NotFound), database.writing(of_office()) as session:
            reach_service.stop_following(session, queries.get_company(session, other), number)


def test_the_office_and_groups_follow_otherwise(database: Database) -> None:
    company = a_known_company(database)
    for kind, said in ((OrganisationKind.OFFICE, "suit déjà"), (GROUP, "rattachées")):
        with pytest.raises(InvalidInput, match=said):
            follow(database, company, a_partner(database, kind, kind.value))


def test_the_people_of_a_group_see_its_companies_while_they_belong_to_it(database: Database) -> None:
    company, group = a_known_company(database), a_partner(database, GROUP, "Groupe Exemple")
    membership = join(database, company, group)
    assert sees(database, of_organisation(group))
    with database.reading(of_office()) as session:
        [member] = queries.list_memberships(session, company)
        assert (member.group_name, member.membership.last_day) == ("Groupe Exemple", None)
        [follower] = queries.list_followers(session, company)
    with pytest.raises(Refused, match="mettre fin"), database.writing(of_office()) as session:
        reach_service.stop_following(session, queries.get_company(session, company), follower.reach_id)
    with database.writing(of_office()) as session:
        reach_service.leave_group(session, queries.get_membership(session, membership), TODAY, TODAY)
    assert not sees(database, of_organisation(group))
    with pytest.raises(Refused, match="déjà"), database.writing(of_office()) as session:
        reach_service.leave_group(session, queries.get_membership(session, membership), TODAY, TODAY)


def test_a_company_belongs_to_one_group_on_a_day(database: Database) -> None:
    company, group = a_known_company(database), a_partner(database, GROUP, "Groupe Exemple")
    last = TODAY - timedelta(days=10)
    membership = join(database, company, group, date(2020, 1, 1))
    with pytest.raises(InvalidInput, match="déjà à un groupe"):
        join(database, company, group)
    with database.writing(of_office()) as session:
        reach_service.leave_group(session, queries.get_membership(session, membership), last, TODAY)
    with pytest.raises(InvalidInput, match="déjà à un groupe"):
        join(database, company, group, last)  # still its last day there
    assert join(database, company, group, last + timedelta(days=1))


def test_days_to_come_and_reversed_days_are_refused(database: Database) -> None:
    company, group = a_known_company(database), a_partner(database, GROUP, "Groupe Exemple")
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(InvalidInput, match="à venir"):
        join(database, company, group, tomorrow)
    with pytest.raises(InvalidInput, match="n'est pas un groupe"):
        join(database, company, a_partner(database))
    membership = join(database, company, group)
    for day, said in ((tomorrow, "à venir"), (TODAY - timedelta(days=1), "avant le premier")):
        with pytest.raises(InvalidInput, match=said), database.writing(of_office()) as session:
            reach_service.leave_group(session, queries.get_membership(session, membership), day, TODAY)
