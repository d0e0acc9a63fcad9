"""PDF papers cut, turned and put together: letters come scanned in one heap, upside down, or in several files."""

from __future__ import annotations

import io
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from atmp_insure.documents.page_images import opened_pdf
from atmp_insure.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

QUARTER = 90


def split(content: bytes, starts: Sequence[int]) -> tuple[bytes, ...]:
    """A PDF cut into parts, each beginning at one of the pages named (from 1); the first part begins at page 1.

    Raises:
        InvalidInput: no cut, or a page that the file does not have.
    """
    with opened_pdf(content) as document:
        count = len(document)
        cuts = sorted({1, *starts})
        if len(cuts) == 1 or cuts[-1] > count or cuts[0] < 1:
            raise InvalidInput.one(
                "aucune coupe possible", f"Donner des pages de 2 à {count}, où commence une nouvelle lettre",
                place="pages",
            )  # fmt: skip
        ends = [*(cut - 1 for cut in cuts[1:]), count]
        return tuple(_written(document, [*range(first - 1, last)]) for first, last in zip(cuts, ends, strict=True))


def rotated(content: bytes, quarters: int) -> bytes:
    """A PDF whose pages are all turned by some quarters of a turn to the right."""
    with opened_pdf(content) as document:
        for page in document:
            page.set_rotation((page.get_rotation() + QUARTER * quarters) % 360)
        return _saved(document)


def joined(contents: Sequence[bytes]) -> bytes:
    """Several PDF put together, in order.

    Raises:
        InvalidInput: fewer than two.
    """
    if len(contents) < 2:
        raise InvalidInput.one("un seul document", "En choisir au moins deux", place="letters")
    with ExitStack() as stack:
        documents = [stack.enter_context(opened_pdf(content)) for content in contents]
        whole = pdfium.PdfDocument.new()
        for document in documents:
            whole.import_pages(document)
        content = _saved(whole)
        whole.close()
        return content


def _written(document: pdfium.PdfDocument, pages: list[int]) -> bytes:
    part = pdfium.PdfDocument.new()
    part.import_pages(document, pages)
    content = _saved(part)
    part.close()
    return content


def _saved(document: pdfium.PdfDocument) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
