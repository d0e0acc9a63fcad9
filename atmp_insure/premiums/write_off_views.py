"""Pages of write-offs: a small remainder with its reason, a write-off that was made, taken back by its opposite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.kernel.errors import NotFound
from atmp_insure.ledger.blueprint import books
from atmp_insure.ledger.queries import list_entries_about
from atmp_insure.parties.queries import get_company
from atmp_insure.premiums import write_off_queries, write_off_service
from atmp_insure.premiums.blueprint import blueprint
from atmp_insure.premiums.write_off_forms import TakeBackForm, WriteOffForm
from atmp_insure.web import history
from atmp_insure.web.forms import carried_out, status_of, written
from atmp_insure.web.request_scope import actor, database, needs, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.ledger.models import OpenItem
    from atmp_insure.premiums.write_off_models import PremiumWriteOff

__all__ = ["blueprint"]


@blueprint.route("/premiums/accounts/<int:company_id>/remainders/<int:item_id>", methods=["GET", "POST"])
@needs(Right.WRITE_OFF_PREMIUMS)
def write_remainder_off(company_id: int, item_id: int) -> ResponseReturnValue:
    """Write off what is left of a call or of a credit, with its reason."""
    form, most_eur = WriteOffForm(), settings().premiums.write_off_eur
    row = written(form, lambda session: write_off_service.write_off(
        session, form.write_off(company_id, item_id), most_eur, books(),
    ))  # fmt: skip
    if row is not None:
        flash(_("Reste abandonné : le compte du client est à jour."), "success")
        return redirect(url_for("premiums.show_account", company_id=company_id))
    with database().reading(actor()) as session:
        company, item = get_company(session, company_id), _remainder(session, company_id, item_id)
        form.seen.data = str(item.left_eur)
        return render_template("premiums/new_write_off.html", form=form, company=company, item=item), status_of(form)


def _remainder(session: ScopedSession, company_id: int, item_id: int) -> OpenItem:
    small = write_off_service.small_remainders(session, company_id, settings().premiums.write_off_eur)
    found = next((one for one in small if one.id == item_id), None)
    if found is None:
        raise NotFound("De cette ligne il ne reste rien, ou plus que ce qui s'abandonne. Revenir au compte du client.")
    return found


@blueprint.get("/premiums/write-offs/<int:write_off_id>")
@needs(Right.READ_POLICIES)
def show_write_off(write_off_id: int) -> ResponseReturnValue:
    """A write-off, and what takes it back."""
    with database().reading(actor()) as session:
        return _write_off_page(session, write_off_queries.get_write_off(session, write_off_id), TakeBackForm())


def _write_off_page(session: ScopedSession, row: PremiumWriteOff, form: TakeBackForm) -> ResponseReturnValue:
    back, may_read_books = write_off_queries.find_reversal(session, row.id), actor().may(Right.READ_LEDGER)
    stands = back is None and row.reverses_id is None
    return render_template(
        "premiums/write_off.html", row=row, back=back, form=form, company=get_company(session, row.company_id),
        may_take_back=stands and has_right_there(session, Right.WRITE_OFF_PREMIUMS, row.company_id),
        entries=list_entries_about(session, f"{write_off_service.WRITE_OFFS}:{row.id}") if may_read_books else (),
        trail=history.trail_of(session, row),
    ), status_of(form)  # fmt: skip


@blueprint.post("/premiums/write-offs/<int:write_off_id>/take-back")
@needs(Right.WRITE_OFF_PREMIUMS)
def take_write_off_back(write_off_id: int) -> ResponseReturnValue:
    """Take a write-off back: what was given up is owed again."""
    form = TakeBackForm()
    if carried_out(lambda session: _take_back(session, write_off_id, form), form):
        flash(_("Abandon repris : le reste est de nouveau ouvert sur le compte du client."), "success")
        return redirect(url_for("premiums.show_write_off", write_off_id=write_off_id))
    with database().reading(actor()) as session:
        return _write_off_page(session, write_off_queries.get_write_off(session, write_off_id), form)


def _take_back(session: ScopedSession, write_off_id: int, form: TakeBackForm) -> None:
    row = write_off_queries.get_write_off(session, write_off_id)
    write_off_service.take_back(session, row, form.reason.data or "", books())
