"""Forms of refunds: what is given back to a client, and what another person answers."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Self

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional

from atmp_insure.premiums.refund_service import NewRefund
from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.forms import Form, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

LONGEST = 200
_KEY_BYTES = 12


class RefundForm(Form):
    """A refund as it is proposed.

    Attributes:
        key: of this form: sent twice, it proposes one refund.
        iban: asked only when no confirmed account of the client is known.
    """

    key = HiddenField()
    amount = EurosField(_l("Montant à rendre"), [required()])
    reason = StringField(_l("Motif"), [required(), Length(max=LONGEST)], description=_l("Trop-perçu, avoir de prime…"))
    insurer_id = SelectField(_l("Depuis le compte des primes de"), [required()], coerce=int)
    iban = StringField(
        _l("IBAN du client"), [Optional(), Length(max=60)],
        description=_l("Relevé sur le RIB du client ; la personne qui accorde le remboursement le vérifie."),
    )  # fmt: skip

    @classmethod
    def offered(cls, insurers: Mapping[int, str], known_iban: str | None, left_eur: Decimal) -> Self:
        """The form, with the insurers of the client; without an IBAN to type when one is known."""
        form = cls(amount=left_eur)
        form.key.data = form.key.data or secrets.token_urlsafe(_KEY_BYTES)
        form.insurer_id.choices = list(insurers.items())
        if known_iban is not None:
            del form.iban
        return form

    def refund(self, company_id: int) -> NewRefund:
        """What is proposed."""
        iban = self.iban.data or "" if "iban" in self else ""
        return NewRefund(
            self.key.data or "", company_id, self.insurer_id.data, self.amount.data, self.reason.data or "", iban
        )


class ReasonForm(Form):
    """Why a refund is declined or withdrawn."""

    reason = StringField(_l("Motif"), [required(), Length(max=LONGEST)])
