"""Payroll and headcount, asked once and used by everyone: every statement is kept, one value is in use.

The first statement is used. One that comes later and says otherwise takes the place of nothing: both are shown with
their difference until a person chooses, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from atmp_insure.access.rights_there import require_right_there
from atmp_insure.access.roles import Right
from atmp_insure.db.facts import Fact, record_fact
from atmp_insure.db.once import add_once
from atmp_insure.kernel.errors import Fault, InvalidInput, NotFound
from atmp_insure.kernel.paris import paris_day
from atmp_insure.parties.payroll_models import PayrollSource, PayrollStatement, PayrollYear

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import RateSection

FIRST_YEAR = 1990
PAYROLL_USED = "payroll_used"  # the fact that a value in use appeared or changed
_HUNDREDTH = Decimal("0.01")
_LARGEST = Decimal(10) ** 12  # beyond it, a slip of the keyboard


@dataclass(frozen=True, slots=True)
class Report:
    """What a source states of a section for a year (see `payroll_models.PayrollStatement`)."""

    year: int
    payroll_eur: Decimal | None
    headcount: Decimal | None
    source: PayrollSource
    stated_on: date
    is_estimate: bool = False
    detail: str = ""
    document_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a report.

    Attributes:
        used: the value in use after it.
        is_new: whether it says something that this source had not said that day.
        differs: whether it says otherwise than the value in use, which stays.
    """

    statement: PayrollStatement
    used: PayrollYear
    is_new: bool
    differs: bool


def report_payroll(session: ScopedSession, section: RateSection, report: Report, now: datetime) -> Reported:
    """Keep what a source states; it is used at once where nothing was known, and shown beside the rest elsewhere.

    The same statement told twice is one statement.

    Raises:
        OutOfScope: the actor may not declare payroll for this company.
        InvalidInput: neither payroll nor headcount, a value that cannot be, or a year or a day that is to come.
    """
    require_right_there(session, Right.WRITE_PAYROLL, section.company_id, section.establishment_id)
    faults = report_faults(report, paris_day(now))
    if faults:
        raise InvalidInput(faults)
    used = _locked_year(session, section, report.year)
    twin = _twin(session, section, report)
    if used is not None and twin is not None:
        return Reported(twin, used, is_new=False, differs=_differs(used, twin))
    statement = _statement(session, section, report, now)
    session.add(statement)
    session.flush()
    if used is None:
        used = _first_year(session, statement, now)
    differs = _take(used, statement)
    _tell(session, used, now)
    return Reported(statement, used, is_new=True, differs=differs)


def _take(used: PayrollYear, statement: PayrollStatement) -> bool:
    """Fill what was not known yet from a statement; gives whether it says otherwise than the values in use."""
    differs = _differs(used, statement)
    if used.payroll_eur is None and statement.payroll_eur is not None:
        used.payroll_eur, used.payroll_statement_id = statement.payroll_eur, statement.id
    if used.headcount is None and statement.headcount is not None:
        used.headcount, used.headcount_statement_id = statement.headcount, statement.id
    used.differs = used.differs or differs
    return differs


def choose_payroll(
    session: ScopedSession,
    used: PayrollYear,
    payroll_statement_id: int | None,
    headcount_statement_id: int | None,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Choose which statements are used from now on, by everyone; the others stay, with their difference.

    Raises:
        OutOfScope: the actor may not declare payroll for this company.
        InvalidInput: no reason, or a statement that does not give the value chosen from it.
        NotFound: a statement of another section or year.
    """
    require_right_there(session, Right.WRITE_PAYROLL, used.company_id, used.establishment_id)
    if not reason.strip():
        raise InvalidInput.one("motif absent", "Dire pourquoi cette valeur est la bonne", place="reason")
    session.refresh(used, with_for_update=True)
    if payroll_statement_id is not None:
        chosen = _statement_of(session, used, payroll_statement_id)
        if chosen.payroll_eur is None:
            raise InvalidInput.one(
                "cette source ne donne pas de masse salariale", "En choisir une autre", place="payroll"
            )
        used.payroll_eur, used.payroll_statement_id = chosen.payroll_eur, chosen.id
    if headcount_statement_id is not None:
        chosen = _statement_of(session, used, headcount_statement_id)
        if chosen.headcount is None:
            raise InvalidInput.one("cette source ne donne pas d'effectif", "En choisir une autre", place="headcount")
        used.headcount, used.headcount_statement_id = chosen.headcount, chosen.id
    used.differs, used.reason = False, " ".join(reason.split())
    used.chosen_by, used.chosen_at = session.actor.name, now
    _tell(session, used, now)


def report_faults(report: Report, today: date) -> list[Fault]:
    """What is wrong with a report; empty when it can be kept."""
    faults = []
    if report.payroll_eur is None and report.headcount is None:
        faults.append(Fault("ni masse salariale ni effectif", "Donner l'une, l'autre, ou les deux", "payroll_eur"))
    if not FIRST_YEAR <= report.year <= today.year:
        faults.append(Fault(f"année {report.year}", f"Donner une année de {FIRST_YEAR} à {today.year}", "year"))
    if report.stated_on > today:
        faults.append(Fault("jour de la source à venir", "Donner le jour du document", "stated_on"))
    for name, label, value in (
        ("payroll_eur", "masse salariale", report.payroll_eur),
        ("headcount", "effectif", report.headcount),
    ):
        if value is not None and not (0 <= value < _LARGEST and value == value.quantize(_HUNDREDTH)):
            faults.append(Fault(f"{label} de {value}", "Donner un nombre positif, au centième au plus", name))
    return faults


def _locked_year(session: ScopedSession, section: RateSection, year: int) -> PayrollYear | None:
    """The values in use, held until the end of the transaction; None while there are none."""
    statement = select(PayrollYear).where(PayrollYear.section_id == section.id, PayrollYear.year == year)
    return session.scalar(statement.with_for_update(of=PayrollYear).execution_options(populate_existing=True))


def _first_year(session: ScopedSession, first: PayrollStatement, now: datetime) -> PayrollYear:
    """The values in use as the first statement says them, or those that another source brought in the meantime."""
    row = PayrollYear(
        company_id=first.company_id, establishment_id=first.establishment_id, section_id=first.section_id,
        year=first.year, payroll_eur=first.payroll_eur, headcount=first.headcount, differs=False,
        payroll_statement_id=first.id if first.payroll_eur is not None else None,
        headcount_statement_id=first.id if first.headcount is not None else None,
        chosen_by=session.actor.name, chosen_at=now,
    )  # fmt: skip
    twin = select(PayrollYear).where(PayrollYear.section_id == first.section_id, PayrollYear.year == first.year)
    used, is_new = add_once(session, row, twin)
    if not is_new:
        session.refresh(used, with_for_update=True)
    return used


def _twin(session: ScopedSession, section: RateSection, report: Report) -> PayrollStatement | None:
    statement = select(PayrollStatement).where(
        PayrollStatement.section_id == section.id,
        PayrollStatement.year == report.year,
        PayrollStatement.source == report.source,
        PayrollStatement.stated_on == report.stated_on,
        PayrollStatement.is_estimate == report.is_estimate,
        _same(PayrollStatement.payroll_eur, report.payroll_eur),
        _same(PayrollStatement.headcount, report.headcount),
    )
    return session.scalars(statement.order_by(PayrollStatement.id).limit(1)).first()


def _same(column: InstrumentedAttribute[Decimal | None], value: Decimal | None) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def _statement(session: ScopedSession, section: RateSection, report: Report, now: datetime) -> PayrollStatement:
    return PayrollStatement(
        company_id=section.company_id, establishment_id=section.establishment_id, section_id=section.id,
        year=report.year, payroll_eur=report.payroll_eur, headcount=report.headcount, source=report.source,
        is_estimate=report.is_estimate, stated_on=report.stated_on, detail=" ".join(report.detail.split()) or None,
        document_id=report.document_id, recorded_at=now, recorded_by=session.actor.name,
    )  # fmt: skip


def _differs(used: PayrollYear, statement: PayrollStatement) -> bool:
    """Whether a statement says otherwise than the values in use; what only one of them says is no difference."""
    pairs = ((used.payroll_eur, statement.payroll_eur), (used.headcount, statement.headcount))
    return any(one is not None and other is not None and one != other for one, other in pairs)


def _statement_of(session: ScopedSession, used: PayrollYear, statement_id: int) -> PayrollStatement:
    found = session.get(PayrollStatement, statement_id)
    if found is None or (found.section_id, found.year) != (used.section_id, used.year):
        raise NotFound("Cette déclaration n'est pas de cette section ni de cette année.")
    return found


def _tell(session: ScopedSession, used: PayrollYear, now: datetime) -> None:
    """Let upper domains know that a value in use appeared or changed; told again, it is the same fact."""
    session.flush()
    sources = f"{used.payroll_statement_id or '-'}:{used.headcount_statement_id or '-'}"
    fact = Fact(
        kind=PAYROLL_USED, key=f"{used.id}:{sources}:{used.chosen_at.isoformat()}", subject=f"payroll_years:{used.id}",
        effective_on=date(used.year, 1, 1), known_at=now, company_id=used.company_id,
        details={"section_id": used.section_id, "year": used.year},
    )  # fmt: skip
    record_fact(session, fact)
