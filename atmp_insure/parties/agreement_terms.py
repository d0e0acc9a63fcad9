"""What an agreement must say to be signed, as faults: shares that add up to 100 %, one leader, a product covered."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.kernel.errors import Fault
from atmp_insure.kernel.french import french_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Share:
    """The part of an insurer, as a fraction, and whether it leads (apériteur)."""

    share: Decimal
    is_leader: bool


def signature_faults(products: Sequence[str], shares: Sequence[Share], *, with_insurer: bool) -> tuple[Fault, ...]:
    """What still stands in the way of signing a version; empty when nothing does.

    Args:
        products: codes of the products covered.
        shares: the parts of the insurers.
        with_insurer: whether the agreement is with an insurer, and so must say who bears which share.
    """
    faults = []
    if not products:
        faults.append(Fault("aucun produit", "Dire quels produits la convention couvre", "products"))
    if with_insurer:
        faults += share_faults(shares)
    elif shares:
        faults.append(Fault("parts de coassurance dans une convention de courtage", "Les retirer", "shares"))
    return tuple(faults)


def share_faults(shares: Sequence[Share]) -> list[Fault]:
    """Shares add up to exactly 100 %, and one insurer leads."""
    total = sum((share.share for share in shares), Decimal(0))
    faults = []
    if total != _WHOLE:
        said = f"les parts de coassurance font {french_percent(Fraction(total) * 100)} au lieu de 100 %"
        faults.append(Fault(said, "Les corriger pour qu'elles fassent exactement 100 %", "shares"))
    leaders = sum(share.is_leader for share in shares)
    if leaders != 1:
        said = "aucun apériteur" if leaders == 0 else f"{leaders} apériteurs"
        faults.append(Fault(said, "Désigner l'apériteur, un seul", "shares"))
    return faults
