"""What an indemnity pays: the over-contribution, less the deductible, within the limit. Never more than the loss."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.money import round_cents

if TYPE_CHECKING:
    from atmp_insure.guarantees.catalogue.guarantee import PaymentBasis
    from atmp_insure.guarantees.product import GuaranteeTerms


def indemnity_eur(basis: PaymentBasis, terms: GuaranteeTerms) -> Fraction:  # noqa: ARG001 - every guarantee is asked alike
    """What is paid for one section and rate year, rounded once, at the end, to the nearest cent.

    The deductible is one per section and year, whatever the number of claims and of guarantees: whoever asks several
    guarantees gives it once.

    Source: general conditions, article 6; indemnity principle, art. L.121-1 Code des assurances.
    """
    beyond_deductible = max(Fraction(0), basis.excess_eur - basis.deductible_eur)
    if basis.limit_eur is not None:
        beyond_deductible = min(basis.limit_eur, beyond_deductible)
    return round_cents(beyond_deductible)
