"""How premiums stand in the books: what a call makes the client owe, and to which insurers it is owed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from atmp_insure.kernel.money import share_by_largest_remainder
from atmp_insure.ledger.chart import AccountKey, AccountRole
from atmp_insure.ledger.entries import transfer_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from atmp_insure.ledger.entries import Transfer
    from atmp_insure.premiums.calling import Lines


CALLS = "premium_calls:"
BY_BROKER = "broker_bordereau_lines:"  # what clients paid to a broker


def subject_of(call_id: int) -> str:
    """What the books know the entries of a call by.

    Source: none; a name of this product.
    """
    return f"{CALLS}{call_id}"


def euros(cents: int) -> Decimal:
    """Cents as an amount in euros.

    Source: none; a change of unit.
    """
    return Decimal(cents).scaleb(-2)


def call_transfers(client_id: int, lines: Lines, shares: Mapping[int, Mapping[int, Fraction]]) -> tuple[Transfer, ...]:
    """What a call moves: the client owes each insurer its part of premium and surcharge, and of the tax.

    Args:
        shares: by version of agreement, the part of each insurer.

    Source: chart of accounts of this product; shares of the agreement, to the cent by the largest remainder.
    """
    premium: dict[int, int] = {}
    tax: dict[int, int] = {}
    for line, amounts in lines.items():
        parts = shares[line.agreement_version_id]
        for insurer, cents in between_insurers(amounts.net + amounts.surcharge, parts):
            premium[insurer] = premium.get(insurer, 0) + cents
        for insurer, cents in between_insurers(amounts.tax, parts):
            tax[insurer] = tax.get(insurer, 0) + cents
    client = AccountKey(AccountRole.CLIENT, client_id)
    return tuple(
        one
        for role, owed in ((AccountRole.PREMIUM_CALLED, premium), (AccountRole.TAX_CALLED, tax))
        for insurer in sorted(owed)
        for one in transfer_of(euros(owed[insurer]), client, AccountKey(role, insurer))
    )


def between_insurers(cents: int, parts: Mapping[int, Fraction]) -> Iterator[tuple[int, int]]:
    """An amount of either sign between insurers, in cents; what is given back is shared as it was called.

    Source: shares of the agreement, to the cent by the largest remainder.
    """
    sign = -1 if cents < 0 else 1
    found = share_by_largest_remainder(abs(cents), {f"{insurer:012}": part for insurer, part in parts.items()})
    for insurer, part in found.items():
        yield int(insurer), sign * part
