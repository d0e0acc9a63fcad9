"""Checks the papers of the invented companies and prints the reports (`make run`): `python -m tests.samples.show`."""

from __future__ import annotations

import sys
from datetime import date

from atmp_insure.rate_records.overcontribution import overcontributions
from atmp_insure.rate_records.rate_path import WIDTH
from atmp_insure.rate_records.readers import read_files
from atmp_insure.rate_records.reconciliation import reconcile
from atmp_insure.rate_records.report import check_report
from atmp_insure.regulation.loader import installed_law
from tests.samples.companies import COMPANIES, Company
from tests.samples.generate import HERE

READ_ON = date(2026, 1, 31)  # fixed: the report is the same every day


def report(company: Company) -> str:
    """The report of one company, as `atmp records check` prints it."""
    files = [(path.name, path.read_bytes()) for path in sorted((HERE / company.slug).iterdir())]
    law = installed_law(None).law
    reading = read_files(files, READ_ON)
    reconciliation = reconcile(reading.documents, law)
    return check_report(reconciliation, overcontributions(reconciliation, law), reading.faults)


def main() -> None:
    """Print every report, under a short title."""
    for number, company in enumerate(COMPANIES, start=1):
        print(f"\n{f' {number}. {company.title} ':═^{WIDTH}}\n")
        print(report(company))
    print(f"\n{'':═<{WIDTH}}\n")
    print("Les mêmes contrôles sur vos documents : .venv/bin/atmp records check FICHIER... (--json : document JSON)")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a terminal set to another encoding still draws
    main()
