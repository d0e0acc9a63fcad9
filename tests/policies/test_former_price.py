"""From the premiums that another system wrote to rates that give them back to the cent, and the tax it charged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.kernel.money import round_cents
from atmp_insure.policies.former_price import FormerPremium, former_rates, former_tax, of_file

CATALOGUE = installed_catalogue(None)
PRODUCT = CATALOGUE.versions[0]
SOLD = tuple(one for one in PRODUCT.guarantees if one.code in {"IP2", "IP3", "IP4"})
WAGES = Fraction(7_000_001)
FILE = of_file("extraction d'octobre", date(2026, 10, 31))


def premium(total: str | None = None, minimum: str = "0", **by_guarantee: str) -> FormerPremium:
    given = {code: Fraction(amount) for code, amount in by_guarantee.items()}
    return FormerPremium(given, None if total is None else Fraction(total), Fraction(minimum))


def test_rates_give_back_the_premium_of_each_guarantee_to_the_cent() -> None:
    rates = former_rates(premium("10000.01", IP2="3000.33", IP3="0", IP4="6999.68"), SOLD, WAGES)
    assert [(one.code, round_cents(one.rate * WAGES)) for one in rates] == [
        ("IP2", Fraction("3000.33")), ("IP3", Fraction(0)), ("IP4", Fraction("6999.68")),
    ]  # fmt: skip


def test_a_total_alone_is_shared_evenly_and_its_spare_cents_fall_on_the_first() -> None:
    rates = former_rates(premium("100.01"), SOLD, WAGES)
    assert [round_cents(one.rate * WAGES) for one in rates] == [Fraction(n, 100) for n in (3335, 3333, 3333)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (premium(), "prime absente"),
        (premium("10", IP2="3", IP3="3"), "IP4"),  # a guarantee without its premium
        (premium("10", IP2="3", IP3="3", IP4="3", IT6="1"), "IT6"),  # a premium without its guarantee
        (premium("10", IP2="3", IP3="3", IP4="3"), "ne font pas la prime nette annuelle"),
        (premium("999.99", "1000"), "inférieure à la prime minimale"),
    ],
)
def test_premiums_that_do_not_hold_together_are_refused(given: FormerPremium, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        former_rates(given, SOLD, WAGES)


def test_a_premium_equal_to_the_minimum_is_taken() -> None:
    assert sum(one.rate * WAGES for one in former_rates(premium("1000", "1000"), SOLD, WAGES)) == 1000


def test_a_total_is_not_shared_between_guarantees_that_are_taxed_differently() -> None:
    sold = (*SOLD[:2], replace(SOLD[2], tax_class="legal_protection"))
    with pytest.raises(InvalidInput, match="ne sont pas taxées de la même façon"):
        former_rates(premium("100"), sold, WAGES)


def test_the_tax_of_the_file_holds_until_the_law_that_is_known_here_begins() -> None:
    """The installed table begins on 1 January 2024 (art. 991 and 1001 CGI); a file tells 7 % from 2022, to be seen."""
    taxed = former_tax(CATALOGUE.tax, {date(2022, 1, 1): Fraction(7, 100)}, "ordinary", FILE).rates["ordinary"]
    assert [taxed.at(on).value for on in (date(2022, 1, 1), date(2023, 12, 31), date(2024, 1, 1))] == [
        Fraction(7, 100), Fraction(7, 100), Fraction(9, 100),
    ]  # fmt: skip
    assert taxed.at(date(2023, 1, 1)).citation.source == "fichier « extraction d'octobre » de l'ancien système"
    with pytest.raises(MissingParameter):
        taxed.at(date(2021, 12, 31))
    with pytest.raises(MissingParameter):
        CATALOGUE.tax.rates["ordinary"].at(date(2022, 1, 1))  # the table itself is not changed
