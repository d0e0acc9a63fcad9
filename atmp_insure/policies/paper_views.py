"""The papers of a policy: that of a transaction, as it is filed or as it would be, and certificates of cover."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import redirect, send_file, url_for

from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import NotFound
from atmp_insure.parties.blueprints import asked_day
from atmp_insure.policies import queries
from atmp_insure.policies.blueprint import blueprint
from atmp_insure.policies.paper_jobs import open_room
from atmp_insure.policies.paper_shown import PAPER_KINDS, certificate_of, paper_of, printed
from atmp_insure.web.environment import today
from atmp_insure.web.request_scope import actor, database, needs, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

PDF = "application/pdf"


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
        content = printed(paper_of(session, policy, row, open_room(settings(), database().key_ring)))
    return _sent(content, f"{policy.reference}_{number}.pdf")


@blueprint.get("/policies/<int:policy_id>/certificate")
@needs(Right.READ_POLICIES)
def print_certificate(policy_id: int) -> ResponseReturnValue:
    """What is certified of a policy on a day (`?le=`), dated today."""
    on = asked_day()
    with database().reading(actor()) as session:
        policy = queries.get_policy(session, policy_id)
        room = open_room(settings(), database().key_ring)
        content = printed(certificate_of(session, policy, on.day, room, dated=today()))
    return _sent(content, f"attestation_{policy.reference}.pdf")


def _sent(content: bytes, name: str) -> ResponseReturnValue:
    answer = send_file(io.BytesIO(content), PDF, as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer
