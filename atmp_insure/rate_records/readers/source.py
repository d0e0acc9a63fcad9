"""The file that a document is read from, as received, and what readers know besides its content."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from atmp_insure.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from atmp_insure.rate_records.readers.mapping import ColumnMapping
    from atmp_insure.rate_records.readers.persons import Persons

_HEAD = 64 * 1024
MOST_BYTES_AT_ONCE = 256 * 1024 * 1024  # a paper of the account is never that big; payroll declarations are streamed


class Context(NamedTuple):
    """What one reading knows, whatever the file.

    Attributes:
        today: dates written with two digits of year are read from it, and no accident is later.
        mappings: manual mappings of columns that were saved, by fingerprint of the labels they are for.
        persons: turns social security numbers into keys, the same ones for all the files of the reading.
    """

    today: date
    mappings: Mapping[str, ColumnMapping]
    persons: Persons


class Received:
    """A file as it came: bytes in hand, or a path that is read no further than needed."""

    def __init__(self, name: str, content: bytes | Path) -> None:
        """Look at the first bytes.

        Raises:
            InvalidInput: the file cannot be opened.
        """
        self.name = name
        self._content = content
        self.head = content[:_HEAD] if isinstance(content, bytes) else _opened(content, _HEAD)

    def content(self) -> bytes:
        """All its bytes.

        Raises:
            InvalidInput: more than any paper of the account holds.
        """
        if isinstance(self._content, bytes):
            return self._content
        if self._content.stat().st_size > MOST_BYTES_AT_ONCE:
            raise InvalidInput.one("fichier hors de toute mesure pour ce format", "Le découper, ou vérifier son choix")
        return _opened(self._content, -1)

    def stream(self) -> BinaryIO:
        """Its bytes, to be read little by little; the caller closes it."""
        return io.BytesIO(self._content) if isinstance(self._content, bytes) else self._content.open("rb")

    def sha256(self) -> str:
        """Hash of its bytes."""
        if isinstance(self._content, bytes):
            return hashlib.sha256(self._content).hexdigest()
        with self._content.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


class Source(NamedTuple):
    """Where a document comes from."""

    file: str
    sha256: str
    context: Context

    @property
    def today(self) -> date:
        """The day of the reading."""
        return self.context.today


def _opened(path: Path, length: int) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(length)
    except (OSError, ValueError) as error:
        reason = "est un dossier" if isinstance(error, IsADirectoryError) else "ne peut pas être lu"
        raise InvalidInput.one(f"ce fichier {reason}", "Vérifier le chemin et les droits") from error
