"""Forms of premiums: up to which due date everything that is owed is called, a payment, why one is taken back."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Self

from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional

from atmp_insure.formatting import euros
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.premiums.payment_models import PaymentMeans
from atmp_insure.premiums.payment_service import NewPayment
from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.environment import today
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.premiums.shown import ShownCall

LONGEST = 140
_KEY_BYTES = 12


class CallForm(Form):
    """Calls of many policies together.

    Attributes:
        seen: what the page showed; only that run is started.
    """

    until = DateField(
        _l("Échéances jusqu'au"), [required()],
        description=_l("Tout ce qui est exigible d'ici là et n'a pas encore été appelé."),
    )  # fmt: skip
    seen = HiddenField()


class PaymentForm(Form):
    """A payment as it came.

    Attributes:
        key: of this form: sent twice, it records one payment.
    """

    key = HiddenField()
    amount = EurosField(_l("Montant reçu"), [required()])
    received_on = DateField(_l("Reçu le"), [required()])
    means = SelectField(_l("Moyen"), [required()], choices=choices((one.value, one.label) for one in PaymentMeans))
    insurer_id = SelectField(_l("Compte des primes de"), [required()], coerce=int)
    for_reference = SelectField(_l("À imputer sur"), [Optional()])
    reference = StringField(_l("Référence donnée par le client"), [Optional(), Length(max=LONGEST)])

    @classmethod
    def offered(cls, insurers: Mapping[int, str], calls: Iterable[ShownCall]) -> Self:
        """The form, with the insurers of the client and its calls that are not settled."""
        form = cls(received_on=today())
        form.key.data = form.key.data or secrets.token_urlsafe(_KEY_BYTES)
        form.insurer_id.choices = list(insurers.items())
        open_calls = [one for one in calls if one.left_eur and one.call.total_eur > 0]
        form.for_reference.choices = choices([
            ("", _("les plus anciennes dettes d'abord")),
            *((one.call.reference, f"{one.call.name}, {euros(one.left_eur)}") for one in open_calls),
        ])  # fmt: skip
        return form

    def payment(self, company_id: int) -> NewPayment:
        """What was recorded."""
        return NewPayment(
            self.key.data or "", company_id, self.insurer_id.data, PaymentMeans(self.means.data),
            chosen_day(self.received_on), self.amount.data, (self.reference.data or "").strip(),
            self.for_reference.data or "",
        )  # fmt: skip


class TakeBackForm(Form):
    """Why a payment is taken back."""

    reason = StringField(
        _l("Motif"), [required(), Length(max=LONGEST)], description=_l("Chèque impayé, virement d'un autre client…")
    )
