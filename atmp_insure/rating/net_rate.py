"""From the value of the risk to the calculated rate: gross, net and mixed rate, as one formula of the year."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from atmp_insure.regulation.law import RoundingPolicy, Surcharges

HUNDRED = 100


def gross_rate(risk_value_eur: Fraction, wages_eur: Fraction) -> Fraction:
    """Gross rate (taux brut) in percent: value of the risk of the triennium over its wages.

    Source: art. D.242-6-4 and D.242-32 CSS.
    """
    return risk_value_eur * HUNDRED / wages_eur


def mixed_rate(share: Fraction, individual_percent: Fraction, collective_percent: Fraction) -> Fraction:
    """Mixed rate (taux mixte) in percent: both parts are net rates, nothing is mixed at gross level.

    Source: art. D.242-6-13 and D.242-37 CSS.
    """
    return share * individual_percent + (1 - share) * collective_percent


@dataclass(frozen=True, slots=True)
class Calculation:
    """The steps between a value of the risk and the calculated rate; what the mode does not need stays None."""

    gross_percent: Fraction | None
    individual_percent: Fraction | None
    calculated_percent: Fraction


@dataclass(frozen=True, slots=True)
class YearFormula:
    """Calculated rate of one unit and one year as a function of the value of the risk.

    Attributes:
        share: share of the individual rate; 0 needs no wages nor surcharges, 1 no collective rate.
        claim_free_percent: in a simulation, the rate without the claims, which the claims then add to.
    """

    share: Fraction
    wages_eur: Fraction
    surcharges: Surcharges | None
    collective_percent: Fraction | None
    rounding: RoundingPolicy
    claim_free_percent: Fraction | None = None

    def calculation(self, risk_value_eur: Fraction) -> Calculation:
        """The rate before the cap, with its intermediate rates.

        Source: art. D.242-6-3, D.242-6-4, D.242-6-9 and D.242-6-13 CSS.
        """
        if not self.share or self.surcharges is None:
            return Calculation(None, None, self._without_claims())
        gross = self.rounding.gross.apply(gross_rate(risk_value_eur, self.wages_eur))
        if self.claim_free_percent is not None:
            loaded = self.claim_free_percent + self.share * gross * (1 + self.surcharges.m2 / HUNDRED)
            return Calculation(gross, None, self.rounding.mixed.apply(loaded))
        individual = self.rounding.net.apply(self.surcharges.net(gross))
        if self.collective_percent is None:
            return Calculation(gross, individual, individual)
        mixed = self.rounding.mixed.apply(mixed_rate(self.share, individual, self.collective_percent))
        return Calculation(gross, individual, mixed)

    def affine(self) -> tuple[Fraction, Fraction]:
        """The calculated rate as `intercept + slope × value of the risk`; true only when nothing is rounded inside."""
        intercept = self.calculation(Fraction(0)).calculated_percent
        return intercept, self.calculation(Fraction(1)).calculated_percent - intercept

    def _without_claims(self) -> Fraction:
        if self.claim_free_percent is not None:
            return self.claim_free_percent
        if self.collective_percent is None:
            raise ValueError("a year without individual share needs its collective rate")
        return self.collective_percent
