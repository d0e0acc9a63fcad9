"""Pages of outgoing mail: the list, one mail with its text, and trying again what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for

from atmp_insure.access.change_log import record_reading
from atmp_insure.access.roles import Right
from atmp_insure.documents import queries
from atmp_insure.documents.blueprint import blueprint
from atmp_insure.documents.lists import MAILS
from atmp_insure.documents.models import MailState
from atmp_insure.documents.outgoing import LINK_EVENTS, resend_mail
from atmp_insure.documents.shown import MAIL_STATES
from atmp_insure.web import history, listing
from atmp_insure.web.request_scope import actor, database, needs, now, settings
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from atmp_insure.documents.models import Document, OutgoingMail


@blueprint.get("/mail")
@needs(Right.READ_MAIL)
def list_mail() -> ResponseReturnValue:
    """All outgoing mail."""
    return listing.page(MAILS, "documents/mails.html", has_relay=bool(settings().mail.host))


@blueprint.get("/mail/<int:mail_id>")
@needs(Right.READ_MAIL)
def show_mail(mail_id: int) -> ResponseReturnValue:
    """One mail; the text of one that opens an account is for those who manage users."""
    with database().reading(actor()) as session:
        mail = queries.get_mail(session, mail_id)
        attached = queries.list_attached(session, mail)
        trail = history.trail_of(session, mail)
    shows_text = mail.event not in LINK_EVENTS or actor().may(Right.WRITE_USERS)
    what = "courriel, texte compris" if shows_text else "courriel, sans son texte"
    record_reading(database(), actor(), "read", f"outgoing_mail:{mail.id}", what, company_id=mail.company_id)
    return render_template(
        "documents/mail.html", trail=trail, attached=attached, shows_text=shows_text, **_about(mail, attached)
    )


def _about(mail: OutgoingMail, attached: Sequence[Document]) -> dict[str, Any]:
    return {
        "mail": mail,
        "state": MAIL_STATES[mail.state],
        "hidden_count": len(set(mail.document_ids)) - len(attached),
        "may_resend": actor().may(Right.WRITE_LETTERS) and mail.state is not MailState.SENT,
        "has_relay": bool(settings().mail.host),
    }


@blueprint.post("/mail/<int:mail_id>/resend")
@needs(Right.WRITE_LETTERS)
def resend(mail_id: int) -> ResponseReturnValue:
    """Try a mail again at once."""
    with database().writing(actor()) as session:
        resend_mail(session, queries.get_mail(session, mail_id), now())
    flash(_("Le courriel repart au prochain envoi, dans la minute."), "success")
    return redirect(url_for("documents.show_mail", mail_id=mail_id))
