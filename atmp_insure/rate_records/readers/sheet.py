"""A grid as a calculation sheet (feuille de calcul du taux)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records import notation
from atmp_insure.rate_records.documents import CalculationSheet, Finding, PrintedAmount, PrintedRates, Severity
from atmp_insure.rate_records.labels import NEEDED_FIELDS, SHEET_FIELDS
from atmp_insure.rate_records.readers.label_value import labelled_texts, not_understood
from atmp_insure.rate_records.readers.transcription import Transcription, establishment
from atmp_insure.rate_records.readers.yearly_block import yearly_block
from atmp_insure.rate_records.wording import euros_fr, percent_fr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from atmp_insure.rate_records.readers.grid import Grid, LocatedText
    from atmp_insure.rate_records.readers.source import Source
    from atmp_insure.rate_records.readers.yearly_block import YearlyBlock
    from atmp_insure.regulation.vocabulary import CostCategory

FEWEST_KNOWN_LABELS = 4
HIGHEST_USUAL_PERCENT = 30
LOWEST_USUAL_WAGES_EUR = 1000


def is_sheet(grid: Grid) -> bool:
    """Whether a grid prints enough of the labels of a calculation sheet."""
    texts, _ = labelled_texts(grid, grid.rows, SHEET_FIELDS, [])
    return len(texts) >= FEWEST_KNOWN_LABELS


def read_sheet(grid: Grid, source: Source) -> CalculationSheet:
    """The sheet that a grid holds, every value with its place.

    Raises:
        InvalidInput: a needed value is missing, one is printed twice with two values, or cells cannot be read.
    """
    faults: list[Fault] = []
    block = yearly_block(grid, faults)
    texts, unknown = labelled_texts(grid, block.other_rows, SHEET_FIELDS, faults)
    cells = Transcription(texts, SHEET_FIELDS, faults)
    day = partial(notation.day, today=source.today)
    rate_year, siret, notified = _needed(cells)
    sheet = CalculationSheet(
        file=source.file,
        sha256=source.sha256,
        establishment=establishment(cells, siret),
        year=rate_year,
        rate_year=rate_year,
        notified_percent=notified,
        effective_on=cells.value("effective_on", day),
        notified_on=cells.value("notified_on", day),
        section_headcount=cells.value("section_headcount", notation.headcount),
        company_headcount=cells.value("company_headcount", notation.headcount),
        mode=cells.value("mode", notation.mode),
        wages_by_year=_amounts(cells, block, "wages"),
        wages_total=_total(cells, block, "wages"),
        risk_value_by_year=_amounts(cells, block, "risk_value"),
        risk_value_total=_total(cells, block, "risk_value"),
        claims_by_category=_claims(cells, block),
        average_costs_eur=_average_costs(cells, block),
        printed=_printed_rates(cells),
        places=cells.places,
        ignored=tuple(not_understood(unknown)),
    )
    if faults:
        raise InvalidInput(faults)
    return replace(sheet, findings=tuple(_unusual(sheet)))


def _unusual(sheet: CalculationSheet) -> Iterator[Finding]:
    """Values that no paper should print: a decimal mark or a unit was perhaps misread."""
    if sheet.notified_percent > HIGHEST_USUAL_PERCENT:
        said = f"Le taux notifié lu est de {percent_fr(sheet.notified_percent)}, valeur inhabituelle."
        yield Finding(Severity.WARNING, "unusual_rate", said, sheet.places["notified_percent"])
    for year, amount in sheet.wages_by_year.items():
        if amount < LOWEST_USUAL_WAGES_EUR:
            said = f"Les salaires de {year} lus sont de {euros_fr(amount)}, valeur inhabituelle pour une année."
            yield Finding(Severity.WARNING, "unusual_wages", said, sheet.places[f"wages_by_year.{year}"])


def _needed(cells: Transcription) -> tuple[int, str, Fraction]:
    """Rate year, SIRET and notified rate, without which a sheet says nothing; every one that is missing is told."""
    rate_year = cells.value("rate_year", notation.year)
    siret = cells.value("siret", notation.siret)
    notified = cells.value("notified_percent", notation.rate)
    cells.faults += [
        Fault(
            f"« {SHEET_FIELDS.label_fr(name)} » absent de la feuille de calcul",
            f"L'ajouter, sous l'un de ces libellés : {', '.join(SHEET_FIELDS.by_name[name].aliases)}",
        )
        for name in NEEDED_FIELDS
        if name not in cells.texts or notation.is_blank(cells.texts[name].text)
    ]
    if rate_year is None or siret is None or notified is None:
        raise InvalidInput(cells.faults)
    return rate_year, siret, notified


def _printed_rates(cells: Transcription) -> PrintedRates:
    rate = notation.rate
    return PrintedRates(
        gross_percent=cells.value("gross_percent", rate),
        m1=cells.value("m1", rate),
        m2=cells.value("m2", _m2),
        m3=cells.value("m3", rate),
        m4=cells.value("m4", rate),
        net_individual_percent=cells.value("net_individual_percent", rate),
        own_share=cells.value("own_share", notation.share),
        collective_share=cells.value("collective_share", notation.share),
        collective_percent=cells.value("collective_percent", rate),
        calculated_percent=cells.value("calculated_percent", rate),
        previous_percent=cells.value("previous_percent", rate),
        limit_low_percent=cells.value("limit_low_percent", rate),
        limit_high_percent=cells.value("limit_high_percent", rate),
    )


def _m2(text: str) -> Fraction:
    """M2 is in percent of (gross rate + M1): `52 %`, or the fraction `0,52`."""
    value = notation.percent(text)
    return value if "%" in text or value > 1 else value * notation.HUNDRED


def _amounts(cells: Transcription, block: YearlyBlock, name: str) -> dict[int, Fraction]:
    found = {}
    for year, located in block.by_year[name].items():
        amount = cells.read(located, notation.positive_euros, f"{name}_by_year.{year}", SHEET_FIELDS.label_fr(name))
        if amount is not None:
            found[year] = amount
    return found


def _total(cells: Transcription, block: YearlyBlock, name: str) -> PrintedAmount | None:
    """The total of the three years, in the block or beside a label of its own."""
    located: LocatedText | None = block.totals.get(name, cells.texts.get(name))
    if located is None:
        return None
    amount = cells.read(located, notation.positive_euros, f"{name}_total", SHEET_FIELDS.label_fr(name))
    return None if amount is None else PrintedAmount(amount, located.place)


def _claims(cells: Transcription, block: YearlyBlock) -> dict[CostCategory, dict[int, int]]:
    found: dict[CostCategory, dict[int, int]] = {}
    for category, by_year in block.counts.items():
        for year, located in by_year.items():
            name = f"claims_by_category.{category}.{year}"
            count = cells.read(located, notation.whole_number, name, f"Nombre de {category}")
            found.setdefault(category, {})[year] = count or 0
    return found


def _average_costs(cells: Transcription, block: YearlyBlock) -> dict[CostCategory, Fraction]:
    found = {}
    for category, located in block.unit_costs.items():
        cost = cells.read(located, notation.positive_euros, f"average_costs_eur.{category}", f"Coût moyen {category}")
        if cost is not None:
            found[category] = cost
    return found
