"""Entries and totals: what an illegible line hides, numbers in sequence, dates in order."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.ledger.builders import Row, a_file, a_row, an_entry, checked, codes


def a_sale(number: str, day: str = "20250115") -> list[Row]:
    return an_entry(number, day, JournalCode="VT", JournalLib="Ventes")


def test_an_entry_with_an_illegible_line_is_not_held_unbalanced_too() -> None:
    report = checked(a_file(an_entry(first={"Debit": "100.00"}) + an_entry("AC0002")))
    assert codes(report) == ["amount"]
    assert (report.lines, report.unread_lines, report.entries) == (4, 1, 2)
    assert (report.debit_eur, report.credit_eur) == (Decimal("100.00"), Decimal("200.00"))


def test_a_file_is_unbalanced_by_what_was_read_whole_whatever_an_illegible_line_hides() -> None:
    rows = an_entry(first={"Debit": "100.00"}) + an_entry("AC0002", first={"Debit": "90,00"})
    assert codes(checked(a_file(rows))) == ["file_unbalanced", "amount", "entry_unbalanced"]


def test_a_cut_line_leaves_its_entry_unjudged_and_the_other_entries_judged() -> None:
    cut = a_file().replace("\tPapier\t100,00\t", "\tPapier\t", 1)
    report = checked(cut)
    assert codes(report) == ["field_count"]
    assert (report.findings[0].line, report.unread_lines, report.entries) == (2, 1, 2)
    assert "17 champs au lieu de 18" in report.findings[0].message_fr


def test_a_label_broken_over_two_lines_is_told_on_both_and_on_no_entry() -> None:
    report = checked(a_file(an_entry(first={"EcritureLib": "Papier\r\nA4"}) + an_entry("AC0002")))
    assert [(one.rule.value, one.line) for one in report.findings] == [("field_count", 2), ("field_count", 3)]


def test_a_blank_line_between_entries_is_a_line_of_one_field() -> None:
    rows = a_file().split("\r\n")
    report = checked("\r\n".join([*rows[:3], "", *rows[3:]]))
    assert [(one.rule.value, one.line) for one in report.findings] == [("field_count", 4)]


def test_lines_without_number_belong_to_no_entry_and_count_in_the_totals() -> None:
    report = checked(a_file([*an_entry(), a_row(EcritureNum="")]))
    assert codes(report) == ["file_unbalanced", "mandatory"]
    assert (report.entries, report.debit_eur) == (1, Decimal("200.00"))


def test_the_same_number_in_two_journals_names_two_entries() -> None:
    report = checked(a_file(an_entry("1") + a_sale("1")))
    assert (codes(report), report.entries) == ([], 2)


def test_an_entry_dated_three_times_is_told_once() -> None:
    rows = [*an_entry(), *an_entry(day="20250116"), *an_entry(day="20250117")]
    assert codes(checked(a_file(rows))) == ["entry_dates"]


def test_a_label_that_changes_is_told_once_with_both_and_the_first_line() -> None:
    rows = [
        *an_entry(),
        *an_entry("AC0002", first={"CompteLib": "Bureau"}),
        *an_entry("AC0003", first={"CompteLib": "B"}),
    ]
    (finding,) = checked(a_file(rows)).findings
    assert (finding.line, finding.field) == (4, "CompteLib")
    assert "« Bureau », et « Fournitures » à la ligne 2" in finding.message_fr


@pytest.mark.parametrize(
    ("numbers", "gaps"),
    [
        (["AC1", "AC2", "AC3"], []),
        (["AC1", "AC3"], ["AC1 et AC3"]),
        (["AC3", "AC2", "AC1"], []),
        (["2025-001", "2025-002", "2026-009"], []),  # another year's series begins anew
        (["A", "B", "D"], []),  # no number, no sequence
        (["VT1", "VT2", "VT3"], []),
        (["AC1", "VT1", "AC2", "VT2"], []),
        (["1", "VT2", "3", "VT4"], []),  # one sequence for the file
        (["1", "VT2", "3", "VT5"], ["3 et 5"]),  # fewer gaps than if each journal counted by itself
        (["1", "2", "VT1", "VT3"], ["1 et 3"]),  # each journal counts by itself
        (["1", "2", "VT100", "VT101"], []),  # a range each
        (["7", "8"], []),  # a year may go on from the one before
    ],
)
def test_a_gap_is_sought_where_the_numbers_run(numbers: list[str], gaps: list[str]) -> None:
    rows: list[Row] = []
    for number in numbers:
        rows += a_sale(number.removeprefix("VT")) if number.startswith("VT") else an_entry(number)
    found = [one.message_fr for one in checked(a_file(rows)).findings]
    assert len(found) == len(gaps)
    assert all(gap in said for gap, said in zip(gaps, found, strict=True))


def test_a_gap_says_how_many_are_missing() -> None:
    (finding,) = checked(a_file(an_entry("AC0001") + an_entry("AC0005"))).findings
    assert "il en manque 3 entre AC0001 et AC0005" in finding.message_fr
    assert finding.line == 4


@pytest.mark.parametrize(
    ("entries", "breaks"),
    [
        ([("AC1", "20250110"), ("AC2", "20250110")], 0),
        ([("AC1", "20250110"), ("AC2", "20250109")], 1),
        ([("AC2", "20250110"), ("AC1", "20250109")], 0),  # the file is in another order, the numbers are not
        ([("AC1", "20250110"), ("VT2", "20250109")], 0),  # each journal by itself
        ([("AC1", "20250110"), ("AC2", "20251110"), ("AC3", "20250111")], 1),
        ([("AC1", "20250110"), ("AC2", "2025011"), ("AC3", "20250111")], 0),  # an illegible day is no earlier day
    ],
)
def test_numbers_of_a_journal_follow_its_dates(entries: list[tuple[str, str]], breaks: int) -> None:
    rows: list[Row] = []
    for number, day in entries:
        rows += a_sale(number, day) if number.startswith("VT") else an_entry(number, day)
    assert codes(checked(a_file(rows))).count("chronology") == breaks


def test_the_number_of_an_entry_that_is_not_validated_may_still_change() -> None:
    rows = an_entry("AC1", "20250116") + an_entry("AC2", "20250115", ValidDate="")
    assert set(codes(checked(a_file(rows)))) == {"not_validated"}
