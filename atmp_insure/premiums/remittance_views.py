"""Pages of cheques: those that wait by account, a remittance to be recorded, remittances and their cheques."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from atmp_insure.access.roles import Right
from atmp_insure.ledger.blueprint import books
from atmp_insure.ledger.queries import list_entries_about
from atmp_insure.parties.partner_queries import names_of_organisations
from atmp_insure.parties.queries import names_of
from atmp_insure.premiums import remittance_queries, remittance_service
from atmp_insure.premiums.blueprint import blueprint
from atmp_insure.premiums.remittance_forms import RemittanceForm
from atmp_insure.premiums.remittance_lists import REMITTANCES
from atmp_insure.web import history, listing
from atmp_insure.web.forms import status_of, written
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession

__all__ = ["blueprint"]


@blueprint.get("/premiums/remittances")
@needs(Right.READ_LEDGER)
def list_remittances() -> ResponseReturnValue:
    """The remittances of cheques, the last first."""
    may_collect = actor().may(Right.COLLECT_POLICIES)
    return listing.page(REMITTANCES, "premiums/remittances.html", may_collect=may_collect)


@blueprint.get("/premiums/remittances/new")
@needs(Right.COLLECT_POLICIES)
def choose_account_of_cheques() -> ResponseReturnValue:
    """The accounts for which cheques wait to be handed to the bank."""
    waiting: dict[int, list[Decimal]] = defaultdict(list)
    with database().reading(actor()) as session:
        for one in remittance_queries.list_uncashed(session):
            waiting[one.insurer_id].append(one.amount_eur)
        names = names_of_organisations(session, sorted(waiting))
    accounts = [(one, names[one], len(found), sum(found, Decimal(0))) for one, found in sorted(waiting.items())]
    return render_template("premiums/cheques.html", accounts=accounts)


@blueprint.route("/premiums/remittances/new/<int:organisation_id>", methods=["GET", "POST"])
@needs(Right.COLLECT_POLICIES)
def remit_cheques(organisation_id: int) -> ResponseReturnValue:
    """Hand the cheques that are ticked to the bank of one insurer's premiums."""
    with database().reading(actor()) as session:
        form = _offered(session, organisation_id)
    row = written(form, lambda session: remittance_service.remit(session, form.remittance(organisation_id), books()))
    if row is not None:
        flash(_("Remise %(name)s enregistrée et passée en comptabilité.", name=row.name), "success")
        return redirect(url_for("premiums.show_remittance", remittance_id=row.id))
    with database().reading(actor()) as session:
        name = names_of_organisations(session, [organisation_id]).get(organisation_id, "")
    return render_template("premiums/new_remittance.html", form=form, insurer_id=organisation_id, insurer=name), (
        status_of(form)
    )


def _offered(session: ScopedSession, insurer_id: int) -> RemittanceForm:
    waiting = remittance_queries.list_uncashed(session, insurer_id)
    return RemittanceForm.offered(waiting, names_of(session, {one.company_id for one in waiting}))


@blueprint.get("/premiums/remittances/<int:remittance_id>")
@needs(Right.READ_LEDGER)
def show_remittance(remittance_id: int) -> ResponseReturnValue:
    """A remittance with its cheques; those that the bank gave back are marked."""
    with database().reading(actor()) as session:
        row = remittance_queries.get_remittance(session, remittance_id)
        return render_template(
            "premiums/remittance.html", row=row, insurer=names_of_organisations(session, [row.insurer_id]),
            companies=names_of(session, {one.company_id for one in row.cheques}),
            back=remittance_queries.list_taken_back(session, [one.payment_id for one in row.cheques]),
            entries=list_entries_about(session, f"{remittance_service.REMITTANCES}:{row.id}"),
            trail=history.trail_of(session, row),
        )  # fmt: skip
