"""An amount in euros as people type it: decimal comma, spaces between thousands; exact to the cent or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import Field
from wtforms.widgets import TextInput

from atmp_insure.kernel.numbers import NotANumber, typed_number
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Sequence

_CENT = -2  # the exponent of an amount that stops at the cent


class EurosField(Field):
    """A line of text that is an amount."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, render_kw={"inputmode": "decimal", "autocomplete": "off"}, **options)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data).replace(".", ",")

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was written.

        Raises:
            ValueError: not an amount, or more than two decimals: `4.500` is four thousand five hundred to whoever
                separates thousands with a point, and is not taken for four euros fifty.
        """
        self.data = None
        text = (valuelist[0] if valuelist else "").strip()
        if not text:
            return
        try:
            amount = typed_number(text, "€")
        except NotANumber as error:
            raise ValueError(_("Écrire un montant, par exemple 1 250,50")) from error
        if int(amount.as_tuple().exponent) < _CENT:
            raise ValueError(_("Un montant s'arrête au centime : écrire 4 500 ou 4,50"))
        self.data = amount
