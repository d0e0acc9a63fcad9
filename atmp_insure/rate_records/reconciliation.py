"""Every sheet's rate recomputed from the accounts and the tables, beside the rate that was notified.

Values come from the dated tables first; what they lack is taken from that rate year's own sheet, and said. Differences
are put into words by `findings.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.kernel.labelled import Labelled
from atmp_insure.rate_records.account_update import oldest_first, updates
from atmp_insure.rate_records.charged_claims import Origin, charged_year, printed_year
from atmp_insure.rate_records.findings import all_findings
from atmp_insure.rate_records.headcount_history import headcount_history
from atmp_insure.rate_records.labels import normal_label
from atmp_insure.rate_records.unit_papers import papers_by_unit
from atmp_insure.rating.mode import tariff_mode
from atmp_insure.rating.price_list import PriceList
from atmp_insure.rating.rate import rate
from atmp_insure.rating.unit import GivenValues, PreviousUnit, RateQuestion, TariffUnit, triennium
from atmp_insure.regulation.law import SURCHARGE_NAMES
from atmp_insure.regulation.vocabulary import CONSTRUCTION_COMMITTEE, Mode, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from atmp_insure.rate_records.charged_claims import ChargedYear
    from atmp_insure.rate_records.documents import CalculationSheet, Document, Finding
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.regulation.law import Law


class Status(Labelled):
    """What a recomputed rate is worth."""

    VERIFIED = "verified", "vérifié"  # every value comes from the tables, the accounts or the counts of claims
    AS_PRINTED = "as_printed", "selon feuille"  # a value of the sheet itself stands in for a table or an account
    IMPOSSIBLE = "impossible", "impossible"


@dataclass(frozen=True, slots=True)
class ReconciledRate:
    """One sheet's rate beside its recomputation.

    Attributes:
        question: what was asked of the engine; None when something was missing before.
        result: the recomputed rate; None when it is impossible.
        said_fr: where values come from when it is not from a table or an account.
        missing_fr: what is missing, when the rate is impossible.
    """

    sheet: CalculationSheet
    status: Status
    question: RateQuestion | None = None
    result: YearRate | None = None
    charged: tuple[ChargedYear, ...] = ()
    said_fr: tuple[str, ...] = ()
    missing_fr: tuple[str, ...] = ()

    @property
    def difference_points(self) -> Fraction | None:
        """Notified rate less recomputed rate, in points."""
        return None if self.result is None else self.sheet.notified_percent - self.result.rate_percent


@dataclass(frozen=True, slots=True)
class UnitReconciliation:
    """One tariff unit: its papers, and its rates, oldest first."""

    papers: UnitPapers
    rates: tuple[ReconciledRate, ...]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All papers of a company, recomputed; `findings` are sorted, the gravest first."""

    documents: tuple[Document, ...]
    units: tuple[UnitReconciliation, ...]
    findings: tuple[Finding, ...]


def reconcile(documents: Sequence[Document], law: Law) -> Reconciliation:
    """Recompute the rate of every sheet and list what differs between papers, and from the law.

    Of two versions of an account the newer one counts, whatever the order in which they are given, and what it changes
    is among the findings.

    Source: art. D.242-6-2 to D.242-6-17 CSS, through the engine.
    """
    in_order = oldest_first(documents)
    units = reconciled_units(in_order, law)
    changed = (finding for update in updates(in_order) for finding in update.findings)
    return Reconciliation(tuple(documents), units, (*all_findings(in_order, units, law), *changed))


def reconciled_units(documents: Sequence[Document], law: Law) -> tuple[UnitReconciliation, ...]:
    """The tariff units of papers (versions of one account oldest first), the rate of each sheet recomputed.

    Source: art. D.242-6-2 to D.242-6-17 CSS, through the engine.
    """
    return tuple(
        UnitReconciliation(papers, tuple(reconciled_rate(papers, sheet, law) for sheet in papers.sheets))
        for papers in papers_by_unit(documents)
    )


def reconciled_rate(papers: UnitPapers, sheet: CalculationSheet, law: Law) -> ReconciledRate:
    """The rate of one sheet, recomputed; impossible, with the reasons, when papers and tables lack something.

    Source: art. D.242-6-2 to D.242-6-17 CSS, through the engine.
    """
    years = {year: charged_year(papers, sheet, year) for year in _years_lived(papers, sheet)}
    charged = tuple(found for found in years.values() if found is not None)
    ctn = _committee(papers, sheet, law)
    unknown = tuple(f"compte employeur {year}" for year, found in years.items() if found is None)
    if sheet.headcount is None or ctn is None:
        missing = [*unknown, *([] if ctn else ["comité technique national (CTN)"])]
        missing += [] if sheet.headcount is not None else ["effectif de l'entreprise"]
        return ReconciledRate(sheet, Status.IMPOSSIBLE, charged=charged, missing_fr=tuple(missing))
    question, said = _question(papers, sheet, ctn, law)
    asked = ReconciledRate(sheet, Status.IMPOSSIBLE, question, None, charged, said)
    try:
        is_collective = tariff_mode(question, law).mode is Mode.COLLECTIVE
        if unknown and not is_collective:  # a collective rate needs no account
            return replace(asked, question=None, said_fr=(), missing_fr=unknown)
        charged = charged if is_collective else _priced(charged, question.unit, sheet, law)
        question = replace(question, claims=tuple(claim for year in charged for claim in year.claims))
        said = (*(year.said_fr for year in charged if year.said_fr), *said)
        asked = replace(asked, question=question, charged=charged, said_fr=said)
        given, said_given = _printed_instead_of_tables(question, sheet, law)
        question = replace(question, given=given)
        asked = replace(asked, question=question)
        result = rate(question, law)
    except MissingParameter as error:
        return replace(asked, missing_fr=(f"{error.name} ({error.on})",))
    except InvalidInput as error:
        return replace(asked, missing_fr=tuple(fault.message for fault in error.faults))
    as_printed = bool(said_given) or any(year.origin is Origin.PRINTED_VALUE for year in charged)
    status = Status.AS_PRINTED if as_printed else Status.VERIFIED
    return replace(asked, status=status, result=result, said_fr=(*said, *said_given))


def _years_lived(papers: UnitPapers, sheet: CalculationSheet) -> list[int]:
    """The account years of a rate, from the creation of the establishment on.

    Source: art. D.242-6-17 CSS (a rate rests on the civil years since the creation, complete or not).
    """
    created = papers.created_on
    return [year for year in triennium(sheet.rate_year) if created is None or year >= created.year]


def _question(papers: UnitPapers, sheet: CalculationSheet, ctn: str, law: Law) -> tuple[RateQuestion, tuple[str, ...]]:
    """What is asked of the engine, its claims apart, and what must be said of it."""
    assert sheet.headcount is not None
    history, said_of_history = headcount_history(papers, sheet, law)
    question = RateQuestion(
        rate_year=sheet.rate_year,
        unit=_tariff_unit(papers, sheet, ctn),
        headcount=sheet.headcount,
        wages_eur=_wages(papers, sheet),
        headcount_history=history,
        previous_rate_percent=_previous_percent(papers, sheet),
        previous_units=_merged_units(papers, sheet),
    )
    return question, (*_said_of_sheet(question, sheet), *said_of_history)


def _wages(papers: UnitPapers, sheet: CalculationSheet) -> dict[int, Fraction]:
    """Wages by year, without the zeros that a sheet prints for the years before the creation."""
    wages = papers.wages_eur() | dict(sheet.wages_by_year)
    created = papers.created_on
    return {year: amount for year, amount in wages.items() if amount or created is None or year >= created.year}


def _merged_units(papers: UnitPapers, sheet: CalculationSheet) -> tuple[PreviousUnit, ...]:
    """The rates that a single rate takes over from, in its first year, with the wages that weigh them.

    Source: art. D.242-6-15 CSS, last paragraph, and D.242-38 CSS.
    """
    year = sheet.rate_year - 1
    former = [one for one in papers.former_sheets if one.rate_year == year]
    weights = [one.wages_by_year.get(max(one.wages_by_year, default=0)) for one in former]
    if papers.sheet(year) is not None or not all(weights):
        return ()
    return tuple(
        PreviousUnit(one.notified_percent, weight) for one, weight in zip(former, weights, strict=True) if weight
    )


def _priced(
    charged: tuple[ChargedYear, ...], unit: TariffUnit, sheet: CalculationSheet, law: Law
) -> tuple[ChargedYear, ...]:
    """The account years, the sheet's own value of the risk in place of claims that no table and no paper prices.

    Source: art. D.242-6-6 and D.242-6-8 CSS (the schedule of the rate year prices every claim).
    """
    prices = PriceList(law, unit, sheet.rate_year, {})
    found = []
    for year in charged:
        kinds = {claim.category for claim in year.claims if claim.cost_eur is None} - {*sheet.average_costs_eur}
        unpriced = sorted(kind for kind in kinds if _is_missing(partial(prices.average_cost, kind)))
        why = f"Coût moyen {', '.join(unpriced)} absent des tables {sheet.rate_year} et de la feuille"
        instead = printed_year(sheet, year.account_year, why) if unpriced else None
        found.append(year if instead is None else instead)
    return tuple(found)


def _said_of_sheet(question: RateQuestion, sheet: CalculationSheet) -> tuple[str, ...]:
    said = []
    if question.previous_rate_percent is None and not question.previous_units:
        said.append("Taux de l'année précédente inconnu : l'écrêtement n'est pas appliqué.")
    if sheet.company_headcount is None:
        said.append("Effectif de l'entreprise absent : celui de la section en tient lieu.")
    return tuple(said)


def _committee(papers: UnitPapers, sheet: CalculationSheet, law: Law) -> str | None:
    """The CTN that the sheet prints, else any paper of the unit, else the one of the risk code in that year's table."""
    printed = sheet.establishment.ctn or papers.establishment.ctn
    code = sheet.establishment.risk_code or papers.establishment.risk_code
    if printed or code is None:
        return printed
    cell = law.find_collective_rate(sheet.rate_year, code, Scope.GENERAL)
    return cell.value.ctn if cell else None


def _tariff_unit(papers: UnitPapers, sheet: CalculationSheet, ctn: str) -> TariffUnit:
    """The unit as the engine rates it; the fund of Alsace-Moselle covers the departments of that scope and no other."""
    fund = normal_label(sheet.establishment.fund or papers.establishment.fund or "")
    return TariffUnit(
        ctn=ctn,
        scope=Scope.ALSACE_MOSELLE if "alsace" in fund else Scope.GENERAL,
        construction=ctn == CONSTRUCTION_COMMITTEE,
        risk_code=sheet.establishment.risk_code or papers.establishment.risk_code,
        created_on=papers.created_on,
    )


def _previous_percent(papers: UnitPapers, sheet: CalculationSheet) -> Fraction | None:
    """Reference of the cap: the rate notified on the former sheet, else the one that this sheet prints."""
    former = papers.sheet(sheet.rate_year - 1)
    return sheet.printed.previous_percent if former is None else former.notified_percent


def _printed_instead_of_tables(
    question: RateQuestion, sheet: CalculationSheet, law: Law
) -> tuple[GivenValues, tuple[str, ...]]:
    """The sheet's own values where that year's tables lack one that the mode needs, and what must be said of them."""
    prices = PriceList(law, question.unit, question.rate_year, {})
    mode = tariff_mode(question, law).mode
    given, names = GivenValues(), []
    if mode is not Mode.INDIVIDUAL and _is_missing(prices.collective_rate):
        given = replace(given, collective_rate_percent=sheet.printed.collective_percent)
        names += ["taux net collectif"] if sheet.printed.collective_percent is not None else []
    if mode is not Mode.COLLECTIVE:
        lacking = [name for name in SURCHARGE_NAMES if _is_missing(partial(prices.surcharge, name))]
        printed = {name: value for name in lacking if (value := getattr(sheet.printed, name)) is not None}
        categories = {claim.category for claim in question.claims if claim.cost_eur is None}
        unpriced = [one for one in categories if _is_missing(partial(prices.average_cost, one))]
        costs = {one: sheet.average_costs_eur[one] for one in unpriced if one in sheet.average_costs_eur}
        given = replace(given, surcharges=printed, average_costs_eur=costs)
        names += [name.upper() for name in printed] + [f"coût moyen {one}" for one in sorted(costs)]
    return given, tuple(f"Absent des tables {sheet.rate_year}, lu sur la {sheet.title_fr} : {name}." for name in names)


def _is_missing(look_up: Callable[[], object]) -> bool:
    try:
        look_up()
    except MissingParameter:
        return True
    return False
