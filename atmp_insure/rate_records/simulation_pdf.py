"""A simulation as a page to give to a client: the chart, both chains year by year, what was changed and assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.documents.chart_images import chart_image
from atmp_insure.documents.letters import report_html
from atmp_insure.documents.pdf import pdf_of
from atmp_insure.kernel.french import french_euros, french_percent, french_points
from atmp_insure.kernel.paris import paris_day
from atmp_insure.rate_records import shown
from atmp_insure.rate_records.calculation_report import renamed

if TYPE_CHECKING:
    from datetime import datetime

    from atmp_insure.parties.models import Company, Establishment
    from atmp_insure.rate_records.simulation import Scenario, Simulation


class About(NamedTuple):
    """Whom a simulation is for."""

    company: Company
    establishment: Establishment
    page: shown.UnitPage


def simulation_pdf(about: About, simulation: Simulation, scenario: Scenario, now: datetime) -> bytes:
    """The PDF of a simulation."""
    company, establishment, page = about
    chart = shown.simulation_chart(simulation, page.rows)
    html = report_html(
        "rate_simulation",
        company=company,
        establishment=establishment,
        page=page,
        rows=[
            (
                str(year.rate_year),
                french_percent(year.known.rate_percent),
                french_percent(year.simulated.rate_percent),
                french_points(year.difference_points) if year.difference_points else "–",
                french_euros(year.payroll_eur, 0),
                french_euros(year.difference_eur),
            )
            for year in simulation.years
        ],
        total=french_euros(simulation.total_eur),
        changes=shown.scenario_sentences(scenario, page.names),
        assumptions=tuple(renamed(simulation.assumptions, page.names)),
        chart=chart,
        chart_image=chart_image(chart),
        dated=paris_day(now),
    )
    return pdf_of(html, dated=now)
