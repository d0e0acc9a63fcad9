"""The papers of an invented company, as the account prints them; rates are those of the engine on its own claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.demonstration.companies import RATE_YEARS
from atmp_insure.kernel.french import french_euros, french_number, french_percent
from atmp_insure.kernel.money import round_cents
from atmp_insure.rating.price_list import PriceList
from atmp_insure.rating.rate import rate
from atmp_insure.rating.unit import ClaimLine, RateQuestion, TariffUnit, triennium
from atmp_insure.regulation.vocabulary import CostCategory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from atmp_insure.demonstration.companies import DemoClaim, DemoCompany
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.regulation.law import Law

_NOTIFIED_ON = {2024: date(2024, 1, 8), 2025: date(2025, 5, 6), 2026: date(2026, 1, 7)}
_EFFECTIVE_ON = {2024: date(2024, 1, 1), 2025: date(2025, 5, 1), 2026: date(2026, 1, 1)}
_MODES = {"collective": "Taux collectif", "mixed": "Taux mixte", "individual": "Taux individuel"}
_COLUMNS = (
    "Exercice", "SIRET", "Section", "Code risque", "CTN", "N° sinistre", "Nom", "Prénom", "Nature", "Date du sinistre",
    "Date de notification", "Nb jours d'arrêt", "Catégorie IT", "Coût moyen IT", "Date de notification IP",
    "Taux d'IP", "Catégorie IP", "Coût moyen IP", "Valeur du risque",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as a client gives it."""

    name: str
    content: bytes


class Papers:
    """The papers of one company."""

    def __init__(self, company: DemoCompany, law: Law) -> None:
        """Compute its three rates, each capped against the one before."""
        self._company, self._law = company, law
        self._rates: dict[int, YearRate] = {}
        for year in RATE_YEARS:
            self._rates[year] = rate(self._question(year), law)

    def all(self) -> tuple[Paper, ...]:
        """Three calculation sheets and three employer accounts."""
        sheets = (self.sheet(year) for year in RATE_YEARS)
        return (*sheets, *(self.account(year) for year in (2022, 2023, 2024)))

    def _question(self, year: int) -> RateQuestion:
        company, years = self._company, triennium(year)
        lines = tuple(
            ClaimLine(claim.number, account_year, claim.category)
            for account_year in years
            for claim in company.claims[account_year]
        )
        previous = self._rates[year - 1].rate_percent if year - 1 in self._rates else None
        return RateQuestion(
            rate_year=year, unit=TariffUnit(company.ctn, risk_code=company.risk_code),
            headcount=company.headcounts[year - 2], wages_eur={one: company.wages_eur[one] for one in years},
            claims=lines, previous_rate_percent=previous,
        )  # fmt: skip

    def sheet(self, year: int) -> Paper:
        """A calculation sheet."""
        company, found, years = self._company, self._rates[year], triennium(year)
        rows = [
            ["Feuille de calcul du taux de cotisation accidents du travail et maladies professionnelles"],
            *self._head(),
            ["Année de tarification", str(year)],
            ["Date d'effet", f"{_EFFECTIVE_ON[year]:%d/%m/%Y}"],
            ["Date de notification", f"{_NOTIFIED_ON[year]:%d/%m/%Y}"],
            ["Effectif de la section", french_number(company.headcounts[year - 2])],
            ["Effectif de l'entreprise", french_number(company.headcounts[year - 2])],
            ["Mode de tarification", _MODES[found.mode.value]],
            [],
            ["Période triennale", *map(str, years), "Total"],
            ["Salaires", *(french_euros(company.wages_eur[one]) for one in years),
             french_euros(sum((company.wages_eur[one] for one in years), Fraction(0)))],
            *self._counts(years),
            [],
        ]  # fmt: skip
        if year - 1 in self._rates:
            rows.append(["Taux de l'année précédente", french_percent(self._rates[year - 1].rate_percent)])
        rows.append(["Taux notifié", french_percent(found.rate_percent)])
        return _paper(f"feuille_calcul_{year}_{company.siren}.csv", rows)

    def _counts(self, years: tuple[int, ...]) -> Iterator[list[str]]:
        for category in CostCategory:
            counts = [sum(claim.category is category for claim in self._company.claims[year]) for year in years]
            yield [category.value, *map(str, counts), str(sum(counts))]

    def account(self, year: int, more: tuple[DemoClaim, ...] = (), issued_on: date | None = None) -> Paper:
        """An annual employer account, with the claims of a newer version of it."""
        company = self._company
        claims = (*company.claims[year], *more)
        rows = [
            [f"Compte employeur {year}"],
            *self._head(),
            ["Effectif", french_number(company.headcounts[year])],
            ["Salaires", french_euros(company.wages_eur[year])],
            *([["Date d'édition", f"{issued_on:%d/%m/%Y}"]] if issued_on is not None else []),
            [],
            [*_COLUMNS],
            *(self._line(year, claim) for claim in claims),
        ]
        version = "" if issued_on is None else f"_{issued_on:%Y%m%d}"
        return _paper(f"compte_employeur_{year}_{company.siren}{version}.csv", rows)

    def _line(self, year: int, claim: DemoClaim) -> list[str]:
        cost = french_euros(self._cost(year, claim.category))
        is_permanent = claim.category.value.startswith("IP")
        decided = f"{claim.decided_on or claim.occurred_on.replace(year=year):%d/%m/%Y}"
        own = ["", "", decided, f"{claim.ip_percent} %", claim.category.value, cost] if is_permanent else [
            claim.category.value, cost, "", "", "", "",
        ]  # fmt: skip
        company = self._company
        return [
            str(year), company.siret, "01", company.risk_code, company.ctn, claim.number, "EXEMPLE", claim.first_name,
            "TR" if claim.commuting else "AT", f"{claim.occurred_on:%d/%m/%Y}", decided, str(claim.days), *own, cost,
        ]  # fmt: skip

    def _cost(self, year: int, category: CostCategory) -> Fraction:
        """The average cost of a category on the schedule of the first rate that counts the year."""
        unit = TariffUnit(self._company.ctn, risk_code=self._company.risk_code)
        prices = PriceList(self._law, unit, min(max(year + 2, RATE_YEARS[0]), RATE_YEARS[-1]), {})
        return round_cents(Fraction(prices.average_cost(category).value))

    def _head(self) -> list[list[str]]:
        company = self._company
        return [
            ["Caisse", "CARSAT DE DÉMONSTRATION"], ["Raison sociale", company.name], ["SIRET", company.siret],
            ["Section", "01"], ["Code risque", company.risk_code], ["CTN", company.ctn],
        ]  # fmt: skip


def _paper(name: str, rows: list[list[str]]) -> Paper:
    text = "\r\n".join(";".join(row) for row in rows)
    return Paper(name, f"{text}\r\n".encode())
