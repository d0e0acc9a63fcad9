"""What pages say of documents and mails: states in words, and what a paper looks like."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.documents import accepted_files as files
from atmp_insure.documents.kinds import document_kinds
from atmp_insure.documents.models import Confidentiality, MailState
from atmp_insure.documents.page_images import page_png, page_text
from atmp_insure.documents.retention import RetentionState
from atmp_insure.rate_records.nir_in_text import without_nir
from atmp_insure.web.display import State, Tone
from atmp_insure.web.request_scope import settings
from atmp_insure.web.texts import lazy as _l

if TYPE_CHECKING:
    from collections.abc import Mapping

    from atmp_insure.documents.kinds import DocumentKind
    from atmp_insure.documents.models import Document, DocumentVersion
    from atmp_insure.documents.service import Reader

CONFIDENTIALITY = {
    Confidentiality.PLAIN: State(_l("courante"), Tone.NEUTRAL, "file-text"),
    Confidentiality.NAMED: State(_l("nominative"), Tone.INFO, "user"),
    Confidentiality.NOTICE: State(_l("notification"), Tone.INFO, "gavel"),
    Confidentiality.PRIVILEGED: State(_l("secret de l'avocat"), Tone.CARE, "scale"),
    Confidentiality.MEDICAL: State(_l("secret médical"), Tone.CARE, "stethoscope"),
}
READERS = {
    Confidentiality.PLAIN: _l("qui suit cette entreprise et lit ses documents"),
    Confidentiality.NAMED: _l("qui suit cette entreprise et peut voir le nom des personnes"),
    Confidentiality.NOTICE: _l("qui suit cette entreprise et reçoit ses notifications officielles"),
    Confidentiality.PRIVILEGED: _l("l'avocat de l'entreprise et son cabinet (loi du 31 décembre 1971, art. 66-5)"),
    Confidentiality.MEDICAL: _l("le médecin mandaté pour ce dossier, et lui seul (CSS, art. L.142-6)"),
}
RETENTION = {
    RetentionState.KEPT: State(_l("conservé"), Tone.NEUTRAL, "clock"),
    RetentionState.UNSET: State(_l("conservation à fixer"), Tone.NEUTRAL, "hourglass"),
    RetentionState.HELD: State(_l("gelé"), Tone.INFO, "lock"),
    RetentionState.DUE: State(_l("conservation terminée"), Tone.CARE, "hourglass"),
    RetentionState.ERASED: State(_l("effacé"), Tone.NEUTRAL, "trash"),
}
MAIL_STATES = {
    MailState.WAITING: State(_l("en attente"), Tone.INFO, "clock"),
    MailState.SENT: State(_l("parti"), Tone.GOOD),
    MailState.FAILED: State(_l("non parti"), Tone.BAD),
}
CHANNELS = {"web": _l("déposé à l'écran"), "mail": _l("reçu par courriel"), "import": _l("repris d'un fichier"),
            "written": _l("écrit à l'écran"), "link": _l("déposé par un lien, sans compte")}  # fmt: skip
# kinds of papers that the glossary explains
KIND_TERMS = {
    "calculation_sheet": "feuille de calcul", "employer_account": "compte employeur", "rate_notice": "taux notifié",
    "correspondence": "courrier, courriel", "office_letter": "courrier, courriel",
}  # fmt: skip
_SHOWN_LINES = 200
_INLINE_BYTES = 4 * 1024 * 1024


def kinds() -> Mapping[str, DocumentKind]:
    """The kinds of papers, those of the office included."""
    return document_kinds(settings().config_overlay)


def label_of(kind: str) -> str:
    """The name of a kind; the code of one that no file names any more."""
    found = kinds().get(kind)
    return found.label if found is not None else kind


class Leaf:
    """One page of several, turned from one to the next."""

    __slots__ = ()

    if TYPE_CHECKING:
        page: int
        page_count: int

    @property
    def before(self) -> int | None:
        """The page before; None on the first."""
        return self.page - 1 if self.page > 1 else None

    @property
    def after(self) -> int | None:
        """The page after; None on the last."""
        return self.page + 1 if self.page < self.page_count else None


@dataclass(frozen=True, slots=True)
class Preview(Leaf):
    """What the screen shows of a version: the image of a page, its text, or neither.

    Attributes:
        page: shown, from 1.
        page_count: pages in all.
        image: a `data:` address; empty when there is none.
        text: of the page, or of the first lines.
        is_cut: whether the text goes on beyond what is shown.
    """

    page: int = 1
    page_count: int = 1
    image: str = ""
    text: str = ""
    is_cut: bool = False


def can_preview(version: DocumentVersion) -> bool:
    """Whether the screen can show something of a version."""
    return version.page_count is not None or version.media_type in {files.TEXT, files.CSV, files.JSON}


def preview(reader: Reader, document: Document, version: DocumentVersion, page: int) -> Preview:
    """A page of a version, once its reading is written."""
    match version.media_type:
        case files.PDF:
            count = version.page_count or 1
            shown = min(max(page, 1), count)
            content = reader.read(document, version, f"page {shown}")
            text = without_nir(page_text(content, shown))
            return Preview(shown, count, _data("image/png", page_png(content, shown)), text)
        case files.PNG | files.JPEG:
            content = reader.read(document, version, "image")
            small = len(content) <= _INLINE_BYTES
            return Preview(image=_data(version.media_type, content) if small else "")
        case _:
            lines = without_nir(_text(reader.read(document, version, "texte"))).splitlines()
            return Preview(text="\n".join(lines[:_SHOWN_LINES]), is_cut=len(lines) > _SHOWN_LINES)


def _text(content: bytes) -> str:
    """A text file, decoded as French tools write them: strict UTF-8, else the code page of Windows."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _data(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{b64encode(content).decode('ascii')}"
