"""Forms of commissions: up to which month statements are made, a dispute, its answer, a payment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from wtforms import DateField, HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.environment import today
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 500
_MONTHS_OFFERED = 12
_UPHELD, _REJECTED = "upheld", "rejected"


class StatementsForm(Form):
    """Statements of all brokers together, up to the end of a month that is over.

    Attributes:
        seen: what the page showed; only that run is started.
    """

    last_day = SelectField(_l("Jusqu'à la fin du mois de"), [required()])
    seen = HiddenField()

    @classmethod
    def offered(cls) -> Self:
        """The form, with the months that are over, the last first."""
        form = cls()
        form.last_day.choices = [(one.isoformat(), f"{one:%m/%Y}") for one in _ended_months()]
        return form

    @property
    def until(self) -> date:
        """The last day of the month that was chosen."""
        return date.fromisoformat(self.last_day.data)


def _ended_months() -> Iterator[date]:
    last = today().replace(day=1)
    for _ in range(_MONTHS_OFFERED):
        last = last.replace(day=1) - timedelta(days=1)
        yield last


class DisputeForm(Form):
    """Why a line of a statement is disputed."""

    reason = StringField(
        _l("Motif"), [required(), Length(max=LONGEST)],
        description=_l("Ce que la ligne devrait dire, et d'après quoi : convention, contrat, encaissement."),
    )  # fmt: skip


class AnswerForm(Form):
    """What is answered to a dispute: a correction, or nothing, with its reason."""

    outcome = SelectField(
        _l("Réponse"), [required()],
        choices=choices([
            (_UPHELD, _l("fondée : corriger la commission")), (_REJECTED, _l("non fondée : rien ne change")),
        ]),
    )  # fmt: skip
    correction = EurosField(
        _l("Correction"), [Optional()],
        description=_l("Ce que le prochain bordereau ajoute ; avec un signe moins, ce qu'il retient."),
    )  # fmt: skip
    reason = StringField(_l("Motif de la réponse"), [required(), Length(max=LONGEST)])

    def correction_eur(self) -> Decimal:
        """What is corrected; zero when the dispute is rejected.

        Raises:
            InvalidInput: a correction without an amount, or an amount with a rejection.
        """
        amount_eur = self.correction.data or Decimal(0)
        if self.outcome.data == _UPHELD and not amount_eur:
            raise InvalidInput.one("correction sans montant", "Donner la différence avec la ligne", place="correction")
        if self.outcome.data == _REJECTED and amount_eur:
            raise InvalidInput.one(
                "montant alors que rien ne change", "L'effacer, ou dire la contestation fondée", place="correction"
            )
        return amount_eur


class CommissionPaymentForm(Form):
    """The day on which a statement was paid."""

    paid_on = DateField(_l("Réglé le"), [required()])
    reference = StringField(_l("Référence du virement"), [Optional(), Length(max=LONGEST)])
