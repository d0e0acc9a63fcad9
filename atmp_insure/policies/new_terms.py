"""The new terms that are announced for a due date: another version of the product, prices that follow an index."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.policies.changes import ChangePrice, ChangeProductVersion

if TYPE_CHECKING:
    from atmp_insure.guarantees.product import ProductVersion
    from atmp_insure.policies.changes import Change
    from atmp_insure.policies.terms import PolicyTerms

_WHOLE = Fraction(1)


def new_terms(terms: PolicyTerms, version: ProductVersion, index: Fraction) -> tuple[Change, ...]:
    """The changes with which the next year would begin.

    The index bears on the rates of all guarantees; the minimum premium is that of the version.

    Args:
        index: by which prices rise, a fraction; negative: they fall.

    Raises:
        InvalidInput: nothing would change, or prices would fall to nothing.

    Source: art. L.113-12 Code des assurances (new terms bind who could leave at the due date).
    """
    if index <= -_WHOLE:
        raise InvalidInput.one("il ne resterait rien de la prime", "Donner une baisse de moins de 100 %", place="index")
    found: list[Change] = []
    minimum_eur = terms.minimum_eur
    if version.version != terms.product_version:
        minimum_eur = version.minimum_premium_eur
        found.append(ChangeProductVersion(version.version, minimum_eur))
    if index:
        found.append(ChangePrice(tuple(replace(one, rate=one.rate * (1 + index)) for one in terms.rates), minimum_eur))
    if not found:
        raise InvalidInput.one(
            "rien ne change", "Choisir une autre version du produit, ou donner un indice", place="index"
        )
    return tuple(found)
