"""Which claims belong to a policy year, by trigger basis; both sides of each day."""

from __future__ import annotations

import pytest

from atmp_insure.guarantees.catalogue.cover_period import belongs_to_cover_period, is_past_waiting_period
from atmp_insure.guarantees.vocabulary import Cause, InsuredEvent, TriggerBasis
from tests.guarantees.builders import a_claim, a_cover


@pytest.mark.parametrize(
    ("occurred_on", "holds"),
    [
        ("2025-12-31", False),  # the day before
        ("2026-01-01", True),  # first day
        ("2026-12-31", True),  # last day
        ("2027-01-01", False),  # the day after
    ],
)
def test_an_accident_must_occur_within_the_policy_year_both_ends_included(occurred_on: str, holds: bool) -> None:
    found = belongs_to_cover_period(a_claim(occurred_on=occurred_on), a_cover())
    assert found.holds is holds
    assert found.reason.code == ("in_cover_period" if holds else "outside_cover_period")
    assert "du 1er janvier 2026 au 31 décembre 2026" in found.reason.text_fr
    assert found.reason.source == "conditions générales, article 3 (période de garantie)"


def test_a_disease_occurs_when_a_physician_first_finds_it() -> None:
    found = belongs_to_cover_period(a_claim(cause=Cause.DISEASE, occurred_on="2026-06-30"), a_cover())
    assert found.reason.text_fr.startswith("Maladie constatée pour la première fois par un médecin le 30 juin 2026")


@pytest.mark.parametrize(
    ("notified_on", "code"),
    [
        ("2025-12-31", "outside_cover_period"),
        ("2026-01-01", "in_cover_period"),
        ("2026-12-31", "in_cover_period"),
        ("2027-01-01", "outside_cover_period"),
        (None, "not_yet_notified"),
    ],
)
def test_on_notification_the_day_of_the_incapacity_rate_counts_and_not_the_accident_s(
    notified_on: str | None, code: str
) -> None:
    claim = a_claim(occurred_on="2023-05-05", notified_on=notified_on)
    assert belongs_to_cover_period(claim, a_cover(basis=TriggerBasis.IP_NOTIFICATION)).reason.code == code


@pytest.mark.parametrize("event", [InsuredEvent.IT6, InsuredEvent.DEATH])
@pytest.mark.parametrize(("occurred_on", "holds"), [("2025-12-31", False), ("2026-01-01", True)])
def test_a_stoppage_and_a_death_have_no_rate_to_notify_so_their_day_counts(
    event: InsuredEvent, occurred_on: str, holds: bool
) -> None:
    claim = a_claim(event=event, occurred_on=occurred_on, notified_on="2026-06-01")
    found = belongs_to_cover_period(claim, a_cover(basis=TriggerBasis.IP_NOTIFICATION))
    assert found.holds is holds
    assert "ne donne lieu à aucun taux d'incapacité" in found.reason.text_fr


@pytest.mark.parametrize(
    ("account_year", "code"),
    [
        (2025, "outside_cover_period"),
        (2026, "in_cover_period"),
        (2027, "outside_cover_period"),
        (None, "not_yet_charged"),
    ],
)
@pytest.mark.parametrize(("first_day", "last_day"), [("2026-01-01", "2026-12-31"), ("2026-07-01", "2027-06-30")])
def test_a_policy_year_answers_for_the_account_of_the_civil_year_in_which_it_begins(
    account_year: int | None, code: str, first_day: str, last_day: str
) -> None:
    cover = a_cover(first_day=first_day, last_day=last_day, basis=TriggerBasis.ACCOUNT_LINE)
    assert belongs_to_cover_period(a_claim(account_year=account_year), cover).reason.code == code


@pytest.mark.parametrize(
    ("occurred_on", "holds"),
    [
        ("2026-01-01", False),
        ("2026-01-30", False),  # thirtieth day
        ("2026-01-31", True),  # thirty-first
    ],
)
def test_the_first_days_of_the_very_first_year_are_not_covered(occurred_on: str, holds: bool) -> None:
    found = is_past_waiting_period(a_claim(occurred_on=occurred_on), a_cover(waiting_days=30))
    assert found is not None
    assert found.holds is holds
    assert (
        "30\u00a0jours court du 1er janvier 2026 : la garantie n'est acquise qu'à partir du 31 janvier 2026"
        in found.reason.text_fr
    )


def test_a_renewal_does_not_begin_the_waiting_period_again() -> None:
    cover = a_cover(waiting_days=30, cover_began_on="2025-01-01")
    found = is_past_waiting_period(a_claim(occurred_on="2026-01-02"), cover)
    assert found is not None
    assert found.holds


@pytest.mark.parametrize(("notified_on", "holds"), [("2026-01-30", False), ("2026-01-31", True)])
def test_on_notification_the_waiting_period_is_counted_to_the_notification(notified_on: str, holds: bool) -> None:
    claim = a_claim(occurred_on="2024-01-01", notified_on=notified_on)
    found = is_past_waiting_period(claim, a_cover(waiting_days=30, basis=TriggerBasis.IP_NOTIFICATION))
    assert found is not None
    assert found.holds is holds


@pytest.mark.parametrize(("occurred_on", "holds"), [("2026-01-30", False), ("2026-01-31", True)])
def test_an_account_line_has_no_day_so_the_waiting_period_is_counted_to_the_accident(
    occurred_on: str, holds: bool
) -> None:
    claim = a_claim(occurred_on=occurred_on, account_year=2026)
    found = is_past_waiting_period(claim, a_cover(waiting_days=30, basis=TriggerBasis.ACCOUNT_LINE))
    assert found is not None
    assert found.holds is holds


def test_without_waiting_period_or_without_day_nothing_is_said_of_it() -> None:
    assert is_past_waiting_period(a_claim(), a_cover()) is None
    waiting = a_cover(waiting_days=30, basis=TriggerBasis.IP_NOTIFICATION)
    assert is_past_waiting_period(a_claim(notified_on=None), waiting) is None
