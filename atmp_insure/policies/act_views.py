"""Pages of the acts on a policy: issued from its quote, renewed, suspended, resumed, ended, taken back in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request, url_for

from atmp_insure.access.roles import Right
from atmp_insure.policies import issue_service, queries
from atmp_insure.policies.act_blueprint import ActPage, answered
from atmp_insure.policies.blueprint import blueprint, catalogue, grounds
from atmp_insure.policies.changes import ChangeProductVersion
from atmp_insure.policies.forms import ActForm, DatedActForm, RenewForm, ResumeForm, TerminateForm
from atmp_insure.policies.grounds import ends_on
from atmp_insure.policies.issue_service import Issuing
from atmp_insure.policies.issuing import next_versions, next_year
from atmp_insure.policies.revision_queries import ready_revision
from atmp_insure.policies.revision_service import renewal_changes_of
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.stack_service import Act, latest_state
from atmp_insure.policies.transactions import Renewal, Resumption, Suspension, Termination
from atmp_insure.underwriting.queries import get_quote
from atmp_insure.web.forms import choices
from atmp_insure.web.request_scope import actor, database, needs, now
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.revision_models import PolicyRevision


@blueprint.post("/quotes/<int:quote_id>/policy")
@needs(Right.WRITE_POLICIES)
def issue_policy(quote_id: int) -> ResponseReturnValue:
    """Issue the policy of a quote that its client accepted."""
    chosen = request.form.get("agreement_version_id", type=int)
    with database().writing(actor()) as session:
        act = Act(_("Devis accepté par le client"), now())
        policy = issue_service.issue_policy(session, get_quote(session, quote_id), Issuing(chosen), catalogue(), act)
        number = policy.id
    flash(_("Contrat émis."), "success")
    return redirect(url_for("policies.show_policy", policy_id=number))


@blueprint.route("/policies/<int:policy_id>/renew", methods=["GET", "POST"])
@needs(Right.WRITE_POLICIES)
def renew_policy(policy_id: int) -> ResponseReturnValue:
    """Open the next policy year."""
    with database().reading(actor()) as session:
        state = latest_state(queries.get_policy(session, policy_id))
        revision = ready_revision(session, policy_id, state.due_on)
    form, year = RenewForm.offered(is_revised=revision is not None), next_year(state.year)
    form.product_version.choices = choices((one.version, one.version) for one in next_versions(catalogue(), state))
    revised = revision if form.is_revised else None
    days = {"first": f"{year.first_day:%d/%m/%Y}", "last": f"{year.last_day:%d/%m/%Y}"}
    return answered(ActPage(
        policy_id, form, _("Renouveler le contrat"),
        _("Une année d'assurance s'ouvre du %(first)s au %(last)s.", **days),
        _("Contrat renouvelé."),
        lambda inner, policy: _renewal(inner, policy, form.product_version.data or "", revised),
        quote_id=None if revised is None else revised.quote_id,
    ))  # fmt: skip


def _renewal(session: ScopedSession, policy: Policy, version: str, revised: PolicyRevision | None) -> Wanted:
    """The next year of a policy, on the terms of its revision, or under a version of its product."""
    state = latest_state(policy)
    year = next_year(state.year)
    if revised is not None:
        changes = tuple(renewal_changes_of(session, revised, state, catalogue()))
        return Wanted(year.first_day, Renewal(year, changes))
    chosen = next(one for one in next_versions(catalogue(), state) if one.version == version)
    is_same = chosen.version == state.terms.product_version
    changed = () if is_same else (ChangeProductVersion(chosen.version, chosen.minimum_premium_eur),)
    return Wanted(year.first_day, Renewal(year, changed))


@blueprint.route("/policies/<int:policy_id>/suspend", methods=["GET", "POST"])
@needs(Right.COLLECT_POLICIES)
def suspend_policy(policy_id: int) -> ResponseReturnValue:
    """Suspend cover, for a premium that stays unpaid after its formal notice."""
    form = DatedActForm()
    return answered(ActPage(
        policy_id, form, _("Suspendre la garantie"),
        _("Trente jours après l'envoi de la mise en demeure restée sans paiement (art. L.113-3 du code des "
          "assurances). La prime reste due."),
        _("Garantie suspendue."), lambda _session, _policy: Wanted(form.first_day(), Suspension()),
    ))  # fmt: skip


@blueprint.route("/policies/<int:policy_id>/resume", methods=["GET", "POST"])
@needs(Right.COLLECT_POLICIES)
def resume_policy(policy_id: int) -> ResponseReturnValue:
    """Put cover back in force, at noon of the day after everything was paid."""
    form = ResumeForm()
    return answered(ActPage(
        policy_id, form, _("Remettre en vigueur"),
        _("À midi, le lendemain du jour où toutes les sommes dues ont été payées ; sans effet sur ce qui est arrivé "
          "pendant la suspension."),
        _("Garantie remise en vigueur."), lambda _session, _policy: Wanted(form.first_day(), Resumption()),
    ))  # fmt: skip


@blueprint.route("/policies/<int:policy_id>/terminate", methods=["GET", "POST"])
@needs(Right.END_POLICIES)
def terminate_policy(policy_id: int) -> ResponseReturnValue:
    """End a policy, on a legal ground; the ground says from which day, and what becomes of the premium."""
    form = TerminateForm()
    form.ground.choices = choices(grounds().labels().items())
    return answered(ActPage(
        policy_id, form, _("Résilier le contrat"),
        _("Le motif fixe la date d'effet et le sort de la prime. Les sinistres d'avant restent garantis."),
        _("Contrat résilié."), lambda _session, policy: _termination(policy, form),
        values={"legal_grounds": grounds().latest()},
    ))  # fmt: skip


def _termination(policy: Policy, form: TerminateForm) -> Wanted:
    """The end of a policy, on the day that its ground gives to the notice."""
    notice = form.notice()
    ground = grounds().on(form.ground.data or "", notice.sent_on)
    on = ends_on(ground, notice, latest_state(policy))
    return Wanted(on, Termination(ground.code, ground.refunding, ground.voids))


@blueprint.route("/policies/<int:policy_id>/transactions/<int:number>/take-back", methods=["GET", "POST"])
@needs(Right.END_POLICIES)
def take_back(policy_id: int, number: int) -> ResponseReturnValue:
    """Take a transaction back, at its exact price; those after it are applied again."""
    return answered(ActPage(
        policy_id, ActForm(), _("Annuler la transaction n° %(number)s", number=number),
        _("Elle reste dans l'histoire du contrat : une annulation la compense au centime près."),
        _("Transaction annulée."), number=number,
    ))  # fmt: skip
