"""Up to what amount a person decides alone: an act that the house knows, an amount that can be, days in their order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from atmp_insure.access import queries, service
from atmp_insure.access.roles import Role
from atmp_insure.access.service import NewLimit
from atmp_insure.db.actor import system
from atmp_insure.kernel.errors import InvalidInput
from atmp_insure.parties.delegated_acts import DelegatedAct
from tests.application import a_person, an_application, signed_in, texts
from tests.db.builders import a_user

if TYPE_CHECKING:
    from pathlib import Path

    from atmp_insure.db.engine import Database

DAY = date(2026, 1, 1)
ACT = DelegatedAct.ACCEPT.value


@pytest.mark.parametrize(
    ("amount", "last_day", "faulty"),
    [("0", DAY, []), ("-0.01", None, ["largest_eur"]), ("1", date(2025, 12, 31), ["last_day"])],
)
def test_a_limit_has_an_amount_that_can_be_and_days_in_their_order(
    database: Database, amount: str, last_day: date | None, faulty: list[str]
) -> None:
    number, told = a_user(database), []
    with database.writing(system("test")) as session:
        try:
            service.give_limit(
                session, queries.get_user(session, number), NewLimit(ACT, Decimal(amount), DAY, last_day)
            )
        except InvalidInput as error:
            told = [fault.place for fault in error.faults]
    assert told == faulty
    with database.reading(system("test")) as session:
        assert len(queries.list_limits(session, number)) == (not faulty)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 302),
        ({"largest_eur": "9" * 27}, 422),
        ({"largest_eur": "1e5"}, 422),
        ({"largest_eur": "1_250"}, 422),
        ({"largest_eur": "-1"}, 422),
        ({"act": "accepter un risque"}, 422),
        ({"last_day": "2025-12-31"}, 422),
    ],
)
def test_a_slip_in_the_form_of_a_limit_is_told_and_gives_none(
    embedded: Database, tmp_path: Path, given: dict[str, str], status: int
) -> None:
    app = an_application(embedded, tmp_path)
    browser = signed_in(app, a_person(embedded, "alex.admin", Role.ADMINISTRATOR))
    person = a_person(embedded, "sacha", Role.UNDERWRITER)
    sent = {"act": ACT, "largest_eur": "1 250,50", "first_day": "2026-01-01", "last_day": ""} | given
    answer = browser.post(f"/people/{person.user_id}/limits", data=sent)
    assert answer.status_code == status, texts(answer.text)
    with embedded.reading(system("test")) as session:
        limits = queries.list_limits(session, person.user_id)
    assert [(one.act, one.largest_eur) for one in limits] == ([(ACT, Decimal("1250.50"))] if status == 302 else [])
