"""A quote on its way to the client: the mail and its link, openings, questions and their answers."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text as sql

from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary.deadline_models import Task, TaskState
from atmp_insure.documents.models import Document
from atmp_insure.documents.outgoing import LINK_EVENTS
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.underwriting import queries, sending_service
from atmp_insure.underwriting.decision import Verdict
from atmp_insure.underwriting.link_views import DOOR
from atmp_insure.underwriting.models import ClientQuestion, QuoteSending
from atmp_insure.underwriting.quote_course import QuoteState
from atmp_insure.underwriting.sending_service import LONGEST_QUESTION, MOST_QUESTIONS, Addressee
from tests.db.builders import a_document
from tests.underwriting.desk import CLIENT, GRANTED, NOW, Quoting, at, practice

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.db.actor import Actor


def asked(quoting: Quoting, token: str, text: str, now: datetime = NOW) -> int:
    with quoting.database.writing(DOOR) as session:
        sending = sending_service.find_sending_of(session, token)
        return sending_service.ask_question(session, sending, text, now).id


def answered(quoting: Quoting, quote: int, text: str, by: Actor | None = None) -> None:
    with quoting.database.writing(by or quoting.broker) as session:
        found = queries.get_quote(session, quote)
        assert found.sending is not None
        sending_service.answer_question(session, found, found.sending.questions[0], text, practice())


def test_a_quote_that_is_ready_goes_out_once_with_its_pdf_and_the_link_of_its_page(quoting: Quoting) -> None:
    quote = quoting.quoted()
    token = quoting.sent(quote)
    [mail], [pdf], [task_count], found = (
        quoting.mails(),
        quoting.all(Document),
        quoting.count(Task),
        quoting.quote(quote),
    )
    assert (mail.recipient, mail.event, mail.subject) == (CLIENT.email, "quote", f"Votre devis {found.reference}")
    assert (mail.document_ids, mail.company_id, task_count) == ([pdf.id], quoting.company_id, 0)
    assert mail.body.count(f"/q/{token}\n") == 1
    assert {"quote", "quote_answer"} <= LINK_EVENTS  # whoever reads the outbox does not sign for the client
    assert "valable jusqu'au 01/01/2027" in mail.body
    assert found.state is QuoteState.SENT
    assert found.sending is not None
    assert (found.sending.addressee, found.sending.sent_by, found.sending.openings) == (CLIENT.name, "courtier", 0)
    assert (found.sending.sent_by_id, found.sending.document_id) == (quoting.broker.user_id, pdf.id)
    with pytest.raises(Refused, match="ne peut pas être envoyé"):
        quoting.sent(quote)
    assert len(quoting.mails()) == 1


def test_the_secret_of_the_link_and_who_reads_it_are_not_readable_in_the_database(quoting: Quoting) -> None:
    token = quoting.sent()
    [row] = quoting.all(QuoteSending)
    assert row.token == token
    with quoting.database.engine.connect() as connection:
        if not quoting.database.is_embedded:
            connection.exec_driver_sql("SELECT set_config('atmp.unscoped', 'on', false)")
        [raw] = connection.execute(sql("SELECT * FROM quote_sendings WHERE id = :id"), {"id": row.id}).all()
    for secret in (token, CLIENT.name, CLIENT.email):
        assert secret not in str(raw)


@pytest.mark.parametrize("verdict", [Verdict.REFER, Verdict.REFUSE])
def test_what_the_rules_did_not_accept_does_not_go_out(quoting: Quoting, verdict: Verdict) -> None:
    quote = quoting.quoted(verdict)
    with pytest.raises(Refused, match="d'abord être accepté"):
        quoting.sent(quote)
    assert (quoting.mails(), quoting.count(QuoteSending)) == ([], (0,))


def test_a_referred_quote_goes_out_once_it_was_decided_and_not_while_it_waits(quoting: Quoting) -> None:
    quote = quoting.referred()
    with pytest.raises(Refused, match="d'abord"):
        quoting.sent(quote)
    quoting.may_accept(quoting.underwriter, quoting.quote(quote).wages_eur)
    quoting.decided(quote, GRANTED)
    assert quoting.sent(quote)


def test_a_wrong_addressee_is_told_whole_and_nothing_is_sent(quoting: Quoting) -> None:
    quote = quoting.quoted()
    for to, places in (
        (Addressee(" ", "a@exemple.invalid"), ["addressee"]),
        (Addressee("Dominique", "dominique"), ["email"]),
        (Addressee("Dominique", "@exemple.invalid"), ["email"]),
        (Addressee("Dominique", "a@exemple.invalid\nBcc: b@exemple.invalid"), ["email"]),
        (Addressee("", ""), ["addressee", "email"]),
    ):
        with pytest.raises(InvalidInput) as refused:
            quoting.sent(quote, to=to)
        assert [one.place for one in refused.value.faults] == places
    assert (quoting.quote(quote).state, quoting.mails()) == (QuoteState.READY, [])


def test_nobody_sends_for_a_company_they_do_not_follow_nor_attaches_a_paper_they_do_not_see(quoting: Quoting) -> None:
    quote = quoting.quoted()
    hidden = a_document(quoting.database, Quoting.of(quoting.database).company_id)
    found = quoting.quote(quote)
    with quoting.database.writing(quoting.stranger) as session, pytest.raises(OutOfScope):
        sending_service.send_quote(session, found, CLIENT, hidden, practice())
    with pytest.raises(NotFound, match="document"), quoting.database.writing(quoting.broker) as session:
        sending_service.send_quote(session, queries.get_quote(session, quote), CLIENT, hidden, practice())
    assert (quoting.quote(quote).state, quoting.mails()) == (QuoteState.READY, [])


def test_every_opening_is_counted_and_the_first_and_last_are_kept(quoting: Quoting) -> None:
    token = quoting.sent()
    for hour in (1, 2, 5):
        with quoting.database.writing(DOOR) as session:
            sending = sending_service.find_sending_of(session, token)
            sending_service.note_opening(session, sending, NOW + timedelta(hours=hour))
    [found] = quoting.all(QuoteSending)
    assert (found.openings, found.opened_at, found.last_opened_at) == (
        3, NOW + timedelta(hours=1), NOW + timedelta(hours=5),
    )  # fmt: skip


def test_no_other_secret_opens_anything(quoting: Quoting) -> None:
    token = quoting.sent()
    for wrong in ("", "x" * 43, token[:-1], f"{token} ", token.swapcase()):
        with quoting.database.reading(DOOR) as session, pytest.raises(NotFound, match="aucun devis"):
            sending_service.find_sending_of(session, wrong)


def test_a_question_comes_to_whoever_sent_the_quote_and_its_answer_leaves_by_mail_once(quoting: Quoting) -> None:
    quote = quoting.quoted()
    token = quoting.sent(quote)
    asked(quoting, token, " La franchise est-elle par an ? ")
    [task] = quoting.all(Task)
    assert (task.assignee_id, task.title) == (
        quoting.broker.user_id, f"Répondre à une question sur le devis {quoting.quote(quote).reference}",
    )  # fmt: skip
    with pytest.raises(InvalidInput, match="réponse vide"):
        answered(quoting, quote, "\n ")
    answered(quoting, quote, "Oui, par section et par an.")
    with pytest.raises(Refused, match="déjà sa réponse"):
        answered(quoting, quote, "Non.")
    [question], [_first, mail] = quoting.all(ClientQuestion), quoting.mails()
    assert (question.text, question.answer, question.answered_by) == (
        "La franchise est-elle par an ?", "Oui, par section et par an.", "courtier",
    )  # fmt: skip
    assert (mail.event, mail.recipient, f"/q/{token}\n" in mail.body) == ("quote_answer", CLIENT.email, True)
    assert question.answer not in mail.body


def test_the_task_of_a_question_ends_with_its_answer_and_that_of_another_stays(quoting: Quoting) -> None:
    quote = quoting.quoted()
    token = quoting.sent(quote)
    for text in ("La franchise est-elle par an ?", "Et le plafond ?"):
        asked(quoting, token, text)
    answered(quoting, quote, "Oui, par section et par an.")
    assert [(one.state, one.ended_by) for one in quoting.all(Task)] == [
        (TaskState.DONE, "courtier"), (TaskState.OPEN, None),
    ]  # fmt: skip


def test_a_stranger_answers_no_question(quoting: Quoting) -> None:
    quote = quoting.quoted()
    asked(quoting, quoting.sent(quote), "Pourquoi ?")
    found = quoting.quote(quote)
    assert found.sending is not None
    with quoting.database.writing(quoting.stranger) as session, pytest.raises(OutOfScope):
        sending_service.answer_question(session, found, found.sending.questions[0], "Parce que.", practice())


def test_a_question_says_something_and_not_too_much(quoting: Quoting) -> None:
    token = quoting.sent()
    for text in ("x" * (LONGEST_QUESTION + 1), " \n"):
        with pytest.raises(InvalidInput, match="vide ou trop longue"):
            asked(quoting, token, text)
    assert quoting.count(ClientQuestion, Task) == (0, 0)
    asked(quoting, token, "x" * LONGEST_QUESTION)
    assert quoting.count(ClientQuestion, Task) == (1, 1)


def test_a_link_takes_no_more_than_twenty_questions(quoting: Quoting) -> None:
    token = quoting.sent()
    with quoting.database.writing(DOOR) as session:
        sending = sending_service.find_sending_of(session, token)
        sending.questions += [
            ClientQuestion(company_id=sending.company_id, text="?", asked_at=NOW) for _ in range(MOST_QUESTIONS - 1)
        ]
    asked(quoting, token, "La vingtième ?")
    with pytest.raises(Refused, match="Trop de questions"):
        asked(quoting, token, "La vingt et unième ?")
    assert quoting.count(ClientQuestion) == (MOST_QUESTIONS,)


def test_a_client_that_lost_its_mail_is_written_to_again_with_the_same_link(quoting: Quoting) -> None:
    quote = quoting.quoted()
    token = quoting.sent(quote)
    for now in (NOW, NOW, NOW + timedelta(minutes=1)):  # twice in one minute is once
        with quoting.database.writing(quoting.broker) as session:
            sending_service.send_again(session, queries.get_quote(session, quote), practice(now))
    assert [token in mail.body for mail in quoting.mails()] == [True, True, True]
    quoting.accepted(token)
    with quoting.database.writing(quoting.broker) as session, pytest.raises(Refused, match="plus chez le client"):
        sending_service.send_again(session, queries.get_quote(session, quote), practice())


def test_a_quote_whose_validity_is_over_is_not_sent_again(quoting: Quoting) -> None:
    quote = quoting.quoted()
    quoting.sent(quote)
    last = quoting.quote(quote).valid_until
    for day, refused in ((last, False), (last + timedelta(days=1), True)):
        with quoting.database.writing(quoting.broker) as session:
            found = queries.get_quote(session, quote)
            with pytest.raises(Refused, match="plus chez le client") if refused else nullcontext():
                sending_service.send_again(session, found, practice(at(day)))
