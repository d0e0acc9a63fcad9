"""Reads `config/policies` and, over it, the office's own directory: grounds of termination, delays of declaration,
doubts on adjustments.

What the office writes takes the place of the product's of the same code and first day; everything else is added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.labelled import Label
from atmp_insure.layered_config import kept_until_changed, layers
from atmp_insure.policies.adjusting import Doubtful
from atmp_insure.policies.declaring import Delays
from atmp_insure.policies.grounds import CountedFrom, Effect, EndedBy, Ground, Grounds
from atmp_insure.policies.known_office import Rulebook
from atmp_insure.policies.transactions import Refunding
from atmp_insure.regulation.readers.dated_file import read_dated_file
from atmp_insure.regulation.values import DatedEntry, DatedValues, Sourced

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from enum import StrEnum
    from pathlib import Path

    from atmp_insure.layered_config import Layer
    from atmp_insure.regulation.readers.dated_file import Cell, Entry

_FILE, _DELAYS = "policies/termination_grounds.yaml", "policies/declaration_delays.yaml"
_DOUBTS = "policies/adjustment_doubts.yaml"
_NEEDED = ("ground", "label", "by", "counted_from", "effect", "refunding")
_OPTIONAL = ("notice_months", "notice_days", "within_months", "years_before", "voids", "asks_for", "forms")


def installed_grounds(overlay: Path | None) -> Grounds:
    """The grounds of the product, under the office's own when there are some; read again once the files change.

    Raises:
        InvalidInput: every fault of every file, each with file and line.
    """
    return _read(layers(_FILE, overlay))


def installed_rulebook(overlay: Path | None) -> Rulebook:
    """The products, their tax and the grounds that are installed.

    Raises:
        InvalidInput: every fault of every file, each with file and line.
    """
    return Rulebook(installed_catalogue(overlay), installed_grounds(overlay))


def load_grounds(files: Iterable[Layer]) -> Grounds:
    """Read the files of grounds, each over the one before.

    Args:
        files: each with the name under which citations and faults quote it.

    Raises:
        InvalidInput: every fault of every file, each with file and line.
    """
    found: dict[tuple[str, date], DatedEntry[Ground]] = {}
    faults: list[Fault] = []
    for path, place in files:
        for entry in read_dated_file(path.read_text("utf-8"), place).entries:
            try:
                ground = _ground(entry)
            except InvalidInput as error:
                faults += error.faults
                continue
            sourced = Sourced(ground, entry.citation)
            found[ground.code, entry.first_day] = DatedEntry(entry.first_day, entry.last_day, sourced)
    if faults:
        raise InvalidInput(faults)
    in_file = sorted(found.items(), key=lambda one: _line(one[1]))
    codes = dict.fromkeys(code for (code, _first), _entry in in_file)
    return Grounds({
        code: DatedValues(
            f"motif de résiliation « {code} »",
            tuple(found[key] for key in sorted(found, key=lambda one: one[1]) if key[0] == code),
        )
        for code in codes
    })  # fmt: skip


_read = kept_until_changed(load_grounds)


def installed_delays(overlay: Path | None, on: date) -> Delays:
    """The delays of declarations in force on a day.

    Raises:
        InvalidInput: a fault of the file, with its line.
        MissingParameter: one of them is not known for the day.
    """
    known = _read_delays(layers(_DELAYS, overlay))
    return Delays(*(known[code].at(on).value for code in ("aggravation_declared", "new_premium_answered")))


def load_delays(files: Iterable[Layer]) -> dict[str, DatedValues[int]]:
    """The delays of some files, each over the one before, by code.

    Raises:
        InvalidInput: a fault of a file, with its line.
    """
    found: dict[tuple[str, date], DatedEntry[int]] = {}
    for path, place in files:
        for entry in read_dated_file(path.read_text("utf-8"), place).entries:
            entry.expect("delay", "days")
            sourced = Sourced(entry.payload["days"].integer(), entry.citation)
            code = entry.payload["delay"].text
            found[code, entry.first_day] = DatedEntry(entry.first_day, entry.last_day, sourced)
    codes = {code for code, _first in found}
    return {
        code: DatedValues(f"délai « {code} »", tuple(found[key] for key in sorted(found) if key[0] == code))
        for code in codes
    }


_read_delays = kept_until_changed(load_delays)


def installed_doubtful(overlay: Path | None, on: date) -> Doubtful:
    """How far paid wages may be from the provisional ones, in a policy year that begins on a day, without a question.

    Raises:
        InvalidInput: a fault of the file, with its line.
        MissingParameter: nothing is known for the day.
    """
    return _read_doubtful(layers(_DOUBTS, overlay)).at(on).value


def load_doubtful(files: Iterable[Layer]) -> DatedValues[Doubtful]:
    """The doubts of some files, each over the one before.

    Raises:
        InvalidInput: a fault of a file, with its line.
    """
    found: dict[date, DatedEntry[Doubtful]] = {}
    for path, place in files:
        for entry in read_dated_file(path.read_text("utf-8"), place).entries:
            entry.expect("above", "below")
            doubtful = Doubtful(*(entry.payload[name].ratio() for name in ("above", "below")))
            found[entry.first_day] = DatedEntry(entry.first_day, entry.last_day, Sourced(doubtful, entry.citation))
    return DatedValues("écart de masse salariale à questionner", tuple(found[first] for first in sorted(found)))


_read_doubtful = kept_until_changed(load_doubtful)


def _ground(entry: Entry) -> Ground:
    entry.expect(*_NEEDED, optional=_OPTIONAL)
    said = entry.payload
    within = said.get("within_months")
    return Ground(
        code=said["ground"].text, label_fr=Label(said["label"].text), by=EndedBy(_word(said["by"], EndedBy)),
        counted_from=CountedFrom(_word(said["counted_from"], CountedFrom)),
        effect=Effect(_word(said["effect"], Effect)),
        refunding=Refunding(_word(said["refunding"], Refunding)), notice_months=_count(said.get("notice_months")),
        notice_days=_count(said.get("notice_days")), within_months=None if within is None else within.integer(),
        years_before=_count(said.get("years_before")),
        voids="voids" in said and said["voids"].word(("yes", "no")) == "yes", asks_for=_text(said.get("asks_for")),
        forms=_text(said.get("forms")), citation=entry.citation,
    )  # fmt: skip


def _line(entry: DatedEntry[Ground]) -> int:
    """The line of its file that an entry begins on: grounds are offered in the order in which they are written."""
    return int(entry.sourced.citation.place.rpartition(":")[2])


def _word(cell: Cell, codes: type[StrEnum]) -> str:
    return cell.word(one.value for one in codes)


def _count(cell: Cell | None) -> int:
    if cell is None:
        return 0
    count = cell.integer()
    if count < 0:
        raise cell.refuse(f"durée négative : {count}", "Écrire une durée")
    return count


def _text(cell: Cell | None) -> Label:
    return Label("" if cell is None else cell.text)
