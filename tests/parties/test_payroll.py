"""Payroll and headcount: every source is kept, one value is used by everyone, and a person settles differences."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from atmp_insure.access.roles import Role
from atmp_insure.db.facts import RecordedFact
from atmp_insure.db.scope import OutOfScope
from atmp_insure.kernel.errors import InvalidInput, NotFound
from atmp_insure.parties import payroll_queries, payroll_service
from atmp_insure.parties.payroll_models import PayrollSource
from tests.parties.desk import (
    NOW,
    OTHER_SIREN,
    TESTER,
    a_known_company,
    a_section,
    a_whole_company,
    of_company,
    of_office,
    reported,
)

if TYPE_CHECKING:
    from atmp_insure.db.engine import Database
    from atmp_insure.parties.payroll_models import PayrollYear


@pytest.fixture
def section(database: Database) -> int:
    return a_whole_company(database)[2]


def used(database: Database, section: int, year: int = 2025) -> PayrollYear:
    with database.reading(of_office()) as session:
        return payroll_queries.payroll_used(session, [section], [year])[section, year]


def choose(
    database: Database, year: int, payroll: int | None, headcount: int | None, *, reason: str = "x", now: datetime = NOW
) -> None:
    with database.writing(of_office()) as session:
        found = payroll_queries.get_payroll_year(session, year)
        payroll_service.choose_payroll(session, found, payroll, headcount, reason=reason, now=now)


def facts(database: Database) -> list[RecordedFact]:
    with database.reading(TESTER) as session:
        return list(session.scalars(select(RecordedFact).order_by(RecordedFact.id)))


def test_the_first_source_is_used_at_once_and_upper_domains_are_told(database: Database, section: int) -> None:
    told = reported(database, section)
    assert (told.is_new, told.differs) == (True, False)
    found = used(database, section)
    assert (found.payroll_eur, found.headcount) == (Decimal("1000000.00"), Decimal("50.00"))
    [fact] = facts(database)
    assert (fact.kind, fact.subject, fact.effective_on) == (
        "payroll_used",
        f"payroll_years:{found.id}",
        date(2025, 1, 1),
    )
    assert fact.company_id == found.company_id


def test_a_newer_source_never_silently_overwrites(database: Database, section: int) -> None:
    reported(database, section)
    told = reported(database, section, payroll_eur="1000000.01", source=PayrollSource.DSN)
    assert (told.is_new, told.differs) == (True, True)
    found = used(database, section)
    assert (found.payroll_eur, found.headcount, found.differs) == (Decimal("1000000.00"), Decimal("50.00"), True)
    with database.reading(of_office()) as session:
        amounts = [one.payroll_eur for one in payroll_queries.list_statements(session, section, 2025)]
        assert payroll_queries.count_differences(session) == 1
    assert amounts == [Decimal("1000000.01"), Decimal("1000000.00")]
    assert len(facts(database)) == 1  # the value in use is the same


def test_a_source_that_says_the_same_is_kept_and_makes_no_difference(database: Database, section: int) -> None:
    reported(database, section)
    told = reported(database, section, source=PayrollSource.DSN)
    assert (told.is_new, told.differs) == (True, False)
    assert not used(database, section).differs


def test_the_same_statement_told_twice_is_one_statement(database: Database, section: int) -> None:
    first, second = reported(database, section), reported(database, section)
    assert (second.is_new, second.statement.id) == (False, first.statement.id)
    later = reported(database, section, stated_on=date(2026, 1, 16))
    assert later.is_new  # another day is another statement


def test_what_only_one_source_says_fills_the_gap_and_is_no_difference(database: Database, section: int) -> None:
    reported(database, section, headcount=None)
    told = reported(database, section, payroll_eur=None, headcount="50.25", source=PayrollSource.SHEET)
    assert not told.differs
    found = used(database, section)
    assert (found.payroll_eur, found.headcount) == (Decimal("1000000.00"), Decimal("50.25"))
    assert len(facts(database)) == 2


def test_a_person_settles_a_difference_and_says_why(database: Database, section: int) -> None:
    first = reported(database, section)
    second = reported(database, section, payroll_eur="900000", headcount="49", source=PayrollSource.DSN)
    with pytest.raises(InvalidInput, match="motif absent"):
        choose(database, second.used.id, second.statement.id, None, reason=" ")
    choose(database, second.used.id, second.statement.id, first.statement.id, reason="DSN définitive")
    found = used(database, section)
    assert (found.payroll_eur, found.headcount) == (Decimal("900000.00"), Decimal("50.00"))
    assert (found.differs, found.reason, found.chosen_by) == (False, "DSN définitive", "bureau.manager")
    again = reported(database, section, payroll_eur="800000", source=PayrollSource.URSSAF)
    assert again.differs
    assert used(database, section).differs  # a newer one opens the question again


def test_going_back_to_an_older_source_is_told_to_upper_domains_too(database: Database, section: int) -> None:
    first = reported(database, section)
    second = reported(database, section, payroll_eur="900000", source=PayrollSource.DSN)
    for turn, chosen in enumerate((second, first)):
        choose(database, first.used.id, chosen.statement.id, None, now=NOW.replace(minute=turn))
    assert len(facts(database)) == 3


def test_a_choice_is_made_among_the_statements_of_that_section_and_year(database: Database, section: int) -> None:
    year = reported(database, section, headcount=None).used.id
    other = reported(database, section, 2024).statement.id
    only_people = reported(database, section, payroll_eur=None, source=PayrollSource.SHEET).statement.id
    for statement, error in ((other, NotFound), (10**9, NotFound), (only_people, InvalidInput)):
        with pytest.raises(error):
            choose(database, year, statement, None)


@pytest.mark.parametrize(
    ("year", "values", "faulty"),
    [
        (1989, ("1", None), {"year"}),
        (2027, ("1", None), {"year"}),  # the year after that of today
        (2025, (None, None), {"payroll_eur"}),
        (2025, ("-0.01", "-1"), {"payroll_eur", "headcount"}),
        (2025, ("1", "1.001"), {"headcount"}),
    ],
)
def test_each_fault_of_a_declaration_is_told_beside_its_field(
    database: Database, section: int, year: int, values: tuple[str | None, str | None], faulty: set[str]
) -> None:
    with pytest.raises(InvalidInput) as error:
        reported(database, section, year, *values)
    assert {fault.place for fault in error.value.faults} == faulty


def test_a_source_of_tomorrow_is_refused(database: Database, section: int) -> None:
    with pytest.raises(InvalidInput, match="à venir"):
        reported(database, section, stated_on=date(2026, 11, 21))


def test_the_edges_of_years_days_and_amounts_are_accepted(database: Database, section: int) -> None:
    assert reported(database, section, 1990, "0", "0").is_new
    assert reported(database, section, 2026, "0.01", "0.01", stated_on=NOW.date()).is_new


def test_the_employer_and_whoever_declares_payroll_may_declare_it_for_their_own_company_only(
    database: Database,
) -> None:
    company, _establishment, section = a_whole_company(database)
    other = a_known_company(database, OTHER_SIREN, "Autre Exemple")
    for role in (Role.EMPLOYER, Role.PAYROLL_AGENT):
        assert reported(database, section, by=of_company(company, role), stated_on=NOW.date()) is not None
        with pytest.raises(NotFound):
            reported(database, section, by=of_company(other, role))
    with pytest.raises(OutOfScope):
        reported(database, section, by=of_company(company, Role.PREVENTION_ADVISER))


def test_the_years_of_a_company_add_up_its_sections(database: Database) -> None:
    company, establishment, first = a_whole_company(database)
    second = a_section(database, establishment, "02")
    reported(database, first, 2024, "100.10", "10.5")
    reported(database, second, 2024, "200.20", None)
    reported(database, second, 2025, None, "7")
    reported(database, second, 2025, None, "8", source=PayrollSource.DSN)
    with database.reading(of_office()) as session:
        latest, before = payroll_queries.list_company_years(session, company, 2025, 6)
        assert (before.payroll_eur, before.headcount) == (Decimal("300.30"), Decimal("10.50"))
        assert (before.payroll_sections, before.headcount_sections, before.differing) == (2, 1, 0)
        assert (latest.payroll_eur, latest.headcount, latest.differing) == (None, Decimal("7.00"), 1)
        assert [one.year for one in payroll_queries.list_company_years(session, company, 2024, 6)] == [2024]
        assert [one.year for one in payroll_queries.list_payroll_of_section(session, second)] == [2025, 2024]
