"""The three yearly schedules: average costs, surcharges, collective rates; cell by cell, each with its citation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.regulation.law import SURCHARGE_NAMES, CollectiveRate
from atmp_insure.regulation.values import Sourced
from atmp_insure.regulation.vocabulary import NATIONAL_COMMITTEES, SCHEDULE_COLUMNS, Activity, normal_risk_code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from atmp_insure.regulation.readers.dated_file import DatedFile

PUBLISHED_FACTS = ("average_net_rate", "floor_rate_published")
SPECIAL_COMMITTEES = ("D242-6-22", "SUPPORT")  # worker categories outside the CTNs; support functions outside BTP


def read_average_costs(
    file: DatedFile, rate_year: int
) -> Iterator[tuple[tuple[int, str, Activity, str], Sourced[Fraction], str]]:
    """Every known cell of a year's schedule of average costs: key, cost in euros, place."""
    for entry in file.entries:
        for row in entry.table("ctn", "activity", optional=SCHEDULE_COLUMNS):
            ctn = row["ctn"].word(NATIONAL_COMMITTEES)
            activity = Activity(row["activity"].word(member.value for member in Activity))
            for column in SCHEDULE_COLUMNS:
                if column in row.cells and not row[column].is_blank:
                    cost_eur = row[column].number()
                    if cost_eur < 0:
                        raise row[column].refuse("coût négatif", "Écrire un montant positif")
                    yield (rate_year, ctn, activity, column), Sourced(cost_eur, entry.citation), row.place


def read_surcharges(file: DatedFile, rate_year: int) -> Iterator[tuple[tuple[int, str], Sourced[Fraction], str]]:
    """The known surcharges of a year, and the facts published beside them."""
    for entry in file.entries:
        entry.expect(optional=(*SURCHARGE_NAMES, *PUBLISHED_FACTS))
        for name, cell in entry.payload.items():
            value = cell.number()
            if not 0 <= value <= 200:
                raise cell.refuse(f"« {cell.text} » hors de 0 à 200 %", "Écrire un pourcentage")
            yield (rate_year, name), Sourced(value, entry.citation), cell.place


def read_collective_rates(
    file: DatedFile, rate_year: int
) -> Iterator[tuple[tuple[int, str], Sourced[CollectiveRate], str]]:
    """The net collective rates of a year by risk code."""
    for entry in file.entries:
        for row in entry.table("risk_code", "ctn", "rate", "label"):
            code = normal_risk_code(row["risk_code"].text)
            if code is None:
                raise row["risk_code"].refuse(
                    f"« {row['risk_code'].text} » n'est pas un code risque", "Écrire par exemple 28.1AD"
                )
            ctn = row["ctn"].word((*NATIONAL_COMMITTEES, *SPECIAL_COMMITTEES))
            rate_percent = row["rate"].number()
            if not 0 <= rate_percent <= 200:  # fibre-cement stood above 100 % in 2016
                raise row["rate"].refuse(f"taux « {row['rate'].text} » hors de 0 à 200 %", "Écrire un pourcentage")
            yield (
                (rate_year, code),
                Sourced(CollectiveRate(rate_percent, ctn, row["label"].text), entry.citation),
                row.place,
            )
