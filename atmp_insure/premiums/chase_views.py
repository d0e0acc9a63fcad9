"""Pages of unpaid premiums: who owes what since when, formal notices, their posting, holds, termination."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import AtmpInsureError
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.parties.queries import get_company, names_of
from atmp_insure.policies.act_blueprint import ActPage, answered
from atmp_insure.policies.blueprint import grounds
from atmp_insure.policies.forms import ActForm
from atmp_insure.policies.queries import get_policy
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.transactions import Termination
from atmp_insure.premiums import chase_jobs, chase_queries, chase_service, notice_service, payment_queries
from atmp_insure.premiums.blueprint import blueprint, chase_desk
from atmp_insure.premiums.chase_forms import HoldForm, NoticesForm, PostingForm, ReasonForm, SendingForm
from atmp_insure.premiums.chase_lists import UNPAID
from atmp_insure.premiums.chase_shown import notice_state
from atmp_insure.premiums.chasing import ChaseStep
from atmp_insure.premiums.loader import UNPAID_PREMIUM, installed_text
from atmp_insure.premiums.shown import shown_calls
from atmp_insure.web import history, listing
from atmp_insure.web.environment import today
from atmp_insure.web.forms import carried_out, status_of
from atmp_insure.web.request_scope import actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.chase_models import PremiumNotice

CONFIRM = "confirm"
NON_PAYMENT = "non_payment"  # of `config/policies/termination_grounds.yaml`


@blueprint.get("/premiums/unpaid")
@needs(Right.READ_POLICIES)
def list_unpaid() -> ResponseReturnValue:
    """The policies that have something left to pay, the oldest debt first, with what comes next of each."""
    with database().reading(actor()) as session:
        steps = chase_queries.count_chases(session, today())
    return listing.page(
        UNPAID, "premiums/unpaid.html", may_collect=actor().may(Right.COLLECT_POLICIES),
        to_notice=steps.get(ChaseStep.GIVE_NOTICE), to_send=steps.get(ChaseStep.SEND_NOTICE),
    )  # fmt: skip


@blueprint.get("/premiums/credits")
@needs(Right.COLLECT_POLICIES)
def list_credits() -> ResponseReturnValue:
    """The clients whose payments or credit notes settle nothing yet, the largest first."""
    with database().reading(actor()) as session:
        credits_ = payment_queries.list_credits(session)
        names = names_of(session, {company_id for company_id, _left in credits_})
    found = [(company_id, names.get(company_id, ""), left_eur) for company_id, left_eur in credits_]
    return render_template("premiums/credits.html", found=found)


@blueprint.route("/premiums/notices/run", methods=["GET", "POST"])
@needs(Right.COLLECT_POLICIES)
def give_notices() -> ResponseReturnValue:
    """Give formal notice to all that is ten days late, by a run: how many and how much first."""
    form, found = NoticesForm(dated_on=today()), None
    if form.validate_on_submit():
        dated_on = chosen_day(form.dated_on)
        with database().reading(actor()) as session:
            due = chase_queries.list_chases(session, ChaseStep.GIVE_NOTICE, dated_on)
        found = len(due), sum(one.left_eur for one in due)
        if CONFIRM in request.form and form.seen.data == repr(found):
            with database().writing(actor()) as session:
                return redirect(url_for("runs.show_run", run_id=chase_jobs.start_notices(session, dated_on, now()).id))
        form.seen.data = repr(found)
    law = installed_text(settings().config_overlay, UNPAID_PREMIUM, today())
    return render_template("premiums/notices_run.html", form=form, found=found, law=law), status_of(form)


@blueprint.post("/policies/<int:policy_id>/premiums/notice")
@needs(Right.COLLECT_POLICIES)
def give_notice(policy_id: int) -> ResponseReturnValue:
    """Give formal notice to one policy, by a letter of today."""
    with database().writing(actor()) as session:
        number = notice_service.give_notice(session, policy_id, today(), chase_desk()).id
    flash(_("Mise en demeure faite : sa lettre est en préparation. Le délai ne court qu'une fois l'envoi enregistré."),
          "success")  # fmt: skip
    return redirect(url_for("premiums.show_notice", notice_id=number))


@blueprint.route("/premiums/notices/posting", methods=["GET", "POST"])
@needs(Right.COLLECT_POLICIES)
def post_notices() -> ResponseReturnValue:
    """Record the posting of many formal notices of a day, each with the number of its registered letter."""
    form = PostingForm(sent_on=today())
    if form.validate_on_submit() and (count := _posted(form)) is not None:
        flash(_("Envois enregistrés : %(count)s.", count=count), "success" if count else "info")
        return redirect(url_for("premiums.post_notices"))
    with database().reading(actor()) as session:
        notices = chase_queries.list_to_send(session)
        names = names_of(session, {one.company_id for one in notices})
    return render_template(
        "premiums/posting.html", form=form,
        notices=[(one, names.get(one.company_id, ""), request.form.get(f"proof_{one.id}", "")) for one in notices],
    ), status_of(form)  # fmt: skip


def _posted(form: PostingForm) -> int | None:
    """How many postings were recorded; None: something is wrong with one of them, and the form says what."""
    with database().reading(actor()) as session:
        proofs = form.proofs(chase_queries.list_to_send(session), request.form)
    for notice_id, proof in proofs.items():
        _post_one(notice_id, proof, form)
    return None if form.errors else len(proofs)


def _post_one(notice_id: int, proof: str, form: PostingForm) -> None:
    """Record one posting, in a transaction of its own: what is wrong with it holds no other back."""
    with database().reading(actor()) as session:
        name = chase_queries.get_notice(session, notice_id).name
    try:
        with database().writing(actor()) as session:
            notice = chase_queries.get_notice(session, notice_id)
            notice_service.record_sending(session, notice, chosen_day(form.sent_on), proof, chase_desk())
    except AtmpInsureError as error:
        form.form_errors.append(f"{name} : {error}")


@blueprint.get("/premiums/notices/<int:notice_id>")
@needs(Right.READ_POLICIES)
def show_notice(notice_id: int) -> ResponseReturnValue:
    """A formal notice: what it claims, its letter, its posting and its days, how it ended."""
    with database().reading(actor()) as session:
        return _notice_page(session, chase_queries.get_notice(session, notice_id))


def _notice_page(
    session: ScopedSession, notice: PremiumNotice, sending: SendingForm | None = None, reason: ReasonForm | None = None
) -> ResponseReturnValue:
    sending, reason = sending or SendingForm(sent_on=today()), reason or ReasonForm()
    sent = notice.sending
    return render_template(
        "premiums/notice.html", notice=notice, company=get_company(session, notice.company_id),
        policy=get_policy(session, notice.policy_id), state=notice_state(notice), sending=sending, reason=reason,
        calls=shown_calls(session, chase_queries.calls_claimed(session, notice.id)),
        chase=chase_queries.find_chase(session, notice.policy_id),
        may_collect=notice.ending is None and has_right_there(session, Right.COLLECT_POLICIES, notice.company_id),
        may_end=notice.ending is None and sent is not None and sent.terminable_on <= today()
        and has_right_there(session, Right.END_POLICIES, notice.company_id),
        last_covered_on=None if sent is None else sent.suspended_on - timedelta(days=1),
        trail=history.trail_of(session, notice),
    ), status_of(sending, reason)  # fmt: skip


@blueprint.post("/premiums/notices/<int:notice_id>/sending")
@needs(Right.COLLECT_POLICIES)
def record_sending(notice_id: int) -> ResponseReturnValue:
    """Record that a formal notice was posted."""
    form = SendingForm()
    if carried_out(lambda session: _record_sending(session, notice_id, form), form):
        flash(_("Envoi enregistré : les trente jours courent."), "success")
        return redirect(url_for("premiums.show_notice", notice_id=notice_id))
    with database().reading(actor()) as session:
        return _notice_page(session, chase_queries.get_notice(session, notice_id), sending=form)


def _record_sending(session: ScopedSession, notice_id: int, form: SendingForm) -> None:
    notice = chase_queries.get_notice(session, notice_id)
    notice_service.record_sending(session, notice, chosen_day(form.sent_on), form.proof.data or "", chase_desk())


@blueprint.post("/premiums/notices/<int:notice_id>/withdraw")
@needs(Right.COLLECT_POLICIES)
def withdraw_notice(notice_id: int) -> ResponseReturnValue:
    """Withdraw a formal notice, with its reason."""
    form = ReasonForm()
    if carried_out(lambda session: _withdraw(session, notice_id, form), form):
        flash(_("Mise en demeure retirée : elle est sans effet."), "success")
        return redirect(url_for("premiums.show_notice", notice_id=notice_id))
    with database().reading(actor()) as session:
        return _notice_page(session, chase_queries.get_notice(session, notice_id), reason=form)


def _withdraw(session: ScopedSession, notice_id: int, form: ReasonForm) -> None:
    notice_service.withdraw(session, chase_queries.get_notice(session, notice_id), form.reason.data or "", chase_desk())


@blueprint.route("/premiums/notices/<int:notice_id>/terminate", methods=["GET", "POST"])
@needs(Right.END_POLICIES)
def terminate_unpaid(notice_id: int) -> ResponseReturnValue:
    """End a policy whose formal notice stayed unpaid: somebody's choice, from the tenth day after the thirty."""
    with database().reading(actor()) as session:
        notice = chase_queries.get_notice(session, notice_id)
    return answered(ActPage(
        notice.policy_id, ActForm(reason=_("Mise en demeure %(name)s restée sans paiement", name=notice.name)),
        _("Résilier pour non-paiement"),
        _("La résiliation prend effet le lendemain, au plus tôt dix jours après les trente jours de la mise en "
          "demeure ; la lettre qui la notifie est faite aussitôt. Les sinistres d'avant la suspension restent "
          "garantis."),
        _("Contrat résilié."), lambda session, _policy: _termination(session, notice_id),
    ))  # fmt: skip


def _termination(session: ScopedSession, notice_id: int) -> Wanted:
    ground = grounds().on(NON_PAYMENT, today())
    on = notice_service.ends_on(chase_queries.get_notice(session, notice_id), chase_desk())
    return Wanted(on, Termination(ground.code, ground.refunding, ground.voids))


@blueprint.route("/policies/<int:policy_id>/premiums/hold", methods=["GET", "POST"])
@needs(Right.COLLECT_POLICIES)
def hold_premiums(policy_id: int) -> ResponseReturnValue:
    """Hold back the chasing of a policy, with a reason."""
    form = HoldForm()
    if carried_out(lambda session: chase_service.hold(session, policy_id, form.hold(), chase_desk()), form):
        flash(_("Procédure arrêtée pour ce contrat."), "success")
        return redirect(url_for("premiums.show_premiums", policy_id=policy_id))
    with database().reading(actor()) as session:
        policy = get_policy(session, policy_id)
        company = get_company(session, policy.company_id)
    return render_template("premiums/hold.html", form=form, policy=policy, company=company), status_of(form)


@blueprint.route("/policies/<int:policy_id>/premiums/release", methods=["GET", "POST"])
@needs(Right.COLLECT_POLICIES)
def release_premiums(policy_id: int) -> ResponseReturnValue:
    """Let the chasing of a policy go on from where its days put it."""
    form = ReasonForm()
    if carried_out(
        lambda session: chase_service.release(session, policy_id, form.reason.data or "", chase_desk()), form
    ):
        flash(_("La procédure reprend ; ce qui n'a pas été appelé entre-temps est à appeler."), "success")
        return redirect(url_for("premiums.show_premiums", policy_id=policy_id))
    with database().reading(actor()) as session:
        policy = get_policy(session, policy_id)
        company, held = get_company(session, policy.company_id), chase_queries.find_hold(session, policy_id)
    return render_template("premiums/release.html", form=form, policy=policy, company=company, hold=held), status_of(
        form
    )
