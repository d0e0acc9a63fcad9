"""What a line weighs: schedule of the rate year, third party, temporary work, construction, abatement, old accounts."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from atmp_insure.kernel.errors import MissingParameter
from atmp_insure.rating.claim_cost import temporary_work_share
from atmp_insure.rating.rate import rate
from atmp_insure.regulation.vocabulary import CostCategory, TemporaryWorkerRole
from tests.builders import COSTS, SURCHARGES, a_claim, a_question, golden, with_rule

if TYPE_CHECKING:
    from atmp_insure.rating.rate import YearRate
    from atmp_insure.regulation.law import Law

CONSTRUCTION_2024 = {"gros_oeuvre": 151_726, "second_oeuvre": 169_866, "fonctions_support": 184_269}


def _risk(law: Law, **changes: object) -> YearRate:
    return rate(a_question(**changes), law)  # type: ignore[arg-type]


def test_the_schedule_of_the_rate_year_prices_all_three_account_years(law: Law) -> None:
    claims = [a_claim(ref=str(year), account_year=year, category="IT1") for year in (2020, 2021, 2022)]
    assert _risk(law, claims=claims).risk_value_eur == 3 * 287


def test_the_same_claim_is_priced_anew_each_year_it_counts(law: Law) -> None:
    claims = [a_claim(account_year=2016, category="IP4")]
    assert _risk(law, rate_year=2019, claims=claims).risk_value_eur == 586_919
    assert _risk(law, rate_year=2020, claims=claims).risk_value_eur == 645_626


def test_claims_outside_the_triennium_do_not_count_and_are_named(law: Law) -> None:
    claims = [a_claim(ref=f"old{year}", account_year=year, category="IP4") for year in (2019, 2023)]
    found = _risk(law, claims=claims)
    assert found.risk_value_eur == 0
    assert any("old2019" in said and "old2023" in said for said in found.assumptions)


def test_temporary_and_permanent_costs_of_one_claim_add_up(law: Law) -> None:
    claims = [a_claim(account_year=2020, category="IT6"), a_claim(account_year=2022, category="IP3")]
    assert _risk(law, claims=claims).risk_value_eur == 40_783 + 133_102


@pytest.mark.parametrize(
    ("share", "left"), [("0", "40783"), ("0.25", "30587.25"), ("0.3333", "27190.0261"), ("1", "0")]
)
def test_the_part_of_the_third_party_comes_off(share: str, left: str, law: Law) -> None:
    claims = [a_claim(category="IT6", third_party_share=share)]
    assert _risk(law, claims=claims).risk_value_eur == Fraction(left)


def test_an_amount_of_the_document_takes_the_place_of_the_schedule_and_still_bears_the_shares(law: Law) -> None:
    claims = [a_claim(category="IP4", cost_eur=9_000, third_party_share="0.5", temporary_worker_role="user")]
    assert _risk(law, claims=claims).risk_value_eur == 1_500  # 9 000 × 1/2 × 1/3


@pytest.mark.parametrize(
    "row",
    golden("temporary_work_shares"),
    ids=lambda row: "-".join(row[key] for key in ("rate_year", "classified_year", "category")),
)
def test_temporary_work_shares_follow_the_rate_year_and_the_classified_year(row: dict[str, str], law: Law) -> None:
    shares = {
        role: temporary_work_share(
            CostCategory(row["category"]), role, int(row["classified_year"]), int(row["rate_year"]), law
        )
        for role in TemporaryWorkerRole
    }
    assert shares[TemporaryWorkerRole.AGENCY] == Fraction(row["agency"])
    assert shares[TemporaryWorkerRole.USER] == Fraction(row["user"])
    assert sum(shares.values()) == 1


@pytest.mark.parametrize("category", list(COSTS))
@pytest.mark.parametrize("rate_year", [2024, 2026, 2027, 2028])
def test_agency_and_user_together_bear_the_whole_cost_in_one_committee(category: str, rate_year: int, law: Law) -> None:
    both = Fraction(0)
    for role in ("agency", "user"):
        claims = [
            a_claim(account_year=rate_year - 2, category=category, temporary_worker_role=role, classified_year=2024)
        ]
        found = _risk(law, rate_year=rate_year, claims=claims, average_costs_eur=COSTS, surcharges=SURCHARGES)
        both += found.risk_value_eur or 0
    assert both == Fraction(COSTS[category])


@pytest.mark.parametrize(
    ("account_year", "classified_year", "user_eur"), [(2024, 2023, 0), (2024, 2024, "20391.5"), (2023, 2024, "20391.5")]
)
def test_the_classified_year_decides_and_not_the_account_year(
    account_year: int, classified_year: int, user_eur: str | int, law: Law
) -> None:
    claims = [
        a_claim(
            account_year=account_year, category="IT6", temporary_worker_role="user", classified_year=classified_year
        )
    ]
    found = _risk(law, rate_year=2026, claims=claims, average_costs_eur=COSTS)
    assert found.risk_value_eur == Fraction(user_eur)


def test_a_line_without_classified_year_takes_that_of_its_account_and_says_so(law: Law) -> None:
    def found(account_year: int) -> YearRate:
        claims = [a_claim(ref="T7", account_year=account_year, category="IT6", temporary_worker_role="user")]
        return _risk(law, rate_year=2026, claims=claims)

    assert found(2023).risk_value_eur == 0
    assert (found(2024).risk_value_eur or 0) > 0
    assert any("T7" in said and "2024" in said for said in found(2024).assumptions)


@pytest.mark.parametrize("category", ["IP2", "IP3", "IP4"])
@pytest.mark.parametrize(("sub_sector", "cost_eur"), CONSTRUCTION_2024.items())
def test_construction_has_one_cost_for_every_grave_claim_by_group_of_activities(
    category: str, sub_sector: str, cost_eur: int, law: Law
) -> None:
    claims = [a_claim(category=category)]
    assert _risk(law, ctn="B", sub_sector=sub_sector, claims=claims).risk_value_eur == cost_eur


@pytest.mark.parametrize(("category", "cost_eur"), [("IT1", 288), ("IT6", 38_740), ("IP1", 2_317)])
@pytest.mark.parametrize("sub_sector", [None, *CONSTRUCTION_2024])
def test_construction_shares_the_other_costs_between_its_groups(
    category: str, cost_eur: int, sub_sector: str | None, law: Law
) -> None:
    claims = [a_claim(category=category)]
    assert _risk(law, ctn="B", sub_sector=sub_sector, claims=claims).risk_value_eur == cost_eur


@pytest.mark.parametrize(("category", "cost_eur"), [("IP2", 63_037), ("IP3", 119_707), ("IP4", 541_156)])
@pytest.mark.parametrize("sub_sector", [None, "gros_oeuvre"])
def test_construction_in_alsace_moselle_keeps_three_grave_costs(
    category: str, cost_eur: int, sub_sector: str | None, law: Law
) -> None:
    found = _risk(
        law, ctn="B", scope="alsace_moselle", headcount=300, sub_sector=sub_sector, claims=[a_claim(category=category)]
    )
    assert found.risk_value_eur == cost_eur


@pytest.mark.parametrize(("risk_code", "cost_eur"), [("45.2BD", 151_726), ("45.2JC", 169_866), ("00.00A", 184_269)])
def test_the_group_of_activities_follows_from_the_risk_code_with_a_warning(
    risk_code: str, cost_eur: int, law: Law
) -> None:
    [warning] = {entry.sourced.citation.warning for entry in law.construction_activities.entries}
    assert warning
    found = _risk(law, ctn="B", risk_code=risk_code, claims=[a_claim(category="IP3")])
    assert found.risk_value_eur == cost_eur
    assert warning in found.assumptions


def test_no_warning_when_the_group_is_given_or_plays_no_part(law: Law) -> None:
    [warning] = {entry.sourced.citation.warning for entry in law.construction_activities.entries}
    given = _risk(law, ctn="B", risk_code="45.2BD", sub_sector="second_oeuvre", claims=[a_claim(category="IP3")])
    assert given.risk_value_eur == 169_866
    unneeded = _risk(law, ctn="B", risk_code="45.2BD", claims=[a_claim(category="IT6")])
    assert warning not in (*given.assumptions, *unneeded.assumptions)


def test_a_grave_claim_of_construction_without_group_is_refused_and_says_what_to_give(law: Law) -> None:
    with pytest.raises(MissingParameter, match="sub_sector"):
        _risk(law, ctn="B", claims=[a_claim(category="IP2")])


def test_an_abatement_of_the_office_reduces_the_average_cost_of_its_code_only(law: Law) -> None:
    office = with_rule(law, abatements={("28.1AD", CostCategory.IT6): Fraction("0.4")})
    claims = [a_claim(category="IT6"), a_claim(category="IP1")]
    assert _risk(office, risk_code="28.1AD", claims=claims).risk_value_eur == Fraction("0.6") * 40_783 + 2_226
    assert _risk(office, risk_code="28.1AB", claims=claims).risk_value_eur == 40_783 + 2_226
    assert _risk(law, risk_code="28.1AD", claims=claims).risk_value_eur == 40_783 + 2_226


@pytest.mark.parametrize(("rate_year", "account_year"), [(2012, 2008), (2012, 2009), (2013, 2009)])
def test_accounts_before_2010_need_their_real_expenses(rate_year: int, account_year: int, law: Law) -> None:
    given = {"average_costs_eur": COSTS, "surcharges": SURCHARGES, "rate_year": rate_year}
    with pytest.raises(MissingParameter, match=r"cost_eur|dépenses réelles"):
        _risk(law, claims=[a_claim(account_year=account_year, category="IP1")], **given)
    found = _risk(law, claims=[a_claim(account_year=account_year, category="IP1", cost_eur=1_234)], **given)
    assert found.risk_value_eur == 1_234


@pytest.mark.parametrize("rate_year", [2012, 2013, 2014])
def test_accounts_from_2010_take_the_average_costs(rate_year: int, law: Law) -> None:
    found = _risk(
        law,
        rate_year=rate_year,
        claims=[a_claim(account_year=2010, category="IT6")],
        average_costs_eur=COSTS,
        surcharges=SURCHARGES,
    )
    assert found.risk_value_eur == 40_783


def test_a_claim_borne_wholly_by_the_third_party_equals_its_removal_even_where_its_cost_is_not_known(
    law: Law,
) -> None:
    found = _risk(law, rate_year=2021, claims=[a_claim(account_year=2018, category="IP4", third_party_share=1)])
    assert found.rate_percent == _risk(law, rate_year=2021).rate_percent == Fraction("0.70")
