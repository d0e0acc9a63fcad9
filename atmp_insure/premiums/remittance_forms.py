"""The form of a remittance: which cheques go to the bank, and on which day."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Self

from wtforms import DateField, HiddenField, SelectMultipleField

from atmp_insure.formatting import euros
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.premiums.remittance_service import NewRemittance
from atmp_insure.web.environment import today
from atmp_insure.web.forms import Form, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.premiums.payment_models import PremiumPayment

_KEY_BYTES = 12


class RemittanceForm(Form):
    """Cheques that are handed to the bank.

    Attributes:
        key: of this form: sent twice, it records one remittance.
    """

    key = HiddenField()
    remitted_on = DateField(_l("Remis à la banque le"), [required()])
    cheques = SelectMultipleField(_l("Chèques remis"), coerce=int, validate_choice=False)

    @classmethod
    def offered(cls, waiting: Iterable[PremiumPayment], companies: Mapping[int, str]) -> Self:
        """The form, with the cheques that wait, all of them ticked."""
        found = list(waiting)
        form = cls(remitted_on=today(), cheques=[one.id for one in found])
        form.key.data = form.key.data or secrets.token_urlsafe(_KEY_BYTES)
        form.cheques.choices = [
            (one.id, f"{one.name} · {companies.get(one.company_id, '')} · {one.received_on:%d/%m/%Y} · "
                     f"{euros(one.amount_eur)} {one.reference}".strip())
            for one in found
        ]  # fmt: skip
        return form

    def remittance(self, insurer_id: int) -> NewRemittance:
        """What is handed over; a cheque that waits no more is named by the refusal."""
        return NewRemittance(self.key.data or "", insurer_id, tuple(self.cheques.data or ()),
                             chosen_day(self.remitted_on))  # fmt: skip
