"""The tables of premiums on papers: columns that add up, rates that give the premium back."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.formatting import number
from atmp_insure.guarantees.written import percent_text
from atmp_insure.kernel.french import french_percent
from atmp_insure.kernel.money import round_cents
from atmp_insure.kernel.rounding import RoundingMode, decimal_text
from atmp_insure.policies.premium_lines import PremiumLine, short_name, total_of
from atmp_insure.policies.terms import yearly_lines
from atmp_insure.underwriting.quote_tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.policies.terms import PolicyTerms

_ZERO = Fraction(0)
_FEWEST_DECIMALS, _READABLE_DECIMALS, _MOST_DECIMALS = 2, 8, 24
_PREMIUM_HEADINGS = (
    "Prime nette (€)", "Fractionnement (€)", "Taux de taxe", "Taxe (€)", "Prime taxe comprise (€)"
)  # fmt: skip
_NUMBERS = (1, 2, 3, 4, 5)  # columns


def premium_table(caption: str, lines: Sequence[PremiumLine]) -> Table:
    """A premium line by line, with its total.

    Source: special conditions; art. 991 CGI (tax on premium and surcharge).
    """
    rows = tuple((short_name(one.code), *_amounts(one)) for one in lines)
    total = (
        "Total", _amount(sum((one.net_eur for one in lines), _ZERO)),
        _amount(sum((one.surcharge_eur for one in lines), _ZERO)), "",
        _amount(sum((one.tax_eur for one in lines), _ZERO)), _amount(total_of(lines)),
    )  # fmt: skip
    return Table(caption, ("", *_PREMIUM_HEADINGS), rows, _NUMBERS, total)


def _amounts(one: PremiumLine) -> tuple[str, ...]:
    return (
        _amount(one.net_eur), _amount(one.surcharge_eur), percent_text(one.tax_rate), _amount(one.tax_eur),
        _amount(one.total_eur),
    )  # fmt: skip


def rates_table(terms: PolicyTerms) -> Table:
    """The technical bases: the price of each guarantee in percent of wages, and the premium that it gives.

    Source: special conditions (premium as a rate on wages).
    """
    nets = {line.code: line.net_eur for line in yearly_lines(terms)}
    rows = tuple(
        (short_name(one.code), rate_text(one.rate, terms.wages_eur), _amount(nets[one.code])) for one in terms.rates
    )
    total = ("Ensemble", "", _amount(sum((nets[one.code] for one in terms.rates), _ZERO)))
    headings = ("Garantie", "Taux, en pourcentage de la masse salariale", "Prime nette d'une année entière (€)")
    return Table("Taux de prime", headings, rows, (1, 2), total)


def rate_text(rate: Fraction, wages_eur: Fraction) -> str:
    """A price in percent of wages: exact when it ends, or else with the decimals that give the premium back.

    Source: special conditions; the number of decimals is a choice of this product.
    """
    percent = rate * 100
    readable, candidates = range(_FEWEST_DECIMALS, _READABLE_DECIMALS + 1), range(_FEWEST_DECIMALS, _MOST_DECIMALS)
    exact = (count for count in readable if (percent * 10**count).denominator == 1)
    enough = (count for count in candidates if _gives_back(percent, count, wages_eur))
    return french_percent(percent, next(exact, next(enough, _MOST_DECIMALS)))


def _gives_back(percent: Fraction, decimals: int, wages_eur: Fraction) -> bool:
    written = Fraction(decimal_text(percent, decimals, RoundingMode.HALF_UP))
    return round_cents(written / 100 * wages_eur) == round_cents(percent / 100 * wages_eur)


def _amount(amount_eur: Fraction) -> str:
    """An amount whose unit stands in the heading: `430 650,00`."""
    return number(amount_eur, 2)
