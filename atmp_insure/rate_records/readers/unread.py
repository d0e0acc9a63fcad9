"""Papers that are recognised but hold no text: they are kept, to be keyed in by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records.documents import Finding, Severity, UnreadPaper

if TYPE_CHECKING:
    from atmp_insure.rate_records.readers.source import Received


class ImageOnly(InvalidInput):
    """A PDF that holds images and no text."""

    def __init__(self, pages: int) -> None:
        """Say how many pages it has."""
        self.pages = pages
        said = f"PDF de {pages} page{'s' if pages > 1 else ''} en image, sans texte à lire"
        remedy = (
            "Le télécharger à nouveau depuis le compte AT/MP, en CSV ou en PDF d'origine, plutôt que numérisé ; "
            "à défaut, il est gardé pour être saisi à la main, avec les mêmes contrôles"
        )
        super().__init__([Fault(said, remedy)])

    def paper(self, file: Received) -> UnreadPaper:
        """The paper that is kept."""
        fault = self.faults[0]
        finding = Finding(Severity.ERROR, "image_only_pdf", f"{fault.message}. {fault.remedy}.", file=file.name)
        return UnreadPaper(file.name, file.sha256(), self.pages, finding)
