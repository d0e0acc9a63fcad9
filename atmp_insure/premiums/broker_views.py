"""Pages of premiums that brokers collect: bordereaux, one with its transfers, entering one, a line, a transfer."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from atmp_insure.access.change_log import record_reading
from atmp_insure.access.rights_there import has_right_there
from atmp_insure.access.roles import Right
from atmp_insure.ledger.blueprint import books
from atmp_insure.ledger.queries import list_entries_about
from atmp_insure.parties.partner_queries import get_organisation, names_of_organisations
from atmp_insure.parties.queries import names_of
from atmp_insure.premiums import broker_queries, broker_remitting_service, broker_service
from atmp_insure.premiums.booking import BY_BROKER
from atmp_insure.premiums.broker_forms import BackForm, BordereauForm, TransferForm, offered_calls
from atmp_insure.premiums.broker_lines import COLUMNS
from atmp_insure.premiums.broker_lists import BORDEREAUX
from atmp_insure.premiums.broker_service import declarer, transfer_subject
from atmp_insure.premiums.broker_shown import LINE_COLUMNS, exported_lines, shown_bordereau
from atmp_insure.premiums.loader import installed_broker_payment
from atmp_insure.premiums.shown import shown_calls
from atmp_insure.web import history, listing
from atmp_insure.web.environment import today
from atmp_insure.web.forms import carried_out, status_of, written
from atmp_insure.web.listing import CSV, EXPORT, XLSX
from atmp_insure.web.request_scope import actor, database, needs, settings
from atmp_insure.web.spreadsheets import csv_answer, xlsx_answer
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from decimal import Decimal

    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.premiums.broker_bordereaux import CountsFrom
    from atmp_insure.premiums.broker_forms import OfferedCall
    from atmp_insure.premiums.broker_models import BordereauLine, BrokerBordereau, BrokerRemittance
    from atmp_insure.premiums.broker_shown import ShownBordereau
    from atmp_insure.regulation.values import Sourced

blueprint = Blueprint("brokers", __name__, url_prefix="/premiums/bordereaux")


@blueprint.get("")
@needs(Right.READ_COMMISSIONS)
def list_bordereaux() -> ResponseReturnValue:
    """The bordereaux of premiums, the last first; what is not remitted says for how long."""
    with database().reading(actor()) as session:
        left = broker_queries.sum_to_remit(session)
    may_declare = actor().may(Right.DECLARE_PREMIUMS)
    return listing.page(BORDEREAUX, "brokers/bordereaux.html", may_declare=may_declare, left=left)


@blueprint.get("/new")
@needs(Right.DECLARE_PREMIUMS)
def choose_broker() -> ResponseReturnValue:
    """For which broker a bordereau is entered; a broker enters its own."""
    own = {one.organisation_id for one in actor().granted(Right.DECLARE_PREMIUMS)} - {None}
    if not actor().everywhere(Right.DECLARE_PREMIUMS) and len(own) == 1:
        return redirect(url_for("brokers.declare", organisation_id=own.pop()))
    with database().reading(actor()) as session:
        brokers = broker_queries.list_collecting(session)
    return render_template("brokers/choose.html", brokers=brokers)


@blueprint.get("/model")
@needs(Right.DECLARE_PREMIUMS)
def download_model() -> Response:
    """An empty file with the columns."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([one.heading for one in COLUMNS])
    headers = {"Content-Disposition": 'attachment; filename="bordereau.csv"'}
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _law() -> Sourced[CountsFrom]:
    return installed_broker_payment(settings().config_overlay, today())


@blueprint.route("/new/<int:organisation_id>", methods=["GET", "POST"])
@needs(Right.DECLARE_PREMIUMS)
def declare(organisation_id: int) -> ResponseReturnValue:
    """Enter a bordereau: the calls that clients paid to their broker."""
    by, form = declarer(actor(), organisation_id), BordereauForm.offered()
    with database().reading(actor()) as session:
        facts = _offered(session, organisation_id)
    row = written(form, lambda session: _declared(session, form, organisation_id, facts["offered"]), by)
    if row is not None:
        flash(_("Bordereau %(name)s enregistré : les appels qu'il paie sont réglés.", name=row.name), "success")
        return redirect(url_for("brokers.show_bordereau", bordereau_id=row.id))
    return render_template("brokers/new.html", form=form, **facts), status_of(form)


def _offered(session: ScopedSession, broker_id: int) -> dict[str, Any]:
    """The open calls of a broker, and what the page says beside them."""
    calls = broker_queries.list_open_calls(session, broker_id)
    return {
        "broker": get_organisation(session, broker_id), "most": broker_queries.MOST_CALLS, "law": _law(),
        "power": broker_queries.collecting_power(session, broker_id, today()),
        "offered": offered_calls(shown_calls(session, calls), request.form),
        "clients": names_of(session, {one.company_id for one in calls}),
    }  # fmt: skip


def _declared(
    session: ScopedSession, form: BordereauForm, broker_id: int, offered: list[OfferedCall]
) -> BrokerBordereau:
    largest = settings().vault.largest_bytes
    return broker_service.declare(session, form.bordereau(broker_id, offered, _law().value, largest), books())


@blueprint.get("/<int:bordereau_id>")
@needs(Right.READ_COMMISSIONS)
def show_bordereau(bordereau_id: int) -> ResponseReturnValue:
    """A bordereau: its lines, what was transferred, what is left to remit; or its file."""
    with database().reading(actor()) as session:
        shown = shown_bordereau(session, broker_queries.get_bordereau(session, bordereau_id))
        wanted = request.args.get(EXPORT)
        if wanted not in {CSV, XLSX}:
            return _bordereau_page(session, shown, TransferForm.offered())
    return _exported(shown, wanted)


def _exported(shown: ShownBordereau, wanted: str) -> Response:
    what = f"bordereau {shown.row.name} ({wanted.upper()})"
    record_reading(database(), actor(), "exported", f"broker_bordereaux:{shown.row.id}", what)
    write = csv_answer if wanted == CSV else xlsx_answer
    return write(shown.row.name, LINE_COLUMNS, exported_lines(shown, shown.row.lines))


def _bordereau_page(session: ScopedSession, shown: ShownBordereau, form: TransferForm) -> ResponseReturnValue:
    may_remit = actor().everywhere(Right.COLLECT_POLICIES)
    expected = _expected(session, shown) if may_remit and shown.left_eur > 0 else []
    return render_template(
        "brokers/bordereau.html", shown=shown, row=shown.row, form=form if expected else None, expected=expected,
        may_remit=may_remit, law=_law(), trail=history.trail_of(session, shown.row),
    ), status_of(form)  # fmt: skip


def _expected(session: ScopedSession, shown: ShownBordereau) -> list[tuple[int, str, Decimal, str | None]]:
    """Each insurer with what its account is to receive, and what was typed for it."""
    found = broker_remitting_service.expected(session, shown.row)
    names = names_of_organisations(session, sorted(found))
    return [(one, names[one], left_eur, request.form.get(f"part_{one}")) for one, left_eur in sorted(found.items())]


@blueprint.post("/<int:bordereau_id>/transfers")
@needs(Right.COLLECT_POLICIES)
def record_transfer(bordereau_id: int) -> ResponseReturnValue:
    """Record what a broker transferred for a bordereau."""
    form = TransferForm.offered()
    parts = {int(name[5:]): text for name, text in request.form.items() if name[:5] == "part_" and name[5:].isdigit()}
    row = written(
        form, lambda session: broker_remitting_service.remit(session, form.transfer(bordereau_id, parts), books())
    )
    with database().reading(actor()) as session:
        shown = shown_bordereau(session, broker_queries.get_bordereau(session, bordereau_id))
        if row is None:
            return _bordereau_page(session, shown, form)
    flash(_("Virement %(name)s enregistré et passé en comptabilité.", name=row.name), "success")
    return redirect(url_for("brokers.show_bordereau", bordereau_id=bordereau_id))


@blueprint.get("/lines/<int:line_id>")
@needs(Right.READ_POLICIES)
def show_line(line_id: int) -> ResponseReturnValue:
    """What a client paid to its broker: when, for which call, on which bordereau; what takes it back."""
    with database().reading(actor()) as session:
        return _line_page(session, broker_queries.get_line(session, line_id), BackForm())


def _line_page(session: ScopedSession, line: BordereauLine, form: BackForm) -> ResponseReturnValue:
    back, may_read_books = broker_queries.find_withdrawal(session, line.id), actor().may(Right.READ_LEDGER)
    may_take_back = back is None and has_right_there(session, Right.COLLECT_POLICIES, line.company_id)
    return render_template(
        "brokers/line.html", line=line, back=back, form=form if may_take_back else None,
        broker=names_of_organisations(session, [line.broker_id]).get(line.broker_id, ""),
        company=names_of(session, [line.company_id]).get(line.company_id, ""),
        may_read_bordereau=actor().may(Right.READ_COMMISSIONS),
        entries=list_entries_about(session, f"{BY_BROKER}{line.id}") if may_read_books else (),
    ), status_of(form)  # fmt: skip


@blueprint.post("/lines/<int:line_id>/take-back")
@needs(Right.COLLECT_POLICIES)
def take_line_back(line_id: int) -> ResponseReturnValue:
    """Take a line back: its call is owed again."""
    form = BackForm()
    if carried_out(
        lambda session: broker_service.take_line_back(session, line_id, form.reason.data or "", books()), form
    ):
        flash(_("Ligne annulée : ce qu'elle réglait est de nouveau dû."), "success")
        return redirect(url_for("brokers.show_line", line_id=line_id))
    with database().reading(actor()) as session:
        return _line_page(session, broker_queries.get_line(session, line_id), form)


@blueprint.get("/transfers/<int:transfer_id>")
@needs(Right.READ_COMMISSIONS)
def show_transfer(transfer_id: int) -> ResponseReturnValue:
    """A transfer of a broker, insurer by insurer, and what takes it back."""
    with database().reading(actor()) as session:
        return _transfer_page(session, broker_queries.get_transfer(session, transfer_id), BackForm())


def _transfer_page(session: ScopedSession, row: BrokerRemittance, form: BackForm) -> ResponseReturnValue:
    back = broker_queries.find_transfer_back(session, row.id)
    stands = back is None and row.reverses_id is None
    may_read_books = actor().may(Right.READ_LEDGER)
    return render_template(
        "brokers/transfer.html", row=row, back=back,
        form=form if stands and actor().everywhere(Right.COLLECT_POLICIES) else None,
        bordereau=broker_queries.get_bordereau(session, row.bordereau_id),
        names=names_of_organisations(session, [row.broker_id, *(one.insurer_id for one in row.parts)]),
        entries=list_entries_about(session, transfer_subject(row.id)) if may_read_books else (),
        trail=history.trail_of(session, row),
    ), status_of(form)  # fmt: skip


@blueprint.post("/transfers/<int:transfer_id>/take-back")
@needs(Right.COLLECT_POLICIES)
def take_transfer_back(transfer_id: int) -> ResponseReturnValue:
    """Take a transfer back that was recorded by mistake: the broker owes it again."""
    form = BackForm()
    if carried_out(
        lambda session: broker_remitting_service.take_back(session, transfer_id, form.reason.data or "", books()), form
    ):
        flash(_("Virement annulé : le courtier le doit de nouveau."), "success")
        return redirect(url_for("brokers.show_transfer", transfer_id=transfer_id))
    with database().reading(actor()) as session:
        return _transfer_page(session, broker_queries.get_transfer(session, transfer_id), form)
