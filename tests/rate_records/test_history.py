"""Rate histories (taux.csv): one line for each notified rate."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from atmp_insure.rate_records import history_answer
from atmp_insure.rate_records.rate_history import RateHistory
from atmp_insure.rate_records.readers import read_files
from atmp_insure.regulation.vocabulary import Mode
from tests.rate_records.builders import TODAY, csv_bytes
from tests.samples import layout

LABELS = [
    "Raison sociale", "SIRET", "Section", "Code risque", "Nature du risque", "Date d'effet", "Date de notification",
    "Taux", "Effectif", "Mode de tarification",
]  # fmt: skip
ROWS: list[list[layout.Cell]] = [
    [
        "EXEMPLE", "00000001800010", "01", "281AD", "Charpentes", "01/01/2026", "07/01/2026", "4,46 %", "178,10",
        "Taux individuel",
    ],
    [
        "EXEMPLE", "00000001800010", "02", "281AD - B", "Bureau", "01/05/2025", "06/05/2025", "1,10 %", "12",
        "Taux collectif",
    ],
]  # fmt: skip


def history(rows: list[list[layout.Cell]], content: bytes | None = None) -> RateHistory:
    reading = read_files([("taux.csv", content or csv_bytes(rows))], TODAY)
    assert not reading.faults, [fault.line() for fault in reading.faults]
    (document,) = reading.documents
    assert isinstance(document, RateHistory)
    return document


@pytest.mark.parametrize("as_book", [False, True])
def test_every_notified_rate_is_a_line(as_book: bool) -> None:
    rows: list[list[layout.Cell]] = [list(LABELS), *ROWS]
    found = history(rows, layout.workbook(rows, "Taux") if as_book else None)
    first, second = found.lines
    assert (first.rate_year, first.notified_percent, first.mode) == (2026, Fraction("4.46"), Mode.INDIVIDUAL)
    assert (first.effective_on, first.notified_on) == (date(2026, 1, 1), date(2026, 1, 7))
    assert first.section_headcount == Fraction("178.1")
    assert (second.establishment.risk_code, second.establishment.support_staff) == ("28.1AD", True)
    assert found.establishment.siret == "00000001800010"
    assert not found.findings


def test_columns_with_unknown_labels_are_found_at_their_usual_place_and_it_is_said() -> None:
    labels = ["Entreprise", "Identifiant", "Section", "Activité déclarée", "Libellé", "Date d'effet", "Reçu", "Taux",
              "Effectif", "Mode"]  # fmt: skip
    found = history([list(labels), *ROWS])
    assert found.lines[1].establishment.risk_code == "28.1AD"
    assert found.lines[0].notified_on == date(2026, 1, 7)
    assert [finding.code for finding in found.findings] == ["column_by_position"] * 3


def test_rates_written_in_fractions_are_read_in_percent() -> None:
    rows = [[*row[:7], rate, *row[8:]] for row, rate in zip(ROWS, ("0,0446", "0,0110"), strict=True)]
    assert [line.notified_percent for line in history([list(LABELS), *rows]).lines] == [
        Fraction("4.46"),
        Fraction("1.1"),
    ]


def test_low_rates_written_in_percent_stay_as_they_are() -> None:
    rows = [[*row[:7], rate, *row[8:]] for row, rate in zip(ROWS, ("0,84", "0,49"), strict=True)]
    assert [line.notified_percent for line in history([list(LABELS), *rows]).lines] == [
        Fraction("0.84"),
        Fraction("0.49"),
    ]


def test_the_day_of_creation_is_read_from_a_column_when_there_is_one() -> None:
    rows = [[*row, created] for row, created in zip(ROWS, ("02/05/2023", ""), strict=True)]
    first, second = history([[*LABELS, "Date de création"], *rows]).lines
    assert (first.created_on, first.places["created_on"]) == (date(2023, 5, 2), "ligne 2, colonne 11")
    assert (second.created_on, "created_on" in second.places) == (None, False)
    assert [line["created_on"] for line in history_answer.lines(history([[*LABELS, "Créé le"], *rows]))] == [
        "2023-05-02", None
    ]  # fmt: skip


def test_the_day_of_creation_above_the_rates_is_that_of_the_establishment_printed_there() -> None:
    other = [ROWS[1][0], "00000001800028", *ROWS[1][2:]]
    above: list[list[layout.Cell]] = [["SIRET", "00000001800010"], ["Établissement créé le", "02/05/2023"], []]
    found = history([*above, list(LABELS), ROWS[0], other])
    assert [line.created_on for line in found.lines] == [date(2023, 5, 2), None]
    assert found.lines[0].places["created_on"] == "ligne 2, colonne 2"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([LABELS], "historique sans aucun taux"),
        ([[*LABELS, "Date de création"], [*ROWS[0], "22/11/2027"]], "date à venir"),
        ([LABELS, ["EXEMPLE", "1,23457E+13", *ROWS[0][2:]]], "abîmé par le tableur"),
        ([LABELS, [*ROWS[0][:7], "", *ROWS[0][8:]]], "Taux absent de la ligne"),
        ([LABELS, [*ROWS[0][:5], "", *ROWS[0][6:]]], "Date d'effet absent de la ligne"),
        ([LABELS, [*ROWS[0][:7], "4,46 % environ", *ROWS[0][8:]]], "n'est pas un nombre"),
    ],
)
def test_a_history_that_lacks_something_is_refused(rows: list[list[layout.Cell]], said: str) -> None:
    reading = read_files([("taux.csv", csv_bytes([list(row) for row in rows]))], TODAY)
    assert not reading.documents
    assert said in reading.faults[0].message
    assert "Historique des taux" in reading.faults[0].remedy


def test_rates_written_in_fractions_are_read_in_percent_and_an_unusual_one_is_told() -> None:
    rows: list[list[layout.Cell]] = [["0,0446" if cell == "4,46 %" else cell for cell in row] for row in ROWS]
    rows = [["0,0110" if cell == "1,10 %" else cell for cell in row] for row in rows]
    found = history([list(LABELS), *rows])
    assert [line.notified_percent for line in found.lines] == [Fraction("4.46"), Fraction("1.10")]
    assert [finding.code for finding in found.findings] == ["percent_as_fraction"]
    for rate, codes in (("30", []), ("30,01", ["unusual_rate"]), ("0,0346", ["unusual_rate"])):
        rows = [["1,10 %" if cell == "1,10 %" else rate if cell == "4,46 %" else cell for cell in row] for row in ROWS]
        found = history([list(LABELS), *rows])
        assert [finding.code for finding in found.findings] == codes
