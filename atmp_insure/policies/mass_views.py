"""Pages of what is done to many policies at once: shown with its exceptions first, then handed to a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.partner_queries import list_organisations_of
from atmp_insure.parties.queries import names_of
from atmp_insure.policies import jobs, mass_service, queries
from atmp_insure.policies.blueprint import blueprint, catalogue, grounds
from atmp_insure.policies.changes import ChangeBroker
from atmp_insure.policies.grounds import DUE_DATE
from atmp_insure.policies.mass_forms import BrokerTransferForm, RenewalsForm
from atmp_insure.policies.mass_service import MassEndorsement
from atmp_insure.web.forms import status_of
from atmp_insure.web.request_scope import actor, database, needs, now

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.mass_service import MassRenewal, RenewalPreview

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
    return _renewals_page(form, preview), status_of(form)


def _previewed(wanted: MassRenewal) -> RenewalPreview:
    with database().reading(actor()) as session:
        return mass_service.preview_renewals(session, wanted, catalogue(), grounds().on(DUE_DATE, wanted.on))


def _started(wanted: MassRenewal) -> ResponseReturnValue:
    with database().writing(actor()) as session:
        number = jobs.start_renewing(session, wanted, now()).id
    return redirect(url_for("runs.show_run", run_id=number))


def _seal(preview: RenewalPreview) -> str:
    """What the page showed: a run that would do something else is shown again."""
    return f"{preview.ready}:{preview.net_eur}:{len(preview.exceptions)}"


def _renewals_page(form: RenewalsForm, preview: RenewalPreview | None) -> str:
    exceptions = [] if preview is None else preview.exceptions[:_SHOWN]
    with database().reading(actor()) as session:
        names = names_of(session, {row.company_id for row, _obstacles in exceptions})
    return render_template("policies/renewals.html", form=form, preview=preview, exceptions=exceptions, names=names)


@blueprint.route("/policies/broker-transfer", methods=["GET", "POST"])
@needs(Right.PLACE_POLICIES)
def transfer_broker() -> ResponseReturnValue:
    """Give all the policies of a broker to another, by a run."""
    with database().reading(actor()) as session:
        brokers = [(str(one.id), one.name) for one in list_organisations_of(session, (OrganisationKind.BROKER,))]
    form, count = BrokerTransferForm.offered(catalogue(), brokers), None
    if form.validate_on_submit():
        try:
            wanted = _transfer(form)
        except InvalidInput as error:
            form.take_faults(error)
        else:
            count = _counted(wanted)
            if CONFIRM in request.form and form.seen.data == str(count):
                return _handed(wanted)
            form.seen.data = str(count)
    return render_template("policies/broker_transfer.html", form=form, count=count), status_of(form)


def _transfer(form: BrokerTransferForm) -> MassEndorsement:
    former, latter = int(form.former.data or 0), int(form.latter.data or 0)
    if former == latter:
        raise InvalidInput.one("le nouveau courtier est l'actuel", "En choisir un autre", place="latter")
    assert form.on.data is not None, "the form requires it"
    change = ChangeBroker(latter, form.share())
    return MassEndorsement(form.product.data or "", form.on.data, change, form.reason.data or "", broker_id=former)


def _counted(wanted: MassEndorsement) -> int:
    with database().reading(actor()) as session:
        return len(_concerned(session, wanted))


def _concerned(session: ScopedSession, wanted: MassEndorsement) -> list[object]:
    return list(queries.list_in_force(session, wanted.product, wanted.on, wanted.broker_id, wanted.insurer_id))


def _handed(wanted: MassEndorsement) -> ResponseReturnValue:
    with database().writing(actor()) as session:
        number = jobs.start_endorsing(session, wanted, now()).id
    return redirect(url_for("runs.show_run", run_id=number))
