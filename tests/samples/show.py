"""Checks the papers of the invented companies and prints the reports (`make run`): `python -m tests.samples.show`.

The two faultless companies and one with faults in full, one line for each of the others.
"""

from __future__ import annotations

import sys
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import french_euros, french_percent
from atmp_insure.rate_records.overcontribution import overcontributions
from atmp_insure.rate_records.rate_path import WIDTH
from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.reconciliation import reconcile
from atmp_insure.rate_records.report import check_report
from atmp_insure.regulation.loader import installed_law
from tests.samples.companies import COMPANIES, METALWORKS, SHOP, Company
from tests.samples.faulty_companies import BUILDER
from tests.samples.generate import HERE

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.rate_records.readers import Reading

READ_ON = date(2026, 1, 31)  # fixed: the report is the same every day
IN_FULL = (METALWORKS, SHOP, BUILDER)
LEFT_OUT = {"notified_rate_differs", "risk_value_differs", "total_differs", "single_rate_possible"}


def reading(company: Company) -> Reading:
    """The committed papers of a company, read."""
    files = sorted((HERE / company.slug).iterdir())
    return read_files([(path.name, path.read_bytes()) for path in files], READ_ON)


def report(company: Company) -> str:
    """The report of one company, as `atmp records check` prints it."""
    law = installed_law(None).law
    read = reading(company)
    reconciliation = reconcile(read.documents, law)
    return check_report(reconciliation, overcontributions(reconciliation, law), read.faults)


def summary(company: Company) -> str:
    """One line: title, notified rates, number of findings, what they are worth."""
    reconciliation = reconcile(reading(company).documents, installed_law(None).law)
    rates = " | ".join(
        " → ".join(french_percent(rate.sheet.notified_percent) for rate in unit.rates) for unit in reconciliation.units
    )
    found = reconciliation.findings
    return f"{company.title} : {rates} ; {len(found)} constats, {french_euros(total_saving(found), 0)}"


def total_saving(findings: tuple[Finding, ...]) -> Fraction:
    """What findings are worth together, less those that only follow from another one and the option of a single rate.

    An approximation all the same: the yearly limits do not let savings simply add up.
    """
    causes = (finding for finding in findings if finding.code not in LEFT_OUT)
    return sum((finding.estimated_saving_eur or Fraction(0) for finding in causes), Fraction(0))


def main() -> None:
    """Print every report, under a short title."""
    for number, company in enumerate(IN_FULL, start=1):
        print(f"\n{f' {number}. {company.title} ':═^{WIDTH}}\n")
        print(report(company))
    print(f"\n{' Les autres entreprises : taux 2024 → 2025 → 2026, constats, économie estimée ':═^{WIDTH}}\n")
    for number, company in enumerate((one for one in COMPANIES if one not in IN_FULL), start=len(IN_FULL) + 1):
        print(f"{number}. {summary(company)}")
    print(f"\n{'':═<{WIDTH}}\n")
    print("Les mêmes contrôles sur vos documents : .venv/bin/atmp records check FICHIER... (--json : document JSON)")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a terminal set to another encoding still draws
    main()
