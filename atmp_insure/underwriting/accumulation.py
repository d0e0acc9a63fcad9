"""What the companies of a group are insured for together: asked of the policies, which stand above the quotes."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from atmp_insure.db.session import ScopedSession

CompanyProduct = tuple[int, str]  # a company, by its number, and the code of a product


@dataclass(frozen=True, slots=True)
class Insured:
    """What policies cover of some companies.

    Attributes:
        wages_eur: annual wages that the policies of a company insure under a product.
        quote_ids: the accepted quotes that policies stand on: they count by their policies alone.
    """

    wages_eur: Mapping[CompanyProduct, Decimal] = field(default_factory=dict)
    quote_ids: frozenset[int] = frozenset()


class InsuredWages(Protocol):
    """What says what policies cover, of companies that whoever asks may not see."""

    def __call__(self, session: ScopedSession, companies: Collection[int], first_day: date, /) -> Insured:
        """What is covered on some day of the year that begins on a day."""


def nothing_insured(_session: ScopedSession, _companies: Collection[int], _first_day: date, /) -> Insured:
    """Where there are no policies: a price from papers alone.

    Source: none; nothing is insured.
    """
    return Insured()


def accumulated_eur(insured: Insured, accepted: Iterable[tuple[int, CompanyProduct, Decimal]]) -> Decimal:
    """Wages that a group has insured: by its policies, and by the accepted quotes that none stands on yet.

    A company counts once for a product: by the larger of its policies and of its latest accepted quote.

    Args:
        accepted: quotes, each with its number and wages, the latest of a company last.

    Source: a choice of this product (`docs/quotes.md`).
    """
    quoted = {key: wages for number, key, wages in accepted if number not in insured.quote_ids}
    keys = quoted.keys() | insured.wages_eur.keys()
    none = Decimal(0)
    return sum((max(quoted.get(key, none), insured.wages_eur.get(key, none)) for key in keys), none)
