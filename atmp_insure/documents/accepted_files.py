"""Which files the vault takes: known by what they hold, not by their name, and refused when they could do harm.

PDF, images, workbooks, texts, Word documents and ZIP archives of these. A refusal says what is wrong and what to do.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from atmp_insure.documents.page_images import inspect_pdf
from atmp_insure.kernel.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
XLS, CSV, TEXT, ZIP = "application/vnd.ms-excel", "text/csv", "text/plain", "application/zip"
JSON = "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = {
    "pdf": PDF, "png": PNG, "jpg": JPEG, "jpeg": JPEG, "xlsx": XLSX, "xls": XLS, "csv": CSV, "txt": TEXT, "docx": DOCX,
    "zip": ZIP, "json": JSON, "dsn": TEXT,
}  # fmt: skip
ACCEPTED = ", ".join(sorted(extension.upper() for extension in MEDIA_TYPES))
MOST_MEMBERS = 500
MOST_OPENED_BYTES = 1024 * 1024 * 1024
MOST_TIMES_SMALLER = 150  # text shrinks twenty to forty times, a bomb a thousand
LONGEST_NAME = 200

_NEVER_A_BOMB = 1024 * 1024
_ENCRYPTED = 0x1
_OUTSIDE = re.compile(r"^(?:[A-Za-z]:|[\\/])|(?:^|[\\/])\.\.(?:[\\/]|$)|\x00")
_MACROS_OF_XLS = "_VBA_PROJECT".encode("utf-16-le")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, LookupError)
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", XLS),
    (b"PK\x03\x04", ZIP),
)  # fmt: skip
_PDF_WITHIN = 1024  # readers accept some bytes before the mark


@dataclass(frozen=True, slots=True)
class AcceptedFile:
    """A file that may be put away.

    Attributes:
        name: its own name, without folders nor control characters.
        media_type: what it is, from what it holds.
        content: its bytes.
        page_count: pages that the screen can show; None when it shows none.
        active_content: what in it could act by itself, in French; None when nothing does.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    page_count: int | None = None
    active_content: str | None = None


def accepted(name: str, content: bytes, largest_bytes: int) -> AcceptedFile:
    """Look at a file before it is put away.

    Raises:
        InvalidInput: empty, too big, of another type, not what its name says, damaged, or made to do harm.
    """
    shown = clean_name(name)
    extension = shown.rpartition(".")[2].lower() if "." in shown else ""
    if not content:
        raise InvalidInput.one("fichier vide", "Choisir le bon fichier", place="file", source=shown)
    if len(content) > largest_bytes:
        most = largest_bytes // (1024 * 1024)
        raise InvalidInput.one(f"fichier de plus de {most} Mo", "Le partager ou le réduire", place="file", source=shown)
    if extension not in MEDIA_TYPES:
        raise InvalidInput.one(
            f"type de fichier non accepté « {extension or shown} »", f"Déposer l'un de : {ACCEPTED}",
            place="file", source=shown,
        )  # fmt: skip
    try:
        return _inspected(shown, MEDIA_TYPES[extension], content)
    except InvalidInput as error:
        raise InvalidInput(Fault(one.message, one.remedy, "file", shown) for one in error.faults) from error


def clean_name(name: str) -> str:
    """The name of a file alone: no folder, no control character, not too long."""
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(character for character in last if character.isprintable()).strip()
    stem, point, extension = kept.rpartition(".")
    if not point:
        return kept[:LONGEST_NAME] or "document"
    return f"{stem[: LONGEST_NAME - len(extension) - 1] or 'document'}.{extension[:LONGEST_NAME]}"


def _inspected(name: str, said: str, content: bytes) -> AcceptedFile:
    held = _held_type(content)
    if said in {CSV, TEXT, JSON} and held is None:
        _require_text(content)
        return AcceptedFile(name, said, content)
    if held != said:
        raise InvalidInput.one(
            "le contenu n'est pas celui que son nom annonce", "Le renommer, ou l'enregistrer à nouveau"
        )
    match held:
        case "application/pdf":
            facts = inspect_pdf(content)
            return AcceptedFile(name, PDF, content, facts.page_count, facts.active_content)
        case "image/png" | "image/jpeg":
            return AcceptedFile(name, held, content, page_count=1)
        case "application/vnd.ms-excel":
            return AcceptedFile(name, XLS, content, active_content="macros" if _MACROS_OF_XLS in content else None)
        case _:
            return AcceptedFile(name, held, content)


def _held_type(content: bytes) -> str | None:
    """What the content shows itself to be; None for a text, or for anything unknown."""
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return PDF
    found = next((media_type for mark, media_type in _MAGIC if content.startswith(mark)), None)
    return _archive_type(content) if found == ZIP else found


def _archive_type(content: bytes) -> str:
    """Whether an archive is a workbook, a Word document or a plain one, once its members are known to be harmless."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
    except _UNREADABLE as error:
        raise InvalidInput.one("fichier endommagé ou tronqué", "Le télécharger à nouveau en entier") from error
    _refuse_dangers(members)
    names = {info.filename for info in members}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise InvalidInput.one("fichier qui contient des macros", "L'enregistrer sans macro (.xlsx, .docx)")
    if "xl/workbook.xml" in names:
        return XLSX
    if "word/document.xml" in names:
        return DOCX
    _require_known_members(names)
    return ZIP


def _refuse_dangers(members: Iterable[zipfile.ZipInfo]) -> None:
    infos = list(members)
    if not infos:
        raise InvalidInput.one("archive vide", "Choisir le bon fichier")
    if len(infos) > MOST_MEMBERS:
        raise InvalidInput.one(f"archive de {len(infos)} fichiers, {MOST_MEMBERS} au plus", "La partager en plusieurs")
    if sum(info.file_size for info in infos) > MOST_OPENED_BYTES:
        raise InvalidInput.one("archive trop grosse une fois ouverte", "La partager en plusieurs")
    for info in infos:
        if _OUTSIDE.search(info.filename):
            raise InvalidInput.one("archive dont un chemin mène ailleurs", "La refaire avec ses seuls documents")
        if info.flag_bits & _ENCRYPTED:
            raise InvalidInput.one("archive protégée par un mot de passe", "La refaire sans mot de passe")
        if info.file_size > max(_NEVER_A_BOMB, MOST_TIMES_SMALLER * info.compress_size):
            raise InvalidInput.one(
                "contenu hors limites une fois ouvert (bombe ZIP)", "Déposer les documents un par un"
            )


def _require_known_members(names: Iterable[str]) -> None:
    """An archive holds papers that would be accepted one by one, and no other archive."""
    extensions = {name.rpartition(".")[2].lower() for name in names if not name.rpartition("/")[2].startswith(".")}
    strange = sorted(extensions - (set(MEDIA_TYPES) - {"zip"}))
    if strange:
        raise InvalidInput.one(
            f"archive qui contient des fichiers non acceptés : {', '.join(one[:20] for one in strange[:5])}",
            "N'y laisser que des documents",
        )


def _require_text(content: bytes) -> None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if _CONTROLS.search(text):
        raise InvalidInput.one("ce fichier n'est pas un texte", "Choisir le bon fichier")
