"""Answers of `atmp rating` for a person at a terminal: tables in French, aligned, with the article of each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.french import french_euros, french_number, french_percent, french_points
from atmp_insure.rating.trace import Unit
from atmp_insure.regulation.vocabulary import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.rating.change import RateChange
    from atmp_insure.rating.impact import Impact
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.rating.trace import Quantity, Step


def rate_text(result: YearRate) -> str:
    """A rate with its steps."""
    lines = [
        f"Taux {result.rate_year} : {french_percent(result.rate_percent)}  (tarification {result.mode.label})",
        "",
        *(_step_line(step) for step in result.trace),
        *_assumption_lines(result.assumptions),
    ]
    return "\n".join(lines)


def impact_text(result: Impact) -> str:
    """The comparison year by year, with totals and each claim's part."""
    rows = [("Année", "Avec", "Sans", "Écart", "Salaires cotisés", "Surcotisation", "Franchise", "Indemnité")]
    rows += [
        (
            str(year.rate_year),
            french_percent(year.with_claims.rate_percent),
            french_percent(year.without_claims.rate_percent),
            french_points(year.excess_points),
            french_euros(year.contribution_wages_eur),
            french_euros(year.excess_eur),
            french_euros(year.deductible_eur),
            french_euros(year.indemnity_eur),
        )
        for year in result.years
    ]
    rows.append(
        (
            "Total",
            "",
            "",
            french_points(result.total_excess_points),
            "",
            french_euros(result.total_excess_eur),
            "",
            french_euros(result.total_indemnity_eur),
        )
    )
    lines = table(rows)
    if result.met_in is not None:
        lines.append(f"Les deux chaînes se rejoignent en {result.met_in}.")
    if len(result.by_claim) > 1:
        parts = [
            (ref, french_euros(part.excess_eur), french_euros(part.indemnity_eur))
            for ref, part in result.by_claim.items()
        ]
        lines += ["", *table([("Sinistre", "Surcotisation", "Indemnité"), *parts])]
    return "\n".join([*lines, *_assumption_lines(result.assumptions)])


def change_text(change: RateChange) -> str:
    """The parts of a change, one sentence each."""
    before, after = change.before, change.after
    head = (
        f"Taux {before.rate_year} : {french_percent(before.rate_percent)}  →  "
        f"taux {after.rate_year} : {french_percent(after.rate_percent)}"
    )
    said = tuple(dict.fromkeys((*before.assumptions, *after.assumptions)))
    return "\n".join([head, "", *(f"  {part.sentence_fr}" for part in change.parts), *_assumption_lines(said)])


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows aligned on the right but for the first column, a rule under the header."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return [lines[0], "─" * (sum(widths) + 2 * (len(widths) - 1)), *lines[1:]]


def french_quantity(quantity: Quantity) -> str:
    """A quantity of a trace as a French reader expects it."""
    value, unit = quantity
    if isinstance(value, str):
        return Mode(value).label if value in tuple(Mode) else value
    match unit:
        case Unit.EUR:
            return french_euros(value)
        case Unit.NOTIFIED_PERCENT:
            return french_percent(value)
        case Unit.PERCENT:
            return french_percent(value, 6)
        case _:
            return french_number(value, 6)


def _step_line(step: Step) -> str:
    return f"  {step.label_fr}\n      = {french_quantity(step.value)}   [{step.source}]"


def _assumption_lines(assumptions: Sequence[str]) -> list[str]:
    return ["", "Hypothèses :", *(f"  • {assumption}" for assumption in assumptions)] if assumptions else []
