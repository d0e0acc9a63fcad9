"""What our forms share: WTForms with the token of every form, and errors of the trade put beside their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask import flash
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms.fields import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.labelled import Label
from atmp_insure.web.languages import said_label
from atmp_insure.web.request_scope import actor, database
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from atmp_insure.db.actor import Actor
    from atmp_insure.db.session import ScopedSession

T = TypeVar("T")


class Form(FlaskForm):
    """A form of ours."""

    def take_faults(self, error: InvalidInput) -> None:
        """Put each fault beside the field it names, or at the top of the form."""
        for fault in error.faults:
            field = self._fields.get(fault.place)
            if field is not None:
                field.errors = (*field.errors, fault.sentence)
            else:
                self.form_errors.append(fault.sentence)


class EmptyForm(Form):
    """A form that asks nothing: a button."""


def written(form: Form, act: Callable[[ScopedSession], T], by: Actor | None = None) -> T | None:
    """What an act wrote, for a form that was sent and is right; else None, and the form says what is wrong.

    Args:
        by: who acts; None: whoever is signed in.
    """
    if not form.validate_on_submit():
        return None
    try:
        with database().writing(by or actor()) as session:
            return act(session)
    except InvalidInput as error:
        form.take_faults(error)
        return None


def status_of(*forms: Form) -> int:
    """422 when a form that was sent is in fault, else 200."""
    return 422 if any(form.errors for form in forms) else 200


def carried_out(act: Callable[[ScopedSession], object], form: Form | None = None, *, by: Actor | None = None) -> bool:
    """Whether an act was done; else its faults stand in its form, or above the page that follows when it has none.

    Args:
        form: it must have been sent, and be right.
        by: who acts; None: whoever is signed in.
    """
    if form is not None and not form.validate_on_submit():
        return False
    try:
        with database().writing(by or actor()) as session:
            act(session)
    except InvalidInput as error:
        if form is None:
            flash_faults(error)
        else:
            form.take_faults(error)
        return False
    return True


def flash_faults(error: InvalidInput) -> None:
    """Tell every fault above the page that follows, for an act without a form to put them in."""
    flash(error.sentences, "error")


def required() -> InputRequired:
    """Says what is missing."""
    return InputRequired(_l("À remplir"))


def choices(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """The options of a choice, from pairs of value and label."""
    return [SelectChoice(value, _read_later(label)) for value, label in pairs]


def _read_later(label: object) -> object:
    """A name is said when the page is written: a form may be made before its language is known."""
    return LazyString(said_label, label) if isinstance(label, Label) else label
