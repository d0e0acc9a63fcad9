"""Which papers take the place of which: a rectified sheet, a newer account that covers all that an older one did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atmp_insure.rate_records.documents import CalculationSheet, EmployerAccount
from atmp_insure.rate_records.payroll_declaration import PayrollDeclaration
from atmp_insure.rate_records.rate_history import RateHistory

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Document


def supersedes(newer: Document, former: Document) -> bool:
    """Whether a paper that comes takes the place of one that counts.

    A sheet: of the same rate year and section. An account: of the same establishment and section, whose years are all
    covered, and that was not printed later. A list of rates: of the same establishment. Declarations never: one that
    replaces another says so itself, and both are read.

    Source: input-formats 9.11.
    """
    if not _same_section(newer, former):
        return False
    match newer, former:
        case CalculationSheet(), CalculationSheet():
            earlier = newer.notified_on is not None and former.notified_on is not None
            return newer.rate_year == former.rate_year and not (earlier and newer.notified_on < former.notified_on)  # type: ignore[operator]
        case EmployerAccount(), EmployerAccount():
            dated = newer.issued_on is not None and former.issued_on is not None
            is_older = dated and newer.issued_on < former.issued_on  # type: ignore[operator]
            return set(former.account_years) <= set(newer.account_years) and not is_older
        case RateHistory(), RateHistory():
            return True
        case _:
            return False


def _same_section(newer: Document, former: Document) -> bool:
    """Whether two papers are about the same part of an establishment, as far as both say."""
    if isinstance(newer, PayrollDeclaration):
        return False
    one, other = newer.establishment, former.establishment
    parts = [(one.section, other.section), (one.risk_code, other.risk_code)]
    return (
        one.siret == other.siret
        and one.support_staff == other.support_staff
        and all(left is None or right is None or left == right for left, right in parts)
    )
