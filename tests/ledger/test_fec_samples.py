"""The samples of two public checkers: what each must yield is in `EXPECTED.tsv` beside them.

They lie outside the repository and are not copied into it.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from atmp_insure.ledger.fec_check import check_fec
from atmp_insure.ledger.fec_findings import FecFinding, FecReport, Severity
from tests import needed

SAMPLES = Path(__file__).parents[2].parent / "shared" / "reference" / "fec"


def sample(name: str) -> FecReport:
    """The report on a sample, under the name it has there; each bears a prefix that tells where it comes from."""
    if not SAMPLES.exists():
        needed.lacking(needed.FEC_SAMPLES)
    return check_fec([(SAMPLES / name).read_bytes()], name)


def told(report: FecReport, *grave: Severity) -> list[FecFinding]:
    return [one for one in report.findings if one.rule.severity in (grave or (Severity.ERROR, Severity.WARNING))]


def test_the_sample_that_conforms() -> None:
    report = sample("rez-conforme.txt")
    assert told(report) == []
    assert report.debit_eur == report.credit_eur == Decimal("4800.00")
    assert (report.encoding, report.separator, report.lines, report.entries) == ("ASCII", "tabulation", 8, 3)


def test_the_sample_of_two_entries_that_make_up_for_each_other() -> None:
    report = sample("rez-B01-ecriture-desequilibree.txt")
    first, second = told(report)
    assert {first.rule.value, second.rule.value} == {"entry_unbalanced"}
    assert "Écriture AC0001 du journal AC" in first.message_fr
    assert "Écriture VE0001 du journal VE" in second.message_fr
    assert [part for part in amounts(first) if part != "200,00"] == ["1\u202f200,00", "1\u202f000,00"]
    assert [part for part in amounts(second) if part != "−200,00"] == ["2\u202f400,00", "2\u202f600,00"]
    assert report.debit_eur == report.credit_eur == Decimal("4800.00")


def amounts(finding: FecFinding) -> list[str]:
    return [part.rsplit(" ", 1)[-1] for part in finding.message_fr.split("\u00a0€")[:-1]]


def test_the_sample_of_a_number_that_goes_back_in_time() -> None:
    (finding,) = told(sample("rez-C07-chronologie-cassee.txt"))
    assert finding.rule.value == "chronology"
    assert "AC0002 du journal AC du 10/02/2024" in finding.message_fr
    assert "après AC0001 du 15/03/2024" in finding.message_fr


def test_the_sample_of_a_cut_line() -> None:
    (finding,) = told(sample("rez-A05-ligne-tronquee.txt"))
    assert (finding.rule.value, finding.line) == ("field_count", 3)
    assert "17 champs au lieu de 18" in finding.message_fr


def test_the_sample_with_one_fault_of_each_kind() -> None:
    report = sample("adh-987654321FEC20251231.txt")
    assert (report.count(Severity.ERROR), report.count(Severity.WARNING)) == (12, 4)
    assert (report.debit_eur, report.credit_eur, report.unread_lines) == (Decimal("3450.00"), Decimal("3540.00"), 1)
    assert (report.siren, report.encoding, report.lines, report.entries) == ("987654321", "UTF-8", 15, 7)
    assert [(one.rule.value, one.line) for one in told(report, Severity.ERROR)] == [
        ("file_unbalanced", None), ("siren", None), ("entry_unbalanced", 2), ("amount", 5), ("auxiliary", 7),
        ("entry_dates", 9), ("date", 10), ("date", 11), ("mandatory", 12), ("both_amounts", 14), ("outside_year", 15),
        ("outside_year", 16),
    ]  # fmt: skip
    assert [(one.rule.value, one.line) for one in told(report, Severity.WARNING)] == [
        ("lettering", 9), ("currency", 12), ("validated_before", 15), ("validated_before", 16),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "codes"), [("987654321FEC20251231.txt", []), ("rez.txt", ["file_name"])])
def test_a_sample_without_its_prefix_has_the_name_of_the_law(name: str, codes: list[str]) -> None:
    sample("adh-987654321FEC20251231.txt")
    report = check_fec([(SAMPLES / "adh-987654321FEC20251231.txt").read_bytes()], name)
    assert [one.rule.value for one in told(report, Severity.NOTE) if one.rule.value != "utf_8"] == codes
