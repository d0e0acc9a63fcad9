"""Reads `config/regulation` and, over it, the office's own directory: the only place that opens these files.

Same layout in both: one file a rule, and `rate_years/<year>/` with the three yearly schedules. A cell or an entry of
the office takes the place of the product's; everything else is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.layered_config import kept_until_changed, layers
from atmp_insure.regulation.law import SURCHARGE_NAMES, Law
from atmp_insure.regulation.readers import rules, schedules
from atmp_insure.regulation.readers.dated_file import DatedFile, read_dated_file
from atmp_insure.regulation.values import DatedEntry, DatedValues, Sourced
from atmp_insure.regulation.vocabulary import FIRST_RATE_YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from atmp_insure.regulation.readers.dated_file import Entry

RULES: dict[str, tuple[str, str, Callable[[Entry], Any]]] = {
    # file and field of Law: (unit, name said in errors, reader)
    "rate_periods": ("month-day", "date d'effet des taux", rules.month_and_day),
    "tariff_modes": ("employees", "seuils de tarification", rules.tariff_modes),
    "mixed_shares": ("fraction", "fraction mixte", rules.mixed_shares),
    "frozen_mixed_headcount": ("employees below threshold", "effectif mixte gelé", rules.single_number),
    "headcount_freeze": ("years", "gel quinquennal des seuils", rules.headcount_freeze),
    "headcount_counting": ("headcount method", "décompte des effectifs", rules.headcount_counting),
    "new_establishments": ("years", "établissements nouveaux", rules.single_integer),
    "caps": ("percent", "écrêtement", rules.caps),
    "temporary_incapacity_categories": ("days", "catégories d'IT", rules.temporary_incapacity_categories),
    "permanent_incapacity_categories": ("percent", "catégories d'IP", rules.permanent_incapacity_categories),
    "average_cost_accounts": ("year", "premier compte aux coûts moyens", rules.single_integer),
    "temporary_work_shares": ("fraction", "parts du travail temporaire", rules.temporary_work_shares),
    "abatements": ("fraction", "abattements", rules.abatements),
    "collective_only_codes": ("risk code", "codes au taux collectif", rules.collective_only_codes),
    "construction_activities": ("risk code", "activités du BTP", rules.construction_activities),
    "rounding": ("decimals", "arrondis", rules.rounding),
    "discounts": ("fraction", "ristourne", rules.single_number),
    "additional_contributions": ("fraction", "cotisation supplémentaire", rules.additional_contributions),
}
SCHEDULES: dict[str, tuple[str, Callable[[DatedFile, int], Iterator[tuple[Any, Sourced[Any], str]]]]] = {
    "average_costs": ("EUR", schedules.read_average_costs),
    "surcharges": ("percent", schedules.read_surcharges),
    "collective_rates": ("percent", schedules.read_collective_rates),
}
OTHER_FOLDERS = frozenset({"deadlines"})  # read by their own package


@dataclass(frozen=True, slots=True)
class Replacement:
    """A value of the product that the office's overlay replaces."""

    name: str
    former: Sourced[Any]
    latter: Sourced[Any]


@dataclass(frozen=True, slots=True)
class LoadedLaw:
    """The law, and what the overlay changed in it."""

    law: Law
    replacements: tuple[Replacement, ...]


class _Collector:
    """Gathers entries and cells of one directory after the other, and every fault on the way."""

    def __init__(self) -> None:
        self.entries: dict[str, list[DatedEntry[Any]]] = {name: [] for name in RULES}
        self.cells: dict[str, dict[Any, Sourced[Any]]] = {name: {} for name in SCHEDULES}
        self.replacements: list[Replacement] = []
        self.rules_seen: set[str] = set()
        self.faults: list[Fault] = []
        self.files: list[str] = []
        self.schedule_days: list[tuple[int, date, str]] = []  # rate year, first day written, place

    def read(self, directory: Path, shown_as: str) -> None:
        """Read a whole directory over what was read before."""
        for path in sorted(directory.rglob("*")):
            relative = path.relative_to(directory)
            if path.is_dir() or relative.parts[0] in OTHER_FOLDERS:
                continue
            try:
                self._read_file(path, relative.parts, f"{shown_as}/{relative.as_posix()}")
            except InvalidInput as error:
                self.faults += error.faults

    def _read_file(self, path: Path, parts: tuple[str, ...], place: str) -> None:
        name = parts[-1].removesuffix(".yaml")
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput.one("fichier illisible", "L'enregistrer en UTF-8", source=place) from error
        if len(parts) == 1 and name in RULES and path.suffix == ".yaml":
            self._add_rule(name, read_dated_file(text, place))
        elif len(parts) == 3 and parts[0] == "rate_years" and name in SCHEDULES and parts[1].isdigit():
            self._add_schedule(name, int(parts[1]), read_dated_file(text, place))
        else:
            expected = ", ".join(f"{rule}.yaml" for rule in RULES)
            raise InvalidInput.one(
                "fichier inattendu",
                f"Attendu : {expected}, ou rate_years/<année>/ avec {', '.join(f'{name}.yaml' for name in SCHEDULES)}",
                source=place,
            )
        self.files.append(place)

    def _add_rule(self, name: str, file: DatedFile) -> None:
        unit, _, reader = RULES[name]
        _check_unit(file, unit)
        self.rules_seen.add(name)
        seen: set[object] = set()
        for entry in file.entries:
            if entry.first_day in seen:
                raise InvalidInput.one(
                    f"deux entrées au {entry.first_day}", "N'en garder qu'une", source=entry.citation.place
                )
            seen.add(entry.first_day)
            latter = DatedEntry(entry.first_day, entry.last_day, Sourced(reader(entry), entry.citation))
            kept = self.entries[name]
            for at, former in enumerate(kept):
                if former.first_day == latter.first_day:
                    self.replacements.append(
                        Replacement(f"{name} au {entry.first_day}", former.sourced, latter.sourced)
                    )
                    kept[at] = latter
                    break
            else:
                kept.append(latter)

    def _add_schedule(self, name: str, rate_year: int, file: DatedFile) -> None:
        unit, reader = SCHEDULES[name]
        _check_unit(file, unit)
        if rate_year < FIRST_RATE_YEAR:
            raise InvalidInput.one(
                f"année {rate_year} antérieure à {FIRST_RATE_YEAR}", "Retirer ce dossier", source=file.place
            )
        self.schedule_days += [(rate_year, entry.first_day, entry.citation.place) for entry in file.entries]
        seen: dict[Any, str] = {}
        for key, sourced, place in reader(file, rate_year):
            if key in seen:
                raise InvalidInput.one(
                    "valeur donnée deux fois", f"Déjà écrite en {seen[key]} ; n'en garder qu'une", source=place
                )
            seen[key] = place
            former = self.cells[name].get(key)
            if former is not None and former.value != sourced.value:
                self.replacements.append(Replacement(" ".join((name, *map(str, key))), former, sourced))
            self.cells[name][key] = sourced


def _check_unit(file: DatedFile, unit: str) -> None:
    if file.unit != unit:
        raise InvalidInput.one(f"unité « {file.unit} »", f"Écrire unit: {unit}", source=file.place)


def load_law(directories: Iterable[tuple[Path, str]]) -> LoadedLaw:
    """Read the law from directories, each over the one before.

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
    missing = [name for name in RULES if name not in collector.rules_seen]
    if missing:
        raise InvalidInput(Fault(f"fichier {name}.yaml absent", "Réinstaller le produit") for name in missing)
    dated = {name: _dated(name, entries) for name, entries in collector.entries.items()}
    surcharges = collector.cells["surcharges"]
    law = Law(
        average_costs=collector.cells["average_costs"],
        surcharges={key: value for key, value in surcharges.items() if key[1] in SURCHARGE_NAMES},
        collective_rates=collector.cells["collective_rates"],
        published={key: value for key, value in surcharges.items() if key[1] not in SURCHARGE_NAMES},
        files=tuple(collector.files),
        **dated,
    )
    _check_effective_days(law, collector.schedule_days)
    return LoadedLaw(law, tuple(collector.replacements))


def installed_law(overlay: Path | None) -> LoadedLaw:
    """The product's law, under the office's overlay of `config/` when there is one; read again when a file changed."""
    return _read(layers("regulation", overlay))


_read = kept_until_changed(load_law)


def _dated(name: str, entries: list[DatedEntry[Any]]) -> DatedValues[Any]:
    return DatedValues(RULES[name][1], tuple(sorted(entries, key=lambda entry: entry.first_day)))


def _check_effective_days(law: Law, schedule_days: Iterable[tuple[int, date, str]]) -> None:
    """A yearly schedule starts on the day its year's rates take effect: 1 May for 2025."""
    faults = [
        Fault(f"entrée du {day} pour l'année {year}", f"Écrire from: {law.effective_on(year)}", source=place)
        for year, day, place in schedule_days
        if day != law.effective_on(year)
    ]
    if faults:
        raise InvalidInput(faults)
