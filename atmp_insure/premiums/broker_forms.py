"""Forms of premiums that brokers collect: a bordereau with its lines, a transfer, why something is taken back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from atmp_insure.documents.uploads import accepted_upload
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.numbers import NotANumber, typed_number
from atmp_insure.parties.company_forms import chosen_day
from atmp_insure.premiums.broker_lines import WrittenLine, lines_of_file, lines_of_text, read_lines
from atmp_insure.premiums.broker_remitting_service import NewTransfer
from atmp_insure.premiums.broker_service import NewBordereau
from atmp_insure.rate_records.readers import delimited, workbook
from atmp_insure.web.amount_field import EurosField
from atmp_insure.web.environment import today
from atmp_insure.web.forms import Form, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from atmp_insure.premiums.broker_bordereaux import CountsFrom
    from atmp_insure.premiums.models import PremiumCall
    from atmp_insure.premiums.shown import ShownCall

_KEY_BYTES, LONGEST, _LONGEST_TEXT = 12, 140, 200_000
_CENT = -2  # the exponent of an amount that stops at the cent


@dataclass(frozen=True, slots=True)
class OfferedCall:
    """An open call that a form offers, with what was typed for it."""

    shown: ShownCall
    amount: str
    paid_on: str


class BordereauForm(Form):
    """A bordereau: amounts beside the calls that are offered, lines that are typed, lines of a file.

    Attributes:
        key: of this form: sent twice, it records one bordereau.
    """

    key = HiddenField()
    declared_on = DateField(_l("Bordereau du"), [required()])
    told = EurosField(
        _l("Total du bordereau"), [Optional()], description=_l("Facultatif : il est comparé à la somme des lignes.")
    )
    typed = TextAreaField(
        _l("Autres lignes"), [Optional(), Length(max=_LONGEST_TEXT)],
        description=_l("Une par ligne : référence ou numéro de l'appel ; montant ; jour de paiement (JJ/MM/AAAA)."),
    )  # fmt: skip
    file = FileField(
        _l("Fichier"), [Optional()], description=_l("CSV ou XLSX, avec les colonnes Appel, Montant, Payé le.")
    )

    @classmethod
    def offered(cls) -> Self:
        """The form, with a key of its own."""
        form = cls(declared_on=today())
        form.key.data = form.key.data or secrets.token_urlsafe(_KEY_BYTES)
        return form

    def bordereau(
        self, broker_id: int, offered: Iterable[OfferedCall], counts_from: CountsFrom, largest_bytes: int
    ) -> NewBordereau:
        """What was entered.

        Raises:
            InvalidInput: lines that cannot be read, each with its place.
        """
        lines, faults = read_lines([
            *(_beside(one) for one in offered if one.amount or one.paid_on), *lines_of_text(self.typed.data or ""),
            *self._of_file(largest_bytes),
        ])  # fmt: skip
        if faults:
            raise InvalidInput(faults)
        return NewBordereau(
            self.key.data or "", broker_id, chosen_day(self.declared_on), tuple(lines), self.told.data, counts_from
        )

    def _of_file(self, largest_bytes: int) -> list[WrittenLine]:
        if not self.file.data or not self.file.data.filename:
            return []
        content = accepted_upload(self.file.data, largest_bytes).content
        read_grids = workbook.read_grids if content.startswith(b"PK") else delimited.read_grids
        return lines_of_file([(row.number, row.texts) for grid in read_grids(content) for row in grid.rows])


def offered_calls(calls: Iterable[ShownCall], given: Mapping[str, str]) -> list[OfferedCall]:
    """The open calls of a broker, each with what was typed for it."""
    return [
        OfferedCall(one, given.get(f"amount_{one.call.id}", "").strip(), given.get(f"paid_{one.call.id}", "").strip())
        for one in calls
    ]


def _beside(one: OfferedCall) -> WrittenLine:
    call: PremiumCall = one.shown.call
    return WrittenLine(call.name, call.reference, one.amount, one.paid_on)


class TransferForm(Form):
    """A transfer of a broker: what each insurer's premium account received.

    Attributes:
        key: of this form: sent twice, it records one transfer.
    """

    key = HiddenField()
    received_on = DateField(_l("Reçu le"), [required()])
    reference = StringField(_l("Référence du virement"), [Optional(), Length(max=LONGEST)])

    @classmethod
    def offered(cls) -> Self:
        """The form, with a key of its own."""
        form = cls(received_on=today())
        form.key.data = form.key.data or secrets.token_urlsafe(_KEY_BYTES)
        return form

    def transfer(self, bordereau_id: int, parts: Mapping[int, str]) -> NewTransfer:
        """What was received.

        Raises:
            InvalidInput: an amount that cannot be read.
        """
        found: dict[int, Decimal] = {}
        for insurer, text in parts.items():
            try:
                found[insurer] = typed_number(text.strip() or "0", "€")
            except NotANumber as error:
                raise InvalidInput.one(f"« {error.text} » n'est pas un montant", error.remedy) from error
            if int(found[insurer].as_tuple().exponent) < _CENT:
                raise InvalidInput.one(f"« {text} » a plus de deux décimales", "Donner un montant au centime")
        return NewTransfer(
            self.key.data or "", bordereau_id, chosen_day(self.received_on), (self.reference.data or "").strip(), found
        )


class BackForm(Form):
    """Why a line or a transfer is taken back."""

    reason = StringField(
        _l("Motif"), [required(), Length(max=LONGEST)], description=_l("Chèque du client impayé, ligne saisie à tort…")
    )
