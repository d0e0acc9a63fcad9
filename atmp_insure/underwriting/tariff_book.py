"""Everything that a price is made with, in all its versions; a quote takes those of the day its cover begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.underwriting.accumulation import nothing_insured
from atmp_insure.underwriting.pricing import Tariff

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from atmp_insure.guarantees.product import Catalogue
    from atmp_insure.regulation.law import Law
    from atmp_insure.underwriting.accumulation import InsuredWages
    from atmp_insure.underwriting.statistics import PricingBases


@dataclass(frozen=True, slots=True)
class TariffBook:
    """Products, statistics and law of an installation.

    Attributes:
        insured: what says what policies cover of the other companies of a group.
    """

    catalogue: Catalogue
    bases: PricingBases
    law: Law
    insured: InsuredWages = nothing_insured

    def tariff(self, product: str, first_day: date, commission: Fraction | None = None) -> Tariff:
        """What a cover that begins on a day is priced with.

        Args:
            product: its code.
            commission: of the broker's agreement; None: that of the product.

        Raises:
            InvalidInput: no version of the product is sold for that day.
            MissingParameter: no statistics or no assumptions are in force on it.

        Source: product files.
        """
        version = self.catalogue.version_on(product, first_day)
        if version is None:
            known = self.catalogue.products()
            wrong, remedy = f"produit « {product} » inconnu", f"Produits : {', '.join(known)}"
            if product in known:
                wrong = f"aucune version du produit « {product} » ne couvre un début au {first_day.isoformat()}"
                remedy = "Choisir un autre jour, ou ajouter une version du produit"
            raise InvalidInput.one(wrong, remedy, place="product" if product not in known else "starts_on")
        return Tariff(
            version, self.catalogue.tax, self.bases.statistics_on(first_day), self.bases.assumptions_on(first_day),
            self.law, commission,
        )  # fmt: skip
