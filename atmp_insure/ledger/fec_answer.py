"""The report on a file of accounting entries, as a reader at a terminal and as a program get it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.formatting import counted
from atmp_insure.kernel.errors import Fault
from atmp_insure.kernel.french import french_euros
from atmp_insure.kernel.money import euros_text
from atmp_insure.ledger.fec_findings import Severity

if TYPE_CHECKING:
    from atmp_insure.ledger.fec_findings import FecFinding, FecReport

_MARKS = {Severity.ERROR: "▲ Erreur", Severity.WARNING: "△ Avertissement", Severity.NOTE: "· Remarque"}
_WORDS = {
    Severity.ERROR: ("erreur", "erreurs"),
    Severity.WARNING: ("avertissement", "avertissements"),
    Severity.NOTE: ("remarque", "remarques"),
}


def fec_answer(report: FecReport) -> dict[str, Any]:
    """The report as a JSON document; amounts and days are texts."""
    return {
        "file": report.name,
        "conforming": not report.count(Severity.ERROR),
        "siren": report.siren,
        "first_day": None if report.first_day is None else report.first_day.isoformat(),
        "closing_day": None if report.closing_day is None else report.closing_day.isoformat(),
        "encoding": report.encoding,
        "separator": report.separator,
        "lines": report.lines,
        "unread_lines": report.unread_lines,
        "entries": report.entries,
        "debit_eur": euros_text(Fraction(report.debit_eur)),
        "credit_eur": euros_text(Fraction(report.credit_eur)),
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "notes": report.count(Severity.NOTE),
        "counts": {rule.value: count for rule, count in sorted(report.counts.items())},
        "findings": [_finding_answer(one) for one in report.findings],
    }


def _finding_answer(finding: FecFinding) -> dict[str, Any]:
    return {
        "code": finding.rule.value,
        "severity": finding.rule.severity.value,
        "line": finding.line,
        "field": finding.field,
        "message_fr": finding.message_fr,
        "remedy_fr": finding.remedy_fr,
    }


def fec_report_fr(report: FecReport) -> str:
    """The report on one screen: the verdict, what was recognised, then a line a finding, the gravest first."""
    errors = report.count(Severity.ERROR)
    said = ", ".join(counted(report.count(one), *_WORDS[one]) for one in Severity if report.count(one))
    verdict = f"{'non conforme' if errors else 'aucune erreur'} ({said or 'rien à signaler'})"
    told = [f"{_MARKS[one.rule.severity]} [{one.rule}] {_line(one)}" for one in report.findings]
    left = sum(report.counts.values()) - len(told)
    more = [f"… et {counted(left, 'constat', 'constats')} de plus, des mêmes sortes."] if left else []
    return "\n".join([f"FEC {_printable(report.name or 'sans nom')} : {verdict}.", *_recognised(report), *told, *more])


def _recognised(report: FecReport) -> list[str]:
    year = "exercice inconnu, dates non comparées"
    if report.first_day is not None and report.closing_day is not None:
        year = f"exercice du {report.first_day:%d/%m/%Y} au {report.closing_day:%d/%m/%Y}"
    unread = f" (dont {report.unread_lines} hors des totaux)" if report.unread_lines else ""
    counts = f"{counted(report.lines, 'ligne', 'lignes')}{unread}, {counted(report.entries, 'écriture', 'écritures')}"
    totals = f"débit {french_euros(Fraction(report.debit_eur))}, crédit {french_euros(Fraction(report.credit_eur))}"
    return [
        f"SIREN {report.siren or 'inconnu'}, {year}.",
        f"Encodage : {report.encoding or 'inconnu'} ; séparateur : {report.separator or 'inconnu'}.",
        f"{counts} ; {totals}.",
    ]


def _line(finding: FecFinding) -> str:
    line = "" if finding.line is None else f"ligne {finding.line}"
    place = ", ".join(part for part in (line, finding.field) if part)
    return Fault(finding.message_fr, finding.remedy_fr, place).line()


def _printable(name: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in name)
