"""Complaints: also spoken, also of non-clients; acknowledged and answered in time, refused with their remedies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.access.roles import Role
from atmp_insure.deadlines.vocabulary import Timeliness
from atmp_insure.diary import complaint_answer_service as answering
from atmp_insure.diary import complaint_queries as queries
from atmp_insure.diary import complaint_service as service
from atmp_insure.diary.complaint_answer_service import Proof
from atmp_insure.diary.complaint_course import (
    Complainant,
    ComplaintChannel,
    ComplaintDecision,
    ComplaintState,
    RootCause,
)
from atmp_insure.diary.complaint_remedies import Remedies, unnamed
from atmp_insure.diary.deadline_models import DeadlineState, Task, TaskState
from atmp_insure.diary.deadline_service import Answer, answer_deadline, void_deadline
from atmp_insure.diary.service import NoteSubject
from atmp_insure.kernel.errors import InvalidInput, Refused
from tests.db.builders import a_company, a_document
from tests.diary.complaining import (
    ELEVENTH,
    FACTS,
    GRANTED,
    KEPT,
    LETTER,
    NAMED,
    RECEIVED,
    REJECTED,
    TENTH,
    Register,
    at,
)
from tests.diary.test_deadlines import clocks

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

SPOKEN = replace(FACTS, channel=ComplaintChannel.PHONE)
IN_TIME, LATE = Timeliness.IN_TIME.value, Timeliness.LATE.value


@pytest.fixture
def register(database: Database) -> Register:
    return Register(database)


def test_a_written_complaint_of_a_non_client_opens_its_two_clocks_with_their_reasoning(register: Register) -> None:
    number = register.take()
    complaint, found = register.one(number), register.clocks(number)
    assert (complaint.number, complaint.state, complaint.company_id) == ("RC-2026-0001", ComplaintState.OPEN, None)
    assert (complaint.acknowledge_due_on, complaint.answer_due_on) == (TENTH, date(2026, 3, 8))
    assert {name: one.due_on for name, one in found.items()} == {
        "acknowledgement": TENTH, "answer": date(2026, 3, 8),
    }  # fmt: skip
    for one in found.values():
        assert "2024-R-02" in one.reasoning["article"]
        assert one.reasoning["confidence"] == "secondary"
        assert "à vérifier" in one.reasoning["warnings"][0]
        assert one.label.endswith("réclamation RC-2026-0001")


def test_the_answer_is_counted_from_the_day_the_writing_was_sent(register: Register) -> None:
    found = register.clocks(register.take(replace(FACTS, sent_on=date(2026, 1, 5))))
    assert (found["acknowledgement"].event_on, found["answer"].event_on) == (RECEIVED, date(2026, 1, 5))
    assert found["answer"].due_on == date(2026, 3, 5)


@pytest.mark.parametrize(("on", "outcome"), [(TENTH, IN_TIME), (ELEVENTH, LATE)])
def test_acknowledged_on_the_tenth_working_day_is_in_time_and_on_the_eleventh_late(
    register: Register, on: date, outcome: str
) -> None:
    number = register.take()
    register.act(answering.acknowledge_complaint, number, Proof(on, "courriel"), on=ELEVENTH)
    clock = register.clocks(number)["acknowledgement"]
    assert (clock.state, clock.answered_on, clock.outcome) == (DeadlineState.ANSWERED, on, outcome)
    assert register.clocks(number)["answer"].state is DeadlineState.OPEN
    assert register.one(number).due_on == date(2026, 3, 8)


@pytest.mark.parametrize(("on", "outcome"), [(date(2026, 3, 8), IN_TIME), (date(2026, 3, 9), LATE)])
def test_answered_on_the_last_day_of_the_two_months_is_in_time_and_the_day_after_late(
    register: Register, on: date, outcome: str
) -> None:
    number = register.take()
    given = replace(GRANTED, proof=Proof(on, "lettre"))
    register.act(answering.answer_complaint, number, given, on=date(2026, 3, 9))
    assert register.clocks(number)["answer"].outcome == outcome


@pytest.mark.parametrize(("on", "outcome"), [(TENTH, IN_TIME), (ELEVENTH, LATE)])
def test_an_answer_before_any_acknowledgement_ends_both_clocks(register: Register, on: date, outcome: str) -> None:
    number = register.take()
    register.act(answering.answer_complaint, number, replace(GRANTED, proof=Proof(on, "lettre")), on=ELEVENTH)
    found = register.clocks(number)
    assert {name: (one.state, one.answered_on) for name, one in found.items()} == {
        "acknowledgement": (DeadlineState.ANSWERED, on), "answer": (DeadlineState.ANSWERED, on),
    }  # fmt: skip
    assert (found["acknowledgement"].outcome, found["answer"].outcome) == (outcome, IN_TIME)
    complaint = register.one(number)
    assert (complaint.state, complaint.decision, complaint.due_on) == (
        ComplaintState.ANSWERED, ComplaintDecision.UPHELD, None,
    )  # fmt: skip


def test_the_clocks_move_when_the_day_of_receipt_is_corrected_and_say_again_whether_it_was_in_time(
    register: Register,
) -> None:
    number = register.take()
    register.act(answering.acknowledge_complaint, number, Proof(TENTH, "courriel"))
    register.act(service.correct_complaint, number, replace(FACTS, received_on=date(2026, 1, 7)))
    found = register.clocks(number)
    assert (found["acknowledgement"].due_on, found["acknowledgement"].outcome) == (date(2026, 1, 19), LATE)
    assert (found["answer"].due_on, found["answer"].state) == (date(2026, 3, 7), DeadlineState.OPEN)
    assert register.one(number).acknowledge_due_on == date(2026, 1, 19)


def test_a_letter_that_was_a_call_has_no_clock_and_has_it_again_when_it_was_a_letter(register: Register) -> None:
    number = register.take()
    register.act(service.correct_complaint, number, SPOKEN)
    assert {one.state for one in register.clocks(number).values()} == {DeadlineState.VOID}
    assert register.one(number).due_on is None
    register.act(service.correct_complaint, number, FACTS)
    assert {one.state for one in register.clocks(number).values()} == {DeadlineState.OPEN}
    assert register.one(number).due_on == TENTH


def test_what_was_done_about_its_clocks_is_not_undone_by_a_correction(register: Register) -> None:
    number = register.take()
    register.act(answering.acknowledge_complaint, number, KEPT)
    with pytest.raises(InvalidInput, match="accusé réception : elle est écrite"):
        register.act(service.correct_complaint, number, SPOKEN)
    solved = register.take(SPOKEN, solved="Rappelée.")
    with pytest.raises(InvalidInput, match="La rouvrir"):
        register.act(service.correct_complaint, solved, FACTS)
    register.act(service.correct_complaint, solved, replace(SPOKEN, said="Autre chose."))
    assert register.one(solved).said == "Autre chose."


def test_a_complaint_registered_after_its_last_days_is_still_owed_an_answer(register: Register) -> None:
    number = register.take(on=date(2026, 6, 1))
    assert {one.state for one in register.clocks(number).values()} == {DeadlineState.OPEN}
    with register.database.reading(register.handler) as session:
        late = session.scalars(queries.complaints().where(queries.overdue(date(2026, 6, 1)))).all()
    assert [one.id for one in late] == [number]


@pytest.mark.parametrize(("on", "late"), [(TENTH, []), (ELEVENTH, [1])])
def test_it_is_overdue_the_day_after_its_last_day(register: Register, on: date, late: list[int]) -> None:
    register.take()
    with register.database.reading(register.handler) as session:
        found = session.scalars(queries.complaints().where(queries.overdue(on))).all()
    assert [one.id for one in found] == late


def invitations(register: Register) -> list[TaskState]:
    with register.database.reading(register.handler) as session:
        return list(session.scalars(select(Task.state).order_by(Task.id)))


def test_a_call_runs_no_clock_and_its_author_is_invited_to_write_then_the_writing_starts_them(
    register: Register,
) -> None:
    number = register.take(SPOKEN)
    assert register.clocks(number) == {}
    assert invitations(register) == [TaskState.OPEN]
    register.act(answering.invite_to_write, number, Proof(date(2026, 1, 14), "courriel"))
    assert invitations(register) == [TaskState.DONE]
    with pytest.raises(Refused, match="Rien n'est écrit"):
        register.act(answering.acknowledge_complaint, number, KEPT)
    register.act(answering.note_writing, number, date(2026, 1, 19), date(2026, 1, 17), on=TENTH)
    found = register.clocks(number)
    assert (found["acknowledgement"].event_on, found["answer"].event_on) == (date(2026, 1, 19), date(2026, 1, 17))


def test_a_call_that_is_solved_at_once_is_kept_with_its_day_and_asks_nothing_more(register: Register) -> None:
    number = register.take(SPOKEN, solved="Attestation renvoyée pendant l'appel.")
    complaint = register.one(number)
    assert (complaint.state, complaint.solved_on) == (ComplaintState.SOLVED, RECEIVED)
    assert complaint.remedy == "Attestation renvoyée pendant l'appel."
    assert (register.clocks(number), invitations(register)) == ({}, [])


def test_a_letter_is_never_solved_at_once(register: Register) -> None:
    with pytest.raises(InvalidInput, match="appelle une réponse"):
        register.take(solved="réglé")


def test_a_spoken_complaint_may_be_answered_without_having_been_written(register: Register) -> None:
    number = register.take(SPOKEN)
    register.act(answering.answer_complaint, number, GRANTED)
    assert (register.one(number).state, register.clocks(number)) == (ComplaintState.ANSWERED, {})
    assert invitations(register) == [TaskState.DONE]


def a_letter(register: Register) -> int:
    return a_document(register.database, None, "Réponse")


def test_a_refusal_is_not_closed_without_a_letter_that_names_the_remedies_and_the_mediator(register: Register) -> None:
    number, paper = register.take(), a_letter(register)
    by_letter = replace(REJECTED, proof=replace(KEPT, document_id=paper))
    for given, said in (
        (REJECTED, "refus sans sa lettre"),
        (replace(by_letter, text="Nous refusons."), "ne nomme pas « Service réclamations du bureau » ni « Médiateur"),
        (replace(by_letter, text="Service réclamations du bureau"), "ne nomme pas « Médiateur inventé des essais »"),
        (by_letter, "ne se lit pas"),
    ):
        with pytest.raises(InvalidInput, match=said):
            register.act(answering.answer_complaint, number, given)
    assert register.one(number).state is ComplaintState.OPEN
    register.act(answering.answer_complaint, number, replace(by_letter, text=LETTER))
    complaint = register.one(number)
    assert (complaint.mediator, complaint.are_remedies_read) == ("Médiateur inventé des essais", True)


def test_a_scan_that_nobody_can_read_is_taken_on_the_word_of_whoever_read_it_and_marked_so(register: Register) -> None:
    number, paper = register.take(), a_letter(register)
    given = replace(REJECTED, proof=replace(KEPT, document_id=paper), says_remedies=True)
    register.act(answering.answer_complaint, number, given)
    assert register.one(number).are_remedies_read is False


def test_a_partial_refusal_is_a_refusal(register: Register) -> None:
    number = register.take()
    given = replace(GRANTED, decision=ComplaintDecision.PARTLY, cause=RootCause.DECISION)
    with pytest.raises(InvalidInput, match="refus sans sa lettre"):
        register.act(answering.answer_complaint, number, given)


@pytest.mark.parametrize("said", [Remedies(), Remedies(service=NAMED.service), Remedies(mediator=NAMED.mediator)])
def test_nothing_is_refused_while_the_office_has_not_said_its_service_and_its_mediator(
    register: Register, said: Remedies
) -> None:
    number, paper = register.take(), a_letter(register)
    given = replace(REJECTED, proof=replace(KEPT, document_id=paper), text=LETTER)
    with pytest.raises(Refused, match="reste à renseigner"), register.database.writing(register.handler) as session:
        answering.answer_complaint(session, at(TENTH, remedies=said), queries.get_complaint(session, number), given)
    assert register.one(number).state is ComplaintState.OPEN


def test_remedies_are_found_whatever_the_breaks_of_lines_accents_and_capitals() -> None:
    assert unnamed(LETTER, NAMED) == ()
    assert unnamed("Le médiateur.", NAMED) == NAMED.names
    assert unnamed("", Remedies()) == ()


def test_what_is_granted_says_what_is_done_for_whoever_complains(register: Register) -> None:
    number = register.take()
    with pytest.raises(InvalidInput, match="geste absent"):
        register.act(answering.answer_complaint, number, replace(GRANTED, remedy=" "))


def test_an_act_is_proved_by_a_paper_or_in_words_on_a_day_that_can_be(register: Register) -> None:
    number = register.take()
    for proof, said in (
        (Proof(date(2026, 1, 14)), "preuve absente"),
        (Proof(date(2026, 1, 21), "courriel"), "est à venir"),
        (Proof(date(2026, 1, 7), "courriel"), "avant la réclamation"),
        (Proof(date(2026, 1, 14), document_id=99), "pièce inconnue"),
    ):
        with pytest.raises(InvalidInput, match=said):
            register.act(answering.acknowledge_complaint, number, proof)
    paper = a_letter(register)
    register.act(answering.acknowledge_complaint, number, Proof(date(2026, 1, 8), document_id=paper))
    assert register.clocks(number)["acknowledgement"].proof_document_id == paper
    with pytest.raises(Refused, match="accusé réception le 08/01/2026"):
        register.act(answering.acknowledge_complaint, number, KEPT)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"said": " "}, "réclamation vide"),
        ({"received_on": date(2026, 1, 15)}, "est à venir"),
        ({"sent_on": date(2026, 1, 9)}, "envoyée après sa réception"),
        ({"name": ""}, "nom absent"),
        ({"complainant": Complainant.CLIENT}, "entreprise absente"),
        ({"is_shared": True}, "personne avec qui partager"),
        ({"received_on": date(2022, 12, 30)}, "n'existe pas au 2022-12-30"),
    ],
)
def test_what_is_missing_or_cannot_be_is_said(register: Register, changed: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        register.take(replace(FACTS, **changed))  # type: ignore[arg-type]
    assert register.seen_by(register.handler) == []


def test_it_is_reopened_with_a_reason_and_owes_another_answer_by_the_same_day(register: Register) -> None:
    number = register.take()
    register.act(answering.answer_complaint, number, GRANTED)
    with pytest.raises(InvalidInput, match="motif absent"):
        register.act(answering.reopen_complaint, number, " ")
    register.act(answering.reopen_complaint, number, "Il n'a pas été rappelé.")
    found, complaint = register.clocks(number), register.one(number)
    assert (found["answer"].state, found["answer:1"].state) == (DeadlineState.ANSWERED, DeadlineState.OPEN)
    assert found["answer:1"].due_on == found["answer"].due_on == complaint.due_on
    assert (complaint.state, complaint.decision) == (ComplaintState.OPEN, None)
    with pytest.raises(Refused, match="est ouverte"):
        register.act(answering.reopen_complaint, number, "encore")
    register.act(answering.answer_complaint, number, GRANTED)
    assert register.clocks(number)["answer:1"].state is DeadlineState.ANSWERED


def test_what_has_ended_is_not_acted_on_before_it_is_reopened(register: Register) -> None:
    number = register.take()
    register.act(answering.answer_complaint, number, GRANTED)
    with pytest.raises(Refused, match="la rouvrir"):
        register.act(answering.answer_complaint, number, GRANTED)


def test_its_deadlines_are_answered_from_the_complaint_and_not_from_their_own_page(register: Register) -> None:
    number = register.take()
    with register.database.writing(register.handler) as session:
        clock = queries.list_clocks_of(session, queries.get_complaint(session, number))[0]
        with pytest.raises(Refused, match="la page de l'événement qui la fait courir"):
            answer_deadline(session, clocks(), clock, Answer(TENTH, "fait"), at(TENTH).now)
        with pytest.raises(Refused, match="la page de l'événement qui la fait courir"):
            void_deadline(session, clock, "erreur", at(TENTH).now)


def test_given_to_someone_its_clocks_go_with_it(register: Register) -> None:
    number, spoken = register.take(), register.take(SPOKEN)
    for one in (number, spoken):
        register.act(service.hand_complaint, one, register.handler.user_id, Role.MANAGER)
    assert {one.owner_id for one in register.clocks(number).values()} == {register.handler.user_id}
    with register.database.reading(register.handler) as session:
        task = session.scalar(select(Task))
    assert task is not None
    assert (task.assignee_id, task.team) == (register.handler.user_id, Role.MANAGER)


def test_the_complaints_about_an_object_are_found_from_it(register: Register) -> None:
    company = a_company(register.database)
    number = register.take(about=NoteSubject("documents:12", company), on=date(2026, 1, 14))
    with register.database.reading(register.handler) as session:
        assert [one.id for one in queries.list_complaints_about(session, "documents:12")] == [number]


def test_what_is_said_and_who_says_it_lie_encrypted(register: Register) -> None:
    register.take()
    with register.database.engine.connect() as connection:
        if not register.database.is_embedded:
            connection.exec_driver_sql("SELECT set_config('atmp.unscoped', 'on', true)")
        row = connection.exec_driver_sql("SELECT said, complainant_name, complainant_contact FROM complaints").one()
    for stored, plain in zip(row, (FACTS.said, FACTS.name, FACTS.contact), strict=True):
        assert plain.encode() not in bytes(stored)
