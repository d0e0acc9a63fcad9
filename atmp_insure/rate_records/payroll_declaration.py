"""What a monthly payroll declaration (DSN) says of one establishment: wages, staff, applied rates, stoppages.

Frozen values only; how a file holds them is in `readers/dsn.py`. People are keys: nobody can be known by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from atmp_insure.rate_records.documents import Document, DocumentKind

if TYPE_CHECKING:
    from datetime import date

    from atmp_insure.rate_records.persons import Persons

MONTHLY = "01"  # nature of a declaration (S20.G00.05.001); the others tell an event
WORK_ACCIDENT, OCCUPATIONAL_DISEASE, COMMUTING = "06", "05", "04"  # reasons of a stoppage (S21.G00.60.001)
CANCELLED_STOPPAGE = "99"


class DeclarationType(StrEnum):
    """What a declaration does to the one of the same month that came before (S20.G00.05.002)."""

    NORMAL = "01"
    NORMAL_WITHOUT_STAFF = "02"
    REPLACES = "03"
    CANCELS = "04"
    REPLACES_WITHOUT_STAFF = "05"

    @property
    def replaces(self) -> bool:
        """Whether it takes the place of the former one."""
        return self in (DeclarationType.REPLACES, DeclarationType.REPLACES_WITHOUT_STAFF, DeclarationType.CANCELS)


class Correction(NamedTuple):
    """Wages declared this month for a former one; they are part of the payroll of this month."""

    month: date
    amount_eur: Fraction


class SectionMonth(NamedTuple):
    """What a declaration says of one section: the people whose contract has one risk code.

    Attributes:
        risk_code: None when the contract has none, or when its rate was not notified yet (999ZZ).
        support_staff: whether the code ends with the B of administrative staff.
        payroll_eur: uncapped gross wages (base 03), corrections of former months included.
        applied_percents: the rates that the contracts apply, each once; there should be one.
        contribution_base_eur: base of the AT contributions (045), when the payroll software writes them.
        presence: days of presence over the days of the month, summed over people: the headcount of the month.
        full_time_presence: the same, each day in proportion to the working time.
        temporary_presence: presence of temporary workers, not counted in the others.
        people: number of people counted in `presence`.
    """

    place: str
    risk_code: str | None
    support_staff: bool
    payroll_eur: Fraction
    corrections: tuple[Correction, ...]
    applied_percents: tuple[Fraction, ...]
    contribution_base_eur: Fraction
    contribution_eur: Fraction
    presence: Fraction
    full_time_presence: Fraction
    temporary_presence: Fraction
    people: int


class Contract(NamedTuple):
    """A contract as the month shows it.

    Attributes:
        person: key of the person.
        nature: code of the norm: 01 and 02 usual contracts, 03 and 08 temporary work, 29 trainees.
        last_day: None while it goes on.
    """

    person: str
    risk_code: str | None
    support_staff: bool
    nature: str
    first_day: date
    last_day: date | None
    user_siret: str | None = None

    def covers(self, day: date) -> bool:
        """Whether the person was under this contract on a day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


class Stoppage(NamedTuple):
    """A stoppage of work.

    Attributes:
        reason: code of the norm: 06 work accident, 05 occupational disease, 04 commuting.
        last_day_worked: the stoppage starts on the next day.
        accident_on: only messages about an event print it.
    """

    place: str
    person: str
    risk_code: str | None
    support_staff: bool
    reason: str
    last_day_worked: date | None
    expected_end: date | None
    back_on: date | None
    accident_on: date | None


class Envelope(NamedTuple):
    """How a declaration was sent.

    Attributes:
        norm: version of the norm; None when the file does not say it.
        fraction: part and number of parts (`12` is the first of two): parts add up.
        replaced: identifier of the declaration that this one replaces.
        aggregates_eur: control totals for Urssaf, by code of contribution: uncapped bases (920).
    """

    norm: str | None
    software: str | None
    is_test: bool
    nature: str
    type: DeclarationType
    fraction: str
    order: int
    written_on: date | None
    replaced: str | None
    lines_said: int | None
    aggregates_eur: dict[str, Fraction]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PayrollDeclaration(Document):
    """One declaration about one establishment.

    Attributes:
        month: first day of the month declared; None when the file does not say it (it then has no wages).
        persons: what makes keys of people here: the same for all the declarations of one reading.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.DSN
    month: date | None
    persons: Persons
    envelope: Envelope
    sections: tuple[SectionMonth, ...]
    contracts: tuple[Contract, ...]
    stoppages: tuple[Stoppage, ...]

    @property
    def title_fr(self) -> str:
        """The declaration as one speaks of it: `DSN 09/2026`."""
        return self.kind.label if self.month is None else f"{self.kind.label} {self.month:%m/%Y}"

    @property
    def payroll_eur(self) -> Fraction:
        """Wages of all sections."""
        return sum((section.payroll_eur for section in self.sections), Fraction(0))

    @property
    def is_monthly(self) -> bool:
        """Whether it declares a month; the others tell an event that the month will tell again."""
        return self.envelope.nature == MONTHLY

    def contracts_of(self, nir: str) -> tuple[Contract, ...] | None:
        """The contracts of the person whose NIR a text begins with (a claim number does); None when it is masked."""
        key = self.persons.key_of_nir(nir)
        return None if key is None else tuple(contract for contract in self.contracts if contract.person == key)
