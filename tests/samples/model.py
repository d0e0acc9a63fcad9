"""What an invented company is made of: who it is, its wages and headcounts, what is charged to its accounts.

- SIREN 000 000 0xx lie below the first number that was ever given (000 325 175), with a right key all the same.
- Claim numbers begin with a NIR of month 99, department 00 and commune 000: no such place has ever been.
- Names say that they are examples.

A fault is something that the fund of the example did: it is in the papers, and in the rates that they notify.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

RATE_YEARS = (2024, 2025, 2026)
ACCOUNT_YEARS = (2022, 2023, 2024)
NEVER_CHARGED = {"TR": "commuting_accident_charged", "MP CS": "special_account_charged"}  # and its finding
PAPERS = (*(f"feuille_calcul_{year}" for year in RATE_YEARS), *(f"compte_employeur_{year}" for year in ACCOUNT_YEARS))


@dataclass(frozen=True)
class Charge:
    """A line of an account. `it` and `ip` are the categories charged to that account year.

    Natures: `AT`, `MP`, `TR` (commuting), `MP CS` (a disease of the special account). `site` is the SIRET of the
    establishment, when it is not the seat.

    Faults: `charged_whole` keeps the whole cost although a share of it is printed; `lawful_share` is the part of a
    temporary worker's claim that was due when `user_share` is another; a commuting accident or a disease of the special
    account with a category.
    """

    account_year: int
    claim: int  # order number inside the company; the same claim may be charged in two accounts
    name: str
    nature: str
    occurred_on: date
    days: int
    it: str = ""
    ip: str = ""
    ip_percent: int = 0
    ip_notified_on: date | None = None
    third_party_percent: int = 0
    user_share: Fraction | None = None  # part charged to the company that uses a temporary worker
    charged_whole: bool = False
    lawful_share: Fraction | None = None
    site: str | None = None

    def value_eur(self, costs: dict[str, Fraction]) -> Fraction:
        """What the account charges, on a schedule of average costs."""
        return self._cost(costs) * (1 if self.charged_whole else self._kept(self.user_share))

    def counted_eur(self, costs: dict[str, Fraction]) -> Fraction:
        """What this line alone should charge: its costs by the lawful shares, nothing for what no account bears."""
        if self.nature in NEVER_CHARGED:
            return Fraction(0)
        return self._cost(costs) * self._kept(self.user_share if self.lawful_share is None else self.lawful_share)

    def _cost(self, costs: dict[str, Fraction]) -> Fraction:
        return sum((costs[category] for category in (self.it, self.ip) if category), Fraction(0))

    def _kept(self, user_share: Fraction | None) -> Fraction:
        share = Fraction(1) if user_share is None else user_share
        return share * (1 - Fraction(self.third_party_percent, 100))

    def claim_number(self, company: Company) -> str:
        nir = f"1{self.occurred_on.year % 100 + 50:02}9900000{self.claim:03}"
        return f"{nir} {97 - self.claim:02} {self.occurred_on:%y%m%d} {company.claim_suffix}"


def alternating(first: str, second: str) -> dict[str, str]:
    """A format for each paper, one in turn with the other."""
    return {paper: (first, second)[at % 2] for at, paper in enumerate(PAPERS)}


@dataclass(frozen=True)
class Company:
    """A company, one tariff unit: an establishment, or those that share a single rate, the seat first.

    Faults: `uncapped`, the rates whose cap the fund forgot; `printed_collective` and `printed_previous`, wrong values
    of a sheet by rate year.
    """

    slug: str
    title: str
    name: str
    siret: str
    section: str
    ctn: str
    risk_code: str
    risk_label: str
    fund: str
    claim_suffix: str
    mode: str
    headcounts: dict[int, str]
    wages_eur: dict[int, int]
    rate_2023: str
    counts_before_accounts: dict[int, dict[str, int]]
    charges: tuple[Charge, ...]
    formats: dict[str, str] = field(default_factory=lambda: alternating("csv", "xlsx"))  # by file name, no extension
    delimited: tuple[str, str] = ("cp1252", ";")  # encoding and separator of its delimited texts
    uncapped: frozenset[int] = frozenset()
    printed_collective: dict[int, str] = field(default_factory=dict)
    printed_previous: dict[int, str] = field(default_factory=dict)
    single_rate_sirets: tuple[str, ...] = ()

    @property
    def is_in_alsace_moselle(self) -> bool:
        return "ALSACE-MOSELLE" in self.fund

    def file(self, paper: str) -> str:
        """Name of the file that holds one of `PAPERS`."""
        return f"{paper}.{self.formats[paper]}"

    def charges_of(self, account_year: int) -> list[Charge]:
        return [charge for charge in self.charges if charge.account_year == account_year]
