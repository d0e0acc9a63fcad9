"""ZIP archives: their members are read one by one, as if each had been given; nothing is written to disk.

A bomb, a path that leads outside, a password or a ZIP inside a ZIP refuses the whole archive before anything is read.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from atmp_insure.rate_records.readers.source import Received

MOST_MEMBERS = 200
MOST_BYTES = 1024 * 1024 * 1024
MOST_BYTES_OF_A_MEMBER = 512 * 1024 * 1024
MOST_TIMES_SMALLER = 150  # text shrinks twenty to forty times, a bomb a thousand
_NEVER_A_BOMB = 1024 * 1024
_ENCRYPTED = 0x1
_OUTSIDE = re.compile(r"^(?:[A-Za-z]:|[\\/])|(?:^|[\\/])\.\.(?:[\\/]|$)")
_LEFT_BY_SYSTEMS = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)")
UNREADABLE = (  # what the ZIP and its compressions raise on damaged archives
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError,
    LookupError,
)  # fmt: skip
_SPLIT = "Préparer un ZIP des seuls documents du compte AT/MP, ou donner les fichiers un par un"


def members(file: Received) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file of an archive.

    Raises:
        InvalidInput: damaged, empty, protected, or made to do harm; told before any member is read.
    """
    content = file.content()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = [info for info in archive.infolist() if info.filename and not info.is_dir()]
            refuse_dangers(infos)
            kept = [info for info in infos if not _LEFT_BY_SYSTEMS.search(info.filename)]
            if not kept:
                raise InvalidInput.one("ZIP vide", _SPLIT)
            contents = [(info.filename, content_of(archive, info)) for info in kept]
    except UNREADABLE as error:
        raise InvalidInput.one("ZIP endommagé ou tronqué, illisible", "Le télécharger à nouveau en entier") from error
    nested = [name for name, inside in contents if inside.startswith(b"PK\x03\x04") and not is_office_file(inside)]
    if nested:
        raise InvalidInput(Fault("ZIP à l'intérieur du ZIP", _SPLIT, name) for name in nested)
    for name, inside in contents:
        yield f"{file.name}/{name}", inside


def refuse_dangers(infos: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse an archive that is too big once opened, protected, or whose members have paths that lead outside.

    Raises:
        InvalidInput: every danger found.
    """
    infos = list(infos)
    faults = []
    if len(infos) > MOST_MEMBERS:
        faults.append(Fault(f"ZIP de {len(infos)} fichiers, {MOST_MEMBERS} au plus", _SPLIT))
    if sum(info.file_size for info in infos) > MOST_BYTES:
        faults.append(Fault("ZIP trop gros une fois ouvert", _SPLIT))
    for info in infos:
        if _OUTSIDE.search(info.filename) or "\x00" in info.filename:
            faults.append(Fault("chemin qui mène hors du ZIP", _SPLIT, info.filename))
        elif info.flag_bits & _ENCRYPTED:
            faults.append(Fault("ZIP protégé par un mot de passe", "L'enregistrer sans mot de passe", info.filename))
        elif _is_bomb(info):
            said = "contenu hors limites une fois ouvert (bombe ZIP)"
            faults.append(Fault(said, "Ne pas ouvrir ce fichier ; demander les documents à leur auteur", info.filename))
    if faults:
        raise InvalidInput(faults[:10])


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    if info.file_size > MOST_BYTES_OF_A_MEMBER:
        return True
    return info.file_size > _NEVER_A_BOMB and info.file_size > MOST_TIMES_SMALLER * max(info.compress_size, 1)


def content_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The content of one member, no longer than the archive announces: an announced size may lie."""
    with archive.open(info) as member:
        content = member.read(info.file_size + 1)
    if len(content) > info.file_size:
        raise InvalidInput.one("contenu plus long qu'annoncé (bombe ZIP)", _SPLIT, place=info.filename)
    return content


def is_office_file(content: bytes) -> bool:
    """Whether a ZIP is a workbook or a document of an office suite, and not an archive of files."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except UNREADABLE:
        return False
    return "[Content_Types].xml" in names or "mimetype" in names
