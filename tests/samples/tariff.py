"""What the invented papers print from the yearly tariffs, typed here a second time: the product's tables are not read.

Sources: arrêtés of 27/12/2023, 29/04/2025 and 30/12/2025 (average costs, surcharges, net collective rates).
"""

from __future__ import annotations

from fractions import Fraction

CATEGORIES = ("IT1", "IT2", "IT3", "IT4", "IT5", "IT6", "IP1", "IP2", "IP3", "IP4")

AVERAGE_COSTS_EUR = {  # by committee (CTN) and rate year, in the order of CATEGORIES
    ("A", 2024): (287, 522, 1758, 4770, 8924, 40783, 2226, 65734, 133102, 676026),
    ("A", 2025): (297, 528, 1805, 4917, 9294, 41132, 2268, 67954, 135675, 673299),
    ("A", 2026): (290, 526, 1779, 4877, 9105, 40378, 2361, 69840, 139532, 673575),
    ("D", 2024): (305, 440, 1414, 3876, 7222, 32497, 2253, 55550, 108472, 460652),
    ("D", 2025): (312, 445, 1440, 3919, 7352, 33001, 2281, 56825, 110046, 477408),
    ("D", 2026): (314, 458, 1482, 4001, 7519, 33685, 2358, 59113, 112996, 475589),
}

SURCHARGES = {  # M1, M2, M3, M4 in percent
    2024: ("0.17", "58", "0.16", "0.03"),
    2025: ("0.18", "56", "0.19", "0.03"),
    2026: ("0.19", "52", "0.17", "0.03"),
}

COLLECTIVE_RATES = {
    ("28.1AD", 2024): "4.80",
    ("28.1AD", 2025): "4.55",
    ("28.1AD", 2026): "4.08",
    ("52.1FB", 2024): "3.53",
    ("52.1FB", 2025): "3.64",
    ("52.1FB", 2026): "3.58",
}

EFFECTIVE_ON = {2024: "2024-01-01", 2025: "2025-05-01", 2026: "2026-01-01"}
NOTIFIED_ON = {2024: "2024-01-08", 2025: "2025-05-06", 2026: "2026-01-07"}


def average_cost(ctn: str, rate_year: int, category: str) -> Fraction:
    return Fraction(AVERAGE_COSTS_EUR[ctn, rate_year][CATEGORIES.index(category)])


def surcharges(rate_year: int) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    m1, m2, m3, m4 = (Fraction(text) for text in SURCHARGES[rate_year])
    return m1, m2, m3, m4
