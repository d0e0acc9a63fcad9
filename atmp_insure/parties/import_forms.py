"""The form that brings a file of parties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import Length

from atmp_insure.documents.uploads import accepted_upload
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.company_forms import LONGEST_NAME, chosen_day
from atmp_insure.parties.import_rows import COLUMNS, table_of
from atmp_insure.parties.import_service import NewImport
from atmp_insure.rate_records.readers import grids_of
from atmp_insure.web.forms import Form, choices, required
from atmp_insure.web.texts import lazy as _l
from atmp_insure.web.texts import titled

if TYPE_CHECKING:
    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.parties.body_models import ImportKind
    from atmp_insure.parties.file_rows import Table


def table_in(kind: ImportKind, file: AcceptedFile) -> Table:
    """The rows of a file: of its first sheet that has the columns needed.

    Raises:
        InvalidInput: the file cannot be read, or lacks columns.
    """
    refusals: list[InvalidInput] = []
    for grid in grids_of(file.name, file.content):
        try:
            return table_of(kind, [(row.number, row.texts) for row in grid.rows])
        except InvalidInput as error:
            refusals.append(error)
    raise refusals[0]


class ImportForm(Form):
    """A file of companies, establishments, sections, payroll or bodies."""

    kind = SelectField(
        _l("Ce que contient le fichier"), [required()],
        choices=choices([("", "–"), *((one.value, titled(one.label)) for one in COLUMNS)]),
    )  # fmt: skip
    file = FileField(
        _l("Fichier"),
        [required()],
        description=_l("Classeur (XLSX, XLS) ou texte délimité (CSV), une ligne par objet."),
    )
    source = StringField(
        _l("Source"), [required(), Length(max=LONGEST_NAME)],
        description=_l("Par exemple « extraction paie 2025 » ou « annuaire officiel ». Gardée avec chaque ligne."),
    )  # fmt: skip
    stated_on = DateField(
        _l("Jour de la source"), [required()], description=_l("Celui du fichier, ou de sa vérification.")
    )
    corrects = BooleanField(_l("Corriger ce qui est déjà connu quand le fichier dit autrement"))

    def import_kind(self) -> ImportKind:
        """The kind chosen."""
        return next(one for one in COLUMNS if one.value == self.kind.data)

    def accepted_file(self, largest_bytes: int) -> AcceptedFile:
        """The file, looked at.

        Raises:
            InvalidInput: none was chosen, or it may not be put away.
        """
        return accepted_upload(self.file.data, largest_bytes)

    def table(self, file: AcceptedFile) -> Table:
        """The rows of the file: of its first sheet that has the columns needed.

        Raises:
            InvalidInput: the file cannot be read, or lacks columns.
        """
        return table_in(self.import_kind(), file)

    def new_import(self, file: AcceptedFile, document_id: int) -> NewImport:
        """What the form says of the file."""
        return NewImport(
            kind=self.import_kind(), file_name=file.name, document_id=document_id, source=self.source.data or "",
            stated_on=chosen_day(self.stated_on), corrects=bool(self.corrects.data),
        )  # fmt: skip
