"""What an indemnity pays, from the published six-year example and at each boundary."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import pytest

from atmp_insure.guarantees.catalogue.indemnity import indemnity_eur
from tests.guarantees.builders import INDEMNITIES, a_basis, golden, some_terms


@pytest.mark.parametrize("row", golden("indemnity"), ids=lambda row: f"{row['case']}-{row['year']}")
def test_an_indemnity_is_the_excess_less_the_deductible_within_the_limit(row: dict[str, str]) -> None:
    basis = a_basis(row["excess"], row["deductible"], row["limit"])
    assert indemnity_eur(basis, some_terms()) == Fraction(row["paid"])


def test_six_years_of_one_ip4_add_up_to_the_published_figure() -> None:
    # insurance-operations 1.4: 430 650 € published; with a deductible, worked by hand
    totals: defaultdict[str, Fraction] = defaultdict(Fraction)
    for row in golden("indemnity"):
        totals[row["case"]] += indemnity_eur(a_basis(row["excess"], row["deductible"]), some_terms())
    assert totals["no deductible"] == 430_650
    assert totals["0.30 % of 4.5 M€"] == 349_650
    assert totals["0.60 % of 4.5 M€"] == 279_450


def test_every_indemnity_of_the_catalogue_pays_alike() -> None:
    assert {one.paid_eur for one in INDEMNITIES} == {indemnity_eur}
