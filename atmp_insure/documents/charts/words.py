"""The words and the numbers of charts, in the language of the page they are drawn for; in French for letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atmp_insure import formatting
from atmp_insure.formatting import ENGLISH, FRENCH

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

    Exact = Decimal | Fraction | None

ABSENT = "–"


@dataclass(frozen=True, slots=True)
class ChartWords:
    """What charts say in one language; names in braces are filled in.

    Attributes:
        language: code of the language.
        axis_suffix: what follows the name of a formatter of `chart_option.js`.
    """

    language: str
    axis_suffix: str
    year: str
    total: str
    notified: str
    expected: str
    indemnity: str
    counterfactual: str
    legal_limits: str
    limits: str
    limit: str
    at_least: str
    at_most: str
    band: str
    between: str
    expected_year: str
    no_rate_told: str
    rates_told: str
    indemnity_told: str
    event_told: str
    amounts_told: str
    unknown_told: str
    line_told: str

    def rate(self, rate_fraction: Exact) -> str:
        """A rate: `2,35 %`, `2.35%`; a dash when it is not known."""
        return ABSENT if rate_fraction is None else formatting.percent(rate_fraction, 2, self.language)

    def euros(self, amount_eur: Exact, decimals: int = 2) -> str:
        """An amount: `54 100,00 €`, `€54,100.00`; a dash when it is not known."""
        return ABSENT if amount_eur is None else formatting.euros(amount_eur, decimals, self.language)

    def span(self, low: Exact, high: Exact) -> str:
        """From one rate to another; a dash when neither is known."""
        if low is None and high is None:
            return ABSENT
        return self.between.format(low=self.rate(low), high=self.rate(high))

    def axis(self, formatter: str) -> str:
        """The formatter of an axis or a tip, in this language: `@percent`, `@percent_en`."""
        return f"{formatter}{self.axis_suffix}"


_FRENCH = ChartWords(
    language=FRENCH,
    axis_suffix="",
    year="Année",
    total="Total",
    notified="Taux notifié",
    expected="Taux attendu",
    indemnity="Indemnité",
    counterfactual="Sans l'accident",
    legal_limits="Limites légales",
    limits="Limites",
    limit="limite",
    at_least="au moins {rate}",
    at_most="au plus {rate}",
    band="Fourchette",
    between="{low} à {high}",
    expected_year="{year} (attendu)",
    no_rate_told="{title} : aucun taux connu.",
    rates_told="{title}. {name} de {first} en {first_year} à {last} en {last_year}, au plus {most} en {most_year}.",
    indemnity_told="Indemnité totale : {total}.",
    event_told="{year} : {event}.",
    amounts_told="{name} : {total} au total",
    unknown_told="{name} : inconnu.",
    line_told="{name} : {first} en {first_year}, {last} en {last_year}.",
)
_ENGLISH = ChartWords(
    language=ENGLISH,
    axis_suffix="_en",
    year="Year",
    total="Total",
    notified="Notified rate",
    expected="Expected rate",
    indemnity="Indemnity",
    counterfactual="Without the accident",
    legal_limits="Legal limits",
    limits="Limits",
    limit="limit",
    at_least="at least {rate}",
    at_most="at most {rate}",
    band="Range",
    between="{low} to {high}",
    expected_year="{year} (expected)",
    no_rate_told="{title}: no rate is known.",
    rates_told="{title}. {name} from {first} in {first_year} to {last} in {last_year}, at most {most} in {most_year}.",
    indemnity_told="Indemnity in all: {total}.",
    event_told="{year}: {event}.",
    amounts_told="{name}: {total} in all",
    unknown_told="{name}: unknown.",
    line_told="{name}: {first} in {first_year}, {last} in {last_year}.",
)
_BY_LANGUAGE = {FRENCH: _FRENCH, ENGLISH: _ENGLISH}


def chart_words(language: str) -> ChartWords:
    """What charts say in a language; French for one that we do not write."""
    return _BY_LANGUAGE.get(language, _FRENCH)
