"""Premiums that brokers collect: declared with a bordereau, remitted in one or several transfers, taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Role
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.ledger.chart import AccountRole
from atmp_insure.ledger.service import Books
from atmp_insure.parties import agreement_queries, agreement_service, partner_queries
from atmp_insure.parties.agreement_service import NewAgreement
from atmp_insure.parties.delegated_acts import DelegatedAct
from atmp_insure.premiums import broker_queries, broker_remitting_service, broker_service, chase_situations
from atmp_insure.premiums.broker_bordereaux import BordereauState, CountsFrom, bordereau_state, expected_by_insurer
from atmp_insure.premiums.broker_lines import TypedLine, lines_of_file, lines_of_text, read_lines
from atmp_insure.premiums.broker_remitting_service import NewTransfer
from atmp_insure.premiums.broker_service import NewBordereau, declarer
from tests.db.together import together
from tests.parties.desk import TESTER, a_partner, of_organisation
from tests.parties.desk import of_office as anyone_of_office
from tests.policies.desk import Desk, an_insurer
from tests.premiums.desk import CHART, FIRST_DAY, at_noon, called
from tests.premiums.test_commissions import brokered
from tests.premiums.test_payments import CALLED, COLLECTED, a_payment, held, left, paid, the_insurer
from tests.underwriting.desk import NOW, PRODUCT

if TYPE_CHECKING:
    from atmp_insure.db.actor import Actor
    from atmp_insure.db.engine import Database
    from atmp_insure.premiums.models import PremiumCall

PAID_ON, DECLARED_ON, LATER = date(2027, 1, 10), date(2027, 1, 31), date(2027, 2, 10)
MANDATED_FROM = date(2026, 1, 1)
_KEYS = count(1)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database, an_insurer(database))


def mandated(
    desk: Desk, broker: int, largest: Decimal | None = None, first_day: date = MANDATED_FROM,
    act: DelegatedAct = DelegatedAct.COLLECT,
) -> None:  # fmt: skip
    """An agreement by which a broker collects premiums, signed."""
    with desk.database.writing(anyone_of_office()) as session:
        partner = partner_queries.get_organisation(session, broker)
        new = NewAgreement(f"MANDAT-{broker}", "Mandat d'encaissement", first_day)
        version = agreement_service.create_agreement(session, partner, new, NOW).versions[0]
        agreement_service.put_product(session, version, PRODUCT, Decimal("0.15"), None)
        agreement_service.put_power(session, version, act, largest)
        session.flush()
        agreement = agreement_queries.get_agreement(session, version.agreement_id)
        agreement_service.sign_version(session, agreement, version, NOW.date(), NOW.date())


def collected_by_broker(desk: Desk, rate: str = "0.12") -> tuple[PremiumCall, int]:
    """A call of a policy whose broker collects premiums."""
    policy, broker = brokered(desk, rate)
    mandated(desk, broker)
    [call] = called(desk, policy, FIRST_DAY)
    return call, broker


def a_line(
    call: PremiumCall | str, amount: Decimal | str, paid_on: date = PAID_ON, place: str = "ligne 2"
) -> TypedLine:
    return TypedLine(place, call if isinstance(call, str) else call.reference, Decimal(amount), paid_on)


def a_bordereau(broker: int, *lines: TypedLine, **given: Any) -> NewBordereau:
    facts: dict[str, Any] = {"key": f"be{next(_KEYS)}", "declared_on": DECLARED_ON, "told_eur": None,
             "counts_from": CountsFrom.CLIENT_DAY}  # fmt: skip
    return NewBordereau(broker_id=broker, lines=lines, **(facts | given))


def declared(desk: Desk, new: NewBordereau, by: Actor | None = None, on: date = DECLARED_ON) -> int:
    actor = declarer(by or desk.by(Role.PREMIUM_ACCOUNTANT), new.broker_id)
    with desk.database.writing(actor) as session:
        return broker_service.declare(session, new, Books(CHART, at_noon(on))).id


def remitted(desk: Desk, bordereau: int, amount: Decimal | str, on: date = LATER, **given: Any) -> int:
    facts: dict[str, Any] = {"key": f"rb{next(_KEYS)}", "parts": {the_insurer(desk): Decimal(amount)}} | given
    new = NewTransfer(bordereau_id=bordereau, received_on=on, reference="VIR", **facts)
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        return broker_remitting_service.remit(session, new, Books(CHART, at_noon(LATER))).id


def line_taken_back(desk: Desk, bordereau: int, at: int = 0) -> None:
    with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
        line = broker_queries.get_bordereau(session, bordereau).lines[at]
        broker_service.take_line_back(session, line.id, "Chèque du client impayé", Books(CHART, at_noon(LATER)))


def state_of(desk: Desk, bordereau: int) -> BordereauState:
    with desk.database.reading(TESTER) as session:
        row = broker_queries.get_bordereau(session, bordereau)
        sums = broker_remitting_service.standing_eur(row), broker_remitting_service.remitted_eur(row)
    return bordereau_state(*sums)


def faults(desk: Desk, new: NewBordereau, on: date = DECLARED_ON) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        declared(desk, new, on=on)
    return [one.message for one in refused.value.faults]


def test_what_a_client_paid_to_its_broker_settles_its_call_and_the_broker_owes_it(desk: Desk) -> None:
    call, broker = collected_by_broker(desk)
    number = declared(desk, a_bordereau(broker, a_line(call, call.total_eur), told_eur=call.total_eur))
    assert left(desk, call) == held(desk, AccountRole.CLIENT) == held(desk, *CALLED) == 0
    assert held(desk, AccountRole.BROKER_PREMIUMS) == call.total_eur
    assert held(desk, *COLLECTED) == -call.total_eur, "as for cheques, what is collected does not wait for the bank"
    assert held(desk, AccountRole.BROKER) < 0, "its commission is earned, and stands apart from what it holds"
    assert held(desk, AccountRole.PREMIUM_BANK) == 0
    assert state_of(desk, number) is BordereauState.DECLARED
    remitted(desk, number, call.total_eur)
    assert held(desk, AccountRole.BROKER_PREMIUMS) == 0
    assert held(desk, AccountRole.PREMIUM_BANK) == call.total_eur
    assert state_of(desk, number) is BordereauState.REMITTED


def test_a_broker_declares_its_own_policies_and_no_others(desk: Desk) -> None:
    call, broker = collected_by_broker(desk)
    [other_call] = called(desk, call.policy_id - 1, FIRST_DAY)  # of a policy that came without a broker
    other = a_partner(desk.database, OrganisationKind.BROKER, "Autre courtage")
    by = of_organisation(broker)
    with pytest.raises(OutOfScope):
        declared(desk, a_bordereau(other, a_line(other_call, "10")), by)
    with pytest.raises(InvalidInput, match="aucun appel de ce courtier"):
        declared(desk, a_bordereau(broker, a_line(other_call, "10")), by)
    declared(desk, a_bordereau(broker, a_line(call, call.total_eur)), by)
    assert left(desk, call) == 0
    with pytest.raises(OutOfScope):
        declared(desk, a_bordereau(broker, a_line(call, "10")), desk.by(Role.UNDERWRITER))
    new = a_bordereau(broker, a_line(call, "10"))
    with pytest.raises(OutOfScope), desk.database.writing(by) as session:
        broker_service.declare(session, new, Books(CHART, at_noon(DECLARED_ON)))


def test_each_line_is_told_what_is_wrong_with_it_and_nothing_is_written(desk: Desk) -> None:
    call, broker = collected_by_broker(desk)
    lines = [
        a_line("RF00X", "10", place="ligne 2"), a_line(call, "10", date(2026, 12, 31), "ligne 3"),
        a_line(call, "10", date(2027, 2, 1), "ligne 4"), a_line(call, "10", FIRST_DAY, "ligne 5"),
        a_line(call, "10", DECLARED_ON, "ligne 6"),
    ]  # fmt: skip
    told = faults(desk, a_bordereau(broker, *lines, told_eur=Decimal("50.01")))
    assert [one.split(" (")[0] for one in told[1:]] == ["ligne 2", "ligne 3", "ligne 4"]
    assert "annonce 50,01 €" in told[0].replace("\xa0", " ").replace("\u202f", " ")
    assert "avant l'appel" in told[2]
    assert "après le jour du bordereau" in told[3]
    assert held(desk, AccountRole.BROKER_PREMIUMS) == 0
    assert faults(desk, a_bordereau(broker)) == ["aucune ligne"]
    assert faults(desk, a_bordereau(broker, lines[3]), on=date(2027, 1, 30)) == ["jour à venir"]


@pytest.mark.parametrize(("amount", "paid_on", "said"), [
    ("100", date(2027, 1, 5), ""), ("100.01", date(2027, 1, 5), "sa convention le laisse encaisser"),
    ("100", date(2027, 1, 4), "la convention du courtier ne le laisse pas encaisser"),
])  # fmt: skip
def test_a_broker_collects_from_the_day_and_up_to_the_amount_of_its_agreement(
    desk: Desk, amount: str, paid_on: date, said: str
) -> None:
    policy, broker = brokered(desk)
    mandated(desk, broker, Decimal(100), date(2027, 1, 5))
    [call] = called(desk, policy, FIRST_DAY)
    new = a_bordereau(broker, a_line(call, amount, paid_on))
    if not said:
        assert declared(desk, new)
    else:
        assert said in faults(desk, new)[0]


def test_a_broker_without_that_delegation_collects_nothing(desk: Desk) -> None:
    policy, broker = brokered(desk)
    mandated(desk, broker, act=DelegatedAct.ENDORSE)
    [call] = called(desk, policy, FIRST_DAY)
    assert "ne le laisse pas encaisser" in faults(desk, a_bordereau(broker, a_line(call, "10")))[0]
    with desk.database.reading(TESTER) as session:
        assert broker_queries.collecting_broker(session, call) is None


def test_no_call_is_paid_beyond_what_is_left_of_it(desk: Desk) -> None:
    call, broker = collected_by_broker(desk)
    half = call.total_eur - 100
    two = a_line(call, half), a_line(call, "100.01", place="ligne 3")
    assert "n'a plus que" in faults(desk, a_bordereau(broker, *two))[0]
    declared(desk, a_bordereau(broker, a_line(call, half), a_line(call, "100", place="ligne 3")))
    assert left(desk, call) == 0
    assert "est déjà soldé" in faults(desk, a_bordereau(broker, a_line(call, "0.01")))[0]


def test_of_a_payment_and_a_bordereau_for_the_same_call_one_wins_and_the_other_is_told(desk: Desk) -> None:
    call, broker = collected_by_broker(desk)
    new = a_bordereau(broker, a_line(call, call.total_eur))
    paid(desk, a_payment(desk, call.total_eur, PAID_ON), PAID_ON)
    assert f"ligne 2 : {call.name} est déjà soldé" in faults(desk, new)[0]
    assert held(desk, AccountRole.BROKER_PREMIUMS) == 0


def test_of_several_who_declare_at_once_one_wins_and_the_form_sent_twice_is_one(desk: Desk) -> None:
    call, broker = collected_by_broker(desk)

    def tried(_who: int) -> str:
        try:
            declared(desk, a_bordereau(broker, a_line(call, call.total_eur)))
        except (InvalidInput, Refused) as error:
            return str(error)
        return "done"

    answers = together(3, tried)
    assert answers.count("done") == 1
    assert all("est déjà soldé" in one for one in answers if one != "done")
    assert held(desk, AccountRole.BROKER_PREMIUMS) == call.total_eur


def test_a_form_sent_twice_is_one_bordereau_and_one_transfer(desk: Desk) -> None:
    call, broker = collected_by_broker(desk)
    new = a_bordereau(broker, a_line(call, "100"))
    [number] = {declared(desk, new) for _ in range(2)}
    assert held(desk, AccountRole.BROKER_PREMIUMS) == 100
    assert len({remitted(desk, number, "60", key="same") for _ in range(2)}) == 1
    assert held(desk, AccountRole.BROKER_PREMIUMS) == 40
    assert state_of(desk, number) is BordereauState.PARTLY


def test_a_transfer_that_does_not_match_is_recorded_in_part_or_refused_with_what_differs(desk: Desk) -> None:
    call, broker = collected_by_broker(desk)
    number = declared(desk, a_bordereau(broker, a_line(call, "100")))
    remitted(desk, number, "60")
    for amount, said in (("40.01", "0,01"), ("90", "50,00")):
        with pytest.raises(InvalidInput) as refused:
            remitted(desk, number, amount)
        [fault] = refused.value.faults
        assert f"{said}\xa0€ de trop" in fault.message.replace("\u202f", "\xa0")
        assert "le surplus sur le bordereau qu'il paie" in fault.remedy
    with pytest.raises(InvalidInput, match="aucun montant"):
        remitted(desk, number, "0")
    with pytest.raises(InvalidInput, match="jour à venir"):
        remitted(desk, number, "40", date(2027, 2, 11))
    remitted(desk, number, "40")
    assert state_of(desk, number) is BordereauState.REMITTED


def test_a_transfer_recorded_by_mistake_is_taken_back_once(desk: Desk) -> None:
    call, broker = collected_by_broker(desk)
    number = declared(desk, a_bordereau(broker, a_line(call, "100")))
    transfer = remitted(desk, number, "100")

    def back() -> None:
        with desk.database.writing(desk.by(Role.PREMIUM_ACCOUNTANT)) as session:
            broker_remitting_service.take_back(session, transfer, "Autre courtier", Books(CHART, at_noon(LATER)))

    back()
    assert held(desk, AccountRole.PREMIUM_BANK) == 0
    assert held(desk, AccountRole.BROKER_PREMIUMS) == 100
    assert state_of(desk, number) is BordereauState.DECLARED
    with pytest.raises(Refused, match="déjà annulé"):
        back()


def test_a_line_taken_back_before_the_transfer_is_owed_by_the_client_again(desk: Desk) -> None:
    call, broker = collected_by_broker(desk)
    number = declared(desk, a_bordereau(broker, a_line(call, call.total_eur)))
    line_taken_back(desk, number)
    assert left(desk, call) == held(desk, AccountRole.CLIENT) == call.total_eur
    assert held(desk, AccountRole.BROKER_PREMIUMS) == held(desk, *COLLECTED) == held(desk, AccountRole.BROKER) == 0
    assert state_of(desk, number) is BordereauState.TAKEN_BACK
    with pytest.raises(Refused, match="déjà annulée"):
        line_taken_back(desk, number)
    declared(desk, a_bordereau(broker, a_line(call, call.total_eur)))
    assert left(desk, call) == 0, "its client paid after all"


def test_a_line_taken_back_after_the_transfer_leaves_it_to_the_credit_of_the_broker(desk: Desk) -> None:
    call, broker = collected_by_broker(desk)
    number = declared(desk, a_bordereau(broker, a_line(call, "100"), a_line(call, "30", place="ligne 3")))
    remitted(desk, number, "120")
    line_taken_back(desk, number, at=1)
    assert held(desk, AccountRole.BROKER_PREMIUMS) == -20, "100 declared, 120 transferred"
    assert left(desk, call) == call.total_eur - 100
    assert held(desk, AccountRole.PREMIUM_BANK) == 120
    assert state_of(desk, number) is BordereauState.OVER


@pytest.mark.parametrize(("counts_from", "day"), [
    (CountsFrom.CLIENT_DAY, PAID_ON), (CountsFrom.DECLARED_DAY, DECLARED_ON),
])  # fmt: skip
def test_a_premium_is_paid_on_the_day_that_the_mandate_says(desk: Desk, counts_from: CountsFrom, day: date) -> None:
    call, broker = collected_by_broker(desk)
    declared(desk, a_bordereau(broker, a_line(call, call.total_eur), counts_from=counts_from))
    with desk.database.reading(TESTER) as session:
        [debt] = chase_situations.situations(session, [call.policy_id])[call.policy_id].debts
    assert debt.left_eur == 0
    assert debt.paid_on == day


def test_each_insurer_is_expected_its_part_and_one_never_makes_up_for_another() -> None:
    assert expected_by_insurer([(10001, {1: 7000, 2: 3001}), (5000, {2: 9000})]) == {1: 7000, 2: 8001}
    assert sum(expected_by_insurer([(3333, {1: 5000, 2: 5001})]).values()) == 3333


@pytest.mark.parametrize(("standing", "transferred", "state"), [
    ("100", "0", BordereauState.DECLARED), ("100", "0.01", BordereauState.PARTLY),
    ("100", "99.99", BordereauState.PARTLY), ("100", "100", BordereauState.REMITTED),
    ("100", "100.01", BordereauState.OVER), ("0", "0", BordereauState.TAKEN_BACK), ("0", "1", BordereauState.OVER),
])  # fmt: skip
def test_where_a_bordereau_stands(standing: str, transferred: str, state: BordereauState) -> None:
    assert bordereau_state(Decimal(standing), Decimal(transferred)) is state


def test_lines_are_read_as_they_are_written_each_fault_with_its_place() -> None:
    written = [
        *lines_of_text("RF18 AP20 2700 0012 ; 1 250,50 ; 10/01/2027\n\nAP-2027-000012;0;2027-01-11\n;5;\nRF1;1,005;x"),
        *lines_of_file([(1, ["Référence", "Encaissé", "Date"]), (2, ["RF18AP2027000012", "1250,50", "2027-01-10"])]),
    ]
    lines, told = read_lines(written)
    assert lines[0] == TypedLine("ligne tapée 1", "RF18AP2027000012", Decimal("1250.50"), PAID_ON)
    assert [one.place for one in told] == [
        "ligne tapée 3, Montant", "ligne tapée 4, Appel", "ligne tapée 4, Payé le", "ligne tapée 5, Montant",
        "ligne tapée 5, Payé le", "ligne 2, Appel",
    ]  # fmt: skip
    assert "(ligne tapée 1)" in told[-1].message, "the same payment, told twice"
    with pytest.raises(InvalidInput, match="colonnes absentes"):
        lines_of_file([(1, ["Appel", "Montant"]), (2, ["RF1", "5"])])
