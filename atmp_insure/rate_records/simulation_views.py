"""The rates of an establishment: their history, why they moved, and what they would become."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template, request, send_file

from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import InvalidInput, MissingParameter, NotFound
from atmp_insure.rate_records import shown
from atmp_insure.rate_records.blueprint import blueprint, office
from atmp_insure.rate_records.calculation_report import renamed
from atmp_insure.rate_records.forms import ADDED_ROWS, ScenarioEntries
from atmp_insure.rate_records.simulation import missing_for_simulation, simulate
from atmp_insure.rate_records.simulation_pdf import About, simulation_pdf
from atmp_insure.rate_records.unit_rates import rates_of
from atmp_insure.regulation.vocabulary import CostCategory
from atmp_insure.web.environment import today
from atmp_insure.web.explanations import explained
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from flask.typing import ResponseReturnValue

    from atmp_insure.parties.models import Company, Establishment
    from atmp_insure.rate_records.models import RateFinding
    from atmp_insure.rate_records.reconciliation import UnitReconciliation
    from atmp_insure.rate_records.simulation import Simulation
    from atmp_insure.rate_records.unit_rates import UnitRates

_PAYROLL_YEARS = 3  # the last known and the two after it: those that the next rates are computed on


@dataclass(frozen=True, slots=True)
class _Rates:
    """What is known of the rates of an establishment, and how pages tell it, unit by unit."""

    company: Company
    establishment: Establishment
    units: tuple[tuple[shown.UnitPage, UnitRates], ...]
    findings: Sequence[RateFinding]

    def unit(self, key: str) -> tuple[shown.UnitPage, UnitReconciliation]:
        """A unit that has papers.

        Raises:
            NotFound: none of that name, or nothing but a list of rates.
        """
        for page, unit in self.units:
            if page.key == key:
                return page, unit.reconciled
        raise NotFound(_("Aucun document de tarification ne porte cette section."))


def _rates_of(establishment_id: int) -> _Rates:
    with database().reading(actor()) as session:
        found = rates_of(session, office(), establishment_id)
    pages = tuple((shown.unit_page(unit, office().law), unit) for unit in found.units)
    return _Rates(found.company, found.establishment, pages, found.findings)


@blueprint.get("/establishments/<int:establishment_id>/rates")
@needs(Right.READ_RATES)
def show_rates(establishment_id: int) -> ResponseReturnValue:
    """The rates of an establishment, section by section."""
    found = _rates_of(establishment_id)
    return render_template(
        "rate_records/rates.html", found=found, severities=shown.SEVERITIES,
        change_sentences=shown.change_sentences, worth=shown.largest_worth(found.findings),
    )  # fmt: skip


@blueprint.get("/establishments/<int:establishment_id>/rates/<unit>/<int:rate_year>")
@needs(Right.READ_RATES)
def explain_rate(establishment_id: int, unit: str, rate_year: int) -> ResponseReturnValue:
    """How a notified rate was recomputed."""
    with database().reading(actor()) as session:
        found = rates_of(session, office(), establishment_id).unit(unit)
    rate = found.recomputed(rate_year)
    assert rate.result is not None, "a rate that was recomputed has a result"
    said = (*rate.said_fr, *rate.result.assumptions)
    names = {claim.ref: claim.name for claim in found.claims}
    steps = shown.explanation_of(_("Taux %(year)s recalculé", year=rate_year), rate.result, said, names)
    return explained(steps)


@blueprint.get("/establishments/<int:establishment_id>/simulation/<unit>")
@needs(Right.READ_RATES)
def show_simulation(establishment_id: int, unit: str) -> ResponseReturnValue:
    """What the rate of a unit would become."""
    found = _rates_of(establishment_id)
    page, papers = found.unit(unit)
    entries = ScenarioEntries()
    simulation, why = _simulated(papers, entries)
    answer = render_template(
        "rate_records/simulation.html", found=found, unit=page, entries=entries, simulation=simulation, why=why,
        chart=None if simulation is None else shown.simulation_chart(simulation, page.rows),
        categories=[category.value for category in CostCategory], added_rows=range(1, ADDED_ROWS + 1),
        assumptions=[] if simulation is None else renamed(simulation.assumptions, page.names),
        payroll_years=_payroll_years(papers.papers.wages_eur()), arguments=request.query_string.decode(),
    )  # fmt: skip
    return answer, 422 if entries.faults else 200


def _payroll_years(known: Mapping[int, Fraction]) -> list[tuple[int, Fraction | None]]:
    """The years whose payroll may be told: the last known one, with its figure, and those after it."""
    last = max(known, default=today().year - 1)
    return [(year, known.get(year)) for year in range(last, last + _PAYROLL_YEARS)]


def _simulated(papers: UnitReconciliation, entries: ScenarioEntries) -> tuple[Simulation | None, str]:
    """The simulation, or why there is none."""
    missing = missing_for_simulation(papers)
    if missing or entries.faults:
        return None, missing
    try:
        return simulate(papers, entries.scenario, office().law), ""
    except InvalidInput as error:
        return None, " ".join(f"{fault.message}. {fault.remedy}." for fault in error.faults)
    except MissingParameter as error:
        return None, f"{error.statement}. {error.remedy}."


@blueprint.get("/establishments/<int:establishment_id>/simulation/<unit>/<int:rate_year>")
@needs(Right.READ_RATES)
def explain_simulation(establishment_id: int, unit: str, rate_year: int) -> ResponseReturnValue:
    """How a simulated rate is found; `?chain=known` for the rate without the changes."""
    page, papers = _rates_of(establishment_id).unit(unit)
    simulation, why = _simulated(papers, ScenarioEntries())
    years = () if simulation is None else simulation.years
    year = next((one for one in years if one.rate_year == rate_year), None)
    if year is None:
        raise NotFound(why or _("Cette année n'est pas simulée."))
    is_known = request.args.get("chain") == "known"
    rate = year.known if is_known else year.simulated
    title = (
        _("Taux %(year)s sans changement", year=rate_year) if is_known else _("Taux %(year)s simulé", year=rate_year)
    )
    steps = shown.explanation_of(title, rate, rate.assumptions, page.names)
    return explained(steps)


@blueprint.get("/establishments/<int:establishment_id>/simulation/<unit>/pdf")
@needs(Right.READ_RATES)
def print_simulation(establishment_id: int, unit: str) -> ResponseReturnValue:
    """The simulation as a PDF, to be given to a client."""
    found = _rates_of(establishment_id)
    page, papers = found.unit(unit)
    entries = ScenarioEntries()
    simulation, why = _simulated(papers, entries)
    if simulation is None:
        raise NotFound(why or _("Cette simulation n'est pas complète."))
    content = simulation_pdf(About(found.company, found.establishment, page), simulation, entries.scenario, now())
    name = f"simulation_{found.establishment.siret}.pdf"
    answer = send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer
