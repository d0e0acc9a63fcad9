"""Months of payroll declarations (DSN) put together: the last version of each month, years of wages and headcount.

Source: cahier technique de la DSN, blocs S20.G00.05 (annule et remplace, fractions); art. R.130-1 CSS (headcount).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.rounding import Rounding, RoundingMode
from atmp_insure.rate_records.payroll_declaration import CANCELLED_STOPPAGE, DeclarationType
from atmp_insure.rate_records.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from atmp_insure.rate_records.payroll_declaration import PayrollDeclaration, SectionMonth, Stoppage

_MONTHS = range(1, 13)
_KEPT = Rounding(RoundingMode.DOWN, 2)  # R. 130-1 II: two decimals, the rest dropped


class PayrollYear(NamedTuple):
    """Wages and staff of one section over a calendar year.

    Attributes:
        missing_months: months without declaration, or with a part of it only: the year is not complete.
        headcount: mean of the presence of the months with staff, two decimals.
        full_time_headcount: the same in proportion to the working time (R. 130-1).
        applied_percents: the rates applied, with the months of each.
    """

    siret: str
    risk_code: str | None
    support_staff: bool
    year: int
    payroll_eur: Fraction
    months: tuple[int, ...]
    missing_months: tuple[int, ...]
    headcount: Fraction
    full_time_headcount: Fraction
    applied_percents: dict[Fraction, tuple[int, ...]]


def kept_declarations(declarations: Iterable[PayrollDeclaration]) -> tuple[PayrollDeclaration, ...]:
    """The declarations that stand: the last version of each month and part, without those that were cancelled.

    Source: cahier technique de la DSN, S20.G00.05.002, .003, .004 and .007.
    """
    versions: dict[tuple[object, ...], list[PayrollDeclaration]] = {}
    for one in declarations:
        versions.setdefault(_identity(one), []).append(one)
    kept = []
    for same in versions.values():
        last = max(enumerate(same), key=lambda pair: (pair[1].envelope.order, _written(pair[1]), pair[0]))[1]
        if last.envelope.type is not DeclarationType.CANCELS:
            kept.append(last)
    return tuple(kept)


def _identity(one: PayrollDeclaration) -> tuple[object, ...]:
    """What two versions of one declaration share; declarations without a month, or of events, are each their own."""
    if one.month is None or not one.is_monthly:
        return (one.file, one.sha256, id(one))
    return (one.establishment.siret, one.month, one.envelope.fraction)


def _written(one: PayrollDeclaration) -> str:
    return str(one.envelope.written_on or "")


def payroll_years(declarations: Iterable[PayrollDeclaration]) -> tuple[PayrollYear, ...]:
    """Wages and headcount of each section and calendar year.

    Source: input-formats 4; art. R.130-1 CSS.
    """
    months: dict[tuple[str, str | None, bool, int], dict[int, list[SectionMonth]]] = {}
    declared: dict[tuple[str, int], dict[int, set[str]]] = {}
    for one in kept_declarations(declarations):
        if one.month is None or not one.is_monthly:
            continue
        siret, year = one.establishment.siret, one.month.year
        declared.setdefault((siret, year), {}).setdefault(one.month.month, set()).add(one.envelope.fraction)
        for section in one.sections:
            key = (siret, section.risk_code, section.support_staff, year)
            months.setdefault(key, {}).setdefault(one.month.month, []).append(section)
    return tuple(
        _year(key, by_month, declared[key[0], key[3]])
        for key, by_month in sorted(months.items(), key=lambda item: (item[0][0], item[0][3], str(item[0][1])))
    )


def _year(
    key: tuple[str, str | None, bool, int], by_month: dict[int, list[SectionMonth]], declared: dict[int, set[str]]
) -> PayrollYear:
    siret, risk_code, support_staff, year = key
    presences = {month: _sum(part.presence for part in parts) for month, parts in by_month.items()}
    full_time = [_sum(part.full_time_presence for part in parts) for parts in by_month.values()]
    applied: dict[Fraction, list[int]] = {}
    for month, parts in sorted(by_month.items()):
        for rate in dict.fromkeys(rate for part in parts for rate in part.applied_percents):
            applied.setdefault(rate, []).append(month)
    return PayrollYear(
        siret=siret,
        risk_code=risk_code,
        support_staff=support_staff,
        year=year,
        payroll_eur=_sum(part.payroll_eur for parts in by_month.values() for part in parts),
        months=tuple(sorted(declared)),
        missing_months=tuple(month for month in _MONTHS if not _is_complete(declared.get(month, set()))),
        headcount=_mean(list(presences.values())),
        full_time_headcount=_mean(full_time),
        applied_percents={rate: tuple(found) for rate, found in applied.items()},
    )


def _is_complete(fractions: set[str]) -> bool:
    """Whether a month is declared with all its parts: `11`, or `12` and `22`."""
    return any({f"{part}{count}" for part in range(1, count + 1)} <= fractions for count in range(1, 10))


def _mean(presences: Sequence[Fraction]) -> Fraction:
    """Mean over the months with staff: a month without any is left out (R. 130-1)."""
    staffed = [presence for presence in presences if presence]
    return _KEPT.apply(_sum(staffed) / len(staffed)) if staffed else Fraction(0)


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))


def distinct_stoppages(
    declarations: Iterable[PayrollDeclaration], reasons: Sequence[str]
) -> tuple[tuple[Stoppage, ...], ...]:
    """The stoppages with one of some reasons, each with its extensions: one that starts within another goes on with it.

    Source: input-formats 4 (frequency).
    """
    kept = list(kept_declarations(declarations))
    found = {
        (one.person, one.last_day_worked, one.expected_end, one.back_on): one
        for declaration in kept
        for one in declaration.stoppages
        if one.reason in reasons and one.last_day_worked is not None
    }
    cancelled = {
        (one.person, one.last_day_worked)
        for declaration in kept
        for one in declaration.stoppages
        if one.reason == CANCELLED_STOPPAGE
    }
    groups: list[list[Stoppage]] = []
    for stoppage in sorted(found.values(), key=lambda one: (one.person, str(one.last_day_worked))):
        if (stoppage.person, stoppage.last_day_worked) in cancelled:
            continue
        last = groups[-1] if groups else []
        if last and last[0].person == stoppage.person and _goes_on(last, stoppage):
            last.append(stoppage)
        else:
            groups.append([stoppage])
    return tuple(tuple(group) for group in groups)


def _goes_on(group: Sequence[Stoppage], following: Stoppage) -> bool:
    ends = [end for one in group if (end := _end(one)) is not None]
    if not ends:
        return True  # nothing says that it has ended
    return following.last_day_worked is not None and following.last_day_worked <= max(ends)


def _end(stoppage: Stoppage) -> date | None:
    return stoppage.back_on or stoppage.expected_end
