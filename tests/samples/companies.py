"""The invented companies whose papers are the samples. Nobody here exists, and nothing can be taken for real."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.samples.faulty_companies import FAULTY_COMPANIES
from tests.samples.model import ACCOUNT_YEARS, RATE_YEARS, Charge, Company, alternating

__all__ = ["ACCOUNT_YEARS", "COMPANIES", "FAULTLESS_COMPANIES", "METALWORKS", "RATE_YEARS", "SHOP", "Charge", "Company"]

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
    formats=alternating("xlsx", "csv"),
    delimited=("utf-8-sig", ";"),
)

FAULTLESS_COMPANIES = (METALWORKS, SHOP)
COMPANIES = (*FAULTLESS_COMPANIES, *FAULTY_COMPANIES)
