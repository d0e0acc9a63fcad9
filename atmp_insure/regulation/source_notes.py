"""The sources of a table as they stand under it: each once, numbered, with what it is worth and when it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.labelled import Label
from atmp_insure.regulation.values import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from atmp_insure.regulation.values import Citation

CONFIDENCE_LABELS: Mapping[Confidence, Label] = {
    Confidence.OFFICIAL: Label("texte officiel"),
    Confidence.SECONDARY: Label("source secondaire"),
    Confidence.AS_PRINTED: Label("lu sur un document du client"),
    Confidence.UNSETTLED: Label("non tranché"),
}


@dataclass(frozen=True, slots=True)
class SourceNote:
    """A source under a table.

    Attributes:
        number: by which the figures of the table refer to it, from 1.
        source: the text or publication.
        confidence: what it is worth.
        checked_on: day on which someone read it.
        warning: what must be said with its figures; "" when nothing.
    """

    number: int
    source: str
    confidence: Confidence
    checked_on: date
    warning: str

    @property
    def worth(self) -> Label:
        """What the source is worth, in French."""
        return CONFIDENCE_LABELS[self.confidence]


def source_notes(citations: Iterable[Citation]) -> tuple[SourceNote, ...]:
    """The notes of a table, in the order in which its figures name their sources; the place in a file plays no part."""
    told = dict.fromkeys((one.source, one.confidence, one.checked_on, one.warning) for one in citations)
    return tuple(SourceNote(number, *one) for number, one in enumerate(told, start=1))


def number_of(citation: Citation, notes: Sequence[SourceNote]) -> int:
    """The number of a source among the notes of its table.

    Raises:
        StopIteration: the notes are not those of its table.
    """
    told = (citation.source, citation.confidence, citation.checked_on, citation.warning)
    return next(one.number for one in notes if (one.source, one.confidence, one.checked_on, one.warning) == told)
