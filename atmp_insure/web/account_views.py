"""One's own account: password, second factors, passkeys, sessions."""

from __future__ import annotations

from base64 import b64decode, b64encode
from io import BytesIO
from typing import TYPE_CHECKING

import segno
from flask import Blueprint, abort, flash, jsonify, make_response, redirect, render_template, request, session, url_for
from markupsafe import Markup
from wtforms import PasswordField, StringField
from wtforms.validators import ValidationError

from atmp_insure.access import passkeys, passwords, queries, second_factor, service, sign_in
from atmp_insure.access.models import Passkey, User
from atmp_insure.kernel.errors import NotFound
from atmp_insure.kernel.paris import paris_day
from atmp_insure.web.cookies import sign_in_browser
from atmp_insure.web.forms import Form, required, status_of, written
from atmp_insure.web.limits import limiter
from atmp_insure.web.request_scope import (
    SIGNED_IN,
    actor,
    database,
    needs,
    now,
    settings,
    signed_in_viewer,
    without_second_factor,
)
from atmp_insure.web.sign_in_views import site
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _
from atmp_insure.web.token_views import token_rows

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.db.session import ScopedSession

blueprint = Blueprint("account", __name__, url_prefix="/account")
_SECRET, _CHALLENGE = "totp_secret", "passkey_challenge"
_FEW = "20 per minute"


class PasswordForm(Form):
    """Change of password, with the current one."""

    current = PasswordField(_l("Mot de passe actuel"), [required()], render_kw={"autocomplete": "current-password"})
    password = PasswordField(_l("Nouveau mot de passe"), [required()], render_kw={"autocomplete": "new-password"})

    def validate_current(self, field: PasswordField) -> None:
        """Whoever finds an open session does not know the password.

        Raises:
            ValidationError: it is not the current one.
        """
        with database().reading(actor()) as reading:
            if not passwords.matches(field.data or "", _me(reading).password_hash):
                raise ValidationError(_("Ce n'est pas le mot de passe actuel."))


class AuthenticatorForm(Form):
    """The first code of a new authenticator."""

    code = StringField(_l("Code affiché par l'application"), [required()], render_kw={"autocomplete": "one-time-code"})


@blueprint.get("")
@needs(SIGNED_IN)
@without_second_factor
def show() -> ResponseReturnValue:
    """The page of one's account."""
    return _page(PasswordForm())


@blueprint.post("/password")
@limiter.limit(_FEW)
@needs(SIGNED_IN)
@without_second_factor
def change_password() -> ResponseReturnValue:
    """Change one's password; other sessions end, this one goes on."""
    form = PasswordForm()
    user = written(form, lambda session: _with_new_password(session, form.password.data or ""))
    if user is None:
        return _page(form)
    flash(_("Mot de passe changé. Les autres sessions sont fermées."), "success")
    return sign_in_browser(redirect(url_for("account.show")), user, "password change")


def _with_new_password(session: ScopedSession, password: str) -> User:
    user = _me(session)
    service.set_password(session, user, password)
    sign_in.end_sessions(session, user.id, now())
    return user


@blueprint.route("/second-factor", methods=["GET", "POST"], endpoint="second_factor")
@limiter.limit(_FEW, methods=["POST"])
@needs(SIGNED_IN)
@without_second_factor
def set_up_authenticator() -> ResponseReturnValue:
    """Set up an authenticator: a QR code, then its first code."""
    form = AuthenticatorForm()
    secret = session.setdefault(_SECRET, second_factor.new_secret())
    if form.validate_on_submit():
        step = second_factor.accepted_step(secret, form.code.data or "", None, now())
        if step is not None:
            return _authenticator_set(secret, step)
        form.code.errors = (_("Ce code n'est pas le bon. Vérifier l'heure du téléphone, puis saisir le code suivant."),)
    return _authenticator_page(form, secret)


def _authenticator_page(form: AuthenticatorForm, secret: str) -> ResponseReturnValue:
    with database().reading(actor()) as reading:
        address = second_factor.address_of(secret, _me(reading).sign_in, settings().site.office_name)
    picture = BytesIO()
    segno.make(address, error="m").save(
        picture, kind="svg", xmldecl=False, svgns=True, scale=4, dark="#000", light="#fff"
    )
    answer = render_template(
        "account/second_factor.html", form=form, secret=secret, picture=Markup(picture.getvalue().decode("ascii"))  # noqa: S704 - our own SVG
    )  # fmt: skip
    return answer, status_of(form)


def _authenticator_set(secret: str, step: int) -> ResponseReturnValue:
    with database().writing(actor()) as writing:
        user = _me(writing)
        user.totp_secret, user.totp_last_step = secret, step
        user.security_version += 1
        codes = second_factor.make_recovery_codes(writing, user)
        sign_in.end_sessions(writing, user.id, now())
    session.pop(_SECRET, None)
    page = render_template("account/recovery_codes.html", codes=codes)
    return sign_in_browser(make_response(page), user, "totp")


@blueprint.post("/recovery-codes")
@limiter.limit(_FEW)
@needs(SIGNED_IN)
def renew_recovery_codes() -> ResponseReturnValue:
    """New recovery codes, shown once; the former ones no longer serve."""
    with database().writing(actor()) as writing:
        codes = second_factor.make_recovery_codes(writing, _me(writing))
    return render_template("account/recovery_codes.html", codes=codes)


@blueprint.post("/second-factor/remove")
@limiter.limit(_FEW)
@needs(SIGNED_IN)
def remove_authenticator() -> ResponseReturnValue:
    """Forget the authenticator; other sessions end."""
    with database().writing(actor()) as writing:
        user = _me(writing)
        user.totp_secret, user.totp_last_step = None, None
        user.security_version += 1
        sign_in.end_sessions(writing, user.id, now())
    flash(_("Application d'authentification retirée."), "success")
    return sign_in_browser(redirect(url_for("account.show")), user, None)


@blueprint.post("/passkeys/options")
@limiter.limit(_FEW)
@needs(SIGNED_IN)
@without_second_factor
def passkey_options() -> ResponseReturnValue:
    """What the browser is asked, to make a passkey."""
    with database().reading(actor()) as reading:
        options, challenge = passkeys.registration_options(reading, _me(reading), site())
    session[_CHALLENGE] = b64encode(challenge).decode("ascii")
    return options, 200, {"Content-Type": "application/json"}


@blueprint.post("/passkeys")
@limiter.limit(_FEW)
@needs(SIGNED_IN)
@without_second_factor
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    answer, challenge = request.get_json(silent=True), session.pop(_CHALLENGE, None)
    if not isinstance(answer, dict) or not challenge:
        abort(400)
    with database().writing(actor()) as writing:
        label = str(answer.pop("label", ""))
        passkeys.register(
            writing, _me(writing), site(), answer, challenge=b64decode(challenge), label=label, now=now()
        )  # fmt: skip
    flash(_("Clé d'accès enregistrée."), "success")
    return jsonify(address=url_for("account.show"))


@blueprint.post("/passkeys/<int:passkey_id>/remove")
@needs(SIGNED_IN)
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Forget a passkey."""
    with database().writing(actor()) as writing:
        passkey = writing.get(Passkey, passkey_id)
        if passkey is None:
            raise NotFound(_("Cette clé d'accès n'existe plus."))
        writing.delete(passkey)
    flash(_("Clé d'accès retirée."), "success")
    return redirect(url_for("account.show"))


@blueprint.post("/sessions/<int:session_id>/end")
@needs(SIGNED_IN)
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of one's own sessions."""
    with database().writing(actor()) as writing:
        ended = sign_in.end_session(writing, session_id, signed_in_viewer().user_id, now())
    flash(_("Session fermée.") if ended else _("Cette session était déjà fermée."), "success")
    return redirect(url_for("account.show"))


@blueprint.post("/sessions/end-others")
@needs(SIGNED_IN)
def end_other_sessions() -> ResponseReturnValue:
    """End every session but this one."""
    found = signed_in_viewer()
    with database().writing(actor()) as writing:
        sign_in.end_sessions(writing, found.user_id, now(), but=found.session_id)
    flash(_("Les autres sessions sont fermées."), "success")
    return redirect(url_for("account.show"))


def _page(form: PasswordForm) -> ResponseReturnValue:
    me = signed_in_viewer()
    with database().reading(actor()) as reading:
        answer = render_template(
            "account/account.html",
            form=form,
            user=_me(reading),
            grants=queries.in_force(queries.list_grants_of(reading, me.user_id), paris_day(now())),
            passkeys=queries.list_passkeys(reading, me.user_id),
            sessions=queries.list_open_sessions(reading, me.user_id),
            current_session_id=me.session_id,
            tokens=token_rows(queries.list_tokens(reading, me.user_id)),
        )
    return answer, status_of(form)


def _me(reading: ScopedSession) -> User:
    return reading.get_one(User, signed_in_viewer().user_id)
