"""Files given by a form, alone or together: each looked at before any is put away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.documents.accepted_files import AcceptedFile, accepted
from atmp_insure.kernel.errors import Fault, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.datastructures import FileStorage

MOST_FILES = 50


def accepted_upload(given: FileStorage | None, largest_bytes: int) -> AcceptedFile:
    """The one file of a form.

    Raises:
        InvalidInput: none was chosen, or it cannot be accepted.
    """
    if given is None or not given.filename:
        raise InvalidInput.one("aucun fichier", "Choisir un fichier", place="file")
    given.stream.seek(0)  # a view whose write met a busy database is run again
    return accepted(given.filename, given.stream.read(), largest_bytes)


def accepted_uploads(given: Iterable[FileStorage], largest_bytes: int) -> tuple[AcceptedFile, ...]:
    """The files of a form; one that is refused is named, and nothing is then put away.

    Raises:
        InvalidInput: none was chosen, too many, or some cannot be accepted.
    """
    chosen = [one for one in given if one and one.filename]
    if not chosen:
        raise InvalidInput.one("aucun fichier", "Choisir au moins un fichier", place="files")
    if len(chosen) > MOST_FILES:
        raise InvalidInput.one(f"{len(chosen)} fichiers", f"En donner {MOST_FILES} au plus à la fois", place="files")
    kept: list[AcceptedFile] = []
    faults: list[Fault] = []
    for one in chosen:
        try:
            kept.append(accepted_upload(one, largest_bytes))
        except InvalidInput as error:
            faults += [Fault(f"« {fault.source} » : {fault.message}", fault.remedy, "files") for fault in error.faults]
    if faults:
        raise InvalidInput(faults)
    return tuple(kept)
