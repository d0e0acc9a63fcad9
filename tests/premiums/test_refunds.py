"""Refunds: one accountant proposes, another person grants; credits are settled, and nobody gives money back twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.diary.deadline_models import Task, TaskState
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.ledger.chart import AccountRole
from atmp_insure.ledger.service import Books
from atmp_insure.parties.partner_models import AccountPurpose, AccountState, BankAccount
from atmp_insure.policies.transactions import Refunding, Termination
from atmp_insure.premiums import payment_service, refund_queries, refund_service
from atmp_insure.premiums.refund_models import RefundState
from atmp_insure.premiums.refund_service import NewRefund
from tests.application import a_person
from tests.db.together import together
from tests.parties.desk import TESTER, of_office
from tests.policies.desk import Desk, an_insurer
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called
from tests.premiums.test_payments import COLLECTED, a_payment, held, left, paid, the_insurer

if TYPE_CHECKING:
    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.premiums.refund_models import PremiumRefund

IBAN, OTHER_IBAN = "FR76 3000 6000 0112 3456 7890 189", "DE89370400440532013000"
BOOKS = Books(CHART, at_noon(FIRST_DAY))
_KEYS = count(1)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database, an_insurer(database))


def the_accountant(desk: Desk) -> Actor:
    return desk.by(Role.PREMIUM_ACCOUNTANT)


def someone_else(desk: Desk, role: Role = Role.PREMIUM_ACCOUNTANT) -> Actor:
    person = a_person(desk.database, f"autre.{next(_KEYS)}", role)
    return of_office(role, person.user_id)


def a_refund(desk: Desk, amount: str, **given: str) -> NewRefund:
    facts = {"key": f"r{next(_KEYS)}", "reason": "Trop-perçu", "iban": IBAN} | given
    return NewRefund(
        company_id=desk.quoting.company_id, insurer_id=the_insurer(desk), amount_eur=Decimal(amount), **facts
    )


def proposed(desk: Desk, new: NewRefund, by: Actor | None = None) -> PremiumRefund:
    with desk.database.writing(by or the_accountant(desk)) as session:
        return refund_service.propose(session, new, BOOKS)


def granted(desk: Desk, refund: PremiumRefund, by: Actor) -> None:
    with desk.database.writing(by) as session:
        refund_service.grant(session, refund_queries.get_refund(session, refund.id), BOOKS)


def state(desk: Desk, refund: PremiumRefund) -> RefundState:
    with desk.database.reading(TESTER) as session:
        return refund_queries.get_refund(session, refund.id).state


def overpaid(desk: Desk, by: str = "50") -> Decimal:
    """A client that paid its call and something more; gives what was called."""
    [call] = called(desk, desk.issued(), FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur + Decimal(by)))
    return call.total_eur


def test_what_was_paid_over_is_given_back_by_two_people(desk: Desk) -> None:
    total = overpaid(desk)
    refund = proposed(desk, a_refund(desk, "50"))
    assert state(desk, refund) is RefundState.WAITING
    assert held(desk, AccountRole.PREMIUM_BANK) == total + 50, "nothing moves before the second person"
    granted(desk, refund, someone_else(desk))
    assert state(desk, refund) is RefundState.PAID
    assert held(desk, AccountRole.PREMIUM_BANK) == total
    assert held(desk, AccountRole.CLIENT) == 0
    assert held(desk, *COLLECTED) == -total, "what insurers are owed of it stays"


def test_a_credit_note_given_back_is_owed_no_more_to_the_insurer(desk: Desk) -> None:
    policy = desk.issued()
    [call] = called(desk, policy, FIRST_DAY)
    paid(desk, a_payment(desk, call.total_eur))
    desk.carried_out(policy, date(2027, 7, 1), Termination("mutual_agreement", Refunding.UNEARNED))
    [credit] = called(desk, policy, date(2027, 7, 1))
    refund = proposed(desk, a_refund(desk, str(-credit.total_eur)))
    granted(desk, refund, someone_else(desk))
    assert left(desk, credit) == 0
    assert held(desk, AccountRole.PREMIUM_BANK) == call.total_eur + credit.total_eur
    assert held(desk, *COLLECTED) == -(call.total_eur + credit.total_eur)


def test_whoever_proposes_cannot_grant_nor_decline_their_own(desk: Desk) -> None:
    overpaid(desk)
    refund = proposed(desk, a_refund(desk, "50"))
    with pytest.raises(Refused, match="une autre personne"):
        granted(desk, refund, the_accountant(desk))
    with pytest.raises(Refused, match="le retirer"), desk.database.writing(the_accountant(desk)) as session:
        refund_service.decline(session, refund_queries.get_refund(session, refund.id), "Non", BOOKS)
    assert state(desk, refund) is RefundState.WAITING


def test_who_lacks_the_right_grants_nothing(desk: Desk) -> None:
    overpaid(desk)
    refund = proposed(desk, a_refund(desk, "50"))
    with pytest.raises(OutOfScope):
        granted(desk, refund, someone_else(desk, Role.UNDERWRITER))
    with pytest.raises(OutOfScope):
        proposed(desk, a_refund(desk, "10"), someone_else(desk, Role.CLAIMS_HANDLER))


def test_of_two_who_grant_at_once_one_is_told(desk: Desk) -> None:
    total = overpaid(desk)
    refund, people = proposed(desk, a_refund(desk, "50")), [someone_else(desk), someone_else(desk, Role.MANAGER)]

    def answered(who: int) -> str:
        try:
            granted(desk, refund, people[who % 2])
        except Refused as error:
            return str(error)
        return "done"

    answers = together(4, answered)
    assert answers.count("done") == 1
    assert all("a déjà reçu sa réponse : accordé" in one for one in answers if one != "done")
    assert held(desk, AccountRole.PREMIUM_BANK) == total


def test_a_credit_used_meanwhile_is_refused_with_how_much_is_left(desk: Desk) -> None:
    policy = desk.issued()
    [first] = called(desk, policy, FIRST_DAY)
    paid(desk, a_payment(desk, first.total_eur + 50))
    refund = proposed(desk, a_refund(desk, "50"))
    called(desk, desk.twin(policy), FIRST_DAY)
    with desk.database.writing(the_accountant(desk)) as session:
        payment_service.allocate(session, desk.quoting.company_id, BOOKS)
    with pytest.raises(Refused, match="Il ne reste que 0,00"):
        granted(desk, refund, someone_else(desk))
    assert state(desk, refund) is RefundState.WAITING
    assert held(desk, AccountRole.PREMIUM_BANK) == first.total_eur + 50


@pytest.mark.parametrize(("amount", "given", "place"), [
    ("0", {}, "amount"), ("50.01", {}, "amount"), ("50", {"reason": " "}, "reason"),
    ("50", {"iban": "FR76 3000 6000 0112 3456 7890 188"}, "iban"), ("50", {"iban": ""}, "iban"),
])  # fmt: skip
def test_what_cannot_be_a_refund_is_refused_beside_its_field(
    desk: Desk, amount: str, given: dict[str, str], place: str
) -> None:
    overpaid(desk)
    with pytest.raises(InvalidInput) as refused:
        proposed(desk, a_refund(desk, amount, **given))
    assert refused.value.faults[0].place == place


def test_two_proposals_do_not_share_one_credit(desk: Desk) -> None:
    overpaid(desk)
    proposed(desk, a_refund(desk, "30"))
    with pytest.raises(InvalidInput, match="déjà demandés en remboursement"):
        proposed(desk, a_refund(desk, "20.01"))
    assert proposed(desk, a_refund(desk, "20")).amount_eur == 20


def test_the_form_sent_twice_is_one_proposal(desk: Desk) -> None:
    overpaid(desk)
    new = a_refund(desk, "50")
    assert len({proposed(desk, new).id for _ in range(2)}) == 1


def test_money_goes_to_the_confirmed_account_of_the_client_when_it_is_known(desk: Desk) -> None:
    overpaid(desk)
    with desk.database.writing(TESTER) as session:
        session.add(BankAccount(
            company_id=desk.quoting.company_id, purpose=AccountPurpose.PREMIUMS, holder="Métaux", iban=OTHER_IBAN,
            iban_digest=b"x", proof="RIB", state=AccountState.IN_USE, proposed_by="x", proposed_at=at_noon(FIRST_DAY),
        ))  # fmt: skip
    assert proposed(desk, a_refund(desk, "50")).iban == OTHER_IBAN


def test_a_proposal_declined_or_withdrawn_moves_nothing_and_says_why(desk: Desk) -> None:
    total = overpaid(desk)
    refund = proposed(desk, a_refund(desk, "50"))
    other = someone_else(desk)
    with desk.database.writing(other) as session:
        found = refund_queries.get_refund(session, refund.id)
        with pytest.raises(InvalidInput):
            refund_service.decline(session, found, "  ", BOOKS)
        assert refund_service.decline(session, found, "Somme due par ailleurs", BOOKS).reason
    assert state(desk, refund) is RefundState.DECLINED
    with pytest.raises(Refused, match="a déjà reçu sa réponse : refusé"):
        granted(desk, refund, other)
    again = proposed(desk, a_refund(desk, "50"))
    with desk.database.writing(the_accountant(desk)) as session:
        refund_service.withdraw(session, refund_queries.get_refund(session, again.id), "Erreur", BOOKS)
    assert state(desk, again) is RefundState.WITHDRAWN
    assert held(desk, AccountRole.PREMIUM_BANK) == total + 50


def test_managers_have_a_task_until_somebody_answers(desk: Desk) -> None:
    overpaid(desk)
    refund = proposed(desk, a_refund(desk, "50"))

    def task() -> Task:
        with desk.database.reading(TESTER) as session:
            return session.scalars(select(Task).where(Task.subject == f"premium_refunds:{refund.id}")).one()

    assert (task().state, task().team) == (TaskState.OPEN, Role.MANAGER)
    assert refund.name in task().title
    granted(desk, refund, someone_else(desk, Role.MANAGER))
    assert task().state is TaskState.DONE
