"""The accounting file of the office's own books: what it opens with, its order, its letters, and when it is final."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.ledger import fec_queries, fec_service
from atmp_insure.ledger.accounting_year import year_closed_in, year_of
from atmp_insure.ledger.chart import AccountKey, AccountRole, Journal
from atmp_insure.ledger.entries import Posting, Transfer
from atmp_insure.ledger.fec import FecLine, fec_bytes, fec_name
from atmp_insure.ledger.fec_check import check_fec
from atmp_insure.ledger.fec_service import FecBasis
from atmp_insure.ledger.loader import installed_results
from atmp_insure.ledger.settling import Settlement
from tests.ledger.desk import CHART, BookKeeping

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database

SIREN = "732829320"
RESULTS = installed_results(None, date(2027, 12, 31))
AFTER_2026 = datetime(2027, 1, 12, 9, tzinfo=UTC)
AFTER_2027 = datetime(2028, 1, 12, 9, tzinfo=UTC)


@pytest.fixture
def desk(database: Database) -> BookKeeping:
    return BookKeeping.of(database)


def lines_of(desk: BookKeeping, year: int = 2026, first_month: int = 1) -> list[FecLine]:
    """The lines of a year, once the file that holds them has passed the check of any file."""
    basis = FecBasis(year_closed_in(year, first_month), CHART, RESULTS)
    with desk.database.reading(desk.accountant) as session:
        found = list(fec_service.fec_lines(session, basis))
    report = check_fec(fec_bytes(found), fec_name(SIREN, basis.year.last_day), basis.year.first_day)
    assert report.findings == (), report.findings
    assert report.debit_eur == report.credit_eur
    return found


def commission(key: str, amount: str, on: date) -> Posting:
    """A commission of the office, received on its own account."""
    transfer = Transfer(AccountKey(AccountRole.OWN_BANK), AccountKey(AccountRole.COMMISSION), Decimal(amount))
    return Posting(Journal.COMMISSIONS, on, f"Relevé {key}", on, f"Commission {key}", key, (transfer,))


def cost(key: str, amount: str, on: date) -> Posting:
    """A cost of the bank, paid from the office's own account."""
    transfer = Transfer(AccountKey(AccountRole.BANK_COSTS), AccountKey(AccountRole.OWN_BANK), Decimal(amount))
    return Posting(Journal.BANK, on, f"Relevé {key}", on, f"Frais {key}", key, (transfer,))


def matched(desk: BookKeeping, debit: Posting, credit: Posting, amount: str) -> None:
    first, second = (desk.item(one) for one in desk.posted(debit, credit))
    desk.settled([Settlement(first.id, second.id, Decimal(amount))])


def opening(lines: list[FecLine]) -> dict[str, Decimal]:
    return {
        f"{one.account} {one.auxiliary or ''}".strip(): one.debit_eur - one.credit_eur
        for one in lines if one.journal == "AN"
    }  # fmt: skip


def test_calls_payments_reversals_and_matches_make_a_file_that_conforms(desk: BookKeeping) -> None:
    matched(desk, desk.call("1", "1000.00", tax="90.00"), desk.receipt("2", "1090.00"), "1090.00")
    [called_twice] = desk.posted(desk.call("3", "500.00"))
    desk.reversed(called_twice)
    lines = lines_of(desk)
    assert [(one.journal, one.number) for one in lines] == [
        ("PR", "000001"), ("PR", "000001"), ("PR", "000001"), ("BQ", "000001"), ("BQ", "000001"),
        ("PR", "000002"), ("PR", "000002"), ("PR", "000003"), ("PR", "000003"),
    ]  # fmt: skip
    client = lines[0]
    assert (client.account, client.account_label) == ("411000", "Assurés, primes à recevoir")
    assert client.auxiliary == f"C{desk.client.holder_id:06}"
    assert client.auxiliary_label
    assert (client.debit_eur, client.credit_eur) == (Decimal("1090.00"), Decimal(0))
    assert client.label == "PR-2026-000001 Appel 1"  # by which the entry is found in the books


def test_items_that_settle_each_other_whole_bear_one_letter_and_the_day_it_was_done(desk: BookKeeping) -> None:
    matched(desk, desk.call("1", "1000.00"), desk.receipt("2", "1000.00"), "1000.00")
    matched(desk, desk.call("3", "500.00"), desk.receipt("4", "499.99"), "499.99")
    lettered = [
        (one.label.partition(" ")[0], one.lettering, one.lettered_on) for one in lines_of(desk) if one.lettering
    ]
    assert lettered == [("PR-2026-000001", "AAA", desk.books.on), ("BQ-2026-000001", "AAA", desk.books.on)]


def test_a_group_bears_its_letter_once_the_last_cent_of_it_is_settled(desk: BookKeeping) -> None:
    first, second, paid = (
        desk.item(one) for one in desk.posted(desk.call("1", "600"), desk.call("2", "400"), desk.receipt("3", "1000"))
    )
    desk.settled([Settlement(first.id, paid.id, Decimal(600))])
    assert not [one for one in lines_of(desk) if one.lettering]  # its credit would be greater than its debits
    later = desk.at(datetime(2026, 11, 25, 9, tzinfo=UTC))
    later.settled([Settlement(second.id, paid.id, Decimal(400))])
    lettered = [one for one in lines_of(desk) if one.lettering]
    assert {(one.lettering, one.lettered_on) for one in lettered} == {("AAA", date(2026, 11, 25))}
    assert sum(one.debit_eur - one.credit_eur for one in lettered) == 0
    assert len(lettered) == 3


def test_what_is_posted_late_takes_its_place_by_its_day(desk: BookKeeping) -> None:
    desk.posted(desk.call("late", "10", on=date(2026, 11, 20)), desk.call("early", "20", on=date(2026, 11, 3)))
    found = [(one.number, one.booked_on.day, one.label) for one in lines_of(desk) if one.debit_eur]
    assert found == [
        ("000001", 3, "PR-2026-000002 Appel early"), ("000002", 20, "PR-2026-000001 Appel late"),
    ]  # fmt: skip


def test_a_closed_month_is_validated_on_the_day_of_its_closing(desk: BookKeeping) -> None:
    desk.posted(desk.call("1", "10", on=date(2026, 10, 31)), desk.call("2", "10", on=date(2026, 11, 1)))
    desk.closed(date(2026, 10, 31))
    assert [one.validated_on for one in lines_of(desk) if one.debit_eur] == [date(2026, 11, 20), date(2026, 11, 20)]
    desk.at(AFTER_2026).closed(date(2026, 12, 31))
    assert [one.validated_on for one in lines_of(desk) if one.debit_eur] == [date(2026, 11, 20), date(2027, 1, 12)]


def test_a_year_is_final_once_its_last_month_is_closed(desk: BookKeeping) -> None:
    desk.posted(desk.call("1", "10"))
    year, later = year_closed_in(2026, 1), desk.at(AFTER_2026)
    later.closed(date(2026, 11, 30))
    with desk.database.reading(desk.accountant) as session:
        assert not fec_service.is_final(session, year)
    later.closed(date(2026, 12, 31))
    with desk.database.reading(desk.accountant) as session:
        assert fec_service.is_final(session, year)
        assert not fec_service.is_final(session, year_closed_in(2027, 1))


def test_a_year_opens_with_what_the_former_one_left_and_its_result_on_account_12(desk: BookKeeping) -> None:
    day = date(2026, 12, 31)
    desk.posted(desk.call("1", "1000", on=day), commission("2", "300", day), cost("3", "20", day))
    desk.at(AFTER_2026).posted(desk.call("4", "50", on=date(2027, 1, 1)))
    lines = lines_of(desk, 2027)
    client, insurer = f"411000 C{desk.client.holder_id:06}", f"401100 A{desk.insurer_id:06}"
    assert opening(lines) == {client: 1000, insurer: -1000, "512100": 280, "120000": -280}
    assert [one.number for one in lines] == ["000001"] * len(lines)  # one in each of two journals
    assert {one.booked_on for one in lines if one.journal == "AN"} == {date(2027, 1, 1)}
    assert [one.journal for one in lines][-2:] == ["PR", "PR"]


def test_a_loss_opens_on_its_own_account_and_charges_start_from_zero(desk: BookKeeping) -> None:
    desk.posted(cost("1", "20", date(2026, 12, 31)))
    assert opening(lines_of(desk, 2027)) == {"129000": 20, "512100": -20}


def test_the_first_year_opens_with_nothing_and_no_year_posts_anything(desk: BookKeeping) -> None:
    desk.posted(cost("1", "20", date(2026, 12, 31)))
    assert opening(lines_of(desk, 2026)) == {}
    lines_of(desk, 2027)
    with desk.database.reading(desk.accountant) as session:
        assert len([one for piece in fec_queries.entries_between(session, date(2020, 1, 1), date(2099, 1, 1))
                    for one in piece]) == 1  # fmt: skip


def test_both_days_of_a_financial_year_belong_to_it(desk: BookKeeping) -> None:
    days = date(2026, 6, 30), date(2026, 7, 1), date(2027, 6, 30), date(2027, 7, 1)
    desk.at(AFTER_2027).posted(*(desk.call(str(one), "10", on=one) for one in days))
    found = {one.booked_on for one in lines_of(desk, 2027, first_month=7) if one.journal == "PR"}
    assert found == {date(2026, 7, 1), date(2027, 6, 30)}
    assert [year_of(one, 7) for one in days] == [2026, 2027, 2027, 2028]
    assert [year_of(one, 1) for one in days] == [2026, 2026, 2027, 2027]


def test_many_entries_are_read_in_pieces_and_none_twice(desk: BookKeeping, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fec_queries, "AT_ONCE", 3)
    for number in range(4):
        matched(desk, desk.call(f"c{number}", "10"), desk.receipt(f"r{number}", "10"), "10")
    lines = lines_of(desk)
    assert len(lines) == 16
    assert sorted({one.lettering for one in lines if one.lettering}) == ["AAA", "AAB", "AAC", "AAD"]


def test_a_year_without_anything_to_tell_is_refused_with_the_days_that_there_are(desk: BookKeeping) -> None:
    with desk.database.reading(desk.accountant) as session, pytest.raises(InvalidInput, match="aucune écriture"):
        fec_service.require_entries(session, year_closed_in(2026, 1))
    desk.posted(desk.call("1", "10"))
    with desk.database.reading(desk.accountant) as session:
        fec_service.require_entries(session, year_closed_in(2026, 1))
        with pytest.raises(InvalidInput, match="du 20/11/2026 au 20/11/2026"):
            fec_service.require_entries(session, year_closed_in(2025, 1))
