"""Files in answers, and the vault that they are read from: each reading is written before the answer."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import send_file

from atmp_insure.documents.accepted_files import MEDIA_TYPES, accepted
from atmp_insure.documents.service import Reader
from atmp_insure.documents.vault import open_vault
from atmp_insure.web.request_scope import actor, database, settings

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.datastructures import FileStorage

    from atmp_insure.documents.accepted_files import AcceptedFile

FILES = tuple(sorted(set(MEDIA_TYPES.values())))
DAMAGED = {409: "Le contenu est altéré, ou absent du coffre."}
_MEGABYTE = 1024 * 1024


def largest_bytes() -> int:
    """The size that a deposit may have."""
    return settings().vault.largest_megabytes * _MEGABYTE


def accepted_file(given: FileStorage) -> AcceptedFile:
    """The one file of a form, looked at before it is put away.

    Raises:
        InvalidInput: it may not be put away.
    """
    given.stream.seek(0)  # a view whose write met a busy database is run again
    return accepted(given.filename or "", given.stream.read(), largest_bytes())


def reader() -> Reader:
    """Who asks, as the vault and the reading log know them."""
    return Reader(database(), actor(), open_vault(settings(), database().key_ring))


def file_answer(content: bytes, name: str, media_type: str) -> Response:
    """A file as an answer that no cache keeps and that no script in it can act from."""
    answer = send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
