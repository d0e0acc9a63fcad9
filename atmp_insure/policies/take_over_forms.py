"""The form that brings a book of policies, and the empty workbook to fill."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING

import xlsxwriter
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import Length

from atmp_insure.documents.uploads import accepted_upload
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.numbers import NotANumber, typed_number
from atmp_insure.parties.body_models import ImportKind
from atmp_insure.parties.company_forms import LONGEST_NAME, chosen_day
from atmp_insure.parties.import_service import NewImport
from atmp_insure.policies.book_controls import Control
from atmp_insure.policies.book_sheets import COLUMNS
from atmp_insure.web.forms import Form, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from atmp_insure.documents.accepted_files import AcceptedFile

_WIDTH, _NEEDED_COLOUR = 24, "#1F3A5F"


class TakeOverForm(Form):
    """A workbook, where it comes from, and the totals that are expected of it."""

    file = FileField(
        _l("Classeur"), [required()],
        description=_l("Classeur XLSX du modèle : une feuille par sujet, une ligne par contrat et par état."),
    )  # fmt: skip
    source = StringField(
        _l("Ancien système"), [required(), Length(max=LONGEST_NAME)],
        description=_l("Par exemple « gestion du courtier, extraction du 31 octobre ». Gardé avec chaque transaction."),
    )  # fmt: skip
    stated_on = DateField(_l("Jour de l'extraction"), [required()])
    corrects = BooleanField(_l("Corriger ce qui a déjà été repris quand le classeur dit autrement"))
    policies = StringField(_l("Contrats"))
    sections = StringField(_l("Sections assurées"))
    wages = StringField(_l("Masse salariale"))
    net = StringField(_l("Prime nette annuelle"))
    balances = StringField(_l("Soldes dus"))
    paid = StringField(_l("Indemnités versées"))

    def accepted_file(self, largest_bytes: int) -> AcceptedFile:
        """The workbook, looked at.

        Raises:
            InvalidInput: none was chosen, or it may not be put away.
        """
        return accepted_upload(self.file.data, largest_bytes)

    def new_book(self, file: AcceptedFile, document_id: int) -> NewImport:
        """What the form says of the workbook."""
        return NewImport(
            kind=ImportKind.BOOK, file_name=file.name, document_id=document_id, source=self.source.data or "",
            stated_on=chosen_day(self.stated_on), corrects=bool(self.corrects.data),
        )  # fmt: skip

    def expected(self) -> dict[Control, Fraction]:
        """The totals that were typed; an empty one expects nothing.

        Raises:
            InvalidInput: what is typed is no number.
        """
        found: dict[Control, Fraction] = {}
        faults: list[Fault] = []
        for control in Control:
            text = self[control.value].data or ""
            try:
                if text.strip():
                    found[control] = Fraction(typed_number(text, "€" if control.is_amount else ""))
            except NotANumber as error:
                faults.append(Fault(f"« {error.text} » n'est pas un nombre", error.remedy, control.value))
        if faults:
            raise InvalidInput(faults)
        return found


def empty_book() -> bytes:
    """A workbook with every sheet and its headings, the needed ones in bold, and the names of the control totals."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        needed = book.add_format({"bold": True, "font_color": _NEEDED_COLOUR, "bottom": 1})
        other = book.add_format({"bottom": 1})
        text = book.add_format({"num_format": "@"})  # a spreadsheet takes the first zeros of a SIREN away
        for sheet, columns in COLUMNS.items():
            page = book.add_worksheet(sheet.label)
            page.set_column(0, len(columns) - 1, _WIDTH, text)
            page.freeze_panes(1, 0)
            for index, column in enumerate(columns):
                page.write_string(0, index, column.heading, needed if column.is_required else other)
        for row, control in enumerate(Control, start=1):
            page.write_string(row, 0, control.label)  # the sheet of controls comes last
    return out.getvalue()
