"""PDF papers for the screen: how many pages, what in them could act by itself, and the image and text of one page.

pdfium is not made for several threads: one lock keeps it to one at a time. Images and texts have limits, so that a
hostile paper costs little; nothing in a paper is ever run.
"""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from atmp_insure.kernel import locks
from atmp_insure.kernel.errors import InvalidInput, NotFound, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PAGES = 2000
IMAGE_WIDTH, IMAGE_HEIGHT = 1240, 1754  # A4 at 150 dots per inch
MOST_CHARACTERS = 100_000

_STREAM = re.compile(rb"stream\r?\n.*?\r?\nendstream", re.DOTALL)
_STRING = re.compile(rb"\((?:\\.|[^()\\])*\)", re.DOTALL)
_ACTS = (  # names of the format, after pdfium wrote them plainly; what people call them
    (re.compile(rb"/(?:JavaScript|JS)(?![A-Za-z0-9])"), "JavaScript"),
    (re.compile(rb"/(?:EmbeddedFiles?|FileAttachment)(?![A-Za-z0-9])"), "fichiers joints"),
    (re.compile(rb"/(?:SubmitForm|ImportData)(?![A-Za-z0-9])"), "envoi de formulaire"),
    (re.compile(rb"/(?:RichMedia|Movie|Sound|3D)(?![A-Za-z0-9])"), "contenu animé"),
)
_LAUNCH = re.compile(rb"/(?:Launch|GoToE)(?![A-Za-z0-9])")
_UNPROTECTED = "L'enregistrer sans mot de passe, ou l'imprimer en PDF"


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What a PDF is: its pages, and what in it could act by itself."""

    page_count: int
    active_content: str | None


def inspect_pdf(content: bytes) -> PdfFacts:
    """Look into a PDF before it is put away.

    Scripts are told and kept: official forms compute with them, and the screen never runs them. A PDF that starts a
    program or opens another file is refused.

    Raises:
        InvalidInput: unreadable, protected by a password, too long, or made to start a program.
    """
    with opened_pdf(content) as document:
        page_count = len(document)
        if page_count > MOST_PAGES:
            raise InvalidInput.one(f"PDF de {page_count} pages, {MOST_PAGES} au plus", "Le partager en plusieurs")
        plain = io.BytesIO()
        # pdfium writes every object anew: none hidden in a compressed stream, no name in disguise
        document.save(plain, flags=pdfium_c.FPDF_REMOVE_SECURITY)
    names = _STRING.sub(b"", _STREAM.sub(b"", plain.getvalue()))
    if _LAUNCH.search(names):
        raise InvalidInput.one(
            "PDF qui lance un programme ou un autre fichier", "L'imprimer en PDF, et déposer la copie"
        )
    found = [label for pattern, label in _ACTS if pattern.search(names)]
    return PdfFacts(page_count, ", ".join(found) or None)


def page_png(content: bytes, page_number: int) -> bytes:
    """The image of a page, from 1, as PNG, no larger than A4 at 150 dots per inch.

    Raises:
        NotFound: no such page.
        Refused: pdfium cannot draw it.
    """
    with _page(content, page_number) as page:
        width, height = page.get_size()
        scale = min(IMAGE_WIDTH / max(width, 1), IMAGE_HEIGHT / max(height, 1))
        image = io.BytesIO()
        page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB").save(image, "PNG")
        return image.getvalue()


def page_text(content: bytes, page_number: int) -> str:
    """The text of a page, from 1; empty for a scanned one.

    Raises:
        NotFound: no such page.
        Refused: pdfium cannot read it.
    """
    with _page(content, page_number) as page:
        text_page = page.get_textpage()
        text = text_page.get_text_range(0, min(text_page.count_chars(), MOST_CHARACTERS))
    lines = (line.rstrip() for line in text.replace("\r\n", "\n").replace("\x00", "").split("\n"))
    return "\n".join(lines).strip()


@contextmanager
def _page(content: bytes, page_number: int) -> Iterator[pdfium.PdfPage]:
    with opened_pdf(content) as document:
        if not 1 <= page_number <= len(document):
            raise NotFound(f"Ce document n'a pas de page {page_number}.")
        try:
            yield document[page_number - 1]
        except pdfium.PdfiumError as error:
            raise Refused("Cette page ne peut pas être montrée ; télécharger le document pour la lire.") from error


@contextmanager
def opened_pdf(content: bytes) -> Iterator[pdfium.PdfDocument]:
    """A PDF for as long as the block lasts; no other thread draws meanwhile.

    Raises:
        InvalidInput: unreadable, or protected by a password.
    """
    with locks.PDFIUM:
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as error:
            if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
                raise InvalidInput.one("PDF protégé par un mot de passe", _UNPROTECTED) from error
            raise InvalidInput.one("PDF illisible ou tronqué", "Le télécharger ou le numériser à nouveau") from error
        try:
            yield document
        finally:
            document.close()
