"""What is known of the rates of an establishment, unit by unit: those that are stored, and the papers behind them.

A unit may have rates without papers, when only a list of rates gives them: it is neither explained nor simulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import NotFound
from atmp_insure.parties.queries import get_company, get_establishment
from atmp_insure.rate_records import queries
from atmp_insure.rate_records.simulation import known_claims

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.db.session import ScopedSession
    from atmp_insure.parties.models import Company, Establishment
    from atmp_insure.rate_records.models import RateFinding, RateYear
    from atmp_insure.rate_records.office import Office
    from atmp_insure.rate_records.reconciliation import ReconciledRate, UnitReconciliation
    from atmp_insure.rate_records.simulation import KnownClaim


@dataclass(frozen=True, slots=True)
class UnitRates:
    """A tariff unit.

    Attributes:
        key: how addresses name it: `01-28.1AD`.
        rates: stored, oldest first.
        papers: what recomputes them; None when only a list of rates is known.
        claims: those that its accounts charge.
    """

    key: str
    rates: Sequence[RateYear]
    papers: UnitReconciliation | None
    claims: tuple[KnownClaim, ...]

    @property
    def reconciled(self) -> UnitReconciliation:
        """The papers of the unit.

        Raises:
            NotFound: nothing but a list of rates is known.
        """
        if self.papers is None:
            raise NotFound("Aucun document de tarification ne porte cette section.")
        return self.papers

    def recomputed(self, rate_year: int) -> ReconciledRate:
        """A notified rate, with how it was recomputed.

        Raises:
            NotFound: it could not be.
        """
        for rate in self.reconciled.rates:
            if rate.sheet.rate_year == rate_year and rate.result is not None:
                return rate
        raise NotFound("Ce taux n'a pas pu être recalculé.")


@dataclass(frozen=True, slots=True)
class EstablishmentRates:
    """What is known of the rates of an establishment."""

    company: Company
    establishment: Establishment
    units: tuple[UnitRates, ...]
    findings: Sequence[RateFinding]

    def unit(self, key: str) -> UnitRates:
        """A unit that has papers.

        Raises:
            NotFound: none of that name, or nothing but a list of rates.
        """
        for unit in self.units:
            if unit.key == key and unit.papers is not None:
                return unit
        raise NotFound("Aucun document de tarification ne porte cette section.")


def rates_of(session: ScopedSession, office: Office, establishment_id: int) -> EstablishmentRates:
    """What is known of the rates of an establishment.

    Raises:
        NotFound: no such establishment, or none that the actor may see.
    """
    establishment = get_establishment(session, establishment_id)
    counting = queries.list_counting(session, establishment.company_id)
    by_key = {_key(unit): unit for unit in office.units(counting) if _is_of(unit, establishment.siret)}
    rates: dict[str, list[RateYear]] = {}
    for rate in queries.list_rate_years(session, establishment_id):
        rates.setdefault(unit_key(rate.section, rate.risk_code), []).append(rate)
    return EstablishmentRates(
        get_company(session, establishment.company_id),
        establishment,
        tuple(_unit(key, own, by_key.get(key)) for key, own in rates.items()),
        queries.list_findings_of_establishment(session, establishment_id),
    )


def unit_key(section: str, risk_code: str) -> str:
    """How an address names a unit of an establishment."""
    return f"{section}-{risk_code}"


def _unit(key: str, rates: Sequence[RateYear], papers: UnitReconciliation | None) -> UnitRates:
    return UnitRates(key, rates, papers, () if papers is None else known_claims(papers))


def _is_of(unit: UnitReconciliation, siret: str) -> bool:
    return unit.papers.establishment.siret == siret


def _key(unit: UnitReconciliation) -> str:
    place = unit.papers.establishment
    return unit_key(place.section or "", f"{place.risk_code or ''}{'B' * place.support_staff}")
