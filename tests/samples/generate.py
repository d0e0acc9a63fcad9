"""Writes the papers of the invented companies: `python -m tests.samples.generate`. The files are committed.

Deterministic to the byte, so that a test can write them again and compare.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from tests.samples import layout, pdf, tariff
from tests.samples.companies import COMPANIES
from tests.samples.expected import ExpectedRate, expected_rates, risk_value, schedule
from tests.samples.expected_findings import expected_findings
from tests.samples.model import ACCOUNT_YEARS, Charge, Company

if TYPE_CHECKING:
    from tests.samples.layout import Cell

HERE = Path(__file__).parent
EXPECTED = HERE / "expected"  # apart from the papers, which `atmp records check tests/samples/builder/*` takes all
DAYS_TO_DECISION = timedelta(days=25)

ACCOUNT_LABELS: list[Cell] = [
    "Exercice", "SIRET", "Section", "Code risque", "CTN", "N° sinistre", "Nom", "Prénom", "Nature", "Date du sinistre",
    "Date de notification", "Nb jours d'arrêt", "Catégorie IT", "Coût moyen IT", "Date de notification IP", "Taux d'IP",
    "Catégorie IP", "Coût moyen IP", "% RCT", "% ETT", "% EUT", "Valeur du risque",
]  # fmt: skip


def papers(company: Company) -> dict[str, bytes]:
    """The six files of a company, by name."""
    rows = {f"feuille_calcul_{year}": sheet_rows(company, rate) for year, rate in expected_rates(company).items()}
    rows |= {f"compte_employeur_{year}": account_rows(company, year) for year in ACCOUNT_YEARS}
    return dict(written(company, stem, paper) for stem, paper in rows.items())


def written(company: Company, stem: str, rows: list[list[Cell]]) -> tuple[str, bytes]:
    """A paper in the format that its company has for it."""
    if company.formats[stem] == "xlsx":
        return company.file(stem), layout.workbook(rows, stem.replace("_", " ").capitalize())
    if company.formats[stem] == "pdf":
        return company.file(stem), pdf.document(layout.texts(rows))
    return company.file(stem), layout.delimited(rows, *company.delimited)


def sheet_rows(company: Company, rate: ExpectedRate) -> list[list[Cell]]:
    """A calculation sheet: who, the block of the three years, the steps, the rate."""
    year = rate.rate_year
    headcount = company.headcounts[year - 2]
    single_rate: list[list[Cell]] = [["Taux unique", "oui"]] if company.single_rate_sirets else []
    return [
        ["Feuille de calcul du taux de cotisation accidents du travail et maladies professionnelles"],
        *_heading(company),
        ["Année de tarification", year],
        ["Date d'effet", date.fromisoformat(tariff.EFFECTIVE_ON[year])],
        ["Date de notification", date.fromisoformat(tariff.NOTIFIED_ON[year])],
        ["Effectif de la section", headcount.replace(".", ",")],
        ["Effectif de l'entreprise", headcount.replace(".", ",")],
        ["Mode de tarification", f"Taux {company.mode}"],
        *single_rate,
        [],
        *_block(company, rate),
        [],
        *_steps(company, rate),
    ]


def _heading(company: Company) -> list[list[Cell]]:
    return [
        ["Caisse", company.fund],
        ["Raison sociale", company.name],
        ["SIRET", company.siret],
        ["Section", company.section],
        ["Code risque", company.risk_code],
        ["Nature du risque", company.risk_label],
        ["CTN", company.ctn],
    ]


def _block(company: Company, rate: ExpectedRate) -> list[list[Cell]]:
    counts: dict[str, dict[int, int]] = {
        name: {year: _count(company, year, name) for year in rate.account_years} for name in tariff.CATEGORIES
    }
    rows: list[list[Cell]] = [
        ["Période triennale", *rate.account_years, "Total", "Coût moyen"],
        ["Salaires", *rate.wages_eur.values(), sum(rate.wages_eur.values(), Fraction(0))],
        ["Valeur du risque", *rate.risk_value_eur.values(), sum(rate.risk_value_eur.values(), Fraction(0))],
    ]
    for name, cost in schedule(company, rate.rate_year).items():
        rows.append([name, *counts[name].values(), sum(counts[name].values()), cost])
    return rows


def _count(company: Company, account_year: int, name: str) -> int:
    counted = company.counts_before_accounts.get(account_year)
    if counted is not None:
        return counted.get(name, 0)
    return sum(name in (charge.it, charge.ip) for charge in company.charges_of(account_year))


def _steps(company: Company, rate: ExpectedRate) -> list[list[Cell]]:
    printed_previous = company.printed_previous.get(rate.rate_year)
    previous = rate.previous if printed_previous is None else Fraction(printed_previous)
    rows: list[list[Cell]] = [
        *([] if company.mode == "collectif" else _individual_steps(company, rate)),
        ["Taux net collectif", (rate.collective, 2)],
        ["Taux net calculé", (rate.calculated, 4)],
        ["Taux de l'année précédente", (previous, 2)],
    ]
    if company.mode != "collectif":
        rows += [["Limite basse", (rate.limit_low, 4)], ["Limite haute", (rate.limit_high, 4)]]
    return [*rows, ["Taux notifié", (rate.notified, 2)]]


def _individual_steps(company: Company, rate: ExpectedRate) -> list[list[Cell]]:
    m1, m2, m3, m4 = tariff.surcharges(rate.rate_year)
    rows: list[list[Cell]] = [
        ["Taux brut", (rate.gross, 4)],
        ["M1 trajet", (m1, 2)],
        ["M2 charges", (m2, 0)],
        ["M3 compensation", (m3, 2)],
        ["M4 pénibilité", (m4, 2)],
        ["Taux net individuel", (rate.individual, 4)],
    ]
    if company.mode == "mixte":
        rows += [
            ["Fraction du taux net individuel", (rate.own_share * 100, 4)],
            ["Fraction du taux collectif", ((1 - rate.own_share) * 100, 4)],
        ]
    return rows


def account_rows(company: Company, account_year: int) -> list[list[Cell]]:
    """An annual account as it comes out in the autumn of the year after, on the schedule of the first rate it feeds."""
    rate_year = account_year + 2
    costs = schedule(company, rate_year)
    lines = [account_line(company, charge, costs) for charge in company.charges_of(account_year)]
    total: list[Cell] = ["Total", *[""] * (len(ACCOUNT_LABELS) - 2), risk_value(company, account_year, rate_year)]
    return [
        [f"Compte employeur {account_year}"],
        *_heading(company),
        ["Effectif", company.headcounts[account_year].replace(".", ",")],
        ["Salaires", Fraction(company.wages_eur[account_year])],
        [],
        ACCOUNT_LABELS,
        *lines,
        total,
    ]


def account_line(company: Company, charge: Charge, costs: dict[str, Fraction]) -> list[Cell]:
    """One line, in the order of ACCOUNT_LABELS."""
    last_name, _, number = charge.name.partition("-")
    user_percent: Cell = "" if charge.user_share is None else (charge.user_share * 100, 2)
    return [
        charge.account_year,
        charge.site or company.siret,
        company.section,
        company.risk_code.replace(".", ""),
        company.ctn * 2,
        charge.claim_number(company),
        last_name,
        number,
        charge.nature,
        charge.occurred_on,
        charge.occurred_on + DAYS_TO_DECISION,
        charge.days,
        charge.it,
        costs[charge.it] if charge.it else "",
        charge.ip_notified_on or "",
        (Fraction(charge.ip_percent), 0) if charge.ip else "",
        charge.ip,
        costs[charge.ip] if charge.ip else "",
        (Fraction(charge.third_party_percent), 0),
        "",
        user_percent,
        charge.value_eur(costs),
    ]


def expected_file(company: Company) -> bytes:
    """What must be found in the papers of a company, as delimited text; a header alone for a faultless one."""
    rows = ["code,severity,file,saving_eur"]
    rows += [",".join(str(cell) for cell in finding) for finding in expected_findings(company)]
    return ("\n".join(rows) + "\n").encode()


def main() -> None:
    """Write the papers of every company beside this script, and what must be found in them."""
    EXPECTED.mkdir(exist_ok=True)
    for company in COMPANIES:
        folder = HERE / company.slug
        folder.mkdir(exist_ok=True)
        (EXPECTED / f"{company.slug}.csv").write_bytes(expected_file(company))
        for name, content in papers(company).items():
            (folder / name).write_bytes(content)
            print(f"{company.slug}/{name}")


if __name__ == "__main__":
    main()
