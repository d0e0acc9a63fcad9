"""Reads `config/premiums` and, over it, the office's own directory; and with what an installation chases premiums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.deadlines.loader import installed_deadlines
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.layered_config import kept_until_changed, layers
from atmp_insure.premiums.chase_service import ChaseDesk
from atmp_insure.premiums.unpaid_clock import UnpaidClock
from atmp_insure.regulation.readers.dated_file import read_dated_file
from atmp_insure.regulation.values import DatedEntry, DatedValues, Sourced

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from pathlib import Path

    from atmp_insure.layered_config import Layer
    from atmp_insure.settings import Settings

_TEXTS = "premiums/legal_texts.yaml"
UNPAID_PREMIUM = "unpaid_premium"
LegalText = tuple[str, ...]  # its paragraphs


def installed_text(overlay: Path | None, code: str, on: date) -> Sourced[LegalText]:
    """A text of the law that a letter of a day reproduces, with its source.

    Raises:
        InvalidInput: a fault of the file, with its line.
        MissingParameter: the text is not known for the day.
    """
    return _read(layers(_TEXTS, overlay))[code].at(on)


def load_texts(files: Iterable[Layer]) -> dict[str, DatedValues[LegalText]]:
    """The texts of some files, each over the one before, by code.

    Raises:
        InvalidInput: a fault of a file, with its line.
    """
    found: dict[tuple[str, date], DatedEntry[LegalText]] = {}
    for path, place in files:
        for entry in read_dated_file(path.read_text("utf-8"), place).entries:
            entry.expect("text", "paragraphs")
            paragraphs = tuple(line.strip() for line in entry.payload["paragraphs"].text.splitlines() if line.strip())
            code = entry.payload["text"].text
            sourced = Sourced(paragraphs, entry.citation)
            found[code, entry.first_day] = DatedEntry(entry.first_day, entry.last_day, sourced)
    codes = {code for code, _first in found}
    return {
        code: DatedValues(f"texte « {code} »", tuple(found[key] for key in sorted(found) if key[0] == code))
        for code in codes
    }


_read = kept_until_changed(load_texts)


def open_chase_desk(settings: Settings, now: datetime) -> ChaseDesk:
    """What unpaid premiums are chased with, in an installation."""
    clock = UnpaidClock(installed_deadlines(settings.config_overlay), settings.premiums.reminder_days)
    return ChaseDesk(clock, installed_catalogue(settings.config_overlay), now)
