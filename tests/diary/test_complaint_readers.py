"""Who sees a complaint: the office, who heard it, who follows the company when shared, the insurer who was told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access.roles import Role
from atmp_insure.db.actor import Actor, ScopeGrant
from atmp_insure.db.scope import outside_scope
from atmp_insure.diary import complaint_answer_service as answering
from atmp_insure.diary import complaint_queries as queries
from atmp_insure.diary import complaint_service as service
from atmp_insure.diary.complaint_models import Complaint
from atmp_insure.diary.service import NoteSubject
from atmp_insure.documents.models import Confidentiality
from atmp_insure.kernel.errors import NotFound, Refused
from tests.diary.complaining import FACTS, KEPT, Portfolio, Register, an_actor

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database


@pytest.fixture
def register(database: Database) -> Register:
    return Register(database)


def test_whoever_follows_the_company_sees_what_is_shared_and_nobody_else_sees_anything(register: Register) -> None:
    them = Portfolio(register)
    kept = replace(FACTS, company_id=them.company)
    register.take(kept)
    shared = register.take(replace(kept, is_shared=True))
    for actor in (them.broker, them.lawyer):
        assert register.seen_by(actor) == ["RC-2026-0002"]
    for actor in (them.stranger, them.insurer, them.employer):
        assert register.seen_by(actor) == []
        with pytest.raises(NotFound), register.database.reading(actor) as session:
            queries.get_complaint(session, shared)
    manager = an_actor(register.database, Role.MANAGER)
    assert register.seen_by(manager) == ["RC-2026-0001", "RC-2026-0002"]


def test_no_calendar_of_the_company_tells_of_it(register: Register) -> None:
    them = Portfolio(register)
    number = register.take(replace(FACTS, company_id=them.company, is_shared=True))
    for actor in (them.broker, them.lawyer, them.employer):
        with register.database.reading(actor) as session:
            with outside_scope("a test reads the complaint for them"):
                complaint = session.get_one(Complaint, number)
            assert queries.list_clocks_of(session, complaint) == []


def test_the_insurer_sees_what_it_was_told_of_without_who_complains_nor_their_words(register: Register) -> None:
    them = Portfolio(register)
    number = register.take(replace(FACTS, company_id=them.company))
    with pytest.raises(Refused, match="n'est pas un assureur"):
        register.act(answering.tell_insurer, number, them.organisations["own"], KEPT)
    register.act(answering.tell_insurer, number, them.organisations["insurer"], KEPT)
    assert register.seen_by(them.insurer) == ["RC-2026-0001"]
    assert register.seen_by(them.broker) == []

    def reads(actor: Actor) -> bool:
        with register.database.reading(actor) as session:
            return service.reads_words(session, queries.get_complaint(session, number))

    auditor = Actor("audit", 98, (ScopeGrant(frozenset({"complaints.read"}), everywhere=True),))
    assert [reads(actor) for actor in (register.handler, them.insurer, auditor)] == [True, False, False]


def test_a_broker_registers_what_they_hear_and_follows_it_and_the_office_handles_it(register: Register) -> None:
    them = Portfolio(register)
    of_client = register.take(replace(FACTS, company_id=them.company), actor=them.broker)
    register.take(FACTS, actor=them.broker)  # of a non-client
    assert register.seen_by(them.broker) == ["RC-2026-0001", "RC-2026-0002"]
    assert register.seen_by(them.lawyer) == []
    assert len(register.clocks(of_client)) == 2
    with pytest.raises(Refused, match="Le bureau traite"):
        register.act(answering.acknowledge_complaint, of_client, KEPT, actor=them.broker)
    with pytest.raises(Refused, match="pas son agenda"):
        register.take(replace(FACTS, company_id=them.company), actor=them.stranger)


@pytest.mark.parametrize("level", [Confidentiality.PRIVILEGED, Confidentiality.MEDICAL])
def test_none_is_registered_on_a_paper_that_others_may_not_read(register: Register, level: Confidentiality) -> None:
    them = Portfolio(register)
    about = NoteSubject("documents:1", them.company, level)
    for actor in (register.handler, them.lawyer):
        with register.database.reading(actor) as session:
            assert not service.may_register(session, about)
            assert service.may_register(session, replace(about, confidentiality=Confidentiality.PLAIN))
        with pytest.raises(Refused, match="depuis son entreprise"):
            register.take(replace(FACTS, company_id=them.company), actor=actor, about=about)
