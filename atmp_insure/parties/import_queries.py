"""What is known already of what a file names: asked by hundreds, for files of tens of thousands of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select, tuple_

from atmp_insure.parties.body_models import Body
from atmp_insure.parties.models import Company, Establishment, RateSection, SectionTerms
from atmp_insure.parties.payroll_models import PayrollYear

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Select

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.body_models import BodyKind

T = TypeVar("T")
_AT_ONCE = 500  # values of one statement


def companies_of(session: ScopedSession, sirens: Collection[str]) -> dict[str, Company]:
    """The companies of some SIRENs."""
    return {
        company.siren: company
        for some in _some(sirens)
        for company in session.scalars(select(Company).where(Company.siren.in_(some)))
    }


def establishments_of(session: ScopedSession, sirets: Collection[str]) -> dict[str, Establishment]:
    """The establishments of some SIRETs."""
    return {
        establishment.siret: establishment
        for some in _some(sirets)
        for establishment in session.scalars(select(Establishment).where(Establishment.siret.in_(some)))
    }


def sections_of(session: ScopedSession, establishment_ids: Collection[int]) -> dict[int, dict[str, RateSection]]:
    """The sections of some establishments, by establishment and number."""
    found: dict[int, dict[str, RateSection]] = {number: {} for number in establishment_ids}
    for some in _some(establishment_ids):
        for section in session.scalars(select(RateSection).where(RateSection.establishment_id.in_(some))):
            found[section.establishment_id][section.number] = section
    return found


def terms_of(session: ScopedSession, section_ids: Collection[int]) -> dict[int, list[SectionTerms]]:
    """How some sections were classified, the earliest first."""
    found: dict[int, list[SectionTerms]] = {number: [] for number in section_ids}
    for some in _some(section_ids):
        statement = select(SectionTerms).where(SectionTerms.section_id.in_(some)).order_by(SectionTerms.first_day)
        for terms in session.scalars(statement):
            found[terms.section_id].append(terms)
    return found


def payroll_of(session: ScopedSession, section_ids: Collection[int]) -> dict[tuple[int, int], PayrollYear]:
    """The payroll and headcount in use of some sections, by section and year."""
    return {
        (used.section_id, used.year): used
        for some in _some(section_ids)
        for used in session.scalars(select(PayrollYear).where(PayrollYear.section_id.in_(some)))
    }


def bodies_of(session: ScopedSession, codes: Collection[tuple[BodyKind, str]]) -> dict[tuple[BodyKind, str], Body]:
    """The bodies of some kinds and codes."""
    return {(body.kind, body.code): body for some in _some(codes) for body in session.scalars(_bodies(some))}


def _bodies(some: Sequence[tuple[BodyKind, str]]) -> Select[Any]:
    return select(Body).where(tuple_(Body.kind, Body.code).in_(some))


def _some(values: Collection[T]) -> Iterator[list[T]]:
    kept = list(values)
    for start in range(0, len(kept), _AT_ONCE):
        yield kept[start : start + _AT_ONCE]
