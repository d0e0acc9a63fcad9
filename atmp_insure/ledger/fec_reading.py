"""A file of accounting entries read from its bytes, in a stream: encoding, lines, separator, columns, fields.

It stops at nothing: what cannot be read is a finding, and reading goes on as far as it means something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from atmp_insure.kernel.french import repeated
from atmp_insure.ledger.fec import COLUMNS
from atmp_insure.ledger.fec_findings import FecFinding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ASCII, UTF_8, UTF_8_BOM, ISO_8859_15, WINDOWS_1252 = "ASCII", "UTF-8", "UTF-8 avec BOM", "ISO-8859-15", "Windows-1252"
SEPARATORS_FR = {"\t": "tabulation", "|": "barre verticale « | »", ";": "point-virgule"}
_LAWFUL_SEPARATORS = ("\t", "|")
_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_OF_WINDOWS = re.compile(rb"[\x80-\x9f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST = 1 << 20  # a million characters without an end of line: no line of a file of entries is so long
_AMOUNTS = {"Montant": "Debit", "Sens": "Credit"}  # the two columns that may stand instead
# how software also spells them; CompteAuxNum and CompteAuxLib are in the schema of the administration
_SPELT = {name.casefold(): name for name in (*COLUMNS, *_AMOUNTS)} | {
    "compteauxnum": "CompAuxNum",
    "compteauxlib": "CompAuxLib",
}
_SAVE_FR = "Enregistrer le fichier en ISO 8859-15 (ou en ASCII)"
_COLUMNS_FR = "Donner en première ligne les 18 noms de l'arrêté, dans leur ordre : " + ", ".join(COLUMNS)


class FecFields(NamedTuple):
    """The texts of a line in the order of the columns, spaces around them left aside."""

    journal: str
    journal_label: str
    number: str
    booked_on: str
    account: str
    account_label: str
    auxiliary: str
    auxiliary_label: str
    piece: str
    piece_on: str
    label: str
    debit: str
    credit: str
    lettering: str
    lettered_on: str
    validated_on: str
    currency_amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class FecHeader:
    """How the first line says that the others are to be split.

    Attributes:
        count: fields that each line must have.
        places: where each of the 18 columns stands.
        has_direction: Montant and Sens stand for Debit and Credit.
    """

    separator: str
    count: int
    places: tuple[int, ...]
    has_direction: bool

    def split(self, line: str) -> list[str]:
        """The fields of a line, as many as it has."""
        return line.split(self.separator)

    def fields(self, found: Sequence[str]) -> FecFields:
        """The fields that the law names."""
        return FecFields._make([found[place].strip() for place in self.places])

    def entry_of(self, found: Sequence[str]) -> tuple[str, str] | None:
        """The journal and the entry of a line with too few or too many fields, as far as they can be told."""
        at = [self.places[COLUMNS.index(name)] for name in ("JournalCode", "EcritureNum")]
        if max(at) >= len(found):
            return None
        journal, number = (found[place].strip() for place in at)
        return journal, number


def split_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a file that comes in pieces; CR, LF or both end them.

    Source: art. A.47 A-1 LPF.
    """
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).splitlines(keepends=True) or [b""]
        for line in whole:
            yield line.rstrip(b"\r\n")
        if len(rest) > _LONGEST:
            yield rest.rstrip(b"\r\n")
            rest = b""
    if rest:
        yield rest.rstrip(b"\r\n")


class Decoder:
    """Turns the bytes of each line into text, and remembers which encodings they were in.

    Attributes:
        first_lines: the first line in which each encoding showed, ASCII apart.
    """

    def __init__(self) -> None:
        self.first_lines: dict[str, int] = {}
        self.is_text = True

    def decoded(self, line: bytes, number: int) -> str:
        """The text of a line; whatever its bytes are, there is one."""
        if number == 1:
            self.is_text = not line.startswith(_WIDE_BOMS) and b"\x00" not in line
            if line.startswith(_BOM):
                self.first_lines[UTF_8_BOM] = number
                line = line.removeprefix(_BOM)
        if line.isascii():
            return line.decode("ascii")
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            encoding = WINDOWS_1252 if _OF_WINDOWS.search(line) else ISO_8859_15
            text = line.decode("cp1252" if encoding == WINDOWS_1252 else "iso8859-15", "replace")
        else:
            encoding = UTF_8
        self.first_lines.setdefault(encoding, number)
        return text

    @property
    def encoding(self) -> str:
        """The encoding of the whole file; of several, the one that holds the others or that came first."""
        if not self.is_text:
            return ""
        first = UTF_8_BOM if UTF_8_BOM in self.first_lines else next(iter(self.first_lines), ASCII)
        return WINDOWS_1252 if first == ISO_8859_15 and WINDOWS_1252 in self.first_lines else first

    def findings(self) -> Iterator[FecFinding]:
        """What is wrong with the encoding."""
        if not self.is_text:
            yield FecFinding(Rule.ENCODING, "Fichier qui n'est pas un texte, ou en UTF-16 : rien n'est lu", _SAVE_FR)
        single = [self.first_lines[kind] for kind in (ISO_8859_15, WINDOWS_1252) if kind in self.first_lines]
        several = [self.first_lines[kind] for kind in (UTF_8, UTF_8_BOM) if kind in self.first_lines]
        if single and several:
            said = (
                f"Textes en UTF-8 (dès la ligne {min(several)}) et dans un autre encodage (dès la ligne {min(single)})"
            )
            yield FecFinding(Rule.MIXED_ENCODINGS, said, _SAVE_FR, max(min(single), min(several)))
        elif several:
            said = f"Texte en {self.encoding}, quand l'arrêté nomme l'ASCII, l'ISO 8859-15 et l'EBCDIC"
            yield FecFinding(Rule.UTF_8, said, f"{_SAVE_FR} si la remise en est refusée")
        if WINDOWS_1252 in self.first_lines:
            said = (
                "Caractères propres à Windows-1252 (apostrophe ’, tiret –, €…), que l'ISO 8859-15 n'a pas à cette place"
            )
            yield FecFinding(Rule.WINDOWS_1252, said, _SAVE_FR, self.first_lines[WINDOWS_1252])


def control_characters(line: str, number: int) -> Iterator[FecFinding]:
    """A character that commands a terminal or ends a text, inside a line.

    Source: art. A.47 A-1 LPF.
    """
    found = _CONTROL.search(line)
    if found is not None:
        said = f"Caractère de commande (code {ord(found[0])}) au {found.start() + 1}e caractère de la ligne"
        yield FecFinding(Rule.CONTROL_CHARACTER, said, "Le retirer, ou mettre une espace", number)


def read_header(line: str) -> tuple[FecHeader | None, list[FecFinding]]:
    """How lines are split, by the names of the columns; None when that cannot be known.

    Source: art. A.47 A-1 LPF.
    """
    findings = []
    separator = max(SEPARATORS_FR, key=line.count)
    if line.count(separator) == 0:
        said = f"Aucun séparateur reconnu dans la première ligne « {repeated(line)} » : rien d'autre n'est lu"
        return None, [FecFinding(Rule.SEPARATOR, said, "Séparer les champs par une tabulation ou par « | »", 1)]
    if separator not in _LAWFUL_SEPARATORS:
        said = f"Champs séparés par un {SEPARATORS_FR[separator]}"
        findings.append(FecFinding(Rule.SEPARATOR, said, "Les séparer par une tabulation ou par « | »", 1))
    written = line.split(separator)
    names = [_SPELT.get(name.strip(' "').casefold(), "") for name in written]
    has_direction = "Montant" in names and "Debit" not in names
    wanted = [_instead(name) for name in COLUMNS] if has_direction else list(COLUMNS)
    missing = [name for name in wanted if name not in names]
    if missing:
        known = len(wanted) - len(missing)
        said = f"{known} des 18 colonnes reconnues ; il manque {', '.join(missing)} : rien d'autre n'est lu"
        return None, [*findings, FecFinding(Rule.HEADER, said, _COLUMNS_FR, 1)]
    places = tuple(names.index(name) for name in wanted)
    findings += _header_findings(written, wanted, places)
    return FecHeader(separator, len(written), places, has_direction), findings


def _instead(name: str) -> str:
    return next((other for other, replaced in _AMOUNTS.items() if replaced == name), name)


def _header_findings(written: list[str], wanted: list[str], places: tuple[int, ...]) -> Iterator[FecFinding]:
    """All columns are there, and yet: their order, their spelling, others beside them."""
    misplaced = [name for at, (name, place) in enumerate(zip(wanted, places, strict=True)) if place != at]
    if misplaced:
        said = f"Les 18 colonnes sont là, mais {misplaced[0]} n'est pas à son rang"
        yield FecFinding(Rule.HEADER_ORDER, said, _COLUMNS_FR, 1, misplaced[0])
    misspelt = [
        f"{written[place]} au lieu de {name}"
        for name, place in zip(wanted, places, strict=True)
        if written[place] != name
    ]
    if misspelt:
        said = f"Noms de colonnes reconnus mais écrits autrement : {', '.join(map(repeated, misspelt))}"
        yield FecFinding(Rule.HEADER_SPELLING, said, "Écrire les noms comme l'arrêté, casse comprise", 1)
    more = [name.strip() for at, name in enumerate(written) if at not in places]
    if more:
        said = f"{len(more)} colonne(s) de plus que les 18 : {', '.join(map(repeated, more))}"
        yield FecFinding(Rule.HEADER_MORE, said, "Les retirer, ou les expliquer dans la notice jointe au fichier", 1)
