"""The papers of one tariff unit (a section of an establishment), put together from all those of a company."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from atmp_insure.rate_records.documents import CalculationSheet, EmployerAccount
from atmp_insure.rate_records.masking import masked_claim_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from fractions import Fraction

    from atmp_insure.rate_records.documents import AccountLine, Document, Establishment

UnitKey = tuple[str, str, bool]  # SIRET, section, support staff


@dataclass(frozen=True, slots=True)
class UnitPapers:
    """What the papers say of one tariff unit.

    Attributes:
        establishment: identity of the unit, each part from the last paper that prints it.
        sheets: calculation sheets, oldest rate first.
        accounts: employer accounts that cover the unit, each reduced to its lines of the unit, oldest first.
    """

    establishment: Establishment
    sheets: tuple[CalculationSheet, ...]
    accounts: tuple[EmployerAccount, ...]

    def sheet(self, rate_year: int) -> CalculationSheet | None:
        """The last sheet of a rate year: a rectified one replaces the first."""
        return next((sheet for sheet in reversed(self.sheets) if sheet.rate_year == rate_year), None)

    def account(self, account_year: int) -> EmployerAccount | None:
        """The last account that covers a year."""
        return next((account for account in reversed(self.accounts) if account_year in account.account_years), None)

    def lines(self, account_year: int) -> tuple[AccountLine, ...]:
        """The lines that the account of a year charges to the unit."""
        account = self.account(account_year)
        return () if account is None else tuple(line for line in account.lines if line.account_year == account_year)

    def all_lines(self) -> Iterator[AccountLine]:
        """The lines of every account year that is covered, oldest first."""
        for year in sorted({year for account in self.accounts for year in account.account_years}):
            yield from self.lines(year)

    def wages_eur(self) -> dict[int, Fraction]:
        """Wages by account year: the last sheet that prints them, else the account of the year."""
        wages = {
            account.year: account.wages_eur
            for account in self.accounts
            if account.year is not None and account.wages_eur is not None
        }
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
    unique = tuple({document.sha256 + str(document.places): document for document in rated}.values())
    sections = _sections(unique)
    keys = dict.fromkeys(key for document in unique for key in _keys(document, sections))
    return tuple(_unit(key, unique, sections) for key in sorted(keys))


def _unit(key: UnitKey, documents: Iterable[Document], sections: dict[str, str]) -> UnitPapers:
    sheets: list[CalculationSheet] = []
    accounts: list[EmployerAccount] = []
    for document in documents:
        match document:
            case CalculationSheet() if _key(document.establishment, sections) == key:
                sheets.append(document)
            case EmployerAccount() if key in _keys(document, sections):
                kept = tuple(line for line in document.lines if _key(line.establishment, sections) == key)
                accounts.append(replace(document, lines=kept))
    sheets.sort(key=lambda sheet: (sheet.rate_year, str(sheet.notified_on or "")))
    accounts.sort(key=lambda account: account.account_years)
    return UnitPapers(_identity(key, (*accounts, *sheets)), tuple(sheets), tuple(accounts))


def _sections(documents: Iterable[Document]) -> dict[str, str]:
    """The one section of each establishment that has a single one: papers that leave it out mean that one."""
    named: dict[str, set[str]] = {}
    for document in documents:
        lines = document.lines if isinstance(document, EmployerAccount) else ()
        for place in (document.establishment, *(line.establishment for line in lines)):
            named.setdefault(place.siret, set()).update({place.section} if place.section else set())
    return {siret: next(iter(found)) for siret, found in named.items() if len(found) == 1}


def _key(establishment: Establishment, sections: dict[str, str]) -> UnitKey:
    section = establishment.section or sections.get(establishment.siret, "")
    return establishment.siret, section, establishment.support_staff


def _keys(document: Document, sections: dict[str, str]) -> set[UnitKey]:
    """The units a paper is about: an account may hold several, and names its own only when it has no line."""
    if isinstance(document, EmployerAccount) and document.lines:
        return {_key(line.establishment, sections) for line in document.lines}
    return {_key(document.establishment, sections)}


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
