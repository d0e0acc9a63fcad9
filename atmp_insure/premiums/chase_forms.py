"""Forms of unpaid premiums: formal notices of a day, their posting, why one is withdrawn, a hold and its release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional

from atmp_insure.premiums.chase_models import HoldKind
from atmp_insure.premiums.chase_service import NewHold
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.premiums.chase_models import PremiumNotice

LONGEST, LONGEST_PROOF = 200, 40
_KINDS = [(one.value, one.label) for one in HoldKind if one is not HoldKind.PLAN]  # a plan holds by itself


class NoticesForm(Form):
    """Formal notices of many policies together.

    Attributes:
        seen: what the page showed; only that run is started.
    """

    dated_on = DateField(
        _l("Lettres datées du"), [required()],
        description=_l("Le jour où elles partiront en recommandé : les trente jours courent de l'envoi."),
    )  # fmt: skip
    seen = HiddenField()


class PostingForm(Form):
    """Formal notices that were posted on a day, each with the number of its registered letter."""

    sent_on = DateField(_l("Expédiées le"), [required()])

    def proofs(self, notices: Iterable[PremiumNotice], given: Mapping[str, str]) -> dict[int, str]:
        """The numbers that were typed, by notice; those left empty are not posted yet."""
        typed = {one.id: given.get(f"proof_{one.id}", "").strip() for one in notices}
        return {number: proof for number, proof in typed.items() if proof}


class SendingForm(Form):
    """The posting of one formal notice."""

    sent_on = DateField(_l("Expédiée le"), [required()])
    proof = StringField(_l("Numéro du recommandé"), [required(), Length(max=LONGEST_PROOF)])


class ReasonForm(Form):
    """Why a formal notice is withdrawn, or a hold released."""

    reason = StringField(_l("Motif"), [required(), Length(max=LONGEST)])


class HoldForm(Form):
    """Why the premiums of a policy are held back, and for how long."""

    kind = SelectField(
        _l("Cause"),
        [required()],
        choices=choices(_KINDS),
    )
    reason = StringField(_l("Motif"), [required(), Length(max=LONGEST)])
    until = DateField(_l("Jusqu'au"), [Optional()], description=_l("Vide : jusqu'à ce que quelqu'un la reprenne."))
    stops_calls = BooleanField(_l("Ne rien appeler non plus : un seul appel rattrapera ensuite"))

    def hold(self) -> NewHold:
        """What was chosen."""
        return NewHold(
            HoldKind(self.kind.data), self.reason.data or "", stops_calls=bool(self.stops_calls.data),
            until=self.until.data,
        )  # fmt: skip
