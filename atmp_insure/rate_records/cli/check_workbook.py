"""The answer of `records check` as a workbook: rates and their path, findings, over-contribution, one sheet a paper."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter

from atmp_insure.rate_records.labels import ACCOUNT_HEADER
from atmp_insure.rate_records.reconciliation import Status
from atmp_insure.rate_records.sheet_labels import SHEET_FIELDS
from atmp_insure.regulation.vocabulary import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")
_LONGEST_SHEET_NAME = 31  # what spreadsheets allow
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
RATE_COLUMNS = {
    "rate_year": "Taux", "notified": "Notifié (%)", "recomputed": "Recalculé (%)", "difference": "Écart (points)",
    "status": "Contrôle", "mode": "Tarification", "effective_on": "Date d'effet", "siret": "SIRET",
    "section": "Section", "file": "Document",
}  # fmt: skip
FINDING_COLUMNS = {
    "severity": "Gravité", "message_fr": "Constat", "estimated_saving_eur": "Enjeu estimé (€)",
    "contest_before": "Dernier jour pour contester", "legal_basis": "Fondement", "file": "Document", "place": "Endroit",
    "code": "Code",
}  # fmt: skip
YEAR_COLUMNS = {
    "rate_year": "Taux", "with_percent": "Avec (%)", "without_percent": "Sans (%)", "excess_points": "Écart (points)",
    "contribution_wages_eur": "Masse salariale (€)", "excess_eur": "Surcotisation (€)",
}  # fmt: skip
BLOCKS = {"claims_by_category": "Nombre de sinistres", "average_costs_eur": "Coût moyen"}
SEVERITIES = {"error": "À examiner", "warning": "À vérifier", "information": "Pour information"}


def write_check_workbook(path: Path, check: Mapping[str, Any], documents: Iterable[Mapping[str, Any]]) -> None:
    """Write the workbook at once, or not at all.

    Args:
        check: answer of `records check`.
        documents: documents of the answer of `records read`.
    """
    half = path.with_name(f".{path.name}.part")
    try:
        with xlsxwriter.Workbook(half) as book:
            formats = {
                "title": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
                "amount": book.add_format({"num_format": "#,##0.00"}),
                "text": book.add_format({"text_wrap": True, "valign": "top"}),
            }
            _rates(book, formats, check)
            findings = [one | {"severity": SEVERITIES[one["severity"]]} for one in check["findings"]]
            _table(book.add_worksheet("Constats"), formats, FINDING_COLUMNS, findings)
            _overcontributions(book, formats, check["overcontributions"])
            names: set[str] = set()
            for document in documents:
                _paper(book.add_worksheet(_sheet_name(document, names)), formats, document)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _rates(book: Workbook, formats: Mapping[str, Format], check: Mapping[str, Any]) -> None:
    page, rates = book.add_worksheet("Taux"), [_in_french(rate) for rate in check["rates"]]
    _table(page, formats, RATE_COLUMNS, rates)
    if not rates:
        return
    chart = book.add_chart({"type": "line"})
    last = len(rates)
    for column, name, dash in ((1, "Taux notifié", "solid"), (2, "Taux recalculé", "dash")):
        chart.add_series(
            {
                "name": name,
                "categories": ["Taux", 1, 0, last, 0],
                "values": ["Taux", 1, column, last, column],
                "line": {"color": "#1F3A5F" if dash == "solid" else "#808080", "dash_type": dash},
                "marker": {"type": "circle"},
            }
        )
    chart.set_title({"name": "Taux notifiés et recalculés (%)"})
    page.insert_chart(last + 3, 0, chart)


def _in_french(rate: Mapping[str, Any]) -> dict[str, Any]:
    mode = None if rate["mode"] is None else Mode(rate["mode"]).label
    return dict(rate) | {"status": Status(rate["status"]).label, "mode": mode}


def _overcontributions(book: Workbook, formats: Mapping[str, Format], costs: list[Mapping[str, Any]]) -> None:
    page = book.add_worksheet("Surcotisation")
    row = 0
    for one in costs:
        page.write_string(row, 0, f"Sinistre {', '.join(map(_claim_name, one['claims']))}", formats["title"])
        row = _table(page, formats, YEAR_COLUMNS, one["years"], first=row + 1) + 1


def _claim_name(claim: Mapping[str, Any]) -> str:
    charges = ", ".join(f"{line['category']} {line['account_year']}" for line in claim["lines"])
    return f"{claim['ref']} ({charges})"


def _paper(page: Worksheet, formats: Mapping[str, Format], document: Mapping[str, Any]) -> None:
    """Values of the paper with their places, then its lines as they were read."""
    page.write_row(0, 0, ["Valeur", "Lu", "Endroit"], formats["title"])
    page.set_column(0, 2, 28)
    places = document["places"]
    row = 1
    for name, value in _flat({"siret": document["siret"], "section": document["section"], **document["fields"]}):
        page.write_string(row, 0, _label(name))
        _write(page, row, 1, value, formats)
        page.write_string(row, 2, places.get(name, ""))
        row += 1
    if document["lines"]:
        columns = {name: name for name in document["lines"][0] if name != "places"}
        _table(page, formats, columns, document["lines"], first=row + 1)


def _label(name: str) -> str:
    """The French label of a value, its year or category kept: `wages_by_year.2022` → `Salaires 2022`."""
    base, _, part = name.partition(".")
    if base in BLOCKS:
        return f"{BLOCKS[base]} {part.replace('.', ' ')}"
    stem = base.removesuffix("_by_year").removesuffix("_total_eur").removesuffix("_eur")
    for labels in (SHEET_FIELDS, ACCOUNT_HEADER):
        if stem in labels.by_name:
            return f"{labels.label_fr(stem)} {part.replace('.', ' ')}".strip()
    return name


def _flat(values: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        elif value is not None:
            yield f"{above}{name}", ", ".join(map(str, value)) if isinstance(value, list) else value


def _table(
    page: Worksheet,
    formats: Mapping[str, Format],
    columns: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    *,
    first: int = 0,
) -> int:
    """Write a header and rows from a line on; give the line below."""
    page.write_row(first, 0, list(columns.values()), formats["title"])
    at = first
    for at, row in enumerate(rows, start=first + 1):
        for column, name in enumerate(columns):
            _write(page, at, column, row.get(name), formats)
    widths = {"message_fr": 90, "legal_basis": 34, "file": 34}
    for column, name in enumerate(columns):
        page.set_column(column, column, widths.get(name, 18))
    if first == 0:
        page.freeze_panes(1, 0)
    return at + 1


def _write(page: Worksheet, row: int, column: int, value: object, formats: Mapping[str, Format]) -> None:
    match value:
        case None:
            return
        case bool():
            page.write_string(row, column, "oui" if value else "non")
        case int():
            page.write_number(row, column, value)
        case str() if _AMOUNT.fullmatch(value):
            page.write_number(row, column, Decimal(value), formats["amount"])
        case _:
            page.write_string(row, column, str(value), formats["text"])  # never a formula, whatever a paper holds


def _sheet_name(document: Mapping[str, Any], taken: set[str]) -> str:
    """The file's name as a sheet can bear it, told apart from the others."""
    base = _FORBIDDEN.sub(" ", str(document["file"]).replace("\\", "/").rpartition("/")[2])
    name = base[:_LONGEST_SHEET_NAME].strip() or "document"
    number = 2
    while name.lower() in taken:
        ending = f" ({number})"
        name, number = base[: _LONGEST_SHEET_NAME - len(ending)] + ending, number + 1
    taken.add(name.lower())
    return name
