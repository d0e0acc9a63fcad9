"""From an accepted quote to the terms of a policy: what was signed, at the price that was signed."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from atmp_insure.guarantees.catalogue import GUARANTEES
from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.kernel.errors import Refused
from atmp_insure.policies.terms import InsuredSection, PolicyTerms, PremiumRate
from atmp_insure.policies.transactions import InsuranceYear

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from atmp_insure.guarantees.product import Catalogue, ProductVersion
    from atmp_insure.policies.state import PolicyState
    from atmp_insure.policies.terms import InsurerShare

Answer = dict[str, Any]
_DAY = timedelta(days=1)


def quoted_terms(
    answer: Answer,
    variant: int,
    product: ProductVersion,
    agreement: tuple[int, Sequence[InsurerShare]],
    *,
    broker_id: int | None = None,
    mandate_id: int | None = None,
) -> PolicyTerms:
    """What a policy says when it is issued from a variant of a quote.

    The rates are those that give back, on the wages of the quote, its premium to the cent; so is the commission.

    Args:
        answer: the quotation that was kept.
        agreement: the version of the insurer's agreement, and its shares.

    Raises:
        Refused: the quote has no such variant, or no section that can be insured.

    Source: `docs/pricing.md`; special conditions.
    """
    variants = answer["variants"]
    if not 0 <= variant < len(variants):
        raise Refused("Ce devis ne comporte pas cette formule.")
    chosen = variants[variant]
    sections = quoted_sections(answer, date.fromisoformat(answer["starts_on"]))
    frequency = next(one for one in Frequency if one.value == chosen["instalments"])
    premium, limits = chosen["premium"], chosen["limits"]
    net_eur = Fraction(premium["net_eur"])
    return PolicyTerms(
        product=answer["product"],
        product_version=answer["product_version"],
        guarantees=frozenset(chosen["guarantees"]),
        diseases=chosen["diseases"],
        deductible=Deductible(DeductibleKind(chosen["deductible"]["kind"]), Fraction(chosen["deductible"]["value"])),
        limits=Limits(**{name: None if value is None else Fraction(value) for name, value in limits.items()}),
        sections=sections,
        rates=quoted_rates(chosen, product, sections),
        minimum_eur=product.minimum_premium_eur,
        frequency=frequency,
        surcharge=product.instalments[frequency],
        agreement_version_id=agreement[0],
        shares=tuple(agreement[1]),
        commission=Fraction(premium["commission_eur"]) / net_eur if net_eur else Fraction(0),
        broker_id=broker_id,
        mandate_id=mandate_id,
    )


def quoted_sections(answer: Answer, first_day: date) -> tuple[InsuredSection, ...]:
    """The sections that a quote insures, with the wages of their last known year.

    Raises:
        Refused: there is none.

    Source: `docs/pricing.md`.
    """
    insured = {one["section"] for one in answer["frequencies"]}
    sections = tuple(
        InsuredSection(
            siret=one["siret"], section=one["section"], risk_code=one["risk_code"],
            wages_eur=_last(one["wages_eur"]), headcount=Fraction(one["headcount"]), first_day=first_day,
        )
        for one in answer["exposure"]["sections"] if one["key"] in insured
    )  # fmt: skip
    if not sections:
        raise Refused("Ce devis n'assure aucune section : en établir un autre.")
    return sections


def quoted_rates(
    variant: Answer, product: ProductVersion, sections: Sequence[InsuredSection]
) -> tuple[PremiumRate, ...]:
    """The price of each guarantee of a variant, as a fraction of the wages of its sections.

    Source: `docs/pricing.md`.
    """
    wages_eur = sum((one.wages_eur for one in sections), Fraction(0))
    nets = {line["code"]: Fraction(line["net_eur"]) for line in variant["premium"]["lines"]}
    found = []
    for guarantee in GUARANTEES:
        terms = product.terms_of(guarantee.code)
        if guarantee.code in variant["guarantees"] and terms is not None:
            rate = nets.get(guarantee.code, Fraction(0)) / wages_eur
            found.append(PremiumRate(guarantee.code, rate, terms.tax_class))
    return tuple(found)


def first_year(starts_on: date, due_day: tuple[int, int]) -> InsuranceYear:
    """The first policy year: from the first day of cover to the eve of the main due date (échéance principale).

    Args:
        due_day: month and day of the main due date; 29 February falls on the 28th.

    Source: special conditions; a choice of this product: the first year may be shorter than twelve months.
    """
    due_on = _on(starts_on.year, due_day)
    return InsuranceYear(starts_on, (due_on if due_on > starts_on else _on(starts_on.year + 1, due_day)) - _DAY)


def next_year(year: InsuranceYear) -> InsuranceYear:
    """The policy year that follows, of twelve months.

    Source: special conditions (tacit renewal from year to year).
    """
    first_day = year.last_day + _DAY
    return InsuranceYear(first_day, _on(first_day.year + 1, (first_day.month, first_day.day)) - _DAY)


def _on(year: int, due_day: tuple[int, int]) -> date:
    month, day = due_day
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, 28)


def _last(by_year: Mapping[str, str]) -> Fraction:
    return Fraction(by_year[max(by_year)])


def next_versions(catalogue: Catalogue, state: PolicyState) -> tuple[ProductVersion, ...]:
    """The version that a policy has, and the one under which its next year would be sold, when it is another.

    Source: product version.
    """
    terms = state.terms
    found = (
        catalogue.version(terms.product, terms.product_version),
        catalogue.version_on(terms.product, next_year(state.year).first_day),
    )
    return tuple({one.version: one for one in found if one is not None}.values())
