"""From what a policy says to what a quote prices: only what differs changes; the terms become the quote's."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atmp_insure.guarantees.product import Deductible, Limits
from atmp_insure.guarantees.vocabulary import DeductibleKind, Frequency
from atmp_insure.policies.changes import ChangeKind
from atmp_insure.policies.requoting import quoted_changes
from tests.policies.builders import FIRST_DAY, OTHER, SIRET, THIRD, a_section, some_rates, some_terms

if TYPE_CHECKING:
    from atmp_insure.policies.terms import PolicyTerms

BEFORE = some_terms(sections=(a_section(), a_section(OTHER, wages=1_000_000)))
DEARER = some_rates(("IP2", "0.12"), ("IP3", "0.18"), ("IP4", "0.30"))
FOUR = some_rates(("IT6", "0.10"), ("IP2", "0.10"), ("IP3", "0.15"), ("IP4", "0.25"))
PERCENT = DeductibleKind.PERCENT_OF_WAGES
EACH: dict[str, tuple[dict[str, Any], list[ChangeKind]]] = {
    "the same": ({}, []),
    "who bears it and who brings it stay": ({"broker_id": 7, "agreement_version_id": 9, "mandate_id": 3}, []),
    "price": ({"rates": DEARER}, [ChangeKind.PRICE]),
    "minimum": ({"minimum_eur": Fraction(1800)}, [ChangeKind.PRICE]),
    "a guarantee more": ({"rates": FOUR, "guarantees": frozenset(("IT6", "IP2", "IP3", "IP4"))}, [ChangeKind.COVER]),
    "deductible": (
        {"deductible": Deductible(PERCENT, Fraction(3, 1000)), "rates": some_rates()}, [ChangeKind.DEDUCTIBLE]
    ),
    "limits": ({"limits": Limits(year_eur=Fraction(10**6))}, [ChangeKind.LIMITS]),
    "version": ({"product_version": "2028-1"}, [ChangeKind.PRODUCT_VERSION]),
    "instalments": (
        {"frequency": Frequency.QUARTERLY, "surcharge": Fraction(2, 100)}, [ChangeKind.INSTALMENTS]
    ),
    "wages": ({"sections": (a_section(wages=4_200_000), BEFORE.sections[1])}, [ChangeKind.EXPOSURE]),
    "a section comes": ({"sections": (*BEFORE.sections, a_section(THIRD))}, [ChangeKind.OPEN_SECTION]),
    "a section leaves": ({"sections": BEFORE.sections[:1]}, [ChangeKind.CLOSE_SECTION]),
    "another establishment alone": (
        {"sections": (a_section(THIRD),)}, [ChangeKind.OPEN_SECTION, ChangeKind.CLOSE_SECTION, ChangeKind.CLOSE_SECTION]
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EACH)
def test_each_difference_is_the_change_that_it_is(case: str) -> None:
    facts, kinds = EACH[case]
    assert [one.kind for one in quoted_changes(BEFORE, replace(BEFORE, **facts))] == kinds


def changed(terms: PolicyTerms, quoted: PolicyTerms) -> PolicyTerms:
    for one in quoted_changes(terms, quoted):
        terms = one.applied(terms, FIRST_DAY)
    return terms


def priced(terms: PolicyTerms) -> tuple[Any, ...]:
    """All that a quote prices of terms."""
    sections = {one.key: (one.risk_code, one.headcount, one.wages_eur) for one in terms.sections}
    return (
        terms.product_version, terms.guarantees, terms.diseases, terms.deductible, terms.limits, sections, terms.rates,
        terms.minimum_eur, terms.frequency, terms.surcharge,
    )  # fmt: skip


some_sections = st.dictionaries(st.sampled_from((SIRET, OTHER, THIRD)), st.integers(1, 10**8), min_size=1).map(
    lambda wages: tuple(a_section(siret, wages=eur) for siret, eur in wages.items())
)
some_quotes = st.builds(
    lambda sections, rates, minimum, percent, instalments, version: some_terms(
        sections=sections, rates=rates, minimum_eur=Fraction(minimum), product_version=version,
        deductible=Deductible(PERCENT, Fraction(percent, 1000)), frequency=instalments[0], surcharge=instalments[1],
    ),
    some_sections, st.sampled_from((some_rates(), DEARER, FOUR)), st.integers(0, 5000), st.integers(0, 6),
    st.sampled_from(((Frequency.YEARLY, Fraction(0)), (Frequency.MONTHLY, Fraction(3, 100)))),
    st.sampled_from(("2027-1", "2028-1")),
)  # fmt: skip


@given(some_quotes, some_quotes)
def test_the_terms_become_those_of_the_quote_and_nothing_is_left_to_change(
    terms: PolicyTerms, quoted: PolicyTerms
) -> None:
    after = changed(terms, quoted)
    assert priced(after) == priced(quoted)
    assert quoted_changes(after, quoted) == ()
    assert after.net_eur == quoted.net_eur
