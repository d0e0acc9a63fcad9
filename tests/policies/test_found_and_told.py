"""Policies where people look first: found from anywhere by their number, told on the home of those who renew them."""

from __future__ import annotations

import re
from datetime import date
from itertools import count
from typing import TYPE_CHECKING

import pytest
import time_machine

from atmp_insure.access.roles import Role
from atmp_insure.parties import agreement_queries, agreement_service
from tests.application import a_person, an_application, signed_in
from tests.engines import a_database
from tests.parties.desk import of_office as anyone_of_office
from tests.policies.desk import Desk, an_insurer
from tests.policies.revision_desk import Revising
from tests.underwriting.desk import NOW, at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from atmp_insure.db.engine import Database

_NUMBERS = count(1)
TITLES = re.compile(r'class="matter-title"[^>]*>([^<]*)<')


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with a_database(request.param) as found:
        yield found


def found(app: Flask, database: Database, role: Role, words: str, organisation_id: int | None = None) -> str:
    """What the search of someone finds."""
    person = a_person(database, f"chercheur.{next(_NUMBERS)}", role, organisation_id=organisation_id)
    asked = {"words": words}
    return signed_in(app, person).get("/search", query_string=asked, headers={"HX-Request": "true"}).text


def told(app: Flask, database: Database, role: Role) -> list[str]:
    """The titles on the home of someone, without the one about their own account."""
    page = signed_in(app, a_person(database, f"accueil.{role.value}", role)).get("/").text
    titles = [one.replace("&#39;", "'") for one in TITLES.findall(page)]
    return [one for one in titles if one != "Protéger votre compte"]


def test_a_policy_and_its_quote_are_found_by_their_numbers(database: Database, tmp_path: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        app, desk = an_application(database, tmp_path), Desk.of(database, an_insurer(database))
        policy = desk.policy(desk.issued())
        for words in (policy.reference, policy.reference.lower(), "p 0000"):
            assert f"/policies/{policy.id}" in found(app, database, Role.MANAGER, words)
        assert f"/quotes/{policy.quote_id}" in found(app, database, Role.UNDERWRITER, "D-00")
        stranger = Desk.of(database, desk.insurer).quoting.broker_id
        assert f"/policies/{policy.id}" not in found(
            app, database, Role.BROKER, policy.reference, organisation_id=stranger
        )


def test_the_employer_reads_on_its_policy_who_insures_it_and_who_brought_it(database: Database, tmp_path: Path) -> None:
    with time_machine.travel(NOW, tick=False):
        app, desk = an_application(database, tmp_path), Desk.of(database, an_insurer(database))
        policy = desk.policy(desk.issued())
        employer = a_person(database, "assure", Role.EMPLOYER, company_id=policy.company_id)
        page = signed_in(app, employer).get(f"/policies/{policy.id}").text
    assert "Assurances Fictives 100" in page
    assert "Courtage " in page


@pytest.mark.parametrize(("on", "many"), [(date(2027, 10, 31), 0), (date(2027, 11, 1), 1), (date(2027, 12, 31), 1)])
def test_a_year_that_ends_within_sixty_days_is_told_to_who_renews(
    database: Database, tmp_path: Path, on: date, many: int
) -> None:
    Desk.of(database, an_insurer(database)).issued()
    with time_machine.travel(at(on), tick=False):
        app = an_application(database, tmp_path)
        titles = told(app, database, Role.UNDERWRITER)
        assert [one for one in titles if one.startswith("Contrats")] == [
            "Contrats à renouveler sous 60 jours : 1"
        ] * many
        assert not any("Contrats" in one for one in told(app, database, Role.CLAIMS_HANDLER))


def test_a_revision_that_awaits_a_person_is_told_to_them(database: Database, tmp_path: Path) -> None:
    office = Revising.of(database, tmp_path, price="0.87")
    office.opened()
    with time_machine.travel(office.now, tick=False):
        titles = told(an_application(database, tmp_path), database, Role.UNDERWRITER)
    assert "Révisions de contrats à décider : 1" in titles


def test_policies_are_given_to_another_broker_in_number_once_their_effect_was_seen(
    database: Database, tmp_path: Path
) -> None:
    with time_machine.travel(at(date(2027, 2, 1)), tick=False):
        app, desk = an_application(database, tmp_path), Desk.of(database, an_insurer(database))
        policy = desk.policy(desk.issued())
        manager = signed_in(app, a_person(database, "responsable", Role.MANAGER))
        asked = {
            "product": policy.product, "of_broker": "", "of_insurer": "", "kind": "broker", "on": "2027-02-01",
            "broker": "", "commission": "12", "agreement": "", "version": "", "reason": "Cession",
        }  # fmt: skip
        assert "Choisir dans la liste" in manager.post("/policies/mass-endorsements", data=asked).text
        asked["broker"] = str(Desk.of(database, desk.insurer).quoting.broker_id)
        shown = manager.post("/policies/mass-endorsements", data=asked)
        [seal] = re.findall(r'name="seen"[^>]*value="([^"]*)"', shown.text)
        assert seal.startswith("1:")
        refused = manager.post("/policies/mass-endorsements", data=asked | {"confirm": "yes", "seen": "9:0:0"})
        assert refused.status_code == 200  # what was shown is not what would be done: shown again
        done = manager.post("/policies/mass-endorsements", data=asked | {"confirm": "yes", "seen": seal})
    assert done.status_code == 302
    assert "/runs/" in done.location


def test_an_agreement_that_begins_later_is_offered_on_its_day(database: Database, tmp_path: Path) -> None:
    with time_machine.travel(at(date(2027, 2, 1)), tick=False):
        app, desk = an_application(database, tmp_path), Desk.of(database, an_insurer(database))
        policy = desk.policy(desk.issued())
        with database.writing(anyone_of_office()) as session:
            last = agreement_queries.get_version(session, desk.insurer)
            agreement = agreement_queries.get_agreement(session, last.agreement_id)
            later = agreement_service.begin_version(session, agreement, last, date(2028, 1, 1), at(date(2027, 2, 1)))
            agreement_service.sign_version(session, agreement, later, date(2027, 1, 30), date(2027, 2, 1))
        manager = signed_in(app, a_person(database, "responsable", Role.MANAGER))
        asked = {"product": policy.product, "kind": "insurer", "reason": "Nouvelle convention"}
        offered = [manager.get("/policies/mass-endorsements").text] + [
            manager.post("/policies/mass-endorsements", data=asked | {"on": day}).text
            for day in ("2027-12-31", "2028-01-01", "demain")
        ]
    assert [", version 2" in one for one in offered] == [False, False, True, False]
