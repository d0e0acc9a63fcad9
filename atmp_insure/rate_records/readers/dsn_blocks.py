"""The blocks of payroll declarations, put together as their rubriques come: declaration, establishment, person.

A block starts at its rubrique .001. What a person has (contracts, bases, stoppages) is added to the establishment when
the next person comes, and forgotten: only sums, contracts and stoppages stay.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from atmp_insure.rate_records.payroll_declaration import MONTHLY, DeclarationType, Envelope
from atmp_insure.rate_records.persons import Persons
from atmp_insure.rate_records.readers.dsn_person import Contribution, OpenContract, OpenStoppage, Person, WageBase
from atmp_insure.rate_records.readers.dsn_totals import EstablishmentTotals
from atmp_insure.rate_records.readers.dsn_values import BadRubrique, cents, rate, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from atmp_insure.kernel.errors import Fault
    from atmp_insure.rate_records.payroll_declaration import PayrollDeclaration
    from atmp_insure.rate_records.readers.source import Source

_TEST = b"01"
_WAGES, _AT_CONTRIBUTION, _UNCAPPED = b"03", b"045", b"920"
_TYPES = {kind.value.encode(): kind for kind in DeclarationType}
_ASK_PAYROLL = "Demander à la paie le fichier DSN tel qu'il a été déposé sur net-entreprises (.dsn)"


class Header:
    """What the block S20.G00.05 says of the declaration that is being read."""

    def __init__(self) -> None:
        self.said: dict[str, bytes] = {}
        self.place = ""


class Declarations:
    """Everything that one file declares.

    Attributes:
        faults: values that cannot be read.
        count: number of declarations (S20).
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._persons = Persons(source.context.secret)
        self.faults: list[Fault] = []
        self.norm: str | None = None
        self.software: str | None = None
        self.is_test = False
        self.said_lines: int | None = None
        self.said_lines_place = ""
        self.said_declarations: int | None = None
        self.count = 0
        self._header = Header()
        self._siren = ""
        self._totals: EstablishmentTotals | None = None
        self._person: Person | None = None
        self._aggregate: tuple[bytes, bytes] = (b"", b"")
        self._done: list[EstablishmentTotals] = []
        self._dates: dict[bytes, date] = {}

    def methods(self) -> dict[bytes, Callable[[bytes, int], None]]:
        """The method of each rubrique that matters."""
        header = {f"S20.G00.05.00{at}": partial(self._declaration, name) for at, name in _HEADER_FIELDS.items()}
        contract = {f"S21.G00.40.0{at}": partial(self._contract_says, name) for at, name in _CONTRACT_FIELDS.items()}
        stoppage = {f"S21.G00.60.0{at}": partial(self._stoppage_says, name) for at, name in _STOPPAGE_FIELDS.items()}
        methods: dict[str, Callable[[bytes, int], None]] = {
            "S10.G00.00.001": self._software,
            "S10.G00.00.005": self._test,
            "S10.G00.00.006": self._norm,
            **header,
            "S21.G00.06.001": self._company,
            "S21.G00.11.001": self._establishment,
            "S21.G00.23.001": self._aggregate_code,
            "S21.G00.23.002": self._aggregate_qualifier,
            "S21.G00.23.004": self._aggregate_base,
            "S21.G00.30.001": self._new_person,
            "S21.G00.30.002": self._name,
            "S21.G00.30.020": self._temporary_number,
            "S21.G00.40.001": self._new_contract,
            **contract,
            "S21.G00.60.001": self._new_stoppage,
            **stoppage,
            "S21.G00.62.001": self._contract_end,
            "S21.G00.50.001": self._new_payment,
            "S21.G00.51.010": self._paid_contract,
            "S21.G00.78.001": self._new_base,
            "S21.G00.78.002": self._base_period,
            "S21.G00.78.004": self._base_amount,
            "S21.G00.78.006": self._base_contract,
            "S21.G00.81.001": self._new_contribution,
            "S21.G00.81.003": self._contribution_base,
            "S21.G00.81.004": self._contribution_amount,
            "S21.G00.81.007": self._contribution_rate,
            "S90.G00.90.001": self._line_count,
            "S90.G00.90.002": self._declaration_count,
        }
        return {rubrique.encode(): method for rubrique, method in methods.items()}

    def declarations(self) -> tuple[PayrollDeclaration, ...]:
        """The declarations read so far; what cannot be placed in a month leaves a fault."""
        self._close_establishment()
        documents = []
        for totals in self._done:
            documents.append(totals.document(self._source, self._persons))
            self.faults += totals.faults
        return tuple(documents)

    def _software(self, value: bytes, line: int) -> None:
        self.software = text(value)

    def _test(self, value: bytes, line: int) -> None:
        self.is_test = value == _TEST

    def _norm(self, value: bytes, line: int) -> None:
        self.norm = text(value)

    def _declaration(self, name: str, value: bytes, line: int) -> None:
        """A rubrique of S20.G00.05: `nature`, or any that was already said, starts a new declaration."""
        if name == "nature" or name in self._header.said:
            self._close_establishment()
            self._header = Header()
        if not self._header.said:
            self.count += 1
        if name in ("month", "written_on"):
            self._day(value)
        self._header.said[name] = value
        if name == "month":
            self._header.place = f"ligne {line}"

    def _company(self, value: bytes, line: int) -> None:
        if not (len(value) == 9 and value.isdigit()):
            raise BadRubrique(f"SIREN « {text(value)} » (S21.G00.06.001)", "Un SIREN a neuf chiffres")
        self._close_establishment()
        self._siren = text(value)

    def _establishment(self, value: bytes, line: int) -> None:
        if not (len(value) == 5 and value.isdigit()):
            raise BadRubrique(f"NIC « {text(value)} » (S21.G00.11.001)", "Un NIC a cinq chiffres")
        if not self._siren:
            raise BadRubrique("établissement sans entreprise (S21.G00.06.001)", _ASK_PAYROLL)
        self._close_establishment()
        self._totals = EstablishmentTotals(self._siren + text(value), f"ligne {line}")

    def _envelope(self) -> Envelope:
        said = self._header.said
        kind = said.get("type", DeclarationType.NORMAL.value.encode())
        return Envelope(
            norm=self.norm,
            software=self.software,
            is_test=self.is_test,
            nature=text(said.get("nature", MONTHLY.encode())),
            type=_TYPES.get(kind, DeclarationType.NORMAL),
            fraction=text(said.get("fraction", b"11")),
            order=int(said["order"]) if said.get("order", b"").isdigit() else 0,
            written_on=self._day(said["written_on"]) if "written_on" in said else None,
            replaced=text(said["replaced"]) if "replaced" in said else None,
            lines_said=self.said_lines,
            aggregates_eur={},
        )

    def _close_person(self) -> None:
        if self._person is not None and self._totals is not None:
            self._totals.add(self._person, self._month(), self._persons)
        self._person = None

    def _close_establishment(self) -> None:
        self._close_person()
        if self._totals is not None:
            self._totals.envelope, self._totals.month = self._envelope(), self._month()
            self._totals.month_place = self._header.place
            self._done.append(self._totals)
        self._totals = None

    def _month(self) -> date | None:
        value = self._header.said.get("month")
        return None if value is None else self._day(value).replace(day=1)

    def _aggregate_code(self, value: bytes, line: int) -> None:
        self._aggregate = (value, b"")

    def _aggregate_qualifier(self, value: bytes, line: int) -> None:
        self._aggregate = (self._aggregate[0], value)

    def _aggregate_base(self, value: bytes, line: int) -> None:
        if self._totals is not None and self._aggregate[1] == _UNCAPPED:
            self._totals.aggregate(text(self._aggregate[0]), cents(value))

    def _new_person(self, value: bytes, line: int) -> None:
        self._close_person()
        self._person = Person(value, line)

    def _name(self, value: bytes, line: int) -> None:
        """A name after anything else than a number starts a person who has none yet."""
        if self._person is None or self._person.is_named:
            self._close_person()
            self._person = Person(b"", line)
        self._person.is_named = True

    def _temporary_number(self, value: bytes, line: int) -> None:
        if self._person is not None and not self._person.identifier:
            self._person.identifier = value

    def _here(self, line: int) -> Person:
        if self._person is None:
            raise BadRubrique("rubrique d'un salarié avant celle qui l'annonce (S21.G00.30.001)", _ASK_PAYROLL)
        return self._person

    def _new_contract(self, value: bytes, line: int) -> None:
        self._here(line).contracts.append(OpenContract(self._day(value)))

    def _contract_says(self, name: str, value: bytes, line: int) -> None:
        person = self._here(line)
        if not person.contracts:
            person.contracts.append(OpenContract(None))
        contract = person.contracts[-1]
        if name == "rate":
            contract.rate = rate(value)
        else:
            setattr(contract, name, value)

    def _contract_end(self, value: bytes, line: int) -> None:
        person = self._here(line)
        if person.contracts:
            person.contracts[-1].last_day = self._day(value)

    def _new_stoppage(self, value: bytes, line: int) -> None:
        self._here(line).stoppages.append(OpenStoppage(value, line, len(self._here(line).contracts)))

    def _stoppage_says(self, name: str, value: bytes, line: int) -> None:
        stoppages = self._here(line).stoppages
        if stoppages:
            setattr(stoppages[-1], name, self._day(value))

    def _new_payment(self, value: bytes, line: int) -> None:
        self._here(line).paid_contract = b""

    def _paid_contract(self, value: bytes, line: int) -> None:
        self._here(line).paid_contract = value

    def _new_base(self, value: bytes, line: int) -> None:
        person = self._here(line)
        person.base = None
        if value == _WAGES:
            person.base = WageBase(person.paid_contract, line)
            person.bases.append(person.base)
        person.contribution = None

    def _base_period(self, value: bytes, line: int) -> None:
        base = self._here(line).base
        if base is not None:
            base.from_day = self._day(value)

    def _base_amount(self, value: bytes, line: int) -> None:
        base = self._here(line).base
        if base is not None:
            base.cents = cents(value)

    def _base_contract(self, value: bytes, line: int) -> None:
        base = self._here(line).base
        if base is not None:
            base.contract = value

    def _new_contribution(self, value: bytes, line: int) -> None:
        person = self._here(line)
        person.contribution = None
        if value == _AT_CONTRIBUTION:
            person.contribution = Contribution(person.base, line)
            person.contributions.append(person.contribution)

    def _contribution_base(self, value: bytes, line: int) -> None:
        contribution = self._here(line).contribution
        if contribution is not None:
            contribution.base_cents = cents(value)

    def _contribution_amount(self, value: bytes, line: int) -> None:
        contribution = self._here(line).contribution
        if contribution is not None:
            contribution.cents = cents(value)

    def _contribution_rate(self, value: bytes, line: int) -> None:
        contribution = self._here(line).contribution
        if contribution is not None:
            contribution.rate = rate(value)

    def _line_count(self, value: bytes, line: int) -> None:
        self.said_lines = int(value) if value.isdigit() else -1
        self.said_lines_place = f"ligne {line}"

    def _declaration_count(self, value: bytes, line: int) -> None:
        self.said_declarations = int(value) if value.isdigit() else -1

    def _day(self, value: bytes) -> date:
        found = self._dates.get(value)
        if found is None:
            try:
                if len(value) != 8 or not value.isdigit():
                    raise ValueError
                found = date(int(value[4:]), int(value[2:4]), int(value[:2]))
            except ValueError:
                raise BadRubrique(f"date « {text(value)} »", "Une date s'écrit JJMMAAAA") from None
            self._dates[value] = found
        return found


_HEADER_FIELDS = {
    1: "nature", 2: "type", 3: "fraction", 4: "order", 5: "month", 6: "replaced", 7: "written_on",
}  # fmt: skip
_CONTRACT_FIELDS = {
    "07": "nature", "09": "number", "12": "full_time", "13": "working_time", "39": "scheme", "40": "risk_code",
    "43": "rate", "46": "user",
}  # fmt: skip
_STOPPAGE_FIELDS = {"02": "last_day_worked", "03": "expected_end", "10": "back_on", "12": "accident_on"}
