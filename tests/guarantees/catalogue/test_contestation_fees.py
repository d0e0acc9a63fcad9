"""Contestation fees: refunded on invoices, for a recourse that was won about a guaranteed event, within a share."""

from __future__ import annotations

from fractions import Fraction

import pytest

from atmp_insure.guarantees.catalogue.contestation_fees import CONTESTATION_FEES, fees_eur
from atmp_insure.guarantees.loader import installed_catalogue
from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent
from tests.guarantees.builders import a_basis, a_claim, a_cover, asked, codes, golden, some_terms


@pytest.mark.parametrize("row", golden("fees"), ids=lambda row: row["case"])
def test_fees_are_refunded_within_a_share_of_what_the_recourse_brought_back(row: dict[str, str]) -> None:
    terms = some_terms("contestation_fees", fee_share=row["share"])
    assert fees_eur(a_basis(row["excess"], fees=row["fees"]), terms) == Fraction(row["paid"])


def test_deductible_and_limit_of_indemnities_do_not_reduce_fees() -> None:
    terms = some_terms("contestation_fees", fee_share="0.2")
    assert fees_eur(a_basis("50000", "13500", "100", "8000"), terms) == 8000


def test_terms_without_a_share_refund_nothing_by_mistake() -> None:
    with pytest.raises(ValueError, match="fee_share"):
        fees_eur(a_basis("50000", fees="8000"), some_terms("contestation_fees"))


@pytest.mark.parametrize(("won", "granted"), [(True, True), (False, False)])
def test_only_a_recourse_that_was_won_is_refunded(won: bool, granted: bool) -> None:
    found = asked(CONTESTATION_FEES, a_claim(recourse_engaged=True, recourse_won=won))
    assert found.granted is granted
    assert codes(found)[0] == ("insured" if granted else "recourse_not_won")


@pytest.mark.parametrize("event", InsuredEvent)
def test_the_event_must_be_guaranteed_by_another_guarantee_of_the_policy(event: InsuredEvent) -> None:
    claim = a_claim(event=event, recourse_won=True)
    for code in ("IT6", "IP2", "IP3", "IP4"):
        found = asked(CONTESTATION_FEES, claim, a_cover(guarantees=(code, "contestation_fees")))
        assert found.granted is (event.category.value == code)
    alone = asked(CONTESTATION_FEES, claim, a_cover(guarantees=("contestation_fees",)))
    assert codes(alone)[0] == "event_not_guaranteed"


def test_every_refusal_is_said() -> None:
    claim = a_claim(cause=Cause.DISEASE, event=None, occurred_on="2027-01-01", was_known=True)
    terms = some_terms("contestation_fees", causes=frozenset({Cause.ACCIDENT}), fee_share="0.2")
    found = CONTESTATION_FEES.is_eligible(claim, a_cover(guarantees=("IP4",)), terms)
    assert codes(found) == [
        "not_insured",
        "not_grave",
        "cause_not_insured",
        "outside_cover_period",
        "known_before_signature",
        "recourse_not_won",
    ]


def test_the_policy_says_the_share() -> None:
    version = installed_catalogue(None).versions[0]
    terms = version.terms_of("contestation_fees")
    assert terms is not None
    [clause] = CONTESTATION_FEES.wording(version, terms)
    assert "dans la limite de 20\u00a0% des sommes recouvrées" in clause
