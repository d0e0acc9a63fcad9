"""Parts of a YAML file, asked key by key: what is missing, wrong or never asked is told with its line, all at once.

A key that cannot be read gives a harmless stand-in, so that the rest of the file is still looked at; nothing is built
from a file that has a fault.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.regulation.readers.dated_file import Cell
from atmp_insure.regulation.values import Citation, Confidence

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
_NOT_QUOTED = (":float", ":int", ":bool", ":null")


class FileReading:
    """One file while it is read: its name, the parts opened in it, and every fault met on the way."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.faults: list[Fault] = []
        self._opened: list[Part] = []

    def top(self, text: str) -> Part:
        """The keys of the file; none when it is not YAML."""
        try:
            root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f"{self.place}:{mark.line + 1}" if mark else self.place
            self.tell("YAML illisible", "Corriger la ponctuation ou l'alignement", where)
            return Part(self, self.place, {}, is_absent=True)
        return self.open(root)

    def open(self, node: Any) -> Part:
        """A part of the file; an empty one, told as a fault, when the node has no keys."""
        place = f"{self.place}:{node.start_mark.line + 1}" if node is not None else self.place
        if not isinstance(node, yaml.MappingNode):
            self.tell("clés attendues", "Écrire une clé et sa valeur par ligne", place)
            return Part(self, place, {}, is_absent=True)
        nodes: dict[str, Any] = {}
        for key, value in node.value:
            if key.value in nodes:
                where = f"{self.place}:{key.start_mark.line + 1}"
                self.tell(f"clé « {key.value} » écrite deux fois", "N'en garder qu'une", where)
            nodes[key.value] = value
        part = Part(self, place, nodes)
        self._opened.append(part)
        return part

    def tell(self, message: str, remedy: str, place: str) -> None:
        """Keep a fault."""
        self.faults.append(Fault(message, remedy, source=place))

    def all_faults(self) -> tuple[Fault, ...]:
        """Every fault, by line, keys that nobody asked for included; a part that two versions share speaks once."""
        for part in self._opened:
            part.tell_unknown_keys()
        return tuple(sorted(dict.fromkeys(self.faults), key=lambda fault: _line(fault.source)))


class Part:
    """A mapping of the file, asked key by key."""

    def __init__(self, reading: FileReading, place: str, nodes: Mapping[str, Any], *, is_absent: bool = False) -> None:
        self.place = place
        self._reading, self._nodes, self._is_absent = reading, nodes, is_absent
        self._asked: dict[str, None] = {}
        self._unsound: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether the part says the key."""
        self._asked[key] = None
        return key in self._nodes

    def refuse(self, message: str, remedy: str, key: str = "") -> None:
        """Tell a fault of the part, at the line of a key where one is meant."""
        node = self._nodes.get(key)
        self._unsound.add(key)
        self._reading.tell(message, remedy, self._place(node) if node is not None else self.place)

    def pass_over(self, *keys: str) -> None:
        """Keys that may stand here, though what they say cannot be looked at."""
        self._asked |= dict.fromkeys(keys)

    def is_sound(self, *keys: str) -> bool:
        """Whether keys that were asked gave what the file says, and not a stand-in."""
        return not self._unsound & set(keys)

    def tell_unknown_keys(self) -> None:
        """Tell the keys that nothing asked for."""
        for key in self._nodes:
            if key not in self._asked:
                self.refuse(f"clé inconnue « {key} »", f"Clés admises : {', '.join(self._asked)}", key)

    def text(self, key: str) -> str:
        """A text that is not empty."""
        return self._read(key, lambda cell: cell.text, "")

    def integer(self, key: str, least: int = 0) -> int:
        """A whole number, not below the least."""
        return self._read(key, lambda cell: _whole(cell, least), least)

    def euros(self, key: str) -> Fraction:
        """An amount, never negative."""
        return self._read(key, _euros, Fraction(0))

    def share(self, key: str) -> Fraction:
        """A part of a whole: written in percent, read as a fraction."""
        return self._read(key, _share, Fraction(0))

    def day(self, key: str) -> date:
        """A date."""
        return self._read(key, _day, date.min)

    def word(self, key: str, allowed: Collection[str]) -> str:
        """One of the allowed words."""
        return self._read(key, lambda cell: cell.word(allowed), next(iter(allowed)))

    def words(self, key: str, allowed: Collection[str]) -> frozenset[str]:
        """One allowed word or more, separated by spaces."""
        return self._read(key, lambda cell: _words(cell, allowed), frozenset())

    def is_yes(self, key: str) -> bool:
        """Whether the key says `yes`, and not `no`."""
        return self.word(key, ("no", "yes")) == "yes"

    def member(self, key: str, members: type[E]) -> E:
        """A member of an enumeration, by its value."""
        by_value = {member.value: member for member in members}
        return by_value[self.word(key, by_value)]

    def members(self, key: str, members: Iterable[E]) -> frozenset[E]:
        """Members of an enumeration, by their values."""
        by_value = {member.value: member for member in members}
        return frozenset(by_value[word] for word in self.words(key, by_value))

    def part(self, key: str) -> Part:
        """The part under a key."""
        if self._told_missing(key):
            return Part(self._reading, self.place, {}, is_absent=True)
        return self._reading.open(self._nodes[key])

    def parts(self, key: str) -> tuple[Part, ...]:
        """The parts listed under a key, at least one."""
        if self._told_missing(key):
            return ()
        node = self._nodes[key]
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.refuse(f"{key} n'est pas une liste", "Écrire au moins une entrée, précédée d'un tiret", key)
            return ()
        return tuple(self._reading.open(one) for one in node.value)

    def citation(self) -> Citation:
        """Where the part comes from; what is unsettled says its warning."""
        confidence = self.member("confidence", Confidence)
        warning = " ".join(self.text("warning").split()) if self.has("warning") else ""
        if confidence is Confidence.UNSETTLED and not warning:
            self.refuse("valeur unsettled sans warning", "Écrire l'avertissement à montrer", "confidence")
        source = " ".join(self.text("source").split())
        return Citation(source, confidence, self.day("checked_on"), self.place, warning)

    def _read(self, key: str, reading: Callable[[Cell], T], stand_in: T) -> T:
        if self._told_missing(key):
            return stand_in
        node = self._nodes[key]
        if not isinstance(node, yaml.ScalarNode):
            self.refuse(f"{key} : valeur composée inattendue", "Écrire un texte ou un nombre entre guillemets", key)
            return stand_in
        if not node.style and node.tag.endswith(_NOT_QUOTED):
            self.refuse(f"« {node.value} » sans guillemets", f'Écrire "{node.value}"', key)
            return stand_in
        try:
            return reading(Cell(node.value.strip(), self._place(node)))
        except InvalidInput as error:
            self._unsound.add(key)
            self._reading.faults += error.faults
            return stand_in

    def _told_missing(self, key: str) -> bool:
        """Whether the key is missing or blank, which is then told, unless the whole part is missing already."""
        node = self._nodes.get(key) if self.has(key) else None
        is_blank = node is not None and isinstance(node, yaml.ScalarNode) and not node.value.strip()
        if node is not None and not is_blank:
            return False
        if not self._is_absent:
            self.refuse(f"{key} absent", f"Écrire {key}", key)
        return True

    def _place(self, node: Any) -> str:
        return f"{self._reading.place}:{node.start_mark.line + 1}"


def _whole(cell: Cell, least: int) -> int:
    value = cell.integer()
    if value < least:
        raise cell.refuse(f"« {cell.text} » est inférieur à {least}", f"Écrire un nombre entier, {least} au moins")
    return value


def _euros(cell: Cell) -> Fraction:
    value = cell.number()
    if value < 0:
        raise cell.refuse(f"montant négatif « {cell.text} »", "Écrire un montant en euros, 0 au moins")
    return value


def _share(cell: Cell) -> Fraction:
    percent = cell.number()
    if not 0 <= percent <= 100:
        raise cell.refuse(f"part de « {cell.text} » %, hors de 0 à 100 %", "Écrire un pourcentage entre 0 et 100")
    return percent / 100


def _day(cell: Cell) -> date:
    try:
        return date.fromisoformat(cell.text)
    except ValueError as error:
        raise cell.refuse(f"« {cell.text} » n'est pas une date", "Écrire AAAA-MM-JJ") from error


def _words(cell: Cell, allowed: Collection[str]) -> frozenset[str]:
    return frozenset(Cell(word, cell.place).word(allowed) for word in cell.text.split())


def _line(place: str) -> tuple[str, int]:
    file, _, line = place.rpartition(":")
    return (file, int(line)) if line.isdigit() else (place, 0)
