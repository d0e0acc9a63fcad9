"""A version of an agreement: written part by part while it is a draft, then signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.models import OrganisationKind
from atmp_insure.access.roles import Right
from atmp_insure.parties import agreement_queries, agreement_service, partner_queries
from atmp_insure.parties.agreement_forms import (
    PowerForm,
    PracticeForm,
    ProductForm,
    ServiceLevelForm,
    ShareForm,
    SignForm,
)
from atmp_insure.parties.agreement_models import VersionState
from atmp_insure.parties.blueprints import agreements
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.parties.shown import offered_accounts, said_by_version
from atmp_insure.web import history
from atmp_insure.web.environment import today
from atmp_insure.web.forms import status_of, written
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.agreement_models import AgreementVersion
    from atmp_insure.web.forms import Form

INSURERS = (OrganisationKind.INSURER,)


@agreements.get("/versions/<int:version_id>")
@needs(Right.READ_AGREEMENTS)
def show_version(version_id: int) -> ResponseReturnValue:
    """A version of an agreement."""
    return _page(version_id, {})


def _page(version_id: int, sent: dict[str, Form]) -> ResponseReturnValue:
    with database().reading(actor()) as session:
        version = agreement_queries.get_version(session, version_id)
        agreement = agreement_queries.get_agreement(session, version.agreement_id)
        is_draft = version.state is VersionState.DRAFT and actor().everywhere(Right.WRITE_AGREEMENTS)
        forms = {**_forms(session, version), **sent} if is_draft else {}
        parts = (*version.products, *version.powers, *version.shares, *version.service_levels)
        answer = render_template(
            "parties/agreement_version.html", version=version, agreement=agreement, is_draft=is_draft, forms_of=forms,
            said=said_by_version(session, version),
            missing=agreement_service.faults_before_signing(session, agreement, version) if is_draft else (),
            trail=history.trail_of(session, agreement, version, *parts),
        )  # fmt: skip
    return answer, status_of(*sent.values())


def _forms(session: ScopedSession, version: AgreementVersion) -> dict[str, Form]:
    return {
        "product": ProductForm(formdata=None),
        "power": PowerForm(formdata=None),
        "share": ShareForm.among(partner_queries.list_organisations_of(session, INSURERS), formdata=None),
        "service_level": ServiceLevelForm(formdata=None),
        "practice": PracticeForm.of(version, offered_accounts(session, version), formdata=None),
        "sign": SignForm(formdata=None),
    }


def _put(
    version_id: int, name: str, form: Form, act: Callable[[ScopedSession, AgreementVersion], None]
) -> ResponseReturnValue:
    """Write a part of a draft, and come back to it; or show what is wrong with it."""

    def write(session: ScopedSession) -> bool:
        act(session, agreement_queries.get_version(session, version_id))
        return True

    if written(form, write):
        flash(_("Enregistré dans le projet."), "success")
        return redirect(url_for("agreements.show_version", version_id=version_id, _anchor=name))
    return _page(version_id, {name: form})


@agreements.post("/versions/<int:version_id>/products")
@needs(Right.WRITE_AGREEMENTS)
def put_product(version_id: int) -> ResponseReturnValue:
    """Say that a draft covers a product."""
    form = ProductForm()

    def act(session: ScopedSession, version: AgreementVersion) -> None:
        commission = form.commission.fraction()
        assert commission is not None, "the form requires it"
        agreement_service.put_product(session, version, form.product.data or "", commission, form.renewal.fraction())

    return _put(version_id, "product", form, act)


@agreements.post("/versions/<int:version_id>/powers")
@needs(Right.WRITE_AGREEMENTS)
def put_power(version_id: int) -> ResponseReturnValue:
    """Say that a draft delegates an act."""
    form = PowerForm()

    def act(session: ScopedSession, version: AgreementVersion) -> None:
        agreement_service.put_power(session, version, form.delegated_act(), form.largest_eur.data)

    return _put(version_id, "power", form, act)


@agreements.post("/versions/<int:version_id>/shares")
@needs(Right.WRITE_AGREEMENTS)
def put_share(version_id: int) -> ResponseReturnValue:
    """Give an insurer its part in a draft."""
    with database().reading(actor()) as reading:
        form = ShareForm.among(partner_queries.list_organisations_of(reading, INSURERS))

    def act(session: ScopedSession, version: AgreementVersion) -> None:
        insurer = partner_queries.get_organisation(session, int(form.insurer_id.data))
        share = form.share.fraction()
        assert share is not None, "the form requires it"
        agreement_service.put_share(session, version, insurer, share, is_leader=bool(form.is_leader.data))

    return _put(version_id, "share", form, act)


@agreements.post("/versions/<int:version_id>/service-levels")
@needs(Right.WRITE_AGREEMENTS)
def put_service_level(version_id: int) -> ResponseReturnValue:
    """Say in a draft how many days an act may take."""
    form = ServiceLevelForm()

    def act(session: ScopedSession, version: AgreementVersion) -> None:
        agreement_service.put_service_level(session, version, form.timed_act(), form.days.data or 0)

    return _put(version_id, "service_level", form, act)


@agreements.post("/versions/<int:version_id>/practice")
@needs(Right.WRITE_AGREEMENTS)
def set_practice(version_id: int) -> ResponseReturnValue:
    """Say in a draft how the agreement works day by day."""
    with database().reading(actor()) as reading:
        version = agreement_queries.get_version(reading, version_id)
        form = PracticeForm.of(version, offered_accounts(reading, version))
    return _put(
        version_id, "practice", form, lambda session, one: agreement_service.set_practice(session, one, form.practice())
    )


@agreements.post("/versions/<int:version_id>/remove")
@needs(Right.WRITE_AGREEMENTS)
def remove_part(version_id: int) -> ResponseReturnValue:
    """Take a line out of a draft."""
    part, number = request.form.get("part", ""), request.form.get("number", default=0, type=int)
    with database().writing(actor()) as session:
        agreement_service.remove_part(session, agreement_queries.get_version(session, version_id), part, number)
    flash(_("Ligne retirée du projet."), "success")
    return redirect(url_for("agreements.show_version", version_id=version_id))


@agreements.post("/versions/<int:version_id>/sign")
@needs(Right.WRITE_AGREEMENTS)
def sign_version(version_id: int) -> ResponseReturnValue:
    """Make a draft bind."""
    form = SignForm()
    if written(form, lambda session: _sign(session, version_id, form)):
        flash(_("Version signée : elle ne change plus."), "success")
        return redirect(url_for("agreements.show_version", version_id=version_id))
    return _page(version_id, {"sign": form})


def _sign(session: ScopedSession, version_id: int, form: SignForm) -> bool:
    version = agreement_queries.get_version(session, version_id)
    agreement = agreement_queries.get_agreement(session, version.agreement_id)
    agreement_service.sign_version(session, agreement, version, chosen_day(form.signed_on), today())
    return True


@agreements.post("/versions/<int:version_id>/discard")
@needs(Right.WRITE_AGREEMENTS)
def discard_draft(version_id: int) -> ResponseReturnValue:
    """Give up a draft."""
    with database().writing(actor()) as session:
        version = agreement_queries.get_version(session, version_id)
        agreement = agreement_queries.get_agreement(session, version.agreement_id)
        agreement_service.discard_draft(session, agreement, version)
    flash(_("Projet abandonné."), "success")
    return redirect(url_for("agreements.show_agreement", agreement_id=agreement.id))
