"""A grid as a calculation sheet (feuille de calcul du taux)."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records import code_notation, notation
from atmp_insure.rate_records.documents import CalculationSheet, Finding, PrintedAmount, PrintedRates, Severity
from atmp_insure.rate_records.labels import normal_label
from atmp_insure.rate_records.readers.account_table import refuse_before_reform
from atmp_insure.rate_records.readers.grid import LocatedText
from atmp_insure.rate_records.readers.label_value import labelled_texts, not_understood
from atmp_insure.rate_records.readers.transcription import Transcription, establishment
from atmp_insure.rate_records.readers.yearly_block import yearly_block
from atmp_insure.rate_records.sheet_labels import NEEDED_FIELDS, SHEET_FIELDS
from atmp_insure.rate_records.wording import euros_fr, percent_fr
from atmp_insure.rating.unit import triennium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from fractions import Fraction

    from atmp_insure.rate_records.labels import Labels
    from atmp_insure.rate_records.readers.grid import Grid
    from atmp_insure.rate_records.readers.source import Context, Source
    from atmp_insure.rate_records.readers.yearly_block import YearlyBlock
    from atmp_insure.regulation.vocabulary import CostCategory, Mode

FEWEST_KNOWN_LABELS = 4
MOST_ROWS = 5000  # a sheet is a page or two
HIGHEST_USUAL_PERCENT = 30
LOWEST_USUAL_WAGES_EUR = 1000
_RATES = (
    "notified_percent", "gross_percent", "m1", "m3", "m4", "net_individual_percent", "collective_percent",
    "calculated_percent", "previous_percent", "limit_low_percent", "limit_high_percent",
)  # fmt: skip
_TITLE_WITH_YEAR = re.compile(
    r"(?:feuille de calcul|taux|tarification|exercice|notification)\D{0,80}((?:19|20)[0-9]{2})",
    re.ASCII | re.IGNORECASE,
)


def is_sheet(grid: Grid, _context: Context) -> bool:
    """Whether a grid prints enough of the labels of a calculation sheet, one of them a step or the rate itself."""
    if len(grid.rows) > MOST_ROWS:
        return False
    texts, _ = labelled_texts(grid, grid.rows, SHEET_FIELDS, [])
    return len(texts) >= FEWEST_KNOWN_LABELS


def read_sheet(grid: Grid, source: Source) -> CalculationSheet:
    """The sheet that a grid holds, every value with its place.

    Raises:
        InvalidInput: a needed value is missing, one is printed twice with two values, or cells cannot be read.
    """
    faults: list[Fault] = []
    refuse_before_reform(grid)
    block = yearly_block(grid, faults)
    texts, unknown = labelled_texts(grid, block.other_rows, SHEET_FIELDS, faults)
    unknown = _year_in_a_title(texts, unknown)
    factor = notation.rates_factor(texts[name].text for name in _RATES if name in texts)
    cells = SheetCells(texts, SHEET_FIELDS, faults, factor)
    day = partial(notation.day, today=source.today)
    rate_year, siret, notified = _needed(cells, source.today)
    faults += _wrong_year_faults(rate_year, block)
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
        mode=cells.value("mode", _mode),
        wages_by_year=_amounts(cells, block, "wages"),
        wages_total=_total(cells, block, "wages"),
        risk_value_by_year=_amounts(cells, block, "risk_value"),
        risk_value_total=_total(cells, block, "risk_value"),
        claims_by_category=_claims(cells, block),
        average_costs_eur=_average_costs(cells, block),
        printed=_printed_rates(cells),
        **_establishments(cells, siret, source.today),
        places=cells.places,
        ignored=tuple(not_understood(unknown)),
        to_review=grid.rebuilt,
    )
    if faults:
        raise InvalidInput(faults)
    return replace(sheet, findings=(*_as_fractions(sheet, factor), *_unusual(sheet)))


class SheetCells(Transcription):
    """The values of a sheet; its rates are written in percent, or all of them in fractions."""

    def __init__(self, texts: dict[str, LocatedText], labels: Labels, faults: list[Fault], factor: int) -> None:
        """Start on the texts of a sheet; `factor` turns its rates into percent."""
        super().__init__(texts, labels, faults)
        self._factor = factor

    def rate(self, name: str) -> Fraction | None:
        """A rate, in percent."""
        value = self.value(name, notation.rate)
        return None if value is None else value * self._factor


def _year_in_a_title(texts: dict[str, LocatedText], unknown: list[LocatedText]) -> list[LocatedText]:
    """Take the rate year from a title (`Feuille de calcul du taux 2026`) when no label gives it; one year only."""
    if "rate_year" in texts:
        return unknown
    titles = {match[1]: cell for cell in unknown if (match := _TITLE_WITH_YEAR.fullmatch(cell.text.strip()))}
    if len(titles) != 1:
        return unknown
    (year, title), *_ = titles.items()
    texts["rate_year"] = LocatedText(year, title.place)
    return [cell for cell in unknown if cell is not title]


def _wrong_year_faults(rate_year: int, block: YearlyBlock) -> Iterator[Fault]:
    """Columns of years that are not the three before the last: the sheet of another year, or a year misread."""
    right = triennium(rate_year)
    printed = sorted({(year, cell.place) for row in block.cells() for year, cell in row.items()})
    if {year for year, _ in printed} >= {*right}:
        return  # the three right years and one more are legible: `sheet_checks` tells the one that should not count
    for year, place in printed:
        if year not in right:
            said = f"l'année {year} n'entre pas dans le taux {rate_year}, calculé sur {right[0]} à {right[-1]}"
            yield Fault(said, "Vérifier l'année de tarification et les années de la période triennale", place)
            return


def _as_fractions(sheet: CalculationSheet, factor: int) -> Iterator[Finding]:
    if factor != 1:
        said = "Les taux de cette feuille sont écrits en fractions : 0,0345 y est lu 3,45 %."
        yield Finding(Severity.INFORMATION, "percent_as_fraction", said, sheet.places["notified_percent"])


def _unusual(sheet: CalculationSheet) -> Iterator[Finding]:
    """Values that no paper should print: a decimal mark or a unit was perhaps misread."""
    if sheet.notified_percent > HIGHEST_USUAL_PERCENT:
        said = f"Le taux notifié lu est de {percent_fr(sheet.notified_percent)}, valeur inhabituelle."
        yield Finding(Severity.WARNING, "unusual_rate", said, sheet.places["notified_percent"])
    for year, amount in sheet.wages_by_year.items():
        if amount < LOWEST_USUAL_WAGES_EUR:
            said = f"Les salaires de {year} lus sont de {euros_fr(amount)}, valeur inhabituelle pour une année."
            yield Finding(Severity.WARNING, "unusual_wages", said, sheet.places[f"wages_by_year.{year}"])


def _needed(cells: SheetCells, today: date) -> tuple[int, str, Fraction]:
    """Rate year, SIRET and notified rate, without which a sheet says nothing; every one that is missing is told."""
    rate_year = cells.value("rate_year", partial(notation.rate_year, today=today))
    siret = cells.value("siret", code_notation.siret)
    notified = cells.rate("notified_percent")
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


def _establishments(cells: SheetCells, siret: str, today: date) -> dict[str, Any]:
    """What the sheet says of its establishments: when this one was created, and which others share one single rate."""
    named = cells.value("single_rate_sirets", partial(_sirets, siren_from=siret)) or ()
    mode = cells.texts.get("mode")
    marked = cells.value("single_rate", _marks_single_rate) or (mode is not None and _names_single_rate(mode.text))
    return {
        "created_on": cells.value("created_on", partial(notation.past_day, today=today)),
        "single_rate": bool(marked) or len({siret, *named}) > 1,
        "single_rate_sirets": named,
    }


def _marks_single_rate(text: str) -> bool:
    """Whether the value beside "Taux unique" says that it is one: anything but a no, the rate itself often."""
    return normal_label(text).split()[:1] not in (["non"], ["n"], ["0"], ["sans"], ["aucun"])


def _names_single_rate(text: str) -> bool:
    return "taux unique" in normal_label(text)


def _mode(text: str) -> Mode | None:
    """The mode; "taux unique" alone names none."""
    return None if normal_label(text) == "taux unique" else code_notation.mode(text)


def _sirets(text: str, siren_from: str) -> tuple[str, ...]:
    """The SIRETs, or the NICs after the SIREN of the sheet, that one cell lists."""
    parts = re.split(r"[,;/+]| et ", text)
    return tuple(dict.fromkeys(code_notation.siret(part, siren_from) for part in parts if part.strip()))


def _printed_rates(cells: SheetCells) -> PrintedRates:
    return PrintedRates(
        m2=cells.value("m2", _m2),
        own_share=cells.value("own_share", notation.share),
        collective_share=cells.value("collective_share", notation.share),
        **{name: cells.rate(name) for name in _RATES if name != "notified_percent"},
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
