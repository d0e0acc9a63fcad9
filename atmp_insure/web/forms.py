"""What our forms share: WTForms with the token of every form, and errors of the trade put beside their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf import FlaskForm
from wtforms.fields import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired

from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.kernel.errors import InvalidInput


class Form(FlaskForm):
    """A form of ours."""

    def take_faults(self, error: InvalidInput) -> None:
        """Put each fault beside the field it names, or at the top of the form."""
        for fault in error.faults:
            text = f"{fault.message[:1].upper()}{fault.message[1:]}. {fault.remedy}.".replace("..", ".")
            field = self._fields.get(fault.place)
            if field is not None:
                field.errors = (*field.errors, text)
            else:
                self.form_errors.append(text)


class EmptyForm(Form):
    """A form that asks nothing: a button."""


def required() -> InputRequired:
    """Says what is missing."""
    return InputRequired(_l("À remplir"))


def choices(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """The options of a choice, from pairs of value and label."""
    return [SelectChoice(value, label) for value, label in pairs]
