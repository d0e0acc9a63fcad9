"""The invented companies whose papers are the samples. Nobody here exists, and nothing can be taken for real.

- SIREN 000 000 0xx lie below the first number that was ever given (000 325 175), with a right key all the same.
- Claim numbers begin with a NIR of month 99, department 00 and commune 000: no such place has ever been.
- Names say that they are examples.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction


@dataclass(frozen=True)
class Charge:
    """A line of an account. `it` and `ip` are the categories charged to that account year."""

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

    def value_eur(self, costs: dict[str, Fraction]) -> Fraction:
        """Costs of its categories, less what a third party pays, on a schedule of average costs."""
        charged = sum((costs[category] for category in (self.it, self.ip) if category), Fraction(0))
        share = Fraction(1) if self.user_share is None else self.user_share
        return charged * share * (1 - Fraction(self.third_party_percent, 100))

    def claim_number(self, company: Company) -> str:
        nir = f"1{self.occurred_on.year % 100 + 50:02}9900000{self.claim:03}"
        return f"{nir} {97 - self.claim:02} {self.occurred_on:%y%m%d} {company.claim_suffix}"


@dataclass(frozen=True)
class Company:
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
    formats: dict[str, str] = field(default_factory=dict)  # by file name without extension: "csv" or "xlsx"
    delimited: tuple[str, str] = ("cp1252", ";")  # encoding and separator of its delimited texts

    def charges_of(self, account_year: int) -> list[Charge]:
        return [charge for charge in self.charges if charge.account_year == account_year]


METALWORKS = Company(
    slug="metalworks",
    title="Construction métallique au taux individuel",
    name="ATELIERS FICTIFS DE L'EXEMPLE",
    siret="00000001800010",
    section="01",
    ctn="A",
    risk_code="28.1AD",
    risk_label="Construction métallique, fabrication de charpentes",
    fund="CARSAT DE DÉMONSTRATION",
    claim_suffix="700",
    mode="individuel",
    headcounts={2022: "172.40", 2023: "175.85", 2024: "178.10"},
    wages_eur={2020: 5_214_000, 2021: 5_388_500, 2022: 5_642_300, 2023: 5_871_900, 2024: 6_034_750},
    rate_2023="2.60",
    counts_before_accounts={
        2020: {"IT1": 3, "IT2": 4, "IT3": 3, "IT4": 2, "IT5": 1, "IP1": 2, "IP2": 1},
        2021: {"IT1": 2, "IT2": 3, "IT3": 2, "IT4": 1, "IT6": 1, "IP1": 1},
    },
    charges=(
        Charge(2022, 1, "EXEMPLE-UN", "AT", date(2022, 3, 14), 412, it="IT6"),
        Charge(2022, 2, "EXEMPLE-DEUX", "AT", date(2022, 5, 3), 21, it="IT3"),
        Charge(2022, 3, "EXEMPLE-TROIS", "AT", date(2022, 6, 21), 118, it="IT5", third_party_percent=50),
        Charge(2022, 4, "EXEMPLE-QUATRE", "TR", date(2022, 9, 8), 12),
        Charge(
            2022, 5, "EXEMPLE-CINQ", "MP", date(2022, 2, 17), 74, "IT4", "IP1", 6, ip_notified_on=date(2022, 11, 25)
        ),
        Charge(2022, 6, "EXEMPLE-SIX", "AT", date(2022, 10, 11), 2, it="IT1"),
        Charge(
            2023,
            1,
            "EXEMPLE-UN",
            "AT",
            date(2022, 3, 14),
            412,
            ip="IP4",
            ip_percent=45,
            ip_notified_on=date(2023, 9, 19),
        ),
        Charge(2023, 7, "EXEMPLE-SEPT", "AT", date(2023, 1, 26), 9, it="IT2"),
        Charge(2023, 8, "EXEMPLE-HUIT", "AT", date(2023, 4, 12), 33, it="IT3"),
        Charge(2023, 9, "EXEMPLE-NEUF", "AT", date(2023, 11, 6), 0, it="IT1"),
        Charge(2024, 10, "EXEMPLE-DIX", "AT", date(2024, 2, 5), 103, it="IT5"),
        Charge(2024, 11, "EXEMPLE-ONZE", "TR", date(2024, 4, 23), 30),
        Charge(
            2024, 12, "EXEMPLE-DOUZE", "MP", date(2024, 3, 11), 58, "IT4", "IP1", 8, ip_notified_on=date(2024, 12, 2)
        ),
        Charge(2024, 13, "EXEMPLE-TREIZE", "AT", date(2024, 7, 16), 14, it="IT2"),
    ),
    formats={
        "feuille_calcul_2024": "csv",
        "feuille_calcul_2025": "xlsx",
        "feuille_calcul_2026": "csv",
        "compte_employeur_2022": "xlsx",
        "compte_employeur_2023": "csv",
        "compte_employeur_2024": "xlsx",
    },
)

SHOP = Company(
    slug="shop",
    title="Supermarché au taux mixte",
    name="ÉPICERIE IMAGINAIRE DU MODÈLE",
    siret="00000002600013",
    section="01",
    ctn="D",
    risk_code="52.1FB",
    risk_label="Grande et moyenne distribution et Drive",
    fund="CARSAT DE DÉMONSTRATION",
    claim_suffix="701",
    mode="mixte",
    headcounts={2022: "68.20", 2023: "71.50", 2024: "74.75"},
    wages_eur={2020: 1_618_400, 2021: 1_672_900, 2022: 1_741_250, 2023: 1_836_700, 2024: 1_902_300},
    rate_2023="2.74",
    counts_before_accounts={
        2020: {"IT1": 2, "IT2": 3, "IT3": 2, "IT4": 1, "IP1": 1},
        2021: {"IT1": 1, "IT2": 2, "IT3": 3, "IT5": 1},
    },
    charges=(
        Charge(2022, 1, "EXEMPLE-ALPHA", "AT", date(2022, 1, 20), 11, it="IT2"),
        Charge(2022, 2, "EXEMPLE-BÊTA", "AT", date(2022, 4, 7), 52, it="IT4"),
        Charge(
            2022, 3, "EXEMPLE-GAMMA", "MP", date(2022, 6, 30), 96, "IT5", "IP1", 5, ip_notified_on=date(2022, 12, 15)
        ),
        Charge(2023, 4, "EXEMPLE-DELTA", "AT", date(2023, 2, 28), 236, it="IT6"),
        Charge(
            2023,
            5,
            "EXEMPLE-EPSILON",
            "AT",
            date(2022, 8, 22),
            140,
            ip="IP2",
            ip_percent=12,
            ip_notified_on=date(2023, 10, 4),
            user_share=Fraction(1, 3),
        ),
        Charge(2023, 6, "EXEMPLE-ZÊTA", "AT", date(2023, 9, 13), 6, it="IT2"),
        Charge(2023, 7, "EXEMPLE-ÊTA", "TR", date(2023, 12, 1), 18),
        Charge(2024, 8, "EXEMPLE-THÊTA", "AT", date(2024, 3, 19), 25, it="IT3"),
        Charge(2024, 9, "EXEMPLE-IOTA", "AT", date(2024, 10, 8), 3, it="IT1"),
    ),
    formats={
        "feuille_calcul_2024": "xlsx",
        "feuille_calcul_2025": "csv",
        "feuille_calcul_2026": "xlsx",
        "compte_employeur_2022": "csv",
        "compte_employeur_2023": "xlsx",
        "compte_employeur_2024": "csv",
    },
    delimited=("utf-8-sig", ";"),
)

COMPANIES = (METALWORKS, SHOP)
RATE_YEARS = (2024, 2025, 2026)
ACCOUNT_YEARS = (2022, 2023, 2024)
