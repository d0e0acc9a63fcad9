"""What each guarantee of the catalogue answers, with every reason it has, and what it writes into the policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from atmp_insure.guarantees.catalogue import GUARANTEES, guarantee
from atmp_insure.guarantees.catalogue.answers import Refusal, refusals
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.guarantees.product import ProductVersion, RecourseTerms, Trigger
from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent, TriggerBasis, WhilePending
from tests.guarantees.builders import INDEMNITIES, a_claim, a_cover, asked, codes, some_terms

if TYPE_CHECKING:
    from atmp_insure.guarantees.catalogue.guarantee import Guarantee

RESPONDS = {
    InsuredEvent.IT6: "IT6",
    InsuredEvent.IP2: "IP2",
    InsuredEvent.IP3: "IP3",
    InsuredEvent.IP4: "IP4",
    InsuredEvent.DEATH: "IP4",
}


@pytest.fixture
def version() -> ProductVersion:
    found = installed_catalogue(None).version("taux_atmp", "2026-1")
    assert found is not None
    return found


def test_the_catalogue_is_in_the_order_of_quotes_and_found_by_code() -> None:
    assert [one.code for one in GUARANTEES] == ["IT6", "IP2", "IP3", "IP4", "contestation_fees"]
    assert all(guarantee(one.code) is one for one in GUARANTEES)
    with pytest.raises(KeyError):
        guarantee("IP1")


@pytest.mark.parametrize("event", InsuredEvent)
def test_exactly_one_indemnity_responds_to_each_event(event: InsuredEvent) -> None:
    responding = [one.code for one in INDEMNITIES if asked(one, a_claim(event=event)).granted]
    assert responding == [RESPONDS[event]]


@pytest.mark.parametrize("one", INDEMNITIES, ids=lambda one: one.code)
def test_a_claim_that_is_not_grave_is_refused_by_every_indemnity(one: Guarantee) -> None:
    assert codes(asked(one, a_claim(event=None)))[0] == Refusal.NOT_GRAVE


def test_what_is_granted_says_every_reason_it_is() -> None:
    found = asked(guarantee("IP4"), a_claim())
    assert found.granted
    assert codes(found) == ["insured", "event_insured", "cause_insured", "in_cover_period", "unknown_at_signature"]
    assert not refusals(found)


def test_what_is_refused_says_every_refusal_first_and_leaves_none_out() -> None:
    cover = a_cover(guarantees=("IP2",), waiting_days=30, recourse_must_be_engaged=True)
    claim = a_claim(cause=Cause.DISEASE, event=InsuredEvent.IP3, occurred_on="2025-12-31", was_known=True)
    found = guarantee("IP4").is_eligible(claim, cover, some_terms(causes=frozenset({Cause.ACCIDENT})))
    assert not found.granted
    assert codes(found) == [
        "not_insured",
        "other_event",
        "cause_not_insured",
        "outside_cover_period",
        "in_waiting_period",
        "known_before_signature",
        "recourse_not_engaged",
    ]
    assert refusals(found) == found.reasons
    assert all(reason.text_fr.endswith(".") and "article" in reason.source for reason in found.reasons)


def test_one_refusal_is_enough_and_stands_before_what_speaks_for_the_claim() -> None:
    found = asked(guarantee("IP4"), a_claim(was_known=True))
    assert not found.granted
    assert [reason.code for reason in refusals(found)] == codes(found)[:1] == ["known_before_signature"]


@pytest.mark.parametrize(("includes_death", "granted"), [(True, True), (False, False)])
def test_a_death_is_insured_with_ip4_only_where_the_terms_include_it(includes_death: bool, granted: bool) -> None:
    terms = some_terms(includes_death=includes_death)
    found = guarantee("IP4").is_eligible(a_claim(event=InsuredEvent.DEATH), a_cover(), terms)
    assert found.granted is granted
    assert ("death_not_insured" in codes(found)) is not granted
    assert guarantee("IP4").is_eligible(a_claim(event=InsuredEvent.IP4), a_cover(), terms).granted


@pytest.mark.parametrize("cause", Cause)
def test_accidents_and_diseases_are_insured_apart(cause: Cause) -> None:
    terms = some_terms(causes=frozenset({cause}))
    for claimed in Cause:
        found = guarantee("IP4").is_eligible(a_claim(cause=claimed), a_cover(), terms)
        assert found.granted is (claimed is cause)


@pytest.mark.parametrize(("engaged", "granted"), [(True, True), (False, False)])
def test_a_recourse_must_be_engaged_only_where_the_policy_says_so(engaged: bool, granted: bool) -> None:
    claim = a_claim(recourse_engaged=engaged)
    assert asked(guarantee("IP4"), claim, a_cover(recourse_must_be_engaged=True)).granted is granted
    assert asked(guarantee("IP4"), claim).granted


def test_it6_takes_the_day_it_occurred_on_the_basis_of_the_notification() -> None:
    claim = a_claim(event=InsuredEvent.IT6, notified_on=None)
    assert asked(guarantee("IT6"), claim, a_cover(basis=TriggerBasis.IP_NOTIFICATION)).granted


def test_indemnities_write_their_own_clause_then_those_they_share(version: ProductVersion) -> None:
    written = [one.wording(version, some_terms(one.code)) for one in INDEMNITIES]
    assert len({clauses[0] for clauses in written}) == len(INDEMNITIES)
    assert len({clauses[1:] for clauses in written}) == 1  # so that a policy prints them once
    assert "décès" in written[-1][0]
    without = guarantee("IP4").wording(version, some_terms(includes_death=False))
    assert "décès" not in without[0]


@pytest.mark.parametrize(
    ("basis", "days", "run_off", "said"),
    [
        (TriggerBasis.OCCURRENCE, 0, None, ["accidents survenus", "sans délai de carence", "autant que leur effet"]),
        (TriggerBasis.IP_NOTIFICATION, 30, 6, ["est notifié pendant", "un délai de 30\u00a0jours", "6e année"]),
        (TriggerBasis.ACCOUNT_LINE, 1, 1, ["imputés au compte", "un délai de 1\u00a0jour ", "1re année"]),
    ],
)
def test_the_policy_says_what_the_version_decides(
    version: ProductVersion, basis: TriggerBasis, days: int, run_off: int | None, said: list[str]
) -> None:
    decided = replace(version, trigger=Trigger(basis, days, run_off))
    clauses = guarantee("IP2").wording(decided, some_terms("IP2"))
    assert all(any(one in clause for clause in clauses) for one in said)


@pytest.mark.parametrize("pending", WhilePending)
@pytest.mark.parametrize("engaged", [True, False])
def test_the_policy_says_what_is_asked_of_recourses(
    version: ProductVersion, pending: WhilePending, engaged: bool
) -> None:
    clauses = guarantee("IP2").wording(replace(version, recourse=RecourseTerms(pending, engaged)), some_terms("IP2"))
    [said] = [clause for clause in clauses if clause.startswith("Article 7. Recours.")]
    assert ("subordonné à l'engagement préalable d'un recours" in said) is engaged
    assert ("est différé jusqu'à son issue" in said) is (pending is WhilePending.WAIT)


def test_every_exclusion_of_a_product_is_a_clause_of_the_article_that_reasons_cite() -> None:
    for one in installed_catalogue(None).versions:
        assert all(exclusion.clause.startswith("5.") for exclusion in one.exclusions)
        assert one.first_day > date(2025, 12, 31)
