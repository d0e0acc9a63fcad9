"""Pages of sections: how each is classified, and its payroll and headcount by year, with their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.parties import payroll_queries, payroll_service, queries, service
from atmp_insure.parties.blueprints import asked_day, parties
from atmp_insure.parties.company_forms import ClassificationForm, SectionForm
from atmp_insure.parties.company_lists import PAYROLL
from atmp_insure.parties.payroll_forms import ChoiceForm, PayrollForm
from atmp_insure.parties.shown import SUB_SECTORS
from atmp_insure.web import history, listing
from atmp_insure.web.environment import today
from atmp_insure.web.forms import status_of, written
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import RateSection, SectionTerms
    from atmp_insure.parties.payroll_service import Reported


@parties.route("/establishments/<int:establishment_id>/sections/new", methods=["GET", "POST"])
@needs(Right.ADD_COMPANIES)
def add_section(establishment_id: int) -> ResponseReturnValue:
    """Add a section to an establishment."""
    with database().reading(actor()) as reading:
        establishment = queries.get_establishment(reading, establishment_id)
    form = SectionForm()
    section = written(form, lambda session: _add_section(session, establishment_id, form))
    if section is not None:
        flash(_("Section ajoutée. Il reste à dire comment elle est classée."), "success")
        return redirect(url_for("parties.show_section", section_id=section.id))
    return render_template("parties/new_section.html", form=form, establishment=establishment), status_of(form)


def _add_section(session: ScopedSession, establishment_id: int, form: SectionForm) -> RateSection:
    establishment = queries.get_establishment(session, establishment_id)
    return service.add_section(session, establishment, form.number.data or "", form.label.data or "", now())


def _place(session: ScopedSession, section_id: int) -> dict[str, Any]:
    """A section, its establishment and its company."""
    section = queries.get_section(session, section_id)
    return {
        "section": section,
        "establishment": queries.get_establishment(session, section.establishment_id),
        "company": queries.get_company(session, section.company_id),
    }


@parties.get("/sections/<int:section_id>")
@needs(Right.READ_COMPANIES)
def show_section(section_id: int) -> ResponseReturnValue:
    """A section as of a day: its classification, and its figures by year."""
    as_of = asked_day()
    with database().reading(actor()) as session:
        place = _place(session, section_id)
        section: RateSection = place["section"]
        there = (section.company_id, section.establishment_id)
        terms = queries.list_terms(session, section.id)
        years = payroll_queries.list_payroll_of_section(session, section.id)
        return render_template(
            "parties/section.html", **place, as_of=as_of, terms=terms, years=years, sub_sectors=SUB_SECTORS,
            in_force=queries.terms_on(session, [section.id], as_of.day).get(section.id),
            may_write=has_right_there(session, Right.WRITE_COMPANIES, *there),
            may_declare=has_right_there(session, Right.WRITE_PAYROLL, *there),
            trail=history.trail_of(session, section, *terms),
        )  # fmt: skip


@parties.route("/sections/<int:section_id>/terms", methods=["GET", "POST"])
@needs(Right.WRITE_COMPANIES)
def classify_section(section_id: int) -> ResponseReturnValue:
    """Say how a section is classified from a day on."""
    with database().reading(actor()) as reading:
        place = _place(reading, section_id)
        known = queries.list_terms(reading, section_id)
    form = ClassificationForm.of(known[0] if known else None)
    if written(form, lambda session: _classify(session, section_id, form)) is not None:
        flash(_("Classement enregistré."), "success")
        return redirect(url_for("parties.show_section", section_id=section_id))
    return render_template("parties/classify.html", form=form, **place), status_of(form)


def _classify(session: ScopedSession, section_id: int, form: ClassificationForm) -> SectionTerms:
    return service.classify_section(session, queries.get_section(session, section_id), form.classification())


@parties.get("/payroll")
@needs(Right.READ_COMPANIES)
def list_payroll() -> ResponseReturnValue:
    """All payroll and headcount in use, and which of them have a difference to settle."""
    return listing.page(PAYROLL, "parties/payroll.html")


@parties.route("/sections/<int:section_id>/payroll/new", methods=["GET", "POST"])
@needs(Right.WRITE_PAYROLL)
def declare_payroll(section_id: int) -> ResponseReturnValue:
    """Say what a source states of a section for a year."""
    with database().reading(actor()) as reading:
        place = _place(reading, section_id)
    form = PayrollForm()
    reported = written(form, lambda session: _report(session, section_id, form))
    if reported is not None:
        _say_what_became(reported)
        return redirect(url_for("parties.show_payroll_year", payroll_year_id=reported.used.id))
    if not form.is_submitted():
        form.year.data, form.stated_on.data = today().year - 1, today()
    return render_template("parties/declare_payroll.html", form=form, **place), status_of(form)


def _report(session: ScopedSession, section_id: int, form: PayrollForm) -> Reported:
    return payroll_service.report_payroll(session, queries.get_section(session, section_id), form.report(), now())


def _say_what_became(reported: Reported) -> None:
    if not reported.is_new:
        flash(_("Cette source avait déjà dit la même chose : rien n'a été fait deux fois."), "info")
    elif reported.differs:
        flash(
            _("Gardé à côté de la valeur en usage, qui ne change pas : les deux diffèrent, il faut trancher."),
            "warning",
        )
    else:
        flash(_("Enregistré : c'est la valeur retenue."), "success")


@parties.route("/payroll/<int:payroll_year_id>", methods=["GET", "POST"])
@needs(Right.READ_COMPANIES)
def show_payroll_year(payroll_year_id: int) -> ResponseReturnValue:
    """The figures of a section for a year: what each source states, their differences, and which is in use."""
    with database().reading(actor()) as session:
        page = _payroll_page(session, payroll_year_id)
    form = ChoiceForm.among(page["used"], page["statements"])
    if written(form, lambda writing: _choose(writing, payroll_year_id, form)):
        flash(_("Choix enregistré : ces valeurs sont désormais retenues."), "success")
        return redirect(url_for("parties.show_payroll_year", payroll_year_id=payroll_year_id))
    return render_template("parties/payroll_year.html", form=form, **page), status_of(form)


def _payroll_page(session: ScopedSession, payroll_year_id: int) -> dict[str, Any]:
    used = payroll_queries.get_payroll_year(session, payroll_year_id)
    statements = payroll_queries.list_statements(session, used.section_id, used.year)
    return {
        **_place(session, used.section_id),
        "used": used,
        "statements": statements,
        "gaps": {one.id: one.gap_to(used) for one in statements},
        "may_choose": has_right_there(session, Right.WRITE_PAYROLL, used.company_id, used.establishment_id),
        "trail": history.trail_of(session, used, *statements),
    }


def _choose(session: ScopedSession, payroll_year_id: int, form: ChoiceForm) -> bool:
    used = payroll_queries.get_payroll_year(session, payroll_year_id)
    payroll, headcount = form.chosen()
    payroll_service.choose_payroll(session, used, payroll, headcount, reason=form.reason.data or "", now=now())
    return True
