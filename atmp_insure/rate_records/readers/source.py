"""The file that a document is read from, as received, and what readers know besides its content."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records.documents import Finding, Severity, UnreadPaper
from atmp_insure.rate_records.readers.digest import sha256_of, sha256_of_stream
from atmp_insure.rate_records.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from atmp_insure.rate_records.readers.mapping import ColumnMapping

_HEAD = 64 * 1024
MOST_BYTES_AT_ONCE = 256 * 1024 * 1024  # a paper of the account is never that big; payroll declarations are streamed

EXPORT_AGAIN = (
    "Exporter depuis le compte AT/MP, au format CSV ou XLSX, l'écran « Feuille de calcul », "
    "« Éléments de calcul du taux » (compte employeur annuel), « Compte employeur courant » ou « Historique des taux »"
)


class Context(NamedTuple):
    """What one reading knows, whatever the file.

    Attributes:
        today: dates written with two digits of year are read from it, and no accident is later.
        mappings: manual mappings of columns that were saved, by fingerprint of the labels they are for.
        secret: what makes keys of social security numbers, the same ones for all the files of the reading.
    """

    today: date
    mappings: Mapping[str, ColumnMapping]
    secret: bytes


class Received:
    """A file as it came: bytes in hand, or a path that is read no further than needed."""

    def __init__(self, name: str, content: bytes | Path) -> None:
        """Look at the first bytes.

        Raises:
            InvalidInput: the file cannot be opened.
        """
        self.name = name
        self.head = content[:_HEAD] if isinstance(content, bytes) else _opened(content, _HEAD)
        is_whole = len(self.head) < _HEAD  # a small file is read once
        self._content = self.head if is_whole else content

    def content(self) -> bytes:
        """All its bytes.

        Raises:
            InvalidInput: more than any paper of the account holds.
        """
        if isinstance(self._content, bytes):
            return self._content
        if self._content.stat().st_size > MOST_BYTES_AT_ONCE:
            raise InvalidInput.one("fichier hors limites pour ce format", "Le découper, ou vérifier son choix")
        return _opened(self._content, -1)

    def stream(self) -> BinaryIO:
        """Its bytes, to be read little by little; the caller closes it."""
        return io.BytesIO(self._content) if isinstance(self._content, bytes) else self._content.open("rb")

    def sha256(self) -> str:
        """Hash of its bytes."""
        if isinstance(self._content, bytes):
            return sha256_of(self._content)
        with self.stream() as stream:
            return sha256_of_stream(stream)


class Source(NamedTuple):
    """Where a document comes from."""

    file: str
    sha256: str
    context: Context

    @property
    def today(self) -> date:
        """The day of the reading."""
        return self.context.today


class ImageOnly(InvalidInput):
    """A PDF with pages that are images, without text: a person must key it in."""

    def __init__(self, pages: int, images: Sequence[int]) -> None:
        """Say how many pages it has, and the numbers of those that are images."""
        self.pages = pages
        remedy = (
            "Le télécharger à nouveau depuis le compte AT/MP, en CSV ou en PDF d'origine, plutôt que numérisé ; "
            "à défaut, saisir ses valeurs à la main dans un tableau, lu avec les mêmes contrôles"
        )
        super().__init__([Fault(_image_pages_fr(pages, images), remedy, _pages_place(images, pages))])

    def paper(self, file: Received) -> UnreadPaper:
        """The paper that is kept."""
        fault = self.faults[0]
        code = "image_pages_pdf" if fault.place else "image_only_pdf"
        finding = Finding(Severity.ERROR, code, f"{fault.message}. {fault.remedy}.", fault.place, file.name)
        return UnreadPaper(file.name, file.sha256(), self.pages, finding)


def _image_pages_fr(pages: int, images: Sequence[int]) -> str:
    count = f"PDF de {pages} page{'s' if pages > 1 else ''}"
    if len(images) == pages:
        return f"{count} en image, sans texte à lire"
    are = "sont des images" if len(images) > 1 else "est une image"
    return f"{count} dont {len(images)} {are} sans texte à lire : rien n'en est repris"


def _pages_place(images: Sequence[int], pages: int) -> str:
    """Which pages are images; "" when all of them are."""
    if len(images) == pages:
        return ""
    return f"page{'s' if len(images) > 1 else ''} {', '.join(map(str, images))}"


def _opened(path: Path, length: int) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(length)
    except (OSError, ValueError) as error:
        reason = "est un dossier" if isinstance(error, IsADirectoryError) else "ne peut pas être lu"
        raise InvalidInput.one(f"ce fichier {reason}", "Vérifier le chemin et les droits") from error
