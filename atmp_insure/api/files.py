"""Files of requests and of answers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import send_file

from atmp_insure.documents.accepted_files import MEDIA_TYPES
from atmp_insure.documents.uploads import accepted_upload, accepted_uploads
from atmp_insure.web.request_scope import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Response
    from werkzeug.datastructures import FileStorage

    from atmp_insure.documents.accepted_files import AcceptedFile

FILES = tuple(sorted(set(MEDIA_TYPES.values())))
DAMAGED = {409: "Le contenu est altéré, ou absent du coffre."}


def accepted_file(given: FileStorage) -> AcceptedFile:
    """The one file of a form, looked at before it is put away.

    Raises:
        InvalidInput: it may not be put away.
    """
    return accepted_upload(given, settings().vault.largest_bytes)


def accepted_files(given: Iterable[FileStorage]) -> tuple[AcceptedFile, ...]:
    """The files of a form, looked at before any is put away.

    Raises:
        InvalidInput: some may not be put away; none then is.
    """
    return accepted_uploads(given, settings().vault.largest_bytes)


def file_answer(content: bytes, name: str, media_type: str) -> Response:
    """A file as an answer that no cache keeps and that no script in it can act from."""
    answer = send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
