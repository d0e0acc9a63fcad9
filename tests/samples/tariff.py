"""What the invented papers print from the yearly tariffs, typed here a second time: the product's tables are not read.

Sources: arrêtés of 27/12/2023, 29/04/2025 and 30/12/2025 (average costs, surcharges, net collective rates).
"""

from __future__ import annotations

from fractions import Fraction

CATEGORIES = ("IT1", "IT2", "IT3", "IT4", "IT5", "IT6", "IP1", "IP2", "IP3", "IP4")

AVERAGE_COSTS_EUR = {  # by committee (CTN), "B" outside and "B67" in Alsace-Moselle, and rate year; order of CATEGORIES
    ("A", 2024): (287, 522, 1758, 4770, 8924, 40783, 2226, 65734, 133102, 676026),
    ("A", 2025): (297, 528, 1805, 4917, 9294, 41132, 2268, 67954, 135675, 673299),
    ("A", 2026): (290, 526, 1779, 4877, 9105, 40378, 2361, 69840, 139532, 673575),
    ("B", 2024): (288, 488, 1597, 4367, 8210, 38740, 2317, 169866, 169866, 169866),
    ("B", 2025): (318, 501, 1700, 4469, 8655, 40330, 2341, 167690, 167690, 167690),
    ("B", 2026): (330, 506, 1677, 4432, 8591, 40973, 2431, 170000, 170000, 170000),
    ("B67", 2024): (288, 488, 1597, 4367, 8210, 38740, 2317, 63037, 119707, 541156),
    ("B67", 2025): (318, 501, 1700, 4469, 8655, 40330, 2341, 64763, 123254, 544786),
    ("B67", 2026): (330, 506, 1677, 4432, 8591, 40973, 2431, 66946, 129246, 562950),
    ("C", 2024): (225, 540, 1714, 4525, 8555, 35963, 2248, 64153, 123543, 549962),
    ("C", 2025): (238, 553, 1773, 4664, 8786, 36606, 2282, 65871, 127944, 564554),
    ("C", 2026): (238, 560, 1804, 4703, 8937, 37636, 2355, 68447, 133610, 588090),
    ("D", 2024): (305, 440, 1414, 3876, 7222, 32497, 2253, 55550, 108472, 460652),
    ("D", 2025): (312, 445, 1440, 3919, 7352, 33001, 2281, 56825, 110046, 477408),
    ("D", 2026): (314, 458, 1482, 4001, 7519, 33685, 2358, 59113, 112996, 475589),
}

INVENTED_COSTS = {  # round figures for cells that could not be read anywhere: the sheet's own value must stand in
    ("B", 2025): ("IT3",),
    ("B67", 2025): ("IT3",),
    ("B", 2026): ("IP2", "IP3", "IP4"),
}

SURCHARGES = {  # M1, M2, M3, M4 in percent
    2024: ("0.17", "58", "0.16", "0.03"),
    2025: ("0.18", "56", "0.19", "0.03"),
    2026: ("0.19", "52", "0.17", "0.03"),
}

COLLECTIVE_RATES = {
    ("15.8CD", 2024): "2.11",
    ("15.8CD", 2025): "2.11",
    ("15.8CD", 2026): "2.12",
    ("28.1AD", 2024): "4.80",
    ("28.1AD", 2025): "4.55",
    ("28.1AD", 2026): "4.08",
    ("45.4CE", 2024): "6.28",
    ("45.4CE", 2025): "5.72",
    ("45.4CE", 2026): "5.49",
    ("52.1FB", 2024): "3.53",
    ("52.1FB", 2025): "3.64",
    ("52.1FB", 2026): "3.58",
    ("60.2MG", 2024): "5.22",
    ("60.2MG", 2025): "5.36",
    ("60.2MG", 2026): "5.40",
    ("63.1EE", 2024): "3.23",
    ("63.1EE", 2025): "3.26",
    ("63.1EE", 2026): "3.27",
}
INVENTED_ALSACE_RATES = {2024: "5.00", 2025: "5.10", 2026: "5.20"}  # annexe 3 of the arrêtés could not be read

EFFECTIVE_ON = {2024: "2024-01-01", 2025: "2025-05-01", 2026: "2026-01-01"}
NOTIFIED_ON = {2024: "2024-01-08", 2025: "2025-05-06", 2026: "2026-01-07"}
MONTHS_IN_FORCE = {2024: 16, 2025: 8}  # the rates of 2024 ran until 30 April 2025; twelve months otherwise
LAST_YEAR = 2026


def average_cost(schedule: str, rate_year: int, category: str) -> Fraction:
    """Average cost; years after the last schedule keep it."""
    costs = AVERAGE_COSTS_EUR[schedule, min(rate_year, LAST_YEAR)]
    return Fraction(costs[CATEGORIES.index(category)])


def surcharges(rate_year: int) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    m1, m2, m3, m4 = (Fraction(text) for text in SURCHARGES[min(rate_year, LAST_YEAR)])
    return m1, m2, m3, m4


def collective_rate(risk_code: str, rate_year: int, *, in_alsace_moselle: bool) -> Fraction:
    """Net collective rate; years after the last table keep it."""
    year = min(rate_year, LAST_YEAR)
    return Fraction(INVENTED_ALSACE_RATES[year] if in_alsace_moselle else COLLECTIVE_RATES[risk_code, year])
