"""The faults put into the papers of the samples are found, and nothing else is."""

from __future__ import annotations

import csv
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

import pytest

from atmp_insure.rate_records.reconciliation import Status, reconcile
from tests.samples.companies import COMPANIES, FAULTLESS_COMPANIES
from tests.samples.expected import due_rate, expected_rates
from tests.samples.expected_findings import ExpectedFinding, expected_findings
from tests.samples.faulty_companies import ALSACE_BUILDER, BUILDER, FAULTY_COMPANIES
from tests.samples.generate import EXPECTED
from tests.samples.show import reading

if TYPE_CHECKING:
    from atmp_insure.rate_records.reconciliation import Reconciliation
    from atmp_insure.regulation.law import Law
    from tests.samples.model import Company


HALF_EURO = Fraction(1, 2)


def checked(company: Company, law: Law) -> Reconciliation:
    read = reading(company)
    assert not read.faults
    return reconcile(read.documents, law)


def committed(company: Company) -> list[ExpectedFinding]:
    """What the committed file says."""
    with (EXPECTED / f"{company.slug}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [ExpectedFinding(row["code"], row["severity"], row["file"], int(row["saving_eur"])) for row in rows]


@pytest.mark.parametrize("company", FAULTY_COMPANIES, ids=lambda company: company.slug)
def test_the_faults_of_a_sample_are_found_with_their_savings_and_nothing_else(company: Company, law: Law) -> None:
    found = [
        ExpectedFinding(one.code, one.severity.value, one.file, floor((one.estimated_saving_eur or 0) + HALF_EURO))
        for one in checked(company, law).findings
    ]
    assert sorted(found, key=str) == sorted(committed(company), key=str)


@pytest.mark.parametrize("company", FAULTLESS_COMPANIES, ids=lambda company: company.slug)
def test_nothing_is_found_in_a_faultless_sample(company: Company, law: Law) -> None:
    assert not expected_findings(company)
    assert not committed(company)
    assert not checked(company, law).findings


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.slug)
def test_every_rate_of_the_samples_is_recomputed_as_the_formulas_give_it(company: Company, law: Law) -> None:
    (unit,) = checked(company, law).units
    assert unit.papers.sirets == (company.single_rate_sirets or (company.siret,))
    for rate, printed in zip(unit.rates, expected_rates(company).values(), strict=True):
        assert rate.sheet.notified_percent == printed.notified
        assert rate.result is not None
        assert rate.result.individual_share == printed.own_share
        assert rate.result.rate_percent == due_rate(company, printed.rate_year, printed.previous)


def test_what_the_tables_lack_is_taken_from_the_sheet_and_told(law: Law) -> None:
    printed, verified = Status.AS_PRINTED, Status.VERIFIED
    for company, statuses in ((BUILDER, [verified, printed, printed]), (ALSACE_BUILDER, [printed] * 3)):
        (unit,) = checked(company, law).units
        assert [rate.status for rate in unit.rates] == statuses
