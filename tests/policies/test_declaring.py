"""A risk declared wrongly, or that grew: what the law offers, with its figures, on both sides of each boundary."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from atmp_insure.kernel.errors import InvalidInput, MissingParameter
from atmp_insure.policies.declaring import (
    Aggravation,
    Misdeclaration,
    Remedy,
    aggravation_proposals,
    misdeclaration_proposals,
)
from atmp_insure.policies.loader import installed_delays

KNOWN = date(2027, 3, 1)
DELAYS = installed_delays(None, KNOWN)


def wrong(*, due: int, after_claim: bool = False, intentional: bool = False) -> tuple[Remedy, ...]:
    """What is offered for a premium of 20 000 € that should have been another."""
    found = Misdeclaration(intentional, after_claim, Fraction(20_000), Fraction(due))
    return tuple(one.remedy for one in misdeclaration_proposals(found))


def test_what_was_meant_voids_the_policy_and_nothing_else_is_offered() -> None:
    assert wrong(due=25_000, intentional=True) == (Remedy.NULLITY,)
    assert wrong(due=25_000, intentional=True, after_claim=True) == (Remedy.NULLITY,)


def test_before_a_claim_the_premium_is_raised_or_the_policy_ended() -> None:
    assert wrong(due=25_000) == (Remedy.RAISE, Remedy.TERMINATE)


def test_after_a_claim_the_indemnity_is_reduced_in_the_proportion_of_the_premiums() -> None:
    found = misdeclaration_proposals(Misdeclaration(False, True, Fraction(20_000), Fraction(25_000)))
    assert [one.remedy for one in found] == [Remedy.REDUCE, Remedy.RAISE, Remedy.TERMINATE]
    assert found[0].share == Fraction(4, 5)
    assert "80 %" in found[0].text_fr.replace("\xa0", " ").replace("\u202f", " ")
    assert "5 000" in found[1].text_fr.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(("due", "remedies"), [(20_000, (Remedy.NOTHING,)), (20_001, (Remedy.RAISE, Remedy.TERMINATE))])
def test_nothing_is_due_by_who_paid_enough(due: int, remedies: tuple[Remedy, ...]) -> None:
    assert wrong(due=due) == remedies


def test_a_premium_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput):
        wrong(due=0)


@pytest.mark.parametrize(("declared_on", "said"), [(date(2027, 3, 16), "dans le délai"), (date(2027, 3, 17), "après")])
def test_a_risk_that_grew_is_declared_within_fifteen_days(declared_on: date, said: str) -> None:
    found = aggravation_proposals(Aggravation(KNOWN, declared_on), DELAYS)
    assert said in found[0].text_fr
    assert [one.ground for one in found] == ["", "aggravation_refused", "aggravation"]


def test_what_is_declared_before_it_is_known_and_a_day_without_law_are_told() -> None:
    with pytest.raises(InvalidInput):
        aggravation_proposals(Aggravation(KNOWN, date(2027, 2, 28)), DELAYS)
    with pytest.raises(MissingParameter):
        installed_delays(None, date(2000, 1, 1))
