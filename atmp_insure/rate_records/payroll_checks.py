"""What payroll declarations (DSN) say beside the papers: wages of a year, headcount, and the rate really applied."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import french_number, french_percent
from atmp_insure.kernel.money import round_cents
from atmp_insure.rate_records.documents import Finding, Nature, Severity
from atmp_insure.rate_records.payroll_declaration import PayrollDeclaration
from atmp_insure.rate_records.payroll_history import kept_declarations, payroll_years
from atmp_insure.rate_records.unit_keys import siren_of
from atmp_insure.rate_records.wording import day_fr, differs_fr, euros_fr, gap_fr, list_fr
from atmp_insure.rating.unit import ZERO, last_known_year

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from atmp_insure.rate_records.documents import AccountLine, CalculationSheet, Document, EmployerAccount
    from atmp_insure.rate_records.payroll_declaration import Contract, SectionMonth
    from atmp_insure.rate_records.payroll_history import PayrollYear
    from atmp_insure.rate_records.unit_papers import UnitPapers

PAYROLL_TOLERANCE = Fraction(1, 100)  # corrections of former months are declared later: 1 % is no difference


def payroll_findings(documents: Sequence[Document], papers: Sequence[UnitPapers]) -> Iterator[Finding]:
    """Every difference between the declarations and the papers of each unit.

    Source: art. D.242-6-4 CSS (wages declared); art. D.242-6-2 CSS (headcount); art. D.242-6-22 CSS (rate notified).
    """
    declarations = kept_declarations(one for one in documents if isinstance(one, PayrollDeclaration))
    if not declarations:
        return
    years = payroll_years(declarations)
    for unit in papers:
        yield from _wages_differ(unit, years)
        yield from _applied_rates_differ(unit, declarations)
        yield from _victims_elsewhere(unit, declarations)
    yield from _headcounts_differ(papers, years)


def _is_of(unit: UnitPapers, siret: str, section: SectionMonth | PayrollYear) -> bool:
    """Whether declared wages are those of the unit; a single rate covers every establishment of its risk code."""
    place = unit.establishment
    same_code = place.risk_code is None or section.risk_code == place.risk_code
    same_place = siret in unit.sirets or (unit.is_single_rate and siren_of(siret) == siren_of(place.siret))
    return same_place and same_code and section.support_staff == place.support_staff


def _wages_differ(unit: UnitPapers, years: Sequence[PayrollYear]) -> Iterator[Finding]:
    """Only whole years of all the establishments are compared: a month that was not given proves nothing."""
    printed = unit.wages_eur()
    declared: dict[int, list[PayrollYear]] = {}
    for one in years:
        if _is_of(unit, one.siret, one):
            declared.setdefault(one.year, []).append(one)
    for year, found in declared.items():
        is_whole = {one.siret for one in found} >= {*unit.sirets} and not any(one.missing_months for one in found)
        if not is_whole or year not in printed:
            continue
        payroll_eur = sum((one.payroll_eur for one in found), ZERO)
        gap = printed[year] - payroll_eur
        if abs(gap) <= PAYROLL_TOLERANCE * printed[year]:
            continue
        sheet = next((one for one in reversed(unit.sheets) if year in one.wages_by_year), None)
        document = sheet or unit.account(year)
        if document is None:
            continue
        said = (
            f"Les salaires de {year} sont de {euros_fr(printed[year])} sur la {document.title_fr} et de "
            f"{euros_fr(payroll_eur)} dans les DSN des douze mois, {differs_fr(euros_fr(abs(gap)))}"
        )
        name = f"wages_by_year.{year}" if sheet is not None else "wages_eur"
        place = document.places.get(name, "")
        yield Finding(Severity.WARNING, "dsn_wages_differ", said, place, document.file, "art. D.242-6-4 CSS")


def _applied_rates_differ(unit: UnitPapers, declarations: Sequence[PayrollDeclaration]) -> Iterator[Finding]:
    """The rate of the contracts of a month is not the one in force that month."""
    months: dict[tuple[str, Fraction], list[tuple[date, Fraction, str]]] = {}
    sheets: dict[str, CalculationSheet] = {}
    for declaration in declarations:
        if declaration.month is None or not declaration.is_monthly:
            continue
        sheet = _sheet_in_force(unit, declaration.month)
        for section in declaration.sections:
            if sheet is None or not _is_of(unit, declaration.establishment.siret, section):
                continue
            sheets[sheet.file] = sheet
            wrong = [percent for percent in section.applied_percents if percent != sheet.notified_percent]
            for percent in wrong:
                seen = (declaration.month, section.payroll_eur, declaration.file)
                months.setdefault((sheet.file, percent), []).append(seen)
    for (file, percent), found in months.items():
        sheet = sheets[file]
        gap = percent - sheet.notified_percent
        paid_eur = sum((payroll for _, payroll, _ in found), ZERO)
        saving = round_cents(gap * paid_eur / 100)
        shown = list_fr([f"{month:%m/%Y}" for month, _, _ in sorted(found)])
        said = (
            f"Les DSN de {shown} appliquent {french_percent(percent)} ; le taux {sheet.rate_year} notifié est de "
            f"{french_percent(sheet.notified_percent)}, {differs_fr(gap_fr(gap))}"
        )
        yield Finding(
            Severity.ERROR,
            "dsn_rate_differs",
            said,
            "",
            found[0][2],
            "art. D.242-6-22 CSS",
            estimated_saving_eur=saving,
        )


def _sheet_in_force(unit: UnitPapers, month: date) -> CalculationSheet | None:
    """The sheet whose rate applies to a month; None before the first known day of effect, or long after the last."""
    known = [one for one in unit.sheets if one.effective_on is not None and one.effective_on <= month]
    last = max(known, key=lambda one: (one.rate_year, str(one.effective_on)), default=None)
    return last if last is not None and month.year <= last.rate_year + 1 else None


def _headcounts_differ(papers: Sequence[UnitPapers], years: Sequence[PayrollYear]) -> Iterator[Finding]:
    """The headcount of the company on a sheet and the one of its declarations, all establishments together."""
    for unit in papers:
        for sheet in unit.sheets:
            if sheet.company_headcount is None:
                continue
            siren, year = siren_of(sheet.establishment.siret), last_known_year(sheet.rate_year)
            of_year = [one for one in years if siren_of(one.siret) == siren and one.year == year]
            if not of_year or any(one.missing_months for one in of_year):
                continue
            declared = sum((one.full_time_headcount for one in of_year), ZERO)
            if abs(declared - sheet.company_headcount) <= max(Fraction(1), sheet.company_headcount / 20):
                continue
            said = (
                f"L'effectif de {year} est de {french_number(sheet.company_headcount)} sur la "
                f"{sheet.title_fr} et de {french_number(declared, 2)} dans les DSN : à vérifier, le mode en dépend."
            )
            place = sheet.places.get("company_headcount", "")
            yield Finding(Severity.WARNING, "dsn_headcount_differs", said, place, sheet.file, "art. D.242-6-2 CSS")


def _victims_elsewhere(unit: UnitPapers, declarations: Sequence[PayrollDeclaration]) -> Iterator[Finding]:
    """The victim of an accident is not in the declaration of its month, or was hired after it.

    A disease is left aside: its victim may have left years before. So is a temporary worker, whom the agency declares.
    With a single rate, the victim may work in any of its establishments, all of which must have declared the month.
    """
    months: dict[date, list[PayrollDeclaration]] = {}
    for one in declarations:
        if one.month is not None and one.is_monthly and one.establishment.siret in unit.sirets:
            months.setdefault(one.month, []).append(one)
    people = {month: _contracts_by_person(found) for month, found in months.items() if _is_whole(found, unit.sirets)}
    if not people:
        return
    persons = next(iter(months.values()))[0].persons
    for account in unit.accounts:
        for line in account.lines:
            occurred, number = line.claim.occurred_on, line.claim.nir or line.claim.claim_number
            if occurred is None or number is None or line.claim.nature is not Nature.ACCIDENT or line.user_percent:
                continue
            contracts, key = people.get(occurred.replace(day=1)), persons.key_of_nir(number)
            if contracts is not None and key is not None:
                yield from _victim_elsewhere(account, line, contracts.get(key, []))


def _is_whole(declarations: Sequence[PayrollDeclaration], sirets: Sequence[str]) -> bool:
    """Whether a month is declared by all the establishments."""
    return {one.establishment.siret for one in declarations} >= {*sirets}


def _contracts_by_person(declarations: Sequence[PayrollDeclaration]) -> dict[str, list[Contract]]:
    found: dict[str, list[Contract]] = {}
    for declaration in declarations:
        for contract in declaration.contracts:
            found.setdefault(contract.person, []).append(contract)
    return found


def _victim_elsewhere(account: EmployerAccount, line: AccountLine, contracts: Sequence[Contract]) -> Iterator[Finding]:
    occurred = line.claim.occurred_on
    if occurred is None or any(contract.covers(occurred) for contract in contracts):
        return
    hired = min((contract.first_day for contract in contracts), default=None)
    if hired is not None and hired > occurred:
        code, why = "accident_before_hiring", f"concerne une personne embauchée le {day_fr(hired)}"
    else:
        code, why = "victim_absent_from_dsn", "concerne une personne absente de la DSN de ce mois dans l'établissement"
    said = f"Le sinistre du {day_fr(occurred)}, imputé au {account.title_fr}, {why} : à faire examiner par un avocat."
    place = line.places.get("occurred_on", line.place)
    yield Finding(Severity.ERROR, code, said, place, account.file, "art. D.242-6-6 CSS")
