"""What changes from a version to the next, in French, and whom it touches; nothing that a version says is left out."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from atmp_insure.guarantees.comparison import Change, changes
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.guarantees.product import (
    Authority,
    Deductible,
    DeductibleChoice,
    Eligibility,
    GuaranteeTerms,
    Limits,
    Loadings,
    ProductVersion,
    RecourseTerms,
    Trigger,
)
from atmp_insure.guarantees.touched import EVERY_CLIENT, FUTURE_QUOTES, Touched, Whom
from atmp_insure.guarantees.vocabulary import Cause, DeductibleKind, Frequency, TriggerBasis, WhilePending
from atmp_insure.regulation.vocabulary import Mode
from tests.guarantees.builders import A_CITATION

FORMER = installed_catalogue(None).versions[0]
NARROW, SPACE = "\u202f", "\u00a0"
OTHERWISE: dict[str, Any] = {
    "product": "other",
    "version": "2030-1",
    "label_fr": "Autre",
    "first_day": date(2026, 7, 1),
    "last_day": date(2030, 12, 31),
    "guarantees": FORMER.guarantees[1:],
    "trigger.basis": TriggerBasis.ACCOUNT_LINE,
    "trigger.waiting_days": 30,
    "trigger.run_off_years": None,
    "recourse.while_pending": WhilePending.WAIT,
    "recourse.must_be_engaged": True,
    "deductibles": FORMER.deductibles[1:],
    "limits.section_year_eur": None,
    "limits.year_eur": Fraction("2000000.50"),
    "limits.policy_eur": Fraction(1),
    "exclusions": FORMER.exclusions[1:],
    "eligibility.smallest_headcount": 30,
    "eligibility.modes": frozenset({Mode.INDIVIDUAL}),
    "eligibility.schemes": frozenset({"general", "agricole"}),
    "loadings.capital": Fraction("0.125"),
    "loadings.management": Fraction("0.16"),
    "loadings.insurer_margin": Fraction("0.1005"),
    "loadings.broker_commission": Fraction("0.12"),
    "authority.largest_wages_eur": Fraction(10_000_000),
    "authority.largest_percentile_eur": Fraction(1),
    "authority.open_grave_claims": 3,
    "authority.headcount_margin": 10,
    "authority.temporary_share": Fraction("0.4"),
    "authority.largest_discount": Fraction("0.1"),
    "instalments": {**FORMER.instalments, Frequency.MONTHLY: Fraction("0.025")},
    "minimum_premium_eur": Fraction(1200),
    "validity_days": 1,
    "citations": {**FORMER.citations, "validity": A_CITATION},
}  # fmt: skip
PARTS = (Trigger, RecourseTerms, Limits, Eligibility, Loadings, Authority)


def said_otherwise(path: str) -> tuple[Change, ...]:
    """What changes when one field of the version says otherwise."""
    name, _, inner = path.partition(".")
    value = OTHERWISE[path]
    if inner:
        value = replace(getattr(FORMER, name), **{inner: value})
    return changes(FORMER, replace(FORMER, **{name: value}))


def terms_otherwise(code: str, **said: Any) -> Change:
    """The one change when the terms of one guarantee say otherwise."""
    guarantees = tuple(replace(one, **said) if one.code == code else one for one in FORMER.guarantees)
    [found] = changes(FORMER, replace(FORMER, guarantees=guarantees))
    return found


def paths(version: ProductVersion) -> list[str]:
    """Every field of a version, those of its parts one by one."""
    found = []
    for field in fields(version):
        value = getattr(version, field.name)
        inner = fields(value) if is_dataclass(value) else ()
        found += [f"{field.name}.{one.name}" for one in inner] or [field.name]
    return found


def test_the_walk_below_forgets_no_field() -> None:
    assert paths(FORMER) == list(OTHERWISE)


@pytest.mark.parametrize("path", OTHERWISE)
def test_whatever_a_version_says_otherwise_shows_once(path: str) -> None:
    [found] = said_otherwise(path)
    assert found.field.startswith(path)
    assert found.label_fr
    assert found.former != found.latter
    assert found.touches.label_fr


def test_nothing_changes_between_a_version_and_itself_or_a_copy_read_elsewhere() -> None:
    assert changes(FORMER, FORMER) == ()
    elsewhere = {
        key: replace(one, place="other:1", checked_on=date(2027, 1, 1)) for key, one in FORMER.citations.items()
    }
    assert changes(FORMER, replace(FORMER, citations=elsewhere)) == ()


@pytest.mark.parametrize(
    ("path", "former", "latter", "touches"),
    [
        ("first_day", "1er janvier 2026", "1er juillet 2026", FUTURE_QUOTES),
        ("last_day", "jusqu'à la version suivante", "31 décembre 2030", FUTURE_QUOTES),
        ("guarantees", "au choix du client", "non proposée", Touched(Whom.WITH_GUARANTEE, guarantee="IT6")),
        ("trigger.waiting_days", "aucun", f"30{SPACE}jours", FUTURE_QUOTES),
        ("trigger.run_off_years", f"12{SPACE}années", "jusqu'à la fin de leurs effets", EVERY_CLIENT),
        ("recourse.must_be_engaged", "non exigé", "exigé", EVERY_CLIENT),
        ("deductibles", "proposée", "non proposée",
         Touched(Whom.WITH_DEDUCTIBLE, deductible=Deductible(DeductibleKind.PERCENT_OF_WAGES, Fraction(0)))),
        ("limits.section_year_eur", f"1{NARROW}000{NARROW}000{SPACE}€", "sans plafond", EVERY_CLIENT),
        ("limits.year_eur", f"2{NARROW}000{NARROW}000{SPACE}€", f"2{NARROW}000{NARROW}000,50{SPACE}€", EVERY_CLIENT),
        ("eligibility.smallest_headcount", f"20{SPACE}salariés", f"30{SPACE}salariés",
         Touched(Whom.HEADCOUNT_BELOW, headcount=30)),
        ("eligibility.modes", "admise", "non admise", Touched(Whom.WITH_MODE, mode=Mode.MIXED)),
        ("eligibility.schemes", "non admis", "admis", Touched(Whom.OF_SCHEME, scheme="agricole")),
        ("loadings.capital", f"1,50{SPACE}%", f"12,50{SPACE}%", EVERY_CLIENT),
        ("loadings.insurer_margin", f"10{SPACE}%", f"10,05{SPACE}%", EVERY_CLIENT),
        ("authority.largest_wages_eur", f"15{NARROW}000{NARROW}000{SPACE}€", f"10{NARROW}000{NARROW}000{SPACE}€",
         Touched(Whom.WAGES_ABOVE, amount_eur=Fraction(10_000_000))),
        ("instalments", f"3{SPACE}%", f"2,50{SPACE}%", Touched(Whom.PAYING, frequency=Frequency.MONTHLY)),
        ("minimum_premium_eur", f"1{NARROW}500{SPACE}€", f"1{NARROW}200{SPACE}€",
         Touched(Whom.PREMIUM_BELOW, amount_eur=Fraction(1500))),
        ("validity_days", f"30{SPACE}jours", f"1{SPACE}jour", FUTURE_QUOTES),
    ],
)  # fmt: skip
def test_a_change_is_written_in_french_and_says_whom_it_touches(
    path: str, former: str, latter: str, touches: Touched
) -> None:
    [found] = said_otherwise(path)
    assert (found.former, found.latter, found.touches) == (former, latter, touches)


@pytest.mark.parametrize(
    ("code", "said", "former", "latter", "whom"),
    [
        ("IP2", {"is_optional": True}, "toujours comprise", "au choix du client", Whom.EVERY_CLIENT),
        ("IP2", {"causes": frozenset({Cause.ACCIDENT})}, "accident du travail, maladie professionnelle",
         "accident du travail", Whom.WITH_GUARANTEE),
        ("IP4", {"includes_death": False}, "garanti", "non garanti", Whom.WITH_GUARANTEE),
        ("contestation_fees", {"fee_share": Fraction("0.25")}, f"20{SPACE}%", f"25{SPACE}%", Whom.WITH_GUARANTEE),
        ("contestation_fees", {"tax_class": "legal_protection"}, "ordinary", "legal_protection", Whom.WITH_GUARANTEE),
    ],
)  # fmt: skip
def test_terms_of_a_guarantee_touch_those_who_have_it(
    code: str, said: dict[str, Any], former: str, latter: str, whom: Whom
) -> None:
    found = terms_otherwise(code, **said)
    assert (found.former, found.latter, found.touches.whom) == (former, latter, whom)
    assert found.touches.guarantee == (code if whom is Whom.WITH_GUARANTEE else None)


def test_every_term_of_a_guarantee_is_compared() -> None:
    # the code names the terms; the citation stands among those of the version
    compared = {"is_optional", "causes", "includes_death", "fee_share", "tax_class"}
    assert {field.name for field in fields(GuaranteeTerms)} == compared | {"code", "citation"}


def test_what_is_new_may_interest_every_client() -> None:
    choice = DeductibleChoice(Deductible(DeductibleKind.EUROS, Fraction(5000)), by_exception=True)
    latter = replace(FORMER, deductibles=(*FORMER.deductibles, choice))
    former = replace(FORMER, guarantees=FORMER.guarantees[1:], exclusions=FORMER.exclusions[1:])
    found = {one.field: one for one in changes(former, latter)}
    assert all(one.touches == EVERY_CLIENT for one in found.values())
    assert found["guarantees.IT6"].former == "non proposée"
    assert found["deductibles.euros.5000"].label_fr == f"Franchise : 5{NARROW}000{SPACE}€"
    assert found["exclusions.prior_events"].former == "néant"
    assert found["exclusions.prior_events"].latter.startswith("5.1 Les accidents survenus")


def test_a_deductible_that_becomes_an_exception_touches_those_who_have_it() -> None:
    last = FORMER.deductibles[-1]
    latter = replace(FORMER, deductibles=(*FORMER.deductibles[:-1], replace(last, by_exception=True)))
    [found] = changes(FORMER, latter)
    assert (found.former, found.latter) == ("proposée", "par dérogation")
    assert found.touches.label_fr == f"les clients dont la franchise est : 0,60{SPACE}% de la masse salariale"


def test_an_exclusion_that_is_written_otherwise_shows_both_texts() -> None:
    first = replace(FORMER.exclusions[0], text_fr="Autre texte.")
    [found] = changes(FORMER, replace(FORMER, exclusions=(first, *FORMER.exclusions[1:])))
    assert found.former.startswith("5.1 Les accidents survenus")
    assert found.latter == "5.1 Autre texte."


def test_a_source_that_is_confirmed_loses_its_warning() -> None:
    [found] = said_otherwise("citations")
    assert found.label_fr == "Source : validité du devis"
    assert "à confirmer" in found.former
    assert found.latter == "un texte (source secondaire)"


def test_the_versions_of_the_product_differ_in_a_stable_order() -> None:
    found = [one.field for one in changes(*installed_catalogue(None).versions)]
    assert found == [
        "version",
        "first_day",
        "recourse.must_be_engaged",
        "deductibles.percent_of_wages.1/100",
        "deductibles.euros.10000",
        "instalments.monthly",
        "minimum_premium_eur",
        "validity_days",
        "citations.recourse",
        "citations.deductibles",
    ]


@pytest.mark.parametrize(
    ("touched", "label_fr"),
    [
        (EVERY_CLIENT, "tous les clients"),
        (FUTURE_QUOTES, "les devis à venir"),
        (Touched(Whom.WITH_GUARANTEE, guarantee="contestation_fees"),
         "les clients qui ont la garantie « Frais de contestation »"),
        (Touched(Whom.WITH_MODE, mode=Mode.MIXED), "les clients dont une section est en tarification mixte"),
        (Touched(Whom.OF_SCHEME, scheme="general"), "les clients du régime « general »"),
        (Touched(Whom.HEADCOUNT_BELOW, headcount=20), f"les clients de moins de 20{SPACE}salariés"),
        (Touched(Whom.PAYING, frequency=Frequency.MONTHLY), "les clients dont le paiement est mensuel"),
        (Touched(Whom.WAGES_ABOVE, amount_eur=Fraction(5)),
         f"les clients dont la masse salariale garantie dépasse 5{SPACE}€"),
        (Touched(Whom.PREMIUM_BELOW, amount_eur=Fraction(0)),
         f"les clients dont la prime annuelle hors taxe est inférieure à 0{SPACE}€"),
    ],
)  # fmt: skip
def test_a_criterion_is_said_in_french(touched: Touched, label_fr: str) -> None:
    assert touched.label_fr == label_fr
