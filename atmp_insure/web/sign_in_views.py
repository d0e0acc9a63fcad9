"""Signing in and out: password, second factor, passkey, invitation, forgotten password."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, session, url_for
from wtforms import PasswordField, StringField

from atmp_insure.access import passkeys, service, sign_in
from atmp_insure.access.models import TicketPurpose, UserState
from atmp_insure.access.queries import find_user_by_email
from atmp_insure.access.sign_in import AttemptOutcome
from atmp_insure.db.actor import system
from atmp_insure.documents.outgoing import write_mail
from atmp_insure.web import languages, mail_texts
from atmp_insure.web.cookies import sign_in_browser, sign_out_browser
from atmp_insure.web.forms import Form, carried_out, required, status_of
from atmp_insure.web.limits import limiter
from atmp_insure.web.request_scope import (
    ANYONE,
    SIGNED_IN,
    database,
    needs,
    now,
    settings,
    signed_in_viewer,
    viewer,
    without_second_factor,
)
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.access.models import User
    from atmp_insure.access.sign_in import Attempt

blueprint = Blueprint("sign_in", __name__)
GATE = system("sign-in")
_PENDING, _CHALLENGE = "pending", "challenge"
_PENDING_FOR = timedelta(minutes=10)
_FEW, _FEWER = "20 per minute", "5 per minute"


class SignInForm(Form):
    """Name and password, on one form."""

    sign_in = StringField(_l("Identifiant"), [required()], render_kw={"autocomplete": "username webauthn"})
    password = PasswordField(_l("Mot de passe"), [required()], render_kw={"autocomplete": "current-password"})


class CodeForm(Form):
    """The code of the authenticator."""

    code = StringField(
        _l("Code"), [required()], render_kw={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}
    )


class NewPasswordForm(Form):
    """A password to be chosen."""

    password = PasswordField(_l("Nouveau mot de passe"), [required()], render_kw={"autocomplete": "new-password"})


class ForgottenForm(Form):
    """The address to which a link is sent."""

    email = StringField(_l("Adresse électronique"), [required()], render_kw={"autocomplete": "email"})


def local_address(address: str | None) -> str:
    """The page to go to after signing in: one of ours, or the home page."""
    wanted = address or ""
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_ours else url_for("home.home")


@blueprint.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@limiter.limit(_FEW, methods=["POST"])
@needs(ANYONE)
def ask_password() -> ResponseReturnValue:
    """Name and password."""
    if viewer() is not None:
        return redirect(local_address(request.args.get("next")))
    form = SignInForm()
    if form.validate_on_submit():
        with database().writing(GATE) as writing:
            rules = settings().security
            attempt = sign_in.check_password(writing, form.sign_in.data or "", form.password.data or "", rules, now())
        return _after(attempt, form, "sign_in/password.html")
    return _page("sign_in/password.html", form)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit(_FEW, methods=["POST"])
@needs(ANYONE)
def ask_code() -> ResponseReturnValue:
    """The second factor, after a right password."""
    pending = _pending()
    if pending is None:
        flash(_("La première étape a expiré : saisir à nouveau le mot de passe."), "warning")
        return redirect(url_for("sign_in.sign_in"))
    form = CodeForm()
    if form.validate_on_submit():
        with database().writing(GATE) as writing:
            attempt = sign_in.check_code(writing, pending, form.code.data or "", settings().security, now())
        return _after(attempt, form, "sign_in/code.html", "code")
    return _page("sign_in/code.html", form)


@blueprint.post("/sign-in/passkey/options")
@limiter.limit(_FEW)
@needs(ANYONE)
def passkey_options() -> ResponseReturnValue:
    """What the browser is asked, to sign in with a passkey."""
    options, challenge = passkeys.sign_in_options(site())
    session[_CHALLENGE] = b64encode(challenge).decode("ascii")
    return options, 200, {"Content-Type": "application/json"}


@blueprint.post("/sign-in/passkey")
@limiter.limit(_FEW)
@needs(ANYONE)
def accept_passkey() -> ResponseReturnValue:
    """The browser's answer."""
    answer, challenge = request.get_json(silent=True), session.pop(_CHALLENGE, None)
    if not isinstance(answer, dict) or not challenge:
        abort(400)
    with database().writing(GATE) as writing:
        found = passkeys.proven(writing, site(), answer, b64decode(challenge))
        attempt = sign_in.accept_passkey(writing, *found, now()) if found is not None else None
    if attempt is None or attempt.user is None:
        return jsonify(message=_("Cette clé d'accès n'est pas reconnue ici.")), 403
    address = local_address(str(answer.get("next", "")))
    session.clear()
    return sign_in_browser(jsonify(address=address), attempt.user, "passkey")


@blueprint.post("/sign-out")
@needs(SIGNED_IN)
@without_second_factor
def sign_out() -> ResponseReturnValue:
    """End this session."""
    found = signed_in_viewer()
    assert found.session_id is not None, "a program has no session, and uses no page"
    with database().writing(GATE) as writing:
        sign_in.end_session(writing, found.session_id, found.user_id, now())
    session.clear()
    flash(_("Vous êtes déconnecté."), "success")
    return sign_out_browser(redirect(url_for("sign_in.sign_in")))


@blueprint.route("/welcome/<token>", methods=["GET", "POST"])
@limiter.limit(_FEW)
@needs(ANYONE)
def choose_password(token: str) -> ResponseReturnValue:
    """Choose a password, by a link of an invitation or of a forgotten password."""
    form = NewPasswordForm()
    with database().reading(GATE) as reading:
        user = service.find_ticket_user(reading, token, now())
    if user is None:
        return render_template("sign_in/expired.html"), 410
    if carried_out(lambda writing: service.use_ticket(writing, token, form.password.data or "", now()), form, by=GATE):
        flash(_("Mot de passe enregistré. Vous pouvez vous connecter."), "success")
        return redirect(url_for("sign_in.sign_in"))
    with languages.speaking(languages.chosen() or user.language):
        return render_template("sign_in/choose_password.html", form=form, token=token, user=user), status_of(form)


@blueprint.route("/forgotten", methods=["GET", "POST"])
@limiter.limit(_FEWER, methods=["POST"])
@needs(ANYONE)
def forgotten() -> ResponseReturnValue:
    """Ask for a link; the answer is the same whether the address is known or not."""
    form = ForgottenForm()
    if form.validate_on_submit():
        with database().writing(GATE) as writing:
            user = find_user_by_email(writing, form.email.data or "")
            if user is not None and user.state is UserState.ACTIVE:
                send_link(writing, user, TicketPurpose.RESET)
        return render_template("sign_in/link_sent.html")
    return _page("sign_in/forgotten.html", form)


def send_link(writing: Any, user: User, purpose: TicketPurpose) -> str:
    """Write the mail that holds a link; gives the link, for whoever may hand it over themselves."""
    token = service.make_ticket(writing, user, purpose, now())
    address = f"{settings().site.address}{url_for('sign_in.choose_password', token=token)}"
    with languages.speaking(user.language):
        said = {"user": user, "address": address, "office": settings().site.office_name}
        subject, body = mail_texts.written(purpose.value, **said)
    write_mail(writing, purpose.value, user.email, subject, body, key=f"{purpose.value}:{token[:8]}", now=now())
    return address


def site() -> passkeys.Site:
    """What passkeys are bound to."""
    return passkeys.Site.at(settings().site.address, settings().site.office_name)


def _after(attempt: Attempt, form: Form, template: str, factor: str | None = None) -> ResponseReturnValue:
    match attempt.outcome:
        case AttemptOutcome.ACCEPTED if attempt.user is not None:
            address = local_address(session.get(_PENDING, {}).get("next") or request.args.get("next"))
            session.clear()
            return sign_in_browser(redirect(address), attempt.user, factor)
        case AttemptOutcome.NEEDS_SECOND_FACTOR if attempt.user is not None:
            session.clear()
            session[_PENDING] = {
                "user": attempt.user.id, "at": now().isoformat(), "next": request.args.get("next", "")
            }  # fmt: skip
            return redirect(url_for("sign_in.ask_code"))
        case AttemptOutcome.LOCKED:
            form.form_errors.append(_("Trop d'essais : ce compte est verrouillé pour quelques minutes."))
        case _ if factor is None:
            form.form_errors.append(_("Identifiant ou mot de passe incorrect."))
        case _:
            form.form_errors.append(_("Ce code n'est pas le bon, ou a déjà servi. Attendre le suivant."))
    return _page(template, form, 422)


def _page(template: str, form: Form, status: int = 200) -> ResponseReturnValue:
    status = 422 if form.errors else status
    return render_template(template, form=form, next=request.args.get("next", "")), status


def _pending() -> int | None:
    found = session.get(_PENDING)
    if not found or datetime.fromisoformat(found["at"]) + _PENDING_FOR < now():
        return None
    user_id: int = found["user"]
    return user_id
