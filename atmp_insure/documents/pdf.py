"""From HTML to PDF: the only place that knows WeasyPrint. Nothing is fetched but `data:` addresses and our own assets.

The same HTML and date give the same bytes. Files are PDF/A-3a: to be kept, and tagged for screen readers. WeasyPrint is
slow to import, so only the edges that render import this module.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
import warnings
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from fontTools.ttLib import woff2

from atmp_insure.kernel.errors import ExternalServiceError

try:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
except OSError:  # a machine without Pango: everything works there but letters, which say what to install
    HTML, URLFetcher, URLFetcherResponse, FatalURLFetchingError = None, object, object, Exception

if TYPE_CHECKING:
    from datetime import datetime

ASSETS = "http://assets.invalid"  # where our files seem to be; never asked of a network
STATIC_DIR = Path(__file__).resolve().parents[1] / "web" / "static"
VARIANT = "pdf/a-3a"
# where French keeps a line together: before a sign, inside quotation marks, after an abbreviation
_KEPT_SPACE = re.compile(r" (?=[%€:;?!»])|(?<=«) |(?<=\bn°) (?=\w)|(?<=\bart\.) (?=[A-Z])|(?<=\bM\.) (?=[A-Z])")
_lock = Lock()  # silencing a warning is for the whole process


class AddressRefused(FatalURLFetchingError):  # type: ignore[misc]
    """A letter asked for something that is not ours."""


class _OwnFetcher(URLFetcher):  # type: ignore[misc]
    """Gives `data:` contents and files of our static folder (`/vendor/...`), refuses everything else."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The content behind an address of a letter."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        if not url.startswith(f"{ASSETS}/"):
            raise AddressRefused(f"adresse refusée dans un document : {url[:80]}")
        place = (STATIC_DIR / url.removeprefix(ASSETS).lstrip("/")).resolve()
        if not place.is_relative_to(STATIC_DIR) or not place.is_file():
            raise AddressRefused(f"fichier absent : {url[:80]}")
        if place.suffix == ".woff2":
            return URLFetcherResponse(url, body=_unpacked(place), headers={"Content-Type": "font/ttf"})
        kind = mimetypes.guess_type(place.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, body=place.read_bytes(), headers={"Content-Type": kind})


@cache
def _unpacked(font: Path) -> bytes:
    """One of our few fonts, unpacked once a process: WeasyPrint would do it for each document, half of its time."""
    unpacked = BytesIO()
    woff2.decompress(BytesIO(font.read_bytes()), unpacked)
    return unpacked.getvalue()


def pdf_of(html: str, *, dated: datetime) -> bytes:
    """The PDF of a page that stands alone.

    Args:
        html: the whole page; it names our files from the static folder: `/atmp/...`, `/vendor/...`.
        dated: written as the day of creation, so that rendering again gives the same bytes.

    Raises:
        AddressRefused: the page asks for anything else.
        ExternalServiceError: Pango is not installed on this machine.
    """
    if HTML is None:
        raise ExternalServiceError(
            "Les courriers demandent Pango sur ce serveur : paquets libpango-1.0-0 et libpangoft2-1.0-0."
        )
    stamp = dated.isoformat(timespec="seconds")
    document = HTML(string=_dated(printable(html), stamp), base_url=f"{ASSETS}/", url_fetcher=_OwnFetcher())
    identifier = hashlib.sha256(html.encode() + stamp.encode()).digest()[:16]
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint 70 leaves its colour profile to the collector
        content: bytes = document.write_pdf(pdf_identifier=identifier, pdf_variant=VARIANT)
    return content


def printable(text: str) -> str:
    """The text with the no-break spaces of French, all plain: our font lacks the narrow one, no other may creep in."""
    return _KEPT_SPACE.sub("\u00a0", text).replace("\u202f", "\u00a0")


def _dated(html: str, stamp: str) -> str:
    tags = f'<meta name="dcterms.created" content="{stamp}"><meta name="dcterms.modified" content="{stamp}">'
    return html.replace("</head>", f"{tags}</head>", 1)
