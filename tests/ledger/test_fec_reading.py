"""A file read from any bytes, in pieces of any size, without being held whole."""

from __future__ import annotations

import tracemalloc
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.ledger.fec_check import check_fec
from atmp_insure.ledger.fec_reading import read_header
from tests.ledger.builders import NAME, a_file, an_entry, checked, codes

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCENTED = a_file(an_entry(EcritureLib="Été"))


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (a_file().encode("ascii"), "ASCII"),
        (ACCENTED.encode("iso8859-15"), "ISO-8859-15"),
        (ACCENTED.encode("utf-8"), "UTF-8"),
        (ACCENTED.encode("utf-8-sig"), "UTF-8 avec BOM"),
        (a_file().encode("utf-8-sig"), "UTF-8 avec BOM"),
        (ACCENTED.replace("Papier", "l’").replace("Été", "l’été").encode("cp1252"), "Windows-1252"),
        (a_file([*an_entry(EcritureLib="é"), *an_entry("AC2", EcritureLib="’")]).encode("cp1252"), "Windows-1252"),
        (ACCENTED.encode("utf-16"), ""),
    ],
)  # fmt: skip
def test_the_encoding_is_recognised(content: bytes, encoding: str) -> None:
    assert checked(content).encoding == encoding


@pytest.mark.parametrize(
    ("separator", "said"), [("\t", "tabulation"), ("|", "barre verticale « | »"), (";", "point-virgule"), ("~", "")]
)
def test_the_separator_is_recognised(separator: str, said: str) -> None:
    assert checked(a_file(separator=separator)).separator == said


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_a_file_says_the_same_in_pieces_of_any_size(size: int, end: str) -> None:
    content = a_file(an_entry(first={"EcritureLet": "A"}), end=end).encode()
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    assert check_fec(pieces, NAME) == check_fec([content], NAME)
    assert codes(check_fec(pieces, NAME)) == ["lettering"]


def test_columns_in_another_order_are_told_and_read_all_the_same() -> None:
    header = ("EcritureNum", *[name for name in a_file().split("\r\n", 1)[0].split("\t") if name != "EcritureNum"])
    report = checked(a_file(header=header))
    assert codes(report) == ["header_order"]
    assert (report.entries, report.debit_eur) == (2, Decimal(200))


def test_a_column_that_is_missing_is_named_and_nothing_else_is_read() -> None:
    header, findings = read_header("JournalCode|JournalLib|EcritureNum")
    assert header is None
    assert "3 des 18 colonnes reconnues" in findings[0].message_fr
    assert "il manque EcritureDate, CompteNum" in findings[0].message_fr


def test_a_column_more_makes_each_line_longer() -> None:
    header = (*a_file().split("\r\n", 1)[0].split("\t"), "ModeRglt")
    content = a_file(header=header)
    assert codes(checked(content)) == ["header_more"]
    assert codes(checked(content.rstrip("\t\r\n"))) == ["field_count", "header_more"]


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\r", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00" * 99, b"FEC" * 10**6])
def test_what_is_no_file_of_entries_is_told(content: bytes) -> None:
    report = checked(content)
    assert set(codes(report)) & {"separator", "encoding"}
    assert (report.lines, report.entries) == (0, 0)


HEADER = a_file([]).encode()
FIELDS = st.sampled_from(["", "0,00", "1,5", "-1", "x", "20250101", "AC", "1", "401", "\x85", "\x0c", "é"])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", HEADER]), st.text(max_size=30) | st.none())
def test_any_bytes_and_any_name_give_a_report(content: bytes, before: bytes, name: str | None) -> None:
    report = check_fec([before, content], name)
    assert len(report.findings) <= sum(report.counts.values())
    assert report.unread_lines <= report.lines <= content.count(b"\n") + content.count(b"\r") + 1


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(FIELDS, min_size=17, max_size=19), max_size=6), st.sampled_from(["Sens", "Credit"]))
def test_any_fields_give_a_report(rows: list[list[str]], last: str) -> None:
    header = a_file([]) if last == "Credit" else a_file([]).replace("Debit", "Montant").replace("Credit", "Sens")
    content = header + "\r\n".join("\t".join(row) for row in rows)
    report = checked(content.encode())
    assert report.unread_lines <= report.lines <= len(rows)


def test_a_line_without_end_is_cut_rather_than_held_whole() -> None:
    report = check_fec([HEADER, *[b"x" * 2**16] * 40], NAME)
    assert 1 < report.lines < 4
    assert set(codes(report)) == {"field_count"}


def test_memory_follows_the_entries_and_not_the_lines() -> None:
    first, second = a_file(an_entry()).encode().split(b"\r\n", 1)

    def pieces() -> Iterator[bytes]:
        yield first + b"\r\n"
        for _ in range(8_000):
            yield second  # two lines of the one entry

    tracemalloc.start()
    report = check_fec(pieces(), NAME)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (report.lines, report.entries, codes(report)) == (16_000, 1, [])
    assert peak < 500_000 < report.lines * len(second) / 2
