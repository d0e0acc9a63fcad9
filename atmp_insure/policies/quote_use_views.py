"""The page on which the terms of an accepted quote come into a policy, as an endorsement or as its year begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.access.roles import Right
from atmp_insure.policies.act_blueprint import ActPage, answered
from atmp_insure.policies.blueprint import blueprint, catalogue
from atmp_insure.policies.forms import ActForm
from atmp_insure.policies.quote_use_service import require_accepted, wanted_of_quote
from atmp_insure.underwriting.queries import get_quote
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.policies.models import Policy
    from atmp_insure.policies.service import Wanted


@blueprint.route("/policies/<int:policy_id>/quotes/<int:quote_id>", methods=["GET", "POST"])
@needs(Right.WRITE_POLICIES)
def apply_quote(policy_id: int, quote_id: int) -> ResponseReturnValue:
    """Bring the terms of a quote that its client accepted into a policy."""
    with database().reading(actor()) as session:
        quote = get_quote(session, quote_id)
    form, said = ActForm(), {"reference": quote.reference, "day": f"{quote.starts_on:%d/%m/%Y}"}
    form.reason.data = form.reason.data or _("Devis %(reference)s accepté par le client", **said)
    return answered(ActPage(
        policy_id, form, _("Porter les conditions du devis %(reference)s au contrat", **said),
        _("À effet du %(day)s. L'assureur, le courtier, l'interlocuteur et le compte débité restent ceux du contrat.",
          **said),
        _("Contrat mis à jour."), lambda inner, policy: _wanted(inner, policy, quote_id), quote_id=quote_id,
    ))  # fmt: skip


def _wanted(session: ScopedSession, policy: Policy, quote_id: int) -> Wanted:
    quote = get_quote(session, quote_id)
    return wanted_of_quote(policy, quote, require_accepted(session, quote), catalogue())
