"""Payroll declarations (DSN) for the tests: invented people, one rubrique a line."""

from __future__ import annotations

from typing import Any

SIREN, NIC = "000000018", "00010"
NORM = "P26V01"


def a_person(
    number: int = 0,
    *,
    code: str = "281AD",
    rate: str | None = "3.42",
    wages: str = "2450.00",
    start: str = "01032019",
    end: str | None = None,
    nature: str = "01",
    scheme: str = "200",
    worked: str = "151.67",
    stoppages: tuple[tuple[str, ...], ...] = (),
    period: str = "01092026",
    contribution: tuple[str, str, str] | None = None,
    nir: str | None = None,
) -> list[str]:
    """The rubriques of one person; a stoppage is (reason, last day worked, expected end)."""
    lines = [
        f"S21.G00.30.001,'{nir or f'1{number % 100:02}9900000{number % 1000:03}'}'",
        f"S21.G00.30.002,'EXEMPLE-{number}'",
        "S21.G00.30.004,'D'OR'",
        f"S21.G00.40.001,'{start}'",
        f"S21.G00.40.007,'{nature}'",
        f"S21.G00.40.009,'CT{number:05}'",
        "S21.G00.40.012,'151.67'",
        f"S21.G00.40.013,'{worked}'",
        f"S21.G00.40.039,'{scheme}'",
        f"S21.G00.40.040,'{code}'",
    ]
    lines += [f"S21.G00.40.043,'{rate}'"] if rate else []
    for stoppage in stoppages:
        lines += [
            f"S21.G00.60.0{place},'{value}'"
            for place, value in zip(("01", "02", "03", "10", "12"), stoppage, strict=False)
            if value
        ]
    lines += [f"S21.G00.62.001,'{end}'"] if end else []
    lines += [
        "S21.G00.50.001,'30092026'",
        f"S21.G00.51.010,'CT{number:05}'",
        "S21.G00.78.001,'02'",
        f"S21.G00.78.004,'{wages}'",
        "S21.G00.78.001,'03'",
        f"S21.G00.78.002,'{period}'",
        f"S21.G00.78.004,'{wages}'",
    ]
    if contribution:
        lines += [f"S21.G00.81.{at},'{value}'" for at, value in zip(("003", "004", "007"), contribution, strict=True)]
        lines.insert(-3, "S21.G00.81.001,'045'")
    return lines


def a_declaration(people: list[list[str]], **said: Any) -> list[str]:
    """The rubriques of one declaration: `month`, `type`, `fraction`, `order`, `nature`, `nic` and so on."""
    header = {"nature": "01", "type": "01", "fraction": "11", "order": "1", "month": "01092026", **said}
    rubriques = {"nature": 1, "type": 2, "fraction": 3, "order": 4, "month": 5, "replaced": 6, "written_on": 7}
    lines = [f"S20.G00.05.00{at},'{header[name]}'" for name, at in rubriques.items() if header.get(name)]
    lines += [f"S21.G00.06.001,'{SIREN}'", f"S21.G00.11.001,'{header.get('nic', NIC)}'"]
    return lines + [line for person in people for line in person]


def dsn_lines(people: list[list[str]], *, norm: str = NORM, test: str = "02", **said: Any) -> list[str]:
    """The lines of a file with one declaration."""
    return dsn_file([a_declaration(people, **said)], norm=norm, test=test)


def dsn_file(declarations: list[list[str]], *, norm: str = NORM, test: str = "02") -> list[str]:
    """The lines of a file."""
    lines = ["S10.G00.00.001,'EXEMPLE PAIE'", f"S10.G00.00.005,'{test}'", f"S10.G00.00.006,'{norm}'"]
    lines += [line for declaration in declarations for line in declaration]
    return [*lines, f"S90.G00.90.001,'{len(lines) + 2}'", f"S90.G00.90.002,'{len(declarations)}'"]


def dsn_bytes(lines: list[str], encoding: str = "latin-1", end: str = "\r\n") -> bytes:
    """Lines as a file."""
    return (end.join(lines) + end).encode(encoding)
