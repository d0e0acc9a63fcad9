"""The form that brings balances of another system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf.file import FileField
from wtforms import DateField

from atmp_insure.documents.uploads import accepted_upload
from atmp_insure.ledger.opening_service import rows_of
from atmp_insure.web.forms import Form, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Sequence


class OpeningForm(Form):
    """A file of balances, and the day on which they open these books."""

    file = FileField(
        _l("Soldes"), [required()],
        description=_l("Texte délimité (CSV), une ligne par solde ; une ligne par créance pour les comptes lettrés."),
    )  # fmt: skip
    first_day = DateField(
        _l("Premier jour"), [required()],
        description=_l("Premier jour d'un mois : les soldes sont ceux de l'ancien système à la fin de la veille."),
    )  # fmt: skip

    def rows(self, largest_bytes: int) -> list[tuple[int, Sequence[str]]]:
        """The lines of the file.

        Raises:
            InvalidInput: none was chosen, or it is no delimited text.
        """
        return rows_of(accepted_upload(self.file.data, largest_bytes).content)
