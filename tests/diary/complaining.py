"""The register of complaints as its tests use it: invented people, one client, a desk whose days move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from atmp_insure.access.roles import Role, rights_of
from atmp_insure.db.actor import Actor, ScopeGrant
from atmp_insure.diary import complaint_queries as queries
from atmp_insure.diary import complaint_service as service
from atmp_insure.diary.complaint_answer_service import ComplaintAnswer, Proof
from atmp_insure.diary.complaint_course import (
    Complainant,
    ComplaintChannel,
    ComplaintDecision,
    ComplaintTheme,
    RootCause,
)
from atmp_insure.diary.complaint_remedies import remedies_of
from atmp_insure.diary.complaint_service import ComplaintDesk, ComplaintFacts
from tests.db.builders import a_company, a_user, an_organisation
from tests.diary.test_deadlines import clocks

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.diary.complaint_models import Complaint
    from atmp_insure.diary.deadline_models import LiveDeadline
    from atmp_insure.diary.service import NoteSubject

RECEIVED = date(2026, 1, 8)  # a Thursday: the tenth working day is Tuesday 20 January
TENTH, ELEVENTH = date(2026, 1, 20), date(2026, 1, 21)
SERVICE = "Service réclamations du bureau | 1 rue de l'Exemple | 69000 Lyon"
MEDIATOR = "Médiateur inventé des essais | 2 rue de l'Exemple | 75000 Paris"
NAMED = remedies_of(SERVICE, MEDIATOR)
LETTER = "Vous pouvez saisir notre Service réclamations du\nbureau, puis le MEDIATEUR INVENTÉ des essais."
FACTS = ComplaintFacts(
    received_on=RECEIVED, channel=ComplaintChannel.LETTER, theme=ComplaintTheme.SERVICE, said="Personne ne rappelle.",
    complainant=Complainant.PERSON, name="Camille Inventée", contact="3 rue de l'Exemple",
)  # fmt: skip
KEPT = Proof(date(2026, 1, 14), "lettre recommandée")
GRANTED = ComplaintAnswer(KEPT, ComplaintDecision.UPHELD, RootCause.DELAY, remedy="Rappelée, avec nos excuses.")
REJECTED = replace(GRANTED, decision=ComplaintDecision.REJECTED, cause=RootCause.NONE, remedy="")


def at(day: date, **more: Any) -> ComplaintDesk:
    """The desk on a day."""
    return ComplaintDesk(
        clocks(), datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC), **{"remedies": NAMED, **more}
    )


def an_actor(database: Database, role: Role, sign_in: str = "", **scope: Any) -> Actor:
    """Someone who has an account, with one role: in the office when no scope is given."""
    name = sign_in or role.value
    grant = ScopeGrant(rights_of(role), everywhere=not scope, **scope)
    return Actor(name, a_user(database, name), (grant,))


class Register:
    """The register of an office, with its handler."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.handler = an_actor(database, Role.CLAIMS_HANDLER)

    def take(
        self, facts: ComplaintFacts = FACTS, *, on: date = date(2026, 1, 14), actor: Actor | None = None,
        about: NoteSubject | None = None, solved: str = "",
    ) -> int:  # fmt: skip
        """Register a complaint; gives its row."""
        with self.database.writing(actor or self.handler) as session:
            return service.register_complaint(session, at(on), facts, about, solved).id

    def act(self, what: Any, complaint_id: int, *given: Any, on: date = TENTH, actor: Actor | None = None) -> None:
        """Do something about a complaint on a day."""
        with self.database.writing(actor or self.handler) as session:
            what(session, at(on), queries.get_complaint(session, complaint_id), *given)

    def one(self, complaint_id: int) -> Complaint:
        """A complaint as the handler sees it."""
        with self.database.reading(self.handler) as session:
            return queries.get_complaint(session, complaint_id)

    def clocks(self, complaint_id: int) -> dict[str, LiveDeadline]:
        """Its deadlines, by what they ask for."""
        with self.database.reading(self.handler) as session:
            found = queries.list_clocks_of(session, queries.get_complaint(session, complaint_id))
            return {one.key.partition(":complaint_")[2]: one for one in found}

    def seen_by(self, actor: Actor) -> list[str]:
        """The numbers that someone sees."""
        with self.database.reading(actor) as session:
            return sorted(one.number for one in session.scalars(queries.complaints()))


class Portfolio:
    """A client of a broker and of a law firm, insured by an insurer; another broker beside."""

    def __init__(self, register: Register) -> None:
        database = register.database
        kinds = {"own": "broker", "other": "broker", "firm": "law_firm", "insurer": "insurer"}
        self.organisations = {name: an_organisation(database, name, kind) for name, kind in kinds.items()}
        reached = tuple(number for name, number in self.organisations.items() if name != "other")
        self.company = a_company(database, reached_by=reached)
        self.broker = self._someone(database, Role.BROKER, "own")
        self.stranger = self._someone(database, Role.BROKER, "other")
        self.lawyer = self._someone(database, Role.LAWYER, "firm")
        self.insurer = self._someone(database, Role.INSURER, "insurer")
        self.employer = an_actor(database, Role.EMPLOYER, company_id=self.company)

    def _someone(self, database: Database, role: Role, name: str) -> Actor:
        return an_actor(database, role, f"{role.value}.{name}", organisation_id=self.organisations[name])
