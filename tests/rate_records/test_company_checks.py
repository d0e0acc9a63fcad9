"""Establishments of one risk code, with rates of their own or one single rate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from atmp_insure.rate_records.documents import Severity
from tests.rate_records.builders import METALWORKS, SHOP, all_papers, check

if TYPE_CHECKING:
    from atmp_insure.rate_records.documents import Finding
    from atmp_insure.regulation.law import Law
    from tests.samples.companies import Company

SECOND_SITE = "00000001800028"
CALM = tuple(charge for charge in METALWORKS.charges if charge.ip != "IP4")


CALM_SITE = replace(METALWORKS, charges=CALM)


def second_site(**changes: object) -> Company:
    """Another calm establishment, whose high rate of 2023 comes down by 0.8 point a year only."""
    return replace(CALM_SITE, siret=SECOND_SITE, rate_2023="5.00", **changes)  # type: ignore[arg-type]


def findings(law: Law, *companies: Company) -> list[Finding]:
    papers = {f"{at}_{name}": rows for at, one in enumerate(companies) for name, rows in all_papers(one).items()}
    return [one for one in check(papers, law).findings if one.code == "single_rate_possible"]


def test_two_establishments_of_one_risk_code_could_have_one_rate(law: Law) -> None:
    # Alone, the second is held at its lower limit; together, the limit starts from the mean of both former rates.
    (found,) = findings(law, CALM_SITE, second_site())
    assert found.severity is Severity.INFORMATION
    assert found.estimated_saving_eur is not None
    assert found.estimated_saving_eur > 0
    assert "un taux unique peut être demandé" in found.message_fr
    assert "avocat" in found.message_fr


def test_one_establishment_or_another_company_has_nothing_to_merge(law: Law) -> None:
    assert not findings(law, METALWORKS)
    assert not findings(law, METALWORKS, SHOP)


def test_a_single_rate_that_would_cost_more_is_not_told(law: Law) -> None:
    # One grave claim alone is capped on its own wages; together it would weigh on those of both.
    assert not findings(law, METALWORKS, replace(CALM_SITE, siret=SECOND_SITE, rate_2023="2.10"))


def test_the_same_rate_everywhere_is_a_single_rate_already(law: Law) -> None:
    assert not findings(law, METALWORKS, replace(METALWORKS, siret=SECOND_SITE))


def test_in_alsace_moselle_the_single_rate_is_due(law: Law) -> None:
    fund = "CARSAT ALSACE-MOSELLE"
    (found,) = findings(law, replace(METALWORKS, fund=fund), second_site(fund=fund))
    assert found.severity is Severity.ERROR
    assert "en Alsace-Moselle, les textes prévoient un seul taux" in found.message_fr
