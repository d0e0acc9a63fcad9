"""The invented companies of the demonstration: nobody here exists, and nothing can be taken for real.

Their SIREN lie below the first number that was ever given, with a right key all the same; claim numbers begin with a
NIR of month 99, department 00: no such place has ever been. The same seed gives the same companies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

from stdnum import luhn

from atmp_insure.regulation.vocabulary import CostCategory

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT = 40
SEED = 20261122
ACCOUNT_YEARS = (2020, 2021, 2022, 2023, 2024)
RATE_YEARS = (2024, 2025, 2026)
_FIRST_NUMBER = 1000  # of the SIREN: 00001000x
_TRADES = (
    ("ATELIERS MÉTALLIQUES", "A", "28.1AD", 150), ("TRANSPORTS", "C", "60.2MG", 110),
    ("SUPERMARCHÉS", "D", "52.1FB", 70), ("ENTREPÔTS", "C", "63.1EE", 90), ("IMPRIMEURS", "C", "22.2CD", 60),
    ("HÔTELS RESTAURANTS", "D", "55.3AC", 40), ("FOURNILS", "D", "15.8CD", 30), ("GYMNASES", "C", "92.6AA", 200),
)  # fmt: skip
# masculine and plural, as all trades above are
_QUALITIES = ("FICTIFS", "IMAGINAIRES", "D'EXEMPLE", "CHIMÉRIQUES", "INVENTÉS")
_TOWNS = ("Exempleville", "Fictonbourg", "Modèle-sur-Rien", "Imaginac", "Saint-Exemple")
_TREES = ("CHÊNE", "HÊTRE", "ORME", "FRÊNE", "ÉRABLE", "BOULEAU", "CHARME", "TILLEUL", "AULNE", "SAULE", "CÈDRE", "IF")
# of a hundred claims; the heavier, the rarer
_WEIGHTS = {
    CostCategory.IT1: 26, CostCategory.IT2: 28, CostCategory.IT3: 20, CostCategory.IT4: 12, CostCategory.IT5: 7,
    CostCategory.IT6: 3, CostCategory.IP1: 3, CostCategory.IP2: 1,
}  # fmt: skip
_DAYS = {"IT1": (0, 3), "IT2": (4, 15), "IT3": (16, 45), "IT4": (46, 90), "IT5": (91, 150), "IT6": (151, 420)}


@dataclass(frozen=True, slots=True)
class DemoClaim:
    """A line of an account; `commuting` marks one that no account should bear.

    Attributes:
        decided_on: the day its decision was notified; in the account year, on the day of the claim, when None.
    """

    number: str
    first_name: str
    occurred_on: date
    days: int
    category: CostCategory
    ip_percent: int = 0
    commuting: bool = False
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """One invented company with one establishment and one section."""

    siren: str
    siret: str
    name: str
    town: str
    ctn: str
    risk_code: str
    headcounts: dict[int, Fraction]
    wages_eur: dict[int, Fraction]
    claims: dict[int, tuple[DemoClaim, ...]]


def companies(seed: int = SEED) -> tuple[DemoCompany, ...]:
    """All of them, the same for the same seed."""
    draw = Random(seed)  # noqa: S311 - invented figures, not secrets
    return tuple(_company(draw, number) for number in range(COUNT))


def _company(draw: Random, number: int) -> DemoCompany:
    trade, ctn, risk_code, size = _TRADES[number % len(_TRADES)]
    siren = _with_key(f"{_FIRST_NUMBER + number:08}")
    headcount = Fraction(round(size * draw.uniform(0.6, 1.8) * 10), 10)
    wage = Fraction(draw.randrange(26_000, 38_000, 50))
    headcounts = {year: headcount + Fraction(draw.randrange(-20, 40), 10) for year in ACCOUNT_YEARS}
    claims = {year: tuple(_claims(draw, siren, year, float(headcounts[year]), number)) for year in ACCOUNT_YEARS}
    return DemoCompany(
        siren=siren, siret=_with_key(f"{siren}0001"), name=f"{trade} {_QUALITIES[number // len(_TRADES)]}",
        town=_TOWNS[number % len(_TOWNS)], ctn=ctn, risk_code=risk_code, headcounts=headcounts,
        wages_eur={year: wage * headcounts[year] for year in ACCOUNT_YEARS}, claims=claims,
    )  # fmt: skip


def _claims(draw: Random, siren: str, year: int, headcount: float, number: int) -> Iterator[DemoClaim]:
    """About four claims a year for a hundred people; in one company of five a commuting accident is charged."""
    count = max(1, round(headcount * draw.uniform(0.02, 0.06)))
    for order in range(count):
        yield _claim(draw, siren, year, order, commuting=False)
    if year == ACCOUNT_YEARS[-2] and number % 5 == 0:
        yield _claim(draw, siren, year, count, commuting=True)


def _claim(draw: Random, siren: str, year: int, order: int, *, commuting: bool) -> DemoClaim:
    occurred_on = date(year, 1, 1) + timedelta(days=draw.randrange(330))
    category = CostCategory.IT4 if commuting else draw.choices([*_WEIGHTS], [*_WEIGHTS.values()])[0]
    days = draw.randint(*_DAYS.get(category.value, (160, 300)))
    person = int(siren[4:]) % 900 + order + year % 10 * 17
    number = f"1{year % 100 + 40:02}9900000{person % 1000:03} {97 - person % 97:02} {occurred_on:%y%m%d} 799"
    percent = {"IP1": 6, "IP2": 12}.get(category.value, 0)
    return DemoClaim(number, _TREES[person % len(_TREES)], occurred_on, days, category, percent, commuting)


def _with_key(digits: str) -> str:
    return digits + luhn.calc_check_digit(digits)
