"""What is insured, as the papers tell it: each section with its own rate, its people, its wages, its claims so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from atmp_insure.formatting import grouped_identifier
from atmp_insure.guarantees.vocabulary import Cause
from atmp_insure.kernel.errors import AtmpInsureError, InvalidInput
from atmp_insure.rate_records.calculation_report import claim_names, renamed
from atmp_insure.rate_records.charged_claims import account_claims
from atmp_insure.rate_records.documents import Nature, Severity
from atmp_insure.rate_records.overcontribution import grave_claims
from atmp_insure.rate_records.simulation import chain_from, missing_for_simulation
from atmp_insure.rating.change import rate_change
from atmp_insure.rating.claim_cost import temporary_work_share
from atmp_insure.rating.unit import YEARS_TO_RATE, ZERO
from atmp_insure.regulation.law import first_of
from atmp_insure.regulation.vocabulary import CostCategory, Mode
from atmp_insure.underwriting.frequency import ClientHistory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.rate_records.overcontribution import GraveClaim
    from atmp_insure.rate_records.reconciliation import ReconciledRate, Status, UnitReconciliation
    from atmp_insure.rating.impact import ImpactQuestion
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.rating.unit import ClaimLine, RateQuestion
    from atmp_insure.regulation.law import Law

NEEDED_SHEETS = 3  # the brochure asks for the last three calculation sheets and the last three accounts
OWN_RATE = frozenset({Mode.MIXED, Mode.INDIVIDUAL})
_SIREN = 9  # digits of a SIRET that name the company
_CAUSES = {Nature.ACCIDENT: Cause.ACCIDENT, Nature.DISEASE: Cause.DISEASE, None: Cause.ACCIDENT}


@dataclass(frozen=True, slots=True)
class NotifiedRate:
    """A rate of the history: notified, and recomputed when it could be."""

    rate_year: int
    notified_percent: Fraction
    recomputed_percent: Fraction | None
    status: Status


@dataclass(frozen=True, slots=True)
class KnownGraveClaim:
    """A grave claim of the accounts: never covered by a policy that begins after it.

    Attributes:
        ref: its number, without any NIR in clear.
        name: by its date, as reports name it.
    """

    ref: str
    name: str
    section_key: str
    claim: GraveClaim


@dataclass(frozen=True, slots=True)
class SectionExposure:
    """A tariff unit that may be insured.

    Attributes:
        key: `siret-section-code`.
        rate: the last recomputed rate, whose mode and own share are those insured.
        rates: the history, oldest first.
        wages_by_year: known wages of civil years.
        headcount: of the section.
        company_headcount: of the enterprise, which decides the mode.
        history: what the accounts tell of grave claims.
        ordinary: mean yearly number of ordinary claims (IT1 to IT5, IP1) by category, over `history.years`.
        chain: the engine's question from the rate after the last notified one, without any studied claim.
        thresholds: headcounts from which the mode of the section changes.
        change_fr: why the last rate differs from the one before, in parts that add up; empty when it cannot be told.
        settled_wages_eur: wages of the last known year that the company's payroll settled on, when the papers say
            otherwise; None when they agree, or when nothing was settled.
    """

    key: str
    siret: str
    section: str
    risk_code: str
    ctn: str
    rate: YearRate
    rates: tuple[NotifiedRate, ...]
    wages_by_year: Mapping[int, Fraction]
    headcount: Fraction
    company_headcount: Fraction
    temporary_workers: Fraction
    history: ClientHistory
    ordinary: Mapping[CostCategory, Fraction]
    chain: ImpactQuestion
    thresholds: tuple[Fraction, ...] = ()
    change_fr: tuple[str, ...] = ()
    settled_wages_eur: Fraction | None = None

    @property
    def name_fr(self) -> str:
        """The section as its employer knows it."""
        return section_name_fr(self.key)

    @property
    def mode(self) -> Mode:
        """Tariff mode of the last rate."""
        return self.rate.mode

    @property
    def last_rate(self) -> NotifiedRate:
        """The last notified rate."""
        return self.rates[-1]

    @property
    def last_wages_eur(self) -> Fraction:
        """Wages of the last known year."""
        return self.wages_by_year[max(self.wages_by_year)]


@dataclass(frozen=True, slots=True)
class UnusableSection:
    """A tariff unit that cannot be studied, and what is missing, in French."""

    key: str
    missing_fr: str

    @property
    def name_fr(self) -> str:
        """The section as its employer knows it."""
        return section_name_fr(self.key)


@dataclass(frozen=True, slots=True)
class Exposure:
    """All that a quote rests on.

    Attributes:
        company: name, as papers print it; "" when none does.
        naf: main activity of the company (`25.11Z`); None: not known.
        findings: of the papers, the gravest first.
        modes: those that the product covers.
    """

    siren: str
    company: str
    naf: str | None
    sections: tuple[SectionExposure, ...]
    unusable: tuple[UnusableSection, ...]
    grave: tuple[KnownGraveClaim, ...]
    findings: tuple[Finding, ...]
    missing_papers: tuple[str, ...]
    modes: frozenset[Mode] = OWN_RATE

    @property
    def insurable(self) -> tuple[SectionExposure, ...]:
        """Sections whose rate depends on their own claims, in a mode that the product covers."""
        return tuple(one for one in self.sections if one.mode in self.modes & OWN_RATE)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that must be answered before a quote goes out."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)


def exposure(
    units: Sequence[UnitReconciliation],
    findings: Sequence[Finding],
    law: Law,
    *,
    naf: str | None = None,
    temporary_workers: Fraction = ZERO,
) -> Exposure:
    """What papers expose an insurer to.

    Args:
        units: of one company, each rate recomputed.
        findings: of the same papers.
        naf: main activity of the company.
        temporary_workers: full-time equivalents of the company; sections share them by headcount.

    Source: general conditions (special conditions hold the employer's parameters); brochure (three sheets, three
    accounts).
    """
    sections, unusable, grave = [], [], []
    for unit in units:
        if unit.papers.is_absorbed:
            continue  # a single rate holds its people, its wages and its claims
        key = section_key(unit)
        why = missing_for_simulation(unit)
        found = None if why else _section(unit, key, law)
        if found is None:
            unusable.append(UnusableSection(key, why or "Aucune feuille de calcul ne donne l'effectif."))
            continue
        sections.append(found)
        names = claim_names(unit.papers)
        grave += [KnownGraveClaim(one.ref, names.get(one.ref, one.ref), key, one) for one in grave_claims(unit)]
    sirens = sorted({unit.papers.establishment.siret[:_SIREN] for unit in units})
    if len(sirens) > 1:
        said = f"les pièces sont de plusieurs entreprises : {', '.join(sirens)}"
        raise InvalidInput.one(said, "Tarifer une entreprise à la fois", place="siren")
    first = units[0].papers.establishment if units else None
    return Exposure(
        siren="" if first is None else first.siret[:_SIREN],
        company="" if first is None else first.company or "",
        naf=naf,
        sections=_with_temporary_workers(sections, temporary_workers),
        unusable=tuple(unusable),
        grave=tuple(grave),
        findings=tuple(findings),
        missing_papers=tuple(missing for unit in units if not unit.papers.is_absorbed for missing in _missing(unit)),
    )


def _with_temporary_workers(sections: Sequence[SectionExposure], total: Fraction) -> tuple[SectionExposure, ...]:
    """Sections with their part of the temporary workers, in proportion to headcount."""
    heads = sum((one.headcount for one in sections), ZERO)
    if not total or not heads:
        return tuple(sections)
    return tuple(replace(one, temporary_workers=total * one.headcount / heads) for one in sections)


def held_against(found: Exposure, settled: Mapping[tuple[str, str, int], Fraction]) -> Exposure:
    """An exposure whose sections say where the payroll that the company settled on is not that of the papers.

    Args:
        settled: wages in euros by SIRET, number of section and civil year.

    Source: duty of the office to price what is declared (art. L.113-2 2° Code des assurances).
    """
    sections = []
    for one in found.sections:
        wages = settled.get((one.siret, one.section, max(one.wages_by_year)))
        sections.append(replace(one, settled_wages_eur=wages) if wages not in {None, one.last_wages_eur} else one)
    return replace(found, sections=tuple(sections))


def section_key(unit: UnitReconciliation) -> str:
    """How a quote names a section: establishment, section, risk code."""
    place = unit.papers.establishment
    return f"{place.siret}-{place.section or '00'}-{place.risk_code or ''}{'B' * place.support_staff}"


def section_name_fr(key: str) -> str:
    """A section as its employer knows it: `section 01 de l'établissement 000 000 018 00010`."""
    siret, number, _code = key.split("-", 2)
    return f"section {number} de l'établissement {grouped_identifier(siret)}"


def _section(unit: UnitReconciliation, key: str, law: Law) -> SectionExposure | None:
    """A section as its last recomputed rate and its accounts tell it; None without any headcount."""
    computed = [rate for rate in unit.rates if rate.result is not None]
    last = computed[-1]
    assert last.result is not None, "kept above"
    assert last.question is not None, "a rate that was recomputed was asked"
    own = [one.sheet.section_headcount for one in computed if one.sheet.section_headcount is not None]
    headcount = own[-1] if own else last.sheet.headcount
    if headcount is None:
        return None
    place = unit.papers.establishment
    return SectionExposure(
        key=key, siret=place.siret, section=place.section or "", risk_code=place.risk_code or "",
        ctn=last.question.unit.ctn, rate=last.result, rates=tuple(map(_notified, unit.rates)),
        wages_by_year=unit.papers.wages_eur(), headcount=headcount, company_headcount=last.question.headcount,
        temporary_workers=ZERO, history=_history(unit, headcount), ordinary=_ordinary(unit, law),
        chain=chain_from(unit, computed, last.sheet.rate_year + 1, law),
        thresholds=_thresholds(last.question, law),
        change_fr=tuple(renamed(_change(computed, law), claim_names(unit.papers))),
    )  # fmt: skip


def _thresholds(question: RateQuestion, law: Law) -> tuple[Fraction, ...]:
    table = law.tariff_modes.at(first_of(question.rate_year)).value
    limits = table[question.unit.scope, question.unit.construction]
    return limits.mixed_from, limits.individual_from


def _change(computed: Sequence[ReconciledRate], law: Law) -> tuple[str, ...]:
    """Why the last rate moved since the year before."""
    questions = {one.sheet.rate_year: one.question for one in computed if one.question is not None}
    last = max(questions, default=0)
    if last - 1 not in questions:
        return ()
    try:
        change = rate_change(questions[last - 1], questions[last], law)
    except AtmpInsureError:
        return ()  # a table lacks a value that the comparison needs: the rates stand without their reasons
    return tuple(part.sentence_fr for part in change.parts if part.points)


def _notified(rate: ReconciledRate) -> NotifiedRate:
    recomputed = None if rate.result is None else rate.result.rate_percent
    return NotifiedRate(rate.sheet.rate_year, rate.sheet.notified_percent, recomputed, rate.status)


def _account_years(unit: UnitReconciliation) -> tuple[int, ...]:
    """Account years of which the claims are known one by one."""
    return tuple(sorted({year for account in unit.papers.accounts for year in account.account_years}))


def _history(unit: UnitReconciliation, headcount: Fraction) -> ClientHistory:
    """Grave claims of the accounts; a claim that shows in two years counts once, in the years that are known."""
    years = _account_years(unit)
    heads = {one.sheet.rate_year - YEARS_TO_RATE: one.sheet.section_headcount for one in unit.rates}
    employee_years = sum((heads.get(year) or headcount for year in years), ZERO)
    causes = Counter(_CAUSES.get(claim.nature, Cause.ACCIDENT) for claim in grave_claims(unit))
    return ClientHistory(years, employee_years, {cause: causes[cause] for cause in Cause})


def _ordinary(unit: UnitReconciliation, law: Law) -> dict[CostCategory, Fraction]:
    """Mean yearly number of ordinary claims; a temporary worker or a third party takes its share off."""
    years = _account_years(unit)
    counts: dict[CostCategory, Fraction] = {}
    for line in account_claims(unit.papers.all_lines(), unit.papers.claim_refs()):
        if line.category is not CostCategory.IT6 and not line.category.is_grave:
            counts[line.category] = counts.get(line.category, ZERO) + _borne(line, law)
    return {category: count / len(years) for category, count in sorted(counts.items())} if years else {}


def _borne(line: ClaimLine, law: Law) -> Fraction:
    """The part of a claim that the section bears."""
    left = 1 - line.third_party_share
    if line.temporary_worker_role is None:
        return left
    classified = line.account_year if line.classified_year is None else line.classified_year
    rate_year = line.account_year + YEARS_TO_RATE
    return left * temporary_work_share(line.category, line.temporary_worker_role, classified, rate_year, law)


def _missing(unit: UnitReconciliation) -> list[str]:
    """Papers that an underwriter asks for: three sheets, three accounts."""
    last = max((one.sheet.rate_year for one in unit.rates), default=None)
    if last is None:
        return [f"les feuilles de calcul de la section {section_key(unit)}"]
    have = {one.sheet.rate_year for one in unit.rates}
    years = set(_account_years(unit))
    wanted = range(last - NEEDED_SHEETS + 1, last + 1)
    found = [f"la feuille de calcul {year}" for year in wanted if year not in have]
    found += [f"le compte employeur {year - YEARS_TO_RATE}" for year in wanted if year - YEARS_TO_RATE not in years]
    return found
