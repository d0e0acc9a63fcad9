"""Turning located texts into values: each value keeps its place, and every fault is kept until the paper is through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from atmp_insure.kernel.errors import Fault
from atmp_insure.rate_records import code_notation, notation
from atmp_insure.rate_records.documents import Establishment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from atmp_insure.rate_records.labels import Labels
    from atmp_insure.rate_records.readers.grid import LocatedText

T = TypeVar("T")


class Transcription:
    """Reads the values of one paper, or of one of its lines.

    Attributes:
        texts: what stands beside each label that was recognised, by name of field.
        places: place of each value read so far.
        faults: what could not be read; shared by all transcriptions of one paper.
    """

    def __init__(
        self,
        texts: Mapping[str, LocatedText],
        labels: Labels,
        faults: list[Fault],
        known: dict[tuple[str, str], Any] | None = None,
    ) -> None:
        """Start on the texts of one paper, or of one line; `known` keeps the values that many lines repeat."""
        self.texts, self.labels, self.faults = texts, labels, faults
        self.places: dict[str, str] = {}
        self._known = {} if known is None else known

    def value(self, name: str, read: Callable[[str], T]) -> T | None:
        """The value of a field; None when the paper does not print it, or prints something else (a fault is kept)."""
        located = self.texts.get(name)
        if located is None:
            return None
        key = name, located.text
        if key not in self._known:
            if notation.is_blank(located.text):
                return None
            told = len(self.faults)
            value = self.read(located, read, name, self.labels.label_fr(name))
            if len(self.faults) == told:
                self._known[key] = value
            return value
        self.places[name] = located.place
        found: T = self._known[key]
        return found

    def read(self, located: LocatedText, read: Callable[[str], T], name: str, label_fr: str) -> T | None:
        """One located text as a value, its place kept under `name`."""
        if notation.is_blank(located.text):
            return None
        try:
            value = read(notation.unwrapped(located.text, is_words=read is notation.words))
        except notation.Illegible as error:
            self.faults.append(Fault(f"{label_fr} : {error}", error.remedy, located.place))
            return None
        self.places[name] = located.place
        return value


def establishment(cells: Transcription, siret: str) -> Establishment:
    """Whom the paper, or the line, is about; the SIRET is read apart, since a line may take that of the header."""
    code, support_staff = cells.value("risk_code", code_notation.risk_code) or (None, False)
    return Establishment(
        siret=siret,
        section=cells.value("section", code_notation.section),
        risk_code=code,
        support_staff=support_staff or bool(cells.value("support_staff", code_notation.marks_support_staff)),
        ctn=cells.value("ctn", code_notation.committee),
        company=cells.value("company", notation.words),
        fund=cells.value("fund", notation.words),
    )
