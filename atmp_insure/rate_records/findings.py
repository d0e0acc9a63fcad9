"""All that is noticed about the papers of a company, put in one order: the gravest first, then paper by paper."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import french_number
from atmp_insure.kernel.identifiers import is_siret
from atmp_insure.rate_records.account_checks import account_findings, total_differs
from atmp_insure.rate_records.company_checks import single_rate_findings
from atmp_insure.rate_records.documents import EmployerAccount, Finding, Severity
from atmp_insure.rate_records.line_checks import line_findings
from atmp_insure.rate_records.payroll_checks import payroll_findings
from atmp_insure.rate_records.savings import UnitSavings
from atmp_insure.rate_records.sheet_checks import sheet_findings
from atmp_insure.rate_records.unit_keys import siren_of
from atmp_insure.rate_records.wording import differs_fr, euros_fr, list_fr
from atmp_insure.rating.unit import ZERO, last_known_year
from atmp_insure.regulation.vocabulary import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from fractions import Fraction

    from atmp_insure.rate_records.documents import Document
    from atmp_insure.rate_records.reconciliation import UnitReconciliation
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.regulation.law import Law

_ORDER = list(Severity)


def all_findings(documents: Sequence[Document], units: Sequence[UnitReconciliation], law: Law) -> tuple[Finding, ...]:
    """What reading noticed and what comparing shows, the gravest first, each with what it is worth where that is known.

    Source: art. D.242-6-2 to D.242-6-17 CSS.
    """
    found = [finding._replace(file=document.file) for document in documents for finding in document.findings]
    found += wrong_siret_keys(documents)
    found += several_companies(documents)
    found += single_rate_findings(units, law)
    found += payroll_findings(documents, [unit.papers for unit in units])
    for document in documents:
        if isinstance(document, EmployerAccount):
            found += total_differs(document)
    for unit in units:
        savings = UnitSavings(unit.papers, unit.rates, law)
        if not unit.papers.is_absorbed:  # else its accounts are questioned with the single rate that took it over
            for account in unit.papers.accounts:
                found += account_findings(account, law)
            found += _line_findings(unit, savings, law)
        found += _sheet_findings(unit, savings, law)
        found += wages_differ(unit.papers)
        found += headcounts_differ(unit.papers)
        found += years_given_twice(unit.papers)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: (_ORDER.index(finding.severity), finding.file)))


def _line_findings(unit: UnitReconciliation, savings: UnitSavings, law: Law) -> Iterator[Finding]:
    questions = [one.question for one in unit.rates if one.question is not None]
    scope = questions[-1].unit.scope if questions else Scope.GENERAL
    for opposed in line_findings(unit.papers, law, scope):
        yield opposed.finding._replace(estimated_saving_eur=savings.of_line(opposed))


def _sheet_findings(unit: UnitReconciliation, savings: UnitSavings, law: Law) -> Iterator[Finding]:
    for one in unit.rates:
        for finding, year, wrong in sheet_findings(one, unit.papers, law):
            saving = None if wrong is None else savings.of_sheet(year, wrong)
            yield finding._replace(estimated_saving_eur=saving)


def headcounts_differ(papers: UnitPapers) -> Iterator[Finding]:
    """The headcount of one year is not the same on the accounts of that year and on the sheet two years later.

    An account prints the headcount of the company or of its own establishment: either may be the one of the sheet.

    Source: art. D.242-6-2 CSS (the headcount of the last known year).
    """
    for sheet in papers.sheets:
        account = papers.account(last_known_year(sheet.rate_year))
        retained = dict.fromkeys(papers.accounts_of(last_known_year(sheet.rate_year)).values())
        told = [one.headcount for one in retained if one.headcount is not None]
        known = {sheet.section_headcount, sheet.company_headcount}
        if account is None or not told or sheet.headcount is None or known.intersection((*told, sum(told, ZERO))):
            continue
        shown = told[-1] if len(set(told)) == 1 else sum(told, ZERO)
        said = (
            f"L'effectif de {last_known_year(sheet.rate_year)} est de {french_number(shown)} sur le {account.title_fr} "
            f"et de {french_number(sheet.headcount)} sur la {sheet.title_fr} : à vérifier, le mode en dépend."
        )
        name = "company_headcount" if sheet.company_headcount is not None else "section_headcount"
        yield Finding(Severity.WARNING, "headcount_differs", said, sheet.places[name], sheet.file, "art. D.242-6-2 CSS")


def wages_differ(papers: UnitPapers) -> Iterator[Finding]:
    """The wages of one year are not the same on two papers.

    Source: art. D.242-6-4 CSS (one payroll of the year for all the rates it enters).
    """
    printed: dict[int, list[tuple[Document, str, Fraction]]] = {}
    for account, amount in _wages_of_accounts(papers):
        printed.setdefault(account.year or 0, []).append((account, "wages_eur", amount))
    for sheet in papers.sheets:
        for year, amount in sheet.wages_by_year.items():
            printed.setdefault(year, []).append((sheet, f"wages_by_year.{year}", amount))
    for year, found in sorted(printed.items()):
        for (former, _, before), (latter, name, after) in pairwise(found):
            if before == after:
                continue
            said = (
                f"Les salaires de {year} sont de {euros_fr(before)} sur le document « {former.title_fr} » et de "
                f"{euros_fr(after)} sur « {latter.title_fr} », {differs_fr(euros_fr(abs(after - before)))}"
            )
            yield Finding(Severity.ERROR, "wages_differ", said, latter.places[name], latter.file, "art. D.242-6-4 CSS")


def _wages_of_accounts(papers: UnitPapers) -> Iterator[tuple[EmployerAccount, Fraction]]:
    """The wages of each account; those of a single rate together, unless one account prints them for all."""
    for account in papers.accounts:
        if account.year is None or account.wages_eur is None:
            continue
        if len(papers.accounts_of(account.year)) == 1 or len(papers.sirets) == 1:
            yield account, account.wages_eur
        elif papers.account(account.year) is account:
            on_sheets = {sheet.wages_by_year.get(account.year) for sheet in papers.sheets}
            together = papers.accounts_wages_eur(account.year)
            if together is not None and account.wages_eur not in on_sheets:
                yield account, together


def years_given_twice(papers: UnitPapers) -> Iterator[Finding]:
    """Two papers of the same kind cover the same year: the last one is used.

    Source: practice of the office; no text ranks two papers of one year.
    """
    for papers_of_kind in (papers.sheets, papers.accounts):
        for former, latter in pairwise(papers_of_kind):
            same_place = former.establishment.siret == latter.establishment.siret
            if former.year is not None and former.year == latter.year and same_place:
                said = f"Deux documents « {latter.title_fr} » : celui-ci est retenu, et non {former.file}."
                yield Finding(Severity.WARNING, "year_given_twice", said, "", latter.file)


def wrong_siret_keys(documents: Iterable[Document]) -> Iterator[Finding]:
    """The key of a SIRET is wrong: a digit was mistyped somewhere.

    Source: INSEE, key of the SIREN and SIRET numbers (Luhn; La Poste apart).
    """
    for document in documents:
        siret = document.establishment.siret
        if not is_siret(siret):
            said = f"La clé du SIRET {siret} est fausse : vérifier que le document est bien celui de l'établissement."
            place = document.places.get("siret", "")
            yield Finding(Severity.WARNING, "siret_wrong_key", said, place, document.file)


def several_companies(documents: Iterable[Document]) -> Iterator[Finding]:
    """The papers are those of several companies: rates are compared company by company all the same.

    Source: art. D.242-6-1 CSS (a rate is that of an establishment of one enterprise).
    """
    sirens = sorted({siren_of(document.establishment.siret) for document in documents})
    if len(sirens) > 1:
        said = f"Les documents portent plusieurs SIREN : {list_fr(sirens)}. Chaque unité est contrôlée à part."
        yield Finding(Severity.WARNING, "several_companies", said)
