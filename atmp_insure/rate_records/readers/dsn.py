"""Payroll declarations (DSN), read line by line: a file of any size is never held in memory.

Each rubrique is one line, `S21.G00.06.001,'332975200'`. Those that matter have a method in `dsn_blocks`; the others
are counted. Nothing is kept of a file with one line that is no rubrique.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.rate_records.documents import Finding, Ignored, Severity
from atmp_insure.rate_records.payroll_history import kept_declarations
from atmp_insure.rate_records.readers.dsn_blocks import Declarations
from atmp_insure.rate_records.readers.dsn_values import BadRubrique

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from atmp_insure.rate_records.payroll_declaration import PayrollDeclaration
    from atmp_insure.rate_records.readers.source import Received, Source

KNOWN_NORMS = ("P24V01", "P25V01", "P26V01")
_RUBRIQUE = re.compile(rb"S[0-9]{2}\.G[0-9]{2}\.[0-9]{2}\.[0-9]{3}")
_KEY = 14  # length of `S21.G00.06.001`
_BOM = b"\xef\xbb\xbf"
_LONGEST_LINE = 2000  # the norm says 256; more is no rubrique
_MOST_FAULTS = 8
_REMEDY = "Demander à la paie le fichier DSN tel qu'il a été déposé sur net-entreprises (.dsn)"


def read_declarations(file: Received, source: Source) -> tuple[PayrollDeclaration, ...]:
    """The declarations of a file that stand, one for each establishment and month; replaced ones are told.

    Raises:
        InvalidInput: a line that is no rubrique, a value out of its type, a file that was cut; the first faults.
    """
    with file.stream() as stream:
        blocks, lines = _blocks_of(stream, source)
    faults = list(blocks.faults)
    if not faults and blocks.said_lines is None:
        said = "fichier DSN tronqué : la rubrique de fin S90.G00.90.001 manque"
        faults.append(Fault(said, _REMEDY, f"après la rubrique n° {lines}"))
    if not faults:
        declarations = blocks.declarations()
        faults += blocks.faults
    if not faults and not declarations:
        faults.append(Fault("fichier DSN sans aucun établissement (S21.G00.11)", _REMEDY))
    if faults:
        raise InvalidInput(_first(faults))
    kept = kept_declarations(declarations)
    if not kept:
        raise InvalidInput.one("fichier DSN dont toutes les déclarations sont annulées", _REMEDY)
    told = tuple(_file_findings(blocks, lines))
    standing = set(map(id, kept))
    replaced = tuple(_replaced(one) for one in declarations if id(one) not in standing)
    first, *others = kept
    first = replace(first, findings=(*told, *first.findings), ignored=(*first.ignored, *replaced))
    return (first, *others)


def _first(faults: list[Fault]) -> Iterator[Fault]:
    """The first faults; a file with so many of them was not read further."""
    yield from faults[:_MOST_FAULTS]
    if len(faults) >= _MOST_FAULTS:
        yield Fault(f"lecture arrêtée après {_MOST_FAULTS} défauts", _REMEDY)


def _replaced(one: PayrollDeclaration) -> Ignored:
    month = "" if one.month is None else f"{one.month:%m/%Y}"
    return Ignored(one.places.get("month", ""), f"DSN {month} n° {one.envelope.order}", "remplacée ou annulée")


def _blocks_of(stream: BinaryIO, source: Source) -> tuple[Declarations, int]:
    """Every rubrique that matters, given to its method; and the number of lines."""
    blocks = Declarations(source)
    methods: dict[bytes, Callable[[bytes, int], None] | None] = dict(blocks.methods())
    count = 0
    for number, raw in _numbered(stream):
        line = raw.rstrip(b"\r\n")
        if line[_KEY : _KEY + 2] == b",'" and line.endswith(b"'") and len(line) > _KEY + 2:
            count += 1
            key = line[:_KEY]
            if key not in methods:
                if _RUBRIQUE.fullmatch(key):
                    methods[key] = None  # a rubrique that says nothing of the rate
                else:
                    blocks.faults.append(_malformed(line, number))
            elif (method := methods[key]) is not None:
                try:
                    method(line[_KEY + 2 : -1], number)
                except BadRubrique as error:
                    blocks.faults.append(Fault(str(error), error.remedy, f"ligne {number}"))
        elif line.strip():
            count += 1
            if raw.endswith(b"\n") or blocks.said_lines is not None:
                blocks.faults.append(_malformed(line, number))
        if len(blocks.faults) >= _MOST_FAULTS:
            break
    return blocks, count


def _numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := stream.readline(_LONGEST_LINE):
        number += 1
        yield number, line.removeprefix(_BOM) if number == 1 else line


def _malformed(line: bytes, number: int) -> Fault:
    is_rubrique = _RUBRIQUE.match(line) is not None
    shown = line[:_KEY].decode("ascii", "replace") if is_rubrique else "S21.G00.06.001"
    if not is_rubrique:
        said = "cette ligne n'est pas une rubrique DSN"
    elif line[_KEY : _KEY + 1] != b"," or line[_KEY + 1 : _KEY + 2] != b"'":
        said = f"rubrique {shown} dont la valeur n'est pas entre apostrophes"
    else:
        said = f"rubrique {shown} dont la valeur n'est pas fermée par une apostrophe"
    return Fault(said, f"Une ligne s'écrit {shown},'valeur' ; {_REMEDY}", f"ligne {number}")


def _file_findings(blocks: Declarations, lines: int) -> Iterator[Finding]:
    if blocks.is_test:
        said = "Fichier DSN de test (S10.G00.00.005 = 01) : ses chiffres ne sont pas ceux de la paie."
        yield Finding(Severity.WARNING, "dsn_test_file", said)
    if blocks.norm not in KNOWN_NORMS:
        named = f"« {blocks.norm} »" if blocks.norm else "non indiquée"
        said = f"Version de la norme DSN {named} : lue comme les versions {KNOWN_NORMS[0]} à {KNOWN_NORMS[-1]}."
        yield Finding(Severity.WARNING, "dsn_unknown_norm", said)
    if blocks.said_lines != lines:
        said = f"Le fichier annonce {blocks.said_lines} lignes et en a {lines} : vérifier qu'il est entier."
        yield Finding(Severity.WARNING, "dsn_line_count", said, blocks.said_lines_place)
    if blocks.said_declarations is not None and blocks.said_declarations != blocks.count:
        said = f"Le fichier annonce {blocks.said_declarations} déclarations et en a {blocks.count}."
        yield Finding(Severity.WARNING, "dsn_declaration_count", said)
