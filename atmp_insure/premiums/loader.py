"""Reads `config/premiums` and, over it, the office's own directory: texts of the law that letters must reproduce,
from which day a premium that was paid to a broker counts as paid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.layered_config import kept_until_changed, layers
from atmp_insure.premiums.broker_bordereaux import CountsFrom
from atmp_insure.regulation.readers.dated_file import read_dated_file
from atmp_insure.regulation.values import DatedEntry, DatedValues, Sourced

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from atmp_insure.layered_config import Layer

_TEXTS, _BROKER_PAYMENTS = "premiums/legal_texts.yaml", "premiums/broker_payments.yaml"
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


def installed_broker_payment(overlay: Path | None, on: date) -> Sourced[CountsFrom]:
    """From which day a premium that a client paid to a broker counts as paid, for what is declared on a day.

    Raises:
        InvalidInput: a fault of the file, with its line.
        MissingParameter: nothing is known for the day.
    """
    return _read_broker_payments(layers(_BROKER_PAYMENTS, overlay)).at(on)


def load_broker_payments(files: Iterable[Layer]) -> DatedValues[CountsFrom]:
    """What some files say of it, each over the one before.

    Raises:
        InvalidInput: a fault of a file, with its line.
    """
    found: dict[date, DatedEntry[CountsFrom]] = {}
    for path, place in files:
        for entry in read_dated_file(path.read_text("utf-8"), place).entries:
            entry.expect("counts_from")
            said = CountsFrom(entry.payload["counts_from"].word(one.value for one in CountsFrom))
            found[entry.first_day] = DatedEntry(entry.first_day, entry.last_day, Sourced(said, entry.citation))
    return DatedValues("prime payée à un courtier", tuple(found[first] for first in sorted(found)))


_read_broker_payments = kept_until_changed(load_broker_payments)
