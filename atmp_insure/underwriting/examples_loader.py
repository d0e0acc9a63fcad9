"""Reads the plain examples of insured events of `config/underwriting` and, over them, the office's own.

A quote takes those in force on its day, so that it reads the same for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.guarantees.vocabulary import InsuredEvent
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.layered_config import kept_until_changed, layers
from atmp_insure.regulation.readers.dated_file import read_dated_file
from atmp_insure.regulation.values import DatedEntry, DatedValues, Sourced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from atmp_insure.regulation.readers.dated_file import Entry

FILE = "underwriting/event_examples.yaml"
EventExamples = dict[InsuredEvent, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Examples:
    """What each event may be, and who says so; an event without examples is not there."""

    of: Mapping[InsuredEvent, tuple[str, ...]]
    source: str


def examples_on(day: date, overlay: Path | None = None) -> Examples:
    """The examples in force on a day.

    Raises:
        InvalidInput: a file is wrong, with its line.
        MissingParameter: no examples are that old.
    """
    found = installed_examples(overlay).at(day)
    return Examples(found.value, found.citation.source)


def installed_examples(overlay: Path | None = None) -> DatedValues[EventExamples]:
    """Every set of examples, the office's own in the place of the product's of the same day.

    Raises:
        InvalidInput: a file is wrong, with its line.
    """
    return _read(layers(FILE, overlay))


def load_examples(paths: Iterable[tuple[Path, str]]) -> DatedValues[EventExamples]:
    """Read sets of examples from files, each over the one before.

    Args:
        paths: each with the name under which faults quote it.

    Raises:
        InvalidInput: a file is wrong, with its line.
    """
    found: dict[date, DatedEntry[EventExamples]] = {}
    for path, place in paths:
        try:
            file = read_dated_file(path.read_text("utf-8"), place)
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput.one("fichier illisible", "L'enregistrer en UTF-8", source=place) from error
        for entry in file.entries:
            sourced = Sourced(_examples(entry), entry.citation)
            found[entry.first_day] = DatedEntry(entry.first_day, entry.last_day, sourced)
    return DatedValues("exemples d'événements garantis", tuple(found[day] for day in sorted(found)))


_read = kept_until_changed(load_examples)


def _examples(entry: Entry) -> EventExamples:
    events = {event.value: event for event in InsuredEvent}
    given: dict[InsuredEvent, list[str]] = {}
    for row in entry.table("event", "example"):
        if row["example"].is_blank:
            raise row["example"].refuse("exemple vide", "L'écrire, ou retirer sa ligne")
        given.setdefault(events[row["event"].word(events)], []).append(row["example"].text)
    return {event: tuple(texts) for event, texts in given.items()}
