"""From the premiums and the tax that another system wrote to the rates and the dated tax that policies live by."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from atmp_insure.guarantees.product import InsuranceTax
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.kernel.money import split_evenly, whole_cents
from atmp_insure.policies.terms import PremiumRate
from atmp_insure.regulation.values import Citation, Confidence, DatedEntry, DatedValues, Sourced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from atmp_insure.guarantees.product import GuaranteeTerms

_CENTS = 100


@dataclass(frozen=True, slots=True)
class FormerPremium:
    """The yearly premium of a state, without surcharge and tax.

    Attributes:
        by_guarantee_eur: as far as the file gives it.
        total_eur: None where only the premiums of the guarantees are given.
        minimum_eur: contained in the premium where it was due.
    """

    by_guarantee_eur: Mapping[str, Fraction]
    total_eur: Fraction | None
    minimum_eur: Fraction


def former_rates(
    premium: FormerPremium, sold: Sequence[GuaranteeTerms], wages_eur: Fraction
) -> tuple[PremiumRate, ...]:
    """The price of each guarantee as a fraction of wages that gives its premium back to the cent.

    A total alone is shared evenly between the guarantees, the spare cents on the first, where one tax holds for all.

    Args:
        sold: the guarantees of the policy, in the order of the catalogue.
        wages_eur: insured yearly wages, above zero.

    Raises:
        InvalidInput: no premium, premiums that do not add up to their total, or a total that cannot be shared.

    Source: a choice of this product (`docs/take-over.md`); special conditions (premium as a rate on wages).
    """
    nets = _by_guarantee(premium, sold)
    net_eur = sum(nets.values(), Fraction(0))
    if premium.total_eur is not None and net_eur != premium.total_eur:
        raise InvalidInput.one(
            "les primes des garanties ne font pas la prime nette annuelle", "Corriger l'une ou l'autre", place="net_eur"
        )
    if net_eur < premium.minimum_eur:
        said = "prime nette annuelle inférieure à la prime minimale"
        raise InvalidInput.one(said, "Donner la prime due, complément compris", place="net_eur")
    return tuple(PremiumRate(one.code, nets[one.code] / wages_eur, one.tax_class) for one in sold)


def _by_guarantee(premium: FormerPremium, sold: Sequence[GuaranteeTerms]) -> dict[str, Fraction]:
    given = premium.by_guarantee_eur
    if given:
        strangers = [code for code in given if code not in {one.code for one in sold}]
        absent = [one.code for one in sold if one.code not in given]
        if strangers or absent:
            said = f"prime et garantie ne vont pas ensemble : {', '.join((*strangers, *absent))}"
            raise InvalidInput.one(
                said, "Donner une prime à chaque garantie du contrat, et à elles seules", place="net_eur"
            )
        return dict(given)
    if premium.total_eur is None:
        raise InvalidInput.one("prime absente", "Donner la prime nette annuelle", place="net_eur")
    if len({one.tax_class for one in sold}) > 1:
        said = "les garanties de ce contrat ne sont pas taxées de la même façon"
        raise InvalidInput.one(said, "Donner la prime nette de chacune", place="net_eur")
    shares = split_evenly(whole_cents(premium.total_eur), len(sold))
    return {one.code: Fraction(cents, _CENTS) for one, cents in zip(sold, shares, strict=True)}


def former_tax(tax: InsuranceTax, charged: Mapping[date, Fraction], tax_class: str, source: Citation) -> InsuranceTax:
    """The tax as the former system charged it on the days that it says, and by the law known here on the others.

    Args:
        charged: rate by the day from which a line holds; it lasts until another one begins.
        tax_class: of the guarantees of the policy.
        source: the file.

    Source: the file of the former system, kept in the vault; art. 991 and 1001 CGI.
    """
    known = tax.rates[tax_class]
    told = [DatedEntry(day, None, Sourced(rate, source)) for day, rate in charged.items()]
    kept = [one for one in known.entries if one.first_day not in charged]
    entries = tuple(sorted((*told, *kept), key=lambda one: one.first_day))
    return InsuranceTax({**tax.rates, tax_class: DatedValues(known.name, entries)})


def of_file(name: str, on: date) -> Citation:
    """The citation of a value that the file of a former system gives.

    Source: none; a citation.
    """
    return Citation(f"fichier « {name} » de l'ancien système", Confidence.AS_PRINTED, on, name)
