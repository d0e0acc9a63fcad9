"""Values of the law that papers print and the tables lack, proposed for the office's overlay with the paper as source.

A value is proposed when every paper that prints it agrees. Disagreements between papers, and with the tables, are told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.kernel.french import french_number
from atmp_insure.kernel.rounding import plain_decimal
from atmp_insure.rate_records.wording import list_fr
from atmp_insure.rating.price_list import PriceList
from atmp_insure.regulation.law import SURCHARGE_NAMES, schedule_cell
from atmp_insure.regulation.schedule_value import ScheduleValue
from atmp_insure.regulation.values import Confidence
from atmp_insure.regulation.vocabulary import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from atmp_insure.rate_records.reconciliation import ReconciledRate, Reconciliation
    from atmp_insure.regulation.law import Law


class Learned(NamedTuple):
    """What papers teach.

    Attributes:
        proposed: values that the tables lack, on which all papers agree.
        disagreements: sentences, in French: papers that differ from each other or from the tables.
        known: number of printed values that the tables already hold.
    """

    proposed: tuple[ScheduleValue, ...]
    disagreements: tuple[str, ...]
    known: int


class _Seen(NamedTuple):
    """A value as one sheet prints it, and the one of the tables when there is one."""

    value: ScheduleValue
    table: Fraction | None


def learn(reconciliation: Reconciliation, law: Law) -> Learned:
    """The values printed on calculation sheets beside those of the tables.

    Source: yearly arrêtés, as the funds print them on calculation sheets.
    """
    seen: dict[tuple[object, ...], list[_Seen]] = {}
    for unit in reconciliation.units:
        for rate in unit.rates:
            for one in _printed_values(rate, law):
                key = (one.value.schedule, one.value.rate_year, *one.value.key)
                seen.setdefault(key, []).append(one)
    proposed, disagreements, known = [], [], 0
    for found in seen.values():
        printed = {one.value.value for one in found}
        table = found[0].table
        if len(printed) > 1 or (table is not None and table not in printed):
            disagreements.append(_disagreement(found))
        elif table is None:
            proposed.append(_with_all_sources(found))
        else:
            known += 1
    return Learned(tuple(proposed), tuple(disagreements), known)


def _printed_values(rate: ReconciledRate, law: Law) -> Iterator[_Seen]:
    if rate.question is None:
        return
    sheet, unit = rate.sheet, rate.question.unit
    year = sheet.rate_year

    def seen(schedule: str, key: tuple[str, ...], value: Fraction, table: Fraction | None, ctn: str = "") -> _Seen:
        printed = ScheduleValue(
            schedule=schedule, rate_year=year, effective_on=law.effective_on(year), key=key, value=value,
            text=plain_decimal(value), source=f"{sheet.title_fr} de l'établissement {sheet.establishment.siret}",
            confidence=Confidence.AS_PRINTED, ctn=ctn, place=sheet.file,
        )  # fmt: skip
        return _Seen(printed, table)

    for name in SURCHARGE_NAMES:
        value, cell = getattr(sheet.printed, name), law.find_surcharge(year, name)
        if value is not None:
            yield seen("surcharges", (name,), value, cell.value if cell else None)
    collective = sheet.printed.collective_percent
    if collective is not None and unit.risk_code is not None and unit.scope is Scope.GENERAL:
        rate_cell = law.find_collective_rate(year, unit.risk_code, unit.scope)
        table = rate_cell.value.rate_percent if rate_cell else None
        yield seen("collective_rates", (unit.risk_code,), collective, table, unit.ctn)
    activity, _ = PriceList(law, unit, year, {}).activity()
    for category, cost in sheet.average_costs_eur.items():
        row, column = schedule_cell(unit.ctn, activity, category, unit.scope)
        if row is not None:
            found = law.average_costs.get((year, unit.ctn, row, column))
            yield seen("average_costs", (unit.ctn, row.value, column), cost, found.value if found else None)


def _with_all_sources(found: list[_Seen]) -> ScheduleValue:
    sources = dict.fromkeys(one.value.source for one in found)
    return replace(found[0].value, source=" ; ".join(sources))


def _disagreement(found: list[_Seen]) -> str:
    first = found[0].value
    named = " ".join(part for part in first.key if part != "-")
    shown = list_fr([f"{french_number(one.value.value)} sur {one.value.place}" for one in found])
    table = "" if found[0].table is None else f" ; table {first.rate_year} : {french_number(found[0].table)}"
    return f"{first.schedule} {first.rate_year} {named} : {shown}{table}. Rien n'est proposé pour cette valeur."
