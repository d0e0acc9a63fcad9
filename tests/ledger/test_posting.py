"""Entries that are posted: numbered without gaps, once, never out of balance, taken back by others, closed for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from atmp_insure.access.roles import Role
from atmp_insure.db.projections import differences
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, Refused
from atmp_insure.ledger import queries, service
from atmp_insure.ledger.chart import AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Side, Transfer
from atmp_insure.ledger.jobs import ACCOUNT_MONTHS, OPEN_ITEMS
from atmp_insure.ledger.models import AccountMonth, LedgerEntry, LedgerTransfer, OpenItem
from atmp_insure.ledger.settling import Settlement
from tests.db.together import together
from tests.ledger.desk import NOW, ON, BookKeeping
from tests.parties.desk import TESTER, of_company, of_office, of_organisation

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def desk(database: Database) -> BookKeeping:
    return BookKeeping.of(database)


def test_a_premium_called_is_owed_by_the_client_and_to_the_insurer(desk: BookKeeping) -> None:
    [row] = desk.posted(desk.call("1", "1000.00", tax="90.00", due_on=DECEMBER))
    assert (row.journal, row.year, row.number, row.posted_by) == (Journal.PREMIUMS, 2026, 1, desk.accountant.name)
    assert row.name == "PR-2026-000001"
    assert desk.balance_eur(desk.client) == Decimal("1090.00")
    assert desk.balance_eur(desk.insurer(AccountRole.PREMIUM_CALLED)) == Decimal("-1000.00")
    assert desk.balance_eur(desk.insurer(AccountRole.TAX_CALLED)) == Decimal("-90.00")
    [item] = row.items
    assert (item.side, item.amount_eur, item.due_on, item.reference) == (
        Side.DEBIT, Decimal("1090.00"), DECEMBER, "RF-1",
    )  # fmt: skip


def test_numbers_follow_each_other_in_each_journal_and_year(desk: BookKeeping) -> None:
    rows = desk.posted(
        desk.call("1", "10"), desk.receipt("2", "10"), desk.call("3", "10"), desk.call("4", "10", on=date(2027, 1, 1))
    )
    assert [one.name for one in rows] == [
        "PR-2026-000001", "BQ-2026-000001", "PR-2026-000002", "PR-2027-000001",
    ]  # fmt: skip


def test_the_same_key_is_posted_once_whoever_posts_it_at_once(desk: BookKeeping) -> None:
    rows = together(4, lambda _: desk.posted(desk.call("1", "10"), desk.call("2", "20"))[0].id)
    assert len(set(rows)) == 1
    assert desk.balance_eur(desk.client) == 30
    assert [one.number for one in desk.posted(desk.call("1", "10"), desk.call("3", "5"))] == [1, 3]


def test_what_fails_after_it_took_a_number_leaves_no_gap(desk: BookKeeping) -> None:
    def post_then_stop() -> None:
        with desk.database.writing(desk.accountant) as session:
            service.post(session, [desk.call("1", "10")], desk.books)
            raise KeyError("stopped")

    with pytest.raises(KeyError, match="stopped"):
        post_then_stop()
    assert desk.balance_eur(desk.client) == 0
    assert desk.posted(desk.call("2", "10"))[0].number == 1


@pytest.mark.parametrize("amounts", [("0.00",), ("-1.00",), ()])
def test_an_entry_moves_amounts_above_zero(desk: BookKeeping, amounts: tuple[str, ...]) -> None:
    transfers = tuple(Transfer(desk.client, desk.broker, Decimal(one)) for one in amounts)
    with pytest.raises(ValueError, match="entry k"):
        Posting(Journal.GENERAL, ON, "p", ON, "l", "k", transfers)


def test_the_schema_has_no_way_to_write_an_unbalanced_entry(desk: BookKeeping) -> None:
    """Every row has its debit and its credit: whatever rows are written, beside every rule, they balance."""
    [row] = desk.posted(desk.call("1", "10"))
    [one] = row.transfers
    debit, credit = one.debit_account_id, one.credit_account_id
    for facts, is_refused in (
        ({"amount_eur": Decimal(3)}, False), ({"amount_eur": Decimal(0)}, True), ({"amount_eur": Decimal(-1)}, True),
        ({"credit_account_id": debit}, True), ({"credit_account_id": None}, True), ({"debit_account_id": None}, True),
    ):  # fmt: skip
        given = {
            "entry_id": row.id, "debit_account_id": debit, "credit_account_id": credit, "amount_eur": Decimal(1),
            "entered_on": ON,
        } | facts  # fmt: skip
        if is_refused:
            with pytest.raises(IntegrityError), desk.database.writing(TESTER) as session:
                session.add(LedgerTransfer(**given))
        else:
            with desk.database.writing(TESTER) as session:
                session.add(LedgerTransfer(**given))
    with desk.database.reading(TESTER) as session:
        amount = func.sum(LedgerTransfer.amount_eur)
        debited = dict(
            session.execute(select(LedgerTransfer.debit_account_id, amount).group_by("debit_account_id")).all()
        )
        credited = dict(
            session.execute(select(LedgerTransfer.credit_account_id, amount).group_by("credit_account_id")).all()
        )
    assert sum(debited.values()) == sum(credited.values()) == 13


@pytest.mark.parametrize("kind", [LedgerEntry, LedgerTransfer])
def test_what_is_posted_is_never_changed_nor_deleted(desk: BookKeeping, kind: type) -> None:
    desk.posted(desk.call("1", "10"))
    with pytest.raises(DBAPIError), desk.database.writing(TESTER) as session:
        session.delete(session.scalars(select(kind)).one())


def test_an_entry_is_taken_back_by_its_opposite_and_neither_stays_open(desk: BookKeeping) -> None:
    [row] = desk.posted(desk.call("1", "1000.00", tax="90.00"))
    back = desk.at(NOW.replace(day=25)).reversed(row, date(2026, 11, 24))
    assert (back.reverses_id, back.number, back.entered_on, back.label) == (
        row.id,
        2,
        date(2026, 11, 24),
        "Appelé deux fois",
    )
    assert desk.balance_eur(desk.client) == desk.balance_eur(desk.insurer(AccountRole.TAX_CALLED)) == 0
    assert desk.item(row).settled_on == desk.item(back).settled_on == date(2026, 11, 25)
    for one in (row, back):
        with pytest.raises(Refused, match="déjà extournée"):
            desk.reversed(one)


def test_what_is_settled_is_taken_back_only_once_its_settlement_is(desk: BookKeeping) -> None:
    call, payment = desk.posted(desk.call("1", "100"), desk.receipt("2", "40"))
    [match] = desk.settled([Settlement(desk.item(call).id, desk.item(payment).id, Decimal(40))])
    with pytest.raises(Refused, match="PR-2026-000001 est lettrée"):
        desk.reversed(call)
    with desk.database.writing(desk.accountant) as session:
        service.unsettle(session, queries.get_match(session, match.id), desk.books)
    assert desk.reversed(call).number == 2


def test_ten_accountants_settle_one_payment_at_once_and_one_of_them_wins(desk: BookKeeping) -> None:
    *calls, payment = desk.posted(*(desk.call(str(at), "100") for at in range(10)), desk.receipt("paid", "100"))
    items, paid = [desk.item(one).id for one in calls], desk.item(payment).id

    def settle(at: int) -> str:
        try:
            desk.settled([Settlement(items[at], paid, Decimal(100))], of_office(Role.PREMIUM_ACCOUNTANT, 1000 + at))
        except Refused as refusal:
            return str(refusal)
        return "settled"

    said = together(10, settle)
    assert said.count("settled") == 1
    told = {one for one in said if one != "settled"}
    assert told == {
        (
            "« Virement paid » : il reste 0,00\u00a0€ à lettrer, et non 100,00\u00a0€. "
            "Quelqu'un l'a peut-être lettré entre-temps."
        )
    }
    assert sum(desk.item(one).settled_on is not None for one in calls) == 1


def test_a_part_is_settled_and_the_rest_stays_open_until_it_is_too(desk: BookKeeping) -> None:
    call, first, second = desk.posted(desk.call("1", "100"), desk.receipt("2", "60"), desk.receipt("3", "60"))
    owed = desk.item(call).id
    desk.settled([Settlement(owed, desk.item(first).id, Decimal(60))])
    assert (desk.item(call).settled_eur, desk.item(call).settled_on) == (Decimal(60), None)
    with pytest.raises(Refused, match="il reste 40,00\u00a0€"):
        desk.settled([Settlement(owed, desk.item(second).id, Decimal("40.01"))])
    [match] = desk.settled([Settlement(owed, desk.item(second).id, Decimal(40))])
    assert desk.item(call).settled_on == ON
    with desk.database.writing(desk.accountant) as session:
        undone = service.unsettle(session, queries.get_match(session, match.id), desk.books)
    assert (desk.item(call).settled_eur, desk.item(call).settled_on) == (Decimal(60), None)
    assert desk.item(second).settled_eur == 0
    for number in (match.id, undone.id):
        with pytest.raises(Refused, match="déjà annulé"), desk.database.writing(desk.accountant) as session:
            service.unsettle(session, queries.get_match(session, number), desk.books)


def test_an_entry_and_its_reversal_stay_settled_together(desk: BookKeeping) -> None:
    [row] = desk.posted(desk.call("1", "10"))
    desk.reversed(row)
    with desk.database.reading(desk.accountant) as session:
        [match] = session.scalars(queries.counting_matches())
    with pytest.raises(Refused, match="restent lettrées ensemble"), desk.database.writing(desk.accountant) as session:
        service.unsettle(session, queries.get_match(session, match.id), desk.books)


@pytest.mark.parametrize("amount", ["0", "-5"])
def test_an_amount_that_is_not_above_zero_settles_nothing(desk: BookKeeping, amount: str) -> None:
    call, payment = desk.posted(desk.call("1", "100"), desk.receipt("2", "40"))
    with pytest.raises(InvalidInput, match="nul ou négatif"):
        desk.settled([Settlement(desk.item(call).id, desk.item(payment).id, Decimal(amount))])
    assert desk.item(call).settled_eur == desk.item(payment).settled_eur == 0


def test_whoever_closes_and_whoever_posts_wait_for_each_other(desk: BookKeeping) -> None:
    """What is posted in a month either comes before its closing, or is refused: never after it, whatever the year."""
    desk.posted(desk.call("first", "10", on=OCTOBER))
    old = date(2025, 3, 1)

    def act(at: int) -> str:
        try:
            if at:
                desk.posted(desk.call(f"old {at}", "10", on=old))
            else:
                desk.closed(OCTOBER)
        except Refused:
            return "refused"
        return "done"

    said = together(6, act)
    assert said[0] == "done"
    posted = said[1:].count("done")
    assert desk.balance_eur(desk.client) == 10 + 10 * posted
    with pytest.raises(Refused):
        desk.posted(desk.call("late", "10", on=old))


def test_only_a_debit_and_a_credit_of_one_account_settle_each_other(desk: BookKeeping) -> None:
    call, other = desk.posted(desk.call("1", "100"), desk.call("2", "100"))
    with pytest.raises(Refused, match="un débit et un crédit du même compte"):
        desk.settled([Settlement(desk.item(call).id, desk.item(other).id, Decimal(1))])


def test_a_month_that_is_closed_takes_nothing_more(desk: BookKeeping) -> None:
    desk.posted(desk.call("1", "10", on=date(2026, 9, 30)))
    assert desk.closed(date(2026, 10, 31)) == [date(2026, 9, 1), OCTOBER]
    assert desk.closed(OCTOBER) == []
    with pytest.raises(Refused, match="closes jusqu'à 10/2026"):
        desk.posted(desk.call("2", "10", on=date(2026, 10, 31)))
    with pytest.raises(Refused, match="closes jusqu'à 10/2026"):
        desk.posted(desk.call("2", "10", on=date(2026, 3, 1)))  # before the first entry, too
    [row] = desk.posted(desk.call("2", "10", on=NOVEMBER))
    assert row.number == 2


def test_a_month_is_closed_once_it_is_over(desk: BookKeeping) -> None:
    desk.posted(desk.call("1", "10"))
    eve, first = datetime(2026, 11, 30, 22, 59, tzinfo=UTC), datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    with pytest.raises(Refused, match="à partir du 01/12/2026"):
        desk.at(eve).closed(NOVEMBER)
    assert desk.at(first).closed(NOVEMBER) == [NOVEMBER]  # 0 h in Paris


def test_months_are_closed_by_whoever_may_and_entries_taken_back_too(desk: BookKeeping) -> None:
    [row] = desk.posted(desk.call("1", "10", on=OCTOBER))
    auditor = of_office(Role.AUDITOR)
    with pytest.raises(OutOfScope):
        desk.closed(OCTOBER, auditor)
    with pytest.raises(OutOfScope):
        replace(desk, accountant=auditor).reversed(row)


def test_balances_of_a_day_add_whole_months_and_the_days_of_the_last(desk: BookKeeping) -> None:
    days = (date(2025, 12, 31), date(2026, 1, 1), OCTOBER, date(2026, 10, 31), NOVEMBER, ON)
    desk.posted(*(desk.call(str(at), "1", on=day) for at, day in enumerate(days)))
    said = [desk.balance_eur(desk.client, one) for one in days]
    assert said == [1, 2, 3, 4, 5, 6]
    assert desk.balance_eur(desk.client, date(2025, 12, 30)) == 0


def test_turnover_and_what_is_settled_are_rebuilt_as_they_stand(desk: BookKeeping) -> None:
    call, payment, other = desk.posted(
        desk.call("1", "100", tax="9", on=OCTOBER), desk.receipt("2", "60"), desk.call("3", "7")
    )
    [match] = desk.settled([Settlement(desk.item(call).id, desk.item(payment).id, Decimal(50))])
    desk.reversed(other)
    with desk.database.writing(desk.accountant) as session:
        service.unsettle(session, queries.get_match(session, match.id), desk.books)
    desk.settled([Settlement(desk.item(call).id, desk.item(payment).id, Decimal(60))])
    with desk.database.writing(TESTER) as session:
        assert differences(session, ACCOUNT_MONTHS) == ([], [])
        assert differences(session, OPEN_ITEMS) == ([], [])
        assert session.scalar(select(func.count()).select_from(AccountMonth)) == 6
        assert session.scalar(select(func.count()).select_from(OpenItem)) == 4


def test_only_the_office_reads_the_books_and_a_client_what_it_owes(desk: BookKeeping) -> None:
    desk.posted(desk.call("1", "10"))
    assert desk.client.holder_id is not None
    for actor, entries, items in (
        (desk.accountant, 1, 1), (of_office(Role.AUDITOR), 1, 1), (of_office(Role.UNDERWRITER), 0, 1),
        (of_company(desk.client.holder_id), 0, 1), (of_company(desk.client.holder_id + 1), 0, 0),
        (of_organisation(desk.insurer_id, Role.INSURER), 0, 0),
    ):  # fmt: skip
        with desk.database.reading(actor) as session:
            assert len(session.scalars(queries.entries()).all()) == entries
            assert len(session.scalars(queries.open_items()).all()) == items
