"""Forms of payroll and headcount: what a source states, and which value everyone uses."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Self

from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional

from atmp_insure.formatting import euros, number
from atmp_insure.parties.company_forms import LONGEST_NAME, chosen_day
from atmp_insure.parties.payroll_models import PayrollSource
from atmp_insure.parties.payroll_service import Report
from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.languages import current_language, said_day
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import titled
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.parties.payroll_models import PayrollStatement, PayrollYear

_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\t"), None)


class HeadcountField(StringField):
    """A number of people as it is written: `12,5`."""

    def people(self) -> Decimal | None:
        """The number; None when the field is empty.

        Raises:
            InvalidOperation: not a number.
        """
        text = (self.data or "").translate(_SPACES).replace(",", ".")
        return Decimal(text) if text else None


class PayrollForm(Form):
    """What a source states of a section for a year."""

    year = IntegerField(_l("Année"), [required()])
    payroll_eur = EurosField(
        _l("Masse salariale, en euros"), [Optional()], description=_l("Salaires bruts de l'année.")
    )
    headcount = HeadcountField(
        _l("Effectif"), [Optional()], description=_l("Moyenne de l'année, au centième : par exemple 82,5.")
    )
    source = SelectField(
        _l("Source"), [required()], choices=choices((one.value, titled(one.label)) for one in PayrollSource)
    )
    stated_on = DateField(
        _l("Jour de la source"), [required()], description=_l("Celui du document ou de la déclaration.")
    )
    detail = StringField(
        _l("Précision"),
        [Optional(), Length(max=LONGEST_NAME)],
        description=_l("Par exemple « état nominatif annuel »."),
    )
    is_estimate = BooleanField(_l("Cette source dit que le chiffre est provisoire"))

    def validate_headcount(self, field: HeadcountField) -> None:
        """A number, or nothing.

        Raises:
            ValueError: something else.
        """
        try:
            found = field.people()
        except InvalidOperation as error:
            raise ValueError(_("Écrire un nombre, par exemple 82,5")) from error
        if found is not None and not found.is_finite():
            raise ValueError(_("Écrire un nombre, par exemple 82,5"))

    def report(self) -> Report:
        """What the form says."""
        return Report(
            year=self.year.data or 0,
            payroll_eur=self.payroll_eur.data,
            headcount=self.headcount.people(),
            source=next(one for one in PayrollSource if one.value == self.source.data),
            stated_on=chosen_day(self.stated_on),
            is_estimate=bool(self.is_estimate.data),
            detail=self.detail.data or "",
        )


class ChoiceForm(Form):
    """Which statements everyone uses, and why."""

    payroll = RadioField(_l("Masse salariale en usage"), [Optional()])
    headcount = RadioField(_l("Effectif en usage"), [Optional()])
    reason = StringField(
        _l("Motif"),
        [required(), Length(max=500)],
        description=_l("Par exemple « DSN définitive, la feuille arrondit »."),
    )

    @classmethod
    def among(cls, used: PayrollYear, statements: Sequence[PayrollStatement]) -> Self:
        """The form, offering what each source stated; the values in use are chosen already."""
        form = cls(data={"payroll": str(used.payroll_statement_id), "headcount": str(used.headcount_statement_id)})
        language = current_language()
        form.payroll.choices = choices(
            (str(one.id), f"{euros(one.payroll_eur, 2, language)} · {_said_by(one)}")
            for one in statements
            if one.payroll_eur is not None
        )
        form.headcount.choices = choices(
            (str(one.id), f"{number(one.headcount, None, language)} · {_said_by(one)}")
            for one in statements
            if one.headcount is not None
        )
        return form

    def chosen(self) -> tuple[int | None, int | None]:
        """The statements chosen, for the payroll and for the headcount."""
        return _number(self.payroll.data), _number(self.headcount.data)


def _said_by(statement: PayrollStatement) -> str:
    return f"{_(statement.source.label)}, {said_day(statement.stated_on)}"


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None
