"""The papers of one tariff unit (a section of an establishment), put together from all those of a company."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from atmp_insure.rate_records.documents import CalculationSheet, EmployerAccount, paper_identity
from atmp_insure.rate_records.masking import masked_claim_number
from atmp_insure.rate_records.rate_history import RateHistory
from atmp_insure.rate_records.single_rate import single_rates
from atmp_insure.rate_records.unit_keys import key_of, keys_of, sections_of
from atmp_insure.rating.unit import ZERO

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from fractions import Fraction

    from atmp_insure.rate_records.documents import AccountLine, Document, Establishment
    from atmp_insure.rate_records.single_rate import SingleRate
    from atmp_insure.rate_records.unit_keys import UnitKey


@dataclass(frozen=True, slots=True)
class UnitPapers:
    """What the papers say of one tariff unit.

    Attributes:
        establishment: identity of the unit, each part from the last paper that prints it; the one of a single rate
            (taux unique) is the establishment that its sheets name.
        sheets: calculation sheets, oldest rate first.
        accounts: employer accounts that cover the unit, each reduced to its lines of the unit, oldest first.
        sirets: its establishments: several share a single rate.
        former_sheets: sheets of these establishments before their single rate.
        is_absorbed: whether a single rate took the unit over, which its accounts are then questioned with.
        listed_created_on: day of creation of the establishment, as the last rate history that prints it says.
    """

    establishment: Establishment
    sheets: tuple[CalculationSheet, ...]
    accounts: tuple[EmployerAccount, ...]
    sirets: tuple[str, ...]
    former_sheets: tuple[CalculationSheet, ...] = ()
    is_absorbed: bool = False
    listed_created_on: date | None = None

    @property
    def is_single_rate(self) -> bool:
        """Whether one rate holds for all the establishments of the risk code."""
        return len(self.sirets) > 1 or any(sheet.single_rate for sheet in self.sheets)

    @property
    def created_on(self) -> date | None:
        """Day of creation of the establishment, as the last sheet that prints it says, else a rate history.

        A new establishment takes the single rate of its company at once: its day of creation then decides nothing.

        Source: art. D.242-6-1 and D.242-6-17 CSS.
        """
        if self.is_single_rate:
            return None
        printed = (sheet.created_on for sheet in reversed(self.sheets) if sheet.created_on is not None)
        return next(printed, self.listed_created_on)

    def sheet(self, rate_year: int) -> CalculationSheet | None:
        """The last sheet of a rate year: a rectified one replaces the first."""
        return next((sheet for sheet in reversed(self.sheets) if sheet.rate_year == rate_year), None)

    def account(self, account_year: int) -> EmployerAccount | None:
        """The last account that covers a year."""
        return next((account for account in reversed(self.accounts) if account_year in account.account_years), None)

    def accounts_of(self, account_year: int) -> dict[str, EmployerAccount]:
        """The account that is retained for a year, by establishment: the last one that covers it."""
        return {
            siret: account
            for account in self.accounts
            if account_year in account.account_years
            for siret in self._sirets_of(account)
        }

    def _sirets_of(self, account: EmployerAccount) -> Collection[str]:
        if len(self.sirets) == 1:
            return self.sirets
        return {account.establishment.siret, *(line.establishment.siret for line in account.lines)}

    def sirets_without_account(self, account_year: int) -> list[str]:
        """The establishments of a single rate that have accounts of their own, but none for this year.

        An account that holds the lines of several establishments is that of all which have none of their own.
        """
        with_own = {account.establishment.siret for account in self.accounts}
        covered = self.accounts_of(account_year) if len(self.sirets) > 1 else {}
        return [siret for siret in self.sirets if covered and siret in with_own and siret not in covered]

    def lines(self, account_year: int) -> tuple[AccountLine, ...]:
        """The lines that the accounts of a year charge to the unit."""
        retained = self.accounts_of(account_year)
        return tuple(
            line
            for account in dict.fromkeys(retained.values())
            for line in account.lines
            if line.account_year == account_year and retained.get(line.establishment.siret) is account
        )

    def all_lines(self) -> Iterator[AccountLine]:
        """The lines of every account year that is covered, oldest first."""
        for year in sorted({year for account in self.accounts for year in account.account_years}):
            yield from self.lines(year)

    def accounts_wages_eur(self, account_year: int) -> Fraction | None:
        """Wages of a year by its accounts, all establishments together; None when one of them does not print any."""
        retained = dict.fromkeys(self.accounts_of(account_year).values())
        wages = [account.wages_eur for account in retained if account.year == account_year]
        if not wages or len(wages) < len(retained) or any(amount is None for amount in wages):
            return None
        return sum((amount for amount in wages if amount is not None), ZERO)

    def wages_eur(self) -> dict[int, Fraction]:
        """Wages by account year: the last sheet that prints them, else the accounts of the year."""
        years = sorted({account.year for account in self.accounts if account.year is not None})
        by_accounts = {year: self.accounts_wages_eur(year) for year in years}
        wages = {year: amount for year, amount in by_accounts.items() if amount is not None}
        for sheet in self.sheets:
            wages |= sheet.wages_by_year
        return wages

    def claim_refs(self) -> dict[str, str]:
        """A name for each claim of the accounts, the same for its IT line and its IP line, without any NIR in clear."""
        refs: dict[str, str] = {}
        alike: Counter[str] = Counter()  # two numbers may look the same once masked
        for key in dict.fromkeys(line.claim_key for line in self.all_lines()):
            shown = masked_claim_number(key)
            alike[shown] += 1
            refs[key] = f"{shown} ({alike[shown]})" if alike[shown] > 1 else shown
        return refs


def papers_by_unit(documents: Sequence[Document]) -> tuple[UnitPapers, ...]:
    """The papers of a company sorted by tariff unit; a file given twice counts once."""
    rated = [document for document in documents if isinstance(document, CalculationSheet | EmployerAccount)]
    unique = tuple({paper_identity(document): document for document in rated}.values())
    sections = sections_of(unique)
    shared = {key: one for one in single_rates(unique, sections) for key in one.members}
    units: dict[object, UnitPapers] = {}
    for key in sorted(dict.fromkeys(key for document in unique for key in keys_of(document, sections))):
        single = shared.get(key)
        own = _sheets(unique, {key}, sections)
        if single is None:
            units[key] = _unit(key, {key}, own, unique, sections)
            continue
        units[single.leader, "single rate"] = _single_rate_unit(single, unique, sections)
        separate = [sheet for sheet in own if sheet not in single.sheets]
        if separate:
            units[key] = replace(_unit(key, {key}, separate, unique, sections), is_absorbed=True)
    days = _listed_days_of_creation(documents)
    return tuple(replace(unit, listed_created_on=days.get(unit.establishment.siret)) for unit in units.values())


def _listed_days_of_creation(documents: Iterable[Document]) -> dict[str, date]:
    """The day of creation of each establishment that a rate history prints one for; the last one given stands."""
    lines = (line for document in documents if isinstance(document, RateHistory) for line in document.lines)
    return {line.establishment.siret: line.created_on for line in lines if line.created_on is not None}


def _single_rate_unit(single: SingleRate, documents: Sequence[Document], sections: Mapping[str, str]) -> UnitPapers:
    """One unit for all the establishments; the same sheet may have been downloaded for each of them."""
    said: dict[object, CalculationSheet] = {}
    for sheet in sorted(single.sheets, key=lambda one: key_of(one.establishment, sections) != single.leader):
        same = sheet.rate_year, sheet.notified_on, sheet.notified_percent, str(sorted(sheet.wages_by_year.items()))
        said.setdefault(same, sheet)
    former = [sheet for sheet in _sheets(documents, single.members, sections) if sheet not in single.sheets]
    unit = _unit(single.leader, single.members, list(said.values()), documents, sections)
    return replace(unit, former_sheets=tuple(former))


def _sheets(
    documents: Iterable[Document], keys: Collection[UnitKey], sections: Mapping[str, str]
) -> list[CalculationSheet]:
    return [
        one for one in documents if isinstance(one, CalculationSheet) and key_of(one.establishment, sections) in keys
    ]


def _unit(
    key: UnitKey,
    members: Collection[UnitKey],
    sheets: list[CalculationSheet],
    documents: Iterable[Document],
    sections: Mapping[str, str],
) -> UnitPapers:
    accounts: list[EmployerAccount] = []
    for document in documents:
        if isinstance(document, EmployerAccount) and not keys_of(document, sections).isdisjoint(members):
            kept = tuple(line for line in document.lines if key_of(line.establishment, sections) in members)
            accounts.append(replace(document, lines=kept))
    sheets.sort(key=lambda sheet: (sheet.rate_year, str(sheet.notified_on or "")))
    accounts.sort(key=lambda account: account.account_years)
    sirets = dict.fromkeys((key[0], *sorted(siret for siret, _, _ in members)))
    return UnitPapers(_identity(key, (*accounts, *sheets)), tuple(sheets), tuple(accounts), tuple(sirets))


def _identity(key: UnitKey, documents: Sequence[Document]) -> Establishment:
    found = documents[-1].establishment
    for document in reversed(documents):
        other = document.establishment
        found = found._replace(
            risk_code=found.risk_code or other.risk_code,
            ctn=found.ctn or other.ctn,
            company=found.company or other.company,
            fund=found.fund or other.fund,
        )
    return found._replace(siret=key[0], section=key[1] or None, support_staff=key[2])
