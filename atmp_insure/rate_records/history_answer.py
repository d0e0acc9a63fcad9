"""Answer of `atmp records read` about a rate history, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from atmp_insure.rate_records.plain_values import day_text, number_text, percent_text

if TYPE_CHECKING:
    from atmp_insure.rate_records.rate_history import NotifiedRate, RateHistory


def fields(history: RateHistory) -> dict[str, Any]:
    """What the whole list says."""
    years = sorted({line.rate_year for line in history.lines})
    return {"company": history.establishment.company, "rate_years": years, "rates": len(history.lines)}


def lines(history: RateHistory) -> list[dict[str, Any]]:
    """Its lines, with the keys of sheets."""
    return [_line(line) for line in history.lines]


def _line(line: NotifiedRate) -> dict[str, Any]:
    place = line.establishment
    return {
        "siret": place.siret,
        "section": place.section,
        "risk_code": place.risk_code,
        "support_staff": place.support_staff,
        "ctn": place.ctn,
        "fund": place.fund,
        "rate_year": line.rate_year,
        "effective_on": day_text(line.effective_on),
        "notified_on": day_text(line.notified_on),
        "notified_percent": percent_text(line.notified_percent),
        "section_headcount": number_text(line.section_headcount),
        "company_headcount": number_text(line.company_headcount),
        "mode": None if line.mode is None else line.mode.value,
        "created_on": day_text(line.created_on),
        "place": line.place,
        "places": dict(line.places),
    }
