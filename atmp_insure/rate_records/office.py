"""What the office reads and checks papers with: the law, the clocks, its mappings of columns, its secret for people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from atmp_insure.rate_records.account_update import oldest_first
from atmp_insure.rate_records.last_days import with_last_days
from atmp_insure.rate_records.paper_values import corrected
from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.reconciliation import reconcile, reconciled_units
from atmp_insure.rate_records.stored import stored_document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from atmp_insure.deadlines.law import DeadlineLaw
    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.models import RatePaper
    from atmp_insure.rate_records.readers import Reading
    from atmp_insure.rate_records.readers.mapping import ColumnMapping
    from atmp_insure.rate_records.reconciliation import Reconciliation, UnitReconciliation
    from atmp_insure.regulation.law import Law


@dataclass(frozen=True, slots=True)
class Office:
    """What papers are read and checked with.

    Attributes:
        secret: makes keys of people, the same for all the papers of this installation.
    """

    law: Law
    clocks: DeadlineLaw
    mappings: Mapping[str, ColumnMapping]
    secret: bytes

    def read(self, name: str, content: bytes, today: date) -> Reading:
        """What one file holds."""
        return read_files([(name, content)], today, self.mappings, self.secret)

    def document(self, paper: RatePaper) -> Document:
        """A paper with its corrections, under the name of its file."""
        read = stored_document(paper.content, self.secret)
        return corrected(read, ((one.field, one.value) for one in paper.corrections))

    def documents(self, papers: Sequence[RatePaper]) -> tuple[Document, ...]:
        """Papers with their corrections; files of one name are told apart by the number of their paper."""
        found = []
        for paper, document in zip(papers, map(self.document, papers), strict=True):
            twice = len({one.document_id for one in papers if one.file_name == paper.file_name}) > 1
            name = f"{paper.file_name} (n° {paper.document_id})" if twice else paper.file_name
            found.append(replace(document, file=name))
        return tuple(found)

    def reconciled(self, documents: Sequence[Document]) -> Reconciliation:
        """Papers checked against each other and the law, each finding with its last day."""
        return with_last_days(reconcile(documents, self.law), self.clocks)

    def units(self, papers: Sequence[RatePaper]) -> tuple[UnitReconciliation, ...]:
        """The tariff units of papers, each rate recomputed; nothing is questioned."""
        return reconciled_units(oldest_first(self.documents(papers)), self.law)
