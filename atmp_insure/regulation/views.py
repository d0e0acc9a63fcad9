"""The regulation on screen: schedules by rate year and committee with their sources, dated rules, the three modes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import NotFound
from atmp_insure.kernel.paris import paris_day
from atmp_insure.regulation.browser import (
    collective_page,
    committees,
    mode_explanations,
    rules,
    schedule_of,
    year_summaries,
)
from atmp_insure.web.law_in_force import law_in_force
from atmp_insure.web.request_scope import needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("regulation", __name__, url_prefix="/regulation")


@blueprint.get("")
@needs(Right.READ_REGULATION)
def browse() -> ResponseReturnValue:
    """The rate years that are known, and what each holds."""
    law = law_in_force()
    return render_template("regulation/regulation.html", years=year_summaries(law), rules=rules(law, paris_day(now())))


@blueprint.get("/modes")
@needs(Right.READ_REGULATION)
def modes() -> ResponseReturnValue:
    """The three modes of the rate, explained with the thresholds in force."""
    return render_template("regulation/modes.html", modes=mode_explanations(law_in_force(), paris_day(now())))


@blueprint.get("/<int:rate_year>")
@needs(Right.READ_REGULATION)
def show_year(rate_year: int) -> ResponseReturnValue:
    """The schedules of a rate year."""
    law = law_in_force()
    if rate_year not in law.schedule_years:
        raise NotFound(_("Aucun barème n'est connu pour cette année de tarification."))
    return render_template(
        "regulation/year.html", rate_year=rate_year, schedule=schedule_of(law, rate_year), years=law.schedule_years
    )


@blueprint.get("/<int:rate_year>/collective/<ctn>")
@needs(Right.READ_REGULATION)
def show_collective_rates(rate_year: int, ctn: str) -> ResponseReturnValue:
    """The collective rates of a committee in a rate year."""
    law = law_in_force()
    known = committees(law)
    if ctn not in known or rate_year not in law.schedule_years:
        raise NotFound(_("Ce comité technique national n'existe pas."))
    page = collective_page(law, rate_year, ctn)
    return render_template("regulation/collective.html", rate_year=rate_year, ctn=ctn, schedule=page, committees=known)
