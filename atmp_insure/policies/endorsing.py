"""From what is wanted to the changes of an endorsement: only what differs becomes a change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.kernel.errors import Fault, InvalidInput
from atmp_insure.kernel.identifiers import compact_siret, is_siret
from atmp_insure.policies.requoting import cover_differences
from atmp_insure.policies.terms import PremiumRate

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from fractions import Fraction

    from atmp_insure.guarantees.product import Deductible, Limits, ProductVersion
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.terms import PolicyTerms


@dataclass(frozen=True, slots=True)
class WantedCover:
    """A cover at its price, as a quote or a person gives it.

    Attributes:
        nets_eur: yearly premium without tax of each guarantee, on the insured wages; its keys are the guarantees.
    """

    diseases: bool
    deductible: Deductible
    limits: Limits
    nets_eur: Mapping[str, Fraction]
    minimum_eur: Fraction


def cover_changes(terms: PolicyTerms, wanted: WantedCover, product: ProductVersion) -> tuple[Change, ...]:
    """The changes that lead from terms to a cover; none when nothing differs.

    Raises:
        InvalidInput: a guarantee that the product does not sell, or one left out that it does not leave out.

    Source: product version; special conditions.
    """
    faults = sold_faults(wanted.nets_eur, product)
    if faults:
        raise InvalidInput(replace(one, place=f"net_{one.place}") for one in faults)
    rates = rates_for(terms, wanted.nets_eur, product)
    return cover_differences(terms, replace(
        terms, guarantees=frozenset(wanted.nets_eur), diseases=wanted.diseases, deductible=wanted.deductible,
        limits=wanted.limits, rates=rates, minimum_eur=wanted.minimum_eur,
    ))  # fmt: skip


def rates_for(terms: PolicyTerms, nets_eur: Mapping[str, Fraction], product: ProductVersion) -> tuple[PremiumRate, ...]:
    """The prices that give yearly premiums back on the insured wages, in the order of the catalogue.

    Source: special conditions (premium as a rate on wages).
    """
    found = []
    for guarantee in GUARANTEES:
        sold = product.terms_of(guarantee.code)
        if guarantee.code in nets_eur and sold is not None:
            found.append(PremiumRate(guarantee.code, nets_eur[guarantee.code] / terms.wages_eur, sold.tax_class))
    return tuple(found)


def section_siret(text: str, siren: str, place: str) -> str:
    """The SIRET of a section that comes in, compact.

    Raises:
        InvalidInput: no SIRET, or that of another company.

    Source: a choice of this product: a policy insures the establishments of one company.
    """
    siret = compact_siret(text)
    if not is_siret(siret):
        raise InvalidInput.one(f"« {text.strip()} » n'est pas un SIRET", "Donner ses quatorze chiffres", place=place)
    if not siret.startswith(siren):
        raise InvalidInput.one(
            f"le SIRET {siret} n'est pas de l'entreprise {siren}",
            "Un établissement acquis porte le SIREN de l'acquéreur : donner son nouveau SIRET",
            place=place,
        )
    return siret


def sold_faults(guarantees: Collection[str], product: ProductVersion) -> tuple[Fault, ...]:
    """What is wrong with a choice of guarantees, each fault placed at the code of its guarantee.

    Source: product version.
    """
    sold = {one.code for one in product.guarantees}
    needed = {one.code for one in product.guarantees if not one.is_optional}
    unknown = [
        Fault(f"garantie « {code} » absente du produit", "La retirer", code) for code in sorted(set(guarantees) - sold)
    ]
    missing = [
        Fault(f"la garantie {code} n'est pas facultative", "Lui donner un prix", code)
        for code in sorted(needed - set(guarantees))
    ]
    return (*unknown, *missing)
