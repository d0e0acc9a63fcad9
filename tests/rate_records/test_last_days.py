"""The last day to contest a rate that a finding touches: two months from its notification, on the safe side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.parties.models import Territory
from atmp_insure.rate_records.last_days import with_last_days
from tests.rate_records.builders import METALWORKS, all_papers, check, with_cell, with_line_cell

if TYPE_CHECKING:
    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.regulation.law import Law


@pytest.fixture(scope="module")
def clocks() -> DeadlineLaw:
    return installed_deadlines(None)


def found(law: Law, clocks: DeadlineLaw, notified_on: date | str, fund: str = METALWORKS.fund) -> dict[str, Finding]:
    """Findings of the metal works with a wrong rate in 2026 and a wrong category in the account of 2022."""
    papers = all_papers(replace(METALWORKS, fund=fund))
    sheet = with_cell(papers["feuille_2026.csv"], "Date de notification", notified_on)
    papers["feuille_2026.csv"] = with_cell(sheet, "Taux notifié", (Fraction("4.95"), 2))
    papers["compte_2022.csv"] = with_line_cell(papers["compte_2022.csv"], 0, "Nb jours d'arrêt", 150)
    return {one.code: one for one in with_last_days(check(papers, law), clocks).findings}


def test_a_rate_is_contested_within_two_months_of_its_notification(law: Law, clocks: DeadlineLaw) -> None:
    assert found(law, clocks, date(2026, 1, 5))["notified_rate_differs"].contest_before == date(2026, 3, 5)


def test_a_line_is_contested_with_the_last_rate_that_counts_it(law: Law, clocks: DeadlineLaw) -> None:
    assert found(law, clocks, date(2026, 1, 5))["it_category_differs"].contest_before == date(2026, 3, 5)


def test_without_a_notification_day_no_last_day_is_invented(law: Law, clocks: DeadlineLaw) -> None:
    assert found(law, clocks, "")["notified_rate_differs"].contest_before is None


@pytest.mark.parametrize(
    ("fund", "last_day"),
    [
        ("Carsat Centre-Ouest", date(2027, 12, 20)),
        ("CGSS de La Réunion", date(2027, 12, 21)),
        ("CGSS REUNION", date(2027, 12, 21)),
        ("CGSS de la Guadeloupe", date(2027, 12, 20)),
    ],
)
def test_the_days_off_of_the_territory_of_the_fund_count(
    law: Law, clocks: DeadlineLaw, fund: str, last_day: date
) -> None:
    """20 December, abolition of slavery, is a holiday of La Réunion alone."""
    contested = found(law, clocks, date(2027, 10, 20), fund)["notified_rate_differs"]
    assert contested.contest_before == last_day


@pytest.mark.parametrize(
    ("fund", "code"),
    [
        (None, "FR"), ("", "FR"), ("Carsat Nord-Est", "FR"), ("Cramif", "FR"), ("Carsat Alsace-Moselle", "AM"),
        ("CGSS Martinique", "972"), ("CGSS de la Guyane", "973"), ("CSS de Mayotte", "976"),
    ],
)  # fmt: skip
def test_the_name_of_the_fund_tells_the_territory(clocks: DeadlineLaw, fund: str | None, code: str) -> None:
    assert clocks.territory_of_fund(fund).code == code


def test_a_section_is_rated_in_any_territory_that_the_calendar_knows(clocks: DeadlineLaw) -> None:
    assert {one.value for one in Territory} == set(clocks.territories)
