"""The client accepts: signature, mandate, account, papers to come and what follows, at once, once, or not at all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.access.models import Approval
from atmp_insure.access.roles import Role
from atmp_insure.db.facts import RecordedFact
from atmp_insure.diary.deadline_models import Task, TaskState
from atmp_insure.diary.request_models import DocumentRequest, PaperNeed
from atmp_insure.diary.request_queries import get_request
from atmp_insure.diary.request_service import accept_paper
from atmp_insure.diary.task_service import NewTask, ask_task
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.parties import account_service
from atmp_insure.parties.account_queries import AccountOwner
from atmp_insure.parties.account_service import NewAccount
from atmp_insure.parties.mandate_models import SepaMandate
from atmp_insure.parties.partner_models import AccountPurpose, AccountState, BankAccount
from atmp_insure.underwriting import queries, sending_service, service
from atmp_insure.underwriting.consents import CONSENTS
from atmp_insure.underwriting.link_views import DOOR
from atmp_insure.underwriting.models import QuoteAcceptance, SubmissionState
from atmp_insure.underwriting.quote_course import QuoteState
from tests.db.builders import TESTER
from tests.db.together import together
from tests.underwriting.desk import CLIENT, IBAN, NOW, OTHER_IBAN, SIGNED, TODAY, Quoting, practice

if TYPE_CHECKING:
    from atmp_insure.db.facts import RecordedFact as Recorded
    from atmp_insure.db.session import ScopedSession

WRITTEN = (QuoteAcceptance, BankAccount, SepaMandate, Approval, DocumentRequest, RecordedFact, Task)
NOTHING = (0,) * len(WRITTEN)
ONE_OF_EACH = (1,) * len(WRITTEN)
WRONG: tuple[tuple[dict[str, Any], list[str]], ...] = (
    ({"signatory": " "}, ["signatory"]),
    ({"signatory_role": ""}, ["signatory_role"]),
    ({"consents": CONSENTS[:-1]}, ["consents"]),
    ({"consents": (*CONSENTS[:-1], "Autre chose.")}, ["consents"]),
    ({"variant": 2}, ["variant"]),
    ({"variant": -1}, ["variant"]),
    ({"iban": "FR7630006000011234567890188"}, ["iban"]),  # the last digit is one less
    ({"iban": "", "holder": " "}, ["holder", "iban"]),
    ({"bic": "BIC"}, ["bic"]),
    (
        {"variant": 2, "signatory": "", "signatory_role": "", "consents": (), "iban": "FR00"},
        ["variant", "signatory", "signatory_role", "consents", "iban"],
    ),
)


def test_one_step_signs_gives_the_account_and_its_mandate_asks_for_papers_and_tells_the_office(
    quoting: Quoting,
) -> None:
    quote = quoting.quoted()
    quoting.accepted(quoting.sent(quote))
    found, [mandate], [account] = quoting.quote(quote), quoting.all(SepaMandate), quoting.all(BankAccount)
    given = found.acceptance
    assert given is not None
    assert (given.variant, given.signatory, given.signatory_role, given.consents, given.mandate_id) == (
        1, "Dominique Exemple", "gérante", list(CONSENTS), mandate.id,
    )  # fmt: skip
    assert str(given.premium_eur) == found.answer["variants"][1]["premium"]["total_eur"]
    assert (found.state, found.submission.state) == (QuoteState.ACCEPTED, SubmissionState.ACCEPTED)
    assert (mandate.bank_account_id, mandate.text, mandate.signed_on, mandate.origin) == (
        account.id, SIGNED.mandate_text, TODAY, f"page du devis {found.reference}",
    )  # fmt: skip
    assert mandate.reference.startswith("ATMP")
    [asked] = quoting.all(DocumentRequest)
    assert (asked.id, asked.addressee, asked.email) == (given.request_id, CLIENT.name, CLIENT.email)
    assert "Extrait Kbis" in quoting.mails()[-1].body
    assert "RIB" in quoting.mails()[-1].body
    [fact], [task] = quoting.all(RecordedFact), quoting.all(Task)
    assert (fact.kind, fact.subject, fact.company_id, fact.effective_on) == (
        "quote_accepted", f"quotes:{quote}", quoting.company_id, TODAY,
    )  # fmt: skip
    assert fact.details == {"variant": 1, "premium_eur": str(given.premium_eur), "starts_on": "2027-01-01"}
    assert (task.assignee_id, "Émettre le contrat" in task.title) == (quoting.broker.user_id, True)


def test_the_account_is_used_for_nothing_before_another_person_than_the_sender_confirms_it(quoting: Quoting) -> None:
    quoting.accepted(quoting.sent())
    [account], [request] = quoting.all(BankAccount), quoting.all(Approval)
    assert (account.state, account.iban, account.holder) == (AccountState.PROPOSED, IBAN, "Ateliers Fictifs")
    assert (request.requested_by_id, request.id) == (quoting.broker.user_id, account.approval_id)
    assert "donné par le client sur la page du devis D-" in request.reason
    sender = replace(quoting.second, user_id=quoting.broker.user_id)
    with quoting.database.writing(sender) as session, pytest.raises(Refused, match="autre personne"):
        account_service.answer_account(session, session.get_one(BankAccount, account.id), granted=True, reason="x",
                                       now=NOW)  # fmt: skip
    with quoting.database.writing(quoting.second) as session:
        account_service.answer_account(session, session.get_one(BankAccount, account.id), granted=True,
                                       reason="RIB reçu", now=NOW)  # fmt: skip
    assert [one.state for one in quoting.all(BankAccount)] == [AccountState.IN_USE]


def test_the_account_that_the_company_has_already_takes_a_mandate_of_its_own(quoting: Quoting) -> None:
    quoting.accepted(quoting.sent())
    later = quoting.kept(quoting.opened())
    spaced = replace(SIGNED, iban=" fr76 3000 6000 0112 3456 7890 189 ")
    quoting.accepted(quoting.sent(later), spaced)
    first, second = quoting.all(SepaMandate)
    assert first.bank_account_id == second.bank_account_id
    assert first.reference != second.reference
    assert quoting.count(BankAccount, Approval, QuoteAcceptance) == (1, 1, 2)


def test_another_account_while_one_awaits_its_confirmation_is_refused_and_nothing_is_written(
    quoting: Quoting,
) -> None:
    quoting.accepted(quoting.sent())
    before = quoting.count(*WRITTEN)
    token = quoting.sent(quoting.kept(quoting.opened()))
    with pytest.raises(InvalidInput, match="en cours de vérification"):
        quoting.accepted(token, replace(SIGNED, iban=OTHER_IBAN))
    assert quoting.count(*WRITTEN) == before


def test_whatever_is_missing_or_wrong_is_told_whole_and_nothing_is_written(quoting: Quoting) -> None:
    quote = quoting.quoted()
    token = quoting.sent(quote)
    for changes, places in WRONG:
        with pytest.raises(InvalidInput) as refused:
            quoting.accepted(token, replace(SIGNED, **changes))
        assert [one.place for one in refused.value.faults] == places
    assert quoting.count(*WRITTEN) == NOTHING
    assert quoting.quote(quote).state is QuoteState.SENT


def test_a_version_that_another_replaced_or_a_closed_file_is_not_accepted(quoting: Quoting) -> None:
    file = quoting.opened()
    held = quoting.sent(quoting.kept(file))
    newer = quoting.kept(file)
    with pytest.raises(Refused, match="plus en vigueur"):
        quoting.accepted(held)
    current = quoting.sent(newer)
    with quoting.database.writing(quoting.broker) as session:
        service.close_submission(session, queries.get_submission(session, file), "sans suite", NOW)
    with pytest.raises(Refused, match="plus en vigueur"):
        quoting.accepted(current)
    assert quoting.count(*WRITTEN) == NOTHING


def test_with_the_acceptance_the_file_is_over_and_takes_no_later_version(quoting: Quoting) -> None:
    file = quoting.opened()
    quoting.accepted(quoting.sent(quoting.kept(file)))
    with pytest.raises(Refused, match="close"):
        quoting.kept(file)
    with quoting.database.writing(quoting.broker) as session, pytest.raises(Refused, match="close"):
        service.close_submission(session, queries.get_submission(session, file), "trop tard", NOW)
    assert quoting.file(file).state is SubmissionState.ACCEPTED


def test_accepted_twice_in_a_row_the_second_changes_nothing(quoting: Quoting) -> None:
    token = quoting.sent()
    quoting.accepted(token)
    before = quoting.count(*WRITTEN), len(quoting.mails())
    for again in (SIGNED, replace(SIGNED, variant=0, signatory="Un autre")):
        with pytest.raises(Refused, match="déjà accepté"):
            quoting.accepted(token, again)
    assert (quoting.count(*WRITTEN), len(quoting.mails())) == before
    assert before[0] == ONE_OF_EACH


def test_accepted_twice_at_once_it_is_accepted_once(quoting: Quoting) -> None:
    token = quoting.sent()
    both = Barrier(2)

    def accept(number: int) -> str:
        if quoting.database.is_embedded:
            both.wait()
        try:
            with quoting.database.writing(DOOR) as session:
                sending = sending_service.find_sending_of(session, token)
                if not quoting.database.is_embedded:
                    both.wait()  # both saw a quote that nobody accepted
                sending_service.accept_quote(session, sending, replace(SIGNED, variant=number), practice())
        except Refused as error:
            return str(error)
        return "accepted"

    assert sorted(together(2, accept)) == ["Ce devis est déjà accepté : rien n'a changé.", "accepted"]
    assert quoting.count(*WRITTEN) == ONE_OF_EACH


def test_replaced_while_it_is_accepted_either_wins_whole(quoting: Quoting) -> None:
    file = quoting.opened()
    token = quoting.sent(quoting.kept(file))
    both = Barrier(2)

    def work(number: int) -> bool:
        both.wait()
        try:
            if number:
                quoting.kept(file)
            else:
                quoting.accepted(token)
        except Refused:
            return False
        return True

    accepted, replaced = together(2, work)
    assert accepted is not replaced
    states = [one.state for one in quoting.file(file).quotes]
    assert states == ([QuoteState.ACCEPTED] if accepted else [QuoteState.REPLACED, QuoteState.READY])
    assert quoting.count(*WRITTEN) == (ONE_OF_EACH if accepted else NOTHING)


def test_cut_short_at_its_last_step_it_leaves_nothing_and_may_be_done_again(quoting: Quoting) -> None:
    quote = quoting.quoted()
    token = quoting.sent(quote)
    mails = len(quoting.mails())

    def cut(_session: ScopedSession, _fact: Recorded) -> None:
        raise KeyboardInterrupt

    quoting.database.handlers = {sending_service.QUOTE_ACCEPTED: (cut,)}
    try:
        with pytest.raises(KeyboardInterrupt):
            quoting.accepted(token)
    finally:
        quoting.database.handlers = {}  # the database serves other tests
    assert (quoting.count(*WRITTEN), len(quoting.mails())) == (NOTHING, mails)
    assert quoting.quote(quote).state is QuoteState.SENT
    quoting.accepted(token)
    assert quoting.count(*WRITTEN) == ONE_OF_EACH


def test_the_amount_is_the_one_of_the_page_to_the_cent_whichever_variant_is_chosen(quoting: Quoting) -> None:
    quote = quoting.quoted()
    quoting.accepted(quoting.sent(quote), replace(SIGNED, variant=0))
    found = quoting.quote(quote)
    assert found.acceptance is not None
    assert found.acceptance.premium_eur == Decimal(found.answer["premium"]["total_eur"])


def test_the_account_in_use_is_taken_even_while_another_awaits_its_confirmation(quoting: Quoting) -> None:
    quoting.accepted(quoting.sent())
    [account] = quoting.all(BankAccount)
    with quoting.database.writing(quoting.second) as session:
        account_service.answer_account(session, session.get_one(BankAccount, account.id), granted=True,
                                       reason="RIB reçu", now=NOW)  # fmt: skip
    elsewhere = NewAccount(AccountPurpose.PREMIUMS, "Ateliers Fictifs", OTHER_IBAN, "", "changement de banque")
    with quoting.database.writing(quoting.underwriter) as session:
        owner = AccountOwner(company_id=quoting.company_id)
        account_service.propose_account(session, owner, "Ateliers Fictifs", elsewhere, NOW)
    quoting.accepted(quoting.sent(quoting.kept(quoting.opened())))
    assert {one.bank_account_id for one in quoting.all(SepaMandate)} == {account.id}


def test_once_the_papers_asked_at_acceptance_are_accepted_nobody_is_asked_to_examine_them(quoting: Quoting) -> None:
    quoting.accepted(quoting.sent())
    [request] = quoting.all(DocumentRequest)
    came = NewTask("Examiner", TODAY, Role.CLAIMS_HANDLER, quoting.company_id, f"document_requests:{request.id}",
                   origin="papers_received", key=f"request:{request.id}:received")  # fmt: skip
    with quoting.database.writing(TESTER) as session:
        ask_task(session, came, NOW)
        papers = get_request(session, request.id).papers
        for paper in papers:
            paper.state, paper.received_at = PaperNeed.RECEIVED, NOW
        session.flush()
        accept_paper(session, papers[0], NOW)
    assert {one.state for one in quoting.all(Task)} == {TaskState.OPEN}  # the others are still to be examined
    with quoting.database.writing(TESTER) as session:
        for paper in get_request(session, request.id).papers[1:]:
            accept_paper(session, paper, NOW)
    states = {one.origin: one.state for one in quoting.all(Task)}
    assert states == {"papers_received": TaskState.DONE, "quote_accepted": TaskState.OPEN}
