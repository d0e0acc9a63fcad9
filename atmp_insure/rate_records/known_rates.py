"""Rates and findings of a company as lists and pages read them: two projections of the papers that count."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from atmp_insure.db.scope import unscoped
from atmp_insure.kernel.money import round_cents
from atmp_insure.rate_records import queries
from atmp_insure.rate_records.models import PaperState, RateFinding, RatePaper, RateYear
from atmp_insure.rate_records.rate_history import RateHistory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.rate_records.documents import Document, Finding
    from atmp_insure.rate_records.office import Office
    from atmp_insure.rate_records.reconciliation import ReconciledRate, Reconciliation

Row = dict[str, Any]
RATE_COLUMNS = (
    "company_id", "establishment_id", "section", "risk_code", "rate_year", "paper_id", "status", "mode", "notified",
    "recomputed", "notified_on", "missing",
)  # fmt: skip

FINDING_COLUMNS = (
    "company_id", "establishment_id", "paper_id", "position", "severity", "code", "message", "place", "legal_basis",
    "saving_eur", "worth_eur", "contest_before",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownRates:
    """What the papers of a company give."""

    rates: tuple[Row, ...]
    findings: tuple[Row, ...]


@unscoped("rates and findings come from all the papers of a company, whatever part of it the writer sees")
def write_known_rates(session: ScopedSession, office: Office, company_id: int) -> None:
    """Write the rates and findings of a company anew, in the caller's transaction."""
    session.flush()
    known = known_rates(office, queries.list_counting(session, company_id))
    session.execute(delete(RateFinding).where(RateFinding.company_id == company_id))
    session.execute(delete(RateYear).where(RateYear.company_id == company_id))
    for table, rows in ((RateYear, known.rates), (RateFinding, known.findings)):
        if rows:
            session.execute(insert(table), list(rows))


@unscoped("a rebuild reads every company")
def all_known_rates(session: ScopedSession, office: Office) -> Iterator[KnownRates]:
    """What the papers of every company give, company by company."""
    companies = select(RatePaper.company_id).where(RatePaper.state == PaperState.KEPT).distinct()
    for company_id in session.scalars(companies.order_by(RatePaper.company_id)).all():
        yield known_rates(office, queries.list_counting(session, company_id))


def known_rates(office: Office, papers: Sequence[RatePaper]) -> KnownRates:
    """The rates and findings that papers of one company give."""
    documents = office.documents(papers)
    checked = office.reconciled(documents)
    places = _Places(papers, documents)
    return KnownRates(tuple(_rates(checked, places)), tuple(_findings(checked, places)))


class _Places:
    """From what the engine names (a file, a place in it) back to the paper."""

    def __init__(self, papers: Sequence[RatePaper], documents: Sequence[Document]) -> None:
        self.papers = papers
        self.documents = documents
        self._establishments = {paper.siret: paper.establishment_id for paper in papers if paper.siret}

    def paper_of(self, document: Document) -> RatePaper:
        """The paper of a document, or of the part of it that one unit was given."""
        same = [
            paper for paper, one in zip(self.papers, self.documents, strict=True)
            if one is document or (one.file == document.file and one.places == document.places)
        ]  # fmt: skip
        return same[0]

    def paper_of_finding(self, finding: Finding) -> RatePaper | None:
        """The paper that a finding shows on; None when it is about several."""
        of_file = [
            (paper, one) for paper, one in zip(self.papers, self.documents, strict=True) if one.file == finding.file
        ]
        for paper, one in of_file:
            lines = getattr(one, "lines", ())
            known = {*one.places.values(), *(line.place for line in lines)}
            known |= {place for line in lines for place in line.places.values()}
            if finding.place in known:
                return paper
        return of_file[0][0] if of_file else None

    def establishment_of(self, siret: str) -> int | None:
        return self._establishments.get(siret)


def _rates(checked: Reconciliation, places: _Places) -> Iterator[Row]:
    rows: dict[tuple[Any, ...], Row] = {}
    for paper, document in zip(places.papers, places.documents, strict=True):
        if isinstance(document, RateHistory):
            for row in _told_rates(paper, document, places):
                rows[_key(row)] = row
    for unit in checked.units:
        for one in unit.rates:
            row = _rate_row(one, places)
            rows[_key(row)] = row
    yield from rows.values()


def _key(row: Row) -> tuple[Any, ...]:
    return row["establishment_id"], row["section"], row["risk_code"], row["rate_year"]


def _rate_row(one: ReconciledRate, places: _Places) -> Row:
    paper, sheet = places.paper_of(one.sheet), one.sheet
    mode = sheet.mode if one.result is None else one.result.mode
    return {
        "company_id": paper.company_id,
        "establishment_id": paper.establishment_id,
        "section": sheet.establishment.section or "",
        "risk_code": _code(sheet.establishment.risk_code, sheet.establishment.support_staff),
        "rate_year": sheet.rate_year,
        "paper_id": paper.id,
        "status": one.status.value,
        "mode": None if mode is None else mode.value,
        "notified": _fraction(sheet.notified_percent),
        "recomputed": None if one.result is None else _fraction(one.result.rate_percent),
        "notified_on": sheet.notified_on,
        "missing": ", ".join(one.missing_fr),
    }


def _told_rates(paper: RatePaper, history: RateHistory, places: _Places) -> Iterator[Row]:
    """The rates of a list, as far as the establishment of each line is known by a paper of its own."""
    for line in sorted(history.lines, key=lambda one: one.effective_on):
        establishment_id = places.establishment_of(line.establishment.siret)
        if establishment_id is not None:
            yield {
                "company_id": paper.company_id,
                "establishment_id": establishment_id,
                "section": line.establishment.section or "",
                "risk_code": _code(line.establishment.risk_code, line.establishment.support_staff),
                "rate_year": line.rate_year,
                "paper_id": paper.id,
                "status": None,
                "mode": None if line.mode is None else line.mode.value,
                "notified": _fraction(line.notified_percent),
                "recomputed": None,
                "notified_on": line.notified_on,
                "missing": "",
            }


def _code(risk_code: str | None, support_staff: bool) -> str:
    return f"{risk_code or ''}{'B' * support_staff}"


def _fraction(percent: Fraction) -> Decimal:
    exact = percent / 100
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def _findings(checked: Reconciliation, places: _Places) -> Iterator[Row]:
    for position, finding in enumerate(checked.findings):
        paper = places.paper_of_finding(finding)
        saving = finding.estimated_saving_eur
        yield {
            "company_id": places.papers[0].company_id,
            "establishment_id": None if paper is None else paper.establishment_id,
            "paper_id": None if paper is None else paper.id,
            "position": position,
            "severity": finding.severity.value,
            "code": finding.code,
            "message": finding.message_fr,
            "place": finding.place,
            "legal_basis": finding.legal_basis,
            "saving_eur": None if saving is None else _euros(saving),
            "worth_eur": _euros(saving or Fraction(0)),
            "contest_before": finding.contest_before,
        }


def _euros(amount_eur: Fraction) -> Decimal:
    cents = round_cents(amount_eur) * 100
    return Decimal(cents.numerator).scaleb(-2)
