"""The content of a document: its file, the image of one of its pages; each reading is written before the answer."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import Response, send_file

from atmp_insure.access.roles import Right
from atmp_insure.documents import accepted_files as files
from atmp_insure.documents import queries
from atmp_insure.documents.blueprint import blueprint, reader
from atmp_insure.documents.page_images import page_png
from atmp_insure.kernel.errors import NotFound
from atmp_insure.web.request_scope import actor, database, needs
from atmp_insure.web.texts import translated as _

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from atmp_insure.documents.models import Document, DocumentVersion


@blueprint.get("/<int:document_id>/versions/<int:number>/file")
@needs(Right.READ_DOCUMENTS)
def download(document_id: int, number: int) -> ResponseReturnValue:
    """The file itself, once the download is written in the reading log."""
    document, version = _found(document_id, number)
    content = reader().read(document, version, "fichier", "downloaded")
    return _file(content, version.media_type, version.file_name)


@blueprint.get("/<int:document_id>/versions/<int:number>/pages/<int:page>")
@needs(Right.READ_DOCUMENTS)
def page_image(document_id: int, number: int, page: int) -> ResponseReturnValue:
    """The image of a page, by itself."""
    document, version = _found(document_id, number)
    if version.media_type not in {files.PDF, files.PNG, files.JPEG}:
        raise NotFound(_("Ce document n'a pas d'image à montrer."))
    content = reader().read(document, version, f"page {page}")
    if version.media_type == files.PDF:
        return _file(page_png(content, page), files.PNG)
    return _file(content, version.media_type)


def _file(content: bytes, media_type: str, name: str | None = None) -> Response:
    """Bytes as an answer that no cache keeps and that no script in them can act from; under a name: a download."""
    answer = send_file(io.BytesIO(content), media_type, as_attachment=name is not None, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _found(document_id: int, number: int) -> tuple[Document, DocumentVersion]:
    with database().reading(actor()) as session:
        return queries.get_document(session, document_id), queries.get_version(session, document_id, number)
