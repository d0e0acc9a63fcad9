"""What a group is insured for: by its policies, and by the accepted quotes that no policy stands on yet."""

from __future__ import annotations

from decimal import Decimal

import pytest

from atmp_insure.underwriting.accumulation import CompanyProduct, Insured, accumulated_eur

METALS, TIMBER = (1, "taux_atmp"), (2, "taux_atmp")
MILLION = Decimal(1_000_000)


@pytest.mark.parametrize(
    ("policies", "used", "accepted", "total"),
    [
        ({}, (), [], 0),
        ({METALS: 3 * MILLION}, (), [], 3),
        ({}, (), [(7, METALS, 2 * MILLION)], 2),
        ({METALS: 3 * MILLION}, (7,), [(7, METALS, 2 * MILLION)], 3),  # the policy says more than its quote did
        ({METALS: MILLION}, (7,), [(7, METALS, 2 * MILLION)], 1),  # and less: sections were sold since
        ({}, (7,), [(7, METALS, 2 * MILLION)], 0),  # its policy has ended
        ({METALS: MILLION}, (7,), [(7, METALS, MILLION), (8, METALS, 2 * MILLION)], 2),  # more is to come
        ({METALS: 3 * MILLION}, (), [(8, METALS, 2 * MILLION)], 3),
        ({}, (), [(7, METALS, 2 * MILLION), (8, METALS, MILLION)], 1),  # a renewal takes the place of the year before
        ({METALS: MILLION}, (), [(8, TIMBER, 2 * MILLION)], 3),
    ],
)
def test_a_company_counts_once_for_a_product(
    policies: dict[CompanyProduct, Decimal], used: tuple[int, ...], accepted: list[tuple[int, CompanyProduct, Decimal]],
    total: int,
) -> None:  # fmt: skip
    assert accumulated_eur(Insured(policies, frozenset(used)), accepted) == total * MILLION
