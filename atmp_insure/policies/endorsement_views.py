"""Pages of endorsements: the kinds that one may choose among, and the form of each, from the terms of its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import NotFound
from atmp_insure.parties.queries import get_company
from atmp_insure.policies import endorsement_forms as forms
from atmp_insure.policies import queries, section_forms
from atmp_insure.policies.act_blueprint import ActPage, answered
from atmp_insure.policies.blueprint import blueprint
from atmp_insure.policies.changes import ChangeKind
from atmp_insure.policies.endorsement_blueprint import start_of
from atmp_insure.policies.rights import RIGHT_TO_CHANGE
from atmp_insure.policies.service import Wanted
from atmp_insure.policies.transactions import Endorsement
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of endorsement that a page offers.

    Attributes:
        change: the kind of change whose right it asks.
    """

    code: str
    label: Any
    intro: Any
    form: type[forms.EndorsementForm]
    change: ChangeKind


KINDS = {
    one.code: one
    for one in (
        Kind("open-section", _l("Ajouter une section"),
             _l("Un établissement ouvert, ou acquis avec l'historique de son compte employeur."),
             section_forms.OpenSectionForm, ChangeKind.OPEN_SECTION),
        Kind("close-section", _l("Retirer une section"), _l("Un établissement fermé, ou cédé."),
             section_forms.CloseSectionForm, ChangeKind.CLOSE_SECTION),
        Kind("move-section", _l("Transférer un établissement"),
             _l("Il change de SIRET et emporte l'historique de son compte employeur."),
             section_forms.MoveSectionForm, ChangeKind.MOVE_SECTION),
        Kind("wages", _l("Changer une masse salariale"),
             _l("La prime provisionnelle suit la masse salariale, au taux convenu."), section_forms.WagesForm,
             ChangeKind.WAGES),
        Kind("cover", _l("Changer garanties, franchise, plafonds ou prix"),
             _l("Une garantie sans prix n'est pas accordée. Les primes sont celles d'une année entière, hors taxe."),
             forms.CoverForm, ChangeKind.COVER),
        Kind("broker", _l("Changer de courtier"),
             _l("La commission des primes déjà appelées reste à l'ancien courtier."),
             forms.BrokerForm, ChangeKind.BROKER),
        Kind("insurer", _l("Changer d'assureur ou de parts"),
             _l("Le reste de l'année passe des uns aux autres."), forms.InsurerForm, ChangeKind.INSURER),
        Kind("contact", _l("Changer d'interlocuteur"), _l("À qui le bureau écrit au sujet de ce contrat."),
             forms.ContactForm, ChangeKind.CONTACT),
        Kind("mandate", _l("Changer le compte débité"), _l("Le mandat par lequel les primes sont prélevées."),
             forms.MandateForm, ChangeKind.MANDATE),
    )
}  # fmt: skip


@blueprint.get("/policies/<int:policy_id>/endorse")
@needs(Right.READ_POLICIES)
def choose_endorsement(policy_id: int) -> ResponseReturnValue:
    """The kinds of endorsement that the viewer may make."""
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        company = get_company(session, policy.company_id)
        offered = [one for one in KINDS.values() if has_right_there(session, _right(one), policy.company_id)]
    return render_template("policies/endorse.html", policy=policy, company=company, kinds=offered)


@blueprint.route("/policies/<int:policy_id>/endorse/<endorsement>", methods=["GET", "POST"])
@needs(Right.READ_POLICIES)
def endorse_policy(policy_id: int, endorsement: str) -> ResponseReturnValue:
    """An endorsement of one kind."""
    chosen = KINDS.get(endorsement)
    if chosen is None:
        raise NotFound(_("Il n'y a pas d'avenant de cette sorte."))
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        form = chosen.form.made(start_of(session, policy, _asked_day()))

    def wanted(inner: ScopedSession, current: Policy) -> Wanted:
        on = form.first_day()
        return Wanted(on, Endorsement(form.changes(start_of(inner, current, on))))

    return answered(ActPage(policy_id, form, str(chosen.label), str(chosen.intro), _("Avenant enregistré."), wanted))


def _right(kind: Kind) -> Right:
    return RIGHT_TO_CHANGE[kind.change]


def _asked_day() -> date:
    """The day of the endorsement, when it is given already."""
    return request.form.get("effective_on", type=date.fromisoformat) or today()
