"""The form of a payment plan: which due calls, which amounts by which days, and why."""

from __future__ import annotations

import secrets
from datetime import date
from typing import TYPE_CHECKING, Self

from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.validators import Length

from atmp_insure.formatting import euros
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.numbers import NotANumber, typed_number
from atmp_insure.premiums.payment_plans import MOST, PlannedAmount
from atmp_insure.premiums.plan_service import NewPlan
from atmp_insure.web.forms import Form, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from atmp_insure.premiums.shown import ShownCall

_KEY_BYTES, LONGEST, _CENT = 12, 200, -2
TypedRow = tuple[int, str, str]  # number, day, amount


def typed_rows(given: Mapping[str, str]) -> list[TypedRow]:
    """The rows of amounts, as they were typed."""
    return [
        (one, given.get(f"due_{one}", "").strip(), given.get(f"amount_{one}", "").strip()) for one in range(1, MOST + 1)
    ]


class PlanForm(Form):
    """A payment plan.

    Attributes:
        key: of this form: sent twice, it records one plan.
    """

    key = HiddenField()
    calls = SelectMultipleField(_l("Appels échus"), coerce=int, validate_choice=False)
    reason = StringField(
        _l("Motif"), [required(), Length(max=LONGEST)], description=_l("Difficulté passagère, demande du client…")
    )

    @classmethod
    def offered(cls, due: Iterable[ShownCall]) -> Self:
        """The form, with the calls that are due, all of them ticked."""
        found = list(due)
        form = cls(calls=[one.call.id for one in found])
        form.key.data = form.key.data or secrets.token_urlsafe(_KEY_BYTES)
        form.calls.choices = [
            (one.call.id, f"{one.call.name} · {one.call.due_on:%d/%m/%Y} · {euros(one.left_eur)}") for one in found
        ]
        return form

    def plan(self, policy_id: int, rows: Iterable[TypedRow]) -> NewPlan:
        """What was agreed.

        Raises:
            InvalidInput: rows that cannot be read, each by its number.
        """
        amounts, faults = [], []
        for number, day, text in rows:
            if not day and not text:
                continue
            try:
                amounts.append(_amount(day, text))
            except InvalidInput as error:
                faults += [Fault(f"montant {number} : {one.message}", one.remedy, "amounts") for one in error.faults]
        if faults:
            raise InvalidInput(faults)
        return NewPlan(
            self.key.data or "", policy_id, tuple(self.calls.data or ()), tuple(amounts), self.reason.data or ""
        )


def _amount(day: str, text: str) -> PlannedAmount:
    try:
        due_on = date.fromisoformat(day)
    except ValueError as error:
        raise InvalidInput.one("jour absent ou illisible", "Donner le jour où il est payé au plus tard") from error
    try:
        amount_eur = typed_number(text, "€")
    except NotANumber as error:
        raise InvalidInput.one(f"« {error.text} » n'est pas un montant", error.remedy) from error
    if int(amount_eur.as_tuple().exponent) < _CENT:
        raise InvalidInput.one(f"« {text} » a plus de deux décimales", "Donner un montant au centime")
    return PlannedAmount(due_on, amount_eur)
