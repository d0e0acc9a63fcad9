"""From grids to papers: what each table is, and how it is read. A new paper is one line of `PAPERS`.

The module of a paper is imported when a grid may hold it: an account never waits for what reads sheets.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records.documents import Ignored
from atmp_insure.rate_records.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.readers.grid import Grid
    from atmp_insure.rate_records.readers.source import Context, Source

MOST_FAULTS_TOLD = 50


class Paper(NamedTuple):
    """A kind of paper.

    Attributes:
        module: where it is recognised and read.
        is_it: name of the function that recognises it, from a grid and the context.
        read: name of the function that reads it, from a grid and its source.
        name_fr: how a message names it.
        screen_fr: the screen of the account that exports it.
    """

    module: str
    is_it: str
    read: str
    name_fr: str
    screen_fr: str

    def holds(self, grid: Grid, context: Context) -> bool:
        """Whether a grid is this paper."""
        return bool(self._function(self.is_it)(grid, context))

    def documents(self, grid: Grid, source: Source) -> tuple[Document, ...]:
        """The papers that a grid holds; its faults say what was recognised and which screen exports it."""
        try:
            found: Document | tuple[Document, ...] = self._function(self.read)(grid, source)
        except InvalidInput as error:
            raise InvalidInput(self._told(error.faults)) from error
        return found if isinstance(found, tuple) else (found,)

    def _function(self, name: str) -> Any:
        return getattr(import_module(f"atmp_insure.rate_records.readers.{self.module}"), name)

    def _told(self, faults: tuple[Fault, ...]) -> Iterable[Fault]:
        ending = f" ({self.name_fr} ; écran à exporter : « {self.screen_fr} »)"
        for fault in faults[:MOST_FAULTS_TOLD]:
            yield replace(fault, remedy=f"{fault.remedy}{ending}")
        if len(faults) > MOST_FAULTS_TOLD:
            yield Fault(f"et {len(faults) - MOST_FAULTS_TOLD} autres défauts", f"Les corriger tous{ending}")


PAPERS = (  # in this order: a row of known column labels is a surer sign than labels beside values
    Paper("account", "is_account", "read_account", "compte employeur", "Éléments de calcul du taux"),
    Paper("history", "is_history", "read_history", "historique des taux", "Historique des taux"),
    Paper("sheet_rows", "is_sheet_rows", "read_sheet_rows", "feuilles de calcul", "Feuille de calcul"),
    Paper("sheet", "is_sheet", "read_sheet", "feuille de calcul", "Feuille de calcul"),
)


def documents_of(grids: Iterable[Grid], source: Source) -> tuple[Document, ...]:
    """The papers that the tables of one file hold: all of them, or none when one is wrong.

    Raises:
        InvalidInput: no table is a paper, or one of them is wrong; all faults at once.
    """
    documents: list[Document] = []
    faults: list[Fault] = []
    others: list[Grid] = []
    grids = tuple(grids)
    for grid in grids:
        paper = next((paper for paper in PAPERS if paper.holds(grid, source.context)), None)
        if paper is None:
            others.append(grid)
            continue
        try:
            documents += paper.documents(grid, source)
        except InvalidInput as error:
            faults += error.faults
    if not documents and not faults:
        unrecognised = import_module("atmp_insure.rate_records.readers.unrecognised")
        raise InvalidInput([unrecognised.fault_of(grids)])
    if faults:
        raise InvalidInput(faults)
    return (_mentioning(documents[0], others), *documents[1:])


def _mentioning(document: Document, others: list[Grid]) -> Document:
    """The document, saying which sheets of its workbook were left aside."""
    said = tuple(Ignored(f"feuille {grid.sheet}", "", "feuille sans document reconnu") for grid in others)
    return replace(document, ignored=(*document.ignored, *said)) if said else document
