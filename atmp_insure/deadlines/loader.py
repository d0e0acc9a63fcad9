"""Reads `config/regulation/deadlines` and, over it, the office's own: the only place that opens these files.

An entry of the office with the same name and the same first day takes the place of the product's; others are added.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from atmp_insure.deadlines.conventions import CONVENTIONS
from atmp_insure.deadlines.law import DeadlineLaw
from atmp_insure.deadlines.readers import calendars, rules, tables
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.layered_config import kept_until_changed, layers
from atmp_insure.regulation.readers.dated_file import read_dated_file
from atmp_insure.regulation.readers.rules import single_integer
from atmp_insure.regulation.values import DatedEntry, DatedValues, Sourced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from pathlib import Path

    from atmp_insure.regulation.readers.dated_file import Entry

FILES: dict[str, tuple[str, Callable[[Entry], Any], str]] = {
    # file, or folder of files: (unit, reader, key that names the series; "" when the file is one series)
    "regions": ("region", calendars.regions, ""),
    "holidays": ("days", calendars.counting_days, ""),
    "choices": ("choice", tables.choice, "choice"),
    "suspensions": ("months", tables.suspension, "label"),
    "distances": ("months", tables.distances, ""),
    "electronic_notices": ("days", single_integer, ""),
    "rules": ("by convention", rules.rule_version, "rule"),
    "sequences": ("steps", tables.sequence, "sequence"),
}
FOLDERS = frozenset({"rules", "sequences"})


class _Collector:
    """Gathers the entries of one directory after the other, and every fault on the way."""

    def __init__(self) -> None:
        self.series: dict[str, dict[str, dict[date, DatedEntry[Any]]]] = {name: defaultdict(dict) for name in FILES}
        self.replaced: list[str] = []
        self.faults: list[Fault] = []

    def read(self, directory: Path, shown_as: str) -> None:
        """Read a whole directory over what was read before."""
        seen: dict[tuple[str, str, date], str] = {}
        for path in sorted(directory.rglob("*")):
            if path.is_dir():
                continue
            parts = path.relative_to(directory).parts
            place = f"{shown_as}/{'/'.join(parts)}"
            try:
                self._read_file(path, parts, place, seen)
            except InvalidInput as error:
                self.faults += error.faults

    def _read_file(
        self, path: Path, parts: tuple[str, ...], place: str, seen: dict[tuple[str, str, date], str]
    ) -> None:
        kind = parts[0].removesuffix(".yaml")
        depth = 2 if kind in FOLDERS else 1
        if kind not in FILES or len(parts) != depth or path.suffix != ".yaml":
            expected = ", ".join(f"{name}/<nom>.yaml" if name in FOLDERS else f"{name}.yaml" for name in FILES)
            raise InvalidInput.one("fichier inattendu", f"Attendu : {expected}", source=place)
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput.one("fichier illisible", "L'enregistrer en UTF-8", source=place) from error
        unit, reader, key = FILES[kind]
        file = read_dated_file(text, place)
        if file.unit != unit:
            raise InvalidInput.one(f"unité « {file.unit} »", f"Écrire unit: {unit}", source=place)
        for entry in file.entries:
            value = reader(entry)
            name = entry.payload[key].text if key else kind
            where = seen.setdefault((kind, name, entry.first_day), entry.citation.place)
            if where != entry.citation.place:
                raise InvalidInput.one(
                    f"« {name} » donné deux fois au {entry.first_day}",
                    f"Déjà écrit en {where} ; n'en garder qu'un",
                    source=entry.citation.place,
                )
            series = self.series[kind][name]
            if entry.first_day in series:
                self.replaced.append(f"{name} au {entry.first_day} ({entry.citation.place})")
            series[entry.first_day] = DatedEntry(entry.first_day, entry.last_day, Sourced(value, entry.citation))

    def dated(self, kind: str) -> dict[str, DatedValues[Any]]:
        """The series of one kind, by name, oldest entry first."""
        return {
            name: DatedValues(name, tuple(by_day[day] for day in sorted(by_day)))
            for name, by_day in sorted(self.series[kind].items())
        }

    def only(self, kind: str) -> DatedValues[Any]:
        """The one series of a file that holds one."""
        found = self.dated(kind)
        if not found:
            raise InvalidInput.one(f"fichier {kind}.yaml absent ou vide", "Réinstaller le produit")
        return found[kind]


def load_deadlines(directories: Iterable[tuple[Path, str]]) -> DeadlineLaw:
    """Read the clocks of the law from directories, each over the one before.

    Args:
        directories: each with the name under which citations and faults quote it.

    Raises:
        InvalidInput: every fault of every file, each with file and line.
    """
    collector = _Collector()
    for directory, shown_as in directories:
        collector.read(directory, shown_as)
    if collector.faults:
        raise InvalidInput(collector.faults)
    region_list = collector.only("regions").entries[-1].sourced.value
    law = DeadlineLaw(
        territories=calendars.territories(region_list, collector.only("holidays").entries),
        rules=collector.dated("rules"),
        choices=collector.dated("choices"),
        suspensions=tuple(
            entry.sourced.value for series in collector.dated("suspensions").values() for entry in series.entries
        ),
        distances=collector.only("distances"),
        reading_days=collector.only("electronic_notices"),
        sequences=collector.dated("sequences"),
        replaced=tuple(collector.replaced),
    )
    _check_names(law)
    return law


def installed_deadlines(overlay: Path | None) -> DeadlineLaw:
    """The product's clocks, under the office's overlay of `config/` when there is one: read again once one changes."""
    return _read(layers("regulation/deadlines", overlay))


_read = kept_until_changed(load_deadlines)


def _check_names(law: DeadlineLaw) -> None:
    """Names that one file takes from another exist there."""
    faults = [
        Fault(f"point non tranché inconnu « {name} »", "L'écrire dans choices.yaml", source=place)
        for name, place in _named_choices(law)
        if name not in law.choices
    ]
    faults += [
        Fault(f"étape « {step.name} » : règle inconnue « {step.rule} »", "Écrire le nom d'une règle", source=place)
        for series in law.sequences.values()
        for entry in series.entries
        for place in (entry.sourced.citation.place,)
        for step in entry.sourced.value.steps
        if step.rule and step.rule not in law.rules
    ]
    if faults:
        raise InvalidInput(faults)


def _named_choices(law: DeadlineLaw) -> Iterable[tuple[str, str]]:
    for series in law.rules.values():
        for entry in series.entries:
            rule = entry.sourced.value
            for name in (*rule.choices, *CONVENTIONS[rule.count.convention].choices):
                yield name, entry.sourced.citation.place
    for territory in law.territories.values():
        for name in territory.choices:
            yield name, "holidays.yaml"
