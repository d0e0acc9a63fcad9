"""The lines of an employer account: cells of one row as the cost of one claim."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.errors import Fault
from atmp_insure.rate_records import code_notation, notation
from atmp_insure.rate_records.documents import AccountLine, Claim, Finding, Severity
from atmp_insure.rate_records.labels import ACCOUNT_COLUMNS
from atmp_insure.rate_records.plain_values import number_text
from atmp_insure.rate_records.readers.transcription import Transcription, establishment
from atmp_insure.rate_records.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from fractions import Fraction

    from atmp_insure.rate_records.readers.account_table import AccountTable
    from atmp_insure.rate_records.readers.grid import Row

PERCENT_COLUMNS = ("ip_percent", "third_party_percent", "agency_percent", "user_percent")


class LineReader(NamedTuple):
    """Reads the lines of one account.

    Attributes:
        factors: what turns each column of percentages into percent: 1, or 100 for a column of fractions.
        year: account year of the header, for lines that do not print their own.
        siret: establishment of the header, for the same.
        faults: where faults are added.
    """

    table: AccountTable
    factors: Mapping[str, int]
    year: int | None
    siret: str | None
    today: date
    faults: list[Fault]

    def lines(self) -> dict[int, AccountLine]:
        """All the lines that can be read, by number of their row; the others have left a fault."""
        known: dict[tuple[str, str], Any] = {}
        read = ((row.number, self._line(row, known)) for row in self.table.lines)
        return {number: line for number, line in read if line is not None}

    def _line(self, row: Row, known: dict[tuple[str, str], Any]) -> AccountLine | None:
        cells = Transcription(self.table.texts(row), ACCOUNT_COLUMNS, self.faults, known)
        place, told = self.table.grid.row_place(row), len(self.faults)
        year = cells.value("account_year", partial(notation.account_year, today=self.today))
        siret = self._siret(cells)
        year, siret = year if year is not None else self.year, siret if siret is not None else self.siret
        if year is None or siret is None:
            missing = "Exercice" if year is None else "SIRET"
            if len(self.faults) == told:  # an illegible cell is already told
                self.faults.append(Fault(f"{missing} absent, de la ligne comme de l'en-tête", "Le compléter", place))
            return None
        return AccountLine(
            place=place,
            places=cells.places,
            account_year=year,
            establishment=establishment(cells, siret),
            claim=self._claim(cells),
            it_category=cells.value("it_category", code_notation.temporary_category),
            it_cost_eur=cells.value("it_cost_eur", notation.positive_euros),
            ip_notified_on=cells.value("ip_notified_on", partial(notation.day, today=self.today)),
            ip_percent=self._percent(cells, "ip_percent"),
            ip_category=cells.value("ip_category", code_notation.permanent_category),
            ip_cost_eur=cells.value("ip_cost_eur", notation.positive_euros),
            third_party_percent=self._percent(cells, "third_party_percent"),
            agency_percent=self._percent(cells, "agency_percent"),
            user_percent=self._percent(cells, "user_percent"),
            value_eur=cells.value("value_eur", notation.euros),
            special_account=self._is_special(cells),
        )

    def _is_special(self, cells: Transcription) -> bool:
        """Whether the line is marked for the special account, in a column of its own or beside its nature."""
        marked = cells.value("special_account", code_notation.marks_special_account)
        nature = cells.texts.get("nature")
        return bool(marked) or (nature is not None and code_notation.names_special_account(nature.text))

    def _claim(self, cells: Transcription) -> Claim:
        return Claim(
            claim_number=cells.value("claim_number", notation.words),
            nir=cells.value("nir", notation.words),
            last_name=cells.value("last_name", notation.words),
            first_name=cells.value("first_name", notation.words),
            nature=cells.value("nature", code_notation.nature),
            occurred_on=cells.value("occurred_on", partial(notation.past_day, today=self.today)),
            notified_on=cells.value("notified_on", partial(notation.day, today=self.today)),
            absence_days=cells.value("absence_days", notation.whole_number),
        )

    def _siret(self, cells: Transcription) -> str | None:
        """The SIRET of the line: its own column, else the one of NIC, which may follow the SIREN of the header."""
        read = partial(code_notation.siret, siren_from=self.siret)
        siret, nic = cells.value("siret", read), cells.value("nic", read)
        if siret is not None and nic is not None and siret != nic:
            said = f"le SIRET {siret} n'est pas celui du NIC ({nic})"
            self.faults.append(Fault(said, "Vérifier dans le document d'origine", cells.places["nic"]))
        return siret if siret is not None else nic

    def _percent(self, cells: Transcription, name: str) -> Fraction | None:
        value = cells.value(name, notation.percent)
        return None if value is None else value * self.factors[name]


def percent_factors(table: AccountTable) -> dict[str, int]:
    """What turns each column of percentages into percent: 100 for a column written in fractions (`0,08`), else 1."""
    return {name: 100 if notation.column_is_in_fractions(table.column(name)) else 1 for name in PERCENT_COLUMNS}


def fraction_findings(table: AccountTable, factors: Mapping[str, int]) -> Iterator[Finding]:
    """Columns read as fractions: the decision is shown."""
    for name, factor in factors.items():
        if factor != 1:
            said = f"La colonne « {ACCOUNT_COLUMNS.label_fr(name)} » est écrite en fractions : 0,08 y est lu 8 %."
            yield Finding(Severity.INFORMATION, "percent_as_fraction", said, table.grid.row_place(table.header))


def percent_findings(lines: Iterable[AccountLine]) -> Iterator[Finding]:
    """Percentages above 100: their meaning is not known, nothing is computed with them."""
    for line in lines:
        for name in PERCENT_COLUMNS:
            value = getattr(line, name)
            if value is not None and value > notation.HUNDRED:
                label = ACCOUNT_COLUMNS.label_fr(name)
                said = (
                    f"« {label} » vaut {number_text(value)} %, sans signification connue : "
                    "à faire préciser par la caisse."
                )
                yield Finding(Severity.WARNING, "percent_over_100", said, line.places[name])
