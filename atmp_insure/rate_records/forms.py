"""Forms of papers and simulations."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from flask import request
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, StringField

from atmp_insure.documents.uploads import accepted_uploads
from atmp_insure.rate_records import notation
from atmp_insure.rate_records.code_notation import permanent_category, temporary_category
from atmp_insure.rate_records.simulation import AddedClaim, Scenario
from atmp_insure.web.forms import Form, required
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from atmp_insure.documents.accepted_files import AcceptedFile
    from atmp_insure.regulation.vocabulary import CostCategory

ADDED_ROWS = 3
_YEAR_FIELD = re.compile(r"payroll_([0-9]{4})", re.ASCII)


class PapersForm(Form):
    """Files of a client's account, of any accepted form, given together."""

    files = MultipleFileField(
        _l("Fichiers"),
        [required()],
        description=_l("PDF, XLSX, XLS, CSV, JSON, DSN, ou un ZIP de ces fichiers ; plusieurs à la fois."),
    )

    def accepted_files(self, largest_bytes: int) -> tuple[AcceptedFile, ...]:
        """The files, looked at before they are put away.

        Raises:
            InvalidInput: none was chosen, or some cannot be accepted; nothing is then put away.
        """
        return accepted_uploads(self.files.data or [], largest_bytes)


class CorrectionForm(Form):
    """A value put right by hand."""

    name = HiddenField(validators=[required()])
    value = StringField(_l("Valeur corrigée"), description=_l("Vide : la pièce ne dit rien."))
    reason = StringField(_l("Motif"), [required()], description=_l("D'où vient cette valeur, sans donnée de santé."))


class ScenarioEntries:
    """A scenario as an address carries it: every entry kept as it was typed, each fault beside its entry.

    Attributes:
        faults: what could not be read, by name of entry.
    """

    def __init__(self) -> None:
        """Take the entries of the request."""
        self.given: Mapping[str, str] = request.args
        self.removed = frozenset(request.args.getlist("removed"))
        self.faults: dict[str, str] = {}
        self.scenario = Scenario(
            removed=self.removed, added=self._added(), payroll_eur=self._payroll(),
            headcount=self._read("headcount", notation.headcount),
        )  # fmt: skip

    def text(self, name: str) -> str:
        """An entry as it was typed."""
        return self.given.get(name, "")

    def _read(self, name: str, read: Callable[[str], Fraction]) -> Fraction | None:
        text = self.text(name).strip()
        if not text:
            return None
        try:
            return read(text)
        except notation.Illegible as error:
            self.faults[name] = f"{error}. {error.remedy}."
            return None

    def _payroll(self) -> dict[int, Fraction]:
        found = {}
        for name in self.given:
            match = _YEAR_FIELD.fullmatch(name)
            amount = self._read(name, notation.positive_euros) if match else None
            if match and amount:
                found[int(match[1])] = amount
        return found

    def _added(self) -> tuple[AddedClaim, ...]:
        found = []
        for at in range(1, ADDED_ROWS + 1):
            category = self._category(f"category_{at}")
            year = self._read(f"year_{at}", lambda text: Fraction(notation.year(text)))
            share = self._read(f"share_{at}", notation.percent) or Fraction(0)
            if category is not None and year is None and f"year_{at}" not in self.faults:
                self.faults[f"year_{at}"] = str(_l("Donner l'exercice qui porte ce sinistre."))
            if share > notation.HUNDRED:
                self.faults[f"share_{at}"] = str(_l("Écrire un pourcentage de 0 à 100."))
            elif category is not None and year is not None:
                found.append(AddedClaim(category, int(year), share / 100))
        return tuple(found)

    def _category(self, name: str) -> CostCategory | None:
        text = self.text(name).strip()
        if not text:
            return None
        try:
            return (permanent_category if text.upper().startswith("IP") else temporary_category)(text)
        except notation.Illegible as error:
            self.faults[name] = f"{error}. {error.remedy}."
            return None
