"""The form of a write-off: why, and how much was left when it was chosen."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from wtforms import HiddenField, StringField
from wtforms.validators import Length

from atmp_insure.premiums.write_off_service import NewWriteOff
from atmp_insure.web.forms import Form, required
from atmp_insure.web.texts import lazy as _l

LONGEST = 200


class WriteOffForm(Form):
    """Why a small remainder is written off.

    Attributes:
        seen: how much was left when the page showed it; only that is written off.
    """

    reason = StringField(_l("Motif"), [required(), Length(max=LONGEST)], description=_l("Écart de règlement, frais…"))
    seen = HiddenField()

    def write_off(self, company_id: int, item_id: int) -> NewWriteOff:
        """What is written off."""
        try:
            seen_eur = Decimal(self.seen.data or "0")
        except InvalidOperation:
            seen_eur = Decimal(0)
        return NewWriteOff(company_id, item_id, seen_eur, self.reason.data or "")


class TakeBackForm(Form):
    """Why a write-off is taken back."""

    reason = StringField(_l("Motif"), [required(), Length(max=LONGEST)])
