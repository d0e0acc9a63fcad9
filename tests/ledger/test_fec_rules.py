"""Each rule on a file of accounting entries: what breaks it, and what is just right beside it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from atmp_insure.ledger.fec import COLUMNS
from atmp_insure.ledger.fec_findings import Rule, Severity
from tests.ledger.builders import NAME, a_file, a_row, an_entry, checked, codes

BOM = "\ufeff"
MONTANT = tuple({"Debit": "Montant", "Credit": "Sens"}.get(name, name) for name in COLUMNS)


def with_first(**changes: str) -> str:
    """A file of one entry, whose first line has other texts."""
    return a_file(an_entry(first=changes))


def in_direction(amount: str, direction: str) -> str:
    """A file in Montant and Sens, whose second line has this amount and direction."""
    debit, credit = an_entry()
    return a_file(
        [debit | {"Montant": "100,00", "Sens": "D"}, credit | {"Montant": amount, "Sens": direction}], MONTANT
    )


# what breaks a rule and nothing else: the rule, the file, its name
BROKEN: list[tuple[Rule, str | bytes, str | None]] = [
    (Rule.FILE_NAME, a_file(), "export 2025.txt"),
    (Rule.FILE_NAME, a_file(), "copie de 732829320FEC20251231.txt"),
    (Rule.FILE_NAME, a_file(), "732829320FEC20251231.csv"),
    (Rule.SIREN, a_file(), "732829321FEC20251231.txt"),
    (Rule.CLOSING_DAY, a_file(), "732829320FEC20251232.txt"),
    (Rule.CLOSING_DAY, a_file(), "732829320FEC00010101.txt"),
    (Rule.ENCODING, a_file().encode("utf-16"), NAME),
    (Rule.ENCODING, b"MZ\x00\x01\x02", NAME),
    (Rule.UTF_8, with_first(EcritureLib="Été").encode(), NAME),
    (Rule.UTF_8, (BOM + a_file()).encode(), NAME),
    (Rule.WINDOWS_1252, with_first(EcritureLib="l’été").encode("cp1252"), NAME),
    (Rule.MIXED_ENCODINGS, with_first(EcritureLib="Été").encode() + a_file(an_entry("AC0002", EcritureLib="Été"))
     .encode("iso8859-15").split(b"\r\n", 1)[1], NAME),
    (Rule.SEPARATOR, a_file(separator=";"), NAME),
    (Rule.SEPARATOR, "JournalCode", NAME),
    (Rule.HEADER, a_file(header=COLUMNS[:-1]), NAME),
    (Rule.HEADER, a_file().split("\r\n", 1)[1], NAME),
    (Rule.HEADER_ORDER, a_file(header=(*COLUMNS[1::-1], *COLUMNS[2:])), NAME),
    (Rule.HEADER_SPELLING, a_file().replace("Montantdevise", "MontantDevise"), NAME),
    (Rule.HEADER_SPELLING, a_file().replace("JournalCode", '"JournalCode"'), NAME),
    (Rule.HEADER_SPELLING, a_file().replace("CompAuxNum", "CompteAuxNum"), NAME),
    (Rule.HEADER_MORE, a_file(header=(*COLUMNS, "DateRglt")), NAME),
    (Rule.NO_ENTRY, a_file([]), NAME),
    (Rule.FIELD_COUNT, with_first(Idevise="\t"), NAME),
    (Rule.CONTROL_CHARACTER, with_first(EcritureLib="Papier\x07"), NAME),
    *((Rule.MANDATORY, with_first(**{name: " "}), NAME) for name in (
        "EcritureDate", "CompteNum", "CompteLib", "PieceRef", "PieceDate", "EcritureLib", "JournalLib",
    )),
    (Rule.NOT_VALIDATED, with_first(ValidDate=""), NAME),
    *((Rule.DATE, with_first(**{name: "20250230"}), NAME) for name in ("EcritureDate", "PieceDate", "ValidDate")),
    (Rule.DATE, with_first(EcritureLet="A", DateLet="15/01/2025"), NAME),
    *((Rule.AMOUNT, with_first(Debit=amount), NAME) for amount in (
        "100.00", "1 100,00", "1.100,00", "1\u00a0100,00", "100,001", "cent", ",50", "100,", "1E2", "--1", "1" * 16,
        "1²",
    )),
    (Rule.AMOUNT, with_first(Montantdevise="100.00", Idevise="USD"), NAME),
    (Rule.DIRECTION, in_direction("100,00", "X"), NAME),
    (Rule.BOTH_AMOUNTS, a_file([a_row(Credit="100,00")]), NAME),
    (Rule.NO_AMOUNT, a_file([*an_entry(), a_row(Debit="0,00")]), NAME),
    (Rule.NO_AMOUNT, a_file([*an_entry(), a_row(Debit="")]), NAME),
    (Rule.NEGATIVE, a_file([*an_entry(), a_row(Debit="-5,00"), a_row(Debit="5,00")]), NAME),
    (Rule.ACCOUNT, with_first(CompteNum="60A"), NAME),
    (Rule.ACCOUNT, with_first(CompteNum="60"), NAME),
    (Rule.AUXILIARY, with_first(CompAuxNum="F1"), NAME),
    (Rule.AUXILIARY, with_first(CompAuxLib="Durand"), NAME),
    (Rule.LETTERING, with_first(EcritureLet="A"), NAME),
    (Rule.LETTERING, with_first(DateLet="20250131"), NAME),
    (Rule.CURRENCY, with_first(Idevise="USD"), NAME),
    (Rule.CURRENCY, with_first(Montantdevise="108,20"), NAME),
    (Rule.OUTSIDE_YEAR, a_file([*an_entry(), *an_entry("VT0001", "20260101", JournalCode="VT", JournalLib="Ventes")]),
     NAME),
    (Rule.BEFORE_ASSUMED_YEAR, a_file(an_entry(day="20241231")), NAME),
    (Rule.VALIDATED_BEFORE, with_first(ValidDate="20250114"), NAME),
    (Rule.ENTRY_DATES, with_first(EcritureDate="20250116"), NAME),
    (Rule.ENTRY_UNBALANCED,
     a_file([*an_entry(first={"Debit": "100,01"}), *an_entry("AC0002", first={"Debit": "99,99"})]), NAME),
    (Rule.FILE_UNBALANCED, with_first(Debit="100,01"), NAME),
    (Rule.CHRONOLOGY, a_file([*an_entry(), *an_entry("AC0002", "20250114")]), NAME),
    (Rule.GAP, a_file([*an_entry(), *an_entry("AC0003")]), NAME),
    (Rule.ACCOUNT_LABEL, a_file([*an_entry(), *an_entry("AC0002", first={"CompteLib": "Bureau"})]), NAME),
    (Rule.JOURNAL_LABEL, with_first(JournalLib="Achat"), NAME),
]  # fmt: skip
TWO_LINES = {Rule.OUTSIDE_YEAR, Rule.BEFORE_ASSUMED_YEAR}  # an entry has two, each is told
TWO_ENTRIES = {Rule.ENTRY_UNBALANCED}  # else the file would not balance either


@pytest.mark.parametrize(("rule", "content", "name"), BROKEN, ids=[f"{n}-{one[0]}" for n, one in enumerate(BROKEN)])
def test_what_breaks_a_rule_is_told_and_nothing_else(rule: Rule, content: str | bytes, name: str | None) -> None:
    report = checked(content, name)
    beside = ["entry_unbalanced"] if rule is Rule.FILE_UNBALANCED else []  # the one is never without the other
    assert codes(report) == [rule.value] * (2 if rule in TWO_LINES | TWO_ENTRIES else 1) + beside
    assert all(finding.message_fr and finding.remedy_fr for finding in report.findings)


def test_every_rule_is_broken_here() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(Rule)


def test_every_finding_names_a_column_of_the_law_or_none() -> None:
    told = [finding for _, content, name in BROKEN for finding in checked(content, name).findings]
    assert {finding.field for finding in told} <= {"", *COLUMNS, "Montant", "Sens"}


RIGHT: list[tuple[str, str | bytes, str | None]] = [
    ("as it is", a_file(), NAME),
    ("bars", a_file(separator="|"), NAME),
    ("line feeds", a_file(end="\n"), NAME),
    ("carriage returns", a_file(end="\r"), NAME),
    ("no end of the last line", a_file().rstrip("\r\n"), NAME),
    ("blank lines at the end", a_file() + "\r\n \r\n", NAME),
    ("texts in ISO 8859-15", with_first(EcritureLib="Été à 5 €"), NAME),
    ("standard input has no name", a_file(), None),
    ("fields filled up with spaces", with_first(JournalCode="AC ", Debit="  100,00"), NAME),
    ("last day of the year", a_file(an_entry(day="20251231")), NAME),
    ("first day of the year", a_file(an_entry(day="20250101")), NAME),
    ("a year that ends in June", a_file(an_entry(day="20240701")), "732829320FEC20250630.txt"),
    ("a year that ends in February", a_file(an_entry(day="20240301")), "732829320FEC20250228.txt"),
    ("before a 29 February", a_file(an_entry(day="20230301")), "732829320FEC20240229.txt"),
    ("a leap year left a day early", a_file(an_entry(day="20230301")), "732829320FEC20240228.txt"),
    ("validated on its day", with_first(ValidDate="20250115"), NAME),
    ("an account of three digits", with_first(CompteNum="606"), NAME),
    ("an account with letters after them", with_first(CompteNum="401DURAND"), NAME),
    ("auxiliary and label", with_first(CompAuxNum="F1", CompAuxLib="Durand"), NAME),
    ("lettering and day", with_first(EcritureLet="A", DateLet="20250131"), NAME),
    ("currency and amount", with_first(Montantdevise="-108,2045", Idevise="USD"), NAME),
    ("nothing in no currency", with_first(Montantdevise="0,00"), NAME),
    ("one decimal", with_first(Debit="100,0"), NAME),
    ("whole euros", with_first(Debit="100"), NAME),
    ("a sign before", with_first(Debit="+100,00"), NAME),
    ("an empty other side", with_first(Credit=""), NAME),
    ("minus zero", with_first(Credit="-0,00"), NAME),
    ("fifteen digits", a_file([a_row(Debit="9" * 15 + ",99"), a_row(Debit="0,00", Credit="9" * 15 + ",99")]), NAME),
    ("Montant and Sens", in_direction("100,00", "C"), NAME),
    ("Sens in small letters", in_direction("100,00", "c"), NAME),
    ("Sens as a sign", in_direction("100,00", "-1"), NAME),
    ("a debit as a sign", in_direction("-100,00", "+1").replace("-100,00", "100,00").replace("\tD\t", "\t-1\t"), NAME),
    ("numbers of one digit more", a_file([*an_entry("AC9"), *an_entry("AC10")]), NAME),
    ("the same day twice", a_file([*an_entry(), *an_entry("AC0002")]), NAME),
]  # fmt: skip


@pytest.mark.parametrize(("what", "content", "name"), RIGHT, ids=[one[0] for one in RIGHT])
def test_what_is_just_right_is_left_alone(what: str, content: str | bytes, name: str | None) -> None:
    report = checked(content, name)
    assert codes(report) == []
    assert report.debit_eur == report.credit_eur > 0


@pytest.mark.parametrize(("debit", "credit"), [("D", "C"), ("d", "c"), ("+1", "-1")])
def test_sens_says_which_side_an_amount_is_on(debit: str, credit: str) -> None:
    report = checked(in_direction("90,00", credit).replace("\tD\t", f"\t{debit}\t"))
    assert (report.debit_eur, report.credit_eur) == (Decimal("100.00"), Decimal("90.00"))
    assert codes(report) == ["file_unbalanced", "entry_unbalanced"]


def test_a_file_wrong_throughout_is_counted_whole_and_told_in_part() -> None:
    report = checked(a_file([row for n in range(1, 151) for row in an_entry(f"AC{n:04}", PieceRef="")]))
    assert codes(report) == ["mandatory"] * 100
    assert report.count(Severity.ERROR) == 300


def test_the_gravest_findings_come_first_in_the_order_of_the_file() -> None:
    rows = [*an_entry(first={"EcritureLet": "A", "CompteNum": "60"}), *an_entry("AC0002", first={"Debit": "1.00"})]
    report = checked(a_file(rows), "copie.txt")
    assert [(one.rule.severity.value, one.line) for one in report.findings] == [
        ("error", 2), ("error", 4), ("warning", 2), ("note", None),
    ]  # fmt: skip
