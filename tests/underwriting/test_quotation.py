"""The whole answer to a file: accepted, referred or refused, with its figures, and always the same ones."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from atmp_insure.guarantees.product import InsuranceTax
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.regulation.values import DatedValues
from atmp_insure.underwriting.decision import Declared, Verdict, decision, finding_key
from atmp_insure.underwriting.pricing import Draw
from atmp_insure.underwriting.quotation import (
    Quotation,
    QuoteQuestion,
    file_seed,
    offered_variants,
    quotation,
)
from atmp_insure.underwriting.quote_answer import quote_answer
from atmp_insure.underwriting.quote_report import quote_report
from tests.underwriting.builders import (
    CODES,
    DAY,
    a_product,
    a_tariff,
    a_variant,
    book,
    changed,
    exposure_of,
    percent_of_wages,
    prompt,
)

if TYPE_CHECKING:
    from atmp_insure.underwriting.exposure import Exposure

VARIANTS = (a_variant(deductible="0.30"), a_variant(deductible="0.60"))


def quoted(found: Exposure, *, declared: Declared | None = None, seed: int = 1, **parts: Any) -> Quotation:
    question = QuoteQuestion(DAY, VARIANTS, declared or Declared(), Draw(seed, 100))
    return quotation(found, question, replace(a_tariff(assumptions=prompt()), **parts))


@cache
def of_sample(slug: str) -> Quotation:
    return quoted(exposure_of(slug))


def answer(slug: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(quote_answer(of_sample(slug))))
    return found


def test_metalworks_is_accepted_with_two_prices() -> None:
    """With a deductible: without any, a year out of two hundred costs about what authority stops at, 1 500 000 €."""
    found = of_sample("metalworks")
    assert found.decision.verdict is Verdict.ACCEPT
    assert found.price is not None
    assert [one.variant for one in found.price.variants] == list(VARIANTS)
    assert found.price.variants[0].premium.net_eur > found.price.variants[1].premium.net_eur > 1_800


def test_the_shop_is_referred_for_its_two_known_grave_claims_only() -> None:
    found = of_sample("shop")
    assert found.decision.verdict is Verdict.REFER
    assert [one.code for one in found.decision.reasons if one.verdict is Verdict.REFER] == ["grave_claims"]
    assert found.price is not None


def test_the_bakery_is_refused_its_collective_rate_first_and_has_no_price() -> None:
    found = of_sample("small")
    assert found.decision.verdict is Verdict.REFUSE
    assert found.decision.reasons[0].code == "collective_only"
    assert (found.price, found.illustrations) == (None, ())


def test_two_depots_are_referred_until_their_findings_are_answered() -> None:
    found = of_sample("multi_site")
    assert found.decision.verdict is Verdict.REFER
    waiting = [one for one in found.decision.reasons if one.code == "finding_to_answer"]
    assert len(waiting) == 8
    answered = Declared(answered=frozenset(finding_key(one) for one in found.exposure.errors))
    after = decision(found.exposure, (), answered, a_product())
    assert [one.code for one in after.reasons if one.verdict is Verdict.REFER] == ["grave_claims"]


def test_what_the_client_declares_moves_the_decision_and_no_figure() -> None:
    declared = quote_answer(quoted(exposure_of("metalworks"), declared=Declared(injunction=True)))
    silent = quote_answer(of_sample("metalworks"))
    assert (silent["decision"], declared["decision"]) == ("accept", "refer")
    said = {"decision", "reasons"}
    assert {key: one for key, one in declared.items() if key not in said} == {
        key: one for key, one in silent.items() if key not in said
    }


def test_a_file_of_sheets_alone_is_referred_for_its_accounts_and_has_a_price() -> None:
    found = quoted(exposure_of("metalworks", "feuille"))
    assert {one.code for one in found.decision.reasons} == {"missing_paper"}
    assert found.price is not None


def test_a_file_of_accounts_alone_or_of_nothing_is_refused_with_what_to_send() -> None:
    for found in (quoted(exposure_of("metalworks", "compte")), quoted(replace(exposure_of("shop"), sections=()))):
        assert found.decision.verdict is Verdict.REFUSE
        assert found.decision.reasons[0].remedy_fr.startswith("Déposer les trois dernières feuilles")
        assert found.price is None
        assert quote_answer(found)["premium"] is None
        assert "Décision : refusé" in quote_report(found)


def test_an_enterprise_of_nobody_is_refused_and_not_priced() -> None:
    found = quoted(changed(exposure_of("metalworks"), headcount=Fraction(0), company_headcount=Fraction(0)))
    assert [one.code for one in found.decision.reasons if one.verdict is Verdict.REFUSE] == ["headcount"]
    assert found.price is None


@pytest.mark.parametrize("wages", ["0", "1000000000000", "-5"])
def test_wages_out_of_all_proportion_are_told_with_a_remedy(wages: str) -> None:
    found = changed(exposure_of("metalworks"), wages_by_year=dict.fromkeys(range(2020, 2025), Fraction(wages)))
    with pytest.raises(InvalidInput) as refused:
        quoted(found)
    assert all(fault.remedy and fault.place.startswith("wages_eur") for fault in refused.value.faults)


def test_a_value_that_the_law_lacks_is_referred_with_its_name_and_no_price_is_made_up() -> None:
    tax = {
        name: DatedValues(one.name, tuple(replace(entry, first_day=date(2030, 1, 1)) for entry in one.entries))
        for name, one in a_tariff().tax.rates.items()
    }
    found = quoted(exposure_of("metalworks"), tax=InsuranceTax(tax))
    assert found.decision.verdict is Verdict.REFER
    assert found.decision.reasons[0].code == "missing_parameter"
    assert found.decision.reasons[0].remedy_fr
    assert found.price is None


def test_the_product_offers_its_deductibles_without_exception_every_guarantee_and_one_payment() -> None:
    offered = offered_variants(a_product())
    assert [one.deductible for one in offered] == [percent_of_wages(one) for one in ("0", "0.30", "0.60")]
    assert all(one.guarantees == frozenset(CODES) and one.discount == 0 for one in offered)
    assert all(one.limits == a_product().limits for one in offered)


def test_the_seed_of_a_file_is_that_of_its_company_and_day_whoever_asks() -> None:
    found = exposure_of("metalworks")
    assert file_seed(found, DAY) == 18 * 10**8 + 20270101
    assert file_seed(found, date(2027, 1, 2)) != file_seed(found, DAY)
    assert file_seed(exposure_of("shop"), DAY) != file_seed(found, DAY)
    assert file_seed(replace(found, siren=""), DAY) == 20270101


def test_the_same_file_gives_the_same_answer_to_the_letter() -> None:
    again = quoted(exposure_of("shop"))
    assert quote_answer(again) == quote_answer(of_sample("shop"))
    assert quote_report(again) == quote_report(of_sample("shop"))


def test_another_seed_is_told_and_moves_nothing_but_the_draws() -> None:
    one, two = answer("metalworks"), quote_answer(quoted(exposure_of("metalworks"), seed=2))
    assert (one["seed"], two["seed"]) == ("1", "2")
    assert one["scenarios"] == two["scenarios"]
    assert one["impact"] == two["impact"]
    assert one["exposure"] == two["exposure"]


KEYS = {
    "product", "product_version", "starts_on", "decision", "reasons", "exposure", "findings", "impact", "price",
    "premium", "seed", "scenarios", "variants", "frequencies", "versions", "terms", "warnings",
}  # fmt: skip


@pytest.mark.parametrize("slug", ["metalworks", "shop", "small", "multi_site"])
def test_the_document_has_the_keys_of_the_interface_priced_or_not(slug: str) -> None:
    found = answer(slug)
    assert set(found) >= KEYS
    assert found["decision"] in {"accept", "refer", "refuse"}
    assert all(set(one) == {"code", "verdict", "text_fr", "remedy_fr", "source"} for one in found["reasons"])


def test_the_document_of_a_refusal_has_no_figure() -> None:
    found = answer("small")
    assert (found["price"], found["premium"], found["seed"], found["scenarios"]) == ([], None, None, {})
    assert (found["variants"], found["impact"]) == ([], [])


def numbers_in(found: object, path: str = "") -> list[str]:
    """Where a document holds a number that is no count."""
    if isinstance(found, dict):
        return [place for key, one in found.items() for place in numbers_in(one, f"{path}.{key}")]
    if isinstance(found, list):
        return [place for one in found for place in numbers_in(one, path)]
    return [path] if isinstance(found, float) else []


def test_money_and_rates_are_texts_never_floats() -> None:
    found = answer("metalworks")
    assert numbers_in(found) == []
    [section] = found["exposure"]["sections"]
    assert (section["notified_percent"], section["own_share"]) == ("4.45", "1")
    assert (section["headcount"], section["wages_eur"]["2024"]) == ("178.1", "6034750.00")
    assert found["variants"][1]["deductible"] == {"kind": "percent_of_wages", "value": "0.006"}


def test_the_figures_of_the_document_add_up_as_they_are_printed() -> None:
    for one in answer("metalworks")["variants"]:
        premium = {key: value for key, value in one["premium"].items() if isinstance(value, str)}
        paid = sum(Fraction(premium[key]) for key in ("net_eur", "surcharge_eur", "tax_eur"))
        assert paid == Fraction(premium["total_eur"]) == sum(map(Fraction, one["premium"]["calls_eur"]))
        for key in ("net_eur", "tax_eur", "total_eur"):
            assert sum(Fraction(line[key]) for line in one["premium"]["lines"]) == Fraction(premium[key])
        assert [line["guarantee"] for line in one["price"]] == list(CODES)
        assert Fraction(one["range"]["low_total_eur"]) <= Fraction(premium["total_eur"])
        assert Fraction(premium["total_eur"]) <= Fraction(one["range"]["high_total_eur"])


def test_ratios_are_those_of_the_insured_sections() -> None:
    [one, _] = answer("metalworks")["variants"]
    total = Fraction(one["premium"]["total_eur"])
    assert abs(Fraction(one["ratios"]["percent_of_wages_percent"]) - total * 100 / 6_034_750) <= Fraction(1, 200)
    assert abs(Fraction(one["ratios"]["per_employee_eur"]) - total / Fraction("178.10")) <= Fraction(1, 200)
    contributions = 6_034_750 * Fraction("0.0445")
    assert abs(Fraction(one["ratios"]["percent_of_contributions_percent"]) - total * 100 / contributions) <= Fraction(
        1, 200
    )


def test_every_estimate_and_every_unsettled_point_is_said_once_with_the_figures() -> None:
    found = of_sample("metalworks").warnings
    assert len(set(found)) == len(found) > 20
    assert set(a_product().warnings) <= set(found)


def test_the_report_tells_decision_sections_one_accident_and_prices() -> None:
    text = quote_report(of_sample("metalworks"))
    for part in ("Décision : accepté", "Ce que coûterait un seul accident", "Prix par an", "Graine 1, 100 scénarios"):
        assert part in text
    assert "None" not in text


@pytest.mark.parametrize(
    ("product", "first_day", "place"),
    [
        ("inconnu", DAY, "product"),
        ("", DAY, "product"),
        ("taux_atmp", date(2025, 12, 31), "starts_on"),
        ("taux_atmp", date(1, 1, 1), "starts_on"),
    ],
)
def test_a_product_that_is_not_sold_that_day_is_refused_by_its_place(product: str, first_day: date, place: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        book().tariff(product, first_day)
    [fault] = refused.value.faults
    assert fault.place == place
    assert fault.remedy


@pytest.mark.parametrize(
    ("first_day", "version"),
    [(date(2026, 1, 1), "2026-1"), (date(2026, 12, 31), "2026-1"), (DAY, "2027-1"), (date(2030, 6, 1), "2027-1")],
)
def test_a_cover_is_priced_with_the_version_of_the_day_it_begins(first_day: date, version: str) -> None:
    found = book().tariff("taux_atmp", first_day, Fraction("0.12"))
    assert (found.product.version, found.commission) == (version, Fraction("0.12"))


def test_papers_of_2026_do_not_make_a_cover_of_2035_simply_accepted() -> None:
    question = QuoteQuestion(date(2035, 1, 1), VARIANTS[1:], draw=Draw(1, 20))
    tariff = replace(book().tariff("taux_atmp", date(2035, 1, 1)), assumptions=prompt())
    assert quotation(exposure_of("metalworks"), question, tariff).decision.verdict is Verdict.REFER
