"""The file of accounting entries that is written: each value as the law wants it, and nothing lost on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count, islice
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.ledger.fec import COLUMNS, FecLine, fec_bytes, fec_name, fec_rows, fec_text
from atmp_insure.ledger.fec_check import check_fec
from atmp_insure.ledger.fec_year import fec_day

if TYPE_CHECKING:
    from collections.abc import Iterator

SIREN, CLOSING_DAY = "732829320", date(2025, 12, 31)
PREMIUM = FecLine(
    journal="VT",
    journal_label="Primes",
    number="VT000001",
    booked_on=date(2025, 3, 1),
    account="411000",
    account_label="Assurés",
    auxiliary="C00012",
    auxiliary_label="Scierie du Lac",
    piece="AP-2025-001",
    piece_on=date(2025, 2, 28),
    label="Appel de prime 2025",
    debit_eur=Decimal("11227.00"),
    credit_eur=Decimal(0),
    lettering="AA",
    lettered_on=date(2025, 4, 2),
    validated_on=date(2025, 3, 2),
    currency_amount=Decimal("12001.5"),
    currency="USD",
)


def written(line: FecLine) -> dict[str, str]:
    """A line of the file, by column."""
    _, row = fec_rows([line])
    return dict(zip(COLUMNS, row.removesuffix("\r\n").split("\t"), strict=True))


def test_a_line_has_the_eighteen_fields_of_the_law_in_their_order() -> None:
    header, row = fec_bytes([PREMIUM])
    assert header.decode() == "\t".join(COLUMNS) + "\r\n"
    assert row == (
        "VT\tPrimes\tVT000001\t20250301\t411000\tAssurés\tC00012\tScierie du Lac\tAP-2025-001\t20250228\t"
        "Appel de prime 2025\t11227,00\t0,00\tAA\t20250402\t20250302\t12001,5\tUSD\r\n"
    ).encode("iso8859-15")


def test_what_is_unused_stays_empty() -> None:
    plain = replace(
        PREMIUM,
        auxiliary=None,
        auxiliary_label=None,
        lettering=None,
        lettered_on=None,
        currency_amount=None,
        currency=None,
    )
    assert [name for name, text in written(plain).items() if not text] == [
        "CompAuxNum", "CompAuxLib", "EcritureLet", "DateLet", "Montantdevise", "Idevise",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0", "0,00"), ("-0", "0,00"), ("0.01", "0,01"), ("0.1", "0,10"), ("1200.500", "1200,50"), ("1E+3", "1000,00"),
     ("1234567.89", "1234567,89")],
)  # fmt: skip
def test_an_amount_has_a_comma_two_decimals_and_no_thousands(amount: str, text: str) -> None:
    assert written(replace(PREMIUM, credit_eur=Decimal(amount)))["Credit"] == text


@pytest.mark.parametrize("amount", ["0.001", "1200.505", "NaN", "Infinity"])
def test_an_amount_that_is_not_in_cents_is_refused_rather_than_rounded(amount: str) -> None:
    with pytest.raises(ValueError, match="whole cents"):
        list(fec_rows([replace(PREMIUM, debit_eur=Decimal(amount))]))


def test_a_year_before_the_year_one_thousand_keeps_its_four_digits() -> None:
    assert written(replace(PREMIUM, piece_on=date(1, 2, 3)))["PieceDate"] == "00010203"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("L’été – « œuvre » à 5 €…", "L'été - « œuvre » à 5 €..."),
        ("“deux”\u2009„trois‟", '"deux" "trois[U+201F]'),
        ("e\u0301te\u0301", "été"),  # an accent that stands apart joins its letter
        ("Łódź, Čapek, Nguyễn", "Lódz, Capek, Nguyen"),
        ("Œ œ Š š Ž ž Ÿ", "Œ œ Š š Ž ž Ÿ"),
        ("½ ¼ ¤", "1/2 1/4 [U+00A4]"),
        ("① № ﬁ Ⅳ", "1 No fi IV"),
        ("中国", "[U+4E2D][U+56FD]"),
        ("ﬁn\u200b\u202eale\ufe0f", "finale"),  # what is not seen
        ("un\tdeux\r\ntrois\u2028quatre\x85cinq", "un deux  trois quatre cinq"),
        ("  autour\n", "autour"),
        ("\ud800", "[U+D800]"),
        ("a|b", "a|b"),
    ],
)
def test_a_text_is_held_as_near_as_the_file_can(text: str, held: str) -> None:
    assert fec_text(text) == held
    assert held.encode("iso8859-15").decode("iso8859-15") == held


@given(st.text())
def test_any_text_is_held_on_one_line_and_the_same_again(text: str) -> None:
    held = fec_text(text)
    assert held.encode("iso8859-15").decode("iso8859-15") == held
    assert not set(held) & set("\t\r\n")
    assert fec_text(held) == held


@given(st.text(st.characters(codec="iso8859-15", exclude_categories=["Cc"])))
def test_what_the_file_can_hold_is_not_changed(text: str) -> None:
    assert fec_text(text) == text.strip()


def test_the_name_has_the_siren_and_the_closing_day() -> None:
    assert fec_name("732 829 320", date(2026, 6, 30)) == "732829320FEC20260630.txt"
    with pytest.raises(InvalidInput, match="732829321"):
        fec_name("732829321", CLOSING_DAY)


def test_a_year_without_end_is_written_as_it_comes() -> None:
    endless = (replace(PREMIUM, number=f"VT{n:06}") for n in count(1))
    assert [row.split(b"\t")[2] for row in islice(fec_bytes(endless), 1, 4)] == [b"VT000001", b"VT000002", b"VT000003"]


def reads_as_latin(text: str) -> bool:
    """Letters such as Ã©, whose bytes are also UTF-8, are taken for it by every reader: they are garbled text."""
    held = fec_text(text).encode("iso8859-15")
    try:
        held.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return held.isascii()


TEXTS = st.text(min_size=1, max_size=20).filter(fec_text).filter(reads_as_latin)
CENTS = st.integers(1, 10**13)
DAYS = st.dates(date(2025, 1, 1), CLOSING_DAY)
ACCOUNTS = ("411000", "706", "512100", "4011ASS", "580000")


@st.composite
def lines_of_an_entry(draw: st.DrawFn, number: str, day: date, names: dict[str, str]) -> list[FecLine]:
    """Debits and the one credit that balances them, of any texts."""
    amounts = draw(st.lists(CENTS, min_size=1, max_size=4))
    auxiliary = draw(st.none() | st.tuples(TEXTS, TEXTS)) or (None, None)
    lettering = draw(st.none() | st.tuples(TEXTS, st.dates())) or (None, None)
    currency = draw(st.none() | st.tuples(st.decimals(-(10**9), 10**9, places=4), TEXTS)) or (None, None)
    journal = number[:2]
    return [
        FecLine(
            journal=journal, journal_label=names[journal], number=number, booked_on=day, account=account,
            account_label=names[account], auxiliary=auxiliary[0], auxiliary_label=auxiliary[1], piece=draw(TEXTS),
            piece_on=draw(st.dates()), label=draw(TEXTS), debit_eur=Decimal(debit) / 100,
            credit_eur=Decimal(credit) / 100, lettering=lettering[0], lettered_on=lettering[1],
            validated_on=draw(st.dates(day)), currency_amount=currency[0], currency=currency[1],
        )
        for debit, credit in [*((cents, 0) for cents in amounts), (0, sum(amounts))]
        for account in [draw(st.sampled_from(ACCOUNTS))]
    ]  # fmt: skip


@st.composite
def balanced_books(draw: st.DrawFn) -> list[FecLine]:
    """Entries of two journals, each numbered in the order of its dates."""
    names = {code: draw(TEXTS) for code in (*ACCOUNTS, "AC", "VT")}
    found: list[FecLine] = []
    for journal in ("AC", "VT"):
        for at, day in enumerate(sorted(draw(st.lists(DAYS, max_size=3))), start=1):
            found += draw(lines_of_an_entry(f"{journal}{at:06}", day, names))
    return found


def values(row: bytes) -> Iterator[str | date | Decimal | None]:
    """What a row says, column by column."""
    for name, text in zip(COLUMNS, row.decode("iso8859-15").removesuffix("\r\n").split("\t"), strict=True):
        if "Date" in name:
            yield fec_day(text)
        elif name in {"Debit", "Credit", "Montantdevise"}:
            yield Decimal(text.replace(",", ".")) if text else None
        else:
            yield text or None


@settings(max_examples=60, deadline=None)
@given(balanced_books().filter(bool))
def test_what_is_written_of_balanced_entries_is_judged_right_and_reads_back(book: list[FecLine]) -> None:
    report = check_fec(fec_bytes(book), fec_name(SIREN, CLOSING_DAY))
    assert report.findings == ()
    assert report.lines == len(book)
    assert report.debit_eur == report.credit_eur == sum(line.debit_eur for line in book)
    for line, row in zip(book, islice(fec_bytes(book), 1, None), strict=True):
        given_values = [getattr(line, name) for name in FecLine.__dataclass_fields__]
        assert list(values(row)) == [fec_text(one) if isinstance(one, str) else one for one in given_values]
