"""The papers of a policy: that of a transaction, filed or as it would be, certificates, the notice of new terms."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, send_file, url_for

from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused
from atmp_insure.parties.blueprints import asked_day
from atmp_insure.parties.queries import get_company
from atmp_insure.policies import queries, service
from atmp_insure.policies.blueprint import blueprint, catalogue
from atmp_insure.policies.forms import NoticeForm
from atmp_insure.policies.issuing import next_versions, next_year
from atmp_insure.policies.new_terms import new_terms
from atmp_insure.policies.paper_jobs import open_room
from atmp_insure.policies.paper_shown import (
    NOTICE,
    PAPER_KINDS,
    certificate_of,
    notice_of,
    paper_of,
    printed,
    put_paper,
)
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.stack_service import latest_state
from atmp_insure.policies.transactions import Renewal
from atmp_insure.web.environment import today
from atmp_insure.web.forms import choices, status_of
from atmp_insure.web.request_scope import actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.paper_shown import PaperRoom

PDF, FILE = "application/pdf", "file"


@blueprint.get("/policies/<int:policy_id>/transactions/<int:number>/paper")
@needs(Right.READ_POLICIES)
def print_paper(policy_id: int, number: int) -> ResponseReturnValue:
    """The paper of a transaction: the one that is filed with it, else as it would be."""
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        row = next((one for one in policy.transactions if one.number == number), None)
        if row is None:
            raise NotFound(_("Ce contrat n'a pas de transaction de ce numéro."))
        filed = queries.find_filed(session, row, PAPER_KINDS.get(row.kind, ""))
        if filed is not None:
            return redirect(url_for("documents.download", document_id=filed, number=1))
        content = printed(paper_of(session, policy, row, _room()))
    return _sent(content, f"{policy.reference}_{number}.pdf")


@blueprint.get("/policies/<int:policy_id>/certificate")
@needs(Right.READ_POLICIES)
def print_certificate(policy_id: int) -> ResponseReturnValue:
    """What is certified of a policy on a day (`?le=`), dated today."""
    on = asked_day()
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        content = printed(certificate_of(session, policy, on.day, _room(), dated=today()))
    return _sent(content, f"attestation_{policy.reference}.pdf")


@blueprint.route("/policies/<int:policy_id>/notice", methods=["GET", "POST"])
@needs(Right.WRITE_POLICIES)
def announce_terms(policy_id: int) -> ResponseReturnValue:
    """The notice of the terms with which the next year would begin: seen as PDF, then filed with the policy."""
    with database().reading(actor()) as session:
        page = _notice_page(session, queries.get_policy(session, policy_id))
    form: NoticeForm = page["form"]
    if form.validate_on_submit():
        try:
            return _noticed(policy_id, form)
        except InvalidInput as error:
            form.take_faults(error)
        except Refused as error:
            form.form_errors.append(str(error))
    return render_template("policies/notice.html", **page), status_of(form)


def _notice_page(session: ScopedSession, policy: Policy) -> dict[str, Any]:
    """What the page shows: the year that the terms are for, and the last day to send them."""
    state, form = latest_state(policy), NoticeForm()
    versions = next_versions(catalogue(), state)
    form.product_version.choices = choices((one.version, one.version) for one in versions)
    if not form.is_submitted():
        form.product_version.data = versions[-1].version if versions else None
    year = next_year(state.year)
    last_day = _room().last_day_to_send(year.first_day)
    return {
        "policy": policy, "company": get_company(session, policy.company_id), "form": form, "year": year,
        "last_day": last_day, "is_late": today() > last_day,
    }  # fmt: skip


def _noticed(policy_id: int, form: NoticeForm) -> ResponseReturnValue:
    """The notice as PDF; or the page of the policy, once it is filed there."""
    if FILE not in request.form:
        with database().reading(actor()) as session:
            policy = queries.get_policy(session, policy_id)
            return _sent(_notice(session, policy, form), f"conditions_{policy.reference}.pdf")
    with database().writing(actor()) as session:
        policy = queries.locked_policy(session, policy_id)
        put_paper(session, policy.transactions[-1], _notice(session, policy, form), _room(), now(), kind=NOTICE)
    flash(_("Annonce des nouvelles conditions classée avec le contrat."), "success")
    return redirect(url_for("policies.show_policy", policy_id=policy_id))


def _notice(session: ScopedSession, policy: Policy, form: NoticeForm) -> bytes:
    state = latest_state(policy)
    chosen = next(one for one in next_versions(catalogue(), state) if one.version == form.product_version.data)
    year = next_year(state.year)
    content = Renewal(year, new_terms(state.terms, chosen, Fraction(form.index.fraction() or 0)))
    plan = service.plan_act(session, policy, Wanted(year.first_day, content), catalogue())
    return printed(notice_of(session, policy, plan, today(), _room()))


def _room() -> PaperRoom:
    return open_room(settings(), database().key_ring)


def _sent(content: bytes, name: str) -> ResponseReturnValue:
    answer = send_file(io.BytesIO(content), PDF, as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer
