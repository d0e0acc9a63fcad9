"""Accept, refer or refuse: every reason on both sides of its boundary; the gravest decides and comes first."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.guarantees.product import Deductible
from atmp_insure.guarantees.vocabulary import DeductibleKind
from atmp_insure.rate_records.documents import Finding, Severity
from atmp_insure.rate_records.reconciliation import Status
from atmp_insure.regulation.vocabulary import Mode
from atmp_insure.underwriting.decision import Decision, Declared, Verdict, decision, finding_key
from atmp_insure.underwriting.exposure import UnusableSection, held_against
from tests.underwriting.builders import (
    a_loss,
    a_priced_variant,
    a_product,
    a_variant,
    changed,
    exposure_of,
    three_sections,
    without_claims,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from atmp_insure.underwriting.exposure import Exposure
    from atmp_insure.underwriting.pricing import PricedVariant, Variant

METALWORKS = exposure_of("metalworks")
AN_ERROR = Finding(Severity.ERROR, "surcharge_differs", "M1 diffère de la table.", "ligne 4", "feuille.csv")
A_WARNING = AN_ERROR._replace(severity=Severity.WARNING)
PRODUCT = a_product()


def decided(
    found: Exposure = METALWORKS, *priced: PricedVariant, declared: Declared | None = None, **parts: Any
) -> Decision:
    return decision(found, priced, declared or Declared(), a_product(**parts))


def codes(found: Decision, verdict: Verdict | None = None) -> list[str]:
    return [one.code for one in found.reasons if verdict is None or one.verdict is verdict]


def with_modes(found: Exposure, *modes: Mode) -> Exposure:
    """An exposure whose sections have these modes."""
    kept = zip(found.sections, modes, strict=True)
    return replace(found, sections=tuple(replace(one, rate=replace(one.rate, mode=mode)) for one, mode in kept))


def a_priced(variant: Variant | None = None, percentile_eur: str = "0") -> PricedVariant:
    one = a_priced_variant()
    return replace(one, variant=variant or one.variant, whole=a_loss("0", percentile_eur))


def test_a_file_within_authority_is_accepted_and_only_told_its_known_claim() -> None:
    found = decided()
    assert (found.verdict, codes(found)) == (Verdict.ACCEPT, ["known_claim"])
    assert "sinistre du 14/03/2022" in found.reasons[0].text_fr


def test_a_file_without_any_reason_is_accepted() -> None:
    assert decided(replace(METALWORKS, grave=())) == Decision(Verdict.ACCEPT, ())


@pytest.mark.parametrize(
    ("headcount", "verdict", "expected"),
    [
        ("19.99", Verdict.REFUSE, ["headcount"]),
        ("20", Verdict.REFER, ["headcount_near_threshold"]),  # within 5 persons of the threshold
        ("24.99", Verdict.REFER, ["headcount_near_threshold"]),
        ("25", Verdict.ACCEPT, []),
        ("0", Verdict.REFUSE, ["headcount"]),
    ],
)
def test_the_enterprise_has_twenty_employees_at_least_and_five_more_to_be_taken_at_once(
    headcount: str, verdict: Verdict, expected: list[str]
) -> None:
    found = decided(changed(METALWORKS, company_headcount=Fraction(headcount)))
    assert found.verdict is verdict
    assert [code for code in codes(found) if code != "known_claim"] == expected


def test_an_enterprise_near_the_threshold_of_the_individual_rate_is_referred_too() -> None:
    found = decided(changed(METALWORKS, company_headcount=Fraction("150.5")))
    assert codes(found, Verdict.REFER) == ["headcount_near_threshold"]


def test_an_enterprise_of_several_sections_is_told_its_headcount_once() -> None:
    found = decided(changed(three_sections(), company_headcount=Fraction(19)))
    assert codes(found, Verdict.REFUSE) == ["headcount"]


def test_an_enterprise_of_several_sections_near_the_threshold_is_told_so_once() -> None:
    found = decided(changed(three_sections(), company_headcount=Fraction(22)))
    assert codes(found).count("headcount_near_threshold") == 1


@pytest.mark.parametrize(
    ("wages", "group", "is_referred"),
    [
        ("15000000", "0", False),
        ("15000000.01", "0", True),
        ("10000000", "5000000", False),
        ("10000000", "5000001", True),
    ],
)
def test_wages_above_authority_are_referred_with_those_of_the_group(wages: str, group: str, is_referred: bool) -> None:
    found = changed(METALWORKS, wages_by_year={2024: Fraction(wages)})
    answer = decided(found, declared=Declared(group_wages_eur=Fraction(group)))
    assert ("wages_above_authority" in codes(answer)) is is_referred
    if is_referred:
        assert ("du groupe" in answer.reasons[0].text_fr) is (group != "0")


def test_wages_of_a_collective_section_do_not_count_in_authority() -> None:
    both = with_modes(changed(three_sections(), wages_by_year={2024: Fraction(8_000_000)}), *[Mode.MIXED] * 3)
    assert "wages_above_authority" in codes(decided(both))
    one_only = with_modes(both, Mode.MIXED, Mode.COLLECTIVE, Mode.COLLECTIVE)
    assert "wages_above_authority" not in codes(decided(one_only))


@pytest.mark.parametrize(("count", "is_referred"), [(1, False), (2, True), (3, True)])
def test_two_known_grave_claims_and_more_are_looked_at(count: int, is_referred: bool) -> None:
    claims = tuple(replace(METALWORKS.grave[0], name=f"sinistre {number}") for number in range(count))
    found = decided(replace(METALWORKS, grave=claims))
    assert ("grave_claims" in codes(found)) is is_referred
    assert codes(found, Verdict.ACCEPT) == ["known_claim"] * count


@pytest.mark.parametrize(("workers", "is_referred"), [("29.99", False), ("30.01", True), ("0", False)])
def test_many_temporary_workers_are_looked_at(workers: str, is_referred: bool) -> None:
    found = decided(changed(METALWORKS, headcount=Fraction(100), temporary_workers=Fraction(workers)))
    assert ("temporary_workers" in codes(found)) is is_referred


def test_temporary_workers_are_looked_at_from_the_share_that_the_product_says() -> None:
    found = decided(changed(METALWORKS, headcount=Fraction(100), temporary_workers=Fraction(30)))
    assert "temporary_workers" in codes(found)


def test_temporary_workers_of_a_section_without_employees_are_looked_at() -> None:
    found = decided(changed(without_claims(METALWORKS), temporary_workers=Fraction(1)))
    assert "temporary_workers" in codes(found)


@pytest.mark.parametrize(("percentile", "is_referred"), [("1500000", False), ("1500000.01", True)])
def test_a_year_out_of_two_hundred_above_authority_is_referred(percentile: str, is_referred: bool) -> None:
    found = decided(METALWORKS, a_priced(), a_priced(percentile_eur=percentile))
    assert ("loss_above_authority" in codes(found)) is is_referred


@pytest.mark.parametrize(("more_eur", "is_referred"), [(-1, False), (0, False), (1, True), (None, True)])
def test_a_limit_above_that_of_the_product_is_referred(more_eur: int | None, is_referred: bool) -> None:
    own = a_product().limits
    assert own.policy_eur is not None
    asked = replace(own, policy_eur=None if more_eur is None else own.policy_eur + more_eur)
    found = decided(METALWORKS, a_priced(replace(a_variant(), limits=asked)))
    assert ("limit_by_exception" in codes(found)) is is_referred


@pytest.mark.parametrize(("discount", "is_referred"), [("0", False), ("0.05", False), ("0.0501", True)])
def test_a_discount_above_authority_is_referred(discount: str, is_referred: bool) -> None:
    found = decided(METALWORKS, a_priced(a_variant(discount=discount)))
    assert ("discount_above_authority" in codes(found)) is is_referred


@pytest.mark.parametrize(
    ("deductible", "is_referred"),
    [
        (a_variant(deductible="0.60").deductible, False),
        (a_variant(deductible="1").deductible, True),  # a choice of the product, marked by exception
        (a_variant(deductible="0.45").deductible, True),  # no choice of the product
        (Deductible(DeductibleKind.EUROS, Fraction(10_000)), True),
        (Deductible(DeductibleKind.PERCENT_OF_RATE, Fraction("0.006")), True),
    ],
)
def test_a_deductible_by_exception_is_referred(deductible: Deductible, is_referred: bool) -> None:
    found = decided(METALWORKS, a_priced(a_variant(deductible=deductible)))
    assert ("deductible_by_exception" in codes(found)) is is_referred


def test_a_finding_of_severity_error_waits_for_its_answer_and_a_warning_does_not() -> None:
    waiting = replace(METALWORKS, findings=(AN_ERROR,))
    assert codes(decided(waiting), Verdict.REFER) == ["finding_to_answer"]
    answered = Declared(answered=frozenset({finding_key(AN_ERROR)}))
    assert codes(decided(waiting, declared=answered), Verdict.REFER) == []
    assert codes(decided(replace(METALWORKS, findings=(A_WARNING,))), Verdict.REFER) == []


def test_the_answer_to_one_finding_does_not_answer_another_of_its_kind() -> None:
    other = AN_ERROR._replace(place="ligne 9")
    answered = Declared(answered=frozenset({finding_key(AN_ERROR)}))
    found = decided(replace(METALWORKS, findings=(AN_ERROR, other)), declared=answered)
    assert codes(found, Verdict.REFER) == ["finding_to_answer"]


@pytest.mark.parametrize("slug", ["small", "multi_site", "temporary_user"])
def test_each_finding_of_a_company_has_a_key_of_its_own(slug: str) -> None:
    keys = [finding_key(one) for one in exposure_of(slug).errors]
    assert keys
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(("scheme", "is_refused"), [("general", False), ("agricultural", True), ("", True)])
def test_only_the_general_scheme_is_covered(scheme: str, is_refused: bool) -> None:
    found = decided(declared=Declared(scheme=scheme))
    assert ("scheme" in codes(found, Verdict.REFUSE)) is is_refused


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        (Declared(injunction=True), "injunction"),
        (Declared(additional_contribution=True), "additional_contribution"),
        (Declared(unlisted_events=True), "unlisted_events"),
        (Declared(has_needs=False), "needs_missing"),
    ],
)
def test_what_the_client_declares_is_looked_at(declared: Declared, code: str) -> None:
    assert codes(decided(declared=declared), Verdict.REFER) == [code]
    assert code not in codes(decided())


def test_a_company_at_collective_rates_only_is_refused_and_one_with_another_section_is_told_so() -> None:
    assert codes(decided(exposure_of("small")), Verdict.REFUSE) == ["collective_only", "headcount"]
    large = changed(exposure_of("small"), company_headcount=Fraction(60))
    assert codes(decided(large), Verdict.REFUSE) == ["collective_only"]
    some = with_modes(three_sections(), Mode.INDIVIDUAL, Mode.COLLECTIVE, Mode.MIXED)
    assert "collective_section" in codes(decided(some), Verdict.ACCEPT)
    assert "collective_only" not in codes(decided(some))


def test_a_mode_that_the_product_does_not_take_is_not_accepted() -> None:
    eligibility = replace(PRODUCT.eligibility, modes=frozenset({Mode.INDIVIDUAL}))
    assert decided(exposure_of("shop"), eligibility=eligibility).verdict is Verdict.REFUSE


def test_without_any_section_that_can_be_studied_the_file_is_refused_with_what_lacks() -> None:
    found = decided(exposure_of("metalworks", "compte"))
    assert codes(found, Verdict.REFUSE) == ["no_section"]
    assert "Aucun taux n'a pu être recalculé" in found.reasons[0].text_fr
    assert "trois dernières feuilles" in found.reasons[0].remedy_fr
    assert codes(found, Verdict.REFER) == ["missing_paper", "unusable_section"]


def test_missing_papers_and_sections_that_cannot_be_studied_are_asked_for_one_by_one() -> None:
    lacking = replace(
        METALWORKS, missing_papers=("le compte employeur 2023", "la feuille de calcul 2024"),
        unusable=(UnusableSection("00000001800010-02-28.1AD", "Aucune feuille."),),
    )  # fmt: skip
    found = decided(lacking)
    assert codes(found, Verdict.REFER) == ["missing_paper", "missing_paper", "unusable_section"]
    assert found.reasons[0].text_fr == "Il manque le compte employeur 2023."


def test_a_last_rate_that_could_not_be_recomputed_is_looked_at_and_an_older_one_is_not() -> None:
    for at, expected in ((-1, ["rate_not_recomputed"]), (0, [])):
        rates = list(METALWORKS.sections[0].rates)
        rates[at] = replace(rates[at], status=Status.IMPOSSIBLE, recomputed_percent=None)
        assert codes(decided(changed(METALWORKS, rates=tuple(rates))), Verdict.REFER) == expected


def every_reason() -> Decision:
    grave = replace(METALWORKS, grave=METALWORKS.grave * 2, findings=(AN_ERROR,))
    return decided(changed(grave, company_headcount=Fraction(19)), declared=Declared(injunction=True))


def test_the_gravest_reason_decides_and_reasons_come_the_gravest_first() -> None:
    found = every_reason()
    assert found.verdict is Verdict.REFUSE
    order: Sequence[Verdict] = (Verdict.REFUSE, Verdict.REFER, Verdict.ACCEPT)
    places = [order.index(one.verdict) for one in found.reasons]
    assert places == sorted(places)
    assert set(places) == {0, 1, 2}


def test_every_reason_says_what_it_rests_on_in_french_and_twice_the_same_thing() -> None:
    assert every_reason() == every_reason()
    for one in every_reason().reasons:
        assert one.text_fr.endswith(".")
        assert one.source


@pytest.mark.parametrize(("days", "referred"), [(0, False), (1, True), (323, True)])
def test_a_cover_that_has_begun_is_looked_at_since_its_claims_may_be_known(days: int, referred: bool) -> None:
    answer = decided(declared=Declared(begun_days=days))
    assert ("begun_already" in codes(answer, Verdict.REFER)) is referred
    if referred:
        text = next(one.text_fr for one in answer.reasons if one.code == "begun_already")
        assert ("un jour est déjà passé" in text) is (days == 1)


def test_a_section_is_named_as_its_employer_knows_it_never_by_a_key() -> None:
    collective = with_modes(METALWORKS, Mode.COLLECTIVE)
    said = " ".join(one.text_fr for one in decided(collective).reasons)
    assert METALWORKS.sections[0].key not in said
    assert METALWORKS.sections[0].name_fr.startswith("section 01 de l'établissement ")


def test_a_payroll_settled_otherwise_than_the_papers_is_looked_at_and_the_same_one_is_not() -> None:
    section = METALWORKS.sections[0]
    place = section.siret, section.section, max(section.wages_by_year)
    for wages, referred in ((section.last_wages_eur, False), (section.last_wages_eur + Fraction(1, 100), True)):
        answer = decided(held_against(METALWORKS, {place: wages}))
        assert ("payroll_differs" in codes(answer, Verdict.REFER)) is referred
    assert codes(decided(held_against(METALWORKS, {})), Verdict.REFER) == codes(decided(), Verdict.REFER)
