"""Forms of the books: take an entry back, settle what is open, close months."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import Length

from atmp_insure.formatting import euros
from atmp_insure.ledger.entries import Side
from atmp_insure.ledger.settling import Settlement
from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.forms import Form, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from atmp_insure.ledger.models import OpenItem

LONGEST = 200


class ReverseForm(Form):
    """Why and on which day an entry is taken back."""

    on = DateField(_l("Jour comptable"), [required()])
    reason = StringField(_l("Motif"), [required(), Length(max=LONGEST)])


class SettleForm(Form):
    """What settles what, for how much; without an amount, for all that can be."""

    debit = SelectField(_l("Débit"), [required()], coerce=int)
    credit = SelectField(_l("Crédit"), [required()], coerce=int)
    amount = EurosField(_l("Montant"), description=_l("Laissé vide : tout ce qui peut l'être."))

    def offer(self, left: Iterable[OpenItem]) -> None:
        """Offer what is left open, each on its side."""
        self._left = {one.id: one for one in left}
        for field, side in ((self.debit, Side.DEBIT), (self.credit, Side.CREDIT)):
            field.choices = [(one.id, _item(one)) for one in self._left.values() if one.side is side]

    def settlement(self) -> Settlement:
        """What was asked for; without an amount, the smaller of what is left of the two."""
        debit, credit = self.debit.data, self.credit.data
        all_of_it = min(self._left[one].left_eur for one in (debit, credit))
        return Settlement(debit, credit, all_of_it if self.amount.data is None else self.amount.data)


def _item(one: OpenItem) -> str:
    return f"{one.due_on:%d/%m/%Y} · {one.entry.label} · {euros(one.left_eur)}"


class CloseForm(Form):
    """Up to which month the books are closed; asked twice, since it is for good."""

    month = SelectField(_l("Clore jusqu'à la fin du mois de"), [required()])
    seen = HiddenField()

    @classmethod
    def offered(cls, months: Iterable[date]) -> CloseForm:
        """A form that offers some months, by their first days."""
        form = cls()
        form.month.choices = [(one.isoformat(), f"{one:%m/%Y}") for one in months]
        return form
