"""The file of estimates, `assumptions.yaml`: one entry a figure, with the version it belongs to.

A version writes the figures that change and keeps the others from the version before it. The first one writes all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.underwriting.statistics import Assumptions, Estimate, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from atmp_insure.regulation.readers.dated_file import DatedFile, Entry
    from atmp_insure.regulation.values import Citation

Key = tuple[str, ...]  # figure, then cause and event where it has them

SPLIT_EVENTS = (InsuredEvent.IP2, InsuredEvent.IP3, InsuredEvent.IP4)
_UNIT = "fraction"
_RISING, _FALLING, _EITHER = 1, -1, 0  # whether a larger number makes the price higher
_BY_CAUSE = {"long_stoppages": _RISING, "group_variance": _RISING, "trend": _RISING}
_SINGLE = {
    "stoppage_of_grave": _FALLING,  # such a claim is not counted again as a stoppage
    "client_variance": _RISING,
    "temporary_weight": _RISING,
    "recourses_engaged": _RISING,
    "recourses_won": _RISING,
    "success_fee": _RISING,
    "wage_growth": _RISING,
}
_SPLIT = {InsuredEvent.IP2: _FALLING, InsuredEvent.IP3: _EITHER, InsuredEvent.IP4: _RISING}
_DELAYS = ("stoppage_delay", "incapacity_delay", "death_delay")
_YEARS = tuple(f"after_{years}" for years in range(10))
_CHANGES = ("trend", "wage_growth")  # from -1 to 1; the others from 0 to 1
_UNBOUNDED = ("group_variance", "client_variance")

_DIRECTIONS: dict[Key, int] = {
    **{(figure, cause.value): direction for (figure, direction), cause in product(_BY_CAUSE.items(), Cause)},
    **{
        ("grave_split", cause.value, event.value): direction
        for cause, (event, direction) in product(Cause, _SPLIT.items())
    },
    **{(figure,): direction for figure, direction in _SINGLE.items()},
}
_EVERY_KEY: tuple[Key, ...] = (*_DIRECTIONS, *((figure,) for figure in _DELAYS))


@dataclass(frozen=True, slots=True)
class Delay:
    """Chances by number of years."""

    chances: Mapping[int, Fraction]
    citation: Citation


@dataclass(slots=True)
class WrittenVersion:
    """What a file writes of a version."""

    name: str
    first_day: date
    estimates: dict[Key, Estimate] = field(default_factory=dict)
    delays: dict[Key, Delay] = field(default_factory=dict)


def read_versions(file: DatedFile) -> dict[str, WrittenVersion]:
    """The versions of a file, by name, as far as it writes them.

    Raises:
        InvalidInput: every entry that cannot be, with its place.
    """
    if file.unit != _UNIT:
        raise InvalidInput.one(f"unité « {file.unit} »", f"Écrire unit: {_UNIT}", source=file.place)
    versions: dict[str, WrittenVersion] = {}
    faults: list[Fault] = []
    for entry in file.entries:
        try:
            _add(entry, versions)
        except InvalidInput as error:
            faults += error.faults
    if faults:
        raise InvalidInput(faults)
    return versions


def assumptions_of(versions: Iterable[WrittenVersion]) -> dict[date, Assumptions]:
    """Complete versions by their first day: each with what it writes, over the version before it.

    Raises:
        InvalidInput: two versions on one day, a figure that no version writes, parts that do not make 1.
    """
    found: dict[date, Assumptions] = {}
    estimates: dict[Key, Estimate] = {}
    delays: dict[Key, Delay] = {}
    for version in sorted(versions, key=lambda one: one.first_day):
        if version.first_day in found:
            raise InvalidInput.one(
                f"deux versions au {version.first_day} : {found[version.first_day].version} et {version.name}",
                "Donner à l'une d'elles un autre from, ou le nom de l'autre pour la remplacer",
            )
        estimates, delays = estimates | version.estimates, delays | version.delays
        found[version.first_day] = _complete(version, estimates, delays)
    return found


def _add(entry: Entry, versions: dict[str, WrittenVersion]) -> None:
    for name in ("version", "figure"):
        if name not in entry.payload or entry.payload[name].is_blank:
            raise InvalidInput.one(f"entrée sans {name}", "Dire quel chiffre de quelle version", source=_place(entry))
    if entry.last_day is not None:
        raise InvalidInput.one("until sans objet", "La version suivante met fin à celle-ci", source=_place(entry))
    name = entry.payload["version"].text
    version = versions.setdefault(name, WrittenVersion(name, entry.first_day))
    if version.first_day != entry.first_day:
        raise InvalidInput.one(
            f"version {name} au {entry.first_day} et au {version.first_day}",
            "Lui donner un seul from",
            source=_place(entry),
        )
    key = _key(entry)
    if key in version.estimates or key in version.delays:
        raise InvalidInput.one(f"{' '.join(key)} écrit deux fois", "N'en garder qu'un", source=_place(entry))
    if key[0] in _DELAYS:
        version.delays[key] = _delay(entry)
    else:
        version.estimates[key] = _estimate(entry, key)


def _key(entry: Entry) -> Key:
    figure = entry.payload["figure"].word(dict.fromkeys(key[0] for key in _EVERY_KEY))
    key: Key = (figure,)
    if figure in _BY_CAUSE or figure == "grave_split":
        key += (_written(entry, "cause", [cause.value for cause in Cause]),)
    if figure == "grave_split":
        key += (_written(entry, "event", [event.value for event in SPLIT_EVENTS]),)
    return key


def _written(entry: Entry, name: str, words: list[str]) -> str:
    if name not in entry.payload:
        raise InvalidInput.one(f"clé absente {name}", f"Écrire {name} : {', '.join(words)}", source=_place(entry))
    return entry.payload[name].word(words)


def _estimate(entry: Entry, key: Key) -> Estimate:
    levels = [level.value for level in Level]
    entry.expect("version", "figure", *("cause", "event")[: len(key) - 1], *levels)
    central, low, high = (entry.payload[name].number() for name in ("central", "low", "high"))
    lowest, highest = (-1 if key[0] in _CHANGES else 0), (None if key[0] in _UNBOUNDED else 1)
    for name, value in (("central", central), ("low", low), ("high", high)):
        if value < lowest or (highest is not None and value > highest):
            raise entry.payload[name].refuse(
                f"« {entry.payload[name].text} » hors de ses bornes", "Écrire une fraction"
            )
    direction = _DIRECTIONS[key]
    if direction and not low * direction <= central * direction <= high * direction:
        sense = "croissant" if direction == _RISING else "décroissant"
        raise entry.payload["low"].refuse(
            f"{' '.join(key)} : low, central, high dans le désordre",
            f"low est le bout qui fait baisser le prix : ici un ordre {sense}",
        )
    return Estimate(central, low, high, entry.citation)


def _delay(entry: Entry) -> Delay:
    entry.expect("version", "figure", optional=_YEARS)
    chances = {years: entry.payload[name].number() for years, name in enumerate(_YEARS) if name in entry.payload}
    if min(chances.values(), default=Fraction(0)) < 0 or sum(chances.values()) != 1:
        raise InvalidInput.one(
            f"{entry.payload['figure'].text} : les chances ne font pas 1 au total",
            "Écrire after_0, after_1… par nombre d'années",
            source=_place(entry),
        )
    return Delay(chances, entry.citation)


def _complete(version: WrittenVersion, estimates: dict[Key, Estimate], delays: dict[Key, Delay]) -> Assumptions:
    missing = [key for key in _EVERY_KEY if key not in estimates and key not in delays]
    if missing:
        raise InvalidInput(
            Fault(f"version {version.name} sans {' '.join(key)}", "L'écrire dans assumptions.yaml") for key in missing
        )
    split = {
        cause: {event: estimates["grave_split", cause.value, event.value] for event in SPLIT_EVENTS} for cause in Cause
    }
    _check_split(split)
    by_cause = {name: {cause: estimates[name, cause.value] for cause in Cause} for name in _BY_CAUSE}
    citations = {" ".join(key): one.citation for key, one in estimates.items()}
    citations |= {" ".join(key): one.citation for key, one in delays.items()}
    return Assumptions(
        version=version.name,
        first_day=version.first_day,
        long_stoppages=by_cause["long_stoppages"],
        grave_split=split,
        stoppage_of_grave=estimates["stoppage_of_grave",],
        group_variance=by_cause["group_variance"],
        client_variance=estimates["client_variance",],
        trend=by_cause["trend"],
        temporary_weight=estimates["temporary_weight",],
        stoppage_delay=delays["stoppage_delay",].chances,
        incapacity_delay=delays["incapacity_delay",].chances,
        death_delay=delays["death_delay",].chances,
        recourses_engaged=estimates["recourses_engaged",],
        recourses_won=estimates["recourses_won",],
        success_fee=estimates["success_fee",],
        wage_growth=estimates["wage_growth",],
        citations=citations,
    )


def _check_split(split: Mapping[Cause, Mapping[InsuredEvent, Estimate]]) -> None:
    faults = [
        Fault(
            f"grave_split {cause.value} : les parts {level.value} font {float(total):.4g} et non 1",
            "Corriger l'une des parts IP2, IP3, IP4",
            source=parts[InsuredEvent.IP2].citation.place,
        )
        for cause, level in product(Cause, Level)
        for parts in (split[cause],)
        if (total := sum((one.at(level) for one in parts.values()), Fraction(0))) != 1
    ]
    if faults:
        raise InvalidInput(faults)


def _place(entry: Entry) -> str:
    return entry.citation.place
