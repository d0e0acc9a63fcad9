"""An amount in euros as people write it: decimal comma, spaces between thousands; exact to the cent or refused."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wtforms import Field
from wtforms.widgets import TextInput

from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from collections.abc import Sequence

_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{0,9})?", re.ASCII)  # beyond, a slip of the keyboard
_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f\t"), None)


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
            ValueError: not an amount, or finer than a cent.
        """
        text = (valuelist[0] if valuelist else "").translate(_SPACES).removesuffix("€").replace(",", ".")
        if not text:
            self.data = None
            return
        self.data = None
        if _AMOUNT.fullmatch(text) is None:
            raise ValueError(_("Écrire un montant, par exemple 1 250,50"))
        amount = Decimal(text)
        if amount != amount.quantize(Decimal("0.01")):
            raise ValueError(_("Un montant s'arrête au centime"))
        self.data = amount
