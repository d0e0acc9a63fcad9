"""No input gives a traceback: papers are read, or refused with faults that name a remedy."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atmp_insure.rate_records import code_notation, notation
from atmp_insure.rate_records.account_update import updates
from atmp_insure.rate_records.answers import read_answer
from atmp_insure.rate_records.check_answer import check_answer
from atmp_insure.rate_records.labels import ACCOUNT_COLUMNS, ACCOUNT_HEADER
from atmp_insure.rate_records.overcontribution import overcontributions
from atmp_insure.rate_records.read_report import missing_papers_fr, read_report
from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.reconciliation import reconcile
from atmp_insure.rate_records.report import check_report
from atmp_insure.rate_records.sheet_labels import SHEET_FIELDS
from tests.rate_records.builders import METALWORKS, TODAY, Rows, a_sheet, all_papers, an_account, csv_bytes
from tests.rate_records.old_workbook import xls
from tests.rate_records.pages import Text, image_pdf, pdf
from tests.rate_records.papers_in_pages import PAGE, account_pages, sheet_page
from tests.rate_records.payrolls import a_person, dsn_bytes, dsn_lines
from tests.samples import layout
from tests.samples.damage import damages
from tests.samples.generate import papers

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.regulation.law import Law

FUZZ = settings(max_examples=100, deadline=timedelta(seconds=10))  # no input hangs
FIELDS = [field for labels in (ACCOUNT_COLUMNS, ACCOUNT_HEADER, SHEET_FIELDS) for field in labels.by_name.values()]
LABELS = [alias for field in FIELDS for alias in field.aliases]
ODD = [
    "", "0", "-1", "1e9", "12 34", "IT6", "IP4", "2023", "2026", "99", "Total", "Sous-total", "1/3", "01/02/2023",
    "45000", "00000001800010", "1,2E+13", "28.1AD", "A", "individuel", "100 %", "١٢", "\u00a0", "=1+1",
    "999999999999999",
]  # fmt: skip
CELLS = st.one_of(st.sampled_from(LABELS), st.sampled_from(ODD), st.text(max_size=12))
WORKBOOK = layout.workbook(all_papers()["compte_2022.csv"], "Compte")
PAPERS = list(papers(METALWORKS).values())
ANOTHER = read_files([("autre", csv_bytes(an_account(2022)))], TODAY)  # a version to compare what is read with


def require_read_or_refused(content: bytes, law: Law) -> None:
    reading = read_files([("papier", content)], TODAY)
    assert reading.documents or reading.faults
    assert all(fault.remedy and "\n" not in fault.line() for fault in reading.faults)
    changes = updates([*reading.documents, *ANOTHER.documents])
    read_answer(reading.documents, reading.faults, reading.to_key, changes)
    read_report(reading.documents, changes, reading.to_key)
    missing_papers_fr(reading.documents)
    reconciliation = reconcile(reading.documents, law)
    costs = overcontributions(reconciliation, law)
    check_answer(reconciliation, costs)
    check_report(reconciliation, costs)


@FUZZ
@given(content=st.binary(max_size=400))
def test_random_bytes_are_refused_or_read(content: bytes, law: Law) -> None:
    require_read_or_refused(content, law)


@FUZZ
@given(rows=st.lists(st.lists(CELLS, max_size=14), max_size=14), separator=st.sampled_from(";,\t|"))
def test_random_tables_of_known_labels_are_refused_or_read(rows: list[list[str]], separator: str, law: Law) -> None:
    require_read_or_refused(csv_bytes([list(row) for row in rows], "utf-8", separator), law)


@FUZZ
@given(data=st.data())
def test_a_paper_with_some_cells_changed_is_refused_or_read(data: st.DataObject, law: Law) -> None:
    name = data.draw(st.sampled_from(sorted(all_papers())))
    rows: Rows = [list(row) for row in all_papers()[name]]
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.sampled_from([row for row in rows if row]))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(CELLS)
    require_read_or_refused(csv_bytes(rows), law)


@FUZZ
@given(data=st.data())
def test_a_file_damaged_in_some_bytes_is_refused_or_read(data: st.DataObject, law: Law) -> None:
    content = bytearray(data.draw(st.sampled_from([WORKBOOK, *PAPERS])))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    require_read_or_refused(bytes(content[: data.draw(st.integers(1, len(content)))]), law)


READERS: list[Callable[[str], object]] = [
    notation.euros, notation.positive_euros, notation.percent, notation.share, notation.headcount,
    notation.whole_number, notation.year, notation.unwrapped, code_notation.siret, code_notation.section,
    code_notation.risk_code, code_notation.committee, code_notation.temporary_category,
    code_notation.permanent_category, code_notation.mode, code_notation.nature,
    lambda text: notation.day(text, TODAY),
    lambda text: notation.account_year(text, TODAY),
    lambda text: notation.rate_year(text, TODAY),
    lambda text: code_notation.siret(text, "00000001800010"),
]  # fmt: skip


@pytest.mark.parametrize("read", READERS)
@FUZZ
@given(text=st.one_of(st.text(max_size=20), st.text("0123456789,. -/()%€E+", max_size=14)))
def test_any_text_is_a_value_or_illegible(read: Callable[[str], object], text: str) -> None:
    try:
        value = read(text)
    except notation.Illegible as refusal:
        value = f"{refusal} {refusal.remedy}"  # what the person is told
    assert not isinstance(value, float), "no inexact number decides anything"


SOURCES = [
    image_pdf(), pdf(account_pages(an_account(2022)), PAGE), pdf([sheet_page(a_sheet(2025))], (700, 800)),
    xls(an_account(2022)), dsn_bytes(dsn_lines([a_person(1), a_person(2, code="281ADB")])),
    json.dumps([{"exercice": "2025", "siret": "00000001800010", "nns": "1", "niveauCcmIt": "4", "valeurRisque": 4812,
                 "niveauCcmIp": None}]).encode(),
    *(damage.content for damage in damages() if not damage.name.endswith(".csv")),
]  # fmt: skip


@FUZZ
@given(data=st.data())
def test_every_format_damaged_in_some_bytes_is_refused_or_read(data: st.DataObject, law: Law) -> None:
    content = bytearray(data.draw(st.sampled_from(SOURCES)))
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    require_read_or_refused(bytes(content[: data.draw(st.integers(1, len(content)))]), law)


JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(ODD), st.text(max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(LABELS), st.just("2024")), inner, max_size=6),
    ),
    max_leaves=20,
)


@FUZZ
@given(value=JSON_VALUES)
def test_any_json_is_refused_or_read(value: object, law: Law) -> None:
    require_read_or_refused(json.dumps(value).encode(), law)


RUBRIQUES = [line.partition(",")[0] for line in dsn_lines([a_person(1, stoppages=(("06", "10092026", "05102026"),))])]
VALUES = st.one_of(
    st.sampled_from(["", "01", "03", "04", "99", "01092026", "31022026", "200", "281AD", "999ZZ", "-1.00", "1e5", "'"]),
    st.text(st.characters(codec="latin-1"), max_size=9),
)


@FUZZ
@given(lines=st.lists(st.tuples(st.sampled_from(RUBRIQUES), VALUES), min_size=1, max_size=40))
def test_any_order_of_rubriques_is_refused_or_read(lines: list[tuple[str, str]], law: Law) -> None:
    text = ["S10.G00.00.001,'x'", *(f"{rubrique},'{value}'" for rubrique, value in lines), "S90.G00.90.001,'9'"]
    require_read_or_refused(dsn_bytes(text, "latin-1"), law)


PLACES = st.tuples(st.integers(0, 800), st.integers(10, 580), st.sampled_from([*LABELS, *ODD[:20], "EXEMPLE"]))


@FUZZ
@given(pages=st.lists(st.lists(PLACES, max_size=25), min_size=1, max_size=2))
def test_words_anywhere_on_a_page_are_refused_or_read(pages: list[list[tuple[int, int, str]]], law: Law) -> None:
    texts = [[Text(x, y, word) for x, y, word in page if word.isprintable() and word.isascii()] for page in pages]
    require_read_or_refused(pdf(texts), law)
