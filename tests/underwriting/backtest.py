"""Frequencies against the accounts of a portfolio: `python -m tests.underwriting.backtest`, after `atmp demo`.

The portfolio is invented: what this shows is that the method runs on real papers from end to end and that its figures
are of the right size, not that they are right. An office runs it on its own data folder (`ATMP_DATA_DIR`).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.db.actor import system
from atmp_insure.guarantees.vocabulary import Cause
from atmp_insure.installation import open_installation
from atmp_insure.parties.models import Company
from atmp_insure.rate_records import queries
from atmp_insure.rate_records.loader import open_office
from atmp_insure.rate_records.saved_mappings import installed_mappings
from atmp_insure.settings import read_settings
from atmp_insure.underwriting.exposure import exposure
from atmp_insure.underwriting.frequency import FrequencyQuestion, frequencies
from atmp_insure.underwriting.loader import installed_pricing_bases
from atmp_insure.underwriting.statistics import Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.underwriting.exposure import SectionExposure


def sections() -> Iterator[SectionExposure]:
    """The insurable sections of every company of the installation."""
    settings = read_settings()
    database = open_installation(settings, {})
    office = open_office(settings.config_overlay, database.key_ring, installed_mappings())
    with database.reading(system("backtest")) as session:
        for company_id in session.scalars(select(Company.id).order_by(Company.id)):
            units = office.units(queries.list_counting(session, company_id))
            yield from exposure(units, (), office.law).insurable


def expected(section: SectionExposure, level: Level) -> Fraction:
    """Grave claims that public figures announce for the years of the accounts, without the client's own history."""
    bases = installed_pricing_bases(None)
    years = section.history.years
    question = FrequencyQuestion(section.ctn, None, section.headcount, Fraction(0), max(years), None)
    found = frequencies(question, bases.statistics_on(date.today()), bases.assumptions_on(date.today()), level)  # noqa: DTZ011
    return sum(found.expected.values(), Fraction(0)) * len(years)


def main() -> None:
    """Print expected and observed grave claims, by committee."""
    rows: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 6)
    for section in sections():
        if section.history.years:
            observed = sum(section.history.claims[cause] for cause in Cause)
            figures = [expected(section, level) for level in Level]
            for name in (section.ctn, "tous"):
                added = (Fraction(1), section.history.employee_years, *figures, Fraction(observed))
                rows[name] = [one + more for one, more in zip(rows[name], added, strict=True)]
    print("CTN   sections  années-salariés   bas  central   haut  observés")
    for name, figures in sorted(rows.items()):
        count, years, low, central, high, seen = map(float, figures)
        print(f"{name:5} {count:8.0f} {years:16.0f} {low:5.1f} {central:8.1f} {high:6.1f} {seen:9.0f}")


if __name__ == "__main__":
    main()
