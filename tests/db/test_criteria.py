"""What limits statements: worked out once for an actor, without constants, and asked once by PostgreSQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import false, or_, select, true
from sqlalchemy.orm import selectinload

from atmp_insure.access.roles import RIGHTS, Reach, Role
from atmp_insure.db.actor import NOBODY, Actor, ScopeGrant
from atmp_insure.db.actor_criteria import criteria_of
from atmp_insure.db.guards import guard_statements
from atmp_insure.db.scope import BoundActor, Who, criterion
from atmp_insure.db.session import mapped_classes
from atmp_insure.documents.models import Document
from atmp_insure.parties.models import Company
from tests.db.builders import a_company, a_document, an_organisation, broker_of

if TYPE_CHECKING:
    from atmp_insure.db.base import Base
    from atmp_insure.db.engine import Database

NAMED = {
    Reach.OFFICE: {"everywhere": True},
    Reach.ORGANISATION: {"organisation_id": 1},
    Reach.COMPANY: {"company_id": 1},
    Reach.FILE: {"file_ref": "accident:1"},
}


def actor_with(role: Role) -> Actor:
    rights = frozenset(right.value for right in RIGHTS[role])
    return Actor(role.value, 1, (ScopeGrant(rights, **NAMED[role.reach]),))  # type: ignore[arg-type]


def test_people_of_one_kind_who_ask_in_turn_each_get_their_own_rows(database: Database) -> None:
    organisations = [an_organisation(database, f"Courtage {number}") for number in range(3)]
    for number, organisation in enumerate(organisations):
        company = a_company(database, f"{number + 1:09}", reached_by=(organisation,))
        a_document(database, company, f"Compte {number}")
    for _ in range(3):
        for number, organisation in enumerate(organisations):
            with database.reading(broker_of(organisation)) as session:
                assert session.scalars(select(Document.title)).all() == [f"Compte {number}"]
                assert session.scalars(select(Company.siren)).all() == [f"{number + 1:09}"]
                documents = session.scalars(select(Document).options(selectinload(Document.versions))).all()
                assert [one.title for one in documents] == [f"Compte {number}"]


def test_what_was_compiled_for_one_serves_for_others_of_the_same_kind_and_for_nobody_else() -> None:
    one, other, lawyer = (criteria_of(actor) for actor in (broker_of(1), broker_of(2), actor_with(Role.LAWYER)))
    keys = [criteria._gen_cache_key(None, []) for criteria in (one, other, lawyer, criteria_of(NOBODY))]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_a_grant_that_ends_is_forgotten_at_once(database: Database) -> None:
    organisation = an_organisation(database)
    a_document(database, a_company(database, reached_by=(organisation,)))
    with database.reading(broker_of(organisation)) as session:
        assert len(session.scalars(select(Document)).all()) == 1
    with database.reading(Actor("courtier", user_id=4)) as session:
        assert session.scalars(select(Document)).all() == []


@pytest.mark.parametrize("role", Role)
def test_no_constant_hides_from_an_engine_what_it_could_begin_by(role: Role) -> None:
    who = BoundActor(actor_with(role))
    for kind in mapped_classes():
        said = str(criterion(kind, who))
        assert said in {"true", "false"} or not re.search(r"\b(true|false)\b", said), f"{kind.__name__}: {said}"


@pytest.mark.parametrize("kind", mapped_classes(), ids=lambda kind: kind.__name__)
def test_row_level_security_asks_the_settings_of_the_connection_once_for_a_statement(kind: type[Base]) -> None:
    policies = [statement for statement in guard_statements(kind, "postgresql") if "CREATE POLICY" in statement]
    for policy in policies:
        asked = policy.count("current_setting('")
        once = re.findall(r"\(SELECT (?:CAST\()?(?:string_to_array\()?(?:nullif\()?current_setting\('", policy)
        assert len(once) == asked > 0


class _Trade(Who):
    """A scope of constants alone, as they fall out of grants."""


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (lambda column: or_(column == 1, false() | false()), "companies.id = :id_1"),
        (lambda column: or_(column == 1, (column == 2) & false()), "companies.id = :id_1"),
        (lambda column: (column == 1) & (true() | (column == 2)), "companies.id = :id_1"),
        (lambda column: or_(column == 1, true() | (column == 2)), "true"),
        (lambda column: (false() | false()) & (column == 1), "false"),
    ],
)
def test_constants_fall_out_of_a_criterion(scope: object, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Company, "scope", lambda _who: scope(Company.id))  # type: ignore[operator]
    assert str(criterion(Company, _Trade())) == expected
