"""One's personal tokens: making one, whose secret is shown once, and revoking it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from flask import Blueprint, flash, redirect, render_template, url_for
from wtforms import DateField, SelectMultipleField, StringField
from wtforms.validators import Length

from atmp_insure.access import queries, tokens
from atmp_insure.access.token_scopes import TokenScope, offered
from atmp_insure.kernel.paris import paris_day
from atmp_insure.web.display import State, Tone
from atmp_insure.web.forms import Form, choices, required, status_of, written
from atmp_insure.web.limits import limiter
from atmp_insure.web.request_scope import SIGNED_IN, actor, database, needs, now, signed_in_viewer
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from atmp_insure.access.models import PersonalToken

blueprint = Blueprint("tokens", __name__, url_prefix="/account/tokens")
_FEW = "20 per minute"
_USUAL_DAYS = 90
_LABELS = {scope.value: scope.label for scope in TokenScope}
_SERVES = State(_l("sert"), Tone.GOOD)
_OVER = State(_l("échu"), Tone.NEUTRAL, "clock")
_REVOKED = State(_l("révoqué"), Tone.NEUTRAL, "ban")


class TokenForm(Form):
    """A token to be made."""

    name = StringField(
        _l("À quoi il sert"), [required(), Length(max=tokens.LONGEST_NAME)],
        description=_l("Par exemple « Export de la paie ». Ce nom signe dans les journaux ce que le jeton fait."),
    )  # fmt: skip
    scopes = SelectMultipleField(_l("Ce qu'il ouvre"), [required()])
    last_day = DateField(_l("Dernier jour"), [required()], description=_l("Un an au plus."))

    @classmethod
    def offering(cls) -> Self:
        """The form, offering what the viewer may open."""
        form = cls()
        form.scopes.choices = choices((scope.value, scope.label) for scope in offered(actor()))
        if not form.is_submitted():
            form.last_day.data = paris_day(now()) + timedelta(days=_USUAL_DAYS)
        return form

    def new_token(self) -> tokens.NewToken:
        """What the form says."""
        assert self.last_day.data is not None, "the form requires this day"
        return tokens.NewToken(self.name.data or "", tuple(self.scopes.data or ()), self.last_day.data)


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as pages show it."""

    id: int
    name: str
    opens: str
    last_day: date
    seen_at: datetime | None
    state: State
    serves: bool


def token_rows(found: Sequence[PersonalToken]) -> tuple[TokenRow, ...]:
    """Tokens as pages show them, the latest first."""
    serving = tokens.in_use(found, paris_day(now()))
    return tuple(
        TokenRow(
            id=one.id,
            name=one.name,
            opens=" ; ".join(_LABELS.get(code, code) for code in one.scopes),
            last_day=one.last_day,
            seen_at=one.seen_at,
            state=_SERVES if one in serving else _REVOKED if one.revoked_at is not None else _OVER,
            serves=one in serving,
        )
        for one in found
    )


@blueprint.route("/new", methods=["GET", "POST"])
@limiter.limit(_FEW, methods=["POST"])
@needs(SIGNED_IN)
def make() -> ResponseReturnValue:
    """Make a token; its secret shows in the answer, and never again."""
    form = TokenForm.offering()
    made = written(form, lambda session: tokens.make_token(session, form.new_token(), now()))
    if made is not None:
        return render_template("account/token.html", token=made[0], secret=made[1])
    latest = tokens.latest_day(paris_day(now()))
    return render_template("account/new_token.html", form=form, latest=latest), status_of(form)


@blueprint.post("/<int:token_id>/revoke")
@needs(SIGNED_IN)
def revoke(token_id: int) -> ResponseReturnValue:
    """End one of one's own tokens."""
    with database().writing(actor()) as session:
        token = queries.get_token(session, signed_in_viewer().user_id, token_id)
        tokens.revoke_token(session, token, now())
    flash(_("Jeton révoqué : le programme qui le tient n'entre plus."), "success")
    return redirect(url_for("account.show"))
