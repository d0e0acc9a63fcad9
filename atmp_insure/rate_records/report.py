"""The report of `atmp records check` at a terminal, in French: rates, path, over-contribution, findings, calculations.

Claims are named by their date and category: no name, no social security number.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from atmp_insure.kernel.french import begun, french_euros, french_percent, french_points
from atmp_insure.rate_records.calculation_report import Footnotes, calculation_lines, claim_names, renamed
from atmp_insure.rate_records.finding_text import finding_line
from atmp_insure.rate_records.rate_path import WIDTH, RatePath, drawn
from atmp_insure.rate_records.savings import saving_assumptions
from atmp_insure.rate_records.wording import day_fr, list_fr
from atmp_insure.rating.terminal import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from atmp_insure.kernel.errors import Fault
    from atmp_insure.rate_records.documents import Document, Finding
    from atmp_insure.rate_records.overcontribution import GraveClaim, OverContribution, UnitOverContribution
    from atmp_insure.rate_records.reconciliation import ReconciledRate, Reconciliation
    from atmp_insure.rate_records.unit_papers import UnitPapers
    from atmp_insure.rating.impact import Impact


NO_FINDING = "Aucun écart entre les documents, les comptes et les barèmes."


def check_report(
    reconciliation: Reconciliation, overcontributions: Sequence[UnitOverContribution], faults: Sequence[Fault] = ()
) -> str:
    """The whole report: for each unit its rates, findings, path and costs; then every calculation; then the sources."""
    files = {document.file for one in overcontributions for document in _documents(one.unit.papers)}
    lines = [*_findings([finding for finding in reconciliation.findings if finding.file not in files], "")]
    lines += _unreadable(faults)
    footnotes = Footnotes()
    for one in overcontributions:
        lines += _unit(one, reconciliation.findings, footnotes)
    return "\n".join([*lines, *footnotes.lines()])


def _unit(one: UnitOverContribution, findings: Sequence[Finding], footnotes: Footnotes) -> list[str]:
    papers, names = one.unit.papers, claim_names(one.unit.papers)
    files = {document.file for document in _documents(papers)}
    lines = [*_heading(papers), *_papers(papers), *_rates(one.unit.rates)]
    own = [finding for finding in findings if finding.file in files]
    lines += _findings(own, NO_FINDING)
    if any(finding.estimated_saving_eur is not None for finding in own):
        lines += [*_title("Hypothèses des enjeux estimés"), *_said(saving_assumptions(one.unit)), ""]
    lines += [*_path(one), *_costs(one.by_claim, names)]
    for rate in one.unit.rates:
        lines += calculation_lines(rate, names, footnotes)
    return lines


def _documents(papers: UnitPapers) -> tuple[Document, ...]:
    return (*papers.sheets, *papers.accounts)


def _heading(papers: UnitPapers) -> list[str]:
    place = papers.establishment
    name = place.company or "Entreprise sans nom sur les documents"
    siret = place.siret
    about = [f"SIRET {siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"]
    about += [f"taux unique de {len(papers.sirets)} établissements"] if len(papers.sirets) > 1 else []
    about += [f"section {place.section}"] if place.section else []
    about += [f"code risque {place.risk_code}"] if place.risk_code else []
    about += [f"comité {place.ctn}"] if place.ctn else []
    return [name, " · ".join(about), "━" * WIDTH, ""]


def _papers(papers: UnitPapers) -> list[str]:
    documents = _documents(papers)
    width = max(len(document.title_fr) for document in documents)
    return [
        *_title("Documents lus"),
        *(f"  {begun(document.title_fr):<{width}}   {document.file}" for document in documents),
        "",
    ]


def _rates(rates: Iterable[ReconciledRate]) -> list[str]:
    rows = [("Taux", "Notifié", "Recalculé", "Écart", "Contrôle", "Tarification", "Date d'effet")]
    for rate in rates:
        result, difference = rate.result, rate.difference_points
        rows.append(
            (
                str(rate.sheet.rate_year),
                french_percent(rate.sheet.notified_percent),
                "" if result is None else french_percent(result.rate_percent),
                "" if difference is None else french_points(difference) if difference else "0,00",
                rate.status.label,
                "" if result is None else result.mode.label,
                "" if rate.sheet.effective_on is None else day_fr(rate.sheet.effective_on),
            )
        )
    return [*_title("Taux notifiés et recalculés"), *_indented(rows), ""] if len(rows) > 1 else []


def _path(one: UnitOverContribution) -> list[str]:
    notified = {sheet.rate_year: sheet.notified_percent for sheet in one.unit.papers.sheets}
    if not notified:
        return []
    impact = one.together.impact if one.together is not None else None
    if impact is None or one.together is None:
        return [*_title("Parcours du taux"), *drawn(RatePath(notified)), ""]
    last, first = max(notified), impact.years[0].rate_year
    path = RatePath(
        notified,
        projected={year.rate_year: year.with_claims.rate_percent for year in impact.years if year.rate_year > last},
        without={year: notified[year] for year in (first - 1,) if year in notified}
        | {year.rate_year: year.without_claims.rate_percent for year in impact.years},
    )
    claims = one.together.claims
    without = "sans ces sinistres" if len(claims) > 1 else "sans ce sinistre"
    excess = french_euros(impact.total_excess_eur)
    return [
        *_title(f"Parcours du taux, avec et sans {list_fr([_claim_name(claim) for claim in claims])}"),
        *drawn(path),
        "",
        f"        ━●━ notifié   ─•─ attendu   ╌○╌ {without}   ░ surcotisation : {excess}",
        "",
    ]


def _costs(by_claim: Sequence[OverContribution], names: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    said: list[str] = []
    for one in by_claim:
        lines += _title(f"Surcotisation due à {list_fr([_claim_name(claim) for claim in one.claims])}")
        if one.impact is None:
            lines += [f"  Non chiffrée : {one.missing_fr}.", ""]
            continue
        lines += [*_indented(_cost_rows(one.impact)), ""]
        said += [*one.assumptions, *renamed(one.impact.assumptions, names)]
    if said:
        lines += [*_title("Hypothèses de la surcotisation"), *_said(dict.fromkeys(said)), ""]
    return lines


def _said(sentences: Iterable[str]) -> list[str]:
    lines: list[str] = []
    for sentence in sentences:
        lines += textwrap.wrap(sentence, WIDTH - 2, initial_indent="  • ", subsequent_indent="    ")
    return lines


def _cost_rows(impact: Impact) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("Taux", "Avec", "Sans", "Écart", "Salaires", "Surcotisation")]
    rows += [
        (
            str(year.rate_year),
            french_percent(year.with_claims.rate_percent),
            french_percent(year.without_claims.rate_percent),
            french_points(year.excess_points) if year.excess_points else "",
            french_euros(year.contribution_wages_eur, 0),
            french_euros(year.excess_eur),
        )
        for year in impact.years
    ]
    total = french_points(impact.total_excess_points), "", french_euros(impact.total_excess_eur)
    return [*rows, ("Total", "", "", *total)]


def _claim_name(claim: GraveClaim) -> str:
    kind = {"AT": "l'accident", "MP": "la maladie"}.get(claim.nature or "", "le sinistre")
    when = f" du {day_fr(claim.occurred_on)}" if claim.occurred_on else ""
    charges = list_fr([f"{category} au compte {year}" for category, year in claim.charges])
    return f"{kind}{when} ({charges})"


def _findings(findings: Sequence[Finding], none_fr: str) -> list[str]:
    lines = []
    for finding in findings:
        lines += textwrap.wrap(finding_line(finding), WIDTH - 2, initial_indent="  ", subsequent_indent="    ")
    lines = lines or ([f"  {none_fr}"] if none_fr else [])
    return [*_title("Constats"), *lines, ""] if lines else []


def _unreadable(faults: Sequence[Fault]) -> list[str]:
    files = sorted({fault.source for fault in faults})
    return [*_title("Documents illisibles"), *(f"  {file}" for file in files), ""] if files else []


def _indented(rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"  {line}" for line in table(rows)]


def _title(text: str) -> list[str]:
    return [*textwrap.wrap(text, WIDTH), ""]
