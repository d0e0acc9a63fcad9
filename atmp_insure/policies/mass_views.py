"""Pages of what is done to many policies at once: shown with its exceptions first, then handed to a run."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.partner_queries import list_organisations_of
from atmp_insure.parties.queries import names_of
from atmp_insure.policies import jobs, mass_service, queries
from atmp_insure.policies.blueprint import blueprint, catalogue, grounds
from atmp_insure.policies.grounds import DUE_DATE
from atmp_insure.policies.issue_service import shares_of
from atmp_insure.policies.mass_forms import MassEndorsementForm, MassOffered, RenewalsForm
from atmp_insure.web.environment import today
from atmp_insure.web.forms import status_of
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.policies.mass_service import EndorsementPreview, MassEndorsement, MassRenewal, RenewalPreview
    from atmp_insure.web.forms import Form

CONFIRM = "confirm"
_SHOWN = 200  # exceptions on the page; their count is always told


@blueprint.route("/policies/renewals", methods=["GET", "POST"])
@needs(Right.WRITE_POLICIES)
def renew_policies() -> ResponseReturnValue:
    """Renew all the policies of a span of due dates: exceptions are shown first, then a run does it."""
    form = RenewalsForm.offered(catalogue())
    preview = None
    if form.validate_on_submit():
        try:
            preview = _previewed(wanted := form.wanted())
        except InvalidInput as error:
            form.take_faults(error)
        else:
            if CONFIRM in request.form and form.seen.data == _seal(preview):
                return _started(wanted)
            form.seen.data = _seal(preview)
    return _page("policies/renewals.html", form, preview), status_of(form)


def _previewed(wanted: MassRenewal) -> RenewalPreview:
    with database().reading(actor()) as session:
        return mass_service.preview_renewals(session, wanted, catalogue(), grounds().on(DUE_DATE, wanted.on))


def _started(wanted: MassRenewal) -> ResponseReturnValue:
    with database().writing(actor()) as session:
        number = jobs.start_renewing(session, wanted, now()).id
    return redirect(url_for("runs.show_run", run_id=number))


def _seal(preview: RenewalPreview | EndorsementPreview) -> str:
    """What the page showed: a run that would do something else is shown again."""
    return f"{preview.ready}:{preview.net_eur}:{len(preview.exceptions)}"


def _page(template: str, form: Form, preview: RenewalPreview | EndorsementPreview | None) -> str:
    exceptions = () if preview is None else preview.exceptions[:_SHOWN]
    with database().reading(actor()) as session:
        names = names_of(session, {row.company_id for row, _obstacles in exceptions})
    return render_template(template, form=form, preview=preview, exceptions=exceptions, names=names)


@blueprint.route("/policies/mass-endorsements", methods=["GET", "POST"])
@needs(Right.PLACE_POLICIES)
def endorse_policies() -> ResponseReturnValue:
    """Change many policies alike (broker, insurer, product version): exceptions are shown first, then a run does it."""
    among, preview = _offered(), None
    form = MassEndorsementForm.offered(catalogue(), among)
    if form.validate_on_submit():
        try:
            wanted = form.wanted(catalogue(), among)
        except InvalidInput as error:
            form.take_faults(error)
        else:
            preview = _foreseen(wanted)
            if CONFIRM in request.form and form.seen.data == _seal(preview):
                return _handed(wanted)
            form.seen.data = _seal(preview)
    return _page("policies/mass_endorsement.html", form, preview), status_of(form)


def _offered() -> MassOffered:
    """What may be chosen; insurers' agreements as they are today, and on the day that the form asks for."""
    days = {today(), _day_asked()}
    with database().reading(actor()) as session:
        brokers, insurers = (
            [(str(one.id), one.name) for one in list_organisations_of(session, (kind,))]
            for kind in (OrganisationKind.BROKER, OrganisationKind.INSURER)
        )
        found = [queries.list_insurers_of(session, product, day) for product in catalogue().products() for day in days]
        versions = {one.id: one for some in found for one in some}
        return MassOffered(
            brokers, insurers,
            [(str(one.id), f"{one.agreement.reference}, version {one.number}") for one in versions.values()],
            {one.id: shares_of(one) for one in versions.values()},
        )  # fmt: skip


def _day_asked() -> date:
    """The day of effect in the form; today before there is one that can be read."""
    try:
        return date.fromisoformat(request.form.get("on", ""))
    except ValueError:
        return today()


def _foreseen(wanted: MassEndorsement) -> EndorsementPreview:
    with database().reading(actor()) as session:
        return mass_service.preview_endorsements(session, wanted)


def _handed(wanted: MassEndorsement) -> ResponseReturnValue:
    with database().writing(actor()) as session:
        number = jobs.start_endorsing(session, wanted, now()).id
    return redirect(url_for("runs.show_run", run_id=number))
