"""What a payroll declaration adds up to for one establishment, section by section, person after person."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault
from atmp_insure.rate_records import code_notation, notation
from atmp_insure.rate_records.documents import Establishment, Finding, Severity
from atmp_insure.rate_records.payroll_declaration import (
    Contract,
    Correction,
    PayrollDeclaration,
    SectionMonth,
    Stoppage,
)
from atmp_insure.rate_records.readers.dsn_values import text, working_share
from atmp_insure.rate_records.wording import euros_fr, list_fr, percent_fr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.rate_records.payroll_declaration import Envelope
    from atmp_insure.rate_records.persons import Persons
    from atmp_insure.rate_records.readers.dsn_person import Contribution, OpenContract, Person
    from atmp_insure.rate_records.readers.source import Source

NOT_NOTIFIED = b"999ZZ"
_GENERAL_CASE = "100"  # code of contribution of the Urssaf for wages without any particular scheme
_MOST_TOLD = 3
_TOLERANCE_CENTS = 1
_DAY = timedelta(days=1)


class _Section:
    """Sums of one risk code, in cents and days."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.cents = self.contribution_base = self.contribution = 0
        self.corrections: dict[date, int] = defaultdict(int)
        self.rates: dict[Fraction, int] = {}
        self.days_by_share: dict[Fraction, int] = defaultdict(int)
        self.temporary_days = self.people = 0


class EstablishmentTotals:
    """One establishment of one declaration, while its people come.

    Attributes:
        envelope: how the declaration was sent; known when the establishment is through.
        faults: what cannot be placed.
    """

    def __init__(self, siret: str, place: str) -> None:
        self.siret, self.place = siret, place
        self.envelope: Envelope | None = None
        self.month: date | None = None
        self.month_place = ""
        self.faults: list[Fault] = []
        self._sections: dict[bytes, _Section] = {}
        self._contracts: list[Contract] = []
        self._stoppages: list[Stoppage] = []
        self._aggregates: dict[str, int] = defaultdict(int)
        self._wrong_contributions: list[tuple[int, Contribution]] = []
        self._unattached: list[int] = []
        self._outside = 0

    def aggregate(self, code: str, cents: int) -> None:
        """Add a control total for the Urssaf."""
        self._aggregates[code] += cents

    def add(self, person: Person, month: date | None, persons: Persons) -> None:
        """Add what a person has."""
        key = persons.key(text(person.identifier)) if person.identifier else f"ligne {person.line}"
        for contract in person.contracts:
            self._add_contract(contract, person, key)
        self._add_wages(person, month)
        for contribution in person.contributions:
            self._add_contribution(contribution, person)
        if month is not None:
            self._add_presence(person, month)
        for stoppage in person.stoppages:
            behind = person.contracts[stoppage.contracts - 1] if stoppage.contracts else None
            code, support = _code(behind.risk_code if behind else b"")
            self._stoppages.append(
                Stoppage(
                    f"ligne {stoppage.line}", key, code, support, text(stoppage.reason), stoppage.last_day_worked,
                    stoppage.expected_end, stoppage.back_on, stoppage.accident_on,
                )
            )  # fmt: skip

    def _section(self, code: bytes, line: int) -> _Section:
        if code not in self._sections:
            self._sections[code] = _Section(f"ligne {line}")
        return self._sections[code]

    def _add_contract(self, contract: OpenContract, person: Person, key: str) -> None:
        self._outside += not contract.is_in_scheme
        if contract.is_in_scheme and contract.rate is not None:
            self._section(contract.risk_code, person.line).rates.setdefault(contract.rate, person.line)
        if contract.first_day is not None:
            code, support = _code(contract.risk_code)
            user = text(contract.user) or None
            nature = text(contract.nature)
            self._contracts.append(Contract(key, code, support, nature, contract.first_day, contract.last_day, user))

    def _add_wages(self, person: Person, month: date | None) -> None:
        for base in person.bases:
            contract = person.contract_of(base.contract)
            if contract is None and person.contracts:
                self._unattached.append(base.line)
                contract = person.contracts[0]
            if contract is not None and not contract.is_in_scheme:
                continue
            section = self._section(contract.risk_code if contract else b"", person.line)
            section.cents += base.cents
            if base.from_day is not None and month is not None and base.from_day < month:
                section.corrections[base.from_day.replace(day=1)] += base.cents

    def _add_contribution(self, contribution: Contribution, person: Person) -> None:
        contract = person.contract_of(contribution.base.contract if contribution.base else b"")
        section = self._section(contract.risk_code if contract else b"", person.line)
        section.contribution_base += contribution.base_cents
        section.contribution += contribution.cents
        if contribution.rate is not None:
            right = contribution.base_cents * contribution.rate / 100
            if abs(right - contribution.cents) > _TOLERANCE_CENTS:
                self._wrong_contributions.append((contribution.line, contribution))

    def _add_presence(self, person: Person, month: date) -> None:
        """Days of presence: a person counts once, in the section of the contract that covers each day first."""
        end = (month.replace(day=28) + 4 * _DAY).replace(day=1)
        taken: set[int] = set()
        counted = False
        for contract in person.contracts:
            first = max(contract.first_day or month, month)
            last = end - _DAY if contract.last_day is None else min(contract.last_day, end - _DAY)
            if not contract.counts or first > last:
                continue
            days = set(range(first.toordinal(), last.toordinal() + 1)) - taken
            taken |= days
            section = self._section(contract.risk_code, person.line)
            if contract.is_temporary:
                section.temporary_days += len(days)
                continue
            section.days_by_share[working_share(contract.working_time, contract.full_time)] += len(days)
            if days and not counted:
                section.people += 1
                counted = True

    def document(self, source: Source, persons: Persons) -> PayrollDeclaration:
        """The declaration about this establishment."""
        month, envelope = self.month, self.envelope
        if envelope is None:
            raise TypeError("an establishment that is not through has no document")
        if month is None and any(section.cents for section in self._sections.values()):
            remedy = "Demander à la paie le fichier DSN tel qu'il a été déposé sur net-entreprises (.dsn)"
            self.faults.append(Fault("salaires sans mois déclaré (S20.G00.05.005 absent)", remedy, self.place))
        days = 1 if month is None else ((month.replace(day=28) + 4 * _DAY).replace(day=1) - month).days
        aggregates = {code: Fraction(cents, 100) for code, cents in self._aggregates.items()}
        sections = tuple(_section_month(code, section, days) for code, section in self._sections.items())
        codes = {(section.risk_code, section.support_staff) for section in sections}
        code, support = next(iter(codes)) if len(codes) == 1 else (None, False)
        return PayrollDeclaration(
            file=source.file,
            sha256=source.sha256,
            establishment=Establishment(self.siret, risk_code=code, support_staff=support),
            year=None if month is None else month.year,
            places={"siret": self.place} | ({"month": self.month_place} if self.month_place else {}),
            month=month,
            persons=persons,
            envelope=envelope._replace(aggregates_eur=aggregates),
            sections=sections,
            contracts=tuple(self._contracts),
            stoppages=tuple(self._stoppages),
            findings=tuple(self._findings(sections, aggregates)),
        )

    def _findings(self, sections: tuple[SectionMonth, ...], aggregates: dict[str, Fraction]) -> Iterator[Finding]:
        if self.month is None:
            yield Finding(Severity.WARNING, "dsn_month_missing", "Le mois déclaré (S20.G00.05.005) manque.", self.place)
        for section in sections:
            if len(section.applied_percents) > 1:
                rates = list_fr([percent_fr(rate) for rate in sorted(section.applied_percents)])
                said = f"Plusieurs taux AT sont appliqués au code risque {section.risk_code or 'absent'} : {rates}."
                yield Finding(Severity.WARNING, "dsn_several_rates", said, section.place)
        if NOT_NOTIFIED in self._sections:
            said = "Des salariés ont le code risque 999ZZ : leur taux n'était pas encore notifié."
            yield Finding(Severity.INFORMATION, "dsn_rate_not_notified", said, self._sections[NOT_NOTIFIED].place)
        for line, wrong in self._wrong_contributions[:_MOST_TOLD]:
            base, paid = Fraction(wrong.base_cents, 100), Fraction(wrong.cents, 100)
            said = (
                f"Cotisation AT de {euros_fr(paid)} sur une base de {euros_fr(base)} au taux de "
                f"{percent_fr(wrong.rate or Fraction(0))} : le produit est différent "
                f"({len(self._wrong_contributions)} cas dans la déclaration)."
            )
            yield Finding(Severity.WARNING, "dsn_contribution_differs", said, f"ligne {line}")
        if self._unattached:
            said = (
                f"{len(self._unattached)} bases de salaire ne disent pas à quel contrat elles se rattachent : "
                "elles sont comptées au premier contrat du salarié."
            )
            yield Finding(Severity.WARNING, "dsn_base_without_contract", said, f"ligne {self._unattached[0]}")
        if self._outside:
            said = (
                f"{self._outside} contrats relèvent d'un autre régime que le régime général : ils ne sont pas comptés."
            )
            yield Finding(Severity.INFORMATION, "dsn_other_scheme", said, self.place)
        declared = sum((section.payroll_eur for section in sections), Fraction(0))
        if set(aggregates) == {_GENERAL_CASE} and abs(aggregates[_GENERAL_CASE] - declared) > 1:
            said = (
                f"La base déplafonnée déclarée à l'Urssaf est de {euros_fr(aggregates[_GENERAL_CASE])} et la somme des "
                f"salaires individuels de {euros_fr(declared)}."
            )
            yield Finding(Severity.WARNING, "dsn_aggregate_differs", said, self.place)


def _section_month(code: bytes, section: _Section, days: int) -> SectionMonth:
    risk_code, support = _code(code)
    presence = sum(section.days_by_share.values())
    full_time = sum((share * count for share, count in section.days_by_share.items()), Fraction(0))
    return SectionMonth(
        place=section.place,
        risk_code=risk_code,
        support_staff=support,
        payroll_eur=Fraction(section.cents, 100),
        corrections=tuple(Correction(of, Fraction(cents, 100)) for of, cents in sorted(section.corrections.items())),
        applied_percents=tuple(sorted(section.rates)),
        contribution_base_eur=Fraction(section.contribution_base, 100),
        contribution_eur=Fraction(section.contribution, 100),
        presence=Fraction(presence, days),
        full_time_presence=full_time / days,
        temporary_presence=Fraction(section.temporary_days, days),
        people=section.people,
    )


def _code(code: bytes) -> tuple[str | None, bool]:
    """A risk code as the arrêtés print it; none for 999ZZ, nor for a code that is none."""
    if not code or code == NOT_NOTIFIED:
        return None, False
    try:
        return code_notation.risk_code(text(code))
    except notation.Illegible:
        return None, False
