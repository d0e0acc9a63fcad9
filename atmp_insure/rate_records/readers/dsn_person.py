"""One person of a payroll declaration while its rubriques come; forgotten as soon as the next one is announced."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

_GENERAL_SCHEME = (b"200", b"")  # CNAM; when the scheme is not said, the risk code belongs to it
_NOT_STAFF = (b"29", b"80", b"81", b"89")  # trainees, corporate officers, elected people, civic service: no employee
_TEMPORARY = (b"03", b"08")


class OpenContract:
    """A contract: its rubriques as they come."""

    __slots__ = (
        "first_day", "full_time", "last_day", "nature", "number", "rate", "risk_code", "scheme", "user", "working_time",
    )  # fmt: skip

    def __init__(self, first_day: date | None) -> None:
        self.first_day = first_day
        self.last_day: date | None = None
        self.nature = self.number = self.risk_code = self.scheme = b""
        self.full_time = self.working_time = self.user = b""
        self.rate: Fraction | None = None

    @property
    def is_in_scheme(self) -> bool:
        """Whether the AT/MP tariff of the general scheme applies to it."""
        return self.scheme in _GENERAL_SCHEME

    @property
    def is_temporary(self) -> bool:
        """Whether it is a mission of temporary work."""
        return self.nature in _TEMPORARY

    @property
    def counts(self) -> bool:
        """Whether its person is staff."""
        return self.is_in_scheme and self.nature not in _NOT_STAFF


class OpenStoppage:
    """A stoppage: its rubriques as they come, and how many contracts the person had then."""

    __slots__ = ("accident_on", "back_on", "contracts", "expected_end", "last_day_worked", "line", "reason")

    def __init__(self, reason: bytes, line: int, contracts: int) -> None:
        self.reason, self.line, self.contracts = reason, line, contracts
        self.last_day_worked: date | None = None
        self.expected_end: date | None = None
        self.back_on: date | None = None
        self.accident_on: date | None = None


class WageBase:
    """Uncapped gross wages (base 03): amount, first day of the period they are for, contract they belong to."""

    __slots__ = ("cents", "contract", "from_day", "line")

    def __init__(self, contract: bytes, line: int) -> None:
        self.contract, self.line = contract, line
        self.cents = 0
        self.from_day: date | None = None


class Contribution:
    """An AT contribution (045) under its base."""

    __slots__ = ("base", "base_cents", "cents", "line", "rate")

    def __init__(self, base: WageBase | None, line: int) -> None:
        self.base, self.line = base, line
        self.base_cents = self.cents = 0
        self.rate: Fraction | None = None


class Person:
    """What one person has, and the block that is being read (`base`, `contribution`)."""

    __slots__ = (
        "base", "bases", "contracts", "contribution", "contributions", "identifier", "is_named", "line",
        "paid_contract", "stoppages",
    )  # fmt: skip

    def __init__(self, identifier: bytes, line: int) -> None:
        self.identifier, self.line = identifier, line
        self.is_named = False
        self.contracts: list[OpenContract] = []
        self.stoppages: list[OpenStoppage] = []
        self.bases: list[WageBase] = []
        self.contributions: list[Contribution] = []
        self.base: WageBase | None = None
        self.contribution: Contribution | None = None
        self.paid_contract = b""

    def contract_of(self, number: bytes) -> OpenContract | None:
        """The contract that wages belong to: by its number, else the only one or any of those with one risk code.

        None when several contracts with different risk codes could be meant: nothing is guessed.
        """
        for contract in self.contracts:
            if number and contract.number == number:
                return contract
        if len({contract.risk_code for contract in self.contracts}) == 1:
            return self.contracts[0]
        return None
